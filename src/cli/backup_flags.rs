//! What `backup`, `restore` and `migrate` read of the command line.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Backup {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[arg(long)]
    pub no_backup: bool,
}
