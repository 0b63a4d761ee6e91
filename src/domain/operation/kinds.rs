//! The kinds of operations by their words: what `log --kind` asks for, and what scripts read.

use super::Body;

/// Each kind that this version knows: its number in the log, its word.
pub const KINDS: [(u64, &str); 31] = [
    (1, "epoch"),
    (2, "operator"),
    (3, "import"),
    (4, "set"),
    (5, "undo"),
    (6, "export"),
    (7, "rejected_clear"),
    (8, "view"),
    (9, "discard"),
    (10, "reflect_list"),
    (11, "transfer"),
    (12, "group"),
    (13, "grant"),
    (14, "tag"),
    (15, "note"),
    (16, "anchor"),
    (17, "request"),
    (18, "decision"),
    (19, "call"),
    (20, "calendar"),
    (22, "ruling"),
    (23, "log_view"),
    (24, "credential"),
    (25, "wrong_tries"),
    (26, "sealing_key"),
    (27, "reveal"),
    (28, "opened"),
    (29, "erase"),
    (30, "erase_done"),
    (32, "compared"),
    (33, "distinct"),
];

/// The number of a look at the log.
pub const LOG_VIEW: u64 = 23;

/// Reads the word of a kind.
#[must_use]
pub fn kind_named(word: &str) -> Option<u64> {
    KINDS.into_iter().find(|(_, known)| *known == word).map(|(number, _)| number)
}

impl Body {
    /// The word of its kind; `unknown` where a later version brought it.
    #[must_use]
    pub fn kind_word(&self) -> &'static str {
        let number = self.kind();
        KINDS.into_iter().find(|(known, _)| *known == number).map_or("unknown", |(_, word)| word)
    }
}
