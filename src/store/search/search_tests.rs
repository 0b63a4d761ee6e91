//! Searching as two processes do that know nothing of each other, beside a naive search through all applications: after
//! imports and revisions, and after whatever a crash or a power cut leaves of the cache beside a store that went on.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::collection::SizeRange;
use proptest::prelude::*;

use crate::domain::calendar::Day;
use crate::domain::fold::fold;
use crate::domain::identity::ApplicationId;
use crate::domain::order::Order;
use crate::domain::query::{Context, Needle, Needs, Query};
use crate::domain::status::Status::Unprocessed;
use crate::store::index::Index;
use crate::store::search::shelf_tests::import_unrecorded;
use crate::store::tests::{founded, imported, opened};
use crate::store::{SearchState, Store, StoreError};

/// What happens, and which of the two does it.
#[derive(Debug, Clone)]
enum Event {
    /// An import; unless it is recorded, it ends between its commit and the manifest.
    Import {
        rows: BTreeMap<u32, String>,
        recorded: bool,
        second: bool,
    },
    KeepUp {
        second: bool,
    },
    /// The manifest as it stands is what is left after the next power cut, if its files are.
    Settle,
    PowerCut,
    /// The name of a file was written, and only a part of its bytes.
    Torn {
        which: usize,
        from: usize,
    },
    /// One of them ends and comes again.
    Again {
        second: bool,
    },
}

/// Letters that fold into each other, that stand in every text, and of which few texts have one.
const LETTERS: &str = "あアｱがガｶﾞーイィｲ高髙橋山形々ゞ0123456789１Ａa㈱\u{E000}\u{20B9F} ";

fn letters(count: impl Into<SizeRange>) -> impl Strategy<Value = String> {
    let letters = proptest::sample::select(LETTERS.chars().collect::<Vec<_>>());
    proptest::collection::vec(letters, count).prop_map(|letters| letters.into_iter().collect())
}

fn event() -> impl Strategy<Value = Event> {
    let text = prop_oneof![4 => letters(0..=24), 1 => "[あ1]{1,20}", 1 => "山形市[1-3]丁目[0-9]{1,3}番"];
    let rows = proptest::collection::btree_map(0u32..40, text, 1..24);
    prop_oneof![
        8 => (rows, any::<bool>(), any::<bool>())
            .prop_map(|(rows, recorded, second)| Event::Import { rows, recorded, second }),
        3 => any::<bool>().prop_map(|second| Event::KeepUp { second }),
        2 => Just(Event::Settle),
        2 => Just(Event::PowerCut),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(which, from)| Event::Torn { which, from }),
        1 => any::<bool>().prop_map(|second| Event::Again { second }),
    ]
}

/// What is looked for: a part of a text that some import brought, or any letters.
#[derive(Debug, Clone)]
enum Word {
    Part { of: usize, from: usize, letters: usize, turned: bool },
    Any(String),
}

fn word() -> impl Strategy<Value = Word> {
    let part = (any::<usize>(), 0usize..20, 1usize..=12, any::<bool>());
    prop_oneof![
        3 => part.prop_map(|(of, from, letters, turned)| Word::Part { of, from, letters, turned }),
        2 => letters(1..=3).prop_map(Word::Any),
        1 => letters(4..=12).prop_map(Word::Any),
        1 => "[あ1番]{1,12}".prop_map(Word::Any),
        1 => "[鑿\u{2A6D6}x]{1,2}".prop_map(Word::Any),
    ]
}

impl Word {
    fn text(&self, texts: &[String]) -> String {
        match self {
            Self::Part { of, from, letters, turned } if !texts.is_empty() => {
                let letters = texts[of % texts.len()].chars().skip(*from).take(*letters);
                if *turned { letters.map(other_width).collect() } else { letters.collect() }
            }
            Self::Part { .. } => String::new(),
            Self::Any(text) => text.clone(),
        }
    }
}

/// A letter as another keyboard would have typed it.
fn other_width(letter: char) -> char {
    match letter {
        'ア' | 'ｱ' => 'あ',
        'あ' => 'ｱ',
        'ガ' => 'が',
        'イ' | 'ィ' => 'ｲ',
        '0'..='9' | 'a' => char::from_u32(letter as u32 + 0xFEE0).unwrap_or(letter),
        '１' => '1',
        '髙' => '高',
        other => other,
    }
}

fn process(dir: &Path) -> Store {
    let mut store = opened(dir);
    store.attach(Arc::new(Index::default()));
    store
}

/// The two, and what the disk would keep.
struct Stand {
    dir: tempfile::TempDir,
    two: [Store; 2],
    settled: Option<Vec<u8>>,
    files: u8,
    texts: Vec<String>,
}

