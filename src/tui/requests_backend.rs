//! Errands about requests, carried to the office.

use super::backend::{Cancel, Reply};
use super::message::{Message, Work};
use super::office_backend::Room;
use super::pace::Pace;
use super::requests::{RequestErrand, RequestMessage, Verdict};
use crate::domain::identity::OperationId;
use crate::domain::record::Hash;
use crate::domain::release::Decided;
use crate::office::{self, Desk, OfficeError, Passphrase, ReleaseError};

/// The thread of an errand.
pub(super) const fn room(errand: &RequestErrand) -> Room {
    match errand {
        RequestErrand::Load { .. } | RequestErrand::Show(_) => Room::Dialogs,
        RequestErrand::Approve { .. } | RequestErrand::Refuse { .. } => Room::Write,
    }
}

/// Carries an errand out.
pub(super) fn carry_out(
    desk: &mut Desk,
    errand: &RequestErrand,
    (reply, cancel): (&Reply, &Cancel),
) -> Result<Message, OfficeError> {
    Ok(Message::Request(match errand {
        RequestErrand::Load { ended } => RequestMessage::Listed(*ended, Ok(office::requests(desk, !ended)?)),
        RequestErrand::Show(id) => RequestMessage::Shown(*id, Ok(Box::new(office::request_shown(desk, *id)?))),
        RequestErrand::Approve { id, hash, second } => {
            RequestMessage::Decided(Ok(approve(desk, (*id, *hash), second.as_ref(), (reply, cancel))?))
        }
        RequestErrand::Refuse { id, reason, second } => {
            let second = verified(desk, second.as_ref())?;
            let decided = office::refuse(desk, *id, reason, second)?;
            RequestMessage::Decided(Ok(Verdict { id: *id, decided, why: None }))
        }
    }))
}

/// Approves what was shown, as the person at the desk or whoever shows by a passphrase who they are. That it is void is an
/// answer too: it is recorded.
fn approve(
    desk: &mut Desk,
    (id, hash): (OperationId, Hash),
    second: Option<&(String, Passphrase)>,
    (reply, cancel): (&Reply, &Cancel),
) -> Result<Verdict, OfficeError> {
    let second = verified(desk, second)?;
    let mut pace = Pace::new(Work::Decide, reply.clone());
    let (flag, mut tell) = (cancel.flag(), |progress| pace.tell(progress));
    match office::approve(desk, id, Some(hash), second, &mut office::Work::new(&flag, &mut tell)) {
        Ok(_) => Ok(Verdict { id, decided: Decided::Approved, why: None }),
        Err(OfficeError::Release(ReleaseError::Void(id, why))) => {
            Ok(Verdict { id, decided: Decided::Void, why: Some(why) })
        }
        Err(error) => Err(error),
    }
}

/// その場確認: who has just shown who they are.
fn verified(desk: &mut Desk, second: Option<&(String, Passphrase)>) -> Result<Option<OperationId>, OfficeError> {
    second.map(|(code, passphrase)| desk.verify_person(code, passphrase)).transpose()
}
