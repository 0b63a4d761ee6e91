//! 個別番号 and 収受番号 in the store: who has which, the pattern that it was made by, and handing them out. What an application
//! has is a sequence number (of 収受 with its day); what that looks like says the payload of the operation that gave it.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::error::{Result, StoreError};
use super::log::LogReader;
use super::{Changed, FieldStanding, Signed, Store, rare};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::numbering::{HEADING, Pattern, RECEIVED_HEADING, Received};
use crate::domain::operation::{Body, Days, Group, Value, Write};

/// Patterns by the operation that gave numbers by them; `None` = the payload was erased.
pub(super) type Patterns = HashMap<OperationId, Option<Arc<Pattern>>>;

/// Sees who has a number, its pattern (`None` = it was erased), and its value.
pub(super) type SeeNumber<'a> = dyn FnMut(ApplicationId, Option<&Arc<Pattern>>, Received) -> Result<()> + 'a;

/// An application that is to get a number: as it was seen, and the value.
pub type Numbered = (ApplicationId, FieldStanding, u64);

/// 収受 of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReceived {
    /// 収受日, days since 1970-01-01.
    pub day: Days,
    /// 収受番号; `None` = what it looks like was erased.
    pub number: Option<String>,
}

/// The numbers of one kind that have been given, each with who has it.
#[derive(Debug, Default)]
pub struct GivenNumbers {
    by_number: HashMap<String, ApplicationId>,
    highest: HashMap<String, u64>,
}

impl GivenNumbers {
    /// Who has a number.
    #[must_use]
    pub fn holder(&self, number: &str) -> Option<ApplicationId> {
        self.by_number.get(number).copied()
    }

    /// The highest sequence number that was given by a pattern.
    #[must_use]
    pub fn highest(&self, pattern: &Pattern) -> Option<u64> {
        self.highest.get(pattern.as_str()).copied()
    }
}

impl Store {
    /// The pattern behind the present value of an application; `None` = it was erased.
    fn pattern_of(&self, group: Group, id: ApplicationId, written: OperationId) -> Result<Option<Arc<Pattern>>> {
        if let Some(known) = self.patterns.borrow().get(&written) {
            return Ok(known.clone());
        }
        let damaged = |id: OperationId| StoreError::Damaged(format!("op {id}"));
        let (at, by_target) = self.told_by(group, id, written)?;
        let text = self.op_text(at)?;
        let pattern = text.map(|text| Pattern::parse(&text).map_err(|_| damaged(at))).transpose()?.map(Arc::new);
        if !by_target {
            self.patterns.borrow_mut().insert(written, pattern.clone());
        }
        Ok(pattern)
    }

