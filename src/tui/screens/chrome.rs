//! What stands around every screen: banner, band, tabs, search line, messages, keys.

use ratatui::layout::{Position, Rect};

use crate::command::{COMMANDS, Command, CommandId};
use crate::tui::format::{clock, grouped};
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::layout::Places;
use crate::tui::model::{Model, QueryProblem};
use crate::tui::surface::Surface;
use crate::tui::text::Parts;
use crate::tui::theme::{Role, Theme};

/// Columns that the query keeps, however long the counts beside it are.
const QUERY_AT_LEAST: u16 = 20;

/// Draws the chrome; tells where the caret stands while the search line is edited.
pub fn draw(model: &Model, places: &Places, surface: &mut Surface<'_>) -> Option<Position> {
    if let Some(banner) = places.banner {
        surface.fill(banner, Role::Banner);
        let parts: Vec<&str> = model.surroundings.banners().into_iter().map(|key| model.words.text(key)).collect();
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
    let words = &model.words;
    let here = &model.surroundings;
    // The band of a practice is another one at first sight.
    let role = if here.practice { Role::Banner } else { Role::Band };
    surface.fill(area, role);
    let badge = words.text(here.badge());
    let mut left = format!("{} {badge}", words.text("program"));
    if let Some(summary) = model.summary {
        let waiting = model.intake.waiting();
        // In the order of what is to be done first: a narrow band leaves the last ones out.
        let counts = [
            ("summary.total", summary.total, true),
            ("summary.unprocessed", summary.unprocessed, true),
            ("summary.overdue", summary.charges.overdue, summary.charges.overdue > 0),
            ("summary.waiting", waiting, waiting > 0),
            ("summary.reflect_check", summary.reflect_check, summary.reflect_check > 0),
            ("summary.reflect_pending", summary.reflect_pending, summary.reflect_pending > 0),
            ("summary.corrections", summary.corrections, summary.corrections > 0),
            ("summary.withdrawals", summary.withdrawals, summary.withdrawals > 0),
            ("summary.requests", summary.requests, summary.requests > 0),
        ];
        for (key, count, shown) in counts {
            let text = format!("  {}", words.fill(key, &[("count", grouped(count))]));
            // What doesn't fit whole is left out: half a number is a wrong one.
            if shown && surface.columns(&left) + surface.columns(&text) < area.width {
                left.push_str(&text);
            }
        }
    }
    let used = surface.text(area.x + 1, area.y, area.width - 1, &left, role);
    let name = if here.operator.is_empty() { words.text("operator.nobody") } else { &here.operator };
    let terminal = words.fill("operator.terminal", &[("terminal", here.terminal.clone())]);
    let space = if here.department.is_empty() { "" } else { " " };
    let forms = [format!("{}{space}{name}{terminal}", here.department), format!("{name}{terminal}"), name.to_owned()];
    let room = area.width.saturating_sub(used + 4);
    if let Some(form) = forms.iter().find(|form| surface.columns(form) <= room) {
        surface.text_right(Rect { width: area.width - 1, ..area }, form, role);
    }
}

fn draw_tabs(model: &Model, area: Rect, surface: &mut Surface<'_>) {
    // The page that everything else lies above, and that Esc leads back to.
    let at_log = model.layers.iter().any(|layer| matches!(layer, Layer::Log(_)));
    let at_today = !at_log && matches!(model.layers.first(), Some(Layer::Today(_)));
    let mut used = 0;
    let tabs = [("tab.today", at_today), ("tab.list", !at_today && !at_log), ("tab.log", at_log)];
    // The name of the view in force stands where the last tab would.
    let shown = if at_log || model.arrangement.in_force.is_none() { 3 } else { 2 };
    for (key, active) in tabs.into_iter().take(shown) {
        let role = if active { Role::TabActive } else { Role::Tab };
        used += surface.text(area.x + 1 + used, area.y, area.width - 1, model.words.text(key), role) + 1;
    }
    if let Some((name, _)) = model.arrangement.in_force.as_ref().filter(|_| !at_today && !at_log) {
        let view = model.words.fill("view.in_force", &[("name", name.clone())]);
        surface.text(area.x + used, area.y, area.width.saturating_sub(used + 34), &view, Role::Label);
    }
    if let Some(now) = model.now {
        let time = ("time", format!("{} {}", (model.seams.write_day)(now), clock(now)));
        let text = model.words.fill("as_of", &[time]);
        surface.text_right(Rect { width: area.width - 1, ..area }, text.trim_start(), Role::Quiet);
    }
}

/// The counts beside the query, the longest form first; each with the room that the query keeps beside it. How many are
/// marked, and how many of them out of sight, stands in all.
fn counts(model: &Model, query: u16) -> Vec<(String, u16)> {
    let words = &model.words;
    let list = &model.list;
    let total = model.summary.map_or_else(|| "…".to_owned(), |summary| grouped(summary.total));
    let found = words.fill("search.counts", &[("listed", grouped(list.ids().len() as u64)), ("total", total)]);
    let at = words.fill("search.position", &[("at", grouped(list.cursor() as u64 + 1))]);
    // Where the whole list is in sight, or another page lies over it, the place says nothing.
    let page = |layer: &Layer| {
        let own = matches!(layer, Layer::Books(_) | Layer::Inbox(_) | Layer::Intake(_) | Layer::SetAside(_));
        own || matches!(
            layer,
            Layer::Requests(_) | Layer::Log(_) | Layer::Phone(_) | Layer::Duplicates(_) | Layer::Compare(_)
        )
    };
    let rows = model.places().map_or(0, |places| usize::from(places.rows.height));
    let told = list.ids().len() > rows && !model.layers.iter().any(page);
    let at = if told { format!("{at}   ") } else { String::new() };
    let (marked, out) = (list.marks().len(), list.marked_out_of_sight());
    let counted = |key: &str| words.fill(key, &[("count", grouped(marked)), ("out", grouped(out))]);
    let (long, short) = match (marked, out) {
        (0, _) => (String::new(), String::new()),
        (_, 0) => (counted("mark.count"), counted("mark.count")),
        _ => (counted("mark.count_out"), counted("mark.count_out_short")),
    };
    // The place in the list is the first to give way, before the query does.
    let with_found = |marks: &str| if marks.is_empty() { found.clone() } else { format!("{found}   {marks}") };
    let mut forms = vec![(format!("{at}{}", with_found(&long)), query.max(QUERY_AT_LEAST))];
    forms.extend([with_found(&long), with_found(&short), long, short].map(|form| (form, QUERY_AT_LEAST)));
    forms
}

fn draw_search(model: &Model, area: Rect, surface: &mut Surface<'_>) -> Option<Position> {
    let counts = counts(model, surface.columns(&model.search.typed).saturating_add(8));
    let fits = |(text, query): &&(String, u16)| surface.columns(text).saturating_add(*query) <= area.width;
    let counts = counts.iter().find(fits).map_or("", |(text, _)| text);
    let right = Rect { width: area.width - 1, ..area };
    let end = surface.text_right(right, counts, Role::Text);
    let label = surface.text(area.x + 1, area.y, 4, model.words.text("search.label"), Role::Label);
    let x = area.x + 1 + label + 1;
    let line = Rect::new(x, area.y, end.saturating_sub(x + 1), 1);
    let typed = model.search.typed.as_str();
    let wrong = wrong_part(model.search.problem.as_ref(), typed, surface.theme);
    if let Some(Layer::Search(field)) = model.layers.last() {
        let role = if field.is_selected() { Role::InputSelected } else { Role::Input };
        return Some(field.draw_parts(surface.buffer, line, &wrong, &surface.theme.pen(role)));
    }
    if typed.is_empty() {
        surface.text(line.x, line.y, line.width, model.words.text("search.empty"), Role::Quiet);
    } else {
        let pen = surface.theme.pen(Role::Input);
        surface.parts(line, &wrong.shown(typed), &wrong, &pen);
    }
    None
}

/// The wrong part of a query, to be underlined.
pub fn wrong_part(problem: Option<&QueryProblem>, typed: &str, theme: &Theme) -> Parts {
    let ranges = problem.map(|problem| problem.bytes(typed)).into_iter().collect();
    Parts { ranges, style: theme.style(Role::InputWrong) }
}

fn draw_notice(model: &Model, area: Rect, surface: &mut Surface<'_>) {
    let line = Rect::new(area.x + 1, area.y, area.width - 2, 1);
    let progress = jobs::status_line(model);
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

fn draw_keys(model: &Model, area: Rect, surface: &mut Surface<'_>) {
    let context = model.context();
    let situation = model.situation();
    let offered = COMMANDS.iter().filter(|command| command.hint > 0 && command.is_offered_in(context));
    let mut hints: Vec<_> = offered.filter(|command| command.refused(&situation).is_none()).collect();
    hints.sort_by_key(|command| command.hint);
    let mut hints: Vec<Hint> = hints.into_iter().map(|command| Hint::of(model, command, surface)).collect();
    hints.retain(|hint| !hint.key.is_empty());
    let mut take = |id| hints.iter().position(|hint| hint.id == id).map(|at| hints.remove(at));
    // The help is the door to all the others, so its key is always in sight, at the right end. So is the way out of
    // what is open, behind those that have room.
    let (help, way_out, palette) =
        (take(CommandId::HelpOpen), take(CommandId::LayerClose), take(CommandId::PaletteOpen));
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
        x += hint.width;
    }
    // The palette is a second door: it stands beside the first where that pushes nothing out.
    if let Some(hint) = palette.filter(|hint| x + hint.width <= end) {
        hint.put(end - hint.width, area.y, surface);
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
