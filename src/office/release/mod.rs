//! 二者確認: a marked action isn't done but asked for; another operator sees what it does and approves it, or refuses with a
//! reason. What is approved is the hash of exactly what was shown. Approving carries the action out again in the
//! transaction of the approval, and keeps it only where it does what was shown; else the request is void.

mod deed;
mod desk;
mod fault;
mod list;
mod since;
mod tried;
mod wishes;

pub(super) use deed::Deed;
pub use deed::can_wait;
pub(super) use desk::{Held, Release, name_held};
pub use fault::ReleaseError;
pub use list::{RequestFacts, RequestState, request_shown, requests};
pub use since::Since;
pub(super) use tried::rare_word;
pub use tried::{Difference, Sampled};

use serde::{Deserialize, Serialize};

use self::tried::{Tried, try_out};
use super::desk::Desk;
use super::fault::OfficeError;
use super::outgoing::Ready;
use super::status::{Target, find, given, refuse_forbidden};
use super::view::BatchOutcome;
use super::work::Work;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::people::Act;
use crate::domain::record::Hash;
use crate::domain::release::{Approval, Decided, WhyVoid, is_about_people};
use crate::store::{Signed, StoreError, StoredRequest, digest_of};

/// The word in the log under which a request is made.
const ASKED: &str = "request.make";

/// What a second person is shown: the payload of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The format of this row.
    pub format: u8,
    deed: Deed,
    /// How many applications it is about.
    pub count: u64,
    /// A hash over the versions of everything that it is about.
    pub standing: String,
    /// What it changes.
    pub differences: Vec<Difference>,
    /// Some of the applications.
    pub sample: Vec<Sampled>,
}

impl Description {
    fn of(deed: &Deed, tried: &Tried) -> Self {
        Self {
            format: 1,
            deed: deed.clone(),
            count: tried.targets.len() as u64,
            standing: hex(&tried.standing),
            differences: tried.differences.clone(),
            sample: tried.sample.clone(),
        }
    }

    /// What is to be done, with all its arguments, as a JSON object.
    #[must_use]
    pub fn arguments(&self) -> serde_json::Value {
        serde_json::to_value(&self.deed).unwrap_or_default()
    }

