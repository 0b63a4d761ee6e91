//! 応対記録: what was said on the phone about an application, and 折返し that somebody wants. They are only ever added; a 折返し
//! is open until another 応対記録 answers it.

use super::desk::Desk;
use super::fault::OfficeError;
use super::notes::LONGEST_NOTE;
use super::status::refuse_forbidden;
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::CallBody;
use crate::domain::people::Act;
use crate::domain::phone::{Identifier, Spoken};
use crate::store::{Store, StoredCall};

/// What can be wrong with a 応対記録.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No text, or nothing but spaces.
    #[error("nothing was said")]
    Empty,
    /// Longer than [`LONGEST_NOTE`].
    #[error("a text that is too long")]
    TooLong,
    /// A 折返し is wanted, and nobody says where or when.
    #[error("no callback is named")]
    CallbackEmpty,
    /// No 折返し of this application is open under this 応対記録.
    #[error("no open callback {0}")]
    NotOpen(OperationId),
}

impl Fault for CallError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "call.empty",
            Self::TooLong => "call.too_long",
            Self::CallbackEmpty => "call.callback_empty",
            Self::NotOpen(_) => "call.not_open",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::NotOpen(id) => vec![("call", id.to_string())],
            Self::TooLong => vec![("most", LONGEST_NOTE.to_string())],
            Self::Empty | Self::CallbackEmpty => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Empty | Self::TooLong | Self::CallbackEmpty => Outcome::Usage,
            Self::NotOpen(_) => Outcome::Failed,
        }
    }
}

/// 折返し that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Where and when, as it was said; `None` = it was erased.
    pub wanted: Option<String>,
    /// The 応対記録 that answered it; `None` = it is open.
    pub answered_by: Option<OperationId>,
}

/// A 応対記録.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The operation that wrote it.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub actor: Option<String>,
    /// By what the caller was identified; empty = not at all.
    pub identified: Vec<Identifier>,
    /// What was said; `None` = it was erased.
    pub text: Option<String>,
    /// The 折返し that is wanted.
    pub callback: Option<Callback>,
    /// The 応対記録 whose 折返し this one is.
    pub answers: Option<OperationId>,
}

impl Call {
    /// Whether its 折返し is open.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.callback.as_ref().is_some_and(|callback| callback.answered_by.is_none())
    }
}

/// What is to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallWish {
    /// By what the caller was identified.
    pub identified: Vec<Identifier>,
    /// What was said.
    pub text: String,
    /// Where and when they want to be called back.
    pub callback: Option<String>,
    /// The open 折返し that this was.
    pub answers: Option<OperationId>,
}

/// Writes a 応対記録 on an application.
///
/// # Errors
/// [`CallError`], [`OfficeError::NotPermitted`], [`OfficeError::NumberUnknown`] where it is gone, what the store says;
/// nothing is changed then.
pub fn write_call(desk: &mut Desk, id: ApplicationId, wish: &CallWish) -> Result<OperationId, OfficeError> {
    let scope = desk.scope(Act::CallWrite)?;
    let text = checked(&wish.text, CallError::Empty)?;
    let callback = wish.callback.as_deref().map(|text| checked(text, CallError::CallbackEmpty)).transpose()?;
    if desk.store.receipt_numbers(&[id])?.iter().all(Option::is_none) {
        return Err(OfficeError::NumberUnknown(id.as_u64().to_string()));
    }
    refuse_forbidden(&desk.store, Act::CallWrite, &scope, &[id])?;
    let mut identified = wish.identified.clone();
    identified.sort_unstable();
    identified.dedup();
    let body = CallBody { target: id, identified, callback: callback.is_some(), answers: wish.answers };
    let said = Spoken { text: Some(text), callback };
    let signed = desk.sign(Act::CallWrite)?;
    match (desk.store.add_call(&signed, body, &said)?, wish.answers) {
        (Some(operation), _) => Ok(operation),
        (None, answers) => Err(CallError::NotOpen(answers.unwrap_or(OperationId::from_u64(0))).into()),
    }
}

fn checked(text: &str, empty: CallError) -> Result<String, CallError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(empty);
    }
    if text.chars().count() > LONGEST_NOTE {
        return Err(CallError::TooLong);
    }
    Ok(text.to_owned())
}

/// The 応対記録 of an application, newest first.
///
/// # Errors
/// What the store says.
pub fn calls_of(store: &Store, id: ApplicationId) -> Result<Vec<Call>, OfficeError> {
    store.calls_of(id)?.into_iter().map(|call| call_of(store, call)).collect()
}

fn call_of(store: &Store, call: StoredCall) -> Result<Call, OfficeError> {
    let StoredCall { body, written, said, answered_by } = call;
    let actor = written.actor.map_or(Ok(None), |id| store.operator_code(id))?;
    Ok(Call {
        operation: written.operation,
        at_ms: written.at_ms,
        actor,
        identified: body.identified,
        text: said.text,
        callback: body.callback.then_some(Callback { wanted: said.callback, answered_by }),
        answers: body.answers,
    })
}
