//! 決裁: a 起案 asks for one decision about many applications; the city's own 文書管理 or 電子決裁 decides it, and what was decided
//! is entered once for all of them. The words that stand in the log, and what is written in its payloads.

use serde_json::{Value, json};

use super::calendar::Day;
use super::finding::{self, Finding};
use super::query::Listed;

/// What an operation did with a 起案. The numbers stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RulingStep {
    /// 決裁に回した: the operation is the 起案.
    Submitted = 1,
    /// 決裁済. Entered again, it corrects what was entered before.
    Settled = 2,
    /// 差戻し.
    Returned = 3,
}

impl RulingStep {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Submitted, Self::Settled, Self::Returned];

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step as u8 == code)
    }
}

/// How a 起案 stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RulingState {
    /// 決裁中
    Pending = 1,
    /// 決裁済
    Settled = 2,
    /// 差戻し
    Returned = 3,
    /// 取消: the 起案 was taken back by undoing it.
    TakenBack = 4,
}

impl Listed for RulingState {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Pending, &["pending", "決裁中"]),
        (Self::Settled, &["settled", "決裁済", "決裁済み"]),
        (Self::Returned, &["returned", "差戻し", "差し戻し"]),
        (Self::TakenBack, &["taken_back", "取消"]),
    ];
}

impl RulingState {
    /// From the number in the table.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::WORDS.iter().map(|(state, _)| *state).find(|state| *state as u8 == code)
    }

    /// The official label.
    #[must_use]
    pub fn label(self) -> &'static str {
        Self::WORDS.iter().find(|(known, _)| *known == self).and_then(|(_, words)| words.get(1)).copied().unwrap_or("")
    }

    /// Whether the 審査結果 of its applications are what it is about: they don't change by the way.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Pending | Self::Settled)
    }
}

/// What an application knows of the 起案 that it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    /// How the 起案 stands.
    pub state: RulingState,
    /// 決裁日.
    pub decided_on: Option<Day>,
    /// 文書番号.
    pub document_number: Option<String>,
}

/// The sum of an item over the applications of a 起案.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The item.
    pub item: String,
    /// The sum, in the item's own unit.
    pub total: u64,
    /// How many applications don't have it, or have no number in it.
    pub unread: u64,
}

/// What a 起案 says: the payload of the operation that made it, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// 件名.
    pub title: String,
    /// 伺い文, as it was made by the template.
    pub text: String,
    /// 審査結果別内訳: how many have which, in the order of their numbers, those without one last.
    pub breakdown: Vec<(Option<Finding>, u64)>,
    /// 金額計, where it was asked for.
    pub total: Option<Total>,
}

/// The word of a 審査結果, or of none.
fn finding_id(found: Option<Finding>) -> &'static str {
    found.map_or(finding::NONE[0], Finding::id)
}

impl Draft {
    /// How many applications it is about.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.breakdown.iter().map(|(_, count)| count).sum()
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> String {
        let breakdown: Vec<Value> = self
            .breakdown
            .iter()
            .map(|(found, count)| json!({ "result": finding_id(*found), "count": count }))
            .collect();
        let total =
            self.total.as_ref().map(|one| json!({ "item": one.item, "total": one.total, "unread": one.unread }));
        json!({ "title": self.title, "text": self.text, "breakdown": breakdown, "total": total }).to_string()
    }

    /// Reads a payload; `None` where it was erased.
    #[must_use]
    pub fn of_payload(text: Option<&str>) -> Option<Self> {
        let row: Value = serde_json::from_str(text?).ok()?;
        let part = |row: &Value| {
            let found = finding::parse_wish(row.get("result")?.as_str()?)?;
            Some((found, row.get("count")?.as_u64()?))
        };
        let total = |row: &Value| {
            let number = |key: &str| row.get(key)?.as_u64();
            Some(Total {
                item: row.get("item")?.as_str()?.to_owned(),
                total: number("total")?,
                unread: number("unread")?,
            })
        };
        Some(Self {
            title: row.get("title")?.as_str()?.to_owned(),
            text: row.get("text")?.as_str()?.to_owned(),
            breakdown: row.get("breakdown")?.as_array()?.iter().map(part).collect::<Option<_>>()?,
            total: row.get("total").and_then(total),
        })
    }
}

/// What is said when a 起案 is closed: the payload, as JSON. What isn't said is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closing {
    /// 文書番号.
    pub document_number: Option<String>,
    /// 専決者.
    pub decider: Option<String>,
    /// Why it is returned, or corrected.
    pub reason: Option<String>,
}

impl Closing {
    /// The payload.
    #[must_use]
    pub fn payload(&self) -> String {
        let mut row = serde_json::Map::new();
        let parts = [("document_number", &self.document_number), ("decider", &self.decider), ("reason", &self.reason)];
        for (key, text) in parts {
            row.extend(text.as_ref().map(|text| (key.to_owned(), json!(text))));
        }
        Value::Object(row).to_string()
    }

    /// Reads a payload; what isn't there or was erased says nothing.
    #[must_use]
    pub fn of_payload(text: Option<&str>) -> Self {
        let row: Option<Value> = text.and_then(|text| serde_json::from_str(text).ok());
        let read = |key: &str| Some(row.as_ref()?.get(key)?.as_str()?.to_owned());
        Self { document_number: read("document_number"), decider: read("decider"), reason: read("reason") }
    }
}

/// Reads an amount as people write it: `12,000円`, `￥１２，０００`, `12000`. `None` = there is no number, or more than one.
#[must_use]
pub fn amount(text: &str) -> Option<u64> {
    let text = text.trim().trim_start_matches(['¥', '￥']).trim_end_matches("円").trim();
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            ',' | '，' if !digits.is_empty() => {}
            _ => return None,
        }
    }
    // What is longer is no amount, and its sums could not be reckoned.
    (1..=15).contains(&digits.len()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for text in ["12000", "12,000", "12,000円", " ￥１２，０００円 ", "¥12000"] {
            assert_eq!(amount(text), Some(12_000), "{text}");
        }
        for text in ["", "円", "約12,000円", "1万2千円", "12.5", "-5", ",5", "1234567890123456", "1 2"] {
            assert_eq!(amount(text), None, "{text}");
        }
        assert_eq!(amount("0"), Some(0));
    }

    #[test]
    fn states_and_steps_are_read_back() {
        for (state, words) in RulingState::WORDS {
            assert_eq!(RulingState::from_code(*state as u8), Some(*state));
            assert_eq!((RulingState::parse(words[0]), state.label()), (Some(*state), words[1]));
        }
        for step in RulingStep::ALL {
            assert_eq!(RulingStep::from_code(step as u8), Some(step));
        }
        assert_eq!((RulingState::from_code(9), RulingStep::from_code(0)), (None, None));
    }

    proptest! {
        #[test]
        fn what_a_draft_says_is_read_back(title: String, text: String, counts in prop::array::uniform6(0u64..9), item: Option<String>) {
            let found = Finding::ALL.into_iter().map(Some).chain([None]);
            let draft = Draft {
                title,
                text,
                breakdown: found.zip(counts).filter(|(_, count)| *count > 0).collect(),
                total: item.map(|item| Total { item, total: 12, unread: 1 }),
            };
            prop_assert_eq!(Draft::of_payload(Some(&draft.payload())), Some(draft));
        }

        #[test]
        fn what_closes_it_is_read_back(document_number: Option<String>, decider: Option<String>, reason: Option<String>) {
            let closing = Closing { document_number, decider, reason };
            prop_assert_eq!(Closing::of_payload(Some(&closing.payload())), closing);
        }
    }
}
