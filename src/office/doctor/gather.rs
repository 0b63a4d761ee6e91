//! Looking at the machine and the store for `doctor`.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::time::{Duration, UNIX_EPOCH};

use super::drill::drill;
use super::judge::{Facts, Here, Inbox, StoreFacts};
use super::{erasures, keys};
use crate::office::backup::{Attended, BackupProgress, FORMAT, check};
use crate::office::desk::{Desk, DeskWarning, Opening, Surroundings};
use crate::office::fault::OfficeError;
use crate::store::file_system;

/// What is wanted of the doctor.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `--full`: everything is checked, not only what is quick.
    pub full: bool,
    /// `--drill`, with the file that it names.
    pub drill: Option<Option<PathBuf>>,
}

/// Gathers the facts. What the caller knows of its own surroundings comes with `here`.
pub fn gather(
    dir: Option<&Path>,
    here: Here,
    asked: &Asked,
    surroundings: &Surroundings,
    opening: &Opening,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(BackupProgress),
) -> Facts {
    let now_ms = (surroundings.now)();
    let opened = dir.map(|dir| Desk::open(dir, surroundings.clone(), opening));
    let store = opened
        .map(|opened| opened.and_then(|mut desk| store_facts(&mut desk, asked.full, &mut Attended { stop, tell })));
    let last = store.as_ref().and_then(|store| store.as_ref().ok()).and_then(|store| store.survey.last_backup.clone());
    let last_path = last.and_then(|last| last.path).map(PathBuf::from);
    let drilled = asked.drill.as_ref().and_then(|named| {
        let file = named.clone().or_else(|| last_path.clone())?;
        Some(drill(dir.unwrap_or(Path::new(".")), &file, surroundings, opening, stop, tell))
    });
    let folder = dir.filter(|dir| dir.is_dir());
    Facts {
        now_ms,
        drill_asked: asked.drill.is_some(),
        drilled,
        backup_there: last_path.as_ref().is_some_and(|path| path.is_file()),
        backup_free: last_path.as_deref().and_then(Path::parent).and_then(free),
        free: folder.and_then(free),
        file_system: folder.and_then(file_system),
        open_to_others: folder.map(open_to_others).unwrap_or_default(),
        kept: folder.map(kept).unwrap_or_default(),
        file_clock_ms: folder.and_then(file_clock),
        inbox: here.inbox_folders.iter().map(|folder| (folder.clone(), look_into(folder))).collect(),
        store,
        here,
    }
}

fn store_facts(desk: &mut Desk, full: bool, attended: &mut Attended<'_>) -> Result<StoreFacts, OfficeError> {
    let warnings = desk.warnings().to_vec();
    let survey = desk.store.survey(FORMAT)?;
    let checked = if full {
        check(&mut desk.store, attended).map(Some)
    } else {
        desk.store.quick_check().map(|()| None).map_err(OfficeError::from)
    };
    Ok(StoreFacts {
        dir: desk.store.dir().to_owned(),
        survey,
        search: desk.store.search_state()?,
        checked,
        copied: warnings.contains(&DeskWarning::Copied),
        clock_behind: warnings.iter().find_map(|warning| match warning {
            DeskWarning::ClockBehind(newest) => Some(*newest),
            DeskWarning::Copied => None,
        }),
        note: desk.store.note_state(),
        sign_in: desk.store.meta().sign_in,
        demo: desk.is_demo(),
        keys: keys::look(desk)?,
        erasures: erasures::look(desk)?,
    })
}

/// Bytes that are free for this user.
fn free(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// What of the store other users of the machine may read or change.
fn open_to_others(dir: &Path) -> Vec<PathBuf> {
    let names = ["", "sekisho.db", "sekisho.db-wal", "sekisho.db-shm", "keys.db"];
    let paths = names.iter().map(|name| if name.is_empty() { dir.to_owned() } else { dir.join(name) });
    paths.filter(|path| std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)).collect()
}

/// Stores that restores replaced and that are still there.
fn kept(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let paths = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("before-restore-"));
    let mut paths: Vec<PathBuf> = paths.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// What the file system says that the time is: that of a fresh file.
fn file_clock(dir: &Path) -> Option<i64> {
    let mut file = tempfile::tempfile_in(dir).ok()?;
    file.write_all(b"?").ok()?;
    let at = file.metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(at.as_millis()).ok()
}

/// Looks into a folder of downloads. A share that went away may let everybody wait who asks for it: not longer than this.
fn look_into(folder: &Path) -> Inbox {
    const PATIENCE: Duration = Duration::from_secs(3);
    let (sender, answer) = channel();
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        let found = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Inbox::Absent,
            Err(_) => Inbox::Unreadable,
            Ok(_)
                if rustix::fs::access(&folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_err() =>
            {
                Inbox::Undeletable
            }
            Ok(_) => Inbox::Good,
        };
        // Nobody waits for an answer that comes too late.
        sender.send(found).unwrap_or_default();
    });
    answer.recv_timeout(PATIENCE).unwrap_or(Inbox::Unreachable)
}
