//! A position in the log: for every stream, how far, and by which hash. The chain makes it exact: where the hash stands,
//! everything before it is the same. What imports changed since a position is told by the tables `birth` and `revised`.

use rusqlite::{Connection, OptionalExtension as _};

use super::ids::Ids;
use crate::domain::identity::OperationId;
use crate::domain::operation::StreamUid;
use crate::domain::record::Hash;
use crate::store::error::Result;

/// How far one stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct At {
    /// Its local number: ids carry it.
    pub no: u32,
    /// Which stream it is.
    pub stream: StreamUid,
    /// Its newest operation here, from 1.
    pub seq: u32,
    /// The hash of the chain up to it.
    pub hash: Hash,
}

/// How far every stream is, by ascending local number; one without an operation is left out. The default is the
/// beginning, where no import is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::store) struct Position(pub Vec<At>);

impl Position {
    /// The position of the present read transaction.
    pub fn now(db: &Connection) -> Result<Self> {
        let mut statement =
            db.prepare_cached("SELECT no, terminal, epoch, seq, head FROM stream WHERE seq > 0 ORDER BY no")?;
        let rows = statement.query_map([], |row| {
            let stream = StreamUid { terminal: row.get(1)?, epoch: row.get(2)? };
            Ok(At { no: row.get(0)?, stream, seq: row.get(3)?, hash: row.get(4)? })
        })?;
        Ok(Self(rows.collect::<std::result::Result<_, _>>()?))
    }

    /// Whether the log went through this position: every stream of it is here, and has its hash at its place.
    pub fn is_in(&self, db: &Connection) -> Result<bool> {
        let mut statement = db.prepare_cached(
            "SELECT stream.terminal, stream.epoch, op.hash FROM op JOIN stream ON stream.no = ?2 WHERE op.id = ?1",
        )?;
        for at in &self.0 {
            let id = OperationId::new(at.no, at.seq).as_u64() as i64;
            let found: Option<(StreamUid, Hash)> = statement
                .query_row([id, i64::from(at.no)], |row| {
                    Ok((StreamUid { terminal: row.get(0)?, epoch: row.get(1)? }, row.get(2)?))
                })
                .optional()?;
            if found != Some((at.stream, at.hash)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether an operation comes after this position.
    fn is_before(&self, operation: OperationId) -> bool {
        self.0.iter().find(|at| at.no == operation.stream()).is_none_or(|at| at.seq < operation.n())
    }

    /// The applications that imports after this position brought or revised, without what one of them (`but`) did and
    /// no later one touched.
    pub(super) fn changed_since(&self, db: &Connection, but: Option<OperationId>) -> Result<Ids> {
        let counts = |operation: i64| {
            let operation = OperationId::from_u64(operation as u64);
            self.is_before(operation) && but != Some(operation)
        };
        let mut ranges = Vec::new();
        let mut births = db.prepare_cached("SELECT first, span, op FROM birth")?;
        let mut rows = births.query([])?;
        while let Some(row) = rows.next()? {
            let (first, span) = (row.get::<_, i64>(0)? as u64, row.get::<_, u32>(1)?);
            if counts(row.get(2)?) {
                ranges.push(first..first.saturating_add(u64::from(span)));
            }
        }
        let mut revised = db.prepare_cached("SELECT app, op FROM revised")?;
        let mut rows = revised.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get::<_, i64>(0)? as u64;
            if counts(row.get(1)?) {
                ranges.push(id..id.saturating_add(1));
            }
        }
        Ok(Ids::of_ranges(ranges))
    }
}
