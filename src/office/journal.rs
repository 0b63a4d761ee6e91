//! The checks that the log and the store hold, and 証明点 to be kept outside of this machine.

use super::desk::Desk;
use super::fault::OfficeError;
use crate::domain::anchor::Anchor;
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::store::{CheckProgress, CheckReport, Proven};

/// Checks the whole store.
///
/// # Errors
/// The first bad place, as a damaged store.
pub fn check(desk: &Desk, progress: &mut dyn FnMut(CheckProgress)) -> Result<CheckReport, OfficeError> {
    Ok(desk.store.check(progress)?)
}

/// Verifies the chain of the log alone, and that each anchor is in it.
///
/// # Errors
/// The first bad place, as a damaged store; an anchor that isn't in the log is one.
pub fn verify_log(
    desk: &Desk,
    anchors: &[Anchor],
    progress: &mut dyn FnMut(CheckProgress),
) -> Result<(CheckReport, Option<Proven>), OfficeError> {
    Ok(desk.store.verify_log(anchors, progress)?)
}

/// An anchor, to be kept outside of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchored {
    /// The operation that records it; everything up to it is proven by the anchor.
    pub operation: OperationId,
    /// The anchor.
    pub anchor: Anchor,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
}

/// Makes an anchor: an operation that names the heads of all streams, and the place in the chain that it got.
///
/// # Errors
/// What the store says.
pub fn anchor_log(desk: &mut Desk) -> Result<Anchored, OfficeError> {
    let signed = desk.sign(Act::Anchor)?;
    let (operation, hash) = desk.store.anchor(&signed)?;
    Ok(Anchored { operation, anchor: Anchor::of(operation.n(), &hash), at_ms: signed.at_ms })
}
