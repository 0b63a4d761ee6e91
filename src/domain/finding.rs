//! 審査結果: what examining an application came to. It stands beside 処理状況 and is never derived from it; a reason and a basis
//! (根拠) may be said with it, and are the payload of the operation that entered it.

use serde_json::{Value, json};

use super::query::Listed;

/// What examining came to. The numbers stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Finding {
    /// 承認
    Approved = 1,
    /// 一部承認
    PartlyApproved = 2,
    /// 不承認
    Disapproved = 3,
    /// 却下
    Dismissed = 4,
    /// 該当なし
    NotApplicable = 5,
}

impl Listed for Finding {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Approved, &["approved", "承認"]),
        (Self::PartlyApproved, &["partly_approved", "一部承認"]),
        (Self::Disapproved, &["disapproved", "不承認"]),
        (Self::Dismissed, &["dismissed", "却下"]),
        (Self::NotApplicable, &["not_applicable", "該当なし"]),
    ];
}

/// The words for no 審査結果 at all: the one of scripts, and the label.
pub const NONE: [&str; 2] = ["none", "なし"];

impl Finding {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 5] =
        [Self::Approved, Self::PartlyApproved, Self::Disapproved, Self::Dismissed, Self::NotApplicable];

    /// The number in the log.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| u64::from(finding.code()) == code)
    }

    /// The official label.
    #[must_use]
    pub fn label(self) -> &'static str {
        Self::WORDS.iter().find(|(known, _)| *known == self).and_then(|(_, words)| words.get(1)).copied().unwrap_or("")
    }

    /// Whether it needs a reason: a refusal must say why (行政手続法 8 条).
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Disapproved | Self::Dismissed)
    }
}

/// Reads what is to be entered: an id, a label, or that there is to be none. `None` = no such word.
#[must_use]
pub fn parse_wish(text: &str) -> Option<Option<Finding>> {
    let word = text.trim();
    if NONE.contains(&word) { Some(None) } else { Finding::parse(word).map(Some) }
}

/// What is said with a 審査結果: the payload of the operation, as JSON. What isn't said is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stated {
    /// 理由.
    pub reason: Option<String>,
    /// 根拠: the rule that it rests on.
    pub basis: Option<String>,
}

impl Stated {
    /// Of texts in which nothing but spaces is nothing.
    #[must_use]
    pub fn of(reason: Option<&str>, basis: Option<&str>) -> Self {
        let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        Self { reason: given(reason), basis: given(basis) }
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.reason.is_none() && self.basis.is_none()
    }

    /// The payload; `None` where nothing is said.
    #[must_use]
    pub fn payload(&self) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let mut row = serde_json::Map::new();
        for (key, text) in [("reason", &self.reason), ("basis", &self.basis)] {
            row.extend(text.as_ref().map(|text| (key.to_owned(), json!(text))));
        }
        Some(Value::Object(row).to_string())
    }

    /// Reads a payload; what isn't there or was erased says nothing.
    #[must_use]
    pub fn of_payload(text: Option<&str>) -> Self {
        let row: Option<Value> = text.and_then(|text| serde_json::from_str(text).ok());
        let read = |key: &str| Some(row.as_ref()?.get(key)?.as_str()?.to_owned());
        Self { reason: read("reason"), basis: read("basis") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_word_and_number_means_one_finding() {
        for finding in Finding::ALL {
            assert_eq!(Finding::from_code(finding.code().into()), Some(finding));
            assert_eq!(parse_wish(finding.id()), Some(Some(finding)));
            assert_eq!(parse_wish(finding.label()), Some(Some(finding)));
        }
        assert_eq!(NONE.map(parse_wish), [Some(None), Some(None)]);
        assert_eq!((parse_wish("可決"), Finding::from_code(0), Finding::from_code(6)), (None, None, None));
        let with_reason: Vec<&str> =
            Finding::ALL.into_iter().filter(|one| one.needs_reason()).map(Finding::label).collect();
        assert_eq!(with_reason, ["不承認", "却下"]);
    }

    #[test]
    fn nothing_said_is_no_payload_and_an_erased_one_says_nothing() {
        assert_eq!(Stated::of(Some("  "), None).payload(), None);
        assert_eq!(Stated::of_payload(None), Stated::default());
        assert_eq!(Stated::of_payload(Some("R3-{seq:04}")), Stated::default());
    }

    proptest! {
        #[test]
        fn what_is_said_is_read_back(reason: Option<String>, basis: Option<String>) {
            let said = Stated::of(reason.as_deref(), basis.as_deref());
            prop_assert_eq!(Stated::of_payload(said.payload().as_deref()), said);
        }
    }
}
