//! 二者確認待ち: the requests that wait (or all), and one of them whole: who asks, what would change, some of the applications,
//! and what has changed since where it is void.

use ratatui::layout::{Position, Rect};

use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::domain::release::Decided;
use crate::messages::Messages;
use crate::office::{RequestFacts, RequestState};
use crate::tui::format::{grouped, long, short};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::requests::RequestsPage;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// Columns of the list: the number, when, who, how many. What is to be done takes what is left beside the state.
const ID: u16 = 8;
const AT: u16 = 12;
const WHO: u16 = 12;
const COUNT: u16 = 10;
const STATE: u16 = 10;

/// One of the changed fields: its word, what stood there, what stands there after.
type Change<'a> = (&'a str, Option<&'a String>, Option<&'a String>);

impl RequestsPage {
    /// Draws the page over the list; tells where the cursor is parked.
    pub fn draw(&self, model: &Model, body: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, body, surface.theme.style(Role::Text));
        let rows = rows(self, body);
        let words = &model.words;
        let key = if self.ended { "requests.title_all" } else { "requests.title" };
        let heading = words.fill(key, &[("count", grouped(self.len() as u64))]);
        surface.text(rows.x, body.y, rows.width, &heading, Role::Title);
        if self.open.is_some() {
            return self.draw_whole(model, rows, surface);
        }
        let Some(found) = self.found.as_ref().filter(|found| !found.is_empty()) else {
            let key = if self.found.is_some() { "requests.none" } else { "list.reading" };
            surface.text(rows.x, rows.y, rows.width, words.text(key), Role::Quiet);
            return rows.as_position();
        };
        let titles = ["id", "at", "requester", "count", "state", "command"].map(|key| format!("cli.request.{key}"));
        let titles = titles.each_ref().map(|key| words.text(key));
        row(surface, Rect { y: body.y + 1, height: 1, ..rows }, titles, [Role::Label; 2]);
        let top = motion::window_top(self.top, self.cursor, usize::from(rows.height));
        let mut parked = rows.as_position();
        for (y, (at, one)) in (rows.top()..rows.bottom()).zip(found.iter().enumerate().skip(top)) {
            let here = at == self.cursor;
            if here {
                parked = Position::new(rows.x, y);
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let role = if here { Role::RowCursor } else { Role::Text };
            let state = if one.state == RequestState::Ended(Decided::Void) { Role::NoticeError } else { role };
            let (id, count, at) = (one.id.to_string(), grouped(one.count), short(moment(one.at_ms), model.now));
            let own = if one.own { words.text("requests.own") } else { &one.requester };
            let (stands, what) = (self::state(one.state, words), act(&one.command, words));
            let cells = [id.as_str(), &at, own, &count, &stands, &what];
            row(surface, Rect { y, height: 1, ..rows }, cells, [role, state]);
        }
        parked
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

/// Where the rows (or the lines of one that is shown whole) stand, below the title.
#[must_use]
pub fn rows(page: &RequestsPage, body: Rect) -> Rect {
    let above = if page.open.is_some() { 1 } else { 2 };
    let (x, width) = (body.x + 1, body.width.saturating_sub(2));
    Rect { x, y: body.y + above, width, height: body.height.saturating_sub(above) }
}

/// One line of the list; the state has a look of its own.
fn row(surface: &mut Surface<'_>, line: Rect, cells: [&str; 6], [role, state]: [Role; 2]) {
    let [id, at, who, count, stands, what] = cells;
    let mut x = line.x + 2;
    for (text, width) in [(id, ID), (at, AT), (who, WHO)] {
        surface.text(x, line.y, width - 1, text, role);
        x += width;
    }
    surface.text_right(Rect::new(x, line.y, COUNT - 2, 1), count, role);
    x += COUNT;
    surface.text(x, line.y, STATE - 1, stands, state);
    x += STATE;
    surface.text(x, line.y, line.right().saturating_sub(x), what, role);
}

fn moment(at_ms: i64) -> Instant {
    Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN }
}

/// How a request stands, in words.
fn state(state: RequestState, words: &Messages) -> String {
    words.text(&format!("request.state.{}", state.id())).to_owned()
}

/// What is to be done, in words.
fn act(command: &str, words: &Messages) -> String {
    let key = format!("request.act.{command}");
    if words.has(&key) { words.text(&key) } else { command }.to_owned()
}

/// A request in one line: its number, who asks, for what, and for how many.
#[must_use]
pub fn title(one: &RequestFacts, words: &Messages) -> String {
    let arguments = [("id", one.id.to_string()), ("what", act(&one.command, words)), ("name", one.requester.clone())];
    let line = words.fill("requests.line", &arguments);
    match one.count {
        0 => line,
        count => line + "  " + &words.fill("count", &[("count", grouped(count))]),
    }
}

/// What is changed, in one line.
#[must_use]
pub fn change((field, before, after): Change<'_>, words: &Messages) -> String {
    let side = |side: Option<&String>| side.cloned().unwrap_or_else(|| words.text("request.nothing").to_owned());
    let field = ("field", words.text(&format!("request.field.{field}")).to_owned());
    words.fill("requests.change", &[field, ("before", side(before)), ("after", side(after))])
}

/// The lines of the request that lies open.
#[must_use]
pub fn lines(page: &RequestsPage, model: &Model, width: u16) -> Vec<(String, Role)> {
    let words = &model.words;
    let Some(open) = &page.open else { return Vec::new() };
    let Some(one) = &open.facts else { return vec![(words.text("list.reading").to_owned(), Role::Quiet)] };
    let mut told = vec![(title(one, words), Role::Label)];
    let mut say = |key: &str, arguments: &[(&'static str, String)], role: Role| {
        told.push((words.fill(key, arguments), role));
    };
    say("cli.request.by", &[("name", one.requester.clone()), ("at", long(moment(one.at_ms)))], Role::Text);
    let void = one.state == RequestState::Ended(Decided::Void);
    let why = one.void.map(|why| format!("  {}", words.text(&format!("request.void.{}", why.id()))));
    let stands = state(one.state, words) + &why.unwrap_or_default();
    say("cli.request.stands", &[("state", stands)], if void { Role::NoticeError } else { Role::Text });
    if let Some((by, at)) = &one.decided {
        say("requests.decided", &[("name", by.clone()), ("at", long(moment(*at)))], Role::Text);
    }
    if let Some(reason) = &one.reason {
        say("requests.because", &[("reason", reason.clone())], Role::Text);
    }
    if one.decided.is_none() {
        let key = match (void, one.own, one.may_decide) {
            (true, true, _) => "requests.void_own",
            (true, false, _) => "requests.void_others",
            (false, true, _) => "requests.yours",
            (false, false, true) => "requests.to_decide",
            (false, false, false) => "requests.not_yours",
        };
        say(key, &[], Role::Notice);
    }
    if !one.since.is_empty() {
        say("requests.since", &[], Role::Label);
    }
    for since in &one.since {
        let field = words.text(&format!("request.field.{}", since.field)).to_owned();
        let now = since.now.clone().unwrap_or_else(|| words.text("request.nothing").to_owned());
        let key = if since.is_a_word() { "requests.since_one" } else { "requests.since_bare" };
        say(key, &[("number", since.number.clone()), ("field", field), ("now", now)], Role::Changed);
    }
    if let Some(shown) = &one.shown {
        for (word, value) in shown.grounds() {
            say(&format!("requests.ground.{word}"), &[("value", value)], Role::Text);
        }
        say("requests.differences", &[], Role::Label);
        for one in &shown.differences {
            let count = words.fill("count", &[("count", grouped(one.count))]);
            let text = change((&one.field, one.before.as_ref(), one.after.as_ref()), words);
            say("requests.difference", &[("change", text), ("count", count)], Role::Text);
        }
        if !shown.sample.is_empty() {
            let counts = [("shown", grouped(shown.sample.len() as u64)), ("count", grouped(one.count))];
            say("requests.sample", &counts, Role::Label);
        }
        for one in &shown.sample {
            let text = change((&one.field, one.before.as_ref(), one.after.as_ref()), words);
            say("requests.sampled", &[("number", one.number.clone()), ("change", text)], Role::Text);
        }
    }
    let hash: String = one.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    say("cli.request.hash", &[("hash", hash)], Role::Quiet);
    let wrap = |line: &str| text::wrap(line, width.max(2), model.theme.policy, Gaiji::Mark);
    told.iter().flat_map(|(line, role)| wrap(line).into_iter().map(move |line| (line, *role))).collect()
}
