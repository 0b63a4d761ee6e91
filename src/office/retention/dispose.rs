//! 廃棄: first what would go and what is left alone, then one operation that erases.

use std::collections::BTreeMap;

use super::{DisposalError, Retentions, line_of};
use crate::domain::calendar::Day;
use crate::domain::erasure::{DisposalLine, DisposalNote, ErasureRule};
use crate::domain::identity::ApplicationId;
use crate::domain::people::{Act, Scope};
use crate::domain::retention::Kept;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::field_request::FieldRequest;
use crate::office::release::{Deed, ask};
use crate::office::rulings;
use crate::office::status::{Target, find, finish, given, leave_forbidden, name};
use crate::office::view::{BatchOutcome, FieldGroup, FieldPlan, LeftBecause};
use crate::store::{Changed, Store};

/// 文書番号 is no longer than this, in characters.
const LONGEST: usize = 100;

/// What is to be disposed of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disposal {
    /// 決裁の文書番号.
    pub document_number: String,
    /// Whether also what must still be kept goes: then a reason says why.
    pub early: bool,
}

impl Disposal {
    fn checked(&self) -> Result<Self, DisposalError> {
        let text = self.document_number.trim();
        let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        match fits {
            true => Ok(Self { document_number: text.to_owned(), early: self.early }),
            false => Err(DisposalError::NoDocumentNumber(LONGEST)),
        }
    }

    const fn rule(&self) -> ErasureRule {
        if self.early { ErasureRule::Early } else { ErasureRule::Expired }
    }
}

/// What goes, and how long each was to be kept; and what is left alone.
struct Choice {
    chosen: Vec<(ApplicationId, Kept)>,
    outcome: BatchOutcome,
}

impl Choice {
    fn ids(&self) -> Vec<ApplicationId> {
        self.chosen.iter().map(|(id, _)| *id).collect()
    }

    fn lines(&self) -> Vec<DisposalLine> {
        let mut counts: BTreeMap<DisposalLine, u64> = BTreeMap::new();
        for (_, kept) in &self.chosen {
            *counts.entry(line_of(kept)).or_default() += 1;
        }
        counts.into_iter().map(|(line, count)| DisposalLine { count, ..line }).collect()
    }
}

/// Judges everything that the target means.
fn choose(
    store: &Store,
    scope: &Scope,
    (retentions, today): (&Retentions, Day),
    early: bool,
    target: &Target,
) -> Result<Choice, OfficeError> {
    let (found, failed) = find(store, target)?;
    if found.is_empty() && failed.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let mut outcome = BatchOutcome { failed, ..BatchOutcome::default() };
    let ids: Vec<ApplicationId> = found.into_iter().map(|(id, _)| id).collect();
    let (mut chosen, mut left) = (Vec::new(), Vec::new());
    for (part, holding) in ids.chunks(256).zip(rulings::holding(store, &ids)?.chunks(256)) {
        for (entry, holding) in store.entries(part)?.into_iter().zip(holding) {
            let kept = match retentions.kept(store, &entry)? {
                Some(kept) => kept,
                None => Kept { closed_on: store.ended_on(entry.id, entry.state.status)?, ..Kept::default() },
            };
            let over = kept.may_go(today) || early && kept.closed_on.is_some();
            match holding {
                Some(why @ LeftBecause::InRuling(_)) => left.push((entry.id, why.clone())),
                _ if over => chosen.push((entry.id, kept)),
                _ => left.push((entry.id, LeftBecause::StillKept(kept.last_day()))),
            }
        }
    }
    name(store, &left, &mut outcome)?;
    leave_forbidden(store, scope, &mut chosen, |(id, _)| *id, &mut outcome)?;
    chosen.sort_unstable_by_key(|(id, _)| *id);
    Ok(Choice { chosen, outcome })
}

/// What disposing would do now: by 分類記号, 保存年限 and 完結年度, with what is left alone.
pub fn plan(
    desk: &Desk,
    request: &FieldRequest,
    disposal: &Disposal,
    target: &Target,
) -> Result<FieldPlan, OfficeError> {
    let scope = desk.scope(Act::PurgeDispose)?;
    disposal.checked()?;
    let retentions = Retentions::of(desk);
    desk.store.at_one_moment(|store| {
        let choice = choose(store, &scope, (&retentions, desk.today()), disposal.early, target)?;
        let mut groups: BTreeMap<DisposalLine, FieldGroup> = BTreeMap::new();
        for (id, kept) in &choice.chosen {
            let line = line_of(kept);
            let from = Some(line_text(&line));
            let group = groups.entry(line).or_insert(FieldGroup { from, takes_over: false, targets: Vec::new() });
            group.targets.push((*id, None));
        }
        let mut plan = FieldPlan::of(request.clone());
        plan.groups = groups.into_values().collect();
        plan.left = choice.outcome.failed;
        Ok(plan)
    })
}

