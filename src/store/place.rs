//! Where a store stands: its folder, its lock files, the file system below it, and who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{Holder, Result, StoreError};

/// The database file.
#[must_use]
pub fn database(dir: &Path) -> PathBuf {
    dir.join("sekisho.db")
}

/// Makes the folder, for its owner only.
pub(super) fn make_folder(dir: &Path) -> Result<()> {
    match std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir) {
        Ok(()) => Ok(()),
        Err(error) => Err(StoreError::io(dir, error)),
    }
}

/// Opens (or makes) a file that only its owner may read.
pub(super) fn private_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|error| StoreError::io(path, error))
}

/// Holds `store.lock` shared for the life of a process.
pub(super) fn share(dir: &Path, wait: Duration) -> Result<File> {
    let path = dir.join("store.lock");
    let file = private_file(&path)?;
    acquire(&path, wait, || file.try_lock_shared())?;
    Ok(file)
}

/// Takes `store.lock` alone: for migration and restore.
pub(super) fn alone(dir: &Path, wait: Duration) -> Result<File> {
    let path = dir.join("store.lock");
    let file = private_file(&path)?;
    acquire(&path, wait, || file.try_lock())?;
    Ok(file)
}

/// Takes `import.lock` and leaves a note in it that tells others who imports.
pub(super) fn importer(dir: &Path, wait: Duration) -> Result<File> {
    let path = dir.join("import.lock");
    let mut file = private_file(&path)?;
    acquire(&path, wait, || file.try_lock())?;
    let note = own_note();
    let noted = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{note}"));
    noted.map_err(|error| StoreError::io(&path, error))?;
    Ok(file)
}

/// Takes `search.lock`: for who changes what the search cache holds.
pub(super) fn searcher(dir: &Path, wait: Duration) -> Result<File> {
    let path = dir.join("search.lock");
    let file = private_file(&path)?;
    acquire(&path, wait, || file.try_lock())?;
    Ok(file)
}

/// What an import of this process leaves in its lock file.
fn own_note() -> String {
    format!("sekisho import (PID {})", std::process::id())
}

/// Tries a lock until it is had or the wait is over. Lock attempts are a system call each: 20 ms apart is no load.
fn acquire(
    path: &Path,
    wait: Duration,
    mut attempt: impl FnMut() -> std::result::Result<(), TryLockError>,
) -> Result<()> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match attempt() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if waited < wait => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy(noted(path))),
            Err(TryLockError::Error(error)) => return Err(StoreError::io(path, error)),
        }
    }
}

/// Who holds a lock file: the note in it, else the process that the system names.
fn noted(path: &Path) -> Holder {
    let mut note = String::new();
    if path.ends_with("import.lock")
        && let Ok(mut file) = File::open(path)
        && file.read_to_string(&mut note).is_ok()
        && !note.trim().is_empty()
    {
        return Holder::Import(note.trim().to_owned());
    }
    locked_by(path, &["WRITE", "READ"]).map_or(Holder::Unknown, Holder::Process)
}

/// Who imports just now; `None` = nobody.
pub(super) fn importing(dir: &Path) -> Option<Holder> {
    let path = dir.join("import.lock");
    let file = File::open(&path).ok()?;
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then(|| noted(&path))
}

/// Who keeps the database from being written: an import that is under way, else the process that holds SQLite's lock.
pub(super) fn writer(dir: &Path) -> Holder {
    match importing(dir) {
        // Our own import waits for somebody else.
        Some(Holder::Import(note)) if note == own_note() => {}
        Some(holder) => return holder,
        None => {}
    }
    let shm = dir.join("sekisho.db-shm");
    locked_by(&shm, &["WRITE"])
        .or_else(|| locked_by(&database(dir), &["WRITE"]))
        .map_or(Holder::Unknown, Holder::Process)
}

/// Whether another process has the store open, as far as the system tells.
pub(super) fn is_shared(dir: &Path) -> bool {
    locked_by(&dir.join("store.lock"), &["READ", "WRITE"]).is_some()
}

