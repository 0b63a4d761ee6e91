//! People: the operations that tell of operators, groups and grants, found by a register and folded by
//! `domain::people`; and changing them, several operations in one transaction.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{Result, StoreError};
use super::log::{LogReader, Payload, append_in};
use super::{Entropy, Signed, Store};
use crate::domain::identity::OperationId;
use crate::domain::operation::Body;
use crate::domain::people::People;
use crate::domain::record::Salt;

/// Which state of the register people were read from: how many operations, and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleVersion(i64, Option<i64>);

/// Appends operations about people inside one transaction.
pub struct PeopleWriter<'a> {
    db: &'a Connection,
    stream: u32,
    entropy: &'a mut Entropy,
}

impl PeopleWriter<'_> {
    /// Appends one; the answer is its id.
    ///
    /// # Errors
    /// What the store says.
    pub fn append(&mut self, signed: &Signed<'_>, body: Body, name: Option<&str>) -> Result<OperationId> {
        let mut salt = Salt::default();
        (self.entropy)(&mut salt);
        let payload = name.map(|text| Payload { text, salt });
        Ok(append_in(self.db, self.stream, signed, body, payload.as_ref())?.0)
    }

    /// People as they are now, with what was appended.
    ///
    /// # Errors
    /// What the store says.
    pub fn people(&self) -> Result<People> {
        read(self.db)
    }
}

impl Store {
    /// People as the log tells of them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn people(&self) -> Result<People> {
        read(&self.db)
    }

    /// A value that changes with every change of people.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn people_version(&self) -> Result<PeopleVersion> {
        let mut statement = self.db.prepare_cached("SELECT count(*), max(op) FROM people")?;
        Ok(statement.query_row([], |row| Ok(PeopleVersion(row.get(0)?, row.get(1)?)))?)
    }

    /// The name of an operator, unless it was erased: of the newest operation about them that carries one.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn operator_name(&self, id: OperationId) -> Result<Option<String>> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare_cached(
            "SELECT op.id, op.bytes, op_text.text FROM people JOIN op ON op.id = people.op
               JOIN op_text ON op_text.op = op.id WHERE op.kind = 2 ORDER BY op.id DESC",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let by = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(by, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            if let Body::Operator { subject, .. } = operation.body
                && subject.unwrap_or(by) == id
            {
                return Ok(row.get(2)?);
            }
        }
        Ok(None)
    }

    /// Changes people in one transaction. `change` is asked inside it, so that what it judges is what is changed.
    ///
    /// # Errors
    /// What `change` answers, or a failure of the store: nothing is changed then.
    pub fn change_people<T, E: From<StoreError>>(
        &mut self,
        change: impl FnOnce(&People, &mut PeopleWriter<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut entropy: Entropy = std::mem::replace(&mut self.entropy, Box::new(|_| {}));
        let changed = self.with_writer(&mut entropy, change);
        self.entropy = entropy;
        changed
    }

    fn with_writer<T, E: From<StoreError>>(
        &self,
        entropy: &mut Entropy,
        change: impl FnOnce(&People, &mut PeopleWriter<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let tx = self.write()?;
        let people = read(&tx)?;
        let answer = change(&people, &mut PeopleWriter { db: &tx, stream: self.stream.get(), entropy })?;
        tx.commit().map_err(StoreError::from)?;
        Ok(answer)
    }

    /// The register names every operation about people, and no other.
    pub(super) fn check_people(&self) -> Result<()> {
        let sql = format!(
            "SELECT op FROM people WHERE op NOT IN (SELECT id FROM op WHERE kind IN ({KINDS}))
             UNION ALL SELECT id FROM op WHERE kind IN ({KINDS}) AND id NOT IN (SELECT op FROM people) LIMIT 1"
        );
        let wrong: Option<i64> = self.db.query_row(&sql, [], |row| row.get(0)).optional()?;
        match wrong {
            Some(id) => Err(StoreError::Damaged(format!("people: op {}", OperationId::from_u64(id as u64)))),
            None => Ok(()),
        }
    }
}

/// The kinds of operations that tell of people.
pub(super) const KINDS: &str = "2, 11, 12, 13, 24, 26";

/// Enters an operation about people; an operator who is born with it gets a row by which the log names them.
pub(super) fn enter(db: &Connection, id: OperationId, body: &Body) -> Result<()> {
    let key = id.as_u64() as i64;
    db.prepare_cached("INSERT OR IGNORE INTO people(op) VALUES (?1)")?.execute([key])?;
    if let Body::Operator { subject: None, row, .. } = body {
        db.prepare_cached("INSERT OR IGNORE INTO operator(id, code, op, row) VALUES (?1, ?2, ?1, x'a0')")?
            .execute(params![key, row.code])?;
    }
    Ok(())
}

fn read(db: &Connection) -> Result<People> {
    let reader = LogReader::new(db)?;
    let mut people = People::default();
    let mut statement =
        db.prepare_cached("SELECT op.id, op.bytes FROM people JOIN op ON op.id = people.op ORDER BY op.id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
        let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        people.enter(id, &operation);
    }
    Ok(people)
}
