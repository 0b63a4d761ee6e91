//! 決裁 in the store: each 起案 with how it stands, and which one an application stands on. That an application stands on one is a
//! field group that few have (see [`rare`]), whose version is the 起案 itself; how a 起案 stands is a register of what the log
//! says, so that what is decided is written once, however many applications it is about.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{Result, StoreError};
use super::log::{LogReader, Payload, append_in};
use super::notes::Written;
use super::{Changed, FieldStanding, Signed, Store, rare};
use crate::domain::calendar::day_of_number;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Days, FromBase, Group, Value, Write};
use crate::domain::ruling::{Closing, Draft, Ruled, RulingState, RulingStep};

/// What an application has in the group while it stands on a 起案.
const ON_A_RULING: Value = Value::Number(1);

/// How a 起案 was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClosing {
    /// Who entered it, and when.
    pub written: Written,
    /// 決裁日, days since 1970-01-01; `None` of a 差戻し.
    pub day: Option<Days>,
    /// What was said.
    pub closing: Closing,
}

/// A 起案.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRuling {
    /// Who made it, and when.
    pub written: Written,
    /// How it stands.
    pub state: RulingState,
    /// What it says; `None` = it was erased.
    pub draft: Option<Draft>,
    /// How it was closed, where it is.
    pub closed: Option<StoredClosing>,
}

impl StoredRuling {
    /// The operation that made it: its number.
    #[must_use]
    pub const fn id(&self) -> OperationId {
        self.written.operation
    }

    /// What its applications know of it.
    #[must_use]
    pub fn ruled(&self) -> Ruled {
        let settled = self.closed.as_ref().filter(|_| self.state == RulingState::Settled);
        Ruled {
            state: self.state,
            decided_on: settled.and_then(|closed| day_of_number(closed.day?.into())),
            document_number: settled.and_then(|closed| closed.closing.document_number.clone()),
        }
    }
}

/// What the register says of a 起案: how it stands, and the operation that brought it there.
pub(super) type Standing = (RulingState, OperationId);

/// The 起案 that an operation is about, and how it stands after it. `read` tells the operation behind an id.
fn step(
    id: OperationId,
    body: &Body,
    read: &dyn Fn(OperationId) -> Result<Option<Body>>,
) -> Result<Option<(OperationId, RulingState)>> {
    match body {
        Body::Ruling { subject, step, .. } => Ok(Some(match step {
            RulingStep::Submitted => (id, RulingState::Pending),
            RulingStep::Settled => (subject.unwrap_or(id), RulingState::Settled),
            RulingStep::Returned => (subject.unwrap_or(id), RulingState::Returned),
        })),
        Body::Undo { undoes, .. } => {
            let (mut at, mut taken_back) = (*undoes, true);
            loop {
                match read(at)? {
                    Some(Body::Undo { undoes, .. }) => (at, taken_back) = (undoes, !taken_back),
                    Some(Body::Ruling { step: RulingStep::Submitted, .. }) => break,
                    _ => return Ok(None),
                }
            }
            Ok(Some((at, if taken_back { RulingState::TakenBack } else { RulingState::Pending })))
        }
        _ => Ok(None),
    }
}

/// The body of an operation that may be about a 起案; the others, which may be large, aren't read.
fn body_of(db: &Connection, reader: &LogReader<'_>, id: OperationId) -> Result<Option<Body>> {
    let mut kind = db.prepare_cached("SELECT kind IN (5, 22) FROM op WHERE id = ?1")?;
    match kind.query_row([id.as_u64() as i64], |row| row.get(0)).optional()? {
        Some(true) => Ok(reader.read(id)?.map(|operation| operation.body)),
        _ => Ok(None),
    }
}

/// Enters an operation about a 起案 into the register.
pub(super) fn enter(db: &Connection, id: OperationId, body: &Body) -> Result<()> {
    let reader = LogReader::new(db)?;
    let read = |id| body_of(db, &reader, id);
    if let Some((ruling, state)) = step(id, body, &read)? {
        db.prepare_cached("INSERT OR REPLACE INTO ruling(op, state, by) VALUES (?1, ?2, ?3)")?.execute(params![
            ruling.as_u64() as i64,
            state as u8,
            id.as_u64() as i64
        ])?;
    }
    Ok(())
}

/// The 起案 that undoing or redoing an operation is about, if it is about one.
pub(super) fn undone(db: &Connection, reader: &LogReader<'_>, undoes: OperationId) -> Result<Option<OperationId>> {
    let body = Body::Undo { undoes, refused: Vec::new() };
    let read = |id| body_of(db, reader, id);
    Ok(step(undoes, &body, &read)?.map(|(ruling, _)| ruling))
}

