//! What a screen did last, for the report of a panic: names of commands and looks, never what was typed or read.

use std::collections::VecDeque;

use super::model::Model;
use crate::assets::Assets;
use crate::command::CommandId;
use crate::panics::Fact;

/// How many commands are remembered.
const KEPT: usize = 30;

/// The trail.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    keymap: String,
    theme: String,
    commands: VecDeque<CommandId>,
}

impl Trail {
    /// Notes which files of keys and looks are in force. A file of a person's own has a name that says nothing here.
    pub fn looks(&mut self, keymap: &str, theme: &str) {
        let shipped = |folder: &str, name: &str| {
            let known = Assets::built_in().read(&format!("{folder}/{name}.toml")).is_some();
            if known { name } else { "(own)" }.to_owned()
        };
        (self.keymap, self.theme) = (shipped("keymaps", keymap), shipped("themes", theme));
    }

    /// Notes a command.
    pub fn step(&mut self, command: CommandId) {
        self.commands.truncate(KEPT - 1);
        self.commands.push_front(command);
    }
}

/// What the report of a panic tells of a screen.
#[must_use]
pub fn facts(model: &Model) -> Vec<Fact> {
    let commands: Vec<&str> = model.trail.commands.iter().map(|command| command.as_str()).collect();
    vec![
        ("size", format!("{}x{}", model.size.0, model.size.1)),
        ("keymap", model.trail.keymap.clone()),
        ("theme", model.trail.theme.clone()),
        ("language", model.words.language().id().to_owned()),
        ("context", model.context().id().to_owned()),
        ("layers", model.layers.len().to_string()),
        ("listed", model.list.ids().len().to_string()),
        ("marked", model.list.marks().len().to_string()),
        ("commands", commands.join(" ")),
    ]
}
