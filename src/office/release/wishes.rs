//! The parts of what is asked for that have many words of their own: a file, a right, an operator.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::deed::{damaged, day_of, day_text};
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::order::Order;
use crate::domain::query::Query;
use crate::exchange::csv_target::{Audience, CsvOptions, OnUnmappable, TargetEncoding};
use crate::office::desk::Desk;
use crate::office::export::{ExportFormat, ExportRequest, Which, export};
use crate::office::fault::OfficeError;
use crate::office::people::{GrantWish, OperatorWish, Wished};
use crate::office::work::Work;
use crate::store::Segment;

/// A file that leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::office) struct ExportDeed {
    /// `csv` or `xlsx`.
    format: String,
    /// Where to, in full.
    out: String,
    /// The query, where one chose the applications.
    query: Option<String>,
    /// For whom a CSV is: people, else machines.
    people: bool,
    encoding: String,
    excel_text: bool,
    geta: bool,
    columns: Option<Vec<String>>,
    of_view: bool,
    order: String,
}

/// A right that is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::office) struct GrantDeed {
    right: String,
    operator: Option<String>,
    group: Option<String>,
    form: Option<(String, String)>,
    segment: Option<u8>,
    from: Option<String>,
    until: Option<String>,
}

/// An operator as wished for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::office) struct OperatorDeed {
    code: String,
    name: Option<String>,
    department: Option<String>,
    groups: Option<Vec<String>>,
    account: Option<String>,
    until: Option<Option<String>>,
    stands_for: Option<(String, String)>,
    enabled: Option<bool>,
}

impl ExportDeed {
    pub(super) fn of(request: &ExportRequest<'_>) -> Self {
        let (format, options) = match request.format {
            ExportFormat::Csv(options) => ("csv", options),
            ExportFormat::Xlsx => ("xlsx", CsvOptions::usual(TargetEncoding::Utf8)),
        };
        let out = std::path::absolute(request.out).unwrap_or_else(|_| request.out.to_owned());
        Self {
            format: format.to_owned(),
            out: out.display().to_string(),
            query: match request.which {
                Which::Query(_, text) | Which::Within(_, text, _) => Some(text.to_owned()),
                Which::Ids(_) => None,
            },
            people: options.audience == Audience::People,
            encoding: options.encoding.id().to_owned(),
            excel_text: options.excel_text,
            geta: options.on_unmappable == OnUnmappable::Geta,
            columns: request.columns.clone(),
            of_view: request.of_view,
            order: request.order.to_string(),
        }
    }

    /// The query, where one chose the applications.
    pub(super) fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// What is shown of it: kind, place and columns.
    pub(super) fn shown(&self) -> String {
        let columns = self.columns.as_ref().map(|all| format!("  [{}]", all.join(", "))).unwrap_or_default();
        format!("{} {}{columns}", self.format, self.out)
    }

    /// Where to.
    pub(super) fn out(&self) -> &Path {
        Path::new(&self.out)
    }

    /// Writes it, as whoever asked wanted it.
    pub(super) fn write(&self, desk: &mut Desk, ids: &[ApplicationId], work: &mut Work<'_>) -> Result<(), OfficeError> {
        let encoding = TargetEncoding::parse(&self.encoding).ok_or_else(damaged)?;
        let audience = if self.people { Audience::People } else { Audience::Machine };
        let on_unmappable = if self.geta { OnUnmappable::Geta } else { OnUnmappable::Error };
        let format = match self.format.as_str() {
            "xlsx" => ExportFormat::Xlsx,
            _ => ExportFormat::Csv(CsvOptions { audience, encoding, excel_text: self.excel_text, on_unmappable }),
        };
        // The applications are those that were shown, in the order that was asked for; a newcomer is none of them.
        let query = self.query.as_deref().map(|text| desk.query(text)).transpose()?.unwrap_or_else(Query::default);
        let mut among = Marks::default();
        among.extend(ids.iter().copied());
        let which = match &self.query {
            Some(text) => Which::Within(&query, text, &among),
            None => Which::Ids(ids),
        };
        let order = Order::parse(&self.order).ok_or_else(damaged)?;
        let (columns, of_view) = (self.columns.clone(), self.of_view);
        let request = ExportRequest { format, out: self.out(), which, columns, of_view, order };
        let report = export(desk, &request, work)?;
        report.receipt.map(drop).ok_or_else(|| OfficeError::Export {
            file: self.out().to_owned(),
            error: crate::exchange::fault::ExportError::Unmappable(report.unmappable.len() as u64),
        })
    }
}

impl GrantDeed {
    pub(super) fn of(wish: &GrantWish) -> Self {
        let (operator, group) = match &wish.to {
            Wished::Operator(code) => (Some(code.clone()), None),
            Wished::Group(name) => (None, Some(name.clone())),
            Wished::Everybody => (None, None),
        };
        Self {
            right: wish.right.clone(),
            operator,
            group,
            form: wish.form.clone(),
            segment: wish.segment.map(Segment::code),
            from: wish.from.map(day_text),
            until: wish.until.map(day_text),
        }
    }

    pub(super) fn wish(&self) -> Result<GrantWish, OfficeError> {
        let segments = [Segment::Lgwan, Segment::MyNumber];
        Ok(GrantWish {
            right: self.right.clone(),
            to: match (&self.operator, &self.group) {
                (Some(code), _) => Wished::Operator(code.clone()),
                (_, Some(name)) => Wished::Group(name.clone()),
                _ => Wished::Everybody,
            },
            form: self.form.clone(),
            segment: self.segment.and_then(|code| segments.into_iter().find(|one| one.code() == code)),
            from: self.from.as_deref().map(day_of).transpose()?,
            until: self.until.as_deref().map(day_of).transpose()?,
        })
    }
}

impl OperatorDeed {
    pub(super) fn of(wish: &OperatorWish) -> Self {
        Self {
            code: wish.code.clone(),
            name: wish.name.clone(),
            department: wish.department.clone(),
            groups: wish.groups.clone(),
            account: wish.account.clone(),
            until: wish.until.map(|until| until.map(day_text)),
            stands_for: wish.stands_for.clone().map(|(whom, until)| (whom, day_text(until))),
            enabled: wish.enabled,
        }
    }

    pub(super) fn wish(&self) -> Result<OperatorWish, OfficeError> {
        let until = match &self.until {
            None => None,
            Some(until) => Some(until.as_deref().map(day_of).transpose()?),
        };
        let stands_for = match &self.stands_for {
            None => None,
            Some((whom, until)) => Some((whom.clone(), day_of(until)?)),
        };
        Ok(OperatorWish {
            code: self.code.clone(),
            name: self.name.clone(),
            department: self.department.clone(),
            groups: self.groups.clone(),
            account: self.account.clone(),
            until,
            stands_for,
            enabled: self.enabled,
        })
    }
}
