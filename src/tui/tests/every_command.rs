//! Every command in every context that offers it, in every shipped keymap: its key does what the table says. A command
//! without a proof here fails the test, so that none can be added without one.

use ratatui::layout::Position;

use crate::command::{COMMANDS, CommandId as Id, Context as At};
use crate::domain::status::Status;
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};
use crate::tui::message::{Effect, Work};
use crate::tui::motion::is_motion;
use crate::tui::tests::stage::stage;

/// What is known of a screen before a key, to compare with afterwards.
struct Seen {
    screen: String,
    cursor: Position,
    marks: u64,
    row: usize,
    statuses: Vec<Status>,
    exports: usize,
    asked: usize,
}

impl Seen {
    fn of(screen: &Driver) -> Self {
        Self {
            screen: screen.screen(),
            cursor: screen.cursor(),
            marks: screen.model.list.marks().len(),
            row: screen.model.list.cursor(),
            statuses: screen.memory.statuses(),
            exports: screen.memory.exports().len(),
            asked: screen.asked.len(),
        }
    }
}

/// What has to be done before a command has something to do.
fn before(at: At, command: Id) -> &'static [Id] {
    match (at, command) {
        (At::List | At::Books, Id::MarkNone) => &[Id::MarkToggle],
        (At::List | At::Record, Id::Undo) => &[Id::SetStatus, Id::StatusChoose, Id::BatchExecute],
        (At::List | At::Record, Id::Redo) => &[Id::SetStatus, Id::StatusChoose, Id::BatchExecute, Id::Undo],
        (At::Books, Id::Undo) => &[Id::ReflectionAdopt],
        (At::Books, Id::Redo) => &[Id::ReflectionAdopt, Id::Undo],
        (At::Books, Id::ReflectExport) => &[Id::LayerClose],
        (At::View, Id::ViewConfirm) => &[Id::MoveLast, Id::ViewDelete],
        (At::View, Id::ViewDelete) => &[Id::MoveLast],
        (At::Columns, Id::ColumnsUp | Id::ColumnsNarrow) => &[Id::MoveDown],
        (At::ViewSave, Id::DialogChange) => &[Id::MoveDown],
        (At::Record, Id::RecordPrevious) => &[Id::RecordNext],
        (At::Columns, Id::ColumnsReset) => &[Id::ColumnsWiden],
        (At::Filter, Id::FilterClear) => &[Id::ChoiceNext],
        (At::Batch, Id::BatchExclude) => &[Id::BatchTargets],
        (At::Requests, Id::RequestApprove | Id::RequestRefuse | Id::RequestOnTheSpot) => &[Id::RequestsShow],
        (At::Requests, Id::RequestWithdraw) => &[Id::MoveDown],
        (At::Phone, Id::PhoneNext) => &[Id::PhoneTick, Id::PhoneTick],
        (At::Inbox, Id::InboxDiscard | Id::InboxDryRun) => &[Id::MoveDown],
        (At::Compare, Id::CompareUntick) => &[Id::CompareTick, Id::MoveUp],
        (At::Compare, Id::CompareKeep) => &[Id::CompareTick],
        _ => &[],
    }
}

