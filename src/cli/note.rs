//! `note`: writes a note on an application, for staff or for the applicant, or strikes one through.

use std::io::Read as _;

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::clerk_flags;
use super::error::CliError;
use super::output::iso_ms;
use super::undo::operation_of;
use crate::domain::operation::NoteReader;
use crate::office::view::Note;
use crate::office::{self, NoteError, OfficeError};

pub(super) fn run(call: &mut Call<'_>, flags: &clerk_flags::Note) -> Answer {
    let strikes = flags.strike.as_ref().map(|text| operation_of(text).ok_or(CliError::BadOperation(text.clone())));
    let strikes = strikes.transpose()?;
    let text = flags.text.as_deref().map(text_of).transpose()?;
    let mut desk = call.desk()?;
    let id = desk.store().at_one_moment(|store| office::resolve(store, &flags.number))?;
    let reader = if flags.for_applicant { NoteReader::Applicant } else { NoteReader::Staff };
    let (operation, key) = match strikes {
        Some(note) => {
            let reason = flags.reason.as_deref().unwrap_or_default();
            (office::strike_note(&mut desk, id, note, reason)?, "cli.note.struck")
        }
        None => {
            let text = text.ok_or(OfficeError::Note(NoteError::Empty))?;
            let key = if flags.for_applicant { "cli.note.applicant" } else { "cli.note.internal" };
            (office::add_note(&mut desk, id, reader, &text)?, key)
        }
    };
    let operation = operation.to_string();
    let note = strikes.map_or_else(|| operation.clone(), |note| note.to_string());
    let document = json!({
        "number": flags.number.trim(), "operation": operation, "note": note,
        "for": if strikes.is_some() { None } else { Some(reader.id()) },
    });
    let sentence = call.text(key, &[("number", flags.number.trim().to_owned()), ("note", note)]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

/// The text, or what stdin says: what stands on the command line may be seen by others.
pub(super) fn text_of(word: &str) -> Result<String, CliError> {
    if word != "-" {
        return Ok(word.to_owned());
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(|error| CliError::file("-", error))?;
    Ok(text)
}

/// Notes as `show --json` has them, newest first.
pub(super) fn array(notes: &[Note]) -> Value {
    let object = |note: &Note| {
        let struck = note.struck.as_ref().map(|struck| {
            json!({
                "operation": struck.operation.to_string(), "at": iso_ms(struck.at_ms), "operator": struck.actor,
                "reason": struck.reason,
            })
        });
        json!({
            "operation": note.operation.to_string(), "at": iso_ms(note.at_ms), "operator": note.actor,
            "for": note.reader.id(), "text": note.text, "struck": struck,
        })
    };
    notes.iter().map(object).collect()
}

/// A note for people: for whom, by whom, when; then what it says; then whether it holds.
pub(super) fn lines(call: &Call<'_>, note: &Note) -> Vec<String> {
    let who = |actor: &Option<String>| actor.clone().unwrap_or_else(|| call.text("cli.unsigned", &[]));
    let erased = || call.text("cli.note.erased", &[]);
    let reader = call.text(&format!("cli.note.for.{}", note.reader.id()), &[]);
    let mut lines = vec![format!("  {}  {}  {}  {reader}", note.operation, iso_ms(note.at_ms), who(&note.actor))];
    lines.extend(note.text.clone().unwrap_or_else(erased).lines().map(|line| format!("    {line}")));
    if let Some(struck) = &note.struck {
        let reason = struck.reason.clone().unwrap_or_else(erased);
        let arguments = [("at", iso_ms(struck.at_ms)), ("operator", who(&struck.actor)), ("reason", reason)];
        lines.push(format!("    {}", call.text("cli.note.struck_line", &arguments)));
    }
    lines
}
