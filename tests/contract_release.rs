//! 二者確認, from the outside: what is marked waits (exit 6), another operator sees what it does and approves exactly that,
//! nobody approves their own, any change voids it, and the policy stands above the settings. Builds for tests take the
//! name of the system's user from a variable, for a test is one user and this takes two.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use std::io::Write as _;
use std::process::Stdio;

use program::{Answer, Office, list, row};
use serde_json::{Value, json};

/// A store with these marks that `boss` has founded; `taro` and `hanako` are clerks, `kacho` may approve.
fn office(marks: &str) -> Office {
    let office = Office::vacant();
    std::fs::create_dir_all(office.folder().join("store")).unwrap();
    done(&office, "boss", &["init", "--segment", "lgwan", "--sign-in", "os"]);
    for code in ["taro", "hanako", "kacho"] {
        done(&office, "boss", &["operator", "add", code]);
        for right in ["change_status", "take_out", "look"] {
            done(&office, "boss", &["grant", "add", right, "--operator", code]);
        }
    }
    done(&office, "boss", &["grant", "add", "release", "--operator", "kacho"]);
    let rows: Vec<String> = (1..=3).map(|n| row(&n.to_string(), "試験　太郎")).collect();
    let file = office.put("list.csv", list(&rows).as_bytes());
    done(&office, "boss", &["import", file.to_str().unwrap()]);
    std::fs::write(office.folder().join("store/config.toml"), marks).unwrap();
    office
}

fn by(office: &Office, user: &str, line: &[&str]) -> Answer {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user);
    Answer::from(command.output().unwrap())
}

fn done(office: &Office, user: &str, line: &[&str]) -> Value {
    let answer = by(office, user, line);
    assert_eq!(answer.code, Some(0), "{user}: {line:?}: {answer:?}");
    answer.json()
}

/// Asks for something that is marked; the request.
fn asked(office: &Office, user: &str, line: &[&str]) -> String {
    let answer = by(office, user, line);
    assert_eq!(answer.code, Some(6), "{user}: {line:?}: {answer:?}");
    assert!(answer.json()["error"].is_null() && answer.stderr.contains("request approve"), "{answer:?}");
    answer.json()["request"].as_str().unwrap().to_owned()
}

fn count(office: &Office, query: &str) -> u64 {
    done(office, "boss", &["count", query])["count"].as_u64().unwrap()
}

const FORCE: &[&str] = &["set-status", "force_completed", "--all", "--reason", "一括整理"];

#[test]
fn force_completing_many_waits_by_default_and_is_done_as_the_requesters() {
    let office = office("");
    let one = by(&office, "taro", &["set-status", "force_completed", "number:3", "--reason", "重複"]);
    assert_eq!(one.code, Some(0), "one alone needs nobody: {one:?}");
    let id = asked(&office, "taro", FORCE);
    assert_eq!(count(&office, "status:force_completed"), 1, "nothing was done yet");
    let waiting = done(&office, "hanako", &["request", "list"]);
    assert_eq!((waiting.as_array().unwrap().len(), &waiting[0]["request"]), (1, &json!(id)));
    assert_eq!((&waiting[0]["state"], &waiting[0]["count"]), (&json!("waiting"), &json!(2)));
    let shown = done(&office, "kacho", &["request", "show", &id]);
    assert_eq!(
        (&shown["command"], &shown["requested_by"], &shown["may_decide"]),
        (&json!("application.set_status"), &json!("taro"), &json!(true))
    );
    let difference = &shown["differences"][0];
    assert_eq!((&difference["before"], &difference["after"]), (&json!("未処理"), &json!("強制完了")));
    assert_eq!(shown["sample"].as_array().unwrap().len(), 2);
    assert_eq!(shown["arguments"]["reason"], "一括整理");
    let hash = shown["hash"].as_str().unwrap().to_owned();
    // Nobody approves their own, nor without the right; nor what they haven't read.
    by(&office, "taro", &["request", "approve", &id]).refuses(4, "permission.denied");
    by(&office, "hanako", &["request", "approve", &id]).refuses(4, "permission.denied");
    let other = "0".repeat(64);
    by(&office, "kacho", &["request", "approve", &id, "--hash", &other]).refuses(1, "request.other_hash");
    by(&office, "kacho", &["request", "approve", &id, "--hash", "12"]).refuses(2, "request.bad_hash");
    let approved = done(&office, "kacho", &["request", "approve", &id, "--hash", &hash]);
    assert_eq!((&approved["state"], &approved["hash"]), (&json!("approved"), &json!(hash)));
    assert_eq!(count(&office, "status:force_completed"), 3);
    by(&office, "kacho", &["request", "approve", &id]).refuses(1, "request.decided");
    let log = done(&office, "boss", &["log"]);
    assert_eq!(
        (&log[0]["command"], &log[0]["operator"], &log[0]["approved_by"], &log[0]["request"]),
        (&json!("application.set_status"), &json!("taro"), &json!("kacho"), &json!(id))
    );
    assert_eq!((&log[1]["command"], &log[1]["operator"]), (&json!("request.approve"), &json!("kacho")));
    assert_eq!((&log[2]["command"], &log[2]["operator"]), (&json!("request.make"), &json!("taro")));
    assert!(done(&office, "boss", &["request", "list"]).as_array().unwrap().is_empty());
    assert_eq!(done(&office, "boss", &["request", "list", "--ended"])[0]["state"], "approved");
    done(&office, "boss", &["check"]);
}

