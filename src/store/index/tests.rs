//! The index beside the tables: whatever is asked, in whatever order, after whatever change, both answer the same.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use proptest::prelude::*;

use super::Index;
use super::fill_tests::fill;
use super::snapshot::Origin;
use crate::domain::application::{Content, FormHeader, Instant, Line};
use crate::domain::calendar::civil;
use crate::domain::form::{Definitions, FormDefinition};
use crate::domain::identity::{ApplicationId, OperationId, ReceiptNumber};
use crate::domain::order::{Order, SortField};
use crate::domain::query::{Context, Needs, Query, Subject as _};
use crate::domain::status::Status;
use crate::store::tests::{SIGNED, founded, id_of, imported, opened, put, set, setting};
use crate::store::{Import, Incoming, Put, Signed, StatusChange, Store, StoreError};

/// What values are made of: names that fold together, marks that a query knows, 外字, kana of both widths.
const TEXTS: &[&str] = &[
    "",
    "山",
    "山形",
    "山形花子",
    "やまがた",
    "ﾔﾏｶﾞﾀ",
    "ヤマガタ",
    "髙橋",
    "高橋",
    "高",
    "a",
    "ab",
    "AB",
    "ａｂ c",
    "0120",
    "１２０",
    "東京都八王子市",
    "八王子",
    "\u{E000}",
    "葛\u{E0100}",
    "が",
    "か\u{3099}",
    "ー",
    "2|3",
    "\"",
    "-",
    "a:b",
    " ",
    "\u{3000}山 形",
];

const NAMES: &[&str] = &["利用日", "利用日#2", "住所", "フリガナ", "ＡＢ", "ab#2", "a#b"];

fn forms() -> Vec<Arc<FormHeader>> {
    let form = |code: &str, version: &str, name: &str, items: &[&str]| {
        let items = items.iter().map(|item| (*item).to_owned()).collect();
        Arc::new(FormHeader { code: code.into(), version: version.into(), name: name.into(), items })
    };
    vec![
        form("01430", "1", "山形の様式", &NAMES[..3]),
        form("01430", "2", "山形の様式", NAMES),
        form("ab", "１", "高い a", &["住所"]),
        form("", "", "", &[]),
    ]
}

/// Two of the forms have a 標準処理期間.
fn definitions() -> Arc<Definitions> {
    let mut definitions = Definitions::default();
    for (source, id, days) in [("etumo", "01430", 3), ("staff", "ab", 1)] {
        let form =
            FormDefinition { source: source.into(), id: id.into(), standard_days: Some(days), ..Default::default() };
        assert!(definitions.add(form));
    }
    definitions.into()
}

#[derive(Debug, Clone)]
struct Written {
    number: u32,
    source: bool,
    form: usize,
    texts: Vec<Option<usize>>,
    submitted: Option<i64>,
    line: Option<bool>,
    status: Status,
}

