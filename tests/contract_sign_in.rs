//! Signing in by a passphrase, from the outside: what is asked for, what is refused, what is left on the disk.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use program::{Answer, Office, row};
use serde_json::{Value, json};

const BOSS: &str = "いろはにほへとちりぬるを わかよ";
const FIRST: &str = "initial-Passphrase-2026";
const OWN: &str = "correct horse battery 関所";

/// Runs a command line with these lines on its standard input.
fn fed(office: &Office, lines: &[&str], arguments: &[&str]) -> Answer {
    let mut command = office.command(arguments);
    command.env("SEKISHO_TEST_CHEAP", "1").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    // A command that asks for nothing may end before it is fed.
    drop(child.stdin.take().unwrap().write_all(text.as_bytes()));
    Answer::from(child.wait_with_output().unwrap())
}

/// The same as somebody with a passphrase.
fn as_one(office: &Office, code: &str, passphrase: &str, arguments: &[&str]) -> Answer {
    fed(office, &[passphrase], &[arguments, &["--as", code, "--passphrase-fd", "0", "--json"]].concat())
}

fn done(answer: &Answer) -> Value {
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.json()
}

/// A store that `boss` has founded, with one application and the operator 0001, who has no passphrase yet.
fn office() -> Office {
    let office = Office::vacant();
    let line = ["init", "--segment", "lgwan", "--sign-in", "passphrase"];
    let founded = done(&as_one(&office, "boss", BOSS, &line));
    assert_eq!(founded["sign_in"], "passphrase");
    let list = office.put("list.csv", program::list(&[row("1", "名")]).as_bytes());
    done(&as_one(&office, "boss", BOSS, &["import", list.to_str().unwrap()]));
    done(&as_one(&office, "boss", BOSS, &["operator", "add", "0001", "--name", "山形　花子"]));
    done(&as_one(&office, "boss", BOSS, &["grant", "add", "change_status", "--operator", "0001"]));
    office
}

/// Gives 0001 a passphrase, which they change.
fn settled() -> Office {
    let office = office();
    let given = ["operator", "passwd", "0001", "--new-passphrase-fd", "0", "--as", "boss", "--passphrase-fd", "0"];
    done(&fed(&office, &[BOSS, FIRST], &[&given[..], &["--json"]].concat()));
    done(&change(&office, FIRST, OWN));
    office
}

