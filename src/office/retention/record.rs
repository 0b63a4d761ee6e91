//! 廃棄記録: what was disposed of, how many, by which decision and by whom. It names nobody, and is written from the log, as
//! often as it is wanted.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::DisposalError;
use super::dispose::line_text;
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, civil};
use crate::domain::erasure::{DisposalNote, ErasureRule, ErasureStep};
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::domain::release::Approval;
use crate::exchange::fault::ExportError;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::outgoing::{Filled, Leaving, Receipt, outgoing};
use crate::store::{Erased, Store};

/// A 廃棄, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisposalFacts {
    /// Its operation.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// 実施者, by code; `None` = unsigned.
    pub actor: Option<String>,
    /// 確認者, by code.
    pub approver: Option<String>,
    /// How many applications.
    pub count: u64,
    /// Why.
    pub rule: ErasureRule,
    /// 文書番号, reason, and how many of which 分類.
    pub note: DisposalNote,
    /// When everything beside the database was done, and what; `None` = not yet.
    pub done: Option<(i64, Vec<ErasureStep>)>,
}

/// What was disposed of, newest first.
///
/// # Errors
/// What the store says.
pub fn disposals(desk: &Desk) -> Result<Vec<DisposalFacts>, OfficeError> {
    desk.store.at_one_moment(|store| store.erasures()?.into_iter().map(|one| facts(store, one)).collect())
}

fn facts(store: &Store, erased: Erased) -> Result<DisposalFacts, OfficeError> {
    let code = |id: Option<OperationId>| id.map_or(Ok(None), |id| store.operator_code(id));
    let approver = match store.approval_in(erased.approval.as_deref())? {
        Some(Approval::By { approver, .. }) => Some(approver),
        _ => None,
    };
    Ok(DisposalFacts {
        operation: erased.operation,
        at_ms: erased.at_ms,
        actor: code(erased.actor)?,
        approver: code(approver)?,
        count: erased.count,
        rule: erased.rule,
        note: erased.text.as_deref().and_then(DisposalNote::read).unwrap_or_default(),
        done: erased.done,
    })
}

/// Writes the 廃棄記録 of an operation.
///
/// # Errors
/// [`DisposalError::Unknown`], [`OfficeError::NotPermitted`], what the disk and the store say.
pub fn write_disposal(desk: &mut Desk, operation: OperationId, out: &Path) -> Result<Receipt, OfficeError> {
    desk.permit(Act::PurgeRecord)?;
    let found = disposals(desk)?.into_iter().find(|one| one.operation == operation);
    let facts = found.ok_or_else(|| DisposalError::Unknown(operation.to_string()))?;
    let lines = lines(&facts);
    let leaving = Leaving { act: Act::PurgeRecord, format: "txt", text: None };
    outgoing(desk, &leaving, out, |file, _| write(file, &lines, facts.count))
}

/// The text as editors of every kind read it: UTF-8 with its mark, lines ended as Windows ends them.
fn write(file: &mut File, lines: &[String], count: u64) -> Result<Filled, ExportError> {
    let mut file = BufWriter::new(file);
    file.write_all("\u{feff}".as_bytes())?;
    for line in lines {
        file.write_all(line.as_bytes())?;
        file.write_all(b"\r\n")?;
    }
    file.flush()?;
    Ok(Filled { count, columns: vec!["廃棄記録".to_owned()] })
}

fn time(at_ms: i64) -> String {
    let at = Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN };
    civil(&at).strftime("%Y-%m-%d %H:%M").to_string()
}

const fn step_text(step: ErasureStep) -> &'static str {
    match step {
        ErasureStep::Keys => "封印の種の破棄",
        ErasureStep::Search => "検索索引からの消去",
        ErasureStep::Log => "先行書込みログの消去",
        ErasureStep::Database => "データベースの書直し",
    }
}

/// A document of the office is in Japanese, whatever the screen speaks.
fn lines(facts: &DisposalFacts) -> Vec<String> {
    let name = |code: Option<&str>| code.unwrap_or("（記名なし）").to_owned();
    let rule = match facts.rule {
        ErasureRule::Expired => "保存期間の満了",
        ErasureRule::Early => "保存期間の満了前",
        ErasureRule::Again => "バックアップから戻ったものの再度の廃棄",
    };
    let method = match &facts.done {
        Some((at_ms, steps)) => {
            let steps: Vec<&str> = steps.iter().copied().map(step_text).collect();
            format!("データの消去、{}（{} 完了）", steps.join("、"), time(*at_ms))
        }
        None => "データの消去（残りの処理は、次に保管庫を開いたときに行います）".to_owned(),
    };
    let years = facts.note.lines.iter().filter_map(|line| line.fiscal_year);
    let years = match (years.clone().min(), years.max()) {
        (Some(first), Some(last)) if first == last => format!("{first}年度"),
        (Some(first), Some(last)) => format!("{first}年度から{last}年度まで"),
        _ => "-".to_owned(),
    };
    let mut lines = vec![
        "廃棄記録".to_owned(),
        String::new(),
        format!("操作: {}", facts.operation),
        format!("廃棄日時: {}", time(facts.at_ms)),
        format!("件数: {}件", facts.count),
        format!("事由: {rule}"),
    ];
    lines.extend(facts.note.reason.as_ref().map(|reason| format!("理由: {reason}")));
    lines.extend([
        format!("決裁の文書番号: {}", facts.note.document_number),
        format!("方法: {method}"),
        format!("実施者: {}", name(facts.actor.as_deref())),
        format!("確認者: {}", facts.approver.as_deref().unwrap_or("（なし）")),
        format!("完結年度: {years}"),
        String::new(),
        "分類  完結年度  保存年限  件数".to_owned(),
    ]);
    lines.extend(facts.note.lines.iter().map(|line| format!("{}  {}件", line_text(line), line.count)));
    lines
}
