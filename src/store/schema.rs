//! The tables, and how an older store becomes one of today.
//!
//! Facts (`app` …) migrate in place; projections (`state`) are dropped and replayed when [`PROJECTION`] differs; the
//! bytes of the log are never touched.

use rusqlite::{Connection, TransactionBehavior};

use super::error::{Result, StoreError};

/// The newest schema that this program knows.
pub(super) const SCHEMA: i64 = 13;

/// The number of the projection: another number drops `state` and replays the log.
pub(super) const PROJECTION: i64 = 2;

/// Marks the file as ours in SQLite's header: "SEKI".
pub(super) const APPLICATION_ID: i32 = 0x5345_4B49;

/// Everything that a new store gets.
pub(super) const TABLES: &str = "
CREATE TABLE meta(k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID;

-- The log. The hash before a row is that of the row before it: id - 1.
CREATE TABLE stream(no INTEGER PRIMARY KEY, terminal BLOB NOT NULL, epoch BLOB NOT NULL, seq INT NOT NULL,
  head BLOB NOT NULL, births INT NOT NULL, pubkey BLOB, UNIQUE(terminal, epoch)) STRICT;
CREATE TABLE op(id INTEGER PRIMARY KEY, at INT NOT NULL, actor INT NOT NULL, kind INT NOT NULL, bytes BLOB NOT NULL,
  hash BLOB NOT NULL) STRICT;
CREATE TABLE op_text(op INTEGER PRIMARY KEY, text TEXT NOT NULL, salt BLOB NOT NULL) STRICT;
CREATE TABLE operator(id INTEGER PRIMARY KEY, code TEXT NOT NULL, op INT NOT NULL, row BLOB NOT NULL) STRICT;

-- Facts: what citizens sent.
CREATE TABLE source(no INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE form(no INTEGER PRIMARY KEY, source INT NOT NULL, code TEXT NOT NULL, version TEXT NOT NULL,
  name TEXT NOT NULL, items TEXT NOT NULL, items_hash BLOB NOT NULL, def TEXT,
  UNIQUE(source, code, version, items_hash)) STRICT;
-- op 0 = the import that gave birth to it (see birth): its number isn't known yet when the row is written.
CREATE TABLE app(id INTEGER PRIMARY KEY, source INT NOT NULL, number TEXT NOT NULL, form INT NOT NULL,
  submitted INT, tz INT, name TEXT, kana TEXT, mail TEXT, user_id TEXT, line INT, remarks TEXT,
  items TEXT NOT NULL, salt BLOB NOT NULL, op INT NOT NULL, idx INT NOT NULL) STRICT;
-- Who is who: the identity of every published application. An import enters its own when it is published, in this order.
CREATE TABLE identity(source INT NOT NULL, number TEXT NOT NULL, id INT NOT NULL, PRIMARY KEY(source, number))
  STRICT, WITHOUT ROWID;
CREATE TABLE app_old(id INT NOT NULL, op INT NOT NULL, row BLOB NOT NULL, PRIMARY KEY(id, op)) STRICT, WITHOUT ROWID;
CREATE TABLE raw(id INT NOT NULL, op INT NOT NULL, field INT NOT NULL, bytes BLOB NOT NULL, enc INT NOT NULL,
  PRIMARY KEY(id, op, field)) STRICT, WITHOUT ROWID;
CREATE TABLE birth(first INTEGER PRIMARY KEY, span INT NOT NULL, op INT NOT NULL) STRICT;
CREATE TABLE touch(app INT NOT NULL, op INT NOT NULL, PRIMARY KEY(app, op)) STRICT, WITHOUT ROWID;
CREATE TABLE rejected(job INT NOT NULL, line INT NOT NULL, bytes BLOB NOT NULL, enc INT NOT NULL, \"column\" INT,
  field TEXT, reason INT NOT NULL, file TEXT NOT NULL, salt BLOB NOT NULL, op INT, PRIMARY KEY(job, line))
  STRICT, WITHOUT ROWID;

-- The header of the file whose rows a job set aside: with it they can be imported again.
CREATE TABLE rejected_header(job INTEGER PRIMARY KEY, bytes BLOB NOT NULL, enc INT NOT NULL) STRICT;

-- All sealed values of one class of one content in one row (see sealing/). op 0 = the birth, -1 = a revision under way.
CREATE TABLE sealed(app INT NOT NULL, op INT NOT NULL, class INT NOT NULL, kek INT NOT NULL, places BLOB NOT NULL,
  ct BLOB NOT NULL, PRIMARY KEY(app, op, class)) STRICT, WITHOUT ROWID;

-- The projection: what staff made of it. No secondary index (a status index costs 60% of a batch).
CREATE TABLE state(id INTEGER PRIMARY KEY, status INT NOT NULL, status_op INT NOT NULL,
  source_status INT, source_op INT, assignee INT, assignee_op INT, due INT, due_op INT, custody INT, custody_op INT,
  flags INT NOT NULL DEFAULT 0, ver INT NOT NULL DEFAULT 1) STRICT;
-- Erasing: the leaf of each content that was erased (op 0 = the birth), and the identities that no import brings back.
CREATE TABLE tomb(app INT NOT NULL, op INT NOT NULL, leaf BLOB NOT NULL, by_op INT NOT NULL, PRIMARY KEY(app, op))
  STRICT, WITHOUT ROWID;
CREATE TABLE gone(source INT NOT NULL, number TEXT NOT NULL, by_op INT NOT NULL, PRIMARY KEY(source, number))
  STRICT, WITHOUT ROWID;
-- Field groups that few applications have (see rare.rs).
CREATE TABLE rare(grp INT NOT NULL, app INT NOT NULL, value INT, op INT NOT NULL, PRIMARY KEY(grp, app))
  STRICT, WITHOUT ROWID;

-- Registers: what the log says, kept ready to be looked up (see registers.rs).
CREATE TABLE imported(file BLOB PRIMARY KEY, op INT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE view(id INTEGER PRIMARY KEY, name TEXT NOT NULL, row TEXT NOT NULL, op INT NOT NULL) STRICT;
CREATE TABLE listed(app INTEGER PRIMARY KEY, op INT NOT NULL) STRICT;
CREATE TABLE revised(app INTEGER PRIMARY KEY, op INT NOT NULL) STRICT;
CREATE TABLE people(op INTEGER PRIMARY KEY) STRICT;
CREATE TABLE tag_name(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE tag(app INT NOT NULL, tag INT NOT NULL, op INT NOT NULL, kept INT NOT NULL, PRIMARY KEY(app, tag))
  STRICT, WITHOUT ROWID;
CREATE TABLE note(op INTEGER PRIMARY KEY, app INT NOT NULL, reader INT NOT NULL, struck_by INT) STRICT;
CREATE INDEX note_app ON note(app);
CREATE TABLE request(op INTEGER PRIMARY KEY, decided_by INT) STRICT;
CREATE TABLE ruling(op INTEGER PRIMARY KEY, state INT NOT NULL, by INT NOT NULL) STRICT;
CREATE TABLE handed(app INTEGER PRIMARY KEY, op INT NOT NULL) STRICT;
CREATE TABLE calendar(op INTEGER PRIMARY KEY) STRICT;
CREATE TABLE call(op INTEGER PRIMARY KEY, app INT NOT NULL, callback INT NOT NULL, answered_by INT) STRICT;
CREATE INDEX call_app ON call(app);
CREATE TABLE erasure(op INTEGER PRIMARY KEY, done_by INT) STRICT;

-- Imports that have not been published: their job, and what each row of the file became: births in groups (see born.rs).
CREATE TABLE job(id INTEGER PRIMARY KEY, kind INT NOT NULL, first INT NOT NULL, n INT NOT NULL, file_hash BLOB NOT NULL,
  setting BLOB NOT NULL, counts BLOB NOT NULL, at_byte INT NOT NULL, at_line INT NOT NULL, state INT NOT NULL,
  file_name TEXT NOT NULL DEFAULT '', length INT NOT NULL DEFAULT 0) STRICT;
CREATE TABLE born(first INTEGER PRIMARY KEY, n INT NOT NULL, rows BLOB NOT NULL) STRICT;
CREATE TABLE stage(id INTEGER PRIMARY KEY, kind INT NOT NULL, line INT NOT NULL, at INT NOT NULL, len INT NOT NULL,
  status INT, matched INT, row BLOB) STRICT;
CREATE TABLE stage_conflict(source INT NOT NULL, number TEXT NOT NULL, PRIMARY KEY(source, number)) STRICT, WITHOUT ROWID;
";

/// One step from a schema to the next: facts only.
pub struct Migration {
    /// The schema that it makes.
    pub to: i64,
    /// What it runs, in one transaction with the new number.
    pub sql: &'static str,
}

/// The steps of this program, ascending, without gaps up to [`SCHEMA`].
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        to: 2,
        sql: "CREATE TABLE imported(file BLOB PRIMARY KEY, op INT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE view(id INTEGER PRIMARY KEY, name TEXT NOT NULL, row TEXT NOT NULL, op INT NOT NULL) STRICT;
      CREATE TABLE listed(app INTEGER PRIMARY KEY, op INT NOT NULL) STRICT;
      CREATE TABLE revised(app INTEGER PRIMARY KEY, op INT NOT NULL) STRICT;
      CREATE TABLE rejected_header(job INTEGER PRIMARY KEY, bytes BLOB NOT NULL, enc INT NOT NULL) STRICT;
      ALTER TABLE job ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
      ALTER TABLE job ADD COLUMN length INT NOT NULL DEFAULT 0;",
    },
    // An import under way is taken back: its births stood in `stage`, one by one.
    Migration {
        to: 3,
        sql: "CREATE TABLE born(first INTEGER PRIMARY KEY, n INT NOT NULL, rows BLOB NOT NULL) STRICT;
      DELETE FROM app WHERE id NOT IN (SELECT id FROM state);
      DELETE FROM raw WHERE id NOT IN (SELECT id FROM state);
      DELETE FROM rejected WHERE op IS NULL;
      DELETE FROM rejected_header WHERE job IN (SELECT id FROM job);
      DELETE FROM job;
      DELETE FROM stage;
      DELETE FROM stage_conflict;
      CREATE TABLE identity(source INT NOT NULL, number TEXT NOT NULL, id INT NOT NULL, PRIMARY KEY(source, number))
        STRICT, WITHOUT ROWID;
      INSERT INTO identity(source, number, id) SELECT source, number, id FROM app ORDER BY source, number;
      DROP INDEX app_number;
      DROP INDEX app_submitted;",
    },
    Migration {
        to: 4,
        sql: "CREATE TABLE people(op INTEGER PRIMARY KEY) STRICT;
      INSERT INTO people(op) SELECT id FROM op WHERE kind = 2;",
    },
    Migration {
        to: 5,
        sql: "CREATE TABLE tag_name(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
      CREATE TABLE tag(app INT NOT NULL, tag INT NOT NULL, op INT NOT NULL, kept INT NOT NULL, PRIMARY KEY(app, tag))
        STRICT, WITHOUT ROWID;
      CREATE TABLE note(op INTEGER PRIMARY KEY, app INT NOT NULL, reader INT NOT NULL, struck_by INT) STRICT;
      CREATE INDEX note_app ON note(app);",
    },
    Migration { to: 6, sql: "CREATE TABLE request(op INTEGER PRIMARY KEY, decided_by INT) STRICT;" },
    Migration {
        to: 7,
        sql: "CREATE TABLE rare(grp INT NOT NULL, app INT NOT NULL, value INT, op INT NOT NULL, PRIMARY KEY(grp, app))
        STRICT, WITHOUT ROWID;",
    },
    Migration { to: 8, sql: "CREATE TABLE calendar(op INTEGER PRIMARY KEY) STRICT;" },
    Migration {
        to: 9,
        sql: "CREATE TABLE ruling(op INTEGER PRIMARY KEY, state INT NOT NULL, by INT NOT NULL) STRICT;",
    },
    Migration {
        to: 10,
        sql: "CREATE TABLE sealed(app INT NOT NULL, op INT NOT NULL, class INT NOT NULL, kek INT NOT NULL,
        places BLOB NOT NULL, ct BLOB NOT NULL, PRIMARY KEY(app, op, class)) STRICT, WITHOUT ROWID;",
    },
    Migration {
        to: 11,
        sql:
            "CREATE TABLE call(op INTEGER PRIMARY KEY, app INT NOT NULL, callback INT NOT NULL, answered_by INT) STRICT;
      CREATE INDEX call_app ON call(app);",
    },
    Migration { to: 12, sql: ERASING },
    // Nobody has handed anything over before this step.
    Migration { to: 13, sql: "CREATE TABLE handed(app INTEGER PRIMARY KEY, op INT NOT NULL) STRICT;" },
];

/// What 廃棄 needs.
const ERASING: &str = "
CREATE TABLE tomb(app INT NOT NULL, op INT NOT NULL, leaf BLOB NOT NULL, by_op INT NOT NULL, PRIMARY KEY(app, op))
  STRICT, WITHOUT ROWID;
CREATE TABLE gone(source INT NOT NULL, number TEXT NOT NULL, by_op INT NOT NULL, PRIMARY KEY(source, number))
  STRICT, WITHOUT ROWID;
CREATE TABLE erasure(op INTEGER PRIMARY KEY, done_by INT) STRICT;";

/// Brings a store up to `newest` by the steps that it lacks, all in one transaction; the caller is alone with it.
///
/// # Errors
/// [`StoreError::Newer`] if a later version wrote it; [`StoreError::Damaged`] if a step is missing. Nothing is changed.
pub fn migrate(db: &mut Connection, migrations: &[Migration], newest: i64) -> Result<bool> {
    let found = schema_of(db)?;
    if found > newest {
        return Err(StoreError::Newer { found, known: newest });
    }
    if found == newest {
        return Ok(false);
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for to in found + 1..=newest {
        let step = migrations.iter().find(|step| step.to == to);
        let step = step.ok_or_else(|| StoreError::Damaged(format!("meta.schema {found}")))?;
        tx.execute_batch(step.sql)?;
    }
    tx.execute("UPDATE meta SET v = ?1 WHERE k = 'schema'", [newest])?;
    tx.commit()?;
    Ok(true)
}

/// The schema number of a store.
pub(super) fn schema_of(db: &Connection) -> Result<i64> {
    Ok(db.query_row("SELECT v FROM meta WHERE k = 'schema'", [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old_store() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        db.execute_batch(
            "INSERT INTO meta VALUES ('schema', 1); INSERT INTO source VALUES (1, 'etumo'), (2, 'staff');",
        )
        .unwrap();
        db
    }

    /// A small real one: sources get a title of their own, filled from what is there.
    const TITLES: Migration =
        Migration { to: 2, sql: "ALTER TABLE source ADD COLUMN title TEXT; UPDATE source SET title = code || '様';" };

    #[test]
    fn an_older_store_is_brought_up_and_keeps_its_facts() {
        let mut db = old_store();
        assert!(migrate(&mut db, &[TITLES], 2).unwrap());
        let title: String = db.query_row("SELECT title FROM source WHERE no = 2", [], |r| r.get(0)).unwrap();
        assert_eq!(title, "staff様");
        assert_eq!(schema_of(&db).unwrap(), 2);
        assert!(!migrate(&mut db, &[TITLES], 2).unwrap(), "the second time there is nothing to do");
    }

    #[test]
    fn a_step_that_fails_leaves_the_store_as_it_was() {
        let mut db = old_store();
        let broken = Migration { to: 3, sql: "UPDATE source SET title = 'x'; SELECT nonsense;" };
        assert!(migrate(&mut db, &[TITLES, broken], 3).is_err());
        assert_eq!(schema_of(&db).unwrap(), 1);
        assert!(db.prepare("SELECT title FROM source").is_err());
    }

    #[test]
    fn a_newer_store_is_left_alone() {
        let mut db = old_store();
        db.execute("UPDATE meta SET v = 9 WHERE k = 'schema'", []).unwrap();
        assert!(matches!(migrate(&mut db, &[], 1), Err(StoreError::Newer { found: 9, known: 1 })));
    }
}
