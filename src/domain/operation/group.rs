//! Field groups: what is changed, compared and undone as one.

/// A field group: what is changed, compared and undone as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Group {
    /// 処理状況, ours.
    Status = 1,
    /// 元システムの状況: written by imports only, never conflicts, can't be undone.
    Source = 2,
    /// 担当.
    Assignee = 3,
    /// 期限.
    Due = 4,
    /// 所在.
    Custody = 5,
    /// 個別番号: its sequence number; the pattern is the payload of the operation that gave it.
    IndividualNumber = 6,
    /// 審査結果; reason and basis are the payload of the operation that entered it.
    Result = 7,
    /// 補正期限: the last day until which an application that was sent back is to be corrected.
    Correction = 8,
    /// 収受日 and 収受番号 in one (see [`Received`](crate::domain::numbering::Received)); the pattern is the payload.
    Received = 9,
    /// 決裁: whether it stands on a 起案; which one is the version, the operation that wrote it.
    Ruling = 10,
    /// 延長: the last day until which it is kept beyond 保存期間.
    Retention = 11,
    /// 補正の催促: the last reminder that went out (see [`Reminder`](crate::domain::reminder::Reminder)).
    Reminder = 12,
}

impl Group {
    /// All groups, in the order of their numbers.
    pub const ALL: [Self; 12] = [
        Self::Status,
        Self::Source,
        Self::Assignee,
        Self::Due,
        Self::Custody,
        Self::IndividualNumber,
        Self::Result,
        Self::Correction,
        Self::Received,
        Self::Ruling,
        Self::Retention,
        Self::Reminder,
    ];

    /// Whether few applications have it: it isn't part of every [`State`](crate::domain::projection::State), but stands
    /// beside it.
    #[must_use]
    pub const fn is_rare(self) -> bool {
        !matches!(self, Self::Status | Self::Source | Self::Assignee | Self::Due | Self::Custody)
    }

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|group| *group as u8 == code)
    }
}
