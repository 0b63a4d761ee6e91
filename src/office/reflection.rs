//! 要確認 decided: the source's book is adopted, or ours is kept and goes to 反映待ち. One operation for as many as are
//! decided at once. The table of moves isn't asked: what their book says is a fact, and ours stays as it is.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::desk::Desk;
use super::fault::OfficeError;
use super::release::{Deed, ask};
use super::status::{Target, find, finish, given, limit, name};
use super::view::{BatchOutcome, LeftBecause};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::people::Act;
use crate::domain::query::Needs;
use crate::domain::reflection::Reflection;
use crate::domain::status::Status;
use crate::store::{Changed, StatusChange, Store};

/// Which book is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// 元システムに合わせる: ours takes their status.
    Adopt,
    /// 関所の状況を残す: ours stays, and theirs is to be corrected.
    Keep,
}

impl Decision {
    /// The use case.
    #[must_use]
    pub const fn act(self) -> Act {
        match self {
            Self::Adopt => Act::Adopt,
            Self::Keep => Act::Keep,
        }
    }
}

/// An application as a person saw it when deciding: the operations behind both books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Which one.
    pub id: ApplicationId,
    /// The operation that had written ours.
    pub ours: OperationId,
    /// The import that had changed theirs.
    pub theirs: OperationId,
}

/// Applications to be changed by target status, and what is known of the others.
#[derive(Debug, Default)]
struct Chosen {
    changes: BTreeMap<Status, StatusChange>,
    outcome: BatchOutcome,
}

impl Chosen {
    fn take(
        &mut self,
        decision: Decision,
        id: ApplicationId,
        ours: (Status, OperationId),
        theirs: Option<(Status, OperationId)>,
    ) {
        let check = theirs.filter(|theirs| Reflection::between(ours, Some(*theirs)) == Reflection::Check);
        let Some((theirs, _)) = check else {
            self.outcome.unchanged += 1;
            return;
        };
        let to = match decision {
            Decision::Adopt => theirs,
            Decision::Keep => ours.0,
        };
        let change = self.changes.entry(to).or_insert_with(|| StatusChange { to, targets: Vec::new() });
        change.targets.push((id, Some(ours)));
    }

    fn into_parts(self) -> (Vec<StatusChange>, BatchOutcome) {
        (self.changes.into_values().collect(), self.outcome)
    }
}

/// Decides everything that the target means at this moment; what isn't 要確認 counts as unchanged. A dry run answers
/// what would happen.
///
/// # Errors
/// [`OfficeError::NothingMatched`], what the store says; nothing is changed then.
pub fn settle(
    desk: &mut Desk,
    decision: Decision,
    target: &Target,
    reason: Option<&str>,
    dry_run: bool,
) -> Result<BatchOutcome, OfficeError> {
    if dry_run {
        let scope = desk.scope(decision.act())?;
        return desk.store.at_one_moment(|store| {
            let (changes, mut outcome) = limit(store, &scope, choose(store, decision, target)?)?;
            outcome.changed = changes.iter().map(|change| change.targets.len() as u64).sum();
            Ok(outcome)
        });
    }
    let reason = given(reason);
    let deed = Deed::Settle { keep: decision == Decision::Keep, reason: reason.map(str::to_owned) };
    if let Some(nothing) = ask(desk, &deed, Some(target))? {
        return Ok(nothing);
    }
    write(desk, decision, reason, |store| choose(store, decision, target))
}

/// Decides what a person was shown: an application of which either book has moved since is left and named.
///
/// # Errors
/// What the store says; nothing is changed then.
pub fn settle_as_shown(desk: &mut Desk, decision: Decision, shown: &[Shown]) -> Result<BatchOutcome, OfficeError> {
    let deed = Deed::Settle { keep: decision == Decision::Keep, reason: None };
    if let Some(nothing) = ask(desk, &deed, Some(&Target::Ids(still_so(&desk.store, shown)?)))? {
        return Ok(nothing);
    }
    write(desk, decision, None, |store| {
        let ids: Vec<ApplicationId> = shown.iter().map(|shown| shown.id).collect();
        let mut chosen = Chosen::default();
        let mut left = Vec::new();
        for (shown, books) in shown.iter().zip(store.books(&ids)?) {
            match books {
                Some(books) if (books.ours.1, books.theirs.1) == (shown.ours, shown.theirs) => {
                    chosen.take(decision, shown.id, books.ours, Some(books.theirs));
                }
                Some(_) => left.push((shown.id, LeftBecause::ChangedSince)),
                None => left.push((shown.id, LeftBecause::Unknown)),
            }
        }
        name(store, &left, &mut chosen.outcome)?;
        Ok(chosen.into_parts())
    })
}

/// What still stands as it was shown.
fn still_so(store: &Store, shown: &[Shown]) -> Result<Vec<ApplicationId>, OfficeError> {
    let ids: Vec<ApplicationId> = shown.iter().map(|shown| shown.id).collect();
    let books = store.books(&ids)?;
    let same = shown.iter().zip(books).filter(|(shown, books)| {
        books.as_ref().is_some_and(|books| (books.ours.1, books.theirs.1) == (shown.ours, shown.theirs))
    });
    Ok(same.map(|(shown, _)| shown.id).collect())
}

fn choose(
    store: &Store,
    decision: Decision,
    target: &Target,
) -> Result<(Vec<StatusChange>, BatchOutcome), OfficeError> {
    let mut chosen = Chosen::default();
    let mut any = false;
    if let Target::Query(query) = target {
        let also = Needs { state: true, ..Needs::default() };
        store.scan_unordered(query, also, &mut |_| ControlFlow::Continue(()), &mut |candidate| {
            any = true;
            chosen.take(decision, candidate.id, candidate.status, candidate.theirs());
            ControlFlow::Continue(())
        })?;
    } else {
        let (found, failed) = find(store, target)?;
        any = !found.is_empty() || !failed.is_empty();
        chosen.outcome.failed = failed;
        let ids: Vec<ApplicationId> = found.iter().map(|(id, _)| *id).collect();
        for ((id, ours), books) in found.iter().zip(store.books(&ids)?) {
            chosen.take(decision, *id, *ours, books.map(|books| books.theirs));
        }
    }
    if any { Ok(chosen.into_parts()) } else { Err(OfficeError::NothingMatched) }
}

fn write(
    desk: &mut Desk,
    decision: Decision,
    reason: Option<&str>,
    choose: impl FnOnce(&Store) -> Result<(Vec<StatusChange>, BatchOutcome), OfficeError>,
) -> Result<BatchOutcome, OfficeError> {
    let scope = desk.scope(decision.act())?;
    let signed = desk.sign(decision.act())?;
    let choose = |store: &Store| limit(store, &scope, choose(store)?);
    let (changed, outcome): (Changed, BatchOutcome) = match decision {
        Decision::Adopt => desk.store.set_status(&signed, reason, choose)?,
        Decision::Keep => desk.store.keep_status(&signed, reason, choose)?,
    };
    finish(&desk.store, decision.act(), changed, outcome)
}
