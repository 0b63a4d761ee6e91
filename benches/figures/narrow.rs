//! The least that a change of as many applications can cost: one bare `UPDATE` of a copy of the narrow table, by the same
//! SQLite with the same settings, without judgement, audit, clock or checkpoint.

use std::path::Path;

use rusqlite::Connection;
use sekisho::domain::identity::ApplicationId;
use sekisho::store::database;

use crate::{Clocks, Took};

/// Copies the table of a store beside it and changes these.
pub fn update(store: &Path, ids: &[ApplicationId]) -> Took {
    let folder = tempfile::tempdir_in(store.parent().unwrap()).unwrap();
    let db = Connection::open(folder.path().join("narrow.db")).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 0; CREATE TEMP TABLE picked(id INTEGER PRIMARY KEY);",
    )
    .unwrap();
    db.execute("ATTACH ?1 AS ours", [database(store).to_str().unwrap()]).unwrap();
    let text = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    db.execute_batch(&text("SELECT sql FROM ours.sqlite_schema WHERE name = 'state'")).unwrap();
    db.execute_batch("INSERT INTO main.state SELECT * FROM ours.state").unwrap();
    let operation: i64 = db.query_row("SELECT max(id) FROM ours.op", [], |row| row.get(0)).unwrap();
    db.execute_batch("DETACH ours").unwrap();
    let mut pick = db.prepare("INSERT INTO temp.picked VALUES (?1)").unwrap();
    for id in ids {
        pick.execute([id.as_u64() as i64]).unwrap();
    }
    // The first two make room in pages that were filled to the brim, as the changes before have done in the store.
    let mut took = None;
    for round in 0..3 {
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let clocks = Clocks::start();
        let sql =
            "UPDATE state SET status = ?1, status_op = ?2, ver = ver + 1 WHERE id IN (SELECT id FROM temp.picked)";
        let changed = db.execute(sql, [2 - round % 2, operation + 1 + round]).unwrap();
        took = Some(clocks.took());
        assert_eq!(changed, ids.len());
    }
    took.unwrap()
}
