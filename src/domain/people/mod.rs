//! 職員: operators, 担当者グループ and grants, as the log tells of them, and who may do what on a day.
//!
//! `People` is a projection of the operations of kinds 2, 11, 12, 13, 24 and 26: one pure function, entered in the order of the
//! log. Days are those of Japan; who asks says which day it is.

mod act;
mod rights;
#[cfg(test)]
mod tests;

pub use act::{Act, Permission, Right};
pub use rights::{Allowed, Barred, Rights, Scope};

use std::collections::BTreeMap;

use super::calendar::Day;
use super::identity::OperationId;
pub use super::operation::Days;
use super::operation::{Body, CredentialChange, GrantRow, Operation, OperatorKey, OperatorRow};
use super::sealing::{Class, ClassKey};

/// An operator: every row that was written, with the day from which it holds and the operation that wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    rows: BTreeMap<(Days, OperationId), OperatorRow>,
    /// The operation that wrote last.
    newest: Option<OperationId>,
}

impl Person {
    /// The row that holds on a day. Before the first it is the first.
    #[must_use]
    pub fn on(&self, day: Days) -> Option<&OperatorRow> {
        let until = self.rows.iter().take_while(|((from, _), _)| *from <= day).last();
        until.or_else(|| self.rows.iter().next()).map(|(_, row)| row)
    }

    /// The rows that hold only after a day: what an 異動 has laid down already.
    pub fn after(&self, day: Days) -> impl Iterator<Item = (Days, &OperatorRow)> {
        self.rows.iter().filter(move |((from, _), _)| *from > day).map(|((from, _), row)| (*from, row))
    }

    /// The operation that wrote last: the version.
    #[must_use]
    pub const fn version(&self) -> Option<OperationId> {
        self.newest
    }

    fn enter(&mut self, from: Days, by: OperationId, row: &OperatorRow) {
        self.rows.insert((from, by), row.clone());
        self.newest = self.newest.max(Some(by));
    }
}

/// A 担当者グループ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Whether it is there.
    pub kept: bool,
    /// The operation that wrote it last.
    pub version: OperationId,
}

/// A grant, as it was written last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What it says.
    pub row: GrantRow,
    /// Whether it was not revoked.
    pub kept: bool,
    /// The operation that wrote it last.
    pub version: OperationId,
}

/// The passphrase of an operator, as the log tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passphrased {
    /// The key that it opens.
    pub key: OperatorKey,
    /// Whether somebody else has set it, so that its owner must change it first.
    pub given: bool,
}

/// Everybody, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Operators, by the operation that gave birth to them.
    pub operators: BTreeMap<OperationId, Person>,
    /// 担当者グループ, by the operation that made them.
    pub groups: BTreeMap<OperationId, Group>,
    /// Grants, by the operation that made them; revoked ones too.
    pub grants: BTreeMap<OperationId, Grant>,
    /// Who has a passphrase.
    pub passphrases: BTreeMap<OperationId, Passphrased>,
    /// 封印の鍵: the newest of each class.
    pub class_keys: BTreeMap<Class, ClassKey>,
}

impl People {
    /// Enters what an operation says of people; operations come in the order of the log.
    pub fn enter(&mut self, id: OperationId, operation: &Operation) {
        match &operation.body {
            Body::Operator { subject, row, from, .. } => {
                let person = self.operators.entry(subject.unwrap_or(id)).or_default();
                person.enter(from.unwrap_or(0), id, row);
            }
            Body::Transfer { day, moved } => {
                for one in moved {
                    self.operators.entry(one.subject).or_default().enter(*day, id, &one.row);
                }
            }
            Body::Group { subject, name, kept, .. } => {
                let group = Group { name: name.clone(), kept: *kept, version: id };
                self.groups.insert(subject.unwrap_or(id), group);
            }
            Body::Grant { subject, row, kept, .. } => {
                let grant = Grant { row: row.clone(), kept: *kept, version: id };
                self.grants.insert(subject.unwrap_or(id), grant);
            }
            Body::Credential { subject, change, key: Some(key), .. } => {
                let given = matches!(change, CredentialChange::Given);
                self.passphrases.insert(*subject, Passphrased { key: *key, given });
            }
            Body::SealingKey { class, generation, public, recovery, holders } => {
                let key = ClassKey {
                    generation: *generation,
                    public: *public,
                    holders: holders.clone(),
                    recovery: *recovery,
                    version: id,
                };
                self.class_keys.insert(*class, key);
            }
            _ => {}
        }
    }

    /// Whether any right was ever granted: from then on what isn't granted is denied.
    #[must_use]
    pub fn deny_by_default(&self) -> bool {
        !self.grants.is_empty()
    }

    /// The operator of a code.
    #[must_use]
    pub fn of_code(&self, code: &str, day: Days) -> Option<OperationId> {
        self.find(day, |row| row.code == code)
    }

    /// The operators who may work on a day, with their rows.
    #[must_use]
    pub fn at_work(&self, day: Days) -> Vec<(OperationId, &OperatorRow)> {
        let rows = self.operators.iter().filter_map(|(id, person)| Some((*id, person.on(day)?)));
        rows.filter(|(_, row)| rights::bars(row, day).is_none()).collect()
    }

    /// The operator who signs in under a name of the operating system: by the name that the row gives, else by the code.
    #[must_use]
    pub fn of_account(&self, account: &str, day: Days) -> Option<OperationId> {
        let named = |row: &OperatorRow| row.account.as_deref() == Some(account);
        self.find(day, named).or_else(|| self.find(day, |row| row.account.is_none() && row.code == account))
    }

    fn find(&self, day: Days, is: impl Fn(&OperatorRow) -> bool) -> Option<OperationId> {
        self.operators.iter().find(|(_, person)| person.on(day).is_some_and(&is)).map(|(id, _)| *id)
    }

    /// The 担当者グループ of a name that is there.
    #[must_use]
    pub fn group_named(&self, name: &str) -> Option<OperationId> {
        self.groups.iter().find(|(_, group)| group.kept && group.name == name).map(|(id, _)| *id)
    }
}

/// A day as the log keeps it; days before 1970 count as the first.
#[must_use]
pub fn days(day: Day) -> Days {
    let since = Day::constant(1970, 1, 1).until(day).map_or(0, |span| span.get_days());
    Days::try_from(since).unwrap_or(0)
}

/// A day of the log; `None` for one beyond the calendar.
#[must_use]
pub fn day_of(days: Days) -> Option<Day> {
    let span = jiff::Span::new().try_days(i64::from(days)).ok()?;
    Day::constant(1970, 1, 1).checked_add(span).ok()
}
