//! 電話照会: the line with who may be calling; 本人確認; then お答えできること beside お答えできないこと, in words that can be read
//! aloud. What must not be told is named, never shown.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, wareki_day};
use crate::domain::deadline::{Deadline, DeadlineKind};
use crate::domain::phone::{ENOUGH, Identifier};
use crate::domain::query::Listed as _;
use crate::messages::Messages;
use crate::office::{Call, Candidates, Case};
use crate::tui::format::{civil, grouped, long, short};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::phone::{OpenCase, PhonePage};
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// Columns of the candidates: number, name, when it came; the reading where there is room; the form takes the rest.
const NUMBER: u16 = 15;
const NAME: u16 = 18;
const AT: u16 = 13;
const KANA: u16 = 22;
const WIDTH_FOR_KANA: u16 = 100;

/// A line of the answer with its look.
type Line = (String, Role);

impl PhonePage {
    /// Draws the page over the list; tells where the cursor is parked.
    pub fn draw(&self, model: &Model, body: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, body, surface.theme.style(Role::Text));
        let rows = rows(self, body);
        match &self.open {
            None => self.draw_line(model, body, rows, surface),
            Some(open) if open.answering => self.draw_answer(open, model, body, rows, surface),
            Some(open) => draw_identity(open, model, body, rows, surface),
        }
    }

    fn draw_line(&self, model: &Model, body: Rect, rows: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let title = words.text(&CommandId::PhoneOpen.command().title_key()).to_owned();
        surface.text(rows.x, body.y, rows.width, &title, Role::Title);
        let used = surface.text(rows.x, body.y + 1, rows.width, words.text("phone.line"), Role::Label) + 1;
        let field = Rect::new(rows.x + used, body.y + 1, rows.width.saturating_sub(used), 1);
        surface.fill(field, Role::Input);
        let caret = self.line.draw(surface.buffer, field, &surface.theme.pen(Role::Input));
        surface.text(rows.x, body.y + 2, rows.width, words.text("phone.line_hint"), Role::Quiet);
        let (told, role) = match (&self.problem, &self.found) {
            _ if self.opening.is_some() => (words.text("phone.opening").to_owned(), Role::Quiet),
            (Some(problem), _) => (problem.clone(), Role::NoticeError),
            (None, Some(found)) => (counted(found, self.line.text().trim().is_empty(), words), Role::Label),
            (None, None) => (words.text("phone.looking").to_owned(), Role::Quiet),
        };
        surface.text(rows.x, body.y + 3, rows.width, &told, role);
        let found = self.found.as_ref().map_or(&[][..], |found| &found.found);
        let top = motion::window_top(self.top, self.cursor, usize::from(rows.height));
        for (y, (at, one)) in (rows.top()..rows.bottom()).zip(found.iter().enumerate().skip(top)) {
            let here = at == self.cursor;
            if here {
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let role = if here { Role::RowCursor } else { Role::Text };
            let mut x = rows.x + 2;
            let mut cell = |width: u16, text: &str, role: Role| {
                let room = width.min(rows.right().saturating_sub(x)).saturating_sub(1);
                surface.text(x, y, room, text, role);
                x += width;
            };
            cell(NUMBER, &one.number, role);
            cell(NAME, one.name.as_deref().unwrap_or_else(|| words.text("phone.no_name")), role);
            if rows.width >= WIDTH_FOR_KANA {
                cell(KANA, one.kana.as_deref().unwrap_or_default(), role);
            }
            cell(AT, &one.submitted.map_or_else(String::new, |at| short(at, model.now)), role);
            let badge = if one.waits { words.text("phone.waits") } else { "" };
            cell(u16::MAX / 2, format!("{badge}{}", one.form_name).as_str(), role);
        }
        caret
    }

    fn draw_answer(
        &self,
        open: &OpenCase,
        model: &Model,
        body: Rect,
        rows: Rect,
        surface: &mut Surface<'_>,
    ) -> Position {
        surface.text(rows.x, body.y, rows.width, &heading(&open.case, &model.words), Role::Title);
        let [left, right] = columns(rows);
        let [told, withheld] = ["phone.told", "phone.withheld"].map(|key| model.words.text(key));
        surface.text(left.x, body.y + 1, left.width, told, Role::Label);
        surface.text(right.x, body.y + 1, right.width, withheld, Role::NoticeError);
        surface.vertical(right.x - 2, Rect { y: body.y + 1, height: rows.height + 1, ..rows });
        for (column, lines) in
            [(left, told_lines(&open.case, model, left.width)), (right, withheld_lines(&open.case, model, right.width))]
        {
            for (y, (line, role)) in (rows.top()..rows.bottom()).zip(lines.iter().skip(open.top)) {
                surface.text(column.x, y, column.width, line, *role);
            }
        }
        rows.as_position()
    }
}

