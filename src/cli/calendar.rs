//! `calendar`: the days on which the office is closed.

use std::path::Path;

use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::clerk_flags;
use super::table::Table;
use crate::office::{self, CalendarRequest};

pub(super) fn run(call: &mut Call<'_>, flags: &clerk_flags::Calendar) -> Answer {
    match flags {
        clerk_flags::Calendar::Import { file, replace, year_end, dry_run } => {
            let request = CalendarRequest { replace: *replace, year_end: *year_end, dry_run: *dry_run };
            import(call, file, request)
        }
        clerk_flags::Calendar::Show => show(call),
    }
}

fn import(call: &mut Call<'_>, file: &Path, request: CalendarRequest) -> Answer {
    let mut desk = call.desk()?;
    let report = office::import_calendar(&mut desk, file, request)?;
    let document = json!({
        "operation": report.operation.map(|id| id.to_string()),
        "read": report.read,
        "added": report.added,
        "too_old": report.too_old,
    });
    let operation = report.operation.map_or_else(|| "-".to_owned(), |id| id.to_string());
    let arguments = [
        ("file", file.display().to_string()),
        ("read", report.read.to_string()),
        ("added", report.added.to_string()),
        ("operation", operation),
    ];
    let sentence = call.text("cli.calendar.taken", &arguments);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

fn show(call: &mut Call<'_>) -> Answer {
    let desk = call.desk()?;
    let calendar = office::office_calendar(&desk)?;
    let last = calendar.closed().last().map(|(day, _)| day);
    if call.flags.json {
        let closed: Vec<_> =
            calendar.closed().map(|(day, name)| json!({ "day": day.to_string(), "name": name })).collect();
        call.out.document(&json!({
            "weekends": true,
            "year_end": calendar.closes_at_year_end(),
            "through": last.map(|day| day.to_string()),
            "closed": closed,
        }))?;
    } else {
        let key = if calendar.closes_at_year_end() { "cli.calendar.year_end" } else { "cli.calendar.no_year_end" };
        let sentence = call.text(key, &[]);
        call.out.line(&sentence)?;
        let headings = ["day", "name"].map(|key| call.text(&format!("cli.calendar.{key}"), &[]));
        let mut table = Table::new(headings.to_vec());
        for (day, name) in calendar.closed() {
            table.row(call.out, &[day.to_string(), name.to_owned()])?;
        }
        table.finish(call.out)?;
    }
    // Who reckons with a year whose 祝日 aren't known is told.
    if last.is_none_or(|last| last < desk.today()) {
        let through = last.map_or_else(|| "-".to_owned(), |day| day.to_string());
        call.notice(&call.text("cli.calendar.outdated", &[("through", through)]));
    }
    Ok(DONE)
}
