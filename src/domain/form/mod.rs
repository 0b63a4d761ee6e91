//! What an office knows of a form (様式): its kind, its reply rule, how long it may take, and what its items hold. The
//! applications say which form they came with; this says what that means.

mod check;
mod definitions;
mod stand_in;

pub use check::{Doubt, chosen, doubt_of, is_individual_number};
pub use definitions::Definitions;
pub use stand_in::StandIns;

use super::sealing::Class;
use super::status::FormRules;

/// 様式の定義: what is known of one form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormDefinition {
    /// 取得元: code of the source.
    pub source: String,
    /// 様式ID; empty where the source names none.
    pub id: String,
    /// 様式Ver.; `None` = every version that has no definition of its own.
    pub version: Option<String>,
    /// What the form is called.
    pub title: String,
    /// 種別 and the reply rule.
    pub rules: FormRules,
    /// 標準処理期間 in 開庁日 (行政手続法 6 条); `None` = none is set.
    pub standard_days: Option<u32>,
    /// 処理担当: the 課 that each have to finish with it.
    pub departments: Vec<String>,
    /// 個人番号利用: whether the procedure uses 個人番号.
    pub uses_individual_number: bool,
    /// 公金受取口座: the money goes to the account that the state knows, so the form asks for none.
    pub public_account: bool,
    /// How long its records are kept.
    pub retention: Option<Retention>,
    /// Which items stand for name, kana, birth date and phone.
    pub stand_ins: StandIns,
    /// Its items; those of a header that aren't here are taken as they come.
    pub items: Vec<ItemDefinition>,
}

/// 保存: under which classification, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// 分類記号.
    pub classification: Option<String>,
    /// 保存年限 in years; `None` = not limited.
    pub years: Option<u32>,
}

/// An item of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemDefinition {
    /// Its name, as the header has it (a repeated one carries `#2`, `#3` …).
    pub name: String,
    /// What it holds.
    pub kind: ItemKind,
    /// Whether it was marked as one that must not lie open; see [`Self::must_be_sealed`].
    pub sensitive: bool,
}

impl ItemDefinition {
    /// Whether it must not lie open: 個人番号, an account number, an attachment, or what was marked.
    #[must_use]
    pub const fn must_be_sealed(&self) -> bool {
        self.sensitive || matches!(self.kind, ItemKind::IndividualNumber | ItemKind::Account | ItemKind::Attachment)
    }

    /// The class that it is sealed in.
    #[must_use]
    pub const fn class(&self) -> Option<Class> {
        match self.kind {
            ItemKind::IndividualNumber => Some(Class::SpecificPersonal),
            _ if self.must_be_sealed() => Some(Class::Sensitive),
            _ => None,
        }
    }
}

/// What an item holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// Any text.
    Text,
    /// フリガナ.
    Kana,
    /// A day, in any way that the calendar reads.
    Date,
    /// One of these.
    Choice(Vec<Choice>),
    /// A number.
    Number,
    /// 郵便番号: seven digits.
    PostalCode,
    /// An account number.
    Account,
    /// 個人番号.
    IndividualNumber,
    /// The name of an attachment.
    Attachment,
}

impl ItemKind {
    /// The words of all kinds, in the order of the manual.
    pub const IDS: [&'static str; 9] =
        ["text", "kana", "date", "choice", "number", "postal_code", "account", "individual_number", "attachment"];

    /// The word of definitions and scripts.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Kana => "kana",
            Self::Date => "date",
            Self::Choice(_) => "choice",
            Self::Number => "number",
            Self::PostalCode => "postal_code",
            Self::Account => "account",
            Self::IndividualNumber => "individual_number",
            Self::Attachment => "attachment",
        }
    }
}

/// One of the answers of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its code, where the form has codes (85).
    pub code: Option<String>,
    /// Its label (臨床工学技士).
    pub label: String,
}

impl FormDefinition {
    /// What it says of an item.
    #[must_use]
    pub fn item(&self, name: &str) -> Option<&ItemDefinition> {
        self.items.iter().find(|item| item.name == name)
    }
}
