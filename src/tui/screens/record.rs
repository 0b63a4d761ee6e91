//! One application whole: what the citizen sent in form order, then what happened to it. The same lines stand in the
//! pane beside the list.

use std::ops::Range;

use ratatui::layout::{Position, Rect};

use super::revisions::Page;
use crate::command::CommandId;
use crate::domain::application::{Instant, Line};
use crate::domain::identity::ApplicationId;
use crate::domain::reflection::Reflection;
use crate::messages::Messages;
use crate::office::view::{HistoryEntry, Record};
use crate::tui::format::long;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji, Pen};
use crate::tui::theme::Role;

/// The full view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordView {
    /// Which application.
    pub id: ApplicationId,
    /// The first line that is shown.
    pub top: usize,
    /// Whether every revision is told, not only the last.
    pub all_revisions: bool,
}

impl RecordView {
    /// The full view of an application, from its first line.
    #[must_use]
    pub const fn new(id: ApplicationId) -> Self {
        Self { id, top: 0, all_revisions: false }
    }

    /// Scrolls; the last line may come up to the top of the last page, no further.
    pub fn perform(&mut self, command: CommandId, lines: usize, page: usize) {
        self.top = motion::moved(self.top, lines.saturating_sub(page), command, page);
    }
}

/// One line of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// Columns before the text.
    pub indent: u16,
    /// The text.
    pub text: String,
    /// Its look.
    pub role: Role,
    /// The bytes of the text that a revision changed; they have a look of their own.
    pub marked: Range<usize>,
}

/// All lines of a record for a width.
#[must_use]
pub fn lines(record: &Record, all_revisions: bool, page: &Page<'_>) -> Vec<RecordLine> {
    let &Page { width, theme, words, .. } = page;
    let mut lines = page.news(record);
    let mut add = |indent: u16, text: &str, role: Role| {
        for part in text::wrap(text, width.saturating_sub(indent).max(2), theme.policy, Gaiji::Code) {
            lines.push(RecordLine { indent, text: part, role, marked: 0..0 });
        }
    };
    let row = &record.row;
    let kana =
        row.kana.as_deref().filter(|kana| !kana.is_empty()).map_or_else(String::new, |kana| format!(" ({kana})"));
    add(0, &format!("{}{kana}", row.name.as_deref().unwrap_or_default()), Role::Title);
    let mut field = |key: &str, value: &str, role: Role| {
        add(0, &format!("{} {value}", words.text(key)), role);
    };
    field("record.number", &format!("{} ({})", row.number, row.source), Role::Text);
    let form = format!("{} Ver.{} {}", row.form_code, row.form_version, row.form_name);
    field("record.form", &form, Role::Text);
    if let Some(at) = row.submitted {
        field("record.submitted", &long(at), Role::Text);
    }
    field("record.status", row.status.label(), Role::Text);
    if row.reflection != Reflection::Done {
        let theirs = row.source_status.map_or("", crate::domain::status::Status::label);
        let text = words.fill("record.source_status", &[("status", theirs.to_owned())]);
        let role = if row.reflection == Reflection::Check { Role::ReflectCheck } else { Role::ReflectPending };
        field("record.reflection", &format!("{} {text}", row.reflection.label()), role);
    }
    for (key, value) in [("record.mail", &record.mail), ("record.user_id", &record.user_id)] {
        if let Some(value) = value {
            field(key, value, Role::Text);
        }
    }
    if let Some(line) = record.line {
        let key = match line {
            Line::Internet => "record.line.internet",
            Line::Staff => "record.line.staff",
        };
        field("record.line.label", words.text(key), Role::Text);
    }
    if let Some(remarks) = record.remarks.as_deref().filter(|text| !text.is_empty()) {
        add(0, words.text("record.remarks"), Role::Label);
        add(2, remarks, Role::Text);
    }
    add(0, "", Role::Text);
    for item in &record.items {
        add(0, &item.name, Role::Label);
        match item.value.as_deref() {
            None => add(2, words.text("record.absent"), Role::Quiet),
            Some("") => add(2, words.text("record.empty"), Role::Quiet),
            Some(value) => add(2, value, Role::Text),
        }
    }
    add(0, "", Role::Text);
    add(0, words.text("record.history"), Role::Label);
    for entry in &record.history {
        add(2, &happened(entry, words), Role::Text);
        if let Some(reason) = entry.reason.as_deref().filter(|reason| !reason.is_empty()) {
            add(4, &words.fill("record.reason", &[("reason", reason.to_owned())]), Role::Quiet);
        }
    }
    lines.extend(page.earlier(record, all_revisions));
    lines
}

/// One line of the history.
fn happened(entry: &HistoryEntry, words: &Messages) -> String {
    // The history knows the instant only; offices that this program serves keep Japanese time.
    let at = Instant { seconds: entry.at_ms.div_euclid(1000), offset_minutes: 540 };
    let actor = entry.actor.as_deref().unwrap_or_else(|| words.text("record.unsigned"));
    let title = format!("command.{}.title", entry.command);
    let what = if words.has(&title) { words.text(&title) } else { &entry.command };
    let change = match entry.status {
        Some((Some(from), to)) if from != to => format!("  {} > {}", from.label(), to.label()),
        Some((_, to)) => format!("  {}", to.label()),
        None => String::new(),
    };
    let revision = entry.revision.filter(|number| *number > 1).map_or_else(String::new, |number| {
        format!("  {}", words.fill("record.brought_revision", &[("number", number.to_string())]))
    });
    let theirs = entry.source_status.filter(|_| entry.status.is_none()).map_or_else(String::new, |status| {
        format!("  {}", words.fill("record.source_status", &[("status", status.label().to_owned())]))
    });
    format!("{}  {actor}  {what}{change}{revision}{theirs}", long(at))
}

/// Draws an application into an area; tells where the cursor is parked.
pub fn draw(model: &Model, view: RecordView, area: Rect, surface: &mut Surface<'_>) -> Position {
    let RecordView { id, top, all_revisions } = view;
    let Some(record) = model.open.of(id) else {
        let key = if model.open.asked == Some(id) || model.open.resting == Some(id) {
            "record.reading"
        } else {
            "record.gone"
        };
        surface.text(area.x, area.y, area.width, model.words.text(key), Role::Quiet);
        return area.as_position();
    };
    let all = lines(record, all_revisions, &Page::of(model, area.width));
    for (y, line) in (area.top()..area.bottom()).zip(all.iter().skip(top)) {
        let pen = Pen { gaiji: Gaiji::Code, ..surface.theme.pen(line.role) };
        let marked = Pen { style: pen.style.patch(surface.theme.style(Role::Changed)), ..pen };
        let Range { start, end } = line.marked;
        let mut x = area.x + line.indent;
        for (text, pen) in [(&line.text[..start], &pen), (&line.text[start..end], &marked), (&line.text[end..], &pen)] {
            x += surface.pen(x, y, area.right().saturating_sub(x), text, pen);
        }
    }
    area.as_position()
}
