//! The bytes of a segment, in memory or mapped from its file: the one place of the project where `unsafe` stands.
#![allow(unsafe_code, reason = "mapping a file into memory; the proof stands beside it")]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

use memmap2::{Mmap, UncheckedAdvice};

/// Bytes that don't change.
#[derive(Debug)]
pub(super) enum Bytes {
    /// In memory of our own.
    Owned(Vec<u8>),
    /// A whole file.
    Mapped(Mmap),
}

impl Bytes {
    /// Maps a file whole.
    ///
    /// # Errors
    /// It can't be opened or mapped.
    pub(super) fn map(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: a mapped file must not be changed while it is mapped, else a `&[u8]` changes under its borrower.
        // Segments are written under a passing name and renamed when they are whole; from then on this program only
        // ever maps or unlinks them, and an unlinked file keeps its bytes as long as it is mapped. They lie in the
        // store's folder, which belongs to one user of the system and is open to nobody else (0700; the files 0600), on
        // a local disk. What another program of that same user could still do to the file is what it could do to this
        // process too. The bytes are read as plain `u8`, of which every value is valid, and no offset in them is
        // followed without a check: so even changed bytes would be read as wrong results, not beyond the mapping.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self::Mapped(map))
    }

    /// Gives the pages of a mapped file back; they come again when they are read.
    pub(super) fn rest(&self) {
        if let Self::Mapped(map) = self {
            // SAFETY: of a shared mapping of a file that is only ever read, this takes the pages out of the process and
            // changes no byte: the next reading finds in the file what it found before, as it does with every page that
            // the system has taken itself.
            let given = unsafe { map.unchecked_advise(UncheckedAdvice::DontNeed) };
            // It is an advice: where it can't be followed, the pages stay.
            drop(given);
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}
