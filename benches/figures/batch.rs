//! Many applications get another status at once: picked at random over the whole store, as one operation with its audit.

use sekisho::domain::identity::ApplicationId;
use sekisho::domain::status::{Request, Status};
use sekisho::office::{self, Desk, Target, Work};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::{Clocks, Took, narrow, ready};

/// Changes so many at random and takes it back, so that the next run finds the store as this one did. Between two commands
/// a person leaves the screen more time than it needs to bring up what it keeps ready.
pub fn change(desk: &mut Desk, store: &Path, count: usize) -> Value {
    let ids = at_random(desk, count);
    let (request, target) = (Request::To(Status::Provisional), Target::Ids(ids.clone()));

    // As the screen does it: first the plan, which a person looks at, then the change.
    let clocks = Clocks::start();
    let plan = office::plan(desk, request, &target).unwrap();
    let planned = clocks.took();
    let clocks = Clocks::start();
    let outcome = office::set_status_as_planned(desk, &plan, None).unwrap();
    let (by_plan, changed) = (clocks.took(), outcome.changed);
    assert_eq!(changed as usize, ids.len());
    ready(desk);
    let undone = undo(desk, ids.len());

    // Without a plan: judged inside of the transaction that changes it.
    ready(desk);
    let clocks = Clocks::start();
    let outcome = office::set_status(desk, request, &target, None, false).unwrap();
    let at_once = clocks.took();
    assert_eq!(outcome.changed as usize, ids.len());
    ready(desk);
    undo(desk, ids.len());
    json!({
        "changed": ids.len(),
        "plan": planned.json(),
        "as_planned": by_plan.json(),
        "at_once": at_once.json(),
        "undo": undone.json(),
        "narrow": narrow::update(store, &ids).json(),
    })
}

fn undo(desk: &mut Desk, count: usize) -> Took {
    let clocks = Clocks::start();
    let outcome = office::undo(desk, None).unwrap();
    assert_eq!(outcome.changed as usize, count);
    clocks.took()
}

/// Applications that may all move the same way, in no order.
fn at_random(desk: &Desk, count: usize) -> Vec<ApplicationId> {
    let (stop, mut nobody, mut ids) = (AtomicBool::new(false), |_| {}, Vec::new());
    let status = format!("status:{}", Status::Unprocessed.id());
    office::find(desk, &status, &mut Work::new(&stop, &mut nobody), &mut |id| ids.push(id)).unwrap();
    let mixed = |id: &ApplicationId| (id.as_u64() ^ 0x5EC1_5105).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    ids.sort_unstable_by_key(mixed);
    ids.truncate(count);
    ids
}
