//! What the office shows of an application and of a batch: plain values, ready for the screen, the table and JSON.

use super::calls::Call;
use super::comparison::Pass;
pub use super::corrected::{Correction, Reminded};
use super::correction::CorrectionParts;
use super::field_request::FieldRequest;
use crate::domain::application::{Instant, Line};
use crate::domain::calendar::Day;
use crate::domain::channel::Channel;
use crate::domain::column::Column;
use crate::domain::deadline::Deadline;
use crate::domain::finding::Finding;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::NoteReader;
use crate::domain::record::Hash;
use crate::domain::reflection::Reflection;
use crate::domain::reminder::Reminder;
use crate::domain::retention::Kept;
use crate::domain::revision::{Change, Since};
use crate::domain::ruling::{Draft, RulingState};
use crate::domain::status::{Cause, FormKind, Refusal, Request, Status};
use crate::store::{FieldStanding, StoredFinding};

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Inner id: what marks and the cursor hold on to.
    pub id: ApplicationId,
    /// 取得元.
    pub source: String,
    /// 整理番号.
    pub number: String,
    /// 氏名/法人名.
    pub name: Option<String>,
    /// What the item says that stands for an empty 氏名/法人名, by the definition of the form.
    pub stand_in: Option<String>,
    /// フリガナ.
    pub kana: Option<String>,
    /// 様式ID.
    pub form_code: String,
    /// 様式Ver.
    pub form_version: String,
    /// 様式名.
    pub form_name: String,
    /// 申込日時.
    pub submitted: Option<Instant>,
    /// 処理状況, ours.
    pub status: Status,
    /// 元システムの状況.
    pub source_status: Option<Status>,
    /// How the two stand to each other.
    pub reflection: Reflection,
    /// What the applicant did since our last decision.
    pub since: Since,
    /// Changes of this application, from 1; for people, never for merging.
    pub version: u32,
    /// Its deadline, where the column was asked for.
    pub deadline: Option<Deadline>,
    /// What columns beyond these show, where they were asked for; a column without a value is left out.
    pub cells: Vec<(Column, String)>,
}

impl Row {
    /// What it is called: 氏名/法人名, else what stands for it; `None` = 氏名なし.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.trim().is_empty()).or(self.stand_in.as_deref())
    }
}

/// One item of a form with the citizen's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Name of the item column.
    pub name: String,
    /// The answer; absent = `None`, empty = `Some("")`.
    pub value: Option<String>,
    /// Whether there is one that is sealed.
    pub sealed: bool,
}

/// One line of an application's history, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The operation.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub actor: Option<String>,
    /// Command id, e.g. `application.set_status`.
    pub command: String,
    /// The status before and after, where the operation changed it.
    pub status: Option<(Option<Status>, Status)>,
    /// Which of the application's contents it brought: 1 = the one that it was born with, 2 = its first revision …
    pub revision: Option<u32>,
    /// 元システムの状況 that it brought.
    pub source_status: Option<Status>,
    /// What it changed of what staff fill for themselves.
    pub fields: Vec<FieldStep>,
    /// The reason that was given.
    pub reason: Option<String>,
    /// When and how the applicant asked for it.
    pub declared: Option<Declared>,
    /// The 補正文の部品 that the reason was made of.
    pub blocks: Vec<u32>,
}

/// 申出: the day, and by which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// The day.
    pub day: Day,
    /// The way.
    pub channel: Channel,
}

/// 取下げ: how the applicant asked for it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The operation that entered it.
    pub operation: OperationId,
    /// When and how; `None` where that wasn't said.
    pub declared: Option<Declared>,
    /// 事由.
    pub reason: Option<String>,
}

/// How a 起案 was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulingClosed {
    /// The operation.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who entered it; `None` = unsigned.
    pub actor: Option<String>,
    /// 決裁日; `None` of a 差戻し.
    pub on: Option<Day>,
    /// 文書番号.
    pub document_number: Option<String>,
    /// 専決者.
    pub decider: Option<String>,
    /// Why it was returned, or corrected.
    pub reason: Option<String>,
}

/// A 起案.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The operation that made it: its number.
    pub id: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who made it; `None` = unsigned.
    pub actor: Option<String>,
    /// How it stands.
    pub state: RulingState,
    /// What it says; `None` = it was erased.
    pub draft: Option<Draft>,
    /// How it was closed, where it is.
    pub closed: Option<RulingClosed>,
    /// Whether it is about the 審査結果 that stands there now: another one that was entered since was not decided.
    pub covers: bool,
}

/// 収受.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// 収受日.
    pub on: Option<Day>,
    /// 収受番号; `None` = what it looks like was erased.
    pub number: Option<String>,
}

