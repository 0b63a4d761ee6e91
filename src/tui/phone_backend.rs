//! Errands of 電話照会, carried to the office.

use std::sync::atomic::AtomicBool;

use super::message::Message;
use super::office_backend::Room;
use super::phone::{PhoneErrand, PhoneMessage};
use crate::office::{self, Desk, OfficeError};

/// The thread of an errand. A caller waits for nobody else's list, file or count.
pub(super) const fn room(errand: &PhoneErrand) -> Room {
    match errand {
        PhoneErrand::Find(_) | PhoneErrand::Open(_) => Room::Phone,
        PhoneErrand::Write(..) => Room::Write,
        PhoneErrand::Looks(_) => Room::Dialogs,
    }
}

/// Carries an errand out.
pub(super) fn carry_out(desk: &mut Desk, errand: &PhoneErrand) -> Result<Message, OfficeError> {
    Ok(Message::Phone(match errand {
        PhoneErrand::Find(line) => PhoneMessage::Found(line.clone(), Ok(find(desk, line)?)),
        PhoneErrand::Open(id) => PhoneMessage::Opened(*id, Ok(Box::new(office::open_on_phone(desk, *id)?))),
        PhoneErrand::Write(id, wish) => {
            office::write_call(desk, *id, wish)?;
            PhoneMessage::Written(*id, Ok(office::calls_of(desk.store(), *id)?))
        }
        PhoneErrand::Looks(id) => PhoneMessage::Looks(*id, Ok(office::who_looked(desk, *id)?)),
    }))
}

fn find(desk: &Desk, line: &str) -> Result<office::Candidates, OfficeError> {
    if line.is_empty() {
        return office::waiting_callers(desk);
    }
    let (never, mut nobody) = (AtomicBool::new(false), |_| {});
    office::candidates(desk, line, &office::Work::new(&never, &mut nobody))
}
