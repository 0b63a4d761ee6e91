//! What staff fill for themselves, of one application or of many: 担当, 期限, 札, 審査結果. First the plan (what would change, and
//! what somebody else has in hand), then one operation.

use std::collections::HashMap;

use super::desk::Desk;
use super::examination::{Wanted, value_of};
use super::fault::OfficeError;
use super::field_request::{FieldError, FieldRequest, LONGEST_TAG};
use super::numbering;
use super::release::{Deed, ask};
use super::reminders;
use super::retention::{self, DisposalError};
use super::rulings;
use super::status::{Target, find, finish, given, leave_forbidden, name};
use super::view::{BatchOutcome, FieldGroup, FieldPlan, LeftBecause};
use crate::domain::calendar::{day_number, day_of_number};
use crate::domain::finding::Finding;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Group, Value};
use crate::domain::people::Scope;
use crate::domain::query::{after_minus, is_me};
use crate::store::{FieldStanding, Signed, Store, StoreError};

/// A request with what its words mean in the store.
enum Meant {
    /// A field gets a value.
    Field(Wanted),
    Tag(String, bool),
}

/// Who is in charge now and who asks, for the judgement about one application.
#[derive(Clone, Copy)]
struct Hands {
    me: Option<OperationId>,
    has_reason: bool,
}

impl Hands {
    /// Whoever else has it in hand: taking it over needs a reason.
    fn other(self, group: Group, seen: &FieldStanding) -> Option<OperationId> {
        match (group, seen.value) {
            (Group::Assignee, Value::Reference(holder)) if Some(holder) != self.me => Some(holder),
            _ => None,
        }
    }
}

/// The code that a word for an operator means.
pub(super) fn code_of(desk: &Desk, word: &str) -> Result<String, OfficeError> {
    if is_me(word) { desk.person() } else { Ok(word.trim().to_owned()) }
}

/// The operator that a code means. Where people sign in it is one who may work today, or the person at the desk, who
/// becomes known with the first command of theirs; else any code will do: there is nobody who could add one.
pub(super) fn operator_of(desk: &Desk, code: &str) -> Result<Option<OperationId>, OfficeError> {
    let mut known = Vec::new();
    if desk.is_unsigned() {
        if !code.is_empty() {
            return Ok(desk.store.operator(code)?.map(|operator| operator.id));
        }
        known = desk.store.operator_codes()?;
    } else {
        let (people, today) = (desk.people()?, desk.today_in_log());
        let at_work = people.at_work(today);
        if let Some((id, _)) = at_work.iter().find(|(_, row)| row.code == code) {
            return Ok(Some(*id));
        }
        let is_new = desk.me()?.is_none() && people.of_code(code, today).is_none();
        if is_new && code == desk.person()? {
            return Ok(None);
        }
        known.extend(at_work.iter().map(|(_, row)| row.code.clone()));
        known.sort_unstable();
    }
    Err(FieldError::OperatorUnknown { code: code.to_owned(), known }.into())
}

fn refuse_bad_tag(name: &str) -> Result<String, FieldError> {
    let name = name.trim();
    let hidden = name.chars().any(char::is_control);
    // A minus before the name takes it off, on the screen.
    if name.is_empty() || hidden || after_minus(name).is_some() || name.chars().count() > LONGEST_TAG {
        return Err(FieldError::BadTag);
    }
    Ok(name.to_owned())
}

/// Reads a request.
fn meant(desk: &Desk, request: &FieldRequest, reason: Option<&str>) -> Result<Meant, OfficeError> {
    let field = |group, to| Meant::Field(Wanted { group, to, stated: request.stated(reason) });
    Ok(match request {
        FieldRequest::Assign(None) => field(Group::Assignee, Some(Value::None)),
        FieldRequest::Assign(Some(word)) => {
            let operator = operator_of(desk, &code_of(desk, word)?)?;
            field(Group::Assignee, operator.map(Value::Reference))
        }
        FieldRequest::Due(None) => field(Group::Due, Some(Value::None)),
        FieldRequest::Due(Some(day)) => {
            let number = day_number(*day).ok_or(FieldError::DayTooEarly)?;
            field(Group::Due, Some(Value::Number(number)))
        }
        FieldRequest::Tag { name, kept } => Meant::Tag(refuse_bad_tag(name)?, *kept),
        // Each application gets another one: they are handed out in `numbering`.
        FieldRequest::Number(_) => field(Group::IndividualNumber, None),
        FieldRequest::Receive { .. } => field(Group::Received, None),
        // These are about a 起案: they are done in `rulings`.
        FieldRequest::Submit(_) | FieldRequest::Settle(_) | FieldRequest::Return => field(Group::Ruling, None),
        FieldRequest::Extend(None) => field(Group::Retention, Some(Value::None)),
        FieldRequest::Extend(Some(day)) => {
            if *day < desk.today() {
                return Err(DisposalError::Over.into());
            }
            let number = day_number(*day).ok_or(FieldError::DayTooEarly)?;
            field(Group::Retention, Some(Value::Number(number)))
        }
        // This changes no field: it is done in `retention`.
        FieldRequest::Dispose(_) => field(Group::Retention, None),
        // How far the time is differs from one application to the next: it is done in `reminders`.
        FieldRequest::Remind(_) => field(Group::Reminder, None),
        FieldRequest::Result { to, .. } => field(Group::Result, Some(value_of(*to))),
    })
}

