//! The flags of 決裁, as clap reads them.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::flags::Target;

#[derive(Debug, Subcommand)]
pub(super) enum Ruling {
    Submit(Submit),
    List {
        #[arg(long, value_name = "pending|settled|returned|taken_back",
            value_parser = PossibleValuesParser::new(["pending", "settled", "returned", "taken_back"]))]
        state: Option<String>,
    },
    Show {
        #[arg(value_name = "ID")]
        id: String,
    },
    Settle {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(long, value_name = "DATE")]
        on: String,
        #[arg(long, value_name = "NUMBER")]
        document: String,
        #[arg(long, value_name = "NAME")]
        decider: String,
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    Return {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    Write {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct Submit {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "TEXT")]
    pub title: String,
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    #[arg(long, value_name = "ITEM")]
    pub sum: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[arg(long)]
    pub dry_run: bool,
}
