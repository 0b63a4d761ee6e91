//! What comes to the screen (messages) and what it asks for (effects). `update` turns the one into the other and does
//! nothing else; the loop of `run.rs` carries effects out and brings their results back as messages.

pub use super::alarm::Alarm;
use super::compare_backend::{CompareErrand, CompareMessage};
use super::dialogs::reveal::{RevealErrand, Seen};
use super::entry::{EntryErrand, EntryMessage};
pub use super::export_format::ExportFormat;
use super::intake::{IntakeErrand, IntakeMessage};
use super::keymap::Key;
use super::log_page::{LogErrand, LogMessage};
use super::phone::{PhoneErrand, PhoneMessage};
use super::requests::{RequestErrand, RequestMessage};
pub use super::work::Work;
use crate::domain::application::Instant;
use crate::domain::column::Column;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::marks::Marks;
use crate::domain::operation::NoteReader;
pub use crate::domain::order::{Order as Sort, SortField};
use crate::domain::people::Allowed;
use crate::domain::session::Layout;
use crate::domain::sitting::Sitting;
use crate::domain::status::Request;
use crate::domain::view::View;
use crate::office::Passphrase;
use crate::office::books::BooksPage;
use crate::office::view::{BatchOutcome, BatchPlan, Declared, FieldPlan, Record, Row};
use crate::office::{Charges, Decision, FieldRequest, FormFacts, KnownView, Shown, ViewBase};

/// An error as a person is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The dotted word of the fault.
    pub code: String,
    /// What happened, what it means, what to do next.
    pub sentence: String,
}

/// A part of the result of a search, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The search that it belongs to; parts of earlier searches are dropped.
    pub generation: u64,
    /// Applications of this part.
    pub ids: Vec<ApplicationId>,
    /// Whether the part follows those before it, or takes their place.
    pub append: bool,
    /// How many applications have been looked at.
    pub scanned: u64,
    /// How many applications there are at most: what `scanned` goes up to.
    pub total: u64,
    /// Whether this is the last part.
    pub done: bool,
}

/// Counts for the top line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// 申込, all.
    pub total: u64,
    /// 未処理.
    pub unprocessed: u64,
    /// 反映待ち.
    pub reflect_pending: u64,
    /// 要確認 between the two books.
    pub reflect_check: u64,
    /// 補正到着.
    pub corrections: u64,
    /// 申請者の取下げ.
    pub withdrawals: u64,
    /// 二者確認待ち.
    pub requests: u64,
    /// 折返し待ち.
    pub callbacks: u64,
    /// What is in one's own hands, and due.
    pub charges: Charges,
    /// What the person may do.
    pub allowed: Allowed,
}

/// How far work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Which work.
    pub work: Work,
    /// Items done.
    pub done: u64,
    /// Items in all, if known.
    pub total: Option<u64>,
    /// Items a second.
    pub per_second: u64,
    /// Seconds left, if known.
    pub seconds_left: Option<u64>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Its path.
    pub path: String,
    /// Applications in it.
    pub rows: u64,
    /// What else a person should know, e.g. characters that were replaced.
    pub remarks: Vec<String>,
}

