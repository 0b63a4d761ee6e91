//! One folder of the inbox, looked at on a thread of its own: a share that hangs holds up that thread and nobody else.
//! A file is read once; as long as its size, time and number stay, what was found in it is known.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{FileState, Trouble};
use crate::domain::record::Hash;
use crate::exchange::encoding::Choice;
use crate::exchange::profile::Profile;
use crate::office::fault::OfficeError;
use crate::office::intake::{ImportRequest, open_rows};
use crate::office::spool::{Spool, open_regular};
use crate::office::work::Work;

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub size: u64,
    pub modified: i64,
    nanoseconds: i64,
    inode: u64,
}

/// What reading a file told.
#[derive(Debug, Clone)]
pub(super) struct Contents {
    /// `None`: its bytes can't be read.
    pub hash: Option<Hash>,
    /// `New` or `Refused`: as it stands where no import knows it.
    pub state: FileState,
}

/// A file as the folder's thread knows it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub path: PathBuf,
    pub stamp: Stamp,
    /// `None`: not read yet, or still growing.
    pub contents: Option<Contents>,
}

/// What the thread has found so far.
#[derive(Debug, Default)]
struct Round {
    /// Looks that were asked for, listed and finished.
    asked: u64,
    listed: u64,
    done: u64,
    refused: Option<Trouble>,
    files: Vec<Found>,
    /// Files under the name that a deletion gives them.
    leftovers: Vec<PathBuf>,
}

/// A folder and its thread, which ends with this value (as soon as its system answers).
#[derive(Debug)]
pub(super) struct Folder {
    pub path: PathBuf,
    shared: Arc<(Mutex<Round>, Condvar)>,
    ask: Sender<u64>,
}

/// What a folder answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// Whether the folder was listed in time.
    pub in_time: bool,
    /// Whether files in it are being read just now.
    pub reading: bool,
    pub refused: Option<Trouble>,
    pub files: Vec<Found>,
    pub leftovers: Vec<PathBuf>,
}

impl Folder {
    pub(super) fn new(path: PathBuf, profiles: &Arc<Vec<Profile>>) -> Self {
        let shared = Arc::new((Mutex::new(Round::default()), Condvar::new()));
        let (ask, asked) = channel();
        let (path_there, shared_there, profiles) = (path.clone(), Arc::clone(&shared), Arc::clone(profiles));
        thread::spawn(move || {
            let mut eyes = Eyes { path: path_there, profiles, stamps: HashMap::new(), read: HashMap::new() };
            eyes.serve(&asked, &shared_there);
        });
        Self { path, shared, ask }
    }

    /// Asks for a look and waits for it until `deadline`; a look that hasn't ended yet is not asked for twice.
    pub(super) fn look(&self, deadline: Instant) -> Answer {
        let (round, changed) = &*self.shared;
        let mut round = round.lock().unwrap_or_else(PoisonError::into_inner);
        if round.asked == round.done {
            round.asked += 1;
            // Should the thread be gone, the deadline passes and the folder counts as slow.
            self.ask.send(round.asked).unwrap_or_default();
        }
        let wanted = round.asked;
        while round.done < wanted {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            (round, _) = changed.wait_timeout(round, left).unwrap_or_else(PoisonError::into_inner);
        }
        Answer {
            in_time: round.listed == wanted,
            reading: round.listed == wanted && round.done < wanted,
            refused: round.refused.clone(),
            files: round.files.clone(),
            leftovers: round.leftovers.clone(),
        }
    }
}

/// What the thread itself keeps between two looks.
struct Eyes {
    path: PathBuf,
    profiles: Arc<Vec<Profile>>,
    /// How each file stood at the last look: one that changed since is still being written.
    stamps: HashMap<PathBuf, Stamp>,
    read: HashMap<PathBuf, (Stamp, Contents)>,
}

impl Eyes {
    fn serve(&mut self, asked: &Receiver<u64>, shared: &(Mutex<Round>, Condvar)) {
        let (round, changed) = shared;
        let lock = || round.lock().unwrap_or_else(PoisonError::into_inner);
        for number in asked {
            let (listed, refused) = match list(&self.path) {
                Ok(listed) => (listed, None),
                Err(error) => {
                    let error = OfficeError::InboxFolder { file: self.path.clone(), error };
                    (Listed::default(), Some(Trouble::from(&error)))
                }
            };
            let mut files: Vec<Found> = listed
                .files
                .into_iter()
                .map(|(path, stamp)| Found { contents: self.known(&path, stamp), path, stamp })
                .collect();
            files.sort_by(|a, b| a.path.cmp(&b.path));
            let settled: Vec<bool> =
                files.iter().map(|file| self.stamps.get(&file.path) == Some(&file.stamp)).collect();
            self.stamps = files.iter().map(|file| (file.path.clone(), file.stamp)).collect();
            self.read.retain(|path, _| self.stamps.contains_key(path));
            {
                let mut round = lock();
                (round.listed, round.refused, round.leftovers) = (number, refused, listed.leftovers);
                round.files.clone_from(&files);
            }
            // Reading may take long; what is known already has been told.
            for (at, file) in files.iter().enumerate().filter(|(at, file)| settled[*at] && file.contents.is_none()) {
                let contents = read(&file.path, &self.profiles);
                // A file that can't be read is tried again: a permission leaves no trace in its size or time.
                if contents.hash.is_some() {
                    self.read.insert(file.path.clone(), (file.stamp, contents.clone()));
                }
                lock().files[at].contents = Some(contents);
            }
            lock().done = number;
            changed.notify_all();
        }
    }

