//! Found positions in the orders of a list. Few are sorted as they are; many are picked out of a permutation of all,
//! which is made once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::deadline::LastDays;
use super::frame::Frame;
use super::rows::Rows;
use super::states::States;
use crate::domain::order::{Order, SortField};
use crate::store::Store;
use crate::store::error::{Result, StoreError};

/// The key of what has none: it comes last in both directions.
const MISSING: u32 = u32::MAX;

/// Whether so many of all are better picked out of a permutation than sorted.
const fn are_many(found: usize, frame: &Frame) -> bool {
    found as u64 * 16 > frame.count
}

/// All positions, the newest 申込日時 first and those without one last, then by 整理番号, then by id.
pub(super) fn by_time(frame: &Frame) -> &[u32] {
    frame.by_time.get_or_init(|| {
        // Each segment brings its rows in order, and a sort that finds ordered runs is mostly a merge.
        let mut positions = Vec::with_capacity(frame.count as usize);
        for placed in &frame.parts {
            let rows = placed.segment().order().filter(|row| placed.alive.contains(*row));
            positions.extend(rows.map(|row| placed.base + row as u32));
        }
        sort_by_time(frame, &mut positions);
        positions.into_boxed_slice()
    })
}

/// Sorts positions as [`by_time`] does.
pub(super) fn sort_by_time(frame: &Frame, positions: &mut [u32]) {
    let newest = |position: u32| {
        let (part, row) = frame.place(position);
        Reverse(frame.parts[part].segment().seconds(row))
    };
    let mut keyed: Vec<_> = positions.iter().map(|position| (newest(*position), *position)).collect();
    keyed.sort_by(|(a, p), (b, q)| a.cmp(b).then_with(|| number_then_id(frame, *p, *q)));
    positions.iter_mut().zip(keyed).for_each(|(place, (_, position))| *place = position);
}

fn number_then_id(frame: &Frame, a: u32, b: u32) -> std::cmp::Ordering {
    frame.number(a).cmp(frame.number(b)).then_with(|| frame.id(a).cmp(&frame.id(b)))
}

fn by_number(frame: &Frame) -> &[u32] {
    frame.by_number.get_or_init(|| {
        let mut positions: Vec<u32> = frame.alive().collect();
        sort_by_number(frame, &mut positions);
        positions.into_boxed_slice()
    })
}

fn sort_by_number(frame: &Frame, positions: &mut [u32]) {
    let mut keyed: Vec<(&str, u32)> = positions.iter().map(|position| (frame.number(*position), *position)).collect();
    keyed.sort_unstable_by(|(a, p), (b, q)| a.cmp(b).then_with(|| frame.id(*p).cmp(&frame.id(*q))));
    positions.iter_mut().zip(keyed).for_each(|(place, (_, position))| *place = position);
}

/// The found positions in an order.
pub(super) fn sorted(
    store: &Store,
    frame: &Frame,
    states: Option<&States>,
    found: &Rows,
    order: Order,
) -> Result<Vec<u32>> {
    let count = found.len();
    let pick = |all: &[u32]| all.iter().copied().filter(|position| found.contains(*position as usize)).collect();
    let some = || found.iter().map(|position| position as u32).collect::<Vec<_>>();
    if order.field == SortField::Submitted {
        let mut positions: Vec<u32>;
        if are_many(count, frame) {
            positions = pick(by_time(frame));
        } else {
            positions = some();
            sort_by_time(frame, &mut positions);
        }
        if order.descending {
            return Ok(positions);
        }
        let seconds = |position: u32| {
            let (part, row) = frame.place(position);
            frame.parts[part].segment().seconds(row)
        };
        return Ok(turned(positions.into_iter().map(|position| (seconds(position), position)).collect(), &None));
    }
    let positions: Vec<u32> = if are_many(count, frame) {
        pick(by_number(frame))
    } else {
        let mut positions = some();
        sort_by_number(frame, &mut positions);
        positions
    };
    if order.field == SortField::Number {
        if !order.descending {
            return Ok(positions);
        }
        let numbered = positions.into_iter().map(|position| (frame.number(position), position)).collect();
        // A number is never missing: the store refuses an empty one.
        return Ok(turned(numbered, &""));
    }
    let keys = keys(store, frame, states, &positions, order.field)?;
    let mut keyed: Vec<(u32, u32)> = keys.into_iter().zip(positions).collect();
    keyed.sort_by_key(|(key, _)| *key);
    if order.descending {
        return Ok(turned(keyed, &MISSING));
    }
    Ok(keyed.into_iter().map(|(_, position)| position).collect())
}

/// Turns an order over: what is equal stays as it was, and what is missing stays last.
fn turned<K: PartialEq>(mut keyed: Vec<(K, u32)>, missing: &K) -> Vec<u32> {
    let end = keyed.iter().position(|(key, _)| key == missing).unwrap_or(keyed.len());
    let last: Vec<u32> = keyed.drain(end..).map(|(_, position)| position).collect();
    let groups = keyed.chunk_by(|(a, _), (b, _)| a == b);
    let mut positions = Vec::with_capacity(keyed.len() + last.len());
    for group in groups.rev() {
        positions.extend(group.iter().map(|(_, position)| *position));
    }
    positions.extend(last);
    positions
}