    /// On what grounds: each with its word (`reason`, `declared`, `query`).
    #[must_use]
    pub fn grounds(&self) -> Vec<(&'static str, String)> {
        self.deed.grounds()
    }

    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn text(&self) -> Result<String, OfficeError> {
        serde_json::to_string(self).map_err(|_| StoreError::Damaged("request".into()).into())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks for a second person where the action is marked: then it isn't done, and the answer is
/// [`ReleaseError::Waiting`] with the request that was made. Where it isn't marked, or is being carried out for a request,
/// nothing happens. Where it would change nothing there is nothing to approve: the answer is what it came to then.
pub(super) fn ask(desk: &mut Desk, deed: &Deed, target: Option<&Target>) -> Result<Option<BatchOutcome>, OfficeError> {
    let doing = deed.doing();
    if desk.works_for_a_request() || !desk.may_be_marked(doing) {
        return Ok(None);
    }
    let ids: Vec<ApplicationId> = match target {
        None => Vec::new(),
        Some(target) => {
            let (found, failed) = desk.store.at_one_moment(|store| find(store, target))?;
            if found.is_empty() && failed.is_empty() {
                return Err(OfficeError::NothingMatched);
            }
            let mut ids: Vec<ApplicationId> = found.into_iter().map(|(id, _)| id).collect();
            ids.sort_unstable();
            ids
        }
    };
    if !desk.is_marked(doing, ids.len() as u64) {
        return Ok(None);
    }
    if desk.is_unsigned() {
        return Err(ReleaseError::Unsigned(doing.act).into());
    }
    desk.permit(doing.act)?;
    if is_about_people(doing.act) && !desk.somebody_else_could_approve(doing.act)? {
        // It goes on alone; `sign` says so in the log.
        return Ok(None);
    }
    let requester = desk.known()?;
    let release = Release { act: doing.act, actor: requester, approval: None };
    let made = desk.in_one_transaction(|desk| {
        let tried = desk.in_one_transaction(|desk| {
            let tried = desk.work_for(release, |desk| try_out(desk, deed, &ids, None));
            Ok((tried?, false))
        })?;
        if tried.differences.is_empty() || target.is_some() && tried.targets.is_empty() {
            return Ok((Err(tried.did.outcome), false));
        }
        let text = Description::of(deed, &tried).text()?;
        let signed = Signed { actor: Some(requester), at_ms: desk.now_ms(), command: ASKED, approval: None };
        let count = tried.targets.len() as u64;
        let request = desk.store.make_request(&signed, doing.act.id(), tried.targets, &text)?;
        let left = tried.did.outcome.map(|outcome| outcome.failed).unwrap_or_default();
        Ok((Ok(ReleaseError::Waiting { request, count, left }), true))
    })?;
    match made {
        Ok(waiting) => Err(waiting.into()),
        Err(outcome) => outcome.map(Some).ok_or(OfficeError::NothingMatched),
    }
}

/// What an approval came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// The request.
    pub request: OperationId,
    /// The operation that it led to, where it is a single one.
    pub operation: Option<OperationId>,
    /// The hash that was approved.
    pub hash: Hash,
}

/// Reads a request that waits.
fn waiting(desk: &Desk, id: OperationId) -> Result<StoredRequest, OfficeError> {
    let request = desk.store.request(id)?.ok_or(ReleaseError::Unknown(id))?;
    match &request.decision {
        Some(decision) => Err(ReleaseError::Decided(id, decision.decided).into()),
        None => Ok(request),
    }
}

/// Approves a request and carries it out, as the action of whoever asked. With a `hash`, only what has that hash. その場確認:
/// `on_the_spot` is somebody else than the person at the desk, who has just shown who they are ([`Desk::verify_person`]).
///
/// # Errors
/// [`ReleaseError`]: where the request is void, that is recorded; [`OfficeError::NotPermitted`]; what the action says.
pub fn approve(
    desk: &mut Desk,
    id: OperationId,
    hash: Option<Hash>,
    on_the_spot: Option<OperationId>,
    work: &mut Work<'_>,
) -> Result<Approved, OfficeError> {
    let act = Act::RequestApprove;
    let approver = match on_the_spot {
        Some(other) => other,
        None => {
            desk.permit(act)?;
            if desk.is_unsigned() {
                return Err(ReleaseError::Unsigned(act).into());
            }
            desk.known()?
        }
    };
    let second = Release { act, actor: approver, approval: None };
    let signed = desk.work_for(second, |desk| desk.sign(act))?;
    let request = waiting(desk, id)?;
    if hash.is_some_and(|hash| hash != request.hash) {
        return Err(ReleaseError::OtherHash(id).into());
    }
    let act = Act::parse(&request.act).ok_or_else(|| StoreError::Damaged(format!("request {id}")))?;
    let requester = request.written.actor.filter(|requester| *requester != approver);
    let Some(requester) = requester else { return Err(ReleaseError::Oneself(id).into()) };
    // The second person needs the right to the act itself, for every application.
    let scope = desk.work_for(second, |desk| desk.scope(act))?;
    refuse_forbidden(&desk.store, act, &scope, &request.targets)?;
    let approval = Approval::By { approver, request: id, hash: request.hash };
    let release = Release { act, actor: requester, approval: Some(approval) };
    let files = match prepare(desk, &request, release, work)? {
        Ok(files) => files,
        Err(why) => return void(desk, &signed, &request, why),
    };
    let done = desk.in_one_transaction(|desk| {
        let kept = |operation| (Ok(operation), true);
        if desk.store.decide_request(&signed, &request, (Decided::Approved, None), None)?.is_none() {
            return Ok((Err(None), false));
        }
        match carry_out(desk, &request, release, files)? {
            Ok(operation) => Ok(kept(operation)),
            Err(why) => Ok((Err(Some(why)), false)),
        }
    });
    let done = match done {
        Ok(done) => done,
        Err(error) => {
            desk.let_go();
            return Err(error);
        }
    };
    match done {
        Ok(operation) => {
            name_held(desk)?;
            if act == Act::PurgeDispose {
                // It is done; what is left of it is done by whoever opens the store next.
                desk.finish_what_can_be();
            }
            Ok(Approved { request: id, operation, hash: request.hash })
        }
        Err(why) => {
            desk.let_go();
            let Some(why) = why else { return Err(waiting(desk, id).err().unwrap_or(StoreError::Changed.into())) };
            void(desk, &signed, &request, why)
        }
    }
}

/// Records that a request is void, and says so.
fn void(desk: &mut Desk, signed: &Signed<'_>, request: &StoredRequest, why: WhyVoid) -> Result<Approved, OfficeError> {
    let id = request.written.operation;
    desk.store.decide_request(signed, request, (Decided::Void, Some(why)), None)?;
    Err(ReleaseError::Void(id, why).into())
}

/// What was shown of a request, where it still stands as far as looking tells.
fn shown_still(desk: &Desk, request: &StoredRequest) -> Result<Result<Description, WhyVoid>, OfficeError> {
    let Some(text) = &request.text else { return Ok(Err(WhyVoid::Erased)) };
    let Some(shown) = Description::read(text) else { return Ok(Err(WhyVoid::EffectChanged)) };
    let changed = stands_otherwise(desk, request, &shown)?;
    Ok(if changed { Err(WhyVoid::TargetsChanged) } else { Ok(shown) })
}

/// Writes the files that are to leave, before the transaction: colleagues go on working meanwhile. Its applications stand as
/// they were shown before, and are looked at again inside of it; versions only go on, so they stood so in between too.
fn prepare(
    desk: &mut Desk,
    request: &StoredRequest,
    release: Release,
    work: &mut Work<'_>,
) -> Result<Result<Vec<Ready>, WhyVoid>, OfficeError> {
    let shown = match shown_still(desk, request)? {
        Ok(shown) => shown,
        Err(why) => return Ok(Err(why)),
    };
    match desk.work_for(release, |desk| shown.deed.prepare(desk, &request.targets, work)) {
        Ok(files) => Ok(Ok(files)),
        Err(error) => why_void(error).map(Err),
    }
}

/// Carries a request out; says why it is void where it doesn't do what was shown.
fn carry_out(
    desk: &mut Desk,
    request: &StoredRequest,
    release: Release,
    files: Vec<Ready>,
) -> Result<Result<Option<OperationId>, WhyVoid>, OfficeError> {
    let shown = match shown_still(desk, request)? {
        Ok(shown) => shown,
        Err(why) => return Ok(Err(why)),
    };
    let tried = desk.work_for(release, |desk| try_out(desk, &shown.deed, &request.targets, Some(files)));
    let tried = match tried {
        Ok(tried) => tried,
        Err(error) => return why_void(error).map(Err),
    };
    let now = Description::of(&shown.deed, &tried);
    if now.standing != shown.standing {
        return Ok(Err(WhyVoid::TargetsChanged));
    }
    let less = matches!(shown.deed, Deed::Export(_)) && tried.did.lacking > 0;
    if now != shown || tried.targets != request.targets || less {
        return Ok(Err(WhyVoid::EffectChanged));
    }
    Ok(Ok(tried.did.operation))
}

/// Whether one of the applications has been changed since; what is about something else is found out by trying.
fn stands_otherwise(desk: &Desk, request: &StoredRequest, shown: &Description) -> Result<bool, OfficeError> {
    if request.targets.is_empty() {
        return Ok(false);
    }
    let stands = desk.store.stands(&request.targets)?;
    Ok(hex(&digest_of(&request.targets, &stands)) != shown.standing)
}

/// What an action says that can't be done any more as it was shown; a failure of the store or the disk says nothing about
/// the request.
fn why_void(error: OfficeError) -> Result<WhyVoid, OfficeError> {
    match error {
        OfficeError::NotPermitted(_) | OfficeError::Barred(..) => Ok(WhyVoid::RequesterNotPermitted),
        OfficeError::NothingMatched
        | OfficeError::ReasonRequired
        | OfficeError::OneAtATime
        | OfficeError::NumberUnknown(_)
        | OfficeError::UnknownColumn(_)
        | OfficeError::People(_)
        | OfficeError::View(_)
        | OfficeError::Field(_)
        | OfficeError::Note(_)
        | OfficeError::Disposal(_)
        | OfficeError::Query(_)
        | OfficeError::Store(StoreError::Changed | StoreError::NotUndoable(_)) => Ok(WhyVoid::EffectChanged),
        other => Err(other),
    }
}

/// Refuses a request; whoever asked takes it back by that. `on_the_spot` as for [`approve`].
///
/// # Errors
/// [`ReleaseError`]; [`OfficeError::NotPermitted`]; what the store says. Nothing is changed then.
pub fn refuse(
    desk: &mut Desk,
    id: OperationId,
    reason: &str,
    on_the_spot: Option<OperationId>,
) -> Result<Decided, OfficeError> {
    let (act, reason) = (Act::RequestRefuse, given(Some(reason)));
    let (who, asked) = (on_the_spot.map_or_else(|| desk.me(), |other| Ok(Some(other)))?, desk.store.request(id)?);
    let own = who.is_some() && asked.is_some_and(|asked| asked.written.actor == who);
    if own && on_the_spot.is_some() {
        return Err(ReleaseError::Oneself(id).into());
    }
    // Whoever takes their own back needs no right to it; else it is asked for before anything of the request is told.
    let signed = match (own, on_the_spot) {
        (true, _) => Signed { actor: who, at_ms: desk.now_ms(), command: act.id(), approval: None },
        (false, Some(actor)) => desk.work_for(Release { act, actor, approval: None }, |desk| desk.sign(act))?,
        (false, None) => desk.sign(act)?,
    };
    let request = waiting(desk, id)?;
    let decided = if own { Decided::Withdrawn } else { Decided::Refused };
    if !own && reason.is_none() {
        return Err(ReleaseError::ReasonRequired.into());
    }
    match desk.store.decide_request(&signed, &request, (decided, None), reason)? {
        Some(_) => Ok(decided),
        None => Err(waiting(desk, id).err().unwrap_or(StoreError::Changed.into())),
    }
}
