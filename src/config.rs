//! Where things are, and what the user has set: `config.toml`, read key by key. What is wrong in it is named with its
//! place, and the rest stays in force.

pub mod looks;
pub mod policy;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::assets::Text;
use crate::domain::fault::{Arguments, Fault, Place};
use crate::domain::spelling::nearest;
use crate::messages::Language;

/// What a setting may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// Yes or no.
    Flag,
    /// A whole number from 0.
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
}

impl Kind {
    fn expected(self) -> String {
        match self {
            Self::Text => "\"…\"".to_owned(),
            Self::Texts => "[\"…\", \"…\"]".to_owned(),
            Self::Flag => "true / false".to_owned(),
            Self::Number => "0, 1, 2 …".to_owned(),
            Self::Word(words) => words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" / "),
        }
    }
}

/// Every setting: section, key, kind. The contract's "Configuration" is the source.
const SETTINGS: &[(&str, &str, Kind)] = &[
    ("office", "name", Kind::Text),
    ("office", "department", Kind::Text),
    ("office", "mail", Kind::Text),
    ("office", "phone", Kind::Text),
    ("office", "fax", Kind::Text),
    ("inbox", "folders", Kind::Texts),
    ("smtp", "host", Kind::Text),
    ("smtp", "port", Kind::Number),
    ("smtp", "tls", Kind::Word(&["none", "starttls", "implicit"])),
    ("smtp", "user", Kind::Text),
    ("smtp", "password_file", Kind::Text),
    ("smtp", "ca_file", Kind::Text),
    ("smtp", "from", Kind::Text),
    ("smtp", "reply_to", Kind::Text),
    ("smtp", "connections", Kind::Number),
    ("smtp", "per_minute", Kind::Number),
    ("release", "second_person", Kind::Texts),
    ("ui", "lang", Kind::Word(&["ja", "en"])),
    ("ui", "theme", Kind::Text),
    ("ui", "keymap", Kind::Text),
    ("ui", "ambiguous_width", Kind::Word(&["auto", "narrow", "wide"])),
    ("ui", "low_bandwidth", Kind::Word(&["auto", "yes", "no"])),
    ("ui", "ascii", Kind::Flag),
    ("ui", "assign_on_open", Kind::Flag),
    ("ui", "lock_after", Kind::Number),
    ("ui", "clipboard", Kind::Word(&["off", "osc52"])),
    ("attachments", "max_files", Kind::Number),
    ("attachments", "max_total", Kind::Number),
    ("documents", "fonts", Kind::Texts),
    ("hub", "url", Kind::Text),
];

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A text or a word.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(u64),
}

/// How wide characters are that East Asian fonts draw wide and others narrow (`─`, `①`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AmbiguousWidth {
    /// As the terminal answers when it is asked.
    #[default]
    Auto,
    /// One column.
    Narrow,
    /// Two columns.
    Wide,
}

/// Section `[ui]`: how the program shows itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ui {
    /// `lang`: the language of sentences.
    pub lang: Language,
    /// `theme`: a file of themes/.
    pub theme: Option<String>,
    /// `keymap`: a file of keymaps/.
    pub keymap: Option<String>,
    /// `ambiguous_width`.
    pub ambiguous_width: AmbiguousWidth,
    /// `low_bandwidth`: whether the line to the terminal is slow; `None` = as the terminal answers.
    pub low_bandwidth: Option<bool>,
    /// `ascii`: lines and badges in ASCII.
    pub ascii: bool,
    /// `lock_after`: minutes without a key after which the screen locks; `None` = never.
    pub lock_after: Option<u64>,
    /// `clipboard = "osc52"`: copying through the terminal is allowed.
    pub clipboard: bool,
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Section `[ui]`.
    pub ui: Ui,
    values: BTreeMap<(&'static str, &'static str), Value>,
}

