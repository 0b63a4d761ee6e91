//! What can go wrong with a store, and what each failure means for the caller.

use std::path::{Path, PathBuf};

use crate::domain::fault::{Arguments, Fault, Outcome, Place};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store in this folder.
    #[error("no store in {}", .0.display())]
    Absent(PathBuf),
    /// There is one already.
    #[error("a store exists in {}", .0.display())]
    Exists(PathBuf),
    /// Somebody else holds it; who, as far as the system tells.
    #[error("the store is busy: {0}")]
    Busy(Holder),
    /// Its bytes, its chain or its state are wrong; the first bad place.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// A later version wrote it.
    #[error("the store has schema {found}, this program knows {known}")]
    Newer {
        /// The number in the store.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// It lies on a network file system, where WAL can't work.
    #[error("the store lies on a network file system ({0})")]
    Network(String),
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The system refuses a file.
    #[error("no permission for {}", .0.display())]
    Permission(PathBuf),
    /// Another failure of a file.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A failure of SQLite that is none of the above.
    #[error("SQLite: {0}")]
    Sqlite(rusqlite::Error),
    /// Another change came first: nothing was done.
    #[error("changed in between")]
    Changed,
    /// The operation can't be undone or redone.
    #[error("operation {0} can't be undone")]
    NotUndoable(String),
}

/// The shorthand of this room.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// An import, with the note that it left in its lock file.
    Import(String),
    /// A process, by name and number.
    Process(String),
    /// The system doesn't tell.
    Unknown,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Import(who) | Self::Process(who) => f.write_str(who),
            Self::Unknown => f.write_str("?"),
        }
    }
}

impl StoreError {
    /// Wraps a failure of a file, telling permission and a full disk apart.
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::Permission(path.to_owned())
            }
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { path: path.to_owned(), source },
        }
    }

    /// Whether another process is in the way just now.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    /// Whether the work was interrupted by [`super::Store::interrupter`].
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(Holder::Unknown),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged("sekisho.db".into()),
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                Self::Permission(PathBuf::from("sekisho.db"))
            }
            _ => Self::Sqlite(error),
        }
    }
}

impl Fault for StoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent(_) => "store.absent",
            Self::Exists(_) => "store.exists",
            Self::Busy(Holder::Import(_)) => "store.importing",
            Self::Busy(_) => "store.busy",
            Self::Damaged(_) => "store.damaged",
            Self::Newer { .. } => "store.newer",
            Self::Network(_) => "store.network",
            Self::Full => "store.full",
            Self::Permission(_) => "store.permission",
            Self::Io { .. } => "store.io",
            Self::Sqlite(_) => "store.sqlite",
            Self::Changed => "store.changed",
            Self::NotUndoable(_) => "undo.not_undoable",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Absent(path) | Self::Exists(path) | Self::Permission(path) => {
                vec![("path", path.display().to_string())]
            }
            Self::Busy(holder) => vec![("holder", holder.to_string())],
            Self::Damaged(place) => vec![("place", place.clone())],
            Self::Newer { found, known } => vec![("found", found.to_string()), ("known", known.to_string())],
            Self::Network(kind) => vec![("kind", kind.clone())],
            Self::Io { path, source } => vec![("path", path.display().to_string()), ("cause", source.to_string())],
            // The text of an SQLite error may quote a value: only its code is shown.
            Self::Sqlite(error) => {
                let code = error.sqlite_error().map_or_else(|| "?".to_owned(), |e| e.extended_code.to_string());
                vec![("cause", code)]
            }
            Self::NotUndoable(operation) => vec![("operation", operation.clone())],
            Self::Full | Self::Changed => Vec::new(),
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Absent(path) | Self::Exists(path) | Self::Permission(path) | Self::Io { path, .. } => {
                Some(Place { file: Some(path.display().to_string()), ..Place::default() })
            }
            Self::Damaged(place) => Some(Place { file: Some(place.clone()), ..Place::default() }),
            _ => None,
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Busy(_) | Self::Damaged(_) | Self::Newer { .. } | Self::Network(_) => Outcome::Store,
            _ => Outcome::Failed,
        }
    }
}
