//! 今日の仕事: one line for each kind of work that waits, with its count and what it is.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::tui::format::grouped;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;
use crate::tui::today::{self, TodayPage};

/// Columns of the count.
const COUNT: u16 = 10;

/// Draws the page into the body; tells where the cursor is parked.
pub fn draw(model: &Model, page: &TodayPage, body: Rect, surface: &mut Surface<'_>) -> Position {
    let words = &model.words;
    let area = Rect { x: body.x + 2, width: body.width - 4, ..body };
    let key = ("key", model.key_name(Context::Today, CommandId::TodayEnter));
    let title =
        if today::is_quiet(model) { words.text("today.quiet").to_owned() } else { words.fill("today.title", &[key]) };
    surface.text(area.x, area.y, area.width, &title, Role::Title);
    let rows = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let lines = today::lines(model);
    let names = lines.iter().map(|line| surface.columns(words.text(line.name()))).max().unwrap_or_default();
    let cursor = page.cursor(model);
    let top = motion::window_top(0, cursor, usize::from(rows.height));
    let mut parked = rows.as_position();
    for (y, (at, line)) in (rows.top()..rows.bottom()).zip(lines.iter().enumerate().skip(top)) {
        let here = at == cursor;
        if here {
            parked = Position::new(rows.x, y);
            surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
        }
        let (count, role) = match (line.count(model), here) {
            (Some(0), _) => (words.text("today.none").to_owned(), Role::Quiet),
            (Some(count), true) => (words.fill("today.count", &[("count", grouped(count))]), Role::RowCursor),
            (Some(count), false) => (words.fill("today.count", &[("count", grouped(count))]), Role::Text),
            (None, _) => (words.text("today.counting").to_owned(), Role::Quiet),
        };
        let x = rows.x + 2;
        surface.text(x, y, names, words.text(line.name()), role);
        surface.text_right(Rect::new(x + names, y, COUNT, 1), &count, role);
        let about = x + names + COUNT + 3;
        surface.text(about, y, rows.right().saturating_sub(about), words.text(line.about()), Role::Quiet);
    }
    parked
}
