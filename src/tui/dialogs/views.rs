//! The views: each with what it shows now, counted in the background in one pass while the dialog is open.

use ratatui::layout::{Position, Rect};

use super::view_save::ViewSaveDialog;
use crate::command::{CommandId, Context};
use crate::domain::people::Act;
use crate::domain::release::Doing;
use crate::office::{KnownView, ViewBase, ViewKind};
use crate::tui::arrangement;
use crate::tui::format::grouped;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, ViewDone, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::requests::Awaits;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;
use crate::tui::today;

/// The dialog. The views themselves stand in the arrangement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewsDialog {
    /// The chosen line.
    pub cursor: usize,
    /// What each shows; `None` = not counted yet, or not understood.
    pub counts: Vec<Option<u64>>,
    /// Whether all is counted.
    pub counted: bool,
    /// Whether it asks if the chosen one is to be taken away.
    pub asking: bool,
    /// Number of the question to the office.
    pub ticket: u64,
}

/// Opens the dialog, and asks for the views.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let at = |name: &String| model.arrangement.views.iter().position(|known| known.view.name == *name);
    let cursor = model.arrangement.in_force.as_ref().and_then(|(name, _)| at(name)).unwrap_or_default();
    model.layers.push(Layer::Views(ViewsDialog { cursor, ..ViewsDialog::default() }));
    refresh(model)
}

/// Reads and counts the views again, where the dialog is open.
pub fn refresh(model: &mut Model) -> Vec<Effect> {
    let ticket = model.ticket + 1;
    let Some(dialog) = dialog(model) else { return Vec::new() };
    dialog.ticket = ticket;
    dialog.counted = false;
    model.ticket = ticket;
    vec![model.begin(Errand::Views { ticket, count: true })]
}

fn dialog(model: &mut Model) -> Option<&mut ViewsDialog> {
    model.layers.iter_mut().rev().find_map(|layer| match layer {
        Layer::Views(dialog) => Some(dialog),
        _ => None,
    })
}

/// Takes the views.
pub fn read(model: &mut Model, ticket: u64, views: Result<Vec<KnownView>, Explained>) {
    let own = dialog(model).is_some_and(|dialog| dialog.ticket == ticket);
    match views {
        Ok(views) => {
            let before = std::mem::replace(&mut model.arrangement.views, views);
            let views = &model.arrangement.views;
            // Somebody else may have saved or taken away another one: what was chosen stays chosen.
            let place = |at: usize| {
                let name = &before.get(at)?.view.name;
                views.iter().position(|known| known.view.name == *name)
            };
            for layer in &mut model.layers {
                match layer {
                    Layer::Views(dialog) => {
                        let at = place(dialog.cursor).unwrap_or(dialog.cursor).min(views.len().saturating_sub(1));
                        // Yes is said to the view that was asked about, as it stood.
                        dialog.asking &= before.get(dialog.cursor) == views.get(at);
                        dialog.cursor = at;
                        if before != *views || dialog.counts.len() != views.len() {
                            dialog.counts = vec![None; views.len()];
                        }
                    }
                    Layer::Export(dialog) => dialog.follow(place),
                    _ => {}
                }
            }
        }
        // An earlier question that was given up has nobody to be told.
        Err(_) if !own => {}
        Err(why) => {
            model.end(Work::Views);
            model.notices.error(model.now, why.sentence);
        }
    }
}

/// Takes counts.
pub fn counted(model: &mut Model, ticket: u64, counts: Vec<Option<u64>>, done: bool) {
    let Some(dialog) = dialog(model).filter(|dialog| dialog.ticket == ticket) else { return };
    dialog.counts = counts;
    dialog.counted = done;
    if done {
        model.end(Work::Views);
    }
}

