//! Sifting the log: which operations somebody asks for, newest first, without reading the bytes of those that the columns
//! beside them rule out.

use rusqlite::{OptionalExtension as _, Row};

use super::Store;
use super::error::{Result, StoreError};
use super::log::{LogLine, LogReader};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::marks::Marks;
use crate::domain::operation::{Body, Operation, Write};
use crate::domain::projection::resolve;

/// Which operations are wanted; what isn't said narrows nothing.
#[derive(Debug, Clone, Default)]
pub struct Sieve {
    /// By one of these operators.
    pub actors: Option<Vec<OperationId>>,
    /// Not before, milliseconds since the Unix epoch.
    pub since_ms: Option<i64>,
    /// Before, milliseconds since the Unix epoch.
    pub until_ms: Option<i64>,
    /// Of these kinds; empty = of any.
    pub kinds: Vec<u64>,
    /// A command id, or its beginning (`application`).
    pub command: Option<String>,
    /// That touched one of these applications.
    pub touched: Option<Touched>,
}

/// The applications that an operation is to have touched.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// Which.
    pub among: Marks,
    /// The operation that gave birth to the one that is asked for: nothing before it in its stream can be about it.
    pub born: Option<OperationId>,
    /// Files that left without the log naming what stood in them: whether they pass.
    pub unnamed: bool,
}

impl Sieve {
    /// Whether the columns beside the bytes let it pass.
    fn lets(&self, id: OperationId, at_ms: i64, actor: OperationId, kind: u64) -> bool {
        let born = self.touched.as_ref().and_then(|touched| touched.born);
        self.since_ms.is_none_or(|since| at_ms >= since)
            && self.until_ms.is_none_or(|until| at_ms < until)
            && self.actors.as_ref().is_none_or(|actors| actors.contains(&actor))
            && (self.kinds.is_empty() || self.kinds.contains(&kind))
            && born.is_none_or(|born| id.stream() != born.stream() || id.n() >= born.n())
    }

    /// Whether the bytes must be read as well.
    const fn reads(&self) -> bool {
        self.command.is_some() || self.touched.is_some()
    }

    fn is_command(&self, operation: &Operation) -> bool {
        self.command.as_ref().is_none_or(|wanted| {
            let rest = operation.command.strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

/// An operation that was looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sifted {
    /// Which.
    pub id: OperationId,
    /// Its kind.
    pub kind: u64,
    /// Whether it passes.
    pub passes: bool,
}

impl Store {
    /// Looks the log through from its newest operation, or from the one before `below`, back, until `visit` says stop
    /// (`false`).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if an operation can't be read.
    pub fn sift(&self, sieve: &Sieve, below: Option<OperationId>, visit: &mut dyn FnMut(Sifted) -> bool) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut statement =
            self.db.prepare_cached("SELECT id, at, actor, kind, bytes FROM op WHERE id < ?1 ORDER BY id DESC")?;
        let below = below.map_or(i64::MAX, |id| id.as_u64() as i64);
        let mut rows = statement.query([below])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let kind = row.get::<_, i64>(3)? as u64;
            let actor = OperationId::from_u64(row.get::<_, i64>(2)? as u64);
            let mut passes = sieve.lets(id, row.get(1)?, actor, kind);
            if passes && sieve.reads() {
                passes = self.passes(&reader, sieve, id, row)?;
            }
            if !visit(Sifted { id, kind, passes }) {
                break;
            }
        }
        Ok(())
    }

    fn passes(&self, reader: &LogReader<'_>, sieve: &Sieve, id: OperationId, row: &Row<'_>) -> Result<bool> {
        let operation = reader.decode(id, row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?)?;
        if !sieve.is_command(&operation) {
            return Ok(false);
        }
        match &sieve.touched {
            Some(touched) => self.touches(reader, id, &operation, touched),
            None => Ok(true),
        }
    }

    /// Whether an operation touched one of these applications: changed it, brought it, wrote about it, looked at it, or
    /// asked for or decided any of that.
    fn touches(
        &self,
        reader: &LogReader<'_>,
        id: OperationId,
        operation: &Operation,
        touched: &Touched,
    ) -> Result<bool> {
        let among = &touched.among;
        let any = |targets: &[ApplicationId]| targets.iter().any(|target| among.contains(*target));
        let written = |writes: &[Write]| writes.iter().any(|write| any(&write.targets));
        Ok(match &operation.body {
            Body::Import(import) => {
                any(&import.births) || any(&import.revised) || import.source.iter().any(|write| any(&write.targets))
            }
            Body::Set { writes, .. } => written(writes),
            Body::Ruling { subject: None, writes, .. } => written(writes),
            Body::Ruling { subject: Some(ruling), .. } => any(&self.ruling_targets(*ruling)?),
            Body::Undo { undoes, refused } => {
                let (root, _) = resolve(*undoes, id, reader).ok_or_else(|| StoreError::Damaged(format!("op {id}")))?;
                let writes = root.body.writes().unwrap_or_default();
                let mut targets = writes.iter().flat_map(|write| &write.targets);
                targets.any(|target| among.contains(*target) && refused.binary_search(target).is_err())
            }
            Body::ReflectList { targets, .. }
            | Body::Tag { targets, .. }
            | Body::Request { targets, .. }
            | Body::Erase { targets, .. } => any(targets),
            Body::Note { target, .. } | Body::Reveal { target, .. } => among.contains(*target),
            Body::Call(call) => among.contains(call.target),
            Body::Compared(compared) => among.contains(compared.target),
            Body::Distinct(one) => any(&one.members),
            Body::Opened(opened) => any(&opened.targets),
            Body::Decision { request, .. } => match reader.read(*request)?.map(|operation| operation.body) {
                Some(Body::Request { targets, .. }) => any(&targets),
                _ => false,
            },
            Body::Export(_) => touched.unnamed,
            Body::Epoch { .. }
            | Body::Operator { .. }
            | Body::Transfer { .. }
            | Body::Group { .. }
            | Body::Grant { .. }
            | Body::RejectedClear { .. }
            | Body::View { .. }
            | Body::Discard { .. }
            | Body::Anchor { .. }
            | Body::Calendar { .. }
            | Body::LogView(_)
            | Body::Credential { .. }
            | Body::WrongTries { .. }
            | Body::SealingKey { .. }
            | Body::EraseDone { .. }
            | Body::Unknown { .. } => false,
        })
    }

    /// Visits lines of the log in this order, until `visit` says stop (`false`).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if one isn't there or can't be read.
    pub fn log_lines(&self, ids: &[OperationId], visit: &mut dyn FnMut(LogLine) -> bool) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare_cached(
            "SELECT op.bytes, op.hash, op_text.text FROM op LEFT JOIN op_text ON op_text.op = op.id WHERE op.id = ?1",
        )?;
        for id in ids.iter().copied() {
            let found = statement
                .query_row([id.as_u64() as i64], |row| {
                    let operation = reader.decode(id, row.get_ref(0)?.as_blob()?).ok();
                    let (hash, text) = (row.get(1)?, row.get(2)?);
                    Ok(operation.map(|operation| LogLine { id, operation, hash, text }))
                })
                .optional()?
                .flatten();
            if !visit(found.ok_or_else(|| StoreError::Damaged(format!("op {id}")))?) {
                break;
            }
        }
        Ok(())
    }