impl Written {
    fn content(&self, forms: &[Arc<FormHeader>]) -> Content {
        let text = |at: usize| self.texts[at].map(|text| TEXTS[text].to_owned());
        let form = Arc::clone(&forms[self.form]);
        Content {
            source: if self.source { "etumo" } else { "staff" }.into(),
            number: ReceiptNumber::new(&format!("{:02}a", self.number)).unwrap(),
            submitted: self.submitted.map(|step| Instant {
                seconds: 1_600_000_000 + step * 40_000,
                offset_minutes: if step % 2 == 0 { 540 } else { 0 },
            }),
            name: text(0),
            kana: text(1),
            mail: text(2),
            user_id: None,
            line: self.line.map(|staff| if staff { Line::Staff } else { Line::Internet }),
            remarks: text(3),
            values: (0..form.items.len()).map(|at| text(4 + at)).collect(),
            raw: BTreeMap::new(),
            sealed: Vec::new(),
            form,
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Import(Vec<Written>),
    Set(Status, BTreeSet<usize>),
    /// What staff fill for themselves: which, and on which.
    Fill(usize, BTreeSet<usize>),
    Undo,
    Redo,
}

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(&[Status::Unprocessed, Status::Returned, Status::Completed, Status::Withdrawn][..])
}

fn written() -> impl Strategy<Value = Written> {
    (
        (0u32..30, any::<bool>(), 0usize..4),
        prop::collection::vec(prop::option::of(0..TEXTS.len()), 4 + NAMES.len()),
        prop::option::weighted(0.9, 0i64..12),
        prop::option::of(any::<bool>()),
        status(),
    )
        .prop_map(|((number, source, form), texts, submitted, line, status)| Written {
            number,
            source,
            form,
            texts,
            submitted,
            line,
            status,
        })
}

fn steps() -> impl Strategy<Value = Vec<(Step, bool)>> {
    let step = prop_oneof![
        3 => prop::collection::vec(written(), 1..25).prop_map(Step::Import),
        4 => (status(), prop::collection::btree_set(0usize..40, 1..8)).prop_map(|(to, which)| Step::Set(to, which)),
        4 => (0usize..14, prop::collection::btree_set(0usize..40, 1..8)).prop_map(|(what, which)| Step::Fill(what, which)),
        1 => Just(Step::Undo),
        1 => Just(Step::Redo),
    ];
    let first = prop::collection::vec(written(), 1..40).prop_map(|rows| (Step::Import(rows), false));
    (first, prop::collection::vec((step, any::<bool>()), 0..6)).prop_map(|(first, mut steps)| {
        steps.insert(0, first);
        steps
    })
}

/// A term as it is typed: a field, or none, and its alternatives.
fn term() -> impl Strategy<Value = String> {
    const LISTED: &[(&str, &str)] = &[
        ("source:", "etumo STAFF nobody"),
        ("form:", "01430 AB 様式"),
        ("form-version:", "1 2"),
        ("number:", "1 12a 0"),
        ("status:", "unprocessed returned accepted completed"),
        ("source-status:", "withdrawn completed unprocessed"),
        ("line:", "internet staff"),
        ("reply:", "required"),
        ("survey:", "checked"),
        ("due:", "今日 2026-09 ..2026-09-07"),
        ("deadline:", "今日 2020-09-17 ..2020-09-18 2020-09-21.. 2026-09"),
        ("assignee:", "a1 b2 me nobody"),
        ("individual-number:", "a0 Ａ 02"),
        ("received:", "2026-09-01 2026-09 ..2026-08"),
        ("received-number:", "a0 02"),
        ("result:", "approved 却下"),
        ("ruling:", "pending settled returned"),
        ("decided:", "2026-09 ..2026-08"),
        ("document-number:", "７ 8"),
        ("tag:", "札 AB x"),
        ("reflect:", "done pending check"),
        ("has:", "attachment note gaiji duplicate correction reminder revision withdrawal assignee due tag"),
        ("has:", "individual-number received result ruling"),
        ("submitted:", "2020-09-14 ..2020-09-15 2020-09-16T09.."),
        ("updated:", "2026-09-22 ..2026-09-23 2026-09-24.."),
    ];
    let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\""));
    let text = prop_oneof![
        4 => prop::sample::select(TEXTS).prop_map(str::to_owned),
        1 => "[山形高0-9aやガ\u{E000}]{1,12}",
    ];
    let text = text.prop_filter("a word", |text| !text.trim().is_empty()).prop_map(quoted);
    let texts = prop::collection::vec(text, 1..3).prop_map(|texts| texts.join("|"));
    let field = prop::sample::select(
        &[
            "",
            "",
            "",
            "",
            "",
            "number:",
            "name:",
            "kana:",
            "mail:",
            "remarks:",
            "form:",
            "form-version:",
            "assignee:",
            "tag:",
            "source:",
            "custody:",
            "item.利用日:",
            "item.住所:",
            "item.ab:",
            "item.a:",
            "item.利用日#2:",
        ][..],
    );
    let listed = prop::sample::select(LISTED);
    let listed = listed.prop_flat_map(|(field, values)| {
        prop::collection::vec(prop::sample::select(values.split(' ').collect::<Vec<_>>()), 1..3)
            .prop_map(move |values| format!("{field}{}", values.join("|")))
    });
    prop_oneof![(field, texts).prop_map(|(field, texts)| format!("{field}{texts}")), listed]
}

fn query() -> impl Strategy<Value = String> {
    let term = (prop::bool::weighted(0.25), term())
        .prop_map(|(negated, term)| format!("{}{term}", if negated { "-" } else { "" }));
    // Beside another one, an alternative may be empty once it is folded: such a text is none.
    let terms = prop::collection::vec(term, 0..4).prop_map(|terms| terms.join(" "));
    terms.prop_filter("a query", |text| Query::parse(text, &context()).is_ok())
}

fn context() -> Context {
    Context { today: civil(&Instant { seconds: SIGNED.at_ms / 1000, offset_minutes: 540 }).date() }
}

fn orders() -> impl Iterator<Item = Order> + Clone {
    let fields = SortField::ALL.iter().map(|(field, _, _)| *field);
    fields.flat_map(|field| [false, true].map(|descending| Order { field, descending }))
}

struct Stand {
    store: Store,
    other: Store,
    files: u8,
    at_ms: i64,
    _dir: tempfile::TempDir,
}

