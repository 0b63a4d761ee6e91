//! `handover`: the 事務引継書 of a person, put into words.

use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::clerk_flags::HandoverFlags;
use super::output::iso_ms;
use crate::domain::calendar::wareki_day;
use crate::domain::deadline::DeadlineKind;
use crate::domain::operation::NoteReader;
use crate::messages::Messages;
use crate::office::{self, Handover, InHand, Person, SOON, tags_in};

pub(super) fn run(call: &mut Call<'_>, flags: &HandoverFlags) -> Answer {
    let mut desk = call.desk()?;
    let from = flags.operator.as_deref().unwrap_or("me");
    let words = call.messages.clone();
    let (receipt, handover) =
        office::write_handover(&mut desk, (from, flags.to.as_deref()), &flags.out, &|handover| {
            lines(&words, handover)
        })?;
    let document = json!({
        "file": receipt.path.display().to_string(),
        "operation": receipt.operation.to_string(),
        "operator": handover.from.code,
        "to": handover.to.as_ref().map(|to| to.code.as_str()),
        "applications": receipt.count,
        "overdue": handover.overdue().count(),
        "notes": handover.applications.iter().map(|one| one.notes.len()).sum::<usize>(),
        "rulings": handover.rulings.len(),
        "requests": handover.requests.len(),
    });
    let arguments = [
        ("file", receipt.path.display().to_string()),
        ("count", receipt.count.to_string()),
        ("operation", receipt.operation.to_string()),
    ];
    let said = call.text("cli.handover.done", &arguments);
    call.answer(&document, &[said])?;
    Ok(DONE)
}

fn name_of(person: &Person) -> String {
    match &person.name {
        Some(name) if *name != person.code => format!("{} {name}", person.code),
        _ => person.code.clone(),
    }
}

/// The paper, line by line.
fn lines(words: &Messages, handover: &Handover) -> Vec<String> {
    let say = |key: &str, arguments: &[(&str, String)]| words.fill(&format!("cli.handover.{key}"), arguments);
    let count = |number: usize| [("count", number.to_string())];
    let mut lines = vec![say("title", &[]), String::new()];
    lines.push(say("on", &[("day", wareki_day(handover.on))]));
    lines.push(say("from", &[("name", name_of(&handover.from))]));
    lines.push(say("to", &[("name", handover.to.as_ref().map_or_else(|| "　　　　　　".to_owned(), name_of))]));
    lines.extend([String::new(), say("counts", &count(handover.applications.len()))]);
    for (code, name, status, number) in handover.counts() {
        let form = [("form", format!("{code} {name}")), ("status", status.label().to_owned())];
        let [form, status] = form;
        lines.push(say("count_line", &[form, status, ("count", number.to_string())]));
    }
    lines.extend([String::new(), say("overdue", &count(handover.overdue().count()))]);
    lines.extend(handover.overdue().map(|one| deadline_line(words, one)));
    let soon = [("days", SOON.to_string()), ("count", handover.soon().count().to_string())];
    lines.push(say("soon", &soon));
    lines.extend(handover.soon().map(|one| deadline_line(words, one)));
    lines.extend([String::new(), say("rulings", &count(handover.rulings.len()))]);
    for ruling in &handover.rulings {
        let title = ruling.title.clone().unwrap_or_default();
        let arguments = [("ruling", ruling.id.to_string()), ("title", title), ("count", ruling.count.to_string())];
        lines.push(say("ruling_line", &arguments));
    }
    lines.push(say("requests", &count(handover.requests.len())));
    for request in &handover.requests {
        let arguments = [
            ("request", request.id.to_string()),
            ("command", request.command.clone()),
            ("count", request.count.to_string()),
            ("at", iso_ms(request.at_ms)),
        ];
        lines.push(say("request_line", &arguments));
    }
    let tags: Vec<String> = tags_in(handover).iter().map(|(name, number)| format!("{name} {number}")).collect();
    lines.push(say("tags", &[("tags", if tags.is_empty() { "-".to_owned() } else { tags.join("、") })]));
    lines.extend([String::new(), say("each", &[])]);
    for one in &handover.applications {
        lines.extend(application(words, one));
    }
    lines
}

fn deadline_line(words: &Messages, one: &InHand) -> String {
    let arguments = [
        ("number", one.row.number.clone()),
        ("form", one.row.form_name.clone()),
        ("status", one.row.status.label().to_owned()),
        ("deadline", deadline(words, one)),
    ];
    words.fill("cli.handover.deadline_line", &arguments)
}

/// The deadline of an application in words; a dash where it has none.
fn deadline(words: &Messages, one: &InHand) -> String {
    let Some(found) = one.row.deadline else { return "-".to_owned() };
    let kind = words.text(match found.kind {
        DeadlineKind::Processing => "cli.handover.kind.processing",
        DeadlineKind::Paused => "cli.handover.kind.paused",
        DeadlineKind::Correction => "cli.handover.kind.correction",
        DeadlineKind::Due => "cli.handover.kind.due",
    });
    let key = match (found.day, found.days) {
        (None, _) => return kind.to_owned(),
        (_, ..0) => "cli.handover.over",
        _ => "cli.handover.left",
    };
    let day = found.day.map(wareki_day).unwrap_or_default();
    let arguments = [("kind", kind.to_owned()), ("day", day), ("days", found.days.unsigned_abs().to_string())];
    words.fill(key, &arguments)
}

/// An application with what staff wrote down about it.
fn application(words: &Messages, one: &InHand) -> Vec<String> {
    let row = &one.row;
    let head = [
        ("number", format!("{}/{}", row.source, row.number)),
        ("form", row.form_name.clone()),
        ("status", row.status.label().to_owned()),
        ("deadline", deadline(words, one)),
    ];
    let mut lines = vec![words.fill("cli.handover.application", &head)];
    if !one.tags.is_empty() {
        lines.push(words.fill("cli.handover.application_tags", &[("tags", one.tags.join("、"))]));
    }
    for note in &one.notes {
        let key = match note.reader {
            NoteReader::Staff => "cli.handover.note",
            NoteReader::Applicant => "cli.handover.note_applicant",
        };
        let arguments = [
            ("at", iso_ms(note.at_ms).chars().take(16).collect::<String>().replace('T', " ")),
            ("name", note.actor.clone().unwrap_or_default()),
            // A note of several lines stays one entry.
            ("text", note.text.as_deref().unwrap_or("-").lines().collect::<Vec<_>>().join(" / ")),
        ];
        lines.push(words.fill(key, &arguments));
    }
    lines
}
