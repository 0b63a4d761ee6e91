//! The list of jobs: work that runs, then the last that ended, and one of them opened.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::tui::format::{clock, grouped};
use crate::tui::jobs::{self, End, Job, State};
use crate::tui::layer::Layer;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// The page.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobsPage {
    /// Number of the job under the cursor; the list moves beneath it. `None` = the newest.
    pub chosen: Option<u64>,
    /// The first line that is shown.
    pub top: usize,
    /// Whether the chosen one is shown with all that was said of it.
    pub detail: bool,
    /// The first line of it.
    pub detail_top: usize,
}

/// Columns of the list: when it began, its state, its rate, its time.
const BEGAN: u16 = 7;
const STATE: u16 = 16;
const RATE: u16 = 18;
const TIME: u16 = 14;

/// Below these widths time and rate stand at the foot only.
const WIDTH_FOR_TIME: u16 = 70;
const WIDTH_FOR_RATE: u16 = 100;

/// Lines at the foot: what the chosen one is about, its time, and what stopping it means.
const FOOT: u16 = 4;

impl JobsPage {
    fn position(&self, model: &Model) -> usize {
        model.work.iter().position(|job| Some(job.number) == self.chosen).unwrap_or_default()
    }

    fn job<'a>(&self, model: &'a Model) -> Option<&'a Job> {
        model.work.iter().nth(self.position(model))
    }

    /// Draws the page over the list; tells where the cursor is parked.
    pub fn draw(&self, model: &Model, area: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, area, surface.theme.style(Role::Text));
        let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let running = grouped(model.work.running().len() as u64);
        let title = model.words.fill("jobs.title", &[("running", running)]);
        surface.text(area.x, area.y, area.width, &title, Role::Title);
        match self.job(model) {
            Some(job) if self.detail => self.draw_detail(model, job, area, surface),
            Some(job) => self.draw_list(model, job, area, surface),
            None => {
                surface.text(area.x, area.y + 1, area.width, model.words.text("jobs.none"), Role::Quiet);
                area.as_position()
            }
        }
    }

    fn draw_list(&self, model: &Model, chosen: &Job, area: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let rows = rows(area);
        let cursor = self.position(model);
        let top = motion::window_top(self.top, cursor, usize::from(rows.height));
        let mut parked = rows.as_position();
        let time = if rows.width >= WIDTH_FOR_TIME { TIME } else { 0 };
        let rate = if rows.width >= WIDTH_FOR_RATE { RATE } else { 0 };
        for (y, (at, job)) in (rows.top()..rows.bottom()).zip(model.work.iter().enumerate().skip(top)) {
            let here = at == cursor;
            if here {
                parked = Position::new(rows.x, y);
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let role = if here { Role::RowCursor } else { Role::Text };
            let began = job.began.map_or_else(String::new, clock);
            surface.text(rows.x + 2, y, BEGAN - 1, &began, role);
            surface.text(rows.x + 2 + BEGAN, y, STATE - 1, &job.state_words(model), state_role(job, role));
            let x = rows.x + 2 + BEGAN + STATE;
            surface.text(x, y, rows.right().saturating_sub(x + rate + time), &job.name(words), role);
            let mut right = rows.right();
            for (width, text) in [(time, job.time_words(words)), (rate, job.rate_words(words))] {
                let beside = Rect { x: right - width, y, width, height: 1 };
                if width > 0 {
                    surface.text_right(beside, &text, role);
                }
                right -= width;
            }
        }
        let foot = Rect { y: rows.bottom(), height: area.bottom().saturating_sub(rows.bottom()), ..area };
        for x in foot.left()..foot.right() {
            surface.text(x, foot.y, 1, surface.theme.glyphs.lines[0], Role::Border);
        }
        let lines = told(chosen, model, foot.width);
        for (y, (line, role)) in (foot.y + 1..foot.bottom()).zip(lines) {
            surface.text(foot.x, y, foot.width, &line, role);
        }
        parked
    }

    fn draw_detail(&self, model: &Model, job: &Job, area: Rect, surface: &mut Surface<'_>) -> Position {
        let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let lines = detail_lines(job, model, rows.width);
        for (y, (line, role)) in (rows.top()..rows.bottom()).zip(lines.into_iter().skip(self.detail_top)) {
            surface.text(rows.x, y, rows.width, &line, role);
        }
        rows.as_position()
    }
}

