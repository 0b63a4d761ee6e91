//! 処理状況: the ten statuses of the source system and the legal moves between them, as ONE table that the code, the
//! help and the tests read.
//!
//! Names: the staff side of やまがたe申請 (the seed). Moves: checked against the practice of offices; the legal points
//! are 行政手続法 7 条 (補正 or refusal) and 37 条 (a 届出 takes effect on arrival, so 不受理 is not offered for it).

/// 処理状況, in the order of the contract. The numbers are written into the operation log and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// 未処理
    Unprocessed = 1,
    /// 仮受付
    Provisional = 2,
    /// 受理（返信未）
    AcceptedUnreplied = 3,
    /// 受理（返信済）
    AcceptedReplied = 4,
    /// 受理（予約中）
    AcceptedScheduled = 5,
    /// 返却中
    Returned = 6,
    /// 不受理
    Rejected = 7,
    /// 完了
    Completed = 8,
    /// 強制完了
    ForceCompleted = 9,
    /// 取下げ
    Withdrawn = 10,
}

use Status::{
    AcceptedReplied, AcceptedScheduled, AcceptedUnreplied, Completed, ForceCompleted, Provisional, Rejected, Returned,
    Unprocessed, Withdrawn,
};

impl Status {
    /// All ten, in the order of the contract.
    pub const ALL: [Self; 10] = [
        Unprocessed,
        Provisional,
        AcceptedUnreplied,
        AcceptedReplied,
        AcceptedScheduled,
        Returned,
        Rejected,
        Completed,
        ForceCompleted,
        Withdrawn,
    ];

    /// The number that the log and the store keep.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// From the number that the log and the store keep.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The word that scripts use.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Unprocessed => "unprocessed",
            Provisional => "provisional",
            AcceptedUnreplied => "accepted_unreplied",
            AcceptedReplied => "accepted_replied",
            AcceptedScheduled => "accepted_scheduled",
            Returned => "returned",
            Rejected => "rejected",
            Completed => "completed",
            ForceCompleted => "force_completed",
            Withdrawn => "withdrawn",
        }
    }

    /// The official Japanese label; data carries it in every language.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Unprocessed => "未処理",
            Provisional => "仮受付",
            AcceptedUnreplied => "受理（返信未）",
            AcceptedReplied => "受理（返信済）",
            AcceptedScheduled => "受理（予約中）",
            Returned => "返却中",
            Rejected => "不受理",
            Completed => "完了",
            ForceCompleted => "強制完了",
            Withdrawn => "取下げ",
        }
    }

    /// Reads an id or a label; parentheses of either width, spaces around it ignored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('(', "（").replace(')', "）");
        Self::ALL.into_iter().find(|status| status.id() == text || status.label() == text)
    }

    /// Whether it belongs to the group 受理 (`accepted`).
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, AcceptedUnreplied | AcceptedReplied | AcceptedScheduled)
    }

    /// Whether work on it has ended: only a supervisor reopens it, to the status that it had before.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Rejected | Completed | ForceCompleted | Withdrawn)
    }

    /// Whether every move into it needs a reason (不受理, 返却中, 強制完了, 取下げ).
    #[must_use]
    pub const fn always_needs_reason(self) -> bool {
        matches!(self, Rejected | Returned | ForceCompleted | Withdrawn)
    }

    /// Whether it may only be set on one application at a time (取下げ is the applicant's act, not a batch).
    #[must_use]
    pub const fn one_at_a_time(self) -> bool {
        matches!(self, Withdrawn)
    }
}

/// What a person asks for: a status by name, or 受理, which picks by the form's reply rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Request {
    /// This very status.
    To(Status),
    /// 受理する (`accept`): a form without reply → 完了; else, and while the rule is unknown, 受理（返信未）.
    Accept,
}

impl Request {
    /// Reads a status id or label, or `accept`／受理.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "accept" | "受理" => Some(Self::Accept),
            other => Status::parse(other).map(Self::To),
        }
    }

    /// The status that it means for a form.
    #[must_use]
    pub const fn target(self, form: &FormRules) -> Status {
        match self {
            Self::To(status) => status,
            Self::Accept => match form.reply_required {
                Some(false) => Completed,
                Some(true) | None => AcceptedUnreplied,
            },
        }
    }
}

