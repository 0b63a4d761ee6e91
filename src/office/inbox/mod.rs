//! The inbox: the folders where downloads arrive. What lies there, what of it is new, what was taken in, and the import
//! that was left half done. Nothing here moves or changes a file but [`discard()`].

mod discard;
mod folder;
mod look;

use std::path::PathBuf;

pub use discard::{Discarded, discard};
pub use look::{Inbox, give_up_import};

use super::fault::OfficeError;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::identity::OperationId;
use crate::domain::record::Hash;

/// A fault that was told elsewhere, kept for showing it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    code: &'static str,
    arguments: Arguments,
    place: Option<Place>,
    outcome: Outcome,
}

impl From<&OfficeError> for Trouble {
    fn from(error: &OfficeError) -> Self {
        Self { code: error.code(), arguments: error.arguments(), place: error.place(), outcome: error.outcome() }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl std::error::Error for Trouble {}

impl Fault for Trouble {
    fn code(&self) -> &'static str {
        self.code
    }

    fn arguments(&self) -> Arguments {
        self.arguments.clone()
    }

    fn place(&self) -> Option<Place> {
        self.place.clone()
    }

    fn outcome(&self) -> Outcome {
        self.outcome
    }
}

/// How a file of the inbox stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// It is being written, or hasn't been read yet: the next look tells more.
    Arriving,
    /// It can be taken in.
    New {
        /// Its encoding.
        encoding: &'static str,
        /// The profile that its header picks.
        profile: String,
        /// Whether it is an export of ours.
        own_export: bool,
    },
    /// A file with the same bytes (under this name or another one) was taken in.
    Imported {
        /// The import.
        operation: OperationId,
        /// When, milliseconds since the Unix epoch.
        at_ms: i64,
    },
    /// Its import was cut off and can be continued.
    Interrupted,
    /// It can't be read, or isn't a file of a known form.
    Refused(Trouble),
}

impl FileState {
    /// The word of scripts and message keys.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::New { .. } => "new",
            Self::Imported { .. } => "imported",
            Self::Interrupted => "interrupted",
            Self::Refused(_) => "refused",
        }
    }

    /// Whether it waits to be taken in.
    #[must_use]
    pub const fn waits(&self) -> bool {
        matches!(self, Self::New { .. } | Self::Interrupted)
    }
}

/// A file of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxFile {
    /// Where it is.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// When it was written last, seconds since the Unix epoch, by the clock of its file system.
    pub modified: i64,
    /// SHA-256, once it has been read.
    pub hash: Option<Hash>,
    /// How it stands.
    pub state: FileState,
}

impl InboxFile {
    /// Its name without the folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// How a folder of the inbox stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderState {
    /// It was looked at.
    Ready,
    /// It doesn't answer: what is shown of it is what was last seen.
    Slow,
    /// It can't be read.
    Refused(Trouble),
}

impl FolderState {
    /// The word of scripts and message keys.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Slow => "slow",
            Self::Refused(_) => "refused",
        }
    }
}

/// An import that was cut off, or that runs elsewhere just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfImport {
    /// SHA-256 of its file.
    pub file: Hash,
    /// The name that its file had; may be empty.
    pub name: String,
    /// How many lines have been read.
    pub line: u64,
    /// How much of the file has been read, in percent; `None` = not known.
    pub percent: Option<u64>,
    /// Who is at it just now; `None` = nobody: it can be continued.
    pub holder: Option<String>,
    /// The same file in the inbox.
    pub found: Option<PathBuf>,
}

/// One look at the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InboxLook {
    /// The folders, as they are set.
    pub folders: Vec<(PathBuf, FolderState)>,
    /// Their files, by folder and name.
    pub files: Vec<InboxFile>,
    /// Whether files are still being read: they count as arriving until the next look.
    pub reading: bool,
    /// The import that isn't published.
    pub half: Option<HalfImport>,
    /// How many rows are set aside.
    pub set_aside: u64,
}

impl InboxLook {
    /// How many files wait; two with the same bytes count as one.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        let waiting = self.files.iter().filter(|file| file.state.waits());
        let mut hashes: Vec<_> = waiting.map(|file| file.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.len() as u64
    }

    /// The import that was cut off and waits for somebody.
    #[must_use]
    pub fn cut_off(&self) -> Option<&HalfImport> {
        self.half.as_ref().filter(|half| half.holder.is_none())
    }
}
