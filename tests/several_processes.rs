//! Several at one store: connections of their own, as processes have them. Writers get their turn while an import runs,
//! nobody sees half an import, and whoever must wait is told for whom.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod desk;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use desk::{clock, found};
use sekisho::domain::application::{Content, FormHeader, Instant};
use sekisho::domain::identity::{ApplicationId, OperationId, ReceiptNumber};
use sekisho::domain::operation::Body;
use sekisho::domain::status::Status;
use sekisho::store::{
    Changed, Entropy, Given, Holder, Import, ImportSetting, Preparer, Published, Put, Signed, StatusChange, Store,
    StoreError,
};

const SIGNED: Signed<'_> = Signed { actor: None, at_ms: 1_790_000_000_000, command: "test", approval: None };

/// Long enough for a machine that does other things too; what must not happen is that this runs out.
const PATIENT: Duration = Duration::from_secs(60);

fn open(dir: &Path, wait: Duration) -> Result<Store, StoreError> {
    static STORES: AtomicU64 = AtomicU64::new(0);
    let mut state = STORES.fetch_add(1, Ordering::Relaxed) << 32;
    let entropy: Entropy = Box::new(move |bytes| {
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    });
    Store::open(dir, wait, entropy)
}

fn setting(file: u8) -> ImportSetting {
    ImportSetting {
        file: Some([file; 32]),
        file_name: "list.csv".into(),
        profile: "generic".into(),
        profile_hash: [1; 32],
        encoding: "utf-8".into(),
        encoding_code: 2,
        header: b"number,name".to_vec(),
        length: 1000,
    }
}

/// Puts rows of these numbers in; `after` is called after each of them.
fn put(import: &mut Import<'_>, numbers: std::ops::Range<u64>, after: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    let items = vec!["項目".to_owned()];
    let form = Arc::new(FormHeader { code: "1".into(), version: "1".into(), name: "様式".into(), items });
    let mut preparer = Preparer::new(Box::new(|salts| salts.fill(7)));
    for number in numbers {
        let content = Content {
            source: "generic".into(),
            number: ReceiptNumber::new(&number.to_string()).unwrap(),
            form: form.clone(),
            submitted: Some(Instant { seconds: number as i64, offset_minutes: 540 }),
            name: None,
            kana: None,
            mail: None,
            user_id: None,
            line: None,
            remarks: None,
            values: vec![Some("x".repeat(40))],
            raw: BTreeMap::new(),
            sealed: Vec::new(),
        };
        let mut rows = preparer.room();
        rows.contents().add(&content);
        preparer.ready(&mut rows, Given { status: None, line: number + 1, bytes: (number * 100, 100) });
        assert_eq!(import.put(&rows, 0)?, Put::Added);
        import.done_with(rows);
        import.reached((number + 1) * 100, number + 2)?;
        after(number);
    }
    Ok(())
}

fn import(store: &mut Store, file: u8, numbers: std::ops::Range<u64>) -> Published {
    let (mut import, _) = Import::begin(store, setting(file), PATIENT).unwrap();
    put(&mut import, numbers, &mut |_| {}).unwrap();
    import.publish(&SIGNED).unwrap()
}

fn id_of(store: &Store, number: u64) -> ApplicationId {
    store.by_number(None, &number.to_string()).unwrap()[0]
}

/// Sets the status of all of these to whatever they don't have now, of two.
fn toggle(store: &mut Store, ids: &[ApplicationId]) -> Result<Changed, StoreError> {
    let choose = |store: &Store| {
        let now = store.statuses(&ids[..1])?[0].map(|(status, _)| status);
        let to = if now == Some(Status::Provisional) { Status::Unprocessed } else { Status::Provisional };
        Ok::<_, StoreError>((vec![StatusChange { to, targets: ids.iter().map(|id| (*id, None)).collect() }], ()))
    };
    store.set_status(&SIGNED, None, choose).map(|(changed, ())| changed)
}

fn operations(store: &Store) -> Vec<(OperationId, u64)> {
    let mut all = Vec::new();
    store
        .visit_log(&mut |line| {
            all.push((line.id, line.operation.body.kind()));
            true
        })
        .unwrap();
    all.reverse();
    all
}

