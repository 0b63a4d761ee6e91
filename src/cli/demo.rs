//! `demo`: makes a store of made-up people and opens the screen on it.

use std::path::PathBuf;

use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::progress::{Bar, stop_flag};
use super::{flags, screen};
use crate::office::{self, DemoRequest, Work};

/// What the made-up people grow from, where nobody says otherwise.
pub(super) const SEED: u64 = 549;

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Demo, plain: bool) -> Answer {
    let dir = match &flags.dir {
        Some(dir) => dir.clone(),
        None => fresh_folder()?,
    };
    let profiles = office::load_profiles(&call.assets, None).profiles;
    let request = DemoRequest { dir: dir.clone(), rows: flags.rows, seed: flags.seed };
    let stop = stop_flag();
    let made = {
        let mut bar = Bar::new(&call.messages);
        let mut tell = |progress| bar.show(progress);
        let mut work = Work::new(&stop, &mut tell);
        office::make_demo(&request, &profiles, &call.surroundings, &call.opening()?, &mut work)
    };
    let report = made.map_err(CliError::reading)?;
    let document = json!({
        "dir": report.dir.display().to_string(),
        "applications": report.applications,
        "added": report.counts.added,
        "updated": report.counts.updated,
        "rejected": report.rejected,
    });
    let arguments = [
        ("dir", report.dir.display().to_string()),
        ("applications", report.applications.to_string()),
        ("rejected", report.rejected.to_string()),
    ];
    let said = ["cli.demo.done", "cli.demo.later"].map(|key| call.text(key, &arguments));
    call.answer(&document, &said)?;
    if flags.no_open || call.flags.json || !screen::has_terminal() {
        return Ok(DONE);
    }
    call.out.flush()?;
    screen::open_screen(call, &dir, plain || flags.plain)
}

/// A folder of its own below the system's folder for passing files; it stays.
fn fresh_folder() -> Result<PathBuf, CliError> {
    let made = tempfile::Builder::new().prefix("sekisho-demo-").tempdir();
    made.map(tempfile::TempDir::keep).map_err(|error| CliError::file(std::env::temp_dir(), error))
}
