//! Reading a segment: what it knows of a row, and which of its values hold a word.
//!
//! The text is the distinct folded values of all rows, group by group (number, name, kana, remarks, items by name, mail).
//! So a free word is one pass over text in which nothing stands twice, and a value that holds it leads to its rows.

use std::ops::Range;
use std::path::Path;

use memchr::memmem::Finder;

use super::layout::{GAIJI, GROUP, NO_TIME, Parts, Sizes, kind};
use super::mapped::Bytes;
use super::{Facts, MOST_ROWS, Place, RowSet, signature};
use crate::domain::application::Instant;
use crate::domain::fold;
use crate::domain::identity::ApplicationId;
use crate::domain::query::{Needle, is_item};
use crate::domain::record::line_from_code;

/// Why bytes are no segment that we can use. It is made anew then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::store) enum Unfit {
    /// It can't be read at all.
    #[error("the segment can't be read")]
    Unreadable,
    /// Its bytes aren't laid out as a segment's.
    #[error("the segment is damaged")]
    Damaged,
    /// Its text went through another fold.
    #[error("the segment is of another fold")]
    OtherFold,
}

/// Distinct values of a segment, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::store) struct Hits(Vec<u32>);

impl Hits {
    /// How many values.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A group of values.
#[derive(Debug)]
struct Group {
    kind: u32,
    name: String,
    values: Range<u32>,
}

/// Up to 65,536 applications, laid out for being searched. Bytes that were damaged give wrong rows at worst:
/// the checksum finds them.
#[derive(Debug)]
pub(in crate::store) struct Segment {
    bytes: Bytes,
    parts: Parts,
    rows: usize,
    values: u32,
    groups: Vec<Group>,
}

impl Segment {
    /// A segment in memory.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn of_bytes(bytes: Vec<u8>) -> Result<Self, Unfit> {
        Self::of(Bytes::Owned(bytes))
    }

