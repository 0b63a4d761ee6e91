//! Field groups that few applications have (個別番号): a row for a group and an application, beside `state`, which stays as
//! narrow as a million applications want it. A row stays when a value is taken off, so that undoing knows who wrote it.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::Store;
use super::error::{Result, StoreError};
use super::log::LogReader;
use super::projected::{column_value, operation_of_column, value_of_column};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Group, Value, Write};
use crate::domain::projection::{Change, Resident};

/// Writes a change, as [`StateView::write`](crate::domain::projection::StateView::write) says.
pub(super) fn write(
    db: &Connection,
    change: &Change,
    targets: &[ApplicationId],
    operation: OperationId,
) -> Result<Vec<ApplicationId>> {
    let mut put = db.prepare_cached(match change.base {
        None => {
            "INSERT OR IGNORE INTO rare(grp, app, value, op)
             SELECT ?1, id, ?3, ?4 FROM state WHERE id = ?2 AND custody IS NULL AND ?5 IS NULL"
        }
        Some(_) => {
            "UPDATE rare SET value = ?3, op = ?4 WHERE grp = ?1 AND app = ?2 AND op = ?5
               AND EXISTS (SELECT 1 FROM state WHERE id = ?2 AND custody IS NULL)"
        }
    })?;
    let mut count = db.prepare_cached("UPDATE state SET ver = ver + 1 WHERE id = ?1")?;
    let (group, to) = (change.group as u8, column_value(change.to));
    let (written, base) = (operation.as_u64() as i64, change.base.map(|op| op.as_u64() as i64));
    let mut refused = Vec::new();
    for target in targets {
        let id = target.as_u64() as i64;
        if put.execute(params![group, id, to, written, base])? == 0 {
            refused.push(*target);
        } else if change.count {
            count.execute([id])?;
        }
    }
    Ok(refused)
}

/// The value of a group, and the operation that wrote it; `None` = nobody ever did.
pub(super) fn read(db: &Connection, group: Group, id: ApplicationId) -> Result<Option<(Value, OperationId)>> {
    let mut read = db.prepare_cached("SELECT value, op FROM rare WHERE grp = ?1 AND app = ?2")?;
    let row = read.query_row(params![group as u8, id.as_u64() as i64], |row| {
        Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, i64>(1)?))
    });
    let found = row.optional()?;
    Ok(found.map(|(value, written)| (value_of_column(group, value), OperationId::from_u64(written as u64))))
}

/// Shows every application that has a value of a group.
pub(super) fn visit(
    db: &Connection,
    group: Group,
    see: &mut dyn FnMut(ApplicationId, Value, OperationId) -> Result<()>,
) -> Result<()> {
    let mut statement =
        db.prepare_cached("SELECT app, value, op FROM rare WHERE grp = ?1 AND value IS NOT NULL ORDER BY app")?;
    let mut rows = statement.query([group as u8])?;
    while let Some(row) = rows.next()? {
        let id = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
        see(id, value_of_column(group, row.get(1)?), OperationId::from_u64(row.get::<_, i64>(2)? as u64))?;
    }
    Ok(())
}

/// Whether any application has ever had a value of a group: where none has, nobody need look for one.
pub(super) fn is_used(db: &Connection, group: Group) -> Result<bool> {
    let mut read = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM rare WHERE grp = ?1)")?;
    Ok(read.query_row([group as u8], |row| row.get(0))?)
}

/// Replaces the table by what the log says.
pub(super) fn replace(db: &Connection, resident: &Resident) -> Result<()> {
    db.execute("DELETE FROM rare", [])?;
    let mut insert = db.prepare("INSERT INTO rare(grp, app, value, op) VALUES (?1, ?2, ?3, ?4)")?;
    for ((group, id), (value, written)) in &resident.rare {
        let written = written.as_u64() as i64;
        insert.execute(params![*group as u8, id.as_u64() as i64, column_value(*value), written])?;
    }
    Ok(())
}

/// Compares the table with what the log says.
pub(super) fn check(db: &Connection, rebuilt: &Resident) -> Result<()> {
    let place = |group: u8, id: u64| StoreError::Damaged(format!("rare {group} of app {id}"));
    let mut left: BTreeSet<(u8, u64)> = rebuilt.rare.keys().map(|(group, id)| (*group as u8, id.as_u64())).collect();
    let mut statement = db.prepare("SELECT grp, app, value, op FROM rare")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (code, app): (u8, i64) = (row.get(0)?, row.get(1)?);
        let bad = || place(code, app as u64);
        let group = Group::from_code(code).filter(|group| group.is_rare()).ok_or_else(bad)?;
        let found = (value_of_column(group, row.get(2)?), operation_of_column(row.get(3)?));
        let expected = rebuilt.rare.get(&(group, ApplicationId::from_u64(app as u64)));
        if expected.map(|(value, written)| (*value, Some(*written))) != Some(found) {
            return Err(bad());
        }
        left.remove(&(code, app as u64));
    }
    match left.first() {
        Some((group, id)) => Err(place(*group, *id)),
        None => Ok(()),
    }
}

