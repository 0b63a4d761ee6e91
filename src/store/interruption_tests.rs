//! Imports that are cut off: at every single commit in turn, in the middle of being taken back, and across files that
//! set rows aside. What comes out must be what an import in one go gives.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::tests::{Rows, SIGNED, content, fill, form, founded, id_of, imported, opened, put, set, setting};
use super::*;
use crate::domain::identity::ApplicationId;
use crate::domain::operation::ImportCounts;
use crate::domain::status::Status;

use Status::{Completed, Provisional, Unprocessed};

/// Lets `commits` commits pass and fails every one after them, as a disk that fills up would. The answer counts them.
fn fail_after(store: &mut Store, commits: u32) -> Arc<AtomicU32> {
    let seen = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&seen);
    store.db.commit_hook(Some(move || count.fetch_add(1, Ordering::Relaxed) >= commits)).unwrap();
    seen
}

/// An import as the office runs it, with a pause (a turn that ends) every `turn` rows.
fn run(store: &mut Store, file: u8, rows: Rows<'_>, turn: usize) -> Result<Published> {
    let (mut import, begun) = Import::begin(store, setting(file), Duration::ZERO)?;
    let mut from = begun.resume.map_or(0, |(_, line)| line as usize - 2);
    while from < rows.len() {
        let to = rows.len().min(from + turn);
        fill(&mut import, &rows[..to], from);
        import.pause()?;
        from = to;
    }
    import.publish(&SIGNED)
}

/// By number: what an application says, our status, the source's, its version.
type Applications = BTreeMap<String, (String, Status, Option<Status>, u32)>;

/// What a store says of its content, without what chance decides; and the rows set aside: import and line.
fn told(store: &Store) -> (Applications, Vec<(String, u64)>) {
    let mut ids = Vec::new();
    store
        .visit_states(&mut |id, _| {
            ids.push(id);
            Ok(())
        })
        .unwrap();
    let entries = store.entries(&ids).unwrap();
    let applications = entries.into_iter().map(|entry| {
        let said = format!("{:?}", entry.content.values);
        let state = entry.state;
        (entry.content.number.to_string(), (said, state.status.0, state.source.map(|(s, _)| s), state.version))
    });
    let mut aside = Vec::new();
    store.visit_rejected(&mut |row| aside.push((row.import.to_string(), row.line))).unwrap();
    (applications.collect(), aside)
}

/// A file with births, a revision, an unchanged row, a changed source status, and two kinds of contradiction, one of
/// which spans turns.
const SECOND: Rows<'_> = &[
    (10, "a", Unprocessed),
    (1, "revised", Completed),
    (11, "b", Provisional),
    (2, "x", Completed),
    (10, "other", Unprocessed),
    (12, "c", Unprocessed),
    (3, "revised", Unprocessed),
    (12, "c", Unprocessed),
    (3, "x", Unprocessed),
    (10, "a", Unprocessed),
    (13, "d", Unprocessed),
];

const FIRST: Rows<'_> = &[
    (1, "x", Unprocessed),
    (2, "x", Unprocessed),
    (3, "x", Unprocessed),
    (4, "x", Unprocessed),
    (4, "y", Unprocessed),
];

#[test]
fn cut_off_at_any_commit_the_same_file_gives_the_same_store() {
    let whole = tempfile::tempdir().unwrap();
    let mut store = founded(whole.path());
    imported(&mut store, 1, FIRST);
    let published = run(&mut store, 2, SECOND, 2).unwrap();
    let expected = told(&store);
    let counts = ImportCounts { read: 11, added: 3, updated: 1, unchanged: 2, rejected: 5 };
    assert_eq!(published.counts, counts);

    let mut stop = 0;
    loop {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        imported(&mut store, 1, FIRST);
        let before = told(&store);
        let commits = fail_after(&mut store, stop);
        let cut = run(&mut store, 2, SECOND, 2);
        drop(store);
        let mut store = opened(dir.path());
        store.check(&mut |_| {}).unwrap();
        match cut {
            Ok(_) => assert_eq!(told(&store), expected, "said to be done after {stop} commits"),
            Err(_) => {
                assert_eq!(told(&store), before, "said to have failed at commit {stop}");
                let published = run(&mut store, 2, SECOND, 3).unwrap();
                assert_eq!(published.counts, counts, "continued after commit {stop}");
                assert_eq!(told(&store), expected, "continued after commit {stop}");
                store.check(&mut |_| {}).unwrap();
            }
        }
        if commits.load(Ordering::Relaxed) <= stop {
            break;
        }
        stop += 1;
    }
    assert!(stop >= 8, "only {stop} commits were cut");
}

