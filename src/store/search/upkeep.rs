//! Keeping the cache up: whoever has `search.lock` reads from the store what the segments lack, joins small ones, and
//! removes files that nobody needs. Everything that is read anew goes through one way, [`gather`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::MOST_ROWS;
use super::drafts::{Drafts, nothing};
use super::folder::{Folder, Lock, NEW, Opened};
use super::ids::Ids;
use super::position::Position;
use super::shelf::Shelved;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::store::Store;
use crate::store::error::{Holder, Result, StoreError};

/// Rows of one read transaction: some hundredths of a second. Tests have few rows, and parts all the same.
const PART: u64 = if cfg!(test) { 5 } else { 4096 };
/// Below a quarter of what it can hold, a segment is small.
const SMALL: usize = MOST_ROWS / 4;
/// So many small ones are left alone.
const SMALL_ONES: usize = 16;

/// What [`Store::keep_up_search`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Nothing: another process is at it.
    Busy,
    /// Nothing: everything is in the segments.
    Current,
    /// It was stopped before its end; nothing changed.
    Stopped,
    /// So many applications were read into segments.
    Read(u64),
}

/// How the search cache of a store stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchState {
    /// Everything is in it.
    Covered,
    /// So many applications aren't in it yet.
    Behind(u64),
    /// There is none, and so many applications should be in it.
    Missing(u64),
    /// There is one that can't be used, and so many applications should be in it.
    Damaged(u64),
}

impl Store {
    /// Brings the search cache up to what the store says, unless another process is at it. `stop` ends it between two
    /// short reads.
    ///
    /// # Errors
    /// What the disk or SQLite says; the cache is what it was then.
    pub fn keep_up_search(&self, stop: &AtomicBool) -> Result<Kept> {
        if !self.db.is_autocommit() {
            return Ok(Kept::Busy);
        }
        let folder = Folder::of(&self.dir);
        folder.make()?;
        let Some(lock) = folder.lock(Duration::ZERO)? else { return Ok(Kept::Busy) };
        let opened = self.fitting(&folder)?;
        let (kept, again) = split(&opened.segments, &is_small, SMALL_ONES);
        self.renew(&folder, &lock, &opened, (kept, again), stop)
    }

    /// Takes applications out of the search cache at once: the segments that hold them are made anew, and their files
    /// removed. For erasure, which has removed them from the tables before.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if another process keeps the cache up for longer than a writer waits; what the disk says.
    pub fn forget_in_search(&self, ids: &[ApplicationId]) -> Result<()> {
        let folder = Folder::of(&self.dir);
        folder.make()?;
        let Some(lock) = folder.lock(self.wait)? else { return Err(StoreError::Busy(Holder::Unknown)) };
        let opened = self.fitting(&folder)?;
        let holds = |shelved: &Shelved| ids.iter().any(|id| shelved.segment.row_of(*id).is_some());
        let (kept, again) = split(&opened.segments, &holds, 0);
        let going = opened.segments.iter().filter(|shelved| holds(shelved));
        let going: Vec<_> =
            going.filter_map(|shelved| shelved.name.as_deref().map(|name| folder.segment(name))).collect();
        if !opened.segments.is_empty() && going.is_empty() {
            folder.sweep(&lock, Some(&opened.manifest));
            return Ok(());
        }
        // The old files go first: should the new ones fail, they are made by whoever comes next.
        folder.forget(&lock).map_err(|error| StoreError::io(&folder.segment(""), error))?;
        if opened.segments.is_empty() {
            folder.sweep(&lock, None);
            return Ok(());
        }
        for path in going {
            std::fs::remove_file(&path).map_err(|error| StoreError::io(&path, error))?;
        }
        self.renew(&folder, &lock, &opened, (kept, again), &AtomicBool::new(false)).map(drop)
    }

