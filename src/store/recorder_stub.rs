//! Stands where the recorder of search segments will: takes what an import brings, and keeps nothing.

use std::path::Path;

use super::Store;
use crate::domain::application::Content;
use crate::domain::identity::{ApplicationId, OperationId};

/// Builds the search segments of an import while it runs.
#[derive(Debug)]
pub(super) struct Recorder;

impl Recorder {
    /// One for the store in a folder.
    pub(super) const fn new(_dir: &Path) -> Self {
        Self
    }

    /// A content came in.
    #[allow(clippy::unused_self, reason = "it keeps nothing yet")]
    pub(super) const fn add(&mut self, _id: ApplicationId, _form: u32, _content: &Content) {}

    /// The content of an application was taken back.
    #[allow(clippy::unused_self, reason = "it keeps nothing yet")]
    pub(super) const fn take_back(&mut self, _id: ApplicationId) {}

    /// The import is published, which brought or revised so many applications: from now on its segments count.
    #[allow(clippy::unused_self, clippy::needless_pass_by_value, reason = "it keeps nothing yet")]
    pub(super) const fn enter(self, _store: &Store, _operation: OperationId, _rows: u64) {}
}
