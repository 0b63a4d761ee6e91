//! What the administrator's policy forbids everybody who sits at a desk.

use std::path::Path;

use super::desk::Desk;
use super::fault::OfficeError;
use crate::config::policy::{Media, Policy};
use crate::domain::people::{Act, Permission};
use crate::store::{Medium, SignIn, medium};

impl Desk {
    /// What is forbidden to everybody: by the administrator's policy, or because it needs a second person and can't wait
    /// for one.
    pub(super) fn refuse_act(&self, act: Act) -> Result<(), OfficeError> {
        let policy = &self.surroundings.policy;
        if act.permission() == Permission::TakeOut && !policy.allows_export() {
            return Err(OfficeError::PolicyForbids("output.export", act.id().to_owned()));
        }
        self.refuse_marked(act)
    }

    /// Refuses a folder that files may not be written into.
    pub(super) fn refuse_output(&self, path: &Path) -> Result<(), OfficeError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let policy = &self.surroundings.policy;
        if !policy.allows_output(folder) {
            return Err(OfficeError::PolicyForbids("output.folders", folder.display().to_string()));
        }
        // A folder that isn't there fails by itself; one whose medium the system doesn't tell may be anything.
        let may_leave = policy.output.media == Media::Local && folder.exists();
        if may_leave && medium(folder) != Some(Medium::Local) {
            return Err(OfficeError::PolicyForbids("output.media", folder.display().to_string()));
        }
        Ok(())
    }
}

/// Refuses a folder that no store may lie in by the administrator's policy.
pub(super) fn refuse_folder(policy: &Policy, dir: &Path) -> Result<(), OfficeError> {
    if policy.allows_store(dir) {
        return Ok(());
    }
    Err(OfficeError::PolicyForbids("store.folders", dir.display().to_string()))
}

/// Refuses a store that may not be opened, or not by people who sign in so.
pub(super) fn refuse_by_policy(policy: &Policy, dir: &Path, kind: SignIn, demo: bool) -> Result<(), OfficeError> {
    refuse_folder(policy, dir)?;
    if policy.allows_sign_in(kind.id(), demo) {
        return Ok(());
    }
    Err(OfficeError::PolicyForbids("sign_in.allowed", kind.id().to_owned()))
}
