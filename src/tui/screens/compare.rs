//! 照合: two panes, field by field, and below them the field under the cursor whole. In 読み合わせ one field stands alone and
//! large, as it is read aloud.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::application::Field;
use crate::domain::comparison::{FieldPair, Judgment, Likeness, spoken};
use crate::messages::{Language, Messages};
use crate::office::{Facing, Found, Pass};
use crate::tui::compare::{ComparePage, PairLine};
use crate::tui::format::{grouped, short};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// Columns of names, of how alike, of what was found; the two sides share what is left.
const NAME: u16 = 14;
const ALIKE: u16 = 13;
const FOUND: u16 = 13;

/// Lines of the field under the cursor: two for each side.
const WHOLE: u16 = 5;

/// Where the rows stand.
#[must_use]
pub fn rows(page: &ComparePage, body: Rect) -> Rect {
    let below = if page.aloud { 0 } else { WHOLE };
    let (x, width) = (body.x + 1, body.width.saturating_sub(2));
    Rect { x, y: body.y + 3, width, height: body.height.saturating_sub(3 + below).max(1) }
}

impl ComparePage {
    /// Draws the page; tells where the cursor is parked.
    pub fn draw(&self, model: &Model, body: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, body, surface.theme.style(Role::Text));
        let (rows, words) = (rows(self, body), &model.words);
        let Some(facing) = &self.facing else {
            surface.text(rows.x, body.y, rows.width, words.text("command.compare.open.title"), Role::Title);
            let none = self.candidates.as_ref().is_some_and(Vec::is_empty);
            let key = if none { "compare.no_earlier" } else { "list.reading" };
            surface.text(rows.x, rows.y, rows.width, words.text(key), Role::Quiet);
            if none {
                let key = [("key", model.key_name(Context::Compare, CommandId::CompareFile))];
                surface.text(rows.x, rows.y + 1, rows.width, &words.fill("compare.or_file", &key), Role::Quiet);
            }
            return rows.as_position();
        };
        let standing = standing(self.looked_at(), facing, words);
        let room = rows.width.saturating_sub(surface.columns(&standing) + 2);
        surface.text(rows.x, body.y, room, &title(facing, model), Role::Title);
        surface.text_right(Rect { y: body.y, height: 1, ..rows }, &standing, Role::Label);
        surface.text(rows.x, body.y + 1, rows.width, &self.about(facing, words), Role::Quiet);
        if self.aloud {
            return self.draw_aloud(facing, model, rows, surface);
        }
        let panes = panes(rows);
        let titles = ["field", "here", "there", "alike", "found"].map(|key| format!("compare.column.{key}"));
        let titles = titles.each_ref().map(|key| words.text(key));
        row(surface, Rect { y: body.y + 2, height: 1, ..rows }, titles, [Role::Label; 2], panes);
        let lines = self.lines();
        let top = motion::window_top(self.top, self.cursor, usize::from(rows.height));
        let mut parked = rows.as_position();
        for (y, (at, line)) in (rows.top()..rows.bottom()).zip(lines.iter().enumerate().skip(top)) {
            let here = at == self.cursor;
            if here {
                parked = Position::new(rows.x, y);
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let role = if here { Role::RowCursor } else { Role::Text };
            let found = self.found_in(*line, facing, words);
            let area = Rect { y, height: 1, ..rows };
            match line {
                PairLine::Pair(at) => {
                    let Some(pair) = facing.pairs.get(*at) else { continue };
                    let [name, left, right] = [name(pair, words), side(pair, true, words), side(pair, false, words)];
                    let alike = likeness(pair.likeness, words);
                    let look = if pair.likeness.is_unchanged() { role } else { Role::Changed };
                    row(surface, area, [&name, &left, &right, alike, &found], [role, look], panes);
                }
                PairLine::Unchanged => {
                    let count = [("count", grouped(self.places(*line).len() as u64))];
                    let text = words.fill("compare.unchanged", &count);
                    row(surface, area, [&text, "", "", "", &found], [role, role], panes);
                }
            }
        }
        if let Some(PairLine::Pair(at)) = lines.get(self.cursor) {
            draw_whole(facing.pairs.get(*at), words, Rect { y: rows.bottom(), height: WHOLE, ..rows }, surface);
        }
        parked
    }

