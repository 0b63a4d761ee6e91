//! The application (申込): what a citizen sent. A fact, kept byte for byte; what staff made of it is state and lives
//! elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::identity::ReceiptNumber;
use super::record::Hash;
use super::sealing::Headings;

/// 申込回線: through which line the application came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    /// 利用者からの申込(インターネット).
    Internet,
    /// 担当者からの申込(LGWAN).
    Staff,
}

/// An instant with the offset that its source wrote it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Offset from UTC in minutes; Japan is 540.
    pub offset_minutes: i16,
}

/// 様式 as one download shows it: the id, version and name of the form with the item columns of that file's header.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FormHeader {
    /// 様式ID, text: it may begin with zeros.
    pub code: String,
    /// 様式Ver.
    pub version: String,
    /// 様式名.
    pub name: String,
    /// Item names in column order. A repeated name carries `#2`, `#3` …
    pub items: Vec<String>,
}

/// The fixed fields of a record, in the order of the record encoding. `raw` uses these numbers as keys; item `i` has
/// the number `Field::ITEMS + i`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// 整理番号.
    Number = 1,
    /// 様式ID.
    FormCode = 2,
    /// 様式Ver.
    FormVersion = 3,
    /// 様式名.
    FormName = 4,
    /// 申込日時.
    Submitted = 5,
    /// 氏名/法人名.
    Name = 6,
    /// フリガナ.
    Kana = 7,
    /// 連絡先メールアドレス.
    Mail = 8,
    /// 利用者ID.
    UserId = 9,
    /// 備考.
    Remarks = 10,
}

impl Field {
    /// The number of the first item.
    pub const ITEMS: u32 = 32;
}

/// What the citizen sent: the content of one application in one revision. Absent = `None`, empty = `Some("")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// 取得元: code of the source (`etumo`, `staff` …).
    pub source: String,
    /// 整理番号.
    pub number: ReceiptNumber,
    /// 様式; shared, because a file has a million rows and a handful of forms.
    pub form: Arc<FormHeader>,
    /// 申込日時; `None` only where the profile has no date column.
    pub submitted: Option<Instant>,
    /// 氏名/法人名.
    pub name: Option<String>,
    /// フリガナ: also filled from the first item whose name contains フリガナ or かな.
    pub kana: Option<String>,
    /// 連絡先メールアドレス.
    pub mail: Option<String>,
    /// 利用者ID.
    pub user_id: Option<String>,
    /// 申込回線.
    pub line: Option<Line>,
    /// 備考.
    pub remarks: Option<String>,
    /// Values of `form.items`, in the same order and number.
    pub values: Vec<Option<String>>,
    /// Raw bytes of the fields whose text doesn't come back when it is encoded again: field number → whole field.
    pub raw: BTreeMap<u32, Vec<u8>>,
    /// Which items are sealed, ascending, with the SHA-256 of what they are sealed in; their values are absent here.
    pub sealed: Vec<(u32, Hash)>,
}

impl Content {
    /// Whether two contents say the same: empty counts as absent, item columns are compared by name, and the raw
    /// bytes only tell how the text was written (`raw` is not compared). Neither the identity nor the form's name is
    /// looked at: renaming a form in the source system revises nobody's application. Of sealed items only the names are
    /// compared: what they say knows whoever can open them.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let present = |text: &Option<String>| text.as_deref().filter(|t| !t.is_empty()).map(str::to_owned);
        self.form.code == other.form.code
            && self.form.version == other.form.version
            && self.submitted.map(|s| s.seconds) == other.submitted.map(|s| s.seconds)
            && present(&self.name) == present(&other.name)
            && present(&self.kana) == present(&other.kana)
            && present(&self.mail) == present(&other.mail)
            && present(&self.user_id) == present(&other.user_id)
            && self.line == other.line
            && present(&self.remarks) == present(&other.remarks)
            && self.present_items() == other.present_items()
            && self.sealed_items().eq(other.sealed_items())
    }

    /// The same as it would lie in the store: without the values of items that are sealed.
    #[must_use]
    pub fn hidden(&self, headings: &Headings) -> Self {
        let mut hidden = self.clone();
        for ((name, value), item) in self.form.items.iter().zip(&mut hidden.values).zip(0..) {
            let is_sealed = headings.class_of(name).is_some();
            if is_sealed && value.as_deref().is_some_and(|text| !text.is_empty()) {
                *value = None;
                hidden.sealed.push((item, Hash::default()));
            }
        }
        hidden
    }

    /// The names of the sealed items, in the order of the form.
    pub fn sealed_items(&self) -> impl Iterator<Item = &str> {
        self.sealed.iter().filter_map(|(item, _)| self.form.items.get(*item as usize)).map(String::as_str)
    }

    /// Whether an item is sealed.
    #[must_use]
    pub fn is_sealed(&self, item: u32) -> bool {
        self.sealed.binary_search_by_key(&item, |(sealed, _)| *sealed).is_ok()
    }

    /// The items that have a value, by name.
    fn present_items(&self) -> BTreeMap<&str, &str> {
        self.form
            .items
            .iter()
            .zip(&self.values)
            .filter_map(|(name, value)| value.as_deref().filter(|v| !v.is_empty()).map(|v| (name.as_str(), v)))
            .collect()
    }
}
