//! 方針: what the administrator lays down above every user, in one file that only the administrator can write. What can't
//! be read opens nothing: a rule that must hold may stand in it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::release::Marks;

/// Where the administrator's file stands.
pub const POLICY_FILE: &str = "/etc/sekisho/policy.toml";

/// Larger than any policy, bytes.
const LARGEST: u64 = 1 << 20;

/// What the administrator lays down. Left out = nothing is laid down about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Section `[sign_in]`.
    pub sign_in: SignInPolicy,
    /// Section `[store]`.
    pub store: StorePolicy,
    /// Section `[output]`.
    pub output: OutputPolicy,
    /// Section `[release]`.
    pub release: ReleasePolicy,
    /// Section `[lock]`.
    pub lock: LockPolicy,
    /// Section `[status]`.
    pub status: StatusPolicy,
    /// Where it was read from; `None` = there is no policy.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// What needs a second person by it; `None` = it says nothing of that.
    #[serde(skip)]
    pub marks: Option<Marks>,
}

/// How operators may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignInPolicy {
    /// The kinds that are allowed (`os`, `passphrase`, `none`). Demo stores are of made-up people and need none.
    pub allowed: Option<Vec<String>>,
}

/// Where stores may lie.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StorePolicy {
    /// The folders that stores may lie in.
    pub folders: Option<Vec<PathBuf>>,
}

/// What may leave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutputPolicy {
    /// The folders that files may be written into.
    pub folders: Option<Vec<PathBuf>>,
    /// Whether applications may be written into files at all; backups are the store's own and stay allowed.
    pub export: Option<bool>,
    /// On which media files may be written.
    pub media: Media,
}

/// On which media files may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Media {
    /// On any.
    #[default]
    Any,
    /// On disks of this machine: on nothing that can be taken out, on nobody else's machine.
    Local,
}

impl Media {
    /// The word of the file.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Local => "local",
        }
    }
}

/// When screens hide.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LockPolicy {
    /// The most minutes that a screen stays visible without a key; users may set fewer.
    pub after: Option<std::num::NonZeroU32>,
}

/// Which statuses may be set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatusPolicy {
    /// Whether a 届出 may be 不受理 (行政手続法 37 条 says that it stands on arrival).
    pub reject_notifications: Option<bool>,
}

/// What needs a second person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReleasePolicy {
    /// Words of acts, each with `:many` where it is meant for more than one application.
    pub second_person: Option<Vec<String>>,
}

