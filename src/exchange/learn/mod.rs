//! Learns how to read an unknown list: from its header and its first rows to a proposal, with what is doubtful and what
//! only a person can know; from their answers to a profile that a person can read and change.
//!
//! Nothing here asks anybody: questions go out as values ([`Proposal::question`]) and answers come in
//! ([`Proposal::answer`]).

mod doubt;
mod form;
mod guess;
mod proposal;
mod sample;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use doubt::Doubt;
pub use form::ProposedForm;
pub(crate) use proposal::is_usable_source;
pub use proposal::{Answer, BadAnswer, Proposal, ProposedColumn, Question, Wishes, WordOfStatus};
pub use sample::Sample;
