//! 個別番号付与 and 収受: handing out numbers by a pattern, in an order. Who has a number keeps it, so the same request again gives
//! numbers to the new ones alone; a number that somebody has is given to nobody else.

use super::desk::Desk;
use super::fault::OfficeError;
use super::status::{Target, find, finish, leave_forbidden, name};
use super::view::{BatchOutcome, FieldGroup, FieldPlan, LeftBecause};
use crate::domain::calendar::{Day, day_number};
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::numbering::{BadPattern, HIGHEST, LONGEST, Pattern, Received, Sequence, Skip};
use crate::domain::operation::{Days, Group, Value};
use crate::domain::order::{Order, SortField};
use crate::domain::people::{Act, Scope};
use crate::domain::query::{Needs, Query};
use crate::store::{FieldStanding, GivenNumbers, Numbered, Store};
use std::ops::ControlFlow;

/// How numbers are handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbering {
    /// What they look like.
    pub pattern: Pattern,
    /// In which order; `None` = that of the numbers that were named, else 申込日時, the oldest first.
    pub order: Option<Order>,
    /// The first sequence number; `None` = behind the highest one of the pattern, or 1.
    pub start: Option<u64>,
    /// From one sequence number to the next, at least 1.
    pub step: u64,
    /// Those that nobody gets.
    pub skip: Skip,
}

impl Numbering {
    /// By a pattern, with everything else as usual.
    ///
    /// # Errors
    /// [`NumberingError::BadPattern`].
    pub fn by(pattern: &str) -> Result<Self, NumberingError> {
        let pattern = Pattern::parse(pattern).map_err(NumberingError::BadPattern)?;
        Ok(Self { pattern, order: None, start: None, step: 1, skip: Skip::default() })
    }

    /// The same with another beginning and step.
    ///
    /// # Errors
    /// [`NumberingError::BadStep`] for a step of 0; [`NumberingError::TooHigh`].
    pub fn counting(self, start: Option<u64>, step: u64) -> Result<Self, NumberingError> {
        match (start, step) {
            (_, 0) => Err(NumberingError::BadStep),
            (Some(start), _) if start > HIGHEST => Err(NumberingError::TooHigh),
            _ => Ok(Self { start, step, ..self }),
        }
    }
}

/// Which numbers are handed out, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handing<'a> {
    pub numbering: &'a Numbering,
    /// 収受日, where it is 収受番号 that are handed out.
    pub received: Option<Day>,
}

impl Handing<'_> {
    const fn group(&self) -> Group {
        if self.received.is_some() { Group::Received } else { Group::IndividualNumber }
    }

    const fn act(&self) -> Act {
        if self.received.is_some() { Act::Receive } else { Act::NumberAssign }
    }

    /// What an application gets with a sequence number.
    fn value(&self, day: Days, sequence: u64) -> u64 {
        if self.received.is_some() { Received { day, sequence }.value() } else { sequence }
    }

    /// 収受日 as the log keeps it.
    fn day(&self, desk: &Desk) -> Result<Days, NumberingError> {
        match self.received {
            None => Ok(0),
            Some(day) if day > desk.today() => Err(NumberingError::ToCome),
            Some(day) => day_number(day).and_then(|n| Days::try_from(n).ok()).ok_or(NumberingError::TooEarly),
        }
    }
}

/// What can be wrong with handing out numbers.
#[derive(Debug, thiserror::Error)]
pub enum NumberingError {
    /// The text is no pattern.
    #[error("not a pattern: {0:?}")]
    BadPattern(BadPattern),
    /// The list of numbers to be skipped can't be read.
    #[error("not a list of numbers")]
    BadSkip,
    /// A step of 0.
    #[error("the step is 0")]
    BadStep,
    /// A number that would be given belongs to another application (its 整理番号).
    #[error("{number} is taken")]
    Taken {
        /// The 個別番号.
        number: String,
        /// Who has it.
        holder: String,
    },
    /// There are no numbers so high.
    #[error("no numbers are left")]
    TooHigh,
    /// 収受日 hasn't come yet.
    #[error("received on a day to come")]
    ToCome,
    /// 収受日 is one that the log can't keep.
    #[error("received before 1970")]
    TooEarly,
}

