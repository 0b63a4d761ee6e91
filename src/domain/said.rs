//! What an application says, borrowed: of a [`Content`], or of a row of a [`Parcel`](super::parcel::Parcel). What only
//! reads contents takes them in this form.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::application::{Content, FormHeader, Instant, Line};
use super::identity::ReceiptNumber;
use super::parcel::Span;
use super::record::Hash;

/// What a [`Content`] says, field by field.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// 取得元.
    pub source: &'a str,
    /// 整理番号; never empty.
    pub number: &'a str,
    /// 様式.
    pub form: &'a Arc<FormHeader>,
    /// 申込日時.
    pub submitted: Option<Instant>,
    /// 氏名/法人名.
    pub name: Option<&'a str>,
    /// フリガナ.
    pub kana: Option<&'a str>,
    /// 連絡先メールアドレス.
    pub mail: Option<&'a str>,
    /// 利用者ID.
    pub user_id: Option<&'a str>,
    /// 申込回線.
    pub line: Option<Line>,
    /// 備考.
    pub remarks: Option<&'a str>,
    /// Values of `form.items`.
    pub values: Values<'a>,
    /// Raw bytes of the fields whose text doesn't come back.
    pub raw: &'a BTreeMap<u32, Vec<u8>>,
    /// Which items are sealed, ascending.
    pub sealed: &'a [(u32, Hash)],
}

/// The values of the items, in the order of the form.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// Each a text of its own.
    Apart(&'a [Option<String>]),
    /// Places in one run of text.
    Laid(&'a str, &'a [Span]),
}

impl<'a> Values<'a> {
    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        match self {
            Self::Apart(values) => values.len(),
            Self::Laid(_, spans) => spans.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// A text that all of them lie in, others perhaps too; `None` where there is no such text.
    #[must_use]
    pub fn within(self) -> Option<&'a str> {
        match self {
            Self::Apart(_) => None,
            Self::Laid(text, spans) => Span::around(spans).of(text),
        }
    }

    /// The value at a place; `None` where it is absent.
    #[must_use]
    pub fn get(self, place: usize) -> Option<&'a str> {
        match self {
            Self::Apart(values) => values.get(place)?.as_deref(),
            Self::Laid(text, spans) => spans.get(place)?.of(text),
        }
    }

    /// One after another.
    pub fn iter(self) -> impl Iterator<Item = Option<&'a str>> {
        (0..self.len()).map(move |place| match self {
            Self::Apart(values) => values[place].as_deref(),
            Self::Laid(text, spans) => spans[place].of(text),
        })
    }
}

impl Said<'_> {
    /// The same as a content of its own.
    #[must_use]
    pub fn to_content(self) -> Content {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Content {
            source: self.source.to_owned(),
            number: ReceiptNumber::again(self.number),
            form: Arc::clone(self.form),
            submitted: self.submitted,
            name: owned(self.name),
            kana: owned(self.kana),
            mail: owned(self.mail),
            user_id: owned(self.user_id),
            line: self.line,
            remarks: owned(self.remarks),
            values: self.values.iter().map(owned).collect(),
            raw: self.raw.clone(),
            sealed: self.sealed.to_vec(),
        }
    }
}

impl Content {
    /// What it says.
    #[must_use]
    pub fn said(&self) -> Said<'_> {
        Said {
            source: &self.source,
            number: self.number.as_str(),
            form: &self.form,
            submitted: self.submitted,
            name: self.name.as_deref(),
            kana: self.kana.as_deref(),
            mail: self.mail.as_deref(),
            user_id: self.user_id.as_deref(),
            line: self.line,
            remarks: self.remarks.as_deref(),
            values: Values::Apart(&self.values),
            raw: &self.raw,
            sealed: &self.sealed,
        }
    }
}
