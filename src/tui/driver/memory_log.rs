//! 操作履歴 of the store in memory: some operations of every kind, in parts.

use crate::domain::identity::OperationId;
use crate::office::{Difference, LogItem, LogPart, LogStanding, ShownOperation};
use crate::tui::log_page::{LogErrand, LogMessage};

/// When the newest of them was made.
const AT_MS: i64 = 1_795_158_300_000;

/// How many there are; so many come in a part.
const ALL: u32 = 120;
const PART: u32 = 50;

/// What was done, in turn: the command, its kind, on how many.
const DONE: [(&str, &str, u64); 6] = [
    ("application.set_status", "set", 1_204),
    ("application.undo", "undo", 12),
    ("import.run", "import", 25_013),
    ("item.reveal", "reveal", 1),
    ("log.anchor", "anchor", 0),
    ("application.assign", "set", 3),
];

fn item(n: u32) -> LogItem {
    let (command, kind, count) = DONE[n as usize % DONE.len()];
    LogItem {
        operation: OperationId::new(0, n),
        at_ms: AT_MS - i64::from(ALL - n) * 3_600_000,
        operator: (!n.is_multiple_of(7)).then(|| format!("{:04}", 120 + n % 4)),
        command: command.to_owned(),
        kind,
        count,
        revised: None,
        undoes: (kind == "undo").then(|| OperationId::new(0, n - 1)),
        hash: [n as u8; 32],
        text: n.is_multiple_of(5).then(|| "添付の不足".to_owned()),
        known: true,
        second: None,
    }
}

/// What an errand is answered.
pub fn answer(errand: LogErrand) -> LogMessage {
    let part = |below: u32, operator: Option<&str>| {
        let first = below.saturating_sub(PART).max(1);
        let items =
            (first..below).rev().map(item).filter(|item| operator.is_none() || item.operator.as_deref() == operator);
        LogPart { items: items.collect(), next: (first > 1).then(|| OperationId::new(0, first)), hidden: 0 }
    };
    match errand {
        LogErrand::Look { ticket, filter } => LogMessage::Part(ticket, Ok(part(ALL + 1, filter.operator.as_deref()))),
        LogErrand::More { ticket, filter, below } => {
            LogMessage::Part(ticket, Ok(part(below.n(), filter.operator.as_deref())))
        }
        LogErrand::Show(id) => {
            let item = item(id.n());
            let change = |before: Option<&str>, after: Option<&str>, count| Difference {
                field: "status".to_owned(),
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
                count,
            };
            let numbers = (1..=3).map(|n| format!("etumo/10000000000{n}")).collect();
            let changes =
                vec![change(Some("未処理"), Some("仮受付"), 1_200), change(Some("返却中"), Some("仮受付"), 4)];
            LogMessage::Shown(id, Ok(Box::new(ShownOperation { targets: item.count, item, changes, numbers })))
        }
        LogErrand::Standing => {
            let anchor = Some((OperationId::new(0, 100), 20));
            LogMessage::Standing(Ok(LogStanding { operations: u64::from(ALL), anchor }))
        }
        LogErrand::Verify => LogMessage::Verified(Ok(u64::from(ALL))),
    }
}