#[test]
fn writers_get_their_turn_while_an_import_runs_and_every_acknowledged_change_is_stored() {
    let dir = tempfile::tempdir().unwrap();
    drop(found(dir.path(), clock()));
    let mut importer = open(dir.path(), PATIENT).unwrap();
    import(&mut importer, 1, 1..101);
    let over = AtomicBool::new(false);
    let (first, second) = std::thread::scope(|scope| {
        let writer = |numbers: std::ops::Range<u64>| {
            let over = &over;
            let dir = dir.path();
            scope.spawn(move || {
                let mut store = open(dir, PATIENT).unwrap();
                let ids: Vec<ApplicationId> = numbers.map(|number| id_of(&store, number)).collect();
                let mut acknowledged = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let changed = toggle(&mut store, &ids).unwrap();
                    assert_eq!((changed.changed, changed.refused), (ids.len() as u64, Vec::new()));
                    acknowledged.push(changed.operation.unwrap());
                    std::thread::yield_now();
                }
                acknowledged
            })
        };
        let (first, second) = (writer(1..51), writer(51..101));
        // Five turns of 8,192 rows: five times the writers have a gap to get in.
        import(&mut importer, 2, 1000..1000 + 5 * 8192);
        over.store(true, Ordering::Relaxed);
        (first.join().unwrap(), second.join().unwrap())
    });
    let log = operations(&importer);
    let import_at = log.iter().rposition(|(_, kind)| *kind == 3).unwrap();
    for (writer, acknowledged) in [("first", &first), ("second", &second)] {
        assert!(acknowledged.is_sorted(), "a later change has a later number");
        for operation in acknowledged {
            assert!(log.contains(&(*operation, 4)), "acknowledged, but not in the log: {operation}");
        }
        let during = acknowledged.iter().filter(|operation| **operation < log[import_at].0).count();
        assert!(during >= 1, "the {writer} writer waited for the whole import");
    }
    assert_eq!(log.iter().filter(|(_, kind)| *kind == 4).count(), first.len() + second.len());
    let report = importer.check(&mut |_| {}).unwrap();
    assert_eq!(report.applications, 100 + 5 * 8192);
}

#[test]
fn two_writers_on_the_same_applications_change_them_one_after_the_other() {
    let dir = tempfile::tempdir().unwrap();
    drop(found(dir.path(), clock()));
    import(&mut open(dir.path(), PATIENT).unwrap(), 1, 1..21);
    const TIMES: usize = 40;
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut store = open(dir.path(), PATIENT).unwrap();
                let ids: Vec<ApplicationId> = (1..21).map(|number| id_of(&store, number)).collect();
                for _ in 0..TIMES {
                    // Decided inside the transaction, every one finds all twenty alike and moves them all.
                    assert_eq!(toggle(&mut store, &ids).unwrap().changed, 20);
                }
            });
        }
    });
    let store = open(dir.path(), PATIENT).unwrap();
    let ids: Vec<ApplicationId> = (1..21).map(|number| id_of(&store, number)).collect();
    for entry in store.entries(&ids).unwrap() {
        assert_eq!(entry.state.version as usize, 1 + 2 * TIMES);
        assert_eq!(store.history(&entry).unwrap().len(), 1 + 2 * TIMES);
    }
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn a_commit_of_another_is_noticed_and_an_own_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    drop(found(dir.path(), clock()));
    let mut writer = open(dir.path(), PATIENT).unwrap();
    import(&mut writer, 1, 1..4);
    let watcher = open(dir.path(), PATIENT).unwrap();
    let (theirs, mine) = (watcher.data_version().unwrap(), writer.data_version().unwrap());
    assert_eq!(watcher.data_version().unwrap(), theirs, "nothing happened");
    let ids = [id_of(&writer, 1)];
    toggle(&mut writer, &ids).unwrap();
    assert_ne!(watcher.data_version().unwrap(), theirs);
    assert_eq!(writer.data_version().unwrap(), mine);
    let seen = watcher.data_version().unwrap();
    let nothing = |_: &Store| Err::<(Vec<StatusChange>, ()), _>(StoreError::Changed);
    assert!(writer.set_status(&SIGNED, None, nothing).is_err());
    assert_eq!(watcher.data_version().unwrap(), seen, "what was not committed is no change");
}

#[test]
fn nobody_sees_an_import_before_it_is_published() {
    let dir = tempfile::tempdir().unwrap();
    drop(found(dir.path(), clock()));
    let mut importer = open(dir.path(), PATIENT).unwrap();
    import(&mut importer, 1, 1..11);
    let reader = open(dir.path(), PATIENT).unwrap();
    let looks = |expected: u64, when: &str| {
        assert_eq!(reader.size().unwrap(), expected, "{when}");
        let mut seen = 0;
        reader
            .scan_unordered(
                &Default::default(),
                Default::default(),
                &mut |_| std::ops::ControlFlow::Continue(()),
                &mut |_| {
                    seen += 1;
                    std::ops::ControlFlow::Continue(())
                },
            )
            .unwrap();
        assert_eq!(seen, expected, "{when}");
        assert_eq!(reader.by_number(None, "1000").unwrap().len(), usize::from(expected > 10), "{when}");
        assert!(reader.entries(&[ApplicationId::new(0, 11)]).unwrap().len() == usize::from(expected > 10), "{when}");
    };
    let (mut running, _) = Import::begin(&mut importer, setting(2), PATIENT).unwrap();
    put(&mut running, 1000..1000 + 8192 + 500, &mut |number| {
        if number % 2048 == 0 || number == 1000 + 8192 {
            looks(10, "while rows come in");
        }
    })
    .unwrap();
    running.pause().unwrap();
    looks(10, "all rows are in, and committed");
    reader.check(&mut |_| {}).unwrap();
    running.publish(&SIGNED).unwrap();
    looks(10 + 8192 + 500, "published");
    reader.check(&mut |_| {}).unwrap();
}

