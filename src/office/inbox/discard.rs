//! Deleting a download that was taken in. The file is first moved aside under a hidden name, then the deletion is
//! recorded, then the file is removed: whatever stops it in between, the next look finishes what was recorded and puts
//! back what was not.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::domain::identity::OperationId;
use crate::domain::operation::Body;
use crate::domain::people::Act;
use crate::domain::record::Hash;
use crate::exchange::encoding::Choice;
use crate::exchange::profile::Profile;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::intake::{ImportRequest, open_rows};
use crate::office::spool::{Spool, open_regular};
use crate::office::work::Work;
use crate::store::Store;

/// How the passing names begin. Then follow the store, how many deletions of the same bytes the log knew, and the
/// file's own name: `.sekisho-discard-1f2e3d4c-0-list.csv`.
const PREFIX: &str = ".sekisho-discard-";

/// A download that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discarded {
    /// SHA-256 of the file.
    pub hash: Hash,
    /// The import that had taken it in.
    pub import: OperationId,
    /// The operation that records the deletion.
    pub operation: OperationId,
}

/// Deletes a download that was taken in whole, and records it. With `expected`, only if its bytes are still those.
///
/// # Errors
/// [`OfficeError::NotImported`], [`OfficeError::NotWhole`], [`OfficeError::FileReplaced`], [`OfficeError::FileInUse`], what the disk or the store
/// says: the file is still there then. [`OfficeError::NotRemoved`]: recorded, and the next look removes it.
pub fn discard(
    desk: &mut Desk,
    path: &Path,
    expected: Option<&Hash>,
    profiles: &[Profile],
) -> Result<Discarded, OfficeError> {
    desk.permit(Act::Discard)?;
    let unreadable = |error: io::Error| OfficeError::Unreadable { file: path.to_owned(), error };
    let file = open_regular(path)?;
    // Whoever looks meanwhile must not take our passing name for a leftover. Some shares know no locks.
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Err(OfficeError::FileInUse(path.to_owned())),
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    let never = AtomicBool::new(false);
    let spool = Spool::of(file, path, &Work::new(&never, &mut |_| {}))?;
    let hash = spool.hash().map_err(|error| OfficeError::Unreadable { file: path.to_owned(), error })?;
    if expected.is_some_and(|expected| *expected != hash) {
        return Err(OfficeError::FileReplaced(path.to_owned()));
    }
    let import = desk.store.import_of(&hash)?.ok_or_else(|| OfficeError::NotImported(path.to_owned()))?;
    if stops_inside(&desk.store, &spool, path, import, profiles)? {
        return Err(OfficeError::NotWhole(path.to_owned()));
    }
    let passing = passing_name(&desk.store, path, &hash)?;
    rename_to_free(path, &passing).map_err(unreadable)?;
    // From here on every way out either records the deletion or puts the file back.
    let same = passing.symlink_metadata().is_ok_and(|now| spool.file.metadata().is_ok_and(|ours| is_same(&now, &ours)));
    if !same || spool.was_changed() {
        put_back(&passing, path).map_err(unreadable)?;
        return Err(OfficeError::FileReplaced(path.to_owned()));
    }
    let recorded = sync_folder(path).map_err(unreadable).and_then(|()| {
        let signed = desk.sign(Act::Discard)?;
        let body = Body::Discard { file: hash, import: Some(import) };
        Ok(desk.store.record(&signed, body, None)?)
    });
    let operation = match recorded {
        Ok(operation) => operation,
        Err(error) => {
            put_back(&passing, path).map_err(unreadable)?;
            return Err(error);
        }
    };
    let removed = std::fs::remove_file(&passing).and_then(|()| sync_folder(path));
    removed.map_err(|error| OfficeError::NotRemoved { file: passing, error })?;
    Ok(Discarded { hash, import, operation })
}

