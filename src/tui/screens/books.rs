//! 二つの帳簿: 要確認 and the groups of 反映待ち; one of them opened; and for what is 要確認 both sides of the row under the
//! cursor, with who wrote each and when.

use ratatui::layout::{Position, Rect};

use crate::domain::application::Instant;
use crate::domain::identity::ApplicationId;
use crate::domain::status::Status;
use crate::office::block_label;
use crate::office::books::Side;
use crate::tui::books::{BooksView, Place};
use crate::tui::format::{grouped, long, short};
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// Columns before the first column: mark, cursor.
const GUTTER: u16 = 2;

/// Columns of the longest status.
const STATUS: u16 = 14;

/// Where the rows stand: below the title and the names of the columns, above the two sides of 要確認.
#[must_use]
pub fn rows(place: Place, body: Rect) -> Rect {
    let foot = if place == Place::Check { 3 } else { 0 };
    Rect { y: body.y + 2, height: body.height.saturating_sub(2 + foot), ..body }
}

/// Draws the page into the body; tells where the cursor is parked.
pub fn draw(model: &Model, view: &BooksView, body: Rect, surface: &mut Surface<'_>) -> Position {
    let area = Rect { x: body.x + 1, width: body.width - 2, ..body };
    let rows = rows(view.place, area);
    title(model, view, area, surface);
    if view.lines() == 0 {
        let key = if view.page.is_some() { "books.empty" } else { "books.reading" };
        surface.text(rows.x + GUTTER, rows.y, rows.width - GUTTER, model.words.text(key), Role::Quiet);
        return rows.as_position();
    }
    let columns = Columns::of(rows.width, view.place);
    if view.place == Place::Groups {
        group_titles(model, area, surface);
    } else {
        columns.titles(model, area, surface);
    }
    let mut parked = rows.as_position();
    for (y, at) in (rows.top()..rows.bottom()).zip(view.top..view.lines()) {
        let here = at == view.cursor;
        let line = Rect { y, height: 1, ..rows };
        if here {
            parked = line.as_position();
            surface.text(line.x + 1, y, 1, surface.theme.glyphs.cursor, Role::Mark);
        }
        match view.id(at) {
            None => group_line(model, view, at, line, surface),
            Some(id) => {
                if view.place == Place::Check && view.marks.contains(id) {
                    surface.text(line.x, y, 1, surface.theme.glyphs.mark, Role::Mark);
                }
                columns.row(model, id, statuses(model, view, at, id), (here, line), surface);
            }
        }
    }
    if let Some(one) = view.difference() {
        let foot = Rect { y: rows.bottom(), height: 3, ..area };
        for x in foot.left()..foot.right() {
            surface.text(x, foot.y, 1, surface.theme.glyphs.lines[0], Role::Border);
        }
        side(model, "books.ours", &one.ours, Rect { y: foot.y + 1, height: 1, ..foot }, surface);
        side(model, "books.theirs", &one.theirs, Rect { y: foot.y + 2, height: 1, ..foot }, surface);
    }
    parked
}

fn title(model: &Model, view: &BooksView, area: Rect, surface: &mut Surface<'_>) {
    let words = &model.words;
    let check = ("check", grouped(view.check().len() as u64));
    let text = match view.place {
        Place::Groups => words.fill("books.title", &[check, ("pending", grouped(view.pending()))]),
        Place::Check => {
            let marked = grouped(view.marks.len());
            words.fill("books.check_title", &[check, ("marked", marked)])
        }
        Place::Block(status, at) => words.fill(
            "books.block_title",
            &[
                ("block", label(view, status, at)),
                ("status", status.label().to_owned()),
                ("source", view.blocks(status).get(at).map_or_else(String::new, |block| block.source.to_string())),
                ("count", grouped(view.lines() as u64)),
            ],
        ),
    };
    surface.text(area.x, area.y, area.width, &text, Role::Title);
}

fn label(view: &BooksView, status: Status, at: usize) -> String {
    let groups = view.page.as_ref().map_or(&[][..], |page| page.pending.as_slice());
    let group = groups.iter().position(|group| group.status == status).unwrap_or_default();
    block_label(group + 1, at + 1)
}

/// Columns of the groups: block, count, status, source.
const BLOCK: u16 = 10;
const COUNT: u16 = 10;

fn group_titles(model: &Model, area: Rect, surface: &mut Surface<'_>) {
    let y = area.y + 1;
    let mut x = area.x + GUTTER;
    for (key, width) in [("books.block", BLOCK), ("books.count", COUNT), ("books.target", 30)] {
        let room = width.min(area.right().saturating_sub(x));
        surface.text(x, y, room, model.words.text(key), Role::Label);
        x += width;
    }
}

