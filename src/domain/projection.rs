//! The one projection from operations to state. A live change, an undo and a rebuild all go through [`apply`]; it knows
//! no SQL and no clock. Two views of the state exist: [`Resident`] (arrays; rebuild and checks) and the store's set-based
//! one, and a property test holds them equal.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::{ApplicationId, OperationId};
use super::operation::{Body, FromBase, Group, ImportBody, Operation, Value};
use super::status::Status;

/// The custody value of an application that is here.
const HERE: Value = Value::None;

/// A projection that can't go on: the log and the rules don't fit together, or the view failed.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError<E> {
    /// An operation is missing, of a later version, or refers to something that it can't.
    #[error("operation {0} can't be projected")]
    Log(OperationId),
    /// The view failed.
    #[error(transparent)]
    View(E),
}

/// The state of all applications, as the projection sees it. Every call is about a set.
pub trait StateView {
    /// What a failing view answers.
    type Error;

    /// Applications that an import gives birth to: our status, and the source's.
    ///
    /// # Errors
    /// Whatever keeps the view from being written.
    fn births(
        &mut self,
        births: &mut dyn Iterator<Item = (ApplicationId, Status, Option<Status>)>,
        operation: OperationId,
    ) -> Result<(), Self::Error>;

    /// Sets `group` to `to` on those `targets` whose group was last written by `base` and, but for the source's book,
    /// whose custody is here. Counts the version up where `count` says so. The answer lists those left alone.
    ///
    /// # Errors
    /// Whatever keeps the view from being written.
    fn write(
        &mut self,
        change: &Change,
        targets: &[ApplicationId],
        operation: OperationId,
    ) -> Result<Vec<ApplicationId>, Self::Error>;

    /// Counts the version up: these have a new revision.
    ///
    /// # Errors
    /// Whatever keeps the view from being written.
    fn revised(&mut self, targets: &[ApplicationId]) -> Result<(), Self::Error>;
}

/// What a set of applications gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Which field group.
    pub group: Group,
    /// Its new value.
    pub to: Value,
    /// The operation that must have written the present value.
    pub base: Option<OperationId>,
    /// Whether it counts as a new version (once for each operation and application).
    pub count: bool,
}

/// Reads operations of the log.
pub trait Log {
    /// The operation with this id; `None` if it is missing or can't be read.
    fn operation(&self, id: OperationId) -> Option<Operation>;
}

/// What an operation did to the state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// How many applications changed (births not counted).
    pub changed: u64,
    /// Those that were left alone: somebody had changed them since, or they are away.
    pub refused: Vec<ApplicationId>,
}

/// Applies one operation to a view.
///
/// # Errors
/// [`ProjectionError`] if the operation can't be projected or the view failed.
pub fn apply<V: StateView>(
    view: &mut V,
    id: OperationId,
    operation: &Operation,
    log: &dyn Log,
) -> Result<Applied, ProjectionError<V::Error>> {
    if let Body::Import(import) = &operation.body {
        apply_import(view, id, import)?;
    } else if let Body::Unknown { .. } = operation.body
        && operation.critical
    {
        return Err(ProjectionError::Log(id));
    }
    let mut applied = Applied::default();
    let writes = writes(id, operation, log).ok_or(ProjectionError::Log(id))?;
    for (change, targets) in &writes {
        let refused = view.write(change, targets, id).map_err(ProjectionError::View)?;
        // Who changes in several groups is one application.
        applied.changed += if change.count { (targets.len() - refused.len()) as u64 } else { 0 };
        applied.refused.extend(refused);
    }
    applied.refused.sort_unstable();
    applied.refused.dedup();
    Ok(applied)
}

fn apply_import<V: StateView>(
    view: &mut V,
    id: OperationId,
    import: &ImportBody,
) -> Result<(), ProjectionError<V::Error>> {
    let pairs = import.statuses.iter().map(|pair| {
        let ours = Status::from_code(pair.ours)?;
        let source = match pair.source {
            Some(code) => Some(Status::from_code(code)?),
            None => None,
        };
        Some((ours, source))
    });
    let pairs: Vec<(Status, Option<Status>)> = pairs.collect::<Option<_>>().ok_or(ProjectionError::Log(id))?;
    let mut births = import.births.iter().zip(&import.status_of).filter_map(|(birth, index)| {
        let (ours, source) = *pairs.get(*index as usize)?;
        Some((*birth, ours, source))
    });
    view.births(&mut births, id).map_err(ProjectionError::View)?;
    let changed: BTreeSet<ApplicationId> =
        import.source.iter().flat_map(|write| write.targets.iter().copied()).collect();
    let only_revised: Vec<ApplicationId> =
        import.revised.iter().copied().filter(|target| !changed.contains(target)).collect();
    view.revised(&only_revised).map_err(ProjectionError::View)
}

