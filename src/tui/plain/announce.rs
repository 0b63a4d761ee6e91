//! What plain mode says: once for each thing, when it changes. It remembers what it has said last, and compares.

use std::collections::HashMap;

use super::lines::{of_choices, of_command, of_entry, of_notice, runnable};
use super::list::{self, ListSaid};
use super::menu::{self, Item};
use super::place::{Kind, Place, problem, typed};
use super::sheet::{Sheet, button, read};
use super::typed::Echo;
use super::voice::Voice;
use crate::command::{CommandId, Context};
use crate::tui::dialogs::filter_view;
use crate::tui::jobs::State;
use crate::tui::layer::Layer;
use crate::tui::lock;
use crate::tui::message::Work;
use crate::tui::model::Model;

/// How many lines that changed by themselves are read; of more, one has to ask.
const NEWS: usize = 6;

/// How many lines of a menu are read when it opens.
const ITEMS: usize = 30;

/// Plain mode: what it has said, and what of it can be answered.
#[derive(Debug, Clone, Default)]
pub struct Plain {
    /// Whether the last line is open.
    open: bool,
    greeted: bool,
    place: Option<Place>,
    /// The places below this one, as they were read.
    below: Vec<Place>,
    /// Whether this place has been read since it was ready.
    read: bool,
    /// Lines of the place, as they were last.
    lines: Vec<String>,
    /// The part that has the keys, and its line, as they were last.
    here: (String, String),
    /// The lines of the menu, numbered from 1.
    pub(super) items: Vec<Item>,
    /// The line of the text that was read last.
    pub(super) reading: usize,
    /// What the help was last listed for.
    pub(super) filter: String,
    list: ListSaid,
    echo: Option<Echo>,
    /// Messages that were said.
    notices: u64,
    problem: Option<String>,
    /// Quarters of the work that were said.
    quarters: HashMap<Work, u64>,
    /// Digits of a number, and whether it still lacks the Enter.
    pub(super) number: String,
    /// Whether a key came since anything was said.
    pub(super) keyed: bool,
    /// Whether it was a key that moves.
    pub(super) moved: bool,
    /// Whether a line of the help was pointed at by an arrow.
    pub(super) pointed: bool,
    /// Whether the help is to be listed again.
    pub(super) relist: bool,
    /// How often one asked to hear it again: once the line, twice the whole.
    pub(super) asked: u8,
    again: bool,
    /// What was said of the hidden screen.
    hidden: Vec<String>,
    /// Whether the way to choose by number was explained.
    taught: bool,
}

impl Plain {
    /// Asks to hear it again.
    pub fn again(&mut self) {
        self.again = true;
        self.asked = self.asked.saturating_add(1).min(2);
    }

    /// The end of a line that is open.
    pub fn end_line(&mut self) -> String {
        if std::mem::take(&mut self.open) { "\r\n".to_owned() } else { String::new() }
    }

    /// Says that the screen is hidden, and what to do: nothing else, and not again.
    fn hidden(&mut self, model: &Model, mut voice: Voice) -> String {
        let lines: Vec<String> = lock::lines(model).into_iter().map(|(line, _)| line).collect();
        for line in lines.iter().filter(|line| !self.hidden.contains(line)) {
            voice.line(line);
        }
        self.hidden = lines;
        let (text, open) = voice.end();
        self.open = open;
        text
    }

    /// Says what has changed since the last time: text to append, without any escape sequence.
    #[must_use]
    pub fn tell(&mut self, model: &mut Model) -> String {
        let mut voice = Voice::after(self.open);
        if model.lock.is_some() {
            return self.hidden(model, voice);
        }
        self.hidden.clear();
        let keyed = std::mem::take(&mut self.keyed);
        let moved = std::mem::take(&mut self.moved);
        self.greet(model, &mut voice);
        self.messages(model, &mut voice);
        self.progress(model, &mut voice);
        let place = Place::of(model);
        let kind = Kind::of(model);
        let before = self.place.replace(place.clone());
        if before.as_ref() != Some(&place) {
            self.number.clear();
            (self.reading, self.pointed, self.read) = (0, false, false);
            self.echo.take_if(|_| before.as_ref().is_none_or(|before| !before.same_layer(&place)));
        }
        match kind {
            Kind::List => {
                let entered = before.is_none_or(|before| before.depth > 0);
                self.list.tell(model, entered, keyed, &mut voice);
            }
            Kind::Search => {}
            Kind::Help => self.help(before.as_ref(), model, &mut voice),
            _ => self.page(kind, before.as_ref(), keyed, model, &mut voice),
        }
        if std::mem::take(&mut self.again) {
            self.repeat(kind, model, &mut voice);
        } else if moved && voice.is_silent() {
            // The end of the list, say: silence would leave one in doubt whether the key was heard.
            voice.line(&self.current(kind, model).1);
        } else if let (true, true, Some(problem)) = (keyed, voice.is_silent(), &self.problem)
            && kind == Kind::Form
        {
            voice.line(&of_notice(problem, true, model));
        }
        self.typing(kind, model, &mut voice);
        let (text, open) = voice.end();
        self.open = open;
        text
    }

