//! 反映消込: what a download tells of the applications that were 反映待ち, by their numbers; and the same for a dry run.

use std::collections::{BTreeMap, HashMap};

use super::fault::OfficeError;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::record::Hash;
use crate::domain::reflection::{Books, Reflection};
use crate::domain::status::Status;
use crate::store::{self, StatusDiffers, Store};

/// What a download tells of the applications that were 反映待ち before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TickedOff {
    /// How many were entered in the source system: 反映済 now.
    pub reflected: u64,
    /// Those that stood on a 反映用一覧 and were not entered.
    pub forgotten: Vec<String>,
    /// Those that went to another status than ours: 要確認 now.
    pub refused: Vec<StatusDiffers>,
    /// How many stand on a 反映用一覧 and are not in the file.
    pub not_in_file: u64,
    /// How many stand on a 反映用一覧 that is newer than this file, which had been taken in before: it can't tell.
    pub too_old: u64,
}

impl TickedOff {
    /// Names the applications.
    pub(super) fn named(store: &Store, told: &store::TickedOff) -> Result<Self, OfficeError> {
        let refused = told.refused.iter().map(|(id, _, _)| *id);
        let named = telling_numbers(store, told.forgotten.iter().copied().chain(refused))?;
        let number = |id: &ApplicationId| named.get(id).cloned().unwrap_or_default();
        let refused = told.refused.iter().map(|(id, ours, source)| {
            let (number, ours, source) = (number(id), *ours, *source);
            StatusDiffers { number, ours, source }
        });
        Ok(Self {
            reflected: told.reflected,
            refused: refused.collect(),
            forgotten: told.forgotten.iter().map(number).collect(),
            not_in_file: told.not_in_file,
            too_old: told.too_old,
        })
    }
}

/// The numbers of applications; `source/number` where another source has the same number.
fn telling_numbers(
    store: &Store,
    ids: impl Iterator<Item = ApplicationId>,
) -> Result<BTreeMap<ApplicationId, String>, OfficeError> {
    let ids: Vec<ApplicationId> = ids.collect();
    let mut named = BTreeMap::new();
    for part in ids.chunks(256) {
        for entry in store.entries(part)? {
            let number = entry.content.number.as_str();
            let alone = store.by_number(None, number)?.len() < 2;
            let number = if alone { number.to_owned() } else { format!("{}/{number}", entry.content.source) };
            named.insert(entry.id, number);
        }
    }
    Ok(named)
}

/// What stands in the file of one application: its line, the status that it shows, and whether the row is older than
/// what was taken in before.
type Seen = (u64, Option<Status>, bool);

/// The applications that are 反映待ち, while a dry run goes through a file.
pub(super) struct Waiting {
    /// By the fingerprint of 取得元 and 整理番号: few beside the rows of a file.
    pending: HashMap<u64, (ApplicationId, std::sync::Arc<str>, Books, Option<Seen>)>,
    repeats: Option<OperationId>,
    /// The source that the file tells about.
    source: Option<String>,
}

impl Waiting {
    /// Looks who is waiting. `identity` is the fingerprint that [`Self::see`] is given too.
    pub(super) fn of(store: &Store, file: &Hash, identity: fn(&str, &str) -> u64) -> Result<Self, OfficeError> {
        let mut pending = HashMap::new();
        store.visit_differing(&mut |one| {
            if one.reflection() == Reflection::Pending {
                pending.insert(identity(&one.source, &one.number), (one.id, one.source, one.books, None));
            }
            Ok(())
        })?;
        Ok(Self { pending, repeats: store.import_of(file)?, source: None })
    }

    /// Whether the file may say something new of a book that `changed` wrote last: nothing has since it was taken in
    /// first.
    pub(super) fn is_news(&self, changed: Option<OperationId>) -> bool {
        self.repeats.is_none_or(|first| changed.is_none_or(|changed| changed <= first))
    }

    /// A row of the file.
    pub(super) fn see(&mut self, identity: u64, source: &str, line: u64, status: Option<Status>, older: bool) {
        if status.is_some() && self.source.is_none() {
            self.source = Some(source.to_owned());
        }
        if let Some((_, _, _, seen)) = self.pending.get_mut(&identity) {
            *seen = Some((line, status, older));
        }
    }

    /// A row that another one of the file contradicts: both are set aside.
    pub(super) fn unsee(&mut self, identity: u64) {
        if let Some((_, _, _, seen)) = self.pending.get_mut(&identity) {
            *seen = None;
        }
    }

    /// What the import would tell.
    pub(super) fn told(self, store: &Store) -> Result<TickedOff, OfficeError> {
        let Some(source) = self.source else { return Ok(TickedOff::default()) };
        let mut told = store::TickedOff::default();
        let mut seen = Vec::new();
        for (id, from, books, found) in self.pending.into_values() {
            match found {
                Some((line, Some(status), older)) => seen.push((line, id, books, status, older)),
                Some((_, None, _)) => {}
                None => told.not_in_file += u64::from(*from == *source && books.is_asked_for()),
            }
        }
        seen.sort_unstable_by_key(|(line, ..)| *line);
        for (_, id, books, said, older) in seen {
            if let Some(what) = books.told(said, self.repeats, older) {
                told.note(id, what, (books.ours.0, said));
            }
        }
        TickedOff::named(store, &told)
    }
}
