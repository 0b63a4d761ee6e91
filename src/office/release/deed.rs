//! What is asked for, written down so that it can be done later: every action that can wait for a second person. The rows
//! stand as JSON in the payload of a request; their names never change.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::wishes::{ExportDeed, GrantDeed, OperatorDeed};
use crate::domain::calendar::{Day, parse_day};
use crate::domain::channel::Channel;
use crate::domain::finding::Finding;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::NoteReader;
use crate::domain::people::Act;
use crate::domain::query::Listed as _;
use crate::domain::release::Doing;
use crate::domain::status::{Request, Status};
use crate::domain::view::View;
use crate::exchange::staff::StaffRow;
use crate::office::desk::Desk;
use crate::office::export::ExportRequest;
use crate::office::fault::OfficeError;
use crate::office::field_request::FieldRequest;
use crate::office::fields::set_field;
use crate::office::notes::{add_note, strike_note};
use crate::office::outgoing::{Ready, enter};
use crate::office::people::{
    GrantWish, OperatorWish, add_grant, add_group, add_operator, disable_operator, remove_group, revoke_grant,
    take_staff,
};
use crate::office::reflection::{Decision, settle};
use crate::office::retention::{Disposal, dispose_of};
use crate::office::status::{Target, redo_named, set_status, undo};
use crate::office::view::{BatchOutcome, Declared};
use crate::office::views::{delete_view, save_view};
use crate::office::withdrawal::Grounds;
use crate::office::work::Work;
use crate::store::{StoreError, ViewBase};

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
        /// 補正文の部品.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        blocks: Vec<u32>,
    },
    /// 要確認 decided.
    Settle { keep: bool, reason: Option<String> },
    /// 担当; nobody = taken away.
    Assign { operator: Option<String>, reason: Option<String> },
    /// 期限; no day = taken away.
    Due { day: Option<String>, reason: Option<String> },
    /// 札.
    Tag { name: String, kept: bool },
    /// 審査結果; nothing = taken away.
    Result { to: Option<String>, basis: Option<String>, reason: Option<String> },
    /// 延長; no day = as the form says.
    Extend { day: Option<String>, reason: Option<String> },
    /// 廃棄.
    Dispose { document_number: String, early: bool, reason: Option<String> },
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
#[must_use]
pub const fn can_wait(act: Act) -> bool {
    matches!(
        act,
        Act::SetStatus
            | Act::Adopt
            | Act::Keep
            | Act::Assign
            | Act::Due
            | Act::Tag
            | Act::Result
            | Act::PurgeExtend
            | Act::PurgeDispose
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

pub(super) fn day_text(day: Day) -> String {
    day.to_string()
}

/// A day of a deed. The deed wrote it itself, so a day that can't be read is a damaged store.
pub(super) fn day_of(text: &str) -> Result<Day, OfficeError> {
    parse_day(text).map(|day| day.value).map_err(|_| damaged())
}

pub(super) fn damaged() -> OfficeError {
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
            Self::Result { .. } => Act::Result,
            Self::Extend { .. } => Act::PurgeExtend,
            Self::Dispose { .. } => Act::PurgeDispose,
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

    /// On what grounds, each with its word.
    pub(super) fn grounds(&self) -> Vec<(&'static str, String)> {
        let basis = match self {
            Self::Result { basis, .. } => basis.clone(),
            _ => None,
        };
        let (reason, declared, query) = match self {
            Self::SetStatus { reason, declared, .. } => (reason.clone(), declared.clone(), None),
            Self::Settle { reason, .. }
            | Self::Assign { reason, .. }
            | Self::Due { reason, .. }
            | Self::Extend { reason, .. }
            | Self::Dispose { reason, .. }
            | Self::Result { reason, .. } => (reason.clone(), None, None),
            Self::Export(deed) => (None, None, deed.query().map(str::to_owned)),
            _ => (None, None, None),
        };
        let way = |word: String| Channel::parse(&word).map_or(word, |channel| channel.label().to_owned());
        let declared = declared.map(|(day, channel)| format!("{day} {}", way(channel)));
        let document = match self {
            Self::Dispose { document_number, .. } => Some(document_number.clone()),
            _ => None,
        };
        let grounds = [
            ("declared", declared),
            ("document_number", document),
            ("reason", reason),
            ("basis", basis),
            ("query", query),
        ];
        grounds.into_iter().filter_map(|(word, value)| Some((word, value?))).collect()
    }

    /// A change of 処理状況.
    pub(in crate::office) fn set_status(request: Request, grounds: &Grounds<'_>) -> Self {
        let to = match request {
            Request::Accept => "accept",
            Request::To(status) => status.id(),
        };
        let declared = grounds.declared.map(|Declared { day, channel }| (day_text(day), channel.id().to_owned()));
        let (reason, until) = (grounds.reason.map(str::to_owned), grounds.until.map(day_text));
        Self::SetStatus { to: to.to_owned(), reason, declared, until, blocks: grounds.blocks.to_vec() }
    }

    /// 担当, 期限 or a 札. Handing out 個別番号 and 収受番号 can't wait: who gets which number depends on the order of the
    /// moment; nor can 決裁, which is decided elsewhere, and a reminder that has
    /// gone out.
    pub(in crate::office) fn field(request: &FieldRequest, reason: Option<&str>) -> Option<Self> {
        let reason = reason.map(str::to_owned);
        Some(match request {
            FieldRequest::Assign(operator) => Self::Assign { operator: operator.clone(), reason },
            FieldRequest::Due(day) => Self::Due { day: day.map(day_text), reason },
            FieldRequest::Tag { name, kept } => Self::Tag { name: name.clone(), kept: *kept },
            FieldRequest::Result { to, basis } => {
                Self::Result { to: to.map(|one| one.id().to_owned()), basis: basis.clone(), reason }
            }
            FieldRequest::Extend(day) => Self::Extend { day: day.map(day_text), reason },
            FieldRequest::Dispose(disposal) => Self::dispose(disposal, reason.as_deref()),
            FieldRequest::Number(_)
            | FieldRequest::Receive { .. }
            | FieldRequest::Submit(_)
            | FieldRequest::Settle(_)
            | FieldRequest::Return
            | FieldRequest::Remind(_) => return None,
        })
    }

    /// 廃棄.
    pub(in crate::office) fn dispose(disposal: &Disposal, reason: Option<&str>) -> Self {
        let Disposal { document_number, early } = disposal.clone();
        Self::Dispose { document_number, early, reason: reason.map(str::to_owned) }
    }

    /// A file.
    pub(in crate::office) fn export(request: &ExportRequest<'_>) -> Self {
        Self::Export(Box::new(ExportDeed::of(request)))
    }

    /// A grant.
    pub(in crate::office) fn grant(wish: &GrantWish) -> Self {
        Self::AddGrant(Box::new(GrantDeed::of(wish)))
    }

    /// An operator.
    pub(in crate::office) fn operator(wish: &OperatorWish) -> Self {
        Self::AddOperator(Box::new(OperatorDeed::of(wish)))
    }

    /// Writes the files that leave, if any do, without recording them: that may take minutes, which no transaction should.
    pub(super) fn prepare(
        &self,
        desk: &mut Desk,
        ids: &[ApplicationId],
        work: &mut Work<'_>,
    ) -> Result<Vec<Ready>, OfficeError> {
        let Self::Export(deed) = self else { return Ok(Vec::new()) };
        let (done, files) = desk.prepare(|desk| deed.write(desk, ids, work));
        done.map(|()| files)
    }

    /// Carries it out. `desk` works for whoever asked (see `Desk::work_for`); files that leave are ready.
    pub(super) fn carry_out(
        &self,
        desk: &mut Desk,
        ids: &[ApplicationId],
        files: Vec<Ready>,
    ) -> Result<Did, OfficeError> {
        let target = || Target::Ids(ids.to_vec());
        let one = || ids.first().copied().ok_or_else(damaged);
        let id = |number: u64| OperationId::from_u64(number);
        Ok(match self {
            Self::SetStatus { to, reason, declared, until, blocks } => {
                let request = Request::parse(to).ok_or_else(damaged)?;
                let declared = declared.as_ref().map(|(day, channel)| {
                    let channel = Channel::parse(channel).ok_or_else(damaged)?;
                    Ok::<_, OfficeError>(Declared { day: day_of(day)?, channel })
                });
                let until = until.as_deref().map(day_of).transpose()?;
                let grounds = Grounds { reason: reason.as_deref(), declared: declared.transpose()?, until, blocks };
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
            Self::Result { to, basis, reason } => {
                let to = to.as_deref().map(|word| Finding::parse(word).ok_or_else(damaged)).transpose()?;
                let request = FieldRequest::Result { to, basis: basis.clone() };
                set_field(desk, &request, &target(), reason.as_deref(), false)?.into()
            }
            Self::Extend { day, reason } => {
                let request = FieldRequest::Extend(day.as_deref().map(day_of).transpose()?);
                set_field(desk, &request, &target(), reason.as_deref(), false)?.into()
            }
            Self::Dispose { document_number, early, reason } => {
                let disposal = Disposal { document_number: document_number.clone(), early: *early };
                dispose_of(desk, &disposal, &target(), reason.as_deref())?.into()
            }
            Self::Undo { operation } => undo(desk, Some(id(*operation)))?.into(),
            Self::Redo { operation } => redo_named(desk, id(*operation))?.into(),
            Self::Note { for_applicant, text } => {
                let reader = if *for_applicant { NoteReader::Applicant } else { NoteReader::Staff };
                add_note(desk, one()?, reader, text)?.into()
            }
            Self::Strike { note, reason } => strike_note(desk, one()?, id(*note), reason)?.into(),
            Self::Export(_) => {
                let receipts = files.into_iter().map(|file| enter(desk, file)).collect::<Result<Vec<_>, _>>()?;
                // What stands beside the file itself (a list of what was replaced) comes behind it.
                let first = receipts.first().ok_or_else(damaged)?;
                let lacking = ids.len().saturating_sub(first.count as usize);
                Did { operation: Some(first.operation), lacking, outcome: None }
            }
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
