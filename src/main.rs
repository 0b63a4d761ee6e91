//! The program `sekisho`: flags in, exit code out. Everything else lives in the library; here the command line is
//! handed the screen, which it doesn't know.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sekisho::cli::{self, Looks, Opened};
use sekisho::config::looks::Colours;
use sekisho::domain::application::Instant;
use sekisho::domain::calendar::JAPAN;
use sekisho::domain::fault::Fault;
use sekisho::office::Desk;
use sekisho::panics;
use sekisho::tui::keymap::report as keymap;
use sekisho::tui::open::{ScreenSettings, open};
use sekisho::tui::settings::Which;
use sekisho::tui::theme::looks as theme;

fn main() -> ExitCode {
    // A panic is told once, by `cli::run`, in words that name nobody; one that a library raises and we catch is none.
    panics::listen();
    panics::leave_no_picture();
    ExitCode::from(cli::run(std::env::args_os().collect(), screen, LOOKS))
}

/// What the command line asks of the screen about keymaps and themes.
const LOOKS: Looks = Looks {
    keymap: |assets, name| keymap::report(assets, Which::Named(name)),
    keymap_file: |assets, file| keymap::report(assets, Which::At(file)),
    themes: theme::reports,
};

/// Opens the screen on the store that the command line names.
fn screen(opened: Opened<'_>) -> Result<(), Box<dyn Fault + Send + Sync>> {
    let text = |key: &str| opened.settings.text("ui", key).map(str::to_owned);
    let settings = ScreenSettings {
        keymap: text("keymap"),
        theme: text("theme"),
        plain: opened.plain,
        ascii: opened.settings.flag("ui", "ascii"),
        assign_on_open: opened.settings.flag("ui", "assign_on_open"),
        ambiguous_width: opened.settings.ui.ambiguous_width,
        low_bandwidth: opened.settings.ui.low_bandwidth,
        department: opened.settings.text("office", "department").unwrap_or_default().to_owned(),
        colours: Colours::of_environment(),
        config_errors: opened.config_errors.to_vec(),
        export_folder: std::env::current_dir().map(|folder| folder.display().to_string()).unwrap_or_default(),
        lock_after: opened.surroundings.policy.lock_after(opened.settings.ui.lock_after),
        inbox_folders: opened.settings.inbox_folders(),
    };
    let (store, surroundings, opening) = (opened.store.to_owned(), opened.surroundings, opened.opening);
    let desk = Arc::new(move || Desk::open(&store, surroundings.clone(), &opening));
    open(opened.messages.clone(), opened.assets, settings, now, desk).map_err(|fault| Box::new(fault) as _)
}

/// The time of day.
fn now() -> Instant {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Instant { seconds: i64::try_from(seconds).unwrap_or(i64::MAX), offset_minutes: JAPAN }
}