#[test]
fn any_change_of_the_targets_voids_a_request() {
    let marks = "[release]\nsecond_person = [\"application.set_status:many\"]\n";
    let ways: [&[&str]; 4] = [
        &["set-status", "provisional", "number:1"],
        &["due", "2030-04-01", "number:2"],
        &["assign", "kacho", "number:1"],
        &["tag", "要電話", "number:2"],
    ];
    for way in ways {
        let office = office(marks);
        let id = asked(&office, "taro", &["set-status", "rejected", "--all", "--reason", "様式違い"]);
        done(&office, "hanako", way);
        let seen = done(&office, "kacho", &["request", "show", &id]);
        assert_eq!((&seen["state"], &seen["void"]), (&json!("void"), &json!("targets_changed")), "{way:?}");
        by(&office, "kacho", &["request", "approve", &id]).refuses(1, "request.targets_changed");
        assert_eq!(count(&office, "status:rejected"), 0, "{way:?}");
        by(&office, "kacho", &["request", "approve", &id]).refuses(1, "request.decided");
        assert_eq!(done(&office, "kacho", &["request", "list", "--ended"])[0]["state"], "void");
        done(&office, "boss", &["check"]);
    }
}

#[test]
fn a_new_revision_and_a_lost_right_void_a_request_too() {
    let office = office("[release]\nsecond_person = [\"application.set_status\"]\n");
    let id = asked(&office, "taro", &["set-status", "provisional", "number:1"]);
    let next = office.put("next.csv", list(&[row("1", "試験　次郎")]).as_bytes());
    done(&office, "boss", &["import", next.to_str().unwrap()]);
    by(&office, "kacho", &["request", "approve", &id]).refuses(1, "request.targets_changed");
    let id = asked(&office, "taro", &["set-status", "provisional", "number:2"]);
    done(&office, "boss", &["operator", "disable", "taro"]);
    by(&office, "kacho", &["request", "approve", &id]).refuses(1, "request.requester_not_permitted");
    assert_eq!(count(&office, "status:provisional"), 0);
    done(&office, "boss", &["check"]);
}

#[test]
fn a_request_is_refused_with_a_reason_or_taken_back() {
    let office = office("[release]\nsecond_person = [\"application.tag\", \"note.internal\"]\n");
    let id = asked(&office, "taro", &["tag", "要電話", "--all"]);
    by(&office, "hanako", &["request", "refuse", &id, "--reason", "x"]).refuses(4, "permission.denied");
    by(&office, "kacho", &["request", "refuse", &id]).refuses(2, "request.reason_required");
    assert_eq!(done(&office, "kacho", &["request", "refuse", &id, "--reason", "対象が違う"])["state"], "refused");
    assert_eq!(done(&office, "taro", &["request", "show", &id])["reason"], "対象が違う");
    by(&office, "kacho", &["request", "approve", &id]).refuses(1, "request.decided");
    let id = asked(&office, "taro", &["note", "1", "電話済"]);
    assert_eq!(done(&office, "taro", &["request", "refuse", &id])["state"], "withdrawn");
    let id = asked(&office, "taro", &["note", "1", "電話済"]);
    done(&office, "kacho", &["request", "approve", &id]);
    assert_eq!(done(&office, "taro", &["show", "1"])["notes"][0]["text"], "電話済");
    by(&office, "kacho", &["request", "show", "9999"]).refuses(1, "request.unknown");
    by(&office, "kacho", &["request", "show", "x"]).refuses(2, "undo.bad_operation");
    done(&office, "boss", &["check"]);
}

