//! Taking in a download: one file, row by row, published as one operation. What can't go in is set aside, never
//! dropped; the file's status never moves ours.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use super::desk::Desk;
use super::dry_run;
use super::fault::OfficeError;
use super::intake_report::{FileReport, FlaggedField, Warning};
use super::reading::{Load, Next, Read, Reading};
use super::sealing::{self, Sealing};
use super::set_aside::place_of;
use super::spool::{Spool, open_regular};
use super::ticking::TickedOff;
use super::value_check::{ValueCheck, note};
use super::work::Work;
use crate::domain::application::Instant;
use crate::domain::calendar::parse_instant;
use crate::domain::fault::Fault as _;
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::domain::record::Hash;
use crate::domain::sealing::Class;
use crate::exchange::csv_source::Stop;
use crate::exchange::encoding::{Choice, Encoding};
use crate::exchange::fault::ImportError;
use crate::exchange::profile::{Meaning, Profile, SensitiveColumn};
use crate::exchange::rows::{Flagged, RowReader};
use crate::exchange::sekisho;
use crate::exchange::set_aside::Reason;
use crate::store::{Import, ImportSetting, Prepared, Preparer, Put, SetAside, SignIn};

/// How a file is to be taken in.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// `--profile`; else the header picks one.
    pub profile: Option<String>,
    /// `--encoding`.
    pub encoding: Choice,
    /// Only look what would happen.
    pub dry_run: bool,
}

/// Takes a file in.
///
/// # Errors
/// [`OfficeError`]: nothing of the file is visible then. After [`OfficeError::Stopped`], a full disk or a crash the
/// same file continues where it was.
pub fn import_file(
    desk: &mut Desk,
    path: &Path,
    profiles: &[Profile],
    request: &ImportRequest,
    work: &mut Work<'_>,
) -> Result<FileReport, OfficeError> {
    if !request.dry_run {
        desk.permit(Act::Import)?;
    }
    desk.refuse_foreign(path)?;
    let meta = desk.store.meta();
    let hidden = !meta.demo && meta.sign_in != SignIn::None;
    let spool = Spool::open(path, desk.store.dir(), hidden, work)?;
    take_file(desk, path, &spool, profiles, request, work)
}

/// Takes a file in that was looked at before: it must still be the same.
///
/// # Errors
/// As [`import_file`]; [`OfficeError::FileReplaced`] if its bytes are others than those of `expected`.
pub fn import_known(
    desk: &mut Desk,
    path: &Path,
    expected: &Hash,
    profiles: &[Profile],
    request: &ImportRequest,
    work: &mut Work<'_>,
) -> Result<FileReport, OfficeError> {
    if !request.dry_run {
        desk.permit(Act::Import)?;
    }
    let spool = Spool::of(open_regular(path)?, path, work)?;
    if hash_of(&spool, path)? != *expected {
        return Err(OfficeError::FileReplaced(path.to_owned()));
    }
    take_file(desk, path, &spool, profiles, request, work)
}

fn take_file(
    desk: &mut Desk,
    path: &Path,
    spool: &Spool,
    profiles: &[Profile],
    request: &ImportRequest,
    work: &mut Work<'_>,
) -> Result<FileReport, OfficeError> {
    let mut reader = open_rows(spool, path, profiles, request)?;
    let mut report = FileReport {
        file: path.display().to_string(),
        encoding: reader.opening().encoding.id(),
        profile: reader.opening().profile.name().to_owned(),
        ..FileReport::default()
    };
    let sealed = sealing_of(desk, path, &reader, &mut report)?;
    refuse_partial_export(path, &reader)?;
    let seen = if request.dry_run {
        let hash = hash_of(spool, path)?;
        dry_run::look(
            desk,
            &mut reader,
            &mut report,
            (spool, sealed.as_ref().map(|sealed| &sealed.headings)),
            &hash,
            work,
        )?;
        desk.store.import_of(&hash)?
    } else {
        take_in(desk, path, spool, (reader, sealed.as_ref()), &mut report, work)?
    };
    if let Some(operation) = seen.map(|id| desk.store.operation(id)).transpose()?.flatten() {
        report.warnings.push(Warning::SeenBefore(operation.at_ms));
    } else if report.older > 0 {
        report.warnings.push(Warning::OlderRows(report.older));
    }
    if report.counts.read == 0 && report.stopped.is_none() {
        report.warnings.push(Warning::HeaderOnly);
    } else if report.stopped.is_none() && !spool.ends_with_a_line() {
        report.warnings.push(Warning::NoLineEnd);
    }
    let doubted = report.doubtful_values.len() as u64 + report.more_doubtful_values;
    if doubted > 0 {
        report.warnings.push(Warning::DoubtfulValues(doubted));
    }
    Ok(report)
}

