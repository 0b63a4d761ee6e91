//! The page of 窓口・郵送分の入力 and what is typed on it: first the form is chosen, then a field after the other.

use super::entry::FormToEnter;
use super::field::TextField;
use super::keymap::{Code, Key};
use super::motion;
use super::secret_field::SecretField;
use crate::command::CommandId;
use crate::domain::fold::fold;
use crate::domain::form::{ItemKind, chosen, doubt_of};
use crate::domain::sitting::EntryDraft;
use crate::office::{Part, Sheet, SheetField, SheetOf};

/// What is typed into one field.
#[derive(Debug, Clone)]
pub enum Input {
    /// A text that shows.
    Open(TextField),
    /// One that doesn't.
    Masked(SecretField),
    /// Nothing: an attachment.
    Closed,
}

impl Input {
    fn of(field: &SheetField) -> Self {
        match field.kind {
            ItemKind::Attachment => Self::Closed,
            _ if field.is_masked() => {
                let mut secret = SecretField::default();
                secret.paste(&field.text);
                Self::Masked(secret)
            }
            _ => Self::Open(TextField::selected(&field.text)),
        }
    }

    /// What stands in it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Open(field) => field.text(),
            Self::Masked(field) => field.typed(),
            Self::Closed => "",
        }
    }
}

/// Which form.
#[derive(Debug, Clone, Default)]
pub struct Choosing {
    /// By what the forms are found.
    pub filter: TextField,
    /// All of them; `None` = not read yet.
    pub forms: Option<Vec<FormToEnter>>,
    /// The one under the cursor, among those that are found.
    pub cursor: usize,
}

impl Choosing {
    /// The forms that are found: each word stands in the title or in the id.
    #[must_use]
    pub fn found(&self) -> Vec<&FormToEnter> {
        let wanted = fold(self.filter.text());
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let is_it = |form: &&FormToEnter| {
            let text = fold(&format!("{}\n{}", form.title, form.word));
            words.iter().all(|word| text.contains(word))
        };
        self.forms.iter().flatten().filter(is_it).collect()
    }
}

/// A page that is being filled in.
#[derive(Debug, Clone)]
pub struct Filling {
    /// What the office gave out.
    pub sheet: Sheet,
    /// What is typed, field by field.
    pub inputs: Vec<Input>,
    /// Which field has the keys; behind the last one the button.
    pub focus: usize,
    /// Whether it is being entered.
    pub running: bool,
    /// Whether doubts were told, so that it is entered with the next word.
    pub warned: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

impl Filling {
    pub(super) fn new(sheet: Sheet) -> Self {
        let inputs = sheet.fields.iter().map(Input::of).collect();
        Self { sheet, inputs, focus: 0, running: false, warned: false, problem: None }
    }

    /// The field that has the keys.
    #[must_use]
    pub fn field(&self) -> Option<&SheetField> {
        self.sheet.fields.get(self.focus)
    }

    /// Whether anything was typed.
    pub(super) fn is_begun(&self) -> bool {
        let differs = |(field, input): (&SheetField, &Input)| input.text() != field.text;
        self.sheet.fields.iter().zip(&self.inputs).any(differs)
    }

    /// How many fields are doubted.
    pub(super) fn doubted(&self) -> usize {
        let doubted = |(field, input): &(&SheetField, &Input)| doubt_of(&field.kind, input.text()).is_some();
        self.sheet.fields.iter().zip(&self.inputs).filter(doubted).count()
    }

    /// What is handed over: all fields, but nothing for what can't be typed or is sealed and wasn't typed again.
    pub(super) fn texts(&self) -> Vec<(Part, String)> {
        let pairs = self.sheet.fields.iter().zip(&self.inputs);
        let said = pairs
            .filter(|(field, input)| !matches!(input, Input::Closed) && (!field.sealed || !input.text().is_empty()));
        said.map(|(field, input)| (field.part.clone(), input.text().to_owned())).collect()
    }

