//! The folder `search/`: its files, who may change them, and that what is read from them is what was written.
//!
//! | file | what |
//! |---|---|
//! | `manifest` | see [`super::manifest`] |
//! | `seg-*.bin` | a segment that the manifest names, or named |
//! | `new-*.part` | a file that the holder of `search.lock` is writing |
//! | `rec-*.part` | a segment that an import is writing |
//! | `verified` | which segments were read through since the machine was started |
//!
//! Nothing is forced to the disk. After a power cut any part of any file may be missing, so a segment is read through
//! once before the first use after a start of the machine, and whenever its file was touched since.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Segment;
use super::layout::CHECKSUM;
use super::manifest::{Entry, LONGEST, Manifest, is_name};
use super::shelf::Shelved;
use crate::domain::operation::Uid;
use crate::store::error::Result;
use crate::store::place;

/// How files begin that the holder of the lock is writing.
pub(super) const NEW: &str = "new-";
/// How segments begin that an import is writing.
pub(super) const RECORDING: &str = "rec-";
const PASSING: &str = ".part";
const VERIFIED: &str = "verified";

/// The one who changes what the manifest says.
pub(super) struct Lock(#[allow(dead_code, reason = "held for being held")] File);

/// The search cache of a store.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    store: PathBuf,
    path: PathBuf,
}

/// What a manifest and the segments that it names say.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    /// Tells this manifest from another.
    pub stamp: u32,
    pub manifest: Manifest,
    /// In the order of the manifest.
    pub segments: Vec<Shelved>,
}

/// Which state of a file was read through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    inode: u64,
    changed: (i64, i64),
    length: u64,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Verified {
    boot: String,
    files: BTreeMap<String, Seen>,
}

impl Folder {
    pub(super) fn of(store: &Path) -> Self {
        Self { store: store.to_owned(), path: store.join("search") }
    }

    /// Makes the folder, should it have gone.
    pub(super) fn make(&self) -> Result<()> {
        place::make_folder(&self.path)
    }

