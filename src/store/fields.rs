//! Setting a field that staff fill for themselves (担当, 期限) on many applications: one change = one operation.

use super::change::{leave_out, project};
use super::error::StoreError;
use super::projected::{columns, operation_of_column, value_of_column};
use super::several::in_order;
use super::{Changed, Signed, Store};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Declaration, FromBase, Group, Value, Write};

/// How a field of an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldStanding {
    /// Its value.
    pub value: Value,
    /// The operation that wrote it; `None` = it was never written.
    pub written: Option<OperationId>,
    /// Whether the application is in this segment's custody.
    pub here: bool,
}

/// What `choose` of [`Store::set_field`] answers: the new value, and what gets it, each as it was seen.
pub type FieldChange = (Value, Vec<(ApplicationId, FieldStanding)>);

impl Store {
    /// The codes of all operators, in their order.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn operator_codes(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT code FROM operator ORDER BY code")?;
        let codes = statement.query_map([], |row| row.get(0))?;
        Ok(codes.collect::<Result<_, _>>()?)
    }

    /// How a field stands, in the order of `ids`; `None` for an application that doesn't exist.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn field_standing(
        &self,
        group: Group,
        ids: &[ApplicationId],
    ) -> Result<Vec<Option<FieldStanding>>, StoreError> {
        let (value, written) = columns(group);
        let rare = match group.is_rare() {
            true => format!("LEFT JOIN rare ON rare.grp = {} AND rare.app = state.id", group as u8),
            false => String::new(),
        };
        let sql = format!("SELECT id, {value}, {written}, custody IS NULL FROM state {rare} WHERE id");
        in_order(&self.db, &sql, ids, &mut |row, _| {
            Ok(FieldStanding {
                value: value_of_column(group, row.get(1)?),
                written: operation_of_column(row.get(2)?),
                here: row.get(3)?,
            })
        })
    }

    /// Gives a field one value. `choose` is asked once, inside the transaction, so that what it judges is what is
    /// changed. Those that don't stand any more as they were seen, or are away, are refused; those that have the value
    /// must not be among the chosen.
    ///
    /// # Errors
    /// What `choose` answers, or a failure of the store: nothing is changed then.
    pub fn set_field<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        reason: Option<&str>,
        group: Group,
        choose: impl FnOnce(&Self) -> Result<(FieldChange, T), E>,
    ) -> Result<(Changed, T), E> {
        self.write_fields(signed, (reason, None), |store| {
            let (change, chosen) = choose(store)?;
            Ok((vec![(group, change)], chosen))
        })
    }

    /// As [`Self::set_field`], but in several groups or to several values at once: still one operation. `text` is its
    /// payload, `declared` how an applicant was told of it.
    pub(super) fn write_fields<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        (text, declared): (Option<&str>, Option<Declaration>),
        choose: impl FnOnce(&Self) -> Result<(Vec<(Group, FieldChange)>, T), E>,
    ) -> Result<(Changed, T), E> {
        let salt = self.salt();
        let tx = self.write()?;
        let (changes, chosen) = choose(self)?;
        let mut writes = Vec::with_capacity(changes.len());
        for (group, (to, mut targets)) in changes {
            targets.sort_unstable_by_key(|(id, _)| *id);
            targets.dedup_by_key(|(id, _)| *id);
            let from = FromBase::collect(targets.iter().map(|(_, seen)| (seen.value, seen.written)));
            let targets: Vec<ApplicationId> = targets.into_iter().map(|(id, _)| id).collect();
            if !targets.is_empty() {
                writes.push(Write { group, to, targets, from });
            }
        }
        let mut outcome = Changed::default();
        if !writes.is_empty() {
            let body = Body::Set { writes, declared, blocks: Vec::new() };
            let payload = text.map(|text| super::log::Payload { text, salt });
            let mut coming = super::log::coming(&tx, self.stream.get(), signed, body, payload.as_ref())?;
            let applied = project(&tx, coming.id, &coming.operation)?;
            if applied.changed > 0 {
                leave_out(&mut coming.operation.body, &applied.refused);
                coming.append(&tx)?;
                (outcome.operation, outcome.changed) = (Some(coming.id), applied.changed);
            }
            outcome.refused = applied.refused;
        }
        tx.commit().map_err(StoreError::from)?;
        Ok((outcome, chosen))
    }
}
