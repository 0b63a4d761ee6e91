//! The signature of a segment's text: which blocks of it may hold a word. What stands nowhere, or nearly, is found without
//! reading the text.
//!
//! The text is cut into blocks of some KB, between two values. Every letter of a block, two neighbours, and three (four
//! where all are ASCII: digits say little each) are *runs*; a run has a hash, which is the number of a *line*: one bit for
//! each block. The lines of all runs of a word, joined, name the blocks that may hold it. They may name too many, for
//! runs share lines, but never leave one out: both sides cut a text into runs by the one function [`runs`].

use std::io;
use std::ops::Range;

/// How many lines there are. Tests have little text, and lines that are shared by many runs all the same.
pub(super) const LINES: usize = if cfg!(test) { 256 } else { 4096 };

/// A block is closed by the value that brings it to so many bytes.
const BLOCK: usize = if cfg!(test) { 64 } else { 4096 };

/// Blocks of one word of bits.
const WORD: usize = u64::BITS as usize;

/// Bytes of a line over so many blocks.
pub(super) const fn width(blocks: usize) -> usize {
    blocks.div_ceil(8)
}

/// A signature that is being made: values go in one by one.
#[derive(Debug, Default)]
pub(super) struct Signature {
    /// The first value of each block.
    pub firsts: Vec<u32>,
    /// [`LINES`] words for every 64 blocks: bit `n % 64` stands for block `n`.
    words: Vec<u64>,
    values: u32,
    /// Bytes of the block that is open.
    size: usize,
}

impl Signature {
    /// The signature of some values, in order.
    pub(super) fn of<'v>(values: impl Iterator<Item = &'v [u8]>) -> Self {
        let mut signature = Self::default();
        values.for_each(|value| signature.add(value));
        signature
    }

    fn add(&mut self, value: &[u8]) {
        if self.firsts.is_empty() || self.size >= BLOCK {
            if self.firsts.len().is_multiple_of(WORD) {
                self.words.resize(self.words.len() + LINES, 0);
            }
            self.firsts.push(self.values);
            self.size = 0;
        }
        self.values += 1;
        self.size += value.len();
        let bit = 1 << ((self.firsts.len() - 1) % WORD);
        if let Some(words) = self.words.last_chunk_mut::<LINES>() {
            runs(value, |line| words[line % LINES] |= bit);
        }
    }

    /// How many blocks.
    pub(super) const fn blocks(&self) -> usize {
        self.firsts.len()
    }

    /// Shows the bytes of each line, one after another.
    pub(super) fn each_line(&self, mut show: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut bytes = Vec::new();
        for line in 0..LINES {
            bytes.clear();
            for words in self.words.chunks_exact(LINES) {
                bytes.extend_from_slice(&words[line].to_le_bytes());
            }
            bytes.truncate(width(self.blocks()));
            show(&bytes)?;
        }
        Ok(())
    }
}

/// The blocks that may hold a word, as ascending runs of neighbours; `lines` are those of a signature, one after another.
pub(super) fn candidates(lines: &[u8], blocks: usize, word: &[u8]) -> Vec<Range<usize>> {
    let width = width(blocks);
    let mut bits = vec![0xFF; width];
    runs(word, |line| {
        let line = lines.get(line * width..(line + 1) * width).unwrap_or_default();
        bits.iter_mut().zip(line).for_each(|(bits, line)| *bits &= line);
    });
    let mut candidates: Vec<Range<usize>> = Vec::new();
    for (at, bits) in bits.iter().enumerate().filter(|(_, bits)| **bits != 0) {
        for block in (at * 8..blocks.min(at * 8 + 8)).filter(|block| bits >> (block % 8) & 1 == 1) {
            match candidates.last_mut().filter(|last| last.end == block) {
                Some(last) => last.end = block + 1,
                None => candidates.push(block..block + 1),
            }
        }
    }
    candidates
}

/// Shows the line of every run of letters in a text, in UTF-8; a NUL stands between two texts.
fn runs(text: &[u8], mut see: impl FnMut(usize)) {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    const BITS: u32 = LINES.ilog2();
    let line = |hash: u64, nth: u32| (hash >> (u64::BITS - BITS * (nth + 1))) as usize % LINES;
    // The hashes of the runs that end with the letter before: of one letter, of two, of three.
    let (mut one, mut two, mut three) = (0_u64, 0_u64, 0_u64);
    // How many letters there are before, and how many of them, to the end, are ASCII.
    let (mut letters, mut narrow) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some((letter, length)) = first_letter(rest) {
        rest = &rest[length..];
        if letter == 0 {
            (letters, narrow) = (0, 0);
            continue;
        }
        let join = |before: u64| before.wrapping_add(letter).wrapping_mul(FACTOR);
        let four = join(three);
        (three, two, one) = (join(two), join(one), join(0));
        letters += 1;
        narrow = if letter < 0x80 { narrow + 1 } else { 0 };
        // There are few letters beside all that is put together from them, and many words are only one.
        (0..3).for_each(|nth| see(line(one, nth)));
        if letters > 1 {
            see(line(two, 0));
        }
        if letters > 2 && narrow < 3 {
            see(line(three, 0));
        }
        if narrow > 3 {
            see(line(four, 0));
        }
    }
}

