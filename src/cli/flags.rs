//! The command line as clap reads it. Its texts stand in the message files (`help.*`); [`super::help`] puts them in.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, Parser, Subcommand};
use clap_complete::Shell;

use super::backup_flags::{Backup, Migrate, Restore};
use super::clerk_flags::{
    Assign, Calendar, Compare, Due, Duplicates, Enter, Form, HandoverFlags, Note, Number, Phone, Receive, Reconcile,
};
use super::clerk_flags::{ResultFlags, Spoken, Tag};
use super::correction_flags::Correction;
use super::log_flags::Log;
use super::people_flags::{Grant, Group, Operator, Request};
use super::purge_flags::Purge;
use super::ruling_flags::Ruling;
use super::sealing_flags::{Keys, Reveal};
use crate::domain::channel::Channel;
use crate::domain::query::Listed as _;
use crate::messages::Language;
use crate::office::{Audience, Choice, OnUnmappable, Segment, SignIn, TargetEncoding};

/// A word out of a list, as the type that it stands for.
pub(super) fn word<T: Clone + Send + Sync + 'static>(
    words: &'static [&'static str],
    parse: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words).try_map(move |word| parse(&word).ok_or("no such word"))
}

#[derive(Debug, Parser)]
#[command(name = "sekisho", version)]
pub(super) struct Line {
    #[command(flatten)]
    pub everywhere: Everywhere,
    #[arg(long)]
    pub plain: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub(super) struct Everywhere {
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "ja|en", value_parser = word(&["ja", "en"], Language::parse))]
    pub lang: Option<Language>,
    #[arg(long = "as", global = true, value_name = "OPERATOR")]
    pub as_operator: Option<String>,
    #[arg(long, global = true, value_name = "N")]
    pub passphrase_fd: Option<u32>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true, value_name = "S", default_value_t = 10)]
    pub wait: u32,
    #[arg(long, global = true)]
    pub with_text: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Init(Init),
    Demo(Demo),
    Practice(Practice),
    Import(Import),
    Enter(Enter),
    #[command(subcommand)]
    Inbox(Inbox),
    #[command(subcommand)]
    Rejected(Rejected),
    #[command(subcommand)]
    Profile(Profile),
    #[command(subcommand)]
    Form(Form),
    #[command(subcommand)]
    Calendar(Calendar),
    Check,
    Backup(Backup),
    Restore(Restore),
    Migrate(Migrate),
    Doctor(Doctor),
    List(List),
    Count(Count),
    Stats(Stats),
    #[command(subcommand)]
    View(View),
    Show(Show),
    SetStatus(SetStatus),
    Assign(Assign),
    Handover(HandoverFlags),
    Due(Due),
    Tag(Tag),
    Note(Note),
    Phone(Phone),
    Call(Spoken),
    Result(ResultFlags),
    Receive(Receive),
    #[command(subcommand)]
    Ruling(Ruling),
    #[command(subcommand)]
    Purge(Purge),
    #[command(subcommand)]
    Correction(Correction),
    #[command(subcommand)]
    Number(Number),
    Adopt(Settle),
    Keep(Settle),
    Duplicates(Duplicates),
    Reconcile(Reconcile),
    Compare(Compare),
    Undo(Undo),
    Redo,
    Export(Export),
    Log(Log),
    #[command(subcommand)]
    Operator(Operator),
    #[command(subcommand)]
    Group(Group),
    #[command(subcommand)]
    Grant(Grant),
    #[command(subcommand)]
    Request(Request),
    #[command(subcommand)]
    Keys(Keys),
    Reveal(Reveal),
    #[command(subcommand)]
    Config(Config),
    #[command(subcommand)]
    Keymap(Keymap),
    #[command(subcommand)]
    Theme(Theme),
    Man(Man),
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(super) struct Init {
    #[arg(long, value_name = "lgwan|mynumber", value_parser = word(&["lgwan", "mynumber"], Segment::parse))]
    pub segment: Segment,
    #[arg(long, value_name = "os|passphrase|none",
        value_parser = word(&["os", "passphrase", "none"], SignIn::parse))]
    pub sign_in: SignIn,
    #[arg(long, value_name = "NAME")]
    pub terminal: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub rows: u64,
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    #[arg(long)]
    pub no_open: bool,
    #[arg(long)]
    pub plain: bool,
    #[arg(long, value_name = "N", default_value_t = super::demo::SEED)]
    pub seed: u64,
}

