//! The shelf against the store: whatever happened to either, a shelf says what the published applications say, or there
//! is none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::folder::Folder;
use super::ids::Ids;
use super::manifest::Manifest;
use super::upkeep::{Kept, SearchState};
use super::*;
use crate::domain::fold::fold;
use crate::domain::identity::ApplicationId;
use crate::domain::query::Needle;
use crate::domain::status::Status::{self, Unprocessed};
use crate::store::tests::{SIGNED, fill, founded, id_of, imported, opened, set, setting};
use crate::store::{Import, Put, Store};

const WORDS: [&str; 4] = ["あお", "みどり", "きいろ", "むらさき"];

/// What segments say: by id the facts, the number and which words are found where.
type Said = BTreeMap<ApplicationId, (Facts, String, Vec<bool>)>;

fn said(segments: &[Shelved]) -> Said {
    let item = fold("利用日");
    let mut said = Said::new();
    for shelved in segments {
        let segment = &shelved.segment;
        let found: Vec<RowSet> = WORDS
            .iter()
            .flat_map(|word| [Place::Anywhere, Place::Item(&item), Place::Name].map(|place| (*word, place)))
            .map(|(word, place)| {
                let mut rows = RowSet::default();
                segment.mark(&segment.find(place, &Needle::new(word).unwrap(), None), &mut rows);
                rows
            })
            .collect();
        for row in (0..segment.len()).filter(|row| !shelved.dead.contains(&(*row as u16))) {
            let words = found.iter().map(|rows| rows.contains(row as u16)).collect();
            let one = (segment.facts(row), segment.number(row).to_owned(), words);
            let twice = said.insert(segment.id(row), one);
            assert!(twice.is_none(), "application {} lives twice", segment.id(row).as_u64());
        }
    }
    said
}

/// What the tables say, by a segment made of them just now.
fn truth(store: &Store) -> Said {
    let everything = Ids::of_ranges(std::iter::once(0..i64::MAX as u64).collect());
    let mut builder = Builder::new();
    let add = &mut |id, form, content: &_| {
        builder.add(id, form, content);
        Ok(())
    };
    store.visit_contents(&everything, add).unwrap();
    if builder.is_empty() {
        return Said::new();
    }
    let segment = Arc::new(Segment::of_bytes(builder.finish()).unwrap());
    said(&[Shelved { segment, dead: Vec::new(), name: None }])
}

/// The shelf of now, which says what the tables say.
fn right(store: &Store, known: Option<&Shelf>) -> Shelf {
    store
        .at_one_moment(|store| {
            let shelf = store.shelf(known)?.unwrap();
            assert_eq!(said(&shelf.segments), truth(store));
            assert_eq!(shelf.covered, Position::now(&store.db)?);
            Ok::<_, crate::store::StoreError>(shelf)
        })
        .unwrap()
}

fn keep_up(store: &Store) -> Kept {
    store.keep_up_search(&AtomicBool::new(false)).unwrap()
}

fn files(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("search")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let names = files(dir).into_iter().filter(|name| name.starts_with("seg-"));
    names.map(|name| dir.join("search").join(name)).collect()
}

fn manifest(dir: &Path) -> Manifest {
    Manifest::decode(&std::fs::read(dir.join("search/manifest")).unwrap()).unwrap()
}

/// Imports as one that continues another does: the cache learns nothing of it.
pub(super) fn import_unrecorded(store: &mut Store, file: u8, rows: &[(u32, &str, Status)]) {
    let (mut import, _) = Import::begin(store, setting(file), Duration::ZERO).unwrap();
    import.recording = crate::store::recording::Recording::off();
    fill(&mut import, rows, 0);
    import.publish(&SIGNED).unwrap();
}

fn rows(numbers: std::ops::Range<u32>, word: &'static str) -> Vec<(u32, &'static str, Status)> {
    numbers.map(|number| (number, word, Unprocessed)).collect()
}

