//! The search cache: what applications say, folded and laid out for being searched at the speed of memory.
//!
//! A *segment* holds up to 65,536 applications and never changes; a newer one says what an older one no longer does.
//! Nothing here is a truth: the store answers without it, only slower.

mod builder;
mod drafts;
mod folder;
mod ids;
mod layout;
mod manifest;
mod mapped;
mod position;
mod probe;
mod recent;
mod recorder;
#[cfg(test)]
mod search_tests;
mod segment;
mod shelf;
#[cfg(test)]
mod shelf_tests;
mod signature;
#[cfg(test)]
mod tests;
mod upkeep;

use crate::domain::application::{Instant, Line};

pub(in crate::store) use builder::Builder;
#[cfg(test)]
use position::Position;
#[cfg(test)]
use segment::Unfit;
pub(in crate::store) use segment::{Hits, Segment};
pub(in crate::store) use shelf::Shelf;
#[cfg(test)]
use shelf::Shelved;

pub use manifest::manifest_again;
pub use probe::probe_segment;
pub(in crate::store) use recorder::Recorder;
pub use upkeep::{Kept, SearchState};

/// The most applications that a segment holds: a row's number is 16 bits wide.
pub(in crate::store) const MOST_ROWS: usize = 1 << 16;

/// What a segment knows of an application beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Facts {
    /// The local number of its form, which knows the source too.
    pub form: u32,
    /// 申込日時.
    pub submitted: Option<Instant>,
    /// 申込回線.
    pub line: Option<Line>,
    /// Whether any of its texts holds 外字.
    pub gaiji: bool,
}

/// Where a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Place<'a> {
    /// Wherever free words look, but for the form, which isn't in the text.
    Anywhere,
    /// 整理番号.
    Number,
    /// 氏名/法人名.
    Name,
    /// フリガナ.
    Kana,
    /// 備考.
    Remarks,
    /// 連絡先メールアドレス.
    Mail,
    /// The item of this name, folded, and its repetitions.
    Item(&'a str),
}

/// Some of the rows of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct RowSet(Box<[u64]>);

impl Default for RowSet {
    fn default() -> Self {
        Self(vec![0; MOST_ROWS / 64].into_boxed_slice())
    }
}

impl RowSet {
    /// Adds a row.
    pub fn insert(&mut self, row: u16) {
        self.0[usize::from(row) / 64] |= 1 << (row % 64);
    }

    /// Whether a row is in it.
    #[cfg(test)]
    #[must_use]
    pub fn contains(&self, row: u16) -> bool {
        self.0[usize::from(row) / 64] >> (row % 64) & 1 == 1
    }

    /// How many rows.
    #[cfg(test)]
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Its bits: bit `n % 64` of word `n / 64` stands for row `n`.
    #[must_use]
    pub const fn words(&self) -> &[u64] {
        &self.0
    }

    /// Takes every row out.
    pub fn clear(&mut self) {
        self.0.fill(0);
    }
}