fn change(office: &Office, old: &str, new: &str) -> Answer {
    let line = ["operator", "passwd", "--new-passphrase-fd", "0", "--as", "0001", "--passphrase-fd", "0", "--json"];
    fed(office, &[old, new], &line)
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

#[test]
fn nothing_is_shown_before_somebody_has_signed_in() {
    let office = office();
    office.run(&["list", "--json"]).refuses(4, "sign_in.needed");
    office.run(&["list", "--as", "boss", "--json"]).refuses(4, "sign_in.needed");
    as_one(&office, "boss", FIRST, &["list"]).refuses(4, "sign_in.wrong");
    as_one(&office, "stranger", BOSS, &["list"]).refuses(4, "sign_in.wrong");
    as_one(&office, "0001", BOSS, &["list"]).refuses(4, "sign_in.wrong");
    fed(&office, &[], &["list", "--passphrase-fd", "0", "--json"]).refuses(2, "passphrase.unreadable");
    fed(&office, &[], &["list", "--passphrase-fd", "987", "--json"]).refuses(2, "passphrase.unreadable");
    assert_eq!(done(&as_one(&office, "boss", BOSS, &["list"])).as_array().unwrap().len(), 1);
    let changed = done(&as_one(&office, "boss", BOSS, &["set-status", "仮受付", "--all"]));
    assert_eq!(changed["changed"], 1);
    let log = done(&as_one(&office, "boss", BOSS, &["log"]));
    assert_eq!((&log[0]["command"], &log[0]["operator"]), (&json!("application.set_status"), &json!("boss")));
    let wrong: Vec<&Value> = log.as_array().unwrap().iter().filter(|one| one["command"] == "sign_in").collect();
    assert_eq!(wrong.len(), 1, "one wrong try before a right one: {log}");
    assert_eq!((&wrong[0]["operator"], &wrong[0]["count"]), (&json!("boss"), &json!(1)));
}

#[test]
fn a_store_is_founded_with_a_passphrase_that_is_hard_to_guess_or_not_at_all() {
    let office = Office::vacant();
    let line = ["init", "--segment", "lgwan", "--sign-in", "passphrase"];
    office.run(&[&line[..], &["--json"]].concat()).refuses(2, "passphrase.missing");
    as_one(&office, "boss", "short", &line).refuses(2, "passphrase.length");
    as_one(&office, "boss", "xxxxxxxxxxxxxxxxxx", &line).refuses(2, "passphrase.guessable");
    assert!(!office.folder().join("store/sekisho.db").exists());
    done(&as_one(&office, "boss", BOSS, &line));
    done(&as_one(&office, "boss", BOSS, &["check"]));
}

#[test]
fn a_passphrase_that_another_has_set_is_changed_before_anything_else() {
    let office = office();
    let give = |new: &str| {
        let line = ["operator", "passwd", "0001", "--new-passphrase-fd", "0", "--as", "boss", "--passphrase-fd", "0"];
        fed(&office, &[BOSS, new], &[&line[..], &["--json"]].concat())
    };
    give("short").refuses(2, "passphrase.length");
    done(&give(FIRST));
    as_one(&office, "0001", FIRST, &["list"]).refuses(4, "sign_in.must_change");
    change(&office, FIRST, FIRST).refuses(2, "passphrase.same");
    change(&office, "not the first one", OWN).refuses(4, "sign_in.wrong");
    done(&change(&office, FIRST, OWN));
    done(&as_one(&office, "0001", OWN, &["list"]));
    as_one(&office, "0001", FIRST, &["list"]).refuses(4, "sign_in.wrong");
    // The right to set another's passphrase is a right like others.
    let line = ["operator", "passwd", "boss", "--new-passphrase-fd", "0", "--as", "0001", "--passphrase-fd", "0"];
    fed(&office, &[OWN, FIRST], &[&line[..], &["--json"]].concat()).refuses(4, "permission.denied");
    let log = done(&as_one(&office, "boss", BOSS, &["log", "--with-text"]));
    let told = |command: &str| log.as_array().unwrap().iter().filter(|one| one["command"] == command).count();
    assert_eq!((told("operator.passwd"), told("passphrase.change")), (1, 2), "{log}");
    done(&as_one(&office, "boss", BOSS, &["check"]));
}

#[test]
fn wrong_tries_wait_and_lock_until_somebody_unlocks() {
    let office = settled();
    for _ in 0..3 {
        as_one(&office, "0001", BOSS, &["list"]).refuses(4, "sign_in.wrong");
    }
    // Even the right one isn't tried now, by no process.
    as_one(&office, "0001", OWN, &["list"]).refuses(4, "sign_in.wait");
    // As if the hours had gone by that seven more tries take.
    let keys = rusqlite::Connection::open(office.folder().join("store/keys.db")).unwrap();
    assert_eq!(keys.execute("UPDATE tries SET failed = 9, at = at - 1000000", []).unwrap(), 1);
    drop(keys);
    as_one(&office, "0001", BOSS, &["list"]).refuses(4, "sign_in.wrong");
    as_one(&office, "0001", OWN, &["list"]).refuses(4, "sign_in.locked");
    as_one(&office, "0001", OWN, &["operator", "unlock", "0001"]).refuses(4, "sign_in.locked");
    let log = done(&as_one(&office, "boss", BOSS, &["log"]));
    assert_eq!(
        (&log[0]["command"], &log[0]["count"], &log[0]["operator"]),
        (&json!("sign_in"), &json!(10), &Value::Null)
    );
    done(&as_one(&office, "boss", BOSS, &["operator", "unlock", "0001"]));
    done(&as_one(&office, "0001", OWN, &["list"]));
    as_one(&office, "boss", BOSS, &["operator", "unlock", "nobody"]).refuses(1, "people.unknown_operator");
    done(&as_one(&office, "boss", BOSS, &["check"]));
}

#[test]
fn no_passphrase_is_left_in_any_file() {
    let office = settled();
    as_one(&office, "0001", "wrong-and-typed-2026", &["list"]).refuses(4, "sign_in.wrong");
    done(&as_one(&office, "boss", BOSS, &["view", "save", "朝", "--query", "名"]));
    let backup = office.folder().join("backup.sekisho");
    done(&as_one(&office, "boss", BOSS, &["backup", backup.to_str().unwrap()]));
    let mut all = Vec::new();
    files(office.folder(), &mut all);
    assert!(all.iter().any(|(name, _)| name.ends_with("keys.db")), "{:?}", all.iter().map(|one| &one.0));
    for secret in [BOSS, FIRST, OWN, "wrong-and-typed-2026"] {
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (name, bytes) in &all {
            for form in [secret.as_bytes(), &wide] {
                assert!(!bytes.windows(form.len()).any(|window| window == form), "{secret} lies in {name}");
            }
        }
    }
    // The keys themselves are in no file but their own.
    let keys = rusqlite::Connection::open(office.folder().join("store/keys.db")).unwrap();
    let mut statement = keys.prepare("SELECT wrapped_sk FROM operator_key").unwrap();
    let wrapped: Vec<Vec<u8>> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(wrapped.len(), 2, "what was before a change is destroyed");
    for one in wrapped {
        for (name, bytes) in all.iter().filter(|(name, _)| !name.ends_with("keys.db")) {
            assert!(!bytes.windows(24).any(|window| window == &one[..24]), "{name}");
        }
    }
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(office.folder().join("store/keys.db")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn keys_put_in_by_hand_open_nothing() {
    let office = settled();
    let keys = rusqlite::Connection::open(office.folder().join("store/keys.db")).unwrap();
    // 0001 takes the place of boss, with their own passphrase.
    let sql = "UPDATE operator_key SET (kdf, wrapped_sk, pk, mark) =
        (SELECT kdf, wrapped_sk, pk, mark FROM operator_key ORDER BY operator DESC LIMIT 1)
        WHERE operator = (SELECT min(operator) FROM operator_key)";
    assert_eq!(keys.execute(sql, []).unwrap(), 1);
    as_one(&office, "boss", OWN, &["list"]).refuses(4, "sign_in.key_missing");
    // The public key of boss beside the wrapped key of 0001.
    let log = "UPDATE operator_key SET pk = x'0000000000000000000000000000000000000000000000000000000000000000'";
    keys.execute(log, []).unwrap();
    as_one(&office, "0001", OWN, &["list"]).refuses(4, "sign_in.key_missing");
}

#[test]
fn a_store_whose_keys_are_gone_is_recovered_by_an_administrator_alone_and_the_log_says_so() {
    let office = settled();
    let recover =
        |code: &str| fed(&office, &[FIRST], &["operator", "passwd", code, "--new-passphrase-fd", "0", "--json"]);
    recover("boss").refuses(4, "sign_in.needed");
    std::fs::remove_file(office.folder().join("store/keys.db")).unwrap();
    as_one(&office, "boss", BOSS, &["list"]).refuses(4, "sign_in.key_missing");
    recover("0001").refuses(4, "permission.denied");
    recover("nobody").refuses(1, "people.unknown_operator");
    done(&recover("boss"));
    let log = done(&as_one(&office, "boss", FIRST, &["log"]));
    assert_eq!((&log[0]["command"], &log[0]["operator"]), (&json!("passphrase.change"), &Value::Null));
    recover("boss").refuses(4, "sign_in.needed");
}

#[test]
fn a_restored_store_is_signed_in_to_by_the_newest_passphrases() {
    let office = settled();
    let backup = office.folder().join("backup.sekisho");
    done(&as_one(&office, "boss", BOSS, &["backup", backup.to_str().unwrap()]));
    let newest = "a later one, after the backup";
    done(&change(&office, OWN, newest));
    as_one(&office, "0001", newest, &["restore", backup.to_str().unwrap()]).refuses(4, "permission.denied");
    office.run(&["restore", backup.to_str().unwrap(), "--json"]).refuses(4, "sign_in.needed");
    done(&as_one(&office, "boss", BOSS, &["restore", backup.to_str().unwrap()]));
    done(&as_one(&office, "0001", newest, &["list"]));
    as_one(&office, "0001", OWN, &["list"]).refuses(4, "sign_in.wrong");
}

#[test]
fn where_the_system_signs_people_in_a_passphrase_is_for_approving() {
    let office = Office::founded("lgwan", "os");
    let set = |lines: &[&str], more: &[&str]| {
        fed(&office, lines, &[&["operator", "passwd", "--new-passphrase-fd", "0", "--json"], more].concat())
    };
    office.run(&["operator", "passwd", "--json"]).refuses(2, "passphrase.missing");
    done(&set(&[FIRST], &[]));
    set(&[OWN], &[]).refuses(4, "sign_in.needed");
    done(&set(&[FIRST, OWN], &["--passphrase-fd", "0"]));
    done(&office.run(&["list", "--json"]));
    let unsigned = Office::open();
    fed(&unsigned, &[FIRST], &["operator", "passwd", "--new-passphrase-fd", "0", "--json"])
        .refuses(2, "passphrase.unsigned");
}
