//! Where one is, as far as plain mode asks: another place is read when one comes to it, the same place only where it
//! changed.

use super::lines;
use crate::command::{CommandId, Context};
use crate::tui::books::Place as BooksPlace;
use crate::tui::dialogs::batch::Stage as BatchStage;
use crate::tui::entry::Stage as EntryStage;
use crate::tui::field::TextField;
use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::screens::intake::Stage as IntakeStage;

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// How deep one is: two for each layer that lies open, one more for what some of them open in themselves.
    pub depth: usize,
    /// The context of the uppermost.
    pub context: Context,
    /// What of it is shown: another stage, another application.
    pub stage: String,
    /// Whether what it shows has come; until then only its name is told.
    pub ready: bool,
}

/// How a place is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 申込一覧.
    List,
    /// The search line.
    Search,
    /// The help: a numbered menu of commands.
    Help,
    /// A menu: its lines are numbered, and this command takes one.
    Menu(CommandId),
    /// A page with many rows: its title, then a row at a time.
    Rows,
    /// Text that is read by lines. The number of lines that are read when it opens.
    Text(usize),
    /// Everything else: read whole, then the part that has the keys.
    Form,
}

/// No text is longer than this when it opens; the rest is read by the arrows.
const WHOLE: usize = 100;

impl Place {
    /// Where one is.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let (stage, ready) = model.layers.last().map_or_else(|| (String::new(), true), |layer| stage(layer, model));
        let inside = match model.layers.last() {
            Some(Layer::Batch(dialog)) => dialog.listing,
            Some(Layer::Books(view)) => view.place != BooksPlace::Groups,
            Some(Layer::SetAside(page)) => page.whole,
            Some(Layer::Requests(page)) => page.open.is_some(),
            Some(Layer::Log(page)) => page.is_inside(),
            Some(Layer::Phone(page)) => page.open.is_some(),
            Some(Layer::Duplicates(page)) => page.open.is_some(),
            Some(Layer::Compare(page)) => page.aloud,
            _ => false,
        };
        Self { depth: 2 * model.layers.len() + usize::from(inside), context: model.context(), stage, ready }
    }

    /// Whether two places are the same layer.
    #[must_use]
    pub fn same_layer(&self, other: &Self) -> bool {
        (self.depth, self.context) == (other.depth, other.context)
    }
}

fn stage(layer: &Layer, model: &Model) -> (String, bool) {
    match layer {
        Layer::Record(view) => {
            let read = model.open.of(view.id).is_some();
            (format!("{} {}", view.id.as_u64(), view.all_revisions), read || model.open.missing == Some(view.id))
        }
        Layer::Batch(dialog) => {
            let left = dialog.plan().map_or(0, |plan| plan.changing() + plan.excluded.len() as u64);
            let left = if dialog.listing { 0 } else { left };
            (format!("{} {left}", dialog.listing), dialog.stage != BatchStage::Planning)
        }
        Layer::Views(dialog) => (String::new(), dialog.counted),
        Layer::Columns(dialog) => (String::new(), !dialog.looking),
        Layer::Filter(dialog) => (String::new(), !dialog.looking),
        Layer::Books(view) => (format!("{:?}", view.place), view.page.is_some()),
        Layer::Inbox(_) => (String::new(), model.intake.look.is_some()),
        Layer::Intake(page) => {
            let stage = match page.stage {
                IntakeStage::Looking => "looking",
                IntakeStage::Looked(_) => "looked",
                IntakeStage::Importing => "importing",
                IntakeStage::Done(_) => "done",
                IntakeStage::Failed(_) => "failed",
            };
            (stage.to_owned(), true)
        }
        Layer::SetAside(page) if page.whole => (format!("row {}", page.cursor), model.intake.text.is_some()),
        Layer::SetAside(_) => {
            let none = model.intake.look.as_ref().is_none_or(|look| look.set_aside == 0);
            (String::new(), none || !model.intake.rows.is_empty())
        }
        Layer::Entry(page) => match &page.stage {
            EntryStage::Choosing(choosing) => ("forms".to_owned(), choosing.forms.is_some()),
            EntryStage::Reading => ("reading".to_owned(), false),
            EntryStage::Filling(_) => ("page".to_owned(), true),
        },
        Layer::Requests(page) => match &page.open {
            Some(open) => (format!("request {}", open.id), open.facts.is_some()),
            None => (format!("{}", page.ended), page.found.is_some()),
        },
        Layer::Log(page) => match &page.open {
            Some(open) => (format!("operation {}", open.id), open.shown.is_some()),
            None => (page.filter.line(), !page.items.is_empty() || page.whole || page.refused.is_some()),
        },
        Layer::Phone(page) => match &page.open {
            Some(open) => (format!("case {} {}", open.case.id.as_u64(), open.answering), true),
            None => (String::new(), page.opening.is_none()),
        },
        Layer::Looks(page) => (String::new(), page.found.is_some() || page.problem.is_some()),
        Layer::Duplicates(page) => match &page.open {
            Some(open) => (format!("cluster {:?}", open.cluster.ids()), open.records.is_some()),
            None => (format!("{}", page.decided), page.found.is_some()),
        },
        Layer::Compare(page) => {
            let none = page.candidates.as_ref().is_some_and(Vec::is_empty);
            (format!("{} {} {}", page.id.as_u64(), page.choice, page.changes), page.facing.is_some() || none)
        }
        _ => (String::new(), true),
    }
}

