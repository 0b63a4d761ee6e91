//! The query as a form: for those who don't know the query language, and as a way to learn it, because what the form
//! means stands below it as it will stand in the search line.

use crate::command::CommandId;
use crate::domain::query::{Feature, Listed as _, QueryForm, StatusChoice};
use crate::domain::reflection::Reflection;
use crate::domain::status::Status;
use crate::messages::Language;
use crate::office::FormFacts;
use crate::tui::arrangement::context;
use crate::tui::field::TextField;
use crate::tui::keys;
use crate::tui::layer::Layer;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::Model;
use crate::tui::motion;

/// The parts from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 処理状況.
    Status,
    /// 元の状況.
    Source,
    /// 反映.
    Reflection,
    /// 様式.
    Form,
    /// 申込日時 from.
    From,
    /// 申込日時 to.
    To,
    /// 氏名.
    Name,
    /// フリガナ.
    Kana,
    /// あり.
    Feature,
    /// Every other condition.
    Rest,
    /// The button.
    Button,
}

/// All of them.
pub const PARTS: [Part; 11] = [
    Part::Status,
    Part::Source,
    Part::Reflection,
    Part::Form,
    Part::From,
    Part::To,
    Part::Name,
    Part::Kana,
    Part::Feature,
    Part::Rest,
    Part::Button,
];

/// 未処理 … 取下げ, with 受理 before its three.
const STATUSES: [StatusChoice; 11] = [
    StatusChoice::One(Status::Unprocessed),
    StatusChoice::One(Status::Provisional),
    StatusChoice::Accepted,
    StatusChoice::One(Status::AcceptedUnreplied),
    StatusChoice::One(Status::AcceptedReplied),
    StatusChoice::One(Status::AcceptedScheduled),
    StatusChoice::One(Status::Returned),
    StatusChoice::One(Status::Rejected),
    StatusChoice::One(Status::Completed),
    StatusChoice::One(Status::ForceCompleted),
    StatusChoice::One(Status::Withdrawn),
];

const REFLECTIONS: [Reflection; 3] = [Reflection::Pending, Reflection::Check, Reflection::Done];

/// One choice of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What stands there.
    pub text: String,
    /// Whether it is chosen.
    pub on: bool,
}

/// The dialog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterDialog {
    /// What is chosen; the texts stand in the fields.
    form: QueryForm,
    /// from, to, name, kana, rest.
    fields: [TextField; 5],
    /// Which part has the keys.
    focus: usize,
    /// The choice under the cursor of the part that has the keys.
    choice: usize,
    /// The forms of the store.
    forms: Vec<FormFacts>,
    /// Whether the forms are still being looked for.
    pub looking: bool,
    /// Number of the question about them.
    ticket: u64,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

/// Opens the form on the present query, and asks which forms there are.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let read = QueryForm::read(&model.search.query, &context(model));
    let form = read.unwrap_or_else(|_| QueryForm { rest: model.search.query.clone(), ..QueryForm::default() });
    open_on(model, form)
}

/// Opens the form as it is filled in.
pub fn open_on(model: &mut Model, form: QueryForm) -> Vec<Effect> {
    model.ticket += 1;
    let mut dialog = FilterDialog { ticket: model.ticket, looking: true, ..FilterDialog::default() };
    dialog.take(form);
    model.layers.push(Layer::Filter(Box::new(dialog)));
    vec![model.begin(Errand::Forms { ticket: model.ticket, query: String::new() })]
}

impl FilterDialog {
    fn take(&mut self, form: QueryForm) {
        self.fields = [&form.from, &form.to, &form.name, &form.kana, &form.rest].map(|text| {
            let mut field = TextField::default();
            field.insert(text);
            field
        });
        self.form = form;
    }

    /// The part that has the keys.
    #[must_use]
    pub fn focus(&self) -> Part {
        PARTS[self.focus.min(PARTS.len() - 1)]
    }

    /// The choice under the cursor.
    #[must_use]
    pub const fn choice(&self) -> usize {
        self.choice
    }

    const fn field_of(part: Part) -> Option<usize> {
        match part {
            Part::From => Some(0),
            Part::To => Some(1),
            Part::Name => Some(2),
            Part::Kana => Some(3),
            Part::Rest => Some(4),
            _ => None,
        }
    }

    /// The text field of a part.
    #[must_use]
    pub fn field(&self, part: Part) -> Option<&TextField> {
        Self::field_of(part).map(|at| &self.fields[at])
    }