    /// Who works where, and where help is; once.
    fn greet(&mut self, model: &Model, voice: &mut Voice) {
        if std::mem::replace(&mut self.greeted, true) {
            return;
        }
        let (words, here) = (&model.words, &model.surroundings);
        let badge = words.text(here.badge());
        let name = if here.operator.is_empty() { words.text("operator.nobody") } else { &here.operator };
        let terminal = words.fill("operator.terminal", &[("terminal", here.terminal.clone())]);
        voice.line(&format!("{} {badge} {} {name}{terminal}", words.text("program"), here.department));
        for key in here.banners() {
            voice.line(words.text(key));
        }
        let key = |command| model.key_name(Context::Everywhere, command);
        let keys = [("help", key(CommandId::HelpOpen)), ("again", key(CommandId::ScreenRedraw))];
        voice.line(&words.fill("plain.welcome", &keys));
    }

    /// Messages, what is wrong with the query, and what stands in the way of a dialog.
    fn messages(&mut self, model: &Model, voice: &mut Voice) {
        let said = std::mem::replace(&mut self.notices, model.notices.told());
        let problem = match Kind::of(model) {
            // While it is typed, a query is often wrong for a moment.
            Kind::Search => return,
            Kind::List => model.search.problem.as_ref().map(|problem| &problem.sentence),
            _ => problem(model),
        };
        let fresh = problem.filter(|problem| self.problem.as_ref() != Some(problem));
        if let Some(problem) = fresh {
            voice.line(&of_notice(problem, true, model));
        }
        self.problem = problem.cloned();
        if model.notices.told() > said
            && let Some(notice) = model.notices.showing()
            && self.problem.as_ref() != Some(&notice.text)
        {
            voice.line(&of_notice(&notice.text, notice.is_error, model));
        }
    }

    /// Work that takes its time is told of at each quarter.
    fn progress(&mut self, model: &Model, voice: &mut Voice) {
        self.quarters.retain(|work, _| model.work.runs(*work));
        for job in model.work.running() {
            let State::Running { progress: Some(progress), .. } = &job.state else { continue };
            let work = job.work;
            let percent = progress.total.and_then(|total| (progress.done * 100).checked_div(total)).unwrap_or(0);
            let quarter = (percent / 25).min(3);
            if matches!(work, Work::Search | Work::Views | Work::Forms | Work::Find) || quarter == 0 {
                continue;
            }
            if self.quarters.insert(work, quarter).is_none_or(|before| before < quarter) {
                let name = ("work", model.words.text(&format!("work.{}", work.id())).to_owned());
                voice.line(&model.words.fill("plain.progress", &[name, ("percent", (quarter * 25).to_string())]));
            }
        }
    }

    /// The help: its commands with their numbers.
    fn help(&mut self, before: Option<&Place>, model: &Model, voice: &mut Voice) {
        let Some(Layer::Help(help)) = model.layers.last() else { return };
        let opened = before != self.place.as_ref();
        if opened || std::mem::take(&mut self.relist) {
            if opened {
                voice.line(model.words.text("plain.commands"));
            }
            help.filter.text().clone_into(&mut self.filter);
            let entries = runnable(help, model);
            for (at, (_, entry)) in entries.iter().enumerate() {
                voice.line(&of_command(at + 1, entry));
            }
            if entries.is_empty() {
                voice.line(model.words.text("help.none"));
            }
            (self.echo, self.pointed) = (None, false);
            self.here = self.current(Kind::Help, model);
        } else {
            let here = self.current(Kind::Help, model);
            if self.pointed && here != self.here {
                voice.line(&here.1);
            }
            self.here = here;
        }
    }