#[test]
fn a_file_leaves_only_when_it_was_approved_and_holds_what_was_shown() {
    let office = office("[release]\nsecond_person = [\"application.export\"]\n");
    let out = office.folder().join("out.csv");
    let line = ["export", "csv", out.to_str().unwrap(), "status:unprocessed"];
    let id = asked(&office, "taro", &line);
    assert!(!out.exists());
    // A newcomer is none of those that were shown.
    let more = office.put("more.csv", list(&[row("9", "試験　後子")]).as_bytes());
    done(&office, "boss", &["import", more.to_str().unwrap()]);
    done(&office, "kacho", &["request", "approve", &id]);
    assert_eq!(std::fs::read_to_string(&out).unwrap().lines().count(), 4);
    let log = done(&office, "boss", &["log", "--command", "application.export"]);
    assert_eq!((&log[0]["operator"], &log[0]["approved_by"]), (&json!("taro"), &json!("kacho")));
    let id = asked(&office, "taro", &line);
    std::fs::remove_file(&out).unwrap();
    done(&office, "hanako", &["set-status", "provisional", "number:1"]);
    by(&office, "kacho", &["request", "approve", &id]).refuses(1, "request.targets_changed");
    assert!(!out.exists());
    assert!(
        std::fs::read_dir(office.folder())
            .unwrap()
            .flatten()
            .all(|file| { !file.file_name().to_string_lossy().contains(".part") })
    );
    done(&office, "boss", &["check"]);
}

#[test]
fn undoing_and_rights_and_views_wait_too() {
    let office = office("[release]\nsecond_person = [\"application.undo\", \"grant.add\", \"view.save\"]\n");
    let changed = done(&office, "taro", &["set-status", "provisional", "--all"]);
    let id = asked(&office, "taro", &["undo"]);
    done(&office, "kacho", &["request", "approve", &id]);
    assert_eq!(count(&office, "status:unprocessed"), 3, "{changed}");
    let id = asked(&office, "hanako", &["view", "save", "朝", "--query", "status:unprocessed"]);
    done(&office, "kacho", &["request", "approve", &id]);
    assert_eq!(done(&office, "taro", &["view", "show", "朝"])["query"], "status:unprocessed");
    // As long as nobody else could approve it, a change of rights goes on alone, and the log says so.
    done(&office, "boss", &["grant", "add", "all", "--operator", "kacho"]);
    let log = done(&office, "boss", &["log", "--command", "grant.add"]);
    assert_eq!((&log[0]["alone"], &log[0]["approved_by"]), (&json!(true), &Value::Null));
    let id = asked(&office, "boss", &["grant", "add", "all", "--operator", "taro"]);
    by(&office, "boss", &["request", "approve", &id]).refuses(4, "request.oneself");
    done(&office, "kacho", &["request", "approve", &id]);
    let grants = done(&office, "boss", &["grant", "list"]);
    assert!(grants.as_array().unwrap().iter().any(|one| one["operator"] == "taro" && one["right"] == "all"));
    done(&office, "boss", &["check"]);
}

#[test]
fn numbers_are_taken_back_by_two_and_notes_void_a_request() {
    let office = office("[release]\nsecond_person = [\"application.undo\", \"application.tag\"]\n");
    done(&office, "taro", &["number", "assign", "R3-{seq:04}", "--all"]);
    let id = asked(&office, "taro", &["undo"]);
    assert_eq!(count(&office, "has:individual-number"), 3, "nothing was done yet");
    let shown = done(&office, "kacho", &["request", "show", &id]);
    assert_eq!((&shown["differences"][0]["field"], &shown["count"]), (&json!("individual_number"), &json!(3)));
    assert_eq!(shown["sample"][0]["before"], "R3-0001");
    done(&office, "kacho", &["request", "approve", &id]);
    assert_eq!(count(&office, "has:individual-number"), 0);
    for (way, field) in [
        (&["note", "2", "電話済"][..], "note"),
        (&["number", "assign", "R4-{seq:04}", "number:3"][..], "individual_number"),
    ] {
        let id = asked(&office, "taro", &["tag", "要電話", "--all"]);
        done(&office, "hanako", way);
        by(&office, "kacho", &["request", "approve", &id]).refuses(1, "request.targets_changed");
        assert_eq!(done(&office, "kacho", &["request", "show", &id])["since"][0]["field"], field);
    }
    done(&office, "boss", &["check"]);
}

