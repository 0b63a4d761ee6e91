//! The thread beside a long import that brings what was committed out of the write-ahead log into the database. Without it
//! the import's own commits do that, and nothing else goes on meanwhile.
//!
//! It says nothing about what is durable: that is whatever was committed. Where it fails, or the system gives no thread,
//! the commits do it as they would have.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{connect, place};

/// So many bytes of the file lie between two of its turns: about twice as many of the database.
const TURN: u64 = 12 << 20;

/// The end of an import that tells how far it has committed. Dropped, it waits until the thread has ended.
#[derive(Debug, Default)]
pub(super) struct Checkpointing {
    /// How far the file was committed when the thread was told last.
    told: u64,
    /// `None` until there is something to do.
    channel: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointing {
    /// An import that continues from this byte of its file.
    pub(super) fn from(byte: u64) -> Self {
        Self { told: byte, channel: None, thread: None }
    }

    /// The import of a store in a folder has committed what it read up to a byte of the file.
    pub(super) fn committed(&mut self, dir: &Path, byte: u64) {
        if byte.saturating_sub(self.told) < TURN {
            return;
        }
        self.told = byte;
        if self.thread.is_none() {
            let (channel, turns) = sync_channel(1);
            let file = place::database(dir);
            let thread = std::thread::Builder::new().name("checkpoint".into()).spawn(move || run(&file, &turns));
            (self.channel, self.thread) = (Some(channel), thread.ok());
        }
        // One that is at work comes to these pages as well, or with the next turn.
        self.channel.as_ref().map(|channel| channel.try_send(()).is_ok());
    }
}

impl Drop for Checkpointing {
    fn drop(&mut self) {
        self.channel = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn run(file: &Path, turns: &Receiver<()>) {
    let Ok(db) = connect(file, Duration::ZERO) else { return };
    for () in turns {
        if db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::founded;

    #[test]
    fn what_was_committed_comes_into_the_database_beside_the_writer() {
        let dir = tempfile::tempdir().unwrap();
        let store = founded(dir.path());
        store.db.execute_batch("PRAGMA wal_autocheckpoint = 0; CREATE TABLE filled(x BLOB)").unwrap();
        store.db.execute("INSERT INTO filled VALUES (zeroblob(1 << 20))", []).unwrap();
        let size = || std::fs::metadata(place::database(dir.path())).unwrap().len();
        let before = size();
        let mut checkpointing = Checkpointing::from(5);
        checkpointing.committed(dir.path(), 5);
        checkpointing.committed(dir.path(), TURN);
        assert!(checkpointing.thread.is_none(), "there is too little to do");
        checkpointing.committed(dir.path(), TURN + 5);
        drop(checkpointing);
        assert!(size() >= before + (1 << 20));
        store.check(&mut |_| {}).unwrap();
    }
}
