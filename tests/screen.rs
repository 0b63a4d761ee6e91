//! The real program in a real terminal: the main job by keys alone, colleagues at work on the same store, hostile text,
//! and every way of leaving.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use std::fs;

use program::{Office, download};
use terminal::Terminal;

/// The command line that opens the screen of an office.
fn sekisho(office: &Office, more: &str) -> String {
    let folder = office.folder().display();
    format!(
        "cd {folder} && env -u SEKISHO_STORE HOME={folder} XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} --store {folder}/store {more}",
        env!("CARGO_BIN_EXE_sekisho")
    )
}

fn office_with(rows: u64) -> Office {
    let office = Office::open();
    let file = office.put("一覧.csv", &download(1, rows));
    let answer = office.run(&["import", file.to_str().unwrap(), "--json"]);
    assert_eq!(answer.added(), rows, "{answer:?}");
    office
}

/// A hundred thousand applications go through the whole main job by keys alone: found while typing, marked, accepted,
/// undone, redone, exported; what the screen says is what the store then holds.
#[test]
fn the_main_job_by_keys_alone() {
    let office = office_with(100_000);
    let terminal = Terminal::run(110, 30, &sekisho(&office, ""));
    terminal.wait_for("申込 100,000");
    terminal.press(&["/"]);
    terminal.type_text("処理状況:未処理 試験777");
    terminal.wait_for("111 / 100,000");
    terminal.press(&["Enter", "a"]);
    terminal.wait_for("選択 111件");
    terminal.press(&["s"]);
    terminal.wait_for("受理する");
    terminal.press(&["Enter"]);
    terminal.wait_for("受理（返信未）へ");
    // From a hundred applications on the count is typed.
    terminal.wait_for("111 件");
    terminal.type_text("111");
    terminal.press(&["F12"]);
    terminal.wait_for("111件を受理しました");
    assert_eq!(office.count("処理状況:受理"), 111);
    terminal.press(&["u"]);
    terminal.wait_for("111件を元に戻しました");
    assert_eq!(office.count("処理状況:未処理"), 100_000);
    terminal.press(&["C-r"]);
    terminal.wait_until("redone", |screen| screen.contains("やり直し") && office.count("処理状況:受理") == 111);
    terminal.press(&["e"]);
    terminal.wait_for("ファイルに出力");
    terminal.press(&["F12"]);
    terminal.wait_until("exported", |screen| screen.contains("出力しました"));
    let exported: Vec<_> = fs::read_dir(office.folder())
        .unwrap()
        .flatten()
        .filter(|file| file.path().extension().is_some_and(|end| end == "csv") && file.file_name() != "一覧.csv")
        .collect();
    assert_eq!(exported.len(), 1);
    let text = fs::read_to_string(exported[0].path()).unwrap();
    assert_eq!(text.lines().count(), 112);
    assert!(text.contains("\"000000000777\""), "zeros stay");
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
    office.check("the main job");
}

/// An application is read whole, and the next one without going back.
#[test]
fn a_record_whole_and_the_next_one() {
    let office = office_with(30);
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    terminal.wait_for("申込 30");
    terminal.press(&["Enter"]);
    let first = terminal.wait_until("a record", |screen| screen.contains("希望日") && screen.contains("操作履歴"));
    assert!(first.contains("髙橋 試験"));
    terminal.press(&["]"]);
    terminal.wait_until("the next record", |screen| screen.contains("希望日") && *screen != first);
    terminal.press(&["Escape"]);
    terminal.wait_for("整理番号     氏名");
    terminal.press(&["?"]);
    terminal.wait_for("ヘルプ");
    leave(&terminal, "整理番号     氏名");
}

/// Closes what is open and leaves. Escape and a letter sent at once would be Alt and that letter.
fn leave(terminal: &Terminal, list: &str) {
    terminal.press(&["Escape"]);
    terminal.wait_for(list);
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
}

/// A colleague's import shows by itself, and the cursor's row stays under the cursor.
#[test]
fn what_others_do_shows_without_moving_the_cursor() {
    let office = office_with(50);
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    terminal.wait_for("申込 50");
    terminal.press(&["Down", "Down", "Down"]);
    // Newest first, three down from the 50th.
    let before = terminal.wait_for("▶000000000047");
    let row = |screen: &str| screen.lines().position(|line| line.contains("▶000000000047"));
    let chosen = row(&before);
    let file = office.put("続き.csv", &download(51, 25));
    assert_eq!(office.run(&["import", file.to_str().unwrap(), "--json"]).added(), 25);
    let after = terminal.wait_for("申込 75");
    assert_eq!(row(&after), chosen);
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
}

