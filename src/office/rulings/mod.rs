//! 決裁: a 起案 is made of applications for the city's own 文書管理 or 電子決裁, which decides; what it decided is entered once
//! for all of them. While a 起案 is 決裁中, the 審査結果 that it is about stay as they are.

mod draft;
mod fault;
mod file;

use std::collections::BTreeMap;

use self::draft::{Template, draft_of};
pub use self::fault::RulingError;
pub use self::file::{RulingFiles, refuse_out, write_ruling};
use super::desk::Desk;
use super::fault::OfficeError;
use super::field_request::FieldRequest;
use super::status::{Target, find, finish, given, leave_forbidden, name};
use super::view::{BatchOutcome, FieldGroup, FieldPlan, LeftBecause, Ruling, RulingClosed};
use crate::domain::calendar::{Day, day_number, day_of_number};
use crate::domain::finding::Finding;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Days, Group, Value};
use crate::domain::people::{Act, Scope};
use crate::domain::ruling::{Closing, Draft, RulingState, RulingStep};
use crate::store::{FieldStanding, Store, StoredClosing, StoredFinding, StoredRuling};

/// 件名, 文書番号 and 専決者 are no longer than this, in characters.
const LONGEST: usize = 100;

/// What a 起案 is to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Submission {
    /// 件名.
    pub title: String,
    /// The template of the 伺い文; `None` = the usual one.
    pub template: Option<String>,
    /// The item that is summed up.
    pub item: Option<String>,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// 決裁日.
    pub on: Day,
    /// 文書番号.
    pub document_number: String,
    /// 専決者.
    pub decider: String,
}

/// A text that must be there and fit on one line.
fn line(text: &str, what: &'static str) -> Result<String, RulingError> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(RulingError::BadText(what, LONGEST)) }
}

/// 件名 of a 起案, or its number where that was erased.
fn title_of(store: &Store, ruling: OperationId) -> Result<String, OfficeError> {
    let draft = store.ruling(ruling)?.and_then(|found| found.draft);
    Ok(draft.map_or_else(|| ruling.to_string(), |draft| draft.title))
}

/// Whether a 起案 that came after a 審査結果 holds it.
fn held(
    titles: &mut BTreeMap<OperationId, String>,
    store: &Store,
    found: Option<(OperationId, RulingState)>,
    result: Option<OperationId>,
) -> Result<Option<LeftBecause>, OfficeError> {
    let Some((ruling, state)) = found else { return Ok(None) };
    let decided = state == RulingState::Settled && result.is_none_or(|written| written < ruling);
    if state != RulingState::Pending && !decided {
        return Ok(None);
    }
    let title = match titles.get(&ruling) {
        Some(title) => title.clone(),
        None => titles.entry(ruling).or_insert(title_of(store, ruling)?).clone(),
    };
    Ok(Some(if decided { LeftBecause::Decided(title) } else { LeftBecause::InRuling(title) }))
}

/// For each application why its 審査結果 can't be changed by the way, if it can't: it is 決裁中, or was decided.
pub(super) fn holding(store: &Store, ids: &[ApplicationId]) -> Result<Vec<Option<LeftBecause>>, OfficeError> {
    let found = store.rulings_of(ids)?;
    if found.iter().all(Option::is_none) {
        return Ok(vec![None; ids.len()]);
    }
    let mut titles = BTreeMap::new();
    let results = store.field_standing(Group::Result, ids)?;
    let each = found.into_iter().zip(results);
    each.map(|(found, result)| held(&mut titles, store, found, result.and_then(|one| one.written))).collect()
}

/// Leaves alone those whose 審査結果 a 起案 holds. What was decided may be changed where a reason is given: it then wants
/// another 決裁.
pub(super) fn leave_held<T>(
    store: &Store,
    targets: &mut Vec<T>,
    id_of: impl Fn(&T) -> ApplicationId,
    has_reason: bool,
    outcome: &mut BatchOutcome,
) -> Result<(), OfficeError> {
    let ids: Vec<ApplicationId> = targets.iter().map(id_of).collect();
    let mut left = Vec::new();
    let mut holding = holding(store, &ids)?.into_iter().zip(&ids);
    targets.retain(|_| match holding.next() {
        Some((Some(LeftBecause::Decided(_)), _)) if has_reason => true,
        Some((Some(why), id)) => {
            left.push((*id, why));
            false
        }
        _ => true,
    });
    name(store, &left, outcome)
}

/// An application that goes on a 起案.
type Chosen = Vec<(ApplicationId, FieldStanding)>;

/// What goes on a 起案, and what it says.
struct Choice {
    chosen: Chosen,
    draft: Draft,
    outcome: BatchOutcome,
}

