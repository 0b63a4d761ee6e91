//! What can end a command: an error of the office, or one of the command line itself.

use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::assets::TextFault;
use crate::config::policy::PolicyError;
use crate::domain::anchor::AnchorError;
use crate::domain::calendar::DateError;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::office::{OfficeError, UnmappableCharacter};

/// The end of a command that didn't do all it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Office(#[from] OfficeError),
    #[error(transparent)]
    Date(#[from] DateError),
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// The administrator's policy can't be gone by.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The screen couldn't open, or had to end.
    #[error("{0}")]
    Screen(Box<dyn Fault + Send + Sync>),
    /// A command line that clap can't read; the sentence.
    #[error("{0}")]
    Usage(String),
    /// Nobody reads our output any more (`| head`): no error for anybody.
    #[error("stdout is closed")]
    OutputClosed,
    #[error("stdout: {0}")]
    Output(io::Error),
    /// Stopped by a signal while something was being shown or written.
    #[error("interrupted")]
    Interrupted,
    /// No folder for a store is known.
    #[error("no folder for the store")]
    NoFolder,
    /// A command that changes was told nothing to change.
    #[error("no target")]
    TargetMissing,
    /// No passphrase comes by a descriptor.
    #[error("descriptor {0} gives no passphrase")]
    PassphraseUnreadable(u32),
    /// A passphrase is to be set, and none is given.
    #[error("no passphrase")]
    PassphraseMissing,
    /// What was typed twice differs.
    #[error("passphrases differ")]
    PassphrasesDiffer,
    /// A value that a field is to get is empty.
    #[error("no value")]
    ValueMissing,
    /// Every target was left alone.
    #[error("no target was changed")]
    NoneChanged,
    #[error("no status {0}")]
    UnknownStatus(String),
    #[error("no result {0}")]
    UnknownResult(String),
    #[error("no sort field {0}")]
    UnknownSort(String),
    #[error("no column {0}")]
    UnknownColumn(String),
    #[error("no field {0}")]
    UnknownField(String),
    #[error("no key {0}")]
    UnknownDuplicateKey(String),
    #[error("no operation {0}")]
    BadOperation(String),
    /// `--hash` is none.
    #[error("no hash {0}")]
    BadHash(String),
    /// `--form` names no procedure.
    #[error("no procedure {0}")]
    BadForm(String),
    #[error("no profile {0}")]
    UnknownProfile(String),
    /// No definition is meant by this word.
    #[error("no form {0}")]
    UnknownForm(String),
    /// Several definitions are; each in words that mean it alone.
    #[error("several forms {0}")]
    AmbiguousForm(String, Vec<String>),
    /// `[ui].theme` names a theme that isn't there.
    #[error("no theme {0}")]
    UnknownTheme(String),
    #[error("{} is no text", .0.display())]
    NumbersUnreadable(PathBuf),
    #[error("only for CSV")]
    CsvOnly,
    /// The 反映用一覧 has columns and readers of its own.
    #[error("not for reflect")]
    NotForReflect,
    /// Characters that the encoding can't give back; the list goes out too.
    #[error("{} characters can't be written", .1.len())]
    Unmappable(PathBuf, Vec<UnmappableCharacter>),
    /// Settings or files of the user are wrong: how many places.
    #[error("{0} problems")]
    ConfigProblems(usize),
    /// A file of the user's that takes the place of a shipped one is no TOML.
    #[error("{}: no TOML", .0.display())]
    BrokenFile(PathBuf),
    /// Keymaps are wrong: how many places.
    #[error("{0} problems")]
    KeymapProblems(usize),
    /// A page of the manual couldn't be written.
    #[error("{}: {cause}", .0.display(), cause = .1)]
    Unwritable(PathBuf, io::Error),
    #[error("no terminal")]
    NoTerminal,
    /// No randomness to be had: nothing may be written then.
    #[error("no randomness")]
    NoRandomness,
    /// A fault of the program itself.
    #[error("internal")]
    Internal,
}

