//! The profile as a person reads it: TOML with a comment beside whatever was decided, and no value of any cell.

use std::fmt::Write as _;

use super::doubt::{Doubt, field_name};
use super::proposal::Proposal;
use crate::domain::application::Line;
use crate::domain::visible::visible;
use crate::exchange::profile::Column;
use crate::messages::Messages;

/// Fields that a source may leave out of its next list; a header without one of the others is another kind of file.
const OPTIONAL: [Column; 4] = [Column::Mail, Column::Kana, Column::Line, Column::Remarks];

impl Proposal {
    /// The text of the profile; `None` as long as no column is the number. `beside` = doubts that the file alone
    /// doesn't show.
    #[must_use]
    pub fn to_toml(&self, messages: &Messages, beside: &[Doubt]) -> Option<String> {
        self.column_of(Column::Number)?;
        let mut text = Text { messages, text: String::new() };
        text.comment("head", &[("name", self.name.clone())]);
        for doubt in self.doubts().iter().chain(beside) {
            text.doubt(doubt);
        }
        text.line(&format!("\ntitle = {}\n", quoted(&self.name)));
        text.comment("source", &[]);
        text.line(&format!("source = {}\n", quoted(&self.source)));
        text.comment("require", &[]);
        text.line(&format!("require = [{}]\n", self.required_fields().join(", ")));
        if self.column_of(Column::Kana).is_none() {
            text.comment("kana", &[]);
            text.line("kana_items = [\"フリガナ\", \"ふりがな\", \"かな\", \"カナ\"]\n");
        }
        self.write_columns(&mut text);
        self.write_statuses(&mut text);
        self.write_lines(&mut text);
        Some(text.text)
    }

    fn required_fields(&self) -> Vec<String> {
        let required = Column::ALL.into_iter().filter(|field| !OPTIONAL.contains(field));
        required.filter(|field| self.column_of(*field).is_some()).map(|field| quoted(field.id())).collect()
    }

    fn write_columns(&self, text: &mut Text<'_>) {
        text.comment("columns", &[]);
        text.line("[columns]");
        let columns = self.columns();
        for (place, column) in columns.iter().enumerate() {
            let Some(field) = column.field else { continue };
            let field_text = field_name(field, text.messages);
            text.comment("column", &[("field", field_text), ("place", (place + 1).to_string())]);
            for doubt in &column.doubts {
                text.doubt(doubt);
            }
            text.line(&format!("{} = [{}]", field.id(), quoted(&column.name)));
        }
        text.line("");
        let items = || columns.iter().zip(1..).filter(|(column, _)| column.field.is_none());
        if items().next().is_some() {
            text.comment("items", &[]);
        }
        for (column, place) in items() {
            text.comment("item", &[("name", column.name.clone()), ("place", place.to_string())]);
            for doubt in &column.doubts {
                text.doubt(doubt);
            }
        }
    }

    fn write_statuses(&self, text: &mut Text<'_>) {
        text.line("");
        text.comment("status", &[]);
        text.line("[status]");
        for known in self.words() {
            match known.status {
                Some(status) => {
                    text.line(&format!("{} = {}  # {}", quoted(&known.word), quoted(status.id()), status.label()));
                }
                None => {
                    text.comment("unknown_status", &[]);
                    text.sentence(&format!("{} = \"unprocessed\"", quoted(&known.word)));
                }
            }
        }
    }

    fn write_lines(&self, text: &mut Text<'_>) {
        text.line("");
        text.comment("line", &[]);
        text.line("[line]");
        for (word, line) in self.lines() {
            let meaning = match line {
                Line::Internet => "internet",
                Line::Staff => "staff",
            };
            text.line(&format!("{} = \"{meaning}\"", quoted(word)));
        }
    }
}

/// A text that grows line by line.
pub(super) struct Text<'m> {
    pub(super) messages: &'m Messages,
    pub(super) text: String,
}

impl Text<'_> {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn comment(&mut self, key: &str, arguments: &[(&str, String)]) {
        let sentence = self.messages.fill(&format!("learn.toml.{key}"), arguments);
        self.sentence(&sentence);
    }

    fn doubt(&mut self, doubt: &Doubt) {
        let sentence = doubt.explain(self.messages);
        let sentence = self.messages.fill("learn.toml.doubt", &[("doubt", sentence)]);
        self.sentence(&sentence);
    }

    /// A comment of one line: a line end in a heading would end it.
    fn sentence(&mut self, sentence: &str) {
        self.line(&format!("# {}", visible(sentence)));
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // Writing to a string can't fail.
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
