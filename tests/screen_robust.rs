//! The real screen where things go wrong around it: lines drop, windows close, the program is killed, stopped or falls,
//! sizes change without end. A person's place is there again, and nothing is done that they didn't do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::{Office, download};
use terminal::{Terminal, wait_until};

/// The command line that runs a program with the folders of an office.
fn line(office: &Office, program: &str) -> String {
    let folder = office.folder().display();
    format!(
        "cd {folder} && env -u SEKISHO_STORE HOME={folder} XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {program}"
    )
}

fn sekisho(office: &Office) -> String {
    line(office, &format!("{} --store {}/store", env!("CARGO_BIN_EXE_sekisho"), office.folder().display()))
}

fn office_with(rows: u64) -> Office {
    let office = Office::open();
    let file = office.put("一覧.csv", &download(1, rows));
    assert_eq!(office.run(&["import", file.to_str().unwrap(), "--json"]).added(), rows);
    office.begins_at_the_list();
    office
}

fn session(office: &Office) -> PathBuf {
    office.folder().join("store/session/~unsigned.json")
}

/// Where the person stood, as the file has it; null where there is none yet.
fn sitting(office: &Office) -> serde_json::Value {
    let bytes = fs::read(session(office)).unwrap_or_default();
    serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or_default()["sitting"].clone()
}

fn signal(program: u32, name: &str) {
    assert!(Command::new("kill").args([name, &program.to_string()]).status().unwrap().success());
}

/// Three marked, a query, and a reason half typed.
fn begin_to_return(terminal: &Terminal) {
    terminal.press(&["Space", "Space", "Space", "/"]);
    terminal.type_text("試験1");
    terminal.wait_for("11 / 20");
    terminal.press(&["Enter", "s"]);
    terminal.wait_for("受理する");
    terminal.press(&["Down", "Down", "Down", "Down", "Down", "Down", "Enter"]);
    terminal.wait_for("補正を求める内容");
    // Past the numbers of the blocks.
    terminal.press(&["Enter"]);
    terminal.type_text("印影が不鮮");
    terminal.wait_for("印影が不鮮");
}

/// The next start offers it again; nothing was done, and going on does it.
fn goes_on(office: &Office) {
    let terminal = Terminal::run(80, 24, &sekisho(office));
    let screen = terminal.wait_until("the reason", |screen| screen.contains("印影が不鮮") && screen.contains("3 件"));
    assert!(screen.contains("前回の続きです: 途中の処理を開き直しました（未実行）"), "{screen}");
    assert_eq!(office.count("処理状況:未処理"), 20);
    terminal.press(&["Enter"]);
    terminal.type_text("明");
    terminal.wait_for("印影が不鮮明");
    // Past the last day and the way to the button, which does it.
    terminal.press(&["Enter", "Enter", "Enter", "Enter"]);
    terminal.wait_for("3件を返却中にしました");
    assert_eq!(office.count("処理状況:返却中"), 3);
    assert!(terminal.screen().contains("／ 試験1"));
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
    office.check("going on");
}

#[test]
fn a_dropped_line_keeps_marks_and_a_half_typed_reason() {
    for name in ["-HUP", "-TERM"] {
        let office = office_with(20);
        let terminal = Terminal::run(80, 24, &sekisho(&office));
        terminal.wait_for("申込 20");
        begin_to_return(&terminal);
        signal(terminal.program(), name);
        terminal.wait_for("ENDED 0");
        assert_eq!(sitting(&office)["marked"], 3);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&session(&office)), mode(session(&office).parent().unwrap())), (0o600, 0o700));
        goes_on(&office);
    }
}

#[test]
fn a_closed_window_keeps_them_too() {
    let office = office_with(20);
    let terminal = Terminal::run(80, 24, &sekisho(&office));
    terminal.wait_for("申込 20");
    begin_to_return(&terminal);
    let program = terminal.program();
    terminal.close();
    wait_until("the end of the program", || !Path::new(&format!("/proc/{program}")).exists());
    goes_on(&office);
}

#[test]
fn a_killed_program_loses_two_seconds_at_most() {
    let office = office_with(20);
    let terminal = Terminal::run(80, 24, &sekisho(&office));
    terminal.wait_for("申込 20");
    begin_to_return(&terminal);
    wait_until("the place is kept", || {
        sitting(&office)["marked"] == 3 && sitting(&office)["draft"]["reason"] == "印影が不鮮"
    });
    signal(terminal.program(), "-KILL");
    terminal.wait_for("ENDED");
    goes_on(&office);
}

