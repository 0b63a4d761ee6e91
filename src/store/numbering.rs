//! 個別番号 in the store: who has which, the pattern that it was made by, and handing them out. What an application has is
//! a sequence number; what that looks like says the payload of the operation that gave it.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::error::{Result, StoreError};
use super::log::LogReader;
use super::{Changed, FieldStanding, Signed, Store, rare};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::numbering::{HEADING, Pattern};
use crate::domain::operation::{Body, Group, Value, Write};

/// Patterns by the operation that gave numbers by them; `None` = the payload was erased.
pub(super) type Patterns = HashMap<OperationId, Option<Arc<Pattern>>>;

/// Sees who has a 個別番号, its pattern and its sequence number.
pub(super) type SeeNumber<'a> = dyn FnMut(ApplicationId, &Arc<Pattern>, u64) -> Result<()> + 'a;

/// An application that is to get a 個別番号: as it was seen, and the sequence number.
pub type Numbered = (ApplicationId, FieldStanding, u64);

/// The 個別番号 that have been given, each with who has it.
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
    fn pattern_of(&self, id: ApplicationId, written: OperationId) -> Result<Option<Arc<Pattern>>> {
        if let Some(known) = self.patterns.borrow().get(&written) {
            return Ok(known.clone());
        }
        let damaged = |id: OperationId| StoreError::Damaged(format!("op {id}"));
        let (at, by_target) = self.told_by(Group::IndividualNumber, id, written)?;
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
            Some((Value::Number(sequence), written)) => self.number_by(id, written, sequence),
            _ => Ok(None),
        }
    }

    /// What a sequence number that an operation gave looks like.
    pub(super) fn number_by(&self, id: ApplicationId, written: OperationId, n: u64) -> Result<Option<String>> {
        Ok(self.pattern_of(id, written)?.map(|pattern| pattern.render(n)))
    }

    /// Whether any application has ever had one.
    pub(super) fn knows_numbers(&self) -> Result<bool> {
        rare::is_used(&self.db, Group::IndividualNumber)
    }

    /// Shows every application that has a 個別番号, in the order of ids, with its pattern and sequence number.
    pub(super) fn visit_numbers(&self, see: &mut SeeNumber<'_>) -> Result<()> {
        rare::visit(&self.db, Group::IndividualNumber, &mut |id, value, written| {
            let Value::Number(sequence) = value else { return Ok(()) };
            match self.pattern_of(id, written)? {
                Some(pattern) => see(id, &pattern, sequence),
                None => Ok(()),
            }
        })
    }

    /// All 個別番号 that stand.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn given_numbers(&self) -> Result<GivenNumbers> {
        let mut given = GivenNumbers::default();
        self.visit_numbers(&mut |id, pattern, sequence| {
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
        let given = self.given_numbers()?;
        let mut others = Vec::new();
        for write in writes.iter().filter(|write| write.group == Group::IndividualNumber) {
            if let Value::Number(sequence) = write.to
                && let Some(holder) = given.holder(&pattern.render(sequence))
            {
                others.extend(write.targets.iter().copied().filter(|target| *target != holder));
            }
        }
        Ok(others)
    }

    /// Gives 個別番号 by a pattern, in one operation. `choose` is asked once, inside the transaction: what it answers must
    /// have none, and its numbers must be free.
    ///
    /// # Errors
    /// What `choose` answers, or a failure of the store: nothing is changed then.
    pub fn give_numbers<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        pattern: &Pattern,
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<Numbered>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        self.write_fields(signed, Some(pattern.as_str()), |store| {
            let (numbered, chosen) = choose(store)?;
            let each = |(id, seen, n)| (Group::IndividualNumber, (Value::Number(n), vec![(id, seen)]));
            Ok((numbered.into_iter().map(each).collect(), chosen))
        })
    }
}

/// Numbers that stand in a file that was written since are out of the building: to take them back would let them be given
/// to somebody else.
pub(super) fn refuse_gone(db: &Connection, reader: &LogReader<'_>, undoes: OperationId) -> Result<()> {
    let mut statement = db.prepare_cached("SELECT id, bytes FROM op WHERE kind = 6 AND id > ?1")?;
    let mut rows = statement.query(params![undoes.as_u64() as i64])?;
    while let Some(row) = rows.next()? {
        let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
        let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
        if let Body::Export(export) = operation.body
            && export.columns.iter().any(|column| column == HEADING)
        {
            return Err(StoreError::GoneOut(id.to_string()));
        }
    }
    Ok(())
}