#[test]
fn the_policy_stands_above_the_settings_and_two_must_be_told_apart() {
    let office = office("[release]\nsecond_person = []\n");
    let policy =
        office.put("policy.toml", b"[release]\nsecond_person = [\"application.due\", \"import.run\", \"mail.send\"]\n");
    let under = |user: &str, line: &[&str]| {
        let mut command = office.command(line);
        command.arg("--json").env("SEKISHO_TEST_USER", user).env("SEKISHO_TEST_POLICY", &policy);
        Answer::from(command.output().unwrap())
    };
    assert_eq!(under("taro", FORCE).code, Some(0), "the settings take the usual marks away");
    assert_eq!(under("taro", &["due", "2030-04-01", "number:1"]).code, Some(6), "but not those of the policy");
    let file = office.put("again.csv", list(&[row("7", "名")]).as_bytes());
    under("boss", &["import", file.to_str().unwrap()]).refuses(4, "policy.second_person");
    let trial = Office::open();
    trial.take_in(&[row("1", "名"), row("2", "名")]);
    assert_eq!(trial.run(&["set-status", "force_completed", "--all", "--reason", "x", "--json"]).code, Some(0));
    std::fs::write(trial.folder().join("store/config.toml"), "[release]\nsecond_person = [\"application.due\"]\n")
        .unwrap();
    trial.run(&["due", "2030-04-01", "--all", "--json"]).refuses(4, "request.unsigned");
}

#[test]
fn what_would_change_nothing_needs_nobody() {
    let office = office("[release]\nsecond_person = [\"application.set_status\"]\n");
    let nothing = done(&office, "taro", &["set-status", "unprocessed", "--all"]);
    assert_eq!((&nothing["changed"], &nothing["unchanged"]), (&json!(0), &json!(3)));
    assert!(done(&office, "kacho", &["request", "list"]).as_array().unwrap().is_empty());
}

#[test]
fn a_withdrawal_that_waited_keeps_its_day_and_way() {
    let office = office("[release]\nsecond_person = [\"application.set_status\"]\n");
    let line = ["set-status", "取下げ", "number:1", "--reason", "転居", "--on", "2020-11-04", "--by", "phone"];
    let id = asked(&office, "taro", &line);
    done(&office, "kacho", &["request", "approve", &id]);
    let withdrawal = done(&office, "boss", &["show", "1"])["withdrawal"].clone();
    assert_eq!((&withdrawal["on"], &withdrawal["by"]), (&json!("2020-11-04"), &json!("phone")));
    done(&office, "boss", &["check"]);
}

#[test]
fn a_word_that_names_nothing_leaves_the_usual_marks_and_is_told() {
    let office = office("[release]\nsecond_person = [\"application.set_staus\"]\n");
    let answer = by(&office, "taro", FORCE);
    assert_eq!(answer.code, Some(6), "{answer:?}");
    assert!(answer.stderr.contains("application.set_staus"), "{answer:?}");
}

/// Runs a command line as a user of the system, with these lines on its standard input.
fn fed(office: &Office, user: &str, lines: &[&str], line: &[&str]) -> Answer {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user).env("SEKISHO_TEST_CHEAP", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    // A command that asks for nothing may end before it is fed.
    drop(child.stdin.take().unwrap().write_all(text.as_bytes()));
    Answer::from(child.wait_with_output().unwrap())
}

