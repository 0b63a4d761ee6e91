//! 封印 from the outside: what may not lie open lies open nowhere, whoever may look at it can, and nobody else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use program::{Answer, Office};
use serde_json::{Value, json};

const BOSS: &str = "いろはにほへとちりぬるを わかよ";
const FIRST: &str = "initial-Passphrase-2026";
const OWN: &str = "correct horse battery 関所";

/// Made-up numbers: the first with a right check digit, the second without one, an account number.
const NUMBER: &str = "918273645015";
const CHANGED: &str = "827364501924";
const ACCOUNT: &str = "7391846";

fn fed(office: &Office, lines: &[&str], arguments: &[&str]) -> Answer {
    let mut command = office.command(arguments);
    let temporary = office.folder().join("temporary");
    std::fs::create_dir_all(&temporary).unwrap();
    command
        .env("SEKISHO_TEST_CHEAP", "1")
        .env("TMPDIR", &temporary)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    // A command that asks for nothing may end before it is fed.
    drop(child.stdin.take().unwrap().write_all(text.as_bytes()));
    Answer::from(child.wait_with_output().unwrap())
}

fn as_one(office: &Office, code: &str, passphrase: &str, arguments: &[&str]) -> Answer {
    fed(office, &[passphrase], &[arguments, &["--as", code, "--passphrase-fd", "0", "--json"]].concat())
}

fn boss(office: &Office, arguments: &[&str]) -> Answer {
    as_one(office, "boss", BOSS, arguments)
}

fn done(answer: &Answer) -> Value {
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.json()
}

/// A store of a segment that `boss` has founded.
fn founded(segment: &str) -> Office {
    let office = Office::vacant();
    done(&boss(&office, &["init", "--segment", segment, "--sign-in", "passphrase"]));
    office
}

/// One of the My Number segment with keys; `boss` may read 特定個人情報. The recovery key.
fn with_keys() -> (Office, String) {
    let office = founded("mynumber");
    done(&boss(&office, &["grant", "add", "specific_personal", "--operator", "boss", "--until", "2099-03-31"]));
    let keys = done(&boss(&office, &["keys", "found"]));
    assert_eq!(keys["classes"], json!(["sensitive", "specific_personal"]));
    let recovery = keys["recovery"].as_str().unwrap().to_owned();
    (office, recovery)
}

