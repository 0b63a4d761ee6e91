//! What keeps a request from being made or decided.

use std::path::PathBuf;

use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::domain::release::{Decided, WhyVoid};
use crate::office::view::LeftBecause;

/// An error about 二者確認.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// Not done: it waits for a second person, under this id.
    #[error("waits for a second person: {request}")]
    Waiting {
        /// The request.
        request: OperationId,
        /// How many applications it is about.
        count: u64,
        /// What was asked for too, but can't be done, each with its reason.
        left: Vec<(String, LeftBecause)>,
    },
    /// A second person is asked for where nobody signs in.
    #[error("no two persons can be told apart")]
    Unsigned(Act),
    /// There is no such request.
    #[error("no request {0}")]
    Unknown(OperationId),
    /// It was decided already.
    #[error("request {0} is decided")]
    Decided(OperationId, Decided),
    /// One who asked is not the second person.
    #[error("request {0} is one's own")]
    Oneself(OperationId),
    /// What was read isn't what the request says.
    #[error("request {0} has another hash")]
    OtherHash(OperationId),
    /// What would be done isn't any more what was shown: the request is void.
    #[error("request {0} is void")]
    Void(OperationId, WhyVoid),
    /// Refusing needs a reason.
    #[error("a reason is needed")]
    ReasonRequired,
    /// Everything is recorded, but a file didn't get its name.
    #[error("{}: {cause}", file.display())]
    NotNamed {
        /// The file.
        file: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl Fault for ReleaseError {
    fn code(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "request.waiting",
            Self::Unsigned(_) => "request.unsigned",
            Self::Unknown(_) => "request.unknown",
            Self::Decided(..) => "request.decided",
            Self::Oneself(_) => "request.oneself",
            Self::OtherHash(_) => "request.other_hash",
            Self::Void(_, why) => match why {
                WhyVoid::TargetsChanged => "request.targets_changed",
                WhyVoid::EffectChanged => "request.effect_changed",
                WhyVoid::RequesterNotPermitted => "request.requester_not_permitted",
                WhyVoid::Erased => "request.erased",
            },
            Self::ReasonRequired => "request.reason_required",
            Self::NotNamed { .. } => "request.not_named",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Waiting { request, count, .. } => {
                vec![("request", request.to_string()), ("count", count.to_string())]
            }
            Self::Unknown(id) | Self::Oneself(id) | Self::OtherHash(id) => {
                vec![("request", id.to_string())]
            }
            Self::Void(id, _) => vec![("request", id.to_string())],
            Self::Decided(id, decided) => vec![("request", id.to_string()), ("state", decided.id().to_owned())],
            Self::Unsigned(act) => vec![("what", act.id().to_owned())],
            Self::ReasonRequired => Vec::new(),
            Self::NotNamed { file, cause } => {
                vec![("file", file.display().to_string()), ("cause", cause.to_string())]
            }
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Waiting { .. } => Outcome::Waiting,
            Self::Unsigned(_) | Self::Oneself(_) => Outcome::Refused,
            Self::ReasonRequired => Outcome::Usage,
            Self::NotNamed { .. } => Outcome::Partial,
            _ => Outcome::Failed,
        }
    }
}
