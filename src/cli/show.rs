//! `show`: one application whole, with its history.

use serde_json::{Value, json};

use super::application::object;
use super::call::{Answer, Call, DONE};
use super::columns::{Column, KEYS};
use super::output::iso_ms;
use super::{application, compare, flags, note, phone, purge, revisions, ruling};
use crate::domain::calendar::Day;
use crate::domain::deadline::Deadline;
use crate::domain::finding::Finding;
use crate::domain::query::Listed as _;
use crate::domain::reminder::{Reminder, Stage};
use crate::domain::revision::Since;
use crate::domain::status::Status;
use crate::domain::visible::visible;
use crate::office::view::{Declared, FieldStep, HistoryEntry, Received, Record, Reminded};
use crate::office::{self, Deadlines, OfficeError};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Show) -> Answer {
    let desk = call.desk()?;
    let forms = desk.forms();
    let today = desk.today();
    let found = desk.store().at_one_moment(|store| {
        let id = office::resolve(store, &flags.number)?;
        let entry = store.entries(&[id])?.pop();
        let entry = entry.ok_or_else(|| OfficeError::NumberUnknown(flags.number.clone()))?;
        let deadline = Deadlines::of(&desk)?.deadline(store, &entry)?;
        let record = office::record_of(store, forms, &entry, today)?;
        Ok::<_, OfficeError>((object(forms, &entry), record, (deadline, office::who_looked(&desk, id)?)))
    });
    let (mut object, record, (deadline, looks)) = found?;
    if call.flags.json {
        object.insert("deadline".to_owned(), application::deadline(deadline));
        object.insert("notes".to_owned(), note::array(&record.notes));
        object.insert("calls".to_owned(), phone::array(&record));
        object.insert("looks".to_owned(), phone::looks(&looks));
        object.insert("history".to_owned(), record.history.iter().map(history_object).collect());
        object.insert("withdrawal".to_owned(), withdrawal(&record));
        object.insert("correction".to_owned(), correction(&record));
        object.insert("retention".to_owned(), purge::retention(record.kept.as_ref()));
        object.insert("earlier_revisions".to_owned(), json!(record.revisions.len().saturating_sub(1)));
        object.insert("revisions".to_owned(), revisions::array(&record));
        object.insert("comparisons".to_owned(), record.comparisons.iter().map(compare::pass).collect());
        object.insert("since_decision".to_owned(), since_object(record.row.since));
        call.out.document(&Value::Object(object))?;
        return Ok(DONE);
    }
    for key in KEYS {
        let column = Column::Key(key);
        let is_one_value = matches!(object.get(key), Some(Value::String(_) | Value::Number(_)))
            || key == "form"
            || (["result", "ruling"].contains(&key) && object.get(key).is_some_and(Value::is_object));
        if is_one_value && key != "status_label" {
            pair(call, &column.heading(&call.messages), &column.shown(&object))?;
        }
    }
    if let Some(deadline) = deadline {
        let sentence = deadline_text(call, deadline);
        call.out.line(&sentence)?;
    }
    if let Some(kept) = &record.kept {
        let sentence = purge::retention_text(call, kept);
        call.out.line(&visible(&sentence))?;
    }
    if !record.tags.is_empty() {
        let tags = call.text("cli.show.tags", &[("tags", record.tags.join(", "))]);
        call.out.line(&visible(&tags))?;
    }
    let earlier = record.revisions.len().saturating_sub(1).to_string();
    let earlier = call.text("cli.show.earlier_revisions", &[("count", earlier)]);
    call.out.line(&earlier)?;
    for key in since_keys(record.row.since) {
        let sentence = call.text(key, &[]);
        call.out.line(&sentence)?;
    }
    heading(call, "cli.show.items")?;
    for item in &record.items {
        if item.sealed {
            let sealed = call.text("cli.show.sealed", &[]);
            pair(call, &item.name, &sealed)?;
        } else if let Some(value) = &item.value {
            pair(call, &item.name, value)?;
        }
    }
    if !record.notes.is_empty() {
        heading(call, "cli.show.notes")?;
        for note in &record.notes {
            for line in note::lines(call, note) {
                call.out.line(&visible(&line))?;
            }
        }
    }
    if !record.calls.is_empty() {
        heading(call, "cli.show.calls")?;
        for line in record.calls.iter().flat_map(|one| phone::lines(call, one)).collect::<Vec<_>>() {
            call.out.line(&visible(&line))?;
        }
    }
    heading(call, "cli.show.history")?;
    for entry in &record.history {
        let line = history_line(call, entry);
        call.out.line(&visible(&line))?;
    }
    if record.revisions.len() > 1 {
        heading(call, "cli.show.revisions")?;
        for (number, revision) in (1..).zip(&record.revisions).skip(1) {
            for line in revisions::lines(number, revision, &call.messages) {
                call.out.line(&visible(&line))?;
            }
        }
    }
    Ok(DONE)
}

