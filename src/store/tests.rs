//! The store from its own outside: founding, importing in pieces, changing, undoing, checking, and damage.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::application::{Content, FormHeader, Instant};
use crate::domain::identity::{ApplicationId, ReceiptNumber};
use crate::domain::projection::Resident;
use crate::domain::status::Status;

pub(super) const SIGNED: Signed<'_> = Signed { actor: None, at_ms: 1_790_000_000_000, command: "test", approval: None };

pub(super) fn counting_entropy() -> Entropy {
    let mut n = 0u64;
    Box::new(move |bytes| {
        for byte in bytes {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (n >> 33) as u8;
        }
    })
}

pub(super) fn founded(dir: &Path) -> Store {
    let founding =
        Founding { segment: Segment::Lgwan, sign_in: SignIn::None, terminal: "lgwan-01".into(), demo: false };
    Store::found(dir, &founding, &SIGNED, Duration::ZERO, counting_entropy()).unwrap()
}

pub(super) fn opened(dir: &Path) -> Store {
    Store::open(dir, Duration::from_secs(5), counting_entropy()).unwrap()
}

pub(super) fn setting(file: u8) -> ImportSetting {
    ImportSetting {
        file: Some([file; 32]),
        file_name: "一覧.csv".into(),
        profile: "etumo-list".into(),
        profile_hash: [1; 32],
        encoding: "cp932".into(),
        encoding_code: 1,
        header: b"number,name".to_vec(),
        length: 1000,
    }
}

pub(super) fn form() -> Arc<FormHeader> {
    Arc::new(FormHeader {
        code: "01430".into(),
        version: "1".into(),
        name: "様式".into(),
        items: vec!["利用日".into()],
    })
}

pub(super) fn content(form: &Arc<FormHeader>, number: u32, item: &str) -> Content {
    Content {
        source: "etumo".into(),
        number: ReceiptNumber::new(&format!("{number:012}")).unwrap(),
        form: form.clone(),
        submitted: Some(Instant { seconds: 1_600_000_000 + i64::from(number), offset_minutes: 540 }),
        name: Some("山形　花子".into()),
        kana: None,
        mail: None,
        user_id: None,
        line: None,
        remarks: Some(String::new()),
        values: vec![Some(item.to_owned())],
        raw: std::collections::BTreeMap::from([(6, vec![0xf0, 0x40])]),
        sealed: Vec::new(),
    }
}

