//! Marks as a text for a file: page by page, as runs where these are shorter, else as the bits themselves. A million
//! marks in one piece take some hundred characters; every second one of two million takes half a megabyte.

use super::{Marks, Page};
use crate::domain::varint::{put, take};

/// How many pages are read at most: more than any store has, and no file may ask for more memory than they take.
const MOST_PAGES: usize = 4_096;

/// Words of a page, and its bits.
const WORDS: usize = 1_024;
const BITS: u64 = 65_536;

impl Marks {
    /// The text: hexadecimal digits.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = Vec::new();
        let mut next = 0;
        for (number, page) in &self.pages {
            put(&mut bytes, number - next);
            next = number + 1;
            put_page(&mut bytes, page);
        }
        let digit = |four: u8| char::from(b"0123456789abcdef"[usize::from(four & 15)]);
        bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
    }

    /// Reads such a text; `None` = it is none.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let digit = |c: u8| char::from(c).to_digit(16).map(|value| value as u8);
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        let bytes =
            pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Option<Vec<u8>>>()?;
        let mut bytes = bytes.as_slice();
        let (mut marks, mut next) = (Self::default(), 0_u64);
        while !bytes.is_empty() {
            let number = next.checked_add(take(&mut bytes)?).filter(|number| number >> 48 == 0)?;
            let page = take_page(&mut bytes)?;
            marks.count += u64::from(page.count);
            marks.pages.insert(number, page);
            next = number + 1;
            if marks.pages.len() > MOST_PAGES {
                return None;
            }
        }
        Some(marks)
    }
}

/// How many runs, and of each the gap before it and its length less one; or 0 and the bits.
fn put_page(bytes: &mut Vec<u8>, page: &Page) {
    let (mut runs, mut count, mut end) = (Vec::new(), 0, 0);
    let mut from = 0;
    while let Some(start) = first(page, from, true) {
        let stop = first(page, start, false).unwrap_or(BITS);
        put(&mut runs, start - end);
        put(&mut runs, stop - start - 1);
        (count, end, from) = (count + 1, stop, stop);
    }
    if runs.len() < WORDS * 8 {
        put(bytes, count);
        bytes.extend(runs);
    } else {
        put(bytes, 0);
        bytes.extend(page.bits.iter().flat_map(|word| word.to_le_bytes()));
    }
}

fn take_page(bytes: &mut &[u8]) -> Option<Page> {
    let mut page = Page::default();
    let runs = take(bytes)?;
    if runs == 0 {
        let (bits, rest) = bytes.split_at_checked(WORDS * 8)?;
        for (word, eight) in page.bits.iter_mut().zip(bits.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*eight);
        }
        *bytes = rest;
    }
    let mut at = 0_u64;
    for _ in 0..runs {
        let start = at.checked_add(take(bytes)?)?;
        at = start.checked_add(take(bytes)?)?.checked_add(1).filter(|end| *end <= BITS)?;
        for bit in start..at {
            page.bits[(bit / 64) as usize] |= 1 << (bit % 64);
        }
    }
    page.count = page.bits.iter().map(|word| word.count_ones()).sum();
    (page.count > 0).then_some(page)
}

/// The first bit from a place on that is as it is wanted.
fn first(page: &Page, from: u64, wanted: bool) -> Option<u64> {
    let mut at = from;
    while at < BITS {
        let word = page.bits[(at / 64) as usize];
        let rest = if wanted { word } else { !word } >> (at % 64);
        if rest != 0 {
            return Some(at + u64::from(rest.trailing_zeros()));
        }
        at = (at / 64 + 1) * 64;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::identity::ApplicationId;

    fn id(stream: u32, n: u32) -> ApplicationId {
        ApplicationId::new(stream, n)
    }

    proptest! {
        #[test]
        fn any_marks_come_back(
            single in prop::collection::vec((0u32..3, any::<u32>()), 0..40),
            runs in prop::collection::vec((0u32..3, 0u32..300_000, 1u32..9_000, 1u32..4), 0..4),
        ) {
            let runs = runs.into_iter().flat_map(|(stream, from, count, step)| {
                (0..count).map(move |at| id(stream, from + at * step))
            });
            let marks: Marks = single.into_iter().map(|(stream, n)| id(stream, n)).chain(runs).collect();
            prop_assert_eq!(Marks::from_text(&marks.to_text()), Some(marks));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9a-f]{0,60}") {
            if let Some(marks) = Marks::from_text(&text) {
                prop_assert_eq!(marks.iter().count() as u64, marks.len());
                prop_assert_eq!(Marks::from_text(&marks.to_text()), Some(marks));
            }
        }
    }

    #[test]
    fn a_million_marks_fit_however_they_lie() {
        let of = |step: u32| (0..1_000_000).map(|n| id(1, n * step)).collect::<Marks>().to_text().len();
        assert!(of(1) < 300, "{}", of(1));
        assert!(of(2) < 600 << 10, "{}", of(2));
        assert!(of(7) < 2 << 20, "{}", of(7));
    }

    #[test]
    fn what_no_page_can_be_is_refused() {
        for text in ["0", "zz", "00", "0000", "0001", "000100ffff7f", "00ff", "0001ffffff7f00"] {
            assert_eq!(Marks::from_text(text), None, "{text}");
        }
        assert_eq!(Marks::from_text(""), Some(Marks::default()));
    }
}
