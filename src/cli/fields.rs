//! `assign`, `due`, `tag`, `result`, `receive`, `number assign`, `correction remind`: what staff fill for themselves, of everything that matches, in one operation.

use std::path::Path;

use super::call::{Answer, Call};
use super::clerk_flags::{Assign, Counting, Due, NumberAssign, Receive, ResultFlags, Tag};
use super::correction_flags::Remind;
use super::error::CliError;
use super::list::order_of;
use super::set_status::Asked;
use super::{flags, outcome};
use crate::domain::calendar::parse_one_day;
use crate::domain::finding::parse_wish;
use crate::domain::numbering::Skip;
use crate::office::view::{BatchOutcome, Declared};
use crate::office::{self, Desk, FieldRequest, HandingOver, Numbering, NumberingError, OfficeError};

/// What takes a value off.
const NOTHING: &str = "-";

pub(super) fn assign(call: &mut Call<'_>, flags: &Assign) -> Answer {
    if let Some(from) = &flags.from {
        return hand_over(call, flags, from);
    }
    let operator = value(&flags.operator)?.map(str::to_owned);
    run(call, &flags.target, (flags.reason.as_deref(), flags.dry_run), |_| Ok(FieldRequest::Assign(operator)))
}

/// `assign CODE --from CODE [QUERY]`: all that is open goes to the successor.
fn hand_over(call: &mut Call<'_>, flags: &Assign, from: &str) -> Answer {
    let (to, from) = (value(&flags.operator)?, value(from)?);
    let (Some(to), Some(from)) = (to, from) else { return Err(CliError::ValueMissing) };
    let given = flags.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let reason = given.map_or_else(|| call.text("cli.handover.reason", &[]), str::to_owned);
    let handing = HandingOver { from, to, which: flags.target.query.as_deref(), reason: &reason };
    let mut desk = call.desk()?;
    let batch = match office::hand_over(&mut desk, &handing, flags.dry_run) {
        Err(OfficeError::NothingMatched) if flags.target.allow_empty => BatchOutcome::default(),
        other => other?,
    };
    outcome::tell(call, &batch)
}

pub(super) fn due(call: &mut Call<'_>, flags: &Due) -> Answer {
    let date = value(&flags.date)?;
    run(call, &flags.target, (flags.reason.as_deref(), flags.dry_run), |desk| {
        let day = date.map(|text| parse_one_day(text, desk.today())).transpose()?;
        Ok(FieldRequest::Due(day.map(|dated| dated.value)))
    })
}

pub(super) fn tag(call: &mut Call<'_>, flags: &Tag) -> Answer {
    let request = FieldRequest::Tag { name: flags.name.clone(), kept: !flags.remove };
    run(call, &flags.target, (None, flags.dry_run), |_| Ok(request))
}

pub(super) fn result(call: &mut Call<'_>, flags: &ResultFlags) -> Answer {
    let to = parse_wish(&flags.code).ok_or_else(|| CliError::UnknownResult(flags.code.clone()))?;
    let request = FieldRequest::Result { to, basis: flags.basis.clone() };
    run(call, &flags.target, (flags.reason.as_deref(), flags.dry_run), |_| Ok(request))
}

pub(super) fn number(call: &mut Call<'_>, flags: &NumberAssign) -> Answer {
    let numbering = numbering(&flags.pattern, &flags.order)?;
    run(call, &flags.target, (None, flags.dry_run), |_| Ok(FieldRequest::Number(numbering)))
}

pub(super) fn receive(call: &mut Call<'_>, flags: &Receive) -> Answer {
    let numbering = numbering(&flags.pattern, &flags.order)?;
    run(call, &flags.target, (None, flags.dry_run), |desk| {
        Ok(FieldRequest::Receive { on: parse_one_day(&flags.on, desk.today())?.value, numbering })
    })
}

pub(super) fn remind(call: &mut Call<'_>, flags: &Remind) -> Answer {
    run(call, &flags.target, (None, flags.dry_run), |desk| {
        let today = desk.today();
        let day = flags.on.as_deref().map_or(Ok(today), |text| parse_one_day(text, today).map(|dated| dated.value))?;
        Ok(FieldRequest::Remind(Declared { day, channel: flags.by }))
    })
}

fn numbering(pattern: &str, flags: &Counting) -> Result<Numbering, CliError> {
    let order = flags.sort.as_deref().map(order_of).transpose()?;
    let skip = flags.skip.as_deref().map(skipped).transpose()?.unwrap_or_default();
    let numbering = Numbering::by(pattern).and_then(|one| one.counting(flags.start, flags.step));
    Ok(Numbering { order, skip, ..numbering.map_err(OfficeError::from)? })
}

/// What `--skip` says: a list, or a file that holds one. A name that was mistyped is no list, so it doesn't go unseen.
fn skipped(word: &Path) -> Result<Skip, CliError> {
    if let Some(skip) = word.to_str().and_then(Skip::parse) {
        return Ok(skip);
    }
    let bytes = std::fs::read(word).map_err(|error| CliError::file(word, error))?;
    let lines = office::numbers_in(&bytes).ok_or_else(|| CliError::NumbersUnreadable(word.to_owned()))?;
    Ok(Skip::parse_lines(&lines.join("\n")).ok_or(OfficeError::from(NumberingError::BadSkip))?)
}

/// A value, or nothing at all. An empty one from a script is a variable that was never set.
pub(super) fn value(text: &str) -> Result<Option<&str>, CliError> {
    match text.trim() {
        "" => Err(CliError::ValueMissing),
        NOTHING => Ok(None),
        text => Ok(Some(text)),
    }
}

pub(super) fn run(
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
