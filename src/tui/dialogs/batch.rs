//! The batch dialog: any change of status, of one application or of a hundred thousand. First the effect, then the
//! question. Enter in a text field goes on to the button; only Enter on the button (or F12) does it, so that the
//! second Enter of somebody who types with an IME never does.

pub use super::batch_told::{details, left, left_because, refused};
use crate::command::{CommandId, Context};
use crate::domain::calendar::{Day, civil, parse_one_day};
use crate::domain::channel::Channel;
use crate::domain::identity::ApplicationId;
use crate::domain::people::Act;
use crate::domain::query::Listed as _;
use crate::domain::release::Doing;
use crate::domain::status::{Refusal, Request, Status};
use crate::messages::Messages;
use crate::office::view::{BatchOutcome, BatchPlan, Declared};
use crate::tui::field::TextField;
use crate::tui::format::grouped;
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::listing::Listing;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::requests::Awaits;

/// From this many applications on the count is typed before the button does anything.
pub const COUNT_TYPED_FROM: u64 = 100;

/// How far the dialog is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The effect is being worked out.
    Planning,
    /// The effect is shown and the question stands.
    Asking(Box<BatchPlan>),
    /// It is being done.
    Running(Box<BatchPlan>),
}

/// Which part has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The day of a 申出.
    Day,
    /// The way of a 申出, or by which the applicant was told what to correct.
    Channel,
    /// 補正期限.
    Until,
    /// 補正文の部品.
    Blocks,
    /// The reason.
    Reason,
    /// The typed count.
    Count,
    /// The button.
    Button,
}

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchDialog {
    /// Number of the question; an answer to another one is dropped.
    pub ticket: u64,
    /// What is asked for.
    pub request: Request,
    /// For how many.
    pub asked: u64,
    /// How far it is.
    pub stage: Stage,
    /// The day on which the applicant asked for the 取下げ.
    pub day: TextField,
    /// By which way.
    pub channel: TextField,
    /// The last day until which it is to be corrected.
    pub until: TextField,
    /// The numbers of 補正文の部品.
    pub blocks: TextField,
    /// The reason.
    pub reason: TextField,
    /// The typed count.
    pub count: TextField,
    /// Which part has the keys.
    pub focus: Focus,
    /// Whether the single applications are shown instead of the summary.
    pub listing: bool,
    /// Cursor in the single applications.
    pub cursor: usize,
    /// First line of the single applications.
    pub top: usize,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

/// One line of the single applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// It would go to this status.
    Moves(ApplicationId, Status),
    /// It stays; the position among the excluded.
    Stays(usize),
}

impl BatchDialog {
    /// A dialog that waits for its plan, and the question for it.
    #[must_use]
    pub fn new(ticket: u64, request: Request, ids: Vec<ApplicationId>) -> (Self, Errand) {
        let dialog = Self {
            ticket,
            request,
            asked: ids.len() as u64,
            stage: Stage::Planning,
            day: TextField::default(),
            channel: TextField::default(),
            until: TextField::default(),
            blocks: TextField::default(),
            reason: TextField::default(),
            count: TextField::default(),
            focus: Focus::Button,
            listing: false,
            cursor: 0,
            top: 0,
            problem: None,
        };
        (dialog, Errand::Plan { ticket, request, ids })
    }

    /// What 二者確認 means for it, once it is known what would be done.
    #[must_use]
    pub fn awaits(&self, model: &Model) -> Awaits {
        let force = self.request == Request::To(Status::ForceCompleted);
        let count = self.plan().map_or(0, BatchPlan::changing);
        if count == 0 { Awaits::Nobody } else { model.awaits(Doing { act: Act::SetStatus, force }, count) }
    }

    /// What would be done, once it is known.
    #[must_use]
    pub const fn plan(&self) -> Option<&BatchPlan> {
        match &self.stage {
            Stage::Planning => None,
            Stage::Asking(plan) | Stage::Running(plan) => Some(plan),
        }
    }

    /// Takes the plan; the first part that wants something gets the keys.
    pub fn take_plan(&mut self, plan: Box<BatchPlan>) {
        self.stage = Stage::Asking(plan);
        self.focus = self.parts()[0];
    }

