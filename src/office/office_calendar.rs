//! The office's calendar (開庁日): taking in closed days, and the days on which the office works.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::fault::OfficeError;
use super::spool::open_regular;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::identity::OperationId;
use crate::domain::office_days::{OfficeCalendar, number_of};
use crate::domain::people::Act;
use crate::exchange::closed_days::{self, ClosedDaysFault};

/// What can be wrong with a list of closed days.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// It can't be read as one.
    #[error("{}: {fault}", file.display())]
    List {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        fault: ClosedDaysFault,
    },
    /// Larger than any calendar.
    #[error("{} is too large", .0.display())]
    TooLarge(PathBuf),
}

impl CalendarError {
    const fn file(&self) -> &PathBuf {
        match self {
            Self::List { file, .. } | Self::TooLarge(file) => file,
        }
    }

    const fn line(&self) -> Option<u64> {
        match self {
            Self::List { fault: ClosedDaysFault::Row(line) | ClosedDaysFault::NoDay(line), .. } => Some(*line),
            _ => None,
        }
    }
}

impl Fault for CalendarError {
    fn code(&self) -> &'static str {
        match self {
            Self::List { fault: ClosedDaysFault::NotText, .. } => "calendar.not_text",
            Self::List { fault: ClosedDaysFault::Row(_), .. } => "calendar.row",
            Self::List { fault: ClosedDaysFault::NoDay(_), .. } => "calendar.no_day",
            Self::List { fault: ClosedDaysFault::Empty, .. } => "calendar.empty",
            Self::TooLarge(_) => "calendar.too_large",
        }
    }

    fn arguments(&self) -> Arguments {
        let line = self.line().map(|line| line.to_string()).unwrap_or_default();
        vec![("file", self.file().display().to_string()), ("line", line)]
    }

    fn place(&self) -> Option<Place> {
        let file = Some(self.file().display().to_string());
        Some(Place { file, line: self.line(), column: None, field: None })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Failed
    }
}

/// How a list of closed days is to be taken in.
#[derive(Debug, Clone, Copy, Default)]
pub struct CalendarRequest {
    /// It takes the place of all that was known.
    pub replace: bool,
    /// Whether 年末年始 is closed without being named; `None` = as before.
    pub year_end: Option<bool>,
    /// Only look what would happen.
    pub dry_run: bool,
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarReport {
    /// The operation; `None` where nothing had to change.
    pub operation: Option<OperationId>,
    /// Days in the file.
    pub read: u64,
    /// Days that are new or named anew.
    pub added: u64,
    /// Days before 1970, which nobody reckons with.
    pub too_old: u64,
}

/// Takes a list of closed days in.
///
/// # Errors
/// [`CalendarError`], what the store says; nothing is changed then.
pub fn import_calendar(desk: &mut Desk, file: &Path, request: CalendarRequest) -> Result<CalendarReport, OfficeError> {
    desk.permit(Act::CalendarImport)?;
    let unreadable = |error| OfficeError::Unreadable { file: file.to_owned(), error };
    let mut bytes = Vec::new();
    open_regular(file)?.take(closed_days::LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > closed_days::LONGEST {
        return Err(CalendarError::TooLarge(file.to_owned()).into());
    }
    let list = closed_days::read(&bytes).map_err(|fault| CalendarError::List { file: file.to_owned(), fault })?;
    let days: Vec<_> = list.iter().filter_map(|one| Some((number_of(one.day)?, one.name.clone()))).collect();
    let known = desk.store.office_calendar()?;
    let year_end = request.year_end.unwrap_or_else(|| known.closes_at_year_end());
    let (read, too_old) = (list.len() as u64, (list.len() - days.len()) as u64);
    if request.dry_run {
        let added = days.iter().filter(|(day, name)| !known.says(*day, name)).count() as u64;
        return Ok(CalendarReport { operation: None, read, added, too_old });
    }
    let signed = desk.sign(Act::CalendarImport)?;
    let (operation, added) = desk.store.close_days(&signed, request.replace, year_end, &days)?;
    Ok(CalendarReport { operation, read, added, too_old })
}

/// The office's calendar.
///
/// # Errors
/// What the store says.
pub fn office_calendar(desk: &Desk) -> Result<OfficeCalendar, OfficeError> {
    Ok(desk.store.office_calendar()?)
}
