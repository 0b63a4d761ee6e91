//! The kinds of work that run off the screen's thread.

/// Something that runs off the screen's thread and can be cancelled. At most one of each kind runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Work {
    /// A search.
    Search,
    /// Working out what a batch would do.
    Plan,
    /// Carrying a batch out.
    Apply,
    /// Taking the last change back.
    Undo,
    /// Making it again.
    Redo,
    /// Writing a file.
    Export,
    /// Working out what a file would do.
    DryRun,
    /// Taking a file in.
    Import,
    /// Counting what the views show.
    Views,
    /// Looking which forms there are.
    Forms,
    /// Finding what a query marks.
    Find,
    /// Deciding about a request.
    Decide,
    /// Going through the chain of the log.
    Verify,
    /// Looking for duplicates.
    Duplicates,
}

impl Work {
    /// The word of the message key `work.ID`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Export => "export",
            Self::DryRun => "dry_run",
            Self::Import => "import",
            Self::Views => "views",
            Self::Forms => "forms",
            Self::Find => "find",
            Self::Decide => "decide",
            Self::Verify => "verify",
            Self::Duplicates => "duplicates",
        }
    }

    /// Whether it looks at the flag that asks it to stop. A change that is being written ends whole or not at all.
    #[must_use]
    pub const fn stops(self) -> bool {
        !self.writes() && !matches!(self, Self::Plan | Self::Verify)
    }

    /// Whether a person asked for it, so that its end is kept in the list of jobs; else it only looks something up.
    #[must_use]
    pub const fn is_kept(self) -> bool {
        !matches!(self, Self::Search | Self::Plan | Self::Views | Self::Forms)
    }

    /// Whether it changes the store.
    #[must_use]
    pub const fn writes(self) -> bool {
        matches!(self, Self::Apply | Self::Undo | Self::Redo | Self::Decide)
    }
}