pub(super) type Rows<'p> = RowReader<'p, BufReader<File>>;

/// The dates that a cell may hold: everything that the calendar reads.
fn instant_of(text: &str) -> Option<Instant> {
    parse_instant(text).ok().map(|dated| dated.value)
}

pub(super) fn open_rows<'p>(
    spool: &Spool,
    path: &Path,
    profiles: &'p [Profile],
    request: &ImportRequest,
) -> Result<Rows<'p>, OfficeError> {
    let reader = spool.reader().map_err(|error| OfficeError::Unreadable { file: path.to_owned(), error })?;
    RowReader::open(reader, request.encoding, profiles, request.profile.as_deref(), &instant_of).map_err(|error| {
        match error {
            ImportError::Stopped(Stop::Unreadable { error, .. }) => {
                OfficeError::Unreadable { file: path.to_owned(), error }
            }
            error => OfficeError::Import { file: path.to_owned(), error },
        }
    })
}

/// 個人番号 and account numbers may not lie open: they are sealed, but in stores for trials. `None` = nothing is.
fn sealing_of(
    desk: &Desk,
    path: &Path,
    reader: &Rows<'_>,
    report: &mut FileReport,
) -> Result<Option<Sealing>, OfficeError> {
    let opening = reader.opening();
    let headings = sealing::headings_of(desk, opening.profile.source());
    let column = |index: usize| index as u64 + 1;
    let items = opening.layout.meanings.iter().enumerate().filter_map(|(index, meaning)| match meaning {
        Meaning::Item(item) => {
            let name = opening.layout.items.get(*item)?;
            Some((headings.class_of(name)?, column(index), name.clone()))
        }
        _ => None,
    });
    let asked: Vec<(Class, u64, String)> = items.collect();
    // What stands in a field of every application can't be sealed.
    let elsewhere = |one: &SensitiveColumn| asked.iter().all(|(_, column, _)| *column != one.column);
    let open = opening.sensitive_columns.iter().filter(|one| elsewhere(one)).map(|one| (one.column, one.name.clone()));
    let open: Vec<(u64, String)> = open.collect();
    if asked.is_empty() && open.is_empty() {
        return Ok(None);
    }
    let all = || asked.iter().map(|(_, column, name)| (*column, name.clone())).chain(open.iter().cloned());
    let meta = desk.store.meta();
    if meta.demo || meta.sign_in == SignIn::None {
        report.warnings.push(Warning::SensitiveColumns(all().map(|(_, name)| name).collect()));
        return Ok(None);
    }
    // An export of ours has nothing where something was sealed.
    if opening.profile.is_own_export() || !open.is_empty() {
        return Err(OfficeError::SensitiveColumns { file: path.to_owned(), columns: all().collect() });
    }
    Ok(Some(Sealing { classes: sealing::classes_of(desk, path, &asked)?, headings }))
}

/// A part of our own export says nothing about the rest: taken in, it would empty what it doesn't show.
fn refuse_partial_export(path: &Path, reader: &Rows<'_>) -> Result<(), OfficeError> {
    let opening = reader.opening();
    if !opening.profile.is_own_export() || opening.layout.absent.is_empty() {
        return Ok(());
    }
    let columns =
        opening.layout.absent.iter().map(|column| {
            opening.profile.column_names(*column).first().cloned().unwrap_or_else(|| column.id().to_owned())
        });
    Err(OfficeError::PartialExport { file: path.to_owned(), columns: columns.collect() })
}

