//! 引継 and `[ui] assign_on_open` on a real terminal: the successor sees what came from the predecessor until it is moved,
//! and what is opened is taken in hand only by who may.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use program::{Answer, Office, list, row};
use serde_json::Value;
use terminal::{Terminal, wait_until};

fn by(office: &Office, user: &str, line: &[&str]) -> Value {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user);
    let answer = Answer::from(command.output().unwrap());
    assert_eq!(answer.code, Some(0), "{user}: {line:?}: {answer:?}");
    answer.json()
}

fn office() -> Office {
    let office = Office::vacant();
    by(&office, "boss", &["init", "--segment", "lgwan", "--sign-in", "os"]);
    for code in ["old", "new", "reader"] {
        by(&office, "boss", &["operator", "add", code]);
        by(&office, "boss", &["grant", "add", "look", "--operator", code]);
    }
    for code in ["old", "new"] {
        by(&office, "boss", &["grant", "add", "change_status", "--operator", code]);
    }
    let rows: Vec<String> = (1..=4).map(|n| row(&format!("{n:012}"), "試験　太郎")).collect();
    let file = office.put("list.csv", list(&rows).as_bytes());
    by(&office, "boss", &["import", file.to_str().unwrap()]);
    by(&office, "old", &["assign", "me", "number:000000000001|number:000000000002"]);
    by(&office, "old", &["note", "000000000001", "月曜に電話する約束"]);
    office
}

fn screen(office: &Office, user: &str, (width, height, lang): (u16, u16, &str)) -> Terminal {
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE SEKISHO_TEST_USER={user} HOME={folder} \
         XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} --store {folder}/store --lang {lang}",
        env!("CARGO_BIN_EXE_sekisho")
    );
    let terminal = Terminal::run(width, height, &line);
    terminal.wait_for(say(lang, "いま待っている仕事", "What waits just now"));
    terminal
}

fn say<'w>(lang: &str, ja: &'w str, en: &'w str) -> &'w str {
    if lang == "ja" { ja } else { en }
}

/// The count of a line of 今日の仕事.
fn line_says(screen: &str, name: &str, count: &str) -> bool {
    screen.lines().any(|line| line.contains(name) && line.contains(count))
}

#[test]
fn the_successor_sees_what_came_from_the_predecessor_until_it_is_moved() {
    for setting in [(80, 24, "ja"), (200, 60, "en")] {
        let lang = setting.2;
        let (name, two, one) = (say(lang, "前任者から", "Handed to you"), say(lang, "2件", "2"), say(lang, "1件", "1"));
        let office = office();
        let terminal = screen(&office, "new", setting);
        terminal.wait_until("nothing was handed over", |screen| !screen.contains(name));
        // While the screen is open, the boss hands over.
        by(&office, "boss", &["assign", "new", "--from", "old"]);
        terminal.wait_until("two came", |screen| line_says(screen, name, two));
        by(&office, "new", &["set-status", "provisional", "number:000000000002"]);
        terminal.wait_until("one is left", |screen| line_says(screen, name, one));
        let at = |screen: &str| screen.lines().any(|line| line.contains(name) && line.contains('▶'));
        for _ in 0..12 {
            if at(&terminal.screen()) {
                break;
            }
            let before = terminal.screen();
            terminal.press(&["Down"]);
            terminal.wait_until("the cursor moved", |screen| screen != before);
        }
        terminal.press(&["Enter"]);
        terminal.wait_until("its list", |screen| {
            screen.contains("000000000001") && ["000000000002", "000000000003"].iter().all(|one| !screen.contains(one))
        });
        terminal.press(&["Enter"]);
        terminal.wait_for("月曜に電話する約束");
        terminal.close();
    }
}

#[test]
fn what_is_opened_is_taken_in_hand_by_who_may_and_never_over() {
    let office = office();
    std::fs::write(office.folder().join("store/config.toml"), "[ui]\nassign_on_open = true\n").unwrap();
    let assignee = |number: &str| by(&office, "boss", &["show", number])["assignee"].clone();
    let terminal = screen(&office, "reader", (80, 24, "ja"));
    terminal.press(&["1"]);
    terminal.wait_for("000000000001");
    terminal.press(&["Home"]);
    terminal.press(&["Enter"]);
    terminal.wait_for("試験　太郎");
    terminal.close();
    let terminal = screen(&office, "new", (80, 24, "ja"));
    terminal.press(&["1"]);
    let shown = terminal.wait_for("000000000004");
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains("00000000000")).collect();
    let first = (1..=4).map(|n| format!("{n:012}")).find(|number| rows[0].contains(number.as_str())).unwrap();
    let last = (1..=4).map(|n| format!("{n:012}")).find(|number| rows[3].contains(number.as_str())).unwrap();
    assert_eq!((first.as_str(), last.as_str()), ("000000000001", "000000000004"));
    // `old` has the first: it stays theirs. Who goes on to the third and fourth takes neither.
    terminal.press(&["Enter"]);
    terminal.wait_for("整理番号 000000000001");
    for number in ["整理番号 000000000002", "整理番号 000000000003"] {
        terminal.press(&["]"]);
        terminal.wait_for(number);
    }
    assert_eq!((assignee("000000000001"), assignee("000000000003")), ("old".into(), Value::Null));
    terminal.press(&["Escape"]);
    terminal.wait_until("the list", |screen| screen.contains("000000000004"));
    terminal.press(&["End"]);
    terminal.press(&["Enter"]);
    terminal.wait_for("自分の担当にしました");
    wait_until("the fourth is taken", || assignee("000000000004") == "new");
    terminal.press(&["u"]);
    wait_until("and given back", || assignee("000000000004") == Value::Null);
    terminal.close();
}