#[test]
fn an_import_enters_what_it_brought_and_nothing_is_left_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    assert_eq!((store.search_state().unwrap(), keep_up(&store)), (SearchState::Covered, Kept::Current));
    assert!(right(&store, None).segments.is_empty());
    imported(&mut store, 1, &rows(0..20, WORDS[0]));
    let first = right(&store, None);
    // 3 is born in this file and contradicts itself, 5 is revised and contradicts itself, 6 is revised.
    let mut second = rows(20..24, WORDS[1]);
    second.extend([(22, WORDS[2], Unprocessed), (5, WORDS[1], Unprocessed), (6, WORDS[1], Unprocessed)]);
    second.extend([(5, WORDS[2], Unprocessed), (7, WORDS[0], Unprocessed)]);
    let (mut import, _) = Import::begin(&mut store, setting(2), Duration::ZERO).unwrap();
    let puts = fill(&mut import, &second, 0);
    assert_eq!(puts.iter().filter(|put| matches!(put, Put::Conflict(_))).count(), 2);
    let published = import.publish(&SIGNED).unwrap();
    assert_eq!((published.counts.added, published.counts.updated), (3, 1));
    imported(&mut store, 3, &[(6, WORDS[3], Unprocessed), (8, WORDS[3], Unprocessed)]);
    let shelf = right(&store, Some(&first));
    assert!(Arc::ptr_eq(&shelf.segments[0].segment, &first.segments[0].segment), "what is known isn't opened again");
    assert!(shelf.segments.iter().all(|shelved| shelved.name.is_some()), "nothing had to be read");
    assert_eq!(shelf.segments.iter().map(|shelved| shelved.dead.len()).collect::<Vec<_>>(), [2, 3, 0]);
    assert_eq!((store.search_state().unwrap(), keep_up(&store)), (SearchState::Covered, Kept::Current));
    let id = id_of(&store, 6);
    set(&mut store, Status::Provisional, &[id]);
    let later = right(&store, Some(&shelf));
    assert!(later.covered != shelf.covered && keep_up(&store) == Kept::Current, "no import, nothing to do");
}

#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    std::fs::remove_dir_all(dir.path().join("search")).unwrap();
    import_unrecorded(&mut store, 1, &rows(0..9, WORDS[0]));
    assert_eq!(keep_up(&store), Kept::Read(9));
    right(&opened(dir.path()), None);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir.path().join("search")), 0o700);
    let files = files(dir.path());
    assert!(files.len() == 3 && files.contains(&"verified".to_owned()), "{files:?}");
    assert!(files.iter().all(|name| mode(&dir.path().join("search").join(name)) == 0o600));
}

#[test]
fn what_a_crash_left_behind_is_swept_but_not_what_an_import_is_writing() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &rows(0..9, WORDS[0]));
    // After the commit, before the manifest: whole segments under both kinds of name, and a manifest's passing one.
    let whole = std::fs::read(&segments(dir.path())[0]).unwrap();
    let put = |name: &str| std::fs::write(dir.path().join("search").join(name), &whole).unwrap();
    put("seg-abcdefghijklmnop.bin");
    put("new-abcdefghijklmnop.part");
    put("rec-abcdefghijklmnop.part");
    import_unrecorded(&mut store, 2, &rows(5..12, WORDS[1]));
    assert_eq!(store.search_state().unwrap(), SearchState::Behind(7));
    right(&store, None);
    let mut other = opened(dir.path());
    let (importing, _) = Import::begin(&mut other, setting(3), Duration::ZERO).unwrap();
    assert_eq!(keep_up(&store), Kept::Read(7));
    let passing = |dir| files(dir).into_iter().filter(|name| name.ends_with(".part")).collect::<Vec<_>>();
    assert_eq!(passing(dir.path()), ["rec-abcdefghijklmnop.part"]);
    drop(importing);
    assert_eq!(keep_up(&store), Kept::Current);
    assert_eq!((passing(dir.path()).len(), segments(dir.path()).len()), (0, 2));
    right(&store, None);
}

