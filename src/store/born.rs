//! Where in its file each birth of an unpublished import stands, and the status it shows: the table `born`, a row for
//! each group of neighbours. Kept until the import is published, so that another process can continue it.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{Result, StoreError};
use crate::domain::identity::ApplicationId;
use crate::domain::varint::{put, take};

/// The most births in a group: finding one reads no more than these.
const GROUP: usize = 128;

/// What the file says of a birth beside its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Born {
    /// The line where its row starts.
    pub line: u64,
    /// Where its bytes start in the file.
    pub at: u64,
    /// How many they are.
    pub len: u64,
    /// The status that the file shows.
    pub status: Option<u8>,
}

/// The group that is being filled: ids without a gap from `first`.
#[derive(Debug, Default)]
pub(super) struct Group {
    first: Option<ApplicationId>,
    births: Vec<Born>,
}

impl Group {
    /// Adds a birth; a group that is full is written.
    pub(super) fn add(&mut self, db: &Connection, id: ApplicationId, born: Born) -> Result<()> {
        if self.births.len() >= GROUP || self.next() != Some(id) {
            self.flush(db)?;
            self.first = Some(id);
        }
        self.births.push(born);
        Ok(())
    }

    fn next(&self) -> Option<ApplicationId> {
        self.first.map(|first| ApplicationId::from_u64(first.as_u64() + self.births.len() as u64))
    }

    /// Writes what is there: before a commit, and before the table is read.
    pub(super) fn flush(&mut self, db: &Connection) -> Result<()> {
        if let Some(first) = self.first.take() {
            db.prepare_cached("INSERT INTO born(first, n, rows) VALUES (?1, ?2, ?3)")?.execute(params![
                first.as_u64() as i64,
                self.births.len() as i64,
                encode(&self.births)
            ])?;
            self.births.clear();
        }
        Ok(())
    }

    /// What is known of a birth of this import.
    pub(super) fn find(&self, db: &Connection, id: ApplicationId) -> Result<Option<Born>> {
        if let Some(first) = self.first
            && let Some(place) = id.as_u64().checked_sub(first.as_u64())
        {
            return Ok(self.births.get(place as usize).copied());
        }
        let key = id.as_u64() as i64;
        let group: Option<(i64, Vec<u8>)> = db
            .prepare_cached("SELECT first, rows FROM born WHERE first <= ?1 ORDER BY first DESC LIMIT 1")?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((first, rows)) = group else { return Ok(None) };
        let births = decode(&rows).ok_or_else(|| damaged(first))?;
        Ok(births.get((key - first) as usize).copied())
    }
}

/// Shows every birth of the unpublished import, those that were taken back since included.
pub(super) fn visit(db: &Connection, see: &mut dyn FnMut(ApplicationId, Born)) -> Result<()> {
    let mut statement = db.prepare("SELECT first, rows FROM born ORDER BY first")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let first: i64 = row.get(0)?;
        let births = decode(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
        for (id, born) in (first as u64..).zip(births.ok_or_else(|| damaged(first))?) {
            see(ApplicationId::from_u64(id), born);
        }
    }
    Ok(())
}

fn damaged(first: i64) -> StoreError {
    StoreError::Damaged(format!("born {first}"))
}

/// Each birth by its distance from the one before, in bytes of seven bits, the lowest first.
fn encode(births: &[Born]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(births.len() * 6 + 8);
    let (mut line, mut end) = (0, 0);
    for born in births {
        // Rows come in the order of the file; wrapping only keeps a wrong one from being a panic.
        for number in [
            born.line.wrapping_sub(line),
            born.at.wrapping_sub(end),
            born.len,
            born.status.map_or(0, |status| u64::from(status) + 1),
        ] {
            put(&mut bytes, number);
        }
        (line, end) = (born.line, born.at.wrapping_add(born.len));
    }
    bytes
}

fn decode(mut bytes: &[u8]) -> Option<Vec<Born>> {
    let mut births = Vec::with_capacity(GROUP);
    let (mut line, mut end) = (0u64, 0u64);
    while !bytes.is_empty() {
        line = line.wrapping_add(take(&mut bytes)?);
        let at = end.wrapping_add(take(&mut bytes)?);
        let len = take(&mut bytes)?;
        let status = match take(&mut bytes)? {
            0 => None,
            status => Some(u8::try_from(status - 1).ok()?),
        };
        births.push(Born { line, at, len, status });
        end = at.wrapping_add(len);
    }
    Some(births)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn born() -> impl Strategy<Value = Born> {
        (any::<u64>(), any::<u64>(), any::<u64>(), any::<Option<u8>>()).prop_map(|(line, at, len, status)| Born {
            line,
            at,
            len,
            status,
        })
    }

    proptest! {
        #[test]
        fn a_group_comes_back(births in proptest::collection::vec(born(), 0..GROUP)) {
            prop_assert_eq!(decode(&encode(&births)), Some(births));
        }

        #[test]
        fn strange_bytes_are_refused_quietly(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            drop(decode(&bytes));
        }
    }

    #[test]
    fn births_are_found_whether_they_are_written_or_not() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE born(first INTEGER PRIMARY KEY, n INT NOT NULL, rows BLOB NOT NULL)").unwrap();
        let birth = |n: u64| Born { line: n + 2, at: n * 50, len: 40, status: n.is_multiple_of(3).then_some(n as u8) };
        let mut group = Group::default();
        // One number stays unused.
        let ids: Vec<u64> = (1..400).filter(|n| *n != 200).collect();
        for n in &ids {
            group.add(&db, ApplicationId::from_u64(*n), birth(*n)).unwrap();
        }
        for n in 0..500 {
            let found = group.find(&db, ApplicationId::from_u64(n)).unwrap();
            assert_eq!(found, ids.contains(&n).then(|| birth(n)), "{n}");
        }
        group.flush(&db).unwrap();
        let mut seen = Vec::new();
        visit(&db, &mut |id, born| seen.push((id.as_u64(), born))).unwrap();
        assert_eq!(seen, ids.iter().map(|n| (*n, birth(*n))).collect::<Vec<_>>());
        assert!(db.query_row("SELECT count(*) FROM born", [], |row| row.get::<_, i64>(0)).unwrap() < 6);
    }
}