/// Where the rows stand, below the title and above the foot.
fn rows(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1 + FOOT), ..area }
}

const fn state_role(job: &Job, role: Role) -> Role {
    match job.state {
        State::Ended { how: End::Failed, .. } => Role::NoticeError,
        _ => role,
    }
}

fn wrapped(model: &Model, width: u16, sentence: &str) -> Vec<String> {
    text::wrap(sentence, width.max(2), model.theme.policy, Gaiji::Mark)
}

/// What is known of a job in one line: the parts that there are, in their order.
fn joined(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("  ")
}

/// What stands at the foot: rate and time left of one that runs and what stopping it means; of another what was said.
fn told(job: &Job, model: &Model, width: u16) -> Vec<(String, Role)> {
    let words = &model.words;
    let mut told = vec![(joined(&[job.name(words), job.rate_words(words), job.time_words(words)]), Role::Label)];
    match &job.state {
        State::Running { .. } => {
            let key = model.key_name(Context::Jobs, CommandId::JobsCancel);
            told.push((words.fill(&job.meaning_key("cancel"), &[("key", key)]), Role::Quiet));
        }
        State::Ended { lines, .. } => told.extend(lines.first().map(|line| (line.clone(), Role::Quiet))),
    }
    let lines = told.into_iter().flat_map(|(line, role)| {
        wrapped(model, width, &line).into_iter().map(move |line| (line, role)).collect::<Vec<_>>()
    });
    lines.collect()
}

/// All that there is to say of a job.
fn detail_lines(job: &Job, model: &Model, width: u16) -> Vec<(String, Role)> {
    let words = &model.words;
    let began = job.began.map_or_else(String::new, clock);
    let head = joined(&[began, job.state_words(model), job.rate_words(words), job.time_words(words)]);
    let mut lines = vec![(job.name(words), Role::Label), (head, Role::Text)];
    let mut add = |line: &str, role: Role| {
        lines.extend(wrapped(model, width, line).into_iter().map(|line| (line, role)));
    };
    add("", Role::Text);
    match &job.state {
        State::Running { .. } => {
            let key = model.key_name(Context::Jobs, CommandId::JobsCancel);
            add(&words.fill(&job.meaning_key("cancel"), &[("key", key)]), Role::Quiet);
        }
        State::Ended { lines, how, .. } => {
            for (at, line) in lines.iter().enumerate() {
                let failed = at == 0 && *how == End::Failed;
                add(line, if failed { Role::NoticeError } else { Role::Text });
            }
            if lines.is_empty() {
                add(words.text("jobs.no_details"), Role::Quiet);
            }
        }
    }
    lines
}

/// What a command of the page does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let Some(Layer::Jobs(page)) = model.layers.last() else { return Vec::new() };
    let mut page = *page;
    let (cursor, count) = (page.position(model), model.work.iter().count());
    let chosen = page.job(model).map(|job| job.number);
    match command {
        CommandId::JobsCancel => return chosen.map_or_else(Vec::new, |number| jobs::cancel(model, number)),
        CommandId::JobsDetail => match chosen {
            Some(_) => (page.chosen, page.detail, page.detail_top) = (chosen, !page.detail, 0),
            None => model.notices.hint(model.words.text("jobs.none").to_owned()),
        },
        _ if page.detail => {
            let fit = usize::from(places.body.height.saturating_sub(1));
            let width = places.body.width.saturating_sub(2);
            let lines = page.job(model).map_or(0, |job| detail_lines(job, model, width).len());
            page.detail_top = motion::moved(page.detail_top, lines.saturating_sub(fit), command, fit);
        }
        _ => {
            let height = usize::from(rows(places.body).height);
            let to = motion::moved(cursor, count.saturating_sub(1), command, height);
            page.top = motion::window_top(page.top, to, height);
            page.chosen = model.work.iter().nth(to).map(|job| job.number);
        }
    }
    if let Some(Layer::Jobs(there)) = model.layers.last_mut() {
        *there = page;
    }
    Vec::new()
}
