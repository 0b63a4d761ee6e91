//! 補正の催促 over days: when a reminder waits, that recording it is one operation that is undone, and that an answer ends it.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use desk::{csv, file, found, row, take};
use sekisho::domain::calendar::Day;
use sekisho::domain::channel::Channel;
use sekisho::domain::identity::ApplicationId;
use sekisho::domain::query::Query;
use sekisho::domain::reminder::Stage;
use sekisho::domain::status::{Request, Status};
use sekisho::office::view::{Declared, LeftBecause};
use sekisho::office::{
    Desk, FieldRequest, Grounds, Target, plan_field, record, redo, resolve, set_field, set_field_as_planned,
    set_status, undo,
};

/// Noon in Japan on a day of November 2020 (UTC+9), in milliseconds.
fn noon(day: i64) -> i64 {
    // 2020-11-01 was a Sunday.
    1_604_199_600_000 + (day - 1) * 86_400_000
}

fn day(of_november: i8) -> Day {
    Day::new(2020, 11, of_november).unwrap()
}

fn count(desk: &Desk, query: &str) -> u64 {
    let query = desk.query(query).unwrap();
    desk.store().count_matching(&query, &mut |_| ControlFlow::Continue(())).unwrap().matched
}

fn id(desk: &Desk, number: u64) -> ApplicationId {
    resolve(desk.store(), &number.to_string()).or_else(|_| resolve(desk.store(), &format!("{number:012}"))).unwrap()
}

/// Sends applications back until a day.
fn send_back(desk: &mut Desk, numbers: &[u64], until: i8) {
    let ids = numbers.iter().map(|number| id(desk, *number)).collect();
    let grounds = Grounds { reason: Some("写しがない"), until: Some(day(until)), ..Grounds::default() };
    set_status(desk, Request::To(Status::Returned), &Target::Ids(ids), grounds, false).unwrap();
}

fn by_mail(on: i8) -> FieldRequest {
    FieldRequest::Remind(Declared { day: day(on), channel: Channel::Mail })
}

/// What the record says: the stages that went out, each with its day, and the one that waits.
fn standing(desk: &Desk, number: u64) -> (Vec<(Stage, Option<Day>)>, Option<Stage>) {
    let record = record(desk, id(desk, number)).unwrap().unwrap();
    let correction = record.correction.unwrap();
    let sent = correction.reminders.iter().map(|one| (one.stage, one.told.map(|told| told.day))).collect();
    (sent, correction.waiting)
}

#[test]
fn a_reminder_waits_at_each_stage_until_it_is_recorded_or_answered() {
    let dir = tempfile::tempdir().unwrap();
    let today = Arc::new(AtomicI64::new(noon(2)));
    let clock = Arc::clone(&today);
    let mut desk = found(&dir.path().join("store"), Arc::new(move || clock.fetch_add(1, Ordering::Relaxed)));
    let on = |day: i64| today.store(noon(day), Ordering::Relaxed);
    let list = |desk: &mut Desk, answers: [&str; 3]| {
        let rows: Vec<_> = (1..).zip(answers).map(|(n, answer)| row(n, "未処理", &[answer])).collect();
        take(desk, &file(dir.path(), "list.csv", csv(&["文"], &rows).as_bytes()), false).unwrap();
    };
    list(&mut desk, ["a", "a", "a"]);
    // Sent back on Monday the 2nd until Friday the 13th: nine office days, the fifth is Monday the 9th.
    send_back(&mut desk, &[1, 2], 13);
    send_back(&mut desk, &[3], 27);
    let all = Target::Query(Query::default());
    on(6);
    assert_eq!(count(&desk, "has:reminder"), 0);
    let first = Target::Ids(vec![id(&desk, 1)]);
    let early = set_field(&mut desk, &by_mail(6), &first, None, false).unwrap();
    assert_eq!((early.changed, &early.failed[0].1), (0, &LeftBecause::NotYetDue));
    on(9);
    assert_eq!((count(&desk, "has:reminder"), count(&desk, "あり:催促 status:returned")), (2, 2));
    assert_eq!(count(&desk, "-has:reminder"), 1);

    // One operation for both; what a query finds besides is passed over.
    let done = set_field(&mut desk, &by_mail(9), &all, None, false).unwrap();
    assert_eq!((done.changed, done.failed.len()), (2, 0));
    assert_eq!(standing(&desk, 1), (vec![(Stage::Half, Some(day(9)))], None));
    assert_eq!(count(&desk, "has:reminder"), 0);
    let again = set_field(&mut desk, &by_mail(9), &all, None, false).unwrap();
    assert_eq!((again.operation, again.unchanged), (None, 2));
    undo(&mut desk, None).unwrap();
    assert_eq!((standing(&desk, 2), count(&desk, "has:reminder")), ((vec![], Some(Stage::Half)), 2));
    redo(&mut desk).unwrap();
    assert_eq!(standing(&desk, 2), (vec![(Stage::Half, Some(day(9)))], None));

    // The office day before the last; one of the two is reminded by what the screen planned, the other has answered.
    on(12);
    assert_eq!(count(&desk, "has:reminder"), 2);
    let plan = plan_field(&desk, &by_mail(11), &all).unwrap();
    assert_eq!((plan.groups.len(), plan.groups[0].from.as_deref(), plan.changing()), (1, Some("day_before"), 2));
    list(&mut desk, ["a", "b", "a"]);
    assert_eq!((count(&desk, "has:reminder"), count(&desk, "has:correction")), (1, 1));
    let done = set_field_as_planned(&mut desk, &plan, None).unwrap();
    assert_eq!((done.changed, &done.failed[0].1), (1, &LeftBecause::NotToCorrect));
    let both = vec![(Stage::Half, Some(day(9))), (Stage::DayBefore, Some(day(11)))];
    assert_eq!(standing(&desk, 1), (both.clone(), None));

    // Over; then sent back once more with another last day: that is another time.
    on(14);
    assert_eq!(standing(&desk, 1), (both, Some(Stage::Overdue)));
    set_status(&mut desk, Request::To(Status::Unprocessed), &first, None, false).unwrap();
    assert_eq!(count(&desk, "has:reminder"), 0, "the work goes on");
    send_back(&mut desk, &[1], 20);
    assert_eq!(standing(&desk, 1), (vec![], None));
    on(16);
    assert_eq!((count(&desk, "has:reminder"), standing(&desk, 3).1), (1, Some(Stage::Half)));
    let late = set_field(&mut desk, &by_mail(17), &all, None, false).unwrap_err();
    assert_eq!(sekisho::domain::fault::Fault::code(&late), "correction.to_come");
    desk.store().check(&mut |_| {}).unwrap();
}
