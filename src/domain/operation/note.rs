//! Whom a note on an application is for (kind 15).

/// Whom a note is for. The two are different things: one never becomes the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum NoteReader {
    /// Staff alone.
    Staff = 0,
    /// The applicant.
    Applicant = 1,
}

impl NoteReader {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Staff, Self::Applicant];

    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Staff => "internal",
            Self::Applicant => "applicant",
        }
    }
}