impl Stand {
    fn new(origin: Origin) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let mut other = opened(dir.path());
        for store in [&mut store, &mut other] {
            store.is_asked_by("B2");
            store.knows_forms_by(definitions);
        }
        let index = Arc::new(Index { origin, ..Index::default() });
        store.attach(Arc::clone(&index));
        other.attach(index);
        Self { store, other, files: 0, at_ms: SIGNED.at_ms, _dir: dir }
    }

    fn take(&mut self, step: &Step, by_other: bool) {
        self.at_ms += 90_000_000;
        self.files += 1;
        let (file, signed) = (self.files, Signed { at_ms: self.at_ms, ..SIGNED });
        let store = if by_other { &mut self.other } else { &mut self.store };
        match step {
            Step::Import(rows) => {
                let forms = forms();
                let (mut import, _) = Import::begin(store, setting(file), std::time::Duration::ZERO).unwrap();
                let mut seen = BTreeSet::new();
                let rows = rows.iter().filter(|row| seen.insert((row.source, row.number)));
                for (line, row) in (2u64..).zip(rows) {
                    let content = row.content(&forms);
                    let row = Incoming { content: &content, status: Some(row.status), line, bytes: (line * 10, 10) };
                    assert!(!matches!(put(&mut import, &row).unwrap(), Put::Conflict(_)));
                    import.reached((line + 1) * 10, line + 1).unwrap();
                }
                import.publish(&signed).unwrap();
            }
            Step::Set(to, which) => {
                // Chosen inside of the transaction, from what the index says there.
                let chosen = |store: &Store| {
                    let ids = found(store, &Query::default(), Order::default());
                    let targets = which.iter().filter_map(|at| Some((*ids.get(*at)?, None))).collect();
                    Ok::<_, StoreError>((vec![StatusChange { to: *to, targets }], ()))
                };
                store.set_status(&signed, None, chosen).unwrap();
            }
            Step::Fill(what, which) => fill(store, &signed, *what, which),
            Step::Undo => drop(store.undo(&signed, None)),
            Step::Redo => drop(store.redo(&signed)),
        }
    }
}

pub(super) fn found(store: &Store, query: &Query, order: Order) -> Vec<ApplicationId> {
    let mut ids = Vec::new();
    let see = &mut |candidate: &crate::store::Candidate<'_>| {
        ids.push(candidate.id);
        ControlFlow::Continue(())
    };
    let scanned = store.scan(query, Needs::default(), order, &mut |_| ControlFlow::Continue(()), see).unwrap();
    assert!(scanned.finished);
    assert_eq!(scanned.matched, ids.len() as u64);
    ids
}

fn scanned(store: &Store, query: &Query, order: Order) -> Vec<ApplicationId> {
    let mut ids = Vec::new();
    let see = &mut |candidate: &crate::store::Candidate<'_>| {
        ids.push(candidate.id);
        ControlFlow::Continue(())
    };
    store.scan_rows(query, Needs::default(), order, &mut |_| ControlFlow::Continue(()), see).unwrap();
    ids
}

type Seen = (ApplicationId, (Status, OperationId), Option<(Status, OperationId)>, String, String, String, String);

/// What callers read of candidates.
fn candidates(store: &Store, query: &Query, of_rows: bool) -> Vec<Seen> {
    let mut seen = Vec::new();
    let also = Needs { form: true, state: true, ..Needs::default() };
    let see = &mut |one: &crate::store::Candidate<'_>| {
        let texts = (one.form_code().to_owned(), one.form_version().to_owned(), format!("{:?}", one.submitted()));
        assert_eq!(one.form_header().unwrap().code, texts.0);
        let of = format!("{}{:?}{:?}{:?}", one.source(), one.updated(), one.assignee(), one.due());
        seen.push((one.id, one.status, one.theirs(), texts.0 + &texts.1, texts.2, of, format!("{:?}", one.line())));
        ControlFlow::Continue(())
    };
    let tick = &mut |_: &_| ControlFlow::Continue(());
    if of_rows {
        store.scan_rows(query, also, Order::default(), tick, see).unwrap();
        seen.sort();
    } else {
        store.scan_unordered(query, also, tick, see).unwrap();
        seen.sort();
    }
    seen
}

