//! Timers of the screen.

use crate::domain::identity::ApplicationId;

/// What a timer was set for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// The cursor may have come to rest on this application.
    Rest(ApplicationId),
    /// It is time to keep where one stands.
    Keep,
    /// Leaving has waited long enough.
    Leave,
    /// The next key of a sequence may be waited for: number of the beginning.
    NextKey(u64),
    /// A sealed value has stood long enough: its number.
    Conceal(u64),
}
