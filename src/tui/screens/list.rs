//! 申込一覧, the list where staff live: columns by width, and rows that may not be read yet.

use ratatui::layout::{Position, Rect};

use super::record::{self, RecordView};
use crate::domain::identity::ApplicationId;
use crate::domain::reflection::Reflection;
use crate::domain::revision::Since;
use crate::office::view::Row;
use crate::tui::format::{long, short};
use crate::tui::layout::Places;
use crate::tui::message::SortField;
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Name,
    Form,
    Submitted,
    Status,
    Reflection,
}

impl Column {
    const fn title(self) -> &'static str {
        match self {
            Self::Number => "column.number",
            Self::Name => "column.name",
            Self::Form => "column.form",
            Self::Submitted => "column.submitted",
            Self::Status => "column.status",
            Self::Reflection => "column.reflection",
        }
    }

    const fn sort(self) -> Option<SortField> {
        match self {
            Self::Number => Some(SortField::Number),
            Self::Name => Some(SortField::Name),
            Self::Submitted => Some(SortField::Submitted),
            Self::Status => Some(SortField::Status),
            Self::Form | Self::Reflection => None,
        }
    }
}

/// Columns before the first column: mark, cursor.
const GUTTER: u16 = 2;

/// The columns that fit, with their place and width. What matters least goes first: 反映, 様式, 申込日時.
fn columns(width: u16) -> Vec<(Column, u16, u16)> {
    let mut fixed = vec![(Column::Number, 13), (Column::Name, 0), (Column::Status, 14)];
    if width >= 56 {
        fixed.insert(2, (Column::Submitted, if width >= 110 { 17 } else { 12 }));
    }
    if width >= 72 {
        fixed.insert(2, (Column::Form, 0));
    }
    if width >= 92 {
        fixed.push((Column::Reflection, 9));
    }
    let taken: u16 = GUTTER + fixed.iter().map(|(_, width)| *width).sum::<u16>();
    let free = width.saturating_sub(taken);
    let has_form = fixed.iter().any(|(column, _)| *column == Column::Form);
    let name = if has_form { (free * 2 / 5).clamp(12, 32).min(free) } else { free };
    let mut x = GUTTER;
    let mut placed = Vec::with_capacity(fixed.len());
    for (column, width) in fixed {
        let width = match column {
            Column::Name => name,
            Column::Form => free - name,
            _ => width,
        };
        placed.push((column, x, width));
        x += width;
    }
    placed
}

/// Draws titles, rows and the pane; tells where the cursor is parked.
pub fn draw(model: &Model, places: &Places, surface: &mut Surface<'_>) -> Position {
    let columns = columns(places.rows.width);
    for (column, x, width) in &columns {
        let mut title = model.words.text(column.title()).to_owned();
        if column.sort() == Some(model.list.sort.field) {
            title.push_str(model.words.text(if model.list.sort.descending { "sort.down" } else { "sort.up" }));
        }
        surface.text(places.titles.x + x, places.titles.y, width.saturating_sub(1), &title, Role::Label);
    }
    let rows = places.rows;
    if model.list.ids().is_empty() {
        let key = if model.list.is_whole() { "list.empty" } else { "list.searching" };
        surface.text(rows.x + GUTTER, rows.y, rows.width - GUTTER, model.words.text(key), Role::Quiet);
    }
    let mut parked = rows.as_position();
    let window = model.list.window(usize::from(rows.height));
    for (y, (at, id)) in (rows.top()..rows.bottom()).zip((model.list.top()..).zip(window)) {
        let here = at == model.list.cursor();
        if here {
            parked = Position::new(rows.x, y);
        }
        draw_row(model, *id, here, Rect::new(rows.x, y, rows.width, 1), &columns, surface);
    }
    if let Some(pane) = places.pane {
        surface.vertical(pane.x, pane);
        let inside = Rect::new(pane.x + 2, pane.y, pane.width.saturating_sub(2), pane.height);
        if let Some(id) = model.list.current() {
            record::draw(model, RecordView::new(id), inside, surface);
        }
    }
    parked
}

fn draw_row(
    model: &Model,
    id: ApplicationId,
    here: bool,
    area: Rect,
    columns: &[(Column, u16, u16)],
    surface: &mut Surface<'_>,
) {
    let glyphs = surface.theme.glyphs;
    if model.list.marks().contains(id) {
        surface.text(area.x, area.y, 1, glyphs.mark, Role::Mark);
    }
    if here {
        surface.text(area.x + 1, area.y, 1, glyphs.cursor, Role::Mark);
    }
    let Some(row) = model.list.row(id) else {
        surface.text(area.x + GUTTER, area.y, area.width - GUTTER, model.words.text("list.reading"), Role::Quiet);
        return;
    };
    let role = if here { Role::RowCursor } else { Role::Text };
    for (column, x, width) in columns {
        let mut pen = surface.theme.pen(role);
        match column {
            Column::Status => pen.style = pen.style.patch(surface.theme.status(row.status)),
            Column::Reflection if row.reflection == Reflection::Check => {
                pen.style = surface.theme.style(Role::ReflectCheck);
            }
            Column::Reflection => pen.style = surface.theme.style(Role::ReflectPending),
            _ => {}
        }
        // One column of air behind each; a status is shown whole.
        let room = if *column == Column::Status { *width } else { width.saturating_sub(1) };
        let mut x = if *column == Column::Reflection { area.x + x + 1 } else { area.x + x };
        let mut room = room;
        if let (Column::Name, Some(badge)) = (column, badge(row)) {
            let used = surface.text(x, area.y, room, model.words.text(badge), Role::Arrival) + 1;
            (x, room) = (x + used, room.saturating_sub(used));
        }
        surface.pen(x, area.y, room, &cell(*column, row, *width, model), &pen);
    }
}

/// The badge before a name: what the applicant did since our last decision, the weightiest first.
const fn badge(row: &Row) -> Option<&'static str> {
    match row.since {
        Since { withdrawn: true, .. } => Some("badge.withdrawal"),
        Since { corrected: true, .. } => Some("badge.correction"),
        Since { revised: true, .. } => Some("badge.revision"),
        _ => None,
    }
}

/// The text of a cell.
fn cell(column: Column, row: &Row, width: u16, model: &Model) -> String {
    match column {
        Column::Number => row.number.clone(),
        Column::Name => row.name.clone().unwrap_or_default(),
        Column::Form => row.form_name.clone(),
        Column::Submitted => match row.submitted {
            Some(at) if width >= 17 => long(at),
            Some(at) => short(at, model.now),
            None => String::new(),
        },
        Column::Status => row.status.label().to_owned(),
        Column::Reflection if row.reflection == Reflection::Done => String::new(),
        Column::Reflection => row.reflection.label().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_never_overlap_and_never_leave_the_width() {
        for width in 36..300 {
            let mut end = GUTTER;
            for (column, x, wide) in columns(width) {
                assert_eq!(x, end, "{column:?} at {width}");
                end = x + wide;
            }
            assert!(end <= width.max(42), "{width}: {end}");
        }
    }

    #[test]
    fn number_name_and_status_stay_on_the_smallest_screen() {
        let shown: Vec<Column> = columns(60).into_iter().map(|(column, ..)| column).collect();
        assert_eq!(shown, [Column::Number, Column::Name, Column::Submitted, Column::Status]);
    }
}
