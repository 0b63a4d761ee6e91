//! What is asked for, written down so that it can be done later: every action that can wait for a second person. The rows
//! stand as JSON in the payload of a request; their names never change.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::calendar::{Day, parse_day};
use crate::domain::channel::Channel;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::marks::Marks;
use crate::domain::operation::NoteReader;
use crate::domain::order::Order;
use crate::domain::people::Act;
use crate::domain::query::{Listed as _, Query};
use crate::domain::release::Doing;
use crate::domain::status::{Request, Status};
use crate::domain::view::View;
use crate::exchange::csv_target::{Audience, CsvOptions, OnUnmappable, TargetEncoding};
use crate::exchange::staff::StaffRow;
use crate::office::desk::Desk;
use crate::office::export::{ExportFormat, ExportRequest, Which, export};
use crate::office::fault::OfficeError;
use crate::office::fields::{FieldRequest, set_field};
use crate::office::notes::{add_note, strike_note};
use crate::office::people::{
    GrantWish, OperatorWish, Wished, add_grant, add_group, add_operator, disable_operator, remove_group, revoke_grant,
    take_staff,
};
use crate::office::reflection::{Decision, settle};
use crate::office::status::{Target, redo_named, set_status, undo};
use crate::office::view::{BatchOutcome, Declared};
use crate::office::views::{delete_view, save_view};
use crate::office::withdrawal::Grounds;
use crate::office::work::Work;
use crate::store::{Segment, StoreError, ViewBase};

/// An action that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(in crate::office) enum Deed {
    /// 処理状況.
    SetStatus {
        to: String,
        reason: Option<String>,
        /// 申出: its day and way.
        #[serde(default)]
        declared: Option<(String, String)>,
        /// 補正期限.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
    /// 要確認 decided.
    Settle { keep: bool, reason: Option<String> },
    /// 担当; nobody = taken away.
    Assign { operator: Option<String>, reason: Option<String> },
    /// 期限; no day = taken away.
    Due { day: Option<String>, reason: Option<String> },
    /// 札.
    Tag { name: String, kept: bool },
    /// An operation is taken back.
    Undo { operation: u64 },
    /// An undoing is taken back.
    Redo { operation: u64 },
    /// A note.
    Note { for_applicant: bool, text: String },
    /// A note is struck through.
    Strike { note: u64, reason: String },
    /// A file leaves.
    Export(Box<ExportDeed>),
    /// A shared view, as its JSON row.
    SaveView { row: String },
    /// A shared view is taken away.
    DeleteView { name: String },
    /// 担当者グループ.
    AddGroup { name: String },
    /// 担当者グループ.
    RemoveGroup { name: String },
    /// A right is granted.
    AddGrant(Box<GrantDeed>),
    /// A right is revoked.
    RevokeGrant { grant: u64 },
    /// An operator is added or changed.
    AddOperator(Box<OperatorDeed>),
    /// An operator works no more.
    DisableOperator { code: String, from: Option<String> },
    /// 異動.
    ImportOperators { file: String, effective: String, rows: Vec<StaffRow> },
}

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

/// What carrying a deed out answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Did {
    /// The operation that stands for it.
    pub operation: Option<OperationId>,
    /// How many applications a file lacks.
    pub lacking: usize,
    /// What a batch came to.
    pub outcome: Option<BatchOutcome>,
}

impl From<OperationId> for Did {
    fn from(id: OperationId) -> Self {
        Self { operation: Some(id), ..Self::default() }
    }
}

impl From<BatchOutcome> for Did {
    fn from(outcome: BatchOutcome) -> Self {
        Self { operation: outcome.operation, lacking: 0, outcome: Some(outcome) }
    }
}

/// The acts that can wait. The others are refused where they are marked.
pub(in crate::office) const fn can_wait(act: Act) -> bool {
    matches!(
        act,
        Act::SetStatus
            | Act::Adopt
            | Act::Keep
            | Act::Assign
            | Act::Due
            | Act::Tag
            | Act::Undo
            | Act::Redo
            | Act::UndoOthers
            | Act::NoteInternal
            | Act::NoteApplicant
            | Act::NoteStrike
            | Act::Export
            | Act::SaveView
            | Act::DeleteView
            | Act::GroupAdd
            | Act::GroupRemove
            | Act::GrantAdd
            | Act::GrantRevoke
            | Act::OperatorAdd
            | Act::OperatorDisable
            | Act::OperatorImport
    )
}

fn day_text(day: Day) -> String {
    day.to_string()
}

/// A day of a deed. The deed wrote it itself, so a day that can't be read is a damaged store.
fn day_of(text: &str) -> Result<Day, OfficeError> {
    parse_day(text).map(|day| day.value).map_err(|_| damaged())
}

