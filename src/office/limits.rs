//! What a person has no right to in a batch is left alone, and named.

use super::desk::Desk;
use super::fault::OfficeError;
use super::status::{Target, name, plan};
use super::view::{BatchOutcome, BatchPlan, Excluded, LeftBecause};
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::people::{Act, Scope};
use crate::domain::status::{Refusal, Request, Status, needs_supervisor};
use crate::store::{StatusChange, Store};

/// Leaves alone what the person has no right to change, and names it.
pub(super) fn limit(
    store: &Store,
    scope: &Scope,
    (mut changes, mut outcome): (Vec<StatusChange>, BatchOutcome),
) -> Result<(Vec<StatusChange>, BatchOutcome), OfficeError> {
    for change in &mut changes {
        leave_forbidden(store, scope, &mut change.targets, |(id, _)| *id, &mut outcome)?;
    }
    changes.retain(|change| !change.targets.is_empty());
    Ok((changes, outcome))
}

/// Takes out those targets that the person has no right to change, and names them.
pub(super) fn leave_forbidden<T>(
    store: &Store,
    scope: &Scope,
    targets: &mut Vec<T>,
    id_of: impl Fn(&T) -> ApplicationId,
    outcome: &mut BatchOutcome,
) -> Result<(), OfficeError> {
    let Scope::Forms(forms) = scope else { return Ok(()) };
    let ids: Vec<ApplicationId> = targets.iter().map(&id_of).collect();
    let mut allowed = store.form_codes(&ids)?.into_iter().map(|form| form.is_none_or(|form| forms.contains(&form)));
    let mut left = Vec::new();
    targets.retain(|target| {
        let stays = allowed.next().unwrap_or_default();
        if !stays {
            left.push((id_of(target), LeftBecause::NotPermitted));
        }
        stays
    });
    name(store, &left, outcome)
}

/// Refuses what concerns an application of a procedure that the person has no right to.
pub(super) fn refuse_forbidden(
    store: &Store,
    act: Act,
    scope: &Scope,
    ids: &[ApplicationId],
) -> Result<(), OfficeError> {
    let Scope::Forms(forms) = scope else { return Ok(()) };
    if store.form_codes(ids)?.iter().flatten().any(|form| !forms.contains(form)) {
        return Err(OfficeError::NotPermitted(act));
    }
    Ok(())
}

/// Where the person may make the moves that the table keeps to a supervisor.
pub(super) fn supervision(desk: &Desk) -> Scope {
    desk.scope(Act::Supervise).unwrap_or(Scope::Nothing)
}

/// Takes out those moves that only a supervisor makes, where the person is none, and names them.
pub(super) fn leave_supervised(
    store: &Store,
    supervisor: &Scope,
    (mut changes, mut outcome): (Vec<StatusChange>, BatchOutcome),
) -> Result<(Vec<StatusChange>, BatchOutcome), OfficeError> {
    if *supervisor == Scope::Everything {
        return Ok((changes, outcome));
    }
    for change in &mut changes {
        let to = change.to;
        let seen = change.targets.iter().filter_map(|(id, seen)| Some((*id, (*seen)?.0)));
        let free = free_of(store, supervisor, to, seen)?;
        let mut left = Vec::new();
        change.targets.retain(|(id, seen)| match seen {
            Some((status, _)) if !free.contains(*id) => {
                left.push((*id, LeftBecause::Refused { status: *status, to, refusal: Refusal::NeedsSupervisor }));
                false
            }
            _ => true,
        });
        name(store, &left, &mut outcome)?;
    }
    changes.retain(|change| !change.targets.is_empty());
    Ok((changes, outcome))
}

/// What a batch would do now, at the hands of this person: moves that only a supervisor makes are among the excluded where
/// the person is none.
///
/// # Errors
/// As [`plan`].
pub fn plan_at(desk: &Desk, request: Request, target: &Target) -> Result<BatchPlan, OfficeError> {
    let mut plan = plan(desk, request, target)?;
    let supervisor = supervision(desk);
    if supervisor == Scope::Everything {
        return Ok(plan);
    }
    let mut excluded = Vec::new();
    for group in &mut plan.groups {
        let to = group.to;
        let free = free_of(&desk.store, &supervisor, to, group.targets.iter().map(|(id, (from, _))| (*id, *from)))?;
        group.targets.retain(|(id, (from, _))| {
            let stays = free.contains(*id);
            if !stays {
                excluded.push((*id, *from));
            }
            stays
        });
    }
    plan.groups.retain(|group| !group.targets.is_empty());
    let ids: Vec<ApplicationId> = excluded.iter().map(|(id, _)| *id).collect();
    for (number, (id, status)) in desk.store.receipt_numbers(&ids)?.into_iter().zip(excluded) {
        let refusal = Refusal::NeedsSupervisor;
        plan.excluded.extend(number.map(|number| Excluded { id, number, status, refusal }));
    }
    Ok(plan)
}

/// Those of a move that need no supervisor, or whose supervisor the person is.
fn free_of(
    store: &Store,
    supervisor: &Scope,
    to: Status,
    targets: impl Iterator<Item = (ApplicationId, Status)>,
) -> Result<Marks, OfficeError> {
    let (kept, free): (Vec<_>, Vec<_>) = targets.partition(|(_, from)| needs_supervisor(*from, to));
    let mut allowed: Vec<ApplicationId> = kept.into_iter().map(|(id, _)| id).collect();
    match supervisor {
        Scope::Nothing => allowed.clear(),
        _ => leave_forbidden(store, supervisor, &mut allowed, |id| *id, &mut BatchOutcome::default())?,
    }
    let mut marks = Marks::default();
    for id in free.into_iter().map(|(id, _)| id).chain(allowed) {
        marks.set(id, true);
    }
    Ok(marks)
}

/// Where nothing was done because only a supervisor may, that is a right that is missing.
pub(super) fn refuse_supervised(outcome: BatchOutcome) -> Result<BatchOutcome, OfficeError> {
    let kept = |(_, why): &(String, LeftBecause)| {
        matches!(why, LeftBecause::Refused { refusal: Refusal::NeedsSupervisor, .. })
    };
    if outcome.changed == 0 && !outcome.failed.is_empty() && outcome.failed.iter().all(kept) {
        return Err(OfficeError::NotPermitted(Act::Supervise));
    }
    Ok(outcome)
}