impl Policy {
    /// Reads the text of a policy.
    ///
    /// # Errors
    /// The first thing that is wrong in it, with its place.
    pub fn read(text: &str, file: &Path) -> Result<Self, PolicyError> {
        let text = text.trim_start_matches('\u{feff}');
        let wrong = |at: usize, reason: String| {
            let before = text.get(..at).unwrap_or(text);
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            PolicyError::Wrong {
                file: file.to_owned(),
                line: before.matches('\n').count() as u64 + 1,
                column: before[line_start..].chars().count() as u64 + 1,
                reason,
            }
        };
        let read: Result<Self, _> = toml::from_str(text);
        let mut policy = read.map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            wrong(at, error.message().to_owned())
        })?;
        let kinds = policy.sign_in.allowed.iter().flatten();
        if let Some(unknown) = kinds.into_iter().find(|kind| !["os", "passphrase", "none"].contains(&kind.as_str())) {
            return Err(wrong(text.find(unknown.as_str()).unwrap_or(0), format!("sign_in.allowed: {unknown}")));
        }
        let acts = policy.release.second_person.iter().flatten();
        if let Some(unknown) = acts.into_iter().find(|word| !Marks::knows(word)) {
            return Err(wrong(text.find(unknown.as_str()).unwrap_or(0), format!("release.second_person: {unknown}")));
        }
        let folders = policy.store.folders.iter().chain(&policy.output.folders).flatten();
        if let Some(relative) = folders.into_iter().find(|folder| !folder.is_absolute()) {
            let name = relative.display().to_string();
            return Err(wrong(text.find(&name).unwrap_or(0), format!("{name}: /…")));
        }
        policy.marks = policy.release.second_person.as_deref().map(Marks::set);
        policy.file = Some(file.to_owned());
        Ok(policy)
    }

    /// What allows nothing: it stands in for a policy that can't be read.
    #[must_use]
    pub fn closed() -> Self {
        Self {
            sign_in: SignInPolicy { allowed: Some(Vec::new()) },
            store: StorePolicy { folders: Some(Vec::new()) },
            output: OutputPolicy { folders: Some(Vec::new()), export: Some(false), media: Media::Local },
            ..Self::default()
        }
    }

    /// The policy of this machine. `trusted` = only a file that the administrator alone can write counts.
    ///
    /// # Errors
    /// What can't be read, or could have been written by somebody else.
    pub fn load(file: &Path, trusted: bool) -> Result<Self, PolicyError> {
        use std::io::Read as _;
        use std::os::unix::fs::MetadataExt as _;
        let unreadable =
            |error: &std::io::Error| PolicyError::Unreadable { file: file.to_owned(), cause: error.to_string() };
        let opened = match std::fs::File::open(file) {
            Ok(opened) => opened,
            // No such file. Anything else that keeps us from it may hide one.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(unreadable(&error)),
        };
        let found = opened.metadata().map_err(|error| unreadable(&error))?;
        if !found.is_file() {
            return Err(unreadable(&std::io::ErrorKind::InvalidInput.into()));
        }
        if trusted && (found.uid() != 0 || found.mode() & 0o022 != 0) {
            return Err(PolicyError::OpenToOthers(file.to_owned()));
        }
        let mut text = String::new();
        opened.take(LARGEST).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
        Self::read(&text, file)
    }

    /// Whether a kind of sign-in is allowed.
    #[must_use]
    pub fn allows_sign_in(&self, kind: &str, demo: bool) -> bool {
        demo || self.sign_in.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|one| one == kind))
    }

    /// Whether a store may lie in a folder. Links are followed: it counts where it really lies.
    #[must_use]
    pub fn allows_store(&self, dir: &Path) -> bool {
        lies_in(dir, self.store.folders.as_deref())
    }

    /// Whether a file may be written into a folder.
    #[must_use]
    pub fn allows_output(&self, folder: &Path) -> bool {
        lies_in(folder, self.output.folders.as_deref())
    }

    /// Whether applications may be written into files.
    #[must_use]
    pub fn allows_export(&self) -> bool {
        self.output.export != Some(false)
    }

    /// After how many minutes without a key a screen hides: as the user has set, never later than this says.
    #[must_use]
    pub fn lock_after(&self, set: Option<u64>) -> Option<u64> {
        let most = self.lock.after.map(|minutes| u64::from(minutes.get()));
        // 0 stands for never.
        let set = set.filter(|minutes| *minutes > 0);
        set.map_or(most, |set| Some(most.map_or(set, |most| most.min(set))))
    }
}

/// Whether a folder, or the nearest one above it that is there, lies in one of these.
fn lies_in(folder: &Path, allowed: Option<&[PathBuf]>) -> bool {
    let Some(allowed) = allowed else { return true };
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    // `..` behind a folder that isn't there yet could lead anywhere.
    if whole.components().any(|part| part == std::path::Component::ParentDir) && !whole.exists() {
        return false;
    }
    let real = whole.ancestors().find_map(|above| {
        let rest = whole.strip_prefix(above).ok()?;
        Some(above.canonicalize().ok()?.join(rest))
    });
    real.is_some_and(|real| allowed.iter().any(|one| real.starts_with(one.canonicalize().as_deref().unwrap_or(one))))
}

/// Why there is no policy to go by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The file is there, but can't be read.
    #[error("{}: {cause}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// Others than the administrator can write it.
    #[error("{} can be written by others", .0.display())]
    OpenToOthers(PathBuf),
    /// Something in it is wrong.
    #[error("{}:{line}:{column}: {reason}", file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Character of the line, from 1.
        column: u64,
        /// What the parser says.
        reason: String,
    },
}

