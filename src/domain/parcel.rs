//! Contents of neighbouring rows of a file, laid out in one run of text: no row costs an allocation of its own, and what
//! was made for one parcel serves the next.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::application::{Content, Field, FormHeader, Instant, Line};
use super::record::Hash;
use super::said::{Said, Values};

/// Where a text lies in a run of text; or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// No text, which is another thing than an empty one.
    pub const ABSENT: Self = Self { start: u32::MAX, end: 0 };

    /// The text; `None` = absent.
    #[must_use]
    pub fn of(self, text: &str) -> Option<&str> {
        (self != Self::ABSENT).then(|| &text[self.start as usize..self.end as usize])
    }

    /// The shortest one that holds all of these that are there; absent where none is.
    #[must_use]
    pub fn around(spans: &[Self]) -> Self {
        spans.iter().fold(Self::ABSENT, |around, span| Self {
            start: around.start.min(span.start),
            end: around.end.max(span.end),
        })
    }

    /// Its last `length` bytes.
    #[must_use]
    pub const fn last(self, length: usize) -> Self {
        Self { start: self.end.saturating_sub(length as u32), end: self.end }
    }
}

/// The texts that every application may have; their places come before those of the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    /// 取得元.
    Source,
    /// 整理番号.
    Number,
    /// 氏名/法人名.
    Name,
    /// フリガナ.
    Kana,
    /// 連絡先メールアドレス.
    Mail,
    /// 利用者ID.
    UserId,
    /// 備考.
    Remarks,
}

impl Fixed {
    const COUNT: usize = Self::Remarks as usize + 1;
}

/// A row that is being laid out: where its texts and places begin.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    text: usize,
    spans: usize,
}

/// What of a content is no text.
#[derive(Debug)]
pub struct Beside {
    /// 様式.
    pub form: Arc<FormHeader>,
    /// 申込日時.
    pub submitted: Option<Instant>,
    /// 申込回線.
    pub line: Option<Line>,
    /// Raw bytes of the fields whose text doesn't come back.
    pub raw: BTreeMap<u32, Vec<u8>>,
}

#[derive(Debug)]
struct Row {
    beside: Beside,
    /// Its first place, and how many items follow the fixed ones.
    spans: usize,
    values: usize,
    /// Where its sealed items stand.
    sealed: Range<usize>,
}

/// Writes blanks over a part of a text.
fn blank(text: &mut String, part: Range<usize>) {
    const BLANKS: &str = "                                                                ";
    match BLANKS.get(..part.len()) {
        Some(blanks) => text.replace_range(part, blanks),
        None => text.replace_range(part.clone(), &" ".repeat(part.len())),
    }
}

/// Contents in one run of text. It may hold 4 GiB of it at most, which the longest record is far from.
#[derive(Debug, Default)]
pub struct Parcel {
    text: String,
    spans: Vec<Span>,
    rows: Vec<Row>,
    /// Which items are sealed, row by row.
    sealed: Vec<(u32, Hash)>,
}