#[derive(Debug, Args)]
pub(super) struct Practice {
    #[arg(long)]
    pub reset: bool,
    #[arg(long, value_name = "N", default_value_t = 600)]
    pub rows: u64,
    #[arg(long)]
    pub no_open: bool,
    #[arg(long)]
    pub plain: bool,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    #[arg(long, value_name = "auto|cp932|utf-8|utf-16", default_value = "auto",
        value_parser = word(&["auto", "cp932", "utf-8", "utf-16"], Choice::parse))]
    pub encoding: Choice,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Inbox {
    List,
    Import {
        #[arg(long)]
        dry_run: bool,
    },
    Discard {
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Rejected {
    List,
    Export {
        #[arg(value_name = "OUT")]
        out: PathBuf,
        #[arg(long)]
        for_import: bool,
    },
    Clear {
        #[arg(long, value_name = "OPERATION")]
        import: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Profile {
    List,
    Show {
        #[arg(value_name = "NAME")]
        name: String,
    },
    Check {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(value_name = "CSV")]
        csv: Option<PathBuf>,
        #[arg(long, value_name = "auto|cp932|utf-8|utf-16", default_value = "auto",
            value_parser = word(&["auto", "cp932", "utf-8", "utf-16"], Choice::parse))]
        encoding: Choice,
    },
    Learn(Learn),
}

#[derive(Debug, Args)]
pub(super) struct Learn {
    #[arg(value_name = "CSV")]
    pub csv: PathBuf,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    #[arg(long, value_name = "auto|cp932|utf-8|utf-16", default_value = "auto",
        value_parser = word(&["auto", "cp932", "utf-8", "utf-16"], Choice::parse))]
    pub encoding: Choice,
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[arg(long, conflicts_with_all = ["full", "drill"])]
    pub policy: bool,
    #[arg(long)]
    pub full: bool,
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[allow(clippy::option_option, reason = "not asked for, asked for, and with a file are three things")]
    pub drill: Option<Option<PathBuf>>,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    #[arg(long, value_name = "FIELD[:desc]")]
    pub sort: Option<String>,
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub columns: Vec<String>,
    #[arg(long, value_name = "table|json|ndjson|csv", conflicts_with = "json",
        value_parser = word(&["table", "json", "ndjson", "csv"], super::list::Format::parse))]
    pub format: Option<super::list::Format>,
}

#[derive(Debug, Args)]
pub(super) struct Count {
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    #[arg(long, value_name = "FIELD,FIELD", value_delimiter = ',')]
    pub by: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Stats {
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    #[arg(long, value_name = "FIELD,FIELD", value_delimiter = ',')]
    pub by: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum View {
    List {
        #[arg(long)]
        counts: bool,
    },
    Show {
        #[arg(value_name = "NAME")]
        name: String,
    },
    Save {
        #[arg(value_name = "NAME")]
        name: String,
        #[arg(long, value_name = "Q", allow_hyphen_values = true)]
        query: Option<String>,
        #[arg(long, value_name = "FIELD[:desc]")]
        sort: Option<String>,
        #[arg(long, value_name = "A,B", value_delimiter = ',')]
        columns: Vec<String>,
        #[arg(long)]
        private: bool,
    },
    Delete {
        #[arg(value_name = "NAME")]
        name: String,
        #[arg(long)]
        private: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[arg(value_name = "NUMBER")]
    pub number: String,
}

/// What a command that changes is about.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("target").args(["query", "numbers", "all"]).multiple(false))]
pub(super) struct Target {
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub numbers: Option<PathBuf>,
    #[arg(long)]
    pub all: bool,
    #[arg(long)]
    pub allow_empty: bool,
}

#[derive(Debug, Args)]
pub(super) struct SetStatus {
    #[arg(value_name = "STATUS")]
    pub status: String,
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[arg(long, value_name = "DATE", requires = "by")]
    pub on: Option<String>,
    #[arg(long, value_name = "online|mail|phone|counter|post", requires = "on", value_parser = word(&["online", "mail", "phone", "counter", "post"], Channel::parse))]
    pub by: Option<Channel>,
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    #[arg(long = "block", value_name = "NUMBER")]
    pub blocks: Vec<u32>,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Settle {
    #[command(flatten)]
    pub target: Target,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Undo {
    #[arg(value_name = "OPERATION")]
    pub operation: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[arg(value_name = "csv|xlsx|reflect",
        value_parser = word(&["csv", "xlsx", "reflect"], super::export::Format::parse))]
    pub format: super::export::Format,
    #[arg(value_name = "OUT")]
    pub out: PathBuf,
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    #[arg(long = "for", value_name = "people|machine", value_parser = word(&["people", "machine"], Audience::parse))]
    pub audience: Option<Audience>,
    #[arg(long, value_name = "utf-8-bom|cp932|utf-8|utf-16",
        value_parser = word(&["utf-8-bom", "cp932", "utf-8", "utf-16"], TargetEncoding::parse))]
    pub encoding: Option<TargetEncoding>,
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub columns: Vec<String>,
    #[arg(long, value_name = "error|geta", value_parser = word(&["error", "geta"], OnUnmappable::parse))]
    pub on_unmappable: Option<OnUnmappable>,
    #[arg(long)]
    pub excel_text: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Config {
    Check,
    Show,
}

#[derive(Debug, Subcommand)]
pub(super) enum Keymap {
    Check {
        #[arg(value_name = "FILE|NAME")]
        keymap: Option<PathBuf>,
    },
    Show {
        #[arg(value_name = "FILE|NAME")]
        keymap: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Theme {
    List,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}
