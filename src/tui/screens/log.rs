//! 操作履歴: how the chain stands, the operations newest first, and one of them whole: who, when, what it changed from what to
//! what, and the first applications by number.

use ratatui::layout::{Position, Rect};

use super::requests::change;
use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::messages::Messages;
use crate::office::{LogItem, Second, ShownOperation};
use crate::tui::format::{grouped, long, short};
use crate::tui::log_page::LogPage;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// Columns of the list: when, who, how many, the number. What was done takes what is left.
const AT: u16 = 12;
const WHO: u16 = 14;
const COUNT: u16 = 11;
const ID: u16 = 9;

impl LogPage {
    /// Draws the page over the list; tells where the cursor is parked.
    pub fn draw(&self, model: &Model, body: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, body, surface.theme.style(Role::Text));
        let rows = rows(self, body);
        let words = &model.words;
        let line = |y: u16| Rect { x: rows.x, y: body.y + y, width: rows.width, height: 1 };
        let caret = self.field.as_ref().map(|field| {
            let label = surface.text(rows.x, body.y, rows.width, words.text("log.narrow"), Role::Label) + 1;
            let room = Rect { x: rows.x + label, width: rows.width.saturating_sub(label), ..line(0) };
            surface.fill(room, Role::Input);
            let role = if field.is_selected() { Role::InputSelected } else { Role::Input };
            field.draw(surface.buffer, room, &surface.theme.pen(role))
        });
        if caret.is_none() {
            surface.text(rows.x, body.y, rows.width, &self.heading(words), Role::Title);
        }
        let (standing, role) = if caret.is_some() {
            (words.text("log.narrow_hint").to_owned(), Role::Quiet)
        } else {
            standing(self, model)
        };
        surface.text(rows.x, body.y + 1, rows.width, &standing, role);
        if self.open.is_some() {
            return self.draw_whole(model, rows, surface);
        }
        let titles =
            ["log.at", "log.operator", "log.count", "log.operation", "log.what_title"].map(|key| words.text(key));
        row(surface, line(2), titles, Role::Label);
        if self.items.is_empty() {
            let none = self
                .refused
                .as_deref()
                .unwrap_or_else(|| words.text(if self.whole { "log.none" } else { "list.reading" }));
            for (y, told) in
                (rows.top()..rows.bottom()).zip(text::wrap(none, rows.width, model.theme.policy, Gaiji::Mark))
            {
                surface.text(rows.x, y, rows.width, &told, Role::Quiet);
            }
            return caret.unwrap_or_else(|| rows.as_position());
        }
        let top = motion::window_top(self.top, self.cursor, usize::from(rows.height));
        let mut parked = rows.as_position();
        for (y, (at, item)) in (rows.top()..rows.bottom()).zip(self.items.iter().enumerate().skip(top)) {
            let here = at == self.cursor;
            if here {
                parked = Position::new(rows.x, y);
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let role = if here { Role::RowCursor } else { Role::Text };
            let (when, count) = (short(moment(item.at_ms), model.now), counted(item));
            let (id, what) = (item.operation.to_string(), what(item, words));
            let who = item.operator.as_deref().unwrap_or_else(|| words.text("cli.unsigned"));
            row(surface, Rect { y, height: 1, ..rows }, [&when, who, &count, &id, &what], role);
        }
        caret.unwrap_or(parked)
    }

    /// What is listed, and how much of it is there.
    fn heading(&self, words: &Messages) -> String {
        let narrowed = self.filter.line();
        let everything = self.standing.filter(|_| self.filter.narrows_nothing());
        let (key, count) = match everything {
            Some(standing) => ("log.all", standing.operations),
            None => (if self.whole { "log.found" } else { "log.found_so_far" }, self.items.len() as u64),
        };
        let count = ("count", grouped(count));
        let all = if self.filter.all { words.text("log.with_looks") } else { "" };
        let title = words.text("log.title").to_owned();
        let narrowed = if narrowed.is_empty() { String::new() } else { format!("  {narrowed}") };
        format!("{title}{narrowed}  {}{all}", words.fill(key, &[count]))
    }

    fn draw_whole(&self, model: &Model, rows: Rect, surface: &mut Surface<'_>) -> Position {
        let lines = lines(self, model, rows.width);
        let top = self.open.as_ref().map_or(0, |open| open.top).min(lines.len().saturating_sub(1));
        for (y, (line, role)) in (rows.top()..rows.bottom()).zip(lines.iter().skip(top)) {
            surface.text(rows.x, y, rows.width, line, *role);
        }
        rows.as_position()
    }
}

/// Where the rows (or the lines of one that is shown whole) stand.
#[must_use]
pub fn rows(page: &LogPage, body: Rect) -> Rect {
    let above = if page.open.is_some() { 2 } else { 3 };
    let (x, width) = (body.x + 1, body.width.saturating_sub(2));
    Rect { x, y: body.y + above, width, height: body.height.saturating_sub(above) }
}

