//! A file on its way in: opened with care, hashed as it stands (a large one while it is read), and wound back for reading.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write as _};
use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use super::fault::OfficeError;
use super::hashing::Hashing;
use super::work::Work;
use crate::domain::record::Hash;

/// From so many bytes on, a file is hashed while it is read.
const LARGE: u64 = 16 << 20;

/// A file that can be read from any place, with its hash.
#[derive(Debug)]
pub(super) struct Spool {
    pub file: File,
    hash: Hashing,
    pub length: u64,
    seen: Option<(u64, Option<SystemTime>)>,
}

impl Spool {
    /// Opens a file and hashes it, a large one while it is being read. A FIFO is read once: into a nameless file in `folder`
    /// that nobody else can open and that is gone with this process; with `hidden`, where what may not lie open could
    /// come, into memory.
    pub(super) fn open(path: &Path, folder: &Path, hidden: bool, work: &Work<'_>) -> Result<Self, OfficeError> {
        let unreadable = |error: io::Error| OfficeError::Unreadable { file: path.to_owned(), error };
        let kind = std::fs::metadata(path).map_err(unreadable)?;
        if kind.is_dir() {
            return Err(OfficeError::Folder(path.to_owned()));
        }
        let mut file = File::open(path).map_err(unreadable)?;
        let seen = stamp(&file).map_err(unreadable)?;
        if kind.is_file() && seen.0 >= LARGE {
            let hash = file.try_clone().and_then(Hashing::start).map_err(unreadable)?;
            return Ok(Self { file, hash, length: seen.0, seen: Some(seen) });
        }
        if !kind.is_file() {
            let mut kept = if hidden { in_memory() } else { tempfile::tempfile_in(folder) }.map_err(unreadable)?;
            copy(&mut file, work, |part| kept.write_all(part)).map_err(|error| stopped_or(error, path))?;
            file = kept;
            file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        }
        Self::hashed(file, kind.is_file(), path, work)
    }

    /// Hashes an open regular file.
    pub(super) fn of(file: File, path: &Path, work: &Work<'_>) -> Result<Self, OfficeError> {
        Self::hashed(file, true, path, work)
    }

    fn hashed(mut file: File, is_file: bool, path: &Path, work: &Work<'_>) -> Result<Self, OfficeError> {
        let unreadable = |error: io::Error| OfficeError::Unreadable { file: path.to_owned(), error };
        let mut hasher = Sha256::new();
        let length = copy(&mut file, work, |part| {
            hasher.update(part);
            Ok(())
        })
        .map_err(|error| stopped_or(error, path))?;
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let seen = if is_file { Some(stamp(&file).map_err(unreadable)?) } else { None };
        Ok(Self { file, hash: Hashing::done(hasher.finalize().into()), length, seen })
    }

    /// Its SHA-256, which may have to be waited for.
    pub(super) fn hash(&self) -> io::Result<Hash> {
        self.hash.wait()
    }

    /// Its SHA-256, if it is known by now.
    pub(super) fn hash_by_now(&self) -> io::Result<Option<Hash>> {
        self.hash.now()
    }

    /// A second reader of the same bytes, from their beginning. Both share one position: use one at a time.
    pub(super) fn reader(&self) -> io::Result<BufReader<File>> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(BufReader::with_capacity(1 << 18, file))
    }

    /// The bytes of a row that was read before, without moving the reader's place.
    pub(super) fn bytes(&self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        use std::os::unix::fs::FileExt as _;
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut bytes, at)?;
        Ok(bytes)
    }

    /// Whether the last line has its end, in any encoding; a file that can't be read any more is told elsewhere.
    pub(super) fn ends_with_a_line(&self) -> bool {
        let tail = self.bytes(self.length.saturating_sub(2), self.length.min(2)).unwrap_or_default();
        tail.is_empty() || tail.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
    }

    /// Whether somebody has written to the file since it was opened or hashed.
    pub(super) fn was_changed(&self) -> bool {
        self.seen.is_some_and(|seen| stamp(&self.file).map_or(true, |now| now != seen))
    }
}

/// A file without a name and without a disk.
fn in_memory() -> io::Result<File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    Ok(memfd_create("sekisho", MemfdFlags::CLOEXEC)?.into())
}

/// Opens a regular file that stands under this very name: no link is followed, and nothing that is no file (a FIFO that
/// took its place) can make us wait.
pub(super) fn open_regular(path: &Path) -> Result<File, OfficeError> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let unreadable = |error: io::Error| OfficeError::Unreadable { file: path.to_owned(), error };
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = File::options().read(true).custom_flags(flags).open(path).map_err(unreadable)?;
    let kind = file.metadata().map_err(unreadable)?;
    if kind.is_dir() {
        return Err(OfficeError::Folder(path.to_owned()));
    }
    if !kind.is_file() {
        return Err(unreadable(io::Error::from(io::ErrorKind::InvalidInput)));
    }
    Ok(file)
}

fn stamp(file: &File) -> io::Result<(u64, Option<SystemTime>)> {
    let metadata = file.metadata()?;
    Ok((metadata.len(), metadata.modified().ok()))
}

fn copy(from: &mut File, work: &Work<'_>, mut to: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<u64> {
    let mut buffer = vec![0; 1 << 18];
    let mut length = 0;
    loop {
        if work.is_stopped() {
            return Err(io::Error::from(io::ErrorKind::Interrupted));
        }
        match from.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(read) => {
                length += read as u64;
                to(&buffer[..read])?;
            }
            // A signal only asks us to look at `work` again.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn stopped_or(error: io::Error, path: &Path) -> OfficeError {
    match error.kind() {
        io::ErrorKind::Interrupted => OfficeError::Stopped,
        io::ErrorKind::StorageFull => OfficeError::Store(crate::store::StoreError::Full),
        _ => OfficeError::Unreadable { file: path.to_owned(), error },
    }
}
