//! Errands about the log, carried to the office.

use super::backend::Reply;
use super::log_page::{LogErrand, LogMessage};
use super::message::{Message, Work};
use super::office_backend::Room;
use super::pace::Pace;
use crate::domain::operation::LogSide;
use crate::office::{self, CheckProgress, Desk, OfficeError};

/// So many lines come at once.
const LINES: usize = 200;

/// The thread of an errand. Whoever reads on doesn't wait for the chain to be gone through.
pub(super) const fn room(errand: &LogErrand) -> Room {
    match errand {
        LogErrand::Look { .. } | LogErrand::More { .. } | LogErrand::Show(_) => Room::Log,
        LogErrand::Standing | LogErrand::Verify => Room::Chain,
    }
}

/// Carries an errand out.
pub(super) fn carry_out(desk: &mut Desk, errand: &LogErrand, reply: &Reply) -> Result<Message, OfficeError> {
    Ok(Message::Log(match errand {
        LogErrand::Look { ticket, filter } => {
            // The first part is found before the look is recorded: it isn't among what it shows.
            let part = office::log_part(desk, filter, None, LINES)?;
            office::look_at_log(desk, LogSide::Operations, filter, (None, true))?;
            LogMessage::Part(*ticket, Ok(part))
        }
        LogErrand::More { ticket, filter, below } => {
            LogMessage::Part(*ticket, Ok(office::log_part(desk, filter, Some(*below), LINES)?))
        }
        LogErrand::Show(id) => LogMessage::Shown(*id, Ok(Box::new(office::operation_shown(desk, *id)?))),
        LogErrand::Standing => LogMessage::Standing(Ok(office::log_standing(desk)?)),
        LogErrand::Verify => {
            let total = office::log_standing(desk)?.operations;
            let mut pace = Pace::new(Work::Verify, reply.clone());
            let (report, _) = office::verify_log(desk, &[], &mut |progress| {
                if let CheckProgress::Chain(done) = progress {
                    pace.tell(office::Progress { done, total: Some(total), found: done });
                }
            })?;
            LogMessage::Verified(Ok(report.operations))
        }
    }))
}