fn row(surface: &mut Surface<'_>, line: Rect, [at, who, count, id, what]: [&str; 5], role: Role) {
    let mut x = line.x + 2;
    for (text, width) in [(at, AT), (who, WHO)] {
        surface.text(x, line.y, width - 1, text, role);
        x += width;
    }
    surface.text_right(Rect::new(x, line.y, COUNT - 2, 1), count, role);
    x += COUNT;
    surface.text(x, line.y, ID - 1, id, role);
    x += ID;
    surface.text(x, line.y, line.right().saturating_sub(x), what, role);
}

fn moment(at_ms: i64) -> Instant {
    Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN }
}

/// On how many; nothing where it is about none.
fn counted(item: &LogItem) -> String {
    if item.count == 0 { String::new() } else { grouped(item.count) }
}

/// What was done, in words: by the command, else by the kind of operation.
#[must_use]
pub fn what(item: &LogItem, words: &Messages) -> String {
    let keys = [format!("log.what.{}", item.command), format!("request.act.{}", item.command)];
    let known = keys.iter().find(|key| words.has(key)).map(|key| words.text(key).to_owned());
    let told = match known {
        Some(told) => told,
        None if item.known => item.command.clone(),
        None => words.text("log.unknown_kind").to_owned(),
    };
    match &item.second {
        None => told,
        Some(Second::Alone) => format!("{told} ({})", words.text("cli.log.alone")),
        Some(Second::Approved(code, _)) => {
            let code = code.clone().unwrap_or_default();
            told + &words.fill("log.approved", &[("name", code)])
        }
    }
}

/// How the chain stands: what was verified last, and what no 証明点 covers.
fn standing(page: &LogPage, model: &Model) -> (String, Role) {
    let words = &model.words;
    let key = ("key", model.key_name(crate::command::Context::Log, crate::command::CommandId::LogVerify));
    let (verified, role) = match &model.chain {
        None => (words.fill("log.chain.unknown", &[key]), Role::Quiet),
        Some((at, Ok(count))) => {
            let at = ("at", at.map(|at| short(at, model.now)).unwrap_or_default());
            (words.fill("log.chain.good", &[at, ("count", grouped(*count))]), Role::Text)
        }
        Some((_, Err(why))) => (words.fill("log.chain.bad", &[("why", why.clone())]), Role::NoticeError),
    };
    let anchor = match page.standing.map(|standing| standing.anchor) {
        None => String::new(),
        Some(None) => words.text("log.chain.no_anchor").to_owned(),
        Some(Some((id, after))) => {
            words.fill("log.chain.anchor", &[("operation", id.to_string()), ("after", grouped(after))])
        }
    };
    (format!("{verified}  {anchor}").trim_end().to_owned(), role)
}

/// The lines of the operation that lies open.
#[must_use]
pub fn lines(page: &LogPage, model: &Model, width: u16) -> Vec<(String, Role)> {
    let words = &model.words;
    let Some(open) = &page.open else { return Vec::new() };
    let told = match &open.shown {
        None => vec![(words.text("list.reading").to_owned(), Role::Quiet)],
        Some(shown) => told(shown, words),
    };
    let wrap = |line: &str| text::wrap(line, width.max(2), model.theme.policy, Gaiji::Mark);
    told.iter().flat_map(|(line, role)| wrap(line).into_iter().map(move |line| (line, *role))).collect()
}

fn told(shown: &ShownOperation, words: &Messages) -> Vec<(String, Role)> {
    let item = &shown.item;
    let mut told = Vec::new();
    let mut say = |key: &str, arguments: &[(&'static str, String)], role: Role| {
        told.push((words.fill(key, arguments), role));
    };
    let count = ("count", grouped(item.count));
    say("log.line", &[("id", item.operation.to_string()), ("what", what(item, words)), count], Role::Label);
    let who = item.operator.clone().unwrap_or_else(|| words.text("cli.unsigned").to_owned());
    say("log.by", &[("name", who), ("at", long(moment(item.at_ms)))], Role::Text);
    say("log.command", &[("command", item.command.clone()), ("kind", item.kind.to_owned())], Role::Quiet);
    if let Some(undoes) = item.undoes {
        say("log.undoes", &[("operation", undoes.to_string())], Role::Text);
    }
    if let Some(text) = &item.text {
        say("log.text", &[("text", text.clone())], Role::Text);
    }
    if !shown.changes.is_empty() {
        say("log.changes", &[], Role::Label);
    }
    for one in &shown.changes {
        let field = ("field", words.text(&format!("request.field.{}", one.field)).to_owned());
        // Numbers that were given differ from one application to the next: only how many got one is told.
        let text = match (&one.before, &one.after) {
            (None, None) => words.fill("log.change_bare", &[field]),
            (before, after) => change((&one.field, before.as_ref(), after.as_ref()), words),
        };
        let count = words.fill("count", &[("count", grouped(one.count))]);
        say("requests.difference", &[("change", text), ("count", count)], Role::Text);
    }
    if shown.targets > 0 {
        let counts = [("shown", grouped(shown.numbers.len() as u64)), ("count", grouped(shown.targets))];
        say("log.numbers", &counts, Role::Label);
        say("log.numbered", &[("numbers", shown.numbers.join("  "))], Role::Text);
    }
    let hash: String = item.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    say("log.hash", &[("hash", hash)], Role::Quiet);
    told
}