/// Whether the command did its work; `None` = nobody has said what that is.
fn did(at: At, command: Id, seen: &Seen, screen: &Driver) -> Option<bool> {
    let now = screen.screen();
    let context = screen.model.context();
    let marks = screen.model.list.marks().len();
    let changed = now != seen.screen || screen.cursor() != seen.cursor;
    let asked = |effect: &Effect| screen.asked[seen.asked..].contains(effect);
    let differ = screen.memory.statuses() != seen.statuses;
    Some(match command {
        Id::TodayOpen => context == At::Today,
        Id::TodayEnter => context == At::Inbox,
        Id::ListOpen => context == At::List,
        Id::TourOpen => now.contains("案内は練習用のデータ"),
        Id::PracticeHow => now.contains("sekisho practice"),
        Id::TourBegin => now.contains("案内 1/8"),
        Id::TourEnd => screen.model.tour.is_none() && now.contains("いつでも始められます"),
        Id::ListSearch => context == At::Search,
        Id::SearchAccept => context == At::List,
        Id::MarkToggle if at == At::Books => changed,
        Id::MarkToggle => marks == seen.marks + 1,
        Id::MarkAll if at == At::Books => now.matches('●').count() > 1,
        Id::MarkAll | Id::MarkInvert => marks == 20,
        Id::MarkNone if at == At::Books => !now.contains('●'),
        Id::MarkNone => marks == 0,
        Id::MarkRange => marks == 3,
        Id::MarkQuery => context == At::MarkQuery,
        Id::DialogAccept if at == At::MarkQuery => marks > seen.marks,
        Id::PaletteOpen => context == At::Palette,
        Id::PaletteRun => context != At::Palette,
        Id::JobsOpen => context == At::Jobs,
        Id::JobsDetail => changed && now.contains("申込一覧.xlsx"),
        Id::JobsCancel => asked(&Effect::Cancel(Work::Export)),
        Id::NoticesDetail => now.contains("詳細 39") != seen.screen.contains("詳細 39"),
        Id::SetStatus => context == At::Status,
        Id::Assign | Id::Due | Id::Tag | Id::NumberAssign | Id::NoteInternal | Id::NoteApplicant => {
            context == At::Question
        }
        Id::Result | Id::Receive | Id::RulingSubmit | Id::RulingSettle | Id::RulingReturn => context == At::Question,
        Id::PurgeExtend | Id::PurgeDispose => context == At::Question,
        Id::CorrectionRemind => context == At::Question,
        // There is no note to strike through, nothing that is sealed, and that is said.
        Id::NoteStrike | Id::Reveal => changed,
        Id::Export => context == At::Export,
        Id::Undo | Id::Redo => differ,
        Id::RecordOpen => context == At::Record,
        Id::PaneToggle => screen.model.pane,
        Id::RecordPrevious => screen.model.list.cursor() + 1 == seen.row,
        Id::RecordNext => screen.model.list.cursor() == seen.row + 1,
        Id::RecordRevisions => changed,
        Id::ListSort => screen.model.list.sort != crate::tui::message::Sort::default(),
        Id::ListReload => screen.model.list.is_whole(),
        Id::StatusChoose => context == At::Batch,
        Id::BatchNext => changed,
        Id::BatchExecute => differ && context == At::List,
        Id::BatchTargets => now.contains("100000000000"),
        Id::BatchExclude => changed,
        // None of the stage is a 届出, and that is said.
        Id::BatchReturn => changed,
        Id::ExportNext | Id::ExportChange => context == At::Export && changed,
        Id::ExportExecute => screen.memory.exports().len() == seen.exports + 1,
        Id::ViewOpen => context == At::View,
        Id::ViewChoose => screen.model.arrangement.in_force.is_some(),
        Id::ViewSave => context == At::ViewSave,
        Id::ViewDelete | Id::ViewConfirm => changed,
        Id::ColumnsOpen => context == At::Columns,
        Id::ColumnsUp | Id::ColumnsDown | Id::ColumnsNarrow | Id::ColumnsWiden | Id::ColumnsReset => changed,
        Id::SortOpen => context == At::Sort,
        Id::FilterOpen => context == At::Filter,
        Id::FilterClear | Id::ChoicePrevious | Id::ChoiceNext => changed,
        Id::DialogNext | Id::DialogChange => context == at && changed,
        Id::DialogAccept => context != at || changed,
        Id::BooksOpen => context == At::Books,
        Id::BooksEnter => context == At::Record,
        Id::ReflectionAdopt | Id::ReflectionKeep => context == At::Question || changed,
        Id::ReflectExport => context == At::Question,
        Id::QuestionNext => changed,
        Id::QuestionExecute => context == At::Books && now.contains("反映用一覧"),
        Id::InboxOpen => context == At::Inbox,
        Id::InboxDryRun => context == At::Intake,
        Id::InboxContinue | Id::InboxGiveUp => changed,
        Id::InboxDiscard => changed,
        Id::ImportRun => screen.memory.intake(|intake| !intake.imported.is_empty()),
        Id::SetAsideOpen => context == At::SetAside,
        Id::SetAsideRow => changed,
        Id::RejectedExport | Id::RejectedCorrect | Id::RejectedClear | Id::RejectedClearAll => changed,
        Id::LogOpen | Id::LogOfRecord => context == At::Log,
        Id::LogShow => now.contains("変わったこと"),
        Id::LogFilter => now.contains("絞り込み"),
        Id::LogAll => now.contains("履歴の閲覧を含む"),
        Id::LogVerify => now.contains("異常なし"),
        Id::DuplicatesOpen => context == At::Duplicates,
        Id::DuplicatesShow | Id::DuplicatesDecided => context == At::Duplicates && changed,
        Id::DuplicatesDistinct => screen.memory.comparisons(|found| found.distinct.len() == 1),
        // Which one stays is chosen first, and that is said.
        Id::DuplicatesReject | Id::DuplicatesWithdraw => now.contains("Enter で組を開き"),
        Id::CompareOpen => context == At::Compare,
        Id::CompareTick | Id::CompareDiffer => now.contains("1人目 1/"),
        Id::CompareUntick => now.contains("1人目 0/"),
        Id::CompareChanges => now.contains("変わらない項目"),
        Id::CompareAloud => now.contains("読み合わせ 1/"),
        Id::CompareFile => context == At::Question,
        Id::CompareKeep => screen.memory.comparisons(|found| found.kept.len() == 1),
        Id::RecordGo => context == At::Question,
        Id::RequestsOpen => context == At::Requests,
        Id::RequestsShow => now.contains("変わること"),
        Id::RequestsEnded => now.contains("差戻し") && !seen.screen.contains("終わったものも"),
        Id::RequestApprove | Id::RequestRefuse | Id::RequestOnTheSpot | Id::RequestWithdraw => context == At::Decide,
        Id::PhoneOpen => context == At::Phone,
        Id::PhoneNext => now.contains("お答えできること"),
        Id::PhoneTick => now.matches("[x]").count() == 1,
        Id::CallWrite | Id::CallBack => context == At::Question,
        Id::LooksOpen => context == At::Looks,
        Id::EntryOpen => context == At::Entry,
        // Nothing of the stage was entered here, and that is said.
        Id::EntryRevise => changed,
        Id::EntryClear => now.contains("消しました"),
        Id::ConfirmYes => screen.memory.intake(|intake| !intake.discarded.is_empty()),
        Id::HelpRun => context != At::Help || changed,
        Id::NoticesOpen => context == At::Notices,
        Id::LeaveNow => asked(&Effect::Quit),
        Id::LayerClose => context != at || changed,
        Id::HelpOpen => context == At::Help,
        Id::WorkCancel if matches!(at, At::Leave | At::Jobs) => asked(&Effect::Cancel(Work::Export)),
        Id::WorkCancel => now.contains("止める処理はありません"),
        Id::ScreenRedraw => asked(&Effect::Redraw),
        Id::ScreenLock => now.contains("画面を隠しています"),
        Id::ScreenSuspend => asked(&Effect::Suspend),
        Id::Quit => asked(&Effect::Quit),
        _ => return None,
    })
}

