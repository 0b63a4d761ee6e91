//! New files and rows set aside, as the screen knows them: what it asks the office, what comes back, and what follows
//! from that. The pages stand in `screens`, the question in `dialogs`.

use std::path::PathBuf;

use super::dialogs::confirm::Question;
use super::format::grouped;
use super::jobs::{self, End};
use super::layer::Layer;
use super::message::{Effect, Errand, Explained, Work};
use super::model::Model;
use super::notices::Notice;
use super::perform;
use super::screens::intake::{self, IntakePage, Stage};
use crate::command::{CommandId, Context};
use crate::domain::identity::OperationId;
use crate::domain::record::Hash;
use crate::office::{FileReport, InboxLook, SetAsideRow};

/// A file as it was seen: these bytes at this place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFile {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 of its bytes.
    pub hash: Hash,
}

impl SeenFile {
    /// Its name without the folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// What the office is asked to do with files and rows set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntakeErrand {
    /// Look into the folders, now and from then on every two seconds → `Looked`, whenever something is different.
    Look,
    /// Work out what taking a file in would do → `DryRun`.
    DryRun(SeenFile),
    /// Take a file in → `Imported`.
    Import(SeenFile),
    /// Delete a download that was taken in → `Discarded`.
    Discard(SeenFile),
    /// Take the import back that was cut off → `GivenUp`.
    GiveUp,
    /// Read the rows set aside → `SetAside`.
    LoadSetAside,
    /// Read one of them as it stood in its file → `SetAsideText`.
    LoadSetAsideText(OperationId, u64),
    /// Write the rows set aside to a file: with their reasons, or as they stood → `SetAsideWritten`.
    WriteSetAside {
        /// Where to.
        path: String,
        /// As they stood, with their header: to be corrected and imported again.
        for_import: bool,
    },
    /// Erase rows set aside: those of one import, or all → `SetAsideCleared`.
    ClearSetAside(Option<OperationId>),
}

impl IntakeErrand {
    /// The kind of work, where it can be cancelled.
    #[must_use]
    pub const fn work(&self) -> Option<Work> {
        match self {
            Self::DryRun(_) => Some(Work::DryRun),
            Self::Import(_) => Some(Work::Import),
            _ => None,
        }
    }

    /// The answer that says that it failed.
    #[must_use]
    pub fn failed(&self, why: Explained) -> IntakeMessage {
        match self {
            Self::DryRun(file) => IntakeMessage::DryRun(file.clone(), Err(why)),
            Self::Import(file) => IntakeMessage::Imported(file.clone(), Err(why)),
            Self::Discard(file) => IntakeMessage::Discarded(file.clone(), Err(why)),
            Self::GiveUp => IntakeMessage::GivenUp(Err(why)),
            Self::WriteSetAside { .. } => IntakeMessage::SetAsideWritten(Err(why)),
            Self::ClearSetAside(_) => IntakeMessage::SetAsideCleared(Err(why)),
            Self::Look | Self::LoadSetAside | Self::LoadSetAsideText(..) => IntakeMessage::Failed(why),
        }
    }
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntakeMessage {
    /// The folders were looked into.
    Looked(Box<InboxLook>),
    /// What taking a file in would do.
    DryRun(SeenFile, Result<Box<FileReport>, Explained>),
    /// A file was taken in, or not.
    Imported(SeenFile, Result<Box<FileReport>, Explained>),
    /// A download was deleted, or not.
    Discarded(SeenFile, Result<(), Explained>),
    /// The import that was cut off was taken back, or not.
    GivenUp(Result<(), Explained>),
    /// The newest rows set aside, and how many there are in all.
    SetAside(Vec<SetAsideRow>, u64),
    /// A row as it stood: before the bad field, the field, after it; `None` = it has been cleared.
    SetAsideText(OperationId, u64, Option<[String; 3]>),
    /// Files were written, each with its number of rows; or not.
    SetAsideWritten(Result<Vec<(String, u64)>, Explained>),
    /// Rows were erased: how many; or not.
    SetAsideCleared(Result<u64, Explained>),
    /// Looking or reading failed; what is on the screen stays.
    Failed(Explained),
}

/// What is known of new files and rows set aside.
#[derive(Debug, Clone, Default)]
pub struct IntakeState {
    /// The last look; `None` before the first one.
    pub look: Option<InboxLook>,
    /// The newest rows set aside.
    pub rows: Vec<SetAsideRow>,
    /// How many rows are set aside in all.
    pub total: u64,
    /// The row that was read last, as it stood.
    pub text: Option<(OperationId, u64, Option<[String; 3]>)>,
}

impl IntakeState {
    /// How many files wait, for the top line.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.look.as_ref().map_or(0, InboxLook::waiting)
    }
}

