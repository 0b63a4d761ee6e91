//! The paths that a million applications go through, each by itself: folding, matching, decoding and reading CSV, searching
//! a store, writing operations and leaves. `cargo bench` shows the median time of one element; `cargo bench -- WORD…` only some.
//!
//! For finding out what a change does to one of them; the project's promises are ratios (`cargo xtask bench`).
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "figures for the person at the terminal; set-up may fail")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use sekisho::assets::Assets;
use sekisho::domain::application::{self, Content, FormHeader, Line};
use sekisho::domain::calendar::{Day, parse_instant};
use sekisho::domain::fold::{fold_into, has_gaiji};
use sekisho::domain::identity::{ApplicationId, OperationId, ReceiptNumber};
use sekisho::domain::marks::Marks;
use sekisho::domain::operation::{Body, FromBase, Group, Operation, StreamUid, Value, Write, decode, encode};
use sekisho::domain::order::Order;
use sekisho::domain::query::{Context, Feature, Query, Scratch, Subject};
use sekisho::domain::record;
use sekisho::domain::reflection::Reflection;
use sekisho::domain::status::Status;
use sekisho::exchange::cp932;
use sekisho::exchange::encoding::Choice;
use sekisho::exchange::profile::Profile;
use sekisho::exchange::rows::RowReader;
use sekisho::office::{self, DemoRequest, Desk, Machine, Opening, Surroundings, Work, load_profiles, make_demo};

/// How long one bench goes on; under `cargo test --benches` every one runs once.
const LONG: Duration = Duration::from_secs(2);

struct Bench {
    words: Vec<String>,
    once: bool,
}

impl Bench {
    /// Runs `work`, which goes through `elements`, again and again, and shows the median.
    fn run(&self, name: &str, elements: usize, mut work: impl FnMut()) {
        if !self.words.is_empty() && !self.words.iter().any(|word| name.contains(word.as_str())) {
            return;
        }
        let (began, mut times) = (Instant::now(), Vec::new());
        loop {
            let start = Instant::now();
            work();
            times.push(start.elapsed());
            if self.once || (began.elapsed() >= LONG && times.len() >= 5) {
                break;
            }
        }
        times.sort_unstable();
        let median = times[times.len() / 2];
        let each = median.as_secs_f64() * 1e9 / elements as f64;
        println!(
            "{name:<44} {each:>9.1} ns each {:>10.2} ms for {elements} ({} runs)",
            median.as_secs_f64() * 1e3,
            times.len()
        );
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let bench = Bench {
        once: !words.iter().any(|word| word == "--bench"),
        words: words.into_iter().filter(|word| !word.starts_with("--")).collect(),
    };
    folding(&bench);
    matching(&bench);
    reading(&bench);
    searching(&bench);
    operations(&bench);
    leaves(&bench);
    marks(&bench);
}

const NAMES: [&str; 6] =
    ["山形　花子", "髙橋 太郎", "ﾔﾏｶﾞﾀ ﾊﾅｺ", "ヤマガタ　タロウ", "株式会社ＡＢＣ", "sato.ichiro@example.jp"];

fn folding(bench: &Bench) {
    let texts: Vec<&str> = (0..100_000).map(|i| NAMES[i % NAMES.len()]).collect();
    let mut out = String::new();
    bench.run("fold", texts.len(), || {
        for text in &texts {
            out.clear();
            fold_into(text, &mut out);
            black_box(&out);
        }
    });
}

/// The content of the n-th application, as a download has it.
fn content(n: usize, form: &Arc<FormHeader>) -> Content {
    let text = |text: &str| Some(text.to_owned());
    Content {
        source: "etumo".into(),
        number: ReceiptNumber::new(&format!("{:012}", n * 7919)).unwrap(),
        form: form.clone(),
        submitted: Some(application::Instant { seconds: 1_600_000_000 + n as i64 * 60, offset_minutes: 540 }),
        name: text(NAMES[n % 4]),
        kana: text("ヤマガタ　ハナコ"),
        mail: text("hanako@example.jp"),
        user_id: text("u0001"),
        line: Some(Line::Internet),
        remarks: None,
        values: (0..form.items.len()).map(|item| text(&format!("回答{}の{item}", n % 97))).collect(),
        raw: BTreeMap::new(),
        sealed: Vec::new(),
    }
}

fn form() -> Arc<FormHeader> {
    let items = (0..18).map(|item| format!("項目{item}")).collect();
    Arc::new(FormHeader { code: "01430".into(), version: "1".into(), name: "職員採用試験".into(), items })
}

fn contents(count: usize) -> Vec<Content> {
    let form = form();
    (0..count).map(|n| content(n, &form)).collect()
}

struct Shown<'a>(&'a Content);

