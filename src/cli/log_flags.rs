//! The command line of `log`: what part of it, and its verbs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::office::LogFilter;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Log {
    #[command(subcommand)]
    pub command: Option<LogCommand>,
    #[command(flatten)]
    pub which: LogWhich,
    #[arg(long)]
    pub all: bool,
}

/// Which part of the log.
#[derive(Debug, Args)]
pub(super) struct LogWhich {
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    #[arg(long, value_name = "O")]
    pub operator: Option<String>,
    #[arg(long, value_name = "T")]
    pub since: Option<String>,
    #[arg(long, value_name = "T")]
    pub until: Option<String>,
    #[arg(long = "command", value_name = "C")]
    pub command_id: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    pub number: Option<String>,
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub kind: Vec<String>,
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    #[arg(long)]
    pub looks: bool,
}

impl LogWhich {
    /// As the office is asked.
    pub(super) fn filter(&self, all: bool) -> LogFilter {
        LogFilter {
            query: self.query.clone(),
            operator: self.operator.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            command: self.command_id.clone(),
            number: self.number.clone(),
            kinds: self.kind.clone(),
            limit: self.limit,
            all,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum LogCommand {
    Verify {
        #[arg(long, value_name = "A")]
        anchor: Vec<String>,
    },
    Anchor,
    Export(Box<LogExport>),
}

#[derive(Debug, Args)]
pub(super) struct LogExport {
    #[arg(value_name = "OUT")]
    pub out: PathBuf,
    #[command(flatten)]
    pub which: LogWhich,
}