    fn known(&self, path: &Path, stamp: Stamp) -> Option<Contents> {
        self.read.get(path).filter(|(then, _)| *then == stamp).map(|(_, contents)| contents.clone())
    }
}

/// Names that browsers and copying programs give to what isn't whole yet.
const PASSING: [&str; 6] = ["part", "partial", "crdownload", "download", "tmp", "opdownload"];

#[derive(Default)]
struct Listed {
    files: Vec<(PathBuf, Stamp)>,
    leftovers: Vec<PathBuf>,
}

/// The regular files of a folder; links aren't followed, folders below it aren't entered.
fn list(folder: &Path) -> std::io::Result<Listed> {
    let mut listed = Listed::default();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if super::discard::is_leftover(&name) {
            listed.leftovers.push(path);
            continue;
        }
        let passing = |ending: &OsStr| PASSING.iter().any(|word| ending.eq_ignore_ascii_case(word));
        if name.starts_with(['.', '~']) || path.extension().is_some_and(passing) {
            continue;
        }
        // A file that vanished between the two calls is no fault of the folder.
        let Ok(metadata) = path.symlink_metadata() else { continue };
        if metadata.is_file() {
            let (modified, nanoseconds) = (metadata.mtime(), metadata.mtime_nsec());
            listed.files.push((path, Stamp { size: metadata.len(), modified, nanoseconds, inode: metadata.ino() }));
        }
    }
    Ok(listed)
}

/// Hashes a file and reads its header.
fn read(path: &Path, profiles: &[Profile]) -> Contents {
    let refused = |hash, error: &OfficeError| Contents { hash, state: FileState::Refused(Trouble::from(error)) };
    let never = AtomicBool::new(false);
    let spool = open_regular(path).and_then(|file| Spool::of(file, path, &Work::new(&never, &mut |_| {})));
    let spool = match spool {
        Ok(spool) => spool,
        Err(error) => return refused(None, &error),
    };
    let request = ImportRequest { profile: None, encoding: Choice::Auto, dry_run: true };
    match open_rows(&spool, path, profiles, &request) {
        Ok(rows) => {
            let opening = rows.opening();
            let (encoding, profile) = (opening.encoding.id(), opening.profile.name().to_owned());
            let state = FileState::New { encoding, profile, own_export: opening.profile.is_own_export() };
            Contents { hash: spool.hash().ok(), state }
        }
        Err(error) => refused(spool.hash().ok(), &error),
    }
}

/// How long a folder may take to answer before it counts as slow.
pub(super) const PATIENCE: Duration = Duration::from_millis(1500);

#[cfg(test)]
mod tests {
    use super::*;

    fn in_a_while() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[test]
    fn a_file_is_read_once_it_has_stood_still_between_two_looks() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().to_owned(), &Arc::default());
        let file = dir.path().join("list.csv");
        let read = |folder: &Folder| {
            let answer = folder.look(in_a_while());
            assert!(answer.in_time && answer.refused.is_none());
            answer.files.iter().map(|file| file.contents.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(read(&folder), Vec::<bool>::new());
        for part in ["a", "a,b", "a,b\r\n1,2\r\n"] {
            std::fs::write(&file, part).unwrap();
            assert_eq!(read(&folder), [false], "{part:?} is still growing");
        }
        assert_eq!(read(&folder), [true]);
        std::fs::write(&file, "other\r\n").unwrap();
        assert_eq!(read(&folder), [false], "another state of the file is unknown again");
    }

    #[test]
    fn a_folder_that_does_not_answer_in_time_is_told_with_what_was_seen_last() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("list.csv"), "a").unwrap();
        let folder = Folder::new(dir.path().to_owned(), &Arc::default());
        assert_eq!(folder.look(in_a_while()).files.len(), 1);
        // No time at all: its thread can't have answered.
        let late = folder.look(Instant::now());
        assert!(!late.in_time);
        assert_eq!(late.files.len(), 1);
        assert!(folder.look(in_a_while()).in_time, "the answer that came late is taken");
        std::fs::remove_dir_all(dir.path()).unwrap();
        assert!(folder.look(in_a_while()).refused.is_some());
    }
}
