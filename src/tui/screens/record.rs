//! One application whole: what the citizen sent in form order, then what happened to it. The same lines stand in the
//! pane beside the list.

use std::ops::Range;

use ratatui::layout::{Position, Rect};

use super::corrections;
use super::revisions::Page;
use crate::command::CommandId;
use crate::domain::application::{Instant, Line};
use crate::domain::calendar::{Day, wareki_day};
use crate::domain::column::Column;
use crate::domain::entry;
use crate::domain::finding::Finding;
use crate::domain::identity::ApplicationId;
use crate::domain::query::Query;
use crate::domain::reflection::Reflection;
use crate::messages::Messages;
use crate::office::view::{Declared, FieldStep, HistoryEntry, Note, Received, Record, RulingClosed, Withdrawal};
use crate::tui::format::long;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text::{Gaiji, Pen};
use crate::tui::theme::Role;

/// The full view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordView {
    /// Which application.
    pub id: ApplicationId,
    /// The first line that is shown.
    pub top: usize,
    /// Whether every revision is told, not only the last.
    pub all_revisions: bool,
}

impl RecordView {
    /// The full view of an application, from its first line.
    #[must_use]
    pub const fn new(id: ApplicationId) -> Self {
        Self { id, top: 0, all_revisions: false }
    }

    /// Scrolls; the last line may come up to the top of the last page, no further.
    pub fn perform(&mut self, command: CommandId, lines: usize, page: usize) {
        self.top = motion::moved(self.top, lines.saturating_sub(page), command, page);
    }
}

/// One line of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// Columns before the text.
    pub indent: u16,
    /// The text.
    pub text: String,
    /// Its look.
    pub role: Role,
    /// Parts of the text (bytes, ascending) with a look of their own: what a revision changed, what the query matches.
    pub looks: Vec<(Range<usize>, Role)>,
}

/// A line put together of labels and values; in the values, what the query matches is marked.
struct Composed<'q> {
    query: &'q Query,
    text: String,
    looks: Vec<(Range<usize>, Role)>,
}

impl<'q> Composed<'q> {
    const fn new(query: &'q Query) -> Self {
        Self { query, text: String::new(), looks: Vec::new() }
    }

