//! 新着ファイル: what lies in the folders where downloads arrive, and how each file stands.

use std::path::PathBuf;

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::office::{FileState, FolderState, InboxFile, InboxLook};
use crate::tui::dialogs::confirm::Question;
use crate::tui::format::{grouped, short};
use crate::tui::intake::{SeenFile, open};
use crate::tui::layer::Layer;
use crate::tui::message::{Effect, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::screens::intake::Stage;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// The page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxPage {
    /// The file under the cursor, by its place in the look.
    pub cursor: usize,
    /// The first file that is shown.
    pub top: usize,
    chosen: Option<PathBuf>,
}

impl InboxPage {
    /// The page with the cursor on the first file that waits.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        let files = files(model);
        let cursor = files.iter().position(|file| file.state.waits()).unwrap_or_default();
        Self { cursor, top: 0, chosen: files.get(cursor).map(|file| file.path.clone()) }
    }

    /// Keeps the cursor on its file in another look.
    pub fn follow(&mut self, look: &InboxLook) {
        let place = self.chosen.as_ref().and_then(|path| look.files.iter().position(|file| file.path == *path));
        self.cursor = place.unwrap_or(self.cursor).min(look.files.len().saturating_sub(1));
        self.chosen = look.files.get(self.cursor).map(|file| file.path.clone());
    }

    fn moved(&mut self, files: &[InboxFile], command: CommandId, page: usize) {
        self.cursor = motion::moved(self.cursor, files.len().saturating_sub(1), command, page);
        self.top = motion::window_top(self.top, self.cursor, page);
        self.chosen = files.get(self.cursor).map(|file| file.path.clone());
    }

    /// Draws the page over the list.
    pub fn draw(&self, model: &Model, area: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, area, surface.theme.style(Role::Text));
        let [size, time, state] = columns(area.width);
        let words = &model.words;
        for (x, key) in [(2, "inbox.file"), (size, "inbox.size"), (time, "inbox.time"), (state, "inbox.state_title")] {
            if key != "inbox.size" || size < time {
                surface.text(area.x + x, area.y, area.width.saturating_sub(x), words.text(key), Role::Label);
            }
        }
        let foot = foot(model, self.cursor, area.width);
        let rows = Rect { y: area.y + 1, height: page(area.height, foot.len()) as u16, ..area };
        let files = files(model);
        if files.is_empty() {
            let key = match &model.intake.look {
                None => "inbox.looking",
                Some(look) if look.folders.is_empty() => "inbox.not_set",
                Some(_) => "inbox.empty",
            };
            for (y, line) in (rows.top()..rows.bottom()).zip(wrapped(model, words.text(key), area.width)) {
                surface.text(area.x + 2, y, area.width - 2, &line, Role::Quiet);
            }
        }
        let top = motion::window_top(self.top, self.cursor, usize::from(rows.height));
        let mut parked = rows.as_position();
        for (y, (at, file)) in (rows.top()..rows.bottom()).zip(files.iter().enumerate().skip(top)) {
            let here = at == self.cursor;
            if here {
                parked = Position::new(area.x, y);
                surface.text(area.x + 1, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let role = match (&file.state, here) {
                (_, true) => Role::RowCursor,
                (FileState::Imported { .. }, false) => Role::Quiet,
                _ => Role::Text,
            };
            surface.text(area.x + 2, y, size.saturating_sub(3), &file.name(), role);
            let kilobytes = words.fill("inbox.kilobytes", &[("size", grouped(file.size.div_ceil(1024)))]);
            if size < time {
                let cell = Rect::new(area.x + size, y, time - size - 1, 1);
                surface.text_right(cell, &kilobytes, role);
            }
            let modified = Instant { seconds: file.modified, offset_minutes: JAPAN };
            surface.text(area.x + time, y, state - time - 1, &short(modified, model.now), role);
            surface.text(area.x + state, y, area.width - state, words.text(state_key(&file.state)), role);
        }
        for (y, (line, role)) in (rows.bottom()..area.bottom()).zip(foot) {
            surface.text(area.x + 2, y, area.width.saturating_sub(2), &line, role);
        }
        parked
    }
}

const fn state_key(state: &FileState) -> &'static str {
    match state {
        FileState::Arriving => "inbox.state.arriving",
        FileState::New { own_export: false, .. } => "inbox.state.new",
        FileState::New { own_export: true, .. } => "inbox.state.own_export",
        FileState::Imported { .. } => "inbox.state.imported",
        FileState::Interrupted => "inbox.state.interrupted",
        FileState::Refused(_) => "inbox.state.refused",
    }
}

/// Where size, time and state begin; the name has what is left. A narrow screen has no room for the size: names tell
/// files apart.
const fn columns(width: u16) -> [u16; 3] {
    let narrow = width < 76;
    let state = width.saturating_sub(if narrow { 18 } else { 26 });
    let time = state.saturating_sub(13);
    [if narrow { time } else { time.saturating_sub(13) }, time, state]
}

/// How many files fit above the lines at the foot.
fn page(height: u16, foot: usize) -> usize {
    usize::from(height).saturating_sub(1 + foot).max(1)
}

fn files(model: &Model) -> &[InboxFile] {
    model.intake.look.as_ref().map_or(&[], |look| look.files.as_slice())
}

