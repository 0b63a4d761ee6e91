//! An application as a JSON object: every key from the start, null or empty where a later piece of work fills it.

use serde_json::{Map, Value, json};

use crate::domain::application::Line;
use crate::domain::calendar::iso;
use crate::domain::deadline::Deadline;
use crate::domain::status::FormKind;
use crate::office::{self, Entry, Forms, due_of};

/// Where an application stands while no package has ever moved one: in this store.
const HERE: &str = "here";

/// The object of the contract's "An application".
pub(super) fn object(forms: &Forms, entry: &Entry) -> Map<String, Value> {
    let (content, state) = (&entry.content, &entry.state);
    let definition = forms.definitions.of_header(&content.source, &content.form);
    let rules = definition.map(|definition| definition.rules).unwrap_or_default();
    let form = &content.form;
    let status = state.status.0;
    let items: Vec<Value> =
        form.items.iter().zip(&content.values).map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let line = content.line.map(|line| match line {
        Line::Internet => "internet",
        Line::Staff => "staff",
    });
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
        ("result", Value::Null),
        ("line", json!(line)),
        ("reply", json!({ "required": rules.reply_required, "state": null })),
        ("survey_checked", Value::Null),
        ("remarks", json!(content.remarks)),
        ("assignee", json!(entry.assignee)),
        ("due", json!(due_of(entry).map(|day| day.to_string()))),
        ("tags", json!(entry.tags)),
        ("individual_number", json!(entry.individual_number)),
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