impl CliError {
    /// The error that another room told.
    fn inner(&self) -> Option<&dyn Fault> {
        match self {
            Self::Office(error) => Some(error),
            Self::Date(error) => Some(error),
            Self::Anchor(error) => Some(error),
            Self::Policy(error) => Some(error),
            Self::Screen(error) => Some(error.as_ref()),
            _ => None,
        }
    }

    /// A failure of stdout.
    pub(super) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::OutputClosed } else { Self::Output(error) }
    }

    /// The file of settings can't be read at all.
    pub(super) fn settings(path: PathBuf, fault: TextFault) -> Self {
        match fault {
            TextFault::NoFile => Self::Office(OfficeError::Folder(path)),
            TextFault::TooLarge => Self::file(path, io::Error::from(io::ErrorKind::FileTooLarge)),
            TextFault::Io(kind) => Self::file(path, io::Error::from(kind)),
        }
    }

    /// A failure of a file that was named on the command line.
    pub(super) fn file(path: impl Into<PathBuf>, error: io::Error) -> Self {
        Self::Office(OfficeError::Unreadable { file: path.into(), error })
    }

    /// The same error for a command where a stop leaves nothing to continue.
    pub(super) fn reading(error: OfficeError) -> Self {
        if matches!(error, OfficeError::Stopped) { Self::Interrupted } else { Self::Office(error) }
    }

    /// What stands beside `error` in the JSON document.
    pub(super) fn beside(&self) -> Option<(&'static str, Value)> {
        let Self::Unmappable(_, list) = self else { return None };
        let of = |one: &UnmappableCharacter| json!({ "number": one.number, "field": one.field, "character": code_point(one.character) });
        Some(("unmappable", list.iter().map(of).collect()))
    }
}

/// `U+9AD9`.
pub(super) fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