impl Kind {
    /// How the uppermost layer is read.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let Some(layer) = model.layers.last() else { return Self::List };
        match layer {
            Layer::Search(_) => Self::Search,
            Layer::Help(_) => Self::Help,
            Layer::Status(_) => Self::Menu(CommandId::StatusChoose),
            Layer::Views(_) => Self::Menu(CommandId::ViewChoose),
            Layer::Columns(_) => Self::Menu(CommandId::DialogChange),
            Layer::Sort(_) => Self::Menu(CommandId::DialogAccept),
            Layer::Inbox(_) if model.intake.look.as_ref().is_some_and(|look| !look.files.is_empty()) => {
                Self::Menu(CommandId::InboxDryRun)
            }
            Layer::Today(_) => Self::Menu(CommandId::TodayEnter),
            Layer::Books(_) | Layer::Jobs(_) => Self::Rows,
            Layer::Batch(dialog) if dialog.listing => Self::Rows,
            Layer::SetAside(page) if !page.whole => Self::Rows,
            Layer::Requests(page) if page.open.is_none() => Self::Rows,
            Layer::Duplicates(page) if page.open.is_none() => Self::Rows,
            Layer::Compare(page) if !page.aloud => Self::Rows,
            Layer::Log(page) if page.field.is_some() => Self::Form,
            Layer::Log(page) if page.open.is_none() => Self::Rows,
            Layer::Record(_) | Layer::Intake(_) | Layer::SetAside(_) | Layer::Confirm(_) | Layer::Leave => {
                Self::Text(WHOLE)
            }
            Layer::Requests(_) | Layer::Log(_) | Layer::Looks(_) | Layer::Duplicates(_) => Self::Text(WHOLE),
            Layer::Phone(page) => match &page.open {
                Some(open) if open.answering => Self::Text(WHOLE),
                Some(_) => Self::Rows,
                None => Self::Form,
            },
            Layer::Notices(_) => Self::Text(1),
            _ => Self::Form,
        }
    }

    /// The lines of a text; `None` for everything else.
    #[must_use]
    pub fn text(self, model: &Model) -> Option<Vec<String>> {
        matches!(self, Self::Text(_)).then(|| lines::of_text(model))
    }
}

/// What stands in the way of a dialog, as a sentence.
#[must_use]
pub fn problem(model: &Model) -> Option<&String> {
    match model.layers.last()? {
        Layer::Batch(dialog) => dialog.problem.as_ref(),
        Layer::Export(dialog) => dialog.problem.as_ref(),
        Layer::ViewSave(dialog) => dialog.problem.as_ref(),
        Layer::Filter(dialog) => dialog.problem.as_ref(),
        Layer::Settle(dialog) => dialog.problem.as_ref(),
        Layer::Field(dialog) => dialog.problem.as_ref(),
        Layer::Note(dialog) => dialog.problem.as_ref(),
        Layer::Decide(dialog) => dialog.problem.as_ref(),
        Layer::Entry(page) => page.problem(),
        Layer::Reflect(dialog) => dialog.problem.as_ref(),
        Layer::Phone(page) => page.problem.as_ref(),
        Layer::Call(dialog) => dialog.problem.as_ref(),
        Layer::CompareFile(dialog) => dialog.problem.as_ref(),
        Layer::Go(dialog) => dialog.problem.as_ref(),
        _ => None,
    }
}

/// What has been typed into a field: the text (none of it while the whole is selected, since typing replaces it), and
/// what stands behind the caret.
#[must_use]
pub fn typed(field: &TextField) -> (String, String) {
    let text = if field.is_selected() { String::new() } else { field.text().to_owned() };
    (text, field.behind_caret().to_owned())
}
