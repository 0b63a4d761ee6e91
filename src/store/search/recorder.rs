//! The importer's side: segments are made of the rows while they go in, and entered once they are published. Whatever
//! goes wrong here, the import is right without it, and the cache is brought up from the store.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::drafts::Drafts;
use super::folder::{Folder, NEW, RECORDING};
use super::ids::Ids;
use super::shelf::TAIL;
use super::upkeep::gather;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::said::Said;
use crate::store::Store;
use crate::store::error::Result;

/// How long a published import waits for whoever keeps the cache up; that one would find its rows in the store as well.
const PATIENCE: Duration = Duration::from_millis(200);

/// Takes note of what an import brings. Dropped, nothing has happened.
pub(in crate::store) struct Recorder {
    drafts: Drafts,
    taken_back: Vec<ApplicationId>,
    /// Whether everything could be noted so far.
    is_whole: bool,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").field("is_whole", &self.is_whole).finish_non_exhaustive()
    }
}

impl Recorder {
    /// A recorder for an import into the store of this folder. It writes nothing before a segment is full.
    pub fn new(store: &Path) -> Self {
        Self { drafts: Drafts::new(&Folder::of(store), RECORDING), taken_back: Vec::new(), is_whole: true }
    }

    /// Notes what an application says, newly or anew; `form` is the number of its form.
    pub fn add(&mut self, id: ApplicationId, form: u32, said: &Said<'_>) {
        if self.is_whole {
            self.is_whole = self.drafts.add(id, form, said).is_ok();
        }
    }

    /// Nothing more comes: what is in memory is written.
    pub fn close(&mut self) {
        if self.is_whole {
            self.is_whole = self.drafts.end().is_ok();
        }
    }

    /// Takes back what was noted of an application.
    pub fn take_back(&mut self, id: ApplicationId) {
        self.taken_back.push(id);
    }

    /// Enters everything into the manifest, once the import is published, while its lock is still held. `rows` = how many
    /// applications it brought or revised: a recorder that knows of more or fewer isn't believed.
    pub fn enter(mut self, store: &Store, operation: OperationId, rows: u64) {
        self.close();
        if self.is_whole && rows > 0 {
            // Whoever keeps the cache up reads it from the store.
            drop(self.try_enter(store, operation, rows));
        }
    }

    fn try_enter(&mut self, store: &Store, operation: OperationId, rows: u64) -> Result<()> {
        let folder = Folder::of(&store.dir);
        self.drafts.take_back(&self.taken_back)?;
        if self.drafts.rows() != rows {
            return Ok(());
        }
        let Some(lock) = folder.lock(PATIENCE)? else { return Ok(()) };
        let opened = store.fitting(&folder)?;
        if opened.manifest.covered.changed_since(&store.db, Some(operation))?.len() > TAIL {
            return Ok(());
        }
        // What other imports did that isn't covered. It is read now, so it stands behind what this one noted.
        let mut others = Drafts::new(&folder, NEW);
        let stop = AtomicBool::new(false);
        let since = &opened.manifest.covered;
        let Some(to) = gather(store, since, Ids::default(), Some(operation), &mut others, &stop)? else {
            return Ok(());
        };
        let mut drafts = std::mem::replace(&mut self.drafts, Drafts::new(&folder, RECORDING));
        drafts.append(others);
        drafts.enter(&lock, &store.meta.uid, opened.segments, &opened.manifest, to).map(drop)
    }
}
