//! Marking by a query: it is typed like that of the list, the whole store is asked, and what it finds is added to the
//! marks, taken off them, or takes their place. The list stays as it is. First the effect, then the question.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::marks::Marks;
use crate::tui::field::TextField;
use crate::tui::format::grouped;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::listing::SetBy;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::{Model, QueryProblem};
use crate::tui::motion;
use crate::tui::screens::chrome::wrong_part;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// The buttons, in order; the first is meant while the query is typed.
const BUTTONS: [(SetBy, &str); 3] =
    [(SetBy::Add, "mark_query.add"), (SetBy::TakeOff, "mark_query.take_off"), (SetBy::Only, "mark_query.only")];

/// The dialog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkQueryDialog {
    /// The query.
    pub field: TextField,
    /// The part that has the keys: 0 = the query, then the buttons.
    pub focus: usize,
    /// What is wrong with the query.
    pub wrong: Option<QueryProblem>,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
    /// Number of the question; an answer to another one is dropped.
    pub ticket: u64,
    /// The query that was asked last; empty = none.
    asked: String,
    /// What it finds, once that is known.
    found: Option<Marks>,
}

impl MarkQueryDialog {
    /// Whether the text field has the keys.
    #[must_use]
    pub const fn types_text(&self) -> bool {
        self.focus == 0
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        self.types_text().then_some(&mut self.field)
    }

    /// What the button that has the keys does; in the query, the first one.
    fn chosen(&self) -> SetBy {
        BUTTONS[self.focus.saturating_sub(1)].0
    }

    /// How many would be marked afterwards.
    fn after(&self, marks: &Marks, found: &Marks) -> u64 {
        match self.chosen() {
            SetBy::Add => marks.len() + found.len() - marks.common(found),
            SetBy::TakeOff => marks.len() - marks.common(found),
            SetBy::Only => found.len(),
        }
    }

    /// What is known about the query: what is wrong with it, or how many match.
    fn told(&self, model: &Model) -> (String, Role) {
        let words = &model.words;
        let wrong = self.wrong.as_ref().map(|wrong| &wrong.sentence);
        if let Some(sentence) = self.problem.as_ref().or(wrong) {
            return (sentence.clone(), Role::NoticeError);
        }
        match &self.found {
            _ if self.asked.is_empty() => (words.text("mark_query.empty").to_owned(), Role::Quiet),
            None => (words.text("mark_query.counting").to_owned(), Role::Quiet),
            Some(found) => {
                let marks = model.list.marks();
                let counts = [
                    ("count", grouped(found.len())),
                    ("marked", grouped(marks.common(found))),
                    ("now", grouped(marks.len())),
                    ("after", grouped(self.after(marks, found))),
                ];
                (words.fill("mark_query.counts", &counts), Role::Text)
            }
        }
    }

    /// Draws the dialog over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(layout::dialog(screen, 80, 10), words.text("mark_query.title"));
        let label = surface.text(inner.x, inner.y + 1, inner.width, words.text("search.label"), Role::Label) + 1;
        let line = Rect::new(inner.x + label, inner.y + 1, inner.width.saturating_sub(label), 1);
        surface.fill(line, Role::Input);
        let role = if self.field.is_selected() { Role::InputSelected } else { Role::Input };
        let wrong = wrong_part(self.wrong.as_ref(), self.field.text(), surface.theme);
        let mut caret = self.field.draw_parts(surface.buffer, line, &wrong, &surface.theme.pen(role));
        let (told, role) = self.told(model);
        let told = text::wrap(&told, inner.width, surface.theme.policy, Gaiji::Mark);
        for (y, line) in (inner.y + 3..inner.y + 5).zip(&told) {
            surface.text(inner.x, y, inner.width, line, role);
        }
        let mut x = inner.x;
        for (at, (_, title)) in (1..).zip(BUTTONS) {
            if self.focus == at {
                caret = Position::new(x, inner.y + 5);
            }
            let room = inner.right().saturating_sub(x);
            x += surface.button(x, inner.y + 5, room, words.text(title), self.focus == at) + 1;
        }
        let key = |command| ("key", model.key_name(Context::MarkQuery, command));
        let keys = [
            words.fill("mark_query.keys.accept", &[key(CommandId::DialogAccept)]),
            words.fill("mark_query.keys.close", &[key(CommandId::LayerClose)]),
        ];
        let foot = inner.bottom().saturating_sub(1);
        surface.text(inner.x, foot, inner.width, &keys.join("  "), Role::Quiet);
        caret
    }
}