fn wrapped(model: &Model, sentence: &str, width: u16) -> Vec<String> {
    text::wrap(sentence, width.saturating_sub(4).max(2), model.theme.policy, Gaiji::Mark)
}

/// The lines below the list: what is to be known of the file under the cursor, of the half import, of the rows set aside
/// and of folders that don't answer.
fn foot(model: &Model, cursor: usize, width: u16) -> Vec<(String, Role)> {
    let Some(look) = &model.intake.look else { return Vec::new() };
    let words = &model.words;
    let mut sentences: Vec<(String, Role)> = Vec::new();
    if let Some(file) = look.files.get(cursor) {
        match &file.state {
            FileState::Refused(trouble) => sentences.push((words.explain(trouble), Role::Notice)),
            FileState::Imported { operation, at_ms } => {
                let at = Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN };
                let arguments = [("operation", operation.to_string()), ("time", short(at, model.now))];
                sentences.push((words.fill("inbox.imported", &arguments), Role::Quiet));
            }
            _ => sentences.push((file.path.display().to_string(), Role::Quiet)),
        }
    }
    if let Some(half) = &look.half {
        let importing = model.work.runs(Work::Import);
        let arguments = [
            ("file", half.name.clone()),
            ("line", grouped(half.line)),
            ("percent", half.percent.map_or_else(|| "?".to_owned(), |percent| percent.to_string())),
            ("holder", half.holder.clone().unwrap_or_default()),
            ("continue", model.key_name(Context::Inbox, CommandId::InboxContinue)),
            ("give_up", model.key_name(Context::Inbox, CommandId::InboxGiveUp)),
        ];
        let key = match (&half.holder, &half.found) {
            _ if importing => None,
            (Some(_), _) => Some("inbox.half.running"),
            (None, Some(_)) => Some("inbox.half.found"),
            (None, None) => Some("inbox.half.missing"),
        };
        sentences.extend(key.map(|key| (words.fill(key, &arguments), Role::Notice)));
    }
    if look.set_aside > 0 {
        let key = model.key_name(Context::Inbox, CommandId::SetAsideOpen);
        let arguments = [("count", grouped(look.set_aside)), ("key", key)];
        sentences.push((words.fill("inbox.set_aside", &arguments), Role::Notice));
    }
    for (path, state) in &look.folders {
        let sentence = match state {
            FolderState::Ready => continue,
            FolderState::Slow => words.fill("inbox.folder.slow", &[("folder", path.display().to_string())]),
            FolderState::Refused(trouble) => words.explain(trouble),
        };
        sentences.push((sentence, Role::NoticeError));
    }
    sentences
        .into_iter()
        .flat_map(|(sentence, role)| wrapped(model, &sentence, width).into_iter().map(move |line| (line, role)))
        .collect()
}

/// What a command of the page does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let files = files(model).to_vec();
    let cursor = match model.layers.last() {
        Some(Layer::Inbox(page)) => page.cursor,
        _ => return Vec::new(),
    };
    if motion::is_motion(command) {
        let height = page(places.body.height, foot(model, cursor, places.body.width).len());
        if let Some(Layer::Inbox(page)) = model.layers.last_mut() {
            page.moved(&files, command, height);
        }
        return Vec::new();
    }
    let half = model.intake.look.as_ref().and_then(InboxLook::cut_off).cloned();
    let hint = match (command, half, files.get(cursor)) {
        (CommandId::InboxContinue, Some(_), _) if is_busy(model) => model.words.text("inbox.busy").to_owned(),
        (CommandId::InboxContinue, Some(half), _) => match half.found {
            Some(path) => return open(model, SeenFile { path, hash: half.file }, Stage::Importing),
            None => model.words.fill("inbox.half.needed", &[("file", half.name)]),
        },
        (CommandId::InboxGiveUp, Some(half), _) => {
            model.layers.push(Layer::Confirm(Question::GiveUp(half.name)));
            return Vec::new();
        }
        (CommandId::InboxContinue | CommandId::InboxGiveUp, None, _) => model.words.text("inbox.half.none").to_owned(),
        (_, _, None) => model.words.text("inbox.empty").to_owned(),
        (_, _, Some(InboxFile { hash: Some(hash), path, state, .. })) => {
            let file = SeenFile { path: path.clone(), hash: *hash };
            match (command, state) {
                (CommandId::InboxDiscard, FileState::Imported { .. }) => {
                    model.layers.push(Layer::Confirm(Question::Discard(file)));
                    return Vec::new();
                }
                (CommandId::InboxDiscard, _) => model.words.text("inbox.only_imported").to_owned(),
                (_, FileState::Refused(trouble)) => model.words.explain(trouble),
                _ if is_busy(model) => model.words.text("inbox.busy").to_owned(),
                _ => return open(model, file, Stage::Looking),
            }
        }
        (_, _, Some(InboxFile { state: FileState::Refused(trouble), .. })) => model.words.explain(trouble),
        (_, _, Some(_)) => model.words.text("inbox.still_arriving").to_owned(),
    };
    model.notices.hint(hint);
    Vec::new()
}

/// Whether a file is being looked at or taken in: one at a time.
fn is_busy(model: &Model) -> bool {
    model.work.runs(Work::DryRun) || model.work.runs(Work::Import)
}
