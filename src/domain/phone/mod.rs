//! 電話照会: what a caller is asked for, what the line is made of by which they are found, and what a 応対記録 holds. What may
//! be told by phone is decided by `office`.

mod caller;
mod line;
mod names;

pub use caller::Caller;
pub use line::{LineProblem, PhoneLine, SHORTEST_TAIL};
pub use names::says;

use serde_json::{Value, json};

/// A caller is identified by so many of what the record has, at least.
pub const ENOUGH: usize = 2;

/// By what a caller is identified (本人確認): they say it, and the office compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Identifier {
    /// 整理番号.
    Number = 1,
    /// 氏名/法人名.
    Name = 2,
    /// フリガナ.
    Kana = 3,
    /// 生年月日.
    BirthDate = 4,
    /// 住所.
    Address = 5,
    /// 電話番号.
    Phone = 6,
    /// 連絡先メールアドレス.
    Mail = 7,
}

impl Identifier {
    /// All of them, in the order in which they are asked for.
    pub const ALL: [Self; 7] =
        [Self::Number, Self::Name, Self::Kana, Self::BirthDate, Self::Address, Self::Phone, Self::Mail];

    /// Their words in scripts.
    pub const IDS: &[&str] = &["number", "name", "kana", "birth_date", "address", "phone", "mail"];

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|one| *one as u8 == code)
    }

    /// The word of scripts and the end of message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Kana => "kana",
            Self::BirthDate => "birth_date",
            Self::Address => "address",
            Self::Phone => "phone",
            Self::Mail => "mail",
        }
    }

    /// The office's word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Number => "整理番号",
            Self::Name => "氏名",
            Self::Kana => "フリガナ",
            Self::BirthDate => "生年月日",
            Self::Address => "住所",
            Self::Phone => "電話番号",
            Self::Mail => "メールアドレス",
        }
    }

    /// Reads a word of scripts or of the office.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim();
        Self::ALL.into_iter().find(|one| one.id() == word || one.label() == word)
    }
}

/// What applications are opened for where the log is told first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// 電話照会.
    Phone = 1,
    /// 支援措置: an application of a person whose address must not be told.
    Protected = 2,
    /// Something else; the reason says what.
    Other = 3,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Phone, Self::Protected, Self::Other];

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|one| *one as u8 == code)
    }

    /// The word of scripts and the end of message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Protected => "protected",
            Self::Other => "other",
        }
    }
}

/// What was said on the phone: the payload of a 応対記録, as JSON. What isn't said is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spoken {
    /// 応対の内容.
    pub text: Option<String>,
    /// 折返し先: the number and the time that suit.
    pub callback: Option<String>,
}

impl Spoken {
    /// The payload.
    #[must_use]
    pub fn payload(&self) -> String {
        let mut row = serde_json::Map::new();
        for (key, text) in [("text", &self.text), ("callback", &self.callback)] {
            row.extend(text.as_ref().map(|text| (key.to_owned(), json!(text))));
        }
        Value::Object(row).to_string()
    }

    /// Reads a payload; what isn't there or was erased says nothing.
    #[must_use]
    pub fn of_payload(text: Option<&str>) -> Self {
        let row: Option<Value> = text.and_then(|text| serde_json::from_str(text).ok());
        let read = |key: &str| Some(row.as_ref()?.get(key)?.as_str()?.to_owned());
        Self { text: read("text"), callback: read("callback") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_word_and_number_means_one_thing() {
        for one in Identifier::ALL {
            assert_eq!(Identifier::from_code(one as u8), Some(one));
            assert_eq!(Identifier::IDS[one as usize - 1], one.id());
            assert_eq!([one.id(), one.label()].map(Identifier::parse), [Some(one); 2]);
        }
        for one in Purpose::ALL {
            assert_eq!(Purpose::from_code(one as u8), Some(one));
        }
        assert_eq!((Identifier::from_code(0), Purpose::from_code(4), Identifier::parse("住処")), (None, None, None));
    }

    proptest! {
        #[test]
        fn what_was_said_is_read_back(text: Option<String>, callback: Option<String>) {
            let said = Spoken { text, callback };
            prop_assert_eq!(Spoken::of_payload(Some(&said.payload())), said);
        }
    }

    #[test]
    fn what_was_erased_says_nothing() {
        assert_eq!(Spoken::of_payload(None), Spoken::default());
        assert_eq!(Spoken::of_payload(Some("折返し")), Spoken::default());
    }
}
