//! 個別番号 and 収受番号: numbers that an office hands out itself, such as 受験番号, or enters what came in under. A pattern says what they look like; the number of
//! a place in it (the sequence number) is what the log keeps.

use std::collections::BTreeSet;

use super::operation::Days;

/// The heading of the column of 個別番号 in files: a file that shows it has let numbers out of the building.
pub const HEADING: &str = "個別番号";

/// The same of 収受番号.
pub const RECEIVED_HEADING: &str = "収受番号";

/// A pattern has no more characters than this.
pub const LONGEST: usize = 40;

/// No more zeros are put before a sequence number than make it so long.
const WIDEST: usize = 12;

/// The highest sequence number.
pub const HIGHEST: u64 = 999_999_999_999;

/// What 個別番号 look like: text with one place for the sequence number, `R3-{seq:04}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: String,
    before: String,
    width: usize,
    after: String,
}

/// The places of a value that a sequence number takes: [`HIGHEST`] fits.
const SEQUENCE_BITS: u32 = 40;

/// 収受: the day, and the sequence number of the 収受番号. One value of the log holds both: the day × 2⁴⁰ + the sequence number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Received {
    /// Days since 1970-01-01.
    pub day: Days,
    /// The sequence number.
    pub sequence: u64,
}

impl Received {
    /// The value of the log.
    #[must_use]
    pub const fn value(self) -> u64 {
        ((self.day as u64) << SEQUENCE_BITS) | self.sequence
    }

    /// Reads one. That of a 個別番号 has no day: it is 0.
    #[must_use]
    pub const fn of_value(value: u64) -> Self {
        Self { day: (value >> SEQUENCE_BITS) as Days, sequence: value & ((1 << SEQUENCE_BITS) - 1) }
    }
}

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPattern {
    /// It has no place for the sequence number.
    NoPlace,
    /// It has more than one, or a brace too many.
    Braces,
    /// What stands in the braces isn't `seq` (連番), alone or with a width as `seq:04`.
    Word,
    /// It is longer than [`LONGEST`], or has signs that can't be seen.
    Text,
}

impl Pattern {
    /// Reads a pattern. Braces, colon and digits of an IME mean what half-width ones mean.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BadPattern> {
        let text = text.trim();
        if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            return Err(BadPattern::Text);
        }
        let (open, close) = (['{', '｛'], ['}', '｝']);
        let (before, rest) = text.split_once(open).ok_or(BadPattern::NoPlace)?;
        let (inside, after) = rest.split_once(close).ok_or(BadPattern::Braces)?;
        let braces = |c: char| open.contains(&c) || close.contains(&c);
        if [before, inside, after].iter().any(|part| part.contains(braces)) {
            return Err(BadPattern::Braces);
        }
        let (word, width) = inside.split_once([':', '：']).map_or((inside, None), |(word, width)| (word, Some(width)));
        let width = match width {
            None => 1,
            Some(width) => narrow(width.trim()).parse().map_err(|_| BadPattern::Word)?,
        };
        if !["seq", "連番"].contains(&word.trim()) || !(1..=WIDEST).contains(&width) {
            return Err(BadPattern::Word);
        }
        Ok(Self { text: text.to_owned(), before: before.to_owned(), width, after: after.to_owned() })
    }

    /// The pattern as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The 個別番号 with a sequence number. One that has more digits than the pattern has places keeps them all.
    #[must_use]
    pub fn render(&self, sequence: u64) -> String {
        format!("{}{sequence:0width$}{}", self.before, self.after, width = self.width)
    }
}

/// Digits of either width as half-width ones.
fn narrow(text: &str) -> String {
    let one = |c: char| match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        other => other,
    };
    text.chars().map(one).collect()
}

/// Numbers that nobody gets: 4 and 9, a series that is kept back, one that stands on a form already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Skip {
    ranges: Vec<(u64, u64)>,
    whole: BTreeSet<String>,
}

impl Skip {
    /// Reads a list: sequence numbers and ranges (`4,9,40-49`). `None` = there is something else in it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let skip = Self::parse_lines(text)?;
        skip.whole.is_empty().then_some(skip)
    }

    /// Reads what a file says: as [`Self::parse`], and 個別番号 as they would be given. `None` = a range runs backwards.
    #[must_use]
    pub fn parse_lines(text: &str) -> Option<Self> {
        let mut skip = Self::default();
        let entries = text.split(|c: char| c.is_whitespace() || [',', '、', '，', '\u{feff}'].contains(&c));
        for entry in entries.filter(|entry| !entry.is_empty()) {
            let number = |text: &str| narrow(text).parse::<u64>().ok();
            let range = entry.split_once(['-', '－', '〜', '～']);
            match (number(entry), range.map(|(first, last)| (number(first), number(last)))) {
                (Some(one), _) => skip.ranges.push((one, one)),
                (None, Some((Some(first), Some(last)))) if first <= last => skip.ranges.push((first, last)),
                (None, Some((Some(_), Some(_)))) => return None,
                _ => {
                    skip.whole.insert(entry.to_owned());
                }
            }
        }
        Some(skip)
    }

    /// Whether a number is one of them.
    #[must_use]
    pub fn holds(&self, sequence: u64, number: &str) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&sequence)) || self.whole.contains(number)
    }
}

