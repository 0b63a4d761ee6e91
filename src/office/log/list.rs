//! Listing the log: whole for the command line, part by part for the screen.

use super::item::{each, item};
use super::{LogFilter, LogItem};
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, LOG_VIEW, LogSide, LogView};
use crate::domain::people::Act;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;

/// What of the log was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// How many lines.
    pub shown: u64,
    /// How many looks at the log itself would have been among them.
    pub hidden: u64,
}

/// Operations that are wanted, as of one moment.
pub(super) struct Found {
    pub ids: Vec<OperationId>,
    pub hidden: u64,
}

/// Finds what is wanted, newest first.
pub(super) fn find(desk: &Desk, filter: &LogFilter) -> Result<Found, OfficeError> {
    let with_views = filter.with_log_views();
    desk.store.at_one_moment(|store| {
        let sieve = filter.sieve(desk, false)?;
        let mut found = Found { ids: Vec::new(), hidden: 0 };
        store.sift(&sieve, None, &mut |one| {
            if one.passes && one.kind == LOG_VIEW && !with_views {
                found.hidden += 1;
            } else if one.passes {
                found.ids.push(one.id);
            }
            filter.limit.is_none_or(|limit| (found.ids.len() as u64) < limit)
        })?;
        if filter.limit == Some(0) {
            found.ids.clear();
        }
        Ok(found)
    })
}

/// Records that the log is looked at; what is found is shown after that. `count` is `None` where lines are read on as the
/// person goes on.
///
/// # Errors
/// [`OfficeError::NotPermitted`]; what the store says. Nothing may be shown then.
pub fn look_at_log(
    desk: &mut Desk,
    side: LogSide,
    filter: &LogFilter,
    (count, texts): (Option<u64>, bool),
) -> Result<OperationId, OfficeError> {
    let signed = desk.sign(Act::LogView)?;
    let line = filter.line();
    let text = Some(line.as_str()).filter(|line| !line.is_empty());
    let body = Body::LogView(LogView { side, narrowed: filter.narrowed(), count, texts });
    Ok(desk.store.record(&signed, body, text)?)
}

/// Shows the log, newest first, once it is recorded that somebody looks at it. `texts` says whether reasons, queries and
/// names are shown with the lines.
///
/// # Errors
/// What is wrong with the question; [`OfficeError::NotPermitted`]; what the store says: nothing was shown then.
pub fn log(
    desk: &mut Desk,
    filter: &LogFilter,
    texts: bool,
    show: &mut dyn FnMut(LogItem),
) -> Result<Told, OfficeError> {
    desk.permit(Act::LogView)?;
    let Found { ids, hidden } = find(desk, filter)?;
    let shown = ids.len() as u64;
    look_at_log(desk, LogSide::Operations, filter, (Some(shown), texts))?;
    each(&desk.store, &ids, &mut |line| {
        show(item(&desk.store, line)?);
        Ok::<_, OfficeError>(())
    })?;
    Ok(Told { shown, hidden })
}

/// At most so many operations are looked through for one part: what nobody waits for longer than for a key.
const LOOKED_THROUGH: u64 = 20_000;

/// A part of the log for the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPart {
    /// What was found, newest first.
    pub items: Vec<LogItem>,
    /// Where the next part begins; `None` = the log is at its beginning.
    pub next: Option<OperationId>,
    /// How many looks at the log were left out.
    pub hidden: u64,
}

/// Reads on in a log that [`look_at_log`] has recorded a look at: at most `most` lines from `below` on, and no more of the
/// log than one look through.
///
/// # Errors
/// What is wrong with the question; what the store says.
pub fn log_part(
    desk: &Desk,
    filter: &LogFilter,
    below: Option<OperationId>,
    most: usize,
) -> Result<LogPart, OfficeError> {
    desk.permit(Act::LogView)?;
    let with_views = filter.with_log_views();
    desk.store.at_one_moment(|store| {
        let sieve = filter.sieve(desk, false)?;
        let (mut part, mut ids, mut looked) = (LogPart::default(), Vec::new(), 0);
        store.sift(&sieve, below, &mut |one| {
            looked += 1;
            if one.passes && one.kind == LOG_VIEW && !with_views {
                part.hidden += 1;
            } else if one.passes {
                ids.push(one.id);
            }
            let full = ids.len() >= most || looked >= LOOKED_THROUGH;
            part.next = full.then_some(one.id);
            !full
        })?;
        each(store, &ids, &mut |line| {
            part.items.push(item(store, line)?);
            Ok::<_, OfficeError>(())
        })?;
        Ok(part)
    })
}

/// What is known of the chain without going through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogStanding {
    /// How many operations the log holds.
    pub operations: u64,
    /// The newest 証明点, and how many operations came after it.
    pub anchor: Option<(OperationId, u64)>,
}

/// How the log stands.
///
/// # Errors
/// What the store says.
pub fn log_standing(desk: &Desk) -> Result<LogStanding, OfficeError> {
    desk.store
        .at_one_moment(|store| Ok(LogStanding { operations: store.operations()?, anchor: store.newest_anchor()? }))
}
