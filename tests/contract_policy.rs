//! The administrator's policy, from the outside: what it forbids is refused with exit 4, and one that can't be read opens
//! nothing. Builds for tests read it from where a variable says; a program that is handed out doesn't.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use std::path::Path;

use program::{Answer, Office, row};
use serde_json::json;

/// Runs a command line under a policy.
fn under(office: &Office, policy: &Path, line: &[&str]) -> Answer {
    let mut command = office.command(line);
    command.env("SEKISHO_TEST_POLICY", policy);
    Answer::from(command.output().unwrap())
}

#[test]
fn a_policy_that_cannot_be_read_opens_nothing() {
    let office = Office::open();
    let commands: [&[&str]; 5] = [
        &["count", "--json"],
        &["init", "--segment", "lgwan", "--sign-in", "none", "--json"],
        &["check", "--json"],
        &["demo", "--no-open", "--json"],
        &["restore", "x", "--json"],
    ];
    for (place, (text, code)) in [
        (&b"[sign_in"[..], "policy.wrong"),
        (b"[sign_in]\nallow = [\"os\"]\n", "policy.wrong"),
        (b"\xff\xfe", "policy.unreadable"),
    ]
    .into_iter()
    .enumerate()
    {
        let policy = office.put(&format!("policy{place}.toml"), text);
        for line in commands {
            under(&office, &policy, line).refuses(4, code);
        }
        assert_eq!(
            under(&office, &policy, &["keymap", "check", "--json"]).code,
            Some(0),
            "what opens no store goes on"
        );
        under(&office, &policy, &["doctor", "--policy", "--json"]).refuses(4, code);
    }
    let folder = office.folder().join("folder.toml");
    std::fs::create_dir(&folder).unwrap();
    under(&office, &folder, &["count", "--json"]).refuses(4, "policy.unreadable");
    assert_eq!(under(&office, &office.folder().join("absent.toml"), &["count", "--json"]).code, Some(0));
}

#[test]
fn stores_lie_where_the_policy_says_and_signing_in_is_as_it_says() {
    let office = Office::open();
    let inside = office.put("inside.toml", format!("[store]\nfolders = [{:?}]\n", office.folder()).as_bytes());
    let outside = office.put("outside.toml", b"[store]\nfolders = [\"/srv/sekisho\"]\n");
    let os = office.put("os.toml", b"[sign_in]\nallowed = [\"os\"]\n");
    assert_eq!(under(&office, &inside, &["count", "--json"]).code, Some(0));
    under(&office, &outside, &["count", "--json"]).refuses(4, "policy.store_folder");
    under(&office, &os, &["count", "--json"]).refuses(4, "policy.sign_in");
    let other = Office::vacant();
    under(&other, &os, &["init", "--segment", "lgwan", "--sign-in", "none", "--json"]).refuses(4, "policy.sign_in");
    assert!(!other.folder().join("store/sekisho.db").exists());
    assert_eq!(under(&other, &os, &["init", "--segment", "lgwan", "--sign-in", "os", "--json"]).code, Some(0));
    let demo = other.folder().join("demo");
    let line = ["demo", "--rows", "5", "--dir", demo.to_str().unwrap(), "--no-open", "--json"];
    assert_eq!(under(&other, &os, &line).code, Some(0), "made-up people need no sign-in");
}

#[test]
fn files_leave_only_where_and_if_the_policy_says() {
    let office = Office::open();
    office.take_in(&[row("1", "名")]);
    let unreadable = row("2", "名").replace("2020年10月29日 09時24分", "いつか");
    assert_eq!(office.import("bad.csv", program::list(&[unreadable]).as_bytes()).code, Some(3));
    let (good, bad) = (office.folder().join("good"), office.folder().join("bad"));
    std::fs::create_dir(&good).unwrap();
    std::fs::create_dir(&bad).unwrap();
    let folders = office.put("folders.toml", format!("[output]\nfolders = [{good:?}]\n").as_bytes());
    let none = office.put("none.toml", b"[output]\nexport = false\n");
    let second = office.put("second.toml", b"[release]\nsecond_person = [\"application.export\"]\n");
    let into = |folder: &Path, name: &str| folder.join(name).to_str().unwrap().to_owned();
    let export = |out: &str| ["export".to_owned(), "csv".into(), out.to_owned(), "--json".into()];
    let run =
        |policy: &Path, line: &[String]| under(&office, policy, &line.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(run(&folders, &export(&into(&good, "a.csv"))).code, Some(0));
    run(&folders, &export(&into(&bad, "a.csv"))).refuses(4, "policy.output_folder");
    run(&folders, &["backup".into(), into(&bad, "b"), "--json".into()]).refuses(4, "policy.output_folder");
    run(&folders, &["rejected".into(), "export".into(), into(&bad, "c.csv"), "--json".into()])
        .refuses(4, "policy.output_folder");
    run(&none, &export(&into(&good, "d.csv"))).refuses(4, "policy.no_export");
    assert_eq!(run(&none, &["backup".into(), into(&good, "e"), "--json".into()]).code, Some(0));
    run(&second, &export(&into(&good, "f.csv"))).refuses(4, "request.unsigned");
    // A disk of this machine is let through; sticks and shares are tried in `store::medium`, over a machine of files.
    let local = office.put("local.toml", b"[output]\nmedia = \"local\"\n");
    assert_eq!(run(&local, &export(&into(&good, "g.csv"))).code, Some(0));
    let typo = office.put("typo.toml", b"[output]\nmedia = \"fixed\"\n");
    run(&typo, &export(&into(&good, "h.csv"))).refuses(4, "policy.wrong");
    assert_eq!(std::fs::read_dir(&bad).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(&good).unwrap().count(), 3);
}

#[test]
fn the_policy_is_printed_on_one_page() {
    let office = Office::vacant();
    let text = "[sign_in]\nallowed = [\"os\"]\n[output]\nexport = false\n[release]\nsecond_person = [\"grant.add\"]\n";
    let policy = office.put("policy.toml", text.as_bytes());
    let page = under(&office, &policy, &["doctor", "--policy", "--json"]);
    assert_eq!(page.code, Some(0), "{page:?}");
    let told = page.json();
    assert_eq!(told["policy"]["sign_in"]["allowed"], json!(["os"]));
    assert_eq!(
        (&told["policy"]["output"]["export"], &told["policy"]["store"]["folders"]),
        (&json!(false), &json!(null))
    );
    assert_eq!(told["policy"]["file"], policy.to_str().unwrap());
    assert_eq!(told["policy"]["output"]["media"], "any");
    for (lang, word) in [("ja", "設定確認書"), ("en", "Settings laid down")] {
        let page = under(&office, &policy, &["--lang", lang, "doctor", "--policy"]);
        assert!(page.stdout.contains(word) && page.stdout.contains("grant.add"), "{page:?}");
        assert!(page.stdout.lines().count() < 40 && !page.stdout.contains(['{', '}']), "{page:?}");
    }
    let none = under(&office, &office.folder().join("absent.toml"), &["doctor", "--policy", "--json"]);
    assert_eq!((none.code, &none.json()["policy"]["file"]), (Some(0), &json!(null)));
}
