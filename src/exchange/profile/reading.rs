//! Reads a profile's text and says exactly where it is wrong.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Column, Profile, column_key};
use crate::domain::application::Line;
use crate::domain::entry;
use crate::domain::fault::{Arguments, Fault, Place};
use crate::domain::spelling;
use crate::domain::status::Status;
use crate::exchange::sekisho;

/// What a value of a profile must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A text in quotes.
    Text,
    /// A list of texts.
    Texts,
    /// A table.
    Table,
}

impl Expected {
    const fn id(self) -> &'static str {
        match self {
            Self::Text => "\"…\"",
            Self::Texts => "[\"…\", \"…\"]",
            Self::Table => "[…]",
        }
    }
}

/// What is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileErrorKind {
    /// Not TOML; what the parser says.
    Syntax(String),
    /// A key that nothing reads, and the nearest one that exists.
    UnknownKey(String, &'static str),
    /// A value of the wrong type.
    WrongType(String, Expected),
    /// A key that must be there.
    Missing(&'static str),
    /// `source` is not a short id: lower-case letters, digits, `-`, `_`, `:` and `.`, up to 64.
    BadSource(String),
    /// The name of the built-in profile.
    NameTaken,
    /// A status that doesn't exist.
    UnknownStatus(String),
    /// A line other than `internet` or `staff`.
    UnknownLine(String),
    /// The same column name for two fields.
    NameTwice(String),
    /// A required field without a column.
    RequiredWithoutColumn(String),
    /// The file's bytes are no UTF-8.
    NotUtf8,
    /// The file can't be read; what the system says.
    Unreadable(String),
    /// The file is larger than any profile.
    TooLarge,
}

/// What is wrong with a profile, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("profile {profile}, line {line}, column {column}: {kind:?}")]
pub struct ProfileError {
    /// The profile's name.
    pub profile: String,
    /// The file that holds it: its name, or its path where one is known.
    pub file: String,
    /// Line of its text, from 1.
    pub line: u64,
    /// Character of the line, from 1.
    pub column: u64,
    /// What is wrong.
    pub kind: ProfileErrorKind,
}

impl Fault for ProfileError {
    fn code(&self) -> &'static str {
        match self.kind {
            ProfileErrorKind::Syntax(_) => "profile.syntax",
            ProfileErrorKind::UnknownKey(..) => "profile.unknown_key",
            ProfileErrorKind::WrongType(..) => "profile.wrong_type",
            ProfileErrorKind::Missing(_) => "profile.missing",
            ProfileErrorKind::BadSource(_) => "profile.bad_source",
            ProfileErrorKind::NameTaken => "profile.name_taken",
            ProfileErrorKind::UnknownStatus(_) => "profile.unknown_status",
            ProfileErrorKind::UnknownLine(_) => "profile.unknown_line",
            ProfileErrorKind::NameTwice(_) => "profile.name_twice",
            ProfileErrorKind::RequiredWithoutColumn(_) => "profile.required_without_column",
            ProfileErrorKind::NotUtf8 => "profile.not_utf8",
            ProfileErrorKind::Unreadable(_) => "profile.unreadable",
            ProfileErrorKind::TooLarge => "profile.too_large",
        }
    }

    fn arguments(&self) -> Arguments {
        let mut arguments = vec![
            ("profile", self.profile.clone()),
            ("file", self.file.clone()),
            ("line", self.line.to_string()),
            ("column", self.column.to_string()),
        ];
        arguments.extend(match &self.kind {
            ProfileErrorKind::Syntax(reason) => vec![("reason", reason.clone())],
            ProfileErrorKind::UnknownKey(key, nearest) => {
                vec![("key", key.clone()), ("nearest", (*nearest).to_owned())]
            }
            ProfileErrorKind::WrongType(key, expected) => {
                vec![("key", key.clone()), ("expected", expected.id().to_owned())]
            }
            ProfileErrorKind::NameTaken | ProfileErrorKind::NotUtf8 | ProfileErrorKind::TooLarge => Vec::new(),
            ProfileErrorKind::Unreadable(cause) => vec![("cause", cause.clone())],
            ProfileErrorKind::UnknownStatus(value) => {
                let nearest = spelling::nearest(value, Status::ALL.into_iter().flat_map(|s| [s.label(), s.id()]));
                vec![("value", value.clone()), ("nearest", nearest.unwrap_or_default().to_owned())]
            }
            ProfileErrorKind::Missing(key) => vec![("key", (*key).to_owned())],
            ProfileErrorKind::BadSource(value)
            | ProfileErrorKind::UnknownLine(value)
            | ProfileErrorKind::NameTwice(value)
            | ProfileErrorKind::RequiredWithoutColumn(value) => vec![("value", value.clone())],
        });
        arguments
    }

    fn place(&self) -> Option<Place> {
        Some(Place { file: Some(self.file.clone()), line: Some(self.line), column: Some(self.column), field: None })
    }
}

