//! `adopt` and `keep`: decide what is 要確認, in one operation.

use super::call::{Answer, Call};
use super::set_status::Asked;
use super::{flags, outcome};
use crate::office::view::BatchOutcome;
use crate::office::{self, Decision, OfficeError};

pub(super) fn run(call: &mut Call<'_>, decision: Decision, flags: &flags::Settle) -> Answer {
    let asked = Asked::of(&flags.target)?;
    let mut desk = call.desk()?;
    let target = asked.read(&desk)?;
    let done = office::settle(&mut desk, decision, &target, flags.reason.as_deref(), flags.dry_run);
    let batch = match done {
        Err(OfficeError::NothingMatched) if flags.target.allow_empty => BatchOutcome::default(),
        other => other?,
    };
    outcome::tell(call, &batch)
}