#[test]
fn who_holds_the_store_alone_keeps_others_out() {
    let dir = tempfile::tempdir().unwrap();
    drop(found(dir.path(), clock()));
    let lock = File::options().read(true).write(true).open(dir.path().join("store.lock")).unwrap();
    lock.lock().unwrap();
    assert!(matches!(open(dir.path(), Duration::ZERO), Err(StoreError::Busy(_))));
    // Whoever waits gets in as soon as it is free.
    let waited = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| open(dir.path(), PATIENT).map(|store| store.size().unwrap()));
        std::thread::yield_now();
        lock.unlock().unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(waited.unwrap(), 0);
    // An open store keeps who wants it alone out, and several share it.
    let (one, two) = (open(dir.path(), Duration::ZERO).unwrap(), open(dir.path(), Duration::ZERO).unwrap());
    assert!(lock.try_lock().is_err());
    drop(one);
    assert!(lock.try_lock().is_err());
    drop(two);
    lock.try_lock().unwrap();
}

#[test]
fn a_second_import_is_told_who_imports_and_a_third_one_waits_its_turn() {
    let dir = tempfile::tempdir().unwrap();
    drop(found(dir.path(), clock()));
    let mut importer = open(dir.path(), PATIENT).unwrap();
    let (mut running, _) = Import::begin(&mut importer, setting(1), PATIENT).unwrap();
    put(&mut running, 1..100, &mut |_| {}).unwrap();
    let mut other = open(dir.path(), Duration::ZERO).unwrap();
    let own = std::process::id().to_string();
    match Import::begin(&mut other, setting(2), Duration::ZERO) {
        Err(StoreError::Busy(Holder::Import(who))) => assert!(who.contains(&own), "{who}"),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("two imports at once"),
    }
    // The import is in the middle of a turn: a change that can't wait is refused.
    let refused = other.set_status(&SIGNED, None, |_| Ok::<_, StoreError>((Vec::new(), ())));
    // (Nobody is told to wait for himself: within one process the note in the lock is passed over.)
    assert!(matches!(&refused, Err(StoreError::Busy(_))), "{refused:?}");
    let third = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut store = open(dir.path(), PATIENT).unwrap();
            import(&mut store, 3, 200..300)
        });
        std::thread::yield_now();
        running.publish(&SIGNED).unwrap();
        waiting.join().unwrap()
    });
    assert_eq!((third.counts.added, third.operation.unwrap().n()), (100, 3));
    assert_eq!(other.size().unwrap(), 99 + 100);
    other.check(&mut |_| {}).unwrap();
}

#[test]
fn two_founders_at_once_found_one_store() {
    for _ in 0..8 {
        let dir = tempfile::tempdir().unwrap();
        let outcomes: Vec<Result<(), String>> = std::thread::scope(|scope| {
            let founders: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        let opening = sekisho::office::Opening { operator: None, wait: PATIENT, credential: None };
                        let founder = sekisho::office::Founder {
                            segment: sekisho::store::Segment::Lgwan,
                            sign_in: sekisho::store::SignIn::None,
                            terminal: "lgwan-01".into(),
                        };
                        let surroundings = desk::surroundings(clock());
                        let desk = sekisho::office::Desk::found(dir.path(), &founder, false, surroundings, &opening);
                        desk.map(drop).map_err(|error| sekisho::domain::fault::Fault::code(&error).to_owned())
                    })
                })
                .collect();
            founders.into_iter().map(|founder| founder.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert!(
            outcomes
                .iter()
                .all(|outcome| outcome.as_ref().is_ok_and(|()| true) || outcome == &Err("store.exists".to_owned())),
            "{outcomes:?}"
        );
        let store = open(dir.path(), PATIENT).unwrap();
        assert!(matches!(store.operation(OperationId::new(0, 1)).unwrap().unwrap().body, Body::Epoch { .. }));
        assert_eq!(store.check(&mut |_| {}).unwrap().operations, 1);
    }
}