/// Two screens and a scheduled import on one store: each shows what the others did, the row under the cursor stays
/// there, and marks survive.
#[test]
fn two_screens_and_a_scheduled_import_follow_each_other() {
    let office = office_with(50);
    let clerk = Terminal::run(80, 24, &sekisho(&office, ""));
    let colleague = Terminal::run(80, 24, &sekisho(&office, "--lang en"));
    clerk.wait_for("申込 50");
    colleague.wait_for("000000000050");
    clerk.press(&["Space", "Space", "Down"]);
    let before =
        clerk.wait_until("two marks", |screen| screen.contains("選択 2件") && screen.contains("▶000000000047"));
    let row = |screen: &str| screen.lines().position(|line| line.contains("▶000000000047"));
    // The colleague takes the third on the list; the clerk, who has marked the first two, sees it.
    colleague.press(&["Down", "Down", "s"]);
    colleague.wait_for("受理");
    colleague.press(&["Enter"]);
    colleague.wait_for("受理（返信未）");
    colleague.press(&["F12"]);
    colleague.wait_until("accepted", |_| office.count("処理状況:受理") == 1);
    let after = clerk.wait_until("the colleague's change", |screen| {
        screen.lines().any(|line| line.contains("000000000048") && line.contains("受理"))
    });
    assert_eq!(row(&after), row(&before));
    let file = office.put("続き.csv", &download(51, 25));
    assert_eq!(office.run(&["import", file.to_str().unwrap(), "--json"]).added(), 25);
    for screen in [&clerk, &colleague] {
        screen.wait_until("the import", |screen| screen.contains("75"));
    }
    let after = clerk.wait_for("選択 2件");
    assert_eq!(row(&after), row(&before), "{after}");
    // What the clerk does now is about the marked ones, and the colleague sees it.
    clerk.press(&["s"]);
    clerk.wait_for("受理する");
    clerk.press(&["Enter"]);
    clerk.wait_for("2 件");
    clerk.press(&["F12"]);
    clerk.wait_for("2件を受理しました");
    colleague.wait_until("the clerk's change", |screen| {
        let accepted = |number: &str| screen.lines().any(|line| line.contains(number) && line.contains("受理"));
        accepted("000000000049") && accepted("000000000050")
    });
    assert_eq!(office.count("処理状況:受理"), 3);
    office.check("two screens");
}

/// What an applicant wrote can't act on the terminal: control characters show as signs, the frame stays whole.
#[test]
fn hostile_text_stays_text() {
    let office = Office::open();
    let mut text = String::from_utf8_lossy(&[]).into_owned();
    text += "利用者ID,連絡先メールアドレス,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,件名\n";
    let hostile = "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{1b}[31m山形\u{9b}31m\u{202e}花子";
    text +=
        &format!("u,u@example.jp,000000000001,{hostile},1,01430,様式,2020-10-29 09:24,未処理,,\u{1b}]52;c;aGk=\u{7}\n");
    let file = office.put("hostile.csv", text.as_bytes());
    assert_eq!(office.run(&["import", file.to_str().unwrap(), "--json"]).added(), 1);
    let shown = office.run(&["show", "000000000001", "--json"]).json();
    assert_eq!(shown["name"].as_str(), Some(hostile), "the value is kept");
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    let screen = terminal.wait_until("the row", |screen| screen.contains("␛]0;pwned") && screen.contains("申込 1 "));
    assert!(screen.contains("関所") && screen.contains("000000000001"), "{screen}");
    terminal.press(&["Enter"]);
    let record = terminal.wait_until("the record", |screen| screen.contains("件名") && screen.contains("関所"));
    assert!(record.contains("山形") && record.contains("花子"), "{record}");
    leave(&terminal, "整理番号     氏名");
}

/// The caret of a text field is the terminal's own cursor: input methods open there.
#[test]
fn the_cursor_stands_at_the_caret() {
    let office = office_with(5);
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    terminal.wait_for("申込 5");
    terminal.press(&["/"]);
    terminal.type_text("髙橋");
    terminal.wait_for("／ 髙橋");
    let screen = terminal.screen();
    let line = screen.lines().position(|line| line.contains("／ 髙橋")).unwrap();
    let (x, y) = terminal.cursor();
    assert_eq!(usize::from(y), line);
    // Two columns for each of ／髙橋, one for the space, one before it all.
    assert_eq!(x, 8);
}

/// A dropped SSH session ends the program, and a terminal that can't show a screen is told so in a sentence.
#[test]
fn ends_that_nobody_asked_for() {
    let office = office_with(5);
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    terminal.wait_for("申込 5");
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", terminal.shell())).unwrap();
    let program = children.split_whitespace().next().unwrap().to_owned();
    assert!(std::process::Command::new("kill").args(["-HUP", &program]).status().unwrap().success());
    terminal.wait_for("ENDED 0");
    let dumb = Terminal::run(80, 24, &format!("export TERM=dumb; {}", sekisho(&office, "")));
    dumb.wait_for("ENDED 2");
    let nowhere = office.run(&[]);
    assert_eq!(nowhere.code, Some(2), "{nowhere:?}");
    office.check("a hang-up");
}

/// A terminal that shows UTF-8 has its screen whatever the locale says, and is left as clean as it was.
#[test]
fn lang_c_is_no_hindrance_where_the_terminal_shows_utf8() {
    let office = office_with(5);
    let terminal = Terminal::run(80, 24, &format!("echo before; export LC_ALL=C; {}", sekisho(&office, "")));
    terminal.wait_for("▶000000000005");
    terminal.press(&["q"]);
    let screen = terminal.wait_for("ENDED 0");
    assert_eq!(screen.trim(), "before\nENDED 0");
}

/// From tiny to wide and back, the frame is whole each time.
#[test]
fn every_size_has_a_screen() {
    let office = office_with(40);
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    terminal.wait_for("申込 40");
    for (width, height) in [(200, 50), (60, 16), (20, 5), (110, 40), (80, 24)] {
        terminal.resize(width, height);
        terminal.wait_until("a whole screen", |screen| {
            if width < 60 {
                !screen.trim().is_empty() && !screen.contains("整理番号")
            } else {
                screen.contains("申込 40") && screen.contains('▶')
            }
        });
    }
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
}
