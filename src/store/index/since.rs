//! What happened between two moments of the log, as far as a snapshot must know.

use std::collections::BTreeSet;

use rusqlite::params;

use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Group};
use crate::domain::projection::resolve;
use crate::domain::record::Hash;
use crate::store::Store;
use crate::store::error::{Result, StoreError};
use crate::store::log::LogReader;

/// Where the log stands: each stream, how many operations it has, and their hash.
pub(super) type Heads = Vec<(u32, u32, Hash)>;

/// The heads that the present transaction sees.
pub(super) fn heads(store: &Store) -> Result<Heads> {
    let mut statement = store.db.prepare_cached("SELECT no, seq, head FROM stream ORDER BY no")?;
    let heads = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(heads.collect::<std::result::Result<_, _>>()?)
}

/// What happened.
pub(super) enum Since {
    /// These applications have another state; `imported` says that there are new contents too.
    Changed {
        /// Whether something was imported.
        imported: bool,
        /// Whether 札, notes or what few have are others.
        marked: bool,
        /// Whose state may be another.
        touched: BTreeSet<ApplicationId>,
    },
    /// It can't be told.
    Unknown,
}

/// Reads the operations between two moments.
pub(super) fn since(store: &Store, before: &Heads, now: &Heads) -> Result<Since> {
    let reader = LogReader::new(&store.db)?;
    let (mut imported, mut marked, mut touched) = (false, false, BTreeSet::new());
    for (stream, seq, head) in now {
        let known = before.iter().find(|(other, _, _)| other == stream);
        let from = known.map_or(0, |(_, from, _)| *from);
        if let Some((_, _, hash)) = known
            && (from > *seq || (from == *seq && hash != head))
        {
            return Ok(Since::Unknown);
        }
        let mut statement =
            store.db.prepare_cached("SELECT id, bytes FROM op WHERE id > ?1 AND id <= ?2 ORDER BY id")?;
        let id = |seq| OperationId::new(*stream, seq).as_u64() as i64;
        let mut rows = statement.query(params![id(from), id(*seq)])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            let root = match operation.body {
                Body::Undo { undoes, .. } => {
                    let root = resolve(undoes, id, &reader).ok_or_else(|| StoreError::Damaged(format!("op {id}")))?;
                    root.0.body
                }
                body => body,
            };
            match root {
                Body::Ruling { writes, .. } => {
                    marked = true;
                    touched.extend(writes.into_iter().flat_map(|write| write.targets));
                }
                Body::Set { writes, .. } => {
                    // Who is in charge says as well what was handed over.
                    let kept = |group: Group| group.is_rare() || group == Group::Assignee;
                    marked |= writes.iter().any(|write| kept(write.group));
                    touched.extend(writes.into_iter().flat_map(|write| write.targets));
                }
                Body::Import(import) => {
                    imported = true;
                    touched.extend(import.source.into_iter().flat_map(|write| write.targets));
                }
                Body::Tag { .. } | Body::Note { .. } | Body::Call(_) => marked = true,
                Body::Epoch { .. }
                | Body::Operator { .. }
                | Body::Transfer { .. }
                | Body::Group { .. }
                | Body::Grant { .. }
                | Body::Export(_)
                | Body::RejectedClear { .. }
                | Body::View { .. }
                | Body::Discard { .. }
                | Body::ReflectList { .. }
                | Body::Request { .. }
                | Body::Decision { .. }
                | Body::Credential { .. }
                | Body::WrongTries { .. }
                | Body::SealingKey { .. }
                | Body::Reveal { .. }
                | Body::LogView(_)
                | Body::Opened(_)
                | Body::Compared(_)
                | Body::Distinct(_)
                | Body::Calendar { .. }
                | Body::EraseDone { .. }
                | Body::Anchor { .. } => {}
                Body::Undo { .. } | Body::Erase { .. } | Body::Unknown { .. } => return Ok(Since::Unknown),
            }
        }
    }
    let lost = before.iter().any(|(stream, _, _)| now.iter().all(|(other, _, _)| other != stream));
    Ok(if lost { Since::Unknown } else { Since::Changed { imported, marked, touched } })
}