/// 本人確認: what the record has, to be ticked as the caller says it.
fn draw_identity(open: &OpenCase, model: &Model, body: Rect, rows: Rect, surface: &mut Surface<'_>) -> Position {
    let words = &model.words;
    let ticked = [("ticked", open.ticked.len().to_string()), ("count", ENOUGH.to_string())];
    surface.text(rows.x, body.y, rows.width, &words.fill("phone.identity", &ticked), Role::Title);
    let keys = [
        ("tick", model.key_name(Context::Phone, CommandId::PhoneTick)),
        ("next", model.key_name(Context::Phone, CommandId::PhoneNext)),
    ];
    surface.text(rows.x, body.y + 1, rows.width, &words.fill("phone.identity_hint", &keys), Role::Quiet);
    let mut parked = rows.as_position();
    let identifiers = open.identifiers();
    let top = motion::window_top(0, open.cursor, usize::from(rows.height));
    let names: Vec<String> = identifiers.iter().map(|one| name_of(*one, words)).collect();
    let wide = names.iter().map(|name| surface.columns(name)).max().unwrap_or_default() + 2;
    let listed = identifiers.iter().zip(names).enumerate().skip(top);
    for (y, (at, (identifier, name))) in (rows.top()..rows.bottom()).zip(listed) {
        let here = at == open.cursor;
        if here {
            parked = Position::new(rows.x, y);
            surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
        }
        let role = if here { Role::RowCursor } else { Role::Text };
        let tick = if open.ticked.contains(identifier) { "[x]" } else { "[ ]" };
        surface.text(rows.x + 2, y, 3, tick, role);
        surface.text(rows.x + 6, y, wide, &name, role);
        let x = rows.x + 6 + wide;
        surface.text(x, y, rows.right().saturating_sub(x), &said(&open.case, *identifier), role);
    }
    parked
}

/// What the record has of one, in one line.
fn said(case: &Case, identifier: Identifier) -> String {
    let said = case.known.iter().filter(|(one, _)| *one == identifier).map(|(_, text)| text.replace('\n', " "));
    said.collect::<Vec<_>>().join(" / ")
}

fn counted(found: &Candidates, waiting: bool, words: &Messages) -> String {
    let count = [("count", grouped(found.found.len() as u64))];
    let key = match (found.found.is_empty(), waiting, found.more) {
        (true, true, _) => "phone.nobody_waits",
        (true, false, _) => "phone.nobody",
        (false, true, _) => "phone.waiting",
        (false, false, true) => "phone.found_more",
        (false, false, false) => "phone.found",
    };
    words.fill(key, &count)
}

/// Where the rows (or the lines of the answer) stand.
#[must_use]
pub fn rows(page: &PhonePage, body: Rect) -> Rect {
    let above = match &page.open {
        None => 4,
        Some(_) => 2,
    };
    let (x, width) = (body.x + 1, body.width.saturating_sub(2));
    Rect { x, y: body.y + above, width, height: body.height.saturating_sub(above) }
}

/// The two columns of the answer.
fn columns(rows: Rect) -> [Rect; 2] {
    let left = rows.width * 11 / 20;
    let right = rows.width.saturating_sub(left + 3);
    [Rect { width: left, ..rows }, Rect { x: rows.x + left + 3, width: right, ..rows }]
}

/// All lines of the answer that lies open, those that may be told first; none before the caller is identified.
#[must_use]
pub fn answer_lines(page: &PhonePage, model: &Model, body: Rect) -> Vec<Line> {
    let Some(open) = page.open.as_ref().filter(|open| open.answering) else { return Vec::new() };
    let [left, right] = columns(rows(page, body));
    let told = told_lines(&open.case, model, left.width);
    let withheld = withheld_lines(&open.case, model, right.width);
    if told.len() >= withheld.len() { told } else { withheld }
}

/// The answer as sentences, for plain mode.
#[must_use]
pub fn sentences(open: &OpenCase, model: &Model, width: u16) -> Vec<Line> {
    let words = &model.words;
    let label = |key: &str| (words.text(key).to_owned(), Role::Label);
    let mut lines = vec![(self::heading(&open.case, words), Role::Title), label("phone.told")];
    lines.extend(told_lines(&open.case, model, width));
    lines.push(label("phone.withheld"));
    lines.extend(withheld_lines(&open.case, model, width));
    lines
}

fn heading(case: &Case, words: &Messages) -> String {
    words.fill("phone.case", &[("number", case.number.clone())])
}

fn wrapped(told: &[Line], model: &Model, width: u16) -> Vec<Line> {
    let wrap = |line: &str| text::wrap(line, width.max(2), model.theme.policy, Gaiji::Mark);
    told.iter().flat_map(|(line, role)| wrap(line).into_iter().map(move |line| (line, *role))).collect()
}

