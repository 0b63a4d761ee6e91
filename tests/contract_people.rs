//! `operator`, `group`, `grant` and exit code 4, from the outside. Every command of the program is tried as somebody who
//! may do nothing: one that isn't in the table here fails the test.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, row};
use serde_json::{Value, json};

/// How each command is tried, and the exit code for a person without any right. `None`: it touches no store, or must work
/// without one.
const COMMANDS: &[(&str, Option<&[&str]>)] = &[
    ("init", None),
    ("demo", None),
    ("practice", None),
    ("import", Some(&["import", "FILE"])),
    ("inbox list", Some(&["inbox", "list"])),
    ("inbox import", Some(&["inbox", "import"])),
    ("inbox discard", Some(&["inbox", "discard", "FILE"])),
    ("rejected list", Some(&["rejected", "list"])),
    ("rejected export", Some(&["rejected", "export", "OUT"])),
    ("rejected clear", Some(&["rejected", "clear"])),
    ("profile list", None),
    ("profile show", None),
    ("profile check", None),
    ("profile learn", None),
    ("form list", Some(&["form", "list"])),
    ("form show", Some(&["form", "show", "1"])),
    ("form check", None),
    ("calendar import", Some(&["calendar", "import", "FILE"])),
    ("calendar show", Some(&["calendar", "show"])),
    ("check", Some(&["check"])),
    ("backup", Some(&["backup", "OUT"])),
    ("restore", Some(&["restore", "FILE"])),
    ("migrate", Some(&["migrate"])),
    ("doctor", None),
    ("list", Some(&["list"])),
    ("count", Some(&["count"])),
    ("stats", Some(&["stats"])),
    ("view list", Some(&["view", "list"])),
    ("view show", Some(&["view", "show", "x"])),
    ("view save", Some(&["view", "save", "x"])),
    ("view delete", Some(&["view", "delete", "x"])),
    ("show", Some(&["show", "1"])),
    ("set-status", Some(&["set-status", "provisional", "--all"])),
    ("assign", Some(&["assign", "me", "--all"])),
    ("handover", Some(&["handover", "OUT"])),
    ("due", Some(&["due", "2030-04-01", "--all"])),
    ("tag", Some(&["tag", "x", "--all"])),
    ("note", Some(&["note", "1", "x"])),
    ("result", Some(&["result", "approved", "--all"])),
    ("enter", Some(&["enter", "01430", "--channel", "post", "--received", "2020-11-02", "--name", "x"])),
    ("receive", Some(&["receive", "--all", "--on", "2020-11-02", "--pattern", "{seq}"])),
    ("ruling submit", Some(&["ruling", "submit", "--all", "--title", "x"])),
    ("ruling list", Some(&["ruling", "list"])),
    ("ruling show", Some(&["ruling", "show", "9"])),
    ("ruling settle", Some(&["ruling", "settle", "9", "--on", "2020-11-02", "--document", "x", "--decider", "x"])),
    ("ruling return", Some(&["ruling", "return", "9", "--reason", "x"])),
    ("ruling write", Some(&["ruling", "write", "9", "--out", "OUT"])),
    ("correction blocks", Some(&["correction", "blocks"])),
    ("correction count", Some(&["correction", "count"])),
    ("correction remind", Some(&["correction", "remind", "--all", "--by", "mail"])),
    ("number assign", Some(&["number", "assign", "{seq}", "--all"])),
    ("duplicates", Some(&["duplicates"])),
    ("compare", Some(&["compare", "1"])),
    ("phone", Some(&["phone", "ヤマ"])),
    ("call", Some(&["call", "1", "x"])),
    ("purge list", Some(&["purge", "list"])),
    ("purge extend", Some(&["purge", "extend", "--all", "--until", "2050-03-31", "--reason", "x"])),
    ("purge dispose", Some(&["purge", "dispose", "--all", "--document", "x"])),
    ("purge log", Some(&["purge", "log"])),
    ("purge record", Some(&["purge", "record", "9", "--out", "OUT"])),
    ("reconcile", None),
    ("adopt", Some(&["adopt", "--all"])),
    ("keep", Some(&["keep", "--all"])),
    ("undo", Some(&["undo"])),
    ("redo", Some(&["redo"])),
    ("export", Some(&["export", "csv", "OUT"])),
    ("log verify", Some(&["log", "verify"])),
    ("log export", Some(&["log", "export", "OUT"])),
    ("log anchor", Some(&["log", "anchor"])),
    ("operator add", Some(&["operator", "add", "9"])),
    ("operator list", Some(&["operator", "list"])),
    ("operator passwd", Some(&["operator", "passwd", "9"])),
    ("operator unlock", Some(&["operator", "unlock", "9"])),
    ("operator disable", Some(&["operator", "disable", "9"])),
    ("operator import", Some(&["operator", "import", "FILE", "--effective", "2027-04-01"])),
    ("group add", Some(&["group", "add", "x"])),
    ("group list", Some(&["group", "list"])),
    ("group remove", Some(&["group", "remove", "x"])),
    ("grant add", Some(&["grant", "add", "look", "--everybody"])),
    ("grant list", Some(&["grant", "list"])),
    ("grant revoke", Some(&["grant", "revoke", "3"])),
    ("request list", Some(&["request", "list"])),
    ("request show", Some(&["request", "show", "3"])),
    ("request approve", Some(&["request", "approve", "3"])),
    ("request refuse", Some(&["request", "refuse", "3", "--reason", "x"])),
    ("keys found", Some(&["keys", "found"])),
    ("keys list", Some(&["keys", "list"])),
    ("keys share", Some(&["keys", "share", "9", "--class", "sensitive"])),
    ("keys withdraw", Some(&["keys", "withdraw", "9", "--class", "sensitive"])),
    ("keys recover", None),
    ("reveal", Some(&["reveal", "1", "x", "--reason", "x"])),
    ("config check", None),
    ("config show", None),
    ("keymap check", None),
    ("keymap show", None),
    ("theme list", None),
    ("man", None),
    ("completions", None),
];