/// Rows of a file: number, item, status.
pub(super) type Rows<'a> = &'a [(u32, &'a str, Status)];

/// Puts one row in, made ready as the office does on another thread.
pub(super) fn put(import: &mut Import<'_>, row: &Incoming<'_>) -> Result<Put> {
    let Incoming { content, status, line, bytes } = *row;
    let mut preparer = Preparer::new(counting_entropy());
    let mut rows = preparer.room();
    rows.contents().add(content);
    preparer.ready(&mut rows, Given { status, line, bytes });
    let put = import.put(&rows, 0)?;
    import.done_with(rows);
    Ok(put)
}

/// Puts rows in and sets contradictions aside, as the office does.
pub(super) fn fill(import: &mut Import<'_>, rows: Rows<'_>, from: usize) -> Vec<Put> {
    let form = form();
    let mut puts = Vec::new();
    for (place, (number, item, status)) in rows.iter().enumerate().skip(from) {
        let content = content(&form, *number, item);
        let line = place as u64 + 2;
        let row = Incoming { content: &content, status: Some(*status), line, bytes: (line * 10, 10) };
        let put = put(import, &row).unwrap();
        if let Put::Conflict(earlier) = put {
            for line in earlier.map(|e| e.0).into_iter().chain([line]) {
                let aside = SetAside { line, column: None, field: None, reason: 9, bytes: b"row" };
                import.set_aside(&aside).unwrap();
            }
        }
        import.reached((line + 1) * 10, line + 1).unwrap();
        puts.push(put);
    }
    puts
}

pub(super) fn imported(store: &mut Store, file: u8, rows: Rows<'_>) -> Published {
    let (mut import, begun) = Import::begin(store, setting(file), Duration::ZERO).unwrap();
    assert_eq!(begun.resume, None);
    fill(&mut import, rows, 0);
    import.publish(&SIGNED).unwrap()
}

pub(super) fn id_of(store: &Store, number: u32) -> ApplicationId {
    store.by_number(None, &format!("{number:012}")).unwrap()[0]
}

pub(super) fn set(store: &mut Store, to: Status, ids: &[ApplicationId]) -> Changed {
    let changes = vec![StatusChange { to, targets: ids.iter().map(|id| (*id, None)).collect() }];
    let (changed, ()) = store.set_status(&SIGNED, Some("理由"), |_| Ok::<_, StoreError>((changes, ()))).unwrap();
    changed
}

pub(super) fn statuses(store: &Store, numbers: std::ops::Range<u32>) -> Vec<Status> {
    let ids: Vec<ApplicationId> = numbers.map(|number| id_of(store, number)).collect();
    store.entries(&ids).unwrap().into_iter().map(|entry| entry.state.status.0).collect()
}

use Status::{Completed, Provisional, Unprocessed};

#[test]
fn a_founded_store_opens_and_checks() {
    let dir = tempfile::tempdir().unwrap();
    let store = founded(dir.path());
    assert_eq!(store.check(&mut |_| {}).unwrap().operations, 1);
    drop(store);
    let again = opened(dir.path());
    assert_eq!(again.meta().terminal, "lgwan-01");
    assert!(matches!(
        Store::found(
            dir.path(),
            &Founding { segment: Segment::Lgwan, sign_in: SignIn::Os, terminal: "x".into(), demo: false },
            &SIGNED,
            Duration::ZERO,
            counting_entropy()
        ),
        Err(StoreError::Exists(_))
    ));
    assert!(matches!(
        Store::open(&dir.path().join("none"), Duration::ZERO, counting_entropy()),
        Err(StoreError::Absent(_))
    ));
}

#[test]
fn the_same_file_twice_is_unchanged_and_a_changed_row_is_a_revision() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    let first: Rows<'_> = &[(1, "a", Unprocessed), (2, "b", Unprocessed), (3, "c", Completed)];
    let published = imported(&mut store, 1, first);
    assert_eq!((published.counts.added, published.counts.read), (3, 3));
    let again = imported(&mut store, 2, first);
    assert_eq!((again.counts.unchanged, again.counts.updated), (3, 0));
    let second: Rows<'_> = &[(1, "a2", Status::Withdrawn), (2, "b", Unprocessed)];
    let published = imported(&mut store, 3, second);
    assert_eq!((published.counts.updated, published.counts.unchanged), (1, 1));
    assert_eq!(published.status_differs.len(), 1, "the file's status never moves ours");
    let entry = store.entries(&[id_of(&store, 1)]).unwrap().remove(0);
    assert_eq!(entry.content.values, vec![Some("a2".to_owned())]);
    assert_eq!(entry.state.status.0, Unprocessed);
    assert_eq!(entry.state.source.unwrap().0, Status::Withdrawn);
    assert_eq!(entry.state.version, 2);
    assert_eq!(store.contents(&entry).unwrap().len(), 2);
    // An older download after a newer one: there is no going back.
    let older = imported(&mut store, 4, first);
    assert_eq!((older.counts.unchanged, older.counts.updated), (3, 0));
    let history = store.history(&store.entries(&[entry.id]).unwrap()[0]).unwrap();
    let brought: Vec<u32> = history.iter().filter_map(|line| Some(line.brought.as_ref()?.revision)).collect();
    assert_eq!(brought, [2, 1]);
    assert_eq!(history.last().unwrap().status, Some((None, Unprocessed)));
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn rows_that_contradict_each_other_are_both_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &[(5, "known", Unprocessed)]);
    let rows: Rows<'_> = &[
        (1, "a", Unprocessed),
        (2, "b", Unprocessed),
        (1, "other", Unprocessed),
        (1, "a", Unprocessed),
        (2, "b", Unprocessed),
        (5, "known", Unprocessed),
        (5, "changed", Unprocessed),
        (6, "same", Unprocessed),
        (6, "same", Completed),
    ];
    let published = imported(&mut store, 2, rows);
    let counts = published.counts;
    assert_eq!((counts.read, counts.added, counts.updated, counts.unchanged, counts.rejected), (9, 1, 0, 1, 7));
    assert!(store.by_number(None, "000000000001").unwrap().is_empty());
    assert_eq!(store.entries(&[id_of(&store, 5)]).unwrap()[0].content.values, vec![Some("known".to_owned())]);
    let mut lines = Vec::new();
    store.visit_rejected(&mut |row| lines.push(row.line)).unwrap();
    assert_eq!(lines, [2, 4, 5, 7, 8, 9, 10]);
    store.check(&mut |_| {}).unwrap();
    assert_eq!(store.clear_rejected(&SIGNED, None).unwrap().1, 7);
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn an_interrupted_import_is_invisible_and_the_same_file_continues_it() {
    let rows: Vec<(u32, &str, Status)> = (1..=9000).map(|n| (n, "x", Unprocessed)).collect();
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    {
        let (mut import, _) = Import::begin(&mut store, setting(1), Duration::ZERO).unwrap();
        fill(&mut import, &rows[..8500], 0);
        import.pause().unwrap();
        // Rows after the pause are lost with the process, as in a crash.
        fill(&mut import, &rows[..8600], 8500);
    }
    assert!(store.by_number(None, "000000000001").unwrap().is_empty(), "invisible");
    store.check(&mut |_| {}).unwrap();
    let (mut import, begun) = Import::begin(&mut store, setting(1), Duration::ZERO).unwrap();
    let (_, line) = begun.resume.unwrap();
    assert_eq!(line, 8502);
    fill(&mut import, &rows, line as usize - 2);
    let published = import.publish(&SIGNED).unwrap();
    assert_eq!((published.counts.read, published.counts.added), (9000, 9000));
    assert_eq!(store.check(&mut |_| {}).unwrap().applications, 9000);
}

