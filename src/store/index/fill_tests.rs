//! What staff fill for themselves, as the random test of the index does it.

use std::collections::BTreeSet;

use super::tests::found;
use crate::domain::identity::OperationId;
use crate::domain::numbering::{Pattern, Received};
use crate::domain::operation::{Group, NoteReader, Value};
use crate::domain::order::Order;
use crate::domain::query::Query;
use crate::domain::ruling::{Closing, Draft, RulingState, RulingStep};
use crate::store::error::StoreError;
use crate::store::{Signed, Store, StoredRuling};

/// Sets 担当, 期限, a 札, a note, 個別番号, 収受 or 審査結果; makes a 起案, or closes the newest one.
pub(super) fn fill(store: &mut Store, signed: &Signed<'_>, what: usize, which: &BTreeSet<usize>) {
    let chosen = |store: &Store| {
        let ids = found(store, &Query::default(), Order::default());
        which.iter().filter_map(|at| ids.get(*at).copied()).collect::<Vec<_>>()
    };
    let operator = ["a1", "B2"][what % 2];
    let operator = store.operator_or_new(operator, operator, signed.at_ms).unwrap().id;
    let (group, to) = match what {
        0 | 1 => (Group::Assignee, Value::Reference(operator)),
        2 => (Group::Assignee, Value::None),
        3 | 4 => (Group::Due, Value::Number(20_700 + what as u64)),
        5 | 6 => {
            let kept = what == 5 || which.len().is_multiple_of(2);
            let with = |store: &Store, tag: Option<OperationId>| {
                let mut ids = chosen(store);
                ids.retain(|id| tag.is_some_and(|tag| store.has_tag(*id, tag).unwrap()) != kept);
                Ok::<_, StoreError>((ids, ()))
            };
            return drop(store.set_tag(signed, ["札", "ＡＢ"][which.len() % 2], kept, with).unwrap());
        }
        11 => {
            let submit = |store: &Store| {
                let mut ids = chosen(store);
                let on = store.rulings_of(&ids)?;
                let mut on = on.into_iter();
                ids.retain(|_| on.next().flatten().is_none_or(|(_, state)| !state.holds()));
                let seen = store.field_standing(Group::Ruling, &ids)?.into_iter().flatten();
                Ok::<_, StoreError>((ids.into_iter().zip(seen).collect(), Draft::default(), ()))
            };
            return drop(store.submit_ruling(signed, submit).unwrap());
        }
        12 | 13 => {
            let Some(newest) = store.rulings().unwrap().first().map(StoredRuling::id) else { return };
            let step = [RulingStep::Settled, RulingStep::Returned][what - 12];
            let closing =
                Closing { document_number: Some(format!("第{}号", 7 + which.len() % 2)), ..Closing::default() };
            let day = (step == RulingStep::Settled).then_some(20_697);
            let pending = (newest, &[RulingState::Pending][..]);
            store.close_ruling(signed, pending, (step, day), &closing).unwrap();
            return;
        }
        9 | 10 => (Group::Result, [Value::Number(1), Value::None][what - 9]),
        8 => {
            let group = [Group::IndividualNumber, Group::Received][which.len() / 2 % 2];
            let pattern = Pattern::parse(["A{seq:02}", "{seq}"][which.len() % 2]).unwrap();
            let give = |store: &Store| {
                let ids = chosen(store);
                let next = 1 + store.given_numbers(group).unwrap().highest(&pattern).unwrap_or_default();
                let seen = store.field_standing(group, &ids).unwrap().into_iter().flatten();
                let free = ids.into_iter().zip(seen).filter(|(_, seen)| seen.value == Value::None);
                let day = if group == Group::Received { 20_697 } else { 0 };
                let value = |sequence| Received { day, sequence }.value();
                Ok::<_, StoreError>((free.zip(next..).map(|((id, seen), n)| (id, seen, value(n))).collect(), ()))
            };
            return drop(store.give_numbers(signed, (group, &pattern), give).unwrap());
        }
        _ => {
            if let Some(id) = chosen(store).first() {
                let notes = store.notes_of(*id).unwrap();
                match notes.iter().find(|note| note.struck.is_none()) {
                    Some(note) => drop(store.strike_note(signed, note, "x").unwrap()),
                    None => drop(store.add_note(signed, *id, NoteReader::Staff, "x").unwrap()),
                }
            }
            return;
        }
    };
    let change = |store: &Store| {
        let ids = chosen(store);
        let seen = store.field_standing(group, &ids).unwrap();
        let targets = ids.into_iter().zip(seen.into_iter().flatten()).filter(|(_, seen)| seen.value != to).collect();
        Ok::<_, StoreError>(((to, targets), ()))
    };
    store.set_field(signed, None, group, change).unwrap();
}
