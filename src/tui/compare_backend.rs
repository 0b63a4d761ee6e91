//! Errands of 照合, 重複の疑い and 番号へ, carried to the office.

use super::backend::{Cancel, Reply};
use super::duplicates::{ClusterFacts, Member};
use super::message::{Explained, Message, Work};
use super::office_backend::Room;
use super::pace::Pace;
use super::{compare, duplicates, go};
use crate::domain::identity::ApplicationId;
use crate::domain::query::Query;
use crate::office::view::Record;
use crate::office::{self, Cluster, Desk, DuplicateKey, Earlier, Facing, Judged, OfficeError, Opposite};

/// What the office is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompareErrand {
    /// Look for duplicates in the whole store → `Clusters`.
    Duplicates,
    /// Read the applications of a cluster → `Sides`.
    Sides(Vec<ApplicationId>),
    /// Say that applications are different ones, or take it back → `Said`.
    Distinct(Vec<ApplicationId>, bool),
    /// Look for earlier applications of the same person → `Earlier`.
    Earlier(ApplicationId),
    /// Set an application beside something → `Faced`.
    Face(ApplicationId, Opposite),
    /// Keep what was found → `Kept`.
    Keep(Box<Judged>),
    /// Find the application of a number → `Went`.
    Go(String),
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompareMessage {
    /// The clusters of the whole store.
    Clusters(Result<Vec<ClusterFacts>, Explained>),
    /// The applications of a cluster.
    Sides(Vec<ApplicationId>, Result<Vec<Record>, Explained>),
    /// 重複ではない was said (`true`) or taken back.
    Said(bool, Result<(), Explained>),
    /// Earlier applications of the same person, the newest first.
    Earlier(ApplicationId, Result<Vec<Earlier>, Explained>),
    /// Both sides.
    Faced(ApplicationId, Opposite, Result<Box<Facing>, Explained>),
    /// Which pass it was.
    Kept(Box<Judged>, Result<u8, Explained>),
    /// The application of a number.
    Went(Result<ApplicationId, Explained>),
}

impl CompareErrand {
    /// The kind of work, where a person waits for it.
    #[must_use]
    pub const fn work(&self) -> Option<Work> {
        match self {
            Self::Duplicates => Some(Work::Duplicates),
            Self::Distinct(..) | Self::Keep(_) => Some(Work::Apply),
            Self::Sides(_) | Self::Earlier(_) | Self::Face(..) | Self::Go(_) => None,
        }
    }

    /// The answer that says that it failed.
    #[must_use]
    pub fn failed(&self, why: Explained) -> CompareMessage {
        match self {
            Self::Duplicates => CompareMessage::Clusters(Err(why)),
            Self::Sides(ids) => CompareMessage::Sides(ids.clone(), Err(why)),
            Self::Distinct(_, kept) => CompareMessage::Said(*kept, Err(why)),
            Self::Earlier(id) => CompareMessage::Earlier(*id, Err(why)),
            Self::Face(id, with) => CompareMessage::Faced(*id, with.clone(), Err(why)),
            Self::Keep(found) => CompareMessage::Kept(found.clone(), Err(why)),
            Self::Go(_) => CompareMessage::Went(Err(why)),
        }
    }

    /// Its thread: a look through the whole store holds up nothing else.
    pub(super) const fn room(&self) -> Room {
        match self {
            Self::Distinct(..) | Self::Keep(_) => Room::Write,
            Self::Go(_) => Room::Rows,
            Self::Duplicates | Self::Sides(_) | Self::Earlier(_) | Self::Face(..) => Room::Compare,
        }
    }
}

/// Carries an errand out.
pub(super) fn carry_out(
    desk: &mut Desk,
    errand: &CompareErrand,
    (reply, cancel): (&Reply, &Cancel),
) -> Result<Message, OfficeError> {
    let flag = cancel.flag();
    let mut nobody = |_| {};
    Ok(Message::Compare(match errand {
        CompareErrand::Duplicates => {
            let mut pace = Pace::new(Work::Duplicates, reply.clone());
            let mut tell = |progress| pace.tell(progress);
            let mut work = office::Work::new(&flag, &mut tell);
            let found = office::duplicates(desk, &Query::default(), &DuplicateKey::USUAL, &mut work)?;
            CompareMessage::Clusters(Ok(found.into_iter().map(facts).collect()))
        }
        CompareErrand::Sides(ids) => {
            let read = ids.iter().map(|id| office::record(desk, *id));
            let found = read.collect::<Result<Vec<_>, _>>()?;
            CompareMessage::Sides(ids.clone(), Ok(found.into_iter().flatten().collect()))
        }
        CompareErrand::Distinct(ids, kept) => {
            office::say_distinct(desk, ids, *kept)?;
            CompareMessage::Said(*kept, Ok(()))
        }
        CompareErrand::Earlier(id) => {
            let found = office::earlier(desk, *id, &office::Work::new(&flag, &mut nobody))?;
            CompareMessage::Earlier(*id, Ok(found))
        }
        CompareErrand::Face(id, with) => {
            CompareMessage::Faced(*id, with.clone(), Ok(Box::new(office::compare(desk, *id, with)?)))
        }
        CompareErrand::Keep(found) => CompareMessage::Kept(found.clone(), Ok(office::compared(desk, found)?.1)),
        CompareErrand::Go(text) => CompareMessage::Went(Ok(office::resolve(desk.store(), text)?)),
    }))
}

fn facts(cluster: Cluster) -> ClusterFacts {
    let members = cluster.suspects.into_iter().map(|suspect| Member {
        id: suspect.entry.id,
        number: suspect.entry.content.number.to_string(),
        name: suspect.entry.content.name.clone(),
        submitted: suspect.entry.content.submitted,
    });
    ClusterFacts { by: cluster.by, tier: cluster.tier, distinct: cluster.distinct, members: members.collect() }
}

/// Takes what comes back.
pub(super) fn take(model: &mut super::model::Model, message: CompareMessage) -> Vec<super::message::Effect> {
    match message {
        CompareMessage::Clusters(found) => duplicates::found(model, found),
        CompareMessage::Sides(ids, found) => duplicates::sides(model, &ids, found),
        CompareMessage::Said(kept, outcome) => duplicates::said(model, kept, outcome),
        CompareMessage::Earlier(id, found) => compare::take_earlier(model, id, found),
        CompareMessage::Faced(id, with, facing) => compare::faced(model, id, with, facing),
        CompareMessage::Kept(found, outcome) => compare::kept(model, &found, outcome),
        CompareMessage::Went(found) => go::went(model, found),
    }
}
