//! The flags of 補正, as clap reads them.

use clap::Subcommand;

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
}