#[test]
fn another_file_takes_an_unfinished_import_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    {
        let (mut import, _) = Import::begin(&mut store, setting(1), Duration::ZERO).unwrap();
        fill(&mut import, &[(1, "a", Unprocessed), (2, "b", Unprocessed)], 0);
        import.pause().unwrap();
    }
    let published = imported(&mut store, 2, &[(2, "other", Unprocessed)]);
    assert_eq!(published.counts.added, 1);
    assert!(store.by_number(None, "000000000001").unwrap().is_empty());
    assert_eq!(id_of(&store, 2).n(), 3, "numbers once given are never given again");
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn a_change_of_many_is_one_operation_and_can_be_undone_and_redone() {
    let rows: Vec<(u32, &str, Status)> = (1..=200).map(|n| (n, "x", Unprocessed)).collect();
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &rows);
    let ids: Vec<ApplicationId> = (1..=200).map(|n| id_of(&store, n)).collect();
    let before = store.head().unwrap().0;
    assert_eq!(set(&mut store, Provisional, &ids).changed, 200);
    assert_eq!(store.head().unwrap().0, before + 1);
    let second = set(&mut store, Completed, &ids[..3]);
    assert_eq!(
        store.status_steps(second.operation.unwrap()).unwrap().before(ids[0]).unwrap(),
        Before::Was(Some(Provisional))
    );
    // Undone by name, the first change leaves those alone that were changed since.
    let undone = store.undo(&SIGNED, Some(OperationId::new(0, before + 1))).unwrap();
    assert_eq!((undone.changed, undone.refused.len()), (197, 3));
    assert_eq!(statuses(&store, 1..6), [Completed, Completed, Completed, Unprocessed, Unprocessed]);
    // Without a name: the last change that stands, then nothing.
    assert_eq!(store.undo(&SIGNED, None).unwrap().changed, 3);
    assert!(matches!(store.undo(&SIGNED, None), Err(StoreError::NotUndoable(_))));
    assert_eq!(store.redo(&SIGNED).unwrap().changed, 3);
    assert_eq!(store.redo(&SIGNED).unwrap().changed, 197);
    assert_eq!(statuses(&store, 1..5), [Completed, Completed, Completed, Provisional]);
    assert!(matches!(store.redo(&SIGNED), Err(StoreError::NotUndoable(_))));
    let entry = store.entries(&ids[..1]).unwrap().remove(0);
    let history = store.history(&entry).unwrap();
    assert_eq!(history[0].status, Some((Some(Provisional), Completed)));
    assert_eq!(history[1].status, Some((Some(Completed), Provisional)));
    assert_eq!(history[2].reason.as_deref(), Some("理由"));
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn a_change_since_the_plan_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &[(1, "a", Unprocessed), (2, "b", Unprocessed)]);
    let (one, two) = (id_of(&store, 1), id_of(&store, 2));
    let planned = store.entries(&[one]).unwrap()[0].state.status;
    set(&mut store, Provisional, &[one]);
    let changes = vec![StatusChange { to: Completed, targets: vec![(one, Some(planned)), (two, Some(planned))] }];
    let (changed, ()) = store.set_status(&SIGNED, None, |_| Ok::<_, StoreError>((changes, ()))).unwrap();
    assert_eq!((changed.changed, changed.refused), (1, vec![one]));
}