/// Which deadline it is, until when, and how many office days are left.
fn deadline_text(call: &Call<'_>, deadline: Deadline) -> String {
    let day = deadline.day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let key = if deadline.days < 0 { "cli.show.deadline_late" } else { "cli.show.deadline" };
    let days = deadline.days.unsigned_abs().to_string();
    call.text(&format!("{key}.{}", deadline.kind.id()), &[("day", day), ("days", days)])
}

fn since_object(since: Since) -> Value {
    json!({ "revised": since.revised, "corrected": since.corrected, "withdrawn": since.withdrawn })
}

/// What is to be said first: what the applicant did since our last decision.
fn since_keys(since: Since) -> impl Iterator<Item = &'static str> {
    let keys = [
        (since.corrected, "cli.show.corrected"),
        (since.revised && !since.corrected, "cli.show.revised"),
        (since.withdrawn, "cli.show.withdrawn"),
    ];
    keys.into_iter().filter_map(|(holds, key)| holds.then_some(key))
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
        "declared": entry.declared.map(declared),
        "blocks": entry.blocks,
        "revision": entry.revision,
        "source_status": entry.source_status.map(Status::id),
        "assignee": entry.fields.iter().find_map(|step| match step {
            FieldStep::Assignee(from, to) => Some(json!({ "from": from, "to": to })),
            _ => None,
        }),
        "due": entry.fields.iter().find_map(|step| match step {
            FieldStep::Due(from, to) => Some(json!({ "from": day(*from), "to": day(*to) })),
            _ => None,
        }),
        "tag": entry.fields.iter().find_map(|step| match step {
            FieldStep::Tag(name, kept) => Some(json!({ "name": name, "on": kept })),
            _ => None,
        }),
        "correction": entry.fields.iter().find_map(|step| match step {
            FieldStep::Correction(from, to) => Some(json!({ "from": day(*from), "to": day(*to) })),
            _ => None,
        }),
        "extension": entry.fields.iter().find_map(|step| match step {
            FieldStep::Extension(from, to) => Some(json!({ "from": day(*from), "to": day(*to) })),
            _ => None,
        }),
        "reminder": entry.fields.iter().find_map(|step| match step {
            FieldStep::Reminder(from, to) => {
                let stage = |one: &Option<Reminder>| one.map(|one| one.stage.id());
                Some(json!({ "from": stage(from), "to": stage(to) }))
            }
            _ => None,
        }),
        "individual_number": entry.fields.iter().find_map(|step| match step {
            FieldStep::IndividualNumber(from, to) => Some(json!({ "from": from, "to": to })),
            _ => None,
        }),
        "ruling": entry.fields.iter().find_map(|step| match step {
            FieldStep::Ruling(id, state, closed) => Some(ruling::step(*id, *state, closed.as_deref())),
            _ => None,
        }),
        "received": entry.fields.iter().find_map(|step| match step {
            FieldStep::Received(from, to) => Some(json!({ "from": received(from.as_ref()), "to": received(to.as_ref()) })),
            _ => None,
        }),
        "result": entry.fields.iter().find_map(|step| match step {
            FieldStep::Result(from, to, basis) => Some(json!({
                "from": from.map(Finding::id),
                "to": to.map(Finding::id),
                "basis": basis,
            })),
            _ => None,
        }),
    })
}

/// 収受.
fn received(received: Option<&Received>) -> Value {
    received.map_or(Value::Null, |one| json!({ "on": day(one.on), "number": one.number }))
}

fn received_text(received: &Received) -> String {
    let number = received.number.as_deref().unwrap_or_default();
    format!("{} {number}", day(received.on).unwrap_or_default())
}