#[test]
fn who_keeps_up_is_alone_and_stops_when_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    import_unrecorded(&mut store, 1, &rows(0..12, WORDS[0]));
    let lock = Folder::of(dir.path()).lock(Duration::ZERO).unwrap().unwrap();
    assert_eq!(keep_up(&store), Kept::Busy);
    // An import goes on without its segments.
    imported(&mut store, 2, &rows(3..14, WORDS[1]));
    drop(lock);
    assert_eq!(store.keep_up_search(&AtomicBool::new(true)).unwrap(), Kept::Stopped);
    assert_eq!(store.search_state().unwrap(), SearchState::Missing(14));
    assert!(files(dir.path()).iter().all(|name| !name.contains('-')), "nothing is left of it");
    right(&store, None);
    assert_eq!(keep_up(&store), Kept::Read(14));
    right(&store, None);
}

#[test]
fn many_small_segments_are_joined() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    for file in 0..18 {
        // Each revises what the one before brought.
        let from = u32::from(file) * 3;
        imported(&mut store, file, &rows(from..from + 6, WORDS[usize::from(file) % 4]));
    }
    let before = right(&store, None);
    assert_eq!((before.segments.len(), segments(dir.path()).len()), (18, 18));
    assert_eq!(keep_up(&store), Kept::Read(57));
    let after = right(&store, Some(&before));
    assert_eq!((after.segments.len(), segments(dir.path()).len()), (1, 1));
    assert!(after.segments[0].dead.is_empty());
    assert_eq!(said(&before.segments), said(&after.segments), "what is open stays readable");
    assert_eq!(keep_up(&store), Kept::Current);
}

#[test]
fn what_others_write_meanwhile_is_read_again() {
    // At every point of reading in turn, another process revises and brings applications.
    for point in 0..40 {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        import_unrecorded(&mut store, 1, &rows(0..23, WORDS[0]));
        let mut other = opened(dir.path());
        let calls = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&calls);
        let disturb = move || {
            if counted.fetch_add(1, Ordering::Relaxed) == point * 8 {
                let mut changed = rows(20..30, WORDS[1]);
                changed.extend(rows(0..8, WORDS[2]));
                import_unrecorded(&mut other, 2, &changed);
            }
        };
        let handler = std::panic::AssertUnwindSafe(std::sync::Mutex::new(disturb));
        store
            .db
            .progress_handler(
                20,
                Some(move || {
                    let handler = &handler;
                    (handler.lock().unwrap())();
                    false
                }),
            )
            .unwrap();
        let read = keep_up(&store);
        store.db.progress_handler(0, None::<fn() -> bool>).unwrap();
        if point == 0 {
            assert!(matches!(read, Kept::Read(n) if n > 30), "some were read twice: {read:?}");
        }
        let Some(opened) = Folder::of(dir.path()).open(&store.meta.uid, &[]) else { panic!("no manifest") };
        let at_manifest = said(&opened.segments);
        let now = right(&store, None);
        // The manifest is exact: where nothing came after its position, it says by itself what the tables say.
        if opened.manifest.covered == now.covered {
            assert_eq!(at_manifest, truth(&store), "point {point}");
        } else {
            assert!(at_manifest.values().all(|(_, _, words)| !words[3]), "point {point}: of another moment");
            assert_eq!(at_manifest.len(), 23);
        }
    }
}

