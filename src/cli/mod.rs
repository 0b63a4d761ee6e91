//! The command line: flags in, tables or JSON out. Each command has a file; what it does stands in `office`.

mod application;
mod backup;
mod backup_flags;
mod calendar;
mod call;
mod check;
mod clerk_flags;
mod columns;
mod compare;
mod completions;
mod config;
mod correction;
mod correction_flags;
mod count;
mod demo;
mod doctor;
mod duplicates;
mod enter;
mod error;
mod export;
mod export_reflect;
mod fields;
mod flags;
mod form;
mod grant;
mod handover;
mod help;
mod import;
mod inbox;
mod init;
mod keymap;
mod keys;
mod learn;
mod list;
mod log;
mod log_flags;
mod man;
mod note;
mod operator;
mod outcome;
mod output;
mod panic;
mod passwd;
mod people_flags;
mod phone;
mod policy;
mod practice;
mod profile;
mod progress;
mod purge;
mod purge_flags;
mod reconcile;
mod rejected;
mod request;
mod revisions;
mod rim;
mod roff;
mod ruling;
mod ruling_flags;
mod screen;
mod screen_sign_in;
mod sealing_flags;
mod secret;
mod set_status;
mod settle;
mod show;
mod stats;
mod table;
mod theme;
mod undo;
mod view;

use std::cell::RefCell;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use clap::FromArgMatches as _;
use clap::error::ErrorKind;

use call::{Answer, Call, DONE, notice};
use error::CliError;
use flags::{Command, Line};
use output::{Out, error_document};
pub use screen::{Looks, Opened, Screen};

use crate::assets::{Assets, TextFault, text_of};
use crate::config::policy::Policy;
use crate::config::{self as settings, ConfigError, Settings};
use crate::domain::fault::Fault as _;
use crate::domain::release::Marks;
use crate::messages::{Language, Messages};
use crate::office::Decision;

/// Runs a command line (the program's name first) and answers its exit code. Every end of it is told here: a sentence
/// on stderr, and with `--json` the error's document on stdout.
#[must_use]
pub fn run(arguments: Vec<OsString>, screen: Screen, looks: Looks) -> u8 {
    let glance = Glance::at(&arguments);
    let mut messages = None;
    let mut out = Out::new();
    let words = arguments.clone();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let ended = answer(arguments, &glance, (screen, looks), &mut messages, &mut out);
        ended.and_then(|code| out.flush().map(|()| code))
    }));
    let error = match ended {
        Ok(Ok(code)) => return code,
        Ok(Err(CliError::OutputClosed)) => return DONE,
        Ok(Err(error)) => error,
        Err(_) => CliError::Internal,
    };
    // Where it failed before they were read, those that are compiled in tell of it.
    let messages = messages.unwrap_or_else(|| Messages::load(glance.lang.unwrap_or_default(), &Assets::built_in()));
    // What was shown so far comes first; where stdout takes no more, the exit code tells all the same.
    out.flush().unwrap_or_default();
    notice(&messages.explain(&error));
    if matches!(error, CliError::Internal) {
        panic::tell(&words, &messages);
    }
    if let (true, Some(document)) = (glance.json && !out.has_begun(), request::waiting(&error)) {
        out.document(&document).and_then(|()| out.flush()).unwrap_or_default();
    }
    // A document that has begun is followed by no other: the exit code and stderr tell.
    if glance.json && !out.has_begun() {
        out.document(&error_document(&error, &messages)).and_then(|()| out.flush()).unwrap_or_default();
    }
    error.outcome().exit_code()
}

/// What must be known of the command line before it is read: in which language to say that it is wrong.
#[derive(Debug, Default)]
struct Glance {
    store: Option<PathBuf>,
    config: Option<PathBuf>,
    lang: Option<Language>,
    json: bool,
}

impl Glance {
    fn at(arguments: &[OsString]) -> Self {
        let mut glance = Self::default();
        let mut rest = arguments.iter().skip(1).take_while(|word| *word != "--");
        while let Some(word) = rest.next() {
            let word = word.to_string_lossy();
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag, Some(OsString::from(value))),
                None => (word.as_ref(), None),
            };
            let mut value = || value.clone().or_else(|| rest.next().cloned());
            match flag {
                "--json" => glance.json = true,
                "--store" => glance.store = value().map(PathBuf::from),
                "--config" => glance.config = value().map(PathBuf::from),
                "--lang" => glance.lang = value().and_then(|word| Language::parse(&word.to_string_lossy())),
                _ => {}
            }
        }
        let variable = || std::env::var_os("SEKISHO_STORE").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        glance.store = glance.store.or_else(variable).or_else(settings::usual_store);
        glance
    }
}