impl Store {
    /// The operation whose payload tells of what an application has in a group: the one that entered it first, through
    /// undoing and redoing; and whether that is another one for other applications of the same operation.
    pub(super) fn told_by(&self, group: Group, id: ApplicationId, written: OperationId) -> Result<(OperationId, bool)> {
        let reader = LogReader::new(&self.db)?;
        let damaged = |id: OperationId| StoreError::Damaged(format!("op {id}"));
        let read = |id| reader.read(id)?.ok_or_else(|| damaged(id));
        // What stands after an undoing is what stood before what it undoes; after a redoing, what that had written.
        let (mut at, mut by_target) = (written, false);
        while let Body::Undo { undoes, .. } = read(at)?.body {
            at = match read(undoes)?.body {
                Body::Undo { undoes, .. } => undoes,
                body => {
                    by_target = true;
                    let writes = body.writes().ok_or_else(|| damaged(undoes))?;
                    let of = writes.iter().filter(|write| write.group == group);
                    let place = |write: &Write| write.from.at(write.targets.binary_search(&id).ok()?)?.1;
                    of.filter_map(place).next().ok_or_else(|| damaged(undoes))?
                }
            };
        }
        Ok((at, by_target))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::super::tests::{Rows, SIGNED, founded, id_of, imported, set};
    use super::*;
    use crate::domain::numbering::Pattern;
    use crate::domain::status::Status;
    use crate::store::rebuild::{replace_projection, replay};
    use crate::store::{Said, StatusChange};

    fn give(store: &mut Store, ids: &[ApplicationId]) {
        let pattern = Pattern::parse("A{seq:02}").unwrap();
        let choose = |store: &Store| {
            let seen = store.field_standing(Group::IndividualNumber, ids)?.into_iter().flatten();
            Ok::<_, StoreError>((ids.iter().zip(seen).zip(7..).map(|((id, seen), n)| (*id, seen, n)).collect(), ()))
        };
        let (changed, ()) = store.give_numbers(&SIGNED, (Group::IndividualNumber, &pattern), choose).unwrap();
        assert_eq!(changed.changed, ids.len() as u64);
    }

    #[test]
    fn what_few_have_follows_the_log_and_check_finds_a_wrong_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Rows<'_> = &[(1, "a", Status::Unprocessed), (2, "b", Status::Unprocessed)];
        imported(&mut store, 1, rows);
        let (first, second) = (id_of(&store, 1), id_of(&store, 2));
        give(&mut store, &[first, second]);
        store.undo(&SIGNED, None).unwrap();
        give(&mut store, &[second]);
        let numbers = |store: &Store| [first, second].map(|id| store.individual_number(id).unwrap());
        let expected = [None, Some("A07".to_owned())];
        assert_eq!(numbers(&store), expected);
        store.check(&mut |_| {}).unwrap();
        for wrong in [
            "DELETE FROM rare WHERE app = 1",
            "UPDATE rare SET value = 8 WHERE app = 2",
            "UPDATE rare SET op = 3 WHERE app = 2",
            "INSERT INTO rare VALUES (6, 3, 9, 3)",
            "UPDATE rare SET grp = 99 WHERE app = 2",
        ] {
            store.db.execute_batch(wrong).unwrap();
            assert!(matches!(store.check(&mut |_| {}), Err(StoreError::Damaged(_))), "{wrong}");
            replace(&store.db, &replay(&store.db, &mut |_| true).unwrap()).unwrap();
            store.check(&mut |_| {}).unwrap();
        }
        store.db.execute_batch("DELETE FROM rare").unwrap();
        replace_projection(&mut store.db).unwrap();
        assert_eq!(numbers(&store), expected);
        store.check(&mut |_| {}).unwrap();
    }

    #[test]
    fn status_and_last_day_are_written_and_undone_together() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Rows<'_> =
            &[(1, "a", Status::Unprocessed), (2, "b", Status::Unprocessed), (3, "c", Status::Unprocessed)];
        imported(&mut store, 1, rows);
        let ids = [1, 2, 3].map(|n| id_of(&store, n));
        let seen = store.statuses(&ids).unwrap();
        let targets = ids.into_iter().zip(seen).collect();
        // Somebody moves the first one after it was seen: it is left alone in both.
        set(&mut store, Status::Provisional, &ids[..1]);
        let change = StatusChange { to: Status::Returned, targets };
        let choose = |_: &Store| Ok::<_, StoreError>((vec![change], ()));
        let said = Said { reason: Some("x"), until: Some(20_790), ..Said::default() };
        let (sent, ()) = store.send_back(&SIGNED, said, choose).unwrap();
        assert_eq!((sent.changed, &sent.refused[..]), (2, &ids[..1]));
        let days = |store: &Store| {
            ids.map(|id| read(&store.db, Group::Correction, id).unwrap().map_or(Value::None, |(day, _)| day))
        };
        let until = Value::Number(20_790);
        assert_eq!(days(&store), [Value::None, until, until]);
        store.check(&mut |_| {}).unwrap();
        // What was decided since keeps its last day, as it keeps its status.
        set(&mut store, Status::Unprocessed, &ids[1..2]);
        let undone = store.undo(&SIGNED, sent.operation).unwrap();
        assert_eq!((undone.changed, &undone.refused[..]), (1, &ids[1..2]));
        assert_eq!(days(&store), [Value::None, until, Value::None]);
        store.check(&mut |_| {}).unwrap();
        replace_projection(&mut store.db).unwrap();
        assert_eq!(days(&store), [Value::None, until, Value::None]);
    }
}
