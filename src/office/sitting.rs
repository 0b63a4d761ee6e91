//! Where a person stands: kept while they work, and looked through before the next sitting takes it up.

use super::desk::Desk;
use super::fault::OfficeError;
use super::session;
use crate::domain::session::Layout;
use crate::domain::sitting::Sitting;

/// Where this person's last sitting ended; `None` = nothing was kept of it.
///
/// # Errors
/// The session can't be read, or is none.
pub fn sitting(desk: &Desk) -> Result<Option<Sitting>, OfficeError> {
    Ok(session::read(desk)?.sitting().map(Sitting::safe))
}

/// Keeps where this person stands, with the layout of the same screen: of two screens the one that leaves last wins
/// whole. The power may fail right after.
///
/// # Errors
/// The file can't be read or written; it is as it was then.
pub fn keep_sitting(desk: &Desk, layout: &Layout, sitting: &Sitting) -> Result<(), OfficeError> {
    session::change(desk, true, |session| {
        let changed = session.layout() != *layout || session.sitting().as_ref() != Some(sitting);
        session.set_layout(layout);
        session.set_sitting(sitting);
        changed
    })?;
    Ok(())
}

/// Lets go of what the store no longer has; tells how many marks went with it.
///
/// # Errors
/// What the store says.
pub fn look_through(desk: &Desk, sitting: &mut Sitting) -> Result<u64, OfficeError> {
    let gone = desk.store.missing(&sitting.named())?;
    Ok(sitting.let_go(&gone))
}
