//! What the applicant changed, as lines of the record: on top what came since our last decision, below the history the
//! changes before that. The changed part of a value stands between signs and in a look of its own.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::corrections;
use super::record::{self, RecordLine};
use crate::command::{CommandId, Context};
use crate::domain::application::{Instant, Line};
use crate::domain::calendar::JAPAN;
use crate::domain::query::Query;
use crate::domain::revision::{Change, FixedField, Part, Said, changed_part};
use crate::messages::Messages;
use crate::office::view::{Record, Revision};
use crate::tui::format::{grouped, long};
use crate::tui::layer::Layer;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::{Role, Theme};

/// How much unchanged text is shown on either side of a change.
const AROUND: usize = 12;

/// How much of a changed part is shown; more of it stands among the items.
const AT_MOST: usize = 400;

/// What the lines are made for.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// Columns.
    pub width: u16,
    /// Looks and signs.
    pub theme: &'a Theme,
    /// Sentences.
    pub words: &'a Messages,
    /// What the list was searched for.
    pub query: &'a Query,
    /// The key that tells every revision, where it works: the pane beside the list has none.
    pub key: Option<String>,
}

impl<'a> Page<'a> {
    /// A page of the screen, of this width.
    #[must_use]
    pub fn of(model: &'a Model, width: u16) -> Self {
        let key = || model.key_name(Context::Record, CommandId::RecordRevisions);
        let key = model.record_view().is_some().then(key).filter(|key| !key.is_empty());
        Self { width, theme: &model.theme, words: &model.words, query: &model.search.understood, key }
    }

    /// Breaks a text into lines; parts of it (bytes, ascending) have looks of their own.
    pub fn add(
        &self,
        lines: &mut Vec<RecordLine>,
        indent: u16,
        (text, role): (&str, Role),
        looks: &[(Range<usize>, Role)],
    ) {
        let room = self.width.saturating_sub(indent).max(2);
        let mut at = 0;
        for part in text::wrap(text, room, self.theme.policy, Gaiji::Code) {
            // Only line breaks of the text are missing between two lines.
            while !text[at..].starts_with(&part) {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
            }
            let inside = |place: usize| place.clamp(at, at + part.len()) - at;
            let looks = looks.iter().map(|(range, role)| (inside(range.start)..inside(range.end), *role));
            let looks = looks.filter(|(range, _)| !range.is_empty()).collect();
            at += part.len();
            lines.push(RecordLine { indent, text: part, role, looks });
        }
    }

    fn plain(&self, lines: &mut Vec<RecordLine>, indent: u16, text: &str, role: Role) {
        self.add(lines, indent, (text, role), &[]);
    }

    fn changes(&self, lines: &mut Vec<RecordLine>, changes: &[Change]) {
        for change in changes {
            let difference = format!("difference.{}", change.difference.id());
            let name = format!("{} [{}]", self.name(&change.part), self.words.text(&difference));
            self.plain(lines, 2, &name, Role::Label);
            let (before, after) = (self.said(change.before.as_ref()), self.said(change.after.as_ref()));
            let (old, new) = match (&before, &after) {
                (Some(before), Some(after)) => changed_part(before, after),
                _ => (0..0, 0..0),
            };
            self.value(lines, "record.changes.before", before.as_deref(), old);
            self.value(lines, "record.changes.after", after.as_deref(), new);
        }
    }

    /// One side of a change: its label, then what stood there, around the changed part.
    fn value(&self, lines: &mut Vec<RecordLine>, label: &str, value: Option<&str>, changed: Range<usize>) {
        let label = self.words.text(label);
        let Some(value) = value else {
            let nothing = self.words.text("record.changes.nothing");
            return self.plain(lines, 4, &format!("{label} {nothing}"), Role::Quiet);
        };
        let ellipsis = self.theme.glyphs.ellipsis;
        let mut shown = format!("{label} ");
        let whole = changed.len() == value.len() || changed.is_empty();
        shown += &tail(&value[..changed.start], ellipsis);
        let start = shown.len();
        let [open, close] = if whole { ["", ""] } else { self.theme.glyphs.changed };
        shown.extend([open, &head(&value[changed.clone()], AT_MOST, ellipsis), close]);
        let end = shown.len();
        let around = if changed.is_empty() { AT_MOST } else { AROUND };
        shown += &head(&value[changed.end..], around, ellipsis);
        self.add(lines, 4, (&shown, Role::Text), &[(start..end, Role::Changed)]);
    }

    fn name<'p>(&'p self, part: &'p Part) -> &'p str {
        let field = match part {
            Part::Item(name) => return name,
            Part::Fixed(field) => field,
        };
        self.words.text(match field {
            FixedField::FormCode => "record.field.form_code",
            FixedField::FormVersion => "record.field.form_version",
            FixedField::FormName => "record.field.form_name",
            FixedField::Submitted => "record.submitted",
            FixedField::Name => "record.field.name",
            FixedField::Kana => "record.field.kana",
            FixedField::Mail => "record.mail",
            FixedField::UserId => "record.user_id",
            FixedField::Line => "record.line.label",
            FixedField::Remarks => "record.remarks",
        })
    }

    fn said(&self, said: Option<&Said>) -> Option<String> {
        Some(match said? {
            Said::Text(text) => text.clone(),
            Said::Time(at) => long(*at),
            Said::Line(Line::Internet) => self.words.text("record.line.internet").to_owned(),
            Said::Line(Line::Staff) => self.words.text("record.line.staff").to_owned(),
        })
    }

