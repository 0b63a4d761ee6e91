//! What `keys` and `reveal` read of the command line.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand};

use crate::domain::sealing::Class;

fn class() -> impl clap::builder::TypedValueParser<Value = Class> {
    PossibleValuesParser::new(Class::ALL.map(Class::id)).try_map(|word| Class::parse(&word).ok_or("no such class"))
}

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    Found,
    List,
    Share(Holder),
    Withdraw(Holder),
    Recover {
        #[command(flatten)]
        holder: Holder,
        #[arg(long, value_name = "N")]
        recovery_fd: u32,
    },
}

#[derive(Debug, Args)]
pub(super) struct Holder {
    #[arg(value_name = "OPERATOR")]
    pub operator: String,
    #[arg(long, value_name = "sensitive|specific_personal", value_parser = class())]
    pub class: Class,
}

#[derive(Debug, Args)]
pub(super) struct Reveal {
    #[arg(value_name = "NUMBER")]
    pub number: String,
    #[arg(value_name = "ITEM")]
    pub item: String,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}