/// How a 起案 stands.
pub(super) fn standing(db: &Connection, ruling: OperationId) -> Result<Option<Standing>> {
    let mut read = db.prepare_cached("SELECT state, by FROM ruling WHERE op = ?1")?;
    let row = read.query_row([ruling.as_u64() as i64], |row| Ok((row.get::<_, u8>(0)?, row.get::<_, i64>(1)?)));
    let Some((code, by)) = row.optional()? else { return Ok(None) };
    let damaged = || StoreError::Damaged(format!("ruling {ruling}"));
    Ok(Some((RulingState::from_code(code).ok_or_else(damaged)?, OperationId::from_u64(by as u64))))
}

/// Whether undoing (or redoing) an operation may go on: a 起案 is taken back while it is 決裁中 alone.
pub(super) fn refuse_closed(db: &Connection, ruling: OperationId, restores: bool) -> Result<()> {
    let wanted = if restores { RulingState::Pending } else { RulingState::TakenBack };
    match standing(db, ruling)? {
        Some((state, _)) if state == wanted => Ok(()),
        _ => Err(StoreError::RulingClosed(ruling.to_string())),
    }
}

impl Store {
    /// The 起案 that an application stands on; `None` = on none.
    pub fn ruling_of(&self, id: ApplicationId) -> Result<Option<OperationId>> {
        match rare::read(&self.db, Group::Ruling, id)? {
            Some((value, written)) if value != Value::None => self.ruling_behind(id, written).map(Some),
            _ => Ok(None),
        }
    }

    /// The 起案 behind the version of the group: that itself, but after a redo.
    fn ruling_behind(&self, id: ApplicationId, written: OperationId) -> Result<OperationId> {
        match standing(&self.db, written)? {
            Some(_) => Ok(written),
            None => Ok(self.told_by(Group::Ruling, id, written)?.0),
        }
    }

