//! 廃棄: why applications are erased, what has to be done for it beside the database, and what the record of it says.

use serde::{Deserialize, Serialize};

/// Why applications were erased. The numbers stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ErasureRule {
    /// 保存期間 had ended.
    Expired = 1,
    /// It hadn't; a reason was given.
    Early = 2,
    /// They had been erased before, and a backup brought them back.
    Again = 3,
}

impl ErasureRule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Expired, Self::Early, Self::Again];

    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Early => "early",
            Self::Again => "again",
        }
    }

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| *rule as u8 == code)
    }
}

/// What is done after an erasure has been recorded. Each step may be done again; the numbers stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ErasureStep {
    /// The seeds of what was sealed are destroyed, and the erasure is noted beside the keys.
    Keys = 1,
    /// The search cache is written anew without them.
    Search = 2,
    /// The write-ahead log is emptied.
    Log = 3,
    /// The database is written anew.
    Database = 4,
}

impl ErasureStep {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Keys, Self::Search, Self::Log, Self::Database];

    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Search => "search",
            Self::Log => "log",
            Self::Database => "database",
        }
    }

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step as u8 == code)
    }
}

/// What a 廃棄記録 says of the applications: no name and no number of any of them. It is the payload of the operation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DisposalNote {
    /// 決裁の文書番号.
    pub document_number: String,
    /// Why, where it was before the end of 保存期間.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many, by 分類記号, 保存年限 and 完結年度.
    pub lines: Vec<DisposalLine>,
}

/// Applications of one 分類記号, 保存年限 and 完結年度.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DisposalLine {
    /// 分類記号.
    pub classification: Option<String>,
    /// 保存年限 in years; `None` = not limited, or not set.
    pub years: Option<u32>,
    /// 完結年度; `None` = its work hadn't ended.
    pub fiscal_year: Option<i16>,
    /// How many.
    pub count: u64,
}

impl DisposalNote {
    /// Reads the payload.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The payload.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
