//! The import profiles of an office: the shipped ones, and those that the office made for itself in `DIR/profiles/`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::fault::OfficeError;
use crate::assets::Assets;
use crate::exchange::fault::ImportError;
use crate::exchange::profile::{HeaderError, Profile, ProfileError, ProfileErrorKind};

/// The folder of an office's own profiles within the store's folder.
pub const PROFILE_FOLDER: &str = "profiles";

/// The shipped profile that reads whatever has a number.
const CATCH_ALL: &str = "generic";

/// Larger than any profile, bytes: what is larger is something else.
const SIZE_MAX: u64 = 1 << 20;

/// All profiles that can be read, and what is wrong with the others.
#[derive(Debug, Clone)]
pub struct Profiles {
    /// The good ones: the built-in one, the shipped ones, the office's own.
    pub profiles: Vec<Profile>,
    /// The broken ones, each with its file.
    pub errors: Vec<ProfileError>,
    own: BTreeMap<String, OwnProfile>,
}

/// Where a profile of the office's own comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnProfile {
    /// Its file.
    pub file: PathBuf,
    /// Whether it takes the place of a shipped one of the same name.
    pub replaces_shipped: bool,
}

/// A profile's text, or why there is none.
type Text = Result<String, ProfileError>;

/// Reads the profiles of `data/profiles/`, and those of the store's folder. Of two with one name the store's own holds,
/// even a broken one: the shipped one would read the same files as another source's.
#[must_use]
pub fn load_profiles(assets: &Assets, store: Option<&Path>) -> Profiles {
    let mut texts: BTreeMap<String, (Option<PathBuf>, Text)> = BTreeMap::new();
    for path in assets.list("data/profiles/") {
        let name = path.strip_prefix("data/profiles/").and_then(|file| file.strip_suffix(".toml"));
        if let (Some(name), Some((text, file))) = (name, assets.read(&path)) {
            texts.insert(name.to_owned(), (file, Ok(text.into_owned())));
        }
    }
    for file in store.map(own_files).unwrap_or_default() {
        let name = name_of(&file);
        let unreadable =
            |error: io::Error| ProfileError::of_bytes(&name, "", ProfileErrorKind::Unreadable(error.to_string()));
        let text = File::open(&file).map_err(unreadable).and_then(|file| read_profile(&name, file));
        texts.insert(name, (Some(file), text));
    }
    let shipped = Assets::built_in();
    let mut loaded = Profiles { profiles: vec![Profile::sekisho()], errors: Vec::new(), own: BTreeMap::new() };
    for (name, (file, text)) in texts {
        let profile = text.and_then(|text| Profile::from_toml(&name, &text));
        match (profile, file) {
            (Ok(profile), None) => loaded.profiles.push(profile),
            (Ok(profile), Some(file)) => {
                loaded.profiles.push(profile.made_by_office());
                let replaces_shipped = shipped.read(&format!("data/profiles/{name}.toml")).is_some();
                loaded.own.insert(name, OwnProfile { file, replaces_shipped });
            }
            (Err(error), file) => loaded.errors.push(match file {
                Some(file) => error.in_file(file.display().to_string()),
                None => error,
            }),
        }
    }
    loaded
}

impl Profiles {
    /// Where a profile comes from; `None` = it is as shipped.
    #[must_use]
    pub fn own(&self, name: &str) -> Option<&OwnProfile> {
        self.own.get(name)
    }

    /// The profiles that may read a file; `named` is the one that was asked for. While a profile of the office's own is
    /// broken, the one that reads everything stays out unless it is asked for: it would take that profile's files in
    /// under another source, and an identity can't be changed later.
    #[must_use]
    pub fn offered(&self, named: Option<&str>) -> Vec<Profile> {
        let shipped_catch_all = |profile: &Profile| profile.name() == CATCH_ALL && self.own(CATCH_ALL).is_none();
        let kept = |profile: &&Profile| named.is_some() || self.errors.is_empty() || !shipped_catch_all(profile);
        self.profiles.iter().filter(kept).cloned().collect()
    }

    /// The true reason why no profile read a file: the broken one that was asked for, or that there are broken ones.
    #[must_use]
    pub fn reason(&self, error: OfficeError) -> OfficeError {
        let OfficeError::Import { file, error: ImportError::Header(header) } = error else { return error };
        let broken = |name: &str| self.errors.iter().find(|error| error.profile == name);
        match header {
            HeaderError::UnknownProfile(ref name) if let Some(error) = broken(name) => error.clone().into(),
            HeaderError::NoProfile if !self.errors.is_empty() => {
                let place = |error: &ProfileError| format!("{}:{}:{}", error.file, error.line, error.column);
                OfficeError::ProfileBroken { file, broken: self.errors.iter().map(place).collect() }
            }
            header => OfficeError::Import { file, error: ImportError::Header(header) },
        }
    }
}

/// Reads a profile's file.
///
/// # Errors
/// [`OfficeError::Unreadable`]; what is wrong with the text, and where.
pub fn check_profile(file: &Path) -> Result<Profile, OfficeError> {
    let unreadable = |error| OfficeError::Unreadable { file: file.to_owned(), error };
    if std::fs::metadata(file).map_err(unreadable)?.is_dir() {
        return Err(OfficeError::Folder(file.to_owned()));
    }
    let opened = File::open(file).map_err(unreadable)?;
    let name = name_of(file);
    let profile = read_profile(&name, opened).and_then(|text| Profile::from_toml(&name, &text));
    Ok(profile.map_err(|error| error.in_file(file.display().to_string()))?)
}

/// The name of the profile that a file holds.
fn name_of(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files of the office's own profiles, sorted.
fn own_files(store: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(store.join(PROFILE_FOLDER));
    let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
    // A FIFO in the folder would wait for somebody to write into it. What can't be looked at is named later.
    let readable = |path: &PathBuf| path.metadata().map_or(true, |kind| kind.is_file());
    let profile = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "toml") && readable(path);
    let mut files: Vec<PathBuf> = paths.filter(profile).collect();
    files.sort();
    files
}

fn read_profile(name: &str, file: File) -> Text {
    let failed = |kind| ProfileError::of_bytes(name, "", kind);
    let mut bytes = Vec::new();
    let read = file.take(SIZE_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| failed(ProfileErrorKind::Unreadable(error.to_string())))?;
    if bytes.len() as u64 > SIZE_MAX {
        return Err(failed(ProfileErrorKind::TooLarge));
    }
    // A mark at the start is what Windows' editor writes; TOML knows none.
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let before = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            Err(ProfileError::of_bytes(name, before, ProfileErrorKind::NotUtf8))
        }
    }
}
