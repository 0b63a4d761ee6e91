//! Keymaps: which keys mean which command in which context. The files stand in `keymaps/`; see `default.toml` there
//! for their form.

mod key;
pub mod report;

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::settings::{self, Problem, Source, Which, Wrong};
use crate::assets::Assets;
use crate::command::Context::Everywhere;
use crate::command::{COMMANDS, CommandId, Context};

pub use key::{Code, Key};

/// Folder of the keymap files.
pub const FOLDER: &str = "keymaps/";

/// The shipped keymap that lies below where another can't be had.
const BASE: &str = "default";

/// What nobody can do without, and the key that it keeps where a keymap leaves it none.
const BASICS: [(CommandId, &str, Code); 5] = [
    (CommandId::HelpOpen, "F1", Code::F(1)),
    (CommandId::Quit, "F10", Code::F(10)),
    (CommandId::LayerClose, "Esc", Code::Esc),
    (CommandId::MoveUp, "Up", Code::Up),
    (CommandId::MoveDown, "Down", Code::Down),
];

/// The keys in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    bindings: BTreeMap<Context, BTreeMap<Vec<Key>, CommandId>>,
}

/// What a sequence of keys means so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// This command.
    Run(CommandId),
    /// The beginning of a longer sequence.
    Prefix,
    /// Nothing.
    Nothing,
}

impl Keymap {
    /// Reads `keymaps/NAME.toml` with what it inherits. Every problem costs its own entry only.
    #[must_use]
    pub fn load(assets: &Assets, name: &str) -> (Self, Vec<Problem>) {
        Self::load_with(assets, Which::Named(name), |_, _| {})
    }

    /// The same for a file anywhere. `laid` is told the keymap after each file of the chain.
    fn load_with(assets: &Assets, which: Which<'_>, mut laid: impl FnMut(&Self, &Source)) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut keymap = Self::default();
        let sources = settings::chain(assets, (FOLDER, BASE), which, &mut problems);
        for source in &sources {
            keymap.read(source, &mut problems);
            laid(&keymap, source);
        }
        if let Some(last) = sources.last() {
            keymap.keep_basics(last, &mut problems);
        }
        (keymap, problems)
    }

    /// Gives back a key to what nobody can do without, wherever none is left.
    fn keep_basics(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        for (command, key, code) in BASICS {
            let mut contexts = Vec::new();
            // A key that means it everywhere comes first: it may be all that was missing.
            for context in [Everywhere].into_iter().chain(Context::ALL) {
                if !command.command().is_offered_in(context) || !self.keys_of(context, command).is_empty() {
                    continue;
                }
                let keys = vec![Key::plain(code)];
                let bindings = self.bindings.entry(context).or_default();
                bindings.retain(|known, _| known.first() != keys.first());
                bindings.insert(keys, command);
                contexts.push(context);
            }
            if !contexts.is_empty() {
                problems.push(Problem::of_file(source.file.as_str(), Wrong::Basic { command, contexts, key }));
            }
        }
    }

    /// Lays one file over what is there.
    fn read(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let from = problems.len();
        let table = source.table(problems);
        for (section, value) in table.get_ref() {
            let name = section.get_ref().as_ref();
            if name == "inherits" || name == "description" {
                let described = name == "description" && settings::description(value.get_ref()).is_some();
                if !described && !matches!(value.get_ref(), DeValue::String(_)) {
                    let wrong = wrong_value(value.get_ref(), "\"default\"");
                    problems.push(source.problem(&value.span(), wrong));
                }
                continue;
            }
            let Some(context) = Context::parse(name) else {
                let nearest = settings::nearest(name, Context::ALL.iter().map(|context| context.id()));
                let wrong = Wrong::UnknownName { found: name.to_owned(), nearest };
                problems.push(source.problem(&section.span(), wrong));
                continue;
            };
            let DeValue::Table(keys) = value.get_ref() else {
                problems.push(source.problem(&value.span(), wrong_value(value.get_ref(), "[…]")));
                continue;
            };
            // What is taken away goes first, so that another sequence may begin with it.
            let takes_away = |value: &DeValue<'_>| matches!(value, DeValue::String(word) if word == "none");
            let (first, then): (Vec<_>, Vec<_>) = keys.iter().partition(|(_, value)| takes_away(value.get_ref()));
            for (written, value) in first.into_iter().chain(then) {
                let entry = Some((context, written.get_ref().to_string()));
                let problem = |span, wrong| Problem { entry: entry.clone(), ..source.problem(span, wrong) };
                match self.bind(context, written.get_ref(), value.get_ref()) {
                    Ok(()) => {}
                    Err((OfKey, wrong)) => problems.push(problem(&written.span(), wrong)),
                    Err((OfValue, wrong)) => problems.push(problem(&value.span(), wrong)),
                }
            }
        }
        settings::in_order(problems, from);
    }

