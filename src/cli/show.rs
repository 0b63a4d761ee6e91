//! `show`: one application whole, with its history.

use serde_json::{Value, json};

use super::application::object;
use super::call::{Answer, Call, DONE};
use super::columns::{Column, KEYS};
use super::flags;
use super::output::iso_ms;
use crate::domain::status::Status;
use crate::domain::visible::visible;
use crate::office::view::HistoryEntry;
use crate::office::{self, OfficeError};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Show) -> Answer {
    let desk = call.desk()?;
    let found = desk.store().at_one_moment(|store| {
        let id = office::resolve(store, &flags.number)?;
        let entry = store.entries(&[id])?.pop();
        let entry = entry.ok_or_else(|| OfficeError::NumberUnknown(flags.number.clone()))?;
        Ok::<_, OfficeError>((object(&entry), office::record_of(store, &entry)?))
    });
    let (mut object, record) = found?;
    if call.flags.json {
        object.insert("history".to_owned(), record.history.iter().map(history_object).collect());
        object.insert("earlier_revisions".to_owned(), json!(record.earlier_revisions));
        call.out.document(&Value::Object(object))?;
        return Ok(DONE);
    }
    for key in KEYS {
        let column = Column::Key(key);
        let is_one_value = matches!(object.get(key), Some(Value::String(_) | Value::Number(_))) || key == "form";
        if is_one_value && key != "status_label" {
            pair(call, &column.heading(&call.messages), &column.shown(&object))?;
        }
    }
    let revisions = call.text("cli.show.earlier_revisions", &[("count", record.earlier_revisions.to_string())]);
    call.out.line(&revisions)?;
    heading(call, "cli.show.items")?;
    for item in &record.items {
        if let Some(value) = &item.value {
            pair(call, &item.name, value)?;
        }
    }
    heading(call, "cli.show.history")?;
    for entry in &record.history {
        let line = history_line(call, entry);
        call.out.line(&visible(&line))?;
    }
    Ok(DONE)
}

fn heading(call: &mut Call<'_>, key: &str) -> Result<(), super::error::CliError> {
    let text = format!("\n{}", call.text(key, &[]));
    call.out.line(&text)
}

/// A name with its value; further lines of the value stand under the first.
fn pair(call: &mut Call<'_>, name: &str, value: &str) -> Result<(), super::error::CliError> {
    let mut lines = value.lines();
    call.out.line(&format!("  {}: {}", visible(name), visible(lines.next().unwrap_or_default())))?;
    for line in lines {
        call.out.line(&format!("    {}", visible(line)))?;
    }
    Ok(())
}

fn history_object(entry: &HistoryEntry) -> Value {
    let status = entry.status.map(|(from, to)| json!({ "from": from.map(Status::id), "to": to.id() }));
    json!({
        "operation": entry.operation.to_string(),
        "at": iso_ms(entry.at_ms),
        "operator": entry.actor,
        "command": entry.command,
        "status": status,
        "reason": entry.reason,
    })
}

fn history_line(call: &Call<'_>, entry: &HistoryEntry) -> String {
    let operator = entry.actor.clone().unwrap_or_else(|| call.text("cli.unsigned", &[]));
    let mut line = format!("  {}  {}  {operator}  {}", entry.operation, iso_ms(entry.at_ms), entry.command);
    if let Some((from, to)) = entry.status {
        line += &format!("  {} → {}", from.map_or("-", Status::label), to.label());
    }
    if let Some(reason) = &entry.reason {
        line += &format!("  {reason}");
    }
    line
}
