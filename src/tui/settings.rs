//! Reading of keymap and theme files: inheritance, and problems that name file, line, column and the nearest right
//! name. A problem never costs more than its own entry: the rest of the file stays in force.

mod chain;
mod notice;

use toml::de::DeValue;

use crate::assets::{LARGEST, TextFault};
use crate::command::{CommandId, Context};
use crate::config::looks::Description;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::spelling;

pub use chain::Which;
pub(super) use chain::{Source, chain};
pub use notice::notice;

/// What is wrong at a place of a settings file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Not TOML here.
    #[error("not TOML: {0}")]
    Syntax(String),
    /// A name that doesn't exist.
    #[error("unknown name {found}")]
    UnknownName {
        /// What stands there.
        found: String,
        /// The right name that looks most like it.
        nearest: String,
    },
    /// A value of the wrong kind.
    #[error("wrong value {found}")]
    WrongValue {
        /// What stands there.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// The command isn't offered in this context.
    #[error("{command} is not offered in {context}")]
    NotOffered {
        /// Id of the command.
        command: String,
        /// Id of the context.
        context: String,
    },
    /// A key sequence that begins with another one that already means something.
    #[error("{keys} can't be reached")]
    Prefix {
        /// The sequence.
        keys: String,
    },
    /// A letter where every letter is text.
    #[error("{keys} is text here")]
    TextKey {
        /// The key.
        keys: String,
    },
    /// No such file.
    #[error("no file {name}")]
    Missing {
        /// The name that was asked for.
        name: String,
        /// The file that looks most like it.
        nearest: String,
        /// The shipped file that is in force in its place.
        instead: String,
    },
    /// A file that inherits from itself.
    #[error("{name} inherits from itself")]
    Cycle {
        /// The name at which the circle closes.
        name: String,
        /// The shipped file that lies below in its place.
        instead: String,
    },
    /// A file that can't be read at all.
    #[error("unreadable: {fault:?}")]
    Unreadable {
        /// Why.
        fault: TextFault,
        /// The shipped file that is in force in its place.
        instead: String,
    },
    /// Not UTF-8 from here on; it was read as Shift_JIS.
    #[error("not UTF-8")]
    NotUtf8,
    /// A command that nobody can do without has no key left in some contexts.
    #[error("no key is left for {command:?} in {contexts:?}")]
    Basic {
        /// The command.
        command: CommandId,
        /// Where.
        contexts: Vec<Context>,
        /// The key that stays with it.
        key: &'static str,
    },
    /// The band belongs to the segment.
    #[error("the band is the segment's")]
    SegmentBand,
}

/// A problem with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {wrong}")]
pub struct Problem {
    /// Path of the file.
    pub file: String,
    /// Line, from 1; 0 = the file as a whole.
    pub line: u64,
    /// Column in characters, from 1; 0 = the file as a whole.
    pub column: u64,
    /// What is wrong.
    pub wrong: Wrong,
    /// In a keymap: the context and the keys of the entry that was passed over.
    pub entry: Option<(Context, String)>,
}

impl Problem {
    /// A problem of a file as a whole.
    pub(super) fn of_file(file: impl Into<String>, wrong: Wrong) -> Self {
        Self { file: file.into(), line: 0, column: 0, wrong, entry: None }
    }

    /// The same problem with its file named shortly (`keymaps/mine.toml`), for a line that has little room.
    #[must_use]
    pub fn briefly(&self) -> Self {
        let mut parts: Vec<&str> = self.file.rsplit('/').take(2).collect();
        parts.reverse();
        Self { file: parts.join("/"), ..self.clone() }
    }
}