#[test]
fn importing_searching_and_keeping_up_at_once() {
    let dir = tempfile::tempdir().unwrap();
    drop(founded(dir.path()));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let looked = scope.spawn(|| {
            let store = opened(dir.path());
            let (mut known, mut looks) = (None, 0);
            while !done.load(Ordering::Relaxed) || looks == 0 {
                // A manifest that is newer than the moment is none: then everything is read, and right as well.
                known = Some(right(&store, known.as_ref()));
                looks += 1;
            }
            looks
        });
        for _ in 0..2 {
            scope.spawn(|| {
                let store = opened(dir.path());
                while !done.load(Ordering::Relaxed) {
                    keep_up(&store);
                }
            });
        }
        let mut store = opened(dir.path());
        for file in 0..30u8 {
            let from = u32::from(file) * 2;
            imported(&mut store, file, &rows(from..from + 7, WORDS[usize::from(file) % 4]));
        }
        done.store(true, Ordering::Relaxed);
        assert!(looked.join().unwrap() > 0);
    });
    let store = opened(dir.path());
    keep_up(&store);
    assert_eq!(store.search_state().unwrap(), SearchState::Covered);
    right(&store, None);
}

#[test]
fn a_cache_of_another_fold_or_store_is_none() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut store = founded(dir.path());
    imported(&mut store, 1, &rows(0..9, WORDS[0]));
    let path = dir.path().join("search/manifest");
    let good = manifest(dir.path());
    let mut layout = good.clone();
    layout.made_by.0[7] += 1;
    let mut folding = good.clone();
    folding.made_by.1 += 1;
    let mut foreign = good.clone();
    foreign.store[0] ^= 1;
    let mut ahead = good.clone();
    ahead.covered.0[0].seq += 1;
    let mut forked = good.clone();
    forked.covered.0[0].hash[31] ^= 1;
    let mut renumbered = good.clone();
    renumbered.covered.0[0].no += 1;
    let mut lacking = good.clone();
    lacking.segments[0].name = "nosuchsegment".into();
    for bad in [layout, folding, foreign, ahead, forked, renumbered, lacking] {
        std::fs::write(&path, bad.encode()).unwrap();
        assert_eq!(store.search_state().unwrap(), SearchState::Damaged(9), "{bad:?}");
        right(&store, None);
        assert_eq!(keep_up(&store), Kept::Read(9), "{bad:?}");
        assert_eq!(store.search_state().unwrap(), SearchState::Covered);
        right(&store, None);
    }
    // The folder of a store of the same shape, under this one's name.
    let mut other = crate::store::tests::founded(elsewhere.path());
    imported(&mut other, 1, &rows(0..9, WORDS[1]));
    let mut stolen = manifest(elsewhere.path());
    stolen.store = store.meta.uid;
    std::fs::remove_dir_all(dir.path().join("search")).unwrap();
    std::fs::create_dir(dir.path().join("search")).unwrap();
    for name in files(elsewhere.path()) {
        std::fs::copy(elsewhere.path().join("search").join(&name), dir.path().join("search").join(&name)).unwrap();
    }
    std::fs::write(&path, stolen.encode()).unwrap();
    right(&store, None);
}

#[test]
fn the_forgotten_are_in_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(&mut store, 1, &rows(0..9, WORDS[0]));
    imported(&mut store, 2, &rows(9..12, WORDS[1]));
    imported(&mut store, 3, &[(4, WORDS[3], Unprocessed)]);
    let id = id_of(&store, 4);
    let kept = segments(dir.path());
    let key = id.as_u64() as i64;
    store.db.execute_batch(&format!("DELETE FROM app WHERE id = {key}; DELETE FROM state WHERE id = {key}")).unwrap();
    store.forget_in_search(&[id]).unwrap();
    let left = segments(dir.path());
    assert_eq!(left.iter().filter(|path| kept.contains(path)).count(), 1, "one segment knew nothing of it");
    assert!(left.iter().all(|path| Segment::open(path).unwrap().row_of(id).is_none()));
    assert_eq!((right(&store, None).segments.len(), store.search_state().unwrap()), (2, SearchState::Covered));
    store.forget_in_search(&[id]).unwrap();
    assert_eq!(segments(dir.path()), left, "once more changes nothing");
}

/// What may happen to a store and its cache.
#[derive(Debug, Clone)]
enum Event {
    Import { from: u32, count: u32, word: usize, again: Option<u32>, recorded: bool },
    Status(u32),
    KeepUp,
    Lose,
    Flip { which: usize, at: usize, bit: u8, boots: bool },
    Cut { which: usize, to: usize },
    Save,
    RollBack,
}