/// What an application has now, as a person reads it.
fn shown(store: &Store, group: Group, value: Value) -> Result<Option<String>, OfficeError> {
    Ok(match (group, value) {
        (_, Value::Reference(operator)) => store.operator_code(operator)?,
        (Group::Due | Group::Retention, Value::Number(day)) => day_of_number(day).map(|day| day.to_string()),
        (Group::Result, Value::Number(code)) => Finding::from_code(code).map(|one| one.label().to_owned()),
        _ => None,
    })
}

/// What a request would do now.
///
/// # Errors
/// [`FieldError`], [`OfficeError::NothingMatched`], what the store says.
pub fn plan_field(desk: &Desk, request: &FieldRequest, target: &Target) -> Result<FieldPlan, OfficeError> {
    if let Some(handing) = request.handing() {
        return numbering::plan(desk, request.clone(), handing, target);
    }
    if request.is_ruling() {
        return rulings::plan(desk, request, target);
    }
    if let FieldRequest::Dispose(disposal) = request {
        return retention::plan(desk, request, disposal, target);
    }
    if let FieldRequest::Remind(told) = request {
        return reminders::plan(desk, *told, target);
    }
    let meant = meant(desk, request, None)?;
    desk.store.at_one_moment(|store| {
        let (found, _) = find(store, target)?;
        if found.is_empty() {
            return Err(OfficeError::NothingMatched);
        }
        let ids: Vec<ApplicationId> = found.into_iter().map(|(id, _)| id).collect();
        let mut plan = FieldPlan::of(request.clone());
        let wanted = match &meant {
            Meant::Tag(name, kept) => {
                let (without, unchanged) = without_tag(store, store.tag(name)?, *kept, &ids)?;
                plan.unchanged = unchanged;
                if !without.is_empty() {
                    let targets = without.into_iter().map(|id| (id, None)).collect();
                    plan.groups.push(FieldGroup { from: None, takes_over: false, targets });
                }
                return Ok(plan);
            }
            Meant::Field(wanted) => wanted,
        };
        let group = wanted.group;
        let hands = Hands { me: me(desk)?, has_reason: true };
        let mut places: HashMap<Value, usize> = HashMap::new();
        let holding = if group == Group::Result { rulings::holding(store, &ids)? } else { vec![None; ids.len()] };
        let mut left = Vec::new();
        for ((id, seen), holding) in ids.iter().zip(store.field_standing(group, &ids)?).zip(holding) {
            let Some(seen) = seen else { continue };
            if wanted.is_so(store, *id, &seen)? {
                plan.unchanged += 1;
                continue;
            }
            match holding {
                Some(LeftBecause::Decided(_)) => plan.decided += 1,
                Some(why) => {
                    left.push((*id, why));
                    continue;
                }
                None => {}
            }
            let place = match places.get(&seen.value) {
                Some(place) => *place,
                None => {
                    let takes_over = hands.other(group, &seen).is_some();
                    let from = shown(store, group, seen.value)?;
                    plan.groups.push(FieldGroup { from, takes_over, targets: Vec::new() });
                    *places.entry(seen.value).or_insert(plan.groups.len() - 1)
                }
            };
            plan.groups[place].targets.push((*id, Some(seen)));
        }
        let mut named = BatchOutcome::default();
        name(store, &left, &mut named)?;
        plan.left = named.failed;
        Ok(plan)
    })
}

/// The operator who asks, if the store knows them already.
fn me(desk: &Desk) -> Result<Option<OperationId>, OfficeError> {
    if desk.is_unsigned() {
        return Ok(desk.store.operator(&desk.person()?)?.map(|operator| operator.id));
    }
    desk.me()
}

