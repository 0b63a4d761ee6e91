//! The key tables of the manual and of the README are made from the command table and the default keymap; this test holds
//! them equal.
//! `SEKISHO_WRITE_MANUAL=1 cargo test --test manual_keys` writes them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't read the manual has failed")]

use std::fs;
use std::path::PathBuf;

use sekisho::assets::Assets;
use sekisho::command::{COMMANDS, Context};
use sekisho::messages::{Language, Messages};
use sekisho::tui::keymap::Keymap;

const BEGIN: &str = "<!-- keys:begin -->\n";
const END: &str = "<!-- keys:end -->";

/// One table a context: keys, title, description.
fn tables(language: Language) -> String {
    let assets = Assets::built_in();
    let words = Messages::load(language, &assets);
    let (keymap, problems) = Keymap::load(&assets, "default");
    assert!(problems.is_empty());
    let (key, what, means) = match language {
        Language::Japanese => ("キー", "機能", "説明"),
        Language::English => ("Key", "Command", "What it does"),
    };
    let mut text = String::new();
    for context in Context::ALL {
        let mut rows = String::new();
        for command in COMMANDS.iter().filter(|command| command.contexts.contains(&context)) {
            let keys = keymap.keys_of(context, command.id);
            let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            let title = words.text(&command.title_key()).to_owned();
            let description = words.text(&command.description_key()).to_owned();
            rows += &format!("| {} | {title} | {description} |\n", keys.join(" "));
        }
        if !rows.is_empty() {
            let heading = words.text(&format!("context.{}", context.id())).to_owned();
            text += &format!("\n### {heading}\n\n| {key} | {what} | {means} |\n|---|---|---|\n{rows}");
        }
    }
    text + "\n"
}

/// The keys of the list in the order of the bottom line: what fits into a README.
fn short_table(language: Language) -> String {
    let assets = Assets::built_in();
    let words = Messages::load(language, &assets);
    let (keymap, _) = Keymap::load(&assets, "default");
    let mut commands: Vec<_> =
        COMMANDS.iter().filter(|command| command.hint > 0 && command.is_offered_in(Context::List)).collect();
    commands.sort_by_key(|command| command.hint);
    let heading = match language {
        Language::Japanese => "| キー | 機能 |",
        Language::English => "| Key | What it does |",
    };
    let mut text = format!("\n{heading}\n|---|---|\n");
    for command in commands {
        let keys = keymap.keys_of(Context::List, command.id);
        let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
        text += &format!("| {} | {} |\n", keys.join(" "), words.text(&command.description_key()));
    }
    text + "\n"
}

#[test]
fn the_key_tables_of_the_manual_are_those_of_the_program() {
    for (language, manual, readme) in
        [(Language::English, "docs/manual.md", "README.md"), (Language::Japanese, "docs/manual.ja.md", "README.ja.md")]
    {
        held(manual, &tables(language));
        held(readme, &short_table(language));
    }
}

/// Holds what stands between the marks of a page equal to what is made, or writes it.
fn held(name: &str, made: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap_or_else(|| panic!("{name} has no place for the keys"));
    let (there, after) = rest.split_once(END).unwrap_or_else(|| panic!("{name} has no end of the keys"));
    if std::env::var_os("SEKISHO_WRITE_MANUAL").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{made}{END}{after}")).unwrap();
    } else {
        assert_eq!(there, made, "{name}: run SEKISHO_WRITE_MANUAL=1 cargo test --test manual_keys");
    }
}