#[test]
fn every_command_does_its_work_in_every_context_and_keymap() {
    for keymap in ["default", "vim", "function-keys"] {
        let mut wrong = Vec::new();
        for command in COMMANDS.iter().filter(|command| !is_motion(command.id)) {
            let everywhere = command.contexts.contains(&At::Everywhere);
            for at in
                At::ALL.into_iter().filter(|at| *at != At::Everywhere && (everywhere || command.is_offered_in(*at)))
            {
                let mut screen = stage(at, &Setting { keymap, ..Setting::default() });
                for earlier in before(at, command.id) {
                    screen.command(*earlier);
                }
                match (at, command.id) {
                    (At::List, Id::MarkRange) => drop(screen.press("<Down> <Down>")),
                    (At::MarkQuery, Id::DialogAccept) => drop(screen.press("<Up>山形")),
                    _ => {}
                }
                if (at, command.id) == (At::Batch, Id::BatchExecute) {
                    screen.press("書類がそろったため");
                }
                let seen = Seen::of(&screen);
                screen.command(command.id);
                screen.release();
                match did(at, command.id, &seen, &screen) {
                    Some(true) => {}
                    Some(false) => wrong.push(format!("{} in {at:?}:\n{}", command.id.as_str(), screen.screen())),
                    None => wrong.push(format!("{} has no proof", command.id.as_str())),
                }
            }
        }
        assert!(wrong.is_empty(), "{keymap}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn moving_moves_and_comes_back_in_every_context() {
    for keymap in ["default", "vim", "function-keys"] {
        let mut wrong = Vec::new();
        for at in At::ALL.into_iter().filter(|at| Id::MoveDown.command().is_offered_in(*at)) {
            for (there, back) in
                [(Id::MoveDown, Id::MoveUp), (Id::MovePageDown, Id::MovePageUp), (Id::MoveLast, Id::MoveFirst)]
            {
                if !there.command().is_offered_in(at) {
                    continue;
                }
                let mut screen = stage(at, &Setting { keymap, ..Setting::default() });
                if at == At::Batch {
                    screen.command(Id::BatchTargets);
                }
                if at == At::Intake {
                    screen.resize(60, 16);
                }
                if Id::MoveFirst.command().is_offered_in(at) {
                    screen.command(Id::MoveFirst);
                }
                let first = (screen.screen(), screen.cursor());
                screen.command(there);
                let moved = (screen.screen(), screen.cursor());
                if moved == first {
                    wrong.push(format!("{there:?} in {at:?}:\n{}", screen.screen()));
                }
                screen.command(back);
                let again = (screen.screen(), screen.cursor());
                if again != first {
                    wrong.push(format!("{back:?} in {at:?}:\n{}", screen.screen()));
                }
            }
        }
        assert!(wrong.is_empty(), "{keymap}:\n{}", wrong.join("\n"));
    }
}

/// What can't be run says why, in both languages, and does nothing else.
#[test]
fn a_command_that_cannot_be_run_says_why() {
    for language in [Language::Japanese, Language::English] {
        let mut told = 0;
        for command in COMMANDS.iter().filter(|command| command.contexts.contains(&At::List)) {
            let mut screen = Driver::open(0, &Setting { language, ..Setting::default() });
            let Some(reason) = command.refused(&screen.model.situation()) else { continue };
            screen.command(command.id);
            let sentence: String = screen.model.words.text(reason).chars().take(30).collect();
            screen.shows(&sentence);
            assert_eq!(screen.model.context(), At::List, "{}", command.id.as_str());
            told += 1;
        }
        assert!(told > 5, "{told}");
    }
}
