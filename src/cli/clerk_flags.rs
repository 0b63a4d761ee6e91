//! The flags of the clerk's batch work, as clap reads them: 個別番号付与.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::flags::Target;

#[derive(Debug, Subcommand)]
pub(super) enum Number {
    Assign(NumberAssign),
}

#[derive(Debug, Args)]
pub(super) struct NumberAssign {
    #[arg(value_name = "PATTERN")]
    pub pattern: String,
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "FIELD[:desc]")]
    pub sort: Option<String>,
    #[arg(long, value_name = "N")]
    pub start: Option<u64>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub step: u64,
    #[arg(long, value_name = "FILE|LIST")]
    pub skip: Option<PathBuf>,
    #[arg(long)]
    pub dry_run: bool,
}
