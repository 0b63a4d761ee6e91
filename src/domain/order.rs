//! The order of a list: by which field, in which direction.

use std::fmt;

/// What a list can be sorted by. Ties are broken by 整理番号, then by the inner id, so that every order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortField {
    /// 申込日時; an application without one comes last.
    #[default]
    Submitted,
    /// 整理番号.
    Number,
    /// 氏名/法人名.
    Name,
    /// フリガナ.
    Kana,
    /// 様式ID.
    Form,
    /// 処理状況, in the order of the ten.
    Status,
    /// 元システムの状況.
    SourceStatus,
    /// 更新.
    Updated,
    /// 担当, by code; what nobody is in charge of comes last.
    Assignee,
    /// 期限; what has none comes last.
    Due,
    /// 処理の期限, reckoned; what has none comes last.
    Deadline,
}

impl SortField {
    /// All of them, with the words of scripts and the Japanese ones.
    pub const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::Submitted, "submitted", "申込日時"),
        (Self::Number, "number", "整理番号"),
        (Self::Name, "name", "氏名"),
        (Self::Kana, "kana", "フリガナ"),
        (Self::Form, "form", "様式"),
        (Self::Status, "status", "処理状況"),
        (Self::SourceStatus, "source-status", "元の状況"),
        (Self::Updated, "updated", "更新"),
        (Self::Assignee, "assignee", "担当"),
        (Self::Due, "due", "期限"),
        (Self::Deadline, "deadline", "処理の期限"),
    ];
}

/// A field with a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Order {
    /// By what.
    pub field: SortField,
    /// Newest, largest, last first.
    pub descending: bool,
}

impl Default for Order {
    /// The newest application first.
    fn default() -> Self {
        Self { field: SortField::Submitted, descending: true }
    }
}

impl Order {
    /// Reads `FIELD` or `FIELD:desc` (`:asc` is allowed, it is the default of a named field).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, direction) = text.split_once([':', '：']).unwrap_or((text, "asc"));
        let descending = match direction {
            "asc" => false,
            "desc" => true,
            _ => return None,
        };
        let name = name.trim().replace('_', "-");
        let name = name.strip_suffix("-at").unwrap_or(&name);
        let field = SortField::ALL.into_iter().find(|(_, id, japanese)| *id == name || *japanese == name)?.0;
        Some(Self { field, descending })
    }
}

impl fmt::Display for Order {
    /// The words that [`Order::parse`] reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = SortField::ALL.iter().find(|(field, _, _)| *field == self.field).map_or("", |(_, id, _)| id);
        write!(f, "{id}{}", if self.descending { ":desc" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_both_languages_with_a_direction() {
        let order = |field, descending| Some(Order { field, descending });
        assert_eq!(Order::parse("submitted:desc"), order(SortField::Submitted, true));
        assert_eq!(Order::parse("submitted_at"), order(SortField::Submitted, false));
        assert_eq!(Order::parse("処理状況"), order(SortField::Status, false));
        assert_eq!(Order::parse("number:down"), None);
        assert_eq!(Order::parse("nothing"), None);
        for (field, _, _) in SortField::ALL {
            for descending in [false, true] {
                assert_eq!(Order::parse(&Order { field, descending }.to_string()), order(field, descending));
            }
        }
    }
}
