//! Writing a note, and striking one through. A note for staff and one for the applicant have dialogs, words and buttons of
//! their own, so that nobody writes the one for the other; Enter goes on to the button, Enter on the button writes it.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::identity::ApplicationId;
use crate::domain::operation::NoteReader;
use crate::domain::people::Act;
use crate::domain::release::Doing;
use crate::office::view::Note;
use crate::tui::field::TextField;
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A note is written.
    Write(NoteReader),
    /// One of these is struck through: the one at the place.
    Strike(Vec<Note>, usize),
}

impl Purpose {
    /// The part of message keys.
    const fn id(&self) -> &'static str {
        match self {
            Self::Write(reader) => reader.id(),
            Self::Strike(..) => "strike",
        }
    }

    const fn act(&self) -> Act {
        match self {
            Self::Write(NoteReader::Staff) => Act::NoteInternal,
            Self::Write(NoteReader::Applicant) => Act::NoteApplicant,
            Self::Strike(..) => Act::NoteStrike,
        }
    }

    const fn command(&self) -> CommandId {
        match self {
            Self::Write(NoteReader::Staff) => CommandId::NoteInternal,
            Self::Write(NoteReader::Applicant) => CommandId::NoteApplicant,
            Self::Strike(..) => CommandId::NoteStrike,
        }
    }
}