    /// A page or a dialog: whole when it opens, then only what changes.
    fn page(&mut self, kind: Kind, before: Option<&Place>, keyed: bool, model: &mut Model, voice: &mut Voice) {
        let Some(place) = self.place.clone() else { return };
        let same = before.is_some_and(|before| before.same_layer(&place));
        self.below.retain(|other| other.depth <= place.depth);
        let known = self.below.contains(&place);
        let back = known && before.is_some_and(|before| before.depth > place.depth);
        if !place.ready {
            if !same {
                voice.line(model.words.text(&format!("context.{}", place.context.id())));
            }
            return;
        }
        if !known {
            self.below.retain(|other| other.depth < place.depth);
            self.below.push(place.clone());
        }
        let sheet = Sheet::of(model);
        let typing = model.types_text();
        if !std::mem::replace(&mut self.read, true) {
            self.items = if matches!(kind, Kind::Menu(_)) { menu::items(model) } else { Vec::new() };
            self.here = self.current(kind, model);
            if back {
                voice.line(model.words.text(&format!("context.{}", place.context.id())));
            } else {
                self.whole(kind, &sheet, model, voice);
            }
            let pointed =
                matches!(kind, Kind::Menu(_)) && self.items.first().is_none_or(|first| first.row != sheet.row);
            if !typing && (back || pointed || matches!(kind, Kind::Rows | Kind::Form)) {
                voice.line(&self.entering(kind, model));
            }
        } else if kind == Kind::Rows {
            // Of many rows the one under the cursor matters, and the title with its counts.
            if sheet.at != Some(0) && sheet.lines.first() != self.lines.first() {
                voice.line(sheet.lines.first().map_or("", String::as_str));
            }
            let here = self.current(kind, model);
            if here.1 != self.here.1 || keyed && here.0 != self.here.0 {
                voice.line(&here.1);
            }
            self.here = here;
        } else if kind.text(model).is_none() {
            if matches!(kind, Kind::Menu(_)) && sheet.lines != self.lines {
                self.items = menu::items(model);
            }
            let here = self.current(kind, model);
            let told = keyed && here != self.here && !typing;
            if told {
                let entered = here.0 != self.here.0;
                voice.line(if entered { self.entering(kind, model) } else { here.1.clone() }.as_str());
            }
            if !keyed || (!told && !typing) {
                let news = sheet
                    .lines
                    .iter()
                    .enumerate()
                    .filter(|(at, line)| !(self.lines.contains(line) || typing && Some(*at) == sheet.at));
                for line in news.map(|(_, line)| read(line, &model.words)).take(NEWS) {
                    if !voice.has_said(&line) {
                        voice.line(&line);
                    }
                }
            }
            self.here = here;
        } else {
            let here = self.current(kind, model);
            if here != self.here && keyed {
                voice.line(&here.1);
            }
            self.here = here;
        }
        self.lines = sheet.lines;
    }

    /// Reads a page or a dialog whole; of what has the keys only where nothing else will tell of it.
    fn whole(&mut self, kind: Kind, sheet: &Sheet, model: &Model, voice: &mut Voice) {
        match kind {
            // Each part of the form is read when one comes to it.
            Kind::Form if matches!(model.layers.last(), Some(Layer::Filter(_))) && self.asked < 2 => {
                voice.line(model.words.text("filter.title"));
            }
            Kind::Text(most) => {
                voice.line(model.words.text(&format!("context.{}", model.context().id())));
                let lines = kind.text(model).unwrap_or_default();
                for line in lines.iter().take(most) {
                    voice.line(line);
                }
                if lines.len() > most {
                    voice.line(&model.words.fill("plain.more", &[("count", (lines.len() - most).to_string())]));
                }
            }
            Kind::Menu(_) => {
                let mut numbered = false;
                for (line, row) in sheet.lines.iter().zip(&sheet.rows) {
                    if self.items.iter().all(|item| item.row != *row) {
                        voice.line(&read(line, &model.words));
                    } else if !std::mem::replace(&mut numbered, true) {
                        for (at, item) in self.items.iter().enumerate().take(ITEMS) {
                            voice.line(&format!("{} {}", at + 1, item.text));
                        }
                        let more = self.items.len().saturating_sub(ITEMS);
                        if more > 0 {
                            voice.line(&model.words.fill("plain.more", &[("count", more.to_string())]));
                        }
                    }
                }
                if !std::mem::replace(&mut self.taught, true) {
                    voice.line(model.words.text("plain.choose"));
                }
            }
            Kind::Rows => {
                if let Some(title) = sheet.lines.first().filter(|_| sheet.at != Some(0)) {
                    voice.line(title);
                }
            }
            _ => {
                for (at, line) in sheet.lines.iter().enumerate() {
                    if Some(at) != sheet.at {
                        voice.line(&read(line, &model.words));
                    }
                    if let Some((_, keys)) = button(line) {
                        voice.line(keys);
                    }
                }
            }
        }
    }

