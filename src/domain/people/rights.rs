//! Who may do what on a day: the one place that knows the rule.
//!
//! Until a right was ever granted everybody may do everything, as in stores of the first versions. From then on what isn't
//! granted is denied. A person has the grants of their own, of their groups, of everybody, and of the one for whom they
//! stand in; never more than the segment and the days of a grant say.

use super::act::{Act, Permission, Right};
use super::{Days, People};
use crate::domain::identity::OperationId;
use crate::domain::operation::{GrantRow, Grantee, OperatorRow};

/// Where an act is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Nowhere.
    Nothing,
    /// For these procedures: source code, 様式ID.
    Forms(Vec<(String, String)>),
    /// For everything.
    Everything,
}

/// Why somebody may do nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// Rights were granted, and this person is no operator of the store.
    Unknown,
    /// The operator was disabled.
    Disabled,
    /// The operator's last day is over.
    Ended,
}

/// A right that somebody has, and the only procedure that it is for.
type Held = (Right, Option<(String, String)>);

/// What one person may do on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    granted: Option<Vec<Held>>,
    barred: Option<Barred>,
}

impl Rights {
    /// Everything: nothing was ever granted, or nobody signs in.
    pub const UNLIMITED: Self = Self { granted: None, barred: None };

    /// Where an act is allowed.
    #[must_use]
    pub fn scope(&self, act: Act) -> Scope {
        if self.barred.is_some() {
            return Scope::Nothing;
        }
        let Some(granted) = &self.granted else { return Scope::Everything };
        let mut forms = Vec::new();
        for (right, form) in granted.iter().filter(|(right, _)| right.covers(act)) {
            match form {
                Some(form) if right.by_procedure() && !act.is_everybodys() => forms.push(form.clone()),
                _ => return Scope::Everything,
            }
        }
        if forms.is_empty() { Scope::Nothing } else { Scope::Forms(forms) }
    }

    /// Whether an act is allowed somewhere.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        self.scope(act) != Scope::Nothing
    }

    /// Why nothing at all is allowed.
    #[must_use]
    pub const fn barred(&self) -> Option<Barred> {
        self.barred
    }

    /// Whether 特定個人情報 may be read.
    #[must_use]
    pub fn specific_personal(&self) -> bool {
        let granted = self.granted.as_ref();
        self.barred.is_none()
            && granted.is_none_or(|all| all.iter().any(|(right, _)| *right == Right::SpecificPersonal))
    }

    /// All acts that are allowed somewhere, as a set.
    #[must_use]
    pub fn allowed(&self) -> Allowed {
        Allowed(Act::ALL.iter().filter(|act| self.may(**act)).fold(0, |set, act| set | Allowed::bit(*act)))
    }
}

/// A set of acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Allowed(u128);

impl Allowed {
    /// Everything.
    pub const EVERYTHING: Self = Self(u128::MAX);

    const fn bit(act: Act) -> u128 {
        1 << act as u64
    }

    /// Whether it holds an act.
    #[must_use]
    pub const fn has(self, act: Act) -> bool {
        self.0 & Self::bit(act) != 0
    }

    /// Whether it holds any act of a class.
    #[must_use]
    pub fn has_any(self, permission: Permission) -> bool {
        Act::ALL.iter().any(|act| act.permission() == permission && self.has(*act))
    }
}

impl Default for Allowed {
    fn default() -> Self {
        Self::EVERYTHING
    }
}

/// What keeps an operator from working on a day.
pub(super) fn bars(row: &OperatorRow, day: Days) -> Option<Barred> {
    if !row.enabled {
        return Some(Barred::Disabled);
    }
    row.until.is_some_and(|last| last < day).then_some(Barred::Ended)
}

impl People {
    /// What an operator may do on a day, in a segment (0 LGWAN接続系, 1 マイナンバー利用事務系); `None` is a person whom
    /// the store doesn't know.
    #[must_use]
    pub fn rights(&self, operator: Option<OperationId>, segment: u8, day: Days) -> Rights {
        let known = operator.and_then(|id| Some((id, self.operators.get(&id)?.on(day)?)));
        let barred = match known {
            None => self.deny_by_default().then_some(Barred::Unknown),
            Some((_, row)) => bars(row, day),
        };
        if !self.deny_by_default() {
            return Rights { granted: None, barred };
        }
        let mut granted = Vec::new();
        if let (Some((id, row)), None) = (known, barred) {
            self.collect(id, segment, day, &mut granted);
            // Only one step: who stands in for somebody doesn't stand in for those whom that one stands in for.
            if let Some((whom, _)) = row.stands_for.filter(|(_, until)| day <= *until) {
                self.collect(whom, segment, day, &mut granted);
            }
        }
        Rights { granted: Some(granted), barred }
    }

    fn collect(&self, id: OperationId, segment: u8, day: Days, into: &mut Vec<Held>) {
        let groups = self.operators.get(&id).and_then(|person| person.on(day)).map(|row| row.groups.as_slice());
        let groups = groups.unwrap_or_default();
        let is_in = |group: &OperationId| groups.contains(group) && self.groups.get(group).is_some_and(|one| one.kept);
        for grant in self.grants.values().filter(|grant| grant.kept && holds(&grant.row, segment, day)) {
            let concerned = match &grant.row.to {
                Grantee::Operator(operator) => *operator == id,
                Grantee::Group(group) => is_in(group),
                Grantee::Everybody => true,
            };
            // A right of a later version gives nothing here.
            if let (true, Some(right)) = (concerned, Right::parse(&grant.row.right)) {
                into.push((right, grant.row.form.clone()));
            }
        }
    }

    /// Whether on this day and ever after somebody may decide about people: without one the store could never be
    /// changed again.
    #[must_use]
    pub fn has_administrator(&self, segment: u8, day: Days) -> bool {
        let lasting = |id: &OperationId| {
            let person = &self.operators[id];
            let stays = |row: &super::OperatorRow| row.enabled && row.until.is_none();
            person.on(day).is_some_and(stays) && person.after(day).all(|(_, row)| stays(row))
        };
        !self.deny_by_default()
            || self.operators.keys().filter(|id| lasting(id)).any(|id| {
                self.rights(Some(*id), segment, day).may(Act::GrantAdd)
                    && self.rights(Some(*id), segment, Days::MAX).may(Act::GrantAdd)
            })
    }
}

fn holds(row: &GrantRow, segment: u8, day: Days) -> bool {
    row.segment.is_none_or(|only| only == segment)
        && row.from.is_none_or(|first| first <= day)
        && row.until.is_none_or(|last| day <= last)
}
