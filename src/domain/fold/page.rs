//! The table of what each character becomes, made in pages of 256 characters when a page is first needed.

use std::sync::OnceLock;

use super::character::{self, Becomes};

const PAGES: usize = 0x11_0000 / 256;

/// One entry, packed: the kind in the high byte, a character or an index below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry(u32);

/// An entry, opened.
#[derive(Debug, Clone, Copy)]
pub(super) enum Opened<'p> {
    /// The character stays.
    Same,
    /// It becomes another one.
    Other(char),
    /// It becomes several, each folded again.
    Many(&'p str),
    /// It vanishes.
    Nothing,
    /// See [`Becomes`].
    Hyphen,
    /// See [`Becomes`].
    Voiced,
    /// See [`Becomes`].
    HalfVoiced,
    /// See [`Becomes`].
    RepeatKana,
    /// See [`Becomes`].
    RepeatVoiced,
    /// See [`Becomes`].
    RepeatKanji,
}

impl Entry {
    const SAME: Self = Self(0);

    /// Whether the character stays: the common case, in one comparison.
    #[inline]
    pub(super) const fn is_same(self) -> bool {
        self.0 == Self::SAME.0
    }

    /// The one other character that it becomes: the second most common case.
    #[inline]
    pub(super) fn other(self) -> Option<char> {
        if self.0 >> 24 == 1 { char::from_u32(self.0 & 0x00FF_FFFF) } else { None }
    }
}

/// 256 characters.
#[derive(Debug)]
pub(super) struct Page {
    entries: [Entry; 256],
    texts: Vec<String>,
}

impl Page {
    /// The page of a character.
    #[inline]
    pub(super) fn of(number: u32) -> &'static Self {
        static TABLE: [OnceLock<Box<Page>>; PAGES] = [const { OnceLock::new() }; PAGES];
        let page = &TABLE[number as usize % PAGES];
        match page.get() {
            Some(page) => page,
            None => page.get_or_init(|| Box::new(Self::make(number))),
        }
    }

    fn make(number: u32) -> Self {
        let mut page = Self { entries: [Entry::SAME; 256], texts: Vec::new() };
        for low in 0..256_u32 {
            let Some(c) = char::from_u32(number << 8 | low) else { continue };
            let (kind, value) = match character::search(c) {
                Becomes::One(one) if one == c => (0, 0),
                Becomes::One(one) => (1, u32::from(one)),
                Becomes::Many(text) => {
                    page.texts.push(text);
                    (2, page.texts.len() as u32 - 1)
                }
                Becomes::Nothing => (3, 0),
                Becomes::Hyphen => (4, 0),
                Becomes::Voiced => (5, 0),
                Becomes::HalfVoiced => (6, 0),
                Becomes::RepeatKana => (7, 0),
                Becomes::RepeatVoiced => (8, 0),
                Becomes::RepeatKanji => (9, 0),
            };
            page.entries[low as usize] = Entry(kind << 24 | value);
        }
        page
    }

    /// The entry of a character of this page.
    #[inline]
    pub(super) const fn entry(&self, c: char) -> Entry {
        self.entries[(c as u32 & 0xFF) as usize]
    }

    /// What an entry of this page says.
    pub(super) fn open(&self, entry: Entry) -> Opened<'_> {
        let value = entry.0 & 0x00FF_FFFF;
        match entry.0 >> 24 {
            1 => char::from_u32(value).map_or(Opened::Same, Opened::Other),
            2 => self.texts.get(value as usize).map_or(Opened::Nothing, |text| Opened::Many(text)),
            3 => Opened::Nothing,
            4 => Opened::Hyphen,
            5 => Opened::Voiced,
            6 => Opened::HalfVoiced,
            7 => Opened::RepeatKana,
            8 => Opened::RepeatVoiced,
            9 => Opened::RepeatKanji,
            _ => Opened::Same,
        }
    }
}
