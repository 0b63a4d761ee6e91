//! Every context with something in it, for the tests that go through all of them.

use crate::command::{CommandId as Id, Context as At};
use crate::tui::driver::{Driver, Setting};

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
        At::MarkQuery => &[Id::MarkQuery],
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
        At::Confirm => &[Id::InboxOpen, Id::MoveDown, Id::InboxDryRun, Id::ImportRun],
    };
    if at == At::Notices {
        for line in 0..40 {
            screen.model.notices.say(None, format!("お知らせ {line}"));
        }
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
