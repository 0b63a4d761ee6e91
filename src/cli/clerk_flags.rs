//! The flags of the clerk's batch work and of what it goes by, as clap reads them: 担当, 期限, 札, notes, 審査結果, 収受,
//! 個別番号付与, 重複の疑い, 突合, definitions of forms.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::flags::{Target, word};
use crate::domain::channel::Channel;
use crate::domain::phone::Identifier;
use crate::domain::query::Listed as _;

#[derive(Debug, Subcommand)]
pub(super) enum Calendar {
    Import {
        #[arg(value_name = "CSV")]
        file: PathBuf,
        #[arg(long)]
        replace: bool,
        #[arg(long, value_name = "yes|no", value_parser = word(&["yes", "no"], |word| Some(word == "yes")))]
        year_end: Option<bool>,
        #[arg(long)]
        dry_run: bool,
    },
    Show,
}

#[derive(Debug, Subcommand)]
pub(super) enum Form {
    List,
    Show {
        #[arg(value_name = "ID")]
        form: String,
    },
    Check {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("of").args(["form", "revise"]).required(true).multiple(false))]
pub(super) struct Enter {
    #[arg(value_name = "FORM")]
    pub form: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    pub revise: Option<String>,
    #[arg(long, value_name = "counter|post|phone", value_parser = word(&["counter", "post", "phone"], Channel::parse))]
    pub channel: Option<Channel>,
    #[arg(long, value_name = "DATE")]
    pub received: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub kana: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub mail: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub remarks: Option<String>,
    #[arg(long, value_name = "NAME=VALUE")]
    pub item: Vec<String>,
    #[arg(long, value_name = "FILE")]
    pub json_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Assign {
    #[arg(value_name = "OPERATOR")]
    pub operator: String,
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "CODE", conflicts_with_all = ["numbers", "all"])]
    pub from: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct HandoverFlags {
    #[arg(value_name = "OUT.txt")]
    pub out: PathBuf,
    #[arg(long, value_name = "CODE")]
    pub operator: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Due {
    #[arg(value_name = "DATE")]
    pub date: String,
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Tag {
    #[arg(value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub target: Target,
    #[arg(long)]
    pub remove: bool,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").args(["text", "strike"]).required(true).multiple(false))]
pub(super) struct Note {
    #[arg(value_name = "NUMBER")]
    pub number: String,
    #[arg(value_name = "TEXT")]
    pub text: Option<String>,
    #[arg(long, conflicts_with = "strike")]
    pub for_applicant: bool,
    #[arg(long, value_name = "NOTE")]
    pub strike: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "strike")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Phone {
    #[arg(value_name = "QUERY_LINE")]
    pub line: Option<String>,
}

/// A 応対記録.
#[derive(Debug, Args)]
pub(super) struct Spoken {
    #[arg(value_name = "NUMBER")]
    pub number: String,
    #[arg(value_name = "TEXT")]
    pub text: String,
    #[arg(long, value_name = "A,B", value_delimiter = ',',
        value_parser = word(Identifier::IDS, Identifier::parse))]
    pub identified: Vec<Identifier>,
    #[arg(long, value_name = "TEXT", conflicts_with = "answers")]
    pub callback: Option<String>,
    #[arg(long, value_name = "OPERATION")]
    pub answers: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ResultFlags {
    #[arg(value_name = "CODE")]
    pub code: String,
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub basis: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Receive {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "DATE")]
    pub on: String,
    #[arg(long, value_name = "PATTERN")]
    pub pattern: String,
    #[command(flatten)]
    pub order: Counting,
    #[arg(long)]
    pub dry_run: bool,
}

/// How numbers are handed out.
#[derive(Debug, Args)]
pub(super) struct Counting {
    #[arg(long, value_name = "FIELD[:desc]")]
    pub sort: Option<String>,
    #[arg(long, value_name = "N")]
    pub start: Option<u64>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub step: u64,
    #[arg(long, value_name = "FILE|LIST")]
    pub skip: Option<PathBuf>,
}

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
    #[command(flatten)]
    pub order: Counting,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Duplicates {
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    #[arg(long, value_name = "email|name-birthdate|item:NAME")]
    pub by: Vec<String>,
    #[arg(long)]
    pub decided: bool,
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    #[arg(value_name = "NUMBER")]
    pub number: String,
    #[arg(long, value_name = "NUMBER", conflicts_with = "file")]
    pub with: Option<String>,
    #[arg(long, value_name = "CSV", requires = "key")]
    pub file: Option<PathBuf>,
    #[arg(long, value_name = "COLUMN", requires = "file")]
    pub key: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Reconcile {
    #[arg(value_name = "A.csv")]
    pub targets: PathBuf,
    #[arg(value_name = "B.csv")]
    pub submitted: PathBuf,
    #[arg(long, value_name = "NAME")]
    pub key: String,
}
