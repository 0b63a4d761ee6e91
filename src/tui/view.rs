//! Draws the whole screen. Pure: it reads the model and fills a buffer, nothing else.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::dialogs::leave;
use super::layer::Layer;
use super::layout::{self, Places, SMALLEST};
use super::lock;
use super::model::Model;
use super::screens::{books, chrome, list, record};
use super::screens::{today, tour};
use super::surface::Surface;
use super::text::{self, Gaiji};
use super::theme::Role;
use super::which_key;

/// Draws the model into an empty buffer; tells where the terminal's cursor belongs: at the caret of the text field that
/// has the keys (an IME composes there), else at the row under the cursor. `None` = nowhere.
pub fn view(model: &Model, buffer: &mut Buffer) -> Option<Position> {
    let screen = buffer.area;
    let mut surface = Surface { buffer, theme: &model.theme };
    surface.fill(screen, Role::Text);
    let caret = draw(model, screen, &mut surface)?;
    let x = caret.x.min(screen.right().saturating_sub(1));
    let y = caret.y.min(screen.bottom().saturating_sub(1));
    Some(Position::new(x, y))
}

fn draw(model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Option<Position> {
    if model.lock.is_some() {
        return Some(lock::draw(model, screen, surface));
    }
    let Some(places) =
        layout::places((screen.width, screen.height), model.has_banner(), model.pane, model.tour.is_some())
    else {
        too_small(model, screen, surface);
        return None;
    };
    let in_search = chrome::draw(model, &places, surface);
    let is_page = |layer: &&Layer| matches!(layer, Layer::Record(_) | Layer::Books(_) | Layer::Today(_));
    // What lies below a page is covered by it.
    let at = model.layers.iter().rposition(|layer| is_page(&layer));
    let caret = match at.map(|at| &model.layers[at]) {
        Some(Layer::Record(view)) => {
            let body = Rect { x: places.body.x + 1, width: places.body.width - 2, ..places.body };
            record::draw(model, *view, body, surface)
        }
        Some(Layer::Books(view)) => books::draw(model, view, places.body, surface),
        Some(Layer::Today(page)) => today::draw(model, page, places.body, surface),
        _ => list::draw(model, &places, surface),
    };
    let above = &model.layers[at.map_or(0, |at| at + 1)..];
    let caret = lay(model, above, (caret, in_search), (screen, &places), surface);
    if let (Some(tour), Some(strip)) = (model.tour, places.strip) {
        tour::draw(model, tour, strip, surface);
    }
    if model.which_key.shown {
        let room = Rect { height: screen.height - 2, ..screen };
        which_key::draw(model, room, surface);
    }
    Some(caret)
}

/// Draws the uppermost layer alone; tells where the cursor is parked in it.
pub(super) fn uppermost(model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Option<Position> {
    let places = layout::places((screen.width, screen.height), model.has_banner(), false, false)?;
    match model.layers.last()? {
        Layer::Record(view) => Some(record::draw(model, *view, places.body, surface)),
        Layer::Books(view) => Some(books::draw(model, view, places.body, surface)),
        Layer::Today(page) => Some(today::draw(model, page, places.body, surface)),
        layer => Some(lay(model, std::slice::from_ref(layer), (Position::ORIGIN, None), (screen, &places), surface)),
    }
}

/// Draws layers above a page; tells where the cursor is parked.
fn lay(
    model: &Model,
    layers: &[Layer],
    (mut caret, in_search): (Position, Option<Position>),
    (screen, places): (Rect, &Places),
    surface: &mut Surface<'_>,
) -> Position {
    for layer in layers {
        // A dialog leaves the messages and the keys in sight.
        let room = layout::room((screen.width, screen.height), model.tour.is_some());
        caret = match layer {
            Layer::Search(_) => in_search.unwrap_or(caret),
            Layer::Record(_) | Layer::Books(_) | Layer::Today(_) => caret,
            Layer::Settle(dialog) => dialog.draw(model, room, surface),
            Layer::Field(dialog) => dialog.draw(model, room, surface),
            Layer::Note(dialog) => dialog.draw(model, room, surface),
            Layer::Reveal(dialog) => dialog.draw(model, room, surface),
            Layer::Reflect(dialog) => dialog.draw(model, room, surface),
            Layer::Status(menu) => menu.draw(model, room, surface),
            Layer::Batch(dialog) => dialog.draw(model, room, surface),
            Layer::Export(dialog) => dialog.draw(model, room, surface),
            Layer::Views(dialog) => dialog.draw(model, room, surface),
            Layer::ViewSave(dialog) => dialog.draw(model, room, surface),
            Layer::Columns(dialog) => dialog.draw(model, room, surface),
            Layer::Sort(dialog) => dialog.draw(model, room, surface),
            Layer::Filter(dialog) => dialog.draw(model, room, surface),
            Layer::MarkQuery(dialog) => dialog.draw(model, room, surface),
            Layer::Help(help) => help.draw(model, room, surface),
            Layer::Notices(notices) => notices.draw(model, room, surface),
            Layer::Leave => leave::draw(model, room, surface),
            Layer::Inbox(page) => page.draw(model, places.body, surface),
            Layer::Intake(page) => page.draw(model, places.body, surface),
            Layer::SetAside(page) => page.draw(model, places.body, surface),
            Layer::Requests(page) => page.draw(model, places.body, surface),
            Layer::Decide(dialog) => dialog.draw(model, room, surface),
            Layer::Log(page) => page.draw(model, places.body, surface),
            Layer::Phone(page) => page.draw(model, places.body, surface),
            Layer::Call(dialog) => dialog.draw(model, room, surface),
            Layer::Looks(page) => page.draw(model, room, surface),
            Layer::Duplicates(page) => page.draw(model, places.body, surface),
            Layer::Compare(page) => page.draw(model, places.body, surface),
            Layer::CompareFile(dialog) => dialog.draw(model, room, surface),
            Layer::Go(dialog) => dialog.draw(model, room, surface),
            Layer::Entry(page) => page.draw(model, places.body, surface),
            Layer::Confirm(question) => question.draw(model, room, surface),
            Layer::Palette(palette) => palette.draw(model, room, surface),
            Layer::Jobs(page) => page.draw(model, places.body, surface),
        };
    }
    caret
}

fn too_small(model: &Model, screen: Rect, surface: &mut Surface<'_>) {
    let size = |(width, height): (u16, u16)| format!("{width}x{height}");
    let arguments = [("needed", size(SMALLEST)), ("found", size((screen.width, screen.height)))];
    let sentence = model.words.fill("too_small", &arguments);
    let lines = text::wrap(&sentence, screen.width.max(2), surface.theme.policy, Gaiji::Mark);
    for (y, line) in (screen.top()..screen.bottom()).zip(&lines) {
        surface.text(screen.x, y, screen.width, line, Role::Text);
    }
}
