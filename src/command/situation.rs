//! What a command may ask of the moment in order to say why it can't be run just now. Each function returns the
//! message key of a sentence that a person is shown.

use crate::domain::people::Allowed;

/// The moment, as far as commands ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Situation {
    /// How many applications the present result lists.
    pub listed: u64,
    /// How many applications are marked.
    pub marked: u64,
    /// Whether more are marked as soon as the result is whole.
    pub marking: bool,
    /// Whether the cursor (or the open record) stands on an application.
    pub on_application: bool,
    /// Whether a change is being written.
    pub writing: bool,
    /// Whether any work that can be cancelled runs.
    pub working: bool,
    /// Whether a decision about 要確認 would be about any application.
    pub check: bool,
    /// Whether anything is 反映待ち.
    pub pending: bool,
    /// The request that lies open or under the cursor.
    pub request: Option<OnRequest>,
    /// Whether a cluster of 重複の疑い lies open or under the cursor.
    pub cluster: bool,
    /// Whether both sides of a 照合 are there.
    pub facing: bool,
    /// Whether this is a practice store.
    pub practice: bool,
    /// Whether it is somebody's practice, which nothing leaves.
    pub nothing_leaves: bool,
    /// Whether plain mode is on, which has no panes.
    pub plain: bool,
    /// What the person may do.
    pub allowed: Allowed,
}

/// A request, as far as commands ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnRequest {
    /// Whether nobody has decided it.
    pub undecided: bool,
    /// Whether it is void.
    pub void: bool,
    /// Whether it is one's own.
    pub own: bool,
    /// Whether one may do what it asks for, and approve.
    pub may_decide: bool,
}

/// Always possible.
pub(super) const fn always(_: &Situation) -> Option<&'static str> {
    None
}

/// Needs a row in the list.
pub(super) const fn needs_rows(now: &Situation) -> Option<&'static str> {
    if now.listed == 0 { Some("disabled.no_rows") } else { None }
}

/// Needs an application under the cursor.
pub(super) const fn needs_application(now: &Situation) -> Option<&'static str> {
    if now.on_application { None } else { Some("disabled.no_rows") }
}

/// Needs an application under the cursor or at least one mark.
pub(super) const fn needs_target(now: &Situation) -> Option<&'static str> {
    if now.writing {
        Some("disabled.writing")
    } else if now.on_application || now.marked > 0 {
        None
    } else {
        Some("disabled.no_target")
    }
}

/// Needs something to export.
pub(super) const fn needs_output(now: &Situation) -> Option<&'static str> {
    if now.listed > 0 || now.marked > 0 { None } else { Some("disabled.nothing_to_export") }
}

/// Needs a mark, or one that is about to come.
pub(super) const fn needs_marks(now: &Situation) -> Option<&'static str> {
    if now.marked == 0 && !now.marking { Some("disabled.no_marks") } else { None }
}

/// Needs a store that nothing is being written to.
pub(super) const fn needs_quiet(now: &Situation) -> Option<&'static str> {
    if now.writing { Some("disabled.writing") } else { None }
}

/// Needs work that runs.
pub(super) const fn needs_work(now: &Situation) -> Option<&'static str> {
    if now.working { None } else { Some("disabled.no_work") }
}

/// Needs an application that is 要確認, and a store that nothing is being written to.
pub(super) const fn needs_check(now: &Situation) -> Option<&'static str> {
    if now.writing {
        Some("disabled.writing")
    } else if now.check {
        None
    } else {
        Some("disabled.no_check")
    }
}

/// Needs a practice store.
pub(super) const fn needs_practice(now: &Situation) -> Option<&'static str> {
    if now.practice { None } else { Some("disabled.no_practice") }
}

/// Needs another store than a practice.
pub(super) const fn needs_real(now: &Situation) -> Option<&'static str> {
    if now.nothing_leaves { Some("disabled.practising") } else { None }
}

/// Needs something that is 反映待ち.
pub(super) const fn needs_pending(now: &Situation) -> Option<&'static str> {
    if now.pending { None } else { Some("disabled.nothing_pending") }
}

/// Needs a screen with panes.
pub(super) const fn needs_pane(now: &Situation) -> Option<&'static str> {
    if now.plain { Some("disabled.no_pane") } else { None }
}

/// Needs a request that waits, and a store that nothing is being written to.
const fn undecided(now: &Situation) -> Result<OnRequest, &'static str> {
    match now.request {
        _ if now.writing => Err("disabled.writing"),
        None => Err("disabled.no_request"),
        Some(OnRequest { undecided: false, .. }) => Err("disabled.request_decided"),
        Some(request) => Ok(request),
    }
}

/// Needs a request that may still be carried out.
pub(super) const fn needs_live_request(now: &Situation) -> Option<&'static str> {
    match undecided(now) {
        Err(reason) => Some(reason),
        Ok(OnRequest { void: true, .. }) => Some("disabled.request_void"),
        Ok(_) => None,
    }
}

/// Needs one that the person may approve: nobody approves their own.
pub(super) const fn needs_others_request(now: &Situation) -> Option<&'static str> {
    match (needs_live_request(now), now.request) {
        (Some(reason), _) => Some(reason),
        (None, Some(OnRequest { own: true, .. })) => Some("disabled.request_own"),
        (None, Some(OnRequest { may_decide: false, .. })) => Some("disabled.request_not_yours"),
        (None, _) => None,
    }
}

/// Needs one of somebody else.
pub(super) const fn needs_foreign_request(now: &Situation) -> Option<&'static str> {
    match undecided(now) {
        Err(reason) => Some(reason),
        Ok(OnRequest { own: true, .. }) => Some("disabled.request_take_back"),
        Ok(_) => None,
    }
}

/// Needs one's own.
pub(super) const fn needs_own_request(now: &Situation) -> Option<&'static str> {
    match undecided(now) {
        Err(reason) => Some(reason),
        Ok(OnRequest { own: false, .. }) => Some("disabled.request_foreign"),
        Ok(_) => None,
    }
}

/// Needs a cluster of 重複の疑い, and a store that nothing is being written to.
pub(super) const fn needs_cluster(now: &Situation) -> Option<&'static str> {
    if now.writing {
        Some("disabled.writing")
    } else if now.cluster {
        None
    } else {
        Some("disabled.no_cluster")
    }
}

/// Needs something to compare with.
pub(super) const fn needs_facing(now: &Situation) -> Option<&'static str> {
    if now.facing { None } else { Some("disabled.no_facing") }
}

/// The same, and a store that nothing is being written to.
pub(super) const fn needs_facing_at_rest(now: &Situation) -> Option<&'static str> {
    if now.writing { Some("disabled.writing") } else { needs_facing(now) }
}
