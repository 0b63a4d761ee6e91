//! What keeps a key from being founded, shared or used, or a sealed item from being looked at.

use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::sealing::Class;

/// An error about 封印.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// Nobody signs in here: no key would be anybody's.
    #[error("nobody signs in here")]
    Unsigned,
    /// The keys were founded before.
    #[error("the keys are there")]
    Founded,
    /// There is no key of the class yet.
    #[error("no key of {}", .0.id())]
    NotFounded(Class),
    /// The person has no passphrase, by which alone a key can be theirs.
    #[error("{0} has no passphrase")]
    NoPassphrase(String),
    /// The person holds no key of the class.
    #[error("no key of {} held", .0.id())]
    NotHeld(Class),
    /// The person was not granted 特定個人情報.
    #[error("{0} may not read specific personal information")]
    NotGranted(String),
    /// Without the last holder nobody could open anything any more.
    #[error("{0} is the last holder")]
    LastHolder(String),
    /// What was typed is no recovery key of this store.
    #[error("no recovery key")]
    WrongRecovery,
    /// The application has no such item.
    #[error("no item {0}")]
    NoItem(String),
    /// The item isn't sealed.
    #[error("{0} is not sealed")]
    NotSealed(String),
    /// The key was destroyed: nobody can ever read it again.
    #[error("{0} is lost")]
    Lost(String),
    /// A look needs a reason.
    #[error("a reason is needed")]
    ReasonRequired,
    /// Rows that were set aside are sealed themselves, and can't be written into a file.
    #[error("rows set aside are sealed")]
    RejectedSealed,
    /// Randomness or a public key that can't be sealed to: `keys.db` or the log is damaged.
    #[error("can't seal")]
    Unfit,
}

impl Fault for SealingError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unsigned => "sealing.unsigned",
            Self::Founded => "sealing.founded",
            Self::NotFounded(_) => "sealing.not_founded",
            Self::NoPassphrase(_) => "sealing.no_passphrase",
            Self::NotHeld(_) => "sealing.not_held",
            Self::NotGranted(_) => "sealing.not_granted",
            Self::LastHolder(_) => "sealing.last_holder",
            Self::WrongRecovery => "sealing.wrong_recovery",
            Self::NoItem(_) => "sealing.no_item",
            Self::NotSealed(_) => "sealing.not_sealed",
            Self::Lost(_) => "sealing.lost",
            Self::ReasonRequired => "sealing.reason_required",
            Self::RejectedSealed => "sealing.rejected",
            Self::Unfit => "sealing.unfit",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::NotFounded(class) | Self::NotHeld(class) => vec![("class", class.id().to_owned())],
            Self::NoPassphrase(name) | Self::NotGranted(name) | Self::LastHolder(name) => vec![("name", name.clone())],
            Self::NoItem(item) | Self::NotSealed(item) | Self::Lost(item) => vec![("item", item.clone())],
            _ => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::ReasonRequired => Outcome::Usage,
            Self::NotHeld(_) | Self::NotGranted(_) | Self::WrongRecovery | Self::RejectedSealed => Outcome::Refused,
            _ => Outcome::Failed,
        }
    }
}