/// The process that holds a lock of one of these kinds on a file, by Linux's list of locks.
fn locked_by(path: &Path, kinds: &[&str]) -> Option<String> {
    let inode = std::fs::metadata(path).ok()?.ino().to_string();
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let own = std::process::id().to_string();
    let pid = locks.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|word| kinds.contains(word))?;
        let (pid, file) = (words.get(at + 1)?, words.get(at + 2)?);
        (file.rsplit(':').next() == Some(inode.as_str()) && *pid != own).then(|| (*pid).to_owned())
    })?;
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Some(format!("{} (PID {pid})", name.trim()))
}

/// Refuses a folder on a network file system: SQLite's WAL needs memory that all its processes share.
pub(super) fn refuse_network(dir: &Path) -> Result<()> {
    let Ok(mounts) = std::fs::read_to_string("/proc/self/mountinfo") else { return Ok(()) };
    let dir = dir.canonicalize().map_err(|error| StoreError::io(dir, error))?;
    match mount_of(&mounts, &dir).filter(Mount::is_network) {
        Some(mount) => Err(StoreError::Network(mount.kind)),
        None => Ok(()),
    }
}

/// The kind of file system that a folder lies on, and whether it is a network's; `None` where the system doesn't tell.
#[must_use]
pub fn file_system(dir: &Path) -> Option<(String, bool)> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let mount = mount_of(&mounts, &dir.canonicalize().ok()?)?;
    let network = mount.is_network();
    Some((mount.kind, network))
}

/// What a path lies on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mount {
    /// The kind of file system.
    pub kind: String,
    /// What is mounted: a device, a share.
    pub source: String,
}

impl Mount {
    /// Whether it is another machine's.
    pub(super) fn is_network(&self) -> bool {
        is_network(&self.kind)
    }
}

/// What a path lies on, by the text of `/proc/self/mountinfo`: the longest mount point wins, of equal ones the last.
pub(super) fn mount_of(mountinfo: &str, path: &Path) -> Option<Mount> {
    let mut best: Option<(usize, Mount)> = None;
    for line in mountinfo.lines() {
        let Some((mount, rest)) = line.split_once(" - ") else { continue };
        let mut rest = rest.split(' ');
        let (Some(point), Some(kind)) = (mount.split(' ').nth(4), rest.next()) else { continue };
        let source = rest.next().unwrap_or_default();
        let point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
        if path.starts_with(&point) && best.as_ref().is_none_or(|(length, _)| point.len() >= *length) {
            best = Some((point.len(), Mount { kind: kind.to_owned(), source: source.to_owned() }));
        }
    }
    best.map(|(_, mount)| mount)
}

fn is_network(kind: &str) -> bool {
    const NETWORK: [&str; 14] = [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "fuse.sshfs",
        "fuse.glusterfs",
        "fuse.smbnetfs",
        "fuse.davfs2",
    ];
    NETWORK.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 22 0:35 / /srv/share rw,relatime shared:20 - cifs //files/share rw,vers=3.0
41 22 0:36 / /srv/share/local\\040disk rw shared:21 - xfs /dev/vdb rw
42 22 0:37 / /home/staff rw - nfs4 files:/home rw
";

    #[test]
    fn the_file_system_below_a_folder_is_told_by_its_mount() {
        let kind = |path: &str| mount_of(MOUNTS, Path::new(path)).unwrap().kind;
        assert_eq!(kind("/var/lib/sekisho"), "ext4");
        assert_eq!(kind("/srv/share/store"), "cifs");
        assert_eq!(kind("/srv/shared"), "ext4", "a longer name is another folder");
        assert_eq!(kind("/srv/share/local disk/store"), "xfs");
        assert!(is_network(&kind("/home/staff/store")) && is_network("cifs") && is_network("fuse.sshfs"));
        assert!(!is_network("ext4") && !is_network("xfs") && !is_network("tmpfs") && !is_network("overlay"));
    }

    #[test]
    fn a_held_lock_names_its_holder() {
        let dir = tempfile::tempdir().unwrap();
        let held = importer(dir.path(), Duration::ZERO).unwrap();
        let Err(StoreError::Busy(Holder::Import(who))) = importer(dir.path(), Duration::ZERO) else { panic!() };
        assert!(who.contains(&std::process::id().to_string()));
        drop(held);
        assert!(importer(dir.path(), Duration::ZERO).is_ok());
    }
}
