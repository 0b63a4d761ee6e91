//! Changing the status of one or many: first the plan (what would move, what can't and why), then one operation.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::correction::{blocks_in_log, last_day, parts_of};
use super::desk::Desk;
use super::fault::OfficeError;
use super::judging::{Rules, judge_all};
pub(super) use super::limits::{leave_forbidden, limit, refuse_forbidden};
use super::limits::{leave_supervised, refuse_supervised, supervision};
use super::listing::resolve;
use super::release::{Deed, ask};
use super::view::{BatchOutcome, BatchPlan, Excluded, LeftBecause, PlanGroup};
use super::withdrawal::{Grounds, declaration};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::marks::Marks;
use crate::domain::operation::Declaration;
use crate::domain::order::Order;
use crate::domain::people::{Act, Days, Scope};
use crate::domain::query::{Needs, Query};
use crate::domain::release::Doing;
use crate::domain::status::{Request, Status};
use crate::store::{Changed, Said, Signed, StatusChange, Store, StoreError};

/// What a batch is about.
#[derive(Debug, Clone)]
pub enum Target {
    /// Everything that matches at the moment of the change.
    Query(Query),
    /// These numbers (`NUMBER` or `source/NUMBER`).
    Numbers(Vec<String>),
    /// These applications.
    Ids(Vec<ApplicationId>),
}

/// The applications that a batch is about, with their status, and the numbers that stand for none or several.
pub(super) type Found = (Vec<(ApplicationId, (Status, OperationId))>, Vec<(String, LeftBecause)>);

pub(super) fn find(store: &Store, target: &Target) -> Result<Found, OfficeError> {
    let mut failed = Vec::new();
    let ids: Vec<ApplicationId> = match target {
        Target::Query(query) => {
            let mut found = Vec::new();
            store.scan(
                query,
                Needs { state: true, ..Needs::default() },
                Order::default(),
                &mut |_| ControlFlow::Continue(()),
                &mut |candidate| {
                    found.push((candidate.id, candidate.status));
                    ControlFlow::Continue(())
                },
            )?;
            return Ok((found, failed));
        }
        Target::Ids(ids) => {
            // In their order, the pages of the store are gone through once.
            let mut ids = ids.clone();
            ids.sort_unstable();
            ids
        }
        Target::Numbers(numbers) => {
            let mut ids = Vec::new();
            for number in numbers {
                match resolve(store, number) {
                    Ok(id) => ids.push(id),
                    Err(OfficeError::NumberUnknown(number)) => failed.push((number, LeftBecause::Unknown)),
                    Err(OfficeError::NumberAmbiguous { number, candidates }) => {
                        failed.push((number, LeftBecause::Ambiguous(candidates)));
                    }
                    Err(other) => return Err(other),
                }
            }
            ids
        }
    };
    let mut ids = ids;
    if !ids.is_sorted_by(|a, b| a < b) {
        let mut seen = Marks::default();
        ids.retain(|id| seen.set(*id, true));
    }
    let statuses = store.statuses(&ids)?;
    for (id, status) in ids.iter().zip(&statuses) {
        if status.is_none() {
            failed.push((id.as_u64().to_string(), LeftBecause::Unknown));
        }
    }
    let found = ids.into_iter().zip(statuses).filter_map(|(id, status)| Some((id, status?))).collect();
    Ok((found, failed))
}

/// What a batch would do now. A missing reason is no obstacle: the plan says where one is needed.
///
/// # Errors
/// [`OfficeError::OneAtATime`], [`OfficeError::NothingMatched`], what the store says.
pub fn plan(desk: &Desk, request: Request, target: &Target) -> Result<BatchPlan, OfficeError> {
    let rules = desk.form_rules();
    desk.store.at_one_moment(|store| {
        let (found, _) = find(store, target)?;
        if found.is_empty() {
            return Err(OfficeError::NothingMatched);
        }
        refuse_many(request, found.len())?;
        let judged = judge_all(store, &rules, &found, request, true)?;
        let mut plan = BatchPlan::of(request);
        let mut refused = Vec::new();
        for one in judged {
            match one.verdict {
                Ok(None) => plan.unchanged += 1,
                Ok(Some((to, step))) => {
                    let same = |group: &&mut PlanGroup| {
                        group.to == to && group.cause == step.cause && group.needs_reason == step.reason
                    };
                    let targets = (one.id, one.status);
                    match plan.groups.iter_mut().find(same) {
                        Some(group) => group.targets.push(targets),
                        None => plan.groups.push(PlanGroup {
                            to,
                            cause: step.cause,
                            needs_reason: step.reason,
                            targets: vec![targets],
                        }),
                    }
                }
                Err((_, refusal)) => refused.push((one.id, one.status.0, refusal)),
            }
        }
        let ids: Vec<ApplicationId> = refused.iter().map(|(id, _, _)| *id).collect();
        for (number, (id, status, refusal)) in store.receipt_numbers(&ids)?.into_iter().zip(refused) {
            plan.excluded.extend(number.map(|number| Excluded { id, number, status, refusal }));
        }
        if request == Request::To(Status::Returned) {
            let targets = plan.groups.iter().flat_map(|group| &group.targets);
            let ids: Vec<ApplicationId> = targets.map(|(id, _)| *id).collect();
            plan.parts = Some(Box::new(parts_of(desk, &ids)?));
        }
        Ok(plan)
    })
}