impl Fault for CliError {
    fn code(&self) -> &'static str {
        match self {
            Self::Office(error) => error.code(),
            Self::Date(error) => error.code(),
            Self::Anchor(error) => error.code(),
            Self::Policy(error) => error.code(),
            Self::Screen(error) => error.code(),
            Self::Usage(_) => "usage",
            Self::OutputClosed | Self::Output(_) => "output.failed",
            Self::Interrupted => "work.interrupted",
            Self::NoFolder => "store.no_folder",
            Self::TargetMissing => "target.missing",
            Self::PassphraseUnreadable(_) => "passphrase.unreadable",
            Self::PassphraseMissing => "passphrase.missing",
            Self::PassphrasesDiffer => "passphrase.differ",
            Self::ValueMissing => "field.value_missing",
            Self::NoneChanged => "target.none_changed",
            Self::UnknownStatus(_) => "status.unknown",
            Self::UnknownResult(_) => "result.unknown",
            Self::UnknownSort(_) => "list.unknown_sort",
            Self::UnknownColumn(_) => "list.unknown_column",
            Self::UnknownField(_) => "count.unknown_field",
            Self::UnknownDuplicateKey(_) => "duplicates.unknown_key",
            Self::BadOperation(_) => "undo.bad_operation",
            Self::BadHash(_) => "request.bad_hash",
            Self::BadForm(_) => "people.bad_form",
            Self::UnknownProfile(_) => "profile.unknown",
            Self::UnknownForm(_) => "form.unknown",
            Self::AmbiguousForm(..) => "form.ambiguous",
            Self::UnknownTheme(_) => "theme.unknown",
            Self::NumbersUnreadable(_) => "numbers.unreadable",
            Self::CsvOnly => "export.csv_only",
            Self::NotForReflect => "export.not_for_reflect",
            Self::Unmappable(..) => "export.unmappable",
            Self::ConfigProblems(_) => "config.problems",
            Self::BrokenFile(_) => "config.broken_file",
            Self::KeymapProblems(_) => "keymap.problems",
            Self::Unwritable(..) => "man.unwritable",
            Self::NoTerminal => "screen.no_terminal",
            Self::NoRandomness => "system.no_randomness",
            Self::Internal => "internal",
        }
    }

    fn arguments(&self) -> Arguments {
        use crate::domain::finding::{self, Finding};
        use crate::domain::order::SortField;
        use crate::domain::status::Status;
        use crate::office::GroupField;
        if let Some(inner) = self.inner() {
            return inner.arguments();
        }
        match self {
            Self::Usage(sentence) => vec![("sentence", sentence.clone())],
            Self::Output(error) => vec![("cause", error.to_string())],
            Self::UnknownStatus(word) => {
                let known: Vec<&str> = Status::ALL.into_iter().map(Status::label).collect();
                vec![("word", word.clone()), ("expected", known.join(" / "))]
            }
            Self::UnknownResult(word) => {
                let known = Finding::ALL.into_iter().map(Finding::label).chain([finding::NONE[1]]);
                vec![("word", word.clone()), ("expected", known.collect::<Vec<_>>().join(" / "))]
            }
            Self::UnknownSort(word) => {
                let known: Vec<&str> = SortField::ALL.into_iter().map(|(_, id, _)| id).collect();
                vec![("word", word.clone()), ("expected", known.join(" / "))]
            }
            Self::UnknownField(word) => vec![("word", word.clone()), ("expected", GroupField::ids().join(" / "))],
            Self::UnknownColumn(word) => {
                vec![("word", word.clone()), ("expected", super::columns::KEYS.join(" / "))]
            }
            Self::UnknownDuplicateKey(word)
            | Self::BadOperation(word)
            | Self::BadHash(word)
            | Self::BadForm(word)
            | Self::UnknownProfile(word)
            | Self::UnknownForm(word)
            | Self::UnknownTheme(word) => {
                vec![("word", word.clone())]
            }
            Self::AmbiguousForm(word, forms) => vec![("word", word.clone()), ("forms", forms.join(", "))],
            Self::NumbersUnreadable(file) | Self::BrokenFile(file) => vec![("file", file.display().to_string())],
            Self::PassphraseUnreadable(number) => vec![("number", number.to_string())],
            Self::Unmappable(_, list) => vec![("count", list.len().to_string())],
            Self::ConfigProblems(count) | Self::KeymapProblems(count) => vec![("count", count.to_string())],
            Self::Unwritable(file, error) => vec![("file", file.display().to_string()), ("cause", error.to_string())],
            _ => Vec::new(),
        }
    }

    fn place(&self) -> Option<Place> {
        let file = |path: &PathBuf| Some(Place { file: Some(path.display().to_string()), ..Place::default() });
        match self {
            Self::NumbersUnreadable(path)
            | Self::Unmappable(path, _)
            | Self::BrokenFile(path)
            | Self::Unwritable(path, _) => file(path),
            _ => self.inner().and_then(Fault::place),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Usage(_)
            | Self::TargetMissing
            | Self::ValueMissing
            | Self::PassphraseUnreadable(_)
            | Self::PassphraseMissing
            | Self::PassphrasesDiffer
            | Self::UnknownStatus(_)
            | Self::UnknownResult(_)
            | Self::UnknownSort(_)
            | Self::UnknownColumn(_)
            | Self::UnknownField(_)
            | Self::UnknownDuplicateKey(_)
            | Self::BadOperation(_)
            | Self::BadHash(_)
            | Self::BadForm(_)
            | Self::AmbiguousForm(..)
            | Self::CsvOnly
            | Self::NotForReflect
            | Self::NoTerminal => Outcome::Usage,
            // What was done is done; what could be said of it is only a part.
            Self::Output(_) | Self::Interrupted => Outcome::Partial,
            _ => self.inner().map_or(Outcome::Failed, Fault::outcome),
        }
    }
}
