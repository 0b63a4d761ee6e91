//! What can go wrong with a store, and what each failure means for the caller.

use std::path::{Path, PathBuf};

use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, iso};
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
    /// The file is no backup of a store.
    #[error("{} is no backup", .0.display())]
    NotABackup(PathBuf),
    /// A backup that can't be restored.
    #[error("{}: {cause}", file.display())]
    BadBackup {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        cause: Box<StoreError>,
    },
    /// Another store stands where the backup should go.
    #[error("another store stands there ({})", .0.terminal)]
    OtherStore(Box<super::Identity>),
    /// Stopped by who asked for it.
    #[error("interrupted")]
    Interrupted,
    /// What the operation gave has left the building since, by this export.
    #[error("what was given went out by operation {0}")]
    GoneOut(String),
    /// A 起案 is closed (or has been taken back), so it can't be taken back (or brought again).
    #[error("ruling {0} is closed")]
    RulingClosed(String),
    /// An import was cut off: what it read may hold what is to be erased.
    #[error("an import is unfinished")]
    UnfinishedImport,
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

    /// What is wrong with a backup: its own damage or version, or else a failure of the machine.
    #[must_use]
    pub fn bad_backup(file: &Path, error: Self) -> Self {
        match error {
            Self::Absent(_) => Self::NotABackup(file.to_owned()),
            Self::Damaged(_) | Self::Newer { .. } => Self::BadBackup { file: file.to_owned(), cause: Box::new(error) },
            // What a sound store never makes SQLite say.
            Self::Sqlite(ref inner) if !error.is_interrupted() => {
                let code = inner.sqlite_error().map_or(0, |error| error.extended_code);
                Self::BadBackup { file: file.to_owned(), cause: Box::new(Self::Damaged(format!("SQLite {code}"))) }
            }
            other => other,
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
        matches!(self, Self::Interrupted)
            || matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted))
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
            Self::NotABackup(_) => "backup.not_a_backup",
            Self::BadBackup { cause, .. } if matches!(**cause, Self::Newer { .. }) => "backup.newer",
            Self::BadBackup { .. } => "backup.damaged",
            Self::OtherStore(_) => "restore.other_store",
            Self::Interrupted => "work.interrupted",
            Self::GoneOut(_) => "undo.gone_out",
            Self::RulingClosed(_) => "undo.ruling_closed",
            Self::UnfinishedImport => "store.unfinished_import",
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
            Self::NotUndoable(operation) | Self::GoneOut(operation) | Self::RulingClosed(operation) => {
                vec![("operation", operation.clone())]
            }
            Self::NotABackup(file) => vec![("file", file.display().to_string())],
            Self::BadBackup { file, cause } => {
                let mut arguments = cause.arguments();
                arguments.push(("file", file.display().to_string()));
                arguments
            }
            Self::OtherStore(other) => {
                let seconds = other.founded_ms.div_euclid(1000);
                let founded = iso(&Instant { seconds, offset_minutes: JAPAN });
                vec![
                    ("terminal", other.terminal.clone()),
                    ("segment", other.segment.id().to_owned()),
                    ("founded", founded),
                ]
            }
            Self::Full | Self::Changed | Self::Interrupted | Self::UnfinishedImport => Vec::new(),
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Absent(path) | Self::Exists(path) | Self::Permission(path) | Self::Io { path, .. } => {
                Some(Place { file: Some(path.display().to_string()), ..Place::default() })
            }
            Self::NotABackup(file) | Self::BadBackup { file, .. } => {
                Some(Place { file: Some(file.display().to_string()), ..Place::default() })
            }
            Self::Damaged(place) => Some(Place { file: Some(place.clone()), ..Place::default() }),
            _ => None,
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Busy(_) | Self::Damaged(_) | Self::Newer { .. } | Self::Network(_) | Self::BadBackup { .. } => {
                Outcome::Store
            }
            Self::Interrupted => Outcome::Partial,
            _ => Outcome::Failed,
        }
    }
}
