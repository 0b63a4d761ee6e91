//! What the backend in memory has beside people: a record as a query and as a list see it, and some views.

use super::TODAY;
use super::people::FORMS;
use crate::domain::application::{Instant, Line};
use crate::domain::column::Column;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::query::{Feature, Query, Scratch, Subject};
use crate::domain::reflection::Reflection;
use crate::domain::status::Status;
use crate::domain::view::View;
use crate::office::view::{Record, Row};
use crate::office::{FormFacts, KnownView, ViewKind};
use crate::tui::message::{Sort, SortField};

/// A record as a query sees it.
pub(super) struct Seen<'a>(pub &'a Record);

impl Subject for Seen<'_> {
    fn source(&self) -> &str {
        &self.0.row.source
    }
    fn number(&self) -> &str {
        &self.0.row.number
    }
    fn name(&self) -> Option<&str> {
        self.0.row.name.as_deref()
    }
    fn kana(&self) -> Option<&str> {
        self.0.row.kana.as_deref()
    }
    fn mail(&self) -> Option<&str> {
        self.0.mail.as_deref()
    }
    fn remarks(&self) -> Option<&str> {
        self.0.remarks.as_deref()
    }
    fn form_code(&self) -> &str {
        &self.0.row.form_code
    }
    fn form_version(&self) -> &str {
        &self.0.row.form_version
    }
    fn form_name(&self) -> &str {
        &self.0.row.form_name
    }
    fn submitted(&self) -> Option<Instant> {
        self.0.row.submitted
    }
    fn updated(&self) -> Option<Instant> {
        None
    }
    fn status(&self) -> Status {
        self.0.row.status
    }
    fn source_status(&self) -> Option<Status> {
        self.0.row.source_status
    }
    fn reflection(&self) -> Reflection {
        self.0.row.reflection
    }
    fn line(&self) -> Option<Line> {
        self.0.line
    }
    fn items(&self, visit: &mut dyn FnMut(&str, &str)) {
        for item in &self.0.items {
            visit(&item.name, item.value.as_deref().unwrap_or_default());
        }
    }
    fn has(&self, _feature: Feature) -> bool {
        false
    }
}

/// Those that match, in order.
pub(super) fn listed(records: &[Record], query: &str, sort: Sort) -> Vec<ApplicationId> {
    let Ok(query) = Query::parse_typing(query, &TODAY) else { return Vec::new() };
    let mut scratch = Scratch::default();
    let mut matches = |record: &&Record| query.matches(&Seen(record), &mut scratch);
    let mut found: Vec<&Row> = records.iter().filter(|record| matches(record)).map(|record| &record.row).collect();
    match sort.field {
        SortField::Submitted | SortField::Updated => found.sort_by_key(|row| row.submitted.map_or(0, |at| at.seconds)),
        SortField::Number => found.sort_by(|a, b| a.number.cmp(&b.number)),
        SortField::Name => found.sort_by(|a, b| a.name.cmp(&b.name)),
        SortField::Kana => found.sort_by(|a, b| a.kana.cmp(&b.kana)),
        SortField::Form => found.sort_by(|a, b| a.form_code.cmp(&b.form_code)),
        SortField::Status => found.sort_by_key(|row| row.status),
        SortField::SourceStatus => found.sort_by_key(|row| row.source_status),
        // Rows of these people don't know them; what they are sorted by is told by tests of the store.
        SortField::Assignee | SortField::Due | SortField::Deadline => {}
    }
    if sort.descending {
        found.reverse();
    }
    found.into_iter().map(|row| row.id).collect()
}

/// The forms of those that match.
pub(super) fn forms(records: &[Record], query: &str) -> Vec<FormFacts> {
    let ids = listed(records, query, Sort::default());
    let of = |(code, name): (&str, &str)| {
        let count = records.iter().filter(|r| r.row.form_code == code && ids.contains(&r.row.id)).count() as u64;
        let items = records.first().map_or_else(Vec::new, |r| r.items.iter().map(|i| i.name.clone()).collect());
        FormFacts { code: code.to_owned(), name: name.to_owned(), count, items }
    };
    FORMS.into_iter().map(of).filter(|form| form.count > 0).collect()
}

/// A row with the cells of some columns.
pub(super) fn row(record: &Record, columns: &[Column]) -> Row {
    let cell = |column: &Column| match column {
        Column::Mail => record.mail.clone(),
        Column::Remarks => record.remarks.clone(),
        Column::Assignee => record.assignee.clone(),
        Column::Due => record.due.map(|day| day.to_string()),
        Column::Tags => Some(record.tags.join(", ")).filter(|tags| !tags.is_empty()),
        Column::IndividualNumber => record.individual_number.clone(),
        Column::Ruling => record.ruling.as_ref().map(|one| one.state.label().to_owned()),
        Column::ReceivedOn => record.received.as_ref().and_then(|one| one.on).map(|day| day.to_string()),
        Column::ReceivedNumber => record.received.as_ref().and_then(|one| one.number.clone()),
        Column::Result => record.finding.as_ref().map(|one| one.finding.label().to_owned()),
        Column::Item(name) => record.items.iter().find(|item| item.name == *name).and_then(|item| item.value.clone()),
        _ => None,
    };
    let cells = columns.iter().filter_map(|column| Some((column.clone(), cell(column)?))).collect();
    Row { cells, ..record.row.clone() }
}

fn known(name: &str, query: &str, kind: ViewKind) -> KnownView {
    let view = View { name: name.to_owned(), query: query.to_owned(), ..View::default() };
    let version = (kind == ViewKind::Shared).then(|| OperationId::new(0, 7));
    KnownView { view, kind, version, also: None }
}

/// A shipped one, a shared one with an order and columns, a private one, and one of a later version.
pub(super) fn views() -> Vec<KnownView> {
    let mut shared = known("朝の分", "山形|紅花", ViewKind::Shared);
    shared.view.sort = "number".to_owned();
    shared.view.columns = ["number", "kana", "item.■ 利用日時", "status"].map(str::to_owned).to_vec();
    let later = known("新しい版のビュー", "天気:晴", ViewKind::Shared);
    vec![
        known("未着手", "status:unprocessed", ViewKind::Shipped),
        shared,
        later,
        known("私の分", "最上", ViewKind::Private),
    ]
}