impl Fault for Problem {
    fn code(&self) -> &'static str {
        match self.wrong {
            Wrong::Syntax(_) => "settings.syntax",
            Wrong::UnknownName { .. } => "settings.unknown_name",
            Wrong::WrongValue { .. } => "settings.wrong_value",
            Wrong::NotOffered { .. } => "settings.not_offered",
            Wrong::Prefix { .. } => "settings.prefix",
            Wrong::TextKey { .. } => "settings.text_key",
            Wrong::Missing { .. } => "settings.missing",
            Wrong::Cycle { .. } => "settings.cycle",
            Wrong::Unreadable { fault: TextFault::NoFile, .. } => "settings.no_file",
            Wrong::Unreadable { fault: TextFault::TooLarge, .. } => "settings.too_large",
            Wrong::Unreadable { fault: TextFault::Io(_), .. } => "settings.unreadable",
            Wrong::NotUtf8 => "settings.not_utf8",
            Wrong::Basic { .. } => "settings.basic",
            Wrong::SegmentBand => "settings.segment_band",
        }
    }

    fn arguments(&self) -> Arguments {
        let at =
            if self.line == 0 { self.file.clone() } else { format!("{}:{}:{}", self.file, self.line, self.column) };
        let mut arguments = vec![("at", at)];
        match &self.wrong {
            Wrong::Syntax(detail) => arguments.push(("detail", detail.clone())),
            Wrong::UnknownName { found, nearest } => {
                arguments.push(("found", found.clone()));
                arguments.push(("nearest", nearest.clone()));
            }
            Wrong::WrongValue { found, expected } => {
                arguments.push(("found", found.clone()));
                arguments.push(("expected", expected.clone()));
            }
            Wrong::NotOffered { command, context } => {
                arguments.push(("command", command.clone()));
                arguments.push(("context", context.clone()));
            }
            Wrong::Prefix { keys } | Wrong::TextKey { keys } => arguments.push(("keys", keys.clone())),
            Wrong::Missing { name, nearest, instead } => {
                arguments.push(("name", name.clone()));
                arguments.push(("nearest", nearest.clone()));
                arguments.push(("instead", instead.clone()));
            }
            Wrong::Cycle { name, instead } => {
                arguments.push(("name", name.clone()));
                arguments.push(("instead", instead.clone()));
            }
            Wrong::Unreadable { fault, instead } => {
                let limit = LARGEST / 1024;
                let cause = if let TextFault::Io(kind) = fault { kind.to_string() } else { limit.to_string() };
                arguments.push(("cause", cause));
                arguments.push(("instead", instead.clone()));
            }
            Wrong::Basic { command, contexts, key } => {
                arguments.push(("command", command.as_str().to_owned()));
                let contexts: Vec<&str> = contexts.iter().map(|context| context.id()).collect();
                arguments.push(("contexts", contexts.join(", ")));
                arguments.push(("keys", (*key).to_owned()));
            }
            Wrong::NotUtf8 | Wrong::SegmentBand => {}
        }
        arguments
    }

    fn place(&self) -> Option<Place> {
        let counted = |number: u64| Some(number).filter(|number| *number > 0);
        let (line, column) = (counted(self.line), counted(self.column));
        Some(Place { file: Some(self.file.clone()), line, column, field: None })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}

/// Reads `description = "…"` or `{ ja = "…", en = "…" }`; a language that is left out takes the other's text.
pub(super) fn description(value: &DeValue<'_>) -> Option<Description> {
    if let DeValue::String(text) = value {
        return Some(Description { ja: text.to_string(), en: text.to_string() });
    }
    let DeValue::Table(table) = value else { return None };
    let of = |language: &str| table.get(language).and_then(|text| text.get_ref().as_str()).map(str::to_owned);
    let (ja, en) = (of("ja"), of("en"));
    let known = usize::from(ja.is_some()) + usize::from(en.is_some());
    let (ja, en) = (ja.clone().or_else(|| en.clone())?, en.or(ja)?);
    (known == table.len()).then_some(Description { ja, en })
}

/// Puts the problems of one file, those from `from` on, into the order of its lines, and takes away what only echoes a
/// syntax error of the same line: what the recovered rest of it seems to say.
pub(super) fn in_order(problems: &mut Vec<Problem>, from: usize) {
    problems[from..].sort_by_key(|problem| (problem.line, problem.column));
    let broken: Vec<(String, u64)> = problems
        .iter()
        .filter(|problem| matches!(problem.wrong, Wrong::Syntax(_)))
        .map(|problem| (problem.file.clone(), problem.line))
        .collect();
    problems.retain(|problem| {
        matches!(problem.wrong, Wrong::Syntax(_))
            || !broken.iter().any(|(file, line)| *file == problem.file && *line == problem.line)
    });
}

/// The value as a person would recognise it in a problem.
pub(super) fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(word) => word.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "[…]".to_owned(),
        DeValue::Table(_) => "{…}".to_owned(),
    }
}

/// The name that looks most like `found`.
pub(super) fn nearest<'a>(found: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    spelling::nearest(found, names).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_a_person_meant() {
        assert_eq!(nearest("mark.togle", ["mark.all", "mark.toggle", "list.search"]), "mark.toggle");
    }

    #[test]
    fn a_place_counts_characters_and_lines_from_one() {
        let source = Source::own("f", "あ\nいう = 1");
        let at = source.problem(&("あ\nい".len()..12), Wrong::NotUtf8);
        assert_eq!((at.line, at.column), (2, 2));
    }
}