/// 種別 of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FormKind {
    /// 申請
    Petition,
    /// 届出: takes effect on arrival (行政手続法 37 条), so it can't be 不受理.
    Notification,
    /// 申込
    Entry,
    /// アンケート
    Survey,
    /// 庁内
    Internal,
}

impl FormKind {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Petition, Self::Notification, Self::Entry, Self::Survey, Self::Internal];

    /// Reads a word or a label.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == text.trim() || kind.label() == text.trim())
    }

    /// The official Japanese label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Petition => "申請",
            Self::Notification => "届出",
            Self::Entry => "申込",
            Self::Survey => "アンケート",
            Self::Internal => "庁内",
        }
    }

    /// The word that scripts use.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Petition => "petition",
            Self::Notification => "notification",
            Self::Entry => "entry",
            Self::Survey => "survey",
            Self::Internal => "internal",
        }
    }
}

/// What the table of moves needs to know of a form; `None` = not known yet, which forbids nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FormRules {
    /// Whether the form wants a reply document.
    pub reply_required: Option<bool>,
    /// 種別.
    pub kind: Option<FormKind>,
}

/// Why a move is made, where the table distinguishes it. The id is also the message key `status.cause.ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The ordinary course of work.
    Ordinary,
    /// 補正到着 or 返却の取消.
    Corrected,
    /// 窓口・電話で補正済.
    CorrectedInPerson,
    /// 補正期限経過.
    CorrectionOverdue,
    /// 受理の取消.
    AcceptanceRevoked,
    /// 予約取消・送信失敗・要確認.
    ScheduleCancelled,
    /// 再送・差替え.
    Resent,
    /// 処理の取消: back to the status before.
    Reopened,
}

impl Cause {
    /// The word of the message files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Corrected => "corrected",
            Self::CorrectedInPerson => "corrected_in_person",
            Self::CorrectionOverdue => "correction_overdue",
            Self::AcceptanceRevoked => "acceptance_revoked",
            Self::ScheduleCancelled => "schedule_cancelled",
            Self::Resent => "resent",
            Self::Reopened => "reopened",
        }
    }
}

/// Who may make a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rank {
    /// Any member of staff.
    Staff,
    /// 係長 and above.
    Supervisor,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// From this status.
    pub from: Status,
    /// To this status.
    pub to: Status,
    /// Why.
    pub cause: Cause,
    /// Who may.
    pub rank: Rank,
    /// Whether a reason must be given.
    pub reason: bool,
}

const fn row(from: Status, to: Status, cause: Cause, rank: Rank, reason: bool) -> Move {
    Move { from, to, cause, rank, reason: reason || to.always_needs_reason() }
}

