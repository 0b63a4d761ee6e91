//! Backup and restore: the whole store as one file that leaves through the one door, and the way back.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::desk::{Desk, Opening, Surroundings};
use super::fault::OfficeError;
use super::forbidden::refuse_folder;
use super::outgoing::{Filled, Filling, Leaving, Receipt, exported, let_out};
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, civil};
use crate::domain::identity::OperationId;
use crate::domain::people::{Act, days};
use crate::domain::record::Hash;
use crate::store::{CheckProgress, CheckReport, Replaced, Restore, SignIn, Store, StoreError};

/// The format that the log records of a backup.
pub(super) const FORMAT: &str = "sekisho";

/// How far a backup or a restore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupProgress {
    /// Copying: bytes done, and how many there are about.
    Copying(u64, u64),
    /// Looking whether it holds what it should.
    Checking(CheckProgress),
}

/// The two ends of a long piece of work of this kind.
pub struct Attended<'a> {
    /// Ends it, and leaves nothing.
    pub stop: &'a AtomicBool,
    /// Is told how far it is.
    pub tell: &'a mut dyn FnMut(BackupProgress),
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// The file, as the log knows it.
    pub receipt: Receipt,
    /// How many applications.
    pub applications: u64,
    /// How many operations.
    pub operations: u64,
    /// The head of the store's own stream.
    pub head: Hash,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// The operation that began the new epoch.
    pub operation: OperationId,
    /// How many applications are there now.
    pub applications: u64,
    /// How many operations, the new epoch's first one left out.
    pub operations: u64,
    /// The head that the backup ended with.
    pub head: Hash,
    /// The store that stood there before.
    pub replaced: Option<Replaced>,
}

/// Writes the whole store into one file: verified under its passing name, recorded, and only then given its own.
///
/// # Errors
/// [`OfficeError::FileExists`]: a backup never takes the place of another file; [`OfficeError::Attachments`];
/// [`OfficeError::Stopped`]; what the store and the disk say. No file is left then.
pub fn backup(desk: &mut Desk, out: &Path, attended: &mut Attended<'_>) -> Result<BackupReport, OfficeError> {
    desk.permit(Act::Backup)?;
    refuse_existing(out)?;
    if desk.store.has_attachments() {
        return Err(OfficeError::Attachments);
    }
    let name = std::path::absolute(out).unwrap_or_else(|_| out.to_owned()).display().to_string();
    let leaving = Leaving { act: Act::Backup, format: FORMAT, text: Some(&name) };
    let mut found = None;
    let fill = |desk: &mut Desk, part: &Path| {
        copy(&mut desk.store, part, attended)?;
        let mut copy = Store::inspect(part).map_err(|error| StoreError::bad_backup(out, error))?;
        let checked = check(&mut copy, attended);
        let report = checked.map_err(|error| bad_backup(out, error))?;
        let (_, head) = copy.head()?;
        drop(copy);
        refuse_existing(out)?;
        let filled = Filled { count: report.applications, columns: Vec::new() };
        found = Some((report, head));
        Ok::<_, Filling>(filled)
    };
    let receipt = let_out(desk, (leaving.act, leaving.text), out, fill, exported(&leaving))?;
    let (report, head) = found.ok_or(StoreError::Changed)?;
    Ok(BackupReport { receipt, applications: report.applications, operations: report.operations, head })
}

fn refuse_existing(out: &Path) -> Result<(), OfficeError> {
    if out.exists() { Err(OfficeError::FileExists(out.to_owned())) } else { Ok(()) }
}

/// Copies the store while the caller's thread watches how much of it is there.
fn copy(store: &mut Store, part: &Path, attended: &mut Attended<'_>) -> Result<(), OfficeError> {
    let total = store.bytes();
    let written = || std::fs::metadata(part).map_or(0, |file| file.len());
    watched(store, attended, &mut || Some(BackupProgress::Copying(written().min(total), total)), |store, _| {
        store.copy_into(part)
    })
}

/// Checks everything in a copy.
pub(super) fn check(copy: &mut Store, attended: &mut Attended<'_>) -> Result<CheckReport, OfficeError> {
    watched(copy, attended, &mut || None, |copy, sender| {
        copy.check(&mut |progress| {
            // Nobody who stopped listening needs to be told.
            sender.send(BackupProgress::Checking(progress)).unwrap_or_default();
        })
    })
}

/// Names the file in what is wrong with a backup.
pub(super) fn bad_backup(file: &Path, error: OfficeError) -> OfficeError {
    match error {
        OfficeError::Store(error) => StoreError::bad_backup(file, error).into(),
        other => other,
    }
}

