//! What stands around every screen: banner, band, tabs, search line, messages, keys.

use ratatui::layout::{Position, Rect};

use crate::command::{COMMANDS, Command, CommandId, Context};
use crate::tui::format::{clock, grouped};
use crate::tui::layer::Layer;
use crate::tui::layout::Places;
use crate::tui::message::{Progress, Work};
use crate::tui::model::{Model, Segment};
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// Columns that the query keeps, however long the counts beside it are.
const QUERY_AT_LEAST: u16 = 20;

/// Draws the chrome; tells where the caret stands while the search line is edited.
pub fn draw(model: &Model, places: &Places, surface: &mut Surface<'_>) -> Option<Position> {
    if let Some(banner) = places.banner {
        surface.fill(banner, Role::Banner);
        let mut parts = Vec::new();
        if model.surroundings.demo {
            parts.push(model.words.text("banner.demo"));
        }
        if model.surroundings.unsigned {
            parts.push(model.words.text("banner.unsigned"));
        }
        surface.text(banner.x + 1, banner.y, banner.width - 1, &parts.join("  "), Role::Banner);
    }
    draw_band(model, places.band, surface);
    draw_tabs(model, places.tabs, surface);
    let caret = draw_search(model, places.search, surface);
    draw_notice(model, places.notice, surface);
    draw_keys(model, places.keys, surface);
    caret
}

fn draw_band(model: &Model, area: Rect, surface: &mut Surface<'_>) {
    surface.fill(area, Role::Band);
    let words = &model.words;
    let here = &model.surroundings;
    let badge = words.text(match here.segment {
        Segment::Lgwan => "segment.lgwan",
        Segment::MyNumber => "segment.mynumber",
    });
    let mut left = format!("{} {badge}", words.text("program"));
    if let Some(summary) = model.summary {
        let waiting = model.intake.waiting();
        // In the order of what is to be done first: a narrow band leaves the last ones out.
        let counts = [
            ("summary.total", summary.total, true),
            ("summary.unprocessed", summary.unprocessed, true),
            ("summary.waiting", waiting, waiting > 0),
            ("summary.reflect_check", summary.reflect_check, summary.reflect_check > 0),
            ("summary.reflect_pending", summary.reflect_pending, summary.reflect_pending > 0),
            ("summary.corrections", summary.corrections, summary.corrections > 0),
            ("summary.withdrawals", summary.withdrawals, summary.withdrawals > 0),
        ];
        for (key, count, shown) in counts {
            let text = format!("  {}", words.fill(key, &[("count", grouped(count))]));
            // What doesn't fit whole is left out: half a number is a wrong one.
            if shown && surface.columns(&left) + surface.columns(&text) < area.width {
                left.push_str(&text);
            }
        }
    }
    let used = surface.text(area.x + 1, area.y, area.width - 1, &left, Role::Band);
    let name = if here.operator.is_empty() { words.text("operator.nobody") } else { &here.operator };
    let terminal = words.fill("operator.terminal", &[("terminal", here.terminal.clone())]);
    let space = if here.department.is_empty() { "" } else { " " };
    let forms = [format!("{}{space}{name}{terminal}", here.department), format!("{name}{terminal}"), name.to_owned()];
    let room = area.width.saturating_sub(used + 4);
    if let Some(form) = forms.iter().find(|form| surface.columns(form) <= room) {
        surface.text_right(Rect { width: area.width - 1, ..area }, form, Role::Band);
    }
}

fn draw_tabs(model: &Model, area: Rect, surface: &mut Surface<'_>) {
    // The page that everything else lies above, and that Esc leads back to.
    let at_today = matches!(model.layers.first(), Some(Layer::Today(_)));
    let mut used = 0;
    for (key, active) in [("tab.today", at_today), ("tab.list", !at_today)] {
        let role = if active { Role::TabActive } else { Role::Tab };
        used += surface.text(area.x + 1 + used, area.y, area.width - 1, model.words.text(key), role) + 1;
    }
    if let Some((name, _)) = model.arrangement.in_force.as_ref().filter(|_| !at_today) {
        let view = model.words.fill("view.in_force", &[("name", name.clone())]);
        surface.text(area.x + used, area.y, area.width.saturating_sub(used + 34), &view, Role::Label);
    }
    if let Some(now) = model.now {
        let time = ("time", format!("{} {}", (model.seams.write_day)(now), clock(now)));
        let text = model.words.fill("as_of", &[time]);
        surface.text_right(Rect { width: area.width - 1, ..area }, text.trim_start(), Role::Quiet);
    }
}

