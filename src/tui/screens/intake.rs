//! One file on its way in: what taking it in would do, then doing it, then what it did.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::domain::visible::visible;
use crate::messages::Messages;
use crate::office::{FileReport, InboxLook, SetAsidePlace, Warning};
use crate::tui::format::{grouped, long};
use crate::tui::intake::{IntakeErrand, SeenFile, ask};
use crate::tui::layer::Layer;
use crate::tui::message::{Effect, Errand, Explained};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// How many rows of a kind are listed; the page of the rows set aside lists them all.
const LISTED: usize = 200;

/// How far the file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// What it would do is being worked out.
    Looking,
    /// What it would do is known.
    Looked(Box<FileReport>),
    /// It is being taken in.
    Importing,
    /// It is in.
    Done(Box<FileReport>),
    /// It isn't in: what happened.
    Failed(Explained),
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakePage {
    /// Which file.
    pub file: SeenFile,
    /// How far it is.
    pub stage: Stage,
    /// The first line that is shown.
    pub top: usize,
}

impl IntakePage {
    /// The page of a file.
    #[must_use]
    pub const fn new(file: SeenFile, stage: Stage) -> Self {
        Self { file, stage, top: 0 }
    }

    /// The file is in.
    pub fn finish(&mut self, report: Box<FileReport>) {
        (self.stage, self.top) = (Stage::Done(report), 0);
    }

    /// The file isn't in.
    pub fn fail(&mut self, why: Explained) {
        (self.stage, self.top) = (Stage::Failed(why), 0);
    }

    /// Draws the page over the list.
    pub fn draw(&self, model: &Model, area: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, area, surface.theme.style(Role::Text));
        let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let lines = lines(self, model, area.width);
        let rows = Rect { height: area.height.saturating_sub(2), ..area };
        for (y, (line, role)) in (rows.top()..rows.bottom()).zip(lines.into_iter().skip(self.top)) {
            surface.text(area.x, y, area.width, &line, role);
        }
        let foot = Position::new(area.x, area.bottom().saturating_sub(1));
        let key = match &self.stage {
            Stage::Looking | Stage::Importing => return foot,
            Stage::Looked(_) => "intake.button.import",
            Stage::Failed(why) if why.code == STOPPED => "intake.button.continue",
            Stage::Failed(_) => "intake.button.again",
            Stage::Done(_) => "intake.button.done",
        };
        surface.button(foot.x, foot.y, area.width, model.words.text(key), true);
        foot
    }
}

/// The code of an import that the person stopped.
const STOPPED: &str = "work.stopped";

/// How many lines the page has, and how many of them fit.
#[must_use]
pub fn extent(page: &IntakePage, model: &Model, body: Rect) -> (usize, usize) {
    (lines(page, model, body.width.saturating_sub(2)).len(), usize::from(body.height.saturating_sub(2)))
}

/// All lines of the page for a width.
#[must_use]
pub fn lines(page: &IntakePage, model: &Model, width: u16) -> Vec<(String, Role)> {
    let words = &model.words;
    let mut lines = vec![(page.file.name(), Role::Title)];
    let mut add = |sentence: &str, role: Role| {
        let wrapped = text::wrap(sentence, width.max(2), model.theme.policy, Gaiji::Mark);
        lines.extend(wrapped.into_iter().map(|line| (line, role)));
    };
    match &page.stage {
        Stage::Looking => add(words.text("intake.looking"), Role::Quiet),
        Stage::Importing => {
            let stop = model.key_name(Context::Everywhere, CommandId::WorkCancel);
            let close = model.key_name(Context::Intake, CommandId::LayerClose);
            add(&words.fill("intake.importing", &[("stop", stop), ("close", close)]), Role::Text);
        }
        Stage::Failed(why) => add(&why.sentence, Role::NoticeError),
        Stage::Looked(report) => {
            let other = model.intake.look.as_ref().and_then(InboxLook::cut_off);
            if let Some(half) = other.filter(|half| half.file != page.file.hash) {
                add(&words.fill("intake.takes_back", &[("file", half.name.clone())]), Role::NoticeError);
            }
            told(report, &page.file, false, words, &mut add);
        }
        Stage::Done(report) => told(report, &page.file, true, words, &mut add),
    }
    lines
}