/// Every legal move but the reopening of a final status (see [`judge`]): 未処理 and 仮受付, 返却中, then the three of 受理.
pub const MOVES: &[Move] = &[
    row(Unprocessed, Provisional, Cause::Ordinary, Rank::Staff, false),
    row(Unprocessed, AcceptedUnreplied, Cause::Ordinary, Rank::Staff, false),
    row(Unprocessed, Completed, Cause::Ordinary, Rank::Staff, false),
    row(Unprocessed, Returned, Cause::Ordinary, Rank::Staff, true),
    row(Unprocessed, Rejected, Cause::Ordinary, Rank::Staff, true),
    row(Unprocessed, Withdrawn, Cause::Ordinary, Rank::Staff, true),
    row(Unprocessed, ForceCompleted, Cause::Ordinary, Rank::Staff, true),
    row(Provisional, Unprocessed, Cause::Ordinary, Rank::Staff, false),
    row(Provisional, AcceptedUnreplied, Cause::Ordinary, Rank::Staff, false),
    row(Provisional, Completed, Cause::Ordinary, Rank::Staff, false),
    row(Provisional, Returned, Cause::Ordinary, Rank::Staff, true),
    row(Provisional, Rejected, Cause::Ordinary, Rank::Staff, true),
    row(Provisional, Withdrawn, Cause::Ordinary, Rank::Staff, true),
    row(Provisional, ForceCompleted, Cause::Ordinary, Rank::Staff, true),
    row(Returned, Unprocessed, Cause::Corrected, Rank::Staff, false),
    row(Returned, Provisional, Cause::Corrected, Rank::Staff, false),
    row(Returned, AcceptedUnreplied, Cause::CorrectedInPerson, Rank::Staff, true),
    row(Returned, Rejected, Cause::CorrectionOverdue, Rank::Staff, true),
    row(Returned, Withdrawn, Cause::Ordinary, Rank::Staff, true),
    row(Returned, ForceCompleted, Cause::Ordinary, Rank::Staff, true),
    row(AcceptedUnreplied, AcceptedScheduled, Cause::Ordinary, Rank::Staff, false),
    row(AcceptedUnreplied, AcceptedReplied, Cause::Ordinary, Rank::Staff, false),
    row(AcceptedUnreplied, Completed, Cause::Ordinary, Rank::Staff, false),
    row(AcceptedUnreplied, Withdrawn, Cause::Ordinary, Rank::Staff, true),
    row(AcceptedUnreplied, ForceCompleted, Cause::Ordinary, Rank::Staff, true),
    row(AcceptedUnreplied, Returned, Cause::AcceptanceRevoked, Rank::Supervisor, true),
    row(AcceptedUnreplied, Rejected, Cause::AcceptanceRevoked, Rank::Supervisor, true),
    row(AcceptedUnreplied, Unprocessed, Cause::AcceptanceRevoked, Rank::Supervisor, true),
    row(AcceptedScheduled, AcceptedReplied, Cause::Ordinary, Rank::Staff, false),
    row(AcceptedScheduled, AcceptedUnreplied, Cause::ScheduleCancelled, Rank::Staff, true),
    row(AcceptedReplied, Completed, Cause::Ordinary, Rank::Staff, false),
    row(AcceptedReplied, AcceptedUnreplied, Cause::Resent, Rank::Staff, true),
    row(AcceptedReplied, Withdrawn, Cause::Ordinary, Rank::Supervisor, true),
    row(AcceptedReplied, ForceCompleted, Cause::Ordinary, Rank::Staff, true),
];

/// Why a move is not made. The id is the message key `status.refusal.ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The table has no such move.
    NotLegal,
    /// A final status only goes back to the status before.
    OnlyBack(Status),
    /// 受理（予約中）: the schedule must be cancelled first.
    ScheduledFirst,
    /// 届出 can't be 不受理 (行政手続法 37 条): return it instead.
    NotificationStands,
    /// The form wants a reply, so it can't be completed from here.
    ReplyRequired,
    /// The move needs a reason and none was given.
    ReasonMissing,
    /// Only a supervisor (係長) makes this move.
    NeedsSupervisor,
}

impl Refusal {
    /// The word of the message files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NotLegal => "not_legal",
            Self::OnlyBack(_) => "only_back",
            Self::ScheduledFirst => "scheduled_first",
            Self::NotificationStands => "notification_stands",
            Self::ReplyRequired => "reply_required",
            Self::ReasonMissing => "reason_missing",
            Self::NeedsSupervisor => "needs_supervisor",
        }
    }
}

/// Whether a move is kept to a supervisor (係長): what has ended is only reopened by one, and the table says which others.
#[must_use]
pub fn needs_supervisor(from: Status, to: Status) -> bool {
    let of_table = |step: &&Move| step.from == from && step.to == to && step.rank == Rank::Supervisor;
    from.is_final() || MOVES.iter().find(of_table).is_some()
}

/// Where a single application stands, as far as the table asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// 処理状況 now.
    pub status: Status,
    /// The status that it had before this one; `None` where the first import brought this one.
    pub before: Option<Status>,
    /// The rules of its form.
    pub form: FormRules,
}