/// A line as people read it: 分類記号, 完結年度, 保存年限.
pub(super) fn line_text(line: &DisposalLine) -> String {
    let classification = line.classification.as_deref().unwrap_or("-");
    let year = line.fiscal_year.map_or_else(|| "-".to_owned(), |year| year.to_string());
    let years = line.years.map_or_else(|| "-".to_owned(), |years| years.to_string());
    format!("{classification}  {year}年度  {years}年")
}

/// What a second person is shown of applications that are about to go.
pub fn lines_of(desk: &Desk, ids: &[ApplicationId]) -> Result<Vec<(String, u64)>, OfficeError> {
    let retentions = Retentions::of(desk);
    let (target, today) = (Target::Ids(ids.to_vec()), desk.today());
    let choice = choose(&desk.store, &Scope::Everything, (&retentions, today), true, &target)?;
    Ok(choice.lines().into_iter().map(|line| (line_text(&line), line.count)).collect())
}

/// Disposes of everything that the target means at this moment and that needn't be kept any more. A dry run answers what
/// would happen.
///
/// # Errors
/// [`DisposalError`], [`OfficeError::ReasonRequired`] where something goes before its time without one,
/// [`OfficeError::NothingMatched`], what the store says; nothing is erased then.
pub fn dispose(
    desk: &mut Desk,
    disposal: &Disposal,
    target: &Target,
    reason: Option<&str>,
    dry_run: bool,
) -> Result<BatchOutcome, OfficeError> {
    let disposal = disposal.checked()?;
    let reason = given(reason);
    if disposal.early && reason.is_none() {
        return Err(OfficeError::ReasonRequired);
    }
    let scope = desk.scope(Act::PurgeDispose)?;
    let judged = (&Retentions::of(desk), desk.today());
    if dry_run {
        return desk.store.at_one_moment(|store| {
            let choice = choose(store, &scope, judged, disposal.early, target)?;
            Ok(BatchOutcome { changed: choice.chosen.len() as u64, ..choice.outcome })
        });
    }
    // Asked for is what would go: what is left alone is named at once, and nobody approves it.
    let choice = desk.store.at_one_moment(|store| choose(store, &scope, judged, disposal.early, target))?;
    if choice.chosen.is_empty() {
        return finish(&desk.store, Act::PurgeDispose, Changed::default(), choice.outcome);
    }
    let going = Target::Ids(choice.ids());
    if let Some(nothing) = ask(desk, &Deed::dispose(&disposal, reason), Some(&going))? {
        return Ok(nothing);
    }
    let mut outcome = dispose_of(desk, &disposal, &going, reason)?;
    outcome.failed.splice(0..0, choice.outcome.failed);
    // It is done, whatever is left to do beside the database; whoever opens the store next does that.
    outcome.unfinished = desk.finish_what_can_be();
    Ok(outcome)
}

/// The same for what was chosen already; the rest of the erasure is left to the caller, who may be inside a transaction.
pub fn dispose_of(
    desk: &mut Desk,
    disposal: &Disposal,
    target: &Target,
    reason: Option<&str>,
) -> Result<BatchOutcome, OfficeError> {
    let scope = desk.scope(Act::PurgeDispose)?;
    let judged = (Retentions::of(desk), desk.today());
    let signed = desk.sign(Act::PurgeDispose)?;
    let (changed, outcome) = desk.store.erase(&signed, disposal.rule(), |store| {
        let choice = choose(store, &scope, (&judged.0, judged.1), disposal.early, target)?;
        let note = DisposalNote {
            document_number: disposal.document_number.clone(),
            reason: reason.map(str::to_owned),
            lines: choice.lines(),
        };
        Ok::<_, OfficeError>((choice.ids(), note.text(), choice.outcome))
    })?;
    finish(&desk.store, Act::PurgeDispose, changed, outcome)
}

/// Carries out a plan: where something else would go by now than was shown, nothing does.
pub fn as_planned(
    desk: &mut Desk,
    plan: &FieldPlan,
    disposal: &Disposal,
    reason: Option<&str>,
) -> Result<BatchOutcome, OfficeError> {
    let ids: Vec<ApplicationId> = plan.groups.iter().flat_map(|group| &group.targets).map(|(id, _)| *id).collect();
    let target = Target::Ids(ids);
    let (scope, retentions) = (desk.scope(Act::PurgeDispose)?, Retentions::of(desk));
    let now = choose(&desk.store, &scope, (&retentions, desk.today()), disposal.early, &target)?;
    if now.chosen.len() as u64 != plan.changing() {
        return Err(DisposalError::Changed.into());
    }
    dispose(desk, disposal, &target, reason, false)
}
