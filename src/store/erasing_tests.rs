//! Erasing from the outside of the store: what goes, what stays, what can't come back, and that no byte of it is left.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::tests::{SIGNED, counting_entropy, founded, id_of, imported, opened, set, setting};
use super::*;
use crate::domain::erasure::{ErasureRule, ErasureStep};
use crate::domain::identity::ApplicationId;
use crate::domain::operation::{Group, NoteReader, Value};
use crate::domain::status::Status::{Completed, Returned, Unprocessed};

fn erase(store: &mut Store, ids: &[ApplicationId]) -> Changed {
    let choose = |_: &Store| Ok::<_, StoreError>((ids.to_vec(), "{}".to_owned(), ()));
    store.erase(&SIGNED, ErasureRule::Expired, choose).unwrap().0
}

/// How often a text stands in the files of a store.
fn bytes_of(dir: &Path, text: &str) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found += bytes_of(&path, text);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found += bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
        }
    }
    found
}

fn keep_up(store: &Store) {
    store.keep_up_search(&AtomicBool::new(false)).unwrap();
}

#[test]
fn nothing_of_the_erased_is_left_and_the_log_still_proves_everything() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(
        &mut store,
        1,
        &[(1, "kept-one", Unprocessed), (2, "secret-two", Completed), (3, "kept-three", Completed)],
    );
    imported(&mut store, 2, &[(2, "secret-two-again", Completed), (3, "kept-three-b", Completed)]);
    let [first, second, third] = [1, 2, 3].map(|number| id_of(&store, number));
    store.add_note(&SIGNED, second, NoteReader::Staff, "secret-note").unwrap();
    store.add_note(&SIGNED, third, NoteReader::Staff, "kept-note").unwrap();
    store.set_tag(&SIGNED, "札", true, |_, _| Ok::<_, StoreError>((vec![second, third], ()))).unwrap();
    let alone = vec![StatusChange { to: Returned, targets: vec![(second, None)] }];
    store.set_status(&SIGNED, Some("secret-reason"), |_| Ok::<_, StoreError>((alone, ()))).unwrap();
    let both = vec![StatusChange { to: Unprocessed, targets: vec![(second, None), (third, None)] }];
    store.set_status(&SIGNED, Some("shared-reason"), |_| Ok::<_, StoreError>((both, ()))).unwrap();
    keep_up(&store);
    for text in ["secret-two", "secret-two-again", "secret-note", "secret-reason", "kept-three"] {
        assert!(bytes_of(dir.path(), text) > 0, "{text} must be found before");
    }
    let before = store.check(&mut |_| {}).unwrap();
    let erased = erase(&mut store, &[second]);
    assert_eq!((erased.changed, &erased.refused[..]), (1, &[][..]));
    let report = store.check(&mut |_| {}).unwrap();
    assert_eq!((report.contents, report.applications), (before.contents, before.applications - 1));
    assert!(store.entries(&[second]).unwrap().is_empty());
    assert!(store.by_number(None, "000000000002").unwrap().is_empty());
    assert!(store.has_unerased().unwrap());
    assert_eq!(store.finish_erasures(&SIGNED, &|| SIGNED.at_ms).unwrap(), []);
    assert!(!store.has_unerased().unwrap());
    for text in ["secret-two", "secret-note", "secret-reason"] {
        assert_eq!(bytes_of(dir.path(), text), 0, "{text}");
    }
    assert!(bytes_of(dir.path(), "kept-three") > 0 && bytes_of(dir.path(), "kept-note") > 0);
    assert!(bytes_of(dir.path(), "shared-reason") > 0, "a reason that is about others too stays");
    store.check(&mut |_| {}).unwrap();
    let erasures = store.erasures().unwrap();
    assert_eq!(erasures[0].done.as_ref().map(|(_, steps)| steps.clone()), Some(ErasureStep::ALL.to_vec()));
    // The projection can be made anew.
    super::rebuild::replace_projection(&mut store.db).unwrap();
    store.check(&mut |_| {}).unwrap();
    assert!(store.entries(&[first, third]).unwrap().len() == 2);
    // Nothing older brings it back, and no download.
    let undone = store.undo(&SIGNED, None).unwrap();
    assert_eq!((undone.changed, &undone.refused[..]), (1, &[second][..]));
    let again = imported(&mut store, 3, &[(2, "secret-two", Completed), (3, "kept-three-b", Completed)]);
    assert_eq!((again.disposed, again.counts.unchanged, again.counts.read), (1, 2, 2));
    assert!(store.by_number(None, "000000000002").unwrap().is_empty());
    store.check(&mut |_| {}).unwrap();
    drop(store);
    opened(dir.path()).check(&mut |_| {}).unwrap();
    assert_eq!(bytes_of(dir.path(), "secret-two"), 0);
}