/// Judges one move. `Ok(None)` = it is there already, nothing to do.
///
/// # Errors
/// The refusal that a person is told.
pub fn judge(standing: &Standing, to: Status, has_reason: bool) -> Result<Option<Move>, Refusal> {
    let from = standing.status;
    if from == to {
        return Ok(None);
    }
    let step = if from.is_final() {
        // A first import may bring a final status; what lies before it is then the beginning.
        let back = standing.before.unwrap_or(Unprocessed);
        if to != back {
            return Err(Refusal::OnlyBack(back));
        }
        Move { from, to, cause: Cause::Reopened, rank: Rank::Supervisor, reason: true }
    } else {
        match MOVES.iter().find(|step| step.from == from && step.to == to) {
            Some(step) => *step,
            None if from == AcceptedScheduled => return Err(Refusal::ScheduledFirst),
            None => return Err(Refusal::NotLegal),
        }
    };
    if to == Rejected && standing.form.kind == Some(FormKind::Notification) {
        return Err(Refusal::NotificationStands);
    }
    if to == Completed && matches!(from, Unprocessed | Provisional) && standing.form.reply_required == Some(true) {
        return Err(Refusal::ReplyRequired);
    }
    if step.reason && !has_reason {
        return Err(Refusal::ReasonMissing);
    }
    Ok(Some(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(status: Status, before: Option<Status>) -> Standing {
        Standing { status, before, form: FormRules::default() }
    }

    #[test]
    fn labels_and_ids_are_read_back_in_either_width() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.id()), Some(status));
            assert_eq!(Status::parse(status.label()), Some(status));
            assert_eq!(Status::parse(&status.label().replace('（', "(").replace('）', ")")), Some(status));
            assert_eq!(Status::from_code(status.code()), Some(status));
        }
        assert_eq!(Status::parse("取り下げ"), None);
    }

    /// domain.md §3.2, written out as a matrix by hand: rows = from, columns = to, in the order of the contract.
    /// `.` illegal, `o` free, `r` with a reason, `S` supervisor with a reason, `-` the same status.
    #[test]
    fn the_table_is_the_matrix_of_the_domain_page() {
        let full: [(&Status, &str); 6] = [
            (&Unprocessed, "-oo..rrorr"),
            (&Provisional, "o-o..rrorr"),
            (&AcceptedUnreplied, "S.-ooSSorr"),
            (&AcceptedReplied, "..r-...orS"),
            (&AcceptedScheduled, "..ro-....."),
            (&Returned, "oor..-r.rr"),
        ];
        for (from, row) in full {
            for (to, expected) in Status::ALL.into_iter().zip(row.chars()) {
                let with = judge(&standing(*from, None), to, true);
                let without = judge(&standing(*from, None), to, false);
                let found = match (with, without) {
                    (Ok(None), _) => '-',
                    (Err(_), _) => '.',
                    (Ok(Some(_)), Ok(_)) => 'o',
                    (Ok(Some(step)), Err(Refusal::ReasonMissing)) => match step.rank {
                        Rank::Staff => 'r',
                        Rank::Supervisor => 'S',
                    },
                    other => panic!("{other:?}"),
                };
                assert_eq!(found, expected, "{from:?} → {to:?}");
                assert_eq!(needs_supervisor(*from, to), found == 'S', "{from:?} → {to:?}");
            }
        }
    }

    #[test]
    fn a_final_status_only_goes_back_to_the_one_before() {
        for from in [Completed, ForceCompleted, Rejected, Withdrawn] {
            let at = standing(from, Some(Provisional));
            assert!(matches!(judge(&at, Provisional, true), Ok(Some(Move { cause: Cause::Reopened, .. }))));
            assert_eq!(judge(&at, Provisional, false), Err(Refusal::ReasonMissing));
            assert_eq!(judge(&at, AcceptedUnreplied, true), Err(Refusal::OnlyBack(Provisional)));
        }
        assert_eq!(judge(&standing(Completed, None), Provisional, true), Err(Refusal::OnlyBack(Unprocessed)));
    }

    #[test]
    fn forms_narrow_the_moves() {
        let notification = FormRules { kind: Some(FormKind::Notification), reply_required: None };
        let at = Standing { status: Unprocessed, before: None, form: notification };
        assert_eq!(judge(&at, Rejected, true), Err(Refusal::NotificationStands));
        let replying = FormRules { reply_required: Some(true), kind: None };
        let at = Standing { status: Unprocessed, before: None, form: replying };
        assert_eq!(judge(&at, Completed, true), Err(Refusal::ReplyRequired));
        assert_eq!(Request::Accept.target(&replying), AcceptedUnreplied);
        assert_eq!(Request::Accept.target(&FormRules { reply_required: Some(false), kind: None }), Completed);
        assert_eq!(Request::Accept.target(&FormRules::default()), AcceptedUnreplied);
    }
}