    /// One line of the log.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it isn't there or can't be read.
    pub fn log_line(&self, id: OperationId) -> Result<LogLine> {
        let mut found = None;
        self.log_lines(&[id], &mut |line| {
            found = Some(line);
            false
        })?;
        found.ok_or_else(|| StoreError::Damaged(format!("op {id}")))
    }

    /// The changes that an undoing takes back, or brings again: `true` = it takes them back.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if what it undoes can't be read.
    pub fn undone_writes(&self, id: OperationId, undoes: OperationId) -> Result<(Vec<Write>, bool)> {
        let reader = LogReader::new(&self.db)?;
        let (root, restores) = resolve(undoes, id, &reader).ok_or_else(|| StoreError::Damaged(format!("op {id}")))?;
        Ok((root.body.into_writes().unwrap_or_default(), restores))
    }

    /// The operators of a code, by the operations that gave birth to them: a code may have been somebody else's once.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn operators_of_code(&self, code: &str) -> Result<Vec<OperationId>> {
        let mut statement = self.db.prepare_cached("SELECT id FROM operator WHERE code = ?1 ORDER BY id")?;
        let found = statement.query_map([code], |row| row.get::<_, i64>(0))?;
        found.map(|id| Ok(OperationId::from_u64(id? as u64))).collect()
    }

    /// How many operations the log holds, by the counts of its streams.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn operations(&self) -> Result<u64> {
        Ok(self.db.query_row("SELECT total(seq) FROM stream", [], |row| row.get::<_, f64>(0))? as u64)
    }

    /// The newest 証明点, and how many operations came after it in the log; `None` = none was ever made. Goes through the
    /// log until it finds one.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn newest_anchor(&self) -> Result<Option<(OperationId, u64)>> {
        let found: Option<i64> = self
            .db
            .prepare_cached("SELECT id FROM op WHERE kind = 16 ORDER BY id DESC LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let Some(found) = found else { return Ok(None) };
        let anchor = OperationId::from_u64(found as u64);
        let after: f64 = self
            .db
            .prepare_cached("SELECT total(CASE WHEN no = ?1 THEN seq - ?2 ELSE seq END) FROM stream WHERE no >= ?1")?
            .query_row([anchor.stream(), anchor.n()], |row| row.get(0))?;
        Ok(Some((anchor, after as u64)))
    }
}
