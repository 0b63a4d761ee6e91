//! The permission matrix: every use case by every role and kind of sign-in, asked of the office itself. A new use case
//! doesn't compile here before it says how it is tried.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod desk;
#[path = "permissions/expected.rs"]
mod expected;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use desk::{at_work, clock, csv, file, found, row, surroundings, take};
use expected::expected;
use sekisho::domain::calendar::Day;
use sekisho::domain::channel::Channel;
use sekisho::domain::fault::Fault as _;
use sekisho::domain::finding::Finding;
use sekisho::domain::identity::OperationId;
use sekisho::domain::operation::NoteReader;
use sekisho::domain::order::Order;
use sekisho::domain::people::{Act, Right};
use sekisho::domain::query::Query;
use sekisho::domain::sealing::Class;
use sekisho::domain::status::{Refusal, Request, Status};
use sekisho::domain::view::View;
use sekisho::office::view::{Declared, LeftBecause};
use sekisho::office::{
    Attended, CalendarRequest, CallWish, Credential, Decision, Desk, Disposal, Entering, ExportFormat, ExportRequest,
    FieldRequest, Founder, GrantWish, LogFilter, Numbering, OfficeError, Opening, OperatorWish, Passphrase,
    ReflectRequest, Segment, Settlement, SignIn, Submission, Surroundings, Target, Typed, ViewBase, Which, Wished,
    add_grant, add_group, add_note, add_operator, anchor_log, approve, backup, change_passphrase, clear_set_aside,
    compared, delete_view, disable_operator, discard_download, dispose, enter, export, export_reflect,
    export_set_aside, found_keys, give_passphrase, give_up_import, import_calendar, import_operators, log, migrate,
    open_on_phone, plan_at, redo, refuse, refuse_out, remove_group, resolve, restore, return_ruling, reveal,
    revoke_grant, save_view, say_distinct, set_field, set_status, settle, settle_ruling, share_key, strike_note,
    submit_ruling, undo, unlock_operator, withdraw_key, write_call, write_disposal,
};

fn numbering() -> Numbering {
    Numbering::by("{seq}").unwrap()
}

fn as_user(user: &str) -> Surroundings {
    Surroundings { user: user.into(), ..surroundings(clock()) }
}

fn opening() -> Opening {
    Opening { operator: None, wait: Duration::from_secs(10), credential: None }
}

/// How somebody comes in where a passphrase is asked for; the operating system doesn't look at it.
fn opening_of(user: &str) -> Opening {
    let credential = Some(Credential::Passphrase(passphrase(user)));
    Opening { operator: Some(user.into()), credential, ..opening() }
}

fn passphrase(user: &str) -> Passphrase {
    Passphrase::new(&format!("{} の とても長い合言葉です", user.chars().rev().collect::<String>()))
}

/// A store that `boss` has founded, with two applications of two procedures and one row set aside.
fn office_by(dir: &Path, sign_in: SignIn) -> Desk {
    let founder = Founder { segment: Segment::Lgwan, sign_in, terminal: "lgwan-01".into() };
    let mut boss = Desk::found(&dir.join("store"), &founder, false, as_user("boss"), &opening_of("boss")).unwrap();
    let mut second = row(2, "未処理", &[]);
    second[4] = "01431".into();
    let mut broken = row(3, "未処理", &[]);
    broken[6] = "いつか".into();
    let list = file(dir, "list.csv", csv(&[], &[row(1, "未処理", &[]), second, broken]).as_bytes());
    assert_eq!(take(&mut boss, &list, false).unwrap().counts.added, 2);
    boss
}

fn open_as(dir: &Path, user: &str) -> Result<Desk, OfficeError> {
    Desk::open(&dir.join("store"), as_user(user), &opening_of(user))
}

fn wish(right: &str, to: Wished) -> GrantWish {
    GrantWish { right: right.into(), to, form: None, segment: None, from: None, until: None }
}

fn operator(code: &str) -> OperatorWish {
    OperatorWish { code: code.into(), name: Some("試験　太郎".into()), ..OperatorWish::default() }
}