fn damaged() -> OfficeError {
    StoreError::Damaged("request".into()).into()
}

impl Deed {
    /// What is about to be done.
    pub(in crate::office) fn doing(&self) -> Doing {
        let act = match self {
            Self::SetStatus { to, .. } => {
                let force = Request::parse(to) == Some(Request::To(Status::ForceCompleted));
                return Doing { act: Act::SetStatus, force };
            }
            Self::Settle { keep, .. } => {
                if *keep {
                    Act::Keep
                } else {
                    Act::Adopt
                }
            }
            Self::Assign { .. } => Act::Assign,
            Self::Due { .. } => Act::Due,
            Self::Tag { .. } => Act::Tag,
            Self::Undo { .. } => Act::Undo,
            Self::Redo { .. } => Act::Redo,
            Self::Note { for_applicant, .. } => {
                if *for_applicant {
                    Act::NoteApplicant
                } else {
                    Act::NoteInternal
                }
            }
            Self::Strike { .. } => Act::NoteStrike,
            Self::Export(_) => Act::Export,
            Self::SaveView { .. } => Act::SaveView,
            Self::DeleteView { .. } => Act::DeleteView,
            Self::AddGroup { .. } => Act::GroupAdd,
            Self::RemoveGroup { .. } => Act::GroupRemove,
            Self::AddGrant(_) => Act::GrantAdd,
            Self::RevokeGrant { .. } => Act::GrantRevoke,
            Self::AddOperator(_) => Act::OperatorAdd,
            Self::DisableOperator { .. } => Act::OperatorDisable,
            Self::ImportOperators { .. } => Act::OperatorImport,
        };
        Doing::plain(act)
    }

    /// A change of 処理状況.
    pub(in crate::office) fn set_status(request: Request, grounds: &Grounds<'_>) -> Self {
        let to = match request {
            Request::Accept => "accept",
            Request::To(status) => status.id(),
        };
        let declared = grounds.declared.map(|Declared { day, channel }| (day_text(day), channel.id().to_owned()));
        let (reason, until) = (grounds.reason.map(str::to_owned), grounds.until.map(day_text));
        Self::SetStatus { to: to.to_owned(), reason, declared, until }
    }

    /// 担当, 期限 or a 札. Handing out 個別番号 can't wait: who gets which number depends on the order of the moment.
    pub(in crate::office) fn field(request: &FieldRequest, reason: Option<&str>) -> Option<Self> {
        let reason = reason.map(str::to_owned);
        Some(match request {
            FieldRequest::Assign(operator) => Self::Assign { operator: operator.clone(), reason },
            FieldRequest::Due(day) => Self::Due { day: day.map(day_text), reason },
            FieldRequest::Tag { name, kept } => Self::Tag { name: name.clone(), kept: *kept },
            FieldRequest::Number(_) => return None,
        })
    }

    /// A file.
    pub(in crate::office) fn export(request: &ExportRequest<'_>) -> Self {
        let (format, options) = match request.format {
            ExportFormat::Csv(options) => ("csv", options),
            ExportFormat::Xlsx => ("xlsx", CsvOptions::usual(TargetEncoding::Utf8)),
        };
        let out = std::path::absolute(request.out).unwrap_or_else(|_| request.out.to_owned());
        Self::Export(Box::new(ExportDeed {
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
        }))
    }

    /// A grant.
    pub(in crate::office) fn grant(wish: &GrantWish) -> Self {
        let (operator, group) = match &wish.to {
            Wished::Operator(code) => (Some(code.clone()), None),
            Wished::Group(name) => (None, Some(name.clone())),
            Wished::Everybody => (None, None),
        };
        Self::AddGrant(Box::new(GrantDeed {
            right: wish.right.clone(),
            operator,
            group,
            form: wish.form.clone(),
            segment: wish.segment.map(Segment::code),
            from: wish.from.map(day_text),
            until: wish.until.map(day_text),
        }))
    }

    /// An operator.
    pub(in crate::office) fn operator(wish: &OperatorWish) -> Self {
        Self::AddOperator(Box::new(OperatorDeed {
            code: wish.code.clone(),
            name: wish.name.clone(),
            department: wish.department.clone(),
            groups: wish.groups.clone(),
            account: wish.account.clone(),
            until: wish.until.map(|until| until.map(day_text)),
            stands_for: wish.stands_for.clone().map(|(whom, until)| (whom, day_text(until))),
            enabled: wish.enabled,
        }))
    }