    /// How the search cache stands.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn search_state(&self) -> Result<SearchState> {
        let folder = Folder::of(&self.dir);
        let opened = folder.open(&self.meta.uid, &[]);
        let is_there = folder.has_manifest();
        self.at_one_moment(|store| {
            let missing = |position: &Position| Ok::<_, StoreError>(position.changed_since(&store.db, None)?.len());
            if let Some(opened) = opened
                && opened.manifest.covered.is_in(&store.db)?
            {
                let rows = missing(&opened.manifest.covered)?;
                return Ok(if rows == 0 { SearchState::Covered } else { SearchState::Behind(rows) });
            }
            let rows = missing(&Position::default())?;
            Ok(match (is_there, rows) {
                (false, 0) => SearchState::Covered,
                (false, rows) => SearchState::Missing(rows),
                (true, rows) => SearchState::Damaged(rows),
            })
        })
    }

    /// The segments that fit this store; none where the manifest doesn't.
    pub(super) fn fitting(&self, folder: &Folder) -> Result<Opened> {
        let opened = folder.open(&self.meta.uid, &[]);
        Ok(match opened {
            Some(opened) if opened.manifest.covered.is_in(&self.db)? => opened,
            _ => nothing(&self.meta.uid),
        })
    }

    /// Reads what isn't covered, and `again`, into new segments beside those that are kept.
    fn renew(
        &self,
        folder: &Folder,
        lock: &Lock,
        opened: &Opened,
        (kept, again): (Vec<Shelved>, Ids),
        stop: &AtomicBool,
    ) -> Result<Kept> {
        let is_whole = kept.len() == opened.segments.len();
        let mut drafts = Drafts::new(folder, NEW);
        let Some(to) = gather(self, &opened.manifest.covered, again, None, &mut drafts, stop)? else {
            return Ok(Kept::Stopped);
        };
        let rows = drafts.rows();
        if drafts.is_empty() && is_whole && folder.has_manifest() == (opened.stamp != 0) {
            folder.sweep(lock, Some(&opened.manifest));
            return Ok(Kept::Current);
        }
        let manifest = drafts.enter(lock, &self.meta.uid, kept, &opened.manifest, to)?;
        folder.sweep(lock, Some(&manifest));
        Ok(Kept::Read(rows))
    }
}

/// Reads what changed since a position, and `again`, into new segments. The answer is the position that they are exact
/// at: not a row of them is older, and none is newer. `None` = stopped.
///
/// Most is read part by part, while others go on writing; what they changed meanwhile is read again afterwards. The last,
/// small part is read in the very transaction whose position is the answer.
pub(super) fn gather(
    store: &Store,
    since: &Position,
    again: Ids,
    but: Option<OperationId>,
    drafts: &mut Drafts,
    stop: &AtomicBool,
) -> Result<Option<Position>> {
    let (mut since, mut again) = (since.clone(), again);
    loop {
        let (now, far) = store.at_one_moment(|store| {
            let now = Position::now(&store.db)?;
            let ids = since.changed_since(&store.db, but)?.with(std::mem::take(&mut again));
            if ids.len() > PART {
                return Ok::<_, StoreError>((now, Some(ids)));
            }
            store.visit_contents(&ids, &mut |id, form, content| drafts.add(id, form, &content.said()))?;
            Ok((now, None))
        })?;
        let Some(ids) = far else {
            drafts.close()?;
            return Ok(Some(now));
        };
        for part in ids.parts(PART) {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            store.at_one_moment(|store| {
                store.visit_contents(&part, &mut |id, form, content| drafts.add(id, form, &content.said()))
            })?;
        }
        // What is read again stands in newer segments.
        drafts.close()?;
        since = now;
    }
}

fn is_small(shelved: &Shelved) -> bool {
    let live = shelved.segment.len() - shelved.dead.len();
    live < SMALL || live < shelved.segment.len() / 2
}

/// The segments that are kept, and what the others say; these are left alone where there are no more than `most`.
fn split(segments: &[Shelved], goes: &dyn Fn(&Shelved) -> bool, most: usize) -> (Vec<Shelved>, Ids) {
    let (going, kept): (Vec<&Shelved>, Vec<&Shelved>) = segments.iter().partition(|shelved| goes(shelved));
    if going.len() <= most {
        return (segments.to_vec(), Ids::default());
    }
    let live = going.iter().flat_map(|shelved| {
        let rows = (0..shelved.segment.len()).filter(|row| shelved.dead.binary_search(&(*row as u16)).is_err());
        rows.map(|row| shelved.segment.id(row))
    });
    (kept.into_iter().cloned().collect(), Ids::of(live))
}