    /// The 起案 that applications stand on, in the order of `ids`, and how it stands.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn rulings_of(&self, ids: &[ApplicationId]) -> Result<Vec<Option<(OperationId, RulingState)>>> {
        if !rare::is_used(&self.db, Group::Ruling)? {
            return Ok(vec![None; ids.len()]);
        }
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.push(match self.ruling_of(*id)? {
                None => None,
                Some(ruling) => standing(&self.db, ruling)?.map(|(state, _)| (ruling, state)),
            });
        }
        Ok(found)
    }

    /// Those of a change of 審査結果 that undoing it must leave alone: a 起案 that came after it is about what it entered.
    pub(super) fn held_by_rulings(&self, undoes: OperationId, writes: &[Write]) -> Result<Vec<ApplicationId>> {
        let of_results = writes.iter().filter(|write| write.group == Group::Result);
        let ids: Vec<ApplicationId> = of_results.flat_map(|write| write.targets.iter().copied()).collect();
        let held = |found: &Option<(OperationId, RulingState)>| {
            found.is_some_and(|(ruling, state)| ruling > undoes && state.holds())
        };
        let found = self.rulings_of(&ids)?;
        Ok(ids.into_iter().zip(found).filter(|(_, found)| held(found)).map(|(id, _)| id).collect())
    }

    /// Shows every application that stands on a 起案, in the order of ids, with what it knows of it.
    pub(super) fn visit_rulings(&self, see: &mut dyn FnMut(ApplicationId, &Arc<Ruled>)) -> Result<()> {
        let mut known: BTreeMap<OperationId, Arc<Ruled>> = BTreeMap::new();
        rare::visit(&self.db, Group::Ruling, &mut |id, _, written| {
            let ruling = self.ruling_behind(id, written)?;
            let ruled = match known.get(&ruling) {
                Some(ruled) => ruled,
                None => {
                    let found = self.ruling(ruling)?.ok_or_else(|| StoreError::Damaged(format!("ruling {ruling}")))?;
                    known.entry(ruling).or_insert(Arc::new(found.ruled()))
                }
            };
            see(id, ruled);
            Ok(())
        })
    }

    /// A 起案; `None` = there is none of this number.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn ruling(&self, id: OperationId) -> Result<Option<StoredRuling>> {
        let Some((state, by)) = standing(&self.db, id)? else { return Ok(None) };
        let written = self.written(id)?;
        let closed = match state {
            RulingState::Pending | RulingState::TakenBack => None,
            RulingState::Settled | RulingState::Returned => {
                let Some(Body::Ruling { day, .. }) = self.operation(by)?.map(|operation| operation.body) else {
                    return Err(StoreError::Damaged(format!("ruling {id}")));
                };
                let closing = Closing::of_payload(self.op_text(by)?.as_deref());
                Some(StoredClosing { written: self.written(by)?, day, closing })
            }
        };
        Ok(Some(StoredRuling { written, state, draft: Draft::of_payload(self.op_text(id)?.as_deref()), closed }))
    }

    fn written(&self, id: OperationId) -> Result<Written> {
        let mut read = self.db.prepare_cached("SELECT at, actor FROM op WHERE id = ?1")?;
        let row = read.query_row([id.as_u64() as i64], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?))).optional()?;
        let (at_ms, actor) = row.ok_or_else(|| StoreError::Damaged(format!("op {id}")))?;
        let actor = (actor != 0).then(|| OperationId::from_u64(actor as u64));
        Ok(Written { operation: id, at_ms, actor })
    }

    /// All 起案, newest first.
    ///
    /// # Errors
    /// As [`Self::ruling`].
    pub fn rulings(&self) -> Result<Vec<StoredRuling>> {
        let mut statement = self.db.prepare_cached("SELECT op FROM ruling ORDER BY op DESC")?;
        let ids = statement.query_map([], |row| row.get::<_, i64>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        let read = |id: i64| self.ruling(OperationId::from_u64(id as u64)).transpose();
        ids.into_iter().filter_map(read).collect()
    }

    /// The applications of a 起案, ascending.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read, or there is no such 起案.
    pub fn ruling_targets(&self, id: OperationId) -> Result<Vec<ApplicationId>> {
        match self.operation(id)?.map(|operation| operation.body) {
            Some(Body::Ruling { step: RulingStep::Submitted, writes, .. }) => {
                Ok(writes.into_iter().flat_map(|write| write.targets).collect())
            }
            _ => Err(StoreError::Damaged(format!("ruling {id}"))),
        }
    }

    /// Makes one 起案 of applications. `choose` is asked once, inside the transaction, for what goes on it, each as it was
    /// seen, and for what the 起案 says. Where one of them doesn't stand as it was seen, nothing is done: a 起案 says how many
    /// it is about.
    ///
    /// # Errors
    /// What `choose` answers; [`StoreError::Changed`]; a failure of the store. Nothing is changed then.
    pub fn submit_ruling<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<(ApplicationId, FieldStanding)>, Draft, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        let salt = self.salt();
        let tx = self.write()?;
        let (mut chosen, draft, told) = choose(self)?;
        chosen.sort_unstable_by_key(|(id, _)| *id);
        let mut outcome = Changed::default();
        if !chosen.is_empty() {
            let from = FromBase::collect(chosen.iter().map(|(_, seen)| (seen.value, seen.written)));
            let targets = chosen.into_iter().map(|(id, _)| id).collect();
            let writes = vec![Write { group: Group::Ruling, to: ON_A_RULING, targets, from }];
            let body = Body::Ruling { subject: None, step: RulingStep::Submitted, day: None, writes };
            let text = draft.payload();
            let payload = Payload { text: &text, salt };
            let coming = super::log::coming(&tx, self.stream.get(), signed, body, Some(&payload))?;
            let applied = super::change::project(&tx, coming.id, &coming.operation)?;
            if !applied.refused.is_empty() {
                return Err(StoreError::Changed.into());
            }
            coming.append(&tx)?;
            (outcome.operation, outcome.changed) = (Some(coming.id), applied.changed);
        }
        tx.commit().map_err(StoreError::from)?;
        Ok((outcome, told))
    }

    /// Closes a 起案: 決裁済 with its day, or 差戻し. `None` where it doesn't stand so that it could be: nothing is changed then.
    ///
    /// # Errors
    /// Busy, a full disk, or another failure; nothing is changed then.
    pub fn close_ruling(
        &mut self,
        signed: &Signed<'_>,
        (ruling, from): (OperationId, &[RulingState]),
        (step, day): (RulingStep, Option<Days>),
        closing: &Closing,
    ) -> Result<Option<OperationId>> {
        let salt = self.salt();
        let tx = self.write()?;
        if !standing(&tx, ruling)?.is_some_and(|(state, _)| from.contains(&state)) {
            return Ok(None);
        }
        let body = Body::Ruling { subject: Some(ruling), step, day, writes: Vec::new() };
        let text = closing.payload();
        let (id, _) = append_in(&tx, self.stream.get(), signed, body, Some(&Payload { text: &text, salt }))?;
        tx.commit()?;
        Ok(Some(id))
    }

    /// The register names every 起案 with how it stands, and no other.
    pub(super) fn check_rulings(&self) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let read = |id| body_of(&self.db, &reader, id);
        let mut expected: BTreeMap<u64, Standing> = BTreeMap::new();
        let mut statement = self.db.prepare("SELECT id, bytes FROM op WHERE kind IN (5, 22) ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let body = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?.body;
            if let Some((ruling, state)) = step(id, &body, &read)? {
                expected.insert(ruling.as_u64(), (state, id));
            }
        }
        let mut statement = self.db.prepare("SELECT op FROM ruling ORDER BY op")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            if expected.remove(&id.as_u64()) != standing(&self.db, id)? {
                return Err(StoreError::Damaged(format!("ruling {id}")));
            }
        }
        match expected.keys().next() {
            Some(id) => Err(StoreError::Damaged(format!("ruling {}", OperationId::from_u64(*id)))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Rows, SIGNED, founded, id_of, imported};
    use super::*;
    use crate::domain::status::Status;
    use crate::store::rebuild::replace_projection;

    fn submit(store: &mut Store, ids: &[ApplicationId]) -> Result<Option<OperationId>> {
        let choose = |store: &Store| {
            let seen = store.field_standing(Group::Ruling, ids)?.into_iter().flatten();
            let draft = Draft { title: "件名".into(), breakdown: vec![(None, ids.len() as u64)], ..Draft::default() };
            Ok::<_, StoreError>((ids.iter().copied().zip(seen).collect(), draft, ()))
        };
        Ok(store.submit_ruling(&SIGNED, choose)?.0.operation)
    }

    fn close(store: &mut Store, ruling: OperationId, step: RulingStep) -> Option<OperationId> {
        let closing = Closing { document_number: Some("令2市第7号".into()), ..Closing::default() };
        let day = (step == RulingStep::Settled).then_some(18_568);
        store.close_ruling(&SIGNED, (ruling, &[RulingState::Pending]), (step, day), &closing).unwrap()
    }

    #[test]
    fn a_ruling_is_made_taken_back_and_closed_and_check_finds_a_wrong_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Rows<'_> = &[(1, "a", Status::Unprocessed), (2, "b", Status::Unprocessed)];
        imported(&mut store, 1, rows);
        let ids = [id_of(&store, 1), id_of(&store, 2)];
        let state = |store: &Store| store.rulings_of(&ids).unwrap().map_first();
        let first = submit(&mut store, &ids).unwrap().unwrap();
        assert_eq!(state(&store), Some((first, RulingState::Pending)));
        assert_eq!(store.ruling_targets(first).unwrap(), ids);

        // Taken back, and brought again: it is the same one.
        store.undo(&SIGNED, None).unwrap();
        assert_eq!((state(&store), store.ruling(first).unwrap().unwrap().state), (None, RulingState::TakenBack));
        assert_eq!(close(&mut store, first, RulingStep::Settled), None, "what was taken back isn't closed");
        store.redo(&SIGNED).unwrap();
        assert_eq!(state(&store), Some((first, RulingState::Pending)));
        store.check(&mut |_| {}).unwrap();

        // 差戻し frees them for another one; 決裁済 can't be undone.
        assert!(close(&mut store, first, RulingStep::Returned).is_some());
        let second = submit(&mut store, &ids[..1]).unwrap().unwrap();
        assert!(close(&mut store, second, RulingStep::Settled).is_some());
        assert!(matches!(store.undo(&SIGNED, Some(second)), Err(StoreError::RulingClosed(_))));
        let ruled = store.ruling(second).unwrap().unwrap().ruled();
        assert_eq!((ruled.state, ruled.document_number.as_deref()), (RulingState::Settled, Some("令2市第7号")));
        assert_eq!(ruled.decided_on, day_of_number(18_568));
        let found = store.rulings_of(&ids).unwrap();
        assert_eq!(found, [Some((second, RulingState::Settled)), Some((first, RulingState::Returned))]);
        store.check(&mut |_| {}).unwrap();
        for wrong in [
            "DELETE FROM ruling",
            "UPDATE ruling SET state = 1",
            "UPDATE ruling SET by = op",
            "INSERT INTO ruling VALUES (1, 1, 1)",
        ] {
            store.db.execute_batch(wrong).unwrap();
            assert!(matches!(store.check(&mut |_| {}), Err(StoreError::Damaged(_))), "{wrong}");
            replace_projection(&mut store.db).unwrap();
            assert_eq!(store.rulings_of(&ids).unwrap(), found, "{wrong}");
            store.check(&mut |_| {}).unwrap();
        }
    }

    /// The first of two that are alike.
    trait Alike<T> {
        fn map_first(self) -> T;
    }

    impl<T: PartialEq + std::fmt::Debug + Copy> Alike<T> for Vec<T> {
        fn map_first(self) -> T {
            assert!(self.windows(2).all(|pair| pair[0] == pair[1]), "{self:?}");
            self[0]
        }
    }
}
