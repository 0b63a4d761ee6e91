//! A disk that forgets: rebuilt from the journal of a shim (`journal.c`), it knows what was made durable and what only
//! stood in the memory of the operating system, and answers what a folder would hold after a power cut.
//!
//! It is stricter than file systems are: a name is durable only once its folder was synced, and of the bytes that were
//! written since a file's last sync each block of 4096 survives or not by itself, one of them by half.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a journal that can't be read has failed the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::dice::Dice;

/// What a program did to the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    Wrote { file: u64, at: usize, bytes: Vec<u8> },
    Sized { file: u64, size: usize },
    Synced { file: u64 },
    Named { file: u64, name: String },
    Renamed { from: String, to: String },
    Unlinked { name: String },
    MadeFolder { name: String },
    SyncedFolder { name: String },
}

/// Everything that was done, in order.
#[derive(Debug)]
pub struct Journal {
    acts: Vec<Act>,
}

impl Journal {
    /// Reads the shim's file; nothing was done where there is none.
    pub fn read(file: &Path) -> Self {
        let bytes = fs::read(file).unwrap_or_default();
        let mut rest = bytes.as_slice();
        let mut acts = Vec::new();
        while !rest.is_empty() {
            acts.push(act(&mut rest));
        }
        Self { acts }
    }

    /// How many acts there are.
    pub fn len(&self) -> usize {
        self.acts.len()
    }

    /// The act after which a file of this name was there first.
    pub fn named(&self, wanted: &str) -> Option<usize> {
        self.acts.iter().position(|act| matches!(act, Act::Named { name, .. } if name == wanted)).map(|at| at + 1)
    }

    /// The disk after the first `count` acts.
    pub fn disk_after(&self, count: usize) -> Disk {
        let mut disk = Disk::default();
        self.acts[..count].iter().for_each(|act| disk.take(act));
        disk
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(count);
    *rest = left;
    taken
}

fn act(rest: &mut &[u8]) -> Act {
    let short = |bytes: &[u8]| u32::from_ne_bytes(bytes.try_into().unwrap());
    let long = |bytes: &[u8]| u64::from_ne_bytes(bytes.try_into().unwrap());
    let kind = short(take(rest, 4));
    let name_length = short(take(rest, 4)) as usize;
    let file = long(take(rest, 8));
    let at = long(take(rest, 8)) as usize;
    let length = long(take(rest, 8)) as usize;
    let name = String::from_utf8(take(rest, name_length).to_vec()).unwrap();
    match kind {
        1 => Act::Wrote { file, at, bytes: take(rest, length).to_vec() },
        2 => Act::Sized { file, size: at },
        3 => Act::Synced { file },
        4 => Act::Named { file, name },
        5 => {
            let (from, to) = name.split_once('\0').unwrap();
            Act::Renamed { from: from.into(), to: to.into() }
        }
        6 => Act::Unlinked { name },
        7 => Act::MadeFolder { name },
        8 => Act::SyncedFolder { name },
        other => panic!("a record of kind {other}"),
    }
}

/// A change of a file's bytes that the disk may not have yet.
#[derive(Debug, Clone)]
enum Change {
    Bytes(usize, Vec<u8>),
    Size(usize),
}

#[derive(Debug, Clone, Default)]
struct Body {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

impl Body {
    fn with(&self, survives: &mut dyn FnMut() -> Survival) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for change in &self.pending {
            match change {
                Change::Size(size) => {
                    if survives() != Survival::No {
                        bytes.resize(*size, 0);
                    }
                }
                Change::Bytes(at, written) => {
                    for (index, block) in written.chunks(BLOCK).enumerate() {
                        let kept = match survives() {
                            Survival::Whole => block,
                            Survival::Half => &block[..block.len() / 2],
                            Survival::No => continue,
                        };
                        let from = at + index * BLOCK;
                        if bytes.len() < from + kept.len() {
                            bytes.resize(from + kept.len(), 0);
                        }
                        bytes[from..from + kept.len()].copy_from_slice(kept);
                    }
                }
            }
        }
        bytes
    }
}

const BLOCK: usize = 4096;

/// What becomes of a change that wasn't durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Survival {
    Whole,
    Half,
    No,
}

/// What a power cut leaves of what wasn't synced.
#[derive(Debug)]
pub enum Cut<'d> {
    /// Nothing.
    Forget,
    /// Some of it, as the dice fall.
    Some(&'d mut Dice),
    /// All of it: no cut, the folder as it stands.
    Keep,
}

/// A change of names.
#[derive(Debug, Clone)]
enum Naming {
    Put(String, usize),
    Moved(String, String),
    Gone(String),
    Folder(String),
}