#[test]
fn a_file_whose_taking_back_was_cut_off_is_read_from_its_start() {
    let rows: Vec<(u32, &str, Status)> = (1..=9000).map(|n| (n, "x", Unprocessed)).collect();
    for commits in 0..4 {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        {
            let (mut import, _) = Import::begin(&mut store, setting(1), Duration::ZERO).unwrap();
            fill(&mut import, &rows[..8900], 0);
            import.pause().unwrap();
        }
        fail_after(&mut store, commits);
        // Another file begins to take the first one back, and the disk fills up on the way.
        drop(run(&mut store, 2, &[(1, "other", Unprocessed)], 1));
        drop(store);
        let mut store = opened(dir.path());
        store.check(&mut |_| {}).unwrap();
        if store.size().unwrap() == 0 {
            let published = run(&mut store, 1, &rows, 5000).unwrap();
            assert_eq!(published.counts.added, 9000, "after {commits} commits");
            assert_eq!(store.size().unwrap(), 9000, "after {commits} commits");
        }
        store.check(&mut |_| {}).unwrap();
    }
}

#[test]
fn a_change_whose_commit_fails_has_not_happened() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, FIRST);
    let ids: Vec<ApplicationId> = (1..4).map(|number| id_of(&store, number)).collect();
    set(&mut store, Provisional, &ids);
    let (before, head) = (told(&store), store.head().unwrap());
    fail_after(&mut store, 0);
    let changes = vec![StatusChange { to: Completed, targets: ids.iter().map(|id| (*id, None)).collect() }];
    assert!(store.set_status(&SIGNED, Some("理由"), |_| Ok::<_, StoreError>((changes, ()))).is_err());
    assert!(store.undo(&SIGNED, None).is_err());
    assert!(store.clear_rejected(&SIGNED, None).is_err());
    assert!(store.operator_or_new("s1", "試験", 0).is_err());
    assert_eq!((told(&store), store.head().unwrap()), (before, head));
    store.db.commit_hook(None::<fn() -> bool>).unwrap();
    assert_eq!(store.undo(&SIGNED, None).unwrap().changed, 3);
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn a_full_disk_is_called_that_and_the_same_file_continues_when_there_is_room() {
    let rows: Vec<(u32, &str, Status)> = (1..=4000).map(|n| (n, "x", Unprocessed)).collect();
    let mut met = 0;
    for room in [0, 10, 40, 100, 120] {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        imported(&mut store, 1, FIRST);
        let pages: i64 = store.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        let limit = |store: &Store, pages: i64| {
            store.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get::<_, i64>(0)).unwrap()
        };
        limit(&store, pages + room);
        // Not by `fill`, which takes no failure.
        let cut = (|| -> Result<Published> {
            let (mut import, _) = Import::begin(&mut store, setting(2), Duration::ZERO)?;
            let form = form();
            for (place, (number, item, status)) in rows.iter().enumerate() {
                let (content, line) = (content(&form, 100 + number, item), place as u64 + 2);
                let row = Incoming { content: &content, status: Some(*status), line, bytes: (line * 10, 10) };
                put(&mut import, &row)?;
                import.reached((line + 1) * 10, line + 1)?;
                if place % 500 == 499 {
                    import.pause()?;
                }
            }
            import.publish(&SIGNED)
        })();
        match cut {
            Err(error) => {
                assert!(matches!(error, StoreError::Full), "{room} pages of room: {error:?}");
                met += 1;
            }
            Ok(published) => assert_eq!(published.counts.added, 4000),
        }
        store.check(&mut |_| {}).unwrap();
        limit(&store, 1 << 30);
        if store.size().unwrap() == 4 - 1 {
            let later: Vec<(u32, &str, Status)> =
                rows.iter().map(|(n, item, status)| (100 + n, *item, *status)).collect();
            assert_eq!(run(&mut store, 2, &later, 1000).unwrap().counts.added, 4000, "{room} pages of room");
        }
        assert_eq!(store.size().unwrap(), 4003);
        store.check(&mut |_| {}).unwrap();
    }
    assert!(met >= 3, "the disk was full {met} times");
}