/// Takes the end of saving or taking away.
pub fn changed(model: &mut Model, outcome: Result<ViewDone, Explained>) -> Vec<Effect> {
    match outcome {
        Ok(ViewDone::Saved(view)) => {
            model.layers.retain(|layer| !matches!(layer, Layer::ViewSave(_)));
            if view.query == model.search.query {
                model.arrangement.in_force = Some((view.name.clone(), view.query));
            }
            model.notices.hint(model.words.fill("view.saved", &[("name", view.name)]));
            let mut effects = vec![arrangement::keep(model)];
            effects.extend(refresh(model));
            effects
        }
        Ok(ViewDone::Deleted(name)) => {
            model.arrangement.in_force.take_if(|(own, _)| *own == name);
            model.notices.hint(model.words.fill("view.deleted", &[("name", name)]));
            let mut effects = vec![arrangement::keep(model)];
            effects.extend(refresh(model));
            effects
        }
        Err(why) => {
            for layer in &mut model.layers {
                if let Layer::ViewSave(dialog) = layer {
                    dialog.refused(&why.sentence);
                }
            }
            model.notices.error(model.now, why.sentence);
            refresh(model)
        }
    }
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let last = model.arrangement.views.len().saturating_sub(1);
    let Some(Layer::Views(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let chosen = model.arrangement.views.get(dialog.cursor).cloned();
    let asked = std::mem::take(&mut dialog.asking);
    match (command, chosen) {
        (CommandId::ViewChoose, Some(known)) => {
            if !arrangement::apply(model, &known.view) {
                return Vec::new();
            }
            model.layers.pop();
            today::leave(model);
            model.end(Work::Views);
            say_dropped(model);
            vec![Effect::Cancel(Work::Views), model.search_again(false), arrangement::keep(model)]
        }
        (CommandId::ViewSave, _) => {
            model.layers.push(Layer::ViewSave(ViewSaveDialog::new(model)));
            Vec::new()
        }
        (CommandId::ViewDelete, Some(known)) => {
            if known.kind == ViewKind::Shipped {
                model.notices.hint(model.words.fill("view.shipped", &[("name", known.view.name)]));
            } else {
                dialog.asking = true;
            }
            Vec::new()
        }
        (CommandId::ViewConfirm, Some(known)) if asked => {
            let private = known.kind == ViewKind::Private;
            let base = known.version.map_or(ViewBase::Any, ViewBase::At);
            vec![model.begin(Errand::DeleteView { name: known.view.name, private, base })]
        }
        (CommandId::ViewConfirm, _) => {
            let key = ("key", model.key_name(Context::View, CommandId::ViewDelete));
            model.notices.hint(model.words.fill("view.nothing_asked", &[key]));
            Vec::new()
        }
        (command, _) => {
            dialog.cursor = motion::moved(dialog.cursor, last, command, 10);
            Vec::new()
        }
    }
}

/// Says how many of the columns have no room at this width.
pub fn say_dropped(model: &mut Model) {
    let Some(places) = model.places() else { return };
    let columns = &model.arrangement.columns;
    let (_, dropped) = crate::tui::screens::list_columns::fit(columns, places.rows.width);
    if !columns.is_empty() && !dropped.is_empty() {
        let count = ("count", dropped.len().to_string());
        model.notices.hint(model.words.fill("columns.dropped", &[count]));
    }
}

impl ViewsDialog {
    /// Draws the dialog over the screen.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let views = &model.arrangement.views;
        let area = layout::dialog(screen, 70, (views.len() as u16).clamp(4, 14) + 4);
        let inner = surface.boxed(area, words.text("view.title"));
        let lines = usize::from(inner.height.saturating_sub(2));
        let top = motion::window_top(0, self.cursor, lines);
        let mut caret = inner.as_position();
        if views.is_empty() {
            surface.text(inner.x, inner.y, inner.width, words.text("list.reading"), Role::Quiet);
        }
        for (y, (at, known)) in (inner.top()..).zip(views.iter().enumerate().skip(top).take(lines)) {
            let here = at == self.cursor;
            if here {
                caret = Position::new(inner.x, y);
                surface.text(inner.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let count = match self.counts.get(at) {
                Some(Some(count)) => grouped(*count),
                _ if known.view.understood(&arrangement::context(model)).is_err() => {
                    words.text("view.not_understood").to_owned()
                }
                _ => "…".to_owned(),
            };
            let right = Rect::new(inner.x, y, inner.width, 1);
            let end = surface.text_right(right, &count, Role::Text);
            let kind = words.text(match known.kind {
                ViewKind::Shipped => "view.kind.shipped",
                ViewKind::Shared => "view.kind.shared",
                ViewKind::Private => "view.kind.private",
            });
            let role = if here { Role::ButtonFocus } else { Role::Text };
            let used = surface.text(inner.x + 2, y, 32.min(inner.width - 2), &known.view.name, role);
            let x = inner.x + 2 + used.max(24) + 2;
            let room = end.saturating_sub(x + 1);
            let used = surface.text(x, y, room, kind, Role::Quiet).max(8) + 1;
            surface.text(x + used, y, room.saturating_sub(used), &known.view.query, Role::Quiet);
        }
        let foot = inner.bottom().saturating_sub(1);
        let key = |command| model.key_name(Context::View, command);
        let chosen = views.get(self.cursor);
        if let (true, Some(known)) = (self.asking, chosen) {
            let arguments = [
                ("name", known.view.name.clone()),
                ("confirm", key(CommandId::ViewConfirm)),
                ("close", key(CommandId::LayerClose)),
            ];
            let shared = known.kind == ViewKind::Shared;
            let awaits = model.awaits(Doing::plain(Act::DeleteView), 0);
            let key = if shared && awaits == Awaits::Somebody { "requests.view_question" } else { "view.question" };
            surface.text(inner.x, foot, inner.width, &words.fill(key, &arguments), Role::NoticeError);
        } else {
            let arguments = [
                ("choose", key(CommandId::ViewChoose)),
                ("save", key(CommandId::ViewSave)),
                ("delete", key(CommandId::ViewDelete)),
                ("close", key(CommandId::LayerClose)),
            ];
            surface.text(inner.x, foot, inner.width, &words.fill("view.keys", &arguments), Role::Quiet);
        }
        caret
    }
}