/// What reaches the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A key.
    Key(Key),
    /// A paste: never a command.
    Paste(String),
    /// The terminal's new size in columns and lines.
    Resize(u16, u16),
    /// The terminal has the keys again.
    Focus,
    /// The time of day, at the start and at every minute.
    Clock(Instant),
    /// A timer that `Effect::Wake` set.
    Woke(Alarm),
    /// A part of a result.
    Listed(Listed),
    /// Rows that were asked for. Those that no longer exist are missing.
    Rows(Vec<Row>),
    /// A record that was asked for; `None` = it no longer exists.
    Record(ApplicationId, Option<Box<Record>>),
    /// Counts for the top line.
    Summary(Summary),
    /// What a batch would do, with the ticket of the question.
    Planned(u64, Result<Box<BatchPlan>, Explained>),
    /// What a request about 担当, 期限 or a 札 would do, with the ticket of the question.
    FieldPlanned(u64, Result<Box<FieldPlan>, Explained>),
    /// It was carried out or not.
    FieldDone(Result<BatchOutcome, Explained>),
    /// Whether what was opened is in one's hands now, where it wasn't.
    TakenInHand(Result<bool, Explained>),
    /// A note was written or struck through, or not.
    Noted(Result<(), Explained>),
    /// A batch was carried out or not.
    BatchDone(Result<BatchOutcome, Explained>),
    /// The last change was taken back.
    Undone(Result<BatchOutcome, Explained>),
    /// A change that was taken back was made again.
    Redone(Result<BatchOutcome, Explained>),
    /// A file was written or not.
    Exported(Result<Exported, Explained>),
    /// The two books were read or not.
    Books(Result<Box<BooksPage>, Explained>),
    /// 要確認 was decided or not.
    Settled(Decision, Result<BatchOutcome, Explained>),
    /// The 反映用一覧 was written or not.
    ReflectExported(Result<Exported, Explained>),
    /// How far work has come.
    Progress(Progress),
    /// A passphrase shows the hidden screen again, or not.
    Unlocked(Result<(), Explained>),
    /// Somebody (another process, or this one) changed the store.
    StoreChanged,
    /// The views, with the ticket of the question.
    Views(u64, Result<Vec<KnownView>, Explained>),
    /// What each of the views shows, as far as it is counted.
    ViewCounts {
        /// Number of the question.
        ticket: u64,
        /// In the order of the views; `None` = this version doesn't understand the view.
        counts: Vec<Option<u64>>,
        /// Whether all is counted.
        done: bool,
    },
    /// A view was saved or taken away, or not.
    ViewChanged(Result<ViewDone, Explained>),
    /// The forms of a result, with the ticket of the question.
    Forms(u64, Result<Vec<FormFacts>, Explained>),
    /// What a query finds in the whole store, with the ticket of the question.
    Found(u64, Result<Marks, Explained>),
    /// Where the last sitting ended was looked through, or not: with how many marks are gone.
    TakenUp(Result<(Box<Sitting>, u64), Explained>),
    /// Where one stands was kept, or not.
    SittingKept(Result<(), Explained>),
    /// The layout, or another part of the session, was kept, or not.
    LayoutKept(Result<(), Explained>),
    /// A search failed or was cancelled; what it listed so far stays.
    SearchFailed(u64, Explained),
    /// Reading rows, a record or the counts failed; what is on the screen stays.
    Failed(Explained),
    /// New files and rows set aside.
    Intake(IntakeMessage),
    /// 二者確認.
    Request(RequestMessage),
    /// 操作履歴.
    Log(LogMessage),
    /// 電話照会.
    Phone(PhoneMessage),
    /// 照合, 重複の疑い and 番号へ.
    Compare(CompareMessage),
    /// 窓口・郵送分の入力.
    Entry(EntryMessage),
    /// A sealed item was opened, or not.
    Revealed(Result<Seen, Explained>),
    /// The terminal is gone or the system asks to end.
    Hangup,
}

/// What became of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewDone {
    /// It was saved (or stood so already).
    Saved(View),
    /// It was taken away: its name.
    Deleted(String),
}

/// Which applications an export writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportOf {
    /// These.
    Marked(Vec<ApplicationId>),
    /// All that match, evaluated when the file is written.
    Matching(String),
}