/// The counts beside the query, the longest form first.
fn counts(model: &Model) -> Vec<String> {
    let words = &model.words;
    let list = &model.list;
    let total = model.summary.map_or_else(|| "…".to_owned(), |summary| grouped(summary.total));
    let found = words.fill("search.counts", &[("listed", grouped(list.ids().len() as u64)), ("total", total)]);
    let marked = ("count", grouped(list.marks().len()));
    let out_of_sight = ("out", grouped(list.marked_out_of_sight()));
    let marks = match (list.marks().len(), list.marked_out_of_sight()) {
        (0, _) => return vec![found, String::new()],
        (_, 0) => words.fill("mark.count", &[marked]),
        _ => words.fill("mark.count_out", &[marked, out_of_sight]),
    };
    vec![format!("{found}   {marks}"), marks, words.fill("mark.count", &[("count", grouped(list.marks().len()))])]
}

fn draw_search(model: &Model, area: Rect, surface: &mut Surface<'_>) -> Option<Position> {
    let counts = counts(model);
    let fits = |text: &&String| surface.columns(text) + QUERY_AT_LEAST <= area.width;
    let counts = counts.iter().find(fits).map_or("", String::as_str);
    let right = Rect { width: area.width - 1, ..area };
    let end = surface.text_right(right, counts, Role::Text);
    let label = surface.text(area.x + 1, area.y, 4, model.words.text("search.label"), Role::Label);
    let x = area.x + 1 + label + 1;
    let line = Rect::new(x, area.y, end.saturating_sub(x + 1), 1);
    let typed = model.search.typed.as_str();
    if let Some(Layer::Search(field)) = model.layers.last() {
        let role = if field.is_selected() { Role::InputSelected } else { Role::Input };
        let caret = field.draw(surface.buffer, line, &surface.theme.pen(role));
        underline(model, caret, line, surface);
        return Some(caret);
    }
    if typed.is_empty() {
        surface.text(line.x, line.y, line.width, model.words.text("search.empty"), Role::Quiet);
    } else {
        surface.text(line.x, line.y, line.width, typed, Role::Input);
        underline(model, Position::new(line.x, line.y), line, surface);
    }
    None
}

/// Underlines the wrong part of the query, where it is in sight: the text before the caret may be scrolled.
fn underline(model: &Model, caret: Position, line: Rect, surface: &mut Surface<'_>) {
    let Some(problem) = &model.search.problem else { return };
    let typed = &model.search.typed;
    if surface.columns(typed) >= line.width {
        return;
    }
    let before: String = typed.chars().take(problem.columns.start).collect();
    let wrong: String = typed.chars().skip(problem.columns.start).take(problem.columns.len().max(1)).collect();
    let x = line.x + surface.columns(&before);
    if x < line.right() && caret.y == line.y {
        let wrong = if wrong.is_empty() { " " } else { wrong.as_str() };
        surface.text(x, line.y, line.right() - x, wrong, Role::InputWrong);
    }
}

fn draw_notice(model: &Model, area: Rect, surface: &mut Surface<'_>) {
    let line = Rect::new(area.x + 1, area.y, area.width - 2, 1);
    let progress = progress(model);
    let end = if progress.is_empty() { line.right() } else { surface.text_right(line, &progress, Role::Quiet) };
    let room = end.saturating_sub(line.x + 1);
    if let Some(problem) = &model.search.problem {
        surface.text(line.x, line.y, room, &problem.sentence, Role::NoticeError);
    } else if !model.pending.is_empty() {
        let keys: Vec<String> = model.pending.iter().map(ToString::to_string).collect();
        surface.text(line.x, line.y, room, &format!("{} …", keys.join(" ")), Role::Key);
    } else if matches!(model.layers.last(), Some(Layer::Search(field)) if field.is_selected()) {
        surface.text(line.x, line.y, room, model.words.text("search.replaces"), Role::Quiet);
    } else if let Some(notice) = model.notices.showing() {
        let role = if notice.is_error { Role::NoticeError } else { Role::Notice };
        surface.text(line.x, line.y, room, &notice.text, role);
    }
}

