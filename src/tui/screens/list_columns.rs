//! The columns of the list on a screen of some width: how wide each is, and which have no room.

use crate::domain::column::Column;
use crate::domain::order::SortField;
use crate::domain::session::Placed;

/// Columns before the first column: mark, cursor.
pub const GUTTER: u16 = 2;

/// A column as it stands on the screen: its place from the left edge of the list, and its width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// Which.
    pub column: Column,
    /// Its left edge.
    pub x: u16,
    /// Its width, with a column of air behind it.
    pub width: u16,
}

/// The message key of a column's title; an item is titled by its name.
#[must_use]
pub const fn title(column: &Column) -> Option<&'static str> {
    Some(match column {
        Column::Number => "column.number",
        Column::Name => "column.name",
        Column::Kana => "column.kana",
        Column::FormName => "column.form",
        Column::Form => "column.form_code",
        Column::FormVersion => "column.form_version",
        Column::Submitted => "column.submitted",
        Column::Status => "column.status",
        Column::SourceStatus => "column.source_status",
        Column::Reflection => "column.reflection",
        Column::Updated => "column.updated",
        Column::Line => "column.line",
        Column::Source => "column.source",
        Column::UserId => "column.user_id",
        Column::Mail => "column.mail",
        Column::Remarks => "column.remarks",
        Column::Version => "column.version",
        Column::Assignee => "column.assignee",
        Column::Due => "column.due",
        Column::Tags => "column.tags",
        Column::IndividualNumber => "column.individual_number",
        Column::Result => "column.result",
        Column::Ruling => "column.ruling",
        Column::DecidedOn => "column.decided_on",
        Column::DocumentNumber => "column.document_number",
        Column::ReceivedOn => "column.received_on",
        Column::ReceivedNumber => "column.received_number",
        Column::Item(_) => return None,
    })
}

/// Whether a list that is sorted by this field is sorted by what the column shows.
#[must_use]
pub const fn sorts(column: &Column, field: SortField) -> bool {
    matches!(
        (column, field),
        (Column::Number, SortField::Number)
            | (Column::Name, SortField::Name | SortField::Kana)
            | (Column::Kana, SortField::Kana)
            | (Column::FormName | Column::Form, SortField::Form)
            | (Column::Submitted, SortField::Submitted)
            | (Column::Status, SortField::Status)
            | (Column::SourceStatus, SortField::SourceStatus)
            | (Column::Updated, SortField::Updated)
            | (Column::Assignee, SortField::Assignee)
            | (Column::Due, SortField::Due | SortField::Deadline)
    )
}

/// The least width of a column, and its part of the room that is left over (0 = it takes none).
const fn needs(column: &Column) -> (u16, u16) {
    match column {
        Column::Number => (13, 0),
        Column::Name => (15, 2),
        Column::Kana => (12, 2),
        Column::FormName => (16, 3),
        Column::Form => (8, 0),
        Column::FormVersion => (5, 0),
        Column::Submitted | Column::Source => (12, 0),
        Column::Status | Column::SourceStatus => (14, 0),
        Column::Reflection => (9, 0),
        Column::Updated => (17, 0),
        Column::Line => (18, 0),
        Column::UserId => (10, 0),
        Column::Mail => (18, 1),
        Column::Remarks | Column::Item(_) => (12, 2),
        Column::Version => (6, 0),
        Column::Assignee => (10, 0),
        Column::Due => (16, 0),
        Column::Tags => (10, 1),
        Column::IndividualNumber | Column::ReceivedNumber | Column::DocumentNumber => (12, 0),
        Column::ReceivedOn | Column::DecidedOn => (10, 0),
        Column::Ruling => (8, 0),
        Column::Result => (8, 0),
    }
}

/// What a list can least do without comes first.
const fn rank(column: &Column) -> u8 {
    match column {
        Column::Number => 0,
        Column::Name => 1,
        Column::Status => 2,
        Column::Submitted => 3,
        Column::FormName => 4,
        _ => 5,
    }
}

/// A name is never made wider than this by room that is left over: a form's name needs it more.
const WIDEST_NAME: u16 = 32;

/// From this width on 申込日時 shows its year.
const WIDTH_FOR_YEARS: u16 = 110;

/// The columns that the year takes.
const FOR_YEARS: u16 = 5;

