//! After the first key of a sequence: a box with the keys that can follow. It comes when the next key is waited for,
//! not to a person who knows the sequence.

use ratatui::layout::Rect;

use super::keymap::{Key, Keymap, Meaning};
use super::layout;
use super::message::{Alarm, Effect};
use super::model::Model;
use super::surface::Surface;
use super::theme::Role;
use crate::command::{CommandId, Context};

/// How long the next key is waited for before the box comes, in milliseconds.
const WAIT_MS: u64 = 300;

/// Keys of a sequence that isn't complete, and whether the box shows what can follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhichKey {
    /// Number of the beginning that is waited on: an alarm for an earlier one means nothing.
    serial: u64,
    /// Whether the box is shown.
    pub shown: bool,
}

/// What a key does that can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Runs this command.
    Run(CommandId),
    /// Goes on: so many commands lie behind it.
    Goes(usize),
}

/// A sequence has begun or gone on: the box comes after a while, or stays if it is there.
pub(super) fn wait(model: &mut Model) -> Vec<Effect> {
    model.which_key.serial += 1;
    vec![Effect::Wake(WAIT_MS, Alarm::NextKey(model.which_key.serial))]
}

/// The sequence is complete or given up.
pub(super) fn over(model: &mut Model) {
    model.pending.clear();
    model.which_key.serial += 1;
    model.which_key.shown = false;
}

/// The while is over: the box is shown if the same beginning still stands.
pub(super) fn woke(model: &mut Model, serial: u64) {
    if serial == model.which_key.serial && !model.pending.is_empty() {
        model.which_key.shown = true;
    }
}

/// The keys that can follow the beginning of a sequence, in the order of keys.
#[must_use]
pub fn following(keymap: &Keymap, context: Context, begun: &[Key]) -> Vec<(Key, Next)> {
    let here = |place: Context| place == context || place == Context::Everywhere;
    let behind = |start: &[Key]| {
        let mut commands: Vec<CommandId> = keymap
            .bindings()
            .filter(|(place, keys, _)| here(*place) && keys.starts_with(start))
            .map(|(_, _, command)| command)
            .collect();
        commands.sort();
        commands.dedup();
        commands.len()
    };
    let longer = keymap.bindings().filter(|(place, keys, _)| here(*place) && keys.starts_with(begun));
    let mut nexts: Vec<Key> = longer.filter_map(|(_, keys, _)| keys.get(begun.len()).copied()).collect();
    nexts.sort();
    nexts.dedup();
    nexts
        .into_iter()
        .filter_map(|next| {
            let whole = [begun, &[next]].concat();
            Some((
                next,
                match keymap.meaning(context, &whole) {
                    Meaning::Run(command) => Next::Run(command),
                    Meaning::Prefix => Next::Goes(behind(&whole)),
                    Meaning::Nothing => return None,
                },
            ))
        })
        .collect()
}

/// Columns between two entries.
const GAP: u16 = 3;

/// Draws the box at the foot of the screen, above the messages.
pub fn draw(model: &Model, screen: Rect, surface: &mut Surface<'_>) {
    let words = &model.words;
    let situation = model.situation();
    let entries: Vec<(String, String, Role)> = following(&model.keymap, model.context(), &model.pending)
        .into_iter()
        .map(|(key, next)| match next {
            Next::Run(command) => {
                let can = command.command().refused(&situation).is_none();
                let title = words.text(&command.command().title_key()).to_owned();
                (key.to_string(), title, if can { Role::Text } else { Role::Quiet })
            }
            Next::Goes(count) => {
                let text = words.fill("which_key.group", &[("count", count.to_string())]);
                (key.to_string(), text, Role::Label)
            }
        })
        .collect();
    let measure = |of: &dyn Fn(&(String, String, Role)) -> u16| entries.iter().map(of).max().unwrap_or_default();
    let keys = measure(&|entry| surface.columns(&entry.0)) + 1;
    let wide = keys + measure(&|entry| surface.columns(&entry.1));
    let room = screen.width.saturating_sub(6).max(1);
    let across = ((room + GAP) / (wide + GAP)).clamp(1, 4);
    let most = (screen.height / 2).saturating_sub(2).max(1);
    let down = (entries.len() as u16).div_ceil(across).clamp(1, most);
    let begun: Vec<String> = model.pending.iter().map(ToString::to_string).collect();
    let title = words.fill("which_key.title", &[("keys", begun.join(" "))]);
    let inside = (across * (wide + GAP) - GAP).max(surface.columns(&title) + 2).min(room);
    let area = layout::dialog(screen, inside + 4, down + 2);
    let area = Rect { y: screen.bottom().saturating_sub(area.height), ..area };
    let inner = surface.boxed(area, &title);
    let fit = usize::from(across * down);
    for (at, (key, text, role)) in entries.iter().take(fit).enumerate() {
        let (column, line) = (at as u16 / down, at as u16 % down);
        let (x, y) = (inner.x + column * (wide + GAP), inner.y + line);
        // Where there are more keys than room the last place says so.
        if at + 1 == fit && entries.len() > fit {
            let more = words.fill("which_key.more", &[("count", (entries.len() - at).to_string())]);
            surface.text(x, y, wide.min(inner.right().saturating_sub(x)), &more, Role::Quiet);
            break;
        }
        surface.text(x, y, keys - 1, key, Role::Key);
        surface.text(x + keys, y, inner.right().saturating_sub(x + keys).min(wide - keys), text, *role);
    }
}
