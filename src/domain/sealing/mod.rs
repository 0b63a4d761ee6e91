//! 封印: what of an application may not lie open. Which headings name such an item, the keys that seal (X25519, by HPKE of
//! RFC 9180), and the sealed values themselves. Randomness comes in from the caller.
//!
//! The public key of a class seals the key of a batch (an import); that key and 16 random bytes of each application make
//! the key of its values. So whoever imports needs no secret, whoever leaves is shut out by a new class key, and
//! destroying 16 bytes destroys an application's values in every copy of the store.

mod key;
mod value;

pub use key::{OpeningKey, RECOVERY_LENGTH, Wrap, read_recovery, write_recovery};
pub use value::{Kek, Owner, SealedValue, Seed, plain_text, put_places, read_places};

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::identity::OperationId;

/// 封印の区分. The number stands in the log and never changes; 0 is kept for a key that only compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// 口座番号 and other items that are nobody's business.
    Sensitive = 1,
    /// 特定個人情報: 個人番号, and what stands with it (番号法).
    SpecificPersonal = 2,
}

impl Class {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sensitive, Self::SpecificPersonal];

    /// The word of the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sensitive => "sensitive",
            Self::SpecificPersonal => "specific_personal",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.id() == word)
    }

    /// Of its number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|class| *class as u8 == code)
    }

    /// The class that the heading of a column asks for: 個人番号, マイナンバー, 口座番号 or 口座記号 in any width and with
    /// anything between the letters that is no letter.
    #[must_use]
    pub fn of_heading(name: &str) -> Option<Self> {
        const WORDS: [(&str, Class); 4] = [
            ("個人番号", Class::SpecificPersonal),
            ("マイナンバー", Class::SpecificPersonal),
            ("口座番号", Class::Sensitive),
            ("口座記号", Class::Sensitive),
        ];
        let letters: String = name.nfkc().filter(|c| c.is_alphanumeric()).collect();
        WORDS.iter().find(|(word, _)| letters.contains(word)).map(|(_, class)| *class)
    }
}

/// Which items of a file are sealed: because of their headings, or because the office's definition of a form says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headings {
    named: BTreeMap<String, Class>,
}

impl Headings {
    /// Those that definitions name, beside those that name themselves.
    #[must_use]
    pub fn naming(named: impl IntoIterator<Item = (String, Class)>) -> Self {
        let mut all = BTreeMap::new();
        for (name, class) in named {
            // Of two definitions the stricter holds.
            let known = all.entry(name).or_insert(class);
            *known = class.max(*known);
        }
        Self { named: all }
    }

    /// The class that an item is sealed in; a repeated name (`NAME#2`) is that of the first.
    #[must_use]
    pub fn class_of(&self, name: &str) -> Option<Class> {
        let first = match name.rsplit_once('#') {
            Some((first, count)) if !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()) => first,
            _ => name,
        };
        let named = self.named.get(name).or_else(|| self.named.get(first)).copied();
        named.max(Class::of_heading(name))
    }
}

/// The key of a class, as the log tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassKey {
    /// Counts from 1: a new one each time somebody is shut out.
    pub generation: u32,
    /// What seals.
    pub public: [u8; 32],
    /// Whose copy of the secret lies in `keys.db`, ascending.
    pub holders: Vec<OperationId>,
    /// The public key of the recovery key, which holds a copy too.
    pub recovery: [u8; 32],
    /// The operation that wrote it.
    pub version: OperationId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_tell_what_is_sealed() {
        let of = Class::of_heading;
        for name in ["個人番号", "世帯主の 個人　番号", "ﾏｲﾅﾝﾊﾞｰ", "個人番号#2"] {
            assert_eq!(of(name), Some(Class::SpecificPersonal), "{name}");
        }
        for name in ["口座番号(右詰め)", "口座_記号"] {
            assert_eq!(of(name), Some(Class::Sensitive), "{name}");
        }
        assert_eq!(of("個人名"), None);
        assert_eq!(of("番号"), None);
        let headings =
            Headings::naming([("振込先".to_owned(), Class::Sensitive), ("番号".to_owned(), Class::SpecificPersonal)]);
        assert_eq!(headings.class_of("振込先#2"), Some(Class::Sensitive));
        assert_eq!(headings.class_of("個人番号"), Some(Class::SpecificPersonal));
        assert_eq!(headings.class_of("番号"), Some(Class::SpecificPersonal));
        assert_eq!(headings.class_of("番号#x"), None);
        assert_eq!(Class::ALL.map(|class| Class::parse(class.id())), Class::ALL.map(Some));
    }
}
