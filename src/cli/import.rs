//! `import`: takes downloads in, one file after the other; what can't go in is named.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE, PARTIAL};
use super::flags;
use super::output::error_object;
use super::progress::{Bar, stop_flag};
use crate::domain::fault::Fault as _;
use crate::domain::visible::visible;
use crate::messages::Messages;
use crate::office::{
    self, DoubtfulValue, FileReport, ImportRequest, OfficeError, SetAsidePlace, TickedOff, Warning, Work,
};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Import) -> Answer {
    let profiles = office::load_profiles(&call.assets, call.store.as_deref());
    for error in &profiles.errors {
        call.notice(&call.messages.explain(error));
    }
    let request = ImportRequest { profile: flags.profile.clone(), encoding: flags.encoding, dry_run: flags.dry_run };
    let offered = profiles.offered(flags.profile.as_deref());
    let mut desk = call.desk()?;
    super::form::tell_broken(call, desk.forms());
    let stop = stop_flag();
    let mut ends: Vec<(&PathBuf, Result<FileReport, OfficeError>)> = Vec::new();
    for path in &flags.paths {
        let mut bar = Bar::new(&call.messages);
        let mut tell = |progress| bar.show(progress);
        let mut work = Work::new(&stop, &mut tell);
        let end = office::import_file(&mut desk, path, &offered, &request, &mut work);
        let end = end.map_err(|error| profiles.reason(error));
        let stopped = matches!(end, Err(OfficeError::Stopped));
        ends.push((path, end));
        if stopped {
            break;
        }
    }
    tell(call, ends, &[])
}

/// Tells how each file ended; `more` stands beside them in the document.
pub(super) fn tell(
    call: &mut Call<'_>,
    ends: Vec<(&PathBuf, Result<FileReport, OfficeError>)>,
    more: &[(&str, Value)],
) -> Answer {
    let (tried, succeeded) = (ends.len(), ends.iter().filter(|(_, end)| end.is_ok()).count());
    let whole = ends.iter().all(|(_, end)| end.as_ref().is_ok_and(FileReport::is_whole));
    let files: Vec<Value> = ends.iter().map(|(path, end)| file_object(path, end, &call.messages)).collect();
    for (path, end) in &ends {
        match end {
            Ok(report) => {
                if !call.flags.json {
                    for line in report_lines(report, &call.messages) {
                        call.answer(&Value::Null, &[line])?;
                    }
                }
                for warning in &report.warnings {
                    call.notice(&warning_sentence(warning, path, &call.messages));
                }
                for one in report.doubtful_values.iter().take(DOUBTS_SHOWN) {
                    call.notice(&doubt_line(one, &call.messages));
                }
            }
            // A single error is told where every error is.
            Err(error) if tried > 1 => call.notice(&call.messages.explain(error)),
            Err(_) => {}
        }
    }
    let mut document = json!({ "files": files });
    for (key, value) in more {
        document[*key] = value.clone();
    }
    if succeeded > 0 {
        if call.flags.json {
            call.out.document(&document)?;
        }
        return Ok(if whole { DONE } else { PARTIAL });
    }
    let Some(first) = ends.into_iter().find_map(|(_, end)| end.err()) else { return Ok(DONE) };
    if tried == 1 {
        return Err(first.into());
    }
    if call.flags.json {
        document["error"] = error_object(&first, &call.messages);
        call.out.document(&document)?;
    }
    Ok(first.outcome().exit_code())
}