/// A change of a field that staff fill for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldStep {
    /// 担当, from whom to whom, by code; `None` = nobody.
    Assignee(Option<String>, Option<String>),
    /// 期限, from which day to which; `None` = none.
    Due(Option<Day>, Option<Day>),
    /// A 札: its name, and whether it was put on.
    Tag(String, bool),
    /// 個別番号, from which to which; `None` = none.
    IndividualNumber(Option<String>, Option<String>),
    /// 決裁: which 起案, how it stood after this, and what was said when it was closed.
    Ruling(OperationId, RulingState, Option<Box<RulingClosed>>),
    /// 収受, from which to which; `None` = none.
    Received(Option<Received>, Option<Received>),
    /// 審査結果, from which to which (`None` = none), and the basis (根拠) that was said.
    Result(Option<Finding>, Option<Finding>, Option<String>),
    /// 補正期限, from which day to which; `None` = none.
    Correction(Option<Day>, Option<Day>),
    /// 延長, from which day to which; `None` = as the form says.
    Extension(Option<Day>, Option<Day>),
    /// 補正の催促: the last one before and after; `None` = none.
    Reminder(Option<Reminder>, Option<Reminder>),
}

/// A note on an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The operation that wrote it.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub actor: Option<String>,
    /// For whom.
    pub reader: NoteReader,
    /// What it says; `None` = it was erased.
    pub text: Option<String>,
    /// Whether and why it is struck through.
    pub struck: Option<Struck>,
}

/// How a note was struck through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    /// The operation.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub actor: Option<String>,
    /// Why; `None` = it was erased.
    pub reason: Option<String>,
}

/// One content that an application has had: what an import changed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The import.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub actor: Option<String>,
    /// SHA-256 of the file.
    pub file: Hash,
    /// The profile that read it.
    pub profile: String,
    /// What it changed of the one before; empty for the first.
    pub changes: Vec<Change>,
}

/// What the applicant changed since our last decision, however many imports it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// How many of the revisions we had when we decided.
    pub known: usize,
    /// What changed between the last of them and the present one.
    pub changes: Vec<Change>,
}

/// An application whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What the list shows of it.
    pub row: Row,
    /// 種別 of its form, where that is known.
    pub kind: Option<FormKind>,
    /// 利用者ID.
    pub user_id: Option<String>,
    /// 連絡先メールアドレス.
    pub mail: Option<String>,
    /// 申込回線.
    pub line: Option<Line>,
    /// 備考.
    pub remarks: Option<String>,
    /// 担当, by code.
    pub assignee: Option<String>,
    /// 期限 that staff have set. Which deadline counts stands in `row`.
    pub due: Option<Day>,
    /// The names of its 札.
    pub tags: Vec<String>,
    /// Its 個別番号.
    pub individual_number: Option<String>,
    /// The 起案 that it stands on.
    pub ruling: Option<Ruling>,
    /// Its 収受.
    pub received: Option<Received>,
    /// Its 審査結果.
    pub finding: Option<StoredFinding>,
    /// How it was withdrawn, where our status is 取下げ and staff entered it.
    pub withdrawal: Option<Withdrawal>,
    /// Until when it is to be corrected, where it is 返却中 and a last day was set.
    pub correction: Option<Correction>,
    /// 保存期間, where the definition of its form says one.
    pub kept: Option<Kept>,
    /// Notes, newest first, the struck ones among them.
    pub notes: Vec<Note>,
    /// 応対記録, newest first.
    pub calls: Vec<Call>,
    /// Items in form order.
    pub items: Vec<Item>,
    /// What happened to it, newest first.
    pub history: Vec<HistoryEntry>,
    /// Every content that it has had, oldest first; the last one is the present one.
    pub revisions: Vec<Revision>,
    /// 照合: every pass over it, the oldest first.
    pub comparisons: Vec<Pass>,
    /// What changed in all since our last decision, where the applicant changed something since.
    pub news: Option<News>,
}

/// Applications that a batch would move in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanGroup {
    /// Where they go.
    pub to: Status,
    /// Why.
    pub cause: Cause,
    /// Whether a reason must be given.
    pub needs_reason: bool,
    /// Which ones, with the status that the plan was made on and the operation that wrote it.
    pub targets: Vec<(ApplicationId, (Status, OperationId))>,
}

/// An application that a batch would leave alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// Which one.
    pub id: ApplicationId,
    /// Its 整理番号.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// Why it can't be moved.
    pub refusal: Refusal,
}

/// First the effect, then the question: what a batch would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchPlan {
    /// What was asked for.
    pub request: Request,
    /// What would move, by target status and cause.
    pub groups: Vec<PlanGroup>,
    /// What can't be moved.
    pub excluded: Vec<Excluded>,
    /// How many are there already.
    pub unchanged: u64,
    /// Of a 返却: what what is to be corrected may be made of.
    pub parts: Option<Box<CorrectionParts>>,
}

