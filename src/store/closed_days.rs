//! The office's calendar: the operations that tell of it, found by a register and folded by `domain::office_days`.

use rusqlite::{Connection, OptionalExtension as _};

use super::error::{Result, StoreError};
use super::log::{LogReader, Payload, append_in};
use super::{Signed, Store};
use crate::domain::identity::OperationId;
use crate::domain::office_days::OfficeCalendar;
use crate::domain::operation::Body;
use crate::domain::people::Days;

impl Store {
    /// The office's calendar.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn office_calendar(&self) -> Result<OfficeCalendar> {
        read(&self.db)
    }

    /// The operation that changed the calendar last: with it every change of it can be told.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn office_calendar_version(&self) -> Result<Option<OperationId>> {
        let mut statement = self.db.prepare_cached("SELECT max(op) FROM calendar")?;
        let newest: Option<i64> = statement.query_row([], |row| row.get(0))?;
        Ok(newest.map(|id| OperationId::from_u64(id as u64)))
    }

    /// Enters closed days (ascending, each once) with their names. `whole` = they take the place of all that was known;
    /// else they are added. The answer is the operation and how many days are new or named anew; no operation where nothing
    /// would change.
    ///
    /// # Errors
    /// A failure of the store; nothing is changed then.
    pub fn close_days(
        &mut self,
        signed: &Signed<'_>,
        whole: bool,
        at_year_end: bool,
        days: &[(Days, String)],
    ) -> Result<(Option<OperationId>, u64)> {
        let salt = self.salt();
        let tx = self.write()?;
        let known = read(&tx)?;
        let news = days.iter().filter(|(day, name)| !known.says(*day, name)).count() as u64;
        let same = news == 0 && known.closes_at_year_end() == at_year_end && (!whole || known.len() == days.len());
        if same {
            return Ok((None, 0));
        }
        let names: Vec<&str> = days.iter().map(|(_, name)| name.as_str()).collect();
        let names = names.join("\n");
        let body = Body::Calendar { whole, at_year_end, days: days.iter().map(|(day, _)| *day).collect() };
        let (id, _) = append_in(&tx, self.stream.get(), signed, body, Some(&Payload { text: &names, salt }))?;
        tx.commit()?;
        Ok((Some(id), news))
    }

    /// The register names every operation on the calendar, and no other.
    pub(super) fn check_calendar(&self) -> Result<()> {
        let wrong: Option<i64> = self
            .db
            .query_row(
                "SELECT op FROM calendar WHERE op NOT IN (SELECT id FROM op WHERE kind = 20)
                 UNION ALL SELECT id FROM op WHERE kind = 20 AND id NOT IN (SELECT op FROM calendar) LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()?;
        match wrong {
            Some(id) => Err(StoreError::Damaged(format!("calendar: op {}", OperationId::from_u64(id as u64)))),
            None => Ok(()),
        }
    }
}

/// Enters an operation on the calendar.
pub(super) fn enter(db: &Connection, id: OperationId) -> Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO calendar(op) VALUES (?1)")?.execute([id.as_u64() as i64])?;
    Ok(())
}

fn read(db: &Connection) -> Result<OfficeCalendar> {
    let reader = LogReader::new(db)?;
    let mut calendar = OfficeCalendar::default();
    let mut statement = db.prepare_cached(
        "SELECT op.id, op.bytes, op_text.text FROM calendar JOIN op ON op.id = calendar.op
           LEFT JOIN op_text ON op_text.op = op.id ORDER BY op.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
        let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        let names: Option<String> = row.get(2)?;
        calendar.enter(&operation.body, names.as_deref());
    }
    Ok(calendar)
}

#[cfg(test)]
mod tests {
    use super::super::tests::founded;
    use super::*;

    const SIGNED: Signed<'static> =
        Signed { actor: None, at_ms: 1_795_158_300_000, command: "calendar.import", approval: None };

    #[test]
    fn what_is_known_already_makes_no_operation_and_the_log_makes_the_same_calendar_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let days =
            |days: &[(Days, &str)]| days.iter().map(|(day, name)| (*day, (*name).to_owned())).collect::<Vec<_>>();
        let (first, new) = store.close_days(&SIGNED, false, true, &days(&[(20_000, "a"), (20_001, "b")])).unwrap();
        assert_eq!((first.is_some(), new), (true, 2));
        assert_eq!(store.close_days(&SIGNED, false, true, &days(&[(20_001, "b")])).unwrap(), (None, 0));
        let (second, new) = store.close_days(&SIGNED, false, true, &days(&[(20_001, "c"), (20_009, "d")])).unwrap();
        assert_eq!((second, new), (store.office_calendar_version().unwrap(), 2));
        let known = store.office_calendar().unwrap();
        assert_eq!(known.closed().map(|(_, name)| name).collect::<Vec<_>>(), ["a", "c", "d"]);
        super::super::registers::replace(&store.db).unwrap();
        assert_eq!(store.office_calendar().unwrap(), known);
        store.check(&mut |_| {}).unwrap();
        store.db.execute_batch("DELETE FROM calendar").unwrap();
        assert!(matches!(store.check(&mut |_| {}), Err(StoreError::Damaged(_))));
    }
}
