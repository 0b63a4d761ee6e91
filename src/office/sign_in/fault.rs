//! What keeps somebody from signing in, or a passphrase from being set.

use crate::domain::credential::{LONGEST, SHORTEST};
use crate::domain::fault::{Arguments, Fault, Outcome};

/// An error of signing in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// A passphrase is asked for, and none was given.
    #[error("a passphrase is needed")]
    Needed,
    /// The name or the passphrase is wrong: which of them isn't told.
    #[error("wrong name or passphrase")]
    Wrong,
    /// After several wrong tries the next is let pass only after so many seconds.
    #[error("wait {0} s")]
    Wait(i64),
    /// After too many wrong tries somebody else must unlock it.
    #[error("locked")]
    Locked,
    /// Somebody else has set the passphrase: it must be changed first.
    #[error("the passphrase must be changed")]
    MustChange,
    /// The log knows of a passphrase, but `keys.db` doesn't have it.
    #[error("keys.db lacks the key")]
    KeyMissing,
    /// There isn't memory enough to try a passphrase.
    #[error("not enough memory")]
    Memory,
    /// The new passphrase is too short or too long.
    #[error("length")]
    Length,
    /// The new passphrase is easily guessed.
    #[error("guessable")]
    Guessable,
    /// The new passphrase is the old one.
    #[error("the same")]
    Same,
    /// Nobody signs in here, so there is nothing to set.
    #[error("nobody signs in here")]
    Unsigned,
    /// Somebody who may decide about people can still sign in: there is nothing to recover.
    #[error("nothing to recover")]
    NothingToRecover,
}

impl Fault for SignInError {
    fn code(&self) -> &'static str {
        match self {
            Self::Needed => "sign_in.needed",
            Self::Wrong => "sign_in.wrong",
            Self::Wait(_) => "sign_in.wait",
            Self::Locked => "sign_in.locked",
            Self::MustChange => "sign_in.must_change",
            Self::KeyMissing => "sign_in.key_missing",
            Self::Memory => "sign_in.memory",
            Self::Length => "passphrase.length",
            Self::Guessable => "passphrase.guessable",
            Self::Same => "passphrase.same",
            Self::Unsigned => "passphrase.unsigned",
            Self::NothingToRecover => "passphrase.nothing_to_recover",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Wait(seconds) => vec![("seconds", seconds.to_string())],
            Self::Length => vec![("shortest", SHORTEST.to_string()), ("longest", LONGEST.to_string())],
            _ => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Length | Self::Guessable | Self::Same | Self::Unsigned => Outcome::Usage,
            Self::Memory => Outcome::Failed,
            _ => Outcome::Refused,
        }
    }
}
