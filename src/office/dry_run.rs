//! What an import would do, without doing it: the rows are read and judged against the store, which isn't written to.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;

use super::desk::Desk;
use super::fault::OfficeError;
use super::intake::flag;
use super::intake_report::{FileReport, SetAsidePlace};
use super::spool::Spool;
use super::ticking::Waiting;
use super::value_check::{ValueCheck, note};
use super::work::Work;
use crate::domain::application::Instant;
use crate::domain::fault::Fault as _;
use crate::domain::record::{self, Hash, Salt};
use crate::domain::sealing::Headings;
use crate::domain::status::Status;
use crate::exchange::csv_source::Stop;
use crate::exchange::rows::{Incoming, Row, RowReader};
use crate::exchange::sekisho;
use crate::exchange::set_aside::Reason;
use crate::store::{self, Put, StatusDiffers, WouldBe};

/// A row of this file that was met before: what it said (as a hash, a row each would be too much), where, and what it
/// would have become. `None` = it has been contradicted.
type Met = HashMap<u64, Option<(u64, u64, Put)>>;

/// Reads a file to its end and fills the report.
pub(super) fn look(
    desk: &Desk,
    reader: &mut RowReader<'_, BufReader<File>>,
    report: &mut FileReport,
    (spool, headings): (&Spool, Option<&Headings>),
    hash: &Hash,
    work: &mut Work<'_>,
) -> Result<(), OfficeError> {
    let mut met = Met::new();
    let mut waiting = Waiting::of(&desk.store, hash, identity)?;
    let mut check = ValueCheck::new(&desk.forms().definitions);
    for row in reader {
        match row {
            Ok(Row::SetAside(row)) => {
                set_aside(report, row.line, row.column, row.field, row.reason);
            }
            Ok(Row::Application(incoming)) => {
                judge(desk, (&incoming, headings), &mut met, (&mut waiting, &mut check), report)?;
                report.counts.read += 1;
                if report.counts.read.is_multiple_of(1024) {
                    work.tell(incoming.end, Some(spool.length), report.counts.read);
                }
            }
            Err(Stop::Unreadable { error, .. }) => {
                return Err(OfficeError::Unreadable { file: report.file.clone().into(), error });
            }
            Err(stop) => report.stopped = Some((stop.code(), stop.line())),
        }
        if work.is_stopped() {
            return Err(OfficeError::Stopped);
        }
    }
    report.rejected.sort_by_key(|place| place.line);
    report.counts.rejected = report.rejected.len() as u64;
    let counts = &mut report.counts;
    counts.read = counts.added + counts.updated + counts.unchanged + counts.rejected;
    report.ticked_off = waiting.told(&desk.store)?;
    Ok(())
}

fn set_aside(report: &mut FileReport, line: u64, column: Option<u64>, field: Option<String>, reason: Reason) {
    report.rejected.push(SetAsidePlace { line, column, field, reason: reason.id() });
}

/// The identity of an application, as short as a row of a file can be remembered.
fn identity(source: &str, number: &str) -> u64 {
    fingerprint(format!("{source}\u{0}{number}").as_bytes())
}

fn judge(
    desk: &Desk,
    (incoming, headings): (&Incoming, Option<&Headings>),
    met: &mut Met,
    (waiting, check): (&mut Waiting, &mut ValueCheck),
    report: &mut FileReport,
) -> Result<(), OfficeError> {
    let content = &incoming.content;
    let identity = identity(&content.source, content.number.as_str());
    let says = fingerprint(&said(incoming));
    let counter = |report: &mut FileReport, put, by: i64| {
        let count = match put {
            Put::Added => &mut report.counts.added,
            Put::Updated => &mut report.counts.updated,
            _ => &mut report.counts.unchanged,
        };
        *count = count.saturating_add_signed(by);
    };
    let number_twice = |report: &mut FileReport, line| {
        set_aside(report, line, None, Some(sekisho::NUMBER.to_owned()), Reason::NumberTwice);
    };
    match met.get(&identity) {
        Some(Some((known, _, _))) if *known == says => {
            counter(report, Put::Unchanged, 1);
            flag(content.number.as_str(), &incoming.flagged, report);
        }
        Some(Some((_, line, put))) => {
            let (line, put) = (*line, *put);
            counter(report, put, -1);
            number_twice(report, line);
            number_twice(report, incoming.line);
            report.flagged.retain(|flagged| flagged.number != content.number.as_str());
            report.doubtful_values.retain(|doubted| doubted.number != content.number.as_str());
            report.status_differs.retain(|differs| differs.number != content.number.as_str());
            report.corrected.retain(|number| number != content.number.as_str());
            report.withdrawn.retain(|number| number != content.number.as_str());
            met.insert(identity, None);
            waiting.unsee(identity);
        }
        Some(None) => number_twice(report, incoming.line),
        None => {
            let hidden = headings.map(|headings| content.hidden(headings));
            let row = store::Incoming {
                content: hidden.as_ref().unwrap_or(content),
                status: incoming.status,
                line: incoming.line,
                bytes: (incoming.start, incoming.end - incoming.start),
            };
            let WouldBe { put, ours, source: known, older, disposed } = desk.store.would_be(&row)?;
            report.disposed += u64::from(disposed);
            counter(report, put, 1);
            if let (Some(ours), Some(source)) = (ours, incoming.status)
                && ours != source
            {
                report.status_differs.push(StatusDiffers { number: content.number.to_string(), ours, source });
            }
            if put == Put::Updated && ours == Some(Status::Returned) {
                report.corrected.push(content.number.to_string());
            }
            let moves = !older && waiting.is_news(known.map(|(_, changed)| changed));
            let known = known.map(|(status, _)| status);
            let withdraws = moves && incoming.status == Some(Status::Withdrawn) && known != Some(Status::Withdrawn);
            if withdraws && ours.is_some_and(|ours| ours != Status::Withdrawn) {
                report.withdrawn.push(content.number.to_string());
            }
            flag(content.number.as_str(), &incoming.flagged, report);
            if put != Put::Unchanged {
                note(&content.said(), &check.doubts(&content.said()), report);
            }
            report.older += u64::from(older);
            waiting.see(identity, &content.source, incoming.line, incoming.status, older);
            met.insert(identity, Some((says, incoming.line, put)));
        }
    }
    Ok(())
}

/// What a row says, in a form that is equal where the rows count as equal: empty is absent, a time is the same in any
/// offset, the form's name and the raw bytes don't count. All rows of a file have the same items.
fn said(incoming: &Incoming) -> Vec<u8> {
    let mut content = incoming.content.clone();
    content.raw.clear();
    content.submitted = content.submitted.map(|at| Instant { offset_minutes: 0, ..at });
    let drop_empty = |text: &mut Option<String>| *text = text.take().filter(|text| !text.is_empty());
    for text in [&mut content.name, &mut content.kana, &mut content.mail, &mut content.user_id, &mut content.remarks] {
        drop_empty(text);
    }
    content.values.iter_mut().for_each(drop_empty);
    let mut bytes = record::encode(&content, &record::Hash::default());
    bytes.push(incoming.status.map_or(0, Status::code));
    bytes
}

fn fingerprint(bytes: &[u8]) -> u64 {
    let hash = record::leaf(&Salt::default(), bytes);
    hash.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