    fn bind(&mut self, context: Context, written: &str, value: &DeValue<'_>) -> Result<(), (Part, Wrong)> {
        let keys = sequence(written).ok_or_else(|| {
            let expected = "a, Ctrl-R, F3, Space, PageUp, g g".to_owned();
            (OfKey, Wrong::WrongValue { found: written.to_owned(), expected })
        })?;
        let DeValue::String(word) = value else {
            return Err((OfValue, wrong_value(value, "\"mark.toggle\"")));
        };
        if word == "none" {
            self.bindings.entry(context).or_default().remove(&keys);
            return Ok(());
        }
        let Some(command) = CommandId::parse(word) else {
            let nearest = settings::nearest(word, COMMANDS.iter().map(|command| command.id.as_str()));
            return Err((OfValue, Wrong::UnknownName { found: word.to_string(), nearest }));
        };
        if !command.command().is_offered_in(context) {
            let (command, context) = (word.to_string(), context.id().to_owned());
            return Err((OfValue, Wrong::NotOffered { command, context }));
        }
        if context.always_text() && keys.iter().any(|key| key.text().is_some()) {
            return Err((OfKey, Wrong::TextKey { keys: written.to_owned() }));
        }
        let hidden = |other: &Vec<Key>| *other != keys && (other.starts_with(&keys) || keys.starts_with(other));
        let beside = |other: &Context| *other == context || *other == Everywhere || context == Everywhere;
        let all = self.bindings.iter().filter(|(other, _)| beside(other)).flat_map(|(_, bindings)| bindings.keys());
        if all.into_iter().any(hidden) {
            return Err((OfKey, Wrong::Prefix { keys: written.to_owned() }));
        }
        self.bindings.entry(context).or_default().insert(keys, command);
        Ok(())
    }

    /// What a sequence of keys means in a context.
    #[must_use]
    pub fn meaning(&self, context: Context, keys: &[Key]) -> Meaning {
        for context in [context, Everywhere] {
            let Some(bindings) = self.bindings.get(&context) else { continue };
            if let Some(command) = bindings.get(keys) {
                return Meaning::Run(*command);
            }
            if bindings.keys().any(|known| known.starts_with(keys)) {
                return Meaning::Prefix;
            }
        }
        Meaning::Nothing
    }

    /// The keys of a command in a context, single letters and signs first, then the shortest names.
    #[must_use]
    pub fn keys_of(&self, context: Context, command: CommandId) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for place in [context, Everywhere] {
            for (keys, bound) in self.bindings.get(&place).into_iter().flatten() {
                if *bound == command && self.meaning(context, keys) == Meaning::Run(command) {
                    found.push(keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" "));
                }
            }
        }
        found.sort_by_key(|name| (name.starts_with("Ctrl") || name.starts_with('F') && name.len() > 1, name.len()));
        found.dedup();
        found
    }

    /// Every binding: context, keys, command.
    pub fn bindings(&self) -> impl Iterator<Item = (Context, &[Key], CommandId)> {
        self.bindings.iter().flat_map(|(context, keys)| keys.iter().map(|(k, c)| (*context, k.as_slice(), *c)))
    }
}

/// Which half of an entry is wrong.
enum Part {
    OfKey,
    OfValue,
}
use Part::{OfKey, OfValue};

