//! The screen over broken settings files, in a real terminal: it opens, tells the first mistake and how many there are,
//! shows all of them on a key, and can be used and left.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;
mod terminal;

use std::fs;

use program::Office;
use terminal::Terminal;

const KEYMAP: &str = "inherits = \"default\"\n[list]\n\"x\" = \"mark.toggle\"\n\"y\" = \"mark.togle\"\n[record]\n\"Esc\" = \"move.up\"\n";

/// Opens the screen of an office whose settings are these.
fn open(office: &Office, language: &str, size: (u16, u16)) -> Terminal {
    office.take_in(&[program::row("000000000001", "山形 花子")]);
    office.begins_at_the_list();
    let command = format!(
        "env HOME={home} XDG_CONFIG_HOME={home} XDG_STATE_HOME={home} {} --store {}/store --lang {language}",
        env!("CARGO_BIN_EXE_sekisho"),
        office.folder().display(),
        home = office.folder().display(),
    );
    let screen = Terminal::run(size.0, size.1, &command);
    screen.wait_for("山形");
    screen
}

#[test]
fn a_broken_keymap_theme_and_configuration_leave_a_screen_that_works() {
    for (language, told, marked) in [("ja", "4か所の誤り", "選択 1件"), ("en", "4 mistakes", "1 marked")] {
        let office = Office::open();
        let store = office.folder().join("store");
        for (file, text) in [
            ("keymaps/mine.toml", KEYMAP),
            ("themes/mine.toml", "inherits = \"default-16\"\n[roles]\n\"key\" = { fg = \"rad\" }\n"),
            ("config.toml", "[ui]\nkeymap = \"mine\"\ntheme = \"mine\"\nasci = true\n"),
        ] {
            fs::create_dir_all(store.join(file).parent().unwrap()).unwrap();
            fs::write(store.join(file), text).unwrap();
        }
        let screen = open(&office, language, (80, 24));
        let first = screen.wait_for(told);
        assert!(first.contains("config.toml:4:1"), "{first}");
        screen.press(&["C-n"]);
        let all = screen.wait_for("mark.toggle");
        for part in ["ui.ascii", "layer.close"] {
            assert!(all.replace(['│', ' ', '\n'], "").contains(part), "{part}\n{all}");
        }
        screen.press(&["Escape"]);
        screen.wait_until("the messages are closed", |text| !text.contains("layer.close"));
        // The rest of the file is in force, and the way out that it took away is still there.
        screen.press(&["x"]);
        screen.wait_for(marked);
        screen.press(&["Enter"]);
        screen.wait_for("etumo");
        screen.press(&["Escape"]);
        screen.wait_until("the record is closed", |text| !text.contains("etumo"));
        screen.press(&["F10"]);
        screen.wait_for("ENDED 0");
    }
}

#[test]
fn names_that_lead_nowhere_leave_the_shipped_keys_and_looks() {
    let office = Office::open();
    let store = office.folder().join("store");
    fs::create_dir_all(store.join("keymaps/gone.toml")).unwrap();
    fs::write(store.join("config.toml"), "[ui]\nkeymap = \"gone\"\ntheme = \"no-such\"\n").unwrap();
    let screen = open(&office, "en", (60, 16));
    screen.wait_for("2 mistakes");
    screen.press(&["Space"]);
    screen.wait_for("1 marked");
    screen.press(&["F10"]);
    screen.wait_for("ENDED 0");
}
