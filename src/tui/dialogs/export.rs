//! The export dialog: which applications, which kind of file, where to.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::column::Column;
use crate::domain::people::Act;
use crate::domain::release::Doing;
use crate::office::{KnownView, ViewError};
use crate::tui::arrangement::context;
use crate::tui::field::TextField;
use crate::tui::format::{civil, grouped};
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, ExportFormat, ExportOf, Exported, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The parts from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Focus {
    /// Which applications.
    Of,
    /// Which columns.
    Columns,
    /// Kind of file.
    Format,
    /// Path.
    Path,
    /// The button.
    Button,
}

const PARTS: [Focus; 5] = [Focus::Of, Focus::Columns, Focus::Format, Focus::Path, Focus::Button];

/// Which applications are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The marked ones.
    Marked,
    /// All that match.
    Matching,
    /// What a view shows: its place among the views.
    View(usize),
}

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportDialog {
    /// Which applications.
    pub of: Of,
    /// Whether only the columns of the list (or of the view) are written, else all.
    pub only_shown: bool,
    /// Kind of file.
    pub format: ExportFormat,
    /// Where to.
    pub path: TextField,
    /// Which part has the keys.
    pub focus: Focus,
    /// Whether the file is being written.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

impl ExportDialog {
    /// A dialog that proposes the marked ones (if any) and a name with the date.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        let time = model.now.and_then(civil).map_or_else(String::new, |now| now.strftime("_%Y%m%d-%H%M").to_string());
        let format = ExportFormat::CsvForPeople;
        let folder = &model.surroundings.export_folder;
        let slash = if folder.is_empty() { "" } else { "/" };
        let name = model.words.text("export.file_name");
        let path = format!("{folder}{slash}{name}{time}.{}", format.extension());
        let mut field = TextField::default();
        field.insert(&path);
        Self {
            of: if model.list.marks().is_empty() { Of::Matching } else { Of::Marked },
            only_shown: false,
            format,
            path: field,
            focus: Focus::Of,
            running: false,
            problem: None,
        }
    }

    /// Whether the text field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        self.focus == Focus::Path && !self.running
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        self.types_text().then_some(&mut self.path)
    }

    fn position(&self) -> usize {
        PARTS.iter().position(|part| *part == self.focus).unwrap_or_default()
    }

    /// Keeps the choice on its view in another list of views; one that is gone is chosen no longer.
    pub fn follow(&mut self, place: impl Fn(usize) -> Option<usize>) {
        if let Of::View(at) = self.of {
            self.of = place(at).map_or(Of::Matching, Of::View);
        }
    }

    /// The next choice of the part that has the keys. A kind of file takes its ending along.
    fn change(&mut self, any_marked: bool, views: usize) {
        match self.focus {
            Focus::Of => {
                self.of = match self.of {
                    Of::Marked => Of::Matching,
                    Of::Matching if views > 0 => Of::View(0),
                    Of::View(at) if at + 1 < views => Of::View(at + 1),
                    _ if any_marked => Of::Marked,
                    _ => Of::Matching,
                }
            }
            Focus::Columns => self.only_shown = !self.only_shown,
            Focus::Format => {
                let at = ExportFormat::ALL.iter().position(|format| *format == self.format).unwrap_or_default();
                let next = ExportFormat::ALL[(at + 1) % ExportFormat::ALL.len()];
                if let Some(stem) = self.path.text().strip_suffix(&format!(".{}", self.format.extension())) {
                    let path = format!("{stem}.{}", next.extension());
                    self.path = TextField::default();
                    self.path.insert(&path);
                }
                self.format = next;
            }
            Focus::Path | Focus::Button => {}
        }
    }

    /// Draws the dialog over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(layout::dialog(screen, 76, 13), words.text("export.title"));
        let label = 10;
        let mut caret = inner.as_position();
        let marked = words.fill("export.of.marked", &[("count", grouped(model.list.marks().len()))]);
        let matching = words.fill("export.of.matching", &[("count", grouped(model.list.ids().len() as u64))]);
        let y = inner.y + 1;
        surface.text(inner.x, y, label, words.text("export.of.label"), Role::Label);
        let mut x = inner.x + label;
        let views = &model.arrangement.views;
        let at = if let Of::View(at) = self.of { at } else { 0 };
        let name = |known: &KnownView| words.fill("export.of.view", &[("name", known.view.name.clone())]);
        let view = views.get(at).map(name);
        let marked = (!model.list.marks().is_empty()).then_some(marked);
        let choices = [
            (marked, self.of == Of::Marked),
            (Some(matching), self.of == Of::Matching),
            (view, matches!(self.of, Of::View(_))),
        ];
        for (text, chosen) in choices {
            // What there is none of is no choice.
            let Some(text) = text else { continue };
            x += self.choice((x, y), &text, chosen, Focus::Of, inner, surface) + 2;
        }
        let y = y + 2;
        surface.text(inner.x, y, label, words.text("export.columns.label"), Role::Label);
        let shown = if matches!(self.of, Of::View(_)) { "export.columns.of_view" } else { "export.columns.shown" };
        let mut x = inner.x + label;
        for (key, chosen) in [("export.columns.all", !self.only_shown), (shown, self.only_shown)] {
            x += self.choice((x, y), words.text(key), chosen, Focus::Columns, inner, surface) + 2;
        }
        surface.text(inner.x, y + 2, label, words.text("export.format.label"), Role::Label);
        let mut x = inner.x + label;
        for format in ExportFormat::ALL {
            let text = words.text(match format {
                ExportFormat::CsvForPeople => "export.format.csv_for_people",
                ExportFormat::CsvForMachines => "export.format.csv_for_machines",
                ExportFormat::Xlsx => "export.format.xlsx",
            });
            x += self.choice((x, y + 2), text, format == self.format, Focus::Format, inner, surface) + 2;
        }
        surface.text(inner.x, y + 4, label, words.text("export.path"), Role::Label);
        let area = Rect::new(inner.x + label, y + 4, inner.width.saturating_sub(label), 1);
        surface.fill(area, Role::Input);
        let in_path = self.path.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
        if let Some(problem) = &self.problem {
            surface.text(inner.x, y + 6, inner.width, problem, Role::NoticeError);
        } else if self.only_shown {
            surface.text(inner.x, y + 6, inner.width, words.text("export.columns.final"), Role::Quiet);
        }
        // How many a view shows isn't known here: where several would wait, it says so.
        let count = match self.of {
            Of::Marked => model.list.marks().len(),
            Of::Matching => model.list.ids().len() as u64,
            Of::View(_) => u64::MAX,
        };
        let awaits = model.awaits(Doing::plain(Act::Export), count);
        if let Some(told) = awaits.told(words).filter(|_| self.problem.is_none()) {
            surface.text(inner.x, y + 5, inner.width, told, Role::Notice);
        }
        let title = match self.running {
            true => words.text("export.running").to_owned(),
            false => awaits.button(words.text("export.button").to_owned(), words),
        };
        let foot = inner.bottom() - 1;
        let used = surface.button(inner.x, foot, inner.width, &title, self.focus == Focus::Button);
        let keys = [
            ("change", model.key_name(Context::Export, CommandId::ExportChange)),
            ("execute", model.key_name(Context::Export, CommandId::ExportExecute)),
            ("close", model.key_name(Context::Export, CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        let keys = if self.running { running_keys(model, Context::Export) } else { words.fill("export.keys", &keys) };
        surface.text(x, foot, inner.right().saturating_sub(x), &keys, Role::Quiet);
        match self.focus {
            Focus::Of => caret = Position::new(inner.x + label, y - 2),
            Focus::Columns => caret = Position::new(inner.x + label, y),
            Focus::Format => caret = Position::new(inner.x + label, y + 2),
            Focus::Path => caret = in_path,
            Focus::Button => caret.y = foot,
        }
        caret
    }

    fn choice(
        &self,
        (x, y): (u16, u16),
        text: &str,
        chosen: bool,
        part: Focus,
        inner: Rect,
        surface: &mut Surface<'_>,
    ) -> u16 {
        let glyphs = surface.theme.glyphs;
        let sign = if chosen { glyphs.chosen } else { glyphs.choice };
        let role = if chosen && self.focus == part { Role::ButtonFocus } else { Role::Text };
        surface.text(x, y, inner.right().saturating_sub(x), &format!("{sign} {text}"), role)
    }
}

/// What can be done while a file is written: the dialog may be closed, or the work stopped.
pub(super) fn running_keys(model: &Model, context: Context) -> String {
    let keys = [
        ("close", model.key_name(context, CommandId::LayerClose)),
        ("stop", model.key_name(Context::Everywhere, CommandId::WorkCancel)),
    ];
    model.words.fill("export.running_keys", &keys)
}

/// Opens the dialog, and asks which views there are.
pub fn open(model: &mut Model) -> Vec<Effect> {
    if matches!(model.layers.last(), Some(Layer::Export(_))) {
        return Vec::new();
    }
    model.ticket += 1;
    model.layers.push(Layer::Export(ExportDialog::new(model)));
    vec![model.begin(Errand::Views { ticket: model.ticket, count: false })]
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let (any_marked, views) = (!model.list.marks().is_empty(), model.arrangement.views.len());
    let Some(Layer::Export(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    match command {
        CommandId::ExportChange => dialog.change(any_marked, views),
        CommandId::ExportNext if dialog.focus != Focus::Button => {
            dialog.focus = PARTS[(dialog.position() + 1).min(PARTS.len() - 1)];
        }
        CommandId::ExportNext | CommandId::ExportExecute => return execute(model),
        _ => dialog.focus = PARTS[motion::moved(dialog.position(), PARTS.len() - 1, command, 1)],
    }
    Vec::new()
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Export(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let path = dialog.path.text().trim().to_owned();
    if model.work.runs(Work::Export) {
        dialog.problem = Some(model.words.text("export.busy").to_owned());
        return Vec::new();
    }
    if path.is_empty() {
        dialog.focus = Focus::Path;
        dialog.problem = Some(model.words.text("export.path_missing").to_owned());
        return Vec::new();
    }
    let (format, only_shown) = (dialog.format, dialog.only_shown);
    let (of, order, columns) = match dialog.of {
        Of::View(at) => {
            let Some(known) = model.arrangement.views.get(at) else { return Vec::new() };
            match known.view.understood(&context(model)) {
                Ok(view) => (ExportOf::Matching(known.view.query.clone()), view.order, view.columns),
                Err(why) => {
                    let error = ViewError::Unreadable { name: known.view.name.clone(), why };
                    let sentence = model.words.explain(&error);
                    if let Some(Layer::Export(dialog)) = model.layers.last_mut() {
                        dialog.problem = Some(sentence);
                    }
                    return Vec::new();
                }
            }
        }
        which => {
            let of = match which {
                Of::Marked => ExportOf::Marked(model.list.marks().iter().collect()),
                _ => ExportOf::Matching(model.search.query.clone()),
            };
            let shown = model.arrangement.shown();
            (of, model.list.sort, shown.into_iter().map(|placed| placed.column).collect())
        }
    };
    let columns = if columns.is_empty() { Column::USUAL.to_vec() } else { columns };
    if let Some(Layer::Export(dialog)) = model.layers.last_mut() {
        dialog.problem = None;
        dialog.running = true;
    }
    vec![model.begin(Errand::Export { format, path, of, columns: only_shown.then_some(columns), order })]
}

/// Takes the end of an export.
pub fn done(model: &mut Model, outcome: Result<Exported, Explained>) {
    let at = model.layers.iter().position(|layer| matches!(layer, Layer::Export(dialog) if dialog.running));
    match outcome {
        Ok(file) => {
            if let Some(at) = at {
                model.layers.remove(at);
            }
            let text = model.words.fill("export.done", &[("count", grouped(file.rows)), ("path", file.path)]);
            jobs::done(model, Work::Export, Notice { at: model.now, is_error: false, text, details: file.remarks });
        }
        Err(why) => {
            let sentence = jobs::failed(model, Work::Export, &why);
            if let Some(Layer::Export(dialog)) = at.map(|at| &mut model.layers[at]) {
                dialog.running = false;
                dialog.problem = Some(sentence);
            }
        }
    }
}