/// How far the work is: percent, rate, time left, and the key that stops it.
fn progress(model: &Model) -> String {
    let stop = ("stop", model.key_name(Context::Everywhere, CommandId::WorkCancel));
    let Some((work, known)) = model.work.last() else { return String::new() };
    let name = model.words.text(match work {
        Work::Search => "work.search",
        Work::Plan => "work.plan",
        Work::Apply => "work.apply",
        Work::Undo => "work.undo",
        Work::Redo => "work.redo",
        Work::Export => "work.export",
        Work::DryRun => "work.dry_run",
        Work::Import => "work.import",
        Work::Views => "work.views",
        Work::Forms => "work.forms",
    });
    let name = ("work", name.to_owned());
    match known {
        None => match model.list.percent() {
            Some(percent) if *work == Work::Search => {
                model.words.fill("progress.percent", &[name, ("percent", percent.to_string()), stop])
            }
            _ => model.words.fill("progress.begun", &[name, stop]),
        },
        Some(Progress { done, total: Some(total), per_second, seconds_left, .. }) => {
            let percent = ("percent", (done * 100).checked_div(*total).unwrap_or(0).min(100).to_string());
            let rate = ("rate", grouped(*per_second));
            let left = ("left", seconds_left.map_or_else(|| "?".to_owned(), |left| left.to_string()));
            model.words.fill("progress.full", &[name, percent, rate, left, stop])
        }
        Some(Progress { done, total: None, per_second, .. }) => {
            let (done, rate) = (("done", grouped(*done)), ("rate", grouped(*per_second)));
            model.words.fill("progress.open", &[name, done, rate, stop])
        }
    }
}

fn draw_keys(model: &Model, area: Rect, surface: &mut Surface<'_>) {
    let context = model.context();
    let situation = model.situation();
    let offered = COMMANDS.iter().filter(|command| command.hint > 0 && command.is_offered_in(context));
    let mut hints: Vec<_> = offered.filter(|command| (command.disabled)(&situation).is_none()).collect();
    hints.sort_by_key(|command| command.hint);
    let mut hints: Vec<Hint> = hints.into_iter().map(|command| Hint::of(model, command, surface)).collect();
    hints.retain(|hint| !hint.key.is_empty());
    let mut take = |id| hints.iter().position(|hint| hint.id == id).map(|at| hints.remove(at));
    // The help is the door to all the others, so its key is always in sight, at the right end. So is the way out of
    // what is open, behind those that have room.
    let (help, way_out) = (take(CommandId::HelpOpen), take(CommandId::LayerClose));
    let mut end = area.right();
    if let Some(help) = help {
        end = end.saturating_sub(help.width - 1);
        help.put(end, area.y, surface);
    }
    let kept = way_out.as_ref().map_or(0, |hint| hint.width);
    let mut x = area.x + 1;
    for hint in &hints {
        if x + hint.width + kept > end {
            break;
        }
        hint.put(x, area.y, surface);
        x += hint.width;
    }
    if let Some(hint) = way_out.filter(|hint| x + hint.width <= end) {
        hint.put(x, area.y, surface);
    }
}

/// A key and what it does, for the bottom line.
struct Hint {
    id: CommandId,
    key: String,
    title: String,
    /// Columns, with the space behind it.
    width: u16,
}

impl Hint {
    fn of(model: &Model, command: &Command, surface: &Surface<'_>) -> Self {
        let key = model.key_name(model.context(), command.id);
        let title = model.words.text(&command.title_key()).to_owned();
        let width = surface.columns(&key) + 1 + surface.columns(&title) + 2;
        Self { id: command.id, key, title, width }
    }

    fn put(&self, x: u16, y: u16, surface: &mut Surface<'_>) {
        let used = surface.text(x, y, self.width, &self.key, Role::Key) + 1;
        surface.text(x + used, y, self.width.saturating_sub(used), &self.title, Role::KeyTitle);
    }
}
