//! Requests as people read them: who asks for what, what it changes, and whether that still stands.

use super::since::{Since, since};
use super::{Description, stands_otherwise, why_void};
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::domain::record::Hash;
use crate::domain::release::{Decided, WhyVoid};
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::store::StoredRequest;

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// It waits.
    Waiting,
    /// It was decided, or is void without anybody having noticed.
    Ended(Decided),
}

impl RequestState {
    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ended(decided) => decided.id(),
        }
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFacts {
    /// Its id.
    pub id: OperationId,
    /// The word of the act.
    pub command: String,
    /// How it stands.
    pub state: RequestState,
    /// Why it is void, where it is.
    pub void: Option<WhyVoid>,
    /// Who asks, by code.
    pub requester: String,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who decided, by code, and when.
    pub decided: Option<(String, i64)>,
    /// The reason of the decision.
    pub reason: Option<String>,
    /// How many applications it is about.
    pub count: u64,
    /// What is approved.
    pub hash: Hash,
    /// Whether it is one's own.
    pub own: bool,
    /// Whether the person at the desk could decide it.
    pub may_decide: bool,
    /// What is shown; `None` = it was erased.
    pub shown: Option<Description>,
    /// What has been changed since, where it is void for that; only of a request that is looked at by itself.
    pub since: Vec<Since>,
}

/// Requests, newest first: those that wait, or all.
///
/// # Errors
/// What the store says.
pub fn requests(desk: &Desk, waiting: bool) -> Result<Vec<RequestFacts>, OfficeError> {
    desk.store.at_one_moment(|store| store.requests(waiting)?.into_iter().map(|one| facts(desk, one)).collect())
}

/// One request.
///
/// # Errors
/// [`super::ReleaseError::Unknown`]; what the store says.
pub fn request_shown(desk: &Desk, id: OperationId) -> Result<RequestFacts, OfficeError> {
    desk.store.at_one_moment(|store| {
        let request = store.request(id)?.ok_or(super::ReleaseError::Unknown(id))?;
        let targets = request.targets.clone();
        let mut facts = facts(desk, request)?;
        if facts.void == Some(WhyVoid::TargetsChanged) {
            facts.since = since(store, id, &targets)?;
        }
        Ok(facts)
    })
}

fn facts(desk: &Desk, request: StoredRequest) -> Result<RequestFacts, OfficeError> {
    let code = |id: Option<OperationId>| -> Result<String, OfficeError> {
        Ok(id.map_or(Ok(None), |id| desk.store.operator_code(id))?.unwrap_or_default())
    };
    let shown = request.text.as_deref().and_then(Description::read);
    let void = match (&request.decision, &shown) {
        (Some(decision), _) => decision.void,
        (None, None) => Some(WhyVoid::Erased),
        (None, Some(shown)) => void_by_now(desk, &request, shown)?,
    };
    let state = match (&request.decision, void) {
        (Some(decision), _) => RequestState::Ended(decision.decided),
        (None, Some(_)) => RequestState::Ended(Decided::Void),
        (None, None) => RequestState::Waiting,
    };
    let (decided, reason) = match request.decision {
        Some(decision) => (Some((code(decision.written.actor)?, decision.written.at_ms)), decision.reason),
        None => (None, None),
    };
    let own = desk.me()?.is_some_and(|me| request.written.actor == Some(me));
    let rights = desk.rights()?;
    let may = Act::parse(&request.act).is_some_and(|act| rights.may(act)) && rights.may(Act::RequestApprove);
    Ok(RequestFacts {
        id: request.written.operation,
        command: request.act,
        state,
        void,
        requester: code(request.written.actor)?,
        at_ms: request.written.at_ms,
        decided,
        reason,
        count: shown.as_ref().map_or(request.targets.len() as u64, |shown| shown.count),
        hash: request.hash,
        own,
        may_decide: may && !own,
        shown,
        since: Vec::new(),
    })
}

/// Why a request that waits is void already, as far as looking tells: its applications have been changed, or whoever
/// asked has lost the right. Everything else is found out by approving.
fn void_by_now(desk: &Desk, request: &StoredRequest, shown: &Description) -> Result<Option<WhyVoid>, OfficeError> {
    if stands_otherwise(desk, request, shown)? {
        return Ok(Some(WhyVoid::TargetsChanged));
    }
    let (people, day) = (desk.people()?, desk.today_in_log());
    let rights = people.rights(request.written.actor, desk.segment().code(), day);
    match Act::parse(&request.act) {
        Some(act) if !rights.may(act) => why_void(OfficeError::NotPermitted(act)).map(Some),
        _ => Ok(None),
    }
}
