//! `compare` by the contract, and what the office keeps of a 照合 and of 重複ではない: codes alone, by pass, until a revision.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod desk;
mod program;

use std::path::Path;
use std::time::Duration;

use desk::{at_work, clock, file, surroundings, take};
use program::Office;
use sekisho::domain::comparison::{Judgment, Likeness};
use sekisho::domain::fault::Fault as _;
use sekisho::domain::operation::Against;
use sekisho::domain::query::Query;
use sekisho::office::{
    CompareError, Desk, DuplicateKey, Facing, Founder, GrantWish, Judged, OfficeError, Opening, OperatorWish, Opposite,
    SameBy, Segment, SignIn, Surroundings, Wished, add_grant, add_operator, compare, compared, duplicates, earlier,
    passes, resolve, say_distinct,
};
use serde_json::{Value, json};

const HEADER: &str = "受付番号,様式ID,様式名,申込日時,氏名,フリガナ,メールアドレス,生年月日,住所,電話番号";

fn text(rows: &[&str]) -> String {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"))
}

const LAST_YEAR: &str =
    "1,F1,甲,2025-01-01 09:00,髙橋 一郎,たかはし いちろう,a@example.jp,昭和55年4月1日,一丁目,090-1111";
const THIS_YEAR: &str = "2,F1,甲,2026-01-02 09:00,高橋 一郎,タカハシ イチロウ,b@example.jp,1980-04-01,二丁目,090-1111";