/// お答えできること.
fn told_lines(case: &Case, model: &Model, width: u16) -> Vec<Line> {
    let (words, told) = (&model.words, &case.told);
    let mut lines: Vec<Line> = Vec::new();
    let mut say = |key: &str, arguments: &[(&'static str, String)]| {
        lines.push((words.fill(key, arguments), Role::Text));
        lines.push((String::new(), Role::Text));
    };
    let form = ("form", told.form_name.clone());
    match told.submitted.and_then(civil) {
        Some(at) => say("phone.says.what", &[form, ("day", wareki_day(at.date()))]),
        None => say("phone.says.what_undated", &[form]),
    }
    say(&format!("phone.says.status.{}", told.status.id()), &[]);
    if told.since.corrected {
        say("phone.says.corrected", &[]);
    }
    if told.since.withdrawn {
        say("phone.says.withdrawn", &[]);
    }
    if let Some((until, how)) = told.correction.filter(|_| !told.since.corrected) {
        say("phone.says.correction", &[("until", wareki_day(until))]);
        if let Some(how) = how {
            let by = words.text(&format!("phone.says.by.{}", how.channel.id())).to_owned();
            say("phone.says.correction_told", &[("day", wareki_day(how.day)), ("by", by)]);
        }
    }
    if let Some(sentence) = told.deadline.and_then(|deadline| deadline_sentence(deadline, words)) {
        say("phone.says.sentence", &[("text", sentence)]);
    }
    for note in &told.notes {
        let text = note.text.clone().unwrap_or_else(|| words.text("record.erased").to_owned());
        say("phone.says.note", &[("text", text)]);
    }
    say("phone.says.nothing_sent", &[]);
    wrapped(&lines, model, width)
}

/// A deadline in words.
fn deadline_sentence(deadline: Deadline, words: &Messages) -> Option<String> {
    let day = deadline.day.map(wareki_day)?;
    match deadline.kind {
        // 補正 says its own.
        DeadlineKind::Correction => None,
        _ if deadline.days < 0 => Some(words.text("phone.says.late").to_owned()),
        _ => Some(words.fill("phone.says.deadline", &[("day", day)])),
    }
}

/// お答えできないこと, and what stands there for staff alone.
fn withheld_lines(case: &Case, model: &Model, width: u16) -> Vec<Line> {
    let (words, withheld) = (&model.words, &case.withheld);
    let counted = |key: &str, count: u64| words.fill(key, &[("count", grouped(count))]);
    let mut lines: Vec<Line> = Vec::new();
    let named = [
        (true, words.text("phone.never.finding").to_owned(), withheld.finding),
        (true, words.text("phone.never.ruling").to_owned(), withheld.ruling),
        (true, words.text("phone.never.others").to_owned(), false),
        (withheld.notes > 0, counted("phone.never.notes", withheld.notes), false),
        (withheld.sealed > 0, counted("phone.never.sealed", withheld.sealed), false),
        (withheld.assignee, words.text("phone.never.assignee").to_owned(), false),
        (withheld.tags > 0, counted("phone.never.tags", withheld.tags), false),
    ];
    for (shown, text, entered) in named {
        if shown {
            let entered = if entered { words.text("phone.never.entered") } else { "" };
            lines.push((format!("- {text}{entered}"), Role::Text));
        }
    }
    lines.push((String::new(), Role::Text));
    lines.push((words.text("phone.calls").to_owned(), Role::Label));
    if case.calls.is_empty() {
        lines.push((words.text("phone.no_calls").to_owned(), Role::Quiet));
    }
    for call in &case.calls {
        lines.extend(call_lines(call, words));
    }
    wrapped(&lines, model, width)
}

/// What an identifier is called.
fn name_of(identifier: Identifier, words: &Messages) -> String {
    words.text(&format!("phone.identifier.{}", identifier.id())).to_owned()
}

/// By what a caller was identified.
#[must_use]
pub fn identified(identified: &[Identifier], words: &Messages) -> String {
    if identified.is_empty() {
        return words.text("phone.unidentified").to_owned();
    }
    let names: Vec<String> = identified.iter().map(|one| name_of(*one, words)).collect();
    words.fill("phone.identified", &[("what", names.join(words.text("phone.joint")))])
}

/// A 応対記録: when, who, by what the caller was identified; what was said; the 折返し.
#[must_use]
pub fn call_lines(call: &Call, words: &Messages) -> Vec<Line> {
    let at = long(Instant { seconds: call.at_ms.div_euclid(1000), offset_minutes: JAPAN });
    let actor = call.actor.as_deref().unwrap_or_else(|| words.text("record.unsigned"));
    let identified = identified(&call.identified, words);
    let erased = || words.text("record.erased").to_owned();
    let mut lines = vec![(format!("{at}  {actor}  {identified}"), Role::Quiet)];
    lines.push((call.text.clone().unwrap_or_else(erased), Role::Text));
    if let Some(callback) = &call.callback {
        let wanted = ("wanted", callback.wanted.clone().unwrap_or_else(erased));
        let (key, role) = match callback.answered_by {
            None => ("phone.callback_open", Role::NoticeError),
            Some(_) => ("phone.callback_done", Role::Quiet),
        };
        lines.push((words.fill(key, &[wanted]), role));
    }
    lines
}