const DAY: Day = Day::constant(2030, 4, 1);
const RESULT: FieldRequest = FieldRequest::Result { to: Some(Finding::Approved), basis: None };
const REMINDED: Declared = Declared { day: DAY, channel: Channel::Mail };

/// Tries a use case. What it says beside the right doesn't matter here: only whether the right was refused.
fn attempt(act: Act, desk: &mut Desk, dir: &Path) -> Result<(), OfficeError> {
    let out = |name: &str| dir.join(format!("{name}-{}", act.id()));
    let nobody = || Target::Numbers(vec!["000000000001".into()]);
    let second = resolve(desk.store(), "000000000002").unwrap();
    let stop = AtomicBool::new(false);
    // This desk has the store open: who wants to be alone with it need not wait to be told so.
    let at_once = Opening { wait: Duration::ZERO, ..opening_of(desk.operator().unwrap_or("tester")) };
    match act {
        // Whoever sits at a desk was let in; it is tried by opening one.
        Act::Look => Ok(()),
        Act::SaveView => {
            let view = View { name: "朝".into(), ..View::default() };
            save_view(desk, &view, false, ViewBase::Any).map(drop)
        }
        Act::Anchor => anchor_log(desk).map(drop),
        Act::LogView => log(desk, &LogFilter::default(), false, &mut |_| {}).map(drop),
        Act::DeleteView => delete_view(desk, &[], "朝", false, ViewBase::Any).map(drop),
        Act::SetStatus => set_status(desk, Request::To(Status::Provisional), &nobody(), None, false).map(drop),
        Act::Undo => undo(desk, None).map(drop),
        Act::Redo => redo(desk).map(drop),
        Act::UndoOthers => {
            let is_import = |id: &OperationId| {
                desk.store().operation(*id).unwrap().is_some_and(|operation| operation.command == "import.run")
            };
            let import = (1..9).map(|n| OperationId::new(0, n)).find(is_import).unwrap();
            undo(desk, Some(import)).map(drop)
        }
        Act::Adopt => settle(desk, Decision::Adopt, &nobody(), None, false).map(drop),
        Act::Keep => settle(desk, Decision::Keep, &nobody(), None, false).map(drop),
        Act::Assign => set_field(desk, &FieldRequest::Assign(None), &nobody(), None, false).map(drop),
        Act::Due => set_field(desk, &FieldRequest::Due(Some(DAY)), &nobody(), None, false).map(drop),
        Act::Tag => {
            let tag = FieldRequest::Tag { name: "要電話".into(), kept: true };
            set_field(desk, &tag, &nobody(), None, false).map(drop)
        }
        Act::CorrectionRemind => set_field(desk, &FieldRequest::Remind(REMINDED), &nobody(), None, false).map(drop),
        Act::Supervise => {
            // What has ended is opened again.
            let reason = Some("電話で聞いた");
            set_status(desk, Request::To(Status::ForceCompleted), &Target::Ids(vec![second]), reason, false)?;
            set_status(desk, Request::To(Status::Unprocessed), &Target::Ids(vec![second]), reason, false).map(drop)
        }
        Act::Result => set_field(desk, &RESULT, &nobody(), None, false).map(drop),
        Act::Receive => {
            set_field(desk, &FieldRequest::Receive { on: DAY, numbering: numbering() }, &nobody(), None, false)
                .map(drop)
        }
        Act::RulingSubmit => {
            let submission = Submission { title: "件名".into(), ..Submission::default() };
            submit_ruling(desk, &submission, &nobody(), false).map(drop)
        }
        Act::RulingSettle => {
            let settlement = Settlement { on: DAY, document_number: "第1号".into(), decider: "課長".into() };
            settle_ruling(desk, OperationId::new(0, 9_999), &settlement, None).map(drop)
        }
        Act::RulingReturn => return_ruling(desk, OperationId::new(0, 9_999), "誤記").map(drop),
        Act::HandOver => desk::hands_over(desk),
        Act::HandoverWrite => desk::writes_handover(desk, &out("handover.txt")),
        Act::RulingWrite => refuse_out(desk, &out("list.csv")),
        Act::NumberAssign => set_field(desk, &FieldRequest::Number(numbering()), &nobody(), None, false).map(drop),
        Act::NoteInternal => add_note(desk, second, NoteReader::Staff, "電話済").map(drop),
        Act::NoteApplicant => add_note(desk, second, NoteReader::Applicant, "電話をください").map(drop),
        Act::NoteStrike => strike_note(desk, second, OperationId::new(0, 9_999), "誤記").map(drop),
        Act::Export => {
            let (query, path) = (Query::default(), out("export.xlsx"));
            let request = ExportRequest {
                out: &path,
                format: ExportFormat::Xlsx,
                which: Which::Query(&query, ""),
                columns: None,
                of_view: false,
                order: Order::default(),
            };
            at_work(&mut || {}, |work| export(desk, &request, work)).map(drop)
        }
        Act::ReflectExport => {
            let (query, path) = (Query::default(), out("reflect.csv"));
            at_work(&mut || {}, |work| export_reflect(desk, &ReflectRequest::usual(&path, &query), work)).map(drop)
        }
        Act::LogExport => desk::writes_log(desk, &out("log.csv")),
        Act::RejectedExport => {
            export_set_aside(desk, &out("rejected.csv"), vec!["x".into(); 6], &|_| String::new()).map(drop)
        }
        Act::Import => {
            take(desk, &file(dir, "more.csv", csv(&[], &[row(9, "未処理", &[])]).as_bytes()), false).map(drop)
        }
        Act::Enter => enter(desk, &Entering::Revision(second, None), &Typed::default()).map(drop),
        Act::GiveUp => give_up_import(desk).map(drop),
        Act::Discard => discard_download(desk, &dir.join("list.csv"), None, &desk::profiles()).map(drop),
        Act::RejectedClear => clear_set_aside(desk, None).map(drop),
        Act::Backup => backup(desk, &out("backup"), &mut Attended { stop: &stop, tell: &mut |_| {} }).map(drop),
        Act::Restore => {
            let surroundings = as_user(desk.operator().unwrap_or("tester"));
            let mut attended = Attended { stop: &stop, tell: &mut |_| {} };
            restore(&dir.join("store"), &dir.join("no-such-backup"), &surroundings, &at_once, &mut attended).map(drop)
        }
        Act::Migrate => {
            let surroundings = as_user(desk.operator().unwrap_or("tester"));
            migrate(&dir.join("store"), false, &surroundings, &at_once).map(drop)
        }
        Act::CalendarImport => {
            let closed = file(dir, "closed.csv", "2026-01-01,元日\n".as_bytes());
            import_calendar(desk, &closed, CalendarRequest::default()).map(drop)
        }
        Act::OperatorAdd => add_operator(desk, &operator("7777")).map(drop),
        Act::PassphraseChange => {
            let user = desk.operator().unwrap_or("tester").to_owned();
            let (old, new) = (passphrase(&user), passphrase("次の"));
            let opening = opening_of(&user);
            change_passphrase(&dir.join("store"), &as_user(&user), &opening, Some(&old), &new)?;
            // Back again, so that the next finds it as it was.
            let opening = Opening { credential: Some(Credential::Passphrase(new.clone())), ..opening };
            change_passphrase(&dir.join("store"), &as_user(&user), &opening, Some(&new), &old).map(drop)
        }
        Act::OperatorPasswd => give_passphrase(desk, "no-such", &passphrase("7777")).map(drop),
        Act::OperatorUnlock => unlock_operator(desk, "no-such").map(drop),
        Act::OperatorDisable => disable_operator(desk, "no-such", None).map(drop),
        Act::OperatorImport => {
            import_operators(desk, &file(dir, "8.csv", "職員番号\n8".as_bytes()), DAY, false).map(drop)
        }
        Act::GroupAdd => add_group(desk, "窓口").map(drop),
        Act::GroupRemove => remove_group(desk, "窓口").map(drop),
        Act::GrantAdd => add_grant(desk, &wish("look", Wished::Operator("boss".into()))).map(drop),
        Act::GrantRevoke => revoke_grant(desk, OperationId::new(0, 9_999)).map(drop),
        Act::RequestApprove => {
            at_work(&mut || {}, |work| approve(desk, OperationId::new(0, 9_999), None, None, work)).map(drop)
        }
        Act::RequestRefuse => {
            let asked = desk.store().requests(true).unwrap();
            let id = asked.first().map_or(OperationId::new(0, 9_999), |request| request.written.operation);
            refuse(desk, id, "", None).map(drop)
        }
        Act::PurgeExtend => {
            let extend = FieldRequest::Extend(Some(DAY));
            set_field(desk, &extend, &nobody(), Some("係争中"), false).map(drop)
        }
        // Its work goes on, so it stays whoever asks.
        Act::PurgeDispose => {
            let disposal = Disposal { document_number: "第1号".into(), early: false };
            dispose(desk, &disposal, &Target::Ids(vec![second]), None, false).map(drop)
        }
        Act::PurgeRecord => write_disposal(desk, OperationId::new(0, 9_999), &out("record.txt")).map(drop),
        Act::KeyFound => found_keys(desk, None).map(drop),
        Act::KeyShare => share_key(desk, Class::Sensitive, "no-such", None).map(drop),
        Act::KeyWithdraw => withdraw_key(desk, Class::Sensitive, "no-such").map(drop),
        Act::PhoneOpen => open_on_phone(desk, second).map(drop),
        Act::CallWrite => write_call(desk, second, &CallWish::default()).map(drop),
        Act::Reveal => reveal(desk, second, "ない項目", "審査", None).map(drop),
        Act::Compare => compared(desk, &desk::nothing_found(second)).map(drop),
        Act::Distinct => say_distinct(desk, &[second], true).map(drop),
    }
}

