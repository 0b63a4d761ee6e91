//! `backup`, `restore`, `migrate`: the store as one file, the way back, and the way up.

use serde_json::{Value, json};

use super::backup_flags as flags;
use super::call::{Answer, Call, DONE};
use super::check::stage;
use super::error::CliError;
use super::output::{hex, iso_ms};
use super::progress::{Bar, stop_flag};
use crate::messages::Messages;
use crate::office::{self, Attended, BackupProgress, Migrated, OfficeError, RestoreReport};

/// What the bar says.
pub(super) fn saying(progress: BackupProgress, messages: &Messages) -> String {
    match progress {
        BackupProgress::Copying(done, total) => {
            let percent = (done.saturating_mul(100)).checked_div(total).unwrap_or(0).min(100);
            messages.fill("cli.backup.copying", &[("percent", percent.to_string())])
        }
        BackupProgress::Checking(progress) => stage(progress, messages),
    }
}

/// Does something with the two ends of long work: signals that stop it, and the bar.
fn attended<T>(call: &Call<'_>, work: impl FnOnce(&mut Attended<'_>) -> Result<T, OfficeError>) -> Result<T, CliError> {
    let stop = stop_flag();
    let mut bar = Bar::new(&call.messages);
    let mut tell = |progress| bar.say(&saying(progress, &call.messages));
    work(&mut Attended { stop: &stop, tell: &mut tell }).map_err(CliError::reading)
}

pub(super) fn backup(call: &mut Call<'_>, flags: &flags::Backup) -> Answer {
    let mut desk = call.desk()?;
    let report = attended(call, |attended| office::backup(&mut desk, &flags.file, attended))?;
    let (file, sha256) = (report.receipt.path.display().to_string(), hex(&report.receipt.hash));
    let document = json!({
        "file": file,
        "sha256": sha256,
        "applications": report.applications,
        "operations": report.operations,
        "head": hex(&report.head),
        "operation": report.receipt.operation.to_string(),
    });
    let arguments = [
        ("file", file),
        ("sha256", sha256),
        ("applications", report.applications.to_string()),
        ("operations", report.operations.to_string()),
    ];
    call.answer(&document, &[call.text("cli.backup.done", &arguments)])?;
    Ok(DONE)
}

pub(super) fn restore(call: &mut Call<'_>, flags: &flags::Restore) -> Answer {
    let store = call.store()?.to_owned();
    let (surroundings, opening) = (call.surroundings.clone(), call.opening()?);
    let report = attended(call, |attended| office::restore(&store, &flags.file, &surroundings, &opening, attended))?;
    let document = restored(&report, &store.display().to_string(), &flags.file.display().to_string());
    let arguments = [
        ("store", store.display().to_string()),
        ("applications", report.applications.to_string()),
        ("operations", report.operations.to_string()),
        ("operation", report.operation.to_string()),
    ];
    let mut sentences = vec![call.text("cli.restore.done", &arguments)];
    if let Some(replaced) = &report.replaced {
        let kept = ("kept", replaced.kept.display().to_string());
        sentences.push(match replaced.beyond {
            Some((count, last)) if count > 0 => {
                call.text("cli.restore.beyond", &[kept, ("count", count.to_string()), ("last", iso_ms(last))])
            }
            Some(_) => call.text("cli.restore.kept", &[kept]),
            None => call.text("cli.restore.unreadable", &[kept]),
        });
    }
    sentences.push(call.text("cli.restore.epoch", &[]));
    call.answer(&document, &sentences)?;
    Ok(DONE)
}

fn restored(report: &RestoreReport, store: &str, file: &str) -> Value {
    let replaced = report.replaced.as_ref().map(|replaced| {
        json!({
            "kept": replaced.kept.display().to_string(),
            "operations_beyond": replaced.beyond.map(|(count, _)| count),
            "last_at": replaced.beyond.map(|(_, last)| iso_ms(last)),
        })
    });
    json!({
        "store": store,
        "file": file,
        "applications": report.applications,
        "operations": report.operations,
        "head": hex(&report.head),
        "operation": report.operation.to_string(),
        "replaced": replaced,
    })
}

pub(super) fn migrate(call: &mut Call<'_>, flags: &flags::Migrate) -> Answer {
    let store = call.store()?.to_owned();
    let Migrated { step, changed, backup } =
        office::migrate(&store, !flags.no_backup, &call.surroundings, &call.opening()?)?;
    let backup = backup.map(|path| path.display().to_string());
    let document = json!({ "from": step.from, "to": step.to, "migrated": changed, "backup": backup });
    let arguments = [("from", step.from.to_string()), ("to", step.to.to_string())];
    let done = if changed { "cli.migrate.done" } else { "cli.migrate.nothing" };
    let mut sentences = vec![call.text(done, &arguments)];
    sentences.extend(backup.map(|path| call.text("cli.migrate.backup", &[("file", path)])));
    call.answer(&document, &sentences)?;
    Ok(DONE)
}
