//! Tells where the report of a panic lies.

use std::ffi::OsString;

use super::call::notice;
use super::{help, rim};
use crate::config;
use crate::messages::Messages;
use crate::panics;

/// Writes the report of the panic that ended a command line, and says where it lies. Of the words of the line it tells the
/// command alone: the others can be a query.
pub(super) fn tell(words: &[OsString], messages: &Messages) {
    let known = help::command_line(messages);
    let command =
        known.get_subcommands().map(clap::Command::get_name).find(|name| words.iter().any(|word| word == name));
    let facts = [("command", command.unwrap_or("screen").to_owned())];
    if let Some(path) = panics::report(config::reports_folder().as_deref(), &rim::now(), &facts) {
        notice(&messages.fill("cli.panic.report", &[("path", path.display().to_string())]));
    }
}
