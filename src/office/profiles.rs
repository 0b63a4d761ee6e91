//! The import profiles of an office: the shipped ones and those on disk.

use crate::assets::Assets;
use crate::exchange::profile::{Profile, ProfileError};

/// All profiles that can be read, and what is wrong with the others.
#[derive(Debug, Clone)]
pub struct Profiles {
    /// The good ones, the built-in one first.
    pub profiles: Vec<Profile>,
    /// The broken ones.
    pub errors: Vec<ProfileError>,
}

/// Reads the profiles of `data/profiles/`.
#[must_use]
pub fn load_profiles(assets: &Assets) -> Profiles {
    let files: Vec<(String, String)> = assets
        .list("data/profiles/")
        .into_iter()
        .filter_map(|path| {
            let name = path.strip_prefix("data/profiles/")?.strip_suffix(".toml")?.to_owned();
            let (text, _) = assets.read(&path)?;
            Some((name, text.into_owned()))
        })
        .collect();
    let (profiles, errors) = Profile::read_all(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    Profiles { profiles, errors }
}