    /// The 個別番号 of an application.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn individual_number(&self, id: ApplicationId) -> Result<Option<String>> {
        match rare::read(&self.db, Group::IndividualNumber, id)? {
            Some((Value::Number(value), written)) => self.number_by((Group::IndividualNumber, id), written, value),
            _ => Ok(None),
        }
    }

    /// 収受日 and 収受番号 of an application.
    ///
    /// # Errors
    /// As [`Self::individual_number`].
    pub fn received(&self, id: ApplicationId) -> Result<Option<StoredReceived>> {
        match rare::read(&self.db, Group::Received, id)? {
            Some((Value::Number(value), written)) => self.received_by(id, written, value).map(Some),
            _ => Ok(None),
        }
    }

    /// What a value that an operation gave stands for.
    pub(super) fn received_by(&self, id: ApplicationId, written: OperationId, value: u64) -> Result<StoredReceived> {
        let number = self.number_by((Group::Received, id), written, value)?;
        Ok(StoredReceived { day: Received::of_value(value).day, number })
    }

    /// What the number in a value that an operation gave looks like.
    pub(super) fn number_by(
        &self,
        (group, id): (Group, ApplicationId),
        written: OperationId,
        value: u64,
    ) -> Result<Option<String>> {
        let pattern = self.pattern_of(group, id, written)?;
        Ok(pattern.map(|pattern| pattern.render(Received::of_value(value).sequence)))
    }

    /// Shows every application that has a number of a group, in the order of ids.
    pub(super) fn visit_numbers(&self, group: Group, see: &mut SeeNumber<'_>) -> Result<()> {
        rare::visit(&self.db, group, &mut |id, value, written| {
            let Value::Number(value) = value else { return Ok(()) };
            see(id, self.pattern_of(group, id, written)?.as_ref(), Received::of_value(value))
        })
    }

    /// All numbers of a group that stand.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn given_numbers(&self, group: Group) -> Result<GivenNumbers> {
        let mut given = GivenNumbers::default();
        self.visit_numbers(group, &mut |id, pattern, Received { sequence, .. }| {
            let Some(pattern) = pattern else { return Ok(()) };
            given.by_number.insert(pattern.render(sequence), id);
            match given.highest.get_mut(pattern.as_str()) {
                Some(highest) => *highest = sequence.max(*highest),
                None => drop(given.highest.insert(pattern.as_str().to_owned(), sequence)),
            }
            Ok(())
        })?;
        Ok(given)
    }

    /// Those that a redo would give a number back that belongs to somebody else by now.
    pub(super) fn given_to_others(
        &self,
        reader: &LogReader<'_>,
        undoes: OperationId,
        writes: &[Write],
    ) -> Result<Vec<ApplicationId>> {
        let mut root = undoes;
        while let Some(Body::Undo { undoes, .. }) = reader.read(root)?.map(|operation| operation.body) {
            root = undoes;
        }
        let Some(pattern) = self.op_text(root)?.and_then(|text| Pattern::parse(&text).ok()) else {
            return Ok(Vec::new());
        };
        let Some(group) = number_group(writes) else { return Ok(Vec::new()) };
        let given = self.given_numbers(group)?;
        let mut others = Vec::new();
        for write in writes.iter().filter(|write| write.group == group) {
            if let Value::Number(value) = write.to
                && let Some(holder) = given.holder(&pattern.render(Received::of_value(value).sequence))
            {
                others.extend(write.targets.iter().copied().filter(|target| *target != holder));
            }
        }
        Ok(others)
    }

    /// Gives numbers of a group by a pattern, in one operation. `choose` is asked once, inside the transaction: what it answers must
    /// have none, and its numbers must be free.
    ///
    /// # Errors
    /// What `choose` answers, or a failure of the store: nothing is changed then.
    pub fn give_numbers<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        (group, pattern): (Group, &Pattern),
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<Numbered>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        self.write_fields(signed, (Some(pattern.as_str()), None), |store| {
            let (numbered, chosen) = choose(store)?;
            let each = |(id, seen, value)| (group, (Value::Number(value), vec![(id, seen)]));
            Ok((numbered.into_iter().map(each).collect(), chosen))
        })
    }
}

/// The group whose numbers a change gave, if it gave any.
pub(super) fn number_group(writes: &[Write]) -> Option<Group> {
    let groups = [Group::IndividualNumber, Group::Received];
    groups.into_iter().find(|group| writes.iter().any(|write| write.group == *group))
}

/// Numbers that stand in a file that was written since are out of the building: to take them back would let them be given
/// to somebody else.
pub(super) fn refuse_gone(db: &Connection, reader: &LogReader<'_>, group: Group, undoes: OperationId) -> Result<()> {
    let heading = if group == Group::Received { RECEIVED_HEADING } else { HEADING };
    let mut statement = db.prepare_cached("SELECT id, bytes FROM op WHERE kind = 6 AND id > ?1")?;
    let mut rows = statement.query(params![undoes.as_u64() as i64])?;
    while let Some(row) = rows.next()? {
        let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
        let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        if let Body::Export(export) = operation.body
            && export.columns.iter().any(|column| column == heading)
        {
            return Err(StoreError::GoneOut(id.to_string()));
        }
    }
    Ok(())
}