/// The object of one file; of one that failed, its error.
fn file_object(path: &Path, end: &Result<FileReport, OfficeError>, messages: &Messages) -> Value {
    let report = match end {
        Ok(report) => report,
        Err(error) => return json!({ "file": path.display().to_string(), "error": error_object(error, messages) }),
    };
    let rejected = |place: &SetAsidePlace| {
        json!({
            "line": place.line,
            "column": place.column,
            "field": place.field,
            "reason": place.reason,
            "message": messages.text(&format!("rejected.reason.{}", place.reason)),
        })
    };
    let differs =
        |one: &office::StatusDiffers| json!({ "number": one.number, "ours": one.ours.id(), "source": one.source.id() });
    let ticked = &report.ticked_off;
    let reflection = json!({
        "reflected": ticked.reflected,
        "forgotten": ticked.forgotten,
        "refused": ticked.refused.iter().map(differs).collect::<Vec<_>>(),
        "not_in_file": ticked.not_in_file,
        "too_old": ticked.too_old,
    });
    let flagged = |one: &office::FlaggedField| json!({ "number": one.number, "field": one.field, "codes": one.codes });
    let doubtful = |one: &DoubtfulValue| json!({ "number": one.number, "field": one.field, "code": one.doubt.id() });
    let warning = |warning: &Warning| json!({ "code": warning_code(warning), "message": warning_sentence(warning, path, messages) });
    let stopped = report
        .stopped
        .map(|(code, line)| json!({ "code": code, "line": line, "message": stopped_sentence(code, line, messages) }));
    json!({
        "file": report.file,
        "encoding": report.encoding,
        "profile": report.profile,
        "read": report.counts.read,
        "added": report.counts.added,
        "updated": report.counts.updated,
        "unchanged": report.counts.unchanged,
        "rejected": report.rejected.iter().map(rejected).collect::<Vec<_>>(),
        "flagged": report.flagged.iter().map(flagged).collect::<Vec<_>>(),
        "status_differs": report.status_differs.iter().map(differs).collect::<Vec<_>>(),
        "disposed": report.disposed,
        "corrected": report.corrected,
        "withdrawn": report.withdrawn,
        "reflection": reflection,
        "doubtful_values": report.doubtful_values.iter().map(doubtful).collect::<Vec<_>>(),
        "more_doubtful_values": report.more_doubtful_values,
        "operation": report.operation.map(|id| id.to_string()),
        "warnings": report.warnings.iter().map(warning).collect::<Vec<_>>(),
        "stopped": stopped,
    })
}

fn report_lines(report: &FileReport, messages: &Messages) -> Vec<String> {
    let counts = &report.counts;
    let mut lines = vec![messages.fill(
        "cli.import.file",
        &[
            ("file", report.file.clone()),
            ("encoding", report.encoding.to_owned()),
            ("profile", report.profile.clone()),
            ("read", counts.read.to_string()),
            ("added", counts.added.to_string()),
            ("updated", counts.updated.to_string()),
            ("unchanged", counts.unchanged.to_string()),
            ("rejected", counts.rejected.to_string()),
            ("operation", report.operation.map_or_else(|| "-".to_owned(), |id| id.to_string())),
        ],
    )];
    lines.extend(report.rejected.iter().map(|place| place_line(place, messages)));
    if report.disposed > 0 {
        lines.push(messages.fill("cli.purge.import", &[("count", report.disposed.to_string())]));
    }
    if !report.flagged.is_empty() {
        lines.push(messages.fill("cli.import.flagged", &[("count", report.flagged.len().to_string())]));
    }
    if !report.status_differs.is_empty() {
        lines.push(messages.fill("cli.import.status_differs", &[("count", report.status_differs.len().to_string())]));
    }
    for (key, numbers) in [("cli.import.corrected", &report.corrected), ("cli.import.withdrawn", &report.withdrawn)] {
        if !numbers.is_empty() {
            lines.push(messages.fill(key, &[("count", numbers.len().to_string()), ("numbers", first_of(numbers))]));
        }
    }
    lines.extend(ticked_lines(&report.ticked_off, messages));
    lines.extend(report.stopped.map(|(code, line)| stopped_sentence(code, line, messages)));
    lines
}

