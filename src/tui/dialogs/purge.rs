//! What the dialog of 廃棄 has of its own: 文書番号 and, where something goes before its time, the reason for that.

use crate::messages::Messages;
use crate::office::view::FieldGroup;
use crate::office::{Disposal, FieldRequest};
use crate::tui::field::TextField;

/// The message keys of its options.
pub const OPTIONS: &[&str] = &["fields.dispose.early"];

/// Reads what was typed: the request, and the reason that goes with it.
pub fn request(text: &str, options: &[TextField]) -> (FieldRequest, TextField) {
    let reason = options.first().map_or("", |field| field.text().trim());
    let disposal = Disposal { document_number: text.to_owned(), early: !reason.is_empty() };
    (FieldRequest::Dispose(disposal), TextField::selected(reason))
}

/// What happens to a group.
pub fn effect(group: &FieldGroup, words: &Messages) -> String {
    words.fill("fields.dispose.effect", &[("what", group.from.clone().unwrap_or_default())])
}
