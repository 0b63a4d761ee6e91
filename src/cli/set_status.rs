//! `set-status`: changes the status of everything that matches, in one operation.

use std::io::Read as _;
use std::path::Path;

use super::call::{Answer, Call};
use super::error::CliError;
use super::{flags, outcome};
use crate::domain::calendar::parse_one_day;
use crate::domain::query::Query;
use crate::domain::status::{Request, Status};
use crate::office::view::{BatchOutcome, Declared};
use crate::office::{self, Desk, Grounds, OfficeError, Target};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::SetStatus) -> Answer {
    let request = Request::parse(&flags.status).ok_or_else(|| CliError::UnknownStatus(flags.status.clone()))?;
    let asked = Asked::of(&flags.target)?;
    let mut desk = call.desk()?;
    let target = asked.read(&desk)?;
    let day = flags.on.as_deref().map(|text| parse_one_day(text, desk.today())).transpose()?;
    let declared = day.zip(flags.by).map(|(day, channel)| Declared { day: day.value, channel });
    let until = flags.until.as_deref().map(|text| parse_one_day(text, desk.today())).transpose()?;
    let (until, blocks) = (until.map(|until| until.value), &flags.blocks[..]);
    let typed = flags.reason.as_deref();
    let composed = match request {
        Request::To(Status::Returned) if !blocks.is_empty() => {
            Some(office::compose_correction(&desk, &target, (blocks, typed.unwrap_or_default()), until)?)
        }
        _ => None,
    };
    let grounds = Grounds { reason: composed.as_deref().or(typed), declared, until, blocks };
    let done = office::set_status(&mut desk, request, &target, grounds, flags.dry_run);
    let batch = match done {
        Err(OfficeError::NothingMatched) if flags.target.allow_empty => BatchOutcome::default(),
        other => other?,
    };
    outcome::tell(call, &batch)
}

/// What a command that changes was told to change, before the store is open.
pub(super) enum Asked<'f> {
    Query(&'f str),
    Numbers(&'f Path),
    All,
}

impl<'f> Asked<'f> {
    /// An empty QUERY would mean everything: from a script it is a variable that was never set.
    pub(super) fn of(flags: &'f flags::Target) -> Result<Self, CliError> {
        match (&flags.query, &flags.numbers, flags.all) {
            (_, _, true) => Ok(Self::All),
            (_, Some(file), _) => Ok(Self::Numbers(file)),
            (Some(text), _, _) if !text.trim().is_empty() => Ok(Self::Query(text)),
            _ => Err(CliError::TargetMissing),
        }
    }

    pub(super) fn read(&self, desk: &Desk) -> Result<Target, CliError> {
        match self {
            Self::All => Ok(Target::Query(Query::default())),
            Self::Query(text) => Ok(Target::Query(desk.query(text)?)),
            Self::Numbers(file) => {
                let bytes = read_bytes(file).map_err(|error| CliError::file(*file, error))?;
                let numbers = office::numbers_in(&bytes);
                numbers.map(Target::Numbers).ok_or_else(|| CliError::NumbersUnreadable((*file).to_owned()))
            }
        }
    }
}

/// The bytes of a file; `-` is stdin.
fn read_bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}