impl Parcel {
    /// How many contents.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes everything out, and keeps the room.
    pub fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.rows.clear();
        self.sealed.clear();
    }

    /// How much room its text takes, in bytes.
    #[must_use]
    pub const fn room(&self) -> usize {
        self.text.capacity()
    }

    /// Begins a row with so many items, all its texts absent. It ends with [`Self::close`] or [`Self::undo`].
    pub fn begin(&mut self, values: usize) -> Mark {
        let mark = Mark { text: self.text.len(), spans: self.spans.len() };
        self.spans.resize(mark.spans + Fixed::COUNT + values, Span::ABSENT);
        mark
    }

    /// The run of text: what a row says is added here, in any order.
    pub const fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// How long the run of text is.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.text.len()
    }

    /// What was added to the text since it was so long.
    #[must_use]
    pub const fn since(&self, start: usize) -> Span {
        Span { start: start as u32, end: self.text.len() as u32 }
    }

    /// The text at a place; absent = empty.
    #[must_use]
    pub fn at(&self, span: Span) -> &str {
        span.of(&self.text).unwrap_or_default()
    }

    /// Says where a text of the row that is being laid out lies.
    pub fn set(&mut self, mark: Mark, field: Fixed, span: Span) {
        self.spans[mark.spans + field as usize] = span;
    }

    /// Says where the value of an item lies.
    pub fn set_value(&mut self, mark: Mark, item: usize, span: Span) {
        self.spans[mark.spans + Fixed::COUNT + item] = span;
    }

    /// Where the value of an item lies.
    #[must_use]
    pub fn value(&self, mark: Mark, item: usize) -> Span {
        self.spans[mark.spans + Fixed::COUNT + item]
    }

    /// The row is whole.
    pub fn close(&mut self, mark: Mark, beside: Beside) {
        let values = self.spans.len() - mark.spans - Fixed::COUNT;
        let sealed = self.sealed.len()..self.sealed.len();
        self.rows.push(Row { beside, spans: mark.spans, values, sealed });
    }

    /// The row can't go in: what was laid out of it goes.
    pub fn undo(&mut self, mark: Mark) {
        self.text.truncate(mark.text);
        self.spans.truncate(mark.spans);
    }

    /// Adds a content.
    pub fn add(&mut self, content: &Content) {
        let said = content.said();
        let mark = self.begin(said.values.len());
        let fixed = [
            (Fixed::Source, Some(said.source)),
            (Fixed::Number, Some(said.number)),
            (Fixed::Name, said.name),
            (Fixed::Kana, said.kana),
            (Fixed::Mail, said.mail),
            (Fixed::UserId, said.user_id),
            (Fixed::Remarks, said.remarks),
        ];
        for (field, text) in fixed {
            if let Some(span) = text.map(|text| self.lay(text)) {
                self.set(mark, field, span);
            }
        }
        for (item, value) in said.values.iter().enumerate() {
            if let Some(span) = value.map(|value| self.lay(value)) {
                self.set_value(mark, item, span);
            }
        }
        let (submitted, line) = (said.submitted, said.line);
        self.close(mark, Beside { form: Arc::clone(said.form), submitted, line, raw: said.raw.clone() });
        self.seal_last(said.sealed);
    }

    /// Takes the values of items out of the last row, because they were sealed: what stands in their place, ascending.
    pub fn seal_last(&mut self, sealed: &[(u32, Hash)]) {
        let Some(row) = self.rows.last_mut() else { return };
        for (item, _) in sealed {
            let span = std::mem::replace(&mut self.spans[row.spans + Fixed::COUNT + *item as usize], Span::ABSENT);
            // フリガナ may have been taken out of this very item.
            for fixed in &mut self.spans[row.spans..row.spans + Fixed::COUNT] {
                if *fixed == span {
                    *fixed = Span::ABSENT;
                }
            }
            if let Some(length) = span.of(&self.text).map(str::len) {
                let start = span.start as usize;
                blank(&mut self.text, start..start + length);
            }
            if !row.beside.raw.is_empty() {
                row.beside.raw.remove(&(Field::ITEMS + item));
            }
        }
        row.sealed.start = self.sealed.len();
        self.sealed.extend_from_slice(sealed);
        row.sealed.end = self.sealed.len();
    }

    /// Adds a text of its own.
    pub fn lay(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        self.since(start)
    }

    /// What a row says.
    #[must_use]
    pub fn said(&self, row: usize) -> Said<'_> {
        let Row { beside, spans, values, sealed } = &self.rows[row];
        let (fixed, rest) = self.spans[*spans..].split_at(Fixed::COUNT);
        let text = |field: Fixed| fixed[field as usize].of(&self.text);
        Said {
            source: text(Fixed::Source).unwrap_or_default(),
            number: text(Fixed::Number).unwrap_or_default(),
            form: &beside.form,
            submitted: beside.submitted,
            name: text(Fixed::Name),
            kana: text(Fixed::Kana),
            mail: text(Fixed::Mail),
            user_id: text(Fixed::UserId),
            line: beside.line,
            remarks: text(Fixed::Remarks),
            values: Values::Laid(&self.text, &rest[..*values]),
            raw: &beside.raw,
            sealed: &self.sealed[sealed.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identity::ReceiptNumber;
    use proptest::prelude::*;

    fn content() -> impl Strategy<Value = Content> {
        let text = || prop_oneof![Just(None), Just(Some(String::new())), "\\PC{0,6}".prop_map(Some)];
        let items = proptest::collection::vec(text(), 0..5);
        ("\\PC{1,8}", text(), text(), text(), items, any::<bool>()).prop_map(
            |(number, name, kana, remarks, values, raw)| Content {
                source: "etumo".into(),
                number: ReceiptNumber::new(&number).unwrap(),
                form: Arc::new(FormHeader { items: vec!["項目".into(); values.len()], ..FormHeader::default() }),
                submitted: raw.then_some(Instant { seconds: 5, offset_minutes: 540 }),
                name,
                kana,
                mail: None,
                user_id: Some("u".into()),
                line: raw.then_some(Line::Staff),
                remarks,
                values,
                raw: raw.then(|| (6, vec![0xF0, 0x40])).into_iter().collect(),
                sealed: Vec::new(),
            },
        )
    }

    proptest! {
        #[test]
        fn every_content_comes_back_and_none_that_was_undone(
            contents in proptest::collection::vec((content(), any::<bool>()), 0..6),
        ) {
            let mut parcel = Parcel::default();
            for round in 0..2 {
                parcel.clear();
                for (content, undone) in &contents {
                    if *undone {
                        let mark = parcel.begin(3);
                        let span = parcel.lay("取り消し");
                        parcel.set_value(mark, 1, span);
                        parcel.undo(mark);
                    }
                    parcel.add(content);
                }
                prop_assert_eq!(parcel.len(), contents.len(), "round {}", round);
                for (row, (content, _)) in contents.iter().enumerate() {
                    prop_assert_eq!(&parcel.said(row).to_content(), content);
                }
            }
        }
    }
}
