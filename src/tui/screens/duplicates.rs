//! 重複の疑い: the clusters, and one of them whole: its applications side by side, what differs on top.

use ratatui::layout::{Position, Rect};

use super::compare::likeness;
use crate::command::{CommandId, Context};
use crate::messages::Messages;
use crate::office::DuplicateKey;
use crate::office::view::Record;
use crate::tui::duplicates::{ClusterFacts, DuplicatesPage, Opened};
use crate::tui::format::{grouped, short};
use crate::tui::message::Work;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text;
use crate::tui::theme::Role;

/// Columns of the list: how alike, by what, how many. The applications take what is left.
const TIER: u16 = 16;
const BY: u16 = 20;
const COUNT: u16 = 8;

/// The column of names beside the applications, and the least that one of those takes.
const LABEL: u16 = 16;
const SIDE: u16 = 20;

/// A line of a cluster: a name, what each application says, its look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideLine {
    /// The name of the field.
    pub name: String,
    /// What each application says.
    pub sides: Vec<String>,
    /// Its look.
    pub role: Role,
}

impl DuplicatesPage {
    /// Draws the page over the list; tells where the cursor is parked.
    pub fn draw(&self, model: &Model, body: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, body, surface.theme.style(Role::Text));
        let (rows, words) = (rows(self, body), &model.words);
        if let Some(open) = &self.open {
            return draw_open(open, model, (body, rows), surface);
        }
        let shown: Vec<&ClusterFacts> = self.shown().collect();
        let key = if self.decided { "duplicates.title_all" } else { "duplicates.title" };
        let title = words.fill(key, &[("count", grouped(shown.len() as u64))]);
        surface.text(rows.x, body.y, rows.width, &title, Role::Title);
        if shown.is_empty() {
            let key = match (&self.found, model.work.runs(Work::Duplicates)) {
                (None, _) | (Some(_), true) => "duplicates.looking",
                (Some(_), false) => "duplicates.none",
            };
            surface.text(rows.x, rows.y, rows.width, words.text(key), Role::Quiet);
            return rows.as_position();
        }
        let titles = ["tier", "by", "count", "applications"].map(|key| format!("duplicates.column.{key}"));
        let titles = titles.each_ref().map(|key| words.text(key));
        row(surface, Rect { y: body.y + 1, height: 1, ..rows }, titles, Role::Label);
        let top = motion::window_top(self.top, self.cursor, usize::from(rows.height));
        let mut parked = rows.as_position();
        for (y, (at, cluster)) in (rows.top()..rows.bottom()).zip(shown.iter().enumerate().skip(top)) {
            let here = at == self.cursor;
            if here {
                parked = Position::new(rows.x, y);
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let role = if here { Role::RowCursor } else { Role::Text };
            let tier = likeness(cluster.tier.into(), words);
            let (by, count) = (by(&cluster.by, words), grouped(cluster.members.len() as u64));
            let mut who: Vec<String> = cluster
                .members
                .iter()
                .map(|one| format!("{} {}", one.number, one.name.as_deref().unwrap_or_default()).trim().to_owned())
                .collect();
            if cluster.distinct {
                who.insert(0, words.text("duplicates.distinct_mark").to_owned());
            }
            row(surface, Rect { y, height: 1, ..rows }, [tier, &by, &count, &who.join(" / ")], role);
        }
        parked
    }
}

/// By what a cluster agrees.
fn by(key: &DuplicateKey, words: &Messages) -> String {
    match key {
        DuplicateKey::Item(name) => name.clone(),
        key => words.text(&format!("duplicates.by.{}", key.id())).to_owned(),
    }
}

/// Where the rows stand, below the title.
#[must_use]
pub fn rows(page: &DuplicatesPage, body: Rect) -> Rect {
    let above = if page.open.is_some() { 3 } else { 2 };
    let (x, width) = (body.x + 1, body.width.saturating_sub(2));
    Rect { x, y: body.y + above, width, height: body.height.saturating_sub(above) }
}

fn row(surface: &mut Surface<'_>, line: Rect, [tier, by, count, who]: [&str; 4], role: Role) {
    let mut x = line.x + 2;
    for (text, width) in [(tier, TIER), (by, BY)] {
        surface.text(x, line.y, width - 1, text, role);
        x += width;
    }
    surface.text_right(Rect::new(x, line.y, COUNT - 2, 1), count, role);
    x += COUNT;
    surface.text(x, line.y, line.right().saturating_sub(x), who, role);
}