/// The first letter as a number that no other letter has, and how many bytes it takes.
const fn first_letter(text: &[u8]) -> Option<(u64, usize)> {
    const fn joined<const N: usize>(bytes: [u8; N]) -> Option<(u64, usize)> {
        let (mut letter, mut at) = (0, 0);
        while at < N {
            letter = letter << 8 | bytes[at] as u64;
            at += 1;
        }
        Some((letter, N))
    }
    match *text {
        [a @ 0xC0..=0xDF, b, ..] => joined([a, b]),
        [a @ 0xE0..=0xEF, b, c, ..] => joined([a, b, c]),
        [a @ 0xF0..=0xFF, b, c, d, ..] => joined([a, b, c, d]),
        [a, ..] => joined([a]),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A signature's lines as a segment has them, and the number of its blocks.
    fn signed(values: &[Vec<u8>]) -> (Signature, Vec<u8>) {
        let signature = Signature::of(values.iter().map(Vec::as_slice));
        let mut lines = Vec::new();
        signature
            .each_line(|line| {
                lines.extend_from_slice(line);
                Ok(())
            })
            .unwrap();
        (signature, lines)
    }

    /// The values of the blocks that may hold a word.
    fn named(values: &[Vec<u8>], word: &[u8]) -> Vec<usize> {
        let (signature, lines) = signed(values);
        let first = |block: usize| signature.firsts.get(block).map_or(values.len(), |first| *first as usize);
        let blocks = candidates(&lines, signature.blocks(), word);
        assert!(blocks.windows(2).all(|pair| pair[0].end < pair[1].start), "{blocks:?}");
        blocks.into_iter().flat_map(|blocks| first(blocks.start)..first(blocks.end)).collect()
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => "[あかがカー高髙橋々0-9a-z\u{E000}\u{20B9F}]{0,40}",
            1 => "[あ1]{0,30}",
            1 => "\\PC{0,12}",
        ]
    }

    proptest! {
        #[test]
        fn no_block_is_left_out_that_holds_a_word(
            texts in prop::collection::vec(text(), 0..120), other in text(), at in any::<prop::sample::Index>(),
            from in 0..30_usize, letters in 1..=12_usize, within in any::<bool>(),
        ) {
            let values: Vec<Vec<u8>> = texts.iter().map(|text| [text.as_bytes(), b"\0"].concat()).collect();
            let source = if within && !texts.is_empty() { at.get(&texts) } else { &other };
            let word: String = source.chars().skip(from).take(letters).collect();
            prop_assume!(!word.is_empty());
            let named = named(&values, word.as_bytes());
            for (value, text) in texts.iter().enumerate().filter(|(_, text)| text.contains(&word)) {
                prop_assert!(named.contains(&value), "{word:?} in {text:?}");
            }
        }

        #[test]
        fn any_bytes_have_runs(text in prop::collection::vec(any::<u8>(), 0..40)) {
            runs(&text, |line| assert!(line < LINES));
        }
    }

    /// The lines of a text.
    fn lines_of(text: &str) -> Vec<usize> {
        let mut lines = Vec::new();
        runs(text.as_bytes(), |line| lines.push(line));
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    #[test]
    fn what_stands_nowhere_names_few_blocks_and_what_shares_its_lines_with_others_names_theirs() {
        let value =
            |n: u32| format!("{:04}番地の{}\0", n * 7 % 10_000, ["東", "西", "南", "北"][n as usize % 4]).into_bytes();
        let values: Vec<Vec<u8>> = (0..2_000).map(value).collect();
        assert!(named(&values, "鑿".as_bytes()).len() < 100, "three lines for a letter");
        assert!(named(&values, "番地の鑿".as_bytes()).len() < 100);
        assert_eq!(named(&values, "番地".as_bytes()).len(), 2_000);
        // A letter all of whose lines another text has as well: it can't be told from what stands there.
        let there = "番地の東西南北あいうえおかきくけこさしすせそたちつてとなにぬねの0123456789";
        let known = lines_of(there);
        let alike = (0x4E00..0x9FFF).filter_map(char::from_u32).find(|letter| {
            !there.contains(*letter) && lines_of(&letter.to_string()).iter().all(|line| known.contains(line))
        });
        let alike = alike.unwrap().to_string();
        assert_eq!(named(&[format!("{there}\0").into_bytes()], alike.as_bytes()), [0]);
    }

    #[test]
    fn a_boundary_between_values_is_none_between_letters() {
        let together = lines_of("山\0形");
        let mut apart = [lines_of("山"), lines_of("形")].concat();
        apart.sort_unstable();
        apart.dedup();
        assert_eq!(together, apart);
        assert!(lines_of("1234").len() > lines_of("123").len());
        assert!(lines_of("あ").len() <= 3 && lines_of("").is_empty());
    }
}
