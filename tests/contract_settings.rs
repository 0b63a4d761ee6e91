//! The files of `tests/configs`: each valid one loads without a word, each invalid one is told with its place and the
//! nearest right name, in both languages, and what it doesn't touch stays in force.
//!
//! A line of `NAME.expected` is `LINE:COLUMN CODE TEXT`: where, the error's code, and what its message names; `-` = the
//! file as a whole.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::{Answer, Office};
use serde_json::Value;

fn folder(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs").join(of)
}

/// The settings files of a folder, by name.
fn files(of: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(of)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// An office whose own keymaps or themes are those of a folder.
fn office_with(kind: &str, of: &str) -> Office {
    let office = Office::open();
    let own = office.folder().join("store").join(kind);
    fs::create_dir(&own).unwrap();
    for file in files(&format!("{of}/{kind}")) {
        fs::copy(&file, own.join(file.file_name().unwrap())).unwrap();
    }
    office
}

/// The problems of an answer are those of the `.expected` file, in that language.
fn as_expected(problems: &Value, file: &Path, language: &str) {
    let expected = fs::read_to_string(file.with_extension("expected")).unwrap();
    let problems = problems.as_array().unwrap_or_else(|| panic!("{}: no problems", file.display()));
    assert_eq!(problems.len(), expected.lines().count(), "{}: {problems:#?}", file.display());
    for (problem, line) in problems.iter().zip(expected.lines()) {
        let (place, rest) = line.split_once(' ').unwrap();
        let (code, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let message = problem["message"].as_str().unwrap();
        let found = match (problem["place"]["line"].as_u64(), problem["place"]["column"].as_u64()) {
            (Some(line), Some(column)) => format!("{line}:{column}"),
            _ => "-".to_owned(),
        };
        assert_eq!((found.as_str(), problem["code"].as_str().unwrap()), (place, code), "{}", file.display());
        assert!(message.contains(text), "{}: {message}", file.display());
        assert!(place == "-" || message.contains(&format!(".toml:{place}")), "{message}");
        for hole in ["{at}", "{found}", "{nearest}", "{instead}", "{keys}", "{place}", "{key}", "{expected}"] {
            assert!(!message.contains(hole), "{message}");
        }
        assert_eq!(message.contains('。'), language == "ja", "{message}");
    }
}

fn done(answer: &Answer, what: &Path) {
    assert_eq!(answer.code, Some(0), "{}: {answer:?}", what.display());
    assert_eq!(answer.stderr, "", "{}", what.display());
}

#[test]
fn valid_settings_are_taken_without_a_word() {
    let office = Office::open();
    for file in files("valid/config") {
        done(&office.run(&["--config", file.to_str().unwrap(), "config", "check"]), &file);
    }
}

#[test]
fn each_mistake_in_the_settings_is_told_and_the_rest_is_in_force() {
    let office = Office::open();
    for file in files("invalid/config") {
        let path = file.to_str().unwrap();
        for language in ["ja", "en"] {
            let answer = office.run(&["--lang", language, "--config", path, "config", "check", "--json"]);
            answer.refuses(1, "config.problems");
            as_expected(&answer.json()["problems"], &file, language);
        }
        let shown = office.run(&["--config", path, "config", "show", "--json"]);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        let settings = &shown.json()["settings"];
        let said = fs::read(&file).unwrap();
        let says = |text: &str| said.windows(text.len()).any(|part| part == text.as_bytes());
        for (line, section, key, value) in [
            ("ascii = true\n", "ui", "ascii", Value::from(true)),
            ("lang = \"en\"\n", "ui", "lang", Value::from("en")),
            ("name = \"山形市\"\n", "office", "name", Value::from("山形市")),
        ] {
            // What stands in a section that isn't there, or before any, can't be in force.
            let lost = name(&file) == "byte-order-mark" || name(&file) == "unknown-section";
            if says(line) && !(lost && key == "lang") {
                assert_eq!(settings[section][key], value, "{path}: {settings}");
            }
        }
    }
}

#[test]
fn valid_keymaps_load_without_a_word_by_name_and_by_file() {
    let office = office_with("keymaps", "valid");
    for file in files("valid/keymaps") {
        done(&office.run(&["keymap", "check", &name(&file)]), &file);
        done(&office.run(&["keymap", "check", file.to_str().unwrap()]), &file);
    }
    done(&office.run(&["keymap", "check"]), Path::new("all of them"));
}

#[test]
fn each_mistake_in_a_keymap_is_told_and_the_rest_is_in_force() {
    let office = office_with("keymaps", "invalid");
    for file in files("invalid/keymaps") {
        let name = name(&file);
        for language in ["ja", "en"] {
            let answer = office.run(&["--lang", language, "keymap", "check", &name, "--json"]);
            answer.refuses(1, "keymap.problems");
            as_expected(&answer.json()["problems"], &file, language);
        }
        let shown = office.run(&["keymap", "show", &name, "--json"]);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        let keymap = shown.json();
        let means = |context: &str, keys: &str| {
            let bindings = keymap["bindings"].as_array().unwrap();
            let found = bindings.iter().find(|one| one["context"] == context && one["keys"] == keys);
            found.map(|one| one["command"].as_str().unwrap().to_owned())
        };
        let said = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        if said.contains("\"x\" = \"mark.toggle\"") {
            assert_eq!(means("list", "x").as_deref(), Some("mark.toggle"), "{name}");
        }
        // Nobody is left without help, without arrows, or in a dialog without a way out.
        for (context, keys) in [("everywhere", "F1"), ("list", "F10"), ("record", "Esc"), ("list", "Down")] {
            assert!(means(context, keys).is_some(), "{name}: {keys} in {context}");
        }
    }
}

#[test]
fn what_stays_in_force_is_named() {
    let office = Office::open();
    let file =
        office.put("mine.toml", b"inherits = \"default\"\n[list]\n\"/\" = \"list.serch\"\n\"y\" = \"list.serch\"\n");
    let answer = office.run(&["--lang", "en", "keymap", "check", file.to_str().unwrap(), "--json"]);
    let problems = answer.json()["problems"].clone();
    assert_eq!(problems[0]["kept"]["command"], "list.search");
    assert_eq!(problems[1]["kept"]["command"], Value::Null);
    let told = office.run(&["--lang", "en", "keymap", "check", file.to_str().unwrap()]).stdout;
    assert!(told.contains("/ still means \"Search\" (list.search) in the list."), "{told}");
    assert!(told.contains("y means nothing in the list."), "{told}");
}

#[test]
fn a_keymap_shows_where_each_key_comes_from_and_what_has_none() {
    let office = Office::open();
    let file = office.put("mine.toml", b"description = \"mine\"\n[list]\n\"x\" = \"mark.toggle\"\n");
    let shown = office.run(&["keymap", "show", file.to_str().unwrap(), "--json"]).json();
    assert_eq!(shown["description"], "mine");
    let x = shown["bindings"].as_array().unwrap().iter().find(|one| one["keys"] == "x").unwrap().clone();
    assert_eq!((x["file"].as_str(), x["context"].as_str()), (file.to_str(), Some("list")));
    let without = shown["without_key"].as_array().unwrap();
    assert!(without.iter().any(|one| one["context"] == "list" && one["command"] == "list.search"), "{without:?}");
    let shipped = office.run(&["keymap", "show", "function-keys", "--json"]).json();
    assert_eq!(shipped["without_key"], Value::Array(Vec::new()));
}

#[test]
fn valid_themes_load_without_a_word_and_each_mistake_in_one_is_told() {
    let office = office_with("themes", "valid");
    let themes = office.run(&["theme", "list", "--json"]).json();
    for theme in themes["themes"].as_array().unwrap() {
        assert_eq!(theme["problems"], Value::Array(Vec::new()), "{}", theme["name"]);
        assert!(theme["files"].as_array().unwrap().len() > usize::from(theme["own"] == true));
    }
    done(&office.run(&["config", "check"]), Path::new("valid themes"));
    let office = office_with("themes", "invalid");
    for language in ["ja", "en"] {
        let answer = office.run(&["--lang", language, "theme", "list", "--json"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let list = answer.json()["themes"].as_array().unwrap().clone();
        for file in files("invalid/themes") {
            let theme = list.iter().find(|theme| theme["name"] == name(&file).as_str()).unwrap();
            as_expected(&theme["problems"], &file, language);
        }
    }
    office.run(&["config", "check", "--json"]).refuses(1, "config.problems");
}

/// A theme list with variables of the environment: name and reason of the theme in force.
fn in_force(office: &Office, theme: Option<&str>, variables: &[(&str, &str)]) -> (String, String) {
    let config = theme.map_or(String::new(), |theme| format!("[ui]\ntheme = \"{theme}\"\n"));
    let config = office.put("settings.toml", config.as_bytes());
    let mut command = office.command(&["--config", config.to_str().unwrap(), "theme", "list", "--json"]);
    command.env_remove("NO_COLOR").env_remove("COLORTERM").env("TERM", "xterm-256color");
    let answer = Answer::from(command.envs(variables.iter().copied()).output().unwrap()).json();
    let of = |key: &str| answer["in_force"][key].as_str().unwrap_or("null").to_owned();
    (of("name"), of("why"))
}

#[test]
fn which_theme_is_in_force_is_told_with_the_reason() {
    let office = Office::founded("mynumber", "none");
    let told = |theme, variables: &[(&str, &str)]| in_force(&office, theme, variables);
    let pair = |name: &str, why: &str| (name.to_owned(), why.to_owned());
    assert_eq!(told(None, &[]), pair("mynumber", "segment"));
    assert_eq!(told(Some("high-contrast"), &[]), pair("high-contrast", "setting"));
    assert_eq!(told(Some("ai"), &[]), pair("mynumber", "sixteen_colours"));
    assert_eq!(told(Some("ai"), &[("COLORTERM", "truecolor")]), pair("ai", "setting"));
    assert_eq!(told(Some("ai"), &[("TERM", "xterm-direct")]), pair("ai", "setting"));
    assert_eq!(told(Some("ai"), &[("COLORTERM", "24bit"), ("NO_COLOR", "1")]), pair("mono", "no_color"));
    assert_eq!(told(Some("ai"), &[("COLORTERM", "24bit"), ("NO_COLOR", "")]), pair("ai", "setting"));
    assert_eq!(told(Some("no-such"), &[]), pair("mynumber", "missing"));
    assert_eq!(in_force(&Office::vacant(), None, &[]), pair("null", "segment"));
}

#[test]
fn what_is_no_file_is_told_and_the_shipped_one_takes_its_place() {
    let office = Office::open();
    let own = office.folder().join("store/keymaps");
    fs::create_dir_all(own.join("default.toml")).unwrap();
    fs::write(own.join("huge.toml"), vec![b'#'; 3 << 20]).unwrap();
    fs::write(own.join("zeros.toml"), [0; 64]).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(own.join("pipe.toml")).status().unwrap();
    assert!(pipe.success());
    for (name, code) in [
        ("default", "settings.no_file"),
        ("pipe", "settings.no_file"),
        ("huge", "settings.too_large"),
        ("zeros", "settings.syntax"),
        ("defalt", "settings.missing"),
        ("../store", "file.absent"),
    ] {
        let answer = office.run(&["keymap", "check", name, "--json"]);
        assert_eq!(answer.code, Some(1), "{name}: {answer:?}");
        let found = if code == "file.absent" { &answer.json()["error"] } else { &answer.json()["problems"][0] };
        assert_eq!(found["code"], code, "{name}: {answer:?}");
        assert!(!answer.panicked());
    }
    let shown = office.run(&["keymap", "show", "--json"]).json();
    assert_eq!(shown["files"], serde_json::json!(["keymaps/default.toml"]));
    // The settings themselves may hold a rule that must hold: what can't be read stops.
    let config = office.folder().join("store/config.toml");
    fs::create_dir(&config).unwrap();
    office.run(&["list", "--json"]).refuses(1, "file.folder");
    fs::remove_dir(&config).unwrap();
    fs::write(&config, vec![b'#'; 3 << 20]).unwrap();
    office.run(&["config", "check", "--json"]).refuses(1, "file.unreadable");
}

/// Root may read everything, so for it nothing is unreadable.
#[cfg(unix)]
#[test]
fn a_keymap_without_permission_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::open();
    let own = office.folder().join("store/keymaps");
    fs::create_dir_all(&own).unwrap();
    let file = own.join("mine.toml");
    fs::write(&file, "inherits = \"default\"\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_err() {
        let answer = office.run(&["keymap", "check", "mine", "--json"]);
        answer.refuses(1, "keymap.problems");
        assert_eq!(answer.json()["problems"][0]["code"], "settings.unreadable");
    }
}

#[test]
fn the_pages_of_the_manual_are_written_and_render_without_a_warning() {
    for language in ["ja", "en"] {
        let office = Office::vacant();
        let folder = office.folder().join("man");
        let answer = office.run(&["--lang", language, "man", folder.to_str().unwrap(), "--json"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let pages = answer.json()["files"].as_array().unwrap().clone();
        assert!(pages.len() > 20);
        for page in pages {
            let mut groff = std::process::Command::new("groff");
            groff.args(["-K", "utf8", "-man", "-Tutf8", "-P-c", "-ww", "-b"]).arg(page.as_str().unwrap());
            let output = groff.output().expect("groff must be installed: cargo xtask test sees to it");
            assert!(output.status.success() && output.stderr.is_empty(), "{page}: {output:?}");
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(!text.contains("cli.man") && !text.contains("help."), "{page}: a text is missing\n{text}");
            let widest = text.lines().map(|line| line.replace('\u{8}', "").chars().count()).max();
            assert!(widest < Some(160), "{page}: {widest:?}");
        }
        let keys = fs::read_to_string(folder.join("sekisho-keys.7")).unwrap();
        assert!(keys.contains("Ctrl\\-C") && keys.contains(if language == "ja" { "申込一覧" } else { "the list" }));
    }
    let office = Office::vacant();
    let file = office.put("taken", b"");
    office.run(&["man", file.to_str().unwrap(), "--json"]).refuses(1, "man.unwritable");
}
