//! What is being typed in the uppermost dialog, and the same dialog offered again in a later sitting. Only the questions
//! that a dialog asks of itself when it opens are asked again; what it would do is never begun here.

use super::dialogs::batch::{BatchDialog, Stage};
use super::dialogs::export::{self, Of};
use super::dialogs::filter;
use super::dialogs::reflect::ReflectDialog;
use super::dialogs::view_save::ViewSaveDialog;
use super::field::TextField;
use super::layer::Layer;
use super::message::{Effect, ExportFormat};
use super::model::Model;
use crate::domain::marks::Marks;
use crate::domain::query::QueryForm;
use crate::domain::sitting::{Draft, DraftOf};
use crate::office::view::BatchPlan;

/// From so many targets on the marks stand for them where they can: putting a set together takes its time.
const MANY: u64 = 1_000;

/// What is being typed.
#[must_use]
pub fn draft(model: &Model) -> Option<Draft> {
    let typed = model.layers.iter().rev().find_map(|layer| match layer {
        Layer::Batch(dialog) => batch(model, dialog),
        Layer::Export(dialog) => Some(Draft::Export {
            of: match dialog.of {
                Of::Marked => DraftOf::Marked,
                Of::Matching => DraftOf::Matching,
                Of::View(at) => model
                    .arrangement
                    .views
                    .get(at)
                    .map_or(DraftOf::Matching, |known| DraftOf::View(known.view.name.clone())),
            },
            only_shown: dialog.only_shown,
            format: dialog.format.id().to_owned(),
            path: dialog.path.text().to_owned(),
        }),
        Layer::Reflect(dialog) => Some(Draft::ReflectList { path: dialog.path.text().to_owned() }),
        Layer::ViewSave(dialog) => Some(Draft::View { name: dialog.name.text().to_owned(), private: dialog.private }),
        Layer::Filter(dialog) => {
            let QueryForm { from, to, name, kana, rest, .. } = dialog.form();
            let empty = String::new;
            let chosen =
                QueryForm { from: empty(), to: empty(), name: empty(), kana: empty(), rest: empty(), ..dialog.form() };
            Some(Draft::Form { chosen: chosen.write(false), texts: [from, to, name, kana, rest] })
        }
        _ => None,
    });
    // The list shows a query that is understood; one that isn't stands in the search line alone.
    let open = matches!(model.layers.last(), Some(Layer::Search(_)));
    let wrong = || model.search.problem.as_ref().map(|_| Draft::Query { text: model.search.typed.clone(), open });
    typed.or_else(wrong)
}

fn batch(model: &Model, dialog: &BatchDialog) -> Option<Draft> {
    let targets = match &dialog.stage {
        Stage::Planning => model.targets().into_iter().collect(),
        Stage::Asking(plan) | Stage::Running(plan) => targets(plan, model.list.marks()),
    };
    let (reason, blocks) = (dialog.reason.text().to_owned(), dialog.blocks.text().to_owned());
    (!targets.is_empty()).then_some(Draft::Batch { request: dialog.request, targets, reason, blocks })
}

fn targets(plan: &BatchPlan, marks: &Marks) -> Marks {
    let count = plan.changing() + plan.excluded.len() as u64 + plan.unchanged;
    // A batch of many is one of the marked ones; in equal number they are the same.
    if count > MANY && count == marks.len() {
        return marks.clone();
    }
    let moving = plan.groups.iter().flat_map(|group| group.targets.iter().map(|(id, _)| *id));
    moving.chain(plan.excluded.iter().map(|left| left.id)).collect()
}

fn field(text: &str) -> TextField {
    let mut field = TextField::default();
    field.insert(text);
    field
}

/// Opens the dialog of a draft again, with what was typed in it.
#[must_use]
pub(super) fn offer(model: &mut Model, draft: Draft) -> Vec<Effect> {
    match draft {
        Draft::Query { text, open } => {
            model.search.problem = (model.seams.check_query)(&text).err();
            model.search.typed.clone_from(&text);
            model.layers.extend(open.then(|| Layer::Search(field(&text))));
            Vec::new()
        }
        Draft::Batch { request, targets, reason, blocks } => {
            model.ticket += 1;
            let (mut dialog, errand) = BatchDialog::new(model.ticket, request, targets.iter().collect());
            (dialog.reason, dialog.blocks) = (field(&reason), field(&blocks));
            model.layers.push(Layer::Batch(Box::new(dialog)));
            vec![model.begin(errand)]
        }
        Draft::Export { of, only_shown, format, path } => {
            let effects = export::open(model);
            let views = &model.arrangement.views;
            let of = match of {
                DraftOf::Marked if !model.list.marks().is_empty() => Of::Marked,
                DraftOf::Marked | DraftOf::Matching => Of::Matching,
                DraftOf::View(name) => {
                    views.iter().position(|known| known.view.name == name).map_or(Of::Matching, Of::View)
                }
            };
            if let Some(Layer::Export(dialog)) = model.layers.last_mut() {
                (dialog.of, dialog.only_shown, dialog.path) = (of, only_shown, field(&path));
                let known = ExportFormat::ALL.into_iter().find(|known| known.id() == format);
                dialog.format = known.unwrap_or(dialog.format);
                dialog.focus = export::Focus::Path;
            }
            effects
        }
        Draft::ReflectList { path } => {
            if model.books().is_some() {
                let dialog = ReflectDialog { path: field(&path), ..ReflectDialog::new(model) };
                model.layers.push(Layer::Reflect(Box::new(dialog)));
            }
            Vec::new()
        }
        Draft::View { name, private } => {
            let dialog = ViewSaveDialog { name: field(&name), private, ..ViewSaveDialog::new(model) };
            model.layers.push(Layer::ViewSave(dialog));
            Vec::new()
        }
        Draft::Form { chosen, texts } => {
            let chosen = QueryForm::read(&chosen, &super::arrangement::context(model)).unwrap_or_default();
            let [from, to, name, kana, rest] = texts;
            filter::open_on(model, QueryForm { from, to, name, kana, rest, ..chosen })
        }
    }
}