fn answer(
    arguments: Vec<OsString>,
    glance: &Glance,
    (screen, looks): (Screen, Looks),
    read: &mut Option<Messages>,
    out: &mut Out,
) -> Answer {
    let (settings, config, config_errors) = read_settings(glance)?;
    let folders = [glance.store.clone(), settings::overrides()].into_iter().flatten().collect();
    let assets = Assets::with_overrides(folders);
    let messages: &Messages = read.insert(Messages::load(glance.lang.unwrap_or(settings.ui.lang), &assets));
    let line = match read_line(arguments, messages) {
        Ok(line) => line,
        Err(Unread::Help(text)) => return out.bytes(text.as_bytes()).map(|()| DONE),
        Err(Unread::Wrong(sentence)) => return Err(CliError::Usage(sentence)),
    };
    if line.plain && !matches!(line.command, None | Some(Command::Demo(_) | Command::Practice(_))) {
        return Err(CliError::Usage(messages.text("cli.usage.plain").to_owned()));
    }
    let plain = line.plain;
    // A rule that must hold may stand in a policy that can't be read: what touches a store isn't done without it.
    let policy = match rim::policy() {
        Ok(policy) => policy,
        Err(error) if touches_a_store(line.command.as_ref()) => return Err(CliError::Policy(error)),
        Err(error) => {
            notice(&messages.explain(&error));
            Policy::closed()
        }
    };
    let marks = match settings.get("release", "second_person") {
        Some(settings::Value::Texts(words)) => match words.iter().find(|word| !Marks::knows(word)) {
            // A slip of the pen may not take the second person away.
            Some(unknown) => {
                notice(&messages.fill("cli.config.unknown_mark", &[("word", unknown.clone())]));
                Marks::usual()
            }
            None => Marks::set(words),
        },
        _ => Marks::usual(),
    };
    let mut call = Call {
        flags: line.everywhere,
        settings,
        config,
        config_errors,
        messages: messages.clone(),
        assets,
        surroundings: rim::surroundings(Arc::new(policy), marks)?,
        screen,
        looks,
        out,
        store: glance.store.clone(),
        secrets: RefCell::default(),
        credential: RefCell::default(),
    };
    carry_out(&mut call, line.command, plain)
}

/// Whether a command opens a store. The others show what the program is and how it is set up.
const fn touches_a_store(command: Option<&Command>) -> bool {
    !matches!(
        command,
        Some(
            Command::Config(_)
                | Command::Keymap(_)
                | Command::Theme(_)
                | Command::Man(_)
                | Command::Completions(_)
                | Command::Doctor(_)
        )
    )
}

/// Reads the settings: of the file that is named, else of the one in the store.
fn read_settings(glance: &Glance) -> Result<(Settings, Option<PathBuf>, Vec<ConfigError>), CliError> {
    let in_store = || glance.store.as_ref().map(|store| store.join("config.toml"));
    let Some(file) = glance.config.clone().or_else(in_store) else { return Ok(Default::default()) };
    let must_be = glance.config.is_some();
    match text_of(&file) {
        Ok(text) => {
            let (settings, errors) = Settings::read(&text, &file);
            Ok((settings, Some(file), errors))
        }
        // No such file, or no store yet: opening the store tells what is wrong with its folder.
        Err(TextFault::Io(_)) if !must_be && !file.exists() => Ok(Default::default()),
        // What is set there may be a rule that must hold: nothing is done without it.
        Err(fault) => Err(CliError::settings(file, fault)),
    }
}

/// Why there is nothing to carry out.
enum Unread {
    Help(String),
    Wrong(String),
}

fn read_line(arguments: Vec<OsString>, messages: &Messages) -> Result<Line, Unread> {
    let matches = help::command_line(messages).try_get_matches_from(arguments);
    matches.and_then(|matches| Line::from_arg_matches(&matches)).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Unread::Help(error.render().to_string()),
        _ => Unread::Wrong(help::explain(&error, messages)),
    })
}