impl Settings {
    /// Reads the text of a `config.toml`. What can't be read is left at its default and told in the second answer, in
    /// the order of the file.
    #[must_use]
    pub fn read(source: &Text, file: &Path) -> (Self, Vec<ConfigError>) {
        let text = source.text.as_str();
        let (root, faults) = DeTable::parse_recoverable(text);
        let mut reader = Reader { text, file, settings: Self::default(), errors: Vec::new() };
        if let Some((line, column)) = source.not_utf8 {
            reader.errors.push(ConfigError { file: file.to_owned(), line, column, problem: Problem::NotUtf8 });
        }
        for fault in faults {
            let span = fault.span().unwrap_or_default();
            // One line that isn't TOML is one mistake, however many words of it the parser stumbles over.
            if !reader.is_broken(span.start) {
                reader.complain(span, Problem::Syntax(fault.message().to_owned()));
            }
        }
        reader.sections(root.get_ref());
        let Reader { mut settings, mut errors, .. } = reader;
        errors.sort_by_key(|error| (error.line, error.column));
        settings.ui = settings.read_ui();
        (settings, errors)
    }

    fn read_ui(&self) -> Ui {
        let text = |key| match self.get("ui", key) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        Ui {
            lang: text("lang").and_then(|word| Language::parse(&word)).unwrap_or_default(),
            theme: text("theme"),
            keymap: text("keymap"),
            ambiguous_width: match text("ambiguous_width").as_deref() {
                Some("narrow") => AmbiguousWidth::Narrow,
                Some("wide") => AmbiguousWidth::Wide,
                _ => AmbiguousWidth::Auto,
            },
            low_bandwidth: match text("low_bandwidth").as_deref() {
                Some("yes") => Some(true),
                Some("no") => Some(false),
                _ => None,
            },
            ascii: self.get("ui", "ascii") == Some(&Value::Flag(true)),
            lock_after: match self.get("ui", "lock_after") {
                Some(Value::Number(minutes)) if *minutes > 0 => Some(*minutes),
                _ => None,
            },
            clipboard: text("clipboard").as_deref() == Some("osc52"),
        }
    }

    /// What the file says of a setting.
    #[must_use]
    pub fn get(&self, section: &str, key: &str) -> Option<&Value> {
        self.values.iter().find(|((s, k), _)| (*s, *k) == (section, key)).map(|(_, value)| value)
    }

    /// A setting that is a text or a word.
    #[must_use]
    pub fn text(&self, section: &str, key: &str) -> Option<&str> {
        match self.get(section, key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A setting that is yes or no; unset = no.
    #[must_use]
    pub fn flag(&self, section: &str, key: &str) -> bool {
        matches!(self.get(section, key), Some(Value::Flag(true)))
    }

    /// `[inbox].folders`: where downloads arrive. `~/` is the home folder.
    #[must_use]
    pub fn inbox_folders(&self) -> Vec<PathBuf> {
        let Some(Value::Texts(folders)) = self.get("inbox", "folders") else { return Vec::new() };
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let place = |folder: &String| match (folder.strip_prefix("~/"), &home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(folder),
        };
        folders.iter().map(place).collect()
    }

    /// The same settings with these folders in which downloads arrive.
    #[must_use]
    pub fn with_inbox(mut self, folders: &[PathBuf]) -> Self {
        let folders = folders.iter().map(|folder| folder.display().to_string()).collect();
        self.values.insert(("inbox", "folders"), Value::Texts(folders));
        self
    }

    /// Every setting with its value in force, in the order of the manual; `None` = nothing is set. The flag tells
    /// whether the file says so.
    #[must_use]
    pub fn effective(&self) -> Vec<(&'static str, &'static str, Option<Value>, bool)> {
        let default = |section, key| match (section, key) {
            ("ui", "lang") => Some(Value::Text(self.ui.lang.id().to_owned())),
            ("ui", "ambiguous_width" | "low_bandwidth") => Some(Value::Text("auto".to_owned())),
            ("ui", "ascii" | "assign_on_open") => Some(Value::Flag(false)),
            ("ui", "clipboard") => Some(Value::Text("off".to_owned())),
            _ => None,
        };
        let of = |(section, key, _): &(&'static str, &'static str, Kind)| {
            let set = self.get(section, key).cloned();
            let from_file = set.is_some();
            (*section, *key, set.or_else(|| default(section, key)), from_file)
        };
        SETTINGS.iter().map(of).collect()
    }
}

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Not TOML; what the parser says.
    Syntax(String),
    /// A section or key that doesn't exist, and the nearest one that does.
    Unknown(String, String),
    /// Not UTF-8 from here on; it was read as Shift_JIS.
    NotUtf8,
    /// A value that the setting can't have, and which it can.
    BadValue(String, String),
}

/// Something wrong in `config.toml`, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}:{column}: {problem:?}", file.display())]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: u64,
    /// Character of the line, from 1.
    pub column: u64,
    /// What is wrong.
    pub problem: Problem,
}