/// Those that a 札 would be put on (or taken off), and how many are so already.
fn without_tag(
    store: &Store,
    tag: Option<OperationId>,
    kept: bool,
    ids: &[ApplicationId],
) -> Result<(Vec<ApplicationId>, u64), StoreError> {
    let mut without = Vec::new();
    for id in ids {
        let has = tag.map_or(Ok(false), |tag| store.has_tag(*id, tag))?;
        without.extend((has != kept).then_some(*id));
    }
    let unchanged = (ids.len() - without.len()) as u64;
    Ok((without, unchanged))
}

/// Does what is asked with everything that the target means at this moment. What somebody else has in hand is left alone
/// where no reason is given. A dry run answers what would happen.
///
/// # Errors
/// [`FieldError`], [`OfficeError::NothingMatched`], what the store says; nothing is changed then.
pub fn set_field(
    desk: &mut Desk,
    request: &FieldRequest,
    target: &Target,
    reason: Option<&str>,
    dry_run: bool,
) -> Result<BatchOutcome, OfficeError> {
    if let Some(handing) = request.handing() {
        return numbering::give(desk, handing, target, dry_run);
    }
    if let FieldRequest::Submit(submission) = request {
        return rulings::submit_ruling(desk, submission, target, dry_run);
    }
    if let FieldRequest::Dispose(disposal) = request {
        return retention::dispose(desk, disposal, target, reason, dry_run);
    }
    if let FieldRequest::Remind(told) = request {
        return reminders::remind(desk, *told, target, dry_run);
    }
    let reason = given(reason);
    request.refuse_without_reason(reason)?;
    let scope = desk.scope(request.act())?;
    let first = meant(desk, request, reason)?;
    if dry_run {
        let hands = Hands { me: me(desk)?, has_reason: reason.is_some() };
        return desk.store.at_one_moment(|store| {
            let (count, mut outcome) = match &first {
                Meant::Tag(name, kept) => {
                    let (ids, outcome) = choose_tag(store, &scope, (store.tag(name)?, *kept), target)?;
                    (ids.len(), outcome)
                }
                Meant::Field(wanted) => {
                    let (targets, outcome) = choose(store, &scope, wanted, target, hands)?;
                    (targets.len(), outcome)
                }
            };
            outcome.changed = count as u64;
            Ok(outcome)
        });
    }
    if matches!(first, Meant::Field(Wanted { to: None, .. })) {
        // Nobody becomes known for nothing.
        desk.store.at_one_moment(|store| found(store, target).map(drop))?;
    }
    if let Some(deed) = Deed::field(&resolved(desk, request)?, reason)
        && let Some(nothing) = ask(desk, &deed, Some(target))?
    {
        return Ok(nothing);
    }
    let (meant, hands, signed) = begin(desk, request, reason)?;
    let text = request.payload(reason);
    let (changed, outcome) = match meant {
        Meant::Tag(name, kept) => {
            desk.store.set_tag(&signed, &name, kept, |store, tag| choose_tag(store, &scope, (tag, kept), target))?
        }
        Meant::Field(wanted) => desk.store.set_field(&signed, text.as_deref(), wanted.group, |store| {
            let (targets, outcome) = choose(store, &scope, &wanted, target, hands)?;
            Ok::<_, OfficeError>(((wanted.to.unwrap_or(Value::None), targets), outcome))
        })?,
    };
    finish(&desk.store, request.act(), changed, outcome)
}

/// Carries out a plan: only what still stands as the plan found it is changed.
///
/// # Errors
/// [`OfficeError::ReasonRequired`] where something is taken over without one; else as [`set_field`].
pub fn set_field_as_planned(
    desk: &mut Desk,
    plan: &FieldPlan,
    reason: Option<&str>,
) -> Result<BatchOutcome, OfficeError> {
    if let Some(handing) = plan.request.handing() {
        return numbering::give_as_planned(desk, handing, plan);
    }
    if let FieldRequest::Remind(told) = plan.request {
        return reminders::as_planned(desk, told, plan);
    }
    let reason = given(reason);
    if plan.request.is_ruling() {
        return rulings::as_planned(desk, plan, reason);
    }
    if let FieldRequest::Dispose(disposal) = &plan.request {
        return retention::as_planned(desk, plan, disposal, reason);
    }
    if plan.needs_reason() && reason.is_none() {
        return Err(OfficeError::ReasonRequired);
    }
    let scope = desk.scope(plan.request.act())?;
    let ids = plan.groups.iter().flat_map(|group| &group.targets).map(|(id, _)| *id).collect();
    if let Some(deed) = Deed::field(&resolved(desk, &plan.request)?, reason)
        && let Some(nothing) = ask(desk, &deed, Some(&Target::Ids(ids)))?
    {
        return Ok(nothing);
    }
    let (meant, _, signed) = begin(desk, &plan.request, reason)?;
    let text = plan.request.payload(reason);
    let targets = plan.groups.iter().flat_map(|group| &group.targets);
    let mut outcome = BatchOutcome { unchanged: plan.unchanged, ..BatchOutcome::default() };
    let (changed, outcome) = match meant {
        Meant::Tag(name, kept) => desk.store.set_tag(&signed, &name, kept, |store, tag| {
            let ids: Vec<ApplicationId> = targets.map(|(id, _)| *id).collect();
            let (mut without, since) = without_tag(store, tag, kept, &ids)?;
            outcome.unchanged += since;
            leave_forbidden(store, &scope, &mut without, |id| *id, &mut outcome)?;
            Ok::<_, OfficeError>((without, outcome))
        })?,
        Meant::Field(wanted) => desk.store.set_field(&signed, text.as_deref(), wanted.group, |store| {
            let mut seen = targets.filter_map(|(id, seen)| Some((*id, (*seen)?))).collect();
            leave_forbidden(store, &scope, &mut seen, |(id, _)| *id, &mut outcome)?;
            if wanted.group == Group::Result {
                rulings::leave_held(store, &mut seen, |(id, _)| *id, reason.is_some(), &mut outcome)?;
            }
            Ok::<_, OfficeError>(((wanted.to.unwrap_or(Value::None), seen), outcome))
        })?,
    };
    finish(&desk.store, plan.request.act(), changed, outcome)
}

