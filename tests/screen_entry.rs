//! 窓口・郵送分の入力 on a real terminal, small and large, in both languages: typed in, put aside over a new start, corrected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use program::{Office, row};
use serde_json::json;
use terminal::Terminal;

/// Every size and language that each thing is tried in.
const SETTINGS: [(u16, u16, &str); 4] = [(80, 24, "ja"), (80, 24, "en"), (200, 60, "ja"), (200, 60, "en")];

const FORM: &str = "title = \"利用申込書\"\nsource = \"etumo\"\nid = \"01430\"\n\n[[items]]\nname = \"氏名フリガナ\"\nkind = \"kana\"\n\n\
    [[items]]\nname = \"職種\"\nkind = \"choice\"\ncodes = { 85 = \"臨床工学技士\", 12 = \"医師\" }\n\n\
    [[items]]\nname = \"口座番号\"\nkind = \"account\"\n";

/// An office with one application and one form that is defined.
fn office() -> Office {
    let office = Office::open();
    office.take_in(&[row("000000000001", "試験　花子")]);
    let folder = office.folder().join("store/forms");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("riyou.toml"), FORM).unwrap();
    office.begins_at_the_list();
    office
}

/// The list of an office.
fn list(office: &Office, (width, height, lang): (u16, u16, &str)) -> Terminal {
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE HOME={folder} XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} --store {folder}/store --lang {lang}",
        env!("CARGO_BIN_EXE_sekisho")
    );
    let terminal = Terminal::run(width, height, &line);
    terminal.wait_for("000000000001");
    terminal
}

/// The word of a language.
fn say<'w>(lang: &str, ja: &'w str, en: &'w str) -> &'w str {
    if lang == "ja" { ja } else { en }
}

/// The page is put aside; a letter right behind Escape would be read as Alt and the letter.
fn aside(terminal: &Terminal, lang: &str) {
    terminal.press(&["Escape"]);
    terminal.wait_for(say(lang, "で続けられます", "goes on with it"));
}

fn leave(terminal: &Terminal) {
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
}

/// All that the session of the store keeps.
fn session(office: &Office) -> String {
    let files = std::fs::read_dir(office.folder().join("store/session")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap_or_default()).collect()
}

#[test]
fn a_paper_is_entered_over_two_sittings_and_corrected() {
    for setting in SETTINGS {
        let (office, lang) = (office(), setting.2);
        let terminal = list(&office, setting);
        terminal.press(&["E"]);
        terminal.wait_for("etumo/01430");
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "到達した日", "Came on"));
        terminal.press(&["Right", "Right", "Enter"]);
        terminal.wait_for("2 郵送");
        terminal.type_text("R2.11.2");
        terminal.press(&["Enter"]);
        terminal.wait_for("2020-11-02");
        terminal.type_text("山形　太郎");
        terminal.press(&["Enter", "Enter", "Enter", "Enter"]);
        terminal.type_text("7391846");
        terminal.wait_for("*******");
        terminal.press(&["Up"]);
        terminal.type_text("85");
        terminal.wait_for("85 臨床工学技士");
        aside(&terminal, lang);
        leave(&terminal);
        let kept = session(&office);
        assert!(kept.contains("山形　太郎") && !kept.contains("7391846"), "{kept}");
        assert_eq!(office.count(""), 1);

        let terminal = list(&office, setting);
        terminal.wait_for(say(lang, "書きかけの窓口・郵送分", "an entry was put aside"));
        terminal.press(&["E"]);
        terminal.wait_for("山形　太郎");
        terminal.press(&["F12"]);
        terminal.wait_for("S-R2-0001");
        terminal.press(&["Escape"]);
        terminal.wait_until("the list", |screen| !screen.contains(say(lang, "到達した日", "Came on")));
        let shown = office.show("S-R2-0001");
        assert_eq!([&shown["name"], &shown["items"][1]["value"]], [&json!("山形　太郎"), &json!("臨床工学技士")]);

        // It stands in the list; in its record it is corrected.
        terminal.press(&["F5"]);
        terminal.wait_for("S-R2-0001");
        terminal.press(&["Home", "Enter"]);
        terminal.wait_for("関所で作成");
        terminal.press(&["E"]);
        terminal.wait_for(say(lang, "到達した日", "Came on"));
        terminal.press(&["Down", "Down"]);
        terminal.type_text("山方　太郎");
        terminal.press(&["F12"]);
        terminal.wait_for(say(lang, "訂正しました", "is corrected"));
        assert_eq!(office.show("S-R2-0001")["name"], "山方　太郎");
        terminal.press(&["Escape"]);
        terminal.wait_until("the list", |screen| !screen.contains("関所で作成"));
        leave(&terminal);
        assert!(!session(&office).contains("太郎"), "nothing of an entry that is finished is kept");
        office.check("entered by keys");
    }
}
