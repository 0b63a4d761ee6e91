//! The plan of the house (ARCHITECTURE.md), checked: which room may name which, what each file must look like, where
//! sentences may stand.

#[path = "house/source.rs"]
mod source;

use source::{Source, files, named, sources};

/// Which rooms a room may name. `assets`, `config`, `messages` and `panics` are free to all but `domain` and `store`, which
/// know nothing of sentences and settings. `main.rs` and `lib.rs` put the house together.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("exchange", &["domain", FREE]),
    ("office", &["domain", "store", "exchange", FREE]),
    ("command", &["domain", "office", FREE]),
    ("cli", &["domain", "office", "command", FREE]),
    ("tui", &["domain", "office", "command", FREE]),
    ("fuzzing", &["domain", "exchange", "store", FREE]),
    ("assets", &[]),
    ("config", &["domain", FREE]),
    ("messages", &["domain", FREE]),
    ("panics", &["domain", FREE]),
];

/// Stands for the small rooms that are free to all.
const FREE: &str = "assets, config, messages, panics";

/// Crates that belong to some rooms alone.
const KEPT: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("tui_textarea", &["tui"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("rust_xlsxwriter", &["exchange"]),
];

/// What `domain` must not reach for: it is given time, chance and text.
const IMPURE: &[&str] =
    &["std::fs", "std::env", "std::net", "std::process", "std::time", "::now(", "tokio", "getrandom"];

/// Where Japanese may stand in code. Sentences stand in data/locales; these places hold data.
const JAPANESE_DATA: &[(&str, &str)] = &[
    ("src/domain/status.rs", "the official labels of 処理状況"),
    ("src/domain/reflection.rs", "the official labels of 反映"),
    ("src/domain/calendar", "era names and date marks"),
    ("src/domain/fold", "tables of characters"),
    ("src/domain/query", "the Japanese field names of the query language"),
    ("src/domain/order.rs", "the Japanese names of what a list is sorted by"),
    ("src/exchange", "column names of files that others made or will read"),
    ("src/fuzzing/source_file.rs", "headers of made-up downloads"),
    ("src/office/export_columns.rs", "column names of exports"),
    ("src/office/rulings", "words of templates, and column names of the list of a 起案"),
    ("src/office/retention", "words of a 廃棄記録, which is a document of the office"),
    ("src/domain/ruling.rs", "the official labels of 決裁, and how amounts are written"),
    ("src/office/export.rs", "column names of exports"),
    ("src/office/duplicates.rs", "the name of the item that asks for a birth date"),
    ("src/office/listing.rs", "the Japanese names of what is counted by"),
    ("src/office/log/filter.rs", "the Japanese words by which a typed line narrows the log"),
    ("src/office/demo", "made-up people"),
    ("src/tui/driver", "made-up people of the screen's tests"),
    ("src/tui/text.rs", "the mark that stands for a 外字 on the screen"),
    ("src/domain/comparison.rs", "the headings by which lists name a field, and digits as they are read aloud"),
    ("src/domain/channel.rs", "the words of 方法"),
    ("src/domain/phone", "names of items that identify an applicant, and the official words of 本人確認"),
    ("src/domain/reminder.rs", "the words of the stages of 補正の催促"),
    ("src/domain/correction.rs", "補正期限 in words, as the applicant reads it"),
    ("src/domain/sealing/mod.rs", "words of headings that ask for sealing"),
    ("src/domain/finding.rs", "the official labels of 審査結果"),
    ("src/office/replaced.rs", "column names of the list of what was replaced"),
    ("src/domain/entry.rs", "the item of 受付方法, and what stands for the name of a file"),
    ("src/domain/numbering.rs", "the word of a pattern, and the column of exports"),
];

/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "shared"];

/// The room of a source file: the folder or file under `src`.
fn room(path: &str) -> &str {
    let inner = path.strip_prefix("src/").unwrap_or(path);
    inner.split(['/', '.']).next().unwrap_or(inner)
}

/// How deep a module lies: `src/tui/mod.rs` and `src/tui.rs` 1, `src/tui/list.rs` 2.
fn depth(path: &str) -> usize {
    let inner = path.strip_prefix("src/").unwrap_or(path);
    inner.split('/').filter(|part| *part != "mod.rs").count()
}

/// The rooms that a file names in its code, by `crate::` or by climbing out with `super::`, each with its place.
fn named_rooms(source: &Source) -> Vec<(usize, String)> {
    let mut rooms = Vec::new();
    for (place, marker) in source.code.match_indices("crate::") {
        if !ends_a_word(&source.code[..place]) {
            rooms.extend(heads(&source.code[place + marker.len()..]).into_iter().map(|name| (place, name)));
        }
    }
    let climb = "super::".repeat(depth(&source.path));
    for (place, marker) in source.code.match_indices(&climb) {
        if !source.code[..place].ends_with("super::") {
            rooms.extend(heads(&source.code[place + marker.len()..]).into_iter().map(|name| (place, name)));
        }
    }
    rooms
}

fn ends_a_word(text: &str) -> bool {
    text.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
}

/// The first names of a path: `store::Writer` → store; `{a::B, c}` → a, c.
fn heads(path: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let Some(group) = path.strip_prefix('{') else { return vec![word(path)] };
    let (mut depth, mut heads, mut at_head) = (0_usize, Vec::new(), true);
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_head = true,
            c if at_head && !c.is_whitespace() => {
                heads.push(word(&group[place..]));
                at_head = false;
            }
            _ => {}
        }
    }
    heads
}