    /// Takes `search.lock`; `None` = another has it for longer than `wait`.
    pub(super) fn lock(&self, wait: Duration) -> Result<Option<Lock>> {
        match place::searcher(&self.store, wait) {
            Ok(file) => Ok(Some(Lock(file))),
            Err(error) if error.is_busy() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn manifest(&self) -> PathBuf {
        self.path.join("manifest")
    }

    pub(super) fn segment(&self, name: &str) -> PathBuf {
        self.path.join(format!("seg-{name}.bin"))
    }

    /// A file of a passing name that goes when it is dropped. Only its owner may read it.
    pub(super) fn passing(&self, prefix: &str) -> io::Result<tempfile::NamedTempFile> {
        tempfile::Builder::new().prefix(prefix).suffix(PASSING).rand_bytes(16).tempfile_in(&self.path)
    }

    /// Whether there is a manifest, of whatever kind.
    pub(super) fn has_manifest(&self) -> bool {
        self.manifest().exists()
    }

    /// Replaces the manifest.
    pub(super) fn write(&self, _lock: &Lock, manifest: &Manifest) -> io::Result<()> {
        let mut file = self.passing(NEW)?;
        file.write_all(&manifest.encode())?;
        file.persist(self.manifest())?;
        Ok(())
    }

    /// Takes the manifest away; what it named goes with the next sweep.
    pub(super) fn forget(&self, _lock: &Lock) -> io::Result<()> {
        match std::fs::remove_file(self.manifest()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The manifest of this store with its segments; `None` where anything of it is missing or isn't what was written.
    /// Segments that are known already aren't opened again.
    pub(super) fn open(&self, store: &Uid, known: &[Shelved]) -> Option<Opened> {
        // What this manifest named may go as soon as another is there: then that one is read.
        const TRIES: usize = 3;
        let mut tried = None;
        for _ in 0..TRIES {
            let bytes = self.read()?;
            let stamp = crc32fast::hash(&bytes);
            if tried == Some(stamp) {
                return None;
            }
            tried = Some(stamp);
            let manifest = Manifest::decode(&bytes).filter(|manifest| manifest.is_of(store))?;
            if let Some(segments) = self.segments(&manifest, known) {
                return Some(Opened { stamp, manifest, segments });
            }
        }
        None
    }

    fn read(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.manifest()).ok()?.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn segments(&self, manifest: &Manifest, known: &[Shelved]) -> Option<Vec<Shelved>> {
        let mut verified = self.verified();
        let before = verified.files.len();
        let mut is_new = false;
        let mut segments = Vec::with_capacity(manifest.segments.len());
        for entry in &manifest.segments {
            let known = known.iter().find(|known| known.name.as_deref() == Some(&entry.name));
            let segment = match known {
                Some(known) => known.segment.clone(),
                None => {
                    let path = self.segment(&entry.name);
                    let seen = Seen::of(&path)?;
                    if verified.files.get(&entry.name) != Some(&seen) {
                        if !is_whole(&path, entry) {
                            return None;
                        }
                        is_new = true;
                        verified.files.insert(entry.name.clone(), seen);
                    }
                    Arc::new(Segment::open(&path).ok()?)
                }
            };
            if (segment.len(), segment.checksum()) != (entry.rows as usize, entry.checksum) {
                return None;
            }
            segments.push(Shelved { segment, dead: entry.dead.clone(), name: Some(entry.name.clone()) });
        }
        verified.files.retain(|name, _| manifest.segments.iter().any(|entry| entry.name == *name));
        if is_new || verified.files.len() < before {
            self.note(&verified);
        }
        Some(segments)
    }

    /// What was read through since the machine was started.
    fn verified(&self) -> Verified {
        let boot = boot();
        let none = Verified { boot: boot.clone().unwrap_or_default(), files: BTreeMap::new() };
        let Ok(bytes) = std::fs::read(self.path.join(VERIFIED)) else { return none };
        let noted: Option<Verified> = serde_json::from_slice(&bytes).ok();
        noted.filter(|noted| boot.as_ref() == Some(&noted.boot)).unwrap_or(none)
    }

    /// Notes that the segments of a manifest that was just written are what was written: until the machine is started
    /// anew they are in its memory.
    pub(super) fn note_written(&self, manifest: &Manifest) {
        let mut verified = self.verified();
        let names = manifest.segments.iter().map(|entry| &entry.name);
        verified.files = names
            .filter_map(|name| {
                let seen = verified.files.remove(name).or_else(|| Seen::of(&self.segment(name)))?;
                Some((name.clone(), seen))
            })
            .collect();
        self.note(&verified);
    }

    /// Notes what was read through; where it can't be noted it is read again, and nobody loses more than time.
    fn note(&self, verified: &Verified) {
        let write = || -> io::Result<()> {
            let mut file = self.passing(NEW)?;
            file.write_all(&serde_json::to_vec(verified)?)?;
            file.persist(self.path.join(VERIFIED))?;
            Ok(())
        };
        drop(write());
    }

    /// Removes every file that the manifest doesn't name and that nobody may be writing.
    pub(super) fn sweep(&self, _lock: &Lock, manifest: Option<&Manifest>) {
        let named = |name: &str| manifest.is_some_and(|known| known.segments.iter().any(|entry| entry.name == name));
        let mut recorded = Vec::new();
        for entry in std::fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let Ok(file) = entry.file_name().into_string() else { continue };
            let segment = file.strip_prefix("seg-").and_then(|rest| rest.strip_suffix(".bin"));
            if segment.is_some_and(|name| is_name(name) && !named(name))
                || (file.starts_with(NEW) && file.ends_with(PASSING))
            {
                std::fs::remove_file(entry.path()).unwrap_or_default();
            } else if file.starts_with(RECORDING) && file.ends_with(PASSING) {
                recorded.push(entry.path());
            }
        }
        // Asked after the folder was read: an import that begins now writes files that aren't in the list.
        if !recorded.is_empty() && place::importing(&self.store).is_none() {
            for path in recorded {
                std::fs::remove_file(path).unwrap_or_default();
            }
        }
    }
}

impl Seen {
    fn of(path: &Path) -> Option<Self> {
        let found = std::fs::metadata(path).ok()?;
        Some(Self { inode: found.ino(), changed: (found.ctime(), found.ctime_nsec()), length: found.len() })
    }
}

/// Whether a file is, to the last byte, the segment that the manifest names.
fn is_whole(path: &Path, entry: &Entry) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let (mut hasher, mut buffer, mut said) = (crc32fast::Hasher::new(), vec![0; 1 << 18], 0);
    let mut all = (&file).take(entry.length.saturating_sub(CHECKSUM as u64));
    loop {
        match all.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                hasher.update(&buffer[..read]);
                said += read;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    let mut end = Vec::new();
    let ended = file.take(CHECKSUM as u64 + 1).read_to_end(&mut end).is_ok();
    ended
        && (said + end.len()) as u64 == entry.length
        && hasher.finalize() == entry.checksum
        && end == entry.checksum.to_le_bytes()
}

/// Which start of the machine this is; `None` = the system doesn't tell, and nothing counts as read through.
fn boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    (!id.trim().is_empty()).then(|| id.trim().to_owned())
}
