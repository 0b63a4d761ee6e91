//! What a person has no right to in a batch is left alone, and named.

use super::desk::Desk;
use super::fault::OfficeError;
use super::status::name;
use super::view::{BatchOutcome, LeftBecause};
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::people::{Act, Scope};
use crate::domain::status::{Refusal, needs_supervisor};
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
        let kept = |seen: &Option<(_, _)>| seen.is_some_and(|(from, _)| needs_supervisor(from, to));
        let ids: Vec<ApplicationId> = change.targets.iter().filter(|(_, seen)| kept(seen)).map(|(id, _)| *id).collect();
        let mut allowed = ids.clone();
        match supervisor {
            Scope::Nothing => allowed.clear(),
            _ => leave_forbidden(store, supervisor, &mut allowed, |id| *id, &mut BatchOutcome::default())?,
        }
        let mut free = Marks::default();
        for id in allowed {
            free.set(id, true);
        }
        let mut left = Vec::new();
        change.targets.retain(|(id, seen)| match seen {
            Some((status, _)) if needs_supervisor(*status, to) && !free.contains(*id) => {
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
