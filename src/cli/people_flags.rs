//! What `operator`, `group`, `grant` and `request` read of the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{ArgGroup, Args, Subcommand};

use crate::office::Segment;

#[derive(Debug, Subcommand)]
pub(super) enum Operator {
    Add(OperatorAdd),
    List {
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
    },
    Passwd {
        #[arg(value_name = "CODE")]
        code: Option<String>,
        #[arg(long, value_name = "N")]
        new_passphrase_fd: Option<u32>,
    },
    Unlock {
        #[arg(value_name = "CODE")]
        code: String,
    },
    Disable {
        #[arg(value_name = "CODE")]
        code: String,
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
    },
    Import {
        #[arg(value_name = "CSV")]
        file: PathBuf,
        #[arg(long, value_name = "DATE")]
        effective: String,
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct OperatorAdd {
    #[arg(value_name = "CODE")]
    pub code: String,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub department: Option<String>,
    #[arg(long = "group", value_name = "NAME")]
    pub groups: Vec<String>,
    #[arg(long, value_name = "USER")]
    pub account: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    #[arg(long, value_name = "CODE", requires = "substitute_until")]
    pub substitute_of: Option<String>,
    #[arg(long, value_name = "DATE", requires = "substitute_of")]
    pub substitute_until: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Request {
    List {
        #[arg(long)]
        ended: bool,
    },
    Show {
        #[arg(value_name = "ID")]
        id: String,
    },
    Approve {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(long, value_name = "HASH")]
        hash: Option<String>,
    },
    Refuse {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Group {
    Add {
        #[arg(value_name = "NAME")]
        name: String,
    },
    List {
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
    },
    Remove {
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Grant {
    Add(GrantAdd),
    List {
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
    },
    Revoke {
        #[arg(value_name = "ID")]
        id: String,
    },
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("grantee").args(["operator", "to_group", "everybody"]).required(true))]
pub(super) struct GrantAdd {
    #[arg(value_name = "RIGHT")]
    pub right: String,
    #[arg(long, value_name = "CODE")]
    pub operator: Option<String>,
    #[arg(long = "group", value_name = "NAME")]
    pub to_group: Option<String>,
    #[arg(long)]
    pub everybody: bool,
    #[arg(long, value_name = "SOURCE/FORM")]
    pub form: Option<String>,
    #[arg(long, value_name = "lgwan|mynumber",
        value_parser = PossibleValuesParser::new(["lgwan", "mynumber"])
            .try_map(|word| Segment::parse(&word).ok_or("no such segment")))]
    pub segment: Option<Segment>,
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
}