/// A download with both kinds of columns: 整理番号, 個人番号, 口座番号, 備考欄.
fn download(office: &Office, name: &str, rows: &[[&str; 4]]) -> String {
    let mut text =
        "利用者ID,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,世帯主の個人番号,口座番号,備考欄"
            .to_owned();
    for [number, individual, account, item] in rows {
        text += &format!(
            "\r\nu1,{number},山形　花子,1,01430,手当の認定請求,2020年10月29日 09時24分,未処理,,{individual},{account},{item}"
        );
    }
    office.put(name, (text + "\r\n").as_bytes()).to_str().unwrap().to_owned()
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

/// Nothing of these texts stands in any file of the store, of the user's state or of the temporary folder, in any encoding that the program writes.
fn lies_nowhere(office: &Office, texts: &[&str]) {
    let mut all = Vec::new();
    files(&office.folder().join("store"), &mut all);
    assert!(all.len() >= 3, "{all:?}");
    for folder in ["state", "temporary"] {
        files(&office.folder().join(folder), &mut all);
    }
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (name, bytes) in &all {
        for text in texts {
            for form in [text.as_bytes().to_vec(), utf16(text)] {
                let found = bytes.windows(form.len()).any(|window| window == form);
                assert!(!found, "{text} lies open in {name}");
            }
        }
    }
}

#[test]
fn what_is_sealed_lies_open_nowhere_and_is_shown_for_a_reason() {
    let (office, _) = with_keys();
    let first = download(&office, "1.csv", &[["1", NUMBER, ACCOUNT, "x"], ["2", "", ACCOUNT, "見える"]]);
    let report = done(&boss(&office, &["import", &first]));
    assert_eq!((&report["files"][0]["added"], &report["files"][0]["rejected"]), (&json!(2), &json!([])));
    lies_nowhere(&office, &[NUMBER, ACCOUNT]);
    let mut all = Vec::new();
    files(&office.folder().join("store"), &mut all);
    let open = "見える".as_bytes();
    let found = all.iter().filter(|(_, bytes)| bytes.windows(open.len()).any(|window| window == open)).count();
    assert!(found >= 1, "what isn't sealed is found, so what is sealed would be");
    let shown = done(&boss(&office, &["show", "1"]));
    let sealed = |name: &str| json!({ "name": name, "sealed": true });
    let items = json!([sealed("世帯主の個人番号"), sealed("口座番号"), { "name": "備考欄", "value": "x" }]);
    assert_eq!(shown["items"], items);
    let second = done(&boss(&office, &["show", "2"]));
    assert_eq!(second["items"][0], json!({ "name": "世帯主の個人番号", "value": "" }), "an empty cell hides nothing");
    assert_eq!(done(&boss(&office, &["count", NUMBER]))["count"], 0, "search doesn't see it");
    assert_eq!(done(&boss(&office, &["count", "見える"]))["count"], 1);
    let look = ["reveal", "1", "世帯主の個人番号", "--reason", "本人からの照会"];
    let revealed = done(&boss(&office, &look));
    assert_eq!((&revealed["value"], &revealed["class"]), (&json!(NUMBER), &json!("specific_personal")));
    boss(&office, &look[..3]).refuses(2, "sealing.reason_required");
    boss(&office, &["reveal", "1", "備考欄", "--reason", "x"]).refuses(1, "sealing.not_sealed");
    boss(&office, &["reveal", "1", "ない項目", "--reason", "x"]).refuses(1, "sealing.no_item");
    let log = done(&boss(&office, &["log"]));
    assert_eq!((&log[0]["command"], &log[0]["operation"]), (&json!("item.reveal"), &revealed["operation"]));
    assert_eq!(log.as_array().unwrap().iter().filter(|one| one["command"] == "item.reveal").count(), 1);
    let shown = done(&boss(&office, &["show", "1"]));
    let seen = &shown["history"][0];
    assert_eq!((&seen["command"], &seen["reason"]), (&json!("item.reveal"), &json!("本人からの照会")));
    done(&boss(&office, &["check"]));
    lies_nowhere(&office, &[NUMBER, ACCOUNT]);
}

#[test]
fn a_later_download_revises_what_is_sealed_and_the_same_again_changes_nothing() {
    let (office, _) = with_keys();
    let first = download(&office, "1.csv", &[["1", NUMBER, ACCOUNT, "x"], ["2", "", ACCOUNT, "y"]]);
    done(&boss(&office, &["import", &first]));
    let again = download(&office, "again.csv", &[["2", "", ACCOUNT, "y"], ["1", NUMBER, ACCOUNT, "x"]]);
    let counts = |answer: &Answer| {
        let file = done(answer)["files"][0].clone();
        ["added", "updated", "unchanged"].map(|key| file[key].as_u64().unwrap())
    };
    assert_eq!(counts(&boss(&office, &["import", "--dry-run", &again])), [0, 0, 2]);
    assert_eq!(counts(&boss(&office, &["import", &again])), [0, 0, 2]);
    let corrected = download(&office, "2.csv", &[["1", CHANGED, ACCOUNT, "x"]]);
    assert_eq!(counts(&boss(&office, &["import", &corrected])), [0, 1, 0], "only a sealed item was corrected");
    let look = ["reveal", "1", "世帯主の個人番号", "--reason", "審査"];
    assert_eq!(done(&boss(&office, &look))["value"], CHANGED);
    assert_eq!(counts(&boss(&office, &["import", &again])), [0, 0, 2], "there is no going back");
    assert_eq!(done(&boss(&office, &look))["value"], CHANGED);
    let twice = download(
        &office,
        "twice.csv",
        &[["3", NUMBER, "", ""], ["3", CHANGED, "", ""], ["4", NUMBER, "", ""], ["4", NUMBER, "", ""]],
    );
    let report = boss(&office, &["import", &twice]);
    assert_eq!(report.code, Some(3), "{report:?}");
    let file = &report.json()["files"][0];
    assert_eq!((&file["added"], &file["unchanged"]), (&json!(1), &json!(1)));
    assert_eq!(file["rejected"].as_array().unwrap().len(), 2, "one number, two contents");
    done(&boss(&office, &["check"]));
    lies_nowhere(&office, &[NUMBER, CHANGED, ACCOUNT]);
    let out = office.folder().join("rows.csv");
    let out = out.to_str().unwrap();
    boss(&office, &["rejected", "export", "--for-import", out]).refuses(4, "sealing.rejected");
    assert_eq!(done(&boss(&office, &["rejected", "list"])).as_array().unwrap().len(), 2);
}

#[test]
fn only_holders_open_and_whoever_is_shut_out_opens_nothing_new() {
    let (office, recovery) = with_keys();
    let first = download(&office, "1.csv", &[["1", NUMBER, ACCOUNT, "x"]]);
    done(&boss(&office, &["import", &first]));
    done(&boss(&office, &["operator", "add", "0001", "--name", "山形　花子"]));
    for right in ["reveal", "take_in", "administer"] {
        done(&boss(&office, &["grant", "add", right, "--operator", "0001"]));
    }
    let given = ["operator", "passwd", "0001", "--new-passphrase-fd", "0", "--as", "boss", "--passphrase-fd", "0"];
    done(&fed(&office, &[BOSS, FIRST], &[&given[..], &["--json"]].concat()));
    let line = ["operator", "passwd", "--new-passphrase-fd", "0", "--as", "0001", "--passphrase-fd", "0", "--json"];
    done(&fed(&office, &[FIRST, OWN], &line));
    let clerk = |arguments: &[&str]| as_one(&office, "0001", OWN, arguments);
    let individual = ["reveal", "1", "世帯主の個人番号", "--reason", "審査"];
    let account = ["reveal", "1", "口座番号", "--reason", "振込"];
    clerk(&individual).refuses(4, "sealing.not_granted");
    clerk(&account).refuses(4, "sealing.not_held");
    let share = |class| ["keys", "share", "0001", "--class", class];
    clerk(&share("sensitive")).refuses(4, "sealing.not_held");
    boss(&office, &share("specific_personal")).refuses(4, "sealing.not_granted");
    done(&boss(&office, &share("sensitive")));
    assert_eq!(done(&clerk(&account))["value"], ACCOUNT);
    clerk(&individual).refuses(4, "sealing.not_granted");
    done(&boss(&office, &["grant", "add", "specific_personal", "--operator", "0001", "--until", "2099-03-31"]));
    clerk(&individual).refuses(4, "sealing.not_held");
    done(&boss(&office, &share("specific_personal")));
    assert_eq!(done(&clerk(&individual))["value"], NUMBER);
    let held = done(&boss(&office, &["keys", "list"]));
    assert_eq!(held[1], json!({ "class": "specific_personal", "generation": 1, "holders": ["boss", "0001"] }));
    // Whoever holds a key compares; who doesn't is told that nobody did.
    let again = download(&office, "again.csv", &[["1", NUMBER, ACCOUNT, "x"], ["9", "", "", ""]]);
    assert_eq!(done(&clerk(&["import", &again]))["files"][0]["warnings"], json!([]));
    done(&boss(&office, &["keys", "withdraw", "0001", "--class", "specific_personal"]));
    clerk(&individual).refuses(4, "sealing.not_held");
    assert_eq!(done(&clerk(&account))["value"], ACCOUNT, "the other class is theirs still");
    let more = download(&office, "more.csv", &[["5", CHANGED, "", ""], ["1", CHANGED, ACCOUNT, "x"]]);
    let report = done(&clerk(&["import", &more]));
    assert_eq!(report["files"][0]["added"], 1, "importing needs no key");
    assert_eq!(report["files"][0]["warnings"][0]["code"], "sealed_unchecked");
    let new = ["reveal", "5", "世帯主の個人番号", "--reason", "審査"];
    clerk(&new).refuses(4, "sealing.not_held");
    assert_eq!(done(&boss(&office, &new))["value"], CHANGED);
    assert_eq!(done(&boss(&office, &individual))["value"], NUMBER, "what came before stays readable");
    let doctor = |class: &str| {
        let page = boss(&office, &["doctor"]).json();
        let lines = page["checks"].as_array().unwrap();
        let line = lines.iter().find(|line| line["id"] == "keys" && line["found"].as_str().unwrap().contains(class));
        line.unwrap()["state"].clone()
    };
    assert_eq!((doctor("specific_personal"), doctor("sensitive")), (json!("warning"), json!("ok")));
    let last = ["keys", "withdraw", "boss", "--class", "specific_personal"];
    boss(&office, &last).refuses(1, "sealing.last_holder");
    let recover = |typed: &str| {
        let line = ["keys", "recover", "0001", "--class", "specific_personal", "--recovery-fd", "0"];
        fed(&office, &[typed, OWN], &[&line[..], &["--as", "0001", "--passphrase-fd", "0", "--json"]].concat())
    };
    recover(&recovery.replace(&recovery[..4], "0000")).refuses(4, "sealing.wrong_recovery");
    done(&recover(&recovery.to_lowercase()));
    assert_eq!(done(&clerk(&new))["value"], CHANGED);
    done(&boss(&office, &["check"]));
}

#[test]
fn the_lgwan_segment_takes_no_individual_numbers_and_nothing_comes_in_without_a_key() {
    let office = founded("lgwan");
    let list = download(&office, "1.csv", &[["1", NUMBER, ACCOUNT, "x"]]);
    boss(&office, &["import", &list]).refuses(4, "import.sensitive_columns");
    let text = "利用者ID,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,口座番号\r\n\
                u1,1,山形　花子,1,01430,申込,2020年10月29日 09時24分,未処理,,7391846\r\n";
    let accounts = office.put("accounts.csv", text.as_bytes());
    let accounts = accounts.to_str().unwrap();
    boss(&office, &["import", accounts]).refuses(4, "import.sensitive_columns");
    assert_eq!(done(&boss(&office, &["keys", "found"]))["classes"], json!(["sensitive"]));
    boss(&office, &["keys", "found"]).refuses(1, "sealing.founded");
    done(&boss(&office, &["import", accounts]));
    lies_nowhere(&office, &[NUMBER, ACCOUNT]);
    assert_eq!(done(&boss(&office, &["reveal", "1", "口座番号", "--reason", "振込"]))["value"], ACCOUNT);
}

#[test]
fn a_backup_holds_no_key_and_opens_again_beside_its_keys() {
    let (office, _) = with_keys();
    let list = download(&office, "1.csv", &[["1", NUMBER, ACCOUNT, "x"]]);
    done(&boss(&office, &["import", &list]));
    let file = office.folder().join("backup.sekisho");
    done(&boss(&office, &["backup", file.to_str().unwrap()]));
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(NUMBER.len()).any(|window| window == NUMBER.as_bytes()));
    done(&boss(&office, &["restore", file.to_str().unwrap()]));
    let look = ["reveal", "1", "世帯主の個人番号", "--reason", "審査"];
    assert_eq!(done(&boss(&office, &look))["value"], NUMBER);
    done(&boss(&office, &["check"]));
}