fn event() -> impl Strategy<Value = Event> {
    let import = (0u32..30, 1u32..8, 0usize..4, proptest::option::of(0u32..8), any::<bool>())
        .prop_map(|(from, count, word, again, recorded)| Event::Import { from, count, word, again, recorded });
    prop_oneof![
        6 => import,
        1 => (0u32..30).prop_map(Event::Status),
        2 => Just(Event::KeepUp),
        1 => Just(Event::Lose),
        2 => (any::<usize>(), any::<usize>(), 0u8..8, any::<bool>())
            .prop_map(|(which, at, bit, boots)| Event::Flip { which, at, bit, boots }),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(which, to)| Event::Cut { which, to }),
        1 => Just(Event::Save),
        1 => Just(Event::RollBack),
    ]
}

fn happen(store: Store, event: &Event, file: u8) -> Store {
    let dir = store.dir().to_owned();
    let damaged = |which: &usize, damage: &dyn Fn(&mut Vec<u8>)| {
        let names = files(&dir);
        let Some(name) = names.get(which % names.len().max(1)) else { return };
        let path = dir.join("search").join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        damage(&mut bytes);
        // A new file: what is mapped by somebody isn't torn away below them, as power cuts don't either.
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
    };
    let mut store = store;
    match event {
        Event::Import { from, count, word, again, recorded } => {
            let mut all = rows(*from..from + count, WORDS[*word]);
            all.extend(again.map(|at| (from + at, WORDS[(word + 1) % 4], Unprocessed)));
            if *recorded {
                imported(&mut store, file, &all);
            } else {
                import_unrecorded(&mut store, file, &all);
            }
        }
        Event::Status(number) => {
            if let Some(id) = store.by_number(None, &format!("{number:012}")).unwrap().first() {
                set(&mut store, Status::Provisional, &[*id]);
            }
        }
        Event::KeepUp => drop(keep_up(&store)),
        Event::Lose => std::fs::remove_dir_all(dir.join("search")).unwrap_or_default(),
        Event::Flip { which, at, bit, boots } => {
            damaged(which, &|bytes| {
                let length = bytes.len().max(1);
                if let Some(byte) = bytes.get_mut(at % length) {
                    *byte ^= 1 << bit;
                }
            });
            if *boots {
                std::fs::remove_file(dir.join("search/verified")).unwrap_or_default();
            }
        }
        Event::Cut { which, to } => damaged(which, &|bytes| {
            // As a power cut leaves it: the length may be right, and the end is zeros.
            let at = to % (bytes.len() + 1);
            if to % 2 == 0 { bytes.truncate(at) } else { bytes[at..].fill(0) }
        }),
        Event::Save | Event::RollBack => {
            drop(store);
            let (database, saved) = (dir.join("sekisho.db"), dir.join("saved.db"));
            if matches!(event, Event::Save) {
                std::fs::copy(&database, &saved).unwrap();
            } else if saved.exists() {
                std::fs::copy(&saved, &database).unwrap();
            }
            return opened(&dir);
        }
    }
    store
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_shelf_is_wrong(events in proptest::collection::vec(event(), 1..14)) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let mut known = None;
        for (file, event) in events.iter().enumerate() {
            store = happen(store, event, file as u8);
            if std::fs::metadata(dir.path().join("search")).is_err() {
                std::fs::create_dir(dir.path().join("search")).unwrap();
            }
            // A process that was there before keeps what it knows, unless its store was replaced.
            known = if matches!(event, Event::RollBack) { None } else { known };
            known = Some(right(&store, known.as_ref()));
            right(&opened(dir.path()), None);
        }
        keep_up(&store);
        prop_assert_eq!(store.search_state().unwrap(), SearchState::Covered);
        right(&store, known.as_ref());
    }
}
