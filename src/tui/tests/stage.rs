//! Every context with something in it, for the tests that go through all of them.

use crate::command::{CommandId as Id, Context as At};
use crate::tui::driver::{Driver, Setting};
use crate::tui::jobs::End;
use crate::tui::message::Work;
use crate::tui::notices::Notice;

/// A screen on which this context is open and has something in it.
pub fn stage(at: At, setting: &Setting) -> Driver {
    let mut screen = Driver::with_files(setting);
    screen.memory.intake(|intake| intake.cut_off(2, true));
    let way: &[Id] = match at {
        At::List | At::Everywhere => &[],
        At::Search => &[Id::ListSearch],
        At::Today => &[Id::TodayOpen],
        At::Tour => &[],
        At::Palette => &[Id::PaletteOpen],
        At::Jobs => &[Id::JobsOpen],
        At::MarkQuery => &[Id::MarkQuery, Id::MoveDown],
        At::Record => &[Id::RecordOpen],
        At::Status => &[Id::MarkToggle, Id::SetStatus],
        At::Batch => &[Id::MarkAll, Id::SetStatus, Id::StatusChoose],
        At::Export => &[Id::Export],
        At::View => &[Id::ViewOpen],
        At::ViewSave => &[Id::ViewOpen, Id::ViewSave],
        At::Columns => &[Id::ColumnsOpen],
        At::Sort => &[Id::SortOpen],
        At::Filter => &[Id::FilterOpen],
        At::Books => &[Id::BooksOpen, Id::BooksEnter],
        At::Question => &[Id::BooksOpen, Id::ReflectExport],
        At::Help => &[Id::HelpOpen],
        At::Notices => &[Id::NoticesOpen],
        At::Leave => &[Id::SetStatus, Id::StatusChoose],
        At::Inbox => &[Id::InboxOpen],
        At::Intake => &[Id::InboxOpen, Id::MoveDown, Id::InboxDryRun],
        At::SetAside => &[Id::SetAsideOpen],
        At::Log => &[Id::LogOpen],
        At::Requests => &[Id::RequestsOpen],
        At::Decide => &[Id::RequestsOpen, Id::RequestsShow, Id::RequestOnTheSpot],
        At::Phone => &[Id::RecordOpen, Id::PhoneOpen],
        At::Looks => &[Id::RecordOpen, Id::LooksOpen],
        At::Duplicates => &[Id::DuplicatesOpen],
        At::Compare => &[Id::CompareOpen],
        At::Entry => &[Id::EntryOpen, Id::DialogNext],
        At::Confirm => &[Id::InboxOpen, Id::MoveDown, Id::InboxDryRun, Id::ImportRun],
    };
    if matches!(at, At::Requests | At::Decide) {
        screen.memory.sample_requests();
    }
    if at == At::Notices {
        for line in 0..40 {
            let details = vec![format!("詳細 {line}")];
            let text = format!("お知らせ {line}");
            screen.model.notices.add(Notice { at: None, is_error: false, text, details });
        }
    }
    if at == At::Jobs {
        for _ in 0..40 {
            screen.model.work.begin(Work::Import, "申込一覧.csv".to_owned(), None);
            screen.model.work.end(Work::Import, None, End::Done, vec!["37件を取り込みました".to_owned()]);
        }
        screen.model.work.begin(Work::Export, "申込一覧.xlsx".to_owned(), None);
    }
    if at == At::Leave {
        screen.command(Id::Export);
        screen.hold();
        screen.command(Id::ExportExecute);
        screen.model.layers.clear();
        screen.command(Id::Quit);
    } else {
        for command in way {
            screen.command(*command);
        }
    }
    if at == At::Tour {
        screen.model.offer_tour();
    }
    let context = if matches!(at, At::Everywhere | At::Tour) { At::List } else { at };
    assert_eq!(screen.model.context(), context, "{at:?}");
    screen.asked.clear();
    screen
}
