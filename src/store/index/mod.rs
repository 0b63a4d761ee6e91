//! The index: what queries are answered from without asking SQLite for each application. Text is searched in the mapped
//! segments of the search cache, everything else in arrays that stay in memory.
//!
//! Nothing here is a truth: a snapshot is only used where it says exactly what the present read transaction would, and
//! where there is none, the store scans its tables (see `scan.rs`), which is slower and answers the same.

mod deadline;
mod evaluate;
#[cfg(test)]
mod fill_tests;
mod frame;
mod look;
mod marked;
#[cfg(test)]
mod of_store;
mod resident;
mod rows;
mod since;
mod snapshot;
mod sorted;
mod states;
#[cfg(test)]
mod tests;
mod words;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rusqlite::TransactionState;

use super::Store;
use super::error::Result;

pub(super) use look::Look;
pub use snapshot::Snapshot;

/// The snapshots of one process: the present one, made by whoever asks first and shared by all of its connections.
#[derive(Debug, Default)]
pub struct Index {
    present: RwLock<Option<Arc<Snapshot>>>,
    /// Held by the one that makes the next snapshot.
    turn: Mutex<()>,
    /// Whether anything was asked since somebody looked.
    asked: AtomicBool,
    origin: snapshot::Origin,
}

impl Index {
    fn present(&self) -> Option<Arc<Snapshot>> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for the thread that makes the next snapshot: going through the tables meanwhile would take longer.
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The snapshot of the present read transaction of a store; `None` where there is none.
    fn at(&self, store: &Store) -> Result<Option<Arc<Snapshot>>> {
        let heads = since::heads(store)?;
        let usable = |snapshot: Arc<Snapshot>| (snapshot.heads == heads).then_some(snapshot);
        match self.present() {
            Some(snapshot) if snapshot.heads == heads => return Ok(Some(snapshot)),
            Some(snapshot) if snapshot.is_ahead_of(&heads) => return Ok(None),
            _ => {}
        }
        let _turn = self.turn();
        let next = match self.present() {
            Some(snapshot) if snapshot.heads == heads || snapshot.is_ahead_of(&heads) => return Ok(usable(snapshot)),
            Some(snapshot) => snapshot.renewed(store, heads, self.origin)?,
            None => Snapshot::of(store, heads, self.origin, None)?,
        };
        let next = next.map(Arc::new);
        // What a transaction that writes sees may never be committed.
        let committed = store.db.transaction_state::<&str>(None)? != TransactionState::Write;
        if let Some(next) = next.as_ref().filter(|_| committed) {
            *self.present.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(next));
        }
        Ok(next)
    }
}

impl Store {
    /// Answers queries from an index from now on, where it can.
    pub fn attach(&mut self, index: Arc<Index>) {
        self.index = Some(index);
    }

    /// The snapshot of the present read transaction, if there is one.
    fn snapshot(&self) -> Result<Option<Arc<Snapshot>>> {
        match &self.index {
            Some(index) => {
                index.asked.store(true, Ordering::Relaxed);
                index.at(self)
            }
            None => Ok(None),
        }
    }

    /// The same, unless it would have to be made.
    fn snapshot_as_it_stands(&self) -> Result<Option<Arc<Snapshot>>> {
        let Some(present) = self.index.as_ref().and_then(|index| index.present()) else { return Ok(None) };
        Ok((present.heads == since::heads(self)?).then_some(present))
    }

    /// Whether the index was asked since this was last looked at.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        self.index.as_ref().is_some_and(|index| index.asked.swap(false, Ordering::Relaxed))
    }

    /// Gives the memory back that searches went through: the pages of the mapped segments. The next search brings those
    /// again that it reads.
    pub fn rest(&self) {
        let present = self.index.as_ref().and_then(|index| index.present());
        for placed in present.iter().flat_map(|snapshot| &snapshot.frame.parts) {
            placed.part.segment.rest();
        }
    }

    /// Makes the snapshot of this moment, with which every query begins.
    ///
    /// # Errors
    /// A failure of SQLite, or an interruption.
    pub fn make_ready(&self) -> Result<()> {
        self.at_one_moment(|store| store.snapshot().map(drop))
    }

    /// Makes the snapshot of this moment, or brings the present one up to it, with all that lists ask for. For a thread
    /// for which nobody waits. Tells whether there is one now.
    ///
    /// # Errors
    /// A failure of SQLite, or an interruption.
    pub fn keep_index(&self) -> Result<bool> {
        let Some(index) = &self.index else { return Ok(false) };
        self.at_one_moment(|store| {
            let Some(snapshot) = index.at(store)? else { return Ok(false) };
            sorted::by_time(&snapshot.frame);
            Ok(snapshot.states(store)?.is_some())
        })
    }
}