fn is_refused(error: &OfficeError) -> bool {
    matches!(error, OfficeError::NotPermitted(_) | OfficeError::Barred(..))
}

/// Whether the office lets a person do something; without a desk they weren't even let in.
fn is_let(act: Act, dir: &Path, desk: Option<&mut Desk>) -> bool {
    desk.is_some_and(|desk| attempt(act, desk, dir).err().is_none_or(|error| !is_refused(&error)))
}

/// Sits down as somebody, if they are let in.
fn let_in(dir: &Path, user: &str) -> Option<Desk> {
    match open_as(dir, user) {
        Ok(desk) => Some(desk),
        Err(error) => {
            assert!(is_refused(&error), "{error}");
            None
        }
    }
}

#[test]
fn every_use_case_by_every_role_where_the_system_signs_people_in() {
    every_use_case_by_every_role(SignIn::Os);
}

#[test]
fn every_use_case_by_every_role_where_people_sign_in_by_passphrases() {
    every_use_case_by_every_role(SignIn::Passphrase);
}

/// Gives somebody a passphrase that is their own.
fn equip(boss: &mut Desk, dir: &Path, code: &str) {
    let first = Passphrase::new("はじめの合言葉 はじめの合言葉");
    give_passphrase(boss, code, &first).unwrap();
    let opening = Opening { credential: Some(Credential::Passphrase(first.clone())), ..opening_of(code) };
    change_passphrase(&dir.join("store"), &as_user(code), &opening, Some(&first), &passphrase(code)).unwrap();
}

