//! Numbered menus: the lines of a menu with their numbers, and choosing one by its number. A line is reached as keys
//! reach it, so a menu needs nothing of its own to be numbered.

use super::place::Kind;
use super::sheet::{Sheet, choices, read};
use crate::command::{CommandId, Context};
use crate::tui::keys;
use crate::tui::layer::Layer;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::plain::lines::runnable;
use crate::tui::update::obey;

/// No menu is numbered further; its arrows go on.
const MOST: usize = 60;

/// One line of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its row on the screen.
    pub row: u16,
    /// How it is read.
    pub text: String,
}

/// The lines of the menu that lies open, in order: what the cursor comes past on its way down.
#[must_use]
pub fn items(model: &mut Model) -> Vec<Item> {
    // The list may be long, and no menu shows it.
    let list = std::mem::take(&mut model.list);
    let mut walked = model.clone();
    model.list = list;
    walked.list.sort = model.list.sort;
    drop(keys::run(&mut walked, CommandId::MoveFirst));
    let mut items = Vec::new();
    while items.len() < MOST {
        let sheet = Sheet::of(&walked);
        if sheet.at.is_none() {
            break;
        }
        items.push(Item { row: sheet.row, text: read(sheet.here(), &model.words) });
        drop(keys::run(&mut walked, CommandId::MoveDown));
        let next = Sheet::of(&walked);
        if (next.row, next.here()) == (sheet.row, sheet.here()) {
            break;
        }
    }
    // A line may say more while the cursor stands on it, e.g. a direction: told is how it stands now.
    let now = Sheet::of(model);
    if items.len() <= now.lines.len() {
        for item in &mut items {
            let line = now.rows.iter().position(|row| *row == item.row).map(|at| &now.lines[at]);
            item.text = line.map_or_else(String::new, |line| read(line, &model.words));
        }
    }
    items
}

/// The number of the line under the cursor, from 1.
#[must_use]
pub fn number(items: &[Item], sheet: &Sheet, text: &str) -> Option<usize> {
    let place = items.iter().position(|item| item.row == sheet.row && item.text == text);
    let place = place.or_else(|| items.iter().position(|item| item.text == text));
    place.or_else(|| items.iter().position(|item| item.row == sheet.row)).map(|at| at + 1)
}

/// How many numbers can be chosen from just now; 0 = digits mean what they mean on the screen.
#[must_use]
pub fn numbers(kind: Kind, items: &[Item], model: &Model) -> usize {
    match (kind, model.layers.last()) {
        (Kind::Help, Some(Layer::Help(help))) => runnable(help, model).len(),
        (Kind::Menu(_), _) => items.len(),
        (Kind::Form, Some(_)) if model.types_text() => 0,
        (Kind::Form, Some(Layer::Filter(dialog))) => dialog.choices(dialog.focus()).len(),
        (Kind::Form, Some(_)) if change(model).is_some() => choices(Sheet::of(model).here()).1.len(),
        _ => 0,
    }
}

/// The command that goes to the next choice of a field.
fn change(model: &Model) -> Option<CommandId> {
    match model.context() {
        Context::Export => Some(CommandId::ExportChange),
        Context::ViewSave => Some(CommandId::DialogChange),
        _ => None,
    }
}

/// Takes the line with this number, counted from 1.
pub fn choose(kind: Kind, number: usize, model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    match kind {
        Kind::Help => {
            let Some(Layer::Help(help)) = model.layers.last() else { return effects };
            let Some(place) = runnable(help, model).get(number - 1).map(|(place, _)| *place) else { return effects };
            if let Some(Layer::Help(help)) = model.layers.last_mut() {
                help.cursor = place;
            }
            effects.extend(obey(model, CommandId::HelpRun));
        }
        Kind::Menu(command) => {
            effects.extend(obey(model, CommandId::MoveFirst));
            for _ in 1..number {
                effects.extend(obey(model, CommandId::MoveDown));
            }
            effects.extend(obey(model, command));
        }
        Kind::Form => effects.extend(choose_in_field(number, model)),
        _ => {}
    }
    effects
}

/// Takes a choice of the field that has the keys.
fn choose_in_field(number: usize, model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(Layer::Filter(dialog)) = model.layers.last() {
        let count = dialog.choices(dialog.focus()).len();
        for _ in 0..(number + count - 1).saturating_sub(dialog.choice()) % count.max(1) {
            effects.extend(obey(model, CommandId::ChoiceNext));
        }
        effects.extend(obey(model, CommandId::DialogChange));
        return effects;
    }
    let Some(change) = change(model) else { return effects };
    let chosen = |model: &Model| choices(Sheet::of(model).here()).1.iter().position(|(_, on)| *on);
    for _ in 0..MOST {
        if chosen(model) == Some(number - 1) {
            break;
        }
        effects.extend(obey(model, change));
    }
    effects
}