#[test]
fn what_is_missing_comes_last_in_both_directions() {
    use crate::domain::order::{Order, SortField};
    use crate::domain::query::{Needs, Query};
    use std::ops::ControlFlow::Continue;
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    let (mut import, _) = Import::begin(&mut store, setting(1), Duration::ZERO).unwrap();
    for (number, kana) in [(1, None), (2, Some("イ")), (3, Some("")), (4, Some("ア"))] {
        let content = Content { kana: kana.map(str::to_owned), ..content(&form(), number, "x") };
        let row = Incoming { content: &content, status: None, line: number.into(), bytes: (0, 1) };
        put(&mut import, &row).unwrap();
    }
    import.publish(&SIGNED).unwrap();
    for (descending, expected) in [(false, [4, 2, 1, 3]), (true, [2, 4, 1, 3])] {
        let mut seen = Vec::new();
        let order = Order { field: SortField::Kana, descending };
        let query = Query::default();
        let see = &mut |found: &Candidate<'_>| {
            seen.push(found.id.n());
            Continue(())
        };
        store.scan(&query, Needs::default(), order, &mut |_| Continue(()), see).unwrap();
        assert_eq!(seen, expected);
    }
}

#[test]
fn damage_is_found_and_its_place_named() {
    let cases: [(&str, &str); 16] = [
        ("UPDATE op SET bytes = (SELECT bytes FROM op WHERE id = 1) WHERE id = 3", "op 3"),
        ("UPDATE op SET at = at + 1 WHERE id = 2", "op 2: copy"),
        ("UPDATE op SET hash = zeroblob(32) WHERE id = 3", "op 3: hash"),
        ("DELETE FROM op WHERE id = 2", "op 2: missing"),
        ("DELETE FROM op WHERE id = 3", "stream 0: head"),
        ("UPDATE op_text SET text = '別の理由' WHERE op = 3", "op 3: text"),
        ("UPDATE app SET name = '別人' WHERE id = 2", "op 2: contents, part 1"),
        ("UPDATE state SET status = 8 WHERE id = 2", "state 2"),
        ("DELETE FROM state WHERE id = 1", "state 1"),
        ("INSERT INTO op SELECT id + 4294967296, at, actor, kind, bytes, hash FROM op WHERE id = 1", "op: stray"),
        ("INSERT INTO app_old(id, op, row) VALUES (1, 3, x'80')", "app_old: stray"),
        ("DELETE FROM birth", "birth 1"),
        ("DELETE FROM identity WHERE id = 1", "identity of app 1"),
        ("UPDATE identity SET id = 3 - id", "identity of app 1"),
        ("INSERT INTO identity VALUES (9, 'x', 1)", "identity: stray"),
        ("UPDATE form SET source = 9", "form of app 1"),
    ];
    for (damage, place) in cases {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        imported(&mut store, 1, &[(1, "a", Unprocessed), (2, "b", Unprocessed)]);
        let one = id_of(&store, 1);
        set(&mut store, Provisional, &[one]);
        store.check(&mut |_| {}).unwrap();
        store.db.execute(damage, []).unwrap();
        match store.check(&mut |_| {}) {
            Err(StoreError::Damaged(found)) => assert!(found.starts_with(place), "{damage}: {found}"),
            other => panic!("{damage}: {other:?}"),
        }
    }
}

/// One step of a random schedule.
#[derive(Debug, Clone)]
enum Step {
    Import(Vec<(u32, u8, usize)>),
    Set(usize, Vec<u32>),
    Undo(u32),
    UndoLast,
    Redo,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        proptest::collection::vec((1u32..30, 0u8..3, 0usize..10), 1..20).prop_map(Step::Import),
        (0usize..10, proptest::collection::vec(1u32..30, 1..25)).prop_map(|(to, numbers)| Step::Set(to, numbers)),
        (0usize..10, Just((1..30).collect())).prop_map(|(to, numbers)| Step::Set(to, numbers)),
        (1u32..12).prop_map(Step::Undo),
        Just(Step::UndoLast),
        Just(Step::Redo),
    ]
}

/// The projection target by target: the slow and plain way.
struct OneByOne(Resident);

impl crate::domain::projection::StateView for OneByOne {
    type Error = crate::domain::projection::Impossible;

    fn births(
        &mut self,
        births: &mut dyn Iterator<Item = (ApplicationId, Status, Option<Status>)>,
        operation: OperationId,
    ) -> std::result::Result<(), Self::Error> {
        for birth in births {
            self.0.births(&mut std::iter::once(birth), operation)?;
        }
        Ok(())
    }