/// What the office is asked to do; the backend answers with messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// List what matches → `Listed` in one or more parts, the last one `done`. Ends an earlier search.
    Search {
        /// Number of this search.
        generation: u64,
        /// The query; it has been checked.
        query: String,
        /// The order.
        sort: Sort,
    },
    /// Read rows, with the cells of these columns → `Rows`.
    LoadRows(Vec<ApplicationId>, Vec<Column>),
    /// Read a record → `Record`.
    LoadRecord(ApplicationId),
    /// Try a passphrase of the person who works here → `Unlocked`.
    Unlock(Passphrase),
    /// Count → `Summary`.
    Summarize,
    /// Work out what a batch would do → `Planned` with the same ticket.
    Plan {
        /// Number of the question.
        ticket: u64,
        /// What is asked for.
        request: Request,
        /// For whom.
        ids: Vec<ApplicationId>,
    },
    /// Carry a batch out as it was shown → `BatchDone`.
    Apply {
        /// What was shown.
        plan: Box<BatchPlan>,
        /// The reason that was given.
        reason: Option<String>,
        /// How the applicant asked for it (取下げ) or was told (返却), until when it is to be corrected, and which
        /// 補正文の部品 the reason was made of.
        how: (Option<Declared>, Option<crate::domain::calendar::Day>, Vec<u32>),
    },
    /// Work out what a request about 担当, 期限 or a 札 would do → `FieldPlanned` with the same ticket.
    PlanField {
        /// Number of the question.
        ticket: u64,
        /// What is asked for.
        request: FieldRequest,
        /// For whom.
        ids: Vec<ApplicationId>,
    },
    /// Carry it out as it was shown → `FieldDone`.
    ApplyField {
        /// What was shown.
        plan: Box<FieldPlan>,
        /// The reason that was given.
        reason: Option<String>,
    },
    /// Take what was opened in hand, if nobody has it → `TakenInHand`.
    TakeInHand(ApplicationId),
    /// Write a note → `Noted`.
    AddNote {
        /// On which application.
        id: ApplicationId,
        /// For whom.
        reader: NoteReader,
        /// What it says.
        text: String,
    },
    /// Strike a note through → `Noted`.
    StrikeNote {
        /// On which application.
        id: ApplicationId,
        /// The operation that wrote it.
        note: OperationId,
        /// Why.
        reason: String,
    },
    /// Take the operator's last change back → `Undone`.
    Undo,
    /// Make it again → `Redone`.
    Redo,
    /// Write a file → `Exported`.
    Export {
        /// Kind of file.
        format: ExportFormat,
        /// Where to.
        path: String,
        /// Which applications.
        of: ExportOf,
        /// The columns; `None` = all.
        columns: Option<Vec<Column>>,
        /// In which order, where a query chooses them.
        order: Sort,
    },
    /// Read the views → `Views`; with `count` → `ViewCounts` in one or more parts.
    Views {
        /// Number of the question.
        ticket: u64,
        /// Whether what they show is counted too.
        count: bool,
    },
    /// Save a view → `ViewChanged`.
    SaveView {
        /// The view.
        view: View,
        /// Whether it is for this person alone.
        private: bool,
        /// What it was made on.
        base: ViewBase,
    },
    /// Take a view away → `ViewChanged`.
    DeleteView {
        /// Its name.
        name: String,
        /// Whether it is this person's own.
        private: bool,
        /// What was seen.
        base: ViewBase,
    },
    /// Look which forms a query's result has → `Forms`.
    Forms {
        /// Number of the question.
        ticket: u64,
        /// The query.
        query: String,
    },
    /// Find what a query matches in the whole store, in no order → `Found`.
    Find {
        /// Number of the question.
        ticket: u64,
        /// The query; it has been checked.
        query: String,
    },
    /// Keep the layout for the next sitting → `LayoutKept`.
    KeepLayout(Layout),
    /// Look through where the last sitting ended → `TakenUp`.
    TakeUp(Box<Sitting>),
    /// Keep where one stands, and the layout, for the next sitting → `SittingKept`.
    KeepSitting(Box<Sitting>, Layout),
    /// Keep that the tour was taken or declined → `LayoutKept`.
    KeepToured,
    /// Read the two books → `Books`.
    LoadBooks,
    /// Decide what is 要確認, as it was shown → `Settled`.
    Settle {
        /// Which book is right.
        decision: Decision,
        /// What was shown.
        shown: Vec<Shown>,
    },
    /// Write the files of a 起案, the list to a path → `Exported`.
    WriteRuling(OperationId, String),
    /// Write the 反映用一覧 of all that is 反映待ち to a path → `ReflectExported`.
    ExportReflect(String),
    /// New files and rows set aside → `Intake`.
    Intake(IntakeErrand),
    /// 二者確認 → `Request`.
    Request(RequestErrand),
    /// 操作履歴 → `Log`.
    Log(LogErrand),
    /// 電話照会 → `Phone`.
    Phone(PhoneErrand),
    /// 照合, 重複の疑い and 番号へ → `Compare`.
    Compare(CompareErrand),
    /// 窓口・郵送分の入力 → `Entry`.
    Entry(EntryErrand),
    /// Open a sealed item → `Revealed`.
    Reveal(Box<RevealErrand>),
}

impl Errand {
    /// The kind of work, where it can be cancelled.
    #[must_use]
    pub const fn work(&self) -> Option<Work> {
        match self {
            Self::Search { .. } => Some(Work::Search),
            Self::Plan { .. } | Self::PlanField { .. } => Some(Work::Plan),
            Self::Apply { .. } | Self::Settle { .. } | Self::ApplyField { .. } => Some(Work::Apply),
            Self::AddNote { .. } | Self::StrikeNote { .. } => Some(Work::Apply),
            Self::Undo => Some(Work::Undo),
            Self::Redo => Some(Work::Redo),
            Self::Export { .. } | Self::ExportReflect(_) | Self::WriteRuling(..) => Some(Work::Export),
            Self::Intake(errand) => errand.work(),
            Self::Request(errand) => errand.work(),
            Self::Log(errand) => errand.work(),
            Self::Phone(errand) => errand.work(),
            Self::Compare(errand) => errand.work(),
            Self::Entry(errand) => errand.work(),
            Self::LoadRows(..) | Self::LoadRecord(_) | Self::Summarize | Self::LoadBooks => None,
            Self::TakeUp(_) | Self::KeepSitting(..) => None,
            Self::Views { count: true, .. } => Some(Work::Views),
            Self::Forms { .. } => Some(Work::Forms),
            Self::Find { .. } => Some(Work::Find),
            Self::TakeInHand(_) | Self::KeepToured | Self::Unlock(_) | Self::Reveal(_) => None,
            Self::Views { .. } | Self::SaveView { .. } | Self::DeleteView { .. } | Self::KeepLayout(_) => None,
        }
    }
}

/// What `update` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// To be done by the office.
    Errand(Errand),
    /// Stop this work.
    Cancel(Work),
    /// Come back after some milliseconds.
    Wake(u64, Alarm),
    /// Draw everything again, not only what changed.
    Redraw,
    /// Put the program into the background.
    Suspend,
    /// End the program.
    Quit,
}