    /// Which earlier application it is and how sure that is, and what two people found.
    fn about(&self, facing: &Facing, words: &Messages) -> String {
        let mut told = Vec::new();
        if let (Some(first), Some(second)) = (&facing.first, &facing.second) {
            let fields = facing.pairs.iter().map(|pair| pair.field);
            let apart = fields.filter(|field| first.judgment(*field) != second.judgment(*field)).count();
            let key = if apart == 0 { "compare.both_agree" } else { "compare.both_differ" };
            told.push(words.fill(key, &[("count", grouped(apart as u64))]));
            told.push(words.fill("compare.second_by", &[("name", actor(second, words))]));
        }
        let all = self.candidates.as_deref().unwrap_or_default();
        if let (Found::Application(..), Some(one)) = (&facing.found, all.get(self.choice)) {
            let name = one.name.map_or(Likeness::Other, Likeness::from);
            let arguments = [
                ("at", grouped(self.choice as u64 + 1)),
                ("count", grouped(all.len() as u64)),
                ("by", words.text(&format!("compare.same_by.{}", one.by.id())).to_owned()),
                ("tier", likeness(name, words).to_owned()),
            ];
            told.push(words.fill("compare.candidate", &arguments));
        }
        told.join("  ")
    }

    /// What was found about a line. What the other person found shows only once one has judged oneself, so that the second
    /// pair of eyes looks for itself.
    fn found_in(&self, line: PairLine, facing: &Facing, words: &Messages) -> String {
        let own = self.judgment(line);
        let word = |judgment: Judgment| {
            words.text(match judgment {
                Judgment::Open => "compare.judgment.open",
                Judgment::Agrees => "compare.judgment.agrees",
                Judgment::Differs => "compare.judgment.differs",
            })
        };
        let other = if facing.pass == 2 { &facing.first } else { &facing.second };
        let others = match (line, other) {
            (PairLine::Pair(at), Some(other)) => facing.pairs.get(at).map(|pair| other.judgment(pair.field)),
            _ => None,
        };
        match others.filter(|_| own != Judgment::Open) {
            Some(others) if others != own => {
                words.fill("compare.apart", &[("own", word(own).to_owned()), ("other", word(others).to_owned())])
            }
            _ => word(own).to_owned(),
        }
    }

    fn draw_aloud(&self, facing: &Facing, model: &Model, rows: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let lines = self.lines();
        let Some(PairLine::Pair(at)) = lines.get(self.cursor) else { return rows.as_position() };
        let Some(pair) = facing.pairs.get(*at) else { return rows.as_position() };
        let place = [("at", grouped(self.cursor as u64 + 1)), ("all", grouped(lines.len() as u64))];
        surface.text(rows.x, rows.y, rows.width, &words.fill("compare.aloud.place", &place), Role::Quiet);
        let alike = likeness(pair.likeness, words);
        let found = self.found_in(PairLine::Pair(*at), facing, words);
        let mut told = vec![(format!("{}  [{alike}]  {found}", name(pair, words)), Role::Title)];
        for (key, here) in [("compare.column.here", true), ("compare.column.there", false)] {
            told.push((String::new(), Role::Text));
            told.push((words.text(key).to_owned(), Role::Label));
            let said = side(pair, here, words);
            told.push((spaced(&said), Role::Text));
            if let Some(reading) = reading(pair, facing, here, &said, words.language()) {
                told.push((reading, Role::Changed));
            }
        }
        let (mut y, mut parked) = (rows.y + 1, rows.as_position());
        for (line, role) in told {
            for part in text::wrap(&line, rows.width.saturating_sub(4).max(2), model.theme.policy, Gaiji::Mark) {
                if y < rows.bottom() {
                    surface.text(rows.x + 2, y, rows.width.saturating_sub(4), &part, role);
                    parked = if role == Role::Title { Position::new(rows.x + 2, y) } else { parked };
                }
                y += 1;
            }
        }
        parked
    }
}

fn title(facing: &Facing, model: &Model) -> String {
    let words = &model.words;
    let other = match &facing.found {
        Found::Application(number, submitted, status) => {
            let at = submitted.map_or_else(String::new, |at| short(at, model.now));
            let number = ("number", format!("{number} {at}").trim().to_owned());
            words.fill("compare.with_application", &[number, ("status", status.label().to_owned())])
        }
        Found::Row(file, line) => {
            let file = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            words.fill("compare.with_row", &[("file", file), ("line", line.to_string())])
        }
    };
    words.fill("compare.beside", &[("number", facing.number.clone()), ("other", other)])
}

/// Who made a pass.
fn actor(pass: &Pass, words: &Messages) -> String {
    pass.actor.clone().unwrap_or_else(|| words.text("compare.unsigned").to_owned())
}

