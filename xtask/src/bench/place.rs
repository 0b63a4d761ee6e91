//! The folder in which the figures of one size are taken, apart from everything of the user's: stores, the texts of the
//! peers, notes and settings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use super::data::{self, row::civil};
use super::measure;
use crate::process;

/// The folder, and the programs of ours.
#[derive(Debug, Clone)]
pub struct Place {
    folder: PathBuf,
    program: PathBuf,
    figures: PathBuf,
}

impl Place {
    /// An empty one for so many applications.
    pub fn make(rows: u64, program: &Path, figures: &Path) -> Result<Self, String> {
        let folder = data::folder().join(format!("run-{rows}"));
        empty(&folder)?;
        Ok(Self { folder, program: program.to_owned(), figures: figures.to_owned() })
    }

    /// Takes everything away.
    pub fn leave(&self) -> Result<(), String> {
        fs::remove_dir_all(&self.folder).map_err(|error| error.to_string())
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The database of the programs beside ours.
    pub fn beside(&self) -> PathBuf {
        self.file("beside.db")
    }

    /// Founds a store of this name.
    pub fn found(&self, name: &str) -> Result<(), String> {
        self.clear(name)?;
        let mut init = self.sekisho(name);
        measure::run(init.args(["init", "--segment", "lgwan", "--sign-in", "none"]))?;
        // A day that has begun already opens at the list, not at what is new this morning.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
        let (year, month, day) = civil((since.as_secs() + 9 * 3600) / 86_400);
        let session = self.file(name).join("session");
        fs::create_dir_all(&session).map_err(|error| error.to_string())?;
        private(&session)?;
        let note = format!("{{\"format\": 1, \"day\": \"{year}-{month:02}-{day:02}\"}}");
        fs::write(session.join("~unsigned.json"), note).map_err(|error| error.to_string())
    }

    /// Takes a store away.
    pub fn clear(&self, name: &str) -> Result<(), String> {
        let store = self.file(name);
        if store.exists() { fs::remove_dir_all(store).map_err(|error| error.to_string()) } else { Ok(()) }
    }

    /// How large a store is, in bytes.
    pub fn size(&self, name: &str) -> u64 {
        size(&self.file(name))
    }

    /// A command line of ours for a store.
    pub fn sekisho(&self, store: &str) -> Command {
        let mut command = Command::new(&self.program);
        self.apart(&mut command);
        command.arg("--store").arg(self.file(store));
        command
    }

    /// What measures inside of the program; its answer.
    pub fn figures(&self, arguments: &[&std::ffi::OsStr]) -> Result<serde_json::Value, String> {
        let mut command = Command::new(&self.figures);
        self.apart(&mut command);
        let said = process::output(command.args(arguments))?;
        serde_json::from_str(&said).map_err(|error| format!("figures: {error}"))
    }

    fn apart(&self, command: &mut Command) {
        for (name, folder) in [("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data")] {
            command.env(name, self.folder.join(folder));
        }
    }
}

fn empty(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| error.to_string())?;
    }
    fs::create_dir_all(folder).map_err(|error| error.to_string())
}

fn private(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(|error| error.to_string())
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(
            |entry| {
                if entry.path().is_dir() { size(&entry.path()) } else { entry.metadata().map_or(0, |file| file.len()) }
            },
        )
        .sum()
}