#[test]
fn fields_are_told_with_how_alike_they_are_and_without_what_they_say() {
    let office = Office::open();
    let rows = [LAST_YEAR, THIS_YEAR, "3,F2,乙,2026-01-03 09:00,高橋 一郎,,a@example.jp,1980-04-01,,"];
    assert_eq!(office.import("rows.csv", text(&rows).as_bytes()).code, Some(0));
    let answer = office.run(&["compare", "2", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let document = answer.json();
    assert_eq!(document["against"]["number"], json!("1"));
    let candidates = document["candidates"].as_array().unwrap();
    assert_eq!(
        (candidates.len(), &candidates[0]["by"], &candidates[0]["name_tier"]),
        (1, &json!("name_birthdate"), &json!("glyph"))
    );
    let likeness = |document: &Value, name: &str| {
        let fields = document["fields"].as_array().unwrap();
        let found = fields.iter().find(|field| field["item"] == name || field["field"] == name).unwrap();
        found["likeness"].as_str().unwrap().to_owned()
    };
    let told = ["name", "kana", "mail", "生年月日", "住所", "電話番号"].map(|name| likeness(&document, name));
    assert_eq!(told, ["glyph", "reading", "other", "width", "other", "identical"]);
    assert!(!answer.stdout.contains("example.jp") && !answer.stdout.contains("丁目"), "{answer:?}");
    let told = office.run(&["compare", "2", "--with", "1", "--json", "--with-text"]);
    assert!(told.stdout.contains("二丁目") && told.stdout.contains("a@example.jp"), "{told:?}");
    // A row of a list, by the number or by what the application says under the column's name.
    let list = office.put("list.csv", "氏名,電話番号,住所\r\n高橋　一郎,090-2222,二丁目\r\n別人,1,2\r\n".as_bytes());
    let list = list.to_str().unwrap();
    let document = office.run(&["compare", "2", "--file", list, "--key", "氏名", "--json"]).json();
    assert_eq!((&document["against"]["kind"], &document["against"]["line"]), (&json!("file"), &json!(2)));
    let fields: Vec<&Value> = document["fields"].as_array().unwrap().iter().collect();
    assert_eq!(fields.len(), 3, "what the list doesn't name isn't compared: {fields:?}");
    assert_eq!(likeness(&document, "電話番号"), "other");
    office.run(&["compare", "1", "--file", list, "--key", "受給者番号", "--json"]).refuses(1, "reconcile.no_key");
    office.run(&["compare", "3", "--file", list, "--key", "電話番号", "--json"]).refuses(1, "compare.no_key_value");
    office.run(&["compare", "2", "--with", "2", "--json"]).refuses(2, "compare.itself");
    // Nothing was kept.
    assert_eq!(office.run(&["show", "2", "--json"]).json()["comparisons"], json!([]));
    let none = office.run(&["compare", "3", "--json"]);
    assert_eq!((none.code, &none.json()["against"]), (Some(0), &Value::Null));
    let told = office.run(&["compare", "2"]);
    assert!(told.stdout.contains("字形のみ  氏名/法人名") && told.stdout.contains("2 と 1"), "{told:?}");
    let english = office.run(&["--lang", "en", "compare", "2"]);
    assert!(english.stdout.contains("glyph only  Name"), "{english:?}");
}

fn as_user(user: &str) -> Surroundings {
    Surroundings { user: user.into(), ..surroundings(clock()) }
}

fn opening() -> Opening {
    Opening { operator: None, wait: Duration::from_secs(10), credential: None }
}

fn sit(dir: &Path, user: &str) -> Desk {
    Desk::open(&dir.join("store"), as_user(user), &opening()).unwrap()
}

/// A store with two people who may do everything.
fn office_of_two(dir: &Path) -> Desk {
    let founder = Founder { segment: Segment::Lgwan, sign_in: SignIn::Os, terminal: "lgwan-01".into() };
    let mut boss = Desk::found(&dir.join("store"), &founder, false, as_user("boss"), &opening()).unwrap();
    add_operator(&mut boss, &OperatorWish { code: "taro".into(), ..OperatorWish::default() }).unwrap();
    let to = Wished::Operator("taro".into());
    let wish = GrantWish { right: "all".into(), to, form: None, segment: None, from: None, until: None };
    add_grant(&mut boss, &wish).unwrap();
    boss
}

fn take_in(desk: &mut Desk, dir: &Path, rows: &[&str]) {
    take(desk, &file(dir, "rows.csv", text(rows).as_bytes()), false).unwrap();
}

fn judged(facing: &Facing, judgments: &[Judgment]) -> Judged {
    let fields = facing.pairs.iter().zip(judgments.iter().chain(std::iter::repeat(&Judgment::Open)));
    Judged {
        target: facing.target,
        content: facing.content,
        against: facing.against,
        fields: fields.map(|(pair, judgment)| (pair.field, pair.likeness, *judgment)).collect(),
    }
}

#[test]
fn a_second_pass_is_another_persons_and_a_revision_makes_both_out_of_date() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let mut boss = office_of_two(dir);
    take_in(&mut boss, dir, &[LAST_YEAR, THIS_YEAR]);
    let (old, new) = (resolve(boss.store(), "1").unwrap(), resolve(boss.store(), "2").unwrap());
    let found = at_work(&mut || {}, |work| earlier(&boss, new, work)).unwrap();
    assert_eq!(found.iter().map(|one| (one.id, one.by)).collect::<Vec<_>>(), [(old, SameBy::NameBirthdate)]);
    assert_eq!(at_work(&mut || {}, |work| earlier(&boss, old, work)).unwrap(), []);
    let with = Opposite::Application(old);
    let facing = compare(&boss, new, &with).unwrap();
    assert_eq!((facing.pass, facing.pairs.len()), (1, 6));
    let nothing = compared(&mut boss, &judged(&facing, &[]));
    assert!(matches!(nothing, Err(OfficeError::Compare(CompareError::Nothing))), "{nothing:?}");
    // Half of it; the rest is gone on with, and nobody else sees it as a first pass.
    compared(&mut boss, &judged(&facing, &[Judgment::Agrees, Judgment::Differs])).unwrap();
    let again = compare(&boss, new, &with).unwrap();
    assert_eq!((again.pass, &again.judged[..3]), (1, &[Judgment::Agrees, Judgment::Differs, Judgment::Open][..]));
    let mut taro = sit(dir, "taro");
    let facing = compare(&taro, new, &with).unwrap();
    assert_eq!((facing.pass, facing.judged.iter().all(|one| *one == Judgment::Open)), (1, true));
    compared(&mut boss, &judged(&again, &[Judgment::Agrees; 6])).unwrap();
    assert_eq!(compare(&boss, new, &with).unwrap().pass, 1, "nobody is their own second person");
    let facing = compare(&taro, new, &with).unwrap();
    assert_eq!((facing.pass, facing.first.as_ref().and_then(|one| one.actor.as_deref())), (2, Some("boss")));
    let mut second = [Judgment::Agrees; 6];
    second[2] = Judgment::Differs;
    compared(&mut taro, &judged(&facing, &second)).unwrap();
    let entry = |desk: &Desk| desk.store().entries(&[new]).unwrap().pop().unwrap();
    let all = passes(boss.store(), &entry(&boss)).unwrap();
    let told: Vec<_> = all.iter().map(|one| (one.compared.pass, one.compared.is_finished(), one.current)).collect();
    assert_eq!(told, [(1, false, true), (1, true, true), (2, true, true)]);
    let shown = compare(&boss, new, &with).unwrap();
    assert_eq!(shown.second.as_ref().map(|one| one.judgment(shown.pairs[2].field)), Some(Judgment::Differs));
    boss.store().check(&mut |_| {}).unwrap();
    // What was seen before a revision isn't kept after it.
    take_in(
        &mut boss,
        dir,
        &["2,F1,甲,2026-01-02 09:00,高橋 一郎,タカハシ イチロウ,b@example.jp,1980-04-01,三丁目,090-1111"],
    );
    let late = compared(&mut taro, &judged(&facing, &second)).unwrap_err();
    assert_eq!(late.code(), "compare.revised");
    assert!(passes(boss.store(), &entry(&boss)).unwrap().iter().all(|one| !one.current));
    let fresh = compare(&taro, new, &with).unwrap();
    assert_eq!((fresh.pass, fresh.first.is_none(), fresh.judged[0]), (1, true, Judgment::Open));
    boss.store().check(&mut |_| {}).unwrap();
}

#[test]
fn only_codes_are_kept_of_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let mut boss = office_of_two(dir);
    take_in(&mut boss, dir, &[THIS_YEAR]);
    let new = resolve(boss.store(), "2").unwrap();
    let list = dir.join("registry.csv");
    std::fs::write(&list, "氏名,住所\n高橋一郎,絶対に残らない住所\n").unwrap();
    let with = Opposite::Row { file: list.clone(), key: "氏名".into() };
    let facing = compare(&boss, new, &with).unwrap();
    assert!(matches!(facing.against, Against::File(_, 2)), "{facing:?}");
    assert_eq!(facing.pairs.iter().map(|pair| pair.likeness).collect::<Vec<_>>(), [Likeness::Width, Likeness::Other]);
    compared(&mut boss, &judged(&facing, &[Judgment::Agrees, Judgment::Differs])).unwrap();
    std::fs::remove_file(&list).unwrap();
    drop(boss);
    let mut looked = 0;
    for entry in std::fs::read_dir(dir.join("store")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let text = "絶対に残らない".as_bytes();
            assert!(!bytes.windows(text.len()).any(|part| part == text), "{}", path.display());
            looked += 1;
        }
    }
    assert!(looked > 0);
}