    /// The parts in the order in which Enter goes through them. The button is always the last.
    #[must_use]
    pub fn parts(&self) -> Vec<Focus> {
        let mut parts = Vec::with_capacity(5);
        if self.plan().is_some_and(withdraws) {
            parts.extend([Focus::Day, Focus::Channel]);
        }
        if self.correction().is_some() {
            parts.push(Focus::Blocks);
        }
        if self.plan().is_some_and(BatchPlan::needs_reason) {
            parts.push(Focus::Reason);
        }
        if self.plan().is_some_and(sends_back) {
            parts.extend([Focus::Until, Focus::Channel]);
        }
        if self.plan().is_some_and(|plan| plan.changing() >= COUNT_TYPED_FROM) {
            parts.push(Focus::Count);
        }
        parts.push(Focus::Button);
        parts
    }

    /// Whether a text field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        !self.listing && matches!(self.stage, Stage::Asking(_)) && self.focus != Focus::Button
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        if !self.types_text() {
            return None;
        }
        match self.focus {
            Focus::Day => Some(&mut self.day),
            Focus::Channel => Some(&mut self.channel),
            Focus::Until => Some(&mut self.until),
            Focus::Blocks => Some(&mut self.blocks),
            Focus::Reason => Some(&mut self.reason),
            Focus::Count => Some(&mut self.count),
            Focus::Button => None,
        }
    }

    /// How many single applications there are to show.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.plan().map_or(0, |plan| plan.changing() as usize + plan.excluded.len())
    }

    /// A line of the single applications: those that can't be moved first, since they want to be looked at.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<Target> {
        let plan = self.plan()?;
        let mut rest = at;
        if rest < plan.excluded.len() {
            return Some(Target::Stays(rest));
        }
        rest -= plan.excluded.len();
        for group in &plan.groups {
            match group.targets.get(rest) {
                Some((id, _)) => return Some(Target::Moves(*id, group.to)),
                None => rest -= group.targets.len(),
            }
        }
        None
    }

    /// Ids of the lines in sight that need their row.
    #[must_use]
    pub fn in_sight(&self, height: usize) -> Vec<ApplicationId> {
        if !self.listing {
            return Vec::new();
        }
        (self.top..self.top + height)
            .map_while(|at| self.line(at))
            .filter_map(|line| match line {
                Target::Moves(id, _) => Some(id),
                Target::Stays(_) => None,
            })
            .collect()
    }

    /// Takes applications off the batch and off the marks: the one under the cursor, or in the summary all that can't
    /// be moved.
    fn exclude(&mut self, list: &mut Listing) {
        let line = if self.listing { self.line(self.cursor) } else { None };
        let listing = self.listing;
        let Stage::Asking(plan) = &mut self.stage else { return };
        match line {
            Some(Target::Stays(at)) => {
                let left = plan.excluded.remove(at);
                list.unmark([left.id]);
            }
            Some(Target::Moves(id, _)) => {
                for group in &mut plan.groups {
                    group.targets.retain(|(other, _)| *other != id);
                }
                plan.groups.retain(|group| !group.targets.is_empty());
                list.unmark([id]);
            }
            None if !listing => list.unmark(plan.excluded.drain(..).map(|left| left.id)),
            None => {}
        }
        self.problem = None;
        self.cursor = self.cursor.min(self.lines().saturating_sub(1));
        self.top = self.top.min(self.cursor);
        if !self.parts().contains(&self.focus) {
            self.focus = Focus::Button;
        }
    }

    /// What stands in the way of doing it: the part that wants something, and the message key of a sentence.
    #[must_use]
    pub fn obstacle(&self) -> Option<(Focus, &'static str)> {
        let Stage::Asking(plan) = &self.stage else { return Some((Focus::Button, "batch.not_ready")) };
        if plan.changing() == 0 {
            return Some((Focus::Button, "batch.nothing"));
        }
        let is_told = withdraws(plan) || (sends_back(plan) && !self.channel.text().trim().is_empty());
        if is_told && Channel::parse(self.channel.text()).is_none() {
            return Some((Focus::Channel, "batch.channel_wrong"));
        }
        let typed = [&self.reason, &self.blocks].iter().any(|field| !field.text().trim().is_empty());
        if plan.needs_reason() && !typed {
            let part = if self.correction().is_some() { Focus::Blocks } else { Focus::Reason };
            return Some((part, "batch.reason_missing"));
        }
        if plan.changing() >= COUNT_TYPED_FROM && typed_number(self.count.text()) != Some(plan.changing()) {
            return Some((Focus::Count, "batch.count_wrong"));
        }
        None
    }
}

