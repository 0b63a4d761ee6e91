//! What people found where they compared applications: passes of 照合 and 重複ではない. Both stand in the log whole; the register
//! `touch` names the operations of each application, beside those by which somebody looked at what is sealed.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::error::{Result, StoreError};
use super::log::LogReader;
use super::notes::Written;
use super::{Entry, Store};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Compared, Distinct, Operation};

/// The kinds of operations that the register is about.
const KINDS: &str = "27, 28, 32, 33";

/// The applications that an operation of these kinds is about.
fn subjects(body: &Body) -> &[ApplicationId] {
    match body {
        Body::Reveal { target, .. } => std::slice::from_ref(target),
        Body::Opened(opened) => &opened.targets,
        Body::Compared(one) => std::slice::from_ref(&one.target),
        Body::Distinct(one) => &one.members,
        _ => &[],
    }
}

/// Enters an operation into the register.
pub(super) fn enter(db: &Connection, id: OperationId, body: &Body) -> Result<()> {
    let mut put = db.prepare_cached("INSERT OR IGNORE INTO touch(app, op) VALUES (?1, ?2)")?;
    for subject in subjects(body) {
        put.execute(params![subject.as_u64() as i64, id.as_u64() as i64])?;
    }
    Ok(())
}

impl Store {
    /// The passes of 照合 over an application, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or a failure of SQLite.
    pub fn comparisons_of(&self, id: ApplicationId) -> Result<Vec<(Written, Compared)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT op.id, op.bytes FROM touch JOIN op ON op.id = touch.op WHERE touch.app = ?1 AND op.kind = 32
             ORDER BY op.id",
        )?;
        self.decoded(statement.query([id.as_u64() as i64])?, &mut |body| match body {
            Body::Compared(one) => Some(*one),
            _ => None,
        })
    }

    /// 重複ではない: what was said of each group of applications last, the oldest first.
    ///
    /// # Errors
    /// As [`Self::comparisons_of`].
    pub fn distinct_groups(&self) -> Result<Vec<(Written, Distinct)>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id, bytes FROM op WHERE kind = 33 AND id IN (SELECT op FROM touch) ORDER BY id")?;
        let mut found: Vec<(Written, Distinct)> = Vec::new();
        let said = self.decoded(statement.query([])?, &mut |body| match body {
            Body::Distinct(one) => Some(one),
            _ => None,
        })?;
        for (written, one) in said {
            found.retain(|(_, before)| before.members != one.members);
            found.push((written, one));
        }
        Ok(found)
    }

    /// The operation that brought the present content of an application.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn content_version(&self, entry: &Entry) -> Result<OperationId> {
        entry.revised.map_or_else(|| self.birth_of(entry.id), Ok)
    }

    /// The applications of a 利用者ID, by one walk through the table: it has no index, since only this asks for it.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn by_user(&self, user: &str) -> Result<Vec<ApplicationId>> {
        let mut statement =
            self.db.prepare_cached("SELECT app.id FROM app JOIN state ON state.id = app.id WHERE app.user_id = ?1")?;
        let found = statement.query_map([user], |row| row.get::<_, i64>(0))?;
        found.map(|id| Ok(ApplicationId::from_u64(id? as u64))).collect()
    }

    fn decoded<T>(
        &self,
        mut rows: rusqlite::Rows<'_>,
        wanted: &mut dyn FnMut(Body) -> Option<T>,
    ) -> Result<Vec<(Written, T)>> {
        let reader = LogReader::new(&self.db)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let Operation { at_ms, actor, body, .. } =
                reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            found.extend(wanted(body).map(|one| (Written { operation: id, at_ms, actor }, one)));
        }
        Ok(found)
    }

    /// The register says what the log says.
    pub(super) fn check_touched(&self) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut expected = BTreeSet::new();
        let mut statement =
            self.db.prepare(&format!("SELECT id, bytes FROM op WHERE kind IN ({KINDS}, 29) ORDER BY id"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let op: i64 = row.get(0)?;
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let operation = reader.decode(OperationId::from_u64(op as u64), bytes)?;
            if let Body::Erase { targets, .. } = &operation.body {
                expected.retain(|(app, _)| targets.binary_search(&ApplicationId::from_u64(*app as u64)).is_err());
            }
            expected.extend(subjects(&operation.body).iter().map(|id| (id.as_u64() as i64, op)));
        }
        let mut statement = self.db.prepare("SELECT app, op FROM touch")?;
        let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: BTreeSet<(i64, i64)> = found.collect::<std::result::Result<_, _>>()?;
        match expected.symmetric_difference(&found).next() {
            Some((app, op)) => Err(StoreError::Damaged(format!("touch {app} op {op}"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Rows, SIGNED, founded, id_of, imported};
    use super::*;
    use crate::domain::comparison::{Judgment, Likeness};
    use crate::domain::operation::Against;
    use crate::domain::status::Status;

    #[test]
    fn what_was_found_is_read_back_and_made_anew_from_the_log_and_check_finds_a_wrong_register() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Rows<'_> = &[(1, "a", Status::Unprocessed), (2, "b", Status::Unprocessed)];
        imported(&mut store, 1, rows);
        let (first, second) = (id_of(&store, 1), id_of(&store, 2));
        let content = OperationId::new(0, 3);
        let one = Compared {
            target: first,
            content,
            against: Against::Application(second, content),
            pass: 1,
            fields: vec![(6, Likeness::Other, Judgment::Differs), (32, Likeness::Identical, Judgment::Open)],
        };
        store.record(&SIGNED, Body::Compared(Box::new(one.clone())), None).unwrap();
        let distinct = |kept| Distinct { members: vec![first, second], kept };
        store.record(&SIGNED, Body::Distinct(distinct(true)), None).unwrap();
        store.record(&SIGNED, Body::Distinct(distinct(false)), None).unwrap();
        let read = |store: &Store| {
            let compared: Vec<Compared> =
                store.comparisons_of(first).unwrap().into_iter().map(|(_, one)| one).collect();
            let groups: Vec<Distinct> = store.distinct_groups().unwrap().into_iter().map(|(_, one)| one).collect();
            (compared, groups, store.comparisons_of(second).unwrap().len())
        };
        let expected = (vec![one], vec![distinct(false)], 0);
        assert_eq!(read(&store), expected);
        store.check(&mut |_| {}).unwrap();
        for wrong in ["DELETE FROM touch WHERE app = 1", "INSERT INTO touch VALUES (2, 3)"] {
            store.db.execute_batch(wrong).unwrap();
            assert!(matches!(store.check(&mut |_| {}), Err(StoreError::Damaged(_))), "{wrong}");
            super::super::registers::replace(&store.db).unwrap();
            assert_eq!(read(&store), expected);
        }
        store.check(&mut |_| {}).unwrap();
    }
}