fn every_use_case_by_every_role(sign_in: SignIn) {
    let folder = tempfile::tempdir().unwrap();
    let mut boss = office_by(folder.path(), sign_in);
    let roles: Vec<&str> = Right::words().into_iter().chain(["nothing", "disabled"]).collect();
    for (place, role) in roles.iter().enumerate() {
        let code = format!("user{place}");
        add_operator(&mut boss, &operator(&code)).unwrap();
        // Who was never granted anything, or was let go, still has a passphrase.
        let clerks = GrantWish { until: None, ..wish("passphrase.change", Wished::Operator(code.clone())) };
        if sign_in == SignIn::Passphrase {
            let (grant, _) = add_grant(&mut boss, &clerks).unwrap();
            equip(&mut boss, folder.path(), &code);
            revoke_grant(&mut boss, grant).unwrap();
        }
        let right = match *role {
            "nothing" => continue,
            "disabled" => "all",
            role => role,
        };
        let until = (right == "specific_personal").then_some(DAY);
        add_grant(&mut boss, &GrantWish { until, ..wish(right, Wished::Operator(code.clone())) }).unwrap();
        if *role == "disabled" {
            disable_operator(&mut boss, &code, None).unwrap();
        }
    }
    drop(boss);
    let mut tried = 0;
    for (place, role) in roles.iter().enumerate() {
        let mut desk = let_in(folder.path(), &format!("user{place}"));
        for act in Act::ALL {
            // Undoing what another has done needs the right to undo as well, and a supervisor's move that to set the
            // status; both of the two only the founder's role brings.
            let wanted = expected(role, *act) && (![Act::UndoOthers, Act::Supervise].contains(act) || *role == "all");
            assert_eq!(is_let(*act, folder.path(), desk.as_mut()), wanted, "{role}: {act:?}");
            tried += 1;
        }
    }
    assert_eq!(tried, roles.len() * Act::ALL.len());
    match sign_in {
        SignIn::Passphrase => assert!(open_as(folder.path(), "stranger").is_err()),
        _ => assert!(let_in(folder.path(), "stranger").is_none()),
    }
    let mut boss = let_in(folder.path(), "boss");
    for act in Act::ALL {
        assert!(is_let(*act, folder.path(), boss.as_mut()), "{act:?}");
    }
}

