//! 担当, 期限, 札, 個別番号, 収受, 審査結果, 補正の催促, of one application or of many: what is to be set is typed, then the effect is shown, then comes the
//! question. Enter goes on from part to part; only Enter on the button (or F12) does it.

use ratatui::layout::{Position, Rect};

use super::batch::{self, COUNT_TYPED_FROM, typed_number};
pub use super::field_kind::Kind;
use super::field_kind::options_of;
use super::{finding, numbering, purge, remind, ruling};
use crate::command::{CommandId, Context};
use crate::domain::calendar::{civil, parse_one_day};
use crate::domain::identity::ApplicationId;
use crate::domain::query::after_minus;
use crate::domain::release::Doing;
use crate::messages::Messages;
use crate::office::FieldRequest;
use crate::office::view::{BatchOutcome, FieldGroup, FieldPlan};
use crate::tui::field::TextField;
use crate::tui::format::grouped;
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::requests::Awaits;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// How far the dialog is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// What is to be set is being typed.
    Typing,
    /// The effect is being worked out.
    Planning,
    /// The effect is shown and the question stands.
    Asking(Box<FieldPlan>),
    /// It is being done.
    Running(Box<FieldPlan>),
}

/// Which part has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// What is to be set.
    Value,
    /// How numbers are handed out, or what a 起案 says: one of the options of its kind.
    Option(usize),
    /// The reason: for taking over, or for a 審査結果.
    Reason,
    /// What a 審査結果 rests on.
    Basis,
    /// The typed count.
    Count,
    /// The button.
    Button,
}

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDialog {
    /// Number of the question; an answer to another one is dropped.
    pub ticket: u64,
    /// Which field.
    pub kind: Kind,
    /// For whom.
    pub ids: Vec<ApplicationId>,
    /// What is to be set, as it is typed.
    pub value: TextField,
    /// How numbers are handed out, as it is typed.
    pub options: Vec<TextField>,
    /// The reason.
    pub reason: TextField,
    /// 根拠.
    pub basis: TextField,
    /// The typed count.
    pub count: TextField,
    /// How far it is.
    pub stage: Stage,
    /// Which part has the keys.
    pub focus: Focus,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

impl FieldDialog {
    /// A dialog for these applications.
    #[must_use]
    pub fn new(ticket: u64, kind: Kind, ids: Vec<ApplicationId>, words: &Messages) -> Self {
        // To take something in hand oneself is what is wanted most.
        let value = match kind {
            Kind::Assign => words.text("fields.assign.me"),
            Kind::Number | Kind::Receive => numbering::USUAL_PATTERN,
            _ => remind::usual(kind),
        };
        let options = options_of(kind).iter().map(|_| TextField::default()).collect();
        Self {
            ticket,
            kind,
            ids,
            value: TextField::selected(value),
            options,
            reason: TextField::default(),
            basis: TextField::default(),
            count: TextField::default(),
            stage: Stage::Typing,
            focus: Focus::Value,
            problem: None,
        }
    }

    /// What 二者確認 means for it, once it is known what would be done.
    fn awaits(&self, model: &Model) -> Awaits {
        let plan = self.plan().filter(|plan| plan.changing() > 0);
        plan.map_or(Awaits::Nobody, |plan| model.awaits(Doing::plain(plan.request.act()), plan.changing()))
    }

    /// What would be done, once it is known.
    #[must_use]
    pub const fn plan(&self) -> Option<&FieldPlan> {
        match &self.stage {
            Stage::Typing | Stage::Planning => None,
            Stage::Asking(plan) | Stage::Running(plan) => Some(plan),
        }
    }

    fn parts(&self) -> Vec<Focus> {
        let mut parts = vec![Focus::Value];
        parts.extend((0..self.options.len()).map(Focus::Option));
        let asks = matches!(self.kind, Kind::Result | Kind::Extend);
        if self.plan().is_some_and(|plan| plan.takes_over() || asks) {
            parts.push(Focus::Reason);
        }
        if self.plan().is_some() && self.kind == Kind::Result {
            parts.push(Focus::Basis);
        }
        if self.plan().is_some_and(|plan| plan.changing() >= COUNT_TYPED_FROM) {
            parts.push(Focus::Count);
        }
        if self.plan().is_some() {
            parts.push(Focus::Button);
        }
        parts
    }

    /// Whether a text field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        self.focus != Focus::Button && matches!(self.stage, Stage::Typing | Stage::Asking(_))
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        if !self.types_text() {
            return None;
        }
        match self.focus {
            Focus::Value => Some(&mut self.value),
            Focus::Option(at) => self.options.get_mut(at),
            Focus::Reason => Some(&mut self.reason),
            Focus::Basis => Some(&mut self.basis),
            Focus::Count => Some(&mut self.count),
            Focus::Button => None,
        }
    }

    /// What was typed has changed: an effect that was shown is that of something else.
    pub fn edited(&mut self) {
        self.problem = None;
        if matches!(self.focus, Focus::Value | Focus::Option(_)) && matches!(self.stage, Stage::Asking(_)) {
            self.stage = Stage::Typing;
        }
    }

    /// The label of the reason: whether it must be given.
    fn reason_key(&self) -> &'static str {
        match self.plan() {
            Some(plan) if plan.takes_over() => "fields.reason",
            Some(plan) if plan.needs_reason() => "fields.result.reason",
            _ => "fields.result.reason_optional",
        }
    }

    /// What stands in the way of doing it: the part that wants something, and the message key of a sentence.
    fn obstacle(&self) -> Option<(Focus, &'static str)> {
        let Stage::Asking(plan) = &self.stage else { return Some((Focus::Value, "batch.not_ready")) };
        if plan.changing() == 0 {
            return Some((Focus::Value, "fields.nothing"));
        }
        if plan.needs_reason() && self.reason.text().trim().is_empty() {
            let key = match self.kind {
                Kind::Extend => "fields.extend.reason_missing",
                _ if plan.takes_over() => "fields.reason_missing",
                _ => "fields.result.reason_missing",
            };
            return Some((Focus::Reason, key));
        }
        if plan.changing() >= COUNT_TYPED_FROM && typed_number(self.count.text()) != Some(plan.changing()) {
            return Some((Focus::Count, "batch.count_wrong"));
        }
        None
    }

    /// Draws the dialog over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let key = |part: &str| format!("fields.{}.{part}", self.kind.id());
        let groups = self
            .plan()
            .map_or(0, |plan| plan.groups.len() + usize::from(plan.unchanged > 0) + ruling::more(plan, words).len());
        let height = 10 + u16::try_from(groups.min(8)).unwrap_or(8) + 2 * u16::from(self.kind == Kind::Result);
        let inner = surface.boxed(
            layout::dialog(screen, 76, height + self.options.len() as u16),
            words.text(&self.kind.command().command().title_key()),
        );
        let count = words.fill("batch.targets", &[("count", grouped(self.ids.len() as u64))]);
        surface.text_right(Rect { height: 1, ..inner }, &count, Role::Label);
        let mut caret = inner.as_position();
        let mut typed = |part: Focus, y: u16, label: &str, field: &TextField, surface: &mut Surface<'_>| {
            let used = surface.text(inner.x, y, inner.width / 2, label, Role::Label) + 1;
            let area = Rect::new(inner.x + used, y, inner.width.saturating_sub(used), 1);
            surface.fill(area, Role::Input);
            let at = field.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
            if part == self.focus {
                caret = at;
            }
        };
        typed(Focus::Value, inner.y + 1, words.text(&key("label")), &self.value, surface);
        surface.text(inner.x, inner.y + 2, inner.width, words.text(&key("hint")), Role::Quiet);
        let options = inner.y + 3;
        for (at, (y, field)) in (options..).zip(&self.options).enumerate() {
            typed(Focus::Option(at), y, words.text(options_of(self.kind)[at]), field, surface);
        }
        let (mut y, foot) = (options + self.options.len() as u16 + 1, inner.bottom() - 1);
        let fields: Vec<Focus> = self
            .parts()
            .into_iter()
            .filter(|part| matches!(part, Focus::Reason | Focus::Basis | Focus::Count))
            .collect();
        let last = foot.saturating_sub(1 + fields.len() as u16);
        match &self.stage {
            Stage::Typing => {}
            Stage::Planning => {
                surface.text(inner.x, y, inner.width, words.text("batch.planning"), Role::Quiet);
            }
            Stage::Asking(plan) | Stage::Running(plan) => {
                for group in plan.groups.iter().take(usize::from(last.saturating_sub(y))) {
                    let count = words.fill("count", &[("count", grouped(group.targets.len() as u64))]);
                    let text = format!("{} {}", surface.theme.glyphs.choice, effect(plan, group, model));
                    surface.text(inner.x, y, inner.width.saturating_sub(12), &text, Role::Text);
                    surface.text_right(Rect::new(inner.x, y, inner.width, 1), &count, Role::Text);
                    y += 1;
                }
                for (text, count) in ruling::more(plan, words) {
                    if y < last {
                        surface.text(inner.x, y, inner.width.saturating_sub(12), &format!("  {text}"), Role::Quiet);
                        let count = count.map(|count| words.fill("count", &[("count", grouped(count))]));
                        surface.text_right(
                            Rect::new(inner.x, y, inner.width, 1),
                            &count.unwrap_or_default(),
                            Role::Quiet,
                        );
                        y += 1;
                    }
                }
                if plan.unchanged > 0 && y < last {
                    let count = words.fill("count", &[("count", grouped(plan.unchanged))]);
                    surface.text(
                        inner.x,
                        y,
                        inner.width,
                        &format!("  {}", words.text("fields.unchanged")),
                        Role::Quiet,
                    );
                    surface.text_right(Rect::new(inner.x, y, inner.width, 1), &count, Role::Quiet);
                }
            }
        }
        for (y, part) in (last..).zip(fields) {
            match part {
                Focus::Reason => typed(part, y, words.text(self.reason_key()), &self.reason, surface),
                Focus::Basis => typed(part, y, words.text("fields.result.basis"), &self.basis, surface),
                _ => {
                    let count = ("count", grouped(self.plan().map_or(0, FieldPlan::changing)));
                    typed(part, y, &words.fill("batch.type_count", &[count]), &self.count, surface);
                }
            }
        }
        let awaits = self.awaits(model);
        if let Some(problem) = &self.problem {
            surface.text(inner.x, foot - 1, inner.width, problem, Role::NoticeError);
        } else if let Some(told) = awaits.told(words) {
            surface.text(inner.x, foot - 1, inner.width, told, Role::Notice);
        }
        let title = match &self.stage {
            Stage::Typing | Stage::Planning => words.text("fields.show").to_owned(),
            Stage::Running(_) => words.text("batch.running").to_owned(),
            Stage::Asking(plan) => {
                awaits.button(words.fill(&key("button"), &[("count", grouped(plan.changing()))]), words)
            }
        };
        let focused = self.focus == Focus::Button;
        let used = surface.button(inner.x, foot, inner.width, &title, focused);
        let keys = [
            ("next", model.key_name(Context::Question, CommandId::QuestionNext)),
            ("execute", model.key_name(Context::Question, CommandId::QuestionExecute)),
            ("close", model.key_name(Context::Question, CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        surface.text(x, foot, inner.right().saturating_sub(x), &words.fill("fields.keys", &keys), Role::Quiet);
        if focused { Position::new(inner.x + 2, foot) } else { caret }
    }
}

/// What happens to a group.
fn effect(plan: &FieldPlan, group: &FieldGroup, model: &Model) -> String {
    let words = &model.words;
    let nothing = || words.text("fields.nobody").to_owned();
    let to = match &plan.request {
        FieldRequest::Tag { name, kept } => {
            let key = if *kept { "fields.tag.put_on" } else { "fields.tag.take_off" };
            return words.fill(key, &[("name", name.clone())]);
        }
        FieldRequest::Assign(to) => to.clone(),
        FieldRequest::Due(to) | FieldRequest::Extend(to) => to.map(|day| day.to_string()),
        FieldRequest::Dispose(_) => return purge::effect(group, words),
        FieldRequest::Submit(_) | FieldRequest::Settle(_) | FieldRequest::Return => {
            return ruling::effect(&plan.request, group, words);
        }
        FieldRequest::Number(_) | FieldRequest::Receive { .. } => return numbering::effect(plan, words),
        FieldRequest::Remind(_) => return remind::effect(group, words),
        FieldRequest::Result { to, .. } => to.map(|finding| finding.label().to_owned()),
    };
    let arguments = [("from", group.from.clone().unwrap_or_else(nothing)), ("to", to.unwrap_or_else(nothing))];
    let key = if group.takes_over { "fields.takes_over" } else { "fields.changes" };
    words.fill(key, &arguments)
}

/// Opens the dialog for what is marked, else for what is under the cursor.
pub fn open(model: &mut Model, kind: Kind) -> Vec<Effect> {
    model.ticket += 1;
    let dialog = FieldDialog::new(model.ticket, kind, model.targets(), &model.words);
    model.layers.push(Layer::Field(Box::new(dialog)));
    Vec::new()
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::Field(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let parts = dialog.parts();
    let at = parts.iter().position(|part| *part == dialog.focus).unwrap_or_default();
    match (command, &dialog.stage) {
        (_, Stage::Planning | Stage::Running(_)) => {}
        (CommandId::QuestionNext | CommandId::QuestionExecute, Stage::Typing) => return ask(model),
        (CommandId::QuestionNext, _) if dialog.focus != Focus::Button => {
            dialog.focus = parts.get(at + 1).copied().unwrap_or(Focus::Button);
        }
        (CommandId::QuestionNext | CommandId::QuestionExecute, _) => return execute(model),
        _ => dialog.focus = parts[motion::moved(at, parts.len() - 1, command, 1)],
    }
    Vec::new()
}

/// Reads what was typed and asks for the effect.
fn ask(model: &mut Model) -> Vec<Effect> {
    let today = model.now.map(|now| civil(&now).date());
    let Some(Layer::Field(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let text = dialog.value.text().trim().to_owned();
    let off = after_minus(&text).map(|rest| rest.trim().to_owned());
    let off = off.as_deref();
    let request = match (dialog.kind, off) {
        (_, None) if text.is_empty() => Err(model.words.text("fields.empty").to_owned()),
        (Kind::Assign, Some("")) => Ok(FieldRequest::Assign(None)),
        (Kind::Assign, _) => Ok(FieldRequest::Assign(Some(text))),
        (Kind::Due, Some("")) => Ok(FieldRequest::Due(None)),
        (Kind::Extend, Some("")) => Ok(FieldRequest::Extend(None)),
        (Kind::Dispose, _) => {
            let (request, reason) = purge::request(&text, &dialog.options);
            dialog.reason = reason;
            Ok(request)
        }
        (Kind::Due | Kind::Extend, _) => match today.map(|today| parse_one_day(&text, today)) {
            Some(Ok(day)) if dialog.kind == Kind::Extend => Ok(FieldRequest::Extend(Some(day.value))),
            Some(Ok(day)) => Ok(FieldRequest::Due(Some(day.value))),
            Some(Err(error)) => Err(model.words.explain(&error)),
            None => Err(model.words.text("batch.not_ready").to_owned()),
        },
        (Kind::Number | Kind::Receive, _) => {
            numbering::request(dialog.kind, (&text, &dialog.options), today, &model.words)
        }
        (Kind::Submit | Kind::Settle, _) => ruling::request(dialog.kind, (&text, &dialog.options), today, &model.words),
        (Kind::Remind, _) => remind::request((&text, &dialog.options), today, &model.words),
        (Kind::Return, _) => {
            dialog.reason = TextField::selected(&text);
            Ok(FieldRequest::Return)
        }
        (Kind::Result, _) => finding::wish(&text, off)
            .map(|to| FieldRequest::Result { to, basis: None })
            .ok_or_else(|| model.words.fill("fields.result.unknown", &[("text", text)])),
        (Kind::Tag, Some("")) => Err(model.words.text("fields.empty").to_owned()),
        (Kind::Tag, Some(name)) => Ok(FieldRequest::Tag { name: name.to_owned(), kept: false }),
        (Kind::Tag, None) => Ok(FieldRequest::Tag { name: text, kept: true }),
    };
    match request {
        Err(problem) => {
            dialog.problem = Some(problem);
            Vec::new()
        }
        Ok(request) => {
            (dialog.problem, dialog.stage) = (None, Stage::Planning);
            let errand = Errand::PlanField { ticket: dialog.ticket, request, ids: dialog.ids.clone() };
            vec![model.begin(errand)]
        }
    }
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Field(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if let Some((part, key)) = dialog.obstacle() {
        dialog.focus = part;
        let count = dialog.plan().map_or(0, FieldPlan::changing);
        dialog.problem = Some(model.words.fill(key, &[("count", grouped(count))]));
        return Vec::new();
    }
    let Stage::Asking(mut plan) = std::mem::replace(&mut dialog.stage, Stage::Planning) else { return Vec::new() };
    if let FieldRequest::Result { basis, .. } = &mut plan.request {
        *basis = Some(dialog.basis.text().trim().to_owned()).filter(|text| !text.is_empty());
    }
    dialog.stage = Stage::Running(plan.clone());
    dialog.problem = None;
    let reason = dialog.reason.text().trim().to_owned();
    let kinds = [Kind::Result, Kind::Return, Kind::Extend, Kind::Dispose];
    let wanted = plan.takes_over() || kinds.contains(&dialog.kind);
    let reason = (wanted && !reason.is_empty()).then_some(reason);
    vec![model.begin(Errand::ApplyField { plan, reason })]
}

fn dialog_of(model: &mut Model, is: impl Fn(&FieldDialog) -> bool) -> Option<usize> {
    model.layers.iter().position(|layer| matches!(layer, Layer::Field(dialog) if is(dialog)))
}

/// Takes the plan that was asked for; the first part that wants something gets the keys.
pub fn planned(model: &mut Model, ticket: u64, plan: Result<Box<FieldPlan>, Explained>) {
    model.end(Work::Plan);
    let waiting = dialog_of(model, |dialog| dialog.ticket == ticket && dialog.stage == Stage::Planning);
    let Some(Layer::Field(dialog)) = waiting.map(|at| &mut model.layers[at]) else { return };
    match plan {
        Ok(plan) => {
            dialog.stage = Stage::Asking(plan);
            let inputs = 1 + dialog.options.len();
            dialog.focus = dialog.parts()[inputs];
        }
        Err(why) => {
            (dialog.stage, dialog.focus) = (Stage::Typing, Focus::Value);
            dialog.problem = Some(why.sentence);
        }
    }
}

/// Takes the end: what was done is said, and the files of a 起案 are begun; or the dialog stands again with the reason why not.
pub fn done(model: &mut Model, outcome: Result<BatchOutcome, Explained>) -> Vec<Effect> {
    let Some(at) = dialog_of(model, |dialog| matches!(dialog.stage, Stage::Running(_))) else {
        model.end(Work::Apply);
        return Vec::new();
    };
    let mut effects = Vec::new();
    match outcome {
        Ok(outcome) => {
            let Layer::Field(dialog) = model.layers.remove(at) else { return effects };
            let written = ruling::files(&dialog).zip(outcome.operation);
            let undo = ("undo", model.key_name(Context::List, CommandId::Undo));
            let key = format!("fields.{}.done", dialog.kind.id());
            let mut text = model.words.fill(&key, &[("count", grouped(outcome.changed)), undo]);
            if !outcome.failed.is_empty() {
                let left = ("count", grouped(outcome.failed.len() as u64));
                let open = ("key", model.key_name(Context::List, CommandId::NoticesOpen));
                text.push_str(&model.words.fill("batch.done.left", &[left, open]));
            }
            let details = batch::details(&outcome, &model.words);
            jobs::done(model, Work::Apply, Notice { at: model.now, is_error: false, text, details });
            effects.extend(written.map(|(path, id)| model.begin(Errand::WriteRuling(id, path))));
        }
        Err(why) => {
            if let Layer::Field(dialog) = &mut model.layers[at] {
                (dialog.stage, dialog.focus) = (Stage::Typing, Focus::Value);
                dialog.problem = Some(why.sentence.clone());
            }
            jobs::failed(model, Work::Apply, &why);
        }
    }
    effects
}