/// Fails with all complaints at once.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn arrows_run_one_way() {
    let mut complaints = Vec::new();
    let rooms: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    for source in sources("src") {
        let own = room(&source.path);
        if matches!(own, "main" | "lib") {
            continue;
        }
        let Some((_, may)) = ARROWS.iter().find(|(name, _)| *name == own) else {
            complaints.push(format!("{}: the room {own} is not in the plan", source.path));
            continue;
        };
        for (place, other) in named_rooms(&source) {
            let free = may.contains(&FREE) && FREE.split(", ").any(|name| name == other);
            if rooms.contains(&other.as_str()) && other != own && !free && !may.contains(&other.as_str()) {
                complaints.push(format!("{}:{}: {own} must not name {other}", source.path, source.line(place)));
            }
        }
    }
    none(&complaints);
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut complaints = Vec::new();
    for source in sources("src") {
        for (name, rooms) in KEPT {
            let uses =
                source.code.match_indices(&format!("{name}::")).find(|(at, _)| !ends_a_word(&source.code[..*at]));
            if let Some((place, _)) = uses
                && !rooms.contains(&room(&source.path))
            {
                let place = source.line(place);
                complaints.push(format!("{}:{place}: only {} names {name}", source.path, rooms.join(", ")));
            }
        }
        if room(&source.path) == "domain" {
            for word in IMPURE.iter().filter(|word| source.code.contains(**word)) {
                complaints.push(format!("{}: domain is pure, and {word} is not", source.path));
            }
        }
    }
    none(&complaints);
}

/// What would place text on the screen past the one function that knows how wide it is and what must not be drawn.
const PLACING: &[&str] =
    &["set_string", "set_line", "set_span", "set_symbol", "set_char", "ratatui::text", "ratatui::widgets"];

#[test]
fn one_function_places_text_on_the_screen() {
    let mut complaints = Vec::new();
    for source in sources("src/tui").iter().filter(|source| source.path != "src/tui/text.rs") {
        for (place, word) in PLACING.iter().flat_map(|word| source.code.match_indices(word)) {
            let line = source.line(place);
            complaints.push(format!("{}:{line}: {word}; text is placed by src/tui/text.rs alone", source.path));
        }
    }
    none(&complaints);
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut complaints = Vec::new();
    for source in ["src", "tests", "xtask", "fuzz"].into_iter().flat_map(sources) {
        let lines = source.text.lines().count();
        if !source.text.starts_with("//! ") {
            complaints.push(format!("{}: the first line says what the file is for (//!)", source.path));
        }
        if lines > 500 {
            complaints.push(format!("{}: {lines} lines, 500 at most", source.path));
        }
        let empty = |part: &str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
        if source.path.split('/').any(empty) {
            complaints.push(format!("{}: a name that says nothing", source.path));
        }
        let bare = source.text.lines().any(|line| line.trim_start().starts_with(concat!("#[ig", "nore]")));
        if bare {
            complaints.push(format!("{}: a test is ignored without a reason", source.path));
        }
        let left_open = |word: &str| source.code.match_indices(word).any(|(at, _)| !ends_a_word(&source.code[..at]));
        for word in ["todo!", "unimplemented!", "dbg!"].into_iter().filter(|word| left_open(word)) {
            complaints.push(format!("{}: {word} is left", source.path));
        }
    }
    none(&complaints);
}

#[test]
fn sentences_stand_in_the_message_files() {
    let japanese = |c: char| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}');
    let mut complaints = Vec::new();
    for source in sources("src") {
        if JAPANESE_DATA.iter().any(|(place, _)| source.path.starts_with(place)) {
            continue;
        }
        for (line, text) in source.literals.iter().filter(|(_, text)| text.contains(japanese)) {
            complaints.push(format!("{}:{line}: “{text}” belongs into data/locales", source.path));
        }
    }
    none(&complaints);
}

#[test]
fn every_shipped_file_is_compiled_in() {
    let built_in = sekisho::assets::Assets::built_in();
    let mut complaints = Vec::new();
    for folder in ["data", "themes", "keymaps"] {
        for path in files(folder, &[".toml"]).iter().map(|path| named(path)) {
            if built_in.read(&path).is_none() {
                complaints.push(format!("{path} is not in src/assets.rs"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn no_file_names_the_machine_that_it_was_written_on() {
    let places = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/tmp/", "bash_")];
    let mut complaints = Vec::new();
    for path in files("", &[".rs", ".toml", ".md", ".c", ".lock"]) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for place in places.iter().filter(|place| text.contains(**place)) {
            complaints.push(format!("{}: names {place}", named(&path)));
        }
    }
    none(&complaints);
}

#[test]
fn paths_are_read_as_the_compiler_reads_them() {
    assert_eq!(heads("store::Writer;"), ["store"]);
    assert_eq!(heads("{domain::{a, b}, store};"), ["domain", "store"]);
    assert_eq!((depth("src/tui/mod.rs"), depth("src/tui/list/row.rs"), depth("src/config.rs")), (1, 3, 1));
    assert_eq!((room("src/tui/list.rs"), room("src/config.rs")), ("tui", "config"));
}
