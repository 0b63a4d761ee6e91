//! Notes on an application: for staff, or for the applicant. They are only ever added; a wrong one is struck through.

use super::desk::Desk;
use super::fault::OfficeError;
use super::release::{Deed, ask};
use super::status::{Target, refuse_forbidden};
use super::view::{Note, Struck};
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::NoteReader;
use crate::domain::people::Act;
use crate::store::{Signed, Store};

/// A note is no longer than so many characters: what is longer is a document.
pub const LONGEST_NOTE: usize = 4_000;

/// What can be wrong with a note.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// No text, or nothing but spaces.
    #[error("an empty note")]
    Empty,
    /// Longer than [`LONGEST_NOTE`].
    #[error("a note that is too long")]
    TooLong,
    /// No such note on this application.
    #[error("no note {0}")]
    Unknown(OperationId),
    /// Somebody has struck it through already.
    #[error("note {0} is struck through")]
    Struck(OperationId),
    /// Striking through needs a reason.
    #[error("a reason is needed")]
    ReasonRequired,
}

impl Fault for NoteError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "note.empty",
            Self::TooLong => "note.too_long",
            Self::Unknown(_) => "note.unknown",
            Self::Struck(_) => "note.struck",
            Self::ReasonRequired => "note.reason_required",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Unknown(id) | Self::Struck(id) => vec![("note", id.to_string())],
            Self::TooLong => vec![("most", LONGEST_NOTE.to_string())],
            Self::Empty | Self::ReasonRequired => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Empty | Self::TooLong | Self::ReasonRequired => Outcome::Usage,
            Self::Unknown(_) | Self::Struck(_) => Outcome::Failed,
        }
    }
}

/// The act by which a note for this reader is written: two acts, so that no key and no flag can mix them up.
const fn act_for(reader: NoteReader) -> Act {
    match reader {
        NoteReader::Staff => Act::NoteInternal,
        NoteReader::Applicant => Act::NoteApplicant,
    }
}

/// Signs what is done with the notes of an application, where the person has the right to its procedure.
fn sign(desk: &mut Desk, act: Act, id: ApplicationId) -> Result<Signed<'static>, OfficeError> {
    let scope = desk.scope(act)?;
    refuse_forbidden(&desk.store, act, &scope, &[id])?;
    desk.sign(act)
}

fn checked(text: &str) -> Result<&str, NoteError> {
    let text = text.trim_end();
    if text.trim().is_empty() {
        return Err(NoteError::Empty);
    }
    if text.chars().count() > LONGEST_NOTE {
        return Err(NoteError::TooLong);
    }
    Ok(text)
}

/// Writes a note on an application.
///
/// # Errors
/// [`NoteError`], [`OfficeError::NumberUnknown`] where it is gone, what the store says; nothing is changed then.
pub fn add_note(
    desk: &mut Desk,
    id: ApplicationId,
    reader: NoteReader,
    text: &str,
) -> Result<OperationId, OfficeError> {
    desk.permit(act_for(reader))?;
    let text = checked(text)?;
    if desk.store.receipt_numbers(&[id])?.iter().all(Option::is_none) {
        return Err(OfficeError::NumberUnknown(id.as_u64().to_string()));
    }
    let deed = Deed::Note { for_applicant: reader == NoteReader::Applicant, text: text.to_owned() };
    ask(desk, &deed, Some(&Target::Ids(vec![id])))?;
    let signed = sign(desk, act_for(reader), id)?;
    Ok(desk.store.add_note(&signed, id, reader, text)?)
}

/// Strikes a note of an application through; it stays to be read, with the reason.
///
/// # Errors
/// [`NoteError`], what the store says; nothing is changed then.
pub fn strike_note(
    desk: &mut Desk,
    id: ApplicationId,
    note: OperationId,
    reason: &str,
) -> Result<OperationId, OfficeError> {
    desk.permit(Act::NoteStrike)?;
    if reason.trim().is_empty() {
        return Err(NoteError::ReasonRequired.into());
    }
    let reason = checked(reason)?;
    let known = desk.store.note(note)?.filter(|known| known.target == id).ok_or(NoteError::Unknown(note))?;
    let deed = Deed::Strike { note: note.as_u64(), reason: reason.to_owned() };
    ask(desk, &deed, Some(&Target::Ids(vec![id])))?;
    let signed = sign(desk, Act::NoteStrike, id)?;
    Ok(desk.store.strike_note(&signed, &known, reason)?.ok_or(NoteError::Struck(note))?)
}

/// The notes on an application, newest first.
///
/// # Errors
/// What the store says.
pub fn notes_of(store: &Store, id: ApplicationId) -> Result<Vec<Note>, OfficeError> {
    let code = |actor: Option<OperationId>| actor.map_or(Ok(None), |id| store.operator_code(id));
    let mut notes = Vec::new();
    for note in store.notes_of(id)? {
        let struck = match note.struck {
            Some((by, reason)) => {
                Some(Struck { operation: by.operation, at_ms: by.at_ms, actor: code(by.actor)?, reason })
            }
            None => None,
        };
        let written = note.written;
        notes.push(Note {
            operation: written.operation,
            at_ms: written.at_ms,
            actor: code(written.actor)?,
            reader: note.reader,
            text: note.text,
            struck,
        });
    }
    Ok(notes)
}