impl ProfileError {
    /// A file that is no profile, whatever stands in it: where its bytes can't be read as text.
    #[must_use]
    pub fn of_bytes(name: &str, before: &str, kind: ProfileErrorKind) -> Self {
        Reader { name, text: before }.error(before.len()..before.len(), kind)
    }

    /// The same error with the path of the file that it is in.
    #[must_use]
    pub fn in_file(self, file: String) -> Self {
        Self { file, ..self }
    }
}

/// Whether a text may be the short id of a source.
pub(in crate::exchange) fn is_source(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_:.".contains(&byte))
}

const KEYS: [&str; 7] = ["title", "source", "require", "kana_items", "columns", "status", "line"];

type Value<'i> = Spanned<DeValue<'i>>;

/// Reads a profile's text. `own` = the built-in one, which alone may have the column `source`.
pub(super) fn read(name: &str, text: &str, own: bool) -> Result<Profile, ProfileError> {
    let reader = Reader { name, text };
    if name == sekisho::PROFILE && !own {
        return Err(reader.error(0..0, ProfileErrorKind::NameTaken));
    }
    let root = DeTable::parse(text).map_err(|error| {
        reader.error(error.span().unwrap_or_default(), ProfileErrorKind::Syntax(error.message().to_owned()))
    })?;
    let end = text.len()..text.len();
    let table = root.get_ref();
    for key in table.keys() {
        if !KEYS.contains(&key.get_ref().as_ref()) {
            return Err(reader.unknown(key.get_ref(), key.span(), &KEYS));
        }
    }
    let required =
        |key: &'static str| table.get(key).ok_or_else(|| reader.error(end.clone(), ProfileErrorKind::Missing(key)));

    let source_value = required("source")?;
    let source = reader.text("source", source_value)?;
    if !is_source(source) || source == entry::SOURCE || (source == sekisho::PROFILE && !own) {
        return Err(reader.error(source_value.span(), ProfileErrorKind::BadSource(source.to_owned())));
    }
    let columns = reader.columns(required("columns")?, own)?;
    let require = match table.get("require") {
        Some(value) => reader.require(value, &columns)?,
        None => vec![Column::Number],
    };
    if !columns.contains_key(&Column::Number) {
        return Err(reader.error(end, ProfileErrorKind::Missing("columns.number")));
    }
    let mut statuses = BTreeMap::new();
    for (label, value) in reader.labels("status", table.get("status"))? {
        let word = reader.text(label, value)?;
        let status = Status::parse(word)
            .ok_or_else(|| reader.error(value.span(), ProfileErrorKind::UnknownStatus(word.to_owned())))?;
        statuses.insert(column_key(label), status);
    }
    let mut lines = BTreeMap::new();
    for (label, value) in reader.labels("line", table.get("line"))? {
        let line = match reader.text(label, value)? {
            "internet" => Line::Internet,
            "staff" => Line::Staff,
            other => return Err(reader.error(value.span(), ProfileErrorKind::UnknownLine(other.to_owned()))),
        };
        lines.insert(column_key(label), line);
    }
    let kana_items = match table.get("kana_items") {
        Some(value) => reader.texts("kana_items", value)?.into_iter().map(|(word, _)| word.to_owned()).collect(),
        None => Vec::new(),
    };
    let title = match table.get("title") {
        Some(value) => reader.text("title", value)?.to_owned(),
        None => name.to_owned(),
    };
    Ok(Profile {
        name: name.to_owned(),
        title,
        source: source.to_owned(),
        require,
        columns,
        kana_items,
        statuses,
        lines,
        of_office: false,
    })
}