impl Stand {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        drop(founded(dir.path()));
        let two = [process(dir.path()), process(dir.path())];
        Self { dir, two, settled: None, files: 0, texts: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("search").join(name)
    }

    fn happen(&mut self, event: &Event) {
        match event {
            Event::Import { rows, recorded, second } => {
                self.files += 1;
                self.texts.extend(rows.values().filter(|text| !text.is_empty()).cloned());
                let rows: Vec<_> = rows.iter().map(|(number, text)| (*number, text.as_str(), Unprocessed)).collect();
                let store = &mut self.two[usize::from(*second)];
                if *recorded {
                    imported(store, self.files, &rows);
                } else {
                    import_unrecorded(store, self.files, &rows);
                }
            }
            Event::KeepUp { second } => {
                self.two[usize::from(*second)].keep_up_search(&AtomicBool::new(false)).unwrap();
            }
            Event::Settle => self.settled = std::fs::read(self.path("manifest")).ok(),
            Event::PowerCut => {
                match &self.settled {
                    Some(bytes) => std::fs::write(self.path("manifest"), bytes).unwrap(),
                    None => std::fs::remove_file(self.path("manifest")).unwrap_or_default(),
                }
                // Another start of the machine: nothing counts as read through.
                std::fs::remove_file(self.path("verified")).unwrap_or_default();
                self.two = [process(self.dir.path()), process(self.dir.path())];
            }
            Event::Torn { which, from } => {
                let entries = std::fs::read_dir(self.path("")).unwrap().flatten().map(|entry| entry.path());
                let mut segments: Vec<_> = entries.filter(|path| path.extension() == Some("bin".as_ref())).collect();
                segments.sort();
                let Some(path) = segments.get(which % segments.len().max(1)) else { return };
                let mut bytes = std::fs::read(path).unwrap();
                let from = from % (bytes.len() + 1);
                bytes[from..].fill(0);
                // A new file: what somebody has mapped isn't changed below them.
                std::fs::remove_file(path).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
            Event::Again { second } => self.two[usize::from(*second)] = process(self.dir.path()),
        }
    }
}

/// What each application says, field by field, as the tables have it.
fn tables(store: &Store) -> Vec<(ApplicationId, Vec<String>)> {
    let mut ids = Vec::new();
    store
        .visit_states(&mut |id, _| {
            ids.push(id);
            Ok(())
        })
        .unwrap();
    let entries = store.entries(&ids).unwrap().into_iter();
    let said = entries.map(|entry| {
        let content = &entry.content;
        let core = [Some(content.number.as_str()), content.name.as_deref(), content.kana.as_deref()];
        let form = [content.remarks.as_deref(), Some(&*content.form.code), Some(&*content.form.name)];
        let items = content.values.iter().map(Option::as_deref);
        (entry.id, core.into_iter().chain(form).chain(items).flatten().map(fold).collect())
    });
    said.collect()
}

fn found(store: &Store, word: &str) -> Vec<ApplicationId> {
    let query = Query::parse(&format!("\"{word}\""), &Context { today: Day::constant(2026, 11, 20) }).unwrap();
    let mut ids = Vec::new();
    let mut see = |candidate: &crate::store::Candidate<'_>| {
        ids.push(candidate.id);
        ControlFlow::Continue(())
    };
    let go_on = &mut |_: &_| ControlFlow::Continue(());
    let scanned = store.scan(&query, Needs::default(), Order::default(), go_on, &mut see).unwrap();
    assert_eq!(scanned.matched, store.count_matching(&query, go_on).unwrap().matched);
    ids.sort();
    ids
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn two_processes_find_what_a_naive_search_finds_whatever_happens(
        events in proptest::collection::vec((event(), proptest::collection::vec(word(), 1..12)), 1..12),
    ) {
        let mut stand = Stand::new();
        for (event, words) in &events {
            stand.happen(event);
            let said = tables(&stand.two[0]);
            for word in words {
                let text = word.text(&stand.texts);
                let Some(needle) = Needle::new(&text) else { continue };
                let holds = |fields: &[String]| fields.iter().any(|field| field.contains(needle.folded()));
                let naive: Vec<ApplicationId> =
                    said.iter().filter(|(_, fields)| holds(fields)).map(|(id, _)| *id).collect();
                for store in &stand.two {
                    // What the pages of a segment say doesn't hang on whether they are in memory.
                    store.rest();
                    prop_assert_eq!(&found(store, &text), &naive, "{:?} after {:?}", text, event);
                }
            }
        }
        for store in &stand.two {
            store.keep_up_search(&AtomicBool::new(false)).map_err(|error: StoreError| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(store.search_state().unwrap(), SearchState::Covered);
        }
    }
}