impl Subject for Shown<'_> {
    fn source(&self) -> &str {
        &self.0.source
    }
    fn number(&self) -> &str {
        self.0.number.as_str()
    }
    fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }
    fn kana(&self) -> Option<&str> {
        self.0.kana.as_deref()
    }
    fn mail(&self) -> Option<&str> {
        self.0.mail.as_deref()
    }
    fn remarks(&self) -> Option<&str> {
        self.0.remarks.as_deref()
    }
    fn form_code(&self) -> &str {
        &self.0.form.code
    }
    fn form_version(&self) -> &str {
        &self.0.form.version
    }
    fn form_name(&self) -> &str {
        &self.0.form.name
    }
    fn submitted(&self) -> Option<application::Instant> {
        self.0.submitted
    }
    fn updated(&self) -> Option<application::Instant> {
        self.0.submitted
    }
    fn status(&self) -> Status {
        Status::Unprocessed
    }
    fn source_status(&self) -> Option<Status> {
        None
    }
    fn reflection(&self) -> Reflection {
        Reflection::Check
    }
    fn line(&self) -> Option<Line> {
        self.0.line
    }
    fn items(&self, visit: &mut dyn FnMut(&str, &str)) {
        for (name, value) in self.0.form.items.iter().zip(&self.0.values) {
            visit(name, value.as_deref().unwrap_or_default());
        }
    }
    fn has(&self, feature: Feature) -> bool {
        feature == Feature::Gaiji && self.name().is_some_and(has_gaiji)
    }
}

fn matching(bench: &Bench) {
    let contents = contents(20_000);
    let context = Context { today: Day::constant(2026, 11, 20) };
    for text in [
        "number:0549",
        "name:山形",
        "高橋",
        "item.項目3:回答42",
        "status:未処理 submitted:2020-10-01..2020-10-31 -name:花子",
    ] {
        let query = Query::parse(text, &context).unwrap();
        let mut scratch = Scratch::default();
        bench.run(&format!("match {text}"), contents.len(), || {
            let matched = contents.iter().filter(|content| query.matches(&Shown(content), &mut scratch)).count();
            black_box(matched);
        });
    }
}