fn carry_out(call: &mut Call<'_>, command: Option<Command>, plain: bool) -> Answer {
    if !matches!(command, Some(Command::Config(_) | Command::Keymap(_) | Command::Theme(_) | Command::Doctor(_))) {
        for error in &call.config_errors {
            notice(&call.messages.explain(error));
        }
    }
    match command {
        None => {
            let store = call.store()?.to_owned();
            screen::open_screen(call, &store, plain)
        }
        Some(Command::Init(flags)) => init::run(call, &flags),
        Some(Command::Demo(flags)) => demo::run(call, &flags, plain),
        Some(Command::Practice(flags)) => practice::run(call, &flags, plain),
        Some(Command::Import(flags)) => import::run(call, &flags),
        Some(Command::Enter(flags)) => enter::run(call, &flags),
        Some(Command::Inbox(flags)) => inbox::run(call, &flags),
        Some(Command::Rejected(flags)) => rejected::run(call, &flags),
        Some(Command::Profile(flags)) => profile::run(call, &flags),
        Some(Command::Form(flags)) => form::run(call, &flags),
        Some(Command::Calendar(flags)) => calendar::run(call, &flags),
        Some(Command::Check) => check::run(call),
        Some(Command::Backup(flags)) => backup::backup(call, &flags),
        Some(Command::Restore(flags)) => backup::restore(call, &flags),
        Some(Command::Migrate(flags)) => backup::migrate(call, &flags),
        Some(Command::Doctor(flags)) => doctor::run(call, &flags),
        Some(Command::List(flags)) => list::run(call, &flags),
        Some(Command::Count(flags)) => count::run(call, &flags),
        Some(Command::Stats(flags)) => stats::run(call, &flags),
        Some(Command::View(flags)) => view::run(call, &flags),
        Some(Command::Show(flags)) => show::run(call, &flags),
        Some(Command::SetStatus(flags)) => set_status::run(call, &flags),
        Some(Command::Assign(flags)) => fields::assign(call, &flags),
        Some(Command::Handover(flags)) => handover::run(call, &flags),
        Some(Command::Due(flags)) => fields::due(call, &flags),
        Some(Command::Tag(flags)) => fields::tag(call, &flags),
        Some(Command::Note(flags)) => note::run(call, &flags),
        Some(Command::Phone(flags)) => phone::candidates(call, &flags),
        Some(Command::Call(flags)) => phone::write(call, &flags),
        Some(Command::Result(flags)) => fields::result(call, &flags),
        Some(Command::Receive(flags)) => fields::receive(call, &flags),
        Some(Command::Ruling(flags)) => ruling::run(call, &flags),
        Some(Command::Purge(flags)) => purge::run(call, &flags),
        Some(Command::Correction(flags)) => correction::run(call, &flags),
        Some(Command::Number(clerk_flags::Number::Assign(flags))) => fields::number(call, &flags),
        Some(Command::Adopt(flags)) => settle::run(call, Decision::Adopt, &flags),
        Some(Command::Keep(flags)) => settle::run(call, Decision::Keep, &flags),
        Some(Command::Duplicates(flags)) => duplicates::run(call, &flags),
        Some(Command::Reconcile(flags)) => reconcile::run(call, &flags),
        Some(Command::Compare(flags)) => compare::run(call, &flags),
        Some(Command::Undo(flags)) => undo::undo(call, &flags),
        Some(Command::Redo) => undo::redo(call),
        Some(Command::Export(flags)) => export::run(call, &flags),
        Some(Command::Log(flags)) => log::run(call, &flags),
        Some(Command::Operator(flags)) => operator::run(call, &flags),
        Some(Command::Group(flags)) => grant::group(call, &flags),
        Some(Command::Grant(flags)) => grant::grant(call, &flags),
        Some(Command::Request(flags)) => request::run(call, &flags),
        Some(Command::Keys(flags)) => keys::run(call, &flags),
        Some(Command::Reveal(flags)) => keys::reveal(call, &flags),
        Some(Command::Config(flags)) => config::run(call, &flags),
        Some(Command::Keymap(flags)) => keymap::run(call, &flags),
        Some(Command::Theme(flags::Theme::List)) => theme::list(call),
        Some(Command::Man(flags)) => man::run(call, &flags),
        Some(Command::Completions(flags)) => completions::run(call, &flags),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Every key of the message files that this room names in its code; of a key that is put together, its beginning.
    fn named_keys() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for (at, _) in text.match_indices("\"cli.") {
                let key: String =
                    text[at + 1..].chars().take_while(|c| c.is_alphanumeric() || "._-".contains(*c)).collect();
                found.push(key);
            }
        }
        found
    }

    #[test]
    fn every_sentence_that_is_named_exists() {
        let messages = Messages::load(Language::Japanese, &Assets::built_in());
        let known = messages.keys();
        let begins = |key: &String| known.iter().any(|known| known.starts_with(key.as_str()));
        let keys = named_keys();
        let missing: Vec<_> = keys.iter().filter(|key| key.len() > "cli.".len() && !begins(key)).collect();
        assert!(keys.len() > 40 && missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_language_of_an_error_is_known_before_the_line_is_read() {
        let at = |words: &[&str]| Glance::at(&words.iter().map(OsString::from).collect::<Vec<_>>());
        let glance = at(&["sekisho", "lisst", "--lang=en", "--store", "here", "--json", "--", "--lang", "ja"]);
        assert_eq!((glance.lang, glance.json), (Some(Language::English), true));
        assert_eq!(glance.store, Some(PathBuf::from("here")));
        assert_eq!(at(&["sekisho", "--lang"]).lang, None);
        assert_eq!(at(&["sekisho", "--lang", "fr"]).lang, None);
    }
}