impl Fault for ConfigError {
    fn code(&self) -> &'static str {
        match self.problem {
            Problem::Syntax(_) => "config.syntax",
            Problem::NotUtf8 => "config.not_utf8",
            Problem::Unknown(..) => "config.unknown_key",
            Problem::BadValue(..) => "config.bad_value",
        }
    }

    fn arguments(&self) -> Arguments {
        let place = format!("{}:{}:{}", self.file.display(), self.line, self.column);
        let mut arguments = vec![("place", place)];
        match &self.problem {
            Problem::NotUtf8 => {}
            Problem::Syntax(reason) => arguments.push(("reason", reason.clone())),
            Problem::Unknown(key, nearest) => {
                arguments.extend([("key", key.clone()), ("nearest", nearest.clone())]);
            }
            Problem::BadValue(key, expected) => {
                arguments.extend([("key", key.clone()), ("expected", expected.clone())]);
            }
        }
        arguments
    }

    fn place(&self) -> Option<Place> {
        let field = match &self.problem {
            Problem::Syntax(_) | Problem::NotUtf8 => None,
            Problem::Unknown(key, _) | Problem::BadValue(key, _) => Some(key.clone()),
        };
        let file = Some(self.file.display().to_string());
        Some(Place { file, line: Some(self.line), column: Some(self.column), field })
    }
}

struct Reader<'t> {
    text: &'t str,
    file: &'t Path,
    settings: Settings,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    fn complain(&mut self, span: Range<usize>, problem: Problem) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.errors.push(ConfigError {
            file: self.file.to_owned(),
            line: before.matches('\n').count() as u64 + 1,
            column: before[line_start..].chars().count() as u64 + 1,
            problem,
        });
    }

    /// Whether the line of this byte has a mistake in its TOML.
    fn is_broken(&self, at: usize) -> bool {
        let line = self.text.get(..at).unwrap_or(self.text).matches('\n').count() as u64 + 1;
        let syntax = |error: &ConfigError| matches!(error.problem, Problem::Syntax(_)) && error.line == line;
        self.errors.iter().any(syntax)
    }

    fn sections(&mut self, root: &DeTable<'_>) {
        for (name, value) in root {
            let word = name.get_ref().as_ref();
            if !SETTINGS.iter().any(|(section, _, _)| *section == word) {
                let nearest = nearest(word, SETTINGS.iter().map(|(section, _, _)| *section)).unwrap_or_default();
                self.complain(name.span(), Problem::Unknown(format!("[{word}]"), format!("[{nearest}]")));
            } else if let DeValue::Table(table) = value.get_ref() {
                self.keys(word, table);
            } else {
                self.complain(value.span(), Problem::BadValue(word.to_owned(), format!("[{word}]")));
            }
        }
    }

    fn keys(&mut self, section: &str, table: &DeTable<'_>) {
        let of_section = || SETTINGS.iter().filter(|(name, _, _)| *name == section);
        for (name, value) in table {
            let word = name.get_ref().as_ref();
            let Some((section, key, kind)) = of_section().find(|(_, key, _)| *key == word) else {
                let nearest = nearest(word, of_section().map(|(_, key, _)| *key)).unwrap_or_default();
                let known = (format!("{section}.{word}"), format!("{section}.{nearest}"));
                self.complain(name.span(), Problem::Unknown(known.0, known.1));
                continue;
            };
            match value_of(value, *kind) {
                // What is left of a line that is no TOML says nothing.
                _ if self.is_broken(name.span().start) => {}
                Some(read) => {
                    self.settings.values.insert((section, key), read);
                }
                None => {
                    let problem = Problem::BadValue(format!("{section}.{key}"), kind.expected());
                    self.complain(value.span(), problem);
                }
            }
        }
    }
}

