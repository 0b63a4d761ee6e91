//! Keys that mean something in plain mode alone: digits of numbered menus, Enter in the help, the arrows in a text that
//! a screen would show whole.

use super::announce::Plain;
use super::menu;
use super::place::Kind;
use crate::command::CommandId;
use crate::tui::keymap::{Code, Key, Meaning};
use crate::tui::layer::Layer;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::update::obey;

/// By how many lines a page goes in a text.
const PAGE: usize = 10;

/// No number has more digits.
const DIGITS: usize = 6;

impl Plain {
    /// Takes a key before the model does: digits of numbered menus, and the arrows in a text, which a screen would
    /// show whole. `Some` = it is dealt with, and this follows.
    pub fn key(&mut self, model: &mut Model, key: Key) -> Option<Vec<Effect>> {
        if model.lock.is_some() {
            return None;
        }
        self.keyed = true;
        let half = key.half_width();
        let typing = model.types_text() && half.text().is_some();
        let meaning = model.keymap.meaning(model.context(), &[half]);
        let command = match meaning {
            Meaning::Run(command) if !typing && model.pending.is_empty() => Some(command),
            _ => None,
        };
        self.moved = command.is_some_and(motion::is_motion);
        if command != Some(CommandId::ScreenRedraw) {
            self.asked = 0;
        }
        if !model.pending.is_empty() {
            return None;
        }
        let kind = Kind::of(model);
        if let Some(effects) = self.number_key(kind, half, model) {
            return Some(effects);
        }
        match (kind, half.code, command) {
            (Kind::Help, Code::Enter, _) => self.help_enter(model),
            // Other words, other commands: the one that was pointed at is no longer meant.
            (Kind::Help, _, None) => {
                self.pointed = false;
                None
            }
            (Kind::Help, _, Some(command)) if motion::is_motion(command) => {
                self.pointed = true;
                None
            }
            (Kind::Text(_), _, Some(command)) if motion::is_motion(command) => {
                let last = kind.text(model).map_or(0, |lines| lines.len().saturating_sub(1));
                self.reading = motion::moved(self.reading, last, command, PAGE);
                model.notices.dismiss();
                Some(Vec::new())
            }
            _ => None,
        }
    }

    /// Digits, and what may follow them.
    fn number_key(&mut self, kind: Kind, key: Key, model: &mut Model) -> Option<Vec<Effect>> {
        if let Code::Char(digit @ '0'..='9') = key.code
            && key.text().is_some()
            && self.number.len() < DIGITS
            && menu::numbers(kind, &self.items, model) > 0
        {
            self.number.push(digit);
            return Some(Vec::new());
        }
        if self.number.is_empty() {
            return None;
        }
        match key.code {
            Code::Backspace => {
                self.number.pop();
            }
            Code::Esc => self.number.clear(),
            Code::Enter => {
                let most = menu::numbers(kind, &self.items, model);
                let number = std::mem::take(&mut self.number).parse().unwrap_or(0);
                if (1..=most).contains(&number) {
                    return Some(menu::choose(kind, number, model));
                }
                model.notices.hint(model.words.fill("plain.no_number", &[("count", most.to_string())]));
            }
            _ => {
                self.number.clear();
                return None;
            }
        }
        Some(Vec::new())
    }

    /// Enter in the help without a number: an arrow has chosen, new words list what fits them, else it is given up.
    fn help_enter(&mut self, model: &mut Model) -> Option<Vec<Effect>> {
        let Some(Layer::Help(help)) = model.layers.last() else { return None };
        if self.pointed {
            return None;
        }
        if help.filter.text() != self.filter {
            self.relist = true;
            return Some(Vec::new());
        }
        Some(obey(model, CommandId::LayerClose))
    }
}
