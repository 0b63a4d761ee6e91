//! 練習モード on a real terminal: it is told from a real store at first sight, nothing leaves it, and the real one tells how
//! it is opened.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use program::{Office, row};
use terminal::Terminal;

const SETTINGS: [(u16, u16, &str); 4] = [(80, 24, "ja"), (80, 24, "en"), (200, 60, "ja"), (200, 60, "en")];

fn open(office: &Office, (width, height, lang): (u16, u16, &str), words: &str) -> Terminal {
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE HOME={folder} XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state \
         XDG_DATA_HOME={folder}/data {} --store {folder}/store --lang {lang} {words}",
        env!("CARGO_BIN_EXE_sekisho")
    );
    Terminal::run(width, height, &line)
}

fn say<'w>(lang: &str, ja: &'w str, en: &'w str) -> &'w str {
    if lang == "ja" { ja } else { en }
}

#[test]
fn the_practice_is_told_from_the_real_store_and_nothing_leaves_it() {
    for setting in SETTINGS {
        let lang = setting.2;
        let office = Office::open();
        office.take_in(&[row("000000000001", "試験　太郎")]);
        let terminal = open(&office, setting, "practice --rows 120");
        let screen = terminal.wait_for(say(lang, "いま待っている仕事", "What waits just now"));
        let mark = say(lang, "【練習】", "[PRACTICE]");
        assert_eq!(screen.matches(mark).count(), 2, "banner and badge: {screen}");
        assert!(!screen.contains("LGWAN"), "{screen}");
        assert!(!screen.contains("試験"), "{screen}");
        // The tour is offered here, and its answer isn't the list.
        terminal.wait_for(say(lang, "はじめての方へ", "New here?"));
        terminal.press(&["Escape"]);
        terminal.wait_until("the offer is gone", |screen| !screen.contains(say(lang, "はじめての方へ", "New here?")));
        terminal.press(&["1"]);
        terminal.wait_until("the list", |screen| !screen.contains(say(lang, "いま待っている", "What waits just now")));
        terminal.press(&["e"]);
        terminal.wait_for(say(lang, "練習モードでは、ファイルを外へ出せません", "Nothing leaves a practice store"));
        terminal.press(&["C-a", "F8"]);
        terminal.wait_for(say(lang, "いまが練習モードです", "This is the practice."));
        terminal.press(&["q"]);
        terminal.close();
    }
}

#[test]
fn the_real_store_tells_how_to_practise() {
    for setting in SETTINGS {
        let office = Office::open();
        office.begins_at_the_list().take_in(&[row("000000000001", "試験　太郎")]);
        let terminal = open(&office, setting, "");
        terminal.wait_for("000000000001");
        terminal.press(&["C-a", "F8"]);
        terminal.wait_for("sekisho practice");
        terminal.press(&["q"]);
        terminal.close();
    }
}