/// Whether reading the file stops before its end, as it did when it was taken in: a quote that is never closed. The log
/// doesn't say so, but the bytes are the same.
fn stops_inside(
    store: &Store,
    spool: &Spool,
    path: &Path,
    import: OperationId,
    profiles: &[Profile],
) -> Result<bool, OfficeError> {
    let profile = match store.operation(import)?.map(|operation| operation.body) {
        Some(Body::Import(import)) => Some(import.profile),
        _ => None,
    };
    let request = ImportRequest { profile, encoding: Choice::Auto, dry_run: true };
    // A profile that is gone can't tell.
    Ok(open_rows(spool, path, profiles, &request).is_ok_and(|mut rows| rows.any(|row| row.is_err())))
}

/// Whether a name is one that a deletion gives.
pub(super) fn is_leftover(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Ends a deletion that was cut off: removes the file if the log knows of it, else gives it its name back. Leftovers of
/// other stores, and of a deletion that runs just now, are left alone; so is one that the folder doesn't let us touch. The answer tells whether a file was put back.
///
/// # Errors
/// What the store says.
pub(super) fn settle_leftover(store: &Store, leftover: &Path) -> Result<bool, OfficeError> {
    let name = leftover.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some((whose, known, own)) = name.strip_prefix(PREFIX).and_then(parts) else { return Ok(false) };
    if whose != mark_of(store) {
        return Ok(false);
    }
    let Ok(file) = open_regular(leftover) else { return Ok(false) };
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        return Ok(false);
    }
    let never = AtomicBool::new(false);
    let Ok(spool) = Spool::of(file, leftover, &Work::new(&never, &mut |_| {})) else { return Ok(false) };
    // It may have ended while we read.
    let there =
        leftover.symlink_metadata().is_ok_and(|now| spool.file.metadata().is_ok_and(|ours| is_same(&now, &ours)));
    if !there {
        return Ok(false);
    }
    let Ok(hash) = spool.hash() else { return Ok(false) };
    let recorded = store.discards_of(&hash)? > known;
    let settled =
        if recorded { std::fs::remove_file(leftover) } else { put_back(leftover, &leftover.with_file_name(own)) };
    // What the folder refuses is tried again at the next look.
    let settled = settled.and_then(|()| sync_folder(leftover)).is_ok();
    Ok(settled && !recorded)
}

/// The parts of a passing name after its beginning.
fn parts(rest: &str) -> Option<(&str, u64, &str)> {
    let (whose, rest) = rest.split_once('-')?;
    let (known, own) = rest.split_once('-')?;
    let is_name = !own.is_empty() && !own.contains('/');
    is_name.then_some((whose, known.parse().ok()?, own))
}

/// Eight digits that stand for a store, so that two stores with one inbox don't end each other's deletions.
fn mark_of(store: &Store) -> String {
    store.meta().uid.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn passing_name(store: &Store, path: &Path, hash: &Hash) -> Result<PathBuf, OfficeError> {
    let known = store.discards_of(hash)?;
    let mut name = std::ffi::OsString::from(format!("{PREFIX}{}-{known}-", mark_of(store)));
    name.push(path.file_name().unwrap_or_default());
    Ok(path.with_file_name(name))
}

/// Gives a file its name back; where another file has taken it meanwhile, that name with a number.
fn put_back(passing: &Path, path: &Path) -> io::Result<()> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let numbered = (2_u32..1000).map(|number| path.with_file_name(format!("{stem}-{number}{ending}")));
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for name in std::iter::once(path.to_owned()).chain(numbered) {
        match rename_to_free(passing, &name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            other => return other,
        }
    }
    Err(last)
}

/// Renames a file to a name that nobody has; nothing is ever overwritten.
fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // File systems that can't promise it (some shares): look first.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) if to.symlink_metadata().is_ok() => {
            Err(io::Error::from(io::ErrorKind::AlreadyExists))
        }
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => std::fs::rename(from, to),
        other => Ok(other?),
    }
}

fn is_same(one: &std::fs::Metadata, other: &std::fs::Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Forces the names of a file's folder to the disk; a share that can't do that has no say in it.
fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(path.parent().unwrap_or_else(|| Path::new("."))).and_then(|folder| folder.sync_all()) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}
