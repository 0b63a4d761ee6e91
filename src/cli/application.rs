//! An application as a JSON object: every key from the start, null or empty where a later piece of work fills it.

use serde_json::{Map, Value, json};

use crate::domain::application::Line;
use crate::domain::calendar::iso;
use crate::domain::deadline::Deadline;
use crate::domain::query::Listed as _;
use crate::domain::status::FormKind;
use crate::office::{self, Entry, Forms, StoredRuling, covers, due_of, received_of};

/// Where an application stands while no package has ever moved one: in this store.
const HERE: &str = "here";

/// The 起案 that it stands on.
fn ruling(entry: &Entry) -> Value {
    entry.ruling.as_ref().map_or(Value::Null, |one| {
        let ruled = one.ruled();
        json!({
            "id": one.id().to_string(),
            "state": one.state.id(),
            "label": one.state.label(),
            "title": one.draft.as_ref().map(|draft| &draft.title),
            "decided_on": ruled.decided_on.map(|day| day.to_string()),
            "document_number": ruled.document_number,
        })
    })
}

/// 審査結果 with what was said of it. 決裁日 and 文書番号 are those of the 起案 that decided this very one.
fn finding(entry: &Entry) -> Value {
    let decided = entry.ruling.as_ref().filter(|ruling| covers(ruling, entry.finding.as_ref()));
    let decided = decided.map(StoredRuling::ruled);
    entry.finding.as_ref().map_or(Value::Null, |one| {
        json!({
            "code": one.finding.id(),
            "label": one.finding.label(),
            "reason": one.stated.reason,
            "basis": one.stated.basis,
            "decided_on": decided.as_ref().and_then(|one| one.decided_on).map(|day| day.to_string()),
            "document_number": decided.as_ref().and_then(|one| one.document_number.as_deref()),
        })
    })
}

/// The object of the contract's "An application".
pub(super) fn object(forms: &Forms, entry: &Entry) -> Map<String, Value> {
    let (content, state) = (&entry.content, &entry.state);
    let definition = forms.definitions.of_header(&content.source, &content.form);
    let rules = definition.map(|definition| definition.rules).unwrap_or_default();
    let form = &content.form;
    let status = state.status.0;
    let items: Vec<Value> = form
        .items
        .iter()
        .zip(&content.values)
        .zip(0..)
        .map(|((name, value), item)| {
            if content.is_sealed(item) {
                json!({ "name": name, "sealed": true })
            } else {
                json!({ "name": name, "value": value })
            }
        })
        .collect();
    let line = content.line.map(|line| match line {
        Line::Internet => "internet",
        Line::Staff => "staff",
    });
    let received = received_of(entry);
    let fields = [
        ("source", json!(content.source)),
        ("number", json!(content.number.as_str())),
        ("user_id", json!(content.user_id)),
        ("name", json!(content.name)),
        ("display_name", json!(office::display_name_of(forms, content))),
        ("kana", json!(content.kana)),
        ("mail", json!(content.mail)),
        (
            "form",
            json!({ "id": form.code, "version": form.version, "name": form.name, "kind": rules.kind.map(FormKind::id) }),
        ),
        ("submitted_at", json!(content.submitted.as_ref().map(iso))),
        ("status", json!(status.id())),
        ("status_label", json!(status.label())),
        ("source_status", json!(state.source.map(|(status, _)| status.id()))),
        ("result", finding(entry)),
        ("line", json!(line)),
        ("reply", json!({ "required": rules.reply_required, "state": null })),
        ("survey_checked", Value::Null),
        ("remarks", json!(content.remarks)),
        ("assignee", json!(entry.assignee)),
        ("due", json!(due_of(entry).map(|day| day.to_string()))),
        ("tags", json!(entry.tags)),
        ("individual_number", json!(entry.individual_number)),
        ("ruling", ruling(entry)),
        ("received_on", json!(received.as_ref().and_then(|one| one.on).map(|day| day.to_string()))),
        ("received_number", json!(received.as_ref().and_then(|one| one.number.as_deref()))),
        ("custody", json!(HERE)),
        ("version", json!(state.version)),
        ("items", Value::Array(items)),
        ("attachments", json!([])),
        ("deliveries", json!([])),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A deadline as JSON; null where there is none.
pub(super) fn deadline(deadline: Option<Deadline>) -> Value {
    deadline.map_or(Value::Null, |deadline| {
        json!({
            "kind": deadline.kind.id(),
            "date": deadline.day.map(|day| day.to_string()),
            "days": deadline.days,
        })
    })
}
