//! The words that are searched for: two hundred of 1, 2, 3, 5 and 12 letters, taken from the data itself, some that
//! nearly every application has, some that one has, some that none has.

use super::row::{Chance, values};
use super::words::{ANSWERS, NOWHERE};

/// How long the words are, in letters; as many of each.
pub const LENGTHS: [usize; 5] = [1, 2, 3, 5, 12];

/// How many words there are of each length.
const EACH: usize = 40;

/// The columns that words are taken from: number, name, remarks, reading, address, telephone, two comments.
const FIELDS: [usize; 8] = [2, 3, 9, 10, 12, 13, 18, 24];

/// The columns whose values one application has: number, telephone, address.
const OWN: [usize; 3] = [2, 13, 12];

/// All words, in the order in which they are searched for.
pub fn queries(rows: u64) -> Vec<String> {
    let mut chance = Chance::of(0x0051_EA2C_4E5A);
    let mut all = Vec::with_capacity(LENGTHS.len() * EACH);
    for at in 0..EACH {
        for length in LENGTHS {
            all.push(match at % 10 {
                0 => nowhere(length, &mut chance),
                1 => huge(length, &mut chance),
                2 | 3 => taken(rows, &OWN, length, &mut chance),
                _ => taken(rows, &FIELDS, length, &mut chance),
            });
        }
    }
    all
}

/// Words that a person types letter by letter: the longer ones, without what would need quotes.
pub fn typed(queries: &[String]) -> Vec<String> {
    let plain = |word: &&String| word.chars().count() >= 5 && word.chars().all(char::is_alphanumeric);
    queries.iter().filter(plain).take(24).cloned().collect()
}

fn nowhere(length: usize, chance: &mut Chance) -> String {
    let mut text = String::new();
    // One that stands nowhere makes the whole stand nowhere.
    while text.chars().count() < length {
        text += chance.one(NOWHERE);
    }
    text.chars().take(length).collect()
}

fn huge(length: usize, chance: &mut Chance) -> String {
    const FORM: &str = "Web会議ツール利用申込書";
    let text = if length > 5 || chance.below(2) == 0 { FORM } else { chance.one(ANSWERS) };
    if text.chars().count() < length {
        FORM.chars().take(length).collect()
    } else {
        text.chars().take(length).collect()
    }
}

fn taken(rows: u64, columns: &[usize], length: usize, chance: &mut Chance) -> String {
    loop {
        let row = values(chance.below(rows as usize) as u64);
        let value = &row[chance.one(columns)];
        let letters: Vec<char> = value.chars().collect();
        if letters.len() < length {
            continue;
        }
        let from = chance.below(letters.len() - length + 1);
        let word: String = letters[from..from + length].iter().collect();
        // What a CSV would write otherwise, and spaces at the ends, which a query doesn't keep.
        let plain = !word.contains(['"', '\r', '\n']) && word.trim() == word && !word.starts_with('ﾞ');
        if plain {
            return word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_always_the_same_and_of_every_length() {
        let words = queries(1_000);
        assert_eq!(words, queries(1_000));
        assert_eq!(words.len(), 200);
        for (at, word) in words.iter().enumerate() {
            assert_eq!(word.chars().count(), LENGTHS[at % LENGTHS.len()], "{word}");
        }
    }

    #[test]
    fn some_stand_nowhere_some_everywhere_and_most_somewhere() {
        let words = queries(500);
        let rows: Vec<String> = (0..500).map(|n| values(n).join("\t")).collect();
        let found = |word: &String| rows.iter().filter(|row| row.contains(word.as_str())).count();
        let counts: Vec<usize> = words.iter().map(found).collect();
        assert!(counts.iter().filter(|count| **count == 0).count() >= 12, "{counts:?}");
        assert!(counts.iter().filter(|count| **count > 300).count() >= 12, "{counts:?}");
        assert!(counts.iter().filter(|count| (1..20).contains(*count)).count() >= 40, "{counts:?}");
        assert!(typed(&words).len() >= 8);
    }
}
