//! How a segment's bytes lie: a header with the sizes of all parts, the parts one after another, a checksum. All
//! numbers are little-endian; nothing is aligned.

use std::ops::Range;

use super::signature;

/// What a segment begins with.
pub(super) const MAGIC: [u8; 8] = *b"SEKISEG\x02";

/// Bytes of the header: the magic, then [`Sizes::COUNT`] numbers of 32 bits.
pub(super) const HEADER: usize = MAGIC.len() + Sizes::COUNT * 4;

/// Bytes of the checksum at the end: CRC-32 of everything before.
pub(super) const CHECKSUM: usize = 4;

/// Bytes of one group's entry: kind, first value, end of its name.
pub(super) const GROUP: usize = 12;

/// `submitted` of an application without 申込日時.
pub(super) const NO_TIME: i64 = i64::MIN;

/// The bit of a row's flags that says 外字; the two below it are its line.
pub(super) const GAIJI: u8 = 4;

/// What a group of values is.
pub(super) mod kind {
    pub const NUMBER: u32 = 0;
    pub const NAME: u32 = 1;
    pub const KANA: u32 = 2;
    pub const REMARKS: u32 = 3;
    pub const ITEM: u32 = 4;
    /// The last one: free words don't look into it.
    pub const MAIL: u32 = 5;
}

/// How much there is of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sizes {
    /// Version of the fold that the text went through.
    pub fold: u32,
    pub rows: u32,
    pub groups: u32,
    pub values: u32,
    pub postings: u32,
    /// Bytes of the numbers as stored.
    pub numbers: u32,
    /// Bytes of the names of the groups.
    pub names: u32,
    /// Bytes of the text.
    pub text: u32,
    /// Blocks of the text, as its signature has them.
    pub blocks: u32,
}

impl Sizes {
    pub(super) const COUNT: usize = 9;

    /// In the order of the header.
    pub(super) const fn numbers(self) -> [u32; Self::COUNT] {
        let Self { fold, rows, groups, values, postings, numbers, names, text, blocks } = self;
        [fold, rows, groups, values, postings, numbers, names, text, blocks]
    }

    /// Reads a header.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.get(..HEADER)?.strip_prefix(&MAGIC)?;
        let mut numbers = rest.chunks_exact(4).map(|part| part.try_into().map_or(0, u32::from_le_bytes));
        let mut next = || numbers.next().unwrap_or_default();
        Some(Self {
            fold: next(),
            rows: next(),
            groups: next(),
            values: next(),
            postings: next(),
            numbers: next(),
            names: next(),
            text: next(),
            blocks: next(),
        })
    }
}

/// Where each part lies.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    /// u64 a row, ascending.
    pub ids: Range<usize>,
    /// i64 a row, seconds.
    pub submitted: Range<usize>,
    /// i16 a row, minutes.
    pub offsets: Range<usize>,
    /// u32 a row.
    pub forms: Range<usize>,
    /// u8 a row.
    pub flags: Range<usize>,
    /// u16 a row: the rows by 申込日時, newest first.
    pub order: Range<usize>,
    /// u32 a row: where its number ends.
    pub number_ends: Range<usize>,
    /// 整理番号 as stored, one after another.
    pub numbers: Range<usize>,
    /// [`GROUP`] bytes a group.
    pub groups: Range<usize>,
    /// Their folded names, one after another.
    pub names: Range<usize>,
    /// u32 a value and one more: where it begins in the text.
    pub starts: Range<usize>,
    /// u32 a value and one more: where its rows begin.
    pub posting_starts: Range<usize>,
    /// u16 each: rows.
    pub postings: Range<usize>,
    /// u32 a block: its first value.
    pub blocks: Range<usize>,
    /// The lines of the signature, one after another; see [`super::signature`].
    pub lines: Range<usize>,
    /// The distinct folded values, each closed by a NUL.
    pub text: Range<usize>,
    /// How long all of it is, with the checksum.
    pub length: usize,
}

impl Parts {
    /// Lays the parts out.
    pub(super) fn of(sizes: Sizes) -> Self {
        let [rows, groups, values, postings, blocks] =
            [sizes.rows, sizes.groups, sizes.values, sizes.postings, sizes.blocks].map(|size| size as usize);
        let mut end = HEADER;
        let mut part = |bytes: usize| {
            let start = end;
            end += bytes;
            start..end
        };
        let mut parts = Self {
            ids: part(rows * 8),
            submitted: part(rows * 8),
            offsets: part(rows * 2),
            forms: part(rows * 4),
            flags: part(rows),
            order: part(rows * 2),
            number_ends: part(rows * 4),
            numbers: part(sizes.numbers as usize),
            groups: part(groups * GROUP),
            names: part(sizes.names as usize),
            starts: part((values + 1) * 4),
            posting_starts: part((values + 1) * 4),
            postings: part(postings * 2),
            blocks: part(blocks * 4),
            lines: part(signature::width(blocks) * signature::LINES),
            text: part(sizes.text as usize),
            length: 0,
        };
        parts.length = end + CHECKSUM;
        parts
    }
}