    /// Whether a text field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        Self::field_of(self.focus()).is_some()
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        Self::field_of(self.focus()).map(|at| &mut self.fields[at])
    }

    /// The whole form.
    #[must_use]
    pub fn form(&self) -> QueryForm {
        let [from, to, name, kana, rest] = [0, 1, 2, 3, 4].map(|at: usize| self.fields[at].text().to_owned());
        QueryForm { from, to, name, kana, rest, ..self.form.clone() }
    }

    /// The query that it means.
    #[must_use]
    pub fn query(&self, language: Language) -> String {
        self.form().write(language == Language::Japanese)
    }

    /// The forms to choose from: those of the query that the store doesn't have, then the store's.
    fn form_codes(&self) -> Vec<(String, String)> {
        let known = |code: &String| self.forms.iter().any(|form| form.code == *code);
        let strange = self.form.forms.iter().filter(|code| !known(code)).map(|code| (code.clone(), code.clone()));
        let of_store = self.forms.iter().map(|form| {
            let count = crate::tui::format::grouped(form.count);
            (form.code.clone(), format!("{} {} ({count})", form.code, form.name))
        });
        strange.chain(of_store).collect()
    }

    /// The choices of a part.
    #[must_use]
    pub fn choices(&self, part: Part) -> Vec<Choice> {
        let statuses = |chosen: &[StatusChoice]| {
            let of = |choice: StatusChoice| Choice { text: choice.label().to_owned(), on: chosen.contains(&choice) };
            STATUSES.map(of).to_vec()
        };
        match part {
            Part::Status => statuses(&self.form.statuses),
            Part::Source => statuses(&self.form.source_statuses),
            Part::Reflection => REFLECTIONS
                .map(|value| Choice { text: value.label().to_owned(), on: self.form.reflections.contains(&value) })
                .to_vec(),
            Part::Form => {
                let of = |(code, text)| Choice { on: self.form.forms.contains(&code), text };
                self.form_codes().into_iter().map(of).collect()
            }
            Part::Feature => features()
                .map(|(value, text)| Choice { text: text.to_owned(), on: self.form.features.contains(&value) })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Chooses what is under the cursor, or takes it back. Choices stand in the query in the order of the form.
    fn toggle(&mut self) {
        let at = self.choice;
        match self.focus() {
            Part::Status => toggle(&mut self.form.statuses, &STATUSES, at),
            Part::Source => toggle(&mut self.form.source_statuses, &STATUSES, at),
            Part::Reflection => toggle(&mut self.form.reflections, &REFLECTIONS, at),
            Part::Feature => {
                toggle(&mut self.form.features, &features().map(|(value, _)| value).collect::<Vec<_>>(), at);
            }
            Part::Form => {
                let codes: Vec<String> = self.form_codes().into_iter().map(|(code, _)| code).collect();
                toggle(&mut self.form.forms, &codes, at);
            }
            _ => {}
        }
    }

    fn go(&mut self, to: usize) {
        if to != self.focus {
            self.choice = 0;
        }
        self.focus = to;
    }
}

/// What applications have of which there are data today.
fn features() -> impl Iterator<Item = (Feature, &'static str)> {
    let comes_later = |value| matches!(value, Feature::Attachment | Feature::Duplicate);
    let words = Feature::WORDS.iter().filter(move |(value, _)| !comes_later(*value));
    words.map(|(value, words)| (*value, words.get(1).or(words.first()).copied().unwrap_or_default()))
}

fn toggle<V: Clone + PartialEq>(chosen: &mut Vec<V>, all: &[V], at: usize) {
    let Some(value) = all.get(at) else { return };
    if chosen.contains(value) {
        chosen.retain(|other| other != value);
    } else {
        chosen.push(value.clone());
        chosen.sort_by_key(|value| all.iter().position(|other| other == value));
    }
}

/// Takes the forms of the store.
pub fn forms(model: &mut Model, ticket: u64, forms: Result<Vec<FormFacts>, Explained>) {
    // The help may lie above it.
    let dialog = model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Filter(dialog) => Some(dialog),
        _ => None,
    });
    if let Some(dialog) = dialog.filter(|dialog| dialog.ticket == ticket) {
        dialog.looking = false;
        dialog.forms = forms.unwrap_or_default();
        model.end(Work::Forms);
    }
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let language = model.words.language();
    let Some(Layer::Filter(dialog)) = model.layers.last_mut() else { return Vec::new() };
    dialog.problem = None;
    let count = dialog.choices(dialog.focus()).len().max(1);
    match command {
        CommandId::DialogChange => dialog.toggle(),
        CommandId::ChoiceNext => dialog.choice = (dialog.choice + 1) % count,
        CommandId::ChoicePrevious => dialog.choice = (dialog.choice + count - 1) % count,
        CommandId::DialogNext if dialog.focus() != Part::Button => dialog.go(dialog.focus + 1),
        CommandId::DialogNext | CommandId::DialogAccept => {
            let query = dialog.query(language);
            if let Err(problem) = (model.seams.check_query)(&query) {
                dialog.problem = Some(problem.sentence);
                return Vec::new();
            }
            model.layers.pop();
            model.end(Work::Forms);
            let mut effects = vec![Effect::Cancel(Work::Forms)];
            effects.extend(keys::query_typed(model, query));
            return effects;
        }
        CommandId::FilterClear => {
            dialog.take(QueryForm::default());
            model.notices.hint(model.words.text("filter.cleared").to_owned());
        }
        _ => dialog.go(motion::moved(dialog.focus, PARTS.len() - 1, command, PARTS.len())),
    }
    Vec::new()
}