/// Keys in a row as keymap files write them, each as the half-width key that it is; `None` = not readable.
fn sequence(written: &str) -> Option<Vec<Key>> {
    let keys: Option<Vec<Key>> = written.split_whitespace().map(|word| Key::parse(word).map(Key::half_width)).collect();
    keys.filter(|keys| !keys.is_empty())
}

fn wrong_value(value: &DeValue<'_>, expected: &str) -> Wrong {
    Wrong::WrongValue { found: settings::shown(value), expected: expected.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: [&str; 3] = ["default", "vim", "function-keys"];

    fn read(text: &str) -> (Keymap, Vec<Problem>) {
        let source = Source::own("keymaps/mine.toml", text);
        let (mut keymap, mut problems) = (Keymap::default(), Vec::new());
        keymap.read(&source, &mut problems);
        (keymap, problems)
    }

    #[test]
    fn shipped_keymaps_load_without_a_problem() {
        for name in SHIPPED {
            let (_, problems) = Keymap::load(&Assets::built_in(), name);
            assert_eq!(problems, [], "{name}");
        }
    }

    #[test]
    fn every_command_can_be_reached_in_every_context_that_offers_it_in_every_keymap() {
        for name in SHIPPED {
            let (keymap, _) = Keymap::load(&Assets::built_in(), name);
            for command in COMMANDS {
                for context in command.contexts {
                    assert!(
                        !keymap.keys_of(*context, command.id).is_empty(),
                        "{name}: {:?} in {context:?}",
                        command.id
                    );
                }
            }
        }
    }

    #[test]
    fn function_keys_do_without_letters_and_nobody_uses_f11() {
        for name in SHIPPED {
            let (keymap, _) = Keymap::load(&Assets::built_in(), name);
            for (context, keys, command) in keymap.bindings() {
                assert!(keys.iter().all(|key| key.code != Code::F(11)), "{name}: {context:?} {command:?}");
                if name == "function-keys" {
                    let letter = |key: &Key| key.text().is_some_and(|c| c != ' ');
                    assert!(!keys.iter().any(letter), "{context:?} {keys:?}");
                }
            }
        }
    }

    #[test]
    fn the_basics_are_on_arrows_and_function_keys_in_every_keymap() {
        let basics = [("F1", CommandId::HelpOpen), ("F3", CommandId::ListSearch), ("F4", CommandId::SetStatus)];
        let arrows = [("Up", CommandId::MoveUp), ("Down", CommandId::MoveDown), ("F10", CommandId::Quit)];
        for name in SHIPPED {
            let (keymap, _) = Keymap::load(&Assets::built_in(), name);
            for (key, command) in basics.into_iter().chain(arrows) {
                let key = Key::parse(key).unwrap();
                assert_eq!(keymap.meaning(Context::List, &[key]), Meaning::Run(command), "{name} {key}");
            }
        }
    }

    #[test]
    fn a_wrong_entry_names_its_place_and_the_nearest_name_and_the_rest_stays() {
        let (keymap, problems) = read("[list]\n\"x\" = \"mark.togle\"\n\"y\" = \"mark.toggle\"\n");
        assert_eq!(keymap.meaning(Context::List, &[Key::parse("y").unwrap()]), Meaning::Run(CommandId::MarkToggle));
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!((problem.line, problem.column), (2, 7));
        assert_eq!(problem.wrong, Wrong::UnknownName { found: "mark.togle".into(), nearest: "mark.toggle".into() });
    }

    #[test]
    fn each_kind_of_mistake_is_told_apart() {
        let cases = [
            ("[lisst]\n", "settings.unknown_name"),
            ("[list]\n\"Control-x\" = \"mark.toggle\"", "settings.wrong_value"),
            ("[list]\nx = 3", "settings.wrong_value"),
            ("[list]\nx = \"batch.execute\"", "settings.not_offered"),
            ("[search]\nx = \"search.accept\"", "settings.text_key"),
            ("[list]\n\"g\" = \"move.first\"\n\"g g\" = \"move.first\"", "settings.prefix"),
            ("[list]\nx = \n\"y\" = \"mark.toggle\"", "settings.syntax"),
        ];
        for (text, code) in cases {
            let (_, problems) = read(text);
            let codes: Vec<_> = problems.iter().map(crate::domain::fault::Fault::code).collect();
            assert_eq!(codes, [code], "{text}");
        }
    }

    #[test]
    fn no_shipped_sequence_is_hidden_by_another() {
        for name in SHIPPED {
            let (keymap, _) = Keymap::load(&Assets::built_in(), name);
            for (context, keys, command) in keymap.bindings() {
                let contexts = if context == Everywhere { Context::ALL.to_vec() } else { vec![context] };
                for context in contexts {
                    let meaning = keymap.meaning(context, keys);
                    assert!(matches!(meaning, Meaning::Run(_)), "{name}: {keys:?} in {context:?}");
                    if context != Everywhere && keymap.keys_of(context, command).is_empty() {
                        panic!("{name}: {command:?} is out of reach in {context:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_key_that_is_taken_away_makes_room_for_a_longer_or_shorter_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        std::fs::write(&file, "inherits = \"vim\"\n[sort]\n\"g\" = \"move.first\"\n\"g g\" = \"none\"\n").unwrap();
        let (keymap, problems) = Keymap::load_with(&Assets::built_in(), Which::At(&file), |_, _| {});
        assert_eq!(problems, []);
        let g = Key::parse("g").unwrap();
        assert_eq!(keymap.meaning(Context::Sort, &[g]), Meaning::Run(CommandId::MoveFirst));
    }

    #[test]
    fn the_basics_keep_a_key_whatever_a_file_says() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let text = "inherits = \"default\"\n[everywhere]\n\"F1\" = \"none\"\n\"?\" = \"none\"\n[record]\n\"Esc\" = \"move.up\"\n";
        std::fs::write(&file, text).unwrap();
        let (keymap, problems) = Keymap::load_with(&Assets::built_in(), Which::At(&file), |_, _| {});
        assert!(problems.iter().all(|problem| matches!(problem.wrong, Wrong::Basic { .. })), "{problems:?}");
        for context in Context::ALL {
            assert!(!keymap.keys_of(context, CommandId::HelpOpen).is_empty(), "{context:?}");
        }
        let esc = Key::parse("Esc").unwrap();
        assert_eq!(keymap.meaning(Context::Record, &[esc]), Meaning::Run(CommandId::LayerClose));
        std::fs::write(&file, "").unwrap();
        let (keymap, _) = Keymap::load_with(&Assets::built_in(), Which::At(&file), |_, _| {});
        assert_eq!(keymap.keys_of(Context::List, CommandId::Quit), ["F10"]);
    }

    #[test]
    fn full_width_keys_in_a_file_are_the_keys_that_they_stand_for() {
        let (keymap, problems) = read("[list]\n\"\u{ff58}\" = \"mark.toggle\"\n");
        assert_eq!(problems, []);
        assert_eq!(keymap.meaning(Context::List, &[Key::parse("x").unwrap()]), Meaning::Run(CommandId::MarkToggle));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "[list]", "[", "\n", " = ", "\"", "x", "\"x\"", "\"g g\"", "\"Ctrl-\"", "\"mark.all\"", "\"none\"", "{", "選択", "3",
                    "inherits", "description", "#",
                ]),
                0..24,
            ),
        ) {
            let (keymap, problems) = read(&words.concat());
            for problem in &problems {
                assert!(problem.line > 0 && problem.column > 0, "{problem:?}");
            }
            assert_eq!(keymap.bindings().filter(|(_, keys, _)| keys.is_empty()).count(), 0);
        }
    }

    #[test]
    fn none_takes_a_key_away() {
        let (keymap, problems) = read("[list]\nx = \"mark.toggle\"\n");
        assert_eq!(problems, []);
        let mut keymap = keymap;
        let source = Source::own("f", "[list]\nx = \"none\"");
        keymap.read(&source, &mut Vec::new());
        assert_eq!(keymap.meaning(Context::List, &[Key::parse("x").unwrap()]), Meaning::Nothing);
    }
}
