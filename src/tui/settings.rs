//! Reading of keymap and theme files: inheritance, and problems that name file, line, column and the nearest right
//! name. A problem never costs more than its own entry: the rest of the file stays in force.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::assets::Assets;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};

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
    #[error("no file {0}")]
    Missing(String),
    /// A file that inherits from itself.
    #[error("{0} inherits from itself")]
    Cycle(String),
}

/// A problem with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {wrong}")]
pub struct Problem {
    /// Path of the file.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// What is wrong.
    pub wrong: Wrong,
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
            Wrong::Missing(_) => "settings.missing",
            Wrong::Cycle(_) => "settings.cycle",
        }
    }

    fn arguments(&self) -> Arguments {
        let mut arguments = vec![("at", format!("{}:{}:{}", self.file, self.line, self.column))];
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
            Wrong::Missing(name) | Wrong::Cycle(name) => arguments.push(("name", name.clone())),
        }
        arguments
    }

    fn place(&self) -> Option<Place> {
        Some(Place { file: Some(self.file.clone()), line: Some(self.line), column: Some(self.column), field: None })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}

/// One file of a chain of inheritance.
#[derive(Debug)]
pub(super) struct Source {
    /// Path as problems name it.
    pub file: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// A problem at a byte range of this file.
    pub fn problem(&self, span: &Range<usize>, wrong: Wrong) -> Problem {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Problem {
            file: self.file.clone(),
            line: before.matches('\n').count() as u64 + 1,
            column: before[line_start..].chars().count() as u64 + 1,
            wrong,
        }
    }

    /// The table of the file; what isn't TOML becomes problems and the rest is kept.
    pub fn table(&self, problems: &mut Vec<Problem>) -> Spanned<DeTable<'_>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            problems.push(self.problem(&span, Wrong::Syntax(error.message().to_owned())));
        }
        table
    }
}

/// Reads `FOLDER/NAME.toml` and what it inherits from, the farthest ancestor first. A file that is missing or would
/// close a circle becomes a problem; the chain goes without it.
pub(super) fn chain(assets: &Assets, folder: &str, name: &str, problems: &mut Vec<Problem>) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut next = Some((name.to_owned(), None::<Problem>));
    while let Some((name, asked_from)) = next.take() {
        let path = format!("{folder}{name}.toml");
        if seen.contains(&name) {
            problems.extend(asked_from.map(|at| Problem { wrong: Wrong::Cycle(name), ..at }));
            break;
        }
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let Some((text, on_disk)) = (if plain { assets.read(&path) } else { None }) else {
            let at = Problem { file: path, line: 1, column: 1, wrong: Wrong::Missing(name.clone()) };
            problems.push(asked_from.map_or(at, |from| Problem { wrong: Wrong::Missing(name), ..from }));
            break;
        };
        seen.push(name);
        let file = on_disk.map_or(path, |path| path.display().to_string());
        let source = Source { file, text: text.into_owned() };
        next = {
            let table = source.table(&mut Vec::new());
            table.get_ref().get("inherits").and_then(|value| match value.get_ref() {
                DeValue::String(parent) => {
                    let at = source.problem(&value.span(), Wrong::Missing(parent.to_string()));
                    Some((parent.to_string(), Some(at)))
                }
                _ => None,
            })
        };
        sources.push(source);
    }
    sources.reverse();
    sources
}

/// Takes away what only echoes a syntax error of the same line: what the recovered rest of it seems to say.
pub(super) fn without_echoes(problems: &mut Vec<Problem>) {
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
    names.into_iter().min_by_key(|name| distance(found, name)).unwrap_or_default().to_owned()
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitution = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitution.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
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
        let source = Source { file: "f".into(), text: "あ\nいう = 1".into() };
        let at = source.problem(&("あ\nい".len()..12), Wrong::Missing("x".into()));
        assert_eq!((at.line, at.column), (2, 2));
    }
}
