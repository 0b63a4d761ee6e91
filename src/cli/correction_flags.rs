//! The flags of 補正, as clap reads them.

use clap::{Args, Subcommand};

use super::flags::{Target, word};
use crate::domain::channel::Channel;
use crate::domain::query::Listed as _;

#[derive(Debug, Subcommand)]
pub(super) enum Correction {
    Blocks {
        #[arg(long, value_name = "ID")]
        form: Option<String>,
    },
    Count {
        #[arg(value_name = "QUERY")]
        query: Option<String>,
    },
    Remind(Remind),
}

#[derive(Debug, Args)]
pub(super) struct Remind {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "mail|phone|post|online|counter",
        value_parser = word(&["mail", "phone", "post", "online", "counter"], Channel::parse))]
    pub by: Channel,
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}