#[test]
fn what_the_definition_of_a_form_marks_is_sealed_too() {
    let (office, _) = with_keys();
    let forms = office.folder().join("store/forms");
    std::fs::create_dir_all(&forms).unwrap();
    let definition = "title = \"手当の認定請求\"\nsource = \"etumo\"\nid = \"01430\"\nkind = \"申請\"\n\n\
                      [[items]]\nname = \"備考欄\"\nsensitive = true\n";
    std::fs::write(forms.join("allowance.toml"), definition).unwrap();
    let secret = "持病があるため";
    let list = download(&office, "1.csv", &[["1", NUMBER, ACCOUNT, secret], ["2", "", "", ""]]);
    let counted = |answer: &Answer| done(answer)["files"][0]["unchanged"].clone();
    done(&boss(&office, &["import", &list]));
    lies_nowhere(&office, &[NUMBER, ACCOUNT, secret]);
    assert_eq!(done(&boss(&office, &["show", "1"]))["items"][2], json!({ "name": "備考欄", "sealed": true }));
    let seen = done(&boss(&office, &["reveal", "1", "備考欄", "--reason", "審査"]));
    assert_eq!((&seen["value"], &seen["class"]), (&json!(secret), &json!("sensitive")));
    let again = download(&office, "again.csv", &[["2", "", "", ""], ["1", NUMBER, ACCOUNT, secret]]);
    assert_eq!(counted(&boss(&office, &["import", "--dry-run", &again])), 2);
    assert_eq!(counted(&boss(&office, &["import", &again])), 2);
    done(&boss(&office, &["check"]));
}