impl Fault for NumberingError {
    fn code(&self) -> &'static str {
        match self {
            Self::BadPattern(_) => "numbering.bad_pattern",
            Self::BadSkip => "numbering.bad_skip",
            Self::BadStep => "numbering.bad_step",
            Self::Taken { .. } => "numbering.taken",
            Self::TooHigh => "numbering.too_high",
            Self::ToCome => "receive.to_come",
            Self::TooEarly => "receive.too_early",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::BadPattern(_) => vec![("most", LONGEST.to_string())],
            Self::Taken { number, holder } => vec![("number", number.clone()), ("holder", holder.clone())],
            Self::TooHigh => vec![("most", HIGHEST.to_string())],
            Self::BadSkip | Self::BadStep | Self::ToCome | Self::TooEarly => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::BadPattern(_) | Self::BadSkip | Self::BadStep | Self::ToCome | Self::TooEarly => Outcome::Usage,
            Self::Taken { .. } | Self::TooHigh => Outcome::Failed,
        }
    }
}

/// The applications in the order in which they get their numbers.
pub(super) fn in_order(
    store: &Store,
    target: &Target,
    order: Option<Order>,
    ids: Vec<ApplicationId>,
) -> Result<Vec<ApplicationId>, OfficeError> {
    let oldest_first = Order { field: SortField::Submitted, descending: false };
    let order = match (order, target) {
        (None, Target::Numbers(_)) => return Ok(ids),
        (order, _) => order.unwrap_or(oldest_first),
    };
    let mut wanted = Marks::default();
    for id in &ids {
        wanted.set(*id, true);
    }
    let mut sorted = Vec::with_capacity(ids.len());
    store.scan(&Query::default(), Needs::default(), order, &mut |_| ControlFlow::Continue(()), &mut |candidate| {
        sorted.extend(wanted.contains(candidate.id).then_some(candidate.id));
        ControlFlow::Continue(())
    })?;
    Ok(sorted)
}