/// Where each position stands among the values of a field; equal values stand at one place.
fn keys(
    store: &Store,
    frame: &Frame,
    states: Option<&States>,
    positions: &[u32],
    field: SortField,
) -> Result<Vec<u32>> {
    let states = || states.ok_or_else(|| StoreError::Damaged("state".into()));
    Ok(match field {
        SortField::Status | SortField::SourceStatus => {
            let states = states()?;
            let key = |position: &u32| {
                let (part, row) = frame.place(*position);
                let column = &states.columns[part];
                match (field, column.source[row]) {
                    (SortField::Status, _) => u32::from(column.status[row]),
                    (_, 0) => MISSING,
                    (_, code) => u32::from(code),
                }
            };
            positions.iter().map(key).collect()
        }
        SortField::Updated => {
            let states = states()?;
            let ranks = ranks(states.writers.at_ms.iter().map(|at| at.map(|ms| ms.div_euclid(1000))));
            let key = |position: &u32| {
                let (part, row) = frame.place(*position);
                ranks[states.last_written(part, row)]
            };
            positions.iter().map(key).collect()
        }
        SortField::Assignee => {
            let states = states()?;
            let ranks = ranks(states.staff.iter().map(|(_, code)| Some(code).filter(|code| !code.is_empty())));
            let key = |position: &u32| {
                let (part, row) = frame.place(*position);
                let place = states.columns[part].assignee.get(row).copied().unwrap_or(0);
                if place == 0 { MISSING } else { ranks[place as usize - 1] }
            };
            positions.iter().map(key).collect()
        }
        SortField::Due => {
            let states = states()?;
            let key = |position: &u32| {
                let (part, row) = frame.place(*position);
                states.columns[part].due.get(row).copied().filter(|day| *day != 0).unwrap_or(MISSING)
            };
            positions.iter().map(key).collect()
        }
        SortField::Deadline => {
            let last_days = LastDays::new(store, frame, states()?)?;
            let key = |position: &u32| {
                let (part, row) = frame.place(*position);
                Ok(last_days.of(part, row)?.unwrap_or(MISSING))
            };
            positions.iter().map(key).collect::<Result<_>>()?
        }
        SortField::Form => {
            let form = |position: &u32| {
                let (part, row) = frame.place(*position);
                frame.parts[part].segment().form(row)
            };
            let mut codes: HashMap<u32, String> = HashMap::new();
            for placed in &frame.parts {
                for no in placed.part.forms() {
                    if !codes.contains_key(no) {
                        codes.insert(*no, store.form((*no).into())?.header.code.clone());
                    }
                }
            }
            let numbers: Vec<u32> = codes.keys().copied().collect();
            let ranks = ranks(numbers.iter().map(|no| codes.get(no).filter(|code| !code.is_empty())));
            let ranks: HashMap<u32, u32> = numbers.into_iter().zip(ranks).collect();
            positions.iter().map(|position| ranks.get(&form(position)).copied().unwrap_or(MISSING)).collect()
        }
        SortField::Name => text_keys(store, frame, positions, "name", &frame.name_ranks)?,
        SortField::Kana => text_keys(store, frame, positions, "kana", &frame.kana_ranks)?,
        // These two are orders of their own.
        SortField::Submitted | SortField::Number => vec![0; positions.len()],
    })
}

/// The place of each value among all, from 0; equal ones have one.
fn ranks<T: Ord + Clone>(values: impl Iterator<Item = Option<T>>) -> Vec<u32> {
    let values: Vec<Option<T>> = values.collect();
    let mut places: BTreeMap<T, u32> = values.iter().flatten().map(|value| (value.clone(), 0)).collect();
    places.values_mut().zip(0..).for_each(|(place, rank)| *place = rank);
    values.iter().map(|value| value.as_ref().and_then(|value| places.get(value).copied()).unwrap_or(MISSING)).collect()
}

/// Keys by a text of the table, which segments only have folded.
fn text_keys(
    store: &Store,
    frame: &Frame,
    positions: &[u32],
    column: &str,
    known: &std::sync::OnceLock<Box<[u32]>>,
) -> Result<Vec<u32>> {
    if known.get().is_none() && !are_many(positions.len(), frame) {
        let mut statement = store.db.prepare_cached(&format!("SELECT {column} FROM app WHERE id = ?1"))?;
        let mut texts: Vec<Option<String>> = Vec::with_capacity(positions.len());
        for position in positions {
            let id = frame.id(*position).as_u64() as i64;
            texts.push(statement.query_row([id], |row| row.get(0))?);
        }
        return Ok(ranks(texts.into_iter().map(|text| text.filter(|text| !text.is_empty()))));
    }
    let all = match known.get() {
        Some(all) => all,
        None => {
            let all = text_ranks(store, frame, column)?;
            known.get_or_init(|| all)
        }
    };
    Ok(positions.iter().map(|position| all[*position as usize]).collect())
}

/// The rank of every position's text, in one pass over the table.
fn text_ranks(store: &Store, frame: &Frame, column: &str) -> Result<Box<[u32]>> {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut ranks = vec![MISSING; frame.positions()].into_boxed_slice();
    let mut statement = store.db.prepare_cached(&format!("SELECT id, {column} FROM app ORDER BY id"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)?.filter(|text| !text.is_empty());
        let id = crate::domain::identity::ApplicationId::from_u64(row.get::<_, i64>(0)? as u64);
        if let (Some(text), Some((part, row))) = (text, frame.find(id)) {
            let next = numbers.len() as u32;
            let number = match numbers.get(text) {
                Some(number) => *number,
                None => *numbers.entry(text.to_owned()).or_insert(next),
            };
            ranks[frame.parts[part].base as usize + row] = number;
        }
    }
    let mut texts: Vec<(String, u32)> = numbers.into_iter().collect();
    texts.sort_unstable();
    let mut places = vec![0; texts.len()];
    for (place, (_, number)) in (0..).zip(&texts) {
        places[*number as usize] = place;
    }
    for rank in ranks.iter_mut().filter(|rank| **rank != MISSING) {
        *rank = places[*rank as usize];
    }
    Ok(ranks)
}