/// The changes that an operation makes, as sets of one change each, in a fixed order. `None` if the log doesn't fit.
#[must_use]
pub fn writes(id: OperationId, operation: &Operation, log: &dyn Log) -> Option<Vec<(Change, Vec<ApplicationId>)>> {
    let mut sets = Sets::default();
    match &operation.body {
        Body::Set { writes, .. } | Body::Ruling { writes, .. } => {
            let mut counted = BTreeSet::new();
            let several = writes.iter().any(|write| write.group != writes[0].group);
            for write in writes {
                let change = |(_, base), count| Change { group: write.group, to: write.to, base, count };
                sets.add((&write.targets, &write.from), change, |id| Some(!several || counted.insert(id)));
            }
        }
        Body::Import(import) => {
            for write in &import.source {
                let to = Value::Number(write.to.into());
                let change = |(_, base), count| Change { group: Group::Source, to, base, count };
                sets.add((&write.targets, &write.from), change, |_| Some(true));
            }
        }
        Body::Undo { undoes, refused } => {
            let refused: BTreeSet<ApplicationId> = refused.iter().copied().collect();
            let (root, restore) = resolve(*undoes, id, log)?;
            let writes = root.body.writes()?;
            let several = writes.iter().any(|write| write.group != writes[0].group);
            let mut counted = BTreeSet::new();
            for write in writes {
                let change = |(from, _), count| {
                    let to = if restore { from } else { write.to };
                    Change { group: write.group, to, base: Some(*undoes), count }
                };
                let count = |id| (!refused.contains(&id)).then(|| !several || counted.insert(id));
                sets.add((&write.targets, &write.from), change, count);
            }
        }
        Body::Epoch { .. }
        | Body::Calendar { .. }
        | Body::Operator { .. }
        | Body::Transfer { .. }
        | Body::Group { .. }
        | Body::Grant { .. }
        | Body::Export(_)
        | Body::RejectedClear { .. }
        | Body::View { .. }
        | Body::Discard { .. }
        | Body::ReflectList { .. }
        | Body::Tag { .. }
        | Body::Note { .. }
        | Body::Anchor { .. }
        | Body::Request { .. }
        | Body::Decision { .. }
        | Body::Credential { .. }
        | Body::WrongTries { .. }
        | Body::SealingKey { .. }
        | Body::Reveal { .. }
        | Body::LogView(_)
        | Body::Unknown { .. } => {}
    }
    Some(sets.into_parts())
}

/// Targets by the change that they get. A batch of 100,000 is of few changes, so each is looked up once for a pair of
/// what was before, not for every target.
#[derive(Default)]
struct Sets {
    places: BTreeMap<Change, usize>,
    targets: Vec<Vec<ApplicationId>>,
}

impl Sets {
    /// Adds the targets of one write. `change` makes the change of what a target had and whether it counts; `count` says
    /// whether it does, and `None` of one that is left out.
    fn add(
        &mut self,
        (targets, from): (&[ApplicationId], &FromBase),
        change: impl Fn((Value, Option<OperationId>), bool) -> Change,
        mut count: impl FnMut(ApplicationId) -> Option<bool>,
    ) {
        let mut known = vec![[None; 2]; from.distinct.len()];
        for (target, index) in targets.iter().zip(&from.index) {
            let index = *index as usize;
            let (Some(count), Some(pair)) = (count(*target), from.distinct.get(index)) else { continue };
            let place = *known[index][usize::from(count)].get_or_insert_with(|| self.place(change(*pair, count)));
            self.targets[place].push(*target);
        }
    }

    fn place(&mut self, change: Change) -> usize {
        let next = self.targets.len();
        let place = *self.places.entry(change).or_insert(next);
        if place == next {
            self.targets.push(Vec::new());
        }
        place
    }

    /// Each change with its targets, in the order of changes.
    fn into_parts(mut self) -> Vec<(Change, Vec<ApplicationId>)> {
        self.places.into_iter().map(|(change, place)| (change, std::mem::take(&mut self.targets[place]))).collect()
    }
}