/// 申出.
fn declared(declared: Declared) -> Value {
    json!({ "on": declared.day.to_string(), "by": declared.channel.id() })
}

/// How it was withdrawn; null where it wasn't, or not by staff.
fn withdrawal(record: &Record) -> Value {
    record.withdrawal.as_ref().map_or(Value::Null, |withdrawal| {
        json!({
            "operation": withdrawal.operation.to_string(),
            "on": withdrawal.declared.map(|declared| declared.day.to_string()),
            "by": withdrawal.declared.map(|declared| declared.channel.id()),
            "reason": withdrawal.reason,
        })
    })
}

/// What is to be corrected and until when; null where it isn't 返却中, or neither a day nor 部品 were said.
fn correction(record: &Record) -> Value {
    record.correction.as_ref().map_or(Value::Null, |correction| {
        json!({
            "operation": correction.operation.to_string(),
            "until": day(correction.until),
            "on": correction.told.map(|told| told.day.to_string()),
            "by": correction.told.map(|told| told.channel.id()),
            "what": correction.what,
            "blocks": correction.blocks,
            "reminders": correction.reminders.iter().map(reminded).collect::<Vec<_>>(),
            "waiting": correction.waiting.map(Stage::id),
        })
    })
}

/// A 補正の催促 that went out.
fn reminded(one: &Reminded) -> Value {
    let [on, by] = [one.told.map(|told| told.day.to_string()), one.told.map(|told| told.channel.id().to_owned())];
    json!({ "operation": one.operation.to_string(), "stage": one.stage.id(), "on": on, "by": by })
}

fn step_text(from: Option<&str>, to: Option<&str>) -> String {
    format!("  {} → {}", from.unwrap_or("-"), to.unwrap_or("-"))
}

fn day(day: Option<Day>) -> Option<String> {
    day.map(|day| day.to_string())
}

fn history_line(call: &Call<'_>, entry: &HistoryEntry) -> String {
    let operator = entry.actor.clone().unwrap_or_else(|| call.text("cli.unsigned", &[]));
    let mut line = format!("  {}  {}  {operator}  {}", entry.operation, iso_ms(entry.at_ms), entry.command);
    if let Some((from, to)) = entry.status {
        line += &format!("  {} → {}", from.map_or("-", Status::label), to.label());
    }
    if let Some(number) = entry.revision.filter(|number| *number > 1) {
        line += &call.text("cli.show.brought_revision", &[("number", number.to_string())]);
    }
    if let Some(status) = entry.source_status.filter(|_| entry.status.is_none()) {
        line += &call.text("cli.show.brought_status", &[("status", status.label().to_owned())]);
    }
    for step in &entry.fields {
        line += &match step {
            FieldStep::Assignee(from, to) => step_text(from.as_deref(), to.as_deref()),
            FieldStep::Due(from, to) | FieldStep::Correction(from, to) | FieldStep::Extension(from, to) => {
                step_text(day(*from).as_deref(), day(*to).as_deref())
            }
            FieldStep::Reminder(from, to) => {
                let stage = |one: &Option<Reminder>| one.map(|one| one.stage.label());
                step_text(stage(from), stage(to))
            }
            FieldStep::Tag(name, true) => format!("  +{name}"),
            FieldStep::Tag(name, false) => format!("  -{name}"),
            FieldStep::IndividualNumber(from, to) => step_text(from.as_deref(), to.as_deref()),
            FieldStep::Ruling(id, state, closed) => {
                let number = closed.as_ref().and_then(|closed| closed.document_number.as_deref()).unwrap_or_default();
                format!("  {id} {}  {number}", state.label())
            }
            FieldStep::Received(from, to) => {
                let [from, to] = [from, to].map(|one| one.as_ref().map(received_text));
                step_text(from.as_deref(), to.as_deref())
            }
            FieldStep::Result(from, to, basis) => {
                let basis = basis.as_ref().map_or_else(String::new, |basis| format!("  {basis}"));
                step_text(from.map(Finding::label), to.map(Finding::label)) + &basis
            }
        };
    }
    if let Some(declared) = entry.declared {
        line += &format!("  {} {}", declared.day, declared.channel.label());
    }
    if let Some(reason) = &entry.reason {
        line += &format!("  {reason}");
    }
    line
}