impl Naming {
    /// The folder whose sync makes it durable; of a move, that of the new name.
    fn folder(&self) -> &str {
        match self {
            Self::Put(name, _) | Self::Moved(_, name) | Self::Gone(name) | Self::Folder(name) => parent(name),
        }
    }
}

fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Names {
    /// Which body stands under a name.
    files: BTreeMap<String, usize>,
    folders: BTreeSet<String>,
}

impl Names {
    fn take(&mut self, naming: &Naming) {
        match naming {
            Naming::Put(name, body) => drop(self.files.insert(name.clone(), *body)),
            Naming::Folder(name) => drop(self.folders.insert(name.clone())),
            Naming::Gone(name) => {
                self.files.remove(name);
                self.folders.remove(name);
            }
            Naming::Moved(from, to) => {
                if let Some(body) = self.files.remove(from) {
                    self.files.insert(to.clone(), body);
                    return;
                }
                self.folders.remove(from);
                self.folders.insert(to.clone());
                let within = |name: &str| name.strip_prefix(from.as_str()).is_some_and(|rest| rest.starts_with('/'));
                let inside: Vec<String> = self.files.keys().filter(|name| within(name)).cloned().collect();
                for name in inside {
                    let body = self.files.remove(&name).unwrap();
                    self.files.insert(format!("{to}{}", &name[from.len()..]), body);
                }
            }
        }
    }
}

/// A disk at one moment: what it has for certain, and what it may have.
#[derive(Debug, Default)]
pub struct Disk {
    bodies: Vec<Body>,
    /// The file that an inode number means now.
    present: BTreeMap<u64, usize>,
    durable: Names,
    live: Names,
    pending: Vec<Naming>,
}

impl Disk {
    fn body(&mut self, file: u64) -> &mut Body {
        let bodies = &mut self.bodies;
        let which = *self.present.entry(file).or_insert_with(|| {
            bodies.push(Body::default());
            bodies.len() - 1
        });
        &mut bodies[which]
    }

    fn name(&mut self, naming: Naming) {
        self.live.take(&naming);
        self.pending.push(naming);
    }

    fn take(&mut self, act: &Act) {
        match act {
            Act::Wrote { file, at, bytes } => self.body(*file).pending.push(Change::Bytes(*at, bytes.clone())),
            Act::Sized { file, size } => self.body(*file).pending.push(Change::Size(*size)),
            Act::Synced { file } => {
                let body = self.body(*file);
                body.durable = body.with(&mut || Survival::Whole);
                body.pending.clear();
            }
            Act::Named { file, name } => {
                self.bodies.push(Body::default());
                let body = self.bodies.len() - 1;
                self.present.insert(*file, body);
                self.name(Naming::Put(name.clone(), body));
            }
            Act::Renamed { from, to } => self.name(Naming::Moved(from.clone(), to.clone())),
            Act::Unlinked { name } => self.name(Naming::Gone(name.clone())),
            Act::MadeFolder { name } => self.name(Naming::Folder(name.clone())),
            Act::SyncedFolder { name } => {
                let (synced, left): (Vec<_>, Vec<_>) =
                    self.pending.drain(..).partition(|naming| naming.folder() == name);
                synced.iter().for_each(|naming| self.durable.take(naming));
                self.pending = left;
            }
        }
    }

    /// The names and bytes after a cut.
    pub fn after(&self, cut: &mut Cut<'_>) -> BTreeMap<String, Vec<u8>> {
        let mut names = self.durable.clone();
        match cut {
            Cut::Forget => {}
            Cut::Keep => names = self.live.clone(),
            // A journal of names is written in order: some first part of it has come to the disk.
            Cut::Some(dice) => {
                let kept = dice.below(self.pending.len() as u64 + 1) as usize;
                self.pending[..kept].iter().for_each(|naming| names.take(naming));
            }
        }
        let mut survives = || match cut {
            Cut::Forget => Survival::No,
            Cut::Keep => Survival::Whole,
            Cut::Some(dice) => match dice.below(16) {
                0 => Survival::Half,
                1..8 => Survival::Whole,
                _ => Survival::No,
            },
        };
        names.files.iter().map(|(name, body)| (name.clone(), self.bodies[*body].with(&mut survives))).collect()
    }
}

/// Writes files into a folder, which becomes the one of before the cut.
pub fn lay(files: &BTreeMap<String, Vec<u8>>, folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let private = |folder: &Path| fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    fs::create_dir_all(folder).unwrap();
    private(folder);
    for (name, bytes) in files {
        let path = folder.join(name);
        let inside = path.parent().unwrap();
        if !inside.exists() {
            fs::create_dir_all(inside).unwrap();
            private(inside);
        }
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// The files of a folder as they stand, by their names in it.
pub fn standing(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().as_os_str().as_bytes();
                found.insert(String::from_utf8(name.to_vec()).unwrap(), fs::read(&path).unwrap());
            }
        }
    }
    found
}