#[test]
fn every_use_case_is_allowed_where_nobody_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = found(&folder.path().join("store"), clock());
    let mut one = row(1, "未処理", &[]);
    one[6] = "いつか".into();
    let list = file(folder.path(), "list.csv", csv(&[], &[row(2, "未処理", &[]), one]).as_bytes());
    take(&mut desk, &list, false).unwrap();
    for round in 0..2 {
        for act in Act::ALL.iter().filter(|act| **act != Act::UndoOthers) {
            if let Err(error) = attempt(*act, &mut desk, folder.path()) {
                assert!(!is_refused(&error), "round {round}: {act:?}: {error}");
            }
        }
    }
}

#[test]
fn a_store_of_an_earlier_version_allows_everything_until_the_first_grant() {
    let folder = tempfile::tempdir().unwrap();
    drop(office_by(folder.path(), SignIn::Os));
    // As the first version left it: no grant, and the founder an operator like any other.
    let db = rusqlite::Connection::open(folder.path().join("store/sekisho.db")).unwrap();
    db.execute_batch("DELETE FROM people WHERE op IN (SELECT id FROM op WHERE kind = 13)").unwrap();
    drop(db);
    let mut taro = open_as(folder.path(), "taro").unwrap();
    set_status(&mut taro, Request::To(Status::Provisional), &Target::Query(Query::default()), None, false).unwrap();
    add_operator(&mut taro, &operator("5001")).unwrap();
    let (_, first) = add_grant(&mut taro, &wish("look", Wished::Operator("5001".into()))).unwrap();
    assert!(first, "whoever grants first becomes the administrator");
    assert!(taro.rights().unwrap().may(Act::GrantAdd));
    assert!(is_refused(&open_as(folder.path(), "stranger").unwrap_err()));
    assert!(open_as(folder.path(), "5001").is_ok());
    assert!(!open_as(folder.path(), "boss").is_ok_and(|desk| desk.rights().unwrap().may(Act::Look)));
}