    /// Maps a segment's file.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn open(path: &Path) -> Result<Self, Unfit> {
        Self::of(Bytes::map(path).map_err(|_| Unfit::Unreadable)?)
    }

    fn of(bytes: Bytes) -> Result<Self, Unfit> {
        let sizes = Sizes::read(&bytes).ok_or(Unfit::Damaged)?;
        let parts = Parts::of(sizes);
        // Text without a block would never be looked into.
        let unsigned = sizes.values > 0 && sizes.blocks == 0;
        if parts.length != bytes.len() || sizes.rows as usize > MOST_ROWS || unsigned {
            return Err(Unfit::Damaged);
        }
        if sizes.fold != fold::VERSION {
            return Err(Unfit::OtherFold);
        }
        let mut segment = Self { bytes, parts, rows: sizes.rows as usize, values: sizes.values, groups: Vec::new() };
        segment.groups = segment.read_groups(sizes.groups).ok_or(Unfit::Damaged)?;
        Ok(segment)
    }

    fn read_groups(&self, count: u32) -> Option<Vec<Group>> {
        let entries: Vec<[u32; 3]> = self.bytes[self.parts.groups.clone()]
            .chunks_exact(GROUP)
            .map(|entry| [0, 4, 8].map(|at| number_at(entry, at)))
            .collect();
        let names = self.bytes.get(self.parts.names.clone())?;
        let mut groups = Vec::with_capacity(count as usize);
        let mut name_start = 0;
        for (at, [kind, first, name_end]) in entries.iter().enumerate() {
            let end = entries.get(at + 1).map_or(self.values, |next| next[1]);
            if *first > end || end > self.values {
                return None;
            }
            let name = std::str::from_utf8(names.get(name_start..*name_end as usize)?).ok()?.to_owned();
            name_start = *name_end as usize;
            groups.push(Group { kind: *kind, name, values: *first..end });
        }
        Some(groups)
    }

    /// The checksum that stands at its end, of everything before it.
    #[must_use]
    pub fn checksum(&self) -> u32 {
        self.bytes.last_chunk().map_or(0, |last| u32::from_le_bytes(*last))
    }

    /// Whether the bytes are those that were written. Reads all of them.
    #[cfg(test)]
    #[must_use]
    pub fn check(&self) -> bool {
        let (all, checksum) = self.bytes.split_at(self.bytes.len() - super::layout::CHECKSUM);
        checksum == crc32fast::hash(all).to_le_bytes()
    }

    /// Gives the memory of a mapped file back until it is read again.
    pub fn rest(&self) {
        self.bytes.rest();
    }

    /// How many rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// How many bytes.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.parts.length
    }

    fn part<const N: usize>(&self, part: &Range<usize>, row: usize) -> [u8; N] {
        debug_assert!(row < self.rows, "a row of this segment");
        let at = part.start + row * N;
        self.bytes.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
    }

    /// The application of a row; ascending.
    #[must_use]
    pub fn id(&self, row: usize) -> ApplicationId {
        ApplicationId::from_u64(u64::from_le_bytes(self.part(&self.parts.ids, row)))
    }

    /// The row of an application.
    #[must_use]
    pub fn row_of(&self, id: ApplicationId) -> Option<usize> {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.id(middle) < id {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.rows && self.id(low) == id).then_some(low)
    }

    /// The local number of the form of a row.
    #[must_use]
    pub fn form(&self, row: usize) -> u32 {
        u32::from_le_bytes(self.part(&self.parts.forms, row))
    }

    /// 申込日時 of a row, in seconds since the Unix epoch.
    #[must_use]
    pub fn seconds(&self, row: usize) -> Option<i64> {
        Some(i64::from_le_bytes(self.part(&self.parts.submitted, row))).filter(|seconds| *seconds != NO_TIME)
    }

    /// What is known of a row beside its text.
    #[must_use]
    pub fn facts(&self, row: usize) -> Facts {
        let [flags] = self.part(&self.parts.flags, row);
        let offset_minutes = i16::from_le_bytes(self.part(&self.parts.offsets, row));
        Facts {
            form: self.form(row),
            submitted: self.seconds(row).map(|seconds| Instant { seconds, offset_minutes }),
            line: line_from_code(flags & !GAIJI),
            gaiji: flags & GAIJI != 0,
        }
    }

    /// 整理番号 of a row, as stored.
    #[must_use]
    pub fn number(&self, row: usize) -> &str {
        let end = |row| u32::from_le_bytes(self.part(&self.parts.number_ends, row)) as usize;
        let start = if row == 0 { 0 } else { end(row - 1) };
        let numbers = &self.bytes[self.parts.numbers.clone()];
        numbers.get(start..end(row)).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The rows by 申込日時, newest first and those without one last; then by 整理番号.
    pub fn order(&self) -> impl Iterator<Item = usize> + '_ {
        let rows = self.bytes[self.parts.order.clone()].chunks_exact(2);
        rows.map(|row| usize::from(row.try_into().map_or(0, u16::from_le_bytes))).filter(|row| *row < self.rows)
    }

    /// The newest 申込日時, in seconds.
    #[must_use]
    pub fn newest(&self) -> Option<i64> {
        self.order().next().and_then(|row| self.seconds(row))
    }

    /// The values that hold a word; with `within`, only those of them.
    #[must_use]
    pub fn find(&self, place: Place<'_>, needle: &Needle, within: Option<&Hits>) -> Hits {
        let finder = Finder::new(needle.folded());
        let candidates = self.candidates(needle);
        let mut hits = Vec::new();
        for place in self.ranges(place) {
            let first = candidates.partition_point(|values| values.end <= place.start);
            for values in candidates[first..].iter().take_while(|values| values.start < place.end) {
                let values = values.start.max(place.start)..values.end.min(place.end);
                match within {
                    None => self.find_in(values, &finder, &mut hits),
                    Some(Hits(known)) => {
                        let from = known.partition_point(|value| *value < values.start);
                        let known = known[from..].iter().copied().take_while(|value| *value < values.end);
                        hits.extend(known.filter(|value| finder.find(self.value(*value)).is_some()));
                    }
                }
            }
        }
        Hits(hits)
    }

    /// The values among which all are that hold a word: those of the blocks that its signature names.
    fn candidates(&self, needle: &Needle) -> Vec<Range<u32>> {
        let firsts = &self.bytes[self.parts.blocks.clone()];
        let blocks = firsts.len() / 4;
        let first = |block: usize| if block < blocks { number_at(firsts, block * 4) } else { self.values };
        let lines = &self.bytes[self.parts.lines.clone()];
        let found = signature::candidates(lines, blocks, needle.folded().as_bytes());
        let mut end = 0;
        let values = found.into_iter().map(|blocks| {
            // A damaged table could lead back.
            let start = first(blocks.start).max(end);
            end = first(blocks.end).clamp(start, self.values.max(start));
            start..end
        });
        values.collect()
    }

    fn find_in(&self, values: Range<u32>, finder: &Finder<'_>, hits: &mut Vec<u32>) {
        let text = &self.bytes[self.parts.text.clone()];
        let end = self.start(values.end);
        let (mut at, mut value) = (self.start(values.start), values.start);
        while let Some(found) = text.get(at..end).and_then(|rest| finder.find(rest)) {
            value = self.value_at(at + found, value, values.end);
            hits.push(value);
            value += 1;
            // A damaged table could lead back.
            at = self.start(value).max(at + found + 1);
        }
    }

    /// The value in whose text a place lies: `from` or one after it, and most often soon after.
    fn value_at(&self, place: usize, from: u32, end: u32) -> u32 {
        let (mut low, mut step) = (from, 1);
        while low + step < end && self.start(low + step) <= place {
            low += step;
            step *= 2;
        }
        let mut high = (low + step).min(end);
        // The start of `low` is at or before the place, that of `high` behind it.
        while high - low > 1 {
            let middle = u32::midpoint(low, high);
            if self.start(middle) <= place {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Where a value begins in the text.
    fn start(&self, value: u32) -> usize {
        let at = self.parts.starts.start + value as usize * 4;
        number_at(&self.bytes, at) as usize
    }

    fn value(&self, value: u32) -> &[u8] {
        let text = &self.bytes[self.parts.text.clone()];
        text.get(self.start(value)..self.start(value + 1)).unwrap_or_default()
    }

    /// Adds the rows that have these values.
    pub fn mark(&self, hits: &Hits, rows: &mut RowSet) {
        let postings = &self.bytes[self.parts.postings.clone()];
        let start = |value: u32| number_at(&self.bytes, self.parts.posting_starts.start + value as usize * 4) as usize;
        for value in &hits.0 {
            for row in postings.get(start(*value) * 2..start(value + 1) * 2).unwrap_or_default().chunks_exact(2) {
                rows.insert(row.try_into().map_or(0, u16::from_le_bytes));
            }
        }
    }

    /// The values of a place.
    fn ranges(&self, place: Place<'_>) -> Vec<Range<u32>> {
        let of = |wanted: u32| -> Vec<Range<u32>> {
            self.groups.iter().filter(|group| group.kind == wanted).map(|group| group.values.clone()).collect()
        };
        match place {
            // Mail comes last, so everything before it is one run.
            Place::Anywhere => {
                let end = self.groups.iter().find(|group| group.kind == kind::MAIL).map(|group| group.values.start);
                std::iter::once(0..end.unwrap_or(self.values)).collect()
            }
            Place::Number => of(kind::NUMBER),
            Place::Name => of(kind::NAME),
            Place::Kana => of(kind::KANA),
            Place::Remarks => of(kind::REMARKS),
            Place::Mail => of(kind::MAIL),
            Place::Item(name) => {
                let groups = self.groups.iter().filter(|group| group.kind == kind::ITEM && is_item(&group.name, name));
                groups.map(|group| group.values.clone()).collect()
            }
        }
    }
}

/// A number in bytes that were measured before; 0 beyond them.
fn number_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|part| part.try_into().ok()).map_or(0, u32::from_le_bytes)
}
