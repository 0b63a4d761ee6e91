//! Epochs: a store goes on in a new stream when its old one may live on elsewhere, in a restored backup's successor or
//! in a copy. The old stream is closed for ever; the new one names its head as predecessor.

use rusqlite::{Connection, OptionalExtension as _};

use super::error::{Result, StoreError};
use super::{Signed, log, stage};
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, EpochCause, StreamUid, Uid, genesis};
use crate::domain::record::Hash;

/// What a new epoch is to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewEpoch {
    /// 64 fresh random bits.
    pub uid: Uid,
    /// Why.
    pub cause: EpochCause,
    /// Local numbers below this one were given elsewhere and stay unused.
    pub at_least: u32,
    /// The machine that the store stands on now, as the store keeps it.
    pub machine: Option<Hash>,
}

/// The local number of the store's own stream.
pub(super) fn own_stream(db: &Connection) -> Result<u32> {
    let damaged = || StoreError::Damaged("meta.stream".into());
    let found: Option<i64> =
        db.prepare_cached("SELECT v FROM meta WHERE k = 'stream'")?.query_row([], |row| row.get(0)).optional()?;
    u32::try_from(found.ok_or_else(damaged)?).map_err(|_| damaged())
}

/// The uid, seq and head of a stream.
pub(super) fn stream_of(db: &Connection, no: u32) -> Result<(StreamUid, u32, Hash)> {
    let mut read = db.prepare_cached("SELECT terminal, epoch, seq, head FROM stream WHERE no = ?1")?;
    Ok(read.query_row([no], |row| {
        Ok((StreamUid { terminal: row.get(0)?, epoch: row.get(1)? }, row.get(2)?, row.get(3)?))
    })?)
}

/// Begins a new epoch of the same terminal, inside a write transaction. Imports that weren't published belong to the
/// stream that ends: none of them is continued.
pub(super) fn begin(tx: &Connection, signed: &Signed<'_>, new: &NewEpoch) -> Result<OperationId> {
    let (old, _, head) = stream_of(tx, own_stream(tx)?)?;
    let highest: u32 = tx.query_row("SELECT max(no) FROM stream", [], |row| row.get(0))?;
    let no = highest.max(new.at_least.saturating_sub(1)).checked_add(1);
    let no = no.ok_or_else(|| StoreError::Damaged("stream".into()))?;
    let store: Uid = tx.query_row("SELECT v FROM meta WHERE k = 'store_uid'", [], |row| row.get(0))?;
    let stream = StreamUid { terminal: old.terminal, epoch: new.uid };
    tx.execute(
        "INSERT INTO stream(no, terminal, epoch, seq, head, births) VALUES (?1, ?2, ?3, 0, ?4, 0)",
        (no, stream.terminal, stream.epoch, genesis(&store, &stream, &head)),
    )?;
    tx.execute("UPDATE meta SET v = ?1 WHERE k = 'stream'", [no])?;
    tx.execute("UPDATE job SET state = ?1", [stage::GOING])?;
    tx.execute("DELETE FROM meta WHERE k = 'machine'", [])?;
    if let Some(machine) = new.machine {
        tx.execute("INSERT INTO meta(k, v) VALUES ('machine', ?1)", [machine])?;
    }
    let (id, _) = log::append_in(tx, no, signed, Body::Epoch { predecessor: head, cause: new.cause }, None)?;
    Ok(id)
}
