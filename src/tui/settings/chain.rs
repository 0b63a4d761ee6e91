//! A keymap or theme file with all that it inherits from: where each is found, and what takes the place of one that
//! can't be had.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, Wrong, description, nearest};
use crate::assets::{Assets, Text, TextFault, text_of};
use crate::config::looks::Description;

/// Which file is read.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// `FOLDER/NAME.toml`, the user's own before the shipped one.
    Named(&'a str),
    /// A file anywhere.
    At(&'a Path),
}

/// One file of a chain of inheritance.
#[derive(Debug)]
pub(in crate::tui) struct Source {
    /// Its name, without folder and `.toml`.
    pub name: String,
    /// Path as problems name it.
    pub file: String,
    /// Whether it is the user's own, not a shipped one.
    pub own: bool,
    /// Its text.
    pub text: String,
}

impl Source {
    /// A file of the user's own.
    pub fn own(file: impl Into<String>, text: impl Into<String>) -> Self {
        let file = file.into();
        let name = Path::new(&file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, file, own: true, text: text.into() }
    }

    fn shipped(folder: &str, name: &str) -> Option<Self> {
        let file = format!("{folder}{name}.toml");
        let (text, _) = Assets::built_in().read(&file)?;
        Some(Self { name: name.to_owned(), file, own: false, text: text.into_owned() })
    }

    /// A problem at a byte range of this file.
    pub fn problem(&self, span: &Range<usize>, wrong: Wrong) -> Problem {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Problem {
            file: self.file.clone(),
            line: before.matches('\n').count() as u64 + 1,
            column: before[line_start..].chars().count() as u64 + 1,
            wrong,
            entry: None,
        }
    }

    /// The table of the file; what isn't TOML becomes problems and the rest is kept.
    pub fn table(&self, problems: &mut Vec<Problem>) -> Spanned<DeTable<'_>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let problem = self.problem(&span, Wrong::Syntax(error.message().to_owned()));
            // One line that isn't TOML is one mistake, however many words of it the parser stumbles over.
            let same = |told: &Problem| {
                matches!(told.wrong, Wrong::Syntax(_)) && (&told.file, told.line) == (&problem.file, problem.line)
            };
            if !problems.iter().any(same) {
                problems.push(problem);
            }
        }
        table
    }

    /// What it says of itself.
    pub fn description(&self) -> Option<Description> {
        let table = self.table(&mut Vec::new());
        description(table.get_ref().get("description")?.get_ref())
    }

    /// What it inherits from, and where it says so.
    fn parent(&self) -> Option<(String, Range<usize>)> {
        let table = self.table(&mut Vec::new());
        let value = table.get_ref().get("inherits")?;
        let DeValue::String(parent) = value.get_ref() else { return None };
        Some((parent.to_string(), value.span()))
    }
}

/// Where files are looked for, and the shipped file that everything can rest on.
struct Place<'a> {
    assets: &'a Assets,
    folder: &'a str,
    base: &'a str,
}

impl Place<'_> {
    /// The shipped file that is in force where `name` can't be had.
    fn instead(&self, name: &str) -> String {
        if Source::shipped(self.folder, name).is_some() { name.to_owned() } else { self.base.to_owned() }
    }

    /// A file on disk; what is wrong with it as a whole is told.
    fn opened(&self, file: &str, read: Result<Text, TextFault>, problems: &mut Vec<Problem>) -> Option<Source> {
        match read {
            Ok(text) => {
                if let Some((line, column)) = text.not_utf8 {
                    problems.push(Problem { line, column, ..Problem::of_file(file, Wrong::NotUtf8) });
                }
                Some(Source::own(file, text.text))
            }
            Err(fault) => {
                let instead = self.instead(&Source::own(file, "").name);
                problems.push(Problem::of_file(file, Wrong::Unreadable { fault, instead }));
                None
            }
        }
    }

    /// The file of a name. `asked_from` is where another file asks for it.
    fn named(&self, name: &str, asked_from: Option<Problem>, problems: &mut Vec<Problem>) -> Option<Source> {
        let path = format!("{}{name}.toml", self.folder);
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let on_disk = if plain { self.assets.on_disk(&path) } else { None };
        if let Some((file, read)) = on_disk {
            let own = self.opened(&file.display().to_string(), read, problems);
            return own.or_else(|| Source::shipped(self.folder, name));
        }
        if plain && let Some(shipped) = Source::shipped(self.folder, name) {
            return Some(shipped);
        }
        let known = self.assets.list(self.folder);
        let known = known.iter().filter_map(|path| path.strip_prefix(self.folder)?.strip_suffix(".toml"));
        let nearest = nearest(name, known);
        let wrong = Wrong::Missing { name: name.to_owned(), nearest, instead: self.base.to_owned() };
        problems.push(match asked_from {
            Some(at) => Problem { wrong, ..at },
            None => Problem::of_file(path, wrong),
        });
        None
    }
}

/// Reads a file of `folder` and what it inherits from, the farthest ancestor first. A file that can't be had or would
/// close a circle becomes a problem, and the shipped file `base` then lies below the rest. A file of the user's own that
/// inherits from its own name means the shipped file whose place it takes.
pub(in crate::tui) fn chain(
    assets: &Assets,
    (folder, base): (&str, &str),
    which: Which<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Source> {
    let place = Place { assets, folder, base };
    let mut sources: Vec<Source> = Vec::new();
    let mut next = match which {
        Which::Named(name) => place.named(name, None, problems),
        Which::At(file) => {
            let shown = file.display().to_string();
            place.opened(&shown, text_of(file), problems).or_else(|| Source::shipped(folder, base))
        }
    };
    let mut whole = next.is_some();
    while let Some(source) = next.take() {
        if let Some((parent, span)) = source.parent() {
            let itself = source.own && parent == source.name;
            let shipped = if itself { Source::shipped(folder, &parent) } else { None };
            let asked_from = Some(source.problem(&span, Wrong::NotUtf8));
            let found = shipped.or_else(|| place.named(&parent, asked_from, problems));
            let round =
                |found: &Source| found.file == source.file || sources.iter().any(|earlier| earlier.file == found.file);
            whole = found.as_ref().is_some_and(|found| !round(found));
            if found.as_ref().is_some_and(round) {
                let wrong = Wrong::Cycle { name: parent, instead: base.to_owned() };
                problems.push(source.problem(&span, wrong));
            } else {
                next = found;
            }
        }
        sources.push(source);
    }
    if !whole && !sources.iter().any(|source| source.name == base && !source.own) {
        sources.extend(Source::shipped(folder, base));
    }
    sources.reverse();
    sources
}
