//! The record: the operation log as people read it, and the checks that it and the store hold.

use super::desk::Desk;
use super::fault::OfficeError;
use crate::domain::anchor::Anchor;
use crate::domain::finding::Stated;
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, Group, Write, applications_of};
use crate::domain::people::Act;
use crate::domain::query::{Needs, Query};
use crate::domain::release::Approval;
use crate::domain::ruling::{Closing, Draft, RulingStep};
use crate::store::{CheckProgress, CheckReport, LogLine, Proven, Store};

/// Which part of the log is wanted.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// `QUERY`: only operations that touched a matching application.
    pub query: Option<Query>,
    /// `--operator`.
    pub operator: Option<String>,
    /// `--since`, milliseconds since the Unix epoch.
    pub since_ms: Option<i64>,
    /// `--command`: a command id, or its beginning (`application`).
    pub command: Option<String>,
    /// At most so many, the newest.
    pub limit: Option<u64>,
}

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
    /// How many applications (or rows, for a file) it is about.
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

/// Shows the log, newest first.
///
/// # Errors
/// What the store says.
pub fn log(desk: &Desk, filter: &LogFilter, show: &mut dyn FnMut(LogItem)) -> Result<(), OfficeError> {
    let store = &desk.store;
    let touched =
        filter.query.as_ref().filter(|query| !query.is_empty()).map(|query| touching(store, query)).transpose()?;
    let mut shown = 0;
    let mut failure = None;
    store.visit_log(&mut |line| {
        if filter.since_ms.is_some_and(|since| line.operation.at_ms < since) {
            return true;
        }
        let begins = |wanted: &String| {
            line.operation.command == *wanted || line.operation.command.starts_with(&format!("{wanted}."))
        };
        if !filter.command.as_ref().is_none_or(begins) || touched.as_ref().is_some_and(|ids| !ids.contains(&line.id)) {
            return true;
        }
        match item(store, line) {
            Ok(item) if filter.operator.is_none() || item.operator == filter.operator => {
                show(item);
                shown += 1;
            }
            Ok(_) => {}
            Err(error) => failure = Some(error),
        }
        failure.is_none() && filter.limit.is_none_or(|limit| shown < limit)
    })?;
    failure.map_or(Ok(()), Err)
}

/// The operations in the histories of the applications that match.
fn touching(store: &Store, query: &Query) -> Result<std::collections::HashSet<OperationId>, OfficeError> {
    use std::ops::ControlFlow;
    let mut ids = Vec::new();
    store.scan_unordered(query, Needs::default(), &mut |_| ControlFlow::Continue(()), &mut |candidate| {
        ids.push(candidate.id);
        ControlFlow::Continue(())
    })?;
    let mut touched = std::collections::HashSet::new();
    for part in ids.chunks(256) {
        for entry in store.entries(part)? {
            touched.extend(store.history(&entry)?.into_iter().map(|line| line.operation));
        }
    }
    Ok(touched)
}

fn item(store: &Store, line: LogLine) -> Result<LogItem, OfficeError> {
    let operation = line.operation;
    let (mut undoes, mut known, mut revised) = (None, true, None);
    let count = match &operation.body {
        Body::Epoch { .. } | Body::Anchor { .. } => 0,
        Body::Operator { .. } | Body::Group { .. } | Body::Grant { .. } | Body::Credential { .. } => 1,
        Body::SealingKey { holders, .. } => holders.len() as u64,
        Body::Reveal { .. } => 1,
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
        Body::Note { .. } | Body::Decision { .. } => 1,
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
        count,
        revised,
        undoes,
        hash: line.hash,
        text: readable(&operation.body, line.text),
        known,
    })
}

/// The text of an operation as people read it: that of a 審査結果 is its reason and its basis, that of a 起案 its
/// 件名, and what closed it.
fn readable(body: &Body, text: Option<String>) -> Option<String> {
    let is_finding = |writes: &[Write]| !writes.is_empty() && writes.iter().all(|write| write.group == Group::Result);
    match body {
        Body::Set { writes, .. } if is_finding(writes) => {
            let stated = Stated::of_payload(text.as_deref());
            let said = [stated.reason, stated.basis].into_iter().flatten().collect::<Vec<_>>().join(" / ");
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

/// Checks the whole store.
///
/// # Errors
/// The first bad place, as a damaged store.
pub fn check(desk: &Desk, progress: &mut dyn FnMut(CheckProgress)) -> Result<CheckReport, OfficeError> {
    Ok(desk.store.check(progress)?)
}

/// Verifies the chain of the log alone, and that each anchor is in it.
///
/// # Errors
/// The first bad place, as a damaged store; an anchor that isn't in the log is one.
pub fn verify_log(
    desk: &Desk,
    anchors: &[Anchor],
    progress: &mut dyn FnMut(CheckProgress),
) -> Result<(CheckReport, Option<Proven>), OfficeError> {
    Ok(desk.store.verify_log(anchors, progress)?)
}

/// An anchor, to be kept outside of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchored {
    /// The operation that records it; everything up to it is proven by the anchor.
    pub operation: OperationId,
    /// The anchor.
    pub anchor: Anchor,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
}

/// Makes an anchor: an operation that names the heads of all streams, and the place in the chain that it got.
///
/// # Errors
/// What the store says.
pub fn anchor_log(desk: &mut Desk) -> Result<Anchored, OfficeError> {
    let signed = desk.sign(Act::Anchor)?;
    let (operation, hash) = desk.store.anchor(&signed)?;
    Ok(Anchored { operation, anchor: Anchor::of(operation.n(), &hash), at_ms: signed.at_ms })
}