/// Runs `work` on a thread of its own. This one tells how far it is, and interrupts it when it should stop.
fn watched<T: Send>(
    store: &mut Store,
    attended: &mut Attended<'_>,
    look: &mut dyn FnMut() -> Option<BackupProgress>,
    work: impl FnOnce(&mut Store, &Sender<BackupProgress>) -> Result<T, StoreError> + Send,
) -> Result<T, OfficeError> {
    const PAUSE: Duration = Duration::from_millis(50);
    let interrupter = store.interrupter();
    let (sender, told) = channel();
    let ended = std::thread::scope(|scope| {
        let worker = scope.spawn(move || work(store, &sender));
        loop {
            if attended.stop.load(Ordering::Relaxed) {
                interrupter.interrupt();
            }
            match told.recv_timeout(PAUSE) {
                Ok(progress) => (attended.tell)(progress),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(progress) = look() {
                        (attended.tell)(progress);
                    }
                }
                // The worker has ended.
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        worker.join()
    });
    match ended {
        Ok(Ok(done)) if !attended.stop.load(Ordering::Relaxed) => Ok(done),
        Ok(Ok(_)) => Err(OfficeError::Stopped),
        Ok(Err(error)) if error.is_interrupted() => Err(OfficeError::Stopped),
        Ok(Err(error)) => Err(error.into()),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Restores a backup into a folder: of this store only, if one stands there, which is kept beside. The store goes on in
/// a new epoch, for the old one's stream may have gone further than the backup.
///
/// # Errors
/// What [`Restore::prepare`] says; [`OfficeError::Stopped`]. Nothing is changed then.
pub fn restore(
    dir: &Path,
    file: &Path,
    surroundings: &Surroundings,
    opening: &Opening,
    attended: &mut Attended<'_>,
) -> Result<RestoreReport, OfficeError> {
    let now = (surroundings.now)();
    refuse_folder(&surroundings.policy, dir)?;
    let who = may_replace(dir, surroundings, opening)?;
    let (mut restore, report, head) = prepared(dir, file, surroundings, opening, attended)?;
    restore.copy_mut()?;
    let restored = restore.commit(now, &who, &surroundings.machine, &stamp(now))?;
    // Sat down at once: the side note of the new epoch begins here.
    drop(Desk::open(dir, surroundings.clone(), opening));
    Ok(RestoreReport {
        operation: restored.operation,
        applications: report.applications,
        operations: report.operations,
        head,
        replaced: restored.replaced,
    })
}

/// Who puts a backup in the place of what stands there, if they may. Where that is no store that can be opened there is
/// nobody to ask: whoever has the rights to the files repairs it.
fn may_replace(dir: &Path, surroundings: &Surroundings, opening: &Opening) -> Result<String, OfficeError> {
    let anybody = || surroundings.user.clone();
    let Ok(mut store) = Store::open(dir, opening.wait, surroundings.fill()) else { return Ok(anybody()) };
    let Ok(people) = store.people() else { return Ok(anybody()) };
    if store.meta().sign_in == SignIn::None {
        return Ok(anybody());
    }
    let signed_in = super::sign_in::enter(&mut store, surroundings, opening)?;
    let day = days(civil(&Instant { seconds: (surroundings.now)().div_euclid(1000), offset_minutes: JAPAN }).date());
    let me = match &signed_in {
        Some(signed_in) => Some(signed_in.operator()),
        None => people.of_account(&surroundings.user, day),
    };
    let rights = people.rights(me, store.meta().segment.code(), day);
    if !rights.may(Act::Restore) {
        return Err(OfficeError::NotPermitted(Act::Restore));
    }
    Ok(signed_in.map_or_else(anybody, |signed_in| signed_in.code().to_owned()))
}

/// A backup that was copied to the side of a folder and found to be whole.
pub(super) fn prepared(
    dir: &Path,
    file: &Path,
    surroundings: &Surroundings,
    opening: &Opening,
    attended: &mut Attended<'_>,
) -> Result<(Restore, CheckReport, Hash), OfficeError> {
    let file_error = |error: StoreError| match error {
        StoreError::Interrupted => OfficeError::Stopped,
        // The file that was named is no part of the store.
        StoreError::Io { path, source } if path == file => OfficeError::Unreadable { file: path, error: source },
        StoreError::Permission(path) if path == file => {
            OfficeError::Unreadable { file: path, error: std::io::ErrorKind::PermissionDenied.into() }
        }
        other => other.into(),
    };
    let (stop, tell) = (attended.stop, &mut *attended.tell);
    let mut going = |done, total| {
        tell(BackupProgress::Copying(done, total));
        !stop.load(Ordering::Relaxed)
    };
    let prepared = Restore::prepare(dir, file, opening.wait, surroundings.fill(), &mut going);
    let mut restore = prepared.map_err(file_error)?;
    let copy = restore.copy_mut()?;
    let report = check(copy, attended).map_err(|error| bad_backup(file, error))?;
    let (_, head) = restore.copy_mut()?.head()?;
    Ok((restore, report, head))
}

/// A moment in a file name: `20261122T161024`, Japan's time.
pub(super) fn stamp(at_ms: i64) -> String {
    let at = civil(&Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN });
    let (day, time) = (at.date(), at.time());
    let date = format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
    format!("{date}T{:02}{:02}{:02}", time.hour(), time.minute(), time.second())
}

/// Where `migrate` keeps a copy of what was before: beside the store's folder.
pub(super) fn beside(dir: &Path, name: &str) -> PathBuf {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let own = dir.file_name().map_or_else(|| "store".to_owned(), |name| name.to_string_lossy().into_owned());
    dir.with_file_name(format!("{own}-{name}"))
}