/// What is known before the store is asked.
struct Asked {
    submission: Submission,
    template: Template,
    who: String,
    today: Day,
}

impl Asked {
    fn of(desk: &Desk, submission: &Submission) -> Result<Self, OfficeError> {
        let title = line(&submission.title, "title")?;
        let template = Template::load(desk.store.dir(), submission)?;
        let submission = Submission { title, ..submission.clone() };
        Ok(Self { submission, template, who: desk.person()?, today: desk.today() })
    }
}

/// Judges everything that the target means.
fn choose(store: &Store, scope: &Scope, asked: &Asked, target: &Target) -> Result<Choice, OfficeError> {
    let (found, failed) = find(store, target)?;
    if found.is_empty() && failed.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let mut outcome = BatchOutcome { failed, ..BatchOutcome::default() };
    let ids: Vec<ApplicationId> = found.into_iter().map(|(id, _)| id).collect();
    let standing = store.field_standing(Group::Ruling, &ids)?;
    let (mut chosen, mut left) = (Vec::new(), Vec::new());
    for ((id, seen), holding) in ids.iter().zip(standing).zip(holding(store, &ids)?) {
        match (seen, holding) {
            (_, Some(why)) => left.push((*id, why)),
            (Some(seen), None) if seen.here => chosen.push((*id, seen)),
            _ => left.push((*id, LeftBecause::ChangedSince)),
        }
    }
    name(store, &left, &mut outcome)?;
    leave_forbidden(store, scope, &mut chosen, |(id, _)| *id, &mut outcome)?;
    let ids: Vec<ApplicationId> = chosen.iter().map(|(id, _)| *id).collect();
    let draft = if ids.is_empty() { Draft::default() } else { draft_of(store, asked, &ids)? };
    Ok(Choice { chosen, draft, outcome })
}

/// What making a 起案 would do now: by 審査結果, with what is left out of it.
fn plan_submission(
    desk: &Desk,
    request: &FieldRequest,
    submission: &Submission,
    target: &Target,
) -> Result<FieldPlan, OfficeError> {
    let scope = desk.scope(Act::RulingSubmit)?;
    let asked = Asked::of(desk, submission)?;
    desk.store.at_one_moment(|store| {
        let Choice { chosen, draft, outcome } = choose(store, &scope, &asked, target)?;
        let mut plan = FieldPlan::of(request.clone());
        let ids: Vec<ApplicationId> = chosen.iter().map(|(id, _)| *id).collect();
        let mut groups: BTreeMap<Value, FieldGroup> = BTreeMap::new();
        for (target, result) in chosen.into_iter().zip(store.field_standing(Group::Result, &ids)?) {
            let value = result.map_or(Value::None, |result| result.value);
            let group = groups.entry(value).or_insert_with(|| {
                let from = match value {
                    Value::Number(code) => Finding::from_code(code).map(|found| found.label().to_owned()),
                    _ => None,
                };
                FieldGroup { from, takes_over: false, targets: Vec::new() }
            });
            group.targets.push((target.0, Some(target.1)));
        }
        plan.groups = groups.into_values().collect();
        plan.left = outcome.failed;
        plan.draft = Some(draft);
        Ok(plan)
    })
}

/// Makes one 起案 of everything that the target means at this moment. A dry run answers what would happen.
///
/// # Errors
/// [`RulingError`], [`OfficeError::NothingMatched`], what the store says; nothing is changed then.
pub fn submit_ruling(
    desk: &mut Desk,
    submission: &Submission,
    target: &Target,
    dry_run: bool,
) -> Result<BatchOutcome, OfficeError> {
    submit(desk, submission, target, dry_run, None)
}

fn submit(
    desk: &mut Desk,
    submission: &Submission,
    target: &Target,
    dry_run: bool,
    shown: Option<&Draft>,
) -> Result<BatchOutcome, OfficeError> {
    let scope = desk.scope(Act::RulingSubmit)?;
    let asked = Asked::of(desk, submission)?;
    if dry_run {
        return desk.store.at_one_moment(|store| {
            let Choice { chosen, draft, mut outcome } = choose(store, &scope, &asked, target)?;
            outcome.changed = chosen.len() as u64;
            outcome.draft = (outcome.changed > 0).then(|| Box::new(draft));
            Ok(outcome)
        });
    }
    let signed = desk.sign(Act::RulingSubmit)?;
    let (changed, mut outcome) = desk.store.submit_ruling(&signed, |store| {
        let Choice { chosen, draft, mut outcome } = choose(store, &scope, &asked, target)?;
        if shown.is_some_and(|shown| *shown != draft) {
            return Err(RulingError::Changed.into());
        }
        outcome.draft = (!chosen.is_empty()).then(|| Box::new(draft.clone()));
        Ok::<_, OfficeError>((chosen, draft, outcome))
    })?;
    outcome.draft = outcome.draft.filter(|_| changed.operation.is_some());
    finish(&desk.store, Act::RulingSubmit, changed, outcome)
}