impl BatchPlan {
    /// A plan in which nothing moves yet.
    #[must_use]
    pub const fn of(request: Request) -> Self {
        Self { request, groups: Vec::new(), excluded: Vec::new(), unchanged: 0, parts: None }
    }

    /// How many applications would change.
    #[must_use]
    pub fn changing(&self) -> u64 {
        self.groups.iter().map(|group| group.targets.len() as u64).sum()
    }

    /// Whether any group needs a reason.
    #[must_use]
    pub fn needs_reason(&self) -> bool {
        self.groups.iter().any(|group| group.needs_reason)
    }
}

/// Applications whose 担当 or 期限 a request would change, and that have the same now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldGroup {
    /// What they have now: a code, a day; `None` = nothing.
    pub from: Option<String>,
    /// Whether somebody else has them in hand, so that a reason is needed.
    pub takes_over: bool,
    /// Which ones, with the field as the plan found it (a 札 has none to be found).
    pub targets: Vec<(ApplicationId, Option<FieldStanding>)>,
}

/// What a request about 担当, 期限 or a 札 would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPlan {
    /// What was asked for.
    pub request: FieldRequest,
    /// What would change, by what they have now.
    pub groups: Vec<FieldGroup>,
    /// How many are so already.
    pub unchanged: u64,
    /// For each target of the groups the sequence number that it would get, where numbers are handed out.
    pub sequence: Vec<u64>,
    /// The first and the last of these 個別番号.
    pub numbers: Option<(String, String)>,
    /// Those that are left alone, by 整理番号, with the reason.
    pub left: Vec<(String, LeftBecause)>,
    /// The 起案 that would be made.
    pub draft: Option<Draft>,
    /// The 起案 that would be closed.
    pub ruling: Option<OperationId>,
    /// How many have a 審査結果 that was decided: another one needs a reason, and another 決裁.
    pub decided: u64,
}

impl FieldPlan {
    /// A plan in which nothing changes yet.
    #[must_use]
    pub const fn of(request: FieldRequest) -> Self {
        Self {
            request,
            groups: Vec::new(),
            unchanged: 0,
            sequence: Vec::new(),
            numbers: None,
            left: Vec::new(),
            draft: None,
            ruling: None,
            decided: 0,
        }
    }

    /// How many applications would change.
    #[must_use]
    pub fn changing(&self) -> u64 {
        self.groups.iter().map(|group| group.targets.len() as u64).sum()
    }

    /// Whether a reason must be given.
    #[must_use]
    pub fn needs_reason(&self) -> bool {
        self.takes_over() || self.decided > 0 || self.request.always_needs_reason()
    }

    /// Whether anything is taken over from somebody else.
    #[must_use]
    pub fn takes_over(&self) -> bool {
        self.groups.iter().any(|group| group.takes_over)
    }
}

/// Why one target of a batch was left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftBecause {
    /// The table of moves refuses it.
    Refused {
        /// Where it stands.
        status: Status,
        /// Where it was asked to go.
        to: Status,
        /// Why not.
        refusal: Refusal,
    },
    /// Somebody else has it in hand (the code), and no reason was given.
    HeldBy(String),
    /// It is 決裁中 on this 起案 (its 件名).
    InRuling(String),
    /// It was decided by this 起案 (its 件名): another 審査結果 needs a reason, and another 決裁.
    Decided(String),
    /// It must still be kept: until which day, where 保存期間 has an end.
    StillKept(Option<Day>),
    /// It was disposed of.
    Disposed,
    /// It isn't 返却中 with a 補正期限, or the correction has arrived.
    NotToCorrect,
    /// It is too early for a 補正の催促.
    NotYetDue,
    /// It was changed by somebody since the plan (or the undone operation).
    ChangedSince,
    /// The person has no right to change it.
    NotPermitted,
    /// No such application.
    Unknown,
    /// The number stands for more than one application; the candidates as `source/number`.
    Ambiguous(Vec<String>),
}

/// What a batch did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BatchOutcome {
    /// The operation in the log; `None` where nothing had to change.
    pub operation: Option<OperationId>,
    /// How many changed.
    pub changed: u64,
    /// How many were there already.
    pub unchanged: u64,
    /// The first and the last 個別番号 that were given, in the order of giving.
    pub numbers: Option<(String, String)>,
    /// The 起案 that was made.
    pub draft: Option<Box<Draft>>,
    /// Whether steps of an erasure are left for the next opening of the store.
    pub unfinished: bool,
    /// Those left alone: 整理番号 and why.
    pub failed: Vec<(String, LeftBecause)>,
}
