//! Segments that are being made: files under passing names, which go when they are dropped, until they are entered.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::folder::{Folder, Lock, Opened};
use super::manifest::{Entry, Manifest, is_name};
use super::position::Position;
use super::shelf::{Shelved, supersede};
use super::{Builder, Segment};
use crate::domain::identity::ApplicationId;
use crate::domain::operation::Uid;
use crate::domain::said::Said;
use crate::store::error::{Result, StoreError};

/// A segment that stands under its passing name. It is opened when it is looked into: of a large import there are many, and
/// what is mapped of a file counts as memory.
struct Draft {
    path: tempfile::TempPath,
    entry: Entry,
}

impl Draft {
    fn open(&self) -> Result<Segment> {
        Segment::open(&self.path).map_err(|_| StoreError::io(&self.path, io::ErrorKind::InvalidData.into()))
    }
}

/// Segments in the making, oldest first.
pub(super) struct Drafts {
    folder: Folder,
    prefix: &'static str,
    builder: Builder,
    done: Vec<Draft>,
}

impl Drafts {
    pub(super) fn new(folder: &Folder, prefix: &'static str) -> Self {
        Self { folder: folder.clone(), prefix, builder: Builder::new(), done: Vec::new() }
    }

    /// Adds what an application says; between two calls of [`Self::close`], once for each.
    pub(super) fn add(&mut self, id: ApplicationId, form: u32, said: &Said<'_>) -> Result<()> {
        self.builder.add_said(id, form, said);
        if self.builder.is_full() { self.close() } else { Ok(()) }
    }

    /// Writes what is in memory into a segment of its own.
    pub(super) fn close(&mut self) -> Result<()> {
        if self.builder.is_empty() {
            return Ok(());
        }
        let builder = &mut self.builder;
        let rows = builder.len() as u32;
        let draft = (|| -> io::Result<Draft> {
            let mut file = io::BufWriter::new(self.folder.passing(self.prefix)?);
            builder.write(&mut file)?;
            let path = file.into_inner().map_err(io::IntoInnerError::into_error)?.into_temp_path();
            let name = chance_in(&path, self.prefix).ok_or(io::ErrorKind::InvalidFilename)?;
            let segment = Segment::open(&path).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
            let (length, checksum) = (segment.size() as u64, segment.checksum());
            let entry = Entry { name, rows, length, checksum, dead: Vec::new() };
            Ok(Draft { path, entry })
        })();
        builder.clear();
        let folder = self.folder.segment("");
        self.done.push(draft.map_err(|error| StoreError::io(&folder, error))?);
        Ok(())
    }

    /// As [`Self::close`], and nothing more will be added: the memory is given back.
    pub(super) fn end(&mut self) -> Result<()> {
        let closed = self.close();
        self.builder = Builder::new();
        closed
    }

    /// Takes applications back that were added before.
    pub(super) fn take_back(&mut self, ids: &[ApplicationId]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        for draft in &mut self.done {
            let segment = draft.open()?;
            add_dead(&mut draft.entry.dead, ids.iter().filter_map(|id| segment.row_of(*id)));
        }
        self.done.retain(|draft| draft.entry.dead.len() < draft.entry.rows as usize);
        Ok(())
    }

    /// How many applications are in the closed ones.
    pub(super) fn rows(&self) -> u64 {
        self.done.iter().map(|draft| u64::from(draft.entry.rows) - draft.entry.dead.len() as u64).sum()
    }

    /// Adds the closed segments of another one, as newer ones.
    pub(super) fn append(&mut self, newer: Self) {
        self.done.extend(newer.done);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.done.is_empty()
    }

    /// Gives the segments their names and puts them into the manifest, after those of `kept`, whose rows they supersede.
    /// The answer is what the manifest says now.
    pub(super) fn enter(
        self,
        lock: &Lock,
        store: &Uid,
        kept: Vec<Shelved>,
        old: &Manifest,
        to: Position,
    ) -> Result<Manifest> {
        let mut entries: Vec<Entry> = Vec::with_capacity(kept.len() + self.done.len());
        let mut shelved = kept;
        let (mut paths, mut made) = (Vec::new(), Vec::new());
        for draft in self.done {
            let segment = Arc::new(draft.open()?);
            supersede(&mut shelved, &segment, &draft.entry.dead);
            let name = Some(draft.entry.name.clone());
            shelved.push(Shelved { segment, dead: draft.entry.dead.clone(), name });
            paths.push((draft.path, self.folder.segment(&draft.entry.name)));
            made.push(draft.entry);
        }
        for one in shelved {
            // A segment that says nothing any more is left to the sweep.
            if one.dead.len() == one.segment.len() {
                continue;
            }
            let known = old.segments.iter().chain(&made).find(|entry| one.name.as_deref() == Some(&entry.name));
            entries.extend(known.map(|entry| Entry { dead: one.dead, ..entry.clone() }));
        }
        let manifest = Manifest::new(*store, to, entries);
        let mut named = Vec::new();
        let written = paths.into_iter().try_for_each(|(passing, path)| {
            passing.persist(&path).map_err(|error| error.error)?;
            named.push(path);
            Ok(())
        });
        match written.and_then(|()| self.folder.write(lock, &manifest)) {
            Ok(()) => {
                self.folder.note_written(&manifest);
                Ok(manifest)
            }
            Err(error) => {
                for path in named {
                    std::fs::remove_file(path).unwrap_or_default();
                }
                Err(StoreError::io(&self.folder.segment(""), error))
            }
        }
    }
}

/// Adds rows to the dead ones of a segment.
pub(super) fn add_dead(dead: &mut Vec<u16>, rows: impl Iterator<Item = usize>) {
    let before = dead.len();
    dead.extend(rows.map(|row| row as u16));
    if dead.len() > before {
        dead.sort_unstable();
        dead.dedup();
    }
}

/// An opened manifest with nothing in it: where none fits, everything is still to be read.
pub(super) fn nothing(store: &Uid) -> Opened {
    Opened { stamp: 0, manifest: Manifest::new(*store, Position::default(), Vec::new()), segments: Vec::new() }
}

/// The part of a passing name that chance made.
fn chance_in(path: &Path, prefix: &str) -> Option<String> {
    let name = path.file_stem()?.to_str()?.strip_prefix(prefix)?;
    is_name(name).then(|| name.to_owned())
}