#[test]
fn a_stopped_program_comes_back_in_another_size_and_survives_the_end_of_its_window() {
    let office = office_with(20);
    let terminal = Terminal::run(80, 24, "PS1='> ' bash --norc --noprofile -i");
    terminal.wait_for(">");
    terminal.type_text(&sekisho(&office));
    terminal.press(&["Enter"]);
    terminal.wait_for("申込 20");
    terminal.press(&["Space", "Space"]);
    terminal.wait_for("選択 2件");
    terminal.press(&["C-z"]);
    terminal.wait_for("Stopped");
    terminal.resize(110, 30);
    terminal.type_text("clear; fg");
    terminal.press(&["Enter"]);
    let screen = terminal.wait_until("the screen", |screen| screen.contains("選択 2件") && screen.contains('▶'));
    assert!(screen.lines().any(|line| line.contains("2 未処理") || line.contains("処理状況")), "{screen}");
    assert_eq!(screen.lines().count(), 30, "{screen}");
    terminal.press(&["Tab", "Space"]);
    terminal.wait_until("the pane", |screen| screen.contains("選択 3件") && screen.contains("希望日"));
    terminal.press(&["C-z"]);
    terminal.wait_for("Stopped");
    let jobs = fs::read_to_string(format!("/proc/{0}/task/{0}/children", terminal.program())).unwrap();
    let program = jobs.split_whitespace().next().unwrap().to_owned();
    terminal.close();
    wait_until("the end of the program", || !Path::new(&format!("/proc/{program}")).exists());
    assert_eq!(sitting(&office)["marked"], 3);
}

#[test]
fn a_storm_of_sizes_ends_in_a_sound_screen() {
    let office = office_with(100_000);
    let terminal = Terminal::run(110, 30, &sekisho(&office));
    terminal.wait_for("申込 100,000");
    terminal.press(&["/"]);
    terminal.type_text("試験 777");
    for turn in 0..30_u16 {
        terminal.resize(40 + turn * 7 % 160, 10 + turn * 5 % 45);
    }
    terminal.resize(20, 5);
    terminal.wait_until("a sentence", |screen| screen.contains("小さすぎ") && !screen.contains("整理番号"));
    terminal.resize(80, 24);
    // A slow machine shows half of a frame for a moment: what must come is the whole one.
    terminal.wait_until("a sound screen", |screen| {
        let searched = screen.contains("／ 試験 777") && screen.contains("/ 100,000 件") && !screen.contains("検索中");
        let lines: Vec<&str> = screen.lines().collect();
        let whole = lines.len() == 24 && lines[1].contains("関所") && lines[4].contains("整理番号");
        searched && whole && lines[23].contains("ヘルプ") && lines[5..22].iter().all(|line| line.contains("試験"))
    });
    terminal.press(&["Enter"]);
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
}

#[test]
fn of_two_screens_the_last_one_that_leaves_wins_whole() {
    let office = office_with(20);
    let (first, second) = (Terminal::run(80, 24, &sekisho(&office)), Terminal::run(80, 24, &sekisho(&office)));
    for terminal in [&first, &second] {
        terminal.wait_for("申込 20");
    }
    first.press(&["Space"]);
    first.wait_for("選択 1件");
    second.press(&["Space", "Space"]);
    second.wait_for("選択 2件");
    second.press(&["q"]);
    second.wait_for("ENDED 0");
    assert_eq!(sitting(&office)["marked"], 2);
    first.press(&["q"]);
    first.wait_for("ENDED 0");
    assert_eq!(sitting(&office)["marked"], 1);
    let left: Vec<_> = fs::read_dir(session(&office).parent().unwrap()).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_session_that_cant_be_read_is_told_and_left_as_it_is() {
    for (bytes, words) in [(&b"{\"format\":1,"[..], "読めません"), (b"{\"format\":2}", "新しい版")] {
        let office = office_with(20);
        fs::write(session(&office), bytes).unwrap();
        let terminal = Terminal::run(110, 24, &sekisho(&office));
        terminal.wait_until("the screen and a word", |screen| screen.contains("申込 20") && screen.contains(words));
        terminal.press(&["Space"]);
        terminal.wait_for("選択 1件");
        terminal.press(&["q"]);
        terminal.wait_for("ENDED 0");
        assert_eq!(fs::read(session(&office)).unwrap(), bytes);
    }
}

/// What the falling program is told: where it falls, and the file whose being there makes it.
const FALLS: &str = "SEKISHO_TEST_FALLS";
const MARK: &str = "SEKISHO_TEST_MARK";

/// What a panic's message may hold, and nobody may see.
const SECRET: &str = "山形花子 090-0000-0000";

/// No test: the program itself, with a clock or a desk that falls. Runs in a terminal of the tests below.
#[test]
fn the_program_that_falls() {
    if std::env::var_os(FALLS).is_none() {
        return;
    }
    sekisho::panics::listen();
    let looks = sekisho::cli::Looks {
        keymap: |_, _| unreachable!("no command of keymaps is run here"),
        keymap_file: |_, _| unreachable!("no command of keymaps is run here"),
        themes: |_| Vec::new(),
    };
    let arguments = ["sekisho".into(), "--store".into(), std::env::var_os("SEKISHO_STORE").unwrap()];
    std::process::exit(i32::from(sekisho::cli::run(arguments.to_vec(), falling_screen, looks)));
}

/// Falls if it is to fall there, once.
fn fall(place: &str) {
    let mark = PathBuf::from(std::env::var_os(MARK).unwrap());
    if std::env::var(FALLS).unwrap() == place && fs::remove_file(mark).is_ok() {
        panic!("{SECRET}");
    }
}

fn now_ms() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64
}