/// The change that an undo is about in the end, and whether undoing `undoes` restores what was before it (else it
/// brings it back). Every step must lie before the one that undoes it, so the walk ends.
#[must_use]
pub fn resolve(undoes: OperationId, before: OperationId, log: &dyn Log) -> Option<(Operation, bool)> {
    let (mut at, mut limit, mut restore) = (undoes, before, true);
    loop {
        if at.stream() == limit.stream() && at >= limit {
            return None;
        }
        let operation = log.operation(at)?;
        match operation.body {
            Body::Undo { undoes, .. } => {
                limit = at;
                at = undoes;
                restore = !restore;
            }
            _ if operation.body.writes().is_some() => return Some((operation, restore)),
            _ => return None,
        }
    }
}

/// A field group of one application: its value and the operation that last wrote it.
pub type Versioned = (Value, Option<OperationId>);

/// The state of one application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// 処理状況.
    pub status: (Status, OperationId),
    /// 元システムの状況.
    pub source: Option<(Status, OperationId)>,
    /// 担当.
    pub assignee: Versioned,
    /// 期限.
    pub due: Versioned,
    /// 所在; none = here.
    pub custody: Versioned,
    /// Counted up by each operation that changed it.
    pub version: u32,
}

impl State {
    /// The operation that last wrote a group; of one that few have it stands beside the state.
    #[must_use]
    pub fn base(&self, group: Group) -> Option<OperationId> {
        match group {
            Group::Status => Some(self.status.1),
            Group::Source => self.source.map(|(_, op)| op),
            Group::Assignee => self.assignee.1,
            Group::Due => self.due.1,
            Group::Custody => self.custody.1,
            Group::IndividualNumber
            | Group::Result
            | Group::Correction
            | Group::Received
            | Group::Ruling
            | Group::Reminder => None,
        }
    }

    /// Sets a group; `None` if the value is none that the group can have.
    fn set(&mut self, group: Group, to: Value, operation: OperationId) -> Option<()> {
        let status = |value| match value {
            Value::Number(code) => u8::try_from(code).ok().and_then(Status::from_code),
            _ => None,
        };
        match group {
            Group::Status => self.status = (status(to)?, operation),
            Group::Source => self.source = Some((status(to)?, operation)),
            Group::Assignee => self.assignee = (to, Some(operation)),
            Group::Due => self.due = (to, Some(operation)),
            Group::Custody => self.custody = (to, Some(operation)),
            Group::IndividualNumber
            | Group::Result
            | Group::Correction
            | Group::Received
            | Group::Ruling
            | Group::Reminder => {
                return None;
            }
        }
        Some(())
    }
}

/// The state in memory: what a rebuild makes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resident {
    /// By application.
    pub states: BTreeMap<ApplicationId, State>,
    /// What few applications have: the value of a group, and the operation that wrote it.
    pub rare: BTreeMap<(Group, ApplicationId), (Value, OperationId)>,
}

/// A value that a group can't have, or an application that isn't there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("application {} can't take this value", .0.as_u64())]
pub struct Impossible(pub ApplicationId);

impl StateView for Resident {
    type Error = Impossible;

    fn births(
        &mut self,
        births: &mut dyn Iterator<Item = (ApplicationId, Status, Option<Status>)>,
        operation: OperationId,
    ) -> Result<(), Impossible> {
        for (id, ours, source) in births {
            let nothing = (Value::None, None);
            let state = State {
                status: (ours, operation),
                source: source.map(|status| (status, operation)),
                assignee: nothing,
                due: nothing,
                custody: nothing,
                version: 1,
            };
            if self.states.insert(id, state).is_some() {
                return Err(Impossible(id));
            }
        }
        Ok(())
    }

    fn write(
        &mut self,
        change: &Change,
        targets: &[ApplicationId],
        operation: OperationId,
    ) -> Result<Vec<ApplicationId>, Impossible> {
        let mut refused = Vec::new();
        for target in targets {
            let state = self.states.get_mut(target).ok_or(Impossible(*target))?;
            let away = state.custody.0 != HERE && !matches!(change.group, Group::Source | Group::Custody);
            let rare = (change.group, *target);
            let base = match change.group.is_rare() {
                true => self.rare.get(&rare).map(|(_, written)| *written),
                false => state.base(change.group),
            };
            if away || base != change.base {
                refused.push(*target);
                continue;
            }
            if change.group.is_rare() {
                self.rare.insert(rare, (change.to, operation));
            } else {
                state.set(change.group, change.to, operation).ok_or(Impossible(*target))?;
            }
            state.version += u32::from(change.count);
        }
        Ok(refused)
    }

    fn revised(&mut self, targets: &[ApplicationId]) -> Result<(), Impossible> {
        for target in targets {
            self.states.get_mut(target).ok_or(Impossible(*target))?.version += 1;
        }
        Ok(())
    }
}