/// Gives somebody a passphrase of their own.
fn has_passphrase(office: &Office, user: &str, passphrase: &str) {
    let answer = fed(office, user, &[passphrase], &["operator", "passwd", "--new-passphrase-fd", "0"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

#[test]
fn a_colleague_approves_on_the_spot_by_their_own_passphrase() {
    const KACHO: &str = "correct horse battery 関所";
    let office = office("");
    has_passphrase(&office, "kacho", KACHO);
    has_passphrase(&office, "taro", "another horse battery 関所");
    has_passphrase(&office, "hanako", "one more horse battery 関所");
    let id = asked(&office, "taro", FORCE);
    let approve = |code: &str, passphrase: &str| {
        fed(&office, "taro", &[passphrase], &["request", "approve", &id, "--as", code, "--passphrase-fd", "0"])
    };
    // Not oneself, not without the right, not somebody who isn't known, and not by a wrong passphrase.
    approve("hanako", "one more horse battery 関所").refuses(4, "permission.denied");
    approve("taro", "another horse battery 関所").refuses(4, "permission.denied");
    approve("nobody", KACHO).refuses(4, "sign_in.wrong");
    approve("kacho", "correct horse battery").refuses(4, "sign_in.wrong");
    assert_eq!(count(&office, "status:force_completed"), 0);
    let done_by = approve("kacho", KACHO);
    assert_eq!((done_by.code, &done_by.json()["state"]), (Some(0), &json!("approved")), "{done_by:?}");
    assert_eq!(count(&office, "status:force_completed"), 3);
    let log = done(&office, "boss", &["log"]);
    assert_eq!((&log[0]["operator"], &log[0]["approved_by"]), (&json!("taro"), &json!("kacho")));
    let wrong = log.as_array().unwrap().iter().find(|one| one["command"] == "sign_in");
    assert_eq!(wrong.map(|one| &one["operator"]), Some(&json!("kacho")), "the wrong try is on record: {log}");
    done(&office, "boss", &["check"]);
}

#[test]
fn a_colleague_refuses_on_the_spot_by_their_own_passphrase() {
    const KACHO: &str = "correct horse battery 関所";
    let office = office("");
    has_passphrase(&office, "kacho", KACHO);
    has_passphrase(&office, "taro", "another horse battery 関所");
    has_passphrase(&office, "hanako", "one more horse battery 関所");
    let id = asked(&office, "taro", FORCE);
    let refuse = |code: &str, passphrase: &str, reason: &[&str]| {
        let line = ["request", "refuse", &id, "--as", code, "--passphrase-fd", "0"];
        fed(&office, "taro", &[passphrase], &[&line, reason].concat())
    };
    refuse("hanako", "one more horse battery 関所", &["--reason", "件数"]).refuses(4, "permission.denied");
    refuse("kacho", "correct horse battery", &["--reason", "件数"]).refuses(4, "sign_in.wrong");
    refuse("kacho", KACHO, &[]).refuses(2, "request.reason_required");
    let refused = refuse("kacho", KACHO, &["--reason", "件数"]);
    assert_eq!((refused.code, &refused.json()["state"]), (Some(0), &json!("refused")), "{refused:?}");
    let told = done(&office, "taro", &["request", "show", &id]);
    assert_eq!((&told["state"], &told["reason"]), (&json!("refused"), &json!("件数")), "{told}");
    assert_eq!(count(&office, "status:force_completed"), 0);
    let log = done(&office, "boss", &["log"]);
    assert_eq!((&log[0]["operator"], &log[0]["command"]), (&json!("kacho"), &json!("request.refuse")));
    done(&office, "boss", &["check"]);
}

#[test]
fn too_many_wrong_tries_on_the_spot_lock_as_at_signing_in() {
    let office = office("");
    has_passphrase(&office, "kacho", "correct horse battery 関所");
    let id = asked(&office, "taro", FORCE);
    let line = ["request", "approve", &id, "--as", "kacho", "--passphrase-fd", "0"];
    let codes: Vec<String> = (0..12)
        .map(|_| {
            let answer = fed(&office, "taro", &["wrong wrong wrong wrong"], &line);
            assert_eq!(answer.code, Some(4), "{answer:?}");
            answer.json()["error"]["code"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(codes[0], "sign_in.wrong");
    assert!(codes.iter().any(|code| code == "sign_in.wait" || code == "sign_in.locked"), "{codes:?}");
    assert_eq!(count(&office, "status:force_completed"), 0);
}

#[test]
fn a_void_request_says_what_has_changed_since() {
    let office = office("");
    let id = asked(&office, "taro", FORCE);
    done(&office, "hanako", &["due", "2030-04-01", "number:2"]);
    done(&office, "hanako", &["tag", "要電話", "number:1"]);
    let since = done(&office, "kacho", &["request", "show", &id])["since"].clone();
    let told = |number: &str, field: &str, now: &str| json!({ "number": number, "field": field, "now": now });
    assert_eq!(since.as_array().unwrap().len(), 2, "{since}");
    for one in [told("1", "tag", "要電話"), told("2", "due", "2030-04-01")] {
        assert!(since.as_array().unwrap().contains(&one), "{since}");
    }
}

#[test]
fn a_correction_that_waits_keeps_the_text_and_the_numbers_that_it_was_made_of() {
    let office = office("[release]\nsecond_person = [\"application.set_status\"]\n");
    let line = ["set-status", "返却中", "number:1", "--block", "7", "--reason", "印影", "--until", "2099-04-01"];
    let request = asked(&office, "taro", &line);
    done(&office, "kacho", &["request", "approve", &request]);
    let correction = done(&office, "boss", &["show", "1"])["correction"].clone();
    assert_eq!((&correction["blocks"], &correction["until"]), (&json!([7]), &json!("2099-04-01")));
    let what = correction["what"].as_str().unwrap();
    assert!(what.starts_with("ご不明な点は") && what.ends_with("\n印影"), "{what}");
}
