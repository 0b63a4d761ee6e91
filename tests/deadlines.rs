//! The clock of 標準処理期間 over days: what the log tells of 返却 and 補正 moves the last day by just the office days that
//! the application was with the applicant.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use desk::{csv, file, found, row, take};
use sekisho::domain::deadline::DeadlineKind;
use sekisho::domain::query::Query;
use sekisho::domain::status::{Request, Status};
use sekisho::office::{Deadlines, Desk, FieldRequest, Grounds, Target, resolve, set_field, set_status, undo};

/// Noon in Japan on a day of November 2020 (UTC+9), in milliseconds.
fn noon(day: i64) -> i64 {
    // 2020-11-01 was a Sunday.
    1_604_199_600_000 + (day - 1) * 86_400_000
}

fn told(desk: &Desk) -> (DeadlineKind, Option<String>, i64) {
    let id = resolve(desk.store(), "1").or_else(|_| resolve(desk.store(), "000000000001")).unwrap();
    let entry = desk.store().entries(&[id]).unwrap().pop().unwrap();
    let deadline = Deadlines::of(desk).unwrap().deadline(desk.store(), &entry).unwrap().unwrap();
    (deadline.kind, deadline.day.map(|day| day.to_string()), deadline.days)
}

/// How many a query of today finds.
fn count(desk: &Desk, query: &str) -> u64 {
    let query = desk.query(query).unwrap();
    desk.store().count_matching(&query, &mut |_| ControlFlow::Continue(())).unwrap().matched
}

fn set(desk: &mut Desk, status: Status, until: Option<&str>) {
    let grounds =
        Grounds { reason: Some("理由"), until: until.map(|day| day.parse().unwrap()), ..Grounds::default() };
    set_status(desk, Request::To(status), &Target::Query(Query::default()), grounds, false).unwrap();
}

#[test]
fn the_last_day_moves_by_the_office_days_between_sending_back_and_the_correction() {
    let dir = tempfile::tempdir().unwrap();
    let today = Arc::new(AtomicI64::new(noon(2)));
    let clock = Arc::clone(&today);
    let store = dir.path().join("store");
    let mut desk = found(&store, Arc::new(move || clock.fetch_add(1, Ordering::Relaxed)));
    let on = |day: i64| today.store(noon(day), Ordering::Relaxed);
    std::fs::create_dir(store.join("forms")).unwrap();
    let form = "source = \"etumo\"\nid = \"01430\"\nstandard_days = 10\n";
    std::fs::write(store.join("forms/form.toml"), form).unwrap();
    let list = |desk: &mut Desk, answer: &str| {
        let text = csv(&["文"], &[row(1, "未処理", &[answer])]);
        take(desk, &file(dir.path(), "list.csv", text.as_bytes()), false).unwrap();
    };
    // Arrived on Thursday 29 October; the tenth office day behind it is Thursday 12 November.
    list(&mut desk, "a");
    assert_eq!(told(&desk), (DeadlineKind::Processing, Some("2020-11-12".into()), 8));
    assert_eq!((count(&desk, "deadline:2020-11-12"), count(&desk, "処理の期限:..昨日")), (1, 0));
    // Sent back on Wednesday the 4th, to be corrected by Friday the 13th; four days are used up.
    on(4);
    set(&mut desk, Status::Returned, Some("2020-11-13"));
    on(9);
    assert_eq!(told(&desk), (DeadlineKind::Correction, Some("2020-11-13".into()), 4));
    on(16);
    assert_eq!(told(&desk), (DeadlineKind::Correction, Some("2020-11-13".into()), -1));
    assert_eq!((count(&desk, "deadline:..yesterday"), count(&desk, "deadline:2020-11-12")), (1, 0), "補正期限 is over");
    // The correction arrives on Tuesday the 17th: nine office days have passed meanwhile.
    on(17);
    list(&mut desk, "b");
    let moved = (DeadlineKind::Processing, Some("2020-11-25".into()), 6);
    assert_eq!(told(&desk), moved);
    assert_eq!((count(&desk, "deadline:2020-11-25"), count(&desk, "deadline:..yesterday")), (1, 0), "it goes on");
    // That somebody takes it up two days later doesn't give us two days more.
    on(19);
    set(&mut desk, Status::Unprocessed, None);
    assert_eq!(told(&desk), (DeadlineKind::Processing, Some("2020-11-25".into()), 4));
    // Sent back once more, and taken back at once: nothing moves.
    set(&mut desk, Status::Returned, None);
    assert_eq!(told(&desk), (DeadlineKind::Paused, None, 4));
    assert_eq!((count(&desk, "deadline:..2030"), count(&desk, "-deadline:..2030")), (0, 1), "its clock stands still");
    undo(&mut desk, None).unwrap();
    assert_eq!(told(&desk), (DeadlineKind::Processing, Some("2020-11-25".into()), 4));
    // What has ended has no deadline any more, and one that staff have set counts where it is earlier.
    let due = FieldRequest::Due(Some("2020-11-20".parse().unwrap()));
    set_field(&mut desk, &due, &Target::Query(Query::default()), None, false).unwrap();
    assert_eq!((count(&desk, "deadline:2020-11-20"), count(&desk, "deadline:2020-11-25")), (1, 0));
    set(&mut desk, Status::Completed, None);
    assert_eq!(count(&desk, "deadline:..2030"), 0);
}
