//! A keymap as `keymap check` and `keymap show` tell it: every key with the file that it comes from, every command
//! without a key, and what is in force in place of a wrong entry.

use std::collections::BTreeMap;

use super::{Keymap, Meaning, Which, sequence};
use crate::assets::Assets;
use crate::command::{COMMANDS, CommandId, Context};
use crate::config::looks::{Binding, Complaint, Kept, KeymapReport};
use crate::tui::keymap::Key;
use crate::tui::settings::Problem;

/// Reads a keymap and tells all of it.
#[must_use]
pub fn report(assets: &Assets, which: Which<'_>) -> KeymapReport {
    let mut report = KeymapReport {
        name: String::new(),
        files: Vec::new(),
        description: None,
        bindings: Vec::new(),
        without_key: Vec::new(),
        complaints: Vec::new(),
    };
    let mut origins: BTreeMap<(Context, Vec<Key>), (CommandId, String)> = BTreeMap::new();
    let (keymap, problems) = Keymap::load_with(assets, which, |keymap, source| {
        report.name.clone_from(&source.name);
        report.description = source.description();
        for (context, keys, command) in keymap.bindings() {
            let origin = origins.entry((context, keys.to_vec())).or_insert_with(|| (command, source.file.clone()));
            if origin.0 != command {
                *origin = (command, source.file.clone());
            }
        }
        report.files.push(source.file.clone());
    });
    for (context, keys, command) in keymap.bindings() {
        let origin = origins.get(&(context, keys.to_vec())).filter(|(known, _)| *known == command);
        report.bindings.push(Binding {
            context: context.id(),
            keys: written(keys),
            command: command.as_str(),
            // What no file says is a basic key that was kept.
            file: origin.map_or_else(String::new, |(_, file)| file.clone()),
        });
    }
    let unreachable = |context: Context, command: CommandId| keymap.keys_of(context, command).is_empty();
    for context in Context::ALL {
        let offered = COMMANDS.iter().filter(|command| command.contexts.contains(&context));
        let without = offered.filter(|command| unreachable(context, command.id));
        report.without_key.extend(without.map(|command| (context.id(), command.id.as_str())));
    }
    report.complaints = problems.into_iter().map(|problem| complaint(&keymap, problem)).collect();
    report
}

/// A problem with what is in force in its place.
fn complaint(keymap: &Keymap, problem: Problem) -> Complaint {
    let kept = problem.entry.as_ref().map(|(context, written)| {
        let meaning = sequence(written).map_or(Meaning::Nothing, |keys| keymap.meaning(*context, &keys));
        let command = match meaning {
            Meaning::Run(command) => Some(command.as_str()),
            Meaning::Prefix | Meaning::Nothing => None,
        };
        Kept { context: context.id(), keys: written.clone(), command }
    });
    Complaint { fault: Box::new(problem), kept }
}

/// Keys as keymap files write them.
fn written(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_ones_own_names_its_file_and_a_wrong_one_what_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let text = "inherits = \"vim\"\n[list]\n\"x\" = \"mark.all\"\n\"/\" = \"list.serch\"\n\"y\" = \"list.serch\"\n";
        std::fs::write(&file, text).unwrap();
        let report = report(&Assets::built_in(), Which::At(&file));
        assert_eq!(report.name, "mine");
        assert_eq!(report.files.len(), 3);
        let of = |keys: &str| {
            report.bindings.iter().find(|binding| binding.context == "list" && binding.keys == keys).unwrap()
        };
        assert_eq!((of("x").command, of("x").file.as_str()), ("mark.all", file.to_str().unwrap()));
        assert_eq!(of("g g").file, "keymaps/vim.toml");
        assert_eq!(of("Space").file, "keymaps/default.toml");
        let kept: Vec<_> = report.complaints.iter().map(|one| one.kept.as_ref().unwrap().command).collect();
        assert_eq!(kept, [Some("list.search"), None]);
        assert_eq!(report.without_key, []);
    }
}
