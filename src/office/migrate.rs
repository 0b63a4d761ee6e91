//! Migration, explicit: alone with the store, with a verified copy of what was before beside it.

use std::path::{Path, PathBuf};

use super::backup::{FORMAT, beside, stamp};
use super::desk::{Desk, Opening, Surroundings};
use super::fault::OfficeError;
use super::forbidden::refuse_folder;
use super::outgoing::hash_of_file;
use crate::domain::operation::{Body, ExportBody};
use crate::domain::people::Act;
use crate::store::{Migrated, Store};

/// Migrates a store to this version.
///
/// # Errors
/// As [`Store::migrate_in`].
pub fn migrate(
    dir: &Path,
    with_backup: bool,
    surroundings: &Surroundings,
    opening: &Opening,
) -> Result<Migrated, OfficeError> {
    refuse_folder(&surroundings.policy, dir)?;
    let at_ms = (surroundings.now)();
    let place =
        |schema: i64| -> PathBuf { beside(dir, &format!("before-migration-{schema}-{}.sekisho", stamp(at_ms))) };
    let migrated = Store::migrate_in(dir, opening.wait, with_backup.then_some(&place as &dyn Fn(i64) -> PathBuf))?;
    let mut desk = Desk::open(dir, surroundings.clone(), opening)?;
    if let Some(backup) = &migrated.backup {
        let hash = hash_of_file(backup).map_err(|error| OfficeError::Unreadable { file: backup.clone(), error })?;
        let signed = desk.sign(Act::Migrate)?;
        let count = desk.store.size()?;
        let body = Body::Export(ExportBody { count, format: FORMAT.to_owned(), columns: Vec::new(), file: hash });
        let name = backup.display().to_string();
        desk.store.record(&signed, body, Some(&name))?;
    }
    Ok(migrated)
}