/// A request that means the same whoever carries it out: 自分 is a code.
fn resolved(desk: &Desk, request: &FieldRequest) -> Result<FieldRequest, OfficeError> {
    match request {
        FieldRequest::Assign(Some(word)) => Ok(FieldRequest::Assign(Some(code_of(desk, word)?))),
        other => Ok(other.clone()),
    }
}

/// Signs, and makes known whoever is put in charge.
fn begin(
    desk: &mut Desk,
    request: &FieldRequest,
    reason: Option<&str>,
) -> Result<(Meant, Hands, Signed<'static>), OfficeError> {
    meant(desk, request, reason)?;
    let signed = desk.sign(request.act())?;
    if let FieldRequest::Assign(Some(word)) = request
        && desk.is_unsigned()
    {
        let code = code_of(desk, word)?;
        desk.store.operator_or_new(&code, &code, signed.at_ms)?;
    }
    let meant = meant(desk, request, reason)?;
    let hands = Hands { me: me(desk)?, has_reason: reason.is_some() };
    Ok((meant, hands, signed))
}

fn found(store: &Store, target: &Target) -> Result<(Vec<ApplicationId>, BatchOutcome), OfficeError> {
    let (found, failed) = find(store, target)?;
    if found.is_empty() && failed.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let ids = found.into_iter().map(|(id, _)| id).collect();
    Ok((ids, BatchOutcome { failed, ..BatchOutcome::default() }))
}

fn choose_tag(
    store: &Store,
    scope: &Scope,
    (tag, kept): (Option<OperationId>, bool),
    target: &Target,
) -> Result<(Vec<ApplicationId>, BatchOutcome), OfficeError> {
    let (ids, mut outcome) = found(store, target)?;
    let (mut without, unchanged) = without_tag(store, tag, kept, &ids)?;
    outcome.unchanged = unchanged;
    leave_forbidden(store, scope, &mut without, |id| *id, &mut outcome)?;
    Ok((without, outcome))
}

/// Judges everything that the target means, inside the transaction that changes it.
fn choose(
    store: &Store,
    scope: &Scope,
    wanted: &Wanted,
    target: &Target,
    hands: Hands,
) -> Result<(Vec<(ApplicationId, FieldStanding)>, BatchOutcome), OfficeError> {
    let (ids, mut outcome) = found(store, target)?;
    let (mut targets, mut left) = (Vec::new(), Vec::new());
    let group = wanted.group;
    for (id, seen) in ids.iter().zip(store.field_standing(group, &ids)?) {
        let Some(seen) = seen else { continue };
        if wanted.is_so(store, *id, &seen)? {
            outcome.unchanged += 1;
            continue;
        }
        match hands.other(group, &seen).filter(|_| !hands.has_reason) {
            Some(holder) => {
                let holder = store.operator_code(holder)?.unwrap_or_default();
                left.push((*id, LeftBecause::HeldBy(holder)));
            }
            None => targets.push((*id, seen)),
        }
    }
    name(store, &left, &mut outcome)?;
    leave_forbidden(store, scope, &mut targets, |(id, _)| *id, &mut outcome)?;
    if group == Group::Result {
        rulings::leave_held(store, &mut targets, |(id, _)| *id, hands.has_reason, &mut outcome)?;
    }
    Ok((targets, outcome))
}