/// The commands under one, as its help lists them.
fn listed(office: &Office, path: &[&str]) -> Vec<String> {
    let answer = office.run(&[path, &["--lang", "en", "--help"]].concat());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let mut lines = answer.stdout.lines().skip_while(|line| !line.starts_with("Commands"));
    lines.next();
    let commands = lines.take_while(|line| line.starts_with("  "));
    let first =
        |line: &str| line.strip_prefix("  ")?.split(' ').next().filter(|word| !word.is_empty()).map(str::to_owned);
    commands.filter_map(first).collect()
}

/// Every command that does something, as its words.
fn commands(office: &Office) -> Vec<String> {
    let mut all = Vec::new();
    for outer in listed(office, &[]) {
        let inner = listed(office, &[&outer]);
        if inner.is_empty() {
            all.push(outer);
        } else {
            all.extend(inner.iter().map(|inner| format!("{outer} {inner}")));
        }
    }
    all
}

/// A store whose founder was let go: another one decides there now.
fn left_office() -> Office {
    let office = Office::founded("lgwan", "os");
    office.take_in(&[row("1", "名")]);
    let me = me(&office);
    done(&office, &["operator", "add", "0001", "--name", "山形　花子", "--json"]);
    done(&office, &["grant", "add", "administer", "--operator", "0001", "--json"]);
    done(&office, &["operator", "disable", &me, "--json"]);
    office
}

fn me(office: &Office) -> String {
    office.run(&["operator", "list", "--json"]).json()[0]["operator"].as_str().unwrap().to_owned()
}