/// The one 起案 that applications stand on.
fn one_ruling(store: &Store, target: &Target) -> Result<OperationId, OfficeError> {
    let (found, _) = find(store, target)?;
    let ids: Vec<ApplicationId> = found.into_iter().map(|(id, _)| id).collect();
    let mut rulings: Vec<OperationId> = store.rulings_of(&ids)?.into_iter().flatten().map(|(id, _)| id).collect();
    rulings.sort_unstable();
    rulings.dedup();
    match rulings[..] {
        [] => Err(RulingError::OnNone.into()),
        [one] => Ok(one),
        _ => Err(RulingError::OnSeveral.into()),
    }
}

/// What a request about a 起案 would do now.
pub(super) fn plan(desk: &Desk, request: &FieldRequest, target: &Target) -> Result<FieldPlan, OfficeError> {
    let act = match request {
        FieldRequest::Submit(submission) => return plan_submission(desk, request, submission, target),
        FieldRequest::Settle(settlement) => {
            read_settlement(desk, settlement)?;
            Act::RulingSettle
        }
        _ => Act::RulingReturn,
    };
    desk.store.at_one_moment(|store| {
        let ruling = one_ruling(store, target)?;
        let found = store.ruling(ruling)?.ok_or_else(|| RulingError::Unknown(ruling.to_string()))?;
        refuse_state(&found, &[RulingState::Pending])?;
        let ids = store.ruling_targets(ruling)?;
        permit_all(desk, act, &ids)?;
        let mut plan = FieldPlan::of(request.clone());
        let targets = ids.into_iter().map(|id| (id, None)).collect();
        plan.groups.push(FieldGroup { from: Some(title_of(store, ruling)?), takes_over: false, targets });
        (plan.ruling, plan.draft) = (Some(ruling), found.draft);
        Ok(plan)
    })
}

/// Carries out what was planned.
pub(super) fn as_planned(desk: &mut Desk, plan: &FieldPlan, reason: Option<&str>) -> Result<BatchOutcome, OfficeError> {
    let changed = plan.changing();
    let closed = match (&plan.request, plan.ruling) {
        (FieldRequest::Submit(submission), _) => {
            let ids = plan.groups.iter().flat_map(|group| &group.targets).map(|(id, _)| *id).collect();
            return submit(desk, submission, &Target::Ids(ids), false, plan.draft.as_ref());
        }
        (FieldRequest::Settle(settlement), Some(ruling)) => settle_ruling(desk, ruling, settlement, reason)?,
        (_, Some(ruling)) => return_ruling(desk, ruling, reason.unwrap_or_default())?,
        (_, None) => return Err(RulingError::OnNone.into()),
    };
    Ok(BatchOutcome { operation: Some(closed), changed, ..BatchOutcome::default() })
}

/// Refuses where the person may not do this with all the applications of a 起案: what closes it is one for all.
fn permit_all(desk: &Desk, act: Act, ids: &[ApplicationId]) -> Result<(), OfficeError> {
    let scope = desk.scope(act)?;
    let (mut allowed, mut left) = (ids.to_vec(), BatchOutcome::default());
    leave_forbidden(&desk.store, &scope, &mut allowed, |id| *id, &mut left)?;
    if allowed.len() == ids.len() { Ok(()) } else { Err(OfficeError::NotPermitted(act)) }
}

fn refuse_state(found: &StoredRuling, wanted: &[RulingState]) -> Result<(), RulingError> {
    if wanted.contains(&found.state) {
        Ok(())
    } else {
        Err(RulingError::OtherState(found.id().to_string(), found.state))
    }
}

/// The 決裁日 as the log keeps it, and what is said.
fn read_settlement(desk: &Desk, settlement: &Settlement) -> Result<(Days, Closing), OfficeError> {
    let Settlement { on, document_number, decider } = settlement;
    if *on > desk.today() {
        return Err(RulingError::ToCome.into());
    }
    let day = day_number(*on).and_then(|number| Days::try_from(number).ok()).ok_or(RulingError::TooEarly)?;
    let (document_number, decider) = (line(document_number, "document_number")?, line(decider, "decider")?);
    Ok((day, Closing { document_number: Some(document_number), decider: Some(decider), reason: None }))
}

