//! How the batch dialog is drawn.

use ratatui::layout::{Position, Rect};

use super::batch::{self, BatchDialog, Focus, Stage, Target};
use super::status;
use crate::command::{CommandId, Context};
use crate::domain::status::{Cause, Request, Status};
use crate::office::view::{BatchPlan, PlanGroup, Row};
use crate::tui::format::grouped;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// How many excluded applications the summary names; the rest stands in the list behind Tab.
const EXCLUDED_IN_SUMMARY: usize = 5;

/// How many lines of single applications fit in the dialog on a screen of this height.
#[must_use]
pub fn list_height(screen: Rect) -> usize {
    usize::from(area(screen).height.saturating_sub(5))
}

fn area(screen: Rect) -> Rect {
    layout::dialog(screen, 96, screen.height.saturating_sub(4).clamp(14, 24))
}

impl BatchDialog {
    /// Draws the dialog over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let inner = surface.boxed(area(screen), &title(self.request, model));
        let count = model.words.fill("batch.targets", &[("count", grouped(self.asked))]);
        surface.text_right(Rect { height: 1, ..inner }, &count, Role::Label);
        if inner.height < 6 {
            return inner.as_position();
        }
        let body = Rect { y: inner.y + 1, height: inner.height - 3, ..inner };
        let foot = Rect { y: inner.bottom() - 2, height: 2, ..inner };
        let caret = match (self.plan(), self.listing) {
            (None, _) => {
                surface.text(body.x, body.y, body.width, model.words.text("batch.planning"), Role::Quiet);
                body.as_position()
            }
            (Some(plan), true) => self.draw_targets(plan, model, body, surface),
            (Some(plan), false) => self.draw_summary(plan, model, body, surface),
        };
        let button = self.draw_foot(model, foot, surface);
        if self.focus == Focus::Button && !self.listing { button } else { caret }
    }

    fn draw_summary(&self, plan: &BatchPlan, model: &Model, body: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let fields = self.parts().len() as u16 - 1;
        let last = body.bottom().saturating_sub(fields);
        let mut y = body.y;
        for group in &plan.groups {
            if y >= last {
                break;
            }
            let text = format!("{} {}", surface.theme.glyphs.choice, effect(self.request, group, model));
            self.counted(&text, group.targets.len() as u64, model, (body, y), surface);
            y += 1;
        }
        if plan.unchanged > 0 && y < last {
            self.counted(&format!("  {}", words.text("batch.unchanged")), plan.unchanged, model, (body, y), surface);
            y += 1;
        }
        if !plan.excluded.is_empty() && y < last {
            let text = format!("  {}", words.text("batch.excluded"));
            self.counted(&text, plan.excluded.len() as u64, model, (body, y), surface);
            y += 1;
            let mut told = 0;
            for left in plan.excluded.iter().take(EXCLUDED_IN_SUMMARY) {
                // The last line of room is kept for how many more there are.
                if y >= last || y + 1 == last && told + 1 < plan.excluded.len() {
                    break;
                }
                told += 1;
                let why = batch::refused(left.refusal, left.status, target(self.request), words);
                let text = format!("    {}  {why}", left.number);
                surface.text(body.x, y, body.width, &text, Role::Quiet);
                y += 1;
            }
            if told < plan.excluded.len() && y < last {
                let key = ("key", model.key_name(Context::Batch, CommandId::BatchTargets));
                let more = ("count", grouped((plan.excluded.len() - told) as u64));
                let text = format!("    {}", words.fill("batch.more_excluded", &[more, key]));
                surface.text(body.x, y, body.width, &text, Role::Quiet);
            }
        }
        if y < last {
            self.draw_blocks(model, Rect { y, height: last - y, ..body }, surface);
        }
        let mut caret = body.as_position();
        let mut y = last;
        for part in self.parts() {
            let (label, field) = match part {
                Focus::Day => (words.text("batch.day").to_owned(), &self.day),
                Focus::Channel => (words.text("batch.channel").to_owned(), &self.channel),
                Focus::Until => (words.text("batch.until").to_owned(), &self.until),
                Focus::Blocks => (words.text("correction.blocks").to_owned(), &self.blocks),
                Focus::Reason if self.correction().is_some() => {
                    (words.text("correction.free").to_owned(), &self.reason)
                }
                Focus::Reason => (words.text(reason_key(plan)).to_owned(), &self.reason),
                Focus::Count => (words.fill("batch.type_count", &[("count", grouped(plan.changing()))]), &self.count),
                Focus::Button => continue,
            };
            let used = surface.text(body.x, y, body.width / 2, &label, Role::Label) + 1;
            let area = Rect::new(body.x + used, y, body.width - used, 1);
            surface.fill(area, Role::Input);
            let at = field.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
            if part == self.focus {
                caret = at;
            }
            y += 1;
        }
        caret
    }

    fn counted(&self, text: &str, count: u64, model: &Model, (body, y): (Rect, u16), surface: &mut Surface<'_>) {
        let count = model.words.fill("count", &[("count", grouped(count))]);
        // Plain mode reads the line, so nothing of it is cut.
        let room = if model.plain { body.width } else { body.width.min(64) };
        surface.text(body.x, y, room.saturating_sub(12), text, Role::Text);
        surface.text_right(Rect::new(body.x, y, room, 1), &count, Role::Text);
    }

    fn draw_targets(&self, plan: &BatchPlan, model: &Model, body: Rect, surface: &mut Surface<'_>) -> Position {
        let mut caret = body.as_position();
        for (y, at) in (body.top()..body.bottom()).zip(self.top..) {
            let Some(line) = self.line(at) else { break };
            let role = if at == self.cursor { Role::RowCursor } else { Role::Text };
            if at == self.cursor {
                caret = Position::new(body.x, y);
                surface.text(body.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let (number, name, what) = match line {
                Target::Moves(id, to) => match model.list.row(id) {
                    Some(row) => {
                        let change = format!("{} > {}", row.status.label(), to.label());
                        (row.number.clone(), row.display_name().unwrap_or_default().to_owned(), change)
                    }
                    None => (surface.theme.glyphs.ellipsis.to_owned(), String::new(), to.label().to_owned()),
                },
                Target::Stays(at) => {
                    let left = &plan.excluded[at];
                    let why = batch::refused(left.refusal, left.status, target(self.request), &model.words);
                    let name = model.list.row(left.id).and_then(Row::display_name).unwrap_or_default().to_owned();
                    (left.number.clone(), name, format!("{}: {why}", model.words.text("batch.excluded")))
                }
            };
            surface.text(body.x + 2, y, 13, &number, role);
            surface.text(body.x + 16, y, 16, &name, role);
            surface.text(body.x + 33, y, body.width.saturating_sub(33), &what, role);
        }
        caret
    }

    fn draw_foot(&self, model: &Model, foot: Rect, surface: &mut Surface<'_>) -> Position {
        if let Some(problem) = &self.problem {
            surface.text(foot.x, foot.y, foot.width, problem, Role::NoticeError);
        } else if let (true, Some(Target::Stays(at)), Some(plan)) = (self.listing, self.line(self.cursor), self.plan())
        {
            // The list has no room for the whole sentence.
            let left = &plan.excluded[at];
            let why = batch::refused(left.refusal, left.status, target(self.request), &model.words);
            surface.text(foot.x, foot.y, foot.width, &why, Role::Notice);
        } else if let Some(told) = self.awaits(model).told(&model.words) {
            surface.text(foot.x, foot.y, foot.width, told, Role::Notice);
        } else if let Some(count) = self.plan().map(|plan| batch::standing(plan).count()).filter(|count| *count > 0) {
            let key = ("key", model.key_name(Context::Batch, CommandId::BatchReturn));
            let hint = model.words.fill("batch.return_hint", &[("count", grouped(count as u64)), key]);
            surface.text(foot.x, foot.y, foot.width, &hint, Role::Notice);
        }
        let y = foot.y + 1;
        let title = match &self.stage {
            Stage::Planning => return Position::new(foot.x, y),
            Stage::Running(_) => model.words.text("batch.running").to_owned(),
            Stage::Asking(plan) => {
                self.awaits(model).button(button(self.request, plan.changing(), model), &model.words)
            }
        };
        let focused = self.focus == Focus::Button && !self.listing;
        let used = surface.button(foot.x, y, foot.width, &title, focused);
        let key = |command| model.key_name(Context::Batch, command);
        let keys = [
            ("list", key(CommandId::BatchTargets)),
            ("exclude", key(CommandId::BatchExclude)),
            ("close", key(CommandId::LayerClose)),
            ("execute", key(CommandId::BatchExecute)),
        ];
        let hint = model.words.fill("batch.keys", &keys);
        let x = foot.x + used + 2;
        surface.text(x, y, foot.right().saturating_sub(x), &hint, Role::Quiet);
        Position::new(foot.x + 2, y)
    }
}

fn title(request: Request, model: &Model) -> String {
    match request {
        Request::Accept => status::name(request, &model.words),
        Request::To(to) => model.words.fill("batch.title", &[("status", to.label().to_owned())]),
    }
}

fn button(request: Request, count: u64, model: &Model) -> String {
    let count = ("count", grouped(count));
    match request {
        Request::Accept => model.words.fill("batch.button.accept", &[count]),
        Request::To(to) => model.words.fill("batch.button.to", &[count, ("status", to.label().to_owned())]),
    }
}

/// What happens to a group, with the reason where it isn't the ordinary course.
fn effect(request: Request, group: &PlanGroup, model: &Model) -> String {
    let to = group.to.label();
    if request == Request::Accept && group.to == Status::Completed {
        return model.words.text("batch.accept_completes").to_owned();
    }
    let effect = model.words.fill("batch.goes_to", &[("status", to.to_owned())]);
    if group.cause == Cause::Ordinary {
        return effect;
    }
    format!("{effect} ({})", model.words.text(&format!("status.cause.{}", group.cause.id())))
}

/// The status that sentences about refused applications name.
const fn target(request: Request) -> Status {
    match request {
        Request::Accept => Status::AcceptedUnreplied,
        Request::To(status) => status,
    }
}

/// What the reason is called, by what it is for.
fn reason_key(plan: &BatchPlan) -> &'static str {
    match plan.groups.iter().find(|group| group.needs_reason).map(|group| group.to) {
        Some(Status::Rejected) => "batch.reason.rejected",
        Some(Status::Returned) => "batch.reason.returned",
        Some(Status::ForceCompleted) => "batch.reason.force_completed",
        Some(Status::Withdrawn) => "batch.reason.withdrawn",
        _ => "batch.reason.other",
    }
}