    /// The title of the revision that an application got as its `number`th content.
    fn title(&self, key: &str, number: usize, revision: &Revision) -> String {
        let at = Instant { seconds: revision.at_ms.div_euclid(1000), offset_minutes: JAPAN };
        self.words.fill(key, &[("number", number.to_string()), ("at", long(at))])
    }

    /// What the applicant did since our last decision; nothing where there is nothing.
    #[must_use]
    pub fn news(&self, record: &Record) -> Vec<RecordLine> {
        let mut lines = Vec::new();
        if record.row.since.withdrawn {
            self.plain(&mut lines, 0, self.words.text("record.withdrawn"), Role::Arrival);
        }
        if record.row.since.corrected {
            self.plain(&mut lines, 0, self.words.text("record.corrected"), Role::Arrival);
            corrections::arrived(record, self.words, |line, role| self.plain(&mut lines, 2, &line, role));
        }
        if let (Some(news), Some(last)) = (&record.news, record.revisions.last()) {
            let number = record.revisions.len();
            let key = if number > news.known + 1 { "record.changes.several" } else { "record.changes.one" };
            self.plain(&mut lines, 0, &self.title(key, number, last), Role::Title);
            self.changes(&mut lines, &news.changes);
        }
        if !lines.is_empty() {
            self.plain(&mut lines, 0, "", Role::Text);
        }
        lines
    }

    /// The changes before that, newest first: the last of them and how many more there are, or `all` of them.
    #[must_use]
    pub fn earlier(&self, record: &Record, all: bool) -> Vec<RecordLine> {
        let mut lines = Vec::new();
        let told = record.news.as_ref().map_or(record.revisions.len(), |news| news.known);
        let told = if all { record.revisions.len() } else { told };
        if record.revisions.len() < 2 || told < 2 {
            return lines;
        }
        self.plain(&mut lines, 0, "", Role::Text);
        self.plain(&mut lines, 0, self.words.text("record.changes.title"), Role::Label);
        let shown = match (all, &record.news) {
            (true, _) => told - 1,
            (false, None) => 1,
            (false, Some(_)) => 0,
        };
        let revisions: Vec<(usize, &Revision)> = (1..).zip(&record.revisions).skip(1).take(told - 1).collect();
        for (number, revision) in revisions.iter().rev().take(shown) {
            self.plain(&mut lines, 2, &self.title("record.changes.revision", *number, revision), Role::Text);
            self.changes(&mut lines, &revision.changes);
        }
        if shown < revisions.len() {
            let count = ("count", grouped((revisions.len() - shown) as u64));
            let more = match self.key.clone() {
                Some(key) => self.words.fill("record.changes.more_by_key", &[count, ("key", key)]),
                None => self.words.fill("record.changes.more", &[count]),
            };
            self.plain(&mut lines, 2, &more, Role::Quiet);
        }
        if let (true, Some(first)) = (all, record.revisions.first()) {
            self.plain(&mut lines, 2, &self.title("record.changes.first", 1, first), Role::Quiet);
        }
        lines
    }
}

/// Tells every revision, with the first of those lines on top, or only the last one again.
pub fn toggle(model: &mut Model) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let (width, height) = (places.body.width - 2, usize::from(places.body.height));
    let Some(Layer::Record(view)) = model.layers.last() else { return Vec::new() };
    let Some(record) = model.open.of(view.id) else { return Vec::new() };
    if record.revisions.len() < 2 {
        model.notices.hint(model.words.text("record.changes.none").to_owned());
        return Vec::new();
    }
    let page = Page::of(model, width);
    let all = !view.all_revisions;
    let lines = record::lines(record, all, &page).len();
    let first = if all { lines - page.earlier(record, true).len() + 1 } else { 0 };
    if let Some(Layer::Record(view)) = model.layers.last_mut() {
        view.all_revisions = all;
        view.top = first.min(lines.saturating_sub(height));
    }
    Vec::new()
}

/// The beginning of a text, at most so many graphemes.
fn head(text: &str, at_most: usize, ellipsis: &str) -> String {
    match text.grapheme_indices(true).nth(at_most) {
        Some((end, _)) => format!("{}{ellipsis}", &text[..end]),
        None => text.to_owned(),
    }
}

/// The end of a text before a change.
fn tail(text: &str, ellipsis: &str) -> String {
    match text.grapheme_indices(true).rev().nth(AROUND - 1) {
        Some((start, _)) if start > 0 => format!("{ellipsis}{}", &text[start..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assets::Assets;
    use crate::messages::Language;

    proptest! {
        #[test]
        fn wrapping_keeps_the_mark_on_its_text(
            before in "[a山\r\n ]{0,12}", changed in "[b川\r\n]{1,12}", after in "[a山\r\n ]{0,12}", width in 6u16..30,
        ) {
            let (theme, words) = (Theme::default(), Messages::load(Language::Japanese, &Assets::built_in()));
            let query = Query::default();
            let page = Page { width, theme: &theme, words: &words, query: &query, key: None };
            let text = format!("{before}{changed}{after}");
            let mut lines = Vec::new();
            let looks = [(before.len()..before.len() + changed.len(), Role::Changed)];
            page.add(&mut lines, 2, (&text, Role::Text), &looks);
            let parts = lines.iter().flat_map(|line| line.looks.iter().map(|(part, _)| &line.text[part.clone()]));
            let marked: String = parts.collect();
            prop_assert_eq!(marked, changed.replace(['\r', '\n'], ""));
        }
    }
}
