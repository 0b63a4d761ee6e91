//! What the table of moves says of each application of a batch, by the status that it had before and the rules of its
//! form.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::desk::Desk;
use super::fault::OfficeError;
use crate::domain::form::Definitions;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::status::{FormKind, FormRules, Move, Refusal, Request, Standing, Status, judge};
use crate::store::{self, FormNumber, Store};

/// What the table of moves says: the move to a status, none where nothing is to do, or why it can't be.
pub(super) type Verdict = Result<Option<(Status, Move)>, (Status, Refusal)>;

/// An application under judgement.
pub(super) struct Judged {
    pub id: ApplicationId,
    pub status: (Status, OperationId),
    pub verdict: Verdict,
}

/// The rules of the office's forms, as far as they are known.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    definitions: Arc<Definitions>,
    /// Whether the administrator's policy lets a 届出 be 不受理.
    rejects_notifications: bool,
}

impl Desk {
    /// The rules by which statuses are judged here.
    pub(super) fn form_rules(&self) -> Rules {
        let rejects_notifications = self.surroundings.policy.status.reject_notifications == Some(true);
        Rules { definitions: Arc::clone(&self.forms().definitions), rejects_notifications }
    }
}

impl Rules {
    /// The rules of those forms of a store for which they may change what is said of a request.
    fn concerned(&self, store: &Store, request: Request) -> Result<HashMap<FormNumber, FormRules>, OfficeError> {
        let mut concerned = HashMap::new();
        if self.definitions.is_empty() {
            return Ok(concerned);
        }
        for form in store.known_forms()? {
            let Some(definition) = self.definitions.of(&form.source, &form.code, &form.version) else { continue };
            let rules = definition.rules;
            let matters = match request {
                Request::Accept => rules.reply_required == Some(false),
                Request::To(Status::Completed) => rules.reply_required == Some(true),
                Request::To(Status::Rejected) => {
                    rules.kind == Some(FormKind::Notification) && !self.rejects_notifications
                }
                Request::To(_) => false,
            };
            if matters {
                concerned.insert(form.number, rules);
            }
        }
        Ok(concerned)
    }
}

pub(super) fn judge_all(
    store: &Store,
    rules: &Rules,
    found: &[(ApplicationId, (Status, OperationId))],
    request: Request,
    has_reason: bool,
) -> Result<Vec<Judged>, OfficeError> {
    let concerned = rules.concerned(store, request)?;
    // Which form each came with is asked only where it matters.
    let ids = if concerned.is_empty() { Vec::new() } else { found.iter().map(|(id, _)| *id).collect() };
    let forms = store.form_numbers(&ids)?;
    let mut judged = Vec::with_capacity(found.len());
    let mut before = Before::default();
    // Those who stand alike are judged once: many applications have few statuses.
    let mut verdicts: Vec<(Standing, Verdict)> = Vec::new();
    for (place, (id, status)) in found.iter().enumerate() {
        let form = forms.get(place).copied().flatten().and_then(|number| concerned.get(&number));
        let form = form.copied().unwrap_or_default();
        let to = request.target(&form);
        let previous = if status.0.is_final() && status.0 != to { before.of(store, status.1, *id)? } else { None };
        let standing = Standing { status: status.0, before: previous, form };
        let verdict = match verdicts.iter().find(|(known, _)| *known == standing) {
            Some((_, verdict)) => *verdict,
            None => {
                let verdict = match judge(&standing, to, has_reason) {
                    Ok(step) => Ok(step.map(|step| (to, step))),
                    Err(refusal) => Err((to, refusal)),
                };
                verdicts.push((standing, verdict));
                verdict
            }
        };
        judged.push(Judged { id: *id, status: *status, verdict });
    }
    Ok(judged)
}

/// The statuses before, operation by operation: a batch often stems from few.
#[derive(Default)]
struct Before {
    known: BTreeMap<OperationId, store::StatusSteps>,
}

impl Before {
    fn of(&mut self, store: &Store, written: OperationId, id: ApplicationId) -> Result<Option<Status>, OfficeError> {
        let mut written = written;
        loop {
            let steps = match self.known.entry(written) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => free.insert(store.status_steps(written)?),
            };
            match steps.before(id)? {
                store::Before::Was(status) => return Ok(status),
                store::Before::Kept(base) => written = base,
            }
        }
    }
}
