//! 反映待ち as work: what is to be entered into the source system, in groups by the status that it is to get, each in
//! the order in which the source lists it, in blocks that a person can tick off; and the 反映用一覧, the same as a file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::desk::Desk;
use super::export::{Refusal, UnmappableCharacter, submitted_text};
use super::fault::OfficeError;
use super::outgoing::{Receipt, leave};
use super::replaced::list_replaced;
use super::work::Work;
use crate::domain::identity::ApplicationId;
use crate::domain::operation::Body;
use crate::domain::people::Act;
use crate::domain::query::Query;
use crate::domain::reflection::Reflection;
use crate::domain::status::Status;
use crate::exchange::cell::Cell;
use crate::exchange::csv_target::{Audience, CsvOptions, CsvTarget, OnUnmappable, TargetEncoding};
use crate::exchange::fault::ExportError;
use crate::exchange::sekisho::REFLECT_COLUMNS;
use crate::store::{Entry, Store};

/// How many applications a block has at most: as many as a page of the source's list.
pub const BLOCK: usize = 100;

const ACT: Act = Act::ReflectExport;

/// Applications that stand together in the source's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflectBlock {
    /// 取得元; a block never goes across two.
    pub source: Arc<str>,
    /// The applications, newest 申込日時 first, then by 整理番号.
    pub ids: Vec<ApplicationId>,
}

/// All applications that are to get one status in the source system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflectGroup {
    /// The status that they are to get: ours.
    pub status: Status,
    /// One source after another.
    pub blocks: Vec<ReflectBlock>,
}

impl ReflectGroup {
    /// How many applications it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.blocks.iter().map(|block| block.ids.len() as u64).sum()
    }
}

/// What a group of a written list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReflectCount {
    /// The status that they are to get.
    pub status: Status,
    /// How many applications.
    pub count: u64,
    /// In how many blocks.
    pub blocks: u64,
}

/// Which 反映用一覧 is wanted.
#[derive(Debug, Clone)]
pub struct ReflectRequest<'a> {
    /// Where to.
    pub out: &'a Path,
    /// Which of those that are 反映待ち, with its text for the log.
    pub which: (&'a Query, &'a str),
    /// In which encoding.
    pub encoding: TargetEncoding,
    /// What to do with characters that the encoding doesn't have.
    pub on_unmappable: OnUnmappable,
    /// Codes as `="0549…"`.
    pub excel_text: bool,
}

