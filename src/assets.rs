//! The files of `themes/`, `keymaps/` and `data/`: compiled in as defaults, and read from disk as overrides.
//!
//! A file of the same relative path in one of the override folders (the store's folder first, then the
//! configuration folder of the platform) takes the place of the built-in one.

mod text;

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

pub use text::{LARGEST, Text, TextFault, text_of};

macro_rules! built_in {
    ($($path:literal),* $(,)?) => {
        /// Every shipped file, by its path from the project's root.
        const BUILT_IN: &[(&str, &str)] = &[$(($path, include_str!(concat!("../", $path)))),*];
    };
}

built_in![
    "data/corrections/usual.toml",
    "data/forms/etumo-00110.toml",
    "data/forms/etumo-00210.toml",
    "data/forms/etumo-00211.toml",
    "data/forms/etumo-00230.toml",
    "data/forms/etumo-00415.toml",
    "data/forms/etumo-00416.toml",
    "data/forms/etumo-00520.toml",
    "data/forms/etumo-00521.toml",
    "data/forms/etumo-00610.toml",
    "data/forms/etumo-00710.toml",
    "data/forms/etumo-00720.toml",
    "data/forms/etumo-00820.toml",
    "data/forms/etumo-00830.toml",
    "data/forms/etumo-01105.toml",
    "data/forms/etumo-01210.toml",
    "data/forms/etumo-01350.toml",
    "data/forms/etumo-01430.toml",
    "data/forms/etumo-01440.toml",
    "data/forms/etumo-01450.toml",
    "data/forms/etumo-02001.toml",
    "data/forms/etumo-03010.toml",
    "data/locales/en/backup.toml",
    "data/locales/en/cli.toml",
    "data/locales/en/compare.toml",
    "data/locales/en/correction.toml",
    "data/locales/en/doctor.toml",
    "data/locales/en/domain.toml",
    "data/locales/en/entry.toml",
    "data/locales/en/exchange.toml",
    "data/locales/en/log.toml",
    "data/locales/en/office.toml",
    "data/locales/en/people.toml",
    "data/locales/en/phone.toml",
    "data/locales/en/purge.toml",
    "data/locales/en/practice.toml",
    "data/locales/en/release.toml",
    "data/locales/en/sealing.toml",
    "data/locales/en/sign_in.toml",
    "data/locales/en/store.toml",
    "data/locales/en/today.toml",
    "data/locales/en/tui.toml",
    "data/locales/ja/backup.toml",
    "data/locales/ja/cli.toml",
    "data/locales/ja/compare.toml",
    "data/locales/ja/correction.toml",
    "data/locales/ja/doctor.toml",
    "data/locales/ja/domain.toml",
    "data/locales/ja/entry.toml",
    "data/locales/ja/exchange.toml",
    "data/locales/ja/log.toml",
    "data/locales/ja/office.toml",
    "data/locales/ja/people.toml",
    "data/locales/ja/phone.toml",
    "data/locales/ja/purge.toml",
    "data/locales/ja/practice.toml",
    "data/locales/ja/release.toml",
    "data/locales/ja/sealing.toml",
    "data/locales/ja/sign_in.toml",
    "data/locales/ja/store.toml",
    "data/locales/ja/today.toml",
    "data/locales/ja/tui.toml",
    "data/profiles/etumo-list.toml",
    "data/profiles/generic.toml",
    "data/rulings/amount.toml",
    "data/rulings/usual.toml",
    "data/views.toml",
    "keymaps/default.toml",
    "keymaps/function-keys.toml",
    "keymaps/vim.toml",
    "themes/ai.toml",
    "themes/default-16.toml",
    "themes/high-contrast.toml",
    "themes/lgwan.toml",
    "themes/mono.toml",
    "themes/mynumber.toml",
];

/// Where overrides are looked for, first match wins.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    folders: Vec<PathBuf>,
}

impl Assets {
    /// The built-in files alone.
    #[must_use]
    pub fn built_in() -> Self {
        Self::default()
    }

    /// The built-in files, overridden by those under `folders`.
    #[must_use]
    pub fn with_overrides(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// The text of a file and, where it comes from disk, the path that an error should name.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<(Cow<'static, str>, Option<PathBuf>)> {
        for folder in &self.folders {
            let file = folder.join(path);
            if let Ok(text) = std::fs::read_to_string(&file) {
                return Some((Cow::Owned(text), Some(file)));
            }
        }
        Self::compiled_in(path).map(|text| (Cow::Borrowed(text), None))
    }

    /// The text of a built-in file.
    #[must_use]
    pub fn compiled_in(path: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
    }

    /// The file of this path that stands on disk, readable or not; the first folder that has one counts.
    ///
    /// # Errors
    /// Why it can't be used. The built-in file of this path, if there is one, then stays in force.
    #[must_use]
    pub fn on_disk(&self, path: &str) -> Option<(PathBuf, Result<Text, TextFault>)> {
        self.folders.iter().map(|folder| folder.join(path)).find_map(|file| match text_of(&file) {
            Err(TextFault::Io(io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)) => None,
            found => Some((file, found)),
        })
    }

    /// Paths of all files under a folder such as `themes/`, built-in and on disk, sorted, each once.
    #[must_use]
    pub fn list(&self, folder: &str) -> Vec<String> {
        let mut paths: Vec<String> =
            BUILT_IN.iter().filter(|(name, _)| name.starts_with(folder)).map(|(name, _)| (*name).to_owned()).collect();
        for root in &self.folders {
            let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
            for entry in entries.flatten() {
                if let Some(name) = entry.file_name().to_str().filter(|name| name.ends_with(".toml")) {
                    paths.push(format!("{folder}{name}"));
                }
            }
        }
        paths.sort();
        paths.dedup();
        paths
    }
}
