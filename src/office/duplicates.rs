//! 重複の疑い: applications of one form that agree in a mail address, in name and birth date, or in an item. It only shows
//! what agrees and how far; a person decides. A household shares a mail address, and a proxy sends for many.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::ControlFlow;

use super::comparison::CompareError;
use super::desk::Desk;
use super::fault::OfficeError;
use super::status::refuse_forbidden;
use super::work::Work;
use crate::domain::application::Content;
use crate::domain::calendar::{Day, parse_day};
use crate::domain::fold::{Tier, fold, tier};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Distinct};
use crate::domain::people::Act;
use crate::domain::query::{Needs, Query, Subject, is_item};
use crate::domain::status::Status;
use crate::store::Entry;

/// What applications are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DuplicateKey {
    /// 連絡先メールアドレス.
    Email,
    /// 氏名 and 生年月日, however the date is written.
    NameBirthdate,
    /// An item, by its name.
    Item(String),
}

impl DuplicateKey {
    /// What is looked through where nobody says by what.
    pub const USUAL: [Self; 2] = [Self::Email, Self::NameBirthdate];

    /// Reads `email`, `name-birthdate` or `item:NAME`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match (word, word.split_once(':')) {
            ("email", _) => Some(Self::Email),
            ("name-birthdate", _) => Some(Self::NameBirthdate),
            (_, Some(("item", name))) if !name.trim().is_empty() => Some(Self::Item(name.trim().to_owned())),
            _ => None,
        }
    }

    /// The word of scripts.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Email => "email".to_owned(),
            Self::NameBirthdate => "name-birthdate".to_owned(),
            Self::Item(name) => format!("item:{name}"),
        }
    }

    /// The text that is compared, as it stands, and what must be equal beside it; `None` where it says nothing.
    fn of(&self, mail: Option<&str>, name: Option<&str>, items: &[(&str, &str)]) -> Option<(String, Option<Day>)> {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        match self {
            Self::Email => Some((mail.and_then(said)?, None)),
            Self::NameBirthdate => {
                let is_birth = |name: &str| fold(name).contains(&fold(BIRTH_DATE));
                let births = items.iter().filter(|(item, _)| is_birth(item));
                let day = births.filter_map(|(_, value)| parse_day(value).ok()).next()?;
                Some((name.and_then(said)?, Some(day.value)))
            }
            Self::Item(wanted) => {
                let wanted = fold(wanted);
                let found =
                    items.iter().find(|(item, value)| is_item(&fold(item), &wanted) && !value.trim().is_empty());
                Some((said(found?.1)?, None))
            }
        }
    }
}

/// What the items that ask for a birth date have in their names. Form definitions will say which item it is.
const BIRTH_DATE: &str = "生年月日";

/// One of a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// The application.
    pub entry: Entry,
    /// The text by which it was found, as it stands.
    pub said: String,
}

/// Applications that may be the same one sent more than once.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// By what they agree.
    pub by: DuplicateKey,
    /// How alike the least alike two of them are.
    pub tier: Tier,
    /// The birth date, where that was compared too.
    pub birth: Option<Day>,
    /// The applications, the oldest first.
    pub suspects: Vec<Suspect>,
    /// Whether a person has found all of them to be different ones (重複ではない).
    pub distinct: bool,
}

impl Cluster {
    /// Its applications, ascending.
    #[must_use]
    pub fn members(&self) -> Vec<ApplicationId> {
        let mut ids: Vec<ApplicationId> = self.suspects.iter().map(|suspect| suspect.entry.id).collect();
        ids.sort_unstable();
        ids
    }
}

/// Whether an application has been dealt with in a way that ends the suspicion.
const fn is_settled(status: Status) -> bool {
    matches!(status, Status::Withdrawn | Status::Rejected)
}