/// Which part has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Which note.
    Choice,
    /// What is written.
    Text,
    /// The button.
    Button,
}

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteDialog {
    /// On which application.
    pub id: ApplicationId,
    /// What is done.
    pub purpose: Purpose,
    /// The note, or the reason.
    pub text: TextField,
    /// Which part has the keys.
    pub focus: Focus,
    /// Whether it is being done.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

/// So many notes are offered to be struck through at once.
const IN_SIGHT: usize = 6;

impl NoteDialog {
    fn new(id: ApplicationId, purpose: Purpose) -> Self {
        let focus = if matches!(purpose, Purpose::Strike(..)) { Focus::Choice } else { Focus::Text };
        Self { id, purpose, text: TextField::default(), focus, running: false, problem: None }
    }

    /// Whether the text field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        self.focus == Focus::Text && !self.running
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        self.types_text().then_some(&mut self.text)
    }

    /// Draws the dialog over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let key = |part: &str| format!("note.{}.{part}", self.purpose.id());
        let height = match &self.purpose {
            Purpose::Write(_) => 9,
            Purpose::Strike(notes, _) => 10 + notes.len().min(IN_SIGHT) as u16,
        };
        let title = words.text(&self.purpose.command().command().title_key()).to_owned();
        let inner = surface.boxed(layout::dialog(screen, 76, height), &title);
        let number = model
            .list
            .row(self.id)
            .map_or_else(String::new, |row| format!("{}  {}", row.number, row.display_name().unwrap_or_default()));
        surface.text(inner.x, inner.y, inner.width, &number, Role::Text);
        surface.text(inner.x, inner.y + 1, inner.width, words.text(&key("hint")), Role::Quiet);
        let (mut y, foot) = (inner.y + 3, inner.bottom() - 1);
        let mut caret = Position::new(inner.x + 2, foot);
        if let Purpose::Strike(notes, chosen) = &self.purpose {
            let top = motion::window_top(0, *chosen, IN_SIGHT);
            for (at, note) in notes.iter().enumerate().skip(top).take(IN_SIGHT) {
                let here = at == *chosen;
                if here {
                    surface.text(inner.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
                    if self.focus == Focus::Choice {
                        caret = Position::new(inner.x, y);
                    }
                }
                let reader = words.fill(&format!("note.{}.badge", note.reader.id()), &[]);
                let said = note.text.as_deref().unwrap_or_default().replace('\n', " ");
                let role = if here && self.focus == Focus::Choice { Role::RowCursor } else { Role::Text };
                surface.text(inner.x + 2, y, inner.width - 2, &format!("{reader} {said}"), role);
                y += 1;
            }
            y += 1;
        }
        let used = surface.text(inner.x, y, inner.width / 2, words.text(&key("label")), Role::Label) + 1;
        let area = Rect::new(inner.x + used, y, inner.width.saturating_sub(used), 1);
        surface.fill(area, Role::Input);
        let at = self.text.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
        if self.focus == Focus::Text {
            caret = at;
        }
        let awaits = model.awaits(Doing::plain(self.purpose.act()), 1);
        if let Some(problem) = &self.problem {
            surface.text(inner.x, foot - 1, inner.width, problem, Role::NoticeError);
        } else if let Some(told) = awaits.told(words) {
            surface.text(inner.x, foot - 1, inner.width, told, Role::Notice);
        }
        let button = match self.running {
            true => words.text("batch.running").to_owned(),
            false => awaits.button(words.text(&key("button")).to_owned(), words),
        };
        let used = surface.button(inner.x, foot, inner.width, &button, self.focus == Focus::Button);
        let keys = [
            ("next", model.key_name(Context::Question, CommandId::QuestionNext)),
            ("execute", model.key_name(Context::Question, CommandId::QuestionExecute)),
            ("close", model.key_name(Context::Question, CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        surface.text(x, foot, inner.right().saturating_sub(x), &words.fill("fields.keys", &keys), Role::Quiet);
        caret
    }
}

/// Opens the dialog for the application under the cursor.
pub fn write(model: &mut Model, reader: NoteReader) -> Vec<Effect> {
    let dialog = model.subject().map(|id| NoteDialog::new(id, Purpose::Write(reader)));
    model.layers.extend(dialog.map(|dialog| Layer::Note(Box::new(dialog))));
    Vec::new()
}

/// Opens the dialog for the notes of the open record that aren't struck through.
pub fn strike(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.subject() else { return Vec::new() };
    let notes = model.open.of(id).map_or_else(Vec::new, |record| record.notes.clone());
    let notes: Vec<Note> = notes.into_iter().filter(|note| note.struck.is_none()).collect();
    if notes.is_empty() {
        model.notices.hint(model.words.text("note.strike.none").to_owned());
        return Vec::new();
    }
    model.layers.push(Layer::Note(Box::new(NoteDialog::new(id, Purpose::Strike(notes, 0)))));
    Vec::new()
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::Note(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    let parts: &[Focus] = match dialog.purpose {
        Purpose::Write(_) => &[Focus::Text, Focus::Button],
        Purpose::Strike(..) => &[Focus::Choice, Focus::Text, Focus::Button],
    };
    let at = parts.iter().position(|part| *part == dialog.focus).unwrap_or_default();
    match (command, &mut dialog.purpose) {
        (CommandId::QuestionExecute, _) => return execute(model),
        (CommandId::QuestionNext, _) if dialog.focus == Focus::Button => return execute(model),
        (CommandId::QuestionNext, _) => dialog.focus = parts[at + 1],
        (CommandId::MoveUp | CommandId::MoveDown, Purpose::Strike(notes, chosen))
            if dialog.focus == Focus::Choice && motion::moved(*chosen, notes.len() - 1, command, 1) != *chosen =>
        {
            *chosen = motion::moved(*chosen, notes.len() - 1, command, 1);
        }
        _ => dialog.focus = parts[motion::moved(at, parts.len() - 1, command, 1)],
    }
    Vec::new()
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Note(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let text = dialog.text.text().trim().to_owned();
    if text.is_empty() {
        dialog.focus = Focus::Text;
        let key = format!("note.{}.missing", dialog.purpose.id());
        dialog.problem = Some(model.words.text(&key).to_owned());
        return Vec::new();
    }
    (dialog.running, dialog.problem) = (true, None);
    let id = dialog.id;
    let errand = match &dialog.purpose {
        Purpose::Write(reader) => Errand::AddNote { id, reader: *reader, text },
        Purpose::Strike(notes, chosen) => Errand::StrikeNote { id, note: notes[*chosen].operation, reason: text },
    };
    vec![model.begin(errand)]
}

/// Takes the end: what was written is said, or the dialog stands again with the reason why not.
pub fn done(model: &mut Model, outcome: Result<(), Explained>) {
    let at = model.layers.iter().position(|layer| matches!(layer, Layer::Note(dialog) if dialog.running));
    let Some(at) = at else { return model.end(Work::Apply) };
    match outcome {
        Ok(()) => {
            let Layer::Note(dialog) = model.layers.remove(at) else { return };
            let text = model.words.text(&format!("note.{}.done", dialog.purpose.id())).to_owned();
            jobs::done(model, Work::Apply, Notice { at: model.now, is_error: false, text, details: Vec::new() });
        }
        Err(why) => {
            if let Layer::Note(dialog) = &mut model.layers[at] {
                dialog.running = false;
                dialog.problem = Some(why.sentence.clone());
            }
            jobs::failed(model, Work::Apply, &why);
        }
    }
}
