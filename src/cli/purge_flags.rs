//! The flags of 保存期間・廃棄, as clap reads them.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::flags::Target;

#[derive(Debug, Subcommand)]
pub(super) enum Purge {
    List {
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    Extend(Extend),
    Dispose(Dispose),
    Log,
    Record {
        #[arg(value_name = "OPERATION")]
        operation: String,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct Extend {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "DATE|-", allow_hyphen_values = true)]
    pub until: String,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Dispose {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "NUMBER")]
    pub document: String,
    #[arg(long, requires = "reason")]
    pub early: bool,
    #[arg(long, value_name = "TEXT", requires = "early")]
    pub reason: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}
