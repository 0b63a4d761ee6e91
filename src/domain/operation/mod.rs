//! The operation: what the log records of every change. An envelope (permanent, hash-chained, no personal text) and,
//! elsewhere, its erasable payload.
//!
//! The bytes of an envelope are deterministic CBOR (RFC 8949 §4.2) with integer keys; they are hashed as received and
//! never encoded again. docs/log-format.md is the specification with test vectors. None of it can change later.

mod bases;
mod body;
mod calendar;
mod chain;
mod credential;
mod decode;
mod encode;
mod group;
mod kinds;
mod log_view;
mod people;
mod release;
mod ruling;
mod sealing;
mod strict;
mod targets;

pub use bases::FromBase;
pub use body::{
    Body, Declaration, EpochCause, ExportBody, ImportBody, ImportCounts, NoteReader, SourceWrite, StatusPair, Value,
    Write, applications_of,
};
pub use chain::{NO_PREDECESSOR, genesis, next};
pub use credential::{CredentialChange, CredentialKind, OperatorKey};
pub use decode::{BadOperation, decode};
pub use encode::encode;
pub use group::Group;
pub use kinds::{KINDS, LOG_VIEW, kind_named};
pub use log_view::{LogSide, LogView, Narrowing};
pub use people::{Days, GrantRow, Grantee, Moved, OperatorRow};
pub use strict::check_deterministic;

use super::identity::OperationId;
use super::record::Hash;

/// A random 64-bit id: of a store, a terminal or an epoch.
pub type Uid = [u8; 8];

/// A stream of operations: one terminal in one epoch. The same on every store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamUid {
    /// The terminal.
    pub terminal: Uid,
    /// The epoch: new after a restore or a clone.
    pub epoch: Uid,
}

/// The version of the envelope that this program writes.
pub const ENVELOPE_VERSION: u8 = 1;

/// One operation, decoded. Ids hold the *local* stream numbers of the store that read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The stream that it belongs to.
    pub stream: StreamUid,
    /// Its place in the stream, from 1, without gaps.
    pub seq: u32,
    /// When, milliseconds since the Unix epoch. For people only: nothing is ordered by it.
    pub at_ms: i64,
    /// The operation that gave birth to the operator; `None` = unsigned.
    pub actor: Option<OperationId>,
    /// The command that was given, e.g. `application.set_status`.
    pub command: String,
    /// What was done.
    pub body: Body,
    /// The second person: the bytes of [`crate::domain::release::Approval`].
    pub approval: Option<Vec<u8>>,
    /// The commitment to the erasable payload (reason, query text, a person's name).
    pub payload: Option<Hash>,
    /// A reader that doesn't know the kind must not project past it.
    pub critical: bool,
}