fn group_line(model: &Model, view: &BooksView, at: usize, line: Rect, surface: &mut Surface<'_>) {
    let plain = if at == view.cursor { Role::RowCursor } else { Role::Text };
    let (block, count, text, role) = match view.entry(at) {
        None | Some(Place::Groups) => return,
        Some(Place::Check) => {
            let text = model.words.text("books.check_line").to_owned();
            (String::new(), view.check().len(), text, Role::ReflectCheck)
        }
        Some(Place::Block(status, at)) => {
            let Some(block) = view.blocks(status).get(at) else { return };
            let arguments = [("status", status.label().to_owned()), ("source", block.source.to_string())];
            (label(view, status, at), block.ids.len(), model.words.fill("books.block_line", &arguments), plain)
        }
    };
    let x = line.x + GUTTER;
    surface.text(x, line.y, BLOCK, &block, plain);
    let beside = Rect { x: x + BLOCK, width: COUNT - 3, ..line };
    surface.text_right(beside, &grouped(count as u64), plain);
    let x = x + BLOCK + COUNT;
    surface.text(x, line.y, line.right().saturating_sub(x), &text, role);
}

/// The statuses of a line: theirs and ours. What is 要確認 shows what was read with it, since that is what is decided
/// on; the others show their row.
fn statuses(model: &Model, view: &BooksView, at: usize, id: ApplicationId) -> (Option<Status>, Option<Status>) {
    match view.check().get(at).filter(|_| view.place == Place::Check) {
        Some(one) => (Some(one.theirs.status), Some(one.ours.status)),
        None => {
            let row = model.list.row(id);
            (row.and_then(|row| row.source_status), row.map(|row| row.status))
        }
    }
}

/// The widths of the columns that fit: number, name, form, submitted; then theirs and ours. What matters least goes
/// first: ours within a block (its title says it), 様式, 申込日時.
struct Columns {
    name: u16,
    form: u16,
    submitted: u16,
    ours: u16,
}

const NUMBER: u16 = 13;

/// Columns between theirs and ours.
const ARROW: u16 = 3;

impl Columns {
    fn of(width: u16, place: Place) -> Self {
        let ours = if place == Place::Check || width >= 96 { STATUS } else { 0 };
        let arrow = if ours > 0 { ARROW } else { 0 };
        let free = width.saturating_sub(GUTTER + NUMBER + STATUS + arrow + ours);
        let submitted = if free >= 26 { 12 } else { 0 };
        let free = free - submitted;
        let form = if free >= 24 { free / 2 } else { 0 };
        Self { name: free - form, form, submitted, ours }
    }

    /// Where each column begins, and how wide it is: number, name, form, submitted, theirs, ours.
    fn places(&self, x: u16) -> [(u16, u16); 6] {
        let mut x = x + GUTTER;
        [NUMBER, self.name, self.form, self.submitted, STATUS + ARROW, self.ours].map(|width| {
            let place = (x, width);
            x += width;
            place
        })
    }

    fn titles(&self, model: &Model, area: Rect, surface: &mut Surface<'_>) {
        let [number, name, form, submitted] = ["column.number", "column.name", "column.form", "column.submitted"];
        let keys = [number, name, form, submitted, "books.source_status", "column.status"];
        for ((x, width), key) in self.places(area.x).into_iter().zip(keys) {
            let room = width.min(area.right().saturating_sub(x));
            surface.text(x, area.y + 1, room, model.words.text(key), Role::Label);
        }
    }

    fn row(
        &self,
        model: &Model,
        id: ApplicationId,
        (theirs, ours): (Option<Status>, Option<Status>),
        (here, line): (bool, Rect),
        surface: &mut Surface<'_>,
    ) {
        let role = if here { Role::RowCursor } else { Role::Text };
        let [number, name, form, submitted, left, right] = self.places(line.x);
        let mut put = |(x, width): (u16, u16), text: &str| {
            surface.text(x, line.y, width.saturating_sub(1), text, role);
        };
        match model.list.row(id) {
            None => put((number.0, number.1 + name.1), model.words.text("list.reading")),
            Some(row) => {
                put(number, &row.number);
                put(name, row.display_name().unwrap_or_default());
                put(form, &row.form_name);
                put(submitted, &row.submitted.map_or_else(String::new, |at| short(at, model.now)));
            }
        }
        let ours = ours.filter(|_| self.ours > 0);
        for ((x, _), status) in [(left, theirs), (right, ours)] {
            if let Some(status) = status {
                let mut pen = surface.theme.pen(role);
                pen.style = pen.style.patch(surface.theme.status(status));
                surface.pen(x, line.y, STATUS, status.label(), &pen);
            }
        }
        if theirs.is_some() && ours.is_some() {
            surface.text(right.0 - 2, line.y, 1, ">", Role::Quiet);
        }
    }
}

/// One side of what is 要確認: what it says, who wrote it, when.
fn side(model: &Model, key: &str, side: &Side, line: Rect, surface: &mut Surface<'_>) {
    // The log knows the instant only; offices that this program serves keep Japanese time.
    let at = Instant { seconds: side.at_ms.div_euclid(1000), offset_minutes: 540 };
    let arguments = [
        ("status", side.status.label().to_owned()),
        ("at", long(at)),
        ("by", side.by.as_deref().unwrap_or_else(|| model.words.text("record.unsigned")).to_owned()),
        ("operation", side.operation.to_string()),
    ];
    surface.text(line.x, line.y, line.width, &model.words.fill(key, &arguments), Role::Text);
}