/// The dialog, wherever it lies.
fn dialog_mut(model: &mut Model) -> Option<&mut MarkQueryDialog> {
    model.layers.iter_mut().find_map(|layer| match layer {
        Layer::MarkQuery(dialog) => Some(dialog.as_mut()),
        _ => None,
    })
}

/// Opens the dialog with the query of the list, selected.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let field = TextField::selected(&model.search.query);
    model.layers.push(Layer::MarkQuery(Box::new(MarkQueryDialog { field, ..MarkQueryDialog::default() })));
    edited(model)
}

/// The count follows each key of the query.
pub fn edited(model: &mut Model) -> Vec<Effect> {
    let check = std::sync::Arc::clone(&model.seams.check_query);
    let Some(dialog) = dialog_mut(model) else { return Vec::new() };
    dialog.problem = None;
    let typed = dialog.field.text().to_owned();
    match check(&typed) {
        Err(wrong) => {
            dialog.wrong = Some(wrong);
            Vec::new()
        }
        Ok(query) => {
            dialog.wrong = None;
            let typed = if query.is_empty() { String::new() } else { typed };
            if typed == dialog.asked {
                return Vec::new();
            }
            dialog.asked = typed;
            dialog.found = None;
            ask(model)
        }
    }
}

/// Asks the store again, after somebody changed it: what is shown stays until the answer has come.
pub fn refresh(model: &mut Model) -> Vec<Effect> {
    ask(model)
}

fn ask(model: &mut Model) -> Vec<Effect> {
    let ticket = model.ticket + 1;
    let Some(dialog) = dialog_mut(model) else { return Vec::new() };
    dialog.ticket = ticket;
    let query = dialog.asked.clone();
    model.ticket = ticket;
    if query.is_empty() {
        model.end(Work::Find);
        return vec![Effect::Cancel(Work::Find)];
    }
    vec![model.begin(Errand::Find { ticket, query })]
}

/// Takes what was found.
pub fn found(model: &mut Model, ticket: u64, found: Result<Marks, Explained>) {
    let Some(dialog) = dialog_mut(model).filter(|dialog| dialog.ticket == ticket) else { return };
    (dialog.found, dialog.problem) = match found {
        Ok(found) => (Some(found), None),
        Err(why) => (None, Some(why.sentence)),
    };
    model.end(Work::Find);
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::MarkQuery(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let last = BUTTONS.len();
    match command {
        CommandId::DialogNext if dialog.focus == 0 => dialog.focus = 1,
        CommandId::DialogNext | CommandId::DialogAccept => return accept(model),
        CommandId::ChoiceNext => dialog.focus = dialog.focus % last + 1,
        CommandId::ChoicePrevious => dialog.focus = (dialog.focus + last - 2) % last + 1,
        _ => dialog.focus = motion::moved(dialog.focus, last, command, last),
    }
    Vec::new()
}

/// Changes the marks by what was shown.
fn accept(model: &mut Model) -> Vec<Effect> {
    let running = model.work.runs(Work::Find);
    let Some(Layer::MarkQuery(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.wrong.is_some() || dialog.asked.is_empty() {
        dialog.focus = 0;
        let reason = dialog.wrong.as_ref().map_or("mark_query.empty", |_| "mark_query.wrong");
        model.notices.hint(model.words.text(reason).to_owned());
        return Vec::new();
    }
    let by = dialog.chosen();
    let Some(found) = dialog.found.take() else {
        dialog.problem = None;
        model.notices.hint(model.words.text("mark_query.not_ready").to_owned());
        return if running { Vec::new() } else { ask(model) };
    };
    model.layers.pop();
    model.end(Work::Find);
    let count = model.list.mark_set(by, &found);
    let done = match by {
        SetBy::Add => "mark_query.added",
        SetBy::TakeOff => "mark_query.taken_off",
        SetBy::Only => "mark_query.only_these",
    };
    let counts = [("count", grouped(count)), ("total", grouped(model.list.marks().len()))];
    model.notices.hint(model.words.fill(done, &counts));
    vec![Effect::Cancel(Work::Find)]
}
