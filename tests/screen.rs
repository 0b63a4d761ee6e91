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

/// Opens the screen at the list: the first start of a day shows 今日の仕事.
fn at_list(width: u16, height: u16, office: &Office, more: &str) -> Terminal {
    let terminal = Terminal::run(width, height, &sekisho(office, more));
    if terminal.wait_until("a page", |screen| is_today(screen) || is_list(screen)).contains(TODAY) {
        terminal.press(&["1"]);
        terminal.wait_until("the list", is_list);
    }
    terminal
}

/// The beginning of what 今日の仕事 says, on a day with work and on one without.
const TODAY: &str = "いま待っている仕事";

fn is_today(screen: &str) -> bool {
    screen.contains(TODAY)
}

fn is_list(screen: &str) -> bool {
    screen.contains("整理番号") || screen.contains("Number")
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
    let terminal = at_list(110, 30, &office, "");
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

/// What a query finds in the whole store is marked beside a list that shows something else, and counted.
#[test]
fn marks_by_a_query_in_the_whole_store() {
    let office = office_with(3_000);
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    terminal.wait_for("申込 3,000");
    terminal.press(&["/"]);
    terminal.type_text("試験77");
    terminal.wait_for("11 / 3,000");
    terminal.press(&["Enter", "a", "F12"]);
    terminal.wait_for("条件で選択");
    terminal.wait_for("該当 11件（うち選択済み 11件）");
    terminal.type_text("試験1");
    terminal.wait_for("該当 1,111件（うち選択済み 0件）");
    terminal.press(&["F12"]);
    terminal.wait_for("1,111件を選択に加えました（選択 1,122件）");
    terminal.wait_for("選択 1,122件（うち画面外 1,111件）");
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
}

/// Leaving while a file is written says what becomes of it, and half a file of applicants' data doesn't stay behind.
#[test]
fn leaving_takes_a_half_written_file_away() {
    let office = office_with(30_000);
    let terminal = at_list(80, 24, &office, "");
    terminal.wait_for("申込 30,000");
    terminal.press(&["e"]);
    terminal.wait_for("ファイルに出力");
    terminal.press(&["F12"]);
    terminal.wait_for("出力は続きます");
    terminal.press(&["Escape"]);
    terminal.wait_for("整理番号     氏名");
    terminal.press(&["q"]);
    terminal.wait_for("ファイルは作られません");
    terminal.press(&["F12"]);
    terminal.wait_for("ENDED 0");
    let names = fs::read_dir(office.folder()).unwrap().flatten().map(|file| file.file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().contains(".part")).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// An application is read whole, and the next one without going back.
#[test]
fn a_record_whole_and_the_next_one() {
    let office = office_with(30);
    let terminal = at_list(80, 24, &office, "");
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

/// The first start of a day shows what waits; a later one begins at the list.
#[test]
fn the_first_start_of_a_day_shows_what_waits() {
    let office = office_with(30);
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    let screen = terminal.wait_until("what waits", |screen| is_today(screen) && screen.contains("30件"));
    assert!(!is_list(&screen) && !screen.contains("はじめての方へ"), "a real store has no tour: {screen}");
    terminal.press(&["Enter"]);
    terminal.wait_for("処理状況:未処理");
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    assert!(!is_today(&terminal.wait_until("the list", is_list)));
    terminal.press(&["0"]);
    terminal.wait_until("what waits", is_today);
    terminal.press(&["Escape"]);
    terminal.wait_until("the list", is_list);
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
    // Yesterday's sitting is none of today's.
    let session = office.folder().join("store/session/~unsigned.json");
    let kept = fs::read_to_string(&session).unwrap();
    let day = kept.split("\"day\": \"").nth(1).unwrap().split('"').next().unwrap();
    fs::write(&session, kept.replace(day, "2020-10-29")).unwrap();
    let terminal = Terminal::run(80, 24, &sekisho(&office, ""));
    terminal.wait_until("what waits", is_today);
}

/// A practice store offers the tour once.
#[test]
fn a_practice_store_offers_the_tour_once() {
    let office = Office::vacant();
    let demo = |more: &str| {
        let folder = office.folder().display();
        format!(
            "cd {folder} && env HOME={folder} XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} {more}",
            env!("CARGO_BIN_EXE_sekisho")
        )
    };
    let terminal = Terminal::run(80, 24, &demo("demo --rows 60 --dir demo"));
    terminal.wait_for("はじめての方へ");
    terminal.press(&["Enter"]);
    terminal.wait_for("案内 1/8");
    terminal.press(&["Enter"]);
    terminal.wait_for("案内 2/8");
    terminal.press(&["Escape"]);
    terminal.wait_for("案内を終えました");
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
    let terminal = Terminal::run(80, 24, &demo("--store demo"));
    assert!(!terminal.wait_until("the list", is_list).contains("はじめての方へ"));
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
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
    let terminal = at_list(80, 24, &office, "");
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
    let clerk = at_list(80, 24, &office, "");
    let colleague = at_list(80, 24, &office, "--lang en");
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
    // Until the effect is there, F12 says that it is being worked out.
    colleague.wait_for("○ to 受理（返信未）");
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
    clerk.wait_for("○ 受理（返信未）へ");
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
    let terminal = at_list(80, 24, &office, "");
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
    let terminal = at_list(80, 24, &office, "");
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
    let terminal = at_list(80, 24, &office, "");
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
    office.begins_at_the_list();
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
    let terminal = at_list(80, 24, &office, "");
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
