//! The two books of the backend in memory, and changes that are taken back.

use std::sync::Arc;

use super::memory::{State, set};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::reflection::Reflection;
use crate::domain::status::Status;
use crate::office::books::{BooksPage, Difference as BooksDiffer, Side};
use crate::office::view::{BatchOutcome, HistoryEntry, LeftBecause};
use crate::office::{BLOCK, Decision, ReflectBlock, ReflectGroup, Shown};
use crate::tui::message::Explained;

/// What differs between the two books. The import that brought their side is always the first operation.
pub(super) fn books(state: &State) -> BooksPage {
    let of = |wanted: Reflection| state.records.iter().filter(move |record| record.row.reflection == wanted);
    let side = |status, entry: &HistoryEntry| Side {
        status,
        operation: entry.operation,
        at_ms: entry.at_ms,
        by: entry.actor.as_deref().map(Arc::from),
    };
    let check = of(Reflection::Check).map(|record| BooksDiffer {
        id: record.row.id,
        ours: side(record.row.status, &record.history[0]),
        theirs: side(record.row.source_status.unwrap(), record.history.last().unwrap()),
    });
    let mut pending: Vec<ReflectGroup> = Vec::new();
    for status in Status::ALL {
        let ids: Vec<ApplicationId> =
            of(Reflection::Pending).filter(|r| r.row.status == status).map(|r| r.row.id).collect();
        let blocks = ids.chunks(BLOCK).map(|ids| ReflectBlock { source: Arc::from("etumo"), ids: ids.to_vec() });
        if !ids.is_empty() {
            pending.push(ReflectGroup { status, blocks: blocks.collect() });
        }
    }
    BooksPage { check: check.collect(), pending }
}

pub(super) fn settle(state: &mut State, decision: Decision, shown: &[Shown]) -> BatchOutcome {
    state.operations += 1;
    let mut outcome = BatchOutcome::default();
    let mut change = Vec::new();
    for shown in shown {
        let at = state.records.iter().position(|record| record.row.id == shown.id).unwrap();
        let row = &state.records[at].row;
        if state.records[at].history[0].operation != shown.ours {
            outcome.failed.push((row.number.clone(), LeftBecause::ChangedSince));
            continue;
        }
        let (ours, theirs) = (row.status, row.source_status.unwrap());
        let (to, reflection) = match decision {
            Decision::Adopt => (theirs, Reflection::Done),
            Decision::Keep => (ours, Reflection::Pending),
        };
        change.push((shown.id, ours, to));
        set(state, at, to);
        state.records[at].row.reflection = reflection;
        state.records[at].history[0].command = decision.act().id().to_owned();
    }
    outcome.changed = change.len() as u64;
    outcome.operation = Some(OperationId::new(0, state.operations));
    state.done.push(change);
    outcome
}

/// Takes the last change back, or makes it again.
pub(super) fn turn(state: &mut State, again: bool) -> Result<BatchOutcome, Explained> {
    let change = if again { state.undone.pop() } else { state.done.pop() };
    let sentence = "元に戻す変更はありません。".to_owned();
    let change = change.ok_or(Explained { code: "operation.nothing_to_undo".to_owned(), sentence })?;
    state.operations += 1;
    for (id, from, to) in &change {
        if let Some(at) = state.records.iter().position(|record| record.row.id == *id) {
            set(state, at, if again { *to } else { *from });
            // Going back is a change of ours too, newer than theirs.
            let row = &mut state.records[at].row;
            let equal = row.source_status == Some(row.status);
            row.reflection = if equal { Reflection::Done } else { Reflection::Pending };
        }
    }
    let changed = change.len() as u64;
    if again { &mut state.done } else { &mut state.undone }.push(change);
    Ok(BatchOutcome { changed, ..BatchOutcome::default() })
}
