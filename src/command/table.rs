//! The table itself. A new thing that a person can do begins with one row here; the compiler then asks for its
//! meaning on the screen, and tests ask for its texts (`command.ID.title`, `command.ID.description`) and its keys.

use super::context::Context::{
    self, Batch, Books, Columns, Compare, Confirm, Decide, Duplicates, Entry, Everywhere, Export, Filter, Help, Inbox,
    Intake, Jobs, Leave, List, Log, Looks, MarkQuery, Notices, Palette, Phone, Question, Record, Requests, Search,
    SetAside, Sort, Status, Today, Tour, View, ViewSave,
};
use super::situation::{
    Situation, always, needs_application, needs_check, needs_cluster, needs_facing, needs_facing_at_rest,
    needs_foreign_request, needs_live_request, needs_marks, needs_others_request, needs_output, needs_own_request,
    needs_pane, needs_pending, needs_practice, needs_quiet, needs_real, needs_rows, needs_target, needs_work,
};
use crate::domain::people::Permission;

/// One row of the table.
#[derive(Debug)]
pub struct Command {
    /// Its id.
    pub id: CommandId,
    /// Where it is offered.
    pub contexts: &'static [Context],
    /// What it needs.
    pub permission: Permission,
    /// Whether 元に戻す can take it back.
    pub undoable: bool,
    /// Its place in the bottom line, from 1; 0 = only in the help.
    pub hint: u8,
    /// Why the moment doesn't allow it: the message key of a sentence. [`Command::refused`] asks for the right too.
    disabled: fn(&Situation) -> Option<&'static str>,
}

impl Command {
    /// Message key of the title: a few characters, also for the bottom line.
    #[must_use]
    pub fn title_key(&self) -> String {
        format!("command.{}.title", self.id.as_str())
    }

    /// Message key of the description: one sentence.
    #[must_use]
    pub fn description_key(&self) -> String {
        format!("command.{}.description", self.id.as_str())
    }

    /// Message key of the reading of its Japanese title in hiragana, by which it is found too.
    #[must_use]
    pub fn reading_key(&self) -> String {
        format!("command.{}.reading", self.id.as_str())
    }

    /// Why it can't be run just now: the message key of a sentence, `None` = it can.
    #[must_use]
    pub fn refused(&self, now: &Situation) -> Option<&'static str> {
        if now.nothing_leaves && self.permission == Permission::TakeOut {
            return Some("disabled.nothing_leaves");
        }
        let allowed = match self.act() {
            Some(act) => now.allowed.has(act),
            None => now.allowed.has_any(self.permission),
        };
        if allowed { (self.disabled)(now) } else { Some("disabled.not_permitted") }
    }

    /// Whether it is offered in a context.
    #[must_use]
    pub fn is_offered_in(&self, context: Context) -> bool {
        self.contexts.contains(&context) || self.contexts.contains(&Everywhere)
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $contexts:expr, $permission:ident, undoable $undoable:literal, hint $hint:literal, $disabled:ident;)*) => {
        /// The id of a command. Its word never changes once it has landed: keymaps, the log and the manual hold it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CommandId {
            $($(#[$doc])* $name,)*
        }

        impl CommandId {
            /// The dotted word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Reads the dotted word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($id => Some(Self::$name),)* _ => None }
            }

            /// The row of the table.
            #[must_use]
            pub const fn command(self) -> &'static Command {
                // The enum and the table come from the same list, so the position is in range.
                &COMMANDS[self as usize]
            }
        }

        /// Every command, in the order of the help.
        pub const COMMANDS: &[Command] = &[$(Command {
            id: CommandId::$name,
            contexts: $contexts,
            permission: Permission::$permission,
            undoable: $undoable,
            hint: $hint,
            disabled: $disabled,
        }),*];
    };
}

/// Contexts with a list or a text that moves by lines.
const MOVING: &[Context] = &[
    List, Record, Status, Batch, Export, Books, Question, Inbox, Intake, SetAside, Help, Notices, View, ViewSave,
    Columns, Sort, Filter, MarkQuery, Palette, Jobs, Today, Requests, Decide, Log, Phone, Looks, Duplicates, Compare,
    Entry,
];

