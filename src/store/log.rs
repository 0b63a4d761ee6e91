//! The operation log: appending inside the writer's transaction, reading back, listing.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{Result, StoreError};
use super::{Signed, Store};
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, Operation, StreamUid, decode, encode, next};
use crate::domain::projection::Log;
use crate::domain::record::{Hash, Salt, commitment};

/// An erasable payload: its text and the salt that blinds the commitment.
pub(super) struct Payload<'a> {
    pub text: &'a str,
    pub salt: Salt,
}

/// Appends an operation to a stream. Position and head are read here, inside the transaction, never cached.
pub(super) fn append_in(
    tx: &Connection,
    stream: u32,
    signed: &Signed<'_>,
    body: Body,
    payload: Option<&Payload<'_>>,
) -> Result<(OperationId, Operation)> {
    let coming = coming(tx, stream, signed, body, payload)?;
    coming.append(tx)?;
    Ok((coming.id, coming.operation))
}

/// The next operation of a stream, before it is appended: its id is known, its body may still be narrowed.
pub(super) struct Coming<'a> {
    pub id: OperationId,
    pub operation: Operation,
    streams: Vec<(u32, StreamUid)>,
    head: Hash,
    payload: Option<&'a Payload<'a>>,
}

/// Makes the next operation of a stream, inside the transaction that will append it.
pub(super) fn coming<'a>(
    tx: &Connection,
    stream: u32,
    signed: &Signed<'_>,
    body: Body,
    payload: Option<&'a Payload<'a>>,
) -> Result<Coming<'a>> {
    let streams = streams(tx)?;
    let (seq, head): (u32, Hash) =
        tx.query_row("SELECT seq, head FROM stream WHERE no = ?1", [stream], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let next_seq = seq.checked_add(1).ok_or_else(|| StoreError::Damaged(format!("stream {stream}: seq")))?;
    let operation = Operation {
        stream: uid_in(&streams, stream),
        seq: next_seq,
        at_ms: signed.at_ms,
        actor: signed.actor,
        command: signed.command.to_owned(),
        body,
        approval: signed.approval.map(|approval| approval.bytes(&|no| uid_in(&streams, no))),
        payload: payload.map(|p| commitment(&p.salt, p.text.as_bytes())),
        critical: false,
    };
    Ok(Coming { id: OperationId::new(stream, next_seq), operation, streams, head, payload })
}

impl Coming<'_> {
    /// Appends it.
    pub(super) fn append(&self, tx: &Connection) -> Result<()> {
        let (id, operation) = (self.id.as_u64() as i64, &self.operation);
        let bytes = encode(operation, &|no| uid_in(&self.streams, no));
        let hash = next(&self.head, &bytes);
        tx.prepare_cached("INSERT INTO op(id, at, actor, kind, bytes, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![
                id,
                operation.at_ms,
                operation.actor.map_or(0, OperationId::as_u64) as i64,
                operation.body.kind() as i64,
                bytes,
                hash
            ])?;
        tx.prepare_cached("UPDATE stream SET seq = ?2, head = ?3 WHERE no = ?1")?.execute(params![
            self.id.stream(),
            operation.seq,
            hash
        ])?;
        super::registers::enter(tx, self.id, operation, self.payload.map(|payload| payload.text))?;
        if let Some(payload) = self.payload {
            tx.prepare_cached("INSERT INTO op_text(op, text, salt) VALUES (?1, ?2, ?3)")?.execute(params![
                id,
                payload.text,
                payload.salt
            ])?;
        }
        Ok(())
    }
}

/// The stream behind a local number. Local numbers come from this very table, so the default is never met.
fn uid_in(streams: &[(u32, StreamUid)], no: u32) -> StreamUid {
    let known = streams.iter().find(|(known, _)| *known == no);
    known.map_or(StreamUid { terminal: [0; 8], epoch: [0; 8] }, |(_, uid)| *uid)
}

/// All streams that this store knows, by local number.
pub(super) fn streams(db: &Connection) -> Result<Vec<(u32, StreamUid)>> {
    let mut statement = db.prepare_cached("SELECT no, terminal, epoch FROM stream ORDER BY no")?;
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, StreamUid { terminal: row.get(1)?, epoch: row.get(2)? })))?
        .collect::<std::result::Result<_, _>>()?;
    Ok(rows)
}

/// The log of one connection, for the projection.
pub(super) struct LogReader<'a> {
    db: &'a Connection,
    streams: Vec<(u32, StreamUid)>,
}

impl<'a> LogReader<'a> {
    /// Reads the streams once; operations on demand.
    pub(super) fn new(db: &'a Connection) -> Result<Self> {
        Ok(Self { db, streams: streams(db)? })
    }

    /// Decodes bytes of this store's log.
    pub(super) fn decode(&self, id: OperationId, bytes: &[u8]) -> Result<Operation> {
        let mut local = |uid: &StreamUid| self.streams.iter().find(|(_, known)| known == uid).map(|(no, _)| *no);
        decode(bytes, &mut local).map_err(|_| StoreError::Damaged(format!("op {id}")))
    }

    /// Reads one operation.
    pub(super) fn read(&self, id: OperationId) -> Result<Option<Operation>> {
        let bytes: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT bytes FROM op WHERE id = ?1")?
            .query_row([id.as_u64() as i64], |row| row.get(0))
            .optional()?;
        bytes.map(|bytes| self.decode(id, &bytes)).transpose()
    }
}

impl Log for LogReader<'_> {
    fn operation(&self, id: OperationId) -> Option<Operation> {
        self.read(id).ok().flatten()
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Its id.
    pub id: OperationId,
    /// The operation.
    pub operation: Operation,
    /// The hash of the chain up to here.
    pub hash: Hash,
    /// The payload (reason, query, a person's name), unless it was erased.
    pub text: Option<String>,
}

impl Store {
    /// Reads one operation.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it can't be read.
    pub fn operation(&self, id: OperationId) -> Result<Option<Operation>> {
        LogReader::new(&self.db)?.read(id)
    }

    /// When an operation was made, milliseconds since the Unix epoch; without reading its body.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn operation_at(&self, id: OperationId) -> Result<Option<i64>> {
        let mut statement = self.db.prepare_cached("SELECT at FROM op WHERE id = ?1")?;
        Ok(statement.query_row([id.as_u64() as i64], |row| row.get(0)).optional()?)
    }

    /// Visits the log from its newest line back, until `visit` says stop (`false`).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if an operation can't be read.
    pub fn visit_log(&self, visit: &mut dyn FnMut(LogLine) -> bool) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare_cached(
            "SELECT op.id, op.bytes, op.hash, op_text.text FROM op LEFT JOIN op_text ON op_text.op = op.id
             ORDER BY op.id DESC",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            if !visit(LogLine { id, operation, hash: row.get(2)?, text: row.get(3)? }) {
                break;
            }
        }
        Ok(())
    }

    /// The head of the own stream: how many operations, and their hash.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn head(&self) -> Result<(u32, Hash)> {
        let head = self.db.query_row("SELECT seq, head FROM stream WHERE no = ?1", [self.stream.get()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(head)
    }
}
