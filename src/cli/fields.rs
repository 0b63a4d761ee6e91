//! `assign`, `due`, `tag`: what staff fill for themselves, of everything that matches, in one operation.

use super::call::{Answer, Call};
use super::error::CliError;
use super::set_status::Asked;
use super::{flags, outcome};
use crate::domain::calendar::parse_one_day;
use crate::office::view::BatchOutcome;
use crate::office::{self, Desk, FieldRequest, OfficeError};

/// What takes a value off.
const NOTHING: &str = "-";

pub(super) fn assign(call: &mut Call<'_>, flags: &flags::Assign) -> Answer {
    let operator = value(&flags.operator)?.map(str::to_owned);
    run(call, &flags.target, (flags.reason.as_deref(), flags.dry_run), |_| Ok(FieldRequest::Assign(operator)))
}

pub(super) fn due(call: &mut Call<'_>, flags: &flags::Due) -> Answer {
    let date = value(&flags.date)?;
    run(call, &flags.target, (flags.reason.as_deref(), flags.dry_run), |desk| {
        let day = date.map(|text| parse_one_day(text, desk.today())).transpose()?;
        Ok(FieldRequest::Due(day.map(|dated| dated.value)))
    })
}

pub(super) fn tag(call: &mut Call<'_>, flags: &flags::Tag) -> Answer {
    let request = FieldRequest::Tag { name: flags.name.clone(), kept: !flags.remove };
    run(call, &flags.target, (None, flags.dry_run), |_| Ok(request))
}

/// A value, or nothing at all. An empty one from a script is a variable that was never set.
fn value(text: &str) -> Result<Option<&str>, CliError> {
    match text.trim() {
        "" => Err(CliError::ValueMissing),
        NOTHING => Ok(None),
        text => Ok(Some(text)),
    }
}

fn run(
    call: &mut Call<'_>,
    target: &flags::Target,
    (reason, dry_run): (Option<&str>, bool),
    request: impl FnOnce(&Desk) -> Result<FieldRequest, CliError>,
) -> Answer {
    let asked = Asked::of(target)?;
    let mut desk = call.desk()?;
    let request = request(&desk)?;
    let found = asked.read(&desk)?;
    let batch = match office::set_field(&mut desk, &request, &found, reason, dry_run) {
        Err(OfficeError::NothingMatched) if target.allow_empty => BatchOutcome::default(),
        other => other?,
    };
    outcome::tell(call, &batch)
}