    /// The choice before or after, as the text of its field.
    pub(super) fn choose(&mut self, forward: bool) {
        let Some(SheetField { kind: ItemKind::Choice(choices), .. }) = self.sheet.fields.get(self.focus) else {
            return;
        };
        let Some(Input::Open(field)) = self.inputs.get_mut(self.focus) else { return };
        let count = choices.len();
        let at = chosen(choices, field.text()).and_then(|one| choices.iter().position(|other| other == one));
        let to = match (at, forward) {
            (None, true) => 0,
            (None, false) => count.saturating_sub(1),
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        if let Some(choice) = choices.get(to) {
            *field = TextField::selected(&choice.label);
        }
    }

    /// Steps to another part; an attachment is passed over.
    pub(super) fn step(&mut self, command: CommandId, page: usize) {
        let last = self.inputs.len();
        let mut to = motion::moved(self.focus, last, command, page);
        while matches!(self.inputs.get(to), Some(Input::Closed)) {
            let next = if to > self.focus { to + 1 } else { to.saturating_sub(1) };
            if next == to || next > last {
                return;
            }
            to = next;
        }
        self.focus = to;
    }

    /// The page for the next paper of the same form, which came by the same way on the same day.
    pub(super) fn next(&self) -> Self {
        let mut next = Self::new(self.sheet.clone());
        let kept = [Part::Channel, Part::Received];
        for (field, (input, old)) in next.sheet.fields.iter_mut().zip(next.inputs.iter_mut().zip(&self.inputs)) {
            if kept.contains(&field.part) {
                old.text().clone_into(&mut field.text);
                *input = Input::Open(TextField::selected(old.text()));
            }
        }
        next.focus = next.sheet.fields.iter().position(|field| !kept.contains(&field.part)).unwrap_or_default();
        next
    }
}

/// How far the page is.
#[derive(Debug, Clone)]
pub enum Stage {
    /// The form is being chosen.
    Choosing(Choosing),
    /// The page is being read.
    Reading,
    /// It is being filled in.
    Filling(Box<Filling>),
}

/// The layer.
#[derive(Debug, Clone)]
pub struct EntryPage {
    /// How far it is.
    pub stage: Stage,
    /// What was typed before, to be put into the page when it has come.
    pub draft: Option<EntryDraft>,
}

impl EntryPage {
    pub(super) fn new(stage: Stage) -> Self {
        Self { stage, draft: None }
    }

    /// One that goes on with what an earlier sitting left.
    #[must_use]
    pub const fn of_draft(draft: EntryDraft) -> Self {
        Self { stage: Stage::Reading, draft: Some(draft) }
    }

    /// What stands in the way of entering it.
    #[must_use]
    pub const fn problem(&self) -> Option<&String> {
        if let Stage::Filling(filling) = &self.stage { filling.problem.as_ref() } else { None }
    }

    /// Whether a field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        match &self.stage {
            Stage::Choosing(_) => true,
            Stage::Reading => false,
            Stage::Filling(filling) => !filling.running && filling.focus < filling.inputs.len(),
        }
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        match &mut self.stage {
            Stage::Choosing(choosing) => Some(&mut choosing.filter),
            Stage::Filling(filling) if !filling.running => match filling.inputs.get_mut(filling.focus) {
                Some(Input::Open(field)) => Some(field),
                _ => None,
            },
            _ => None,
        }
    }

    /// The masked field that has the keys.
    pub fn secret_mut(&mut self) -> Option<&mut SecretField> {
        match &mut self.stage {
            Stage::Filling(filling) if !filling.running => match filling.inputs.get_mut(filling.focus) {
                Some(Input::Masked(field)) => Some(field),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a key chooses instead of moving in the text.
    #[must_use]
    pub fn chooses(&self, key: Key) -> bool {
        let Stage::Filling(filling) = &self.stage else { return false };
        let is_choice = filling.field().is_some_and(|field| matches!(field.kind, ItemKind::Choice(_)));
        is_choice && matches!(key.code, Code::Left | Code::Right) && !key.ctrl && !key.alt
    }

    /// What was typed has changed.
    pub fn edited(&mut self) {
        match &mut self.stage {
            Stage::Choosing(choosing) => choosing.cursor = 0,
            Stage::Filling(filling) => (filling.problem, filling.warned) = (None, false),
            Stage::Reading => {}
        }
    }

    /// Forgets what is typed and may not lie open.
    pub fn wipe(&mut self) {
        if let Stage::Filling(filling) = &mut self.stage {
            for input in &mut filling.inputs {
                if let Input::Masked(field) = input {
                    field.wipe();
                }
            }
        }
    }

    /// What a session may keep of it; `None` = nothing was typed.
    #[must_use]
    pub fn kept(&self) -> Option<EntryDraft> {
        let filling = match &self.stage {
            Stage::Choosing(_) => return None,
            Stage::Reading => return self.draft.clone(),
            Stage::Filling(filling) => filling,
        };
        if !filling.is_begun() || filling.running {
            return None;
        }
        let is_new = matches!(filling.sheet.of, SheetOf::New(_));
        let open = filling.sheet.fields.iter().zip(&filling.inputs).filter(|(field, input)| {
            let said = if is_new { !input.text().is_empty() } else { input.text() != field.text };
            !field.closed && !field.is_masked() && said
        });
        let texts = open.map(|(field, input)| (field.part.id(), input.text().to_owned())).collect();
        Some(match &filling.sheet.of {
            SheetOf::New(form) => EntryDraft { form: Some(form.clone()), revises: None, texts },
            SheetOf::Revision(id, base) => {
                EntryDraft { form: None, revises: Some((id.as_u64(), base.as_u64())), texts }
            }
        })
    }
}
