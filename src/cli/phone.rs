//! `phone`: who may be calling; `call`: writes a 応対記録. Also 応対記録 and looks as `show` has them.

use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::clerk_flags;
use super::error::CliError;
use super::note::text_of;
use super::output::iso_ms;
use super::table::Table;
use super::undo::operation_of;
use crate::domain::calendar::iso;
use crate::office::view::Record;
use crate::office::{self, CallWish, Candidate, Looked, WhoLooked, Work};

/// Prints who may be calling, or who waits to be called back.
pub(super) fn candidates(call: &mut Call<'_>, flags: &clerk_flags::Phone) -> Answer {
    let desk = call.desk()?;
    let found = match &flags.line {
        None => office::waiting_callers(&desk)?,
        Some(line) => {
            let (never, mut nobody) = (AtomicBool::new(false), |_| {});
            office::candidates(&desk, line, &Work::new(&never, &mut nobody))?
        }
    };
    if call.flags.json {
        let found = found.found.iter().map(candidate).collect();
        call.out.document(&Value::Array(found))?;
        return Ok(DONE);
    }
    let headings = ["number", "name", "kana", "submitted", "form", "callback"];
    let headings = headings.map(|key| call.text(&format!("cli.phone.{key}"), &[]));
    let waits = call.text("cli.phone.waits", &[]);
    let mut table = Table::new(headings.to_vec());
    for one in &found.found {
        let submitted = one.submitted.as_ref().map(iso).unwrap_or_default();
        let waits = if one.waits { waits.clone() } else { String::new() };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [one.number.clone(), text(&one.name), text(&one.kana), submitted, one.form_name.clone(), waits];
        table.row(call.out, &cells)?;
    }
    table.finish(call.out)?;
    if found.more {
        call.notice(&call.text("cli.phone.more", &[]));
    }
    Ok(DONE)
}

fn candidate(one: &Candidate) -> Value {
    json!({
        "source": one.source, "number": one.number, "name": one.name, "kana": one.kana, "form_name": one.form_name,
        "submitted_at": one.submitted.as_ref().map(iso), "callback": one.waits,
    })
}

/// Writes a 応対記録.
pub(super) fn write(call: &mut Call<'_>, flags: &clerk_flags::Spoken) -> Answer {
    let answers = flags.answers.as_ref().map(|text| operation_of(text).ok_or(CliError::BadOperation(text.clone())));
    let answers = answers.transpose()?;
    let wish = CallWish {
        identified: flags.identified.clone(),
        text: text_of(&flags.text)?,
        callback: flags.callback.clone(),
        answers,
    };
    let mut desk = call.desk()?;
    let id = desk.store().at_one_moment(|store| office::resolve(store, &flags.number))?;
    let operation = office::write_call(&mut desk, id, &wish)?.to_string();
    let number = flags.number.trim().to_owned();
    let answers = answers.map(|id| id.to_string());
    let identified: Vec<&str> = wish.identified.iter().map(|one| one.id()).collect();
    let document = json!({
        "number": number, "operation": operation, "identified": identified, "callback": wish.callback.is_some(),
        "answers": answers,
    });
    let key = match (&wish.callback, &answers) {
        (Some(_), _) => "cli.call.callback",
        (None, Some(_)) => "cli.call.answered",
        (None, None) => "cli.call.written",
    };
    let arguments = [("number", number), ("call", operation), ("answers", answers.unwrap_or_default())];
    let sentence = call.text(key, &arguments);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

/// 応対記録 as `show --json` has them, newest first.
pub(super) fn array(record: &Record) -> Value {
    let object = |one: &office::Call| {
        let callback = one.callback.as_ref().map(|callback| {
            json!({ "wanted": callback.wanted, "answered_by": callback.answered_by.map(|id| id.to_string()) })
        });
        json!({
            "operation": one.operation.to_string(), "at": iso_ms(one.at_ms), "by": one.actor,
            "identified": one.identified.iter().map(|identifier| identifier.id()).collect::<Vec<_>>(),
            "callback": callback, "answers": one.answers.map(|id| id.to_string()), "text": one.text,
        })
    };
    record.calls.iter().map(object).collect()
}

/// A 応対記録 for people.
pub(super) fn lines(call: &Call<'_>, one: &office::Call) -> Vec<String> {
    let who = one.actor.clone().unwrap_or_else(|| call.text("cli.unsigned", &[]));
    let head = format!("  {}  {}  {who}", one.operation, iso_ms(one.at_ms));
    let names =
        one.identified.iter().map(|identifier| call.text(&format!("phone.identifier.{}", identifier.id()), &[]));
    let names = names.collect::<Vec<_>>().join(&call.text("phone.joint", &[]));
    let identified = match one.identified.is_empty() {
        true => call.text("phone.unidentified", &[]),
        false => call.text("phone.identified", &[("what", names)]),
    };
    let erased = || call.text("cli.note.erased", &[]);
    let mut lines = vec![format!("{head}  {identified}")];
    lines.extend(one.text.clone().unwrap_or_else(erased).lines().map(|line| format!("    {line}")));
    if let Some(callback) = &one.callback {
        let key = if callback.answered_by.is_none() { "phone.callback_open" } else { "phone.callback_done" };
        let wanted = callback.wanted.clone().unwrap_or_else(erased);
        lines.push(format!("    {}", call.text(key, &[("wanted", wanted)])));
    }
    lines
}

/// Who looked, as `show --json` has it, newest first.
pub(super) fn looks(looks: &[WhoLooked]) -> Value {
    let object = |look: &WhoLooked| {
        let (items, purpose) = match &look.looked {
            Looked::Revealed(items) => (Some(items), None),
            Looked::Opened(purpose) => (None, Some(purpose.id())),
            Looked::Listed => (None, None),
        };
        json!({
            "operation": look.operation.to_string(), "at": iso_ms(look.at_ms), "by": look.actor,
            "command": look.command, "what": look.looked.id(), "purpose": purpose, "items": items, "reason": look.reason,
        })
    };
    looks.iter().map(object).collect()
}