struct Reader<'t> {
    name: &'t str,
    text: &'t str,
}

impl Reader<'_> {
    fn error(&self, span: Range<usize>, kind: ProfileErrorKind) -> ProfileError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        ProfileError {
            profile: self.name.to_owned(),
            file: format!("{}.toml", self.name),
            line: before.matches('\n').count() as u64 + 1,
            column: before[line_start..].chars().count() as u64 + 1,
            kind,
        }
    }

    fn unknown(&self, key: &str, span: Range<usize>, known: &[&'static str]) -> ProfileError {
        let nearest = spelling::nearest(key, known.iter().copied()).unwrap_or_default();
        self.error(span, ProfileErrorKind::UnknownKey(key.to_owned(), nearest))
    }

    fn text<'v>(&self, key: &str, value: &'v Value<'_>) -> Result<&'v str, ProfileError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => Err(self.error(value.span(), ProfileErrorKind::WrongType(key.to_owned(), Expected::Text))),
        }
    }

    fn texts<'v>(&self, key: &str, value: &'v Value<'_>) -> Result<Vec<(&'v str, Range<usize>)>, ProfileError> {
        let DeValue::Array(values) = value.get_ref() else {
            return Err(self.error(value.span(), ProfileErrorKind::WrongType(key.to_owned(), Expected::Texts)));
        };
        values.iter().map(|value| Ok((self.text(key, value)?, value.span()))).collect()
    }

    fn labels<'v, 'i>(
        &self,
        key: &str,
        value: Option<&'v Value<'i>>,
    ) -> Result<Vec<(&'v str, &'v Value<'i>)>, ProfileError> {
        let Some(value) = value else { return Ok(Vec::new()) };
        let DeValue::Table(table) = value.get_ref() else {
            return Err(self.error(value.span(), ProfileErrorKind::WrongType(key.to_owned(), Expected::Table)));
        };
        Ok(table.iter().map(|(label, value)| (label.get_ref().as_ref(), value)).collect())
    }

    fn columns(&self, value: &Value<'_>, own: bool) -> Result<BTreeMap<Column, Vec<String>>, ProfileError> {
        let DeValue::Table(table) = value.get_ref() else {
            return Err(self.error(value.span(), ProfileErrorKind::WrongType("columns".to_owned(), Expected::Table)));
        };
        let known: Vec<Column> = Column::ALL.into_iter().filter(|column| own || *column != Column::Source).collect();
        let ids: Vec<&'static str> = known.iter().map(|column| column.id()).collect();
        let mut columns: BTreeMap<Column, Vec<String>> = BTreeMap::new();
        let mut taken: BTreeMap<String, Column> = BTreeMap::new();
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let column = Column::from_id(key.get_ref())
                .filter(|column| known.contains(column))
                .ok_or_else(|| self.unknown(key.get_ref(), key.span(), &ids))?;
            for (name, span) in self.texts(column.id(), value)? {
                if taken.insert(column_key(name), column).is_some_and(|other| other != column) {
                    return Err(self.error(span, ProfileErrorKind::NameTwice(name.to_owned())));
                }
                columns.entry(column).or_default().push(name.to_owned());
            }
        }
        Ok(columns)
    }

    fn require(&self, value: &Value<'_>, columns: &BTreeMap<Column, Vec<String>>) -> Result<Vec<Column>, ProfileError> {
        let ids: Vec<&'static str> = Column::ALL.into_iter().map(Column::id).collect();
        let mut require = vec![Column::Number];
        for (id, span) in self.texts("require", value)? {
            let column = Column::from_id(id).ok_or_else(|| self.unknown(id, span.clone(), &ids))?;
            if !columns.contains_key(&column) {
                return Err(self.error(span, ProfileErrorKind::RequiredWithoutColumn(id.to_owned())));
            }
            if !require.contains(&column) {
                require.push(column);
            }
        }
        Ok(require)
    }
}