fn done(office: &Office, line: &[&str]) -> Value {
    let answer = office.run(line);
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

#[test]
fn no_command_does_anything_for_a_person_without_rights() {
    let office = left_office();
    let settings = format!("[inbox]\nfolders = [{:?}]\n", office.folder());
    std::fs::write(office.folder().join("store/config.toml"), settings).unwrap();
    let mut known: Vec<String> = COMMANDS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut found = commands(&office);
    assert!(found.len() > 40, "{found:?}");
    known.sort();
    found.sort();
    assert_eq!(found, known, "each command says here what it needs");
    let file = office.put("file.csv", b"x");
    let out = office.folder().join("out.csv");
    for (name, line) in COMMANDS {
        let Some(line) = line else { continue };
        let line: Vec<&str> = line
            .iter()
            .map(|word| match *word {
                "FILE" => file.to_str().unwrap(),
                "OUT" => out.to_str().unwrap(),
                word => word,
            })
            .chain(["--json"])
            .collect();
        let answer = office.run(&line);
        let code = answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
        assert!(answer.code == Some(4) && code.starts_with("permission."), "{name}: {answer:?}");
        assert!(!out.exists(), "{name} left a file");
    }
    office.run(&["log", "--json"]).refuses(4, "permission.disabled");
}

#[test]
fn the_founder_is_the_administrator_and_lists_say_so() {
    let office = Office::founded("mynumber", "os");
    let me = me(&office);
    let grants = done(&office, &["grant", "list", "--json"]);
    assert_eq!(grants.as_array().unwrap().len(), 1);
    assert_eq!(
        (&grants[0]["right"], &grants[0]["operator"], &grants[0]["holds"]),
        (&json!("all"), &json!(me), &json!(true))
    );
    let id = grants[0]["grant"].as_str().unwrap();
    office.run(&["grant", "revoke", id, "--json"]).refuses(4, "people.last_administrator");
    office.run(&["operator", "disable", &me, "--json"]).refuses(4, "people.last_administrator");
    assert_eq!(done(&office, &["grant", "list", "--json"]), grants, "nothing was changed");
    office.check("refused changes of people");
}

#[test]
fn operators_groups_and_grants_are_added_listed_and_taken_away() {
    let office = Office::founded("lgwan", "os");
    let added = done(
        &office,
        &["operator", "add", "0001", "--name", "山形　花子", "--department", "税務課", "--until", "R9.3.31", "--json"],
    );
    assert_eq!((&added["operator"], &added["added"]), (&json!("0001"), &json!(true)));
    done(&office, &["group", "add", "窓口", "--json"]);
    office.run(&["group", "add", "窓口", "--json"]).refuses(1, "people.group_exists");
    let changed = done(&office, &["operator", "add", "0001", "--group", "窓口", "--json"]);
    assert_eq!(changed["added"], false);
    let people = done(&office, &["operator", "list", "--json"]);
    let hanako = people.as_array().unwrap().iter().find(|one| one["operator"] == "0001").unwrap();
    assert_eq!(hanako["name"], "山形　花子");
    assert_eq!((&hanako["department"], &hanako["until"]), (&json!("税務課"), &json!("2027-03-31")));
    assert_eq!(hanako["groups"], json!(["窓口"]));
    assert_eq!(done(&office, &["group", "list", "--json"]), json!([{"group": "窓口", "members": ["0001"]}]));
    let grant = done(&office, &["grant", "add", "take_out", "--group", "窓口", "--json"]);
    assert_eq!(grant["administrator"], Value::Null);
    office.run(&["grant", "add", "take_over", "--everybody", "--json"]).refuses(2, "people.unknown_right");
    office.run(&["grant", "add", "specific_personal", "--group", "窓口", "--json"]).refuses(2, "people.end_needed");
    office
        .run(&["grant", "add", "take_in", "--everybody", "--form", "a/b", "--json"])
        .refuses(2, "people.not_by_procedure");
    office.run(&["grant", "add", "look", "--operator", "0002", "--json"]).refuses(1, "people.unknown_operator");
    office.run(&["grant", "revoke", "9999", "--json"]).refuses(1, "people.unknown_grant");
    office.run(&["operator", "add", " ", "--json"]).refuses(2, "people.bad_word");
    done(&office, &["grant", "revoke", grant["grant"].as_str().unwrap(), "--json"]);
    done(&office, &["group", "remove", "窓口", "--json"]);
    assert_eq!(done(&office, &["group", "list", "--json"]), json!([]));
    office.check("people");
    let log = done(&office, &["log", "--json"]);
    let commands: Vec<&str> = log.as_array().unwrap().iter().map(|one| one["command"].as_str().unwrap()).collect();
    assert_eq!(commands[..3], ["group.remove", "grant.revoke", "grant.add"]);
    assert!(log.as_array().unwrap().iter().all(|one| one["text"].is_null()), "names only with --with-text: {log}");
}

#[test]
fn a_transfer_is_taken_whole_or_not_at_all() {
    let office = Office::founded("lgwan", "os");
    let wrong = office.put("wrong.csv", "職員番号,終了日\n0001,いつか\n".as_bytes());
    let answer = office.run(&["operator", "import", wrong.to_str().unwrap(), "--effective", "2027-04-01", "--json"]);
    answer.refuses(1, "people.staff_row");
    assert_eq!(answer.json()["error"]["place"]["line"], 2);
    let twice = office.put("twice.csv", "職員番号\n0001\n0001\n".as_bytes());
    office
        .run(&["operator", "import", twice.to_str().unwrap(), "--effective", "2027-04-01", "--json"])
        .refuses(1, "people.staff_twice");
    assert_eq!(done(&office, &["operator", "list", "--json"]).as_array().unwrap().len(), 1);
    let (good, _, _) = encoding_rs::SHIFT_JIS.encode("職員番号,氏名,所属,級\r\n0001,山形　花子,税務課,3\r\n");
    let good = office.put("good.csv", &good);
    let line = ["operator", "import", good.to_str().unwrap(), "--effective", "令和9年4月1日", "--json"];
    let dry = done(&office, &[&line[..], &["--dry-run"]].concat());
    assert_eq!((&dry["added"], &dry["operation"], &dry["ignored"]), (&json!(["0001"]), &Value::Null, &json!(["級"])));
    let taken = done(&office, &line);
    assert_eq!((&taken["effective"], &taken["added"]), (&json!("2027-04-01"), &json!(["0001"])));
    let then = done(&office, &["operator", "list", "--at", "2027-04-01", "--json"]);
    let one = then.as_array().unwrap().iter().find(|one| one["operator"] == "0001").unwrap().clone();
    assert_eq!((&one["enabled"], &one["department"]), (&json!(true), &json!("税務課")));
    let now = done(&office, &["operator", "list", "--json"]);
    let one = now.as_array().unwrap().iter().find(|one| one["operator"] == "0001").unwrap().clone();
    assert_eq!((&one["enabled"], &one["later"][0]["from"]), (&json!(false), &json!("2027-04-01")));
    office.check("a transfer");
}

#[test]
fn without_sign_in_rights_have_no_effect_and_it_is_said() {
    let office = Office::open();
    done(&office, &["operator", "add", "0001", "--json"]);
    let answer = office.run(&["grant", "add", "look", "--operator", "0001", "--json"]);
    assert_eq!(answer.code, Some(0));
    assert!(!answer.stderr.is_empty(), "that it has no effect");
    office.take_in(&[row("1", "名")]);
}
