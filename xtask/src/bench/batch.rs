//! Many applications get another status: ours with its audit, beside the bare change of one wide table.

use std::path::Path;

use serde_json::Value;

use super::measure::median;
use super::peers::{sqlite, timers};
use super::place::Place;
use crate::process::Outcome;

/// How many are changed at most; a tenth of a small store.
const MOST: u64 = 100_000;

/// What batches took, all runs, seconds on the wall.
#[derive(Debug, Default)]
pub struct Batches {
    pub count: u64,
    at_once: Vec<f64>,
    plan: Vec<f64>,
    as_planned: Vec<f64>,
    undo: Vec<f64>,
    narrow: Vec<f64>,
    beside: Vec<f64>,
}

impl Batches {
    /// One run of each, in turn.
    pub fn take(&mut self, place: &Place, rows: u64) -> Outcome {
        let count = MOST.min(rows / 10);
        let (store, number) = (place.file("store"), count.to_string());
        let said = place.figures(&["batch".as_ref(), store.as_ref(), number.as_ref()])?;
        self.count = said["changed"].as_u64().unwrap_or(0);
        if self.count != count {
            return Err(format!("{} of {count} applications changed", self.count));
        }
        let seconds = |value: &Value| value["wall_s"].as_f64().unwrap_or(f64::NAN);
        self.at_once.push(seconds(&said["at_once"]));
        self.plan.push(seconds(&said["plan"]));
        self.as_planned.push(seconds(&said["as_planned"]));
        self.undo.push(seconds(&said["undo"]));
        self.narrow.push(seconds(&said["narrow"]));
        self.beside.push(update(&place.beside(), rows, count, self.beside.len())?);
        Ok(())
    }

    /// Judged and changed in one transaction, and the bare change.
    pub fn seconds(&self) -> (f64, f64) {
        (median(&self.at_once), median(&self.beside))
    }

    /// The bare change of the narrow table of ours.
    pub fn narrow(&self) -> f64 {
        median(&self.narrow)
    }

    /// The plan that a person looks at, the change by that plan, and taking it back.
    pub fn parts(&self) -> [f64; 3] {
        [&self.plan, &self.as_planned, &self.undo].map(|times| median(times))
    }
}

/// The same number of rows of the table that `.import` has made, picked at random; bringing the log into the file is not
/// counted.
fn update(database: &Path, rows: u64, count: u64, run: usize) -> Result<f64, String> {
    // A prime that divides no number of rows: each row once.
    const STEP: u64 = 7_368_787;
    let status = ["仮受付", "未処理"][run % 2];
    let said = sqlite(
        database,
        &format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;
             CREATE TEMP TABLE picked(id INTEGER PRIMARY KEY);
             WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i + 1 < {count})
             INSERT INTO picked SELECT i * {STEP} % {rows} + 1 FROM c;\n.timer on
             UPDATE a SET c9 = '{status}' WHERE rowid IN (SELECT id FROM picked);\n.timer off
             SELECT 'changed', changes(); PRAGMA wal_checkpoint(TRUNCATE);\n"
        ),
    )?;
    if !said.lines().any(|line| line == format!("changed|{count}")) {
        return Err(format!("sqlite3 did not change {count} rows: {said}"));
    }
    let (wall, _) = timers(&said).next().ok_or("sqlite3 did not tell its time")?;
    Ok(wall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{data, import};

    #[test]
    fn the_bare_change_touches_as_many_rows() {
        let data = data::make(210).unwrap();
        let database = data::folder().join("test-batch.db");
        import::sqlite(&data.cp932, &database).unwrap();
        assert!(update(&database, 210, 20, 0).unwrap() >= 0.0);
        assert!(update(&database, 210, 20, 1).is_ok());
        // More than there are: then the same row would be picked twice.
        assert!(update(&database, 210, 300, 0).is_err());
    }
}
