//! Definitions of forms by the contract: `form list|show|check`, doubts on import, what a 届出 can't be, what stands for a
//! name.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod program;

use program::{Office, list, row};
use serde_json::{Value, json};

const FORM: &str = "title = \"利用申込書\"\nsource = \"etumo\"\nid = \"01430\"\nstandard_days = 5\n\
    departments = [\"市民課\"]\n";

const ITEMS: &str =
    "[[items]]\nname = \"氏名フリガナ\"\nkind = \"kana\"\n\n[[items]]\nname = \"希望日\"\nkind = \"date\"\n";

/// An office that has written a definition down.
fn office(more: &str) -> Office {
    let office = Office::open();
    let folder = office.folder().join("store/forms");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("riyou.toml"), format!("{FORM}{more}\n{ITEMS}")).unwrap();
    office
}

fn done(office: &Office, line: &[&str]) -> Value {
    let answer = office.run(line);
    assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
    answer.json()
}

#[test]
fn definitions_are_listed_shown_and_checked() {
    let office = office("kind = \"届出\"\nreply = \"none\"");
    let all = done(&office, &["form", "list", "--json"]);
    let one = &all.as_array().unwrap()[..];
    assert_eq!(one.len(), 1, "those of the demo are for demo stores: {all}");
    assert_eq!((&one[0]["form"], &one[0]["kind"]), (&json!("etumo/01430"), &json!("notification")));
    assert_eq!((&one[0]["reply"], &one[0]["standard_days"]), (&json!("none"), &json!(5)));
    for word in ["01430", "etumo/01430"] {
        let shown = done(&office, &["form", "show", word, "--json"]);
        assert_eq!(
            shown["items"][1],
            json!({"name": "希望日", "kind": "date", "sensitive": false, "sealed": false, "choices": []})
        );
    }
    office.run(&["form", "show", "9", "--json"]).refuses(1, "form.unknown");
    let second = office.folder().join("store/forms/second.toml");
    std::fs::write(&second, "source = \"etumo\"\nid = \"01430\"\nversion = \"2\"\n").unwrap();
    office.run(&["form", "show", "01430", "--json"]).refuses(2, "form.ambiguous");
    assert_eq!(done(&office, &["form", "show", "01430@2", "--json"])["version"], "2");
    let checked = done(&office, &["form", "check", second.to_str().unwrap(), "--json"]);
    assert_eq!((&checked["ok"], &checked["form"]), (&json!(true), &json!("etumo/01430@2")));
    std::fs::write(&second, "source = \"etumo\"\nknd = \"届出\"\n").unwrap();
    let answer = office.run(&["form", "check", second.to_str().unwrap(), "--json"]);
    answer.refuses(1, "form.wrong");
    assert_eq!(answer.json()["error"]["place"]["line"], 2);
    // A broken one harms no other, and is told.
    let answer = office.run(&["form", "list", "--json"]);
    assert!(answer.code == Some(0) && answer.stderr.contains("second.toml:2:1"), "{answer:?}");
}

#[test]
fn values_that_do_not_fit_are_told_and_go_in_as_they_came() {
    let office = office("");
    let good = row("1", "名");
    let bad = row("2", "名").replace("2020年11月2日", "いつでも");
    let text = list(&[good.clone(), bad]);
    let file = office.put("list.csv", text.as_bytes());
    let path = file.to_str().unwrap();
    let doubt = json!([{"number": "2", "field": "希望日", "code": "not_a_date"}]);
    for line in [&["import", path, "--dry-run", "--json"][..], &["import", path, "--json"]] {
        let answer = office.run(line);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let told = answer.file();
        assert_eq!((&told["doubtful_values"], &told["more_doubtful_values"]), (&doubt, &json!(0)));
        assert!(told["warnings"].as_array().unwrap().iter().any(|one| one["code"] == "doubtful_values"), "{told}");
        assert!(answer.stderr.contains("希望日") && !answer.stderr.contains("いつでも"), "{answer:?}");
    }
    let kept = office.show("2");
    assert!(kept["items"].as_array().unwrap().contains(&json!({"name": "希望日", "value": "いつでも"})));
    // What is unchanged is not told again.
    assert_eq!(office.run(&["import", path, "--json"]).file()["doubtful_values"], json!([]));
    office.check("doubtful values");
}

#[test]
fn a_notification_is_never_rejected_unless_the_policy_says_so() {
    let office = office("kind = \"届出\"");
    office.take_in(&[row("1", "名"), row("2", "名").replace(",01430,", ",09999,")]);
    let line = ["set-status", "rejected", "--all", "--reason", "期限のあと", "--json"];
    let answer = office.run(&line);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let told = answer.json();
    assert_eq!((&told["changed"], &told["failed"][0]["number"]), (&json!(1), &json!("1")));
    assert!(told["failed"][0]["reason"].as_str().is_some() && answer.stderr.contains("37"), "{answer:?}");
    let policy = office.put("policy.toml", b"[status]\nreject_notifications = true\n");
    let mut command = office.command(&line);
    let output = command.env("SEKISHO_TEST_POLICY", &policy).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(office.count("status:rejected"), 2);
}

#[test]
fn to_accept_goes_by_the_reply_rule() {
    for (reply, status) in
        [("none", "completed"), ("required", "accepted_unreplied"), ("unknown", "accepted_unreplied")]
    {
        let office = office(&format!("reply = \"{reply}\""));
        office.take_in(&[row("1", "名")]);
        assert_eq!(
            office.show("1")["reply"]["required"],
            json!(match reply {
                "none" => Some(false),
                "required" => Some(true),
                _ => None,
            })
        );
        done(&office, &["set-status", "accept", "--all", "--json"]);
        assert_eq!(office.show("1")["status"], status, "{reply}");
        office.check(reply);
    }
}

#[test]
fn an_item_stands_for_an_empty_name() {
    let office = office("kind = \"申込\"\ndisplay_name = [\"氏名フリガナ\"]");
    office.take_in(&[row("1", ""), row("2", "山形 花子")]);
    let (first, second) = (office.show("1"), office.show("2"));
    assert_eq!((&first["name"], &first["display_name"]), (&json!(""), &json!("シケン")));
    assert_eq!((&second["display_name"], &second["form"]["kind"]), (&json!("山形 花子"), &json!("entry")));
    let table = office.run(&["list", "number:1"]);
    assert!(table.stdout.contains("シケン"), "{table:?}");
}

#[test]
fn learning_a_list_proposes_the_definition_of_its_form() {
    let office = Office::open();
    let file = office.put("list.csv", list(&[row("1", "名"), row("2", "名")]).as_bytes());
    let learnt = done(&office, &["profile", "learn", file.to_str().unwrap(), "--source", "mine", "--yes", "--json"]);
    let form = &learnt["form"];
    assert_eq!(form["id"], "01430");
    let proposed = office.put("proposed.toml", form["toml"].as_str().unwrap().as_bytes());
    let checked = done(&office, &["form", "check", proposed.to_str().unwrap(), "--json"]);
    assert_eq!((&checked["form"], &checked["title"]), (&json!("mine/01430"), &json!("利用申込書")));
}