    fn label(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    fn value(mut self, column: &Column, value: &str) -> Self {
        let at = self.text.len();
        let ranges = self.query.marks(column, value).into_iter();
        self.looks.extend(ranges.map(|range| (at + range.start..at + range.end, Role::Match)));
        self.text.push_str(value);
        self
    }
}

/// All lines of a record for a width.
#[must_use]
pub fn lines(record: &Record, all_revisions: bool, page: &Page<'_>) -> Vec<RecordLine> {
    let words = page.words;
    let mut lines = page.news(record);
    let composed = || Composed::new(page.query);
    let mut put = |indent: u16, line: Composed<'_>, role: Role| {
        page.add(&mut lines, indent, (&line.text, role), &line.looks);
    };
    let row = &record.row;
    let mut title = composed().value(&Column::Name, row.display_name().unwrap_or_default());
    if let Some(kana) = row.kana.as_deref().filter(|kana| !kana.is_empty()) {
        title = title.label(" (").value(&Column::Kana, kana).label(")");
    }
    put(0, title, Role::Title);
    let field = |key: &str| composed().label(words.text(key)).label(" ");
    let number = field("record.number").value(&Column::Number, &row.number).label(" (");
    put(0, number.value(&Column::Source, entry::source_label(&row.source)).label(")"), Role::Text);
    let form = field("record.form").value(&Column::Form, &row.form_code).label(" Ver.");
    let form = form.value(&Column::FormVersion, &row.form_version).label(" ");
    put(0, form.value(&Column::FormName, &row.form_name), Role::Text);
    if let Some(at) = row.submitted {
        put(0, field("record.submitted").label(&long(at)), Role::Text);
    }
    put(0, field("record.status").label(row.status.label()), Role::Text);
    if let Some(withdrawal) = &record.withdrawal {
        let text = withdrawn(withdrawal, words);
        put(0, field("record.withdrawal").label(&text), Role::Text);
    }
    if row.reflection != Reflection::Done {
        let theirs = row.source_status.map_or("", crate::domain::status::Status::label);
        let text = words.fill("record.source_status", &[("status", theirs.to_owned())]);
        let role = if row.reflection == Reflection::Check { Role::ReflectCheck } else { Role::ReflectPending };
        put(0, field("record.reflection").label(row.reflection.label()).label(" ").label(&text), role);
    }
    if let Some(ruling) = &record.ruling {
        let title = ruling.draft.as_ref().map_or_else(|| words.text("record.erased"), |draft| draft.title.as_str());
        put(0, field("record.ruling").label(ruling.state.label()).label(" ").label(title), Role::Text);
        if let Some(closed) = &ruling.closed {
            put(2, composed().label(&ruled(closed)), Role::Quiet);
        }
    }
    if let Some(received) = &record.received {
        let on = received.on.map(wareki_day).unwrap_or_default();
        let number = received.number.as_deref().unwrap_or_else(|| words.text("record.erased"));
        let text = field("record.received").label(&on).label(" ");
        put(0, text.value(&Column::ReceivedNumber, number), Role::Text);
    }
    if let Some(found) = &record.finding {
        put(0, field("record.result").label(found.finding.label()), Role::Text);
        for (key, text) in
            [("record.result_reason", &found.stated.reason), ("record.result_basis", &found.stated.basis)]
        {
            if let Some(text) = text {
                put(2, composed().label(&words.fill(key, &[("text", text.clone())])), Role::Quiet);
            }
        }
    }
    if let Some(assignee) = &record.assignee {
        put(0, field("record.assignee").value(&Column::Assignee, assignee), Role::Text);
    }
    if let Some(deadline) = record.row.deadline
        && let Some(text) = super::list::by_form(deadline, words)
    {
        let day = deadline.day.map_or_else(String::new, wareki_day);
        put(0, field("record.deadline").label(&text).label(" ").label(&day), Role::Text);
    }
    if let Some(correction) = &record.correction {
        let told =
            correction.told.map(|told| words.fill("record.told", &[("told", declared(told))])).unwrap_or_default();
        let until = correction.until.map_or_else(|| words.text("correction.no_until").to_owned(), wareki_day);
        put(0, field("record.correction").label(&until).label(&told), Role::Text);
        corrections::told(correction, words, |line, role| put(2, composed().label(&line), role));
    }
    if let Some(due) = record.due {
        put(0, field("record.due").label(&wareki_day(due)), Role::Text);
    }
    if let Some(kept) = record.kept.as_ref().filter(|kept| kept.closed_on.is_some()) {
        let last = kept.last_day().map_or_else(|| words.text("record.kept_for_ever").to_owned(), wareki_day);
        let extended = if kept.extended_until.is_some() { words.text("record.extended") } else { "" };
        let class = kept.classification.as_deref().unwrap_or_default();
        put(0, field("record.kept").label(&last).label(extended).label("  ").label(class), Role::Text);
    }
    if !record.tags.is_empty() {
        put(0, field("record.tags").value(&Column::Tags, &record.tags.join(", ")), Role::Text);
    }
    for (key, column, value) in [
        ("record.individual_number", Column::IndividualNumber, &record.individual_number),
        ("record.mail", Column::Mail, &record.mail),
        ("record.user_id", Column::UserId, &record.user_id),
    ] {
        if let Some(value) = value {
            put(0, field(key).value(&column, value), Role::Text);
        }
    }
    if let Some(line) = record.line {
        let key = match line {
            Line::Internet => "record.line.internet",
            Line::Staff => "record.line.staff",
        };
        put(0, field("record.line.label").label(words.text(key)), Role::Text);
    }
    if let Some(remarks) = record.remarks.as_deref().filter(|text| !text.is_empty()) {
        put(0, composed().label(words.text("record.remarks")), Role::Label);
        put(2, composed().value(&Column::Remarks, remarks), Role::Text);
    }
    for note in &record.notes {
        put(0, composed(), Role::Text);
        put(0, composed().label(&note_head(note, words)), Role::Label);
        let said = note.text.as_deref().unwrap_or_else(|| words.text("record.erased"));
        let role = if note.struck.is_some() { Role::Quiet } else { Role::Text };
        put(2, composed().label(said), role);
        if let Some(struck) = &note.struck {
            let reason = struck.reason.as_deref().unwrap_or_else(|| words.text("record.erased"));
            let by = struck.actor.as_deref().unwrap_or_else(|| words.text("record.unsigned"));
            let at = long(Instant { seconds: struck.at_ms.div_euclid(1000), offset_minutes: 540 });
            let arguments = [("at", at), ("operator", by.to_owned()), ("reason", reason.to_owned())];
            put(2, composed().label(&words.fill("record.struck", &arguments)), Role::Quiet);
        }
    }
    if !record.calls.is_empty() {
        put(0, composed(), Role::Text);
        put(0, composed().label(words.text("phone.calls")), Role::Label);
    }
    for (line, role) in record.calls.iter().flat_map(|call| super::phone::call_lines(call, words)) {
        put(2, composed().label(&line), role);
    }
    put(0, composed(), Role::Text);
    for item in &record.items {
        put(0, composed().label(&item.name), Role::Label);
        match item.value.as_deref() {
            None if item.sealed => put(2, composed().label(words.text("record.sealed")), Role::Quiet),
            None => put(2, composed().label(words.text("record.absent")), Role::Quiet),
            Some("") => put(2, composed().label(words.text("record.empty")), Role::Quiet),
            Some(value) => put(2, composed().value(&Column::Item(item.name.clone()), value), Role::Text),
        }
    }
    put(0, composed(), Role::Text);
    put(0, composed().label(words.text("record.history")), Role::Label);
    for entry in &record.history {
        put(2, composed().label(&happened(entry, words)), Role::Text);
        if let Some(reason) = entry.reason.as_deref().filter(|reason| !reason.is_empty()) {
            let reason = words.fill("record.reason", &[("reason", reason.to_owned())]);
            put(4, composed().label(&reason), Role::Quiet);
        }
    }
    lines.extend(page.earlier(record, all_revisions));
    lines
}

