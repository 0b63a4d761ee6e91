//! `man`: the pages of the manual, made from the command line, the command table and the keymap in force.

use std::fs;

use clap::{Arg, Command};
use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::keymap::in_order;
use super::roff::Page;
use super::{flags, help};
use crate::command::Context;

/// The exit codes of the contract.
const EXITS: std::ops::RangeInclusive<u8> = 0..=6;

/// What of the environment is asked.
const VARIABLES: [&str; 4] = ["SEKISHO_STORE", "NO_COLOR", "COLORTERM", "TERM"];

/// Files that a person may write.
const FILES: [&str; 5] =
    ["config.toml", "keymaps/NAME.toml", "themes/NAME.toml", "profiles/NAME.toml", "forms/NAME.toml"];

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Man) -> Answer {
    let mut line = help::command_line(&call.messages);
    line.build();
    let writer = Writer { call };
    let mut pages = vec![("sekisho.1".to_owned(), writer.program(&line)), ("sekisho-keys.7".to_owned(), writer.keys())];
    for command in line.get_subcommands() {
        pages.push((format!("sekisho-{}.1", command.get_name()), writer.command(command)));
    }
    let folder = &flags.folder;
    let failed = |path: &std::path::Path, error| CliError::Unwritable(path.to_owned(), error);
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut files = Vec::new();
    for (name, text) in pages {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|error| failed(&file, error))?;
        files.push(file.display().to_string());
    }
    call.answer(&json!({ "files": files }), &files)?;
    Ok(DONE)
}

/// Writes pages in the language of the call.
struct Writer<'a, 'c> {
    call: &'a Call<'c>,
}

impl Writer<'_, '_> {
    fn text(&self, key: &str) -> String {
        self.call.text(key, &[])
    }

    fn page(&self, name: &str, section: &str, about: &str) -> Page {
        let version = concat!("sekisho ", env!("CARGO_PKG_VERSION"));
        let mut page = Page::new(name, section, version, &self.text("cli.man.manual"));
        page.section(&self.text("cli.man.name"));
        page.paragraph(&format!("{name} - {about}"));
        page
    }

    /// The page of the program.
    fn program(&self, line: &Command) -> String {
        let mut page = self.page("sekisho", "1", &about(line));
        page.section(&self.text("cli.man.synopsis"));
        page.command(&usage(line));
        page.section(&self.text("help.heading.commands"));
        for command in line.get_subcommands() {
            page.entry(&format!("sekisho-{}(1)", command.get_name()), &about(command));
        }
        page.section(&self.text("help.heading.everywhere"));
        for arg in line.get_arguments() {
            entry(&mut page, arg);
        }
        page.section(&self.text("cli.man.keys"));
        page.paragraph(&self.text("cli.man.keys_of_the_list"));
        self.keys_of(&mut page, Context::List);
        page.section(&self.text("cli.man.exit"));
        for code in EXITS {
            page.entry(&code.to_string(), &self.text(&format!("cli.man.exit_code.{code}")));
        }
        page.section(&self.text("cli.man.environment"));
        for name in VARIABLES {
            page.entry(name, &self.text(&format!("cli.man.variable.{name}")));
        }
        page.section(&self.text("cli.man.files"));
        for name in FILES {
            let key = name.split(['/', '.']).next().unwrap_or(name);
            page.entry(name, &self.text(&format!("cli.man.file.{key}")));
        }
        page.section(&self.text("cli.man.see"));
        page.paragraph("sekisho-keys(7)");
        page.finish()
    }

    /// The page of a command, with the commands below it.
    fn command(&self, command: &Command) -> String {
        let mut page = self.page(&format!("sekisho-{}", command.get_name()), "1", &about(command));
        page.section(&self.text("cli.man.synopsis"));
        let below: Vec<&Command> = command.get_subcommands().collect();
        if below.is_empty() || command.has_own_arguments() {
            page.command(&usage(command));
        }
        for inner in &below {
            page.command(&usage(inner));
        }
        let args: Vec<&Arg> = command.own_arguments().collect();
        if !args.is_empty() {
            page.section(&self.text("help.heading.options"));
            for arg in args {
                entry(&mut page, arg);
            }
        }
        if !below.is_empty() {
            page.section(&self.text("help.heading.commands"));
        }
        for inner in below {
            page.part(inner.get_name());
            page.paragraph(&about(inner));
            for arg in inner.own_arguments() {
                entry(&mut page, arg);
            }
        }
        page.section(&self.text("cli.man.see"));
        page.paragraph(&self.text("cli.man.everywhere"));
        page.finish()
    }

    /// The page of the keys.
    fn keys(&self) -> String {
        let mut page = self.page("sekisho-keys", "7", &self.text("cli.man.keys_about"));
        for context in Context::ALL {
            page.section(&self.text(&format!("context.{}", context.id())));
            self.keys_of(&mut page, context);
        }
        page.section(&self.text("cli.man.see"));
        page.paragraph(&self.text("cli.man.everywhere"));
        page.finish()
    }

    /// The keys of a context in the keymap in force: those of one command together.
    fn keys_of(&self, page: &mut Page, context: Context) {
        let keymap =
            (self.call.looks.keymap)(&self.call.assets, self.call.settings.text("ui", "keymap").unwrap_or("default"));
        let bindings = in_order(&keymap.bindings, context);
        for of_one in bindings.chunk_by(|one, other| one.command == other.command) {
            let keys: Vec<&str> = of_one.iter().map(|binding| binding.keys.as_str()).collect();
            let [title, description] =
                ["title", "description"].map(|part| self.text(&format!("command.{}.{part}", of_one[0].command)));
            page.entry(&keys.join(", "), &format!("{title} — {description}"));
        }
    }
}

/// What a command has beside the flags of all commands.
trait OwnArguments {
    fn own_arguments(&self) -> impl Iterator<Item = &Arg>;

    fn has_own_arguments(&self) -> bool {
        self.own_arguments().next().is_some()
    }
}

impl OwnArguments for Command {
    fn own_arguments(&self) -> impl Iterator<Item = &Arg> {
        self.get_arguments().filter(|arg| !arg.is_global_set() && arg.get_id() != "help")
    }
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// `sekisho import [OPTIONS] <PATH>...`
fn usage(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    usage.split_once(": ").map_or(usage.clone(), |(_, usage)| usage.to_owned())
}

/// A flag or argument and what it means.
fn entry(page: &mut Page, arg: &Arg) {
    let values: Vec<String> = arg.get_value_names().unwrap_or_default().iter().map(|name| format!(" {name}")).collect();
    let values = if arg.get_action().takes_values() { values.concat() } else { String::new() };
    let long = arg.get_long().map(|long| format!("--{long}"));
    let word = match (arg.get_short(), long) {
        (Some(short), Some(long)) => format!("-{short}, {long}{values}"),
        (Some(short), None) => format!("-{short}{values}"),
        (None, Some(long)) => format!("{long}{values}"),
        (None, None) => values.trim_start().to_owned(),
    };
    page.entry(&word, &arg.get_help().map(ToString::to_string).unwrap_or_default());
}
