//! The definition of the list's form, proposed beside the profile: what its items seem to hold. What no list tells (種別,
//! reply, how long it may take, choices) stands there as comments for a person; no value of any cell does.

use std::collections::HashSet;

use super::proposal::Proposal;
use super::sample::SampledColumn;
use super::text::{Text, quoted};
use crate::exchange::profile::Column;
use crate::messages::Messages;

/// The definition of a form that a list came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedForm {
    /// 様式ID; empty where the list names none.
    pub id: String,
    /// Its text.
    pub toml: String,
}

impl Proposal {
    /// The definition of the form that all rows came with; `None` where they came with several, or with none that is said.
    #[must_use]
    pub fn form(&self, messages: &Messages) -> Option<ProposedForm> {
        self.column_of(Column::Number)?;
        let id = match self.column_of(Column::FormCode) {
            Some(column) => only_value(&self.sampled[column])?,
            None => String::new(),
        };
        let title = self.column_of(Column::FormName).and_then(|column| only_value(&self.sampled[column]));
        let mut text = Text { messages, text: String::new() };
        text.comment("form_head", &[("name", self.name.clone())]);
        text.line(&format!("title = {}", quoted(title.as_deref().unwrap_or(&self.name))));
        text.line(&format!("source = {}", quoted(&self.source)));
        text.line(&format!("id = {}", quoted(&id)));
        text.comment("form_rules", &[]);
        text.line("# kind = \"申請\"\n# reply = \"required\"\n# standard_days = 15\n# departments = [\"…\"]");
        let mut taken = HashSet::new();
        let columns = self.sampled.iter().enumerate().filter(|(place, _)| !self.is_field(*place));
        let items: Vec<(String, &'static str)> = columns
            .map(|(_, column)| {
                // As an import names a repeated item.
                let numbered = (2..).map(|n| format!("{}#{n}", column.name));
                let names = std::iter::once(column.name.clone()).chain(numbered);
                let name = names.into_iter().find(|name| taken.insert(name.clone())).unwrap_or_default();
                (name, kind_of(column, self.rows))
            })
            .collect();
        if items.iter().any(|(_, kind)| *kind == "individual_number") {
            text.line("uses_individual_number = true");
        }
        if self.column_of(Column::Name).is_none_or(|column| self.sampled[column].filled == 0) {
            text.comment("form_name", &[]);
            text.line("# display_name = [\"…\"]");
        }
        if !items.is_empty() {
            text.line("");
            text.comment("form_items", &[]);
        }
        for (name, kind) in &items {
            text.line(&format!("\n[[items]]\nname = {}\nkind = {}", quoted(name), quoted(kind)));
        }
        Some(ProposedForm { id, toml: text.text })
    }
}

/// The value of a column in which all rows say the same.
fn only_value(column: &SampledColumn) -> Option<String> {
    let value = column.samples.first().filter(|_| column.filled > 0 && column.filled - column.again == 1)?;
    // A long one was cut off.
    (!value.ends_with('…')).then(|| value.clone())
}

/// What a column seems to hold. A doubt is told of every value that is something else, so only what all rows show counts.
fn kind_of(column: &SampledColumn, rows: u64) -> &'static str {
    let named = |words: &[&str]| words.iter().any(|word| column.name.contains(word));
    let all = |count: u64| rows > 0 && column.filled > 0 && count == column.filled;
    if column.is_sensitive {
        return if named(&["個人番号", "マイナンバー"]) { "individual_number" } else { "account" };
    }
    if named(&["フリガナ", "ふりがな", "ﾌﾘｶﾞﾅ", "（かな）", "（カナ）"]) {
        return "kana";
    }
    if named(&["郵便番号"]) {
        return "postal_code";
    }
    if all(column.dates) {
        return "date";
    }
    let short = column.length.is_some_and(|(_, longest)| longest <= 9);
    if all(column.digits) && short && !column.leading_zero {
        return "number";
    }
    "text"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::exchange::encoding::Choice;
    use crate::exchange::form::read_form;
    use crate::exchange::learn::{Sample, Wishes};
    use crate::messages::Language;

    fn proposed(text: &str) -> Option<ProposedForm> {
        let sample = Sample::read(text.as_bytes(), Choice::Utf8).unwrap();
        let wishes = Wishes { name: "一覧".into(), source: Some("test".into()), ..Wishes::default() };
        let messages = Messages::load(Language::Japanese, &Assets::built_in());
        Proposal::new(&sample, wishes, None).form(&messages)
    }

    #[test]
    fn the_items_are_what_all_rows_show_and_no_value_stands_in_the_text() {
        let form = proposed(
            "整理番号,様式ID,様式名,申込日時,氏名フリガナ,利用日,人数,文,文,個人番号,電話\n\
             001,01430,利用申込,2020-10-29,ヤマガタ,R2.11.1,3,秘密,,123456789018,023\n\
             002,01430,利用申込,2020-10-30,タカハシ,R2.11.2,12,,,123456789018,023\n",
        )
        .unwrap();
        let read = read_form("x", &form.toml).unwrap();
        let kinds: Vec<(&str, &str)> = read.items.iter().map(|item| (item.name.as_str(), item.kind.id())).collect();
        // フリガナ is a field of its own.
        let expected = [
            ("利用日", "date"),
            ("人数", "number"),
            ("文", "text"),
            ("文#2", "text"),
            ("個人番号", "individual_number"),
            ("電話", "text"),
        ];
        assert_eq!((read.id.as_str(), read.title.as_str(), kinds), ("01430", "利用申込", expected.to_vec()));
        assert!(!form.toml.contains("秘密") && !form.toml.contains("ヤマガタ") && !form.toml.contains("1234"));
    }

    #[test]
    fn rows_of_several_forms_have_no_definition_of_their_own() {
        assert_eq!(proposed("整理番号,様式ID,申込日時\n001,1,2020-10-29\n002,2,2020-10-29\n"), None);
        assert_eq!(proposed("整理番号,申込日時,文\n001,2020-10-29,x\n").map(|form| form.id), Some(String::new()));
    }
}