#[test]
fn rows_of_two_files_on_the_same_line_are_both_kept_aside() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    let contradicting: Rows<'_> = &[(1, "a", Unprocessed), (1, "b", Unprocessed)];
    for file in 1..=3 {
        let published = imported(&mut store, file, contradicting);
        assert_eq!((published.counts.read, published.counts.rejected), (2, 2), "file {file}");
    }
    let mut kept = Vec::new();
    store.visit_rejected(&mut |row| kept.push((row.import.n(), row.line))).unwrap();
    assert_eq!(kept, [(2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (4, 3)]);
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn an_application_named_by_two_changes_gets_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, FIRST);
    let (one, two) = (id_of(&store, 1), id_of(&store, 2));
    for (second_to, doubly) in [(Completed, vec![one]), (Provisional, vec![one])] {
        set(&mut store, Unprocessed, &[one, two]);
        let changes = vec![
            StatusChange { to: Provisional, targets: vec![(one, None), (one, None)] },
            StatusChange { to: second_to, targets: vec![(one, None), (two, None)] },
        ];
        let (changed, ()) = store.set_status(&SIGNED, None, |_| Ok::<_, StoreError>((changes, ()))).unwrap();
        assert_eq!((changed.changed, changed.refused), (2, doubly));
        let entries = store.entries(&[one, two]).unwrap();
        assert_eq!(entries.iter().map(|e| e.state.status.0).collect::<Vec<_>>(), [Provisional, second_to]);
        store.check(&mut |_| {}).unwrap();
        assert_eq!(store.undo(&SIGNED, None).unwrap().changed, 2);
    }
}

#[test]
fn an_operator_under_another_name_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    let operator = store.operator_or_new("s1234", "試験　太郎", 0).unwrap();
    assert_eq!(store.operator_code(operator.id).unwrap().as_deref(), Some("s1234"));
    store.check(&mut |_| {}).unwrap();
    store.db.execute("UPDATE operator SET code = 's9999'", []).unwrap();
    assert!(matches!(store.check(&mut |_| {}), Err(StoreError::Damaged(place)) if place == "op 2: operator"));
}

#[test]
fn a_moment_within_a_moment_is_the_same_moment() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, FIRST);
    let mut other = opened(dir.path());
    let one = id_of(&store, 1);
    let seen = store.at_one_moment(|store| {
        let before = store.statuses(&[one])?;
        set(&mut other, Provisional, &[one]);
        let within = store.at_one_moment(|store| store.statuses(&[one]))?;
        Ok::<_, StoreError>((before == within, store.statuses(&[one])? == before))
    });
    assert_eq!(seen.unwrap(), (true, true));
    assert_eq!(store.statuses(&[one]).unwrap()[0].unwrap().0, Provisional);
}

#[test]
fn a_full_number_space_is_an_error_and_not_a_second_use_of_a_number() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &[(1, "a", Unprocessed)]);
    store.db.execute("UPDATE stream SET births = 4294967295", []).unwrap();
    assert!(Import::begin(&mut store, setting(2), Duration::ZERO).is_err());
    store.db.execute("UPDATE stream SET births = 4294967293", []).unwrap();
    {
        let (mut import, _) = Import::begin(&mut store, setting(2), Duration::ZERO).unwrap();
        let (last, beyond) = (content(&form(), 7, "last"), content(&form(), 8, "beyond"));
        let row = |content| Incoming { content, status: None, line: 2, bytes: (0, 1) };
        assert_eq!(put(&mut import, &row(&last)).unwrap(), Put::Added);
        assert!(put(&mut import, &row(&beyond)).is_err());
    }
    store.db.execute("UPDATE stream SET seq = 4294967295", []).unwrap();
    let one = id_of(&store, 1);
    let changes = vec![StatusChange { to: Completed, targets: vec![(one, None)] }];
    assert!(store.set_status(&SIGNED, None, |_| Ok::<_, StoreError>((changes, ()))).is_err());
    assert_eq!(store.statuses(&[one]).unwrap()[0].unwrap().0, Unprocessed);
}
