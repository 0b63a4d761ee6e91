//! The side note: how far a stream had come, kept outside of the store in the user's state folder. A database that is
//! behind it was rolled back; one in another file or on another machine is a copy. One note an epoch, so that a copy
//! and its original, each in its own epoch, never take each other's note. No personal data.

use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::operation::{StreamUid, Uid};
use crate::domain::record::Hash;

/// What a note says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    pub terminal: Uid,
    pub epoch: Uid,
    pub seq: u32,
    pub head: Hash,
    pub machine: Option<Hash>,
    pub file: FileId,
}

/// Which file a database is: its inode, and when that was made. Numbers of devices change from boot to boot, so they
/// would tell of copies that are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileId {
    inode: u64,
    born_ns: Option<u64>,
}

impl FileId {
    pub(super) fn of(file: &Path) -> Option<Self> {
        let found = std::fs::metadata(file).ok()?;
        let born = found.created().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        Some(Self { inode: found.ino(), born_ns: born.and_then(|since| u64::try_from(since.as_nanos()).ok()) })
    }
}

/// Where the note of a stream is.
pub(super) fn place(folder: &Path, store: &Uid, stream: &StreamUid) -> PathBuf {
    let hex = |uid: &Uid| uid.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    folder.join(format!("{}-{}.json", hex(store), hex(&stream.epoch)))
}

/// Reads a note; one that can't be read tells nothing.
pub(super) fn read(path: &Path) -> Option<Note> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Writes a note, whole or not at all. It isn't forced to the disk: a note that is lost only tells less.
pub(super) fn write(path: &Path, note: &Note) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(note)?)?;
    file.persist(path)?;
    Ok(())
}