/// An errand of this kind as an effect.
#[must_use]
pub fn ask(errand: IntakeErrand) -> Effect {
    Effect::Errand(Errand::Intake(errand))
}

/// Takes an answer.
pub(super) fn take(model: &mut Model, message: IntakeMessage) -> Vec<Effect> {
    match message {
        IntakeMessage::Looked(look) => looked(model, *look),
        IntakeMessage::DryRun(file, outcome) => {
            match &outcome {
                Ok(report) => {
                    let lines = intake::would(report, &file, &model.words);
                    model.work.end(Work::DryRun, model.now, End::Done, lines);
                }
                Err(why) if intake::is_awaited(model, &file) => {
                    jobs::failed(model, Work::DryRun, why);
                }
                // The person has closed the page meanwhile.
                Err(_) => model.work.end(Work::DryRun, model.now, End::Stopped, Vec::new()),
            }
            intake::dry_run_done(model, &file, outcome);
        }
        IntakeMessage::Imported(file, outcome) => return imported(model, &file, outcome),
        IntakeMessage::Discarded(file, outcome) => {
            match outcome {
                Ok(()) => {
                    let text = model.words.fill("intake.discarded", &[("file", file.name())]);
                    model.notices.say(model.now, text);
                    // Nothing is left to be looked at on the page of this file.
                    model.layers.retain(|layer| !matches!(layer, Layer::Intake(page) if page.file == file));
                }
                Err(why) => model.notices.error(model.now, why.sentence),
            }
            return vec![ask(IntakeErrand::Look)];
        }
        IntakeMessage::GivenUp(outcome) => {
            match outcome {
                Ok(()) => model.notices.say(model.now, model.words.text("intake.given_up").to_owned()),
                Err(why) => model.notices.error(model.now, why.sentence),
            }
            return vec![ask(IntakeErrand::Look)];
        }
        IntakeMessage::SetAside(rows, total) => {
            let before = std::mem::replace(&mut model.intake.rows, rows);
            let grown = std::mem::replace(&mut model.intake.total, total) < total;
            for layer in &mut model.layers {
                if let Layer::SetAside(page) = layer {
                    page.follow(&before, &model.intake.rows);
                }
            }
            // A yes to all means those that were counted: nobody has seen what has come since.
            let all = |layer: &Layer| matches!(layer, Layer::Confirm(Question::Clear { import: None, .. }));
            if grown && model.layers.iter().any(all) {
                model.layers.retain(|layer| !all(layer));
                model.notices.hint(model.words.text("set_aside.more").to_owned());
            }
        }
        IntakeMessage::SetAsideText(import, line, text) => model.intake.text = Some((import, line, text)),
        IntakeMessage::SetAsideWritten(outcome) => written(model, outcome),
        IntakeMessage::SetAsideCleared(outcome) => {
            match outcome {
                Ok(count) => {
                    let text = model.words.fill("set_aside.cleared", &[("count", grouped(count))]);
                    model.notices.say(model.now, text);
                }
                Err(why) => model.notices.error(model.now, why.sentence),
            }
            return vec![ask(IntakeErrand::LoadSetAside), ask(IntakeErrand::Look)];
        }
        IntakeMessage::Failed(why) => model.notices.error(model.now, why.sentence),
    }
    Vec::new()
}