fn falling_clock() -> sekisho::domain::application::Instant {
    fall("screen");
    sekisho::domain::application::Instant { seconds: now_ms() / 1_000, offset_minutes: 540 }
}

fn falling_screen(
    opened: sekisho::cli::Opened<'_>,
) -> Result<(), Box<dyn sekisho::domain::fault::Fault + Send + Sync>> {
    use sekisho::tui::open::{ScreenSettings, open};
    let (store, surroundings, opening) = (opened.store.to_owned(), opened.surroundings, opened.opening);
    let surroundings = sekisho::office::Surroundings {
        now: std::sync::Arc::new(|| {
            fall("backend");
            now_ms()
        }),
        ..surroundings
    };
    let desk = std::sync::Arc::new(move || sekisho::office::Desk::open(&store, surroundings.clone(), &opening));
    open(opened.messages.clone(), opened.assets, ScreenSettings::default(), falling_clock, desk)
        .map_err(|fault| Box::new(fault) as _)
}

fn falling(office: &Office, place: &str) -> String {
    let inner = format!(
        "{FALLS}={place} {MARK}={0}/mark SEKISHO_STORE={0}/store {1} --exact the_program_that_falls --nocapture -q",
        office.folder().display(),
        std::env::current_exe().unwrap().display()
    );
    line(office, &inner)
}

fn reports(office: &Office) -> Vec<String> {
    let found = sekisho::panics::reports(&office.folder().join("state/sekisho/reports"));
    found.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn a_screen_that_falls_gives_the_terminal_back_keeps_the_place_and_leaves_a_report() {
    let office = office_with(20);
    let terminal = Terminal::run(110, 30, &falling(&office, "screen"));
    terminal.wait_for("申込 20");
    terminal.press(&["Space", "Space", "/"]);
    terminal.type_text("試");
    terminal.wait_for("／ 試");
    office.put("mark", b"");
    terminal.type_text("験");
    let screen = terminal.wait_for("ENDED 1");
    assert!(screen.contains("プログラムの内部で誤りが起きた") && screen.contains("reports/panic-"), "{screen}");
    assert!(!screen.contains("panicked") && !screen.contains("090-"), "{screen}");
    // What is typed now stands on the shell's screen: the terminal is as it was.
    terminal.type_text("abc");
    terminal.wait_for("abc");
    let reports = reports(&office);
    assert_eq!(reports.len(), 1);
    let report = &reports[0];
    for words in ["place: tests/screen_robust.rs:", "size: 110x30", "context: search", "mark.toggle", "keymap: default"]
    {
        assert!(report.contains(words), "{words}\n{report}");
    }
    assert!(!report.contains("山形") && !report.contains('試') && !report.contains("090"), "{report}");
    assert!(!report.contains(office.folder().to_str().unwrap()), "{report}");
    let next = Terminal::run(110, 30, &sekisho(&office));
    // The line tells all of it once the search has ended.
    let screen = next.wait_for("前回は内部の失敗で閉じました");
    assert!(screen.contains("選択 2件"), "{screen}");
    next.press(&["q"]);
    next.wait_for("ENDED 0");
    let page = office.run(&["doctor"]);
    assert!(page.stdout.contains("panic-"), "{page:?}");
}

#[test]
fn a_thread_that_falls_is_told_on_the_screen_and_leaves_a_report() {
    let office = office_with(20);
    let terminal = Terminal::run(200, 30, &falling(&office, "backend"));
    terminal.wait_for("申込 20");
    // The next that looks at the clock of the office falls: that is the search.
    office.put("mark", b"");
    terminal.press(&["/"]);
    terminal.type_text("試");
    let screen = terminal.wait_for("画面の内部で失敗しました");
    assert!(!screen.contains("090-"), "{screen}");
    wait_until("the report", || reports(&office).len() == 1);
    let report = &reports(&office)[0];
    assert!(report.contains("place: tests/screen_robust.rs:") && report.contains("work: search"), "{report}");
    assert!(!report.contains("090"), "{report}");
    terminal.type_text("験");
    terminal.wait_for("20 / 20");
    terminal.press(&["Enter"]);
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
    office.check("a thread that fell");
}
