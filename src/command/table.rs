//! The table itself. A new thing that a person can do begins with one row here; the compiler then asks for its
//! meaning on the screen, and tests ask for its texts (`command.ID.title`, `command.ID.description`) and its keys.

use super::context::Context::{
    self, Batch, Books, Confirm, Everywhere, Export, Help, Inbox, Intake, Leave, List, Notices, Question, Record,
    Search, SetAside, Status,
};
use super::context::Context::{Columns, Filter, MarkQuery, Sort, View, ViewSave};
use super::context::Context::{Decide, Jobs, Log, Palette, Requests};
use super::context::Context::{Today, Tour};
use super::situation::{
    Situation, always, needs_application, needs_check, needs_marks, needs_output, needs_pane, needs_pending,
    needs_quiet, needs_rows, needs_target, needs_work,
};
use super::situation::{needs_foreign_request, needs_live_request, needs_others_request, needs_own_request};
use super::situation::{needs_practice, needs_real};
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
    Columns, Sort, Filter, MarkQuery, Palette, Jobs, Today, Requests, Decide, Log,
];

/// Contexts in which lines are moved by: the search line too, which keeps Home and End for its caret.
const MOVING_BY_LINES: &[Context] = &[
    List, Search, Record, Status, Batch, Export, Books, Question, Inbox, Intake, SetAside, Help, Notices, View,
    ViewSave, Columns, Sort, Filter, MarkQuery, Palette, Jobs, Today, Requests, Decide, Log,
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
    ListReload = "list.reload", &[List, Books, Today, Log], Look, undoable false, hint 0, always;
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
    ChoicePrevious = "choice.previous", &[Filter, MarkQuery], Look, undoable false, hint 0, always;
    /// The choice after.
    ChoiceNext = "choice.next", &[Filter, MarkQuery], Look, undoable false, hint 0, always;
    /// On to the next field; on the button: do it.
    DialogNext = "dialog.next", &[ViewSave, Filter, MarkQuery, Decide], Look, undoable false, hint 3, always;
    /// Choose, or take the choice back.
    DialogChange = "dialog.change", &[ViewSave, Columns, Sort, Filter], Look, undoable false, hint 1, always;
    /// Take what the dialog shows, from anywhere in it.
    DialogAccept = "dialog.accept", &[ViewSave, Columns, Sort, Filter, MarkQuery, Decide], Look, undoable false, hint 2, always;
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
    NoticesOpen = "notices.open", &[List, Record, Books, Inbox, Intake, SetAside, Requests, Log, Today], Look, undoable false, hint 0, always;
    /// Leave although work runs.
    LeaveNow = "leave.now", &[Leave], Look, undoable false, hint 1, always;
    /// Close what is open.
    LayerClose = "layer.close", &[Search, Record, Status, Batch, Export, Books, Question, Inbox, Intake, SetAside, Confirm, Help, Notices, Leave, View, ViewSave, Columns, Sort, Filter, MarkQuery, Palette, Jobs, Requests, Decide, Log], Look, undoable false, hint 20, always;
    /// The help.
    HelpOpen = "help.open", &[Everywhere], Look, undoable false, hint 10, always;
    /// Find a command and run it.
    PaletteOpen = "palette.open", &[Everywhere], Look, undoable false, hint 10, always;
    /// Run the chosen command.
    PaletteRun = "palette.run", &[Palette], Look, undoable false, hint 1, always;
    /// Work that runs and what became of the work before.
    JobsOpen = "jobs.open", &[List, Record, Books, Inbox, Intake, SetAside, Requests, Log, Notices, Today], Look, undoable false, hint 0, always;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::command::OnRequest;
    use crate::domain::identity::OperationId;
    use crate::domain::operation::{Body, GrantRow, Grantee, OperatorRow, StreamUid};
    use crate::domain::people::Act;
    use crate::domain::people::{Allowed, People};
    use crate::messages::{Language, Messages};

    #[test]
    fn every_id_leads_to_its_own_row_and_back() {
        for command in COMMANDS {
            assert_eq!(CommandId::parse(command.id.as_str()), Some(command.id));
            assert_eq!(command.id.command().id, command.id);
            assert!(!command.contexts.is_empty());
        }
    }

    /// A new row that changes anything must say which use case it leads to.
    #[test]
    fn every_command_that_needs_more_than_looking_leads_to_a_use_case_of_its_class() {
        let questions = [CommandId::QuestionNext, CommandId::QuestionExecute];
        for command in COMMANDS {
            match command.act() {
                Some(act) => assert_eq!(act.permission(), command.permission, "{command:?}"),
                None => {
                    let looks = command.permission == Permission::Look;
                    assert!(looks || questions.contains(&command.id), "{command:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_allowed_says_so() {
        let mut people = People::default();
        let operation = |body| crate::domain::operation::Operation {
            stream: StreamUid { terminal: [0; 8], epoch: [0; 8] },
            seq: 1,
            at_ms: 0,
            actor: None,
            command: String::new(),
            body,
            approval: None,
            payload: None,
            critical: false,
        };
        let row = OperatorRow { code: "1".into(), enabled: true, ..OperatorRow::default() };
        let id = OperationId::new(0, 1);
        people.enter(id, &operation(Body::Operator { subject: None, row, base: None, from: None }));
        for act in Act::ALL {
            let row = GrantRow {
                to: Grantee::Operator(id),
                right: act.id().into(),
                form: None,
                segment: None,
                from: None,
                until: None,
            };
            let mut people = people.clone();
            people
                .enter(OperationId::new(0, 2), &operation(Body::Grant { subject: None, row, kept: true, base: None }));
            let allowed = people.rights(Some(id), 0, 0).allowed();
            let now =
                Situation { listed: 1, marked: 1, on_application: true, check: true, allowed, ..Situation::default() };
            for command in COMMANDS {
                let granted = command.act().map_or_else(|| allowed.has_any(command.permission), |one| allowed.has(one));
                let refused = command.refused(&now) == Some("disabled.not_permitted");
                assert_eq!(refused, !granted, "{command:?} with {act:?}");
            }
        }
    }

    #[test]
    fn every_command_context_and_reason_has_its_texts_in_both_languages() {
        for language in [Language::Japanese, Language::English] {
            let messages = Messages::load(language, &Assets::built_in());
            for command in COMMANDS {
                assert!(messages.has(&command.title_key()), "{}", command.title_key());
                assert!(messages.has(&command.description_key()), "{}", command.description_key());
                let reading = messages.text(&command.reading_key()).to_owned();
                let kana = |c: char| matches!(c, '\u{3041}'..='\u{3093}' | '\u{30fc}');
                assert!(!reading.is_empty() && reading.chars().all(kana), "{reading}");
                for bits in 0..8192_u32 {
                    let now = Situation {
                        listed: u64::from(bits & 1),
                        marked: u64::from(bits >> 1 & 1),
                        on_application: bits & 4 != 0,
                        writing: bits & 8 != 0,
                        working: bits & 16 != 0,
                        check: bits & 32 != 0,
                        pending: bits & 64 != 0,
                        practice: bits & 128 != 0,
                        plain: bits & 256 != 0,
                        nothing_leaves: bits & 256 != 0,
                        request: (bits & 256 == 0).then_some(OnRequest {
                            undecided: bits & 512 != 0,
                            void: bits & 1024 != 0,
                            own: bits & 2048 != 0,
                            may_decide: bits & 4096 != 0,
                        }),
                        marking: false,
                        allowed: Allowed::EVERYTHING,
                    };
                    if let Some(reason) = command.refused(&now) {
                        assert!(messages.has(reason), "{reason}");
                    }
                }
            }
            for context in Context::ALL {
                assert!(messages.has(&format!("context.{}", context.id())), "{context:?}");
            }
        }
    }
}
