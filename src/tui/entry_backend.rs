//! Errands about entries, carried to the office.

use super::entry::{EntryErrand, EntryMessage, FormToEnter};
use super::message::Message;
use super::office_backend::Room;
use crate::office::{self, Desk, Entering, OfficeError, SheetOf};

/// The thread of an errand.
pub(super) const fn room(errand: &EntryErrand) -> Room {
    match errand {
        EntryErrand::Forms | EntryErrand::Sheet(_) | EntryErrand::Revise(_) => Room::Dialogs,
        EntryErrand::Enter(..) => Room::Write,
    }
}

/// Carries an errand out.
pub(super) fn carry_out(desk: &mut Desk, errand: &EntryErrand) -> Result<Message, OfficeError> {
    Ok(Message::Entry(match errand {
        EntryErrand::Forms => {
            let forms = office::forms_to_enter(desk);
            let form = |form: &std::sync::Arc<crate::domain::form::FormDefinition>| FormToEnter {
                word: office::form_word(form),
                title: form.title.clone(),
            };
            EntryMessage::Forms(Ok(forms.iter().map(form).collect()))
        }
        EntryErrand::Sheet(word) => EntryMessage::Sheet(Ok(Box::new(office::sheet_to_enter(desk, word)?))),
        EntryErrand::Revise(id) => EntryMessage::Sheet(Ok(Box::new(office::sheet_to_revise(desk, *id)?))),
        EntryErrand::Enter(SheetOf::New(word), typed) => {
            let definition = office::form_to_enter(desk, word)?;
            EntryMessage::Entered(Ok(office::enter(desk, &Entering::New(&definition), typed)?))
        }
        EntryErrand::Enter(SheetOf::Revision(id, base), typed) => {
            EntryMessage::Entered(Ok(office::enter(desk, &Entering::Revision(*id, Some(*base)), typed)?))
        }
    }))
}
