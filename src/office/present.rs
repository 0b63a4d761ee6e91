//! From what the store holds to what the office shows.

use std::collections::HashMap;

use super::fault::OfficeError;
use super::view::{HistoryEntry, Item, Record, Row};
use crate::domain::reflection::Reflection;
use crate::store::{Entry, Store};

/// One line of the list.
#[must_use]
pub fn row_of(entry: &Entry) -> Row {
    let content = &entry.content;
    Row {
        id: entry.id,
        source: content.source.clone(),
        number: content.number.to_string(),
        name: content.name.clone(),
        kana: content.kana.clone(),
        form_code: content.form.code.clone(),
        form_version: content.form.version.clone(),
        form_name: content.form.name.clone(),
        submitted: content.submitted,
        status: entry.state.status.0,
        source_status: entry.state.source.map(|(status, _)| status),
        reflection: Reflection::between(entry.state.status, entry.state.source),
        version: entry.state.version,
    }
}

/// An application whole, with its history.
///
/// # Errors
/// What the store says.
pub fn record_of(store: &Store, entry: &Entry) -> Result<Record, OfficeError> {
    let content = &entry.content;
    let mut codes: HashMap<_, Option<String>> = HashMap::new();
    let mut history = Vec::new();
    for line in store.history(entry)? {
        let actor = match line.actor {
            None => None,
            Some(id) => match codes.get(&id) {
                Some(code) => code.clone(),
                None => codes.entry(id).or_insert(store.operator_code(id)?).clone(),
            },
        };
        history.push(HistoryEntry {
            operation: line.operation,
            at_ms: line.at_ms,
            actor,
            command: line.command,
            status: line.status,
            reason: line.reason,
        });
    }
    Ok(Record {
        row: row_of(entry),
        user_id: content.user_id.clone(),
        mail: content.mail.clone(),
        line: content.line,
        remarks: content.remarks.clone(),
        items: content
            .form
            .items
            .iter()
            .zip(&content.values)
            .map(|(name, value)| Item { name: name.clone(), value: value.clone() })
            .collect(),
        history,
        earlier_revisions: store.earlier_revisions(entry.id)?,
    })
}
