//! Who is who: the number that citizens and staff know, and the compact ids that the store and the log use.

use std::fmt;

/// 整理番号: the receipt number that the source system gave. Text, kept byte for byte: it may begin with zeros.
/// Unique only together with its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptNumber(String);

impl ReceiptNumber {
    /// Takes the text as it stands; an empty one is no number.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// As [`Self::new`], of a text that nobody else needs.
    #[must_use]
    pub fn of(text: String) -> Option<Self> {
        (!text.is_empty()).then_some(Self(text))
    }

    /// One that was a number before, and was kept as text.
    pub(super) fn again(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes an id type of the shape `stream number << 32 | n`.
macro_rules! stream_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// From its two halves: the local number of the stream, and the count within it (from 1).
            #[must_use]
            pub const fn new(stream: u32, n: u32) -> Self {
                Self((stream as u64) << 32 | n as u64)
            }
            /// From the integer that the store keeps.
            #[must_use]
            pub const fn from_u64(id: u64) -> Self {
                Self(id)
            }
            /// The integer that the store keeps.
            #[must_use]
            pub const fn as_u64(self) -> u64 {
                self.0
            }
            /// The local number of the stream.
            #[must_use]
            pub const fn stream(self) -> u32 {
                (self.0 >> 32) as u32
            }
            /// The count within the stream.
            #[must_use]
            pub const fn n(self) -> u32 {
                self.0 as u32
            }
        }
    };
}

stream_id! {
    /// An application, inside: `stream number << 32 | n`, n = births in that stream.
    ApplicationId
}
stream_id! {
    /// An operation: `stream number << 32 | seq`. Also the version of a field group: the operation that last wrote it.
    OperationId
}

impl fmt::Display for OperationId {
    /// As people and scripts see it: the seq alone in the founding stream, else `stream-seq`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.stream() == 0 { write!(f, "{}", self.n()) } else { write!(f, "{}-{}", self.stream(), self.n()) }
    }
}