/// Finds clusters among what matches, by each of the keys; 取下げ and 不受理 are left out. Those that a person found to be no
/// duplicates are among them, and say so: as long as nobody has joined them, for then all must be looked at again.
///
/// # Errors
/// What the store says; [`OfficeError::Stopped`].
pub fn duplicates(
    desk: &Desk,
    query: &Query,
    keys: &[DuplicateKey],
    work: &mut Work<'_>,
) -> Result<Vec<Cluster>, OfficeError> {
    desk.store.at_one_moment(|store| {
        // First by hashes, eight bytes and an id an application; then the few that agree, by what they say.
        let hasher = RandomState::new();
        let mut hashed: Vec<Vec<(u64, ApplicationId)>> = vec![Vec::new(); keys.len()];
        let needs = Needs { core: true, items: true, form: true, state: true, ..Needs::default() };
        let total = store.size_at_most()?;
        let scanned = store.scan_unordered(
            query,
            needs,
            &mut |scanned| {
                work.tell(scanned.seen, Some(total), scanned.matched);
                if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
            &mut |candidate| {
                if is_settled(candidate.status()) {
                    return ControlFlow::Continue(());
                }
                let mut items = Vec::new();
                candidate.items(&mut |name, value| items.push((name.to_owned(), value.to_owned())));
                let items: Vec<(&str, &str)> = items.iter().map(|(name, value)| (&**name, &**value)).collect();
                for (key, hashed) in keys.iter().zip(&mut hashed) {
                    if let Some((text, day)) = key.of(candidate.mail(), candidate.name(), &items) {
                        let whole = (candidate.form_code(), fold(&text), day);
                        hashed.push((hasher.hash_one(whole), candidate.id));
                    }
                }
                ControlFlow::Continue(())
            },
        )?;
        if !scanned.finished {
            return Err(OfficeError::Stopped);
        }
        let mut clusters = Vec::new();
        for (key, mut hashed) in keys.iter().zip(hashed) {
            hashed.sort_unstable();
            for same in hashed.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
                let ids: Vec<ApplicationId> = same.iter().map(|(_, id)| *id).collect();
                clusters.extend(clusters_of(key, store.entries(&ids)?));
            }
        }
        let groups = store.distinct_groups()?;
        for cluster in &mut clusters {
            let members = cluster.members();
            let holds = |group: &[ApplicationId]| members.iter().all(|id| group.binary_search(id).is_ok());
            cluster.distinct = groups.iter().any(|(_, group)| group.kept && holds(&group.members));
        }
        clusters.sort_by_key(|cluster| cluster.suspects.last().map(|last| std::cmp::Reverse(age(&last.entry))));
        Ok(clusters)
    })
}

/// 重複ではない: says that applications are different ones, or takes that back. They aren't changed by it.
///
/// # Errors
/// [`CompareError::TooFew`] for fewer than two; [`OfficeError::NotPermitted`]; what the store says.
pub fn say_distinct(desk: &mut Desk, members: &[ApplicationId], kept: bool) -> Result<OperationId, OfficeError> {
    let scope = desk.scope(Act::Distinct)?;
    let mut members = members.to_vec();
    members.sort_unstable();
    members.dedup();
    if members.len() < 2 || desk.store.receipt_numbers(&members)?.iter().any(Option::is_none) {
        return Err(CompareError::TooFew.into());
    }
    refuse_forbidden(&desk.store, Act::Distinct, &scope, &members)?;
    let signed = desk.sign(Act::Distinct)?;
    Ok(desk.store.record(&signed, Body::Distinct(Distinct { members, kept }), None)?)
}

/// When an application came, for an order.
pub(super) fn age(entry: &Entry) -> (Option<i64>, ApplicationId) {
    (entry.content.submitted.map(|at| at.seconds), entry.id)
}

/// What really agrees among applications whose hashes do.
fn clusters_of(key: &DuplicateKey, entries: Vec<Entry>) -> impl Iterator<Item = Cluster> {
    let mut same: BTreeMap<(String, String, Option<Day>), Vec<Suspect>> = BTreeMap::new();
    for entry in entries {
        if let Some((said, day)) = said_by(key, &entry.content) {
            let whole = (entry.content.form.code.clone(), fold(&said), day);
            same.entry(whole).or_default().push(Suspect { entry, said });
        }
    }
    let key = key.clone();
    same.into_iter().filter(|(_, suspects)| suspects.len() > 1).map(move |((_, _, birth), mut suspects)| {
        suspects.sort_by_key(|suspect| age(&suspect.entry));
        let pairs = suspects.windows(2).map(|pair| tier(&pair[0].said, &pair[1].said).unwrap_or(Tier::Reading));
        let tier = pairs.max().unwrap_or(Tier::Identical);
        Cluster { by: key.clone(), tier, birth, suspects, distinct: false }
    })
}

pub(super) fn said_by(key: &DuplicateKey, content: &Content) -> Option<(String, Option<Day>)> {
    let items = content.form.items.iter().zip(&content.values);
    let items: Vec<(&str, &str)> = items.filter_map(|(name, value)| Some((&**name, value.as_deref()?))).collect();
    key.of(content.mail.as_deref(), content.name.as_deref(), &items)
}
