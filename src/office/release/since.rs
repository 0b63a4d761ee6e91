//! What has been changed since a request was made: the second person, and whoever asked, see why it is void.

use super::tried::rare_word;
use crate::domain::calendar::day_of_number;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::Value;
use crate::office::fault::OfficeError;
use crate::store::{Stand, Store};

/// How many are named.
const NAMED: usize = 10;

/// One field of one application that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// 整理番号.
    pub number: String,
    /// Which: `status`, `source_status`, `assignee`, `due`, `custody`, `tag`, `content`, `note`, `individual_number`, or
    /// `field` for one that has no word of its own.
    pub field: String,
    /// What stands there now, where that is a word.
    pub now: Option<String>,
}

impl Since {
    /// Whether what stands there now is a word, be it none; else it is only said that it was changed.
    #[must_use]
    pub fn is_a_word(&self) -> bool {
        !matches!(self.field.as_str(), "content" | "note" | "custody" | "field")
    }
}

/// What of these applications was changed by an operation that came after the request: some of it, by number. An operation
/// that came later has a higher id, and a later epoch a higher stream.
pub(super) fn since(store: &Store, request: OperationId, ids: &[ApplicationId]) -> Result<Vec<Since>, OfficeError> {
    let stands = store.stands(ids)?;
    let mut found: Vec<(ApplicationId, &'static str, Option<String>)> = Vec::new();
    for (id, stand) in ids.iter().zip(&stands) {
        let Some(stand) = stand else { continue };
        for (field, now) in changed(store, request, stand)? {
            found.push((*id, field, now));
        }
        if found.len() >= NAMED {
            break;
        }
    }
    found.truncate(NAMED);
    let named: Vec<ApplicationId> = found.iter().map(|(id, _, _)| *id).collect();
    let numbers = store.receipt_numbers(&named)?;
    let told = found
        .into_iter()
        .zip(numbers)
        .filter_map(|((_, field, now), number)| Some(Since { number: number?, field: field.to_owned(), now }));
    Ok(told.collect())
}

fn changed(
    store: &Store,
    request: OperationId,
    stand: &Stand,
) -> Result<Vec<(&'static str, Option<String>)>, OfficeError> {
    let after = |by: Option<OperationId>| by.is_some_and(|by| by.as_u64() > request.as_u64());
    let state = &stand.state;
    let mut changed = Vec::new();
    if after(Some(state.status.1)) {
        changed.push(("status", Some(state.status.0.label().to_owned())));
    }
    if let Some((status, _)) = state.source.filter(|(_, by)| after(Some(*by))) {
        changed.push(("source_status", Some(status.label().to_owned())));
    }
    if after(state.assignee.1) {
        let code = match state.assignee.0 {
            Value::Reference(id) => store.operator_code(id)?,
            _ => None,
        };
        changed.push(("assignee", code));
    }
    if after(state.due.1) {
        let day = match state.due.0 {
            Value::Number(number) => day_of_number(number).map(|day| day.to_string()),
            _ => None,
        };
        changed.push(("due", day));
    }
    if after(state.custody.1) {
        changed.push(("custody", None));
    }
    for (tag, by, kept) in &stand.tags {
        if after(Some(*by)) {
            changed.push(("tag", store.tag_name(*tag)?.filter(|_| *kept)));
        }
    }
    for rare in stand.rare.iter().filter(|rare| after(Some(rare.by))) {
        changed.push((rare_word(rare.group), rare.shown.clone()));
    }
    if stand.notes.iter().any(|(note, struck)| after(Some(*note)) || after(*struck)) {
        changed.push(("note", None));
    }
    if after(stand.revised) {
        changed.push(("content", None));
    }
    Ok(changed)
}