impl BatchDialog {
    /// What is said beside the reason: how the applicant asked for it or was told, and until when it is to be corrected. Of
    /// a day that can't be read: the part and why.
    fn how(&self, today: Option<Day>, words: &Messages) -> Result<(Option<Declared>, Option<Day>), (Focus, String)> {
        let Some(plan) = self.plan().filter(|plan| withdraws(plan) || sends_back(plan)) else {
            return Ok((None, None));
        };
        let today = today.ok_or_else(|| (Focus::Button, words.text("batch.not_ready").to_owned()))?;
        let read = |part: Focus, text: &str| match parse_one_day(text.trim(), today) {
            Ok(day) => Ok(day.value),
            Err(error) => Err((part, words.explain(&error))),
        };
        let channel = Channel::parse(self.channel.text());
        if withdraws(plan) {
            let day = read(Focus::Day, self.day.text())?;
            return Ok((channel.map(|channel| Declared { day, channel }), None));
        }
        let until = self.until.text();
        let until = (!until.trim().is_empty()).then(|| read(Focus::Until, until)).transpose()?;
        // Who enters it has just told the applicant.
        Ok((channel.map(|channel| Declared { day: today, channel }), until))
    }
}

/// 届出 that can't be 不受理 (行政手続法 37 条): they can be sent back to be corrected.
pub(super) fn standing(plan: &BatchPlan) -> impl Iterator<Item = ApplicationId> + '_ {
    plan.excluded.iter().filter(|left| left.refusal == Refusal::NotificationStands).map(|left| left.id)
}

/// Asks about 返却 in place of 不受理, for the 届出 alone.
fn return_instead(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Batch(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let ids: Vec<ApplicationId> = dialog.plan().map(|plan| standing(plan).collect()).unwrap_or_default();
    if ids.is_empty() || !matches!(dialog.stage, Stage::Asking(_)) {
        dialog.problem = Some(model.words.text("batch.nothing_to_return").to_owned());
        return Vec::new();
    }
    model.ticket += 1;
    let (dialog, errand) = BatchDialog::new(model.ticket, Request::To(Status::Returned), ids);
    model.layers.pop();
    model.layers.push(Layer::Batch(Box::new(dialog)));
    vec![model.begin(errand)]
}

/// Whether a plan is about 取下げ, which the applicant asks for on a day and by a way.
fn withdraws(plan: &BatchPlan) -> bool {
    plan.groups.iter().any(|group| group.to == Status::Withdrawn)
}

/// Whether a plan is about 返却: until when it is to be corrected, and how the applicant was told, may be said.
fn sends_back(plan: &BatchPlan) -> bool {
    plan.groups.iter().any(|group| group.to == Status::Returned)
}

/// A number typed in digits of either width, with or without separators.
pub(super) fn typed_number(text: &str) -> Option<u64> {
    let digits: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '\u{3000}' | '件'))
        .collect();
    digits.parse().ok()
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId, page: usize) -> Vec<Effect> {
    let Model { layers, list, .. } = model;
    let Some(Layer::Batch(dialog)) = layers.last_mut() else { return Vec::new() };
    match command {
        CommandId::BatchTargets => dialog.listing = !dialog.listing && dialog.lines() > 0,
        CommandId::BatchExclude => dialog.exclude(list),
        CommandId::BatchReturn => return return_instead(model),
        CommandId::BatchNext if dialog.listing => dialog.listing = false,
        CommandId::BatchNext if dialog.focus != Focus::Button => {
            let parts = dialog.parts();
            let next = parts.iter().position(|part| *part == dialog.focus).map_or(0, |at| at + 1);
            dialog.focus = parts.get(next).copied().unwrap_or(Focus::Button);
        }
        CommandId::BatchNext | CommandId::BatchExecute => return execute(model),
        _ if dialog.listing => {
            dialog.cursor = motion::moved(dialog.cursor, dialog.lines().saturating_sub(1), command, page);
            dialog.top = motion::window_top(dialog.top, dialog.cursor, page);
        }
        _ if motion::is_motion(command) => {
            let parts = dialog.parts();
            let at = parts.iter().position(|part| *part == dialog.focus).unwrap_or_default();
            dialog.focus = parts[motion::moved(at, parts.len() - 1, command, 1)];
        }
        _ => {}
    }
    Vec::new()
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let today = model.now.map(|now| civil(&now).date());
    let Some(Layer::Batch(dialog)) = model.layers.last_mut() else { return Vec::new() };
    dialog.listing = false;
    if let Some((part, key)) = dialog.obstacle() {
        dialog.focus = part;
        let count = dialog.plan().map_or(0, BatchPlan::changing);
        dialog.problem = Some(model.words.fill(key, &[("count", grouped(count))]));
        return Vec::new();
    }
    let how = dialog.how(today, &model.words);
    let (reason, (declared, until)) = match how.and_then(|how| Ok((dialog.said(how.1, &model.words)?, how))) {
        Ok(said) => said,
        Err((part, problem)) => {
            dialog.focus = part;
            dialog.problem = Some(problem);
            return Vec::new();
        }
    };
    let how = (declared, until, dialog.picked());
    let Stage::Asking(plan) = std::mem::replace(&mut dialog.stage, Stage::Planning) else { return Vec::new() };
    dialog.stage = Stage::Running(plan.clone());
    dialog.problem = None;
    // A reason that isn't asked for isn't in sight either.
    let reason = (plan.needs_reason() && !reason.is_empty()).then_some(reason);
    vec![model.begin(Errand::Apply { plan, reason, how })]
}