/// Contexts in which lines are moved by: the search line too, which keeps Home and End for its caret.
const MOVING_BY_LINES: &[Context] = &[
    List, Search, Record, Status, Batch, Export, Books, Question, Inbox, Intake, SetAside, Help, Notices, View,
    ViewSave, Columns, Sort, Filter, MarkQuery, Palette, Jobs, Today, Requests, Decide, Log, Phone, Looks, Duplicates,
    Compare, Entry,
];

commands! {
    /// Edit the query.
    ListSearch = "list.search", &[List, Today], Look, undoable false, hint 6, always;
    /// Give the keys back to the list.
    SearchAccept = "search.accept", &[Search], Look, undoable false, hint 1, always;
    /// Mark or unmark, and go on.
    MarkToggle = "mark.toggle", &[List, Record, Books], Look, undoable false, hint 1, needs_application;
    /// Mark all that match.
    MarkAll = "mark.all", &[List, Books], Look, undoable false, hint 2, needs_rows;
    /// Mark none.
    MarkNone = "mark.none", &[List, Books], Look, undoable false, hint 0, needs_marks;
    /// Turn the marks of the present result over.
    MarkInvert = "mark.invert", &[List], Look, undoable false, hint 3, needs_rows;
    /// Mark or unmark all from the row that was marked last to this one.
    MarkRange = "mark.range", &[List], Look, undoable false, hint 16, needs_rows;
    /// Mark or unmark what a query finds in the whole store.
    MarkQuery = "mark.query", &[List], Look, undoable false, hint 17, always;
    /// Change the status.
    SetStatus = "application.set_status", &[List, Record], ChangeStatus, undoable true, hint 4, needs_target;
    /// Put somebody in charge.
    Assign = "application.assign", &[List, Record], ChangeStatus, undoable true, hint 0, needs_target;
    /// Set a due day.
    Due = "application.due", &[List, Record], ChangeStatus, undoable true, hint 0, needs_target;
    /// Put a 札 on, or take it off.
    Tag = "application.tag", &[List, Record], ChangeStatus, undoable true, hint 0, needs_target;
    /// Enter 審査結果.
    Result = "application.result", &[List, Record], ChangeStatus, undoable true, hint 0, needs_target;
    /// Give 収受日 and 収受番号.
    Receive = "application.receive", &[List, Record], ChangeStatus, undoable true, hint 0, needs_target;
    /// Make a 起案.
    RulingSubmit = "ruling.submit", &[List, Record], ChangeStatus, undoable true, hint 0, needs_target;
    /// Enter 決裁済.
    RulingSettle = "ruling.settle", &[List, Record], ChangeStatus, undoable false, hint 0, needs_target;
    /// Enter 差戻し.
    RulingReturn = "ruling.return", &[List, Record], ChangeStatus, undoable false, hint 0, needs_target;
    /// 延長.
    PurgeExtend = "purge.extend", &[List, Record], Dispose, undoable true, hint 0, needs_target;
    /// 廃棄.
    PurgeDispose = "purge.dispose", &[List, Record], Dispose, undoable false, hint 0, needs_target;
    /// Record that a 補正の催促 went out.
    CorrectionRemind = "correction.remind", &[List, Record], ChangeStatus, undoable true, hint 0, needs_target;
    /// Give 個別番号.
    NumberAssign = "number.assign", &[List, Record], ChangeStatus, undoable true, hint 0, needs_target;
    /// Write a note for staff.
    NoteInternal = "note.internal", &[List, Record], ChangeStatus, undoable false, hint 0, needs_application;
    /// Write a note for the applicant.
    NoteApplicant = "note.applicant", &[List, Record], ChangeStatus, undoable false, hint 0, needs_application;
    /// Strike a note through.
    NoteStrike = "note.strike", &[Record], ChangeStatus, undoable false, hint 0, needs_application;
    /// Look at a sealed item.
    Reveal = "item.reveal", &[Record], Reveal, undoable false, hint 0, needs_application;
    /// Write a file.
    Export = "application.export", &[List], TakeOut, undoable false, hint 5, needs_output;
    /// Take the last change back.
    Undo = "operation.undo", &[List, Record, Books], ChangeStatus, undoable true, hint 7, needs_quiet;
    /// Make the change that was taken back again.
    Redo = "operation.redo", &[List, Record, Books], ChangeStatus, undoable true, hint 0, needs_quiet;
    /// See the application whole.
    RecordOpen = "record.open", &[List], Look, undoable false, hint 8, needs_application;
    /// Show or hide the pane beside the list.
    PaneToggle = "pane.toggle", &[List], Look, undoable false, hint 9, needs_pane;
    /// The application before.
    RecordPrevious = "record.previous", &[Record], Look, undoable false, hint 5, needs_rows;
    /// The application after.
    RecordNext = "record.next", &[Record], Look, undoable false, hint 6, needs_rows;
    /// Tell every revision of the application, or only the last.
    RecordRevisions = "record.revisions", &[Record], Look, undoable false, hint 7, needs_rows;
    /// Sort by the next column.
    ListSort = "list.sort", &[List], Look, undoable false, hint 0, needs_rows;
    /// Read the store again.
    ListReload = "list.reload", &[List, Books, Today, Log, Duplicates], Look, undoable false, hint 0, always;
    /// Up.
    MoveUp = "move.up", MOVING_BY_LINES, Look, undoable false, hint 0, always;
    /// Down.
    MoveDown = "move.down", MOVING_BY_LINES, Look, undoable false, hint 0, always;
    /// A page up.
    MovePageUp = "move.page_up", MOVING_BY_LINES, Look, undoable false, hint 0, always;
    /// A page down.
    MovePageDown = "move.page_down", MOVING_BY_LINES, Look, undoable false, hint 0, always;
    /// To the first.
    MoveFirst = "move.first", MOVING, Look, undoable false, hint 0, always;
    /// To the last.
    MoveLast = "move.last", MOVING, Look, undoable false, hint 0, always;
    /// Take the chosen status.
    StatusChoose = "status.choose", &[Status], ChangeStatus, undoable false, hint 1, always;
    /// In the batch dialog: on to the next field; on the button: do it.
    BatchNext = "batch.next", &[Batch], ChangeStatus, undoable true, hint 1, always;
    /// Do it, from anywhere in the dialog.
    BatchExecute = "batch.execute", &[Batch], ChangeStatus, undoable true, hint 2, needs_quiet;
    /// Show the applications that the batch is about, or the summary again.
    BatchTargets = "batch.targets", &[Batch], Look, undoable false, hint 3, always;
    /// Take an application (or all that can't be moved) off the batch.
    BatchExclude = "batch.exclude", &[Batch], Look, undoable false, hint 4, always;
    /// Send back what can't be 不受理 because it is a 届出.
    BatchReturn = "batch.return", &[Batch], ChangeStatus, undoable false, hint 0, always;
    /// In the export dialog: on to the next field; on the button: do it.
    ExportNext = "export.next", &[Export], TakeOut, undoable false, hint 1, always;
    /// The next choice of the field.
    ExportChange = "export.change", &[Export], Look, undoable false, hint 2, always;
    /// Write the file, from anywhere in the dialog.
    ExportExecute = "export.execute", &[Export], TakeOut, undoable false, hint 3, always;
    /// The views.
    ViewOpen = "view.open", &[List, Today], Look, undoable false, hint 12, always;
    /// Put the chosen view in force.
    ViewChoose = "view.choose", &[View], Look, undoable false, hint 1, always;
    /// Save query, order and columns of the list as a view.
    ViewSave = "view.save", &[View], Look, undoable false, hint 2, always;
    /// Ask whether to take the chosen view away.
    ViewDelete = "view.delete", &[View], Look, undoable false, hint 3, always;
    /// Take it away.
    ViewConfirm = "view.confirm", &[View], Look, undoable false, hint 0, always;
    /// The columns of the list.
    ColumnsOpen = "columns.open", &[List], Look, undoable false, hint 14, always;
    /// Move the column forward.
    ColumnsUp = "columns.up", &[Columns], Look, undoable false, hint 2, always;
    /// Move the column back.
    ColumnsDown = "columns.down", &[Columns], Look, undoable false, hint 3, always;
    /// Make the column narrower.
    ColumnsNarrow = "columns.narrow", &[Columns], Look, undoable false, hint 4, always;
    /// Make the column wider.
    ColumnsWiden = "columns.widen", &[Columns], Look, undoable false, hint 5, always;
    /// The usual columns again.
    ColumnsReset = "columns.reset", &[Columns], Look, undoable false, hint 6, always;
    /// The order of the list.
    SortOpen = "sort.open", &[List], Look, undoable false, hint 15, always;
    /// The query as a form.
    FilterOpen = "filter.open", &[List], Look, undoable false, hint 13, always;
    /// Empty the form.
    FilterClear = "filter.clear", &[Filter], Look, undoable false, hint 4, always;
    /// The choice before.
    ChoicePrevious = "choice.previous", &[Filter, MarkQuery, Duplicates, Compare, Entry], Look, undoable false, hint 0, always;
    /// The choice after.
    ChoiceNext = "choice.next", &[Filter, MarkQuery, Duplicates, Compare, Entry], Look, undoable false, hint 0, always;
    /// On to the next field; on the button: do it.
    DialogNext = "dialog.next", &[ViewSave, Filter, MarkQuery, Decide, Entry], Look, undoable false, hint 3, always;
    /// Choose, or take the choice back.
    DialogChange = "dialog.change", &[ViewSave, Columns, Sort, Filter], Look, undoable false, hint 1, always;
    /// Take what the dialog shows, from anywhere in it.
    DialogAccept = "dialog.accept", &[ViewSave, Columns, Sort, Filter, MarkQuery, Decide, Entry], Look, undoable false, hint 2, always;
    /// See the two books.
    BooksOpen = "books.open", &[List, Today], Look, undoable false, hint 9, always;
    /// Open the group, or the application whole.
    BooksEnter = "books.enter", &[Books], Look, undoable false, hint 2, always;
    /// 元システムに合わせる: take their status.
    ReflectionAdopt = "reflection.adopt", &[Books], ChangeStatus, undoable true, hint 1, needs_check;
    /// 関所の状況を残す: keep ours, theirs is to be corrected.
    ReflectionKeep = "reflection.keep", &[Books], ChangeStatus, undoable true, hint 1, needs_check;
    /// Write the 反映用一覧.
    ReflectExport = "reflect.export", &[Books], TakeOut, undoable false, hint 2, needs_pending;
    /// In a question: on to the button; on the button: do it.
    QuestionNext = "question.next", &[Question], ChangeStatus, undoable true, hint 1, always;
    /// Do it, from anywhere in the question.
    QuestionExecute = "question.execute", &[Question], ChangeStatus, undoable true, hint 2, needs_quiet;
    /// New files.
    InboxOpen = "inbox.open", &[List, Today], Look, undoable false, hint 9, always;
    /// What taking a file in would do.
    InboxDryRun = "inbox.dry_run", &[Inbox], Look, undoable false, hint 1, always;
    /// Go on with the import that was cut off.
    InboxContinue = "inbox.continue", &[Inbox], TakeIn, undoable false, hint 0, always;
    /// Give the import up that was cut off.
    InboxGiveUp = "inbox.give_up", &[Inbox], TakeIn, undoable false, hint 0, always;
    /// Delete a download that was taken in.
    InboxDiscard = "inbox.discard", &[Inbox], TakeIn, undoable false, hint 3, always;
    /// Take the file in.
    ImportRun = "import.run", &[Intake], TakeIn, undoable false, hint 1, always;
    /// The rows set aside.
    SetAsideOpen = "set_aside.open", &[List, Inbox, Intake, Today], Look, undoable false, hint 13, always;
    /// A row as it stood in its file.
    SetAsideRow = "set_aside.row", &[SetAside], Look, undoable false, hint 1, always;
    /// Write the rows set aside with their reasons.
    RejectedExport = "rejected.export", &[SetAside], TakeOut, undoable false, hint 2, always;
    /// Write the rows set aside as they stood, to be corrected and imported again.
    RejectedCorrect = "rejected.correct", &[SetAside], TakeOut, undoable false, hint 3, always;
    /// Erase the rows that this import set aside.
    RejectedClear = "rejected.clear", &[SetAside], TakeIn, undoable false, hint 4, always;
    /// Erase all rows set aside.
    RejectedClearAll = "rejected.clear_all", &[SetAside], TakeIn, undoable false, hint 0, always;
    /// 二者確認待ち.
    RequestsOpen = "requests.open", &[List, Today], Look, undoable false, hint 18, always;
    /// A request whole.
    RequestsShow = "requests.show", &[Requests], Look, undoable false, hint 1, always;
    /// Those that were decided too, or only those that wait.
    RequestsEnded = "requests.ended", &[Requests], Look, undoable false, hint 6, always;
    /// Approve it.
    RequestApprove = "request.approve", &[Requests], Release, undoable false, hint 2, needs_others_request;
    /// Refuse it.
    RequestRefuse = "request.refuse", &[Requests], Release, undoable false, hint 3, needs_foreign_request;
    /// その場確認: somebody beside the screen approves it.
    RequestOnTheSpot = "request.on_the_spot", &[Requests], Look, undoable false, hint 4, needs_live_request;
    /// Take one's own back.
    RequestWithdraw = "request.withdraw", &[Requests], Look, undoable false, hint 5, needs_own_request;
    /// 操作履歴.
    LogOpen = "log.open", &[List, Today], Look, undoable false, hint 0, always;
    /// 操作履歴 of the application that is read.
    LogOfRecord = "log.of_record", &[Record], Look, undoable false, hint 0, always;
    /// An operation whole; what was typed is taken.
    LogShow = "log.show", &[Log], Look, undoable false, hint 1, always;
    /// Narrow the log.
    LogFilter = "log.filter", &[Log], Look, undoable false, hint 2, always;
    /// The looks at the log itself too, or not.
    LogAll = "log.all", &[Log], Look, undoable false, hint 4, always;
    /// Go through the chain.
    LogVerify = "log.verify", &[Log], Look, undoable false, hint 3, always;
    /// 電話照会: find the caller, or take the open record.
    PhoneOpen = "phone.open", &[List, Today, Record], Look, undoable false, hint 0, always;
    /// Open the chosen application; from 本人確認 on to the answer.
    PhoneNext = "phone.next", &[Phone], Look, undoable false, hint 1, always;
    /// The caller said this right.
    PhoneTick = "phone.tick", &[Phone], Look, undoable false, hint 2, needs_application;
    /// 応対記録.
    CallWrite = "call.write", &[Phone], ChangeStatus, undoable false, hint 3, needs_application;
    /// 折返し.
    CallBack = "call.callback", &[Phone], ChangeStatus, undoable false, hint 4, needs_application;
    /// Who looked at the application.
    LooksOpen = "looks.open", &[Record, Phone], Look, undoable false, hint 8, needs_application;
    /// 重複の疑い.
    DuplicatesOpen = "duplicates.open", &[List, Today], Look, undoable false, hint 0, always;
    /// A cluster side by side; there, the chosen application whole.
    DuplicatesShow = "duplicates.show", &[Duplicates], Look, undoable false, hint 1, always;
    /// 重複ではない, or taken back.
    DuplicatesDistinct = "duplicates.distinct", &[Duplicates], ChangeStatus, undoable false, hint 2, needs_cluster;
    /// Keep the chosen one, the others to 不受理.
    DuplicatesReject = "duplicates.reject", &[Duplicates], ChangeStatus, undoable true, hint 3, needs_cluster;
    /// Keep the chosen one, the other to 取下げ.
    DuplicatesWithdraw = "duplicates.withdraw", &[Duplicates], ChangeStatus, undoable true, hint 4, needs_cluster;
    /// Those that were found to be none too.
    DuplicatesDecided = "duplicates.decided", &[Duplicates], Look, undoable false, hint 5, always;
    /// 照合.
    CompareOpen = "compare.open", &[List, Record], Look, undoable false, hint 20, needs_application;
    /// The field is good; go on.
    CompareTick = "compare.tick", &[Compare], ChangeStatus, undoable false, hint 1, needs_facing;
    /// The field differs; go on.
    CompareDiffer = "compare.differ", &[Compare], ChangeStatus, undoable false, hint 2, needs_facing;
    /// The field isn't looked at yet.
    CompareUntick = "compare.untick", &[Compare], ChangeStatus, undoable false, hint 3, needs_facing;
    /// Only what changed, or everything.
    CompareChanges = "compare.changes", &[Compare], Look, undoable false, hint 5, needs_facing;
    /// 読み合わせ.
    CompareAloud = "compare.aloud", &[Compare], Look, undoable false, hint 6, needs_facing;
    /// Compare with a row of a list.
    CompareFile = "compare.file", &[Compare], Look, undoable false, hint 7, always;
    /// Keep what was found.
    CompareKeep = "compare.keep", &[Compare], ChangeStatus, undoable false, hint 4, needs_facing_at_rest;
    /// 番号へ.
    RecordGo = "record.go", &[List, Record, Books, Today, Requests, Log, Duplicates, Inbox, SetAside], Look, undoable false, hint 0, always;
    /// 窓口・郵送分の入力.
    EntryOpen = "entry.open", &[List, Today], TakeIn, undoable false, hint 0, always;
    /// Correct what was entered here.
    EntryRevise = "entry.revise", &[Record], TakeIn, undoable false, hint 0, needs_application;
    /// Take back what was typed on the page.
    EntryClear = "entry.clear", &[Entry], Look, undoable false, hint 4, always;
    /// Yes.
    ConfirmYes = "confirm.yes", &[Confirm], Look, undoable false, hint 1, always;
    /// Run the chosen entry of the help.
    HelpRun = "help.run", &[Help], Look, undoable false, hint 1, always;
    /// Open what the line is about.
    TodayEnter = "today.enter", &[Today], Look, undoable false, hint 1, always;
    /// 今日の仕事.
    TodayOpen = "today.open", &[List, Record, Books, Inbox, SetAside], Look, undoable false, hint 19, always;
    /// The list.
    ListOpen = "list.open", &[Today], Look, undoable false, hint 2, always;
    /// Begin the tour, now or again.
    TourOpen = "tour.open", &[Today], Look, undoable false, hint 3, needs_practice;
    /// Tell how 練習モード is opened.
    PracticeHow = "practice.how", &[List, Today], Look, undoable false, hint 0, needs_real;
    /// Take the tour that is offered.
    TourBegin = "tour.begin", &[Tour], Look, undoable false, hint 0, always;
    /// End the tour, or decline it.
    TourEnd = "tour.end", &[Tour], Look, undoable false, hint 0, always;
    /// The messages of this session.
    NoticesOpen = "notices.open", &[List, Record, Books, Inbox, Intake, SetAside, Requests, Log, Duplicates, Compare, Today, Phone], Look, undoable false, hint 0, always;
    /// Leave although work runs.
    LeaveNow = "leave.now", &[Leave], Look, undoable false, hint 1, always;
    /// Close what is open.
    LayerClose = "layer.close", &[Search, Record, Status, Batch, Export, Books, Question, Inbox, Intake, SetAside, Confirm, Help, Notices, Leave, View, ViewSave, Columns, Sort, Filter, MarkQuery, Palette, Jobs, Requests, Decide, Entry, Log, Duplicates, Compare, Phone, Looks], Look, undoable false, hint 20, always;
    /// The help.
    HelpOpen = "help.open", &[Everywhere], Look, undoable false, hint 10, always;
    /// Find a command and run it.
    PaletteOpen = "palette.open", &[Everywhere], Look, undoable false, hint 10, always;
    /// Run the chosen command.
    PaletteRun = "palette.run", &[Palette], Look, undoable false, hint 1, always;
    /// Work that runs and what became of the work before.
    JobsOpen = "jobs.open", &[List, Record, Books, Inbox, Intake, SetAside, Requests, Log, Duplicates, Compare, Notices, Today, Phone], Look, undoable false, hint 0, always;
    /// What became of the chosen work.
    JobsDetail = "jobs.detail", &[Jobs], Look, undoable false, hint 1, always;
    /// Stop the chosen work.
    JobsCancel = "jobs.cancel", &[Jobs], Look, undoable false, hint 2, needs_work;
    /// The details of the chosen message.
    NoticesDetail = "notices.detail", &[Notices], Look, undoable false, hint 1, always;
    /// Stop the newest work that runs and can be stopped.
    WorkCancel = "work.cancel", &[Everywhere], Look, undoable false, hint 0, needs_work;
    /// Draw everything again.
    ScreenRedraw = "screen.redraw", &[Everywhere], Look, undoable false, hint 0, always;
    /// Hide the screen at once.
    ScreenLock = "screen.lock", &[Everywhere], Look, undoable false, hint 0, always;
    /// Put the program into the background.
    ScreenSuspend = "screen.suspend", &[Everywhere], Look, undoable false, hint 0, always;
    /// Leave.
    Quit = "screen.quit", &[List, Today], Look, undoable false, hint 11, always;
}
