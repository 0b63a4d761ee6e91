//! 突合: who should hand something in, against what was handed in. It reads two files and the store not at all.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::fault::OfficeError;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::exchange::encoding::Choice;
use crate::exchange::reconcile::{self, Incomparable, Reconciled};

/// What can be wrong with two lists.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// A list has no column of this name, or has it twice; the columns that it has.
    #[error("{} has no such column", file.display())]
    NoKey {
        /// Which file.
        file: PathBuf,
        /// What was asked for.
        key: String,
        /// The columns that there are.
        columns: Vec<String>,
    },
}

impl Fault for ReconcileError {
    fn code(&self) -> &'static str {
        "reconcile.no_key"
    }

    fn arguments(&self) -> Arguments {
        let Self::NoKey { file, key, columns } = self;
        vec![("file", file.display().to_string()), ("key", key.clone()), ("columns", columns.join(" / "))]
    }

    fn place(&self) -> Option<Place> {
        let Self::NoKey { file, .. } = self;
        Some(Place { file: Some(file.display().to_string()), line: Some(1), ..Place::default() })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Failed
    }
}

/// Opens a list.
pub(super) fn open(file: &Path) -> Result<File, OfficeError> {
    if file.is_dir() {
        return Err(OfficeError::Folder(file.to_owned()));
    }
    File::open(file).map_err(|error| OfficeError::Unreadable { file: file.to_owned(), error })
}

/// Compares two lists by a key column.
///
/// # Errors
/// [`ReconcileError`]; what is wrong with a file as a whole.
pub fn reconcile(targets: &Path, submitted: &Path, key: &str) -> Result<Reconciled, OfficeError> {
    let of = |second: bool| if second { submitted } else { targets }.to_owned();
    reconcile::reconcile(open(targets)?, open(submitted)?, key, Choice::Auto).map_err(|why| match why {
        Incomparable::File(second, error) => OfficeError::Import { file: of(second), error },
        Incomparable::NoKey(second, columns) => {
            ReconcileError::NoKey { file: of(second), key: key.to_owned(), columns }.into()
        }
    })
}
