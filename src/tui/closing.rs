//! Closing what lies uppermost: some layers have something inside to leave first, some can't be closed just now.

use super::compare;
use super::dialogs::batch;
use super::dialogs::compare_file::CompareFileDialog;
use super::dialogs::fields::Stage as FieldStage;
use super::entry;
use super::layer::Layer;
use super::message::{Effect, Work};
use super::model::Model;
use super::phone;
use super::screens::intake::Stage;

/// Closes the uppermost layer. A change that is being written can't be closed away; a plan that is still being worked
/// out is stopped; a file goes on being written, and the list of jobs has it.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if !entry::leave(model) {
        return effects;
    }
    match model.layers.last_mut() {
        Some(Layer::Batch(dialog)) => match dialog.stage {
            batch::Stage::Running(_) => return effects,
            batch::Stage::Planning => {
                effects.push(Effect::Cancel(Work::Plan));
                model.end(Work::Plan);
            }
            batch::Stage::Asking(_) if dialog.listing => {
                dialog.listing = false;
                return effects;
            }
            batch::Stage::Asking(_) => {}
        },
        Some(Layer::ViewSave(dialog)) if dialog.running => return effects,
        Some(Layer::Views(dialog)) if dialog.asking => {
            dialog.asking = false;
            return effects;
        }
        Some(Layer::Views(_)) => {
            effects.push(Effect::Cancel(Work::Views));
            model.end(Work::Views);
        }
        Some(Layer::Columns(_) | Layer::Filter(_)) => {
            effects.push(Effect::Cancel(Work::Forms));
            model.end(Work::Forms);
        }
        Some(Layer::MarkQuery(_)) => {
            effects.push(Effect::Cancel(Work::Find));
            model.end(Work::Find);
        }
        Some(Layer::Settle(dialog)) if dialog.running => return effects,
        Some(Layer::Note(dialog)) if dialog.running => return effects,
        Some(Layer::Reveal(dialog)) if dialog.running => return effects,
        Some(Layer::Field(dialog)) if matches!(dialog.stage, FieldStage::Running(_)) => return effects,
        Some(Layer::Decide(dialog)) if dialog.running => return effects,
        Some(Layer::Log(page)) if page.is_inside() => {
            page.leave();
            return effects;
        }
        Some(Layer::Call(dialog)) if dialog.running => return effects,
        Some(Layer::Requests(page)) if page.open.is_some() => {
            page.open = None;
            return effects;
        }
        Some(Layer::Compare(_)) => return compare::close(model),
        Some(Layer::CompareFile(CompareFileDialog { running: true, .. })) => return effects,
        Some(Layer::Duplicates(page)) if page.open.is_some() => {
            page.open = None;
            return effects;
        }
        Some(Layer::Duplicates(_)) => effects.push(Effect::Cancel(Work::Duplicates)),
        Some(Layer::Intake(page)) if page.stage == Stage::Looking => {
            // It counts as running until its answer has come: another look at the same file must not take that one.
            effects.push(Effect::Cancel(Work::DryRun));
            model.work.ask_to_stop(Work::DryRun);
        }
        Some(Layer::Jobs(page)) if page.detail => {
            page.detail = false;
            return effects;
        }
        Some(Layer::SetAside(page)) if page.whole => {
            page.whole = false;
            return effects;
        }
        _ => {}
    }
    if let Some(Layer::Books(books)) = model.layers.last_mut()
        && books.leave()
    {
        return effects;
    }
    if let Some(Layer::Phone(page)) = model.layers.last_mut()
        && phone::leave(page)
    {
        return effects;
    }
    model.layers.pop();
    effects
}
