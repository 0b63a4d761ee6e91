//! Opens the screen, where there is a terminal for it.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use crate::assets::Assets;
use crate::config::Settings;
use crate::domain::fault::Fault;
use crate::messages::Messages;
use crate::office::{Opening, Surroundings};

/// What the screen is opened with.
#[derive(Debug)]
pub struct Opened<'a> {
    /// The store's folder.
    pub store: &'a Path,
    /// How it is opened.
    pub opening: Opening,
    /// Time, randomness and the user.
    pub surroundings: Surroundings,
    /// What the user has set.
    pub settings: &'a Settings,
    /// The sentences of the chosen language.
    pub messages: &'a Messages,
    /// Whether it is opened in plain mode.
    pub plain: bool,
    /// Themes, keymaps and profiles.
    pub assets: &'a Assets,
}

/// The screen itself, which this room doesn't know: `main` hands it in.
pub type Screen = fn(Opened<'_>) -> Result<(), Box<dyn Fault + Send + Sync>>;

/// Opens the screen on a store.
pub(super) fn open_screen(call: &Call<'_>, store: &Path, plain: bool) -> Answer {
    if !has_terminal() {
        return Err(CliError::NoTerminal);
    }
    (call.screen)(Opened {
        store,
        opening: call.opening(),
        surroundings: call.surroundings.clone(),
        settings: &call.settings,
        messages: &call.messages,
        plain,
        assets: &call.assets,
    })
    .map_err(CliError::Screen)?;
    Ok(DONE)
}

/// Whether a person sits at both ends.
pub(super) fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