fn refuse_many(request: Request, count: usize) -> Result<(), OfficeError> {
    match request {
        Request::To(status) if status.one_at_a_time() && count > 1 => Err(OfficeError::OneAtATime),
        _ => Ok(()),
    }
}

fn refuse_without_reason(request: Request, reason: Option<&str>) -> Result<(), OfficeError> {
    match request {
        Request::To(status) if status.always_needs_reason() && reason.is_none() => Err(OfficeError::ReasonRequired),
        _ => Ok(()),
    }
}

/// A reason of nothing but spaces is none.
pub(super) fn given(reason: Option<&str>) -> Option<&str> {
    reason.filter(|text| !text.trim().is_empty())
}

/// Sets the status of everything that the target means at this moment. A dry run answers what would happen. `grounds` is
/// the reason, or that with the 申出 of a 取下げ.
///
/// # Errors
/// [`OfficeError::NothingMatched`], [`OfficeError::ReasonRequired`], [`OfficeError::OneAtATime`], what the store says;
/// nothing is changed then.
pub fn set_status<'a>(
    desk: &mut Desk,
    request: Request,
    target: &Target,
    grounds: impl Into<Grounds<'a>>,
    dry_run: bool,
) -> Result<BatchOutcome, OfficeError> {
    let grounds = grounds.into();
    let reason = given(grounds.reason);
    refuse_without_reason(request, reason)?;
    let how = How::of(desk, request, &grounds)?;
    let (scope, supervisor) = (desk.scope(Act::SetStatus)?, supervision(desk));
    let rules = desk.form_rules();
    if dry_run {
        return desk.store.at_one_moment(|store| {
            let chosen = choose(store, &rules, (request, target), reason.is_some())?;
            let limited = limit(store, &scope, chosen)?;
            let (changes, mut outcome) = leave_supervised(store, &supervisor, limited)?;
            outcome.changed = changes.iter().map(|change| change.targets.len() as u64).sum();
            Ok(outcome)
        });
    }
    if let Some(nothing) = ask(desk, &Deed::set_status(request, &Grounds { reason, ..grounds }), Some(target))? {
        return Ok(nothing);
    }
    let signed = desk.sign(Act::SetStatus)?;
    let chosen = |store: &Store| {
        let limited = limit(store, &scope, choose(store, &rules, (request, target), reason.is_some())?)?;
        leave_supervised(store, &supervisor, limited)
    };
    let (changed, outcome) = how.write(desk, &signed, reason, chosen)?;
    refuse_supervised(finish(&desk.store, Act::SetStatus, changed, outcome)?)
}

/// Carries out a plan: only what still stands as the plan found it is changed.
///
/// # Errors
/// As [`set_status`].
pub fn set_status_as_planned<'a>(
    desk: &mut Desk,
    plan: &BatchPlan,
    grounds: impl Into<Grounds<'a>>,
) -> Result<BatchOutcome, OfficeError> {
    let grounds = grounds.into();
    let reason = given(grounds.reason);
    let how = How::of(desk, plan.request, &grounds)?;
    if plan.needs_reason() && reason.is_none() {
        return Err(OfficeError::ReasonRequired);
    }
    let (scope, supervisor) = (desk.scope(Act::SetStatus)?, supervision(desk));
    if let Some(nothing) = ask(
        desk,
        &Deed::set_status(plan.request, &Grounds { reason, ..grounds }),
        Some(&Target::Ids(still_so(&desk.store, plan)?)),
    )? {
        return Ok(nothing);
    }
    let signed = desk.sign(Act::SetStatus)?;
    let changes: Vec<StatusChange> = plan
        .groups
        .iter()
        .map(|group| StatusChange {
            to: group.to,
            targets: group.targets.iter().map(|(id, seen)| (*id, Some(*seen))).collect(),
        })
        .collect();
    let chosen = |store: &Store| {
        let outcome = BatchOutcome { unchanged: plan.unchanged, ..BatchOutcome::default() };
        leave_supervised(store, &supervisor, limit(store, &scope, (changes, outcome))?)
    };
    let (changed, outcome) = how.write(desk, &signed, reason, chosen)?;
    refuse_supervised(finish(&desk.store, Act::SetStatus, changed, outcome)?)
}