/// The sequence numbers that are handed out: from one on, by steps, without those to be skipped.
#[derive(Debug, Clone)]
pub struct Sequence<'a> {
    /// What numbers look like.
    pub pattern: &'a Pattern,
    /// The next one, if it isn't skipped.
    pub next: u64,
    /// How far the one after it is, at least 1.
    pub step: u64,
    /// Those that nobody gets.
    pub skip: &'a Skip,
}

impl Iterator for Sequence<'_> {
    type Item = (u64, String);

    fn next(&mut self) -> Option<(u64, String)> {
        while self.next <= HIGHEST {
            let sequence = self.next;
            self.next = sequence.saturating_add(self.step.max(1));
            let number = self.pattern.render(sequence);
            if !self.skip.holds(sequence, &number) {
                return Some((sequence, number));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pattern_has_one_place_for_the_number() {
        let rendered = |text: &str, n| Pattern::parse(text).map(|pattern| pattern.render(n));
        assert_eq!(rendered("R3-{seq:04}", 7).as_deref(), Ok("R3-0007"));
        assert_eq!(rendered("R3-{seq:04}", 12_345).as_deref(), Ok("R3-12345"));
        assert_eq!(rendered("第｛連番：０３｝号", 7).as_deref(), Ok("第007号"));
        assert_eq!(rendered("{ seq }", 7).as_deref(), Ok("7"));
        for (text, why) in [
            ("R3-0001", BadPattern::NoPlace),
            ("", BadPattern::NoPlace),
            ("{seq", BadPattern::Braces),
            ("{seq}{seq}", BadPattern::Braces),
            ("}{seq}", BadPattern::Braces),
            ("{name}", BadPattern::Word),
            ("{seq:x}", BadPattern::Word),
            ("{seq:0}", BadPattern::Word),
            ("{seq:13}", BadPattern::Word),
            ("a\u{7}{seq}", BadPattern::Text),
        ] {
            assert_eq!(Pattern::parse(text), Err(why), "{text}");
        }
        assert_eq!(Pattern::parse(&format!("{}{{seq}}", "x".repeat(LONGEST))), Err(BadPattern::Text));
    }

    #[test]
    fn skipped_numbers_are_given_to_nobody() {
        let pattern = Pattern::parse("A{seq:02}").unwrap();
        let skip = Skip::parse("4、9 １１-13").unwrap();
        let handed: Vec<u64> =
            Sequence { pattern: &pattern, next: 2, step: 1, skip: &skip }.map(|(n, _)| n).take(9).collect();
        assert_eq!(handed, [2, 3, 5, 6, 7, 8, 10, 14, 15]);
        let lines = Skip::parse_lines("A05\r\n7\n").unwrap();
        assert!(lines.holds(5, "A05") && lines.holds(7, "A07") && !lines.holds(6, "A06"));
        assert_eq!((Skip::parse("A05"), Skip::parse("9-4")), (None, None));
        let last = Sequence { pattern: &pattern, next: HIGHEST, step: 1, skip: &skip };
        assert_eq!(last.count(), 1);
    }

    proptest! {
        #[test]
        fn a_day_and_a_sequence_number_stand_in_one_value(day in 0u32..1 << 22, sequence in 0..=HIGHEST) {
            let received = Received { day, sequence };
            prop_assert_eq!(Received::of_value(received.value()), received);
            prop_assert_eq!(Received::of_value(sequence), Received { day: 0, sequence });
            prop_assert!(i64::try_from(received.value()).is_ok(), "the tables keep it");
        }

        #[test]
        fn two_sequence_numbers_never_look_alike(before in "[A-Z0-9-]{0,4}", after in "[0-9]{0,3}", width in 1usize..6, a in 0u64..3000, b in 0u64..3000) {
            let pattern = Pattern::parse(&format!("{before}{{seq:{width}}}{after}")).unwrap();
            prop_assert_eq!(pattern.render(a) == pattern.render(b), a == b);
        }

        #[test]
        fn strange_patterns_are_refused_quietly(text: String) {
            if let Ok(pattern) = Pattern::parse(&text) {
                prop_assert!(Pattern::parse(pattern.as_str()) == Ok(pattern));
            }
            drop(Skip::parse_lines(&text));
        }
    }
}
