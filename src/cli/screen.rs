//! Opens the screen, where there is a terminal for it.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use crate::assets::Assets;
use crate::config::looks::{KeymapReport, ThemeReport};
use crate::config::{ConfigError, Settings};
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
    /// What is wrong in their file.
    pub config_errors: &'a [ConfigError],
    /// The sentences of the chosen language.
    pub messages: &'a Messages,
    /// Whether it is opened in plain mode.
    pub plain: bool,
    /// Themes, keymaps and profiles.
    pub assets: &'a Assets,
}

/// The screen itself, which this room doesn't know: `main` hands it in.
pub type Screen = fn(Opened<'_>) -> Result<(), Box<dyn Fault + Send + Sync>>;

/// What the screen knows of keymaps and themes; handed in like the screen itself.
#[derive(Debug, Clone, Copy)]
pub struct Looks {
    /// A keymap of this name.
    pub keymap: fn(&Assets, &str) -> KeymapReport,
    /// A keymap in this file.
    pub keymap_file: fn(&Assets, &Path) -> KeymapReport,
    /// Every theme.
    pub themes: fn(&Assets) -> Vec<ThemeReport>,
}

/// Opens the screen on a store.
pub(super) fn open_screen(call: &mut Call<'_>, store: &Path, plain: bool) -> Answer {
    if !has_terminal() {
        return Err(CliError::NoTerminal);
    }
    super::screen_sign_in::sign_in(call, store)?;
    (call.screen)(Opened {
        store,
        opening: call.opening()?,
        surroundings: call.surroundings.clone(),
        settings: &call.settings,
        config_errors: &call.config_errors,
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