/// What is said of a change of status beside the reason.
struct How {
    declared: Option<Declaration>,
    until: Option<Days>,
    blocks: Vec<u32>,
}

impl How {
    fn of(desk: &Desk, request: Request, grounds: &Grounds<'_>) -> Result<Self, OfficeError> {
        let declared = declaration(desk, request, grounds.declared)?;
        let blocks = blocks_in_log(request, grounds.blocks)?;
        Ok(Self { declared, until: last_day(desk, request, grounds.until)?, blocks })
    }

    fn write<T>(
        &self,
        desk: &mut Desk,
        signed: &Signed<'_>,
        reason: Option<&str>,
        chosen: impl FnOnce(&Store) -> Result<(Vec<StatusChange>, T), OfficeError>,
    ) -> Result<(Changed, T), OfficeError> {
        let Self { declared, until, ref blocks } = *self;
        match declared {
            _ if until.is_some() || !blocks.is_empty() => {
                desk.store.send_back(signed, Said { reason, declared, until, blocks }, chosen)
            }
            Some(declared) => desk.store.withdraw(signed, (reason, declared), chosen),
            None => desk.store.set_status(signed, reason, chosen),
        }
    }
}

/// What of a plan still stands as the plan found it.
fn still_so(store: &Store, plan: &BatchPlan) -> Result<Vec<ApplicationId>, OfficeError> {
    let planned: Vec<_> = plan.groups.iter().flat_map(|group| &group.targets).copied().collect();
    let ids: Vec<ApplicationId> = planned.iter().map(|(id, _)| *id).collect();
    let now = store.statuses(&ids)?;
    Ok(planned.into_iter().zip(now).filter(|((_, seen), now)| Some(*seen) == *now).map(|((id, _), _)| id).collect())
}

/// Judges everything that the target means, inside the transaction that changes it.
fn choose(
    store: &Store,
    rules: &Rules,
    (request, target): (Request, &Target),
    has_reason: bool,
) -> Result<(Vec<StatusChange>, BatchOutcome), OfficeError> {
    let (found, failed) = find(store, target)?;
    if found.is_empty() && failed.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    refuse_many(request, found.len())?;
    let mut outcome = BatchOutcome { failed, ..BatchOutcome::default() };
    let mut changes: BTreeMap<Status, StatusChange> = BTreeMap::new();
    let mut refused = Vec::new();
    for one in judge_all(store, rules, &found, request, has_reason)? {
        match one.verdict {
            Ok(None) => outcome.unchanged += 1,
            Ok(Some((to, _))) => {
                let change = changes.entry(to).or_insert_with(|| StatusChange { to, targets: Vec::new() });
                change.targets.push((one.id, Some(one.status)));
            }
            Err((to, refusal)) => {
                refused.push((one.id, LeftBecause::Refused { status: one.status.0, to, refusal }));
            }
        }
    }
    name(store, &refused, &mut outcome)?;
    Ok((changes.into_values().collect(), outcome))
}

/// What a change came to, with the numbers of what was left alone.
pub(super) fn finish(
    store: &Store,
    act: Act,
    changed: Changed,
    mut outcome: BatchOutcome,
) -> Result<BatchOutcome, OfficeError> {
    outcome.operation = changed.operation;
    outcome.changed = changed.changed;
    let refused: Vec<_> = changed.refused.into_iter().map(|id| (id, LeftBecause::ChangedSince)).collect();
    name(store, &refused, &mut outcome)?;
    let denied = |(_, because): &(String, LeftBecause)| *because == LeftBecause::NotPermitted;
    if outcome.changed == 0 && !outcome.failed.is_empty() && outcome.failed.iter().all(denied) {
        return Err(OfficeError::NotPermitted(act));
    }
    Ok(outcome)
}

