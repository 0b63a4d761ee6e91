//! The SHA-256 of a large file, made on a thread of its own while the file is already being taken in.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256};

use crate::domain::record::Hash;

/// A hash that is known or will be.
#[derive(Debug)]
pub(super) struct Hashing {
    known: Cell<Option<Hash>>,
    thread: RefCell<Option<JoinHandle<io::Result<Hash>>>>,
    /// Tells the thread that nobody asks any more.
    stop: Arc<AtomicBool>,
}

impl Hashing {
    /// One that is known.
    pub(super) fn done(hash: Hash) -> Self {
        Self { known: Cell::new(Some(hash)), thread: RefCell::default(), stop: Arc::default() }
    }

    /// Begins to hash the bytes of a file from its beginning; the place where others read it isn't moved.
    pub(super) fn start(file: File) -> io::Result<Self> {
        let stop = Arc::<AtomicBool>::default();
        let asked = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("hash".into()).spawn(move || hash(&file, &asked))?;
        Ok(Self { known: Cell::default(), thread: RefCell::new(Some(thread)), stop })
    }

    /// The hash, if it is there.
    pub(super) fn now(&self) -> io::Result<Option<Hash>> {
        if self.thread.borrow().as_ref().is_some_and(JoinHandle::is_finished) {
            return self.wait().map(Some);
        }
        Ok(self.known.get())
    }

    /// The hash, as soon as it is there.
    pub(super) fn wait(&self) -> io::Result<Hash> {
        if let Some(thread) = self.thread.take() {
            let fell = |_| io::Error::other("the thread that hashes the file fell");
            self.known.set(Some(thread.join().map_err(fell)??));
        }
        self.known.get().ok_or_else(|| io::Error::other("the file was not hashed"))
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn hash(file: &File, stop: &AtomicBool) -> io::Result<Hash> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut at = 0;
    while !stop.load(Ordering::Relaxed) {
        match file.read_at(&mut buffer, at) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(read) => {
                at += read as u64;
                hasher.update(&buffer[..read]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::Interrupted.into())
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, Write as _};

    use super::*;

    #[test]
    fn the_hash_is_that_of_the_whole_file_and_nobodys_place_moves() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes = [7; 600_001];
        file.write_all(&bytes).unwrap();
        file.seek(io::SeekFrom::Start(5)).unwrap();
        let hashing = Hashing::start(file.try_clone().unwrap()).unwrap();
        let expected: Hash = Sha256::digest(bytes).into();
        assert_eq!(hashing.wait().unwrap(), expected);
        assert_eq!(hashing.now().unwrap(), Some(expected));
        assert_eq!(file.stream_position().unwrap(), 5);
        // One that nobody waits for ends by itself.
        drop(Hashing::start(file).unwrap());
    }
}