#[test]
fn what_was_found_to_be_different_is_not_shown_until_somebody_joins_it() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let mut boss = office_of_two(dir);
    let rows = ["1,F1,甲,2026-01-01 09:00,甲,,a@example.jp,,,", "2,F1,甲,2026-01-02 09:00,乙,,a@example.jp,,,"];
    take_in(&mut boss, dir, &rows);
    let ids: Vec<_> = ["1", "2"].into_iter().map(|number| resolve(boss.store(), number).unwrap()).collect();
    let seen = |desk: &Desk| {
        let found = at_work(&mut || {}, |work| duplicates(desk, &Query::default(), &DuplicateKey::USUAL, work));
        found.unwrap().iter().map(|cluster| (cluster.suspects.len(), cluster.distinct)).collect::<Vec<_>>()
    };
    assert_eq!(seen(&boss), [(2, false)]);
    assert_eq!(say_distinct(&mut boss, &ids[..1], true).unwrap_err().code(), "compare.too_few");
    say_distinct(&mut boss, &ids, true).unwrap();
    assert_eq!(seen(&boss), [(2, true)]);
    say_distinct(&mut boss, &ids, false).unwrap();
    assert_eq!(seen(&boss), [(2, false)]);
    say_distinct(&mut boss, &ids, true).unwrap();
    take_in(&mut boss, dir, &[rows[0], rows[1], "3,F1,甲,2026-01-03 09:00,丙,,a@example.jp,,,"]);
    assert_eq!(seen(&boss), [(3, false)]);
    boss.store().check(&mut |_| {}).unwrap();
}