fn reading(bench: &Bench) {
    let mut text = String::from(
        "利用者ID,連絡先メールアドレス,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,申込回線",
    );
    for item in 0..18 {
        text.push_str(&format!(",項目{item}"));
    }
    const ROWS: usize = 20_000;
    for n in 0..ROWS {
        let name = NAMES[n % 4];
        text.push_str(&format!(
            "\r\nu{n},hanako@example.jp,{n:012},{name},1,01430,職員採用試験,2020年10月29日 09時24分,未処理,,"
        ));
        for item in 0..18 {
            text.push_str(&format!(",\"回答{}の{item}\"", n % 97));
        }
    }
    let profiles: Vec<Profile> = load_profiles(&Assets::built_in(), None).profiles;
    let cp932 = encoding_rs::SHIFT_JIS.encode(&text).0.into_owned();
    let fields: Vec<&[u8]> = cp932.split(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')).collect();
    bench.run("decode CP932, a field", fields.len(), || {
        for field in &fields {
            black_box(cp932::decode(field));
        }
    });
    let utf16: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [("cp932", cp932), ("utf-8", text.clone().into_bytes()), ("utf-16", utf16)] {
        bench.run(&format!("read rows of CSV, {name}"), ROWS, || {
            let instant = |text: &str| parse_instant(text).ok().map(|dated| dated.value);
            let reader = RowReader::open(bytes.as_slice(), Choice::Auto, &profiles, None, &instant).unwrap();
            assert_eq!(reader.filter(|row| black_box(row).is_ok()).count(), ROWS);
        });
    }
}

/// A store of its own, searched as the screen and the command line do.
fn searching(bench: &Bench) {
    let folder = tempfile::tempdir().unwrap();
    let rows: usize = if bench.once { 200 } else { 50_000 };
    let surroundings = Surroundings {
        now: Arc::new(|| 1_795_000_000_000),
        entropy: Arc::new(|bytes| getrandom::fill(bytes).unwrap()),
        user: "bench".to_owned(),
        machine: Machine::default(),
        marks: Default::default(),
        policy: Arc::default(),
        cost: sekisho::office::Cost::CHEAP,
    };
    let opening = Opening { operator: None, wait: Duration::from_secs(10), credential: None };
    let profiles = load_profiles(&Assets::built_in(), None).profiles;
    let request = DemoRequest { dir: folder.path().join("store"), rows: rows as u64, seed: 1 };
    let (stop, mut nobody) = (AtomicBool::new(false), |_| {});
    make_demo(&request, &profiles, &surroundings, &opening, &mut Work::new(&stop, &mut nobody)).unwrap();
    let desk = Desk::open(&request.dir, surroundings, &opening).unwrap();
    for text in ["山", "花子", "そのような言葉はない", "status:未処理"] {
        let query = desk.query(text).unwrap();
        bench.run(&format!("count {text}"), rows, || {
            black_box(office::count(&desk, &query, &[], &mut Work::new(&stop, &mut |_| {})).unwrap());
        });
        bench.run(&format!("list {text}"), rows, || {
            office::search(&desk, text, Order::default(), &stop, &mut |part| drop(black_box(part))).unwrap();
        });
    }
}

fn operations(bench: &Bench) {
    const TARGETS: u32 = 100_000;
    const OWN: StreamUid = StreamUid { terminal: [1; 8], epoch: [2; 8] };
    let mut state = 1u32;
    let mut scattered = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        1 + state % 1_000_000
    };
    let scattered: std::collections::BTreeSet<u32> = (0..TARGETS + TARGETS / 10).map(|_| scattered()).collect();
    let contiguous = (1..=TARGETS).collect();
    for (name, numbers) in [("contiguous", contiguous), ("scattered", scattered)] {
        let targets: Vec<ApplicationId> = numbers.into_iter().map(|n| ApplicationId::new(0, n)).collect();
        let from = targets
            .iter()
            .map(|id| (Value::Number(1 + u64::from(id.n() % 3)), Some(OperationId::new(0, 2 + id.n() % 60))));
        let from = FromBase::collect(from);
        let count = targets.len();
        let write = Write { group: Group::Status, to: Value::Number(8), targets, from };
        let operation = Operation {
            stream: OWN,
            seq: 100,
            at_ms: 1_795_000_000_000,
            actor: None,
            command: "application.set_status".into(),
            body: Body::Set { writes: vec![write], declared: None, blocks: Vec::new() },
            approval: None,
            payload: None,
            critical: false,
        };
        bench.run(&format!("encode an operation, {name}"), count, || {
            black_box(encode(&operation, &|_| OWN));
        });
        let bytes = encode(&operation, &|_| OWN);
        bench.run(&format!("decode an operation, {name}"), count, || {
            assert!(decode(black_box(&bytes), &mut |_| Some(0)).is_ok());
        });
    }
}

fn leaves(bench: &Bench) {
    let contents = contents(20_000);
    let hash = record::items_hash(&contents[0].form);
    bench.run("record and leaf", contents.len(), || {
        for content in &contents {
            black_box(record::leaf(&[7; 16], &record::encode(content, &hash)));
        }
    });
}

/// A million applications marked one by one, and joined with another million at one key press.
fn marks(bench: &Bench) {
    const COUNT: u32 = 1_000_000;
    let every = |step: u32| (0..COUNT).map(move |n| ApplicationId::new(0, n * step));
    bench.run("mark one by one", COUNT as usize, || {
        black_box(every(1).collect::<Marks>());
    });
    let (all, found): (Marks, Marks) = (every(1).collect(), every(2).collect());
    bench.run("join two sets of marks", COUNT as usize, || {
        let mut joined = all.clone();
        joined.unite(&found);
        joined.subtract(black_box(&found));
        black_box(joined.common(&all));
    });
}