impl Fault for PolicyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "policy.unreadable",
            Self::OpenToOthers(_) => "policy.open_to_others",
            Self::Wrong { .. } => "policy.wrong",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Unreadable { file, cause } => vec![("file", file.display().to_string()), ("cause", cause.clone())],
            Self::OpenToOthers(file) => vec![("file", file.display().to_string())],
            Self::Wrong { file, line, column, reason } => {
                vec![("place", format!("{}:{line}:{column}", file.display())), ("reason", reason.clone())]
            }
        }
    }

    fn place(&self) -> Option<Place> {
        let (file, line, column) = match self {
            Self::Unreadable { file, .. } | Self::OpenToOthers(file) => (file, None, None),
            Self::Wrong { file, line, column, .. } => (file, Some(*line), Some(*column)),
        };
        Some(Place { file: Some(file.display().to_string()), line, column, field: None })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Policy, PolicyError> {
        Policy::read(text, Path::new("policy.toml"))
    }

    #[test]
    fn an_empty_policy_lays_nothing_down() {
        let policy = read("").unwrap();
        assert!(policy.allows_sign_in("none", false) && policy.allows_export() && policy.allows_store(Path::new("/x")));
        assert_eq!(policy.marks, None);
    }

    #[test]
    fn a_screen_hides_no_later_than_the_policy_says() {
        let policy = read("[lock]\nafter = 10\n").unwrap();
        for (set, after) in [(None, 10), (Some(0), 10), (Some(5), 5), (Some(60), 10)] {
            assert_eq!(policy.lock_after(set), Some(after), "{set:?}");
        }
        assert_eq!((Policy::default().lock_after(None), Policy::default().lock_after(Some(3))), (None, Some(3)));
        assert!(read("[lock]\nafter = 0\n").is_err());
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        for (text, line) in [
            ("[sign_in]\nalowed = [\"os\"]\n", 2),
            ("[outputs]\n", 1),
            ("[sign_in]\nallowed = [\"card\"]\n", 2),
            ("[store]\nfolders = [\"relative\"]\n", 2),
            ("[release]\n\nsecond_person = [\"mail.teleport\"]\n", 3),
            ("[output]\nexport = \"no\"\n", 2),
            ("[output\n", 1),
        ] {
            match read(text) {
                Err(PolicyError::Wrong { line: found, .. }) => assert_eq!(found, line, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn folders_are_followed_to_where_they_really_lie() {
        let root = tempfile::tempdir().unwrap();
        let (inside, outside) = (root.path().join("in"), root.path().join("out"));
        std::fs::create_dir(&inside).unwrap();
        std::fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, inside.join("link")).unwrap();
        let policy = read(&format!("[store]\nfolders = [{inside:?}]\n")).unwrap();
        for (dir, allowed) in [
            (inside.join("store"), true),
            (inside.clone(), true),
            (inside.join("a/b/c"), true),
            (inside.join("link/store"), false),
            (outside.join("store"), false),
            (inside.join("../out/store"), false),
            (inside.join("absent/../../out"), false),
            (root.path().join("in-other"), false),
        ] {
            assert_eq!(policy.allows_store(&dir), allowed, "{}", dir.display());
        }
    }

    #[test]
    fn a_file_that_others_can_write_is_no_policy() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("policy.toml");
        assert_eq!(Policy::load(&file, true), Ok(Policy::default()), "there is none");
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(Policy::load(&file, true), Err(PolicyError::OpenToOthers(file.clone())));
        assert!(Policy::load(&file, false).is_ok());
        assert!(matches!(Policy::load(root.path(), false), Err(PolicyError::Unreadable { .. })), "a folder");
        std::fs::write(&file, b"\xff").unwrap();
        assert!(matches!(Policy::load(&file, false), Err(PolicyError::Unreadable { .. })), "not UTF-8");
    }
}