impl<'a> ReflectRequest<'a> {
    /// The usual list: as spreadsheets read it.
    #[must_use]
    pub const fn usual(out: &'a Path, query: &'a Query) -> Self {
        Self {
            out,
            which: (query, ""),
            encoding: TargetEncoding::Utf8Bom,
            on_unmappable: OnUnmappable::Error,
            excel_text: false,
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Default)]
pub struct ReflectReport {
    /// The record of the file; `None` where it would have held characters that its encoding can't give back.
    pub receipt: Option<Receipt>,
    /// The groups, in their order.
    pub groups: Vec<ReflectCount>,
    /// Characters that the encoding can't give back.
    pub unmappable: Vec<UnmappableCharacter>,
    /// The list of what was replaced by 〓.
    pub replaced: Option<PathBuf>,
}

/// What is 反映待ち and matches, in groups by target status.
///
/// # Errors
/// What the store says.
pub fn reflect_groups(store: &Store, query: &Query) -> Result<Vec<ReflectGroup>, OfficeError> {
    store.at_one_moment(|store| {
        let mut pending = Vec::new();
        store.visit_differing(&mut |differing| {
            if differing.reflection() == Reflection::Pending {
                pending.push((differing.id, differing.books.ours.0, differing.source));
            }
            Ok(())
        })?;
        if !query.is_empty() {
            let ids: Vec<ApplicationId> = pending.iter().map(|(id, _, _)| *id).collect();
            let mut matching = store.matching(query, &ids)?.into_iter().peekable();
            pending.retain(|(id, _, _)| matching.next_if_eq(id).is_some());
        }
        Ok(grouped(pending))
    })
}

/// Applications in the source's order, put into groups and blocks.
pub(super) fn grouped(pending: impl IntoIterator<Item = (ApplicationId, Status, Arc<str>)>) -> Vec<ReflectGroup> {
    let mut groups: BTreeMap<Status, Vec<ReflectBlock>> = BTreeMap::new();
    for (id, status, source) in pending {
        let blocks = groups.entry(status).or_default();
        match blocks.last_mut() {
            Some(block) if block.source == source && block.ids.len() < BLOCK => block.ids.push(id),
            _ => blocks.push(ReflectBlock { source, ids: vec![id] }),
        }
    }
    groups.into_iter().map(|(status, blocks)| ReflectGroup { status, blocks }).collect()
}

/// Writes the 反映用一覧, all as of one moment, and notes in the log which applications stand on it.
///
/// # Errors
/// [`OfficeError::NothingPending`], [`OfficeError::Stopped`], what the store or the disk says: there is no file then.
/// Unmappable characters are no error here: the report has them and no receipt.
pub fn export_reflect(
    desk: &mut Desk,
    request: &ReflectRequest<'_>,
    work: &mut Work<'_>,
) -> Result<ReflectReport, OfficeError> {
    let mut report = ReflectReport::default();
    let (query, text) = request.which;
    let text = Some(text).filter(|text| !text.is_empty());
    let fill = |file: &mut File, store: &Store| fill(file, store, query, request, &mut report, work);
    let record = |mut targets: Vec<ApplicationId>, file| {
        let count = targets.len() as u64;
        targets.sort_unstable();
        (count, Body::ReflectList { file, targets })
    };
    let receipt = match leave(desk, ACT, text, request.out, fill, record) {
        Ok(receipt) => Some(receipt),
        Err(OfficeError::Export { error: ExportError::Unmappable(_), .. }) => None,
        Err(other) => return Err(other),
    };
    report.receipt = receipt;
    if report.receipt.is_some() && !report.unmappable.is_empty() {
        report.replaced = Some(list_replaced(desk, ACT, request.out, &report.unmappable)?);
    }
    Ok(report)
}

fn fill(
    file: &mut File,
    store: &Store,
    query: &Query,
    request: &ReflectRequest<'_>,
    report: &mut ReflectReport,
    work: &mut Work<'_>,
) -> Result<Vec<ApplicationId>, Refusal> {
    let groups = reflect_groups(store, query)?;
    if groups.is_empty() {
        return Err(OfficeError::NothingPending.into());
    }
    let total: u64 = groups.iter().map(ReflectGroup::count).sum();
    let options = CsvOptions {
        audience: Audience::People,
        excel_text: request.excel_text,
        on_unmappable: request.on_unmappable,
        ..CsvOptions::usual(request.encoding)
    };
    let header = REFLECT_COLUMNS.map(str::to_owned).to_vec();
    let mut target = CsvTarget::new(BufWriter::with_capacity(1 << 18, file), header, options)?;
    let mut targets = Vec::new();
    for (group_no, group) in (1..).zip(&groups) {
        for (block_no, block) in (1..).zip(&group.blocks) {
            let label = block_label(group_no, block_no);
            for entry in store.entries(&block.ids)? {
                write_row(&mut target, &label, &entry)?;
                report.unmappable.extend(target.take_unmappable());
                targets.push(entry.id);
            }
            work.tell(targets.len() as u64, Some(total), targets.len() as u64);
            if work.is_stopped() {
                return Err(OfficeError::Stopped.into());
            }
        }
        let (status, count, blocks) = (group.status, group.count(), group.blocks.len() as u64);
        report.groups.push(ReflectCount { status, count, blocks });
    }
    target.finish()?;
    if !report.unmappable.is_empty() && options.on_unmappable == OnUnmappable::Error {
        return Err(ExportError::Unmappable(report.unmappable.len() as u64).into());
    }
    Ok(targets)
}

/// The name of a block: its group's number and its own, both from 1.
#[must_use]
pub fn block_label(group: usize, block: usize) -> String {
    format!("{group}-{block}")
}

fn write_row<W: std::io::Write>(target: &mut CsvTarget<W>, block: &str, entry: &Entry) -> std::io::Result<()> {
    let content = &entry.content;
    let submitted = submitted_text(content, true);
    let ours = entry.state.status.0.label();
    let theirs = entry.state.source.map_or("", |(status, _)| status.label());
    let name = content.name.as_deref().map_or(Cell::ABSENT, Cell::text);
    target.write_row(&[
        Cell::text(block),
        Cell::text(ours),
        Cell::text(&content.source),
        Cell::code(content.number.as_str()),
        name,
        Cell::text(&content.form.name),
        submitted.as_deref().map_or(Cell::ABSENT, Cell::date),
        Cell::text(theirs),
        Cell::text(ours),
        Cell::ABSENT,
    ])
}
