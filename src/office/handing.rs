//! 引継: all that one person has in hand goes to another in one operation, whose word in the log says what it was. Nobody
//! takes it over piece by piece, so each application needs no reason of its own.

use super::desk::Desk;
use super::fault::OfficeError;
use super::field_request::FieldError;
use super::fields::{code_of, operator_of};
use super::limits::leave_forbidden;
use super::status::{Target, find, finish};
use super::view::BatchOutcome;
use crate::domain::fault::{Fault as _, Outcome};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Group, Value};
use crate::domain::people::{Act, Scope};
use crate::domain::release::Doing;
use crate::store::{FieldStanding, Store};

/// 前任者から: what was handed to whoever asks, and hasn't been moved since.
pub const FROM_PREDECESSOR: &str = "assignee:me has:handed-over -status:completed|force_completed|rejected|withdrawn";

/// What nobody hands over: its work has ended.
pub(super) const OPEN: &str = "-status:completed|force_completed|rejected|withdrawn";

/// What is handed over.
#[derive(Debug, Clone, Copy)]
pub struct HandingOver<'a> {
    /// Who had it, by code.
    pub from: &'a str,
    /// Who gets it, by code; 自分 or `me`.
    pub to: &'a str,
    /// Which of it: a query; `None` = all that is open.
    pub which: Option<&'a str>,
    /// Why.
    pub reason: &'a str,
}

/// Hands over what somebody is in charge of and hasn't ended. A dry run answers what would happen.
///
/// # Errors
/// [`FieldError::OperatorUnknown`], [`OfficeError::NothingMatched`] where they have nothing open, what the store says;
/// nothing is changed then.
pub fn hand_over(desk: &mut Desk, handing: &HandingOver<'_>, dry_run: bool) -> Result<BatchOutcome, OfficeError> {
    let scope = desk.scope(Act::HandOver)?;
    // Who marks each 担当 for a second person means all of them at once too, and that can't wait.
    if desk.may_be_marked(Doing::plain(Act::Assign)) {
        return Err(OfficeError::PolicyForbids("release.second_person", Act::HandOver.id().to_owned()));
    }
    let from = code_of(desk, handing.from)?;
    let holder = desk.store.operator(&from)?.map(|operator| operator.id);
    let Some(holder) = holder else {
        let known = desk.store.operator_codes()?;
        return Err(FieldError::OperatorUnknown { code: from, known }.into());
    };
    let which = handing.which.unwrap_or_default();
    let target = Target::Query(desk.query(&format!("{which} {OPEN}"))?);
    let to = code_of(desk, handing.to)?;
    let successor = operator_of(desk, &to)?;
    let held = desk.store.at_one_moment(|store| choose(store, &scope, &target, (holder, successor)))?;
    if dry_run {
        let (targets, mut outcome) = held;
        outcome.changed = targets.len() as u64;
        return Ok(outcome);
    }
    let signed = desk.sign(Act::HandOver)?;
    if desk.is_unsigned() {
        desk.store.operator_or_new(&to, &to, signed.at_ms)?;
    }
    let known = || FieldError::OperatorUnknown { code: to.clone(), known: Vec::new() };
    let successor = operator_of(desk, &to)?.ok_or_else(known)?;
    let (changed, outcome) = desk.store.set_field(&signed, Some(handing.reason), Group::Assignee, |store| {
        let (targets, outcome) = choose(store, &scope, &target, (holder, Some(successor)))?;
        Ok::<_, OfficeError>(((Value::Reference(successor), targets), outcome))
    })?;
    finish(&desk.store, Act::HandOver, changed, outcome)
}

/// Puts whoever asks in charge of an application that they opened and nobody is in charge of. It takes nothing over, and
/// who may not do it reads on: the answer says whether anything was changed.
///
/// # Errors
/// What the store says.
pub fn take_in_hand(desk: &mut Desk, id: ApplicationId) -> Result<bool, OfficeError> {
    let scope = match desk.scope(Act::Assign) {
        Err(error) if error.outcome() == Outcome::Refused => return Ok(false),
        other => other?,
    };
    if desk.may_be_marked(Doing::plain(Act::Assign))
        || desk.store.at_one_moment(|store| free(store, &scope, id))?.is_none()
    {
        return Ok(false);
    }
    let signed = desk.sign(Act::Assign)?;
    let code = desk.person()?;
    if desk.is_unsigned() {
        desk.store.operator_or_new(&code, &code, signed.at_ms)?;
    }
    let Some(me) = operator_of(desk, &code)? else { return Ok(false) };
    let (changed, ()) = desk.store.set_field(&signed, None, Group::Assignee, |store| {
        let targets = free(store, &scope, id)?.into_iter().collect();
        Ok::<_, OfficeError>(((Value::Reference(me), targets), ()))
    })?;
    Ok(changed.changed > 0)
}

/// The application, if its work goes on, nobody is in charge of it and the person may change that.
fn free(
    store: &Store,
    scope: &Scope,
    id: ApplicationId,
) -> Result<Option<(ApplicationId, FieldStanding)>, OfficeError> {
    let Some((_, (status, _))) = find(store, &Target::Ids(vec![id]))?.0.pop() else { return Ok(None) };
    let standing = store.field_standing(Group::Assignee, &[id])?.pop().flatten();
    let mut free: Vec<_> = standing
        .filter(|seen| seen.here && seen.value == Value::None && !status.is_final())
        .map(|seen| (id, seen))
        .into_iter()
        .collect();
    leave_forbidden(store, scope, &mut free, |(id, _)| *id, &mut BatchOutcome::default())?;
    Ok(free.pop())
}

/// What the person has in hand, each as it stands.
fn choose(
    store: &Store,
    scope: &Scope,
    target: &Target,
    (holder, successor): (OperationId, Option<OperationId>),
) -> Result<(Vec<(ApplicationId, FieldStanding)>, BatchOutcome), OfficeError> {
    let ids: Vec<ApplicationId> = find(store, target)?.0.into_iter().map(|(id, _)| id).collect();
    let standing = ids.iter().zip(store.field_standing(Group::Assignee, &ids)?);
    let held = standing.filter_map(|(id, seen)| Some((*id, seen?)));
    let mut targets: Vec<(ApplicationId, FieldStanding)> =
        held.filter(|(_, seen)| seen.value == Value::Reference(holder)).collect();
    if targets.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let mut outcome = BatchOutcome::default();
    if successor == Some(holder) {
        outcome.unchanged = targets.len() as u64;
        targets.clear();
    }
    leave_forbidden(store, scope, &mut targets, |(id, _)| *id, &mut outcome)?;
    Ok((targets, outcome))
}
