//! One operation as a line of the log.

use crate::domain::finding::Stated;
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, Group, Write, applications_of};
use crate::domain::phone::Spoken;
use crate::domain::release::Approval;
use crate::domain::ruling::{Closing, Draft, RulingStep};
use crate::office::fault::OfficeError;
use crate::store::{LogLine, Store, StoreError};

/// One line of the log for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogItem {
    /// The operation.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub operator: Option<String>,
    /// The command id.
    pub command: String,
    /// The word of its kind; `unknown` where a later version brought it.
    pub kind: &'static str,
    /// How many applications (or rows, for a file; lines, for a look at the log) it is about.
    pub count: u64,
    /// How many applications an import brought a new revision of; `None` for anything else.
    pub revised: Option<u64>,
    /// The operation that it undoes.
    pub undoes: Option<OperationId>,
    /// Its place in the chain.
    pub hash: [u8; 32],
    /// The reason or the query, unless it was erased. May hold a person's name.
    pub text: Option<String>,
    /// Whether this version knows its kind.
    pub known: bool,
    /// The second person, where there was to be one.
    pub second: Option<Second>,
}

/// What an operation says of its second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Second {
    /// 単独: nobody else could have approved it.
    Alone,
    /// Who approved it, by code, and the request.
    Approved(Option<String>, OperationId),
}

/// Makes something of each of these lines, in this order; the first that fails ends it.
pub(super) fn each<E: From<StoreError>>(
    store: &Store,
    ids: &[OperationId],
    take: &mut dyn FnMut(LogLine) -> Result<(), E>,
) -> Result<(), E> {
    let mut failed = Ok(());
    store.log_lines(ids, &mut |line| {
        failed = take(line);
        failed.is_ok()
    })?;
    failed
}

/// A line of the log for people.
pub(super) fn item(store: &Store, line: LogLine) -> Result<LogItem, OfficeError> {
    let operation = line.operation;
    let (mut undoes, mut known, mut revised) = (None, true, None);
    let count = match &operation.body {
        Body::Epoch { .. } | Body::Anchor { .. } => 0,
        Body::Operator { .. } | Body::Group { .. } | Body::Grant { .. } | Body::Credential { .. } => 1,
        Body::SealingKey { holders, .. } => holders.len() as u64,
        Body::Reveal { .. } | Body::Compared(_) => 1,
        Body::Distinct(one) => one.members.len() as u64,
        Body::LogView(view) => view.count.unwrap_or(0),
        Body::WrongTries { count, .. } => u64::from(*count),
        Body::Transfer { moved, .. } => moved.len() as u64,
        Body::Calendar { days, .. } => days.len() as u64,
        Body::Import(import) => {
            revised = Some(import.revised.len() as u64);
            import.counts.read
        }
        Body::Set { writes, .. } => applications_of(writes),
        Body::Ruling { writes, step, subject, .. } => match (step, subject) {
            (RulingStep::Submitted, _) => writes.iter().map(|write| write.targets.len() as u64).sum(),
            (_, Some(ruling)) => store.ruling_targets(*ruling)?.len() as u64,
            (_, None) => 0,
        },
        Body::Undo { undoes: id, refused } => {
            undoes = Some(*id);
            let of = store.undo_targets(*id)?;
            of.saturating_sub(refused.len() as u64)
        }
        Body::Export(export) => export.count,
        Body::RejectedClear { imports } => imports.len() as u64,
        Body::View { .. } | Body::Discard { .. } => 1,
        Body::ReflectList { targets, .. } => targets.len() as u64,
        Body::Tag { targets, undoes: id, .. } => {
            undoes = *id;
            targets.len() as u64
        }
        Body::Note { .. } | Body::Decision { .. } | Body::Call(_) => 1,
        Body::Opened(opened) => opened.targets.len() as u64,
        Body::Request { targets, .. } | Body::Erase { targets, .. } => targets.len() as u64,
        Body::EraseDone { .. } => 1,
        Body::Unknown { .. } => {
            known = false;
            0
        }
    };
    let operator = match operation.actor {
        Some(id) => store.operator_code(id)?,
        None => None,
    };
    let second = match store.approval_in(operation.approval.as_deref())? {
        None => None,
        Some(Approval::Alone) => Some(Second::Alone),
        Some(Approval::By { approver, request, .. }) => Some(Second::Approved(store.operator_code(approver)?, request)),
    };
    Ok(LogItem {
        second,
        operation: line.id,
        at_ms: operation.at_ms,
        operator,
        command: operation.command,
        kind: operation.body.kind_word(),
        count,
        revised,
        undoes,
        hash: line.hash,
        text: readable(&operation.body, line.text),
        known,
    })
}

/// The text of an operation as people read it: that of a 審査結果 is its reason and its basis, that of a 応対記録 what was
/// said and the 折返し先, that of a 起案 its 件名, and what closed it.
fn readable(body: &Body, text: Option<String>) -> Option<String> {
    let is_finding = |writes: &[Write]| !writes.is_empty() && writes.iter().all(|write| write.group == Group::Result);
    match body {
        Body::Set { writes, .. } if is_finding(writes) => {
            let stated = Stated::of_payload(text.as_deref());
            let said = [stated.reason, stated.basis].into_iter().flatten().collect::<Vec<_>>().join(" / ");
            Some(said).filter(|said| !said.is_empty())
        }
        Body::Call(_) => {
            let Spoken { text, callback } = Spoken::of_payload(text.as_deref());
            let said = [text, callback].into_iter().flatten().collect::<Vec<_>>().join(" / ");
            Some(said).filter(|said| !said.is_empty())
        }
        Body::Ruling { step: RulingStep::Submitted, .. } => Draft::of_payload(text.as_deref()).map(|draft| draft.title),
        Body::Ruling { .. } => {
            let Closing { document_number, decider, reason } = Closing::of_payload(text.as_deref());
            let said = [document_number, decider, reason].into_iter().flatten().collect::<Vec<_>>().join(" / ");
            Some(said).filter(|said| !said.is_empty())
        }
        _ => text,
    }
}