fn agree(store: &Store, text: &str, order: Order) {
    let query = Query::parse(text, &context()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    assert!(store.at_one_moment(Store::snapshot).unwrap().is_some(), "the index answers");
    let expected = scanned(store, &query, order);
    assert_eq!(found(store, &query, order), expected, "{text} {order}");
    assert_eq!(
        store.count_matching(&query, &mut |_| ControlFlow::Continue(())).unwrap().matched,
        expected.len() as u64
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_the_tables_do(
        steps in steps(),
        queries in prop::collection::vec(query(), 1..24),
        origin in prop::sample::select(&[Origin::Shelf, Origin::Tables(1), Origin::Tables(7), Origin::Tables(1000)][..]),
    ) {
        let mut stand = Stand::new(origin);
        let mut order = orders().cycle();
        for (step, by_other) in steps {
            stand.take(&step, by_other);
            stand.store.keep_index().unwrap();
            for text in &queries {
                agree(&stand.store, text, order.next().unwrap());
            }
            let all = Query::default();
            for order in orders() {
                prop_assert_eq!(found(&stand.other, &all, order), scanned(&stand.other, &all, order), "{}", order);
            }
            let parsed: Vec<Query> = queries.iter().map(|text| Query::parse(text, &context()).unwrap()).collect();
            let ids = found(&stand.store, &all, Order::default());
            let some: Vec<ApplicationId> = ids.iter().rev().step_by(2).copied().chain([ApplicationId::new(9, 9)]).collect();
            for query in &parsed {
                prop_assert_eq!(candidates(&stand.store, query, false), candidates(&stand.store, query, true));
                let matching = stand.store.matching(query, &some).unwrap();
                prop_assert_eq!(matching, stand.store.matching_rows(query, &some).unwrap());
            }
            let counts = stand.store.count_each(&parsed, &mut |_| ControlFlow::Continue(())).unwrap().unwrap();
            let each: Vec<u64> = parsed.iter().map(|query| scanned(&stand.store, query, Order::default()).len() as u64).collect();
            prop_assert_eq!(counts, each);
            prop_assert_eq!(stand.store.statuses(&some).unwrap(), stand.store.statuses_rows(&some).unwrap());
            let (mut books, mut expected) = (Vec::new(), Vec::new());
            stand.store.visit_books(&mut |ours, theirs| { books.push((ours, theirs)); Ok(()) }).unwrap();
            stand.store.visit_states(&mut |_, state| { expected.push((state.status, state.source)); Ok(()) }).unwrap();
            books.sort();
            expected.sort();
            prop_assert_eq!(books, expected);
        }
    }

    #[test]
    fn a_word_typed_letter_by_letter_narrows_what_was_found(
        rows in prop::collection::vec(written(), 1..60),
        words in prop::collection::vec("[山形花子高橋ab0120やま]{1,12}", 1..12),
        field in prop::sample::select(&["", "name:", "item.住所:"][..]),
    ) {
        let mut stand = Stand::new(Origin::Tables(20));
        stand.take(&Step::Import(rows), false);
        for word in words {
            for (end, c) in word.char_indices() {
                agree(&stand.store, &format!("{field}{}", &word[..end + c.len_utf8()]), Order::default());
            }
        }
    }
}

/// What a batch is judged by lies between the look at the index and the lock of the writer: the heads are compared inside.
#[test]
fn a_batch_sees_what_another_process_has_committed_since() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = founded(dir.path());
    imported(
        &mut store,
        1,
        &[(1, "a", Status::Unprocessed), (2, "b", Status::Unprocessed), (3, "c", Status::Unprocessed)],
    );
    store.attach(Arc::default());
    assert!(store.keep_index().unwrap());
    let ids: Vec<ApplicationId> = (1..=3).map(|number| id_of(&store, number)).collect();
    let seen = store.statuses(&ids).unwrap();
    assert!(store.look_as_it_stands(|_| ()).unwrap().is_some());
    let mut other = opened(dir.path());
    let theirs = set(&mut other, Status::Provisional, &ids[..1]).operation.unwrap();
    let choose = |store: &Store| {
        assert!(store.look_as_it_stands(|_| ()).unwrap().is_none(), "the index is of a moment before");
        let now = store.statuses(&ids).unwrap();
        assert_eq!(now[0], Some((Status::Provisional, theirs)));
        assert_eq!((now[1], now[2]), (seen[1], seen[2]));
        let targets = ids.iter().copied().zip(seen.clone()).collect();
        Ok::<_, StoreError>((vec![StatusChange { to: Status::Completed, targets }], ()))
    };
    let (changed, ()) = store.set_status(&SIGNED, None, choose).unwrap();
    assert_eq!((changed.changed, changed.refused), (2, ids[..1].to_vec()));
    let operation = changed.operation;
    let ours = operation.map(|operation| (Status::Completed, operation));
    assert_eq!(store.statuses(&ids).unwrap(), vec![Some((Status::Provisional, theirs)), ours, ours]);
    store.check(&mut |_| {}).unwrap();
}
