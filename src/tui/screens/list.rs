//! 申込一覧, the list where staff live: its columns, and rows that may not be read yet.

use ratatui::layout::{Position, Rect};

use super::list_columns::{Fitted, GUTTER, fit, sorts, title};
use super::record::{self, RecordView};
use crate::domain::calendar::{Day, civil, day_number};
use crate::domain::column::Column;
use crate::domain::deadline::{Deadline, DeadlineKind};
use crate::domain::entry;
use crate::domain::identity::ApplicationId;
use crate::domain::reflection::Reflection;
use crate::domain::revision::Since;
use crate::messages::Messages;
use crate::office::view::Row;
use crate::tui::format::{long, short};
use crate::tui::layout::Places;
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::text::Parts;
use crate::tui::theme::Role;

/// Draws titles, rows and the pane; tells where the cursor is parked.
pub fn draw(model: &Model, places: &Places, surface: &mut Surface<'_>) -> Position {
    let (columns, _) = fit(&model.arrangement.shown(), places.rows.width);
    for Fitted { column, x, width } in &columns {
        let mut title = title_of(column, model);
        if sorts(column, model.list.sort.field) {
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

fn draw_row(model: &Model, id: ApplicationId, here: bool, area: Rect, columns: &[Fitted], surface: &mut Surface<'_>) {
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
    let query = &model.search.understood;
    let has_kana = columns.iter().any(|fitted| fitted.column == Column::Kana);
    for Fitted { column, x, width } in columns {
        let mut pen = surface.theme.pen(role);
        match column {
            Column::Status => pen.style = pen.style.patch(surface.theme.status(row.status)),
            Column::SourceStatus => {
                pen.style = row.source_status.map_or(pen.style, |status| pen.style.patch(surface.theme.status(status)));
            }
            Column::Reflection if row.reflection == Reflection::Check => {
                pen.style = surface.theme.style(Role::ReflectCheck);
            }
            Column::Reflection => pen.style = surface.theme.style(Role::ReflectPending),
            _ => {}
        }
        // One column of air behind each; a status is shown whole.
        let whole = matches!(column, Column::Status | Column::SourceStatus);
        let mut room = if whole { *width } else { width.saturating_sub(1) };
        let mut x = if *column == Column::Reflection { area.x + x + 1 } else { area.x + x };
        if let (Column::Name, Some(badge)) = (column, badge(row)) {
            let used = surface.text(x, area.y, room, model.words.text(badge), Role::Arrival) + 1;
            (x, room) = (x + used, room.saturating_sub(used));
        }
        let text = cell(column, row, *width, model);
        let ranges = match (column, &row.kana) {
            (Column::Name, Some(kana)) if !has_kana => query.marks_by_reading(&text, kana),
            _ => query.marks(column, &text),
        };
        let parts = Parts { ranges, style: surface.theme.style(Role::Match) };
        surface.parts(Rect::new(x, area.y, room, 1), &text, &parts, &pen);
    }
}

/// The title of a column.
pub fn title_of(column: &Column, model: &Model) -> String {
    match (title(column), column) {
        (Some(key), _) => model.words.text(key).to_owned(),
        (None, Column::Item(name)) => name.clone(),
        _ => String::new(),
    }
}

/// The badge before a name: what the applicant did since our last decision, the weightiest first.
pub const fn badge(row: &Row) -> Option<&'static str> {
    match row.since {
        Since { withdrawn: true, .. } => Some("badge.withdrawal"),
        Since { corrected: true, .. } => Some("badge.correction"),
        Since { revised: true, .. } => Some("badge.revision"),
        _ => None,
    }
}

/// The text of a cell of this width.
pub fn cell(column: &Column, row: &Row, width: u16, model: &Model) -> String {
    match column {
        Column::Number => row.number.clone(),
        Column::Name => row.display_name().unwrap_or_default().to_owned(),
        Column::Kana => row.kana.clone().unwrap_or_default(),
        Column::FormName => row.form_name.clone(),
        Column::Form => row.form_code.clone(),
        Column::FormVersion => row.form_version.clone(),
        Column::Source => entry::source_label(&row.source).to_owned(),
        Column::Version => row.version.to_string(),
        Column::Submitted => match row.submitted {
            Some(at) if width >= 17 => long(at),
            Some(at) => short(at, model.now),
            None => String::new(),
        },
        Column::Status => row.status.label().to_owned(),
        Column::SourceStatus => row.source_status.map_or_else(String::new, |status| status.label().to_owned()),
        Column::Reflection if row.reflection == Reflection::Done => String::new(),
        Column::Reflection => row.reflection.label().to_owned(),
        Column::Due => match row.deadline.and_then(|deadline| by_form(deadline, &model.words)) {
            Some(text) => text,
            None => cell_text(row, column).map_or_else(String::new, |text| due(&text, model)),
        },
        Column::Updated | Column::Line | Column::UserId | Column::Mail | Column::Remarks | Column::Item(_) => {
            cell_text(row, column).unwrap_or_default()
        }
        Column::Ruling | Column::DecidedOn | Column::DocumentNumber => cell_text(row, column).unwrap_or_default(),
        Column::ReceivedOn | Column::ReceivedNumber => cell_text(row, column).unwrap_or_default(),
        Column::Assignee | Column::Tags | Column::IndividualNumber | Column::Result => {
            cell_text(row, column).unwrap_or_default()
        }
    }
}

fn cell_text(row: &Row, column: &Column) -> Option<String> {
    row.cells.iter().find(|(known, _)| known == column).map(|(_, text)| text.clone())
}

/// What is said of a deadline by 標準処理期間, in 開庁日; `None` = it is one that staff have set.
pub fn by_form(deadline: Deadline, words: &Messages) -> Option<String> {
    let kind = match deadline.kind {
        DeadlineKind::Processing => "processing",
        DeadlineKind::Paused => "paused",
        DeadlineKind::Correction => "correction",
        DeadlineKind::Due => return None,
    };
    let end = if deadline.days < 0 { "over" } else { "left" };
    let days = deadline.days.unsigned_abs().to_string();
    Some(words.fill(&format!("deadline.{kind}.{end}"), &[("days", days)]))
}

/// A due day with how far it is from today.
pub fn due(day: &str, model: &Model) -> String {
    let known = day.parse::<Day>().ok().zip(model.now.map(|now| civil(&now).date()));
    let left = known.and_then(|(due, today)| Some(day_number(due)? as i64 - day_number(today)? as i64));
    let (key, days) = match left {
        None => return day.to_owned(),
        Some(0) => ("due.today", 0),
        Some(left @ 1..) => ("due.left", left),
        Some(left) => ("due.over", -left),
    };
    // The year goes without saying, next to how many days are left.
    let short = day.get(5..).unwrap_or(day);
    format!("{short} {}", model.words.fill(key, &[("days", days.to_string())]))
}