/// The folders were looked into: the cursor stays on its file, and an import that was cut off is told once.
fn looked(model: &mut Model, look: InboxLook) {
    let before = model.intake.look.replace(look);
    let Some(look) = &model.intake.look else { return };
    let was_told = before.as_ref().and_then(InboxLook::cut_off).map(|half| half.file);
    let importing = model.work.runs(Work::Import);
    if let Some(half) = look.cut_off().filter(|half| Some(half.file) != was_told && !importing) {
        let arguments = [
            ("file", half.name.clone()),
            ("line", grouped(half.line)),
            ("percent", half.percent.map_or_else(|| "?".to_owned(), |percent| percent.to_string())),
            ("key", model.key_name(Context::List, CommandId::InboxOpen)),
        ];
        let text = model.words.fill("intake.cut_off", &arguments);
        model.notices.say(model.now, text);
    }
    let more = look.waiting() > before.as_ref().map_or(0, InboxLook::waiting);
    // It waits its turn behind whatever is being told.
    if more && model.context() == Context::List && model.notices.showing().is_none() {
        let key = model.key_name(Context::List, CommandId::InboxOpen);
        let arguments = [("count", grouped(look.waiting())), ("key", key)];
        model.notices.hint(model.words.fill("inbox.arrived", &arguments));
    }
    for layer in &mut model.layers {
        if let Layer::Inbox(page) = layer {
            page.follow(look);
        }
    }
}

/// A file was taken in, or not: the page says what happened and the download may go.
fn imported(model: &mut Model, file: &SeenFile, outcome: Result<Box<FileReport>, Explained>) -> Vec<Effect> {
    let mut effects = vec![ask(IntakeErrand::Look)];
    let on_top = matches!(model.layers.last(), Some(Layer::Intake(page)) if page.file == *file);
    match outcome {
        Ok(report) => {
            let text = model.words.fill("intake.done", &intake::counts(&report, file));
            let details = intake::details(&report, &model.words);
            jobs::done(model, Work::Import, Notice { at: model.now, is_error: false, text, details });
            // What stands behind the place where reading stopped is in the file and nowhere else.
            let whole = report.stopped.is_none();
            if let Some(page) = page_of(model, file) {
                page.finish(report);
            }
            if on_top && whole {
                model.layers.push(Layer::Confirm(Question::Discard(file.clone())));
            }
            effects.extend(perform::reload(model));
            effects.push(ask(IntakeErrand::LoadSetAside));
        }
        Err(why) => {
            if let Some(page) = page_of(model, file) {
                page.fail(why.clone());
            }
            jobs::failed(model, Work::Import, &why);
        }
    }
    effects
}

/// The page of a file, wherever it lies.
fn page_of<'a>(model: &'a mut Model, file: &SeenFile) -> Option<&'a mut IntakePage> {
    model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Intake(page) if page.file == *file => Some(page.as_mut()),
        _ => None,
    })
}

fn written(model: &mut Model, outcome: Result<Vec<(String, u64)>, Explained>) {
    match outcome {
        Ok(files) => {
            let (paths, counts): (Vec<String>, Vec<u64>) = files.into_iter().unzip();
            let arguments = [("count", grouped(counts.iter().sum())), ("path", paths.join("  "))];
            let text = model.words.fill("export.done", &arguments);
            model.notices.add(Notice { at: model.now, is_error: false, text, details: paths });
        }
        Err(why) => model.notices.error(model.now, why.sentence),
    }
}

/// Opens the page of a file and begins with it: what would happen, or, where that is known, doing it.
pub(super) fn open(model: &mut Model, file: SeenFile, stage: Stage) -> Vec<Effect> {
    let errand = match stage {
        Stage::Importing => IntakeErrand::Import(file.clone()),
        _ => IntakeErrand::DryRun(file.clone()),
    };
    model.layers.push(Layer::Intake(Box::new(IntakePage::new(file, stage))));
    vec![model.begin(Errand::Intake(errand))]
}
