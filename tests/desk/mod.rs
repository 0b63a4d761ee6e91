//! A desk in a fresh folder, with a clock and chance of its own: what tests of the use cases sit down at.
#![allow(dead_code, clippy::unwrap_used, reason = "no test needs all of it; one that can't set up has failed")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use sekisho::assets::Assets;
use sekisho::domain::identity::{ApplicationId, OperationId};
use sekisho::domain::operation::Against;
use sekisho::exchange::encoding::Choice;
use sekisho::exchange::profile::Profile;
use sekisho::office::{
    Desk, FieldError, FileReport, Founder, HandingOver, ImportRequest, Judged, LogFile, LogFilter, LogLines,
    OfficeError, Opening, Surroundings, Work, export_log, hand_over, import_file, load_profiles, write_handover,
};
use sekisho::store::{Machine, Segment, SignIn};

/// What the clock is asked through; tests may put something before it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A clock that goes on by a second with every look.
pub fn clock() -> Clock {
    let now = AtomicI64::new(1_790_000_000_000);
    Arc::new(move || now.fetch_add(1000, Ordering::Relaxed))
}

/// Surroundings whose chance is the same in every run.
pub fn surroundings(now: Clock) -> Surroundings {
    let state = AtomicU64::new(1);
    let entropy = move |bytes: &mut [u8]| {
        for byte in bytes {
            let next = state.load(Ordering::Relaxed).wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.store(next, Ordering::Relaxed);
            *byte = (next >> 56) as u8;
        }
    };
    Surroundings {
        now,
        entropy: Arc::new(entropy),
        user: "tester".into(),
        machine: Machine::default(),
        policy: Arc::default(),
        marks: Default::default(),
        cost: sekisho::office::Cost::CHEAP,
    }
}

fn opening() -> Opening {
    Opening { operator: None, wait: Duration::from_secs(10), credential: None }
}

/// Founds a store in a folder.
pub fn found(dir: &Path, now: Clock) -> Desk {
    let founder = Founder { segment: Segment::Lgwan, sign_in: SignIn::None, terminal: "lgwan-01".into() };
    Desk::found(dir, &founder, false, surroundings(now), &opening()).unwrap()
}

/// Sits down at a store that is there.
pub fn open(dir: &Path) -> Desk {
    Desk::open(dir, surroundings(clock()), &opening()).unwrap()
}

/// Sits down at a store that is there, in surroundings of the test's own.
pub fn open_in(dir: &Path, surroundings: Surroundings) -> Desk {
    Desk::open(dir, surroundings, &opening()).unwrap()
}

/// A 照合 in which nothing was found.
pub fn nothing_found(target: ApplicationId) -> Judged {
    let (content, against) = (OperationId::new(0, 9_999), Against::File([0; 32], 2));
    Judged { target, content, against, fields: Vec::new() }
}

/// The profiles that are shipped.
pub fn profiles() -> Vec<Profile> {
    load_profiles(&Assets::built_in(), None).profiles
}

/// Does something with work that nobody stops.
pub fn at_work<T>(tell: &mut dyn FnMut(), work: impl FnOnce(&mut Work<'_>) -> T) -> T {
    let stop = AtomicBool::new(false);
    work(&mut Work::new(&stop, &mut |_| tell()))
}

/// Writes a file.
pub fn file(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Takes a file in, or only looks.
pub fn take(desk: &mut Desk, path: &Path, dry_run: bool) -> Result<FileReport, OfficeError> {
    let request = ImportRequest { profile: None, encoding: Choice::Auto, dry_run };
    at_work(&mut || {}, |work| import_file(desk, path, &profiles(), &request, work))
}

/// A list of applications as CSV: the fixed columns, these items, these rows.
pub fn csv(items: &[&str], rows: &[Vec<String>]) -> String {
    let fixed = "利用者ID,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考";
    let mut text = [fixed].iter().chain(items).copied().collect::<Vec<_>>().join(",");
    for row in rows {
        text.push_str("\r\n");
        text.push_str(&row.join(","));
    }
    text.push_str("\r\n");
    text
}

/// A plain row of such a list.
pub fn row(number: u32, status: &str, items: &[&str]) -> Vec<String> {
    let fixed =
        ["u1", &format!("{number:012}"), "山形　花子", "1", "01430", "申込", "2020年10月29日 09時24分", status, ""];
    fixed.iter().chain(items).map(|&cell| cell.to_owned()).collect()
}

/// Whoever has nothing in hand, or isn't known yet, was not refused for that.
fn unless_refused<T>(answer: Result<T, OfficeError>) -> Result<(), OfficeError> {
    match answer {
        Err(OfficeError::NothingMatched | OfficeError::Field(FieldError::OperatorUnknown { .. })) => Ok(()),
        other => other.map(drop),
    }
}

/// 引継, from oneself to oneself.
pub fn hands_over(desk: &mut Desk) -> Result<(), OfficeError> {
    let handing = HandingOver { from: "me", to: "me", which: None, reason: "x" };
    unless_refused(hand_over(desk, &handing, false))
}

/// One's own 事務引継書.
pub fn writes_handover(desk: &mut Desk, out: &Path) -> Result<(), OfficeError> {
    unless_refused(write_handover(desk, ("me", None), out, &|_| Vec::new()))
}

/// A file of the log.
pub fn writes_log(desk: &mut Desk, out: &Path) -> Result<(), OfficeError> {
    let file = LogFile { out, xlsx: false, header: &["x".into()] };
    export_log(desk, &LogFilter::default(), file, &LogLines::Operations(&|_| vec![String::new()])).map(drop)
}
