//! How much is in one's own hands, due today, and overdue: for 今日の仕事.

use std::ops::ControlFlow;

use super::desk::Desk;
use super::fault::OfficeError;
use super::handing::FROM_PREDECESSOR;
use super::reminders::REMINDERS;
use super::work::Work;

/// 自分の担当: what whoever asks is in charge of and hasn't ended. The same words stand in the shipped views.
pub const MINE: &str = "assignee:me -status:completed|force_completed|rejected|withdrawn";

/// 本日期限: what is to be done by today, be it by 標準処理期間, 補正期限 or 期限. What has ended has no deadline.
pub const DUE_TODAY: &str = "deadline:today";

/// 期限超過: what should have been done before today.
pub const OVERDUE: &str = "deadline:..yesterday";

/// 廃棄予定: what is past the end of 保存期間. The same words stand in the shipped views.
pub const DISPOSAL: &str = "retention:..yesterday";

/// How much is in one's own hands, due today, overdue, and past 保存期間.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charges {
    /// 自分の担当.
    pub mine: u64,
    /// 本日期限.
    pub due_today: u64,
    /// 期限超過.
    pub overdue: u64,
    /// 廃棄予定.
    pub disposal: u64,
    /// 補正の催促.
    pub reminders: u64,
    /// 前任者から.
    pub handed_over: u64,
}

/// Counts what is in charge and due, for 今日の仕事.
///
/// # Errors
/// What the store says; [`OfficeError::Stopped`].
pub fn charges(desk: &Desk, work: &Work<'_>) -> Result<Charges, OfficeError> {
    let queries = [MINE, DUE_TODAY, OVERDUE, DISPOSAL, REMINDERS, FROM_PREDECESSOR].map(|text| desk.query(text));
    let queries = queries.into_iter().collect::<Result<Vec<_>, _>>()?;
    let counted = desk.store.count_each(&queries, &mut |_| {
        if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    match counted.as_deref() {
        Some([mine, due_today, overdue, disposal, reminders, handed_over]) => Ok(Charges {
            mine: *mine,
            due_today: *due_today,
            overdue: *overdue,
            disposal: *disposal,
            reminders: *reminders,
            handed_over: *handed_over,
        }),
        _ => Err(OfficeError::Stopped),
    }
}
