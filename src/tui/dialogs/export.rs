//! The export dialog: which applications, which kind of file, where to.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::tui::field::TextField;
use crate::tui::format::{civil, grouped};
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, ExportFormat, ExportOf, Exported, Work};
use crate::tui::model::{Layer, Model};
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The parts from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Focus {
    /// Which applications.
    Of,
    /// Kind of file.
    Format,
    /// Path.
    Path,
    /// The button.
    Button,
}

const PARTS: [Focus; 4] = [Focus::Of, Focus::Format, Focus::Path, Focus::Button];

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportDialog {
    /// Whether the marked ones are written (else all that match).
    pub marked: bool,
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
            marked: !model.list.marks().is_empty(),
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

    /// The next choice of the part that has the keys. A kind of file takes its ending along.
    fn change(&mut self, any_marked: bool) {
        match self.focus {
            Focus::Of => self.marked = !self.marked && any_marked,
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
        let inner = surface.boxed(layout::dialog(screen, 76, 11), words.text("export.title"));
        let label = 10;
        let mut caret = inner.as_position();
        let marked = words.fill("export.of.marked", &[("count", grouped(model.list.marks().len()))]);
        let matching = words.fill("export.of.matching", &[("count", grouped(model.list.ids().len() as u64))]);
        let y = inner.y + 1;
        surface.text(inner.x, y, label, words.text("export.of.label"), Role::Label);
        let mut x = inner.x + label;
        for (text, chosen) in [(marked, self.marked), (matching, !self.marked)] {
            // Without marks there is no choice to offer.
            if !chosen && model.list.marks().is_empty() {
                continue;
            }
            x += self.choice((x, y), &text, chosen, Focus::Of, inner, surface) + 2;
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
        }
        let title = if self.running { words.text("export.running") } else { words.text("export.button") };
        let foot = inner.bottom() - 1;
        let used = surface.button(inner.x, foot, inner.width, title, self.focus == Focus::Button);
        let keys = [
            ("change", model.key_name(Context::Export, CommandId::ExportChange)),
            ("execute", model.key_name(Context::Export, CommandId::ExportExecute)),
            ("close", model.key_name(Context::Export, CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        surface.text(x, foot, inner.right().saturating_sub(x), &words.fill("export.keys", &keys), Role::Quiet);
        match self.focus {
            Focus::Of => caret = Position::new(inner.x + label, y),
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

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let any_marked = !model.list.marks().is_empty();
    let Some(Layer::Export(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    match command {
        CommandId::ExportChange => dialog.change(any_marked),
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
    if path.is_empty() {
        dialog.focus = Focus::Path;
        dialog.problem = Some(model.words.text("export.path_missing").to_owned());
        return Vec::new();
    }
    dialog.problem = None;
    dialog.running = true;
    let (format, marked) = (dialog.format, dialog.marked);
    let of = if marked {
        ExportOf::Marked(model.list.marks().iter().collect())
    } else {
        ExportOf::Matching(model.search.query.clone())
    };
    vec![model.begin(Errand::Export { format, path, of })]
}

/// Takes the end of an export.
pub fn done(model: &mut Model, outcome: Result<Exported, Explained>) {
    model.end(Work::Export);
    let at = model.layers.iter().position(|layer| matches!(layer, Layer::Export(dialog) if dialog.running));
    match outcome {
        Ok(file) => {
            if let Some(at) = at {
                model.layers.remove(at);
            }
            let text = model.words.fill("export.done", &[("count", grouped(file.rows)), ("path", file.path)]);
            model.notices.add(Notice { at: model.now, is_error: false, text, details: file.remarks });
        }
        Err(why) => {
            if let Some(Layer::Export(dialog)) = at.map(|at| &mut model.layers[at]) {
                dialog.running = false;
                dialog.problem = Some(why.sentence.clone());
            }
            model.notices.error(model.now, why.sentence);
        }
    }
}