/// How far it is, and who was first.
fn standing(looked_at: usize, facing: &Facing, words: &Messages) -> String {
    let counts = [
        ("pass", facing.pass.to_string()),
        ("done", grouped(looked_at as u64)),
        ("all", grouped(facing.pairs.len() as u64)),
    ];
    let told = words.fill("compare.standing", &counts);
    match &facing.first {
        Some(first) => told + "  " + &words.fill("compare.first_by", &[("name", actor(first, words))]),
        None => told,
    }
}

/// How alike two sides are, in a word.
pub fn likeness(likeness: Likeness, words: &Messages) -> &str {
    words.text(match likeness {
        Likeness::Identical => "compare.likeness.identical",
        Likeness::Width => "compare.likeness.width",
        Likeness::Glyph => "compare.likeness.glyph",
        Likeness::Similar => "compare.likeness.similar",
        Likeness::Reading => "compare.likeness.reading",
        Likeness::Other => "compare.likeness.other",
        Likeness::OnlyHere => "compare.likeness.only_here",
        Likeness::OnlyThere => "compare.likeness.only_there",
        Likeness::Sealed => "compare.likeness.sealed",
    })
}

/// The name of a field.
fn name(pair: &FieldPair, words: &Messages) -> String {
    const NAME: u32 = Field::Name as u32;
    const KANA: u32 = Field::Kana as u32;
    const MAIL: u32 = Field::Mail as u32;
    let word = match pair.field {
        NAME => "name",
        KANA => "kana",
        MAIL => "mail",
        _ => "remarks",
    };
    pair.item.clone().unwrap_or_else(|| words.text(&format!("compare.field.{word}")).to_owned())
}

/// What one side says.
fn side(pair: &FieldPair, here: bool, words: &Messages) -> String {
    let said = if here { &pair.here } else { &pair.there };
    match (pair.likeness, said) {
        (Likeness::Sealed, _) => words.text("compare.likeness.sealed").to_owned(),
        (_, Some(said)) => said.replace('\n', " "),
        (_, None) => words.text("compare.nothing_there").to_owned(),
    }
}

/// A text with room between its characters, so that each is seen.
fn spaced(text: &str) -> String {
    let characters: Vec<String> = text.chars().map(String::from).collect();
    characters.join(" ")
}

/// How a text is read aloud: a number in groups, a name by its kana.
fn reading(pair: &FieldPair, facing: &Facing, here: bool, said: &str, language: Language) -> Option<String> {
    if pair.field == Field::Name as u32 {
        let kana = facing.pairs.iter().find(|other| other.field == Field::Kana as u32)?;
        return if here { kana.here.clone() } else { kana.there.clone() };
    }
    (language == Language::Japanese).then(|| spoken(said)).flatten()
}

/// Where the columns begin and how wide they are: name, here, there, alike, found.
fn panes(rows: Rect) -> [(u16, u16); 5] {
    let fixed = 2 + NAME + ALIKE + FOUND;
    let side = rows.width.saturating_sub(fixed) / 2;
    let mut x = rows.x + 2;
    [NAME, side, side, ALIKE, FOUND].map(|width| {
        let at = x;
        x += width;
        (at, width.saturating_sub(1))
    })
}

fn row(surface: &mut Surface<'_>, line: Rect, cells: [&str; 5], [role, alike]: [Role; 2], panes: [(u16, u16); 5]) {
    // A name that has its line to itself takes it.
    let alone = cells[1].is_empty() && cells[2].is_empty();
    for (at, (text, (x, width))) in cells.into_iter().zip(panes).enumerate() {
        let width = if alone && at == 0 { panes[3].0.saturating_sub(x) } else { width };
        surface.text(x, line.y, width.min(line.right().saturating_sub(x)), text, if at == 3 { alike } else { role });
    }
}

/// The field under the cursor, both sides whole.
fn draw_whole(pair: Option<&FieldPair>, words: &Messages, area: Rect, surface: &mut Surface<'_>) {
    let Some(pair) = pair else { return };
    let heading = format!("■ {}", name(pair, words));
    surface.text(area.x, area.y, area.width, &heading, Role::Label);
    let mut y = area.y + 1;
    for (key, here) in [("compare.column.here", true), ("compare.column.there", false)] {
        surface.text(area.x + 2, y, 10, words.text(key), Role::Quiet);
        let room = area.width.saturating_sub(13);
        let said = side(pair, here, words);
        let parts = text::wrap(&said, room.max(2), surface.theme.policy, Gaiji::Mark);
        for (line, part) in (y..y + 2).zip(&parts) {
            if line < area.bottom() {
                surface.text(area.x + 13, line, room, part, Role::Text);
            }
        }
        y += 2;
    }
}