#[test]
fn check_finds_what_was_erased_by_hand_and_what_was_put_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &[(1, "a", Completed), (2, "b", Completed)]);
    let [first, second] = [1, 2].map(|number| id_of(&store, number));
    store.add_note(&SIGNED, first, NoteReader::Staff, "note").unwrap();
    store.add_note(&SIGNED, second, NoteReader::Staff, "note").unwrap();
    erase(&mut store, &[first]);
    store.check(&mut |_| {}).unwrap();
    for wrong in [
        "DELETE FROM gone",
        "UPDATE tomb SET leaf = zeroblob(32)",
        "UPDATE tomb SET by_op = 1",
        "DELETE FROM tomb",
        "INSERT INTO tomb SELECT 2, 0, leaf, by_op FROM tomb",
        "DELETE FROM op_text WHERE text = 'note'",
        "INSERT INTO op_text SELECT 3, text, salt FROM op_text WHERE text = 'note'",
        "DELETE FROM erasure",
        "UPDATE erasure SET done_by = 3",
        "INSERT INTO note(op, app, reader) VALUES (3, 1, 0)",
    ] {
        store.db.execute_batch("SAVEPOINT wrong").unwrap();
        store.db.execute_batch(wrong).unwrap();
        assert!(matches!(store.check(&mut |_| {}), Err(StoreError::Damaged(_))), "{wrong}");
        store.db.execute_batch("ROLLBACK TO wrong; RELEASE wrong").unwrap();
    }
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn what_others_have_open_is_left_for_later() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &[(1, "secret-one", Completed), (2, "b", Completed)]);
    let first = id_of(&store, 1);
    let other = opened(dir.path());
    other.db.execute_batch("BEGIN; SELECT count(*) FROM app").unwrap();
    store.db.busy_timeout(Duration::ZERO).unwrap();
    erase(&mut store, &[first]);
    let left = store.finish_erasures(&SIGNED, &|| SIGNED.at_ms).unwrap();
    assert_eq!(left.len(), 1);
    assert!(left[0].steps.contains(&ErasureStep::Keys) && !left[0].steps.contains(&ErasureStep::Log));
    assert!(store.has_unerased().unwrap());
    other.db.execute_batch("COMMIT").unwrap();
    assert_eq!(store.finish_erasures(&SIGNED, &|| SIGNED.at_ms).unwrap(), []);
    assert_eq!(bytes_of(dir.path(), "secret-one"), 0);
    // Again there is nothing to do.
    let head = store.head().unwrap();
    assert_eq!(store.finish_erasures(&SIGNED, &|| SIGNED.at_ms).unwrap(), []);
    assert_eq!(store.head().unwrap(), head);
}

#[test]
fn an_import_that_was_cut_off_keeps_from_erasing() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &[(1, "a", Completed)]);
    let first = id_of(&store, 1);
    let (mut import, _) = Import::begin(&mut store, setting(2), Duration::ZERO).unwrap();
    super::tests::fill(&mut import, &[(1, "b", Completed)], 0);
    import.pause().unwrap();
    drop(import);
    let choose = |_: &Store| Ok::<_, StoreError>((vec![first], String::new(), ()));
    let refused = store.erase(&SIGNED, ErasureRule::Expired, choose);
    assert!(matches!(refused, Err(StoreError::UnfinishedImport)), "{refused:?}");
    store.give_up_unfinished(Duration::ZERO).unwrap();
    assert_eq!(erase(&mut store, &[first]).changed, 1);
    // All are gone: the next import is the first of its store, and yet knows.
    assert_eq!(imported(&mut store, 3, &[(1, "a", Completed), (2, "c", Completed)]).disposed, 1);
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn a_backup_that_brings_the_erased_back_is_erased_again() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("store");
    let mut store = founded(&home);
    imported(&mut store, 1, &[(1, "secret-one", Completed), (2, "b", Completed)]);
    let first = id_of(&store, 1);
    let backup = dir.path().join("backup");
    std::fs::File::create(&backup).unwrap();
    store.copy_into(&backup).unwrap();
    erase(&mut store, &[first]);
    store.finish_erasures(&SIGNED, &|| SIGNED.at_ms).unwrap();
    drop(store);
    let machine = Machine { id: Some("m".into()), notes: None };
    let restore = Restore::prepare(&home, &backup, Duration::ZERO, counting_entropy(), &mut |_, _| true).unwrap();
    restore.commit(SIGNED.at_ms, "user", &machine, "1").unwrap();
    let mut store = opened(&home);
    assert_eq!(store.entries(&[first]).unwrap().len(), 1, "the backup has it");
    assert_eq!(store.erase_again(&SIGNED).unwrap(), 1);
    assert_eq!(store.erase_again(&SIGNED).unwrap(), 0);
    assert_eq!(store.finish_erasures(&SIGNED, &|| SIGNED.at_ms).unwrap(), []);
    assert_eq!(bytes_of(&home.join("search"), "secret-one"), 0);
    assert_eq!(std::fs::read(database(&home)).unwrap().windows(10).filter(|w| *w == b"secret-one").count(), 0);
    assert_eq!(store.erasures().unwrap()[0].rule, ErasureRule::Again);
    store.check(&mut |_| {}).unwrap();
}

#[test]
fn extending_is_a_field_like_others() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &[(1, "a", Completed), (2, "b", Completed)]);
    let ids = [1, 2].map(|number| id_of(&store, number));
    let choose = |store: &Store| {
        let seen = store.field_standing(Group::Retention, &ids)?.into_iter().flatten();
        Ok::<_, StoreError>(((Value::Number(22_000), ids.into_iter().zip(seen).collect()), ()))
    };
    let (changed, ()) = store.set_field(&SIGNED, Some("係争中"), Group::Retention, choose).unwrap();
    assert_eq!(changed.changed, 2);
    erase(&mut store, &ids[..1]);
    store.check(&mut |_| {}).unwrap();
    let undone = store.undo(&SIGNED, changed.operation).unwrap();
    assert_eq!((undone.changed, &undone.refused[..]), (1, &ids[..1]));
    assert_eq!(set(&mut store, Unprocessed, &ids).changed, 1);
    store.check(&mut |_| {}).unwrap();
}
