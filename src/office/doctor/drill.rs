//! The backup drill: a backup is restored into a folder beside the store, opened, checked, counted, and removed. What
//! was never restored is no backup.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::office::backup::{Attended, BackupProgress, prepared};
use crate::office::desk::{Opening, Surroundings};
use crate::office::fault::OfficeError;
use crate::store::{CheckReport, DRILL, StoreError, database};

/// A backup that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drilled {
    /// The file.
    pub file: PathBuf,
    /// What it holds.
    pub report: CheckReport,
    /// When its newest operation was, milliseconds since the Unix epoch.
    pub newest_ms: Option<i64>,
}

/// Restores a backup for trial, on the disk of the store.
pub(super) fn drill(
    store: &Path,
    file: &Path,
    surroundings: &Surroundings,
    opening: &Opening,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(BackupProgress),
) -> Result<Drilled, OfficeError> {
    let place = if store.is_dir() { store } else { file.parent().unwrap_or(Path::new(".")) };
    if database(store).exists() {
        clear(place);
    }
    let refused = |error| OfficeError::Unreadable { file: place.to_owned(), error };
    let folder = tempfile::Builder::new().prefix(DRILL).tempdir_in(place).map_err(refused)?;
    let trial = folder.path().join("store");
    let mut attended = Attended { stop, tell };
    let (restore, report, _) = prepared(&trial, file, surroundings, opening, &mut attended)?;
    let now = (surroundings.now)();
    let newest_ms = restore.newest_ms()?;
    restore.commit(now, &surroundings.user, &surroundings.machine, "drill")?;
    // Opened as staff would, but nothing is noted of a store that is gone in a moment.
    let opened = crate::store::Store::open(&trial, opening.wait, surroundings.fill())?;
    if opened.size()? != report.applications {
        return Err(StoreError::Damaged("state".into()).into());
    }
    drop(opened);
    folder.close().map_err(refused)?;
    Ok(Drilled { file: file.to_owned(), report, newest_ms })
}

/// Removes what a drill that was cut off left in the store's folder; what lies in any other folder may be anybody's. One
/// that runs just now holds its lock.
fn clear(place: &Path) {
    for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let lock = File::open(entry.path().join("store/store.lock"));
        let runs = lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)));
        if entry.file_name().to_string_lossy().starts_with(DRILL) && !runs {
            std::fs::remove_dir_all(entry.path()).unwrap_or_default();
        }
    }
}