/// Takes a file in. The answer is the operation that took in the very same one before.
fn take_in(
    desk: &mut Desk,
    path: &Path,
    spool: &Spool,
    (mut reader, sealed): (Rows<'_>, Option<&Sealing>),
    report: &mut FileReport,
    work: &mut Work<'_>,
) -> Result<Option<OperationId>, OfficeError> {
    let signed = desk.sign(Act::Import)?;
    // Whether it continues what an earlier run left can be told by its hash alone.
    let may_continue = desk.store.unfinished()?.is_some();
    let hash = if may_continue { Some(hash_of(spool, path)?) } else { hash_by_now(spool, path)? };
    let opening = reader.opening();
    let encoding = opening.encoding;
    let setting = ImportSetting {
        file: hash,
        file_name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        profile: opening.profile.name().to_owned(),
        profile_hash: opening.profile.hash(),
        encoding: opening.encoding.id().to_owned(),
        encoding_code: opening.encoding.code(),
        header: opening.header.clone(),
        length: spool.length,
    };
    let (sealer, opener) = (sealing::begin_batch(desk, sealed)?, desk.opener_at_hand()?);
    let (wait, preparer) = (desk.wait(), Preparer::sealing(desk.entropy(), sealer.clone()));
    let check = ValueCheck::new(&desk.forms().definitions);
    let (mut import, begun) = Import::begin(&mut desk.store, setting, wait)?;
    import.seal_by(sealer, opener);
    if let Some((offset, line)) = begun.resume {
        reader =
            reader.resume(offset, line).map_err(|error| OfficeError::Unreadable { file: path.to_owned(), error })?;
        report.warnings.push(Warning::Continued(line.saturating_sub(1)));
    }
    let left = std::thread::scope(|scope| {
        let reading = Reading::start(scope, reader, preparer, check)
            .map_err(|error| OfficeError::Unreadable { file: path.to_owned(), error });
        put_all(&mut import, spool, encoding, path, &mut reading?, report, work)
    })?;
    if let Some(because) = left {
        return Err(leave(import, spool, path, because)?);
    }
    if spool.was_changed() {
        import.discard()?;
        return Err(OfficeError::FileChanged(path.to_owned()));
    }
    let hash = hash_of(spool, path)?;
    let seen = import.store().import_of(&hash)?;
    import.name_file(hash);
    let published = import.publish(&signed)?;
    report.operation = published.operation;
    report.counts = published.counts;
    report.status_differs = published.status_differs;
    (report.older, report.disposed) = (published.older, published.disposed);
    if published.unchecked > 0 {
        report.warnings.push(Warning::SealedUnchecked(published.unchecked));
    }
    (report.corrected, report.withdrawn) = (published.corrected, published.withdrawn);
    report.ticked_off = TickedOff::named(&desk.store, &published.ticked_off)?;
    if let Some(operation) = published.operation {
        desk.store.visit_rejected_of(operation, &mut |row| report.rejected.push(place_of(&row)))?;
    }
    Ok(seen)
}

/// The SHA-256 of a file, which may have to be waited for.
fn hash_of(spool: &Spool, path: &Path) -> Result<Hash, OfficeError> {
    spool.hash().map_err(|error| OfficeError::Unreadable { file: path.to_owned(), error })
}

/// The SHA-256 of a file, if it is known by now.
fn hash_by_now(spool: &Spool, path: &Path) -> Result<Option<Hash>, OfficeError> {
    spool.hash_by_now().map_err(|error| OfficeError::Unreadable { file: path.to_owned(), error })
}

/// Leaves an import for the same file to continue, and tells why it stopped. What was read of a file that somebody has
/// written to meanwhile belongs to no file and isn't continued.
fn leave(mut import: Import<'_>, spool: &Spool, path: &Path, because: OfficeError) -> Result<OfficeError, OfficeError> {
    if spool.was_changed() {
        import.discard()?;
        return Ok(OfficeError::FileChanged(path.to_owned()));
    }
    import.pause()?;
    Ok(because)
}

/// How long a row may be waited for within a content transaction: others want to write too.
const PATIENCE: Duration = Duration::from_millis(50);

/// Puts every row in, or aside. The answer is why it was left before the end, if it was.
fn put_all(
    import: &mut Import<'_>,
    spool: &Spool,
    encoding: Encoding,
    path: &Path,
    reading: &mut Reading<'_>,
    report: &mut FileReport,
    work: &mut Work<'_>,
) -> Result<Option<OfficeError>, OfficeError> {
    loop {
        let Some(Load { rows, reads }) = reading.next(PATIENCE) else {
            import.pause()?;
            if work.is_stopped() {
                return Ok(Some(OfficeError::Stopped));
            }
            continue;
        };
        let mut applications = 0;
        for read in reads {
            let reached = match read {
                Read::Application(next) => {
                    let place = (&rows, applications);
                    put(import, spool, encoding, place, &next, report).map_err(|error| name_file(error, path))?;
                    applications += 1;
                    Some(next.next)
                }
                Read::SetAside(row) => {
                    import.set_aside(&SetAside {
                        line: row.line,
                        column: row.column,
                        field: row.field.as_deref(),
                        reason: row.reason.code(),
                        bytes: &row.bytes,
                    })?;
                    Some((row.end, row.next_line))
                }
                Read::Stopped(Stop::Unreadable { error, .. }) => {
                    return Ok(Some(OfficeError::Unreadable { file: path.to_owned(), error }));
                }
                Read::Stopped(stop) => {
                    report.stopped = Some((stop.code(), stop.line()));
                    None
                }
                Read::End => {
                    import.done_with(rows);
                    return Ok(None);
                }
            };
            if let Some((end, line)) = reached {
                import.reached(end, line)?;
                if import.counts().read.is_multiple_of(1024) {
                    work.tell(end, Some(spool.length), import.counts().read);
                }
            }
            if work.is_stopped() {
                return Ok(Some(OfficeError::Stopped));
            }
        }
        import.done_with(rows);
        if let Some(hash) = hash_by_now(spool, path)? {
            import.name_file(hash);
        }
    }
}

/// Puts one row in: a place in a parcel.
fn put(
    import: &mut Import<'_>,
    spool: &Spool,
    encoding: Encoding,
    (rows, place): (&Prepared, usize),
    next: &Next,
    report: &mut FileReport,
) -> Result<(), OfficeError> {
    let (line, (start, length)) = (next.line, next.bytes);
    match import.put(rows, place)? {
        Put::Conflict(earlier) => {
            report.flagged.retain(|flagged| flagged.number != rows.said(place).number);
            report.doubtful_values.retain(|doubted| doubted.number != rows.said(place).number);
            for (line, at, length) in earlier.into_iter().chain([(line, start, length)]) {
                let bytes = spool.bytes(at, length);
                let bytes = bytes.map_err(|error| OfficeError::Unreadable { file: Path::new("").to_owned(), error })?;
                import.set_aside(&SetAside {
                    line,
                    column: None,
                    field: Some(sekisho::NUMBER),
                    reason: Reason::NumberTwice.code(),
                    bytes: encoding.without_line_end(&bytes),
                })?;
            }
        }
        put => {
            flag(rows.said(place).number, &next.flagged, report);
            if put != Put::Unchanged {
                note(&rows.said(place), &next.doubts, report);
            }
        }
    }
    Ok(())
}

/// Notes the 外字 of a row that is in.
pub(super) fn flag(number: &str, flagged: &[Flagged], report: &mut FileReport) {
    report.flagged.extend(flagged.iter().map(|flagged| FlaggedField {
        number: number.to_string(),
        field: flagged.field.clone(),
        codes: flagged.codes.clone(),
    }));
}

fn name_file(error: OfficeError, path: &Path) -> OfficeError {
    match error {
        OfficeError::Unreadable { error, .. } => OfficeError::Unreadable { file: path.to_owned(), error },
        other => other,
    }
}