/// For whom a note is, by whom and when; a struck one says so before all.
fn note_head(note: &Note, words: &Messages) -> String {
    let badge = words.fill(&format!("note.{}.badge", note.reader.id()), &[]);
    let at = long(Instant { seconds: note.at_ms.div_euclid(1000), offset_minutes: 540 });
    let by = note.actor.as_deref().unwrap_or_else(|| words.text("record.unsigned"));
    let struck = if note.struck.is_some() { words.text("record.struck_badge") } else { "" };
    format!("{struck}{badge} {at}  {by}")
}

/// How an application was withdrawn: the day, the way, and why.
fn withdrawn(withdrawal: &Withdrawal, words: &Messages) -> String {
    let declared = withdrawal.declared.map(declared);
    let reason = withdrawal.reason.clone().unwrap_or_else(|| words.text("record.erased").to_owned());
    declared.into_iter().chain([reason]).collect::<Vec<_>>().join("  ")
}

/// What closed a 起案: 決裁日, 文書番号, 専決者, or why it was returned.
fn ruled(closed: &RulingClosed) -> String {
    let day = closed.on.map(wareki_day);
    let parts = [&day, &closed.document_number, &closed.decider, &closed.reason];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("  ")
}

/// The day and the way of a 申出.
pub(super) fn declared(declared: Declared) -> String {
    format!("{} {}", wareki_day(declared.day), declared.channel.label())
}