fn value_of(value: &Spanned<DeValue<'_>>, kind: Kind) -> Option<Value> {
    let value = value.get_ref();
    match kind {
        Kind::Text => value.as_str().map(|text| Value::Text(text.to_owned())),
        Kind::Word(words) => {
            value.as_str().filter(|word| words.contains(word)).map(|word| Value::Text(word.to_owned()))
        }
        Kind::Flag => value.as_bool().map(Value::Flag),
        Kind::Number => {
            let number = value.as_integer()?;
            u64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Number)
        }
        Kind::Texts => {
            let texts = value.as_array()?.iter().map(|one| one.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<_>>().map(Value::Texts)
        }
    }
}

/// The store of a user who names none: the platform's data folder.
#[must_use]
pub fn usual_store() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    etcetera::choose_base_strategy().ok().map(|places| places.data_dir().join("sekisho"))
}

/// The folder of the person's practice store: beside the usual one, never in it.
#[must_use]
pub fn practice_store() -> Option<PathBuf> {
    usual_store().map(|usual| usual.with_file_name("sekisho-practice"))
}

/// The folder of the user's own themes, keymaps, messages and profiles.
#[must_use]
pub fn overrides() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    etcetera::choose_base_strategy().ok().map(|places| places.config_dir().join("sekisho"))
}

/// The folder for what the program remembers about this machine and this user.
fn remembered() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let places = etcetera::choose_base_strategy().ok()?;
    Some(places.state_dir().unwrap_or_else(|| places.data_dir()).join("sekisho"))
}

/// Where it remembers the stores that it has seen.
#[must_use]
pub fn state_folder() -> Option<PathBuf> {
    Some(remembered()?.join("stores"))
}

/// Where it remembers how terminals draw.
#[must_use]
pub fn terminals_folder() -> Option<PathBuf> {
    remembered()
}

/// The folder of the reports that panics leave behind.
#[must_use]
pub fn reports_folder() -> Option<PathBuf> {
    Some(remembered()?.join("reports"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Settings, Vec<(u64, u64, &'static str)>) {
        let text = Text { text: text.to_owned(), not_utf8: None };
        let (settings, errors) = Settings::read(&text, Path::new("config.toml"));
        (settings, errors.iter().map(|error| (error.line, error.column, error.code())).collect())
    }

    #[test]
    fn an_empty_file_sets_nothing() {
        let (settings, errors) = read("");
        assert_eq!((settings, errors.len()), (Settings::default(), 0));
        assert_eq!(Settings::default().ui.lang, Language::Japanese);
    }

    #[test]
    fn what_is_wrong_is_named_and_the_rest_stays_in_force() {
        let (settings, errors) = read(
            "[ui]\nlang = \"en\"\nascii = \"yes\"\nkeymaps = \"vi\"\nlock_after = 15\n[uii]\n[smtp]\nport = -1\n\
             tls = \"ssl\"\n[inbox]\nfolders = [\"a\", 2]\n[release]\nsecond_person = [\"mail.send\"]\n",
        );
        assert_eq!((settings.ui.lang, settings.ui.lock_after), (Language::English, Some(15)));
        assert_eq!(settings.get("release", "second_person"), Some(&Value::Texts(vec!["mail.send".to_owned()])));
        let (value, key) = ("config.bad_value", "config.unknown_key");
        assert_eq!(errors, [(3, 9, value), (4, 1, key), (6, 2, key), (8, 8, value), (9, 7, value), (11, 11, value)]);
    }

    #[test]
    fn a_line_that_is_no_toml_leaves_the_others_in_force() {
        let (settings, errors) = read("[ui]\nlang = \"en\"\ntheme = \nascii = true\n");
        assert_eq!((settings.ui.lang, settings.ui.ascii), (Language::English, true));
        assert_eq!(errors.iter().map(|(line, _, code)| (*line, *code)).collect::<Vec<_>>(), [(3, "config.syntax")]);
    }

    #[test]
    fn the_nearest_right_key_is_named() {
        let text = Text { text: "[ui]\nambigous_width = \"wide\"\n".to_owned(), not_utf8: None };
        let (_, errors) = Settings::read(&text, Path::new("c.toml"));
        let unknown = Problem::Unknown("ui.ambigous_width".to_owned(), "ui.ambiguous_width".to_owned());
        assert_eq!(errors.iter().map(|error| error.problem.clone()).collect::<Vec<_>>(), [unknown]);
    }
}