/// Enters 決裁済, once for all applications of a 起案. With a reason it corrects what was entered before.
///
/// # Errors
/// [`RulingError`], [`OfficeError::NotPermitted`], what the store says; nothing is changed then.
pub fn settle_ruling(
    desk: &mut Desk,
    ruling: OperationId,
    settlement: &Settlement,
    reason: Option<&str>,
) -> Result<OperationId, OfficeError> {
    desk.permit(Act::RulingSettle)?;
    let (day, closing) = read_settlement(desk, settlement)?;
    let closing = Closing { reason: given(reason).map(str::to_owned), ..closing };
    let from: &[RulingState] = match closing.reason {
        None => &[RulingState::Pending],
        Some(_) => &[RulingState::Pending, RulingState::Settled],
    };
    close(desk, Act::RulingSettle, (ruling, from), (RulingStep::Settled, Some(day)), &closing)
}

/// Enters 差戻し: the applications may be changed and submitted again.
///
/// # Errors
/// [`OfficeError::ReasonRequired`]; else as [`settle_ruling`].
pub fn return_ruling(desk: &mut Desk, ruling: OperationId, reason: &str) -> Result<OperationId, OfficeError> {
    desk.permit(Act::RulingReturn)?;
    let reason = given(Some(reason)).ok_or(OfficeError::ReasonRequired)?.to_owned();
    let closing = Closing { reason: Some(reason), ..Closing::default() };
    close(desk, Act::RulingReturn, (ruling, &[RulingState::Pending]), (RulingStep::Returned, None), &closing)
}

fn close(
    desk: &mut Desk,
    act: Act,
    (ruling, from): (OperationId, &[RulingState]),
    step: (RulingStep, Option<Days>),
    closing: &Closing,
) -> Result<OperationId, OfficeError> {
    let find = |desk: &Desk| desk.store.ruling(ruling)?.ok_or_else(|| unknown(ruling));
    refuse_state(&find(desk)?, from)?;
    permit_all(desk, act, &desk.store.ruling_targets(ruling)?)?;
    let signed = desk.sign(act)?;
    match desk.store.close_ruling(&signed, (ruling, from), step, closing)? {
        Some(operation) => Ok(operation),
        // Somebody was faster.
        None => Err(RulingError::OtherState(ruling.to_string(), find(desk)?.state).into()),
    }
}

fn unknown(ruling: OperationId) -> OfficeError {
    RulingError::Unknown(ruling.to_string()).into()
}

/// How a 起案 was closed, for people.
pub(super) fn closed_of(store: &Store, closed: StoredClosing) -> Result<RulingClosed, OfficeError> {
    let StoredClosing { written, day, closing } = closed;
    Ok(RulingClosed {
        operation: written.operation,
        at_ms: written.at_ms,
        actor: written.actor.map_or(Ok(None), |id| store.operator_code(id))?,
        on: day.and_then(|day| day_of_number(day.into())),
        document_number: closing.document_number,
        decider: closing.decider,
        reason: closing.reason,
    })
}

/// A 起案, for people; `finding` is the 審査結果 of the application that asks.
pub(super) fn ruling_of(
    store: &Store,
    found: StoredRuling,
    finding: Option<&StoredFinding>,
) -> Result<Ruling, OfficeError> {
    Ok(Ruling {
        id: found.id(),
        at_ms: found.written.at_ms,
        actor: found.written.actor.map_or(Ok(None), |id| store.operator_code(id))?,
        state: found.state,
        covers: covers(&found, finding),
        draft: found.draft,
        closed: found.closed.map(|closed| closed_of(store, closed)).transpose()?,
    })
}

/// Whether a 起案 has decided the 審査結果 that stands there: one that was entered since, it hasn't.
#[must_use]
pub fn covers(ruling: &StoredRuling, finding: Option<&StoredFinding>) -> bool {
    ruling.state == RulingState::Settled && finding.is_none_or(|finding| finding.written < ruling.id())
}

/// All 起案, newest first; `state` = only those that stand so.
///
/// # Errors
/// What the store says.
pub fn rulings(desk: &Desk, state: Option<RulingState>) -> Result<Vec<Ruling>, OfficeError> {
    desk.store.at_one_moment(|store| {
        let found = store.rulings()?.into_iter().filter(|found| state.is_none_or(|state| found.state == state));
        found.map(|found| ruling_of(store, found, None)).collect()
    })
}

/// One 起案, with the 整理番号 of its applications.
///
/// # Errors
/// [`RulingError::Unknown`], what the store says.
pub fn ruling(desk: &Desk, id: OperationId) -> Result<(Ruling, Vec<String>), OfficeError> {
    desk.store.at_one_moment(|store| {
        let found = store.ruling(id)?.ok_or_else(|| unknown(id))?;
        let numbers = store.receipt_numbers(&store.ruling_targets(id)?)?.into_iter().flatten().collect();
        Ok((ruling_of(store, found, None)?, numbers))
    })
}
