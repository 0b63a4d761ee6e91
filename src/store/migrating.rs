//! Bringing an older store up to this version, alone with it; by `migrate` with a copy of what was before.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::error::{Result, StoreError};
use super::{Store, founding, place, rebuild, restore, schema};

/// From which schema to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationStep {
    /// The schema of the store.
    pub from: i64,
    /// The schema of this program.
    pub to: i64,
}

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// From which schema to which; equal where only the state was made anew, or nothing was to do.
    pub step: MigrationStep,
    /// Whether anything was to do.
    pub changed: bool,
    /// The copy of what was before.
    pub backup: Option<PathBuf>,
}

/// Whether a store is of this version as it stands.
pub(super) fn is_current(db: &Connection) -> Result<bool> {
    Ok(schema::schema_of(db)? == schema::SCHEMA && founding::projection_of(db)? == schema::PROJECTION)
}

/// Brings a database up, which nobody else has open: facts by the steps that it lacks, the state by a replay.
pub(super) fn bring_up(db: &mut Connection) -> Result<()> {
    if is_current(db)? {
        return Ok(());
    }
    schema::migrate(db, schema::MIGRATIONS, schema::SCHEMA)?;
    rebuild::replace_projection(db)
}

impl Store {
    /// Migrates the store in a folder, alone with it. `backup` names the file for what was before, by the schema that
    /// is found; it is verified before anything is changed.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if anybody has the store open; [`StoreError::Exists`] if the file for the backup is there;
    /// as [`Store::open`]. Nothing is changed then; a verified backup may be there.
    pub fn migrate_in(dir: &Path, wait: Duration, backup: Option<&dyn Fn(i64) -> PathBuf>) -> Result<Migrated> {
        restore::finish(dir, wait)?;
        super::refuse_absent(dir)?;
        place::refuse_network(dir)?;
        let alone = place::alone(dir, wait)?;
        restore::finish_alone(dir)?;
        let file = place::database(dir);
        let mut db = super::connect(&file, wait)?;
        super::refuse_other(dir, &db)?;
        let step = MigrationStep { from: schema::schema_of(&db)?, to: schema::SCHEMA };
        if step.from > step.to {
            return Err(StoreError::Newer { found: step.from, known: step.to });
        }
        if is_current(&db)? {
            return Ok(Migrated { step, changed: false, backup: None });
        }
        let backup = backup.map(|place| place(step.from));
        if let Some(target) = &backup {
            let old = Self::of_connection(dir, db, Box::new(|_| {}), None)?;
            old.keep_copy(target)?;
            drop(old);
            db = super::connect(&file, wait)?;
        }
        bring_up(&mut db)?;
        drop(db);
        drop(alone);
        Ok(Migrated { step, changed: true, backup })
    }

    /// Writes a copy under a name that isn't taken, verified before it gets that name.
    fn keep_copy(&self, target: &Path) -> Result<()> {
        if target.exists() {
            return Err(StoreError::Exists(target.to_owned()));
        }
        let folder = target.parent().unwrap_or(Path::new("."));
        let part = tempfile::NamedTempFile::new_in(folder).map_err(|error| StoreError::io(target, error))?;
        self.copy_into(part.path())?;
        let copy = Self::inspect(part.path())?;
        copy.check_integrity()?;
        copy.verify_log(&[], &mut |_| {})?;
        drop(copy);
        part.persist_noclobber(target).map_err(|error| StoreError::io(target, error.error))?;
        let forced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
        forced.map_err(|error| StoreError::io(folder, error))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::tests::{counting_entropy, founded, id_of, imported, opened};
    use super::super::{Store, connect, database};
    use crate::domain::status::Status::Unprocessed;

    #[test]
    fn many_who_open_an_older_store_at_once_all_get_in() {
        let dir = tempfile::tempdir().unwrap();
        drop(founded(dir.path()));
        for _ in 0..5 {
            let old = connect(&database(dir.path()), Duration::ZERO).unwrap();
            old.execute("UPDATE meta SET v = 0 WHERE k = 'projection'", []).unwrap();
            drop(old);
            let all = std::sync::Barrier::new(6);
            std::thread::scope(|scope| {
                for _ in 0..6 {
                    scope.spawn(|| {
                        let opened = Store::open(dir.path(), Duration::from_secs(3), counting_entropy());
                        // Nobody leaves before all have tried.
                        all.wait();
                        opened.unwrap();
                    });
                }
            });
        }
    }

    /// Until schema 2 each birth of an import under way had a row in `stage` (kind 1), and identities an index on `app`.
    #[test]
    fn an_import_that_schema_2_left_unfinished_is_taken_back_and_its_file_comes_in_anew() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        imported(&mut store, 1, &[(1, "a", Unprocessed), (2, "b", Unprocessed)]);
        drop(store);
        let old = connect(&database(dir.path()), Duration::ZERO).unwrap();
        old.execute_batch(
            "DROP TABLE identity; DROP TABLE born; DROP TABLE people; DROP TABLE tag; DROP TABLE tag_name; DROP TABLE note;
             DROP TABLE request; DROP TABLE rare; DROP TABLE calendar; DROP TABLE ruling; DROP TABLE sealed; DROP TABLE call;
             DROP TABLE tomb; DROP TABLE gone; DROP TABLE erasure; DROP TABLE handed;
             CREATE UNIQUE INDEX app_number ON app(source, number);
             CREATE INDEX app_submitted ON app(submitted DESC, number);
             UPDATE meta SET v = 2 WHERE k = 'schema';
             INSERT INTO app SELECT id + 2, source, '00000000000' || (id + 2), form, submitted, tz, name, kana, mail,
               user_id, line, remarks, items, salt, 0, idx FROM app;
             INSERT INTO raw SELECT id, 0, 6, x'f040', 1 FROM app WHERE id > 2;
             INSERT INTO stage SELECT id, 1, id, id * 10, 10, 1, NULL, NULL FROM app WHERE id > 2;
             UPDATE stream SET births = 4;
             INSERT INTO job(id, kind, first, n, file_hash, setting, counts, at_byte, at_line, state, file_name, length)
               VALUES (1, 1, 3, 2, zeroblob(32), zeroblob(32), zeroblob(40), 50, 5, 0, 'list.csv', 100);
             INSERT INTO rejected VALUES (1, 4, x'61', 1, NULL, NULL, 9, 'list.csv', zeroblob(16), NULL);
             INSERT INTO rejected_header VALUES (1, x'61', 1);",
        )
        .unwrap();
        drop(old);
        let mut store = opened(dir.path());
        store.check(&mut |_| {}).unwrap();
        let count = |store: &Store, table: &str| -> i64 {
            store.db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        for (table, rows) in [("app", 2), ("identity", 2), ("job", 0), ("stage", 0), ("rejected", 0), ("raw", 2)] {
            assert_eq!(count(&store, table), rows, "{table}");
        }
        assert!(store.by_number(None, "000000000003").unwrap().is_empty());
        let published = imported(&mut store, 2, &[(3, "c", Unprocessed), (1, "a", Unprocessed)]);
        assert_eq!((published.counts.added, published.counts.unchanged), (1, 1));
        assert_eq!(id_of(&store, 3).n(), 5, "the numbers of what was taken back stay unused");
        store.check(&mut |_| {}).unwrap();
    }
}
