//! 補正の催促: an applicant who was asked to correct an application and has not answered is reminded. When that is time is
//! reckoned when it is asked for; what is recorded is that the reminder of the present stage went out, by which way and when.

use super::correction::CorrectionError;
use super::desk::Desk;
use super::fault::OfficeError;
use super::field_request::FieldRequest;
use super::status::{Target, find, finish, leave_forbidden, name};
use super::view::{BatchOutcome, Declared, FieldGroup, FieldPlan, LeftBecause};
use crate::domain::identity::ApplicationId;
use crate::domain::office_days::number_of;
use crate::domain::operation::{Declaration, Group};
use crate::domain::people::{Act, Days, Scope};
use crate::domain::reminder::{Reminder, Stage};
use crate::store::{FieldStanding, Store};

/// 補正の催促: what waits for a reminder. The same words stand in the shipped views.
pub const REMINDERS: &str = "has:reminder";

/// Who is to be reminded, each as it was seen.
type Chosen = Vec<(ApplicationId, FieldStanding, Reminder)>;

/// The day and the way as the log keeps them.
fn declaration(desk: &Desk, told: Declared) -> Result<Declaration, CorrectionError> {
    if told.day > desk.today() {
        return Err(CorrectionError::ToCome);
    }
    let day = number_of(told.day).ok_or(CorrectionError::ToCome)?;
    Ok(Declaration { day, channel: told.channel })
}

/// Judges everything that the target means. What a query finds besides is passed over; what was named is told.
fn choose(store: &Store, scope: &Scope, target: &Target, today: Days) -> Result<(Chosen, BatchOutcome), OfficeError> {
    let (found, failed) = find(store, target)?;
    if found.is_empty() && failed.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let ids: Vec<ApplicationId> = found.into_iter().map(|(id, _)| id).collect();
    let mut outcome = BatchOutcome { failed, ..BatchOutcome::default() };
    let (mut chosen, mut left) = (Vec::new(), Vec::new());
    let standings = store.reminders(&ids, today)?.into_iter();
    for ((id, standing), seen) in ids.iter().zip(standings).zip(store.field_standing(Group::Reminder, &ids)?) {
        let Some(seen) = seen else { continue };
        match standing {
            None => left.push((*id, LeftBecause::NotToCorrect)),
            Some(standing) => match (standing.waiting(), standing.reached) {
                (Some(stage), _) => chosen.push((*id, seen, Reminder { until: standing.until, stage })),
                (None, Some(_)) => outcome.unchanged += 1,
                (None, None) => left.push((*id, LeftBecause::NotYetDue)),
            },
        }
    }
    if !matches!(target, Target::Query(_)) {
        name(store, &left, &mut outcome)?;
    }
    leave_forbidden(store, scope, &mut chosen, |(id, _, _)| *id, &mut outcome)?;
    Ok((chosen, outcome))
}

/// Today as the log counts.
fn today_of(desk: &Desk) -> Days {
    number_of(desk.today()).unwrap_or_default()
}

/// What a reminder would be recorded of now, by stage.
pub(super) fn plan(desk: &Desk, told: Declared, target: &Target) -> Result<FieldPlan, OfficeError> {
    declaration(desk, told)?;
    let (scope, today) = (desk.scope(Act::CorrectionRemind)?, today_of(desk));
    desk.store.at_one_moment(|store| {
        let (chosen, outcome) = choose(store, &scope, target, today)?;
        let mut plan = FieldPlan::of(FieldRequest::Remind(told));
        (plan.unchanged, plan.left) = (outcome.unchanged, outcome.failed);
        for stage in Stage::ALL {
            let of = chosen.iter().filter(|(_, _, reminder)| reminder.stage == stage);
            let targets: Vec<_> = of.map(|(id, seen, _)| (*id, Some(*seen))).collect();
            if !targets.is_empty() {
                plan.groups.push(FieldGroup { from: Some(stage.id().to_owned()), takes_over: false, targets });
            }
        }
        Ok(plan)
    })
}

/// Records that the reminder of the present stage went out to everything that the target means at this moment: one
/// operation. A dry run answers what would happen.
pub(super) fn remind(
    desk: &mut Desk,
    told: Declared,
    target: &Target,
    dry_run: bool,
) -> Result<BatchOutcome, OfficeError> {
    let (scope, today) = (desk.scope(Act::CorrectionRemind)?, today_of(desk));
    let declared = declaration(desk, told)?;
    if dry_run {
        return desk.store.at_one_moment(|store| {
            let (chosen, mut outcome) = choose(store, &scope, target, today)?;
            outcome.changed = chosen.len() as u64;
            Ok(outcome)
        });
    }
    let signed = desk.sign(Act::CorrectionRemind)?;
    let (changed, outcome) =
        desk.store.record_reminders(&signed, declared, |store| choose(store, &scope, target, today))?;
    finish(&desk.store, Act::CorrectionRemind, changed, outcome)
}

/// Records it as it was planned. What came back since, or was reminded by a colleague, is left alone.
pub(super) fn as_planned(desk: &mut Desk, told: Declared, plan: &FieldPlan) -> Result<BatchOutcome, OfficeError> {
    let ids = plan.groups.iter().flat_map(|group| &group.targets).map(|(id, _)| *id).collect();
    remind(desk, told, &Target::Ids(ids), false)
}
