//! What a key press means: text for the field that has the keys, else a command of the keymap.

use super::dialogs::mark_query;
use super::keymap::{Code, Key, Meaning};
use super::layer::Layer;
use super::lock;
use super::message::Effect;
use super::model::Model;
use super::perform::perform;
use super::phone;
use super::tour;
use super::which_key;
use crate::command::{Command, CommandId, Context};

/// Takes a key. While the tour is offered, it is the answer too.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    model.touched = model.now;
    if model.lock.is_some() {
        return lock::key(model, key);
    }
    if lock::hides(model, key) {
        return run(model, CommandId::ScreenLock);
    }
    if !tour::is_offered(model) {
        tour::put_off(model);
        return pressed(model, key);
    }
    if let Some(command) = tour::answer(model, key.half_width()) {
        return run(model, command);
    }
    model.tour = None;
    let mut effects = pressed(model, key);
    effects.push(tour::passed(model));
    effects
}

fn pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    if model.pending.is_empty()
        && let Some(secret) = model.layers.last_mut().and_then(Layer::secret_mut)
        && secret.key(key)
    {
        return edited(model);
    }
    let chooses = matches!(model.layers.last(), Some(Layer::Entry(page)) if page.chooses(key));
    if model.pending.is_empty()
        && !chooses
        && let Some(field) = model.field_mut()
        && let Some(changed) = field.key(key)
    {
        return if changed { edited(model) } else { Vec::new() };
    }
    let key = key.half_width();
    let context = model.context();
    model.pending.push(key);
    match model.keymap.meaning(context, &model.pending) {
        Meaning::Prefix => which_key::wait(model),
        Meaning::Run(command) => {
            which_key::over(model);
            run(model, command)
        }
        Meaning::Nothing => {
            let pressed: Vec<String> = model.pending.iter().map(ToString::to_string).collect();
            which_key::over(model);
            // Esc in a sequence gives up the sequence, and no more than that.
            if pressed.len() == 1
                && let Some(command) = tour::fallback(model, key)
            {
                return run(model, command);
            }
            if key.is_japanese() {
                model.notices.hint(model.words.text("hint.ime").to_owned());
            } else if key.code == Code::Esc {
                model.notices.dismiss();
            } else {
                let help = model.key_name(context, CommandId::HelpOpen);
                let arguments = [("key", pressed.join(" ")), ("help", help)];
                model.notices.hint(model.words.fill("hint.unbound", &arguments));
            }
            Vec::new()
        }
    }
}

/// Takes a paste: text for a field, never a command.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    model.touched = model.now;
    if model.lock.is_some() {
        lock::paste(model, text);
        return Vec::new();
    }
    which_key::over(model);
    if let Some(secret) = model.layers.last_mut().and_then(Layer::secret_mut) {
        secret.paste(text);
        return edited(model);
    }
    if let Some(field) = model.field_mut() {
        field.insert(text);
        return edited(model);
    }
    let search = model.key_name(Context::List, CommandId::ListSearch);
    model.notices.hint(model.words.fill("hint.paste", &[("search", search)]));
    Vec::new()
}

/// Runs a command, or says why it can't be run just now.
pub(super) fn run(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let entry: &Command = command.command();
    if !super::motion::is_motion(command) {
        model.notices.dismiss();
    }
    if let Some(reason) = entry.refused(&model.situation()) {
        let reason = model.words.text(reason).to_owned();
        model.notices.hint(reason);
        return Vec::new();
    }
    model.trail.step(command);
    perform(model, command)
}

/// What follows from a changed text.
fn edited(model: &mut Model) -> Vec<Effect> {
    model.notices.dismiss();
    match model.layers.last_mut() {
        Some(Layer::Search(field)) => {
            let typed = field.text().to_owned();
            query_typed(model, typed)
        }
        Some(Layer::Help(help)) => {
            (help.cursor, help.top) = (0, 0);
            Vec::new()
        }
        Some(Layer::Palette(palette)) => {
            (palette.cursor, palette.top) = (0, 0);
            Vec::new()
        }
        Some(Layer::Batch(dialog)) => answered(&mut dialog.problem),
        Some(Layer::Export(dialog)) => answered(&mut dialog.problem),
        Some(Layer::ViewSave(dialog)) => answered(&mut dialog.problem),
        Some(Layer::Filter(dialog)) => answered(&mut dialog.problem),
        Some(Layer::MarkQuery(_)) => mark_query::edited(model),
        Some(Layer::Settle(dialog)) => answered(&mut dialog.problem),
        Some(Layer::Note(dialog)) => answered(&mut dialog.problem),
        Some(Layer::Reveal(dialog)) => answered(&mut dialog.problem),
        Some(Layer::Decide(dialog)) => answered(&mut dialog.problem),
        Some(Layer::Entry(page)) => {
            page.edited();
            Vec::new()
        }
        Some(Layer::Field(dialog)) => {
            dialog.edited();
            Vec::new()
        }
        Some(Layer::Reflect(dialog)) => answered(&mut dialog.problem),
        Some(Layer::Phone(_)) => phone::edited(model),
        Some(Layer::Call(dialog)) => answered(&mut dialog.problem),
        Some(Layer::CompareFile(dialog)) => answered(&mut dialog.problem),
        Some(Layer::Go(dialog)) => answered(&mut dialog.problem),
        _ => Vec::new(),
    }
}

/// What a dialog found wrong goes with the next key.
fn answered(problem: &mut Option<String>) -> Vec<Effect> {
    *problem = None;
    Vec::new()
}

/// The list follows each key of the query; while the query is wrong the last good result stays.
pub(super) fn query_typed(model: &mut Model, typed: String) -> Vec<Effect> {
    model.search.problem = (model.seams.check_query)(&typed).err();
    model.search.typed = typed;
    if model.search.problem.is_some() || model.search.typed == model.search.query {
        return Vec::new();
    }
    model.search.query.clone_from(&model.search.typed);
    model.arrangement.asks(&model.search.query);
    model.mark_all_when_whole = false;
    vec![model.search_again(false)]
}