/// The counts of a report, as arguments of a sentence.
#[must_use]
pub fn counts(report: &FileReport, file: &SeenFile) -> [(&'static str, String); 6] {
    let counts = &report.counts;
    [
        ("file", file.name()),
        ("read", grouped(counts.read)),
        ("added", grouped(counts.added)),
        ("updated", grouped(counts.updated)),
        ("unchanged", grouped(counts.unchanged)),
        ("rejected", grouped(counts.rejected)),
    ]
}

fn told(report: &FileReport, file: &SeenFile, done: bool, words: &Messages, add: &mut dyn FnMut(&str, Role)) {
    let how = [("encoding", report.encoding.to_owned()), ("profile", report.profile.clone())];
    add(&words.fill("intake.how", &how), Role::Quiet);
    add("", Role::Text);
    add(words.text(if done { "intake.did" } else { "intake.would" }), Role::Label);
    let counts = counts(report, file);
    for key in ["intake.added", "intake.updated", "intake.unchanged", "intake.rejected"] {
        add(&words.fill(key, &counts), Role::Text);
    }
    for line in details(report, words) {
        add(&line, Role::Text);
    }
}

/// What taking a file in would do, line by line.
#[must_use]
pub fn would(report: &FileReport, file: &SeenFile, words: &Messages) -> Vec<String> {
    let mut lines = Vec::new();
    told(report, file, false, words, &mut |line, _| lines.push(line.to_owned()));
    lines
}

/// Whether a page waits for what taking this file in would do.
#[must_use]
pub fn is_awaited(model: &Model, file: &SeenFile) -> bool {
    let waits =
        |layer: &Layer| matches!(layer, Layer::Intake(page) if page.file == *file && page.stage == Stage::Looking);
    model.layers.iter().any(waits)
}

/// What stands below the counts: where reading stopped, warnings, rows set aside, statuses that differ, 外字.
#[must_use]
pub fn details(report: &FileReport, words: &Messages) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((code, line)) = report.stopped {
        lines.push(words.fill(&format!("error.{code}"), &[("line", line.to_string())]));
    }
    for warning in &report.warnings {
        lines.push(match warning {
            Warning::HeaderOnly => words.text("intake.header_only").to_owned(),
            Warning::SensitiveColumns(columns) => words.fill("intake.sensitive", &[("columns", columns.join("、"))]),
            Warning::Continued(line) => words.fill("intake.continued", &[("line", grouped(*line))]),
            Warning::SeenBefore(at_ms) => {
                let at = Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN };
                words.fill("intake.seen_before", &[("time", long(at))])
            }
            Warning::OlderRows(count) => words.fill("intake.older_rows", &[("count", grouped(*count))]),
            Warning::SealedUnchecked(count) => words.fill("intake.sealed_unchecked", &[("count", grouped(*count))]),
            Warning::DoubtfulValues(count) => words.fill("intake.doubtful_values", &[("count", grouped(*count))]),
            Warning::NoLineEnd => words.text("intake.no_line_end").to_owned(),
        });
    }
    let ticked = &report.ticked_off;
    for (key, count) in [
        ("intake.reflected", ticked.reflected),
        ("intake.not_in_file", ticked.not_in_file),
        ("intake.too_old", ticked.too_old),
    ] {
        if count > 0 {
            lines.push(words.fill(key, &[("count", grouped(count))]));
        }
    }
    let number = |number: &String| format!("  {}", visible(number));
    some(&mut lines, "intake.forgotten_title", &ticked.forgotten, words, number);
    some(&mut lines, "intake.refused_title", &ticked.refused, words, |one| {
        format!("  {}  {} / {}", visible(&one.number), one.ours.label(), one.source.label())
    });
    some(&mut lines, "intake.corrected_title", &report.corrected, words, number);
    some(&mut lines, "intake.withdrawn_title", &report.withdrawn, words, number);
    some(&mut lines, "intake.rejected_title", &report.rejected, words, |place| place_line(place, words));
    some(&mut lines, "intake.differs_title", &report.status_differs, words, |one| {
        let (ours, theirs) = (one.ours.label(), one.source.label());
        format!("  {}  {ours} / {theirs}", one.number)
    });
    some(&mut lines, "intake.flagged_title", &report.flagged, words, |one| {
        format!("  {}  {}  {}", one.number, one.field, one.codes.join(" "))
    });
    lines
}

/// A title with the count, and the first ones of many.
fn some<T>(lines: &mut Vec<String>, title: &str, all: &[T], words: &Messages, line: impl Fn(&T) -> String) {
    if all.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.push(words.fill(title, &[("count", grouped(all.len() as u64))]));
    lines.extend(all.iter().take(LISTED).map(line));
    if all.len() > LISTED {
        lines.push(words.fill("intake.and_more", &[("count", grouped((all.len() - LISTED) as u64))]));
    }
}

/// Where a row stood that was set aside, and why.
#[must_use]
pub fn place_line(place: &SetAsidePlace, words: &Messages) -> String {
    let field = place.field.clone().unwrap_or_default();
    let reason = words.text(&format!("rejected.reason.{}", place.reason)).to_owned();
    let column = place.column.map(|column| words.fill("intake.column", &[("column", grouped(column))]));
    let arguments =
        [("line", grouped(place.line)), ("column", column.unwrap_or_default()), ("field", field), ("reason", reason)];
    words.fill("intake.place", &arguments)
}

/// What a file would do is known, or can't be.
pub fn dry_run_done(model: &mut Model, file: &SeenFile, outcome: Result<Box<FileReport>, Explained>) {
    let page = model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Intake(page) if page.file == *file && page.stage == Stage::Looking => Some(page),
        _ => None,
    });
    // The person has closed the page meanwhile.
    let Some(page) = page else { return };
    match outcome {
        Ok(report) => (page.stage, page.top) = (Stage::Looked(report), 0),
        // Looking was stopped: nothing was begun that could go on.
        Err(why) if why.code == STOPPED => {
            model.layers.retain(|layer| !matches!(layer, Layer::Intake(page) if page.stage == Stage::Looking));
        }
        Err(why) => page.fail(why),
    }
}

/// What a command of the page does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let Some(Layer::Intake(page)) = model.layers.last() else { return Vec::new() };
    if motion::is_motion(command) {
        let (count, fit) = extent(page, model, places.body);
        if let Some(Layer::Intake(page)) = model.layers.last_mut() {
            page.top = motion::moved(page.top, count.saturating_sub(fit), command, fit);
        }
        return Vec::new();
    }
    let file = page.file.clone();
    let errand = match &page.stage {
        Stage::Looking | Stage::Importing => {
            model.notices.hint(model.words.text("intake.wait").to_owned());
            return Vec::new();
        }
        Stage::Looked(_) => IntakeErrand::Import(file),
        Stage::Failed(why) if why.code == STOPPED => IntakeErrand::Import(file),
        // The file may be another one by now: the page of the inbox knows.
        Stage::Done(_) | Stage::Failed(_) => {
            model.layers.pop();
            return vec![ask(IntakeErrand::Look)];
        }
    };
    if let Some(Layer::Intake(page)) = model.layers.last_mut() {
        (page.stage, page.top) = (Stage::Importing, 0);
    }
    vec![model.begin(Errand::Intake(errand))]
}