/// Refuses to undo (or redo) what the person has no right to. Where the right is for some procedures only, the answer is
/// the operation that was looked through, so that it is the one that is undone.
fn reversed(desk: &Desk, act: Act, wanted: Option<OperationId>) -> Result<Option<OperationId>, OfficeError> {
    let (scope, me) = (desk.scope(act)?, desk.me()?);
    let made_by = |id| Ok::<_, OfficeError>(desk.store.operation(id)?.and_then(|operation| operation.actor));
    if let Some(id) = wanted.filter(|_| !desk.is_unsigned())
        && made_by(id)? != me
    {
        desk.permit(Act::UndoOthers)?;
    }
    if matches!(scope, Scope::Everything) {
        return Ok(None);
    }
    let Some((id, targets)) = desk.store.reversed_by(me, wanted, act == Act::Undo)? else { return Ok(None) };
    refuse_forbidden(&desk.store, act, &scope, &targets)?;
    Ok(Some(id))
}

/// Names applications that were left alone by their numbers.
pub(super) fn name(
    store: &Store,
    left: &[(ApplicationId, LeftBecause)],
    outcome: &mut BatchOutcome,
) -> Result<(), OfficeError> {
    let ids: Vec<ApplicationId> = left.iter().map(|(id, _)| *id).collect();
    for (number, (id, because)) in store.receipt_numbers(&ids)?.into_iter().zip(left) {
        // What was changed and has no number any more was disposed of.
        let because = match (&number, because) {
            (None, LeftBecause::ChangedSince) => LeftBecause::Disposed,
            (_, because) => because.clone(),
        };
        outcome.failed.push((number.unwrap_or_else(|| id.as_u64().to_string()), because));
    }
    Ok(())
}

/// Undoes an operation, or the last change of this operator that still stands.
///
/// # Errors
/// What the store says; [`StoreError::NotUndoable`] where there is nothing.
pub fn undo(desk: &mut Desk, operation: Option<OperationId>) -> Result<BatchOutcome, OfficeError> {
    let wanted = reversed(desk, Act::Undo, operation)?;
    if let Some(nothing) = ask_to_reverse(desk, wanted.or(operation), true)? {
        return Ok(nothing);
    }
    let signed = desk.sign(Act::Undo)?;
    let changed = desk.store.undo(&signed, wanted.or(operation))?;
    finish(&desk.store, Act::Undo, nothing_is_a_failure(changed, operation)?, BatchOutcome::default())
}

/// Brings back what was undone last.
///
/// # Errors
/// As [`undo`].
pub fn redo(desk: &mut Desk) -> Result<BatchOutcome, OfficeError> {
    let wanted = reversed(desk, Act::Redo, None)?;
    if let Some(nothing) = ask_to_reverse(desk, wanted, false)? {
        return Ok(nothing);
    }
    redo_chosen(desk, wanted)
}

/// Brings back what this operation had undone.
pub(super) fn redo_named(desk: &mut Desk, undone: OperationId) -> Result<BatchOutcome, OfficeError> {
    let wanted = reversed(desk, Act::Redo, Some(undone))?;
    redo_chosen(desk, wanted.or(Some(undone)))
}

/// Asks for a second person to undo (or redo): for the operation that is chosen now.
fn ask_to_reverse(
    desk: &mut Desk,
    wanted: Option<OperationId>,
    undo: bool,
) -> Result<Option<BatchOutcome>, OfficeError> {
    let act = if undo { Act::Undo } else { Act::Redo };
    if desk.works_for_a_request() || !desk.may_be_marked(Doing::plain(act)) {
        return Ok(None);
    }
    let me = desk.me()?;
    let Some((id, targets)) = desk.store.reversed_by(me, wanted, undo)? else { return Ok(None) };
    let operation = id.as_u64();
    let deed = if undo { Deed::Undo { operation } } else { Deed::Redo { operation } };
    ask(desk, &deed, Some(&Target::Ids(targets)))
}

fn redo_chosen(desk: &mut Desk, wanted: Option<OperationId>) -> Result<BatchOutcome, OfficeError> {
    let signed = desk.sign(Act::Redo)?;
    let changed = match wanted {
        // To redo is to undo the undoing.
        Some(undone) => desk.store.undo(&signed, Some(undone))?,
        None => desk.store.redo(&signed)?,
    };
    finish(&desk.store, Act::Redo, nothing_is_a_failure(changed, None)?, BatchOutcome::default())
}

fn nothing_is_a_failure(changed: Changed, operation: Option<OperationId>) -> Result<Changed, OfficeError> {
    if changed.operation.is_none() && changed.refused.is_empty() {
        let operation = operation.map(|id| id.to_string()).unwrap_or_default();
        return Err(StoreError::NotUndoable(operation).into());
    }
    Ok(changed)
}
