//! Looking at the whole inbox: every folder by its own thread, and beside each file what the store knows of it.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::discard::settle_leftover;
use super::folder::{Answer, Folder, Found, PATIENCE};
use super::{FileState, FolderState, HalfImport, InboxFile, InboxLook};
use crate::domain::people::Act;
use crate::exchange::profile::Profile;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::store::{Store, Unfinished};

/// The folders of the inbox. Looked at again and again: a file that stays as it is is read only once.
#[derive(Debug)]
pub struct Inbox {
    folders: Vec<Folder>,
    /// The store's version and how many rows were set aside then: counting them may take long.
    counted: Cell<Option<(i64, u64)>>,
}

impl Inbox {
    /// The inbox of these folders; `profiles` tell which files are downloads.
    #[must_use]
    pub fn new(folders: &[PathBuf], profiles: &Arc<Vec<Profile>>) -> Self {
        Self {
            folders: folders.iter().map(|path| Folder::new(path.clone(), profiles)).collect(),
            counted: Cell::new(None),
        }
    }

    /// Whether any folder is set.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        !self.folders.is_empty()
    }

    /// Whether a file lies in one of the folders.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        let folder = |path: &Path| path.parent().and_then(|folder| folder.canonicalize().ok());
        let Some(folder) = folder(path) else { return false };
        self.folders.iter().any(|known| known.path.canonicalize().is_ok_and(|known| known == folder))
    }

    /// Looks. A folder that doesn't answer within a second and a half is told as slow, with what was last seen of it.
    ///
    /// # Errors
    /// What the store says; a folder that can't be read is no error.
    pub fn look(&self, desk: &Desk) -> Result<InboxLook, OfficeError> {
        let deadline = Instant::now() + PATIENCE;
        let answers: Vec<(&Folder, Answer)> = std::thread::scope(|scope| {
            let asked: Vec<_> =
                self.folders.iter().map(|folder| (folder, scope.spawn(move || folder.look(deadline)))).collect();
            asked.into_iter().filter_map(|(folder, answer)| Some((folder, answer.join().ok()?))).collect()
        });
        let store = desk.store();
        let unfinished = store.unfinished()?;
        let mut look = InboxLook { set_aside: self.set_aside(store)?, ..InboxLook::default() };
        for (folder, mut answer) in answers {
            let mut put_back = false;
            for leftover in answer.leftovers.iter().filter(|_| answer.in_time) {
                put_back |= settle_leftover(store, leftover)?;
            }
            if put_back {
                answer = folder.look(deadline);
            }
            for file in answer.files {
                look.files.push(judged(store, file, unfinished.as_ref())?);
            }
            look.reading |= answer.reading;
            let state = match answer.refused {
                _ if !answer.in_time => FolderState::Slow,
                Some(trouble) => FolderState::Refused(trouble),
                None => FolderState::Ready,
            };
            look.folders.push((folder.path.clone(), state));
        }
        look.half = unfinished.map(|unfinished| half(unfinished, &look.files));
        Ok(look)
    }

    /// How many rows are set aside; counted again when somebody else has changed the store.
    fn set_aside(&self, store: &Store) -> Result<u64, OfficeError> {
        let version = store.data_version()?;
        if let Some((then, count)) = self.counted.get()
            && then == version
        {
            return Ok(count);
        }
        let count = store.count_rejected()?;
        self.counted.set(Some((version, count)));
        Ok(count)
    }
}

/// Takes back the import that was cut off, so that nothing of it is left. The answer tells whether there was one.
///
/// # Errors
/// What the store says, e.g. that an import is running.
pub fn give_up_import(desk: &mut Desk) -> Result<bool, OfficeError> {
    desk.permit(Act::GiveUp)?;
    let wait = desk.wait();
    Ok(desk.store.give_up_unfinished(wait)?)
}

/// A file with what the store knows of it.
fn judged(store: &Store, file: Found, unfinished: Option<&Unfinished>) -> Result<InboxFile, OfficeError> {
    let hash = file.contents.as_ref().and_then(|contents| contents.hash);
    let imported = match &hash {
        Some(hash) => store.import_of(hash)?,
        None => None,
    };
    let cut_off = unfinished.is_some_and(|job| job.holder.is_none() && Some(job.file) == hash);
    let state = match (file.contents, imported) {
        (None, _) => FileState::Arriving,
        (Some(_), _) if cut_off => FileState::Interrupted,
        (Some(_), Some(operation)) => {
            let at_ms = store.operation(operation)?.map_or(0, |operation| operation.at_ms);
            FileState::Imported { operation, at_ms }
        }
        (Some(contents), None) => contents.state,
    };
    Ok(InboxFile { path: file.path, size: file.stamp.size, modified: file.stamp.modified, hash, state })
}

fn half(job: Unfinished, files: &[InboxFile]) -> HalfImport {
    let found = files.iter().find(|file| file.hash == Some(job.file)).map(|file| file.path.clone());
    HalfImport {
        file: job.file,
        name: job.name,
        line: job.line,
        percent: (job.byte * 100).checked_div(job.length).map(|percent| percent.min(100)),
        holder: job.holder.map(|holder| holder.to_string()),
        found,
    }
}
