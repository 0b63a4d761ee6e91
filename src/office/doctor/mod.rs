//! `doctor`: what could keep staff from working, or a store from coming back, each with what to do about it.
//!
//! [`gather()`] looks at the machine and the store and changes neither; [`judge()`] decides what the facts
//! mean. Sentences stand in the message files: `doctor.ID.FOUND`, and `doctor.advice.ID.FOUND` for what isn't good.

mod drill;
mod erasures;
mod gather;
mod judge;
mod keys;

use crate::domain::fault::{Arguments, Fault};

pub use drill::Drilled;
pub use gather::{Asked, gather};
pub use judge::{Facts, Here, Inbox, Terminal, judge};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Good.
    Ok,
    /// Work goes on; somebody should look at it.
    Warning,
    /// Something doesn't work, or a store is in danger.
    Error,
}

impl State {
    /// The word for scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One line of the page.
#[derive(Debug)]
pub struct Finding {
    /// What was looked at.
    pub id: &'static str,
    /// How it is.
    pub state: State,
    /// What was found: the last word of its sentence's key.
    pub found: &'static str,
    /// What the sentence mentions.
    pub arguments: Arguments,
    /// The error behind it; its sentence is the argument `cause`.
    pub cause: Option<Box<dyn Fault>>,
}

impl Finding {
    fn new(id: &'static str, state: State, found: &'static str, arguments: Arguments) -> Self {
        Self { id, state, found, arguments, cause: None }
    }

    fn caused(id: &'static str, found: &'static str, cause: impl Fault + 'static) -> Self {
        Self { id, state: State::Error, found, arguments: Vec::new(), cause: Some(Box::new(cause)) }
    }

    /// The key of the sentence that says what was found.
    #[must_use]
    pub fn found_key(&self) -> String {
        format!("doctor.{}.{}", self.id, self.found)
    }

    /// The key of the sentence that says what to do; what is good needs none.
    #[must_use]
    pub fn advice_key(&self) -> Option<String> {
        (self.state != State::Ok).then(|| format!("doctor.advice.{}.{}", self.id, self.found))
    }
}