/// Judges everything that the target means: who gets which number.
fn choose(
    store: &Store,
    scope: &Scope,
    (handing, day): (Handing<'_>, Days),
    target: &Target,
) -> Result<(Vec<Numbered>, BatchOutcome), OfficeError> {
    let numbering = handing.numbering;
    let (found, failed) = find(store, target)?;
    if found.is_empty() && failed.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let mut outcome = BatchOutcome { failed, ..BatchOutcome::default() };
    let ids = found.into_iter().map(|(id, _)| id).collect();
    let ids = in_order(store, target, numbering.order, ids)?;
    let mut without: Vec<(ApplicationId, FieldStanding)> = Vec::new();
    let mut away = Vec::new();
    for (id, seen) in ids.iter().zip(store.field_standing(handing.group(), &ids)?) {
        match seen {
            Some(seen) if seen.value != Value::None => outcome.unchanged += 1,
            // Nobody gets a number that leaves a gap because the application isn't here.
            Some(seen) if seen.here => without.push((*id, seen)),
            _ => away.push((*id, LeftBecause::ChangedSince)),
        }
    }
    name(store, &away, &mut outcome)?;
    leave_forbidden(store, scope, &mut without, |(id, _)| *id, &mut outcome)?;
    let given = store.given_numbers(handing.group())?;
    let next = match numbering.start {
        Some(start) => start,
        None => given.highest(&numbering.pattern).map_or(1, |highest| highest.saturating_add(numbering.step)),
    };
    let Numbering { pattern, step, skip, .. } = numbering;
    let mut sequence = Sequence { pattern, next, step: *step, skip };
    let mut numbered = Vec::with_capacity(without.len());
    for (id, seen) in without {
        let (n, number) = sequence.next().ok_or(NumberingError::TooHigh)?;
        refuse_taken(store, &given, number)?;
        numbered.push((id, seen, handing.value(day, n)));
    }
    outcome.numbers = ends(numbering, numbered.iter().map(|(_, _, n)| *n));
    Ok((numbered, outcome))
}

/// The first and the last of the numbers that stand in values, as they look.
fn ends(numbering: &Numbering, mut each: impl DoubleEndedIterator<Item = u64>) -> Option<(String, String)> {
    let first = each.next()?;
    let last = each.next_back().unwrap_or(first);
    let number = |value| numbering.pattern.render(Received::of_value(value).sequence);
    Some((number(first), number(last)))
}

fn refuse_taken(store: &Store, given: &GivenNumbers, number: String) -> Result<(), OfficeError> {
    let Some(holder) = given.holder(&number) else { return Ok(()) };
    let holder = store.receipt_numbers(&[holder])?.pop().flatten().unwrap_or_default();
    Err(NumberingError::Taken { number, holder }.into())
}

/// What handing out would do now.
pub(super) fn plan(
    desk: &Desk,
    request: super::FieldRequest,
    handing: Handing<'_>,
    target: &Target,
) -> Result<FieldPlan, OfficeError> {
    let (scope, day) = (desk.scope(handing.act())?, handing.day(desk)?);
    desk.store.at_one_moment(|store| {
        let (numbered, outcome) = choose(store, &scope, (handing, day), target)?;
        let sequence = numbered.iter().map(|(_, _, n)| *n).collect();
        let targets: Vec<_> = numbered.into_iter().map(|(id, seen, _)| (id, Some(seen))).collect();
        let group = FieldGroup { from: None, takes_over: false, targets };
        let groups = if group.targets.is_empty() { Vec::new() } else { vec![group] };
        let (unchanged, numbers) = (outcome.unchanged, outcome.numbers);
        Ok(FieldPlan { groups, unchanged, sequence, numbers, left: outcome.failed, ..FieldPlan::of(request) })
    })
}

/// Hands out numbers to everything that the target means at this moment and that has none.
pub(super) fn give(
    desk: &mut Desk,
    handing: Handing<'_>,
    target: &Target,
    dry_run: bool,
) -> Result<BatchOutcome, OfficeError> {
    let (scope, day) = (desk.scope(handing.act())?, handing.day(desk)?);
    if dry_run {
        return desk.store.at_one_moment(|store| {
            let (numbered, mut outcome) = choose(store, &scope, (handing, day), target)?;
            outcome.changed = numbered.len() as u64;
            Ok(outcome)
        });
    }
    let signed = desk.sign(handing.act())?;
    let by = (handing.group(), &handing.numbering.pattern);
    let (changed, outcome) =
        desk.store.give_numbers(&signed, by, |store| choose(store, &scope, (handing, day), target))?;
    finish(&desk.store, handing.act(), changed, outcome)
}

/// Hands out the very numbers that were shown; nothing is done where one of them belongs to somebody since.
pub(super) fn give_as_planned(
    desk: &mut Desk,
    handing: Handing<'_>,
    plan: &FieldPlan,
) -> Result<BatchOutcome, OfficeError> {
    let (scope, numbering) = (desk.scope(handing.act())?, handing.numbering);
    handing.day(desk)?;
    let signed = desk.sign(handing.act())?;
    let targets = plan.groups.iter().flat_map(|group| &group.targets).zip(&plan.sequence);
    let mut numbered: Vec<Numbered> =
        targets.filter_map(|((id, seen), sequence)| Some((*id, (*seen)?, *sequence))).collect();
    let (changed, outcome) = desk.store.give_numbers(&signed, (handing.group(), &numbering.pattern), |store| {
        let mut outcome = BatchOutcome { unchanged: plan.unchanged, ..BatchOutcome::default() };
        leave_forbidden(store, &scope, &mut numbered, |(id, _, _)| *id, &mut outcome)?;
        let given = store.given_numbers(handing.group())?;
        for (id, _, value) in &numbered {
            let number = numbering.pattern.render(Received::of_value(*value).sequence);
            // Whoever got the very same one since is found as changed.
            if given.holder(&number) != Some(*id) {
                refuse_taken(store, &given, number)?;
            }
        }
        outcome.numbers = ends(numbering, numbered.iter().map(|(_, _, n)| *n));
        Ok::<_, OfficeError>((numbered, outcome))
    })?;
    finish(&desk.store, handing.act(), changed, outcome)
}
