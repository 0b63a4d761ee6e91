//! The one door through which a file leaves the store: written beside its place under another name, forced to the
//! disk, recorded in the log with its hash and count, and only then given its name. Whatever stops it in between,
//! nobody finds half a file, and no file leaves without its record.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::desk::Desk;
use super::fault::OfficeError;
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, ExportBody};
use crate::domain::people::Act;
use crate::domain::record::Hash;
use crate::exchange::fault::ExportError;
use crate::store::{Store, StoreError};

/// What leaves.
#[derive(Debug, Clone)]
pub(super) struct Leaving<'a> {
    /// The use case.
    pub act: Act,
    /// `csv`, `xlsx`.
    pub format: &'static str,
    /// The query: it may hold a name, so it goes into the erasable payload.
    pub text: Option<&'a str>,
}

/// What a file was filled with.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    /// How many applications or rows.
    pub count: u64,
    /// The columns.
    pub columns: Vec<String>,
}

/// What the log knows of a file that left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its operation.
    pub operation: OperationId,
    /// Where it is.
    pub path: PathBuf,
    /// Its SHA-256.
    pub hash: Hash,
    /// How many applications or rows it holds.
    pub count: u64,
}

/// Why a file could not be filled.
pub(super) trait Refused {
    /// The error, with the file that it is about.
    fn named(self, path: &Path) -> OfficeError;
}

impl Refused for ExportError {
    fn named(self, path: &Path) -> OfficeError {
        OfficeError::Export { file: path.to_owned(), error: self }
    }
}

/// Lets a file out. `write` chooses and writes what it holds, all as of one moment; a refusal of `write` leaves nothing.
pub(super) fn outgoing<E: Refused>(
    desk: &mut Desk,
    leaving: &Leaving<'_>,
    path: &Path,
    write: impl FnOnce(&mut File, &Store) -> Result<Filled, E>,
) -> Result<Receipt, OfficeError> {
    leave(desk, leaving.act, leaving.text, path, write, exported(leaving))
}

/// What stands in the log of an ordinary file.
pub(super) fn exported(leaving: &Leaving<'_>) -> impl FnOnce(Filled, Hash) -> (u64, Body) + use<> {
    let format = leaving.format.to_owned();
    |Filled { count, columns }, file| (count, Body::Export(ExportBody { count, format, columns, file }))
}

/// Lets a file out as [`outgoing`] does. `record` says how many it holds and what stands in the log of it, knowing what
/// `write` answered and the file's hash.
pub(super) fn leave<T, E: Refused>(
    desk: &mut Desk,
    act: Act,
    text: Option<&str>,
    path: &Path,
    write: impl FnOnce(&mut File, &Store) -> Result<T, E>,
    record: impl FnOnce(T, Hash) -> (u64, Body),
) -> Result<Receipt, OfficeError> {
    let fill = |desk: &mut Desk, part: &Path| {
        let mut file = File::options().read(true).write(true).open(part)?;
        let written = desk.store.at_one_moment(|store| Ok::<_, StoreError>(write(&mut file, store)))?;
        written.map_err(|error| Filling::Office(error.named(path)))
    };
    let_out(desk, (act, text), path, fill, record)
}

/// What keeps a file from being filled.
pub(super) enum Filling {
    /// The file itself.
    Write(io::Error),
    /// What it should hold.
    Office(OfficeError),
}

impl From<io::Error> for Filling {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl<E: Into<OfficeError>> From<E> for Filling {
    fn from(error: E) -> Self {
        Self::Office(error.into())
    }
}

/// Lets a file out that is filled under its passing name by `fill`; recorded under a use case, with a text that may be
/// erased.
pub(super) fn let_out<T>(
    desk: &mut Desk,
    (act, text): (Act, Option<&str>),
    path: &Path,
    fill: impl FnOnce(&mut Desk, &Path) -> Result<T, Filling>,
    record: impl FnOnce(T, Hash) -> (u64, Body),
) -> Result<Receipt, OfficeError> {
    desk.permit(act)?;
    desk.refuse_leaving()?;
    desk.refuse_output(path)?;
    refuse_inside(desk.store.dir(), path)?;
    let failed = |error: ExportError| OfficeError::Export { file: path.to_owned(), error };
    let part = Part::create(path).map_err(|error| failed(error.into()))?;
    let written = fill(desk, &part.path).map_err(|error| match error {
        Filling::Write(error) => failed(error.into()),
        Filling::Office(error) => error,
    })?;
    let mut file = part.open().map_err(|error| failed(error.into()))?;
    file.sync_all().map_err(|error| failed(error.into()))?;
    let hash = hash_of(&mut file).map_err(|error| failed(error.into()))?;
    let (count, body) = record(written, hash);
    let ready = Ready { act, text: text.map(str::to_owned), part, path: path.to_owned(), hash, count, body };
    match &mut desk.prepared {
        Some(prepared) => {
            // It is recorded in the transaction of the approval, which gives it its operation.
            prepared.push(ready);
            Ok(Receipt { operation: OperationId::from_u64(0), path: path.to_owned(), hash, count })
        }
        None => enter(desk, ready),
    }
}

/// A file that is written whole under its passing name, and what will stand in the log of it.
#[derive(Debug)]
pub(super) struct Ready {
    act: Act,
    text: Option<String>,
    part: Part,
    path: PathBuf,
    hash: Hash,
    count: u64,
    body: Body,
}

/// Records a file and gives it its name; while a request is carried out it is held back until the record is durable.
pub(super) fn enter(desk: &mut Desk, ready: Ready) -> Result<Receipt, OfficeError> {
    let Ready { act, text, part, path, hash, count, body } = ready;
    let signed = desk.sign(act)?;
    let operation = desk.store.record(&signed, body, text.as_deref())?;
    if desk.works_for_a_request() {
        desk.hold(part, path.clone());
    } else {
        part.name(&path).map_err(|error| OfficeError::Export { file: path.clone(), error: error.into() })?;
    }
    Ok(Receipt { operation, path, hash, count })
}

/// The file under its passing name; removed when it is dropped without having got its real one.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    named: bool,
}

impl Part {
    fn create(path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
        if path.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let mut part = name.to_owned();
        part.push(format!(".{}.part", std::process::id()));
        let path = path.with_file_name(part);
        OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { path, named: false })
    }

    fn open(&self) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open(&self.path)
    }

    pub(super) fn name(mut self, path: &Path) -> io::Result<()> {
        std::fs::rename(&self.path, path)?;
        self.named = true;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.named {
            // What can't be removed is a nameless leftover; the error that brought us here is the one to tell.
            std::fs::remove_file(&self.path).unwrap_or_default();
        }
    }
}

/// The SHA-256 of a file.
pub(super) fn hash_of_file(path: &Path) -> io::Result<Hash> {
    hash_of(&mut File::open(path)?)
}

fn hash_of(file: &mut File) -> io::Result<Hash> {
    file.rewind()?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().into()),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// Nothing is written among the store's own files.
fn refuse_inside(store: &Path, path: &Path) -> Result<(), OfficeError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), store.canonicalize()) {
        (Ok(folder), Ok(store)) if folder.starts_with(&store) => Err(OfficeError::InsideStore(path.to_owned())),
        _ => Ok(()),
    }
}