    /// Carries it out. `desk` works for whoever asked (see `Desk::works_for`).
    pub(super) fn carry_out(
        &self,
        desk: &mut Desk,
        ids: &[ApplicationId],
        work: &mut Work<'_>,
    ) -> Result<Did, OfficeError> {
        let target = || Target::Ids(ids.to_vec());
        let one = || ids.first().copied().ok_or_else(damaged);
        let id = |number: u64| OperationId::from_u64(number);
        Ok(match self {
            Self::SetStatus { to, reason, declared, until } => {
                let request = Request::parse(to).ok_or_else(damaged)?;
                let declared = declared.as_ref().map(|(day, channel)| {
                    let channel = Channel::parse(channel).ok_or_else(damaged)?;
                    Ok::<_, OfficeError>(Declared { day: day_of(day)?, channel })
                });
                let until = until.as_deref().map(day_of).transpose()?;
                let grounds = Grounds { reason: reason.as_deref(), declared: declared.transpose()?, until };
                set_status(desk, request, &target(), grounds, false)?.into()
            }
            Self::Settle { keep, reason } => {
                let decision = if *keep { Decision::Keep } else { Decision::Adopt };
                settle(desk, decision, &target(), reason.as_deref(), false)?.into()
            }
            Self::Assign { operator, reason } => {
                let request = FieldRequest::Assign(operator.clone());
                set_field(desk, &request, &target(), reason.as_deref(), false)?.into()
            }
            Self::Due { day, reason } => {
                let request = FieldRequest::Due(day.as_deref().map(day_of).transpose()?);
                set_field(desk, &request, &target(), reason.as_deref(), false)?.into()
            }
            Self::Tag { name, kept } => {
                let request = FieldRequest::Tag { name: name.clone(), kept: *kept };
                set_field(desk, &request, &target(), None, false)?.into()
            }
            Self::Undo { operation } => undo(desk, Some(id(*operation)))?.into(),
            Self::Redo { operation } => redo_named(desk, id(*operation))?.into(),
            Self::Note { for_applicant, text } => {
                let reader = if *for_applicant { NoteReader::Applicant } else { NoteReader::Staff };
                add_note(desk, one()?, reader, text)?.into()
            }
            Self::Strike { note, reason } => strike_note(desk, one()?, id(*note), reason)?.into(),
            Self::Export(deed) => deed.carry_out(desk, ids, work)?,
            Self::SaveView { row } => {
                let row = serde_json::from_str(row).map_err(|_| damaged())?;
                let view = View::of_row(&row).ok_or_else(damaged)?;
                Did { operation: save_view(desk, &view, false, ViewBase::Any)?.operation, ..Did::default() }
            }
            Self::DeleteView { name } => {
                Did { operation: delete_view(desk, &[], name, false, ViewBase::Any)?.operation, ..Did::default() }
            }
            Self::AddGroup { name } => add_group(desk, name)?.into(),
            Self::RemoveGroup { name } => remove_group(desk, name)?.into(),
            Self::AddGrant(deed) => add_grant(desk, &deed.wish()?)?.0.into(),
            Self::RevokeGrant { grant } => revoke_grant(desk, id(*grant))?.into(),
            Self::AddOperator(deed) => add_operator(desk, &deed.wish()?)?.0.into(),
            Self::DisableOperator { code, from } => {
                disable_operator(desk, code, from.as_deref().map(day_of).transpose()?)?.into()
            }
            Self::ImportOperators { file, effective, rows } => {
                let report = take_staff(desk, Path::new(file), rows, day_of(effective)?)?;
                Did { operation: report.operation, ..Did::default() }
            }
        })
    }
}

impl ExportDeed {
    /// What is shown of it: kind, place and columns.
    pub(super) fn shown(&self) -> String {
        let columns = self.columns.as_ref().map(|all| format!("  [{}]", all.join(", "))).unwrap_or_default();
        format!("{} {}{columns}", self.format, self.out)
    }

    /// Where to.
    pub(super) fn out(&self) -> &Path {
        Path::new(&self.out)
    }

    fn carry_out(&self, desk: &mut Desk, ids: &[ApplicationId], work: &mut Work<'_>) -> Result<Did, OfficeError> {
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
        let receipt = report.receipt.ok_or_else(|| OfficeError::Export {
            file: self.out().to_owned(),
            error: crate::exchange::fault::ExportError::Unmappable(report.unmappable.len() as u64),
        })?;
        Ok(Did {
            operation: Some(receipt.operation),
            lacking: ids.len().saturating_sub(receipt.count as usize),
            outcome: None,
        })
    }
}

impl GrantDeed {
    fn wish(&self) -> Result<GrantWish, OfficeError> {
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
    fn wish(&self) -> Result<OperatorWish, OfficeError> {
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