#[test]
fn a_right_for_one_procedure_leaves_the_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut boss = office_by(folder.path(), SignIn::Os);
    add_operator(&mut boss, &operator("clerk")).unwrap();
    let form = |code: &str| Some((boss_source(folder.path()), code.to_owned()));
    let only = GrantWish { form: form("01430"), ..wish("change_status", Wished::Operator("clerk".into())) };
    add_grant(&mut boss, &only).unwrap();
    let refused = GrantWish { form: form("01430"), ..wish("take_out", Wished::Everybody) };
    assert!(add_grant(&mut boss, &refused).is_err(), "no right that the office doesn't ask for by procedure");
    let mut clerk = open_as(folder.path(), "clerk").unwrap();
    let all = Target::Query(Query::default());
    let done = set_status(&mut clerk, Request::To(Status::Provisional), &all, None, false).unwrap();
    assert_eq!((done.changed, done.failed.len()), (1, 1));
    assert_eq!(done.failed[0].0, "000000000002");
    let other = Target::Numbers(vec!["000000000002".into()]);
    let error = set_status(&mut clerk, Request::To(Status::Provisional), &other, None, false).unwrap_err();
    assert!(is_refused(&error));
    // 担当, 期限, 札 and notes are asked for each application too.
    let due = FieldRequest::Due(Some(DAY));
    let tag = FieldRequest::Tag { name: "要電話".into(), kept: true };
    for request in [&due, &tag] {
        let planned = set_field(&mut clerk, request, &all, None, true).unwrap();
        let done = set_field(&mut clerk, request, &all, None, false).unwrap();
        assert_eq!((done.changed, done.failed.len(), planned.changed), (1, 1, 1), "{request:?}");
        assert_eq!(done.failed[0], ("000000000002".into(), LeftBecause::NotPermitted), "{request:?}");
        assert!(is_refused(&set_field(&mut clerk, request, &other, None, false).unwrap_err()));
        undo(&mut clerk, None).unwrap();
        let by_boss = set_field(&mut boss, request, &other, None, false).unwrap();
        assert!(is_refused(&undo(&mut clerk, by_boss.operation).unwrap_err()));
    }
    let [first, second] = ["000000000001", "000000000002"].map(|number| resolve(clerk.store(), number).unwrap());
    add_note(&mut clerk, first, NoteReader::Staff, "電話済").unwrap();
    assert!(is_refused(&add_note(&mut clerk, second, NoteReader::Staff, "電話済").unwrap_err()));
    // What somebody else has done to the other procedure isn't undone by name either.
    let by_boss = set_status(&mut boss, Request::To(Status::Provisional), &other, None, false).unwrap();
    assert!(is_refused(&undo(&mut clerk, by_boss.operation).unwrap_err()));
    assert_eq!(undo(&mut clerk, None).unwrap().changed, 1);
    assert_eq!(redo(&mut clerk).unwrap().changed, 1);
    assert_eq!(undo(&mut boss, done.operation).err().map(|error| is_refused(&error)), Some(false), "redone meanwhile");
}

#[test]
fn only_who_may_work_is_put_in_charge_where_people_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut boss = office_by(folder.path(), SignIn::Os);
    add_operator(&mut boss, &operator("1001")).unwrap();
    add_operator(&mut boss, &operator("1002")).unwrap();
    add_operator(&mut boss, &OperatorWish { account: Some("hanako".into()), ..operator("1003") }).unwrap();
    add_grant(&mut boss, &wish("all", Wished::Operator("1003".into()))).unwrap();
    disable_operator(&mut boss, "1002", None).unwrap();
    let (all, to) = (Target::Query(Query::default()), |code: &str| FieldRequest::Assign(Some(code.into())));
    let before = boss.store().head().unwrap().0;
    for code in ["1002", "9999", "hanako", ""] {
        let error = set_field(&mut boss, &to(code), &all, None, false).unwrap_err();
        assert_eq!(error.code(), "operator.unknown", "{code}");
    }
    assert_eq!(boss.store().head().unwrap().0, before, "nobody becomes known by being named");
    assert_eq!(set_field(&mut boss, &to("1001"), &all, None, false).unwrap().changed, 2);
    // 自分 is whoever signs in, by 職員番号 and not by the name of the operating system.
    let mut hanako = open_as(folder.path(), "hanako").unwrap();
    assert_eq!(set_field(&mut hanako, &to("me"), &all, Some("引継ぎ"), false).unwrap().changed, 2);
    for query in ["assignee:me", "assignee:1003"] {
        let mine = Target::Query(hanako.query(query).unwrap());
        assert_eq!(set_field(&mut hanako, &FieldRequest::Due(Some(DAY)), &mine, None, true).unwrap().changed, 2);
    }
}