/// Takes the plan that was asked for.
pub fn planned(model: &mut Model, ticket: u64, plan: Result<Box<BatchPlan>, Explained>) {
    // Most ask for it on the day on which it is entered.
    let today = model.now.map_or_else(String::new, |now| civil(&now).date().to_string());
    let Some(at) = model.layers.iter().position(|layer| is_waiting(layer, ticket)) else { return };
    match (plan, &mut model.layers[at]) {
        (Ok(plan), Layer::Batch(dialog)) => {
            dialog.day = TextField::selected(&today);
            dialog.take_plan(plan);
            model.end(Work::Plan);
        }
        (Ok(_), _) => {}
        (Err(why), _) => {
            model.layers.remove(at);
            jobs::failed(model, Work::Plan, &why);
        }
    }
}

fn is_waiting(layer: &Layer, ticket: u64) -> bool {
    matches!(layer, Layer::Batch(dialog)
        if dialog.ticket == ticket && dialog.stage == Stage::Planning)
}

/// Takes the end of a batch: what was done is said, or the dialog stands again with the reason why not.
pub fn done(model: &mut Model, outcome: Result<BatchOutcome, Explained>) {
    let Some(at) = model.layers.iter().position(|layer| {
        matches!(layer, Layer::Batch(dialog)
        if matches!(dialog.stage, Stage::Running(_)))
    }) else {
        return model.end(Work::Apply);
    };
    let Layer::Batch(dialog) = &mut model.layers[at] else { return };
    match outcome {
        Ok(outcome) => {
            let request = dialog.request;
            let marks = model.list.marks();
            let of_marks = dialog.plan().is_some_and(|plan| {
                plan.groups.iter().flat_map(|group| &group.targets).any(|(id, _)| marks.contains(*id))
            });
            model.layers.remove(at);
            let undo = ("undo", model.key_name(Context::List, CommandId::Undo));
            let (key, status) = match request {
                Request::Accept => ("batch.done.accept", String::new()),
                Request::To(status) => ("batch.done.to", status.label().to_owned()),
            };
            let mut text = model.words.fill(key, &[("count", grouped(outcome.changed)), ("status", status), undo]);
            if !outcome.failed.is_empty() {
                let left = ("count", grouped(outcome.failed.len() as u64));
                let open = ("key", model.key_name(Context::List, CommandId::NoticesOpen));
                text.push_str(&model.words.fill("batch.done.left", &[left, open]));
            }
            if of_marks {
                // They may all have left the list: the next batch would be theirs too.
                let marks = ("count", grouped(model.list.marks().len()));
                let key = ("key", model.key_name(Context::List, CommandId::MarkNone));
                text.push_str(&model.words.fill("batch.done.marks", &[marks, key]));
            }
            let details = details(&outcome, &model.words);
            jobs::done(model, Work::Apply, Notice { at: model.now, is_error: false, text, details });
        }
        Err(why) => {
            if let Stage::Running(plan) = std::mem::replace(&mut dialog.stage, Stage::Planning) {
                dialog.stage = Stage::Asking(plan);
            }
            dialog.problem = Some(why.sentence.clone());
            jobs::failed(model, Work::Apply, &why);
        }
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