/// The columns that fit, with their places; and those that don't: the least needed go first, of equals the rightmost.
#[must_use]
pub fn fit(columns: &[Placed], width: u16) -> (Vec<Fitted>, Vec<Column>) {
    let least = |placed: &Placed| placed.width.unwrap_or_else(|| needs(&placed.column).0);
    let mut kept: Vec<&Placed> = columns.iter().collect();
    let mut dropped = Vec::new();
    let sum = |kept: &[&Placed]| kept.iter().fold(GUTTER, |sum, placed| sum.saturating_add(least(placed)));
    while kept.len() > 1 && sum(&kept) > width {
        let worst = (0..kept.len()).max_by_key(|at| (rank(&kept[*at].column), *at)).unwrap_or_default();
        dropped.push(kept.remove(worst).column.clone());
    }
    let years = |placed: &Placed| placed.column == Column::Submitted && placed.width.is_none();
    let growth = FOR_YEARS * kept.iter().filter(|placed| years(placed)).count() as u16;
    let with_years = width >= WIDTH_FOR_YEARS && sum(&kept) + growth <= width;
    let own = |placed: &Placed| least(placed) + if with_years && years(placed) { FOR_YEARS } else { 0 };
    let free = kept.iter().fold(width.saturating_sub(GUTTER), |free, placed| free.saturating_sub(own(placed)));
    // The columns that take what is left over share it, and their own least, by their parts; the last one takes the rest.
    let part = |placed: &Placed| if placed.width.is_some() { 0 } else { needs(&placed.column).1 };
    let mut parts: u16 = kept.iter().map(|placed| part(placed)).sum();
    let mut later: u16 = kept.iter().filter(|placed| part(placed) > 0).map(|placed| least(placed)).sum();
    let mut room = free + later;
    let mut fitted = Vec::with_capacity(kept.len());
    let mut x = GUTTER;
    for placed in &kept {
        let weight = part(placed);
        let width = if weight == 0 {
            own(placed)
        } else {
            later -= least(placed);
            let share = (u32::from(room) * u32::from(weight) / u32::from(parts)) as u16;
            let most = if placed.column == Column::Name { WIDEST_NAME } else { u16::MAX };
            let width = if parts == weight { room } else { share.min(most).max(least(placed)).min(room - later) };
            (room, parts) = (room - width, parts - weight);
            width
        };
        fitted.push(Fitted { column: placed.column.clone(), x, width });
        x += width;
    }
    (fitted, dropped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usual() -> Vec<Placed> {
        Column::USUAL.map(Placed::from).to_vec()
    }

    fn names(width: u16) -> Vec<Column> {
        fit(&usual(), width).0.into_iter().map(|fitted| fitted.column).collect()
    }

    #[test]
    fn number_name_and_status_stay_on_the_smallest_screen() {
        assert_eq!(names(60), [Column::Number, Column::Name, Column::Submitted, Column::Status]);
        assert_eq!(names(80), [Column::Number, Column::Name, Column::FormName, Column::Submitted, Column::Status]);
        assert_eq!(names(110), Column::USUAL);
    }

    #[test]
    fn what_has_no_room_is_named() {
        let (_, dropped) = fit(&usual(), 60);
        assert_eq!(dropped, [Column::Reflection, Column::FormName]);
        let wide = [Placed { column: Column::Remarks, width: Some(120) }, Column::Number.into()];
        assert_eq!(fit(&wide, 80).1, [Column::Remarks]);
    }

    proptest! {
        #[test]
        fn columns_never_overlap_and_never_leave_the_width(
            width in 60u16..300,
            chosen in proptest::collection::vec((0usize..18, proptest::option::of(4u16..60)), 1..12),
        ) {
            let columns: Vec<Placed> = chosen.iter().map(|(at, width)| {
                let column = Column::FIXED.get(*at).map_or(Column::Item("希望日".into()), |(column, _)| column.clone());
                Placed { column, width: *width }
            }).collect();
            let (fitted, dropped) = fit(&columns, width);
            prop_assert_eq!(fitted.len() + dropped.len(), columns.len());
            let mut end = GUTTER;
            for one in &fitted {
                prop_assert_eq!(one.x, end);
                prop_assert!(one.width > 0);
                end += one.width;
            }
            prop_assert!(end <= width.max(62), "{} in {}", end, width);
        }
    }
}
