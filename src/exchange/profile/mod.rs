//! Profiles: what the columns of a kind of file mean. Shipped ones are `data/profiles/*.toml`; an office adds its own
//! beside them. The built-in profile `sekisho` reads our own exports.

mod header;
mod reading;

pub use header::{HeaderError, Layout, Meaning, SensitiveColumn, choose, sensitive_columns};
pub(in crate::exchange) use reading::is_source;
pub use reading::{Expected, ProfileError, ProfileErrorKind};

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use super::sekisho;
use crate::domain::application::Line;
use crate::domain::status::Status;

/// A field that a column can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// 取得元; only in our own exports.
    Source,
    /// 整理番号 or 受付番号.
    Number,
    /// 利用者ID.
    UserId,
    /// 連絡先メールアドレス.
    Mail,
    /// 氏名/法人名.
    Name,
    /// フリガナ of the applicant, where it is a column of its own and not an item of the form.
    Kana,
    /// 様式Ver.
    FormVersion,
    /// 様式ID.
    FormCode,
    /// 様式名.
    FormName,
    /// 申込日時.
    Submitted,
    /// 処理状況, as the source has it.
    Status,
    /// 申込回線.
    Line,
    /// 備考.
    Remarks,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Source,
        Self::Number,
        Self::UserId,
        Self::Mail,
        Self::Name,
        Self::Kana,
        Self::FormVersion,
        Self::FormCode,
        Self::FormName,
        Self::Submitted,
        Self::Status,
        Self::Line,
        Self::Remarks,
    ];

    /// The key in a profile.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Number => "number",
            Self::UserId => "user_id",
            Self::Mail => "mail",
            Self::Name => "name",
            Self::Kana => "kana",
            Self::FormVersion => "form_version",
            Self::FormCode => "form_code",
            Self::FormName => "form_name",
            Self::Submitted => "submitted",
            Self::Status => "status",
            Self::Line => "line",
            Self::Remarks => "remarks",
        }
    }

    fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.id() == id)
    }
}

/// How column names and labels are compared: width, spaces and letter case don't matter.
#[must_use]
pub fn column_key(name: &str) -> String {
    name.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// What the columns of a kind of file mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    name: String,
    title: String,
    source: String,
    require: Vec<Column>,
    columns: BTreeMap<Column, Vec<String>>,
    kana_items: Vec<String>,
    statuses: BTreeMap<String, Status>,
    lines: BTreeMap<String, Line>,
    of_office: bool,
}

impl Profile {
    /// The built-in profile of our own exports.
    ///
    /// # Panics
    /// Never: a test reads the text that is compiled in.
    #[must_use]
    #[allow(clippy::expect_used, reason = "the text is compiled in, and a test reads it")]
    pub fn sekisho() -> Self {
        reading::read(sekisho::PROFILE, sekisho::PROFILE_TEXT, true).expect("the built-in profile is valid")
    }

    /// Reads all profiles of an office (name and text of each) and puts the built-in one before them. A broken one
    /// doesn't keep the others from being used.
    #[must_use]
    pub fn read_all<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> (Vec<Self>, Vec<ProfileError>) {
        let (mut profiles, mut errors) = (vec![Self::sekisho()], Vec::new());
        for (name, text) in files {
            match Self::from_toml(name, text) {
                Ok(profile) => profiles.push(profile),
                Err(error) => errors.push(error),
            }
        }
        (profiles, errors)
    }

    /// Reads a profile; `name` is the file's name without `.toml`.
    ///
    /// # Errors
    /// What is wrong with the text, with line and column.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, ProfileError> {
        reading::read(name, text, false)
    }

    /// The same profile for the files of another source.
    #[must_use]
    pub fn of_source(mut self, source: &str) -> Self {
        source.clone_into(&mut self.source);
        self
    }

    /// The same profile as one that the office made for itself: where others fit a header as well, it goes first.
    #[must_use]
    pub fn made_by_office(self) -> Self {
        Self { of_office: true, ..self }
    }

    /// Whether the office made it, and it isn't as shipped.
    #[must_use]
    pub const fn is_of_office(&self) -> bool {
        self.of_office
    }

    /// The name that `--profile` takes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of file it is, for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The short id of the source: the first half of an application's identity.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is the built-in profile of our own exports: identity from the column 取得元, no status read, and
    /// an empty cell without quotes is absent.
    #[must_use]
    pub fn is_own_export(&self) -> bool {
        self.columns.contains_key(&Column::Source)
    }

    /// The columns that a header must have.
    #[must_use]
    pub fn require(&self) -> &[Column] {
        &self.require
    }

    /// The fields that it knows, each with the names that its column may have, best first.
    pub fn columns(&self) -> impl Iterator<Item = (Column, &[String])> {
        self.columns.iter().map(|(column, names)| (*column, names.as_slice()))
    }

    /// The words by which an item is known to hold the applicant's kana.
    #[must_use]
    pub fn kana_items(&self) -> &[String] {
        &self.kana_items
    }

    /// Its labels of 処理状況 beyond the ten official ones, folded as they are compared.
    pub fn statuses(&self) -> impl Iterator<Item = (&str, Status)> {
        self.statuses.iter().map(|(label, status)| (label.as_str(), *status))
    }

    /// Its labels of 申込回線, folded as they are compared.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Line)> {
        self.lines.iter().map(|(label, line)| (label.as_str(), *line))
    }

    /// The names that a field's column may have, best first.
    #[must_use]
    pub fn column_names(&self, column: Column) -> &[String] {
        self.columns.get(&column).map_or(&[], Vec::as_slice)
    }

    /// What a cell of 処理状況 means: a label of the profile, else one of the ten official labels; parentheses of
    /// either width.
    #[must_use]
    pub fn status(&self, cell: &str) -> Option<Status> {
        Status::parse(cell).or_else(|| self.statuses.get(&column_key(cell)).copied())
    }

    /// What a cell of 申込回線 means.
    #[must_use]
    pub fn line(&self, cell: &str) -> Option<Line> {
        self.lines.get(&column_key(cell)).copied()
    }

    /// Whether an item of this name holds the applicant's kana.
    fn holds_kana(&self, item: &str) -> bool {
        let key = column_key(item);
        self.kana_items.iter().any(|word| {
            let word = column_key(word);
            // カナ is not the beginning of カナダ.
            let katakana = |c: char| ('ァ'..='ヺ').contains(&c);
            key.match_indices(&word).any(|(at, _)| !(word == "カナ" && key[at + word.len()..].starts_with(katakana)))
        })
    }

    /// SHA-256 over what the profile means; the name, comments and order of the text don't count. Stands in the log
    /// of every import.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.canonical().as_bytes()).into()
    }

    fn canonical(&self) -> String {
        let mut text = format!("sekisho/profile/1\nsource={:?}\n", self.source);
        let mut require: Vec<&str> = self.require.iter().map(|column| column.id()).collect();
        require.sort_unstable();
        // Writing to a string can't fail.
        let _ = writeln!(text, "require={require:?}\nkana_items={:?}", self.kana_items);
        for (column, names) in &self.columns {
            let _ = writeln!(text, "column {}={names:?}", column.id());
        }
        for (label, status) in &self.statuses {
            let _ = writeln!(text, "status {label:?}={}", status.id());
        }
        for (label, line) in &self.lines {
            let _ = writeln!(text, "line {label:?}={line:?}");
        }
        text
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