/// The first numbers of a list, as far as a line holds them; JSON has all of them.
fn first_of(numbers: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown = numbers.iter().take(SHOWN).map(|number| visible(number).into_owned()).collect::<Vec<_>>().join(" ");
    if numbers.len() > SHOWN { format!("{shown} …") } else { shown }
}

/// What became of the 反映待ち, and what is to be done about it.
fn ticked_lines(ticked: &TickedOff, messages: &Messages) -> Vec<String> {
    let mut lines = Vec::new();
    let mut count = |key: &str, count: u64| {
        if count > 0 {
            lines.push(messages.fill(key, &[("count", count.to_string())]));
        }
    };
    count("cli.import.reflected", ticked.reflected);
    count("cli.import.not_in_file", ticked.not_in_file);
    count("cli.import.too_old", ticked.too_old);
    count("cli.import.forgotten", ticked.forgotten.len() as u64);
    lines.extend(ticked.forgotten.iter().map(|number| format!("    {number}")));
    if !ticked.refused.is_empty() {
        lines.push(messages.fill("cli.import.refused", &[("count", ticked.refused.len().to_string())]));
    }
    lines.extend(ticked.refused.iter().map(|one| {
        let (ours, theirs) = (("ours", one.ours.label().to_owned()), ("theirs", one.source.label().to_owned()));
        messages.fill("cli.import.refused_one", &[("number", one.number.clone()), ours, theirs])
    }));
    lines
}

/// Where a row stood that was set aside, and why.
pub(super) fn place_line(place: &SetAsidePlace, messages: &Messages) -> String {
    let arguments = [
        ("line", place.line.to_string()),
        ("column", place.column.map_or_else(|| "-".to_owned(), |column| column.to_string())),
        ("field", place.field.clone().unwrap_or_else(|| "-".to_owned())),
        ("reason", messages.text(&format!("rejected.reason.{}", place.reason)).to_owned()),
    ];
    messages.fill("cli.import.rejected", &arguments)
}

fn stopped_sentence(code: &str, line: u64, messages: &Messages) -> String {
    messages.fill(&format!("error.{code}"), &[("line", line.to_string())])
}

/// So many doubtful values are named to a person; JSON has more.
const DOUBTS_SHOWN: usize = 20;

/// Which value is odd, and how; never the value itself.
fn doubt_line(one: &DoubtfulValue, messages: &Messages) -> String {
    let doubt = messages.text(&format!("form.doubt.{}", one.doubt.id())).to_owned();
    let arguments = [("number", one.number.clone()), ("field", one.field.clone()), ("doubt", doubt)];
    messages.fill("cli.import.doubtful", &arguments)
}

const fn warning_code(warning: &Warning) -> &'static str {
    match warning {
        Warning::HeaderOnly => "header_only",
        Warning::SealedUnchecked(_) => "sealed_unchecked",
        Warning::SensitiveColumns(_) => "sensitive_columns",
        Warning::Continued(_) => "continued",
        Warning::SeenBefore(_) => "seen_before",
        Warning::OlderRows(_) => "older_rows",
        Warning::NoLineEnd => "no_line_end",
        Warning::DoubtfulValues(_) => "doubtful_values",
    }
}

fn warning_sentence(warning: &Warning, path: &Path, messages: &Messages) -> String {
    let mut arguments = vec![("file", path.display().to_string())];
    match warning {
        Warning::HeaderOnly | Warning::NoLineEnd => {}
        Warning::SeenBefore(at_ms) => arguments.push(("time", super::output::iso_ms(*at_ms))),
        Warning::OlderRows(count) | Warning::SealedUnchecked(count) | Warning::DoubtfulValues(count) => {
            arguments.push(("count", count.to_string()));
        }
        Warning::SensitiveColumns(columns) => arguments.push(("columns", columns.join("、"))),
        Warning::Continued(line) => arguments.push(("line", line.to_string())),
    }
    messages.fill(&format!("cli.import.warning.{}", warning_code(warning)), &arguments)
}