    /// Says the line again; asked once more, everything.
    fn repeat(&mut self, kind: Kind, model: &Model, voice: &mut Voice) {
        self.echo = None;
        if self.asked < 2 {
            if !model.types_text() {
                voice.line(&self.entering(kind, model));
            }
            return;
        }
        match kind {
            Kind::List => list::whole(model).iter().for_each(|line| voice.line(line)),
            Kind::Search | Kind::Help => {}
            Kind::Rows => Sheet::of(model).lines.iter().for_each(|line| voice.line(&read(line, &model.words))),
            _ => {
                self.whole(kind, &Sheet::of(model), model, voice);
                if kind == Kind::Form && !model.types_text() {
                    voice.line(&self.entering(kind, model));
                }
            }
        }
    }

    /// The part that has the keys, and its line.
    fn current(&self, kind: Kind, model: &Model) -> (String, String) {
        match (kind, model.layers.last()) {
            (Kind::List, _) => (String::new(), list::here(model)),
            (Kind::Search, _) => (String::new(), model.words.text("context.search").to_owned()),
            (Kind::Help, Some(Layer::Help(help))) => {
                let entry = help.entries(model).into_iter().nth(help.cursor);
                let line = entry.map_or_else(String::new, |entry| of_entry(&entry, model));
                (help.cursor.to_string(), line)
            }
            (Kind::Form, Some(Layer::Filter(dialog))) if !dialog.choices(dialog.focus()).is_empty() => {
                let line = of_choices(dialog, model).into_iter().nth(dialog.choice());
                (format!("{:?}", dialog.focus()), line.unwrap_or_default())
            }
            (Kind::Text(_), _) => {
                let line = kind.text(model).and_then(|lines| lines.into_iter().nth(self.reading));
                (self.reading.to_string(), line.unwrap_or_default())
            }
            _ => {
                let sheet = Sheet::of(model);
                let line = read(sheet.here(), &model.words);
                let line = match menu::number(&self.items, &sheet, &line) {
                    Some(number) => format!("{number} {line}"),
                    None => line,
                };
                (sheet.row.to_string(), line)
            }
        }
    }

    /// The line of the part that has the keys, as it is said when one comes to it: with all its choices.
    fn entering(&self, kind: Kind, model: &Model) -> String {
        let (_, line) = self.current(kind, model);
        let Some(Layer::Filter(dialog)) = model.layers.last() else { return line };
        let choices = of_choices(dialog, model);
        if choices.is_empty() {
            return line;
        }
        let label = model.words.text(filter_view::label(dialog.focus()));
        format!("{}: {}", label.trim(), choices.join(model.words.text("plain.separator")))
    }

    /// The field that has the keys: its label once, then what is typed.
    fn typing(&mut self, kind: Kind, model: &mut Model, voice: &mut Voice) {
        if kind == Kind::Help || !model.types_text() {
            let number = std::mem::take(&mut self.number);
            self.typing_number(kind, &number, model, voice);
            self.number = number;
            return;
        }
        let (focus, label) = match kind {
            Kind::Search => {
                let label = model.words.text("context.search").to_owned();
                let old = &model.search.typed;
                let replaced = matches!(model.layers.last(), Some(Layer::Search(field)) if field.is_selected());
                let label = if replaced { format!("{label} ({old})") } else { label };
                ("search".to_owned(), label)
            }
            _ => self.current(kind, model),
        };
        // A passphrase is asked for, and nothing of it is echoed.
        let text = model.field_mut().map(|field| typed(field)).unwrap_or_default();
        match &mut self.echo {
            Some(echo) if echo.focus == focus => echo.follow(text, voice),
            _ => self.echo = Some(Echo::begin(focus, &label, text, voice)),
        }
    }

    /// The digits of a number, behind the words of the help where it lies open.
    fn typing_number(&mut self, kind: Kind, number: &str, model: &mut Model, voice: &mut Voice) {
        let numbered = menu::numbers(kind, &self.items, model) > 0;
        if kind != Kind::Help && (number.is_empty() || !numbered) && self.echo.is_none() {
            return;
        }
        if kind != Kind::Help && number.is_empty() {
            voice.close();
            self.echo = None;
            return;
        }
        let mut text = match model.field_mut() {
            Some(field) if kind == Kind::Help => field.text().to_owned(),
            _ => String::new(),
        };
        text.push_str(number);
        let label = if kind == Kind::Help { model.words.text("plain.ask") } else { model.words.text("plain.number") };
        match &mut self.echo {
            Some(echo) if echo.focus == "number" => echo.follow((text, String::new()), voice),
            _ => {
                let label = label.to_owned();
                self.echo = Some(Echo::begin("number".to_owned(), &label, (text, String::new()), voice));
            }
        }
    }
}
