//! 補正 in the store beside 補正期限: which reminders went out and which one waits, and how often each 補正文の部品 was asked for.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::error::{Result, StoreError};
use super::history::{FieldStep, HistoryLine, field_step};
use super::log::LogReader;
use super::reckoning::SentBack;
use super::{Changed, FieldStanding, Signed, Store, rare};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::marks::Marks;
use crate::domain::operation::{Body, Declaration, FromBase, Group, Value, Write};
use crate::domain::people::Days;
use crate::domain::reminder::{Reminder, Stage, reached};
use crate::domain::status::Status;

/// How an application stands to 補正の催促.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredReminder {
    /// 補正期限 that is in force.
    pub until: Days,
    /// The stage that is reached.
    pub reached: Option<Stage>,
    /// The stage of the last reminder that went out for it.
    pub sent: Option<Stage>,
}

impl StoredReminder {
    /// The stage of which no reminder has gone out yet.
    #[must_use]
    pub fn waiting(&self) -> Option<Stage> {
        self.reached.filter(|reached| Some(*reached) > self.sent)
    }
}

/// How often a 補正文の部品 was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AskedFor {
    /// Of how many applications.
    pub applications: u64,
    /// How many times in all: an application may be sent back again.
    pub times: u64,
}

impl Store {
    /// 補正期限 of applications.
    pub(super) fn correction_write(&self, targets: &[ApplicationId], until: Days) -> Result<Write> {
        let had = self.field_standing(Group::Correction, targets)?.into_iter();
        let had = had.map(|had| had.map_or((Value::None, None), |had| (had.value, had.written)));
        let (to, targets) = (Value::Number(until.into()), targets.to_vec());
        Ok(Write { group: Group::Correction, to, targets, from: FromBase::collect(had) })
    }

    /// How an application stands to 補正の催促 on a day; `None` = it isn't 返却中 with a 補正期限, or something new has come.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub(super) fn reminder_of(&self, of: SentBack, today: Days) -> Result<Option<StoredReminder>> {
        let Some(until) = self.correction_in_force(of)? else { return Ok(None) };
        let (id, (_, written), _) = of;
        let sent_back = self.step(id, written)?.1;
        let sent = rare::read(&self.db, Group::Reminder, id)?
            .filter(|(_, by)| *by > written)
            .and_then(|(value, _)| Reminder::of(value))
            .filter(|reminder| reminder.until == until);
        let reached = reached(&*self.office_days()?, sent_back, until, today);
        Ok(Some(StoredReminder { until, reached, sent: sent.map(|reminder| reminder.stage) }))
    }

    /// The stage of 補正の催促 that waits on a day.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub(super) fn reminder_waiting(&self, of: SentBack, today: Days) -> Result<Option<Stage>> {
        Ok(self.reminder_of(of, today)?.and_then(|standing| standing.waiting()))
    }

    /// How applications stand to 補正の催促 on a day, in the order of `ids`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn reminders(&self, ids: &[ApplicationId], today: Days) -> Result<Vec<Option<StoredReminder>>> {
        let statuses = self.statuses(ids)?;
        let each = ids.iter().zip(statuses).map(|(id, status)| {
            // What isn't 返却中 is most of them, and needs no look at its revisions.
            let Some(status) = status.filter(|(status, _)| *status == Status::Returned) else { return Ok(None) };
            let revised = self.content_operations(*id)?.last().copied();
            self.reminder_of((*id, status, revised), today)
        });
        each.collect()
    }

    /// Records that reminders went out: one operation. `choose` is asked once, inside the transaction; each with the
    /// reminder and with how the field stood.
    ///
    /// # Errors
    /// What `choose` answers, or a failure of the store: nothing is changed then.
    pub fn record_reminders<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        told: Declaration,
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<(ApplicationId, FieldStanding, Reminder)>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        self.write_fields(signed, (None, Some(told)), |store| {
            let (reminded, chosen) = choose(store)?;
            let mut values: BTreeMap<Reminder, Vec<(ApplicationId, FieldStanding)>> = BTreeMap::new();
            for (id, seen, reminder) in reminded {
                values.entry(reminder).or_default().push((id, seen));
            }
            let each = |(reminder, seen): (Reminder, _)| (Group::Reminder, (reminder.value(), seen));
            Ok((values.into_iter().map(each).collect(), chosen))
        })
    }

    /// How often each 補正文の部品 was asked for of these applications, by its number. What was taken back doesn't count.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn asked_for(&self, among: &Marks) -> Result<BTreeMap<u32, AskedFor>> {
        let reader = LogReader::new(&self.db)?;
        let mut statement = self.db.prepare_cached("SELECT id, bytes FROM op WHERE kind IN (4, 5) ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut asked: HashMap<OperationId, (Vec<u32>, HashSet<ApplicationId>)> = HashMap::new();
        // What an undoing took back in the end, and from whom; what undoes it gives that again.
        let mut undone: HashMap<OperationId, (OperationId, bool)> = HashMap::new();
        while let Some(row) = rows.next()? {
            let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
            let operation = reader.decode(id, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            match operation.body {
                Body::Set { writes, blocks, .. } if !blocks.is_empty() => {
                    let of = writes.into_iter().filter(|write| write.group == Group::Status);
                    let targets = of.flat_map(|write| write.targets).filter(|id| among.contains(*id)).collect();
                    asked.insert(id, (blocks, targets));
                }
                Body::Undo { undoes, refused } => {
                    let (root, took) = undone.get(&undoes).map_or((undoes, true), |(root, took)| (*root, !took));
                    undone.insert(id, (root, took));
                    let Some((_, targets)) = asked.get_mut(&root) else { continue };
                    let Some(Body::Set { writes, .. }) = reader.read(root)?.map(|operation| operation.body) else {
                        continue;
                    };
                    let of = writes.into_iter().filter(|write| write.group == Group::Status);
                    let meant = of
                        .flat_map(|write| write.targets)
                        .filter(|id| among.contains(*id) && refused.binary_search(id).is_err());
                    for id in meant {
                        if took {
                            targets.remove(&id)
                        } else {
                            targets.insert(id)
                        };
                    }
                }
                _ => {}
            }
        }
        let mut counts: BTreeMap<u32, AskedFor> = BTreeMap::new();
        let mut seen: HashSet<(u32, ApplicationId)> = HashSet::new();
        for (blocks, targets) in asked.into_values() {
            for block in blocks {
                let count = counts.entry(block).or_default();
                count.times += targets.len() as u64;
                count.applications += targets.iter().filter(|id| seen.insert((block, **id))).count() as u64;
            }
        }
        Ok(counts)
    }

    /// Adds the reminders that went out to an application's history.
    pub(super) fn reminders_in(&self, id: ApplicationId, lines: &mut BTreeMap<OperationId, HistoryLine>) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let mut at = rare::read(&self.db, Group::Reminder, id)?.map(|(_, written)| written);
        while let Some(written) = at {
            let damaged = || StoreError::Damaged(format!("op {written}"));
            let operation = reader.read(written)?.ok_or_else(damaged)?;
            let (from, to, base) =
                field_step(written, &operation, (Group::Reminder, id), &reader).ok_or_else(damaged)?;
            let step = FieldStep::Reminder(Reminder::of(from), Reminder::of(to));
            self.line(lines, written, &operation)?.fields.push(step);
            at = base;
        }
        Ok(())
    }
}
