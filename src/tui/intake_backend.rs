//! New files and rows set aside, carried to the office: a thread that looks into the folders every two seconds, and the
//! errands of the pages.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::backend::{Cancel, Reply};
use super::intake::{IntakeErrand, IntakeMessage, SeenFile};
use super::message::{Explained, Message, Work};
use super::office_backend::{Job, OpenDesk, Room, home};
use super::pace::Pace;
use crate::domain::fault::Fault as _;
use crate::messages::Messages;
use crate::office::{self, Choice, Desk, FileReport, ImportRequest, Inbox, InboxLook, OfficeError, Profile};

/// How often the folders are looked into.
const EVERY: Duration = Duration::from_secs(2);

/// Between the two looks that tell a file at rest from one that is still being written.
const SOON: Duration = Duration::from_millis(500);

/// Newest rows set aside that the page shows; more are in the file.
const ROWS: u32 = 10_000;

/// What the screen is told of new files.
#[derive(Debug, Clone, Default)]
pub struct IntakeSetting {
    /// The folders of the inbox.
    pub folders: Vec<PathBuf>,
    /// The profiles that tell downloads.
    pub profiles: Arc<Vec<Profile>>,
}

/// The thread of an errand.
pub(super) const fn room(errand: &IntakeErrand) -> Room {
    match errand {
        IntakeErrand::Look => Room::Inbox,
        IntakeErrand::DryRun(_) | IntakeErrand::Import(_) | IntakeErrand::Discard(_) | IntakeErrand::GiveUp => {
            Room::Intake
        }
        IntakeErrand::LoadSetAside | IntakeErrand::LoadSetAsideText(..) => Room::Counts,
        IntakeErrand::WriteSetAside { .. } | IntakeErrand::ClearSetAside(_) => Room::Write,
    }
}

/// Looks into the folders from the first errand on, and tells whenever something is different. Ends with the screen.
pub(super) fn watch_folders(open: &OpenDesk, messages: &Messages, setting: &IntakeSetting, jobs: &Receiver<Job>) {
    let Ok(first) = jobs.recv() else { return };
    let mut reply = first.reply;
    let inbox = Inbox::new(&setting.folders, &setting.profiles);
    let (mut desk, mut told): (Option<Desk>, Option<InboxLook>) = (None, None);
    let mut failed = false;
    loop {
        let looked = match desk.take().map_or_else(|| open(), Ok) {
            Ok(there) => {
                let looked = inbox.look(&there);
                desk = Some(there);
                looked
            }
            Err(error) => Err(error),
        };
        let arriving = match looked {
            Ok(look) => {
                failed = false;
                let arriving = look.files.iter().any(|file| file.state == office::FileState::Arriving);
                if told.as_ref() != Some(&look) {
                    told = Some(look.clone());
                    reply.send(Message::Intake(IntakeMessage::Looked(Box::new(look))));
                }
                arriving
            }
            // Said once, not every two seconds.
            Err(error) if !failed => {
                failed = true;
                let why = Explained { code: error.code().to_owned(), sentence: messages.explain(&error) };
                reply.send(Message::Intake(IntakeMessage::Failed(why)));
                false
            }
            Err(_) => false,
        };
        match jobs.recv_timeout(if arriving { SOON } else { EVERY }) {
            Ok(job) => reply = job.reply,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Carries an errand out.
pub(super) fn carry_out(
    desk: &mut Desk,
    errand: &IntakeErrand,
    setting: &IntakeSetting,
    (reply, cancel): (&Reply, &Cancel),
) -> Result<Message, OfficeError> {
    let take = |desk: &mut Desk, file: &SeenFile, dry_run: bool| -> Result<Box<FileReport>, OfficeError> {
        let request = ImportRequest { profile: None, encoding: Choice::Auto, dry_run };
        let mut pace = Pace::new(if dry_run { Work::DryRun } else { Work::Import }, reply.clone());
        let (flag, mut tell) = (cancel.flag(), |progress| pace.tell(progress));
        let mut work = office::Work::new(&flag, &mut tell);
        office::import_known(desk, &file.path, &file.hash, &setting.profiles, &request, &mut work).map(Box::new)
    };
    Ok(Message::Intake(match errand {
        // The folders have a thread of their own.
        IntakeErrand::Look => IntakeMessage::Looked(Box::default()),
        IntakeErrand::DryRun(file) => IntakeMessage::DryRun(file.clone(), Ok(take(desk, file, true)?)),
        IntakeErrand::Import(file) => IntakeMessage::Imported(file.clone(), Ok(take(desk, file, false)?)),
        IntakeErrand::Discard(file) => {
            office::discard_download(desk, &file.path, Some(&file.hash), &setting.profiles)?;
            IntakeMessage::Discarded(file.clone(), Ok(()))
        }
        IntakeErrand::GiveUp => {
            office::give_up_import(desk)?;
            IntakeMessage::GivenUp(Ok(()))
        }
        IntakeErrand::LoadSetAside => {
            let (rows, total) = office::newest_set_aside(desk.store(), ROWS)?;
            IntakeMessage::SetAside(rows, total)
        }
        IntakeErrand::LoadSetAsideText(import, line) => {
            IntakeMessage::SetAsideText(*import, *line, office::set_aside_text(desk.store(), *import, *line)?)
        }
        IntakeErrand::WriteSetAside { path, for_import } => {
            IntakeMessage::SetAsideWritten(Ok(write(desk, &home(path), *for_import)?))
        }
        IntakeErrand::ClearSetAside(only) => {
            let (_, files) = office::clear_set_aside(desk, *only)?;
            IntakeMessage::SetAsideCleared(Ok(files.values().sum()))
        }
    }))
}

fn write(desk: &mut Desk, path: &Path, for_import: bool) -> Result<Vec<(String, u64)>, OfficeError> {
    let receipts = if for_import {
        office::export_for_import(desk, path)?
    } else {
        let words = office::SetAsideWords::load();
        vec![office::export_set_aside(desk, path, words.header(), &|word| words.reason(word))?]
    };
    Ok(receipts.into_iter().map(|receipt| (receipt.path.display().to_string(), receipt.count)).collect())
}