/// What an operation changed of what staff fill for themselves.
fn step(step: &FieldStep, words: &Messages) -> String {
    let nothing = || words.text("fields.nobody").to_owned();
    match step {
        FieldStep::Assignee(from, to) => {
            format!("  {} > {}", from.clone().unwrap_or_else(nothing), to.clone().unwrap_or_else(nothing))
        }
        FieldStep::Due(from, to) | FieldStep::Correction(from, to) | FieldStep::Extension(from, to) => {
            let day = |day: &Option<Day>| day.map_or_else(nothing, |day| day.to_string());
            format!("  {} > {}", day(from), day(to))
        }
        FieldStep::IndividualNumber(from, to) => {
            format!("  {} > {}", from.clone().unwrap_or_else(nothing), to.clone().unwrap_or_else(nothing))
        }
        FieldStep::Ruling(id, state, closed) => {
            let number = closed.as_ref().and_then(|closed| closed.document_number.as_deref()).unwrap_or_default();
            format!("  {id} {} {number}", state.label())
        }
        FieldStep::Received(from, to) => {
            let shown = |received: &Option<Received>| {
                let day = |one: &Received| one.on.map_or_else(String::new, |day| day.to_string());
                let number = |one: &Received| one.number.clone().unwrap_or_default();
                received.as_ref().map_or_else(nothing, |one| format!("{} {}", day(one), number(one)))
            };
            format!("  {} > {}", shown(from), shown(to))
        }
        FieldStep::Result(from, to, basis) => {
            let label = |found: &Option<Finding>| found.map_or_else(nothing, |found| found.label().to_owned());
            let basis = basis.as_ref().map_or_else(String::new, |basis| format!("  {basis}"));
            format!("  {} > {}{basis}", label(from), label(to))
        }
        FieldStep::Reminder(from, to) => corrections::step((*from, *to), words),
        FieldStep::Tag(name, true) => format!("  +{name}"),
        FieldStep::Tag(name, false) => format!("  -{name}"),
    }
}

/// One line of the history.
fn happened(entry: &HistoryEntry, words: &Messages) -> String {
    // The history knows the instant only; offices that this program serves keep Japanese time.
    let at = Instant { seconds: entry.at_ms.div_euclid(1000), offset_minutes: 540 };
    let actor = entry.actor.as_deref().unwrap_or_else(|| words.text("record.unsigned"));
    let title = format!("command.{}.title", entry.command);
    let what = if words.has(&title) { words.text(&title) } else { &entry.command };
    let change = match entry.status {
        Some((Some(from), to)) if from != to => format!("  {} > {}", from.label(), to.label()),
        Some((_, to)) => format!("  {}", to.label()),
        None => String::new(),
    };
    let revision = entry.revision.filter(|number| *number > 1).map_or_else(String::new, |number| {
        format!("  {}", words.fill("record.brought_revision", &[("number", number.to_string())]))
    });
    let theirs = entry.source_status.filter(|_| entry.status.is_none()).map_or_else(String::new, |status| {
        format!("  {}", words.fill("record.source_status", &[("status", status.label().to_owned())]))
    });
    let fields: String = entry.fields.iter().map(|one| step(one, words)).collect();
    let mut asked = entry.declared.map_or_else(String::new, |one| format!("  {}", declared(one)));
    if !entry.blocks.is_empty() {
        asked += &format!("  {}", corrections::blocks(&entry.blocks, words));
    }
    format!("{}  {actor}  {what}{change}{asked}{fields}{revision}{theirs}", long(at))
}

/// Draws an application into an area; tells where the cursor is parked.
pub fn draw(model: &Model, view: RecordView, area: Rect, surface: &mut Surface<'_>) -> Position {
    let RecordView { id, top, all_revisions } = view;
    let Some(record) = model.open.of(id) else {
        let key = if model.open.asked == Some(id) || model.open.resting == Some(id) {
            "record.reading"
        } else {
            "record.gone"
        };
        surface.text(area.x, area.y, area.width, model.words.text(key), Role::Quiet);
        return area.as_position();
    };
    let all = lines(record, all_revisions, &Page::of(model, area.width));
    for (y, line) in (area.top()..area.bottom()).zip(all.iter().skip(top)) {
        let pen = Pen { gaiji: Gaiji::Code, ..surface.theme.pen(line.role) };
        let (mut x, mut at) = (area.x + line.indent, 0);
        let end = (line.text.len()..line.text.len(), line.role);
        for (part, role) in line.looks.iter().chain([&end]) {
            let look = pen.with(pen.style.patch(surface.theme.style(*role)));
            for (text, pen) in [(&line.text[at..part.start], &pen), (&line.text[part.clone()], &look)] {
                x += surface.pen(x, y, area.right().saturating_sub(x), text, pen);
            }
            at = part.end;
        }
    }
    area.as_position()
}
