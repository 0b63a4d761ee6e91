//! Finding commands by what a person types: kanji, kana, romaji, English or the id. Palette and help ask the same
//! finder, so both find the same.

use std::fmt;
use std::sync::OnceLock;

use crate::assets::Assets;
use crate::command::{COMMANDS, Command, CommandId};
use crate::domain::fold::{fold, romaji};
use crate::messages::Messages;

/// How well a word fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The whole name.
    Whole,
    /// The beginning of a name.
    Beginning,
    /// The beginning of a word of a name.
    WordStart,
    /// Somewhere inside of a name.
    Inside,
    /// In what is told about the command: its description, its keys.
    Told,
    /// Its letters in this order, with others between them.
    Scattered,
}

/// How well a query fits: its worst word, then all words together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// The word that fits worst.
    pub worst: Fit,
    sum: usize,
}

/// From this many letters on romaji is looked for inside of a reading too: a single vowel is in all of them.
const ROMAJI_INSIDE: usize = 3;

/// What a command can be found by, folded.
#[derive(Clone)]
struct Names {
    id: CommandId,
    /// Titles of both languages, the reading, the id.
    names: Vec<String>,
    romaji: [String; romaji::SPELLINGS],
    told: String,
}

/// The names of all commands, read when somebody first looks for one: folding them needs the tables of kanji, which no
/// first screen should wait for.
#[derive(Clone, Default)]
pub struct Finder(OnceLock<Vec<Names>>);

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Finder")
    }
}

impl Finder {
    /// How well a query fits a command with these keys; `None` = not at all. Nothing typed fits everything. Names are
    /// those in the language of the screen, `words`, and, from what is compiled in, in the other one.
    #[must_use]
    pub fn rank(&self, words: &Messages, command: CommandId, keys: &str, query: &str) -> Option<Rank> {
        let all = self.0.get_or_init(|| {
            let other = Messages::load_room(words.language().other(), &Assets::built_in(), "tui");
            COMMANDS.iter().map(|command| Names::of(command, words, &other)).collect()
        });
        let names = all.iter().find(|names| names.id == command)?;
        let keys = fold_words(keys);
        let mut rank = Rank { worst: Fit::Whole, sum: 0 };
        for word in query.split_whitespace() {
            let fit = names.fit(word, &keys)?;
            rank = Rank { worst: rank.worst.max(fit), sum: rank.sum + fit as usize };
        }
        Some(rank)
    }
}

impl Names {
    fn of(command: &Command, words: &Messages, other: &Messages) -> Self {
        let reading = words.text(&command.reading_key()).to_owned();
        let (title, description) = (command.title_key(), command.description_key());
        let names = [words.text(&title), other.text(&title), &reading, command.id.as_str()];
        Self {
            id: command.id,
            names: names.into_iter().map(fold_words).collect(),
            romaji: romaji::spellings(&reading),
            told: fold_words(words.text(&description)),
        }
    }

    fn fit(&self, word: &str, keys: &str) -> Option<Fit> {
        let folded = fold(word);
        if folded.is_empty() {
            return Some(Fit::Whole);
        }
        let by_name = self.names.iter().filter_map(|name| fit(name, &folded)).min();
        let latin = folded.chars().any(|c| c.is_ascii_alphabetic());
        let by_sound = || {
            let typed = romaji::spellings(&folded);
            let found = self.romaji.iter().zip(&typed).filter_map(|(spelt, typed)| {
                fit(spelt, typed).filter(|fit| *fit <= Fit::Beginning || typed.len() >= ROMAJI_INSIDE)
            });
            found.min()
        };
        let by_sound = if latin { by_sound() } else { None };
        by_name
            .into_iter()
            .chain(by_sound)
            .min()
            .or_else(|| (self.told.contains(&folded) || keys.contains(&folded)).then_some(Fit::Told))
            .or_else(|| {
                let romaji = self.romaji.iter().take(if latin { self.romaji.len() } else { 0 });
                self.names.iter().chain(romaji).any(|name| is_scattered(name, &folded)).then_some(Fit::Scattered)
            })
    }
}

/// Folds each word; folding alone would take the spaces between them.
fn fold_words(text: &str) -> String {
    text.split_whitespace().map(fold).collect::<Vec<_>>().join(" ")
}

fn fit(name: &str, typed: &str) -> Option<Fit> {
    if typed.is_empty() {
        return None;
    }
    if name == typed {
        return Some(Fit::Whole);
    }
    if name.starts_with(typed) {
        return Some(Fit::Beginning);
    }
    let mut found = name.match_indices(typed).map(|(at, _)| at).peekable();
    found.peek()?;
    Some(if found.any(|at| starts_word(name, at)) { Fit::WordStart } else { Fit::Inside })
}

fn starts_word(name: &str, at: usize) -> bool {
    !name[..at].ends_with(char::is_alphanumeric)
}

/// Whether the letters stand in a name in this order, from the beginning of one of its words on.
fn is_scattered(name: &str, typed: &str) -> bool {
    let from = |at: usize| {
        let mut rest = name[at..].chars();
        let mut letters = typed.chars();
        let first = letters.next();
        rest.next() == first && letters.all(|letter| rest.any(|c| c == letter))
    };
    typed.chars().count() > 1 && name.char_indices().any(|(at, _)| starts_word(name, at) && from(at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::messages::Language;

    fn words(language: Language) -> Messages {
        Messages::load(language, &Assets::built_in())
    }

    fn fit_of(command: CommandId, query: &str) -> Option<Fit> {
        Finder::default().rank(&words(Language::Japanese), command, "s  F4", query).map(|rank| rank.worst)
    }

    #[test]
    fn one_command_is_found_in_every_writing() {
        for word in [
            "状況変更",
            "変更",
            "じょうきょう",
            "ジョウキョウ",
            "ｼﾞｮｳｷｮｳ",
            "jokyo",
            "joukyou",
            "zyoukyou",
            "jôkyô",
            "ＪＯＫＹＯ",
            "status",
            "Sta",
            "application.set_status",
            "set_status",
            "状変",
            "jkyo",
            "F4",
            "影響を",
        ] {
            assert!(fit_of(CommandId::SetStatus, word).is_some(), "{word}");
        }
        for word in ["取込", "shutsu", "qx", "状況 取込"] {
            assert_eq!(fit_of(CommandId::SetStatus, word), None, "{word}");
        }
    }

    #[test]
    fn the_better_a_word_fits_the_earlier_it_stands() {
        let of = |query| fit_of(CommandId::SetStatus, query);
        assert_eq!(of("状況変更"), Some(Fit::Whole));
        assert_eq!(of("状況"), Some(Fit::Beginning));
        assert_eq!(of("set"), Some(Fit::WordStart));
        assert_eq!(of("変更"), Some(Fit::Inside));
        assert_eq!(of("影響"), Some(Fit::Told));
        assert_eq!(of("状変"), Some(Fit::Scattered));
        assert_eq!(of("状況 変更"), Some(Fit::Inside));
    }

    proptest! {
        #[test]
        fn any_query_is_taken_and_spaces_around_it_change_nothing(query in any::<String>()) {
            let (finder, words) = (Finder::default(), words(Language::English));
            for command in COMMANDS {
                let rank = finder.rank(&words, command.id, "", &query);
                prop_assert_eq!(rank, finder.rank(&words, command.id, "", &format!("  {query}\u{3000}")));
            }
        }
    }
}
