//! 閲覧の記録: who looked at whose data. One line for each look at sealed items, and for each file that left.

use super::LogFilter;
use super::item::each;
use super::list::look_at_log;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, LogSide, OpenedBody};
use crate::domain::people::Act;
use crate::domain::sealing::Class;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::store::{LogLine, Store};

/// A look at data of applicants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The operation.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub operator: Option<String>,
    /// The command id.
    pub command: String,
    /// The word of its kind.
    pub kind: &'static str,
    /// Whose: the application's source and 整理番号, where it is one that the log names.
    pub application: Option<(String, String)>,
    /// The class of what was looked at, where it was sealed.
    pub class: Option<Class>,
    /// The items of the form, or the columns of a file.
    pub items: Vec<String>,
    /// How many applications (or rows of a file).
    pub count: u64,
    /// For what, unless it was erased: the reason, or the query of a file. May hold a person's name.
    pub purpose: Option<String>,
    /// Its place in the chain.
    pub hash: [u8; 32],
}

/// The kinds of operations that are looks, and what each says. A further kind is one number and one arm of [`seen`].
const KINDS: [u64; 4] = [6, 10, 27, 28];

/// What was seen.
#[derive(Default)]
struct Seen {
    target: Option<ApplicationId>,
    class: Option<Class>,
    places: Vec<u32>,
    columns: Vec<String>,
    count: u64,
}

fn seen(body: &Body) -> Option<Seen> {
    Some(match body {
        Body::Reveal { target, class, items } => {
            Seen { target: Some(*target), class: Some(*class), places: items.clone(), count: 1, ..Seen::default() }
        }
        Body::Export(export) => Seen { columns: export.columns.clone(), count: export.count, ..Seen::default() },
        Body::ReflectList { targets, .. } | Body::Opened(OpenedBody { targets, .. }) => {
            let one = targets.first().copied().filter(|_| targets.len() == 1);
            Seen { target: one, count: targets.len() as u64, ..Seen::default() }
        }
        _ => return None,
    })
}

/// The looks that are wanted, newest first. With a query or a number, files that left without the log naming what stood in
/// them are among them: whether the application was in one can't be told any more.
pub(super) fn find(desk: &Desk, filter: &LogFilter) -> Result<Vec<OperationId>, OfficeError> {
    desk.store.at_one_moment(|store| {
        let mut sieve = filter.sieve(desk, true)?;
        let asked = std::mem::take(&mut sieve.kinds);
        sieve.kinds = KINDS.into_iter().filter(|kind| asked.is_empty() || asked.contains(kind)).collect();
        let mut ids = Vec::new();
        // None of the kinds that were asked for is a look.
        if sieve.kinds.is_empty() || filter.limit == Some(0) {
            return Ok(ids);
        }
        store.sift(&sieve, None, &mut |one| {
            if one.passes {
                ids.push(one.id);
            }
            filter.limit.is_none_or(|limit| (ids.len() as u64) < limit)
        })?;
        Ok(ids)
    })
}

pub(super) fn look(store: &Store, line: LogLine) -> Result<Option<Look>, OfficeError> {
    let operation = line.operation;
    let Some(seen) = seen(&operation.body) else { return Ok(None) };
    let entry = seen.target.map(|id| store.entries(&[id])).transpose()?.and_then(|mut found| found.pop());
    let item = |place: &u32| entry.as_ref().and_then(|entry| entry.content.form.items.get(*place as usize)).cloned();
    let named = seen.places.iter().filter_map(item);
    let items = named.chain(seen.columns).collect();
    Ok(Some(Look {
        operation: line.id,
        at_ms: operation.at_ms,
        operator: operation.actor.map(|id| store.operator_code(id)).transpose()?.flatten(),
        kind: operation.body.kind_word(),
        command: operation.command,
        application: entry.map(|entry| (entry.content.source.clone(), entry.content.number.to_string())),
        class: seen.class,
        items,
        count: seen.count,
        purpose: line.text,
        hash: line.hash,
    }))
}

/// Shows who looked at whose data, newest first, once it is recorded that somebody asked. Answers how many there were.
///
/// # Errors
/// What is wrong with the question; [`OfficeError::NotPermitted`]; what the store says: nothing was shown then.
pub fn looks(desk: &mut Desk, filter: &LogFilter, texts: bool, show: &mut dyn FnMut(Look)) -> Result<u64, OfficeError> {
    desk.permit(Act::LogView)?;
    let ids = find(desk, filter)?;
    look_at_log(desk, LogSide::Looks, filter, (Some(ids.len() as u64), texts))?;
    each(&desk.store, &ids, &mut |line| {
        if let Some(look) = look(&desk.store, line)? {
            show(look);
        }
        Ok::<_, OfficeError>(())
    })?;
    Ok(ids.len() as u64)
}