fn draw_open(open: &Opened, model: &Model, (body, rows): (Rect, Rect), surface: &mut Surface<'_>) -> Position {
    let words = &model.words;
    let tier = likeness(open.cluster.tier.into(), words).to_owned();
    let count = ("count", grouped(open.cluster.members.len() as u64));
    let title = words.fill("duplicates.open", &[("by", by(&open.cluster.by, words)), ("tier", tier), count]);
    surface.text(rows.x, body.y, rows.width, &title, Role::Title);
    let members = open.cluster.members.len();
    // As many side by side as there is room for, the chosen one among them.
    let fit = usize::from((rows.width.saturating_sub(LABEL) / SIDE).max(1)).min(members.max(1));
    let first = (open.chosen + 1).saturating_sub(fit);
    let width = rows.width.saturating_sub(LABEL) / fit as u16;
    let place = |at: usize| rows.x + LABEL + (at - first) as u16 * width;
    let mut parked = rows.as_position();
    for at in first..first + fit {
        let Some(member) = open.cluster.members.get(at) else { continue };
        let (here, x) = (at == open.chosen, place(at));
        let role = if here { Role::RowCursor } else { Role::Label };
        if here {
            parked = Position::new(x, body.y + 1);
            surface.text(x.saturating_sub(2), body.y + 1, 1, surface.theme.glyphs.cursor, Role::Mark);
        }
        surface.text(x, body.y + 1, width.saturating_sub(3), &member.number, role);
        let at = member.submitted.map_or_else(String::new, |at| short(at, model.now));
        surface.text(x, body.y + 2, width.saturating_sub(3), &at, Role::Quiet);
    }
    let keep =
        words.fill("duplicates.keep_one", &[("key", model.key_name(Context::Duplicates, CommandId::ChoiceNext))]);
    surface.text(rows.x, body.y + 1, LABEL - 2, &keep, Role::Quiet);
    let lines = lines(open, words);
    if lines.is_empty() {
        surface.text(rows.x, rows.y, rows.width, words.text("list.reading"), Role::Quiet);
    }
    for (y, line) in (rows.top()..rows.bottom()).zip(lines.iter().skip(open.top)) {
        if line.sides.is_empty() {
            surface.text(rows.x, y, rows.width, &line.name, Role::Title);
            continue;
        }
        surface.text(rows.x, y, LABEL - 2, &line.name, Role::Label);
        for at in first..first + fit {
            let said = line.sides.get(at).map_or("", String::as_str);
            surface.text(place(at), y, width.saturating_sub(3), said, line.role);
        }
    }
    parked
}

/// The lines of the cluster that lies open: what differs, then what is the same.
#[must_use]
pub fn lines(open: &Opened, words: &Messages) -> Vec<SideLine> {
    let Some(records) = &open.records else { return Vec::new() };
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    let mut put = |name: String, of: &dyn Fn(&Record) -> String| {
        let sides: Vec<String> = open
            .cluster
            .ids()
            .iter()
            .map(|id| records.iter().find(|record| record.row.id == *id).map_or_else(String::new, of))
            .collect();
        if sides.iter().any(|side| !side.is_empty()) {
            fields.push((name, sides));
        }
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    put(words.text("cli.column.status").to_owned(), &|record| record.row.status.label().to_owned());
    put(words.text("compare.field.name").to_owned(), &|record| text(&record.row.name));
    put(words.text("compare.field.kana").to_owned(), &|record| text(&record.row.kana));
    put(words.text("compare.field.mail").to_owned(), &|record| text(&record.mail));
    put(words.text("compare.field.remarks").to_owned(), &|record| text(&record.remarks));
    let mut names: Vec<&String> = Vec::new();
    for item in records.iter().flat_map(|record| &record.items) {
        if !names.contains(&&item.name) {
            names.push(&item.name);
        }
    }
    for name in names {
        put(name.clone(), &|record| {
            let item = record.items.iter().find(|item| item.name == *name);
            match item {
                Some(item) if item.sealed => words.text("compare.likeness.sealed").to_owned(),
                Some(item) => text(&item.value).replace('\n', " "),
                None => String::new(),
            }
        });
    }
    let differs = |sides: &[String]| sides.windows(2).any(|pair| pair[0] != pair[1]);
    let (different, same): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(_, sides)| differs(sides));
    let heading = |key: &str, count: usize| SideLine {
        name: words.fill(key, &[("count", grouped(count as u64))]),
        sides: Vec::new(),
        role: Role::Title,
    };
    let mut lines = vec![heading("duplicates.different", different.len())];
    lines.extend(different.into_iter().map(|(name, sides)| SideLine { name, sides, role: Role::Changed }));
    lines.push(heading("duplicates.same", same.len()));
    lines.extend(same.into_iter().map(|(name, sides)| SideLine { name, sides, role: Role::Text }));
    lines
}