    fn write(
        &mut self,
        change: &crate::domain::projection::Change,
        targets: &[ApplicationId],
        operation: OperationId,
    ) -> std::result::Result<Vec<ApplicationId>, Self::Error> {
        let mut refused = Vec::new();
        for target in targets {
            refused.extend(self.0.write(change, std::slice::from_ref(target), operation)?);
        }
        Ok(refused)
    }

    fn erased(&mut self, targets: &[ApplicationId]) -> std::result::Result<(), Self::Error> {
        targets.iter().try_for_each(|target| self.0.erased(std::slice::from_ref(target)))
    }

    fn revised(&mut self, targets: &[ApplicationId]) -> std::result::Result<(), Self::Error> {
        targets.iter().try_for_each(|target| self.0.revised(std::slice::from_ref(target)))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is done in whatever order: the table that the live changes made, set-based, equals the replay in memory,
    /// set-based and one by one, and the whole store checks.
    #[test]
    fn the_state_is_what_the_log_says(steps in proptest::collection::vec(step(), 1..14)) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        for (at, step) in steps.into_iter().enumerate() {
            match step {
                Step::Import(rows) => {
                    let items = ["a", "b", "c"];
                    let rows: Vec<(u32, &str, Status)> =
                        rows.into_iter().map(|(n, item, s)| (n, items[item as usize], Status::ALL[s])).collect();
                    imported(&mut store, at as u8, &rows);
                }
                Step::Set(to, numbers) => {
                    let ids: Vec<ApplicationId> = numbers
                        .into_iter()
                        .filter_map(|n| store.by_number(None, &format!("{n:012}")).unwrap().first().copied())
                        .collect();
                    set(&mut store, Status::ALL[to], &ids);
                }
                Step::Undo(seq) => drop(store.undo(&SIGNED, Some(OperationId::new(0, seq)))),
                Step::UndoLast => drop(store.undo(&SIGNED, None)),
                Step::Redo => drop(store.redo(&SIGNED)),
            }
        }
        let report = store.check(&mut |_| {});
        prop_assert!(report.is_ok(), "{:?}", report);
        let resident = rebuild::replay(&store.db, &mut |_| true).unwrap();
        let mut plain = OneByOne(Resident::default());
        let reader = log::LogReader::new(&store.db).unwrap();
        let mut at = 1;
        while let Some(operation) = reader.read(OperationId::new(0, at)).unwrap() {
            crate::domain::projection::apply(&mut plain, OperationId::new(0, at), &operation, &reader).unwrap();
            at += 1;
        }
        prop_assert_eq!(plain.0, resident);
    }
}

#[test]
fn a_file_taken_in_again_tells_what_its_rows_set_aside_had_to_say_and_nothing_older() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &[(1, "a", Unprocessed), (2, "b", Unprocessed), (3, "c", Unprocessed)]);
    // Its second row says a status that the profile doesn't know yet.
    let (mut import, _) = Import::begin(&mut store, setting(2), Duration::ZERO).unwrap();
    fill(&mut import, &[(1, "a", Provisional)], 0);
    import.set_aside(&SetAside { line: 3, column: None, field: None, reason: 9, bytes: b"row" }).unwrap();
    import.publish(&SIGNED).unwrap();
    imported(&mut store, 3, &[(1, "a", Unprocessed)]);
    let theirs = |store: &Store| {
        let ids: Vec<ApplicationId> = (1..4).map(|number| id_of(store, number)).collect();
        let entries = store.entries(&ids).unwrap();
        entries.iter().map(|entry| entry.state.source.unwrap().0).collect::<Vec<_>>()
    };
    let corrected: Rows<'_> = &[(1, "a", Provisional), (2, "b", Completed), (3, "c", Unprocessed)];
    let two = id_of(&store, 2);
    set(&mut store, Completed, &[two]);
    let again = imported(&mut store, 2, corrected);
    assert_eq!(theirs(&store), [Unprocessed, Completed, Unprocessed]);
    assert_eq!(again.ticked_off.reflected, 1, "what is told is what is kept");
    // A newer file moved it on; the old one a third time is no newer for having been taken in twice.
    imported(&mut store, 4, &[(2, "b", Provisional)]);
    imported(&mut store, 2, corrected);
    assert_eq!(theirs(&store), [Unprocessed, Provisional, Unprocessed]);
    store.check(&mut |_| {}).unwrap();
}
