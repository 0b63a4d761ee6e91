//! Finding folded words in text as it stands, so that the match can be marked in a row.

use std::ops::Range;

use memchr::memmem;

use super::stream::{self, Sink};

/// Folded text with the place in the original of each of its characters.
#[derive(Default)]
struct Mapped {
    folded: String,
    /// Byte in `folded` where a character begins, and the bytes of the original that it came from; in order.
    places: Vec<(usize, Range<usize>)>,
}

impl Sink for Mapped {
    fn copy(&mut self, run: &str, at: usize) {
        for (offset, c) in run.char_indices() {
            self.push(c, (at + offset, at + offset + c.len_utf8()));
        }
    }
    fn push(&mut self, c: char, at: (usize, usize)) {
        self.places.push((self.folded.len(), at.0..at.1));
        self.folded.push(c);
    }
    fn replace_last(&mut self, c: char, at: (usize, usize)) {
        self.folded.pop();
        self.folded.push(c);
        self.swallow(at);
    }
    fn swallow(&mut self, at: (usize, usize)) {
        if let Some((_, place)) = self.places.last_mut()
            && place.end < at.1
        {
            place.end = at.1;
        }
    }
}

/// Byte ranges of `haystack`, as it stands, whose fold is `needle` (already folded), from left to right, none
/// overlapping. Selectors and voice marks stay with their character. An empty needle is found nowhere.
#[must_use]
pub fn find_folded(haystack: &str, needle: &str) -> Vec<Range<usize>> {
    if needle.is_empty() {
        return Vec::new();
    }
    let mut mapped = Mapped::default();
    stream::run(haystack, &mut mapped);
    let mut found: Vec<Range<usize>> = Vec::new();
    for start in memmem::find_iter(mapped.folded.as_bytes(), needle.as_bytes()) {
        let first = mapped.places.partition_point(|(begin, _)| *begin <= start).saturating_sub(1);
        let after = mapped.places.partition_point(|(begin, _)| *begin < start + needle.len());
        let mut range = mapped.places[first].1.start..mapped.places[after - 1].1.end;
        if let Some(before) = found.last() {
            // Two hits inside one ligature share its bytes.
            range.start = range.start.max(before.end);
        }
        if range.start < range.end {
            found.push(range);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fold;
    use super::super::tests::field_text;
    use super::*;

    #[test]
    fn matches_are_marked_in_the_original() {
        let marked = |text: &str, word: &str| -> Vec<String> {
            find_folded(text, &fold(word)).into_iter().map(|range| text[range].to_owned()).collect()
        };
        assert_eq!(marked("ﾔﾏｶﾞﾀ ﾊﾅｺ", "がた"), ["ｶﾞﾀ"]);
        assert_eq!(marked("㈱紅花商会", "株"), ["㈱"]);
        assert_eq!(marked("髙橋 髙\u{E0100}橋", "高"), ["髙", "髙\u{E0100}"]);
        assert_eq!(marked("１－２－３", "2-3"), ["２－３"]);
        assert_eq!(marked("山形　花子", "山形花子"), ["山形　花子"]);
        assert_eq!(marked("ああああ", "アア"), ["ああ", "ああ"]);
        assert!(marked("ああ", "").is_empty());
    }

    #[test]
    fn a_space_after_a_match_is_not_marked() {
        assert_eq!(find_folded("山形 花子", "山形").first(), Some(&(0.."山形".len())));
    }

    proptest! {
        #[test]
        fn ranges_are_ordered_and_lie_on_characters(text in field_text(), word in field_text()) {
            let mut end = 0;
            for range in find_folded(&text, &fold(&word)) {
                prop_assert!(range.start >= end && range.start < range.end);
                prop_assert!(text.get(range.clone()).is_some());
                end = range.end;
            }
        }

        #[test]
        fn what_the_fold_contains_is_found(text in field_text()) {
            let folded = fold(&text);
            prop_assert_eq!(find_folded(&text, &folded).is_empty(), folded.is_empty());
        }
    }
}
