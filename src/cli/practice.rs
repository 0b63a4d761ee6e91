//! `practice`: opens the practice store of whoever calls, and makes it where there is none.

use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::progress::{Bar, stop_flag};
use super::{demo, flags, screen};
use crate::config;
use crate::office::{self, Opening, PRACTICE_INBOX, PracticeReport, PracticeRequest, Work};

/// The profile that the made-up downloads are written for.
const PROFILE: &str = "etumo-list";

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Practice, plain: bool) -> Answer {
    let dir = config::practice_store().ok_or(CliError::NoFolder)?;
    // Nobody signs in to practise: what is given for the real store is none of its business.
    let opening = Opening { operator: None, credential: None, ..call.opening()? };
    let there = !flags.reset && office::has_practice(&dir, &call.surroundings, &opening)?;
    let report = if there {
        None
    } else {
        let request =
            PracticeRequest { dir: dir.clone(), real: call.store.clone(), rows: flags.rows, seed: demo::SEED };
        Some(make(call, &request, &opening)?)
    };
    let place = ("dir", dir.display().to_string());
    let mut document = json!({"dir": place.1, "made": report.is_some()});
    let mut said = Vec::new();
    if let Some(report) = &report {
        document["applications"] = json!(report.made.applications);
        document["rejected"] = json!(report.made.rejected);
        document["office_forms"] = json!(report.office_forms);
        document["arrivals"] = json!(report.arrivals);
        let arguments = [
            place.clone(),
            ("applications", report.made.applications.to_string()),
            ("forms", report.office_forms.to_string()),
        ];
        let key = if report.office_forms > 0 { "cli.practice.made_of_office" } else { "cli.practice.made" };
        said.push(call.text(key, &arguments));
    } else {
        said.push(call.text("cli.practice.there", &[place]));
    }
    said.push(call.text("cli.practice.rules", &[]));
    call.answer(&document, &said)?;
    if flags.no_open || call.flags.json || !screen::has_terminal() {
        return Ok(DONE);
    }
    call.out.flush()?;
    // Its own new arrivals, never the downloads of real people.
    call.settings = call.settings.clone().with_inbox(&[dir.join(PRACTICE_INBOX)]);
    (call.flags.as_operator, call.flags.passphrase_fd) = (None, None);
    call.credential.take();
    screen::open_screen(call, &dir, plain || flags.plain)
}

fn make(call: &Call<'_>, request: &PracticeRequest, opening: &Opening) -> Result<PracticeReport, CliError> {
    let profiles = office::load_profiles(&call.assets, None).profiles;
    let profile = profiles.iter().find(|profile| profile.name() == PROFILE);
    let profile = profile.ok_or(CliError::Internal)?;
    let stop = stop_flag();
    let mut bar = Bar::new(&call.messages);
    let mut tell = |progress| bar.show(progress);
    let mut work = Work::new(&stop, &mut tell);
    office::make_practice(request, profile, &call.surroundings, opening, &mut work).map_err(CliError::reading)
}