/// The code of the source of the applications.
fn boss_source(dir: &Path) -> String {
    let db = rusqlite::Connection::open(dir.join("store/sekisho.db")).unwrap();
    db.query_row("SELECT code FROM source", [], |row| row.get(0)).unwrap()
}

#[test]
fn an_office_transfer_is_one_operation_that_switches_on_its_day() {
    let folder = tempfile::tempdir().unwrap();
    let mut boss = office_by(folder.path(), SignIn::Os);
    add_operator(&mut boss, &operator("1001")).unwrap();
    add_operator(&mut boss, &operator("1002")).unwrap();
    add_group(&mut boss, "窓口").unwrap();
    add_grant(&mut boss, &wish("change_status", Wished::Group("窓口".into()))).unwrap();
    let today = boss.today();
    let list = "職員番号,氏名,所属,担当者グループ,終了日,状態\n1001,山形　花子,市民課,窓口,,在職\n1002,,,,,停止\n\
                1003,最上　次郎,市民課,窓口,2031-03-31,在職\n";
    let list = file(folder.path(), "idou.csv", list.as_bytes());
    let before = boss.store().head().unwrap().0;
    let planned = import_operators(&mut boss, &list, DAY, true).unwrap();
    assert_eq!(boss.store().head().unwrap().0, before, "a dry run writes nothing");
    let report = import_operators(&mut boss, &list, DAY, false).unwrap();
    assert_eq!((&report.added, &report.moved, &report.disabled), (&planned.added, &planned.moved, &planned.disabled));
    assert_eq!(
        (report.added, report.moved, report.disabled),
        (vec!["1003".into()], vec!["1001".into()], vec!["1002".into()])
    );
    let operation = boss.store().operation(report.operation.unwrap()).unwrap().unwrap();
    assert_eq!(operation.body.kind(), 11);
    let people = boss.people().unwrap();
    let may = |code: &str, day: Day| {
        let day = sekisho::domain::people::days(day);
        let id = people.of_code(code, day);
        people.rights(id, 0, day).may(Act::SetStatus)
    };
    assert!(!may("1001", today) && may("1001", DAY));
    assert!(!may("1003", today) && may("1003", DAY) && !may("1003", Day::constant(2031, 4, 1)));
    let again = import_operators(&mut boss, &list, DAY, false).unwrap();
    assert_eq!(again.operation, None, "the second time nothing changes");
    boss.store().check(&mut |_| {}).unwrap();
}

#[test]
fn what_only_a_supervisor_moves_is_shown_as_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut boss = office_by(folder.path(), SignIn::Os);
    add_operator(&mut boss, &operator("clerk")).unwrap();
    add_grant(&mut boss, &wish("change_status", Wished::Operator("clerk".into()))).unwrap();
    let one = Target::Numbers(vec!["000000000001".into()]);
    set_status(&mut boss, Request::To(Status::Completed), &one, None, false).unwrap();
    let clerk = open_as(folder.path(), "clerk").unwrap();
    let (back, all) = (Request::To(Status::Unprocessed), Target::Query(Query::default()));
    let shown = plan_at(&clerk, back, &all).unwrap();
    assert_eq!((shown.changing(), shown.unchanged, shown.excluded.len()), (0, 1, 1));
    assert_eq!(shown.excluded[0].refusal, Refusal::NeedsSupervisor);
    let shown = plan_at(&boss, back, &all).unwrap();
    assert_eq!((shown.changing(), shown.excluded.len()), (1, 0));
}
