//! What the `mark.*` commands do to the list and, where it lies on top, to the page of the two books.

use super::format::grouped;
use super::layer::Layer;
use super::listing::{Ranged, SetBy};
use super::message::Effect;
use super::model::Model;
use crate::command::{CommandId, Context};

/// Marks or unmarks the application under the cursor, or the open one.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    if let Some(Layer::Books(books)) = model.layers.last_mut() {
        books.mark_toggle();
        return Vec::new();
    }
    match model.record_view().map(|view| view.id) {
        Some(id) => {
            let marked = model.list.marks().contains(id);
            model.list.mark(id, !marked);
            let key = if marked { "mark.taken_off" } else { "mark.put_on" };
            model.notices.hint(model.words.text(key).to_owned());
        }
        None => model.list.toggle_and_go_on(),
    }
    Vec::new()
}

/// Marks all that match; while the result still comes in, as soon as it is whole.
pub(super) fn all(model: &mut Model) -> Vec<Effect> {
    if let Some(Layer::Books(books)) = model.layers.last_mut() {
        books.mark_all();
        return Vec::new();
    }
    if model.list.is_whole() {
        model.list.mark_all();
    } else {
        model.mark_all_when_whole = true;
        model.notices.hint(model.words.text("mark.when_whole").to_owned());
    }
    Vec::new()
}

/// Takes all marks off, and those that wait for the result to be whole.
pub(super) fn none(model: &mut Model) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Books(books)) => books.marks.clear(),
        _ => {
            model.mark_all_when_whole = false;
            model.list.mark_none();
        }
    }
    Vec::new()
}

/// Turns the marks of what matches over, once all that matches is known.
pub(super) fn invert(model: &mut Model) -> Vec<Effect> {
    if model.list.is_whole() {
        model.list.mark_invert();
    } else {
        model.notices.hint(model.words.text("mark.wait").to_owned());
    }
    Vec::new()
}

/// Marks or unmarks from the row that was marked or unmarked last to the cursor, and says how many that changed.
pub(super) fn range(model: &mut Model) -> Vec<Effect> {
    let key = |command| model.key_name(Context::List, command);
    let keys = [("toggle", key(CommandId::MarkToggle)), ("range", key(CommandId::MarkRange))];
    let sentence = match model.list.mark_range() {
        Ranged::Begun => model.words.fill("mark.range_begun", &keys),
        Ranged::Nowhere => model.words.fill("mark.range_nowhere", &keys),
        Ranged::Done { by, changed, rows } => {
            let key = if by == SetBy::TakeOff { "mark.range_off" } else { "mark.range_on" };
            model.words.fill(key, &[("rows", grouped(rows)), ("count", grouped(changed))])
        }
    };
    model.notices.hint(sentence);
    Vec::new()
}
