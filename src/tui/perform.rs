//! What each command of the table does on the screen. A short arm for each; whatever is longer stands with its
//! dialog.

use ratatui::layout::Rect;

use super::arrangement;
use super::books::BooksView;
use super::closing::close;
use super::compare;
use super::dialogs::batch::{self, BatchDialog};
use super::dialogs::call;
use super::dialogs::compare_file;
use super::dialogs::export;
use super::dialogs::fields::{self, Kind};
use super::dialogs::help::{self, HelpDialog};
use super::dialogs::leave;
use super::dialogs::note;
use super::dialogs::palette::{self, PaletteDialog};
use super::dialogs::reflect::{self, ReflectDialog};
use super::dialogs::reveal;
use super::dialogs::settle;
use super::dialogs::sort::{self, SortDialog};
use super::dialogs::status::StatusMenu;
use super::dialogs::{batch_view, columns, confirm, decide, filter, mark_query, status, view_save, views};
use super::duplicates;
use super::entry;
use super::field::TextField;
use super::go::{self, GoDialog};
use super::in_hand;
use super::intake::{IntakeErrand, ask};
use super::jobs;
use super::layer::Layer;
use super::layout;
use super::lock;
use super::log_page;
use super::marking;
use super::message::{Effect, Errand};
use super::model::Model;
use super::motion;
use super::notices::{self, NoticesView};
use super::phone;
use super::requests;
use super::resume;
use super::screens;
use super::screens::inbox::{self, InboxPage};
use super::screens::intake;
use super::screens::jobs::JobsPage;
use super::screens::record::{self, RecordView};
use super::screens::revisions::{self, Page};
use super::screens::set_aside::{self, SetAsidePage};
use super::{today, tour};
use crate::command::{CommandId, Context};
use crate::domain::operation::NoteReader;
use crate::office::Decision;

/// Runs a command that is enabled.
pub(super) fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    use CommandId as Id;
    match command {
        Id::TodayOpen => today::open(model),
        Id::TodayEnter => today::enter(model),
        Id::ListOpen => {
            today::leave(model);
            Vec::new()
        }
        Id::TourOpen | Id::TourBegin => tour::begin(model),
        Id::TourEnd => tour::end(model),
        Id::ListSearch => search(model),
        Id::SearchAccept | Id::LayerClose => close(model),
        Id::MarkToggle => marking::toggle(model),
        Id::MarkAll => marking::all(model),
        Id::MarkNone => marking::none(model),
        Id::MarkInvert => marking::invert(model),
        Id::SetStatus => open(model, |model| Layer::Status(StatusMenu::new(model.targets()))),
        Id::Assign => fields::open(model, Kind::Assign),
        Id::Due => fields::open(model, Kind::Due),
        Id::Tag => fields::open(model, Kind::Tag),
        Id::Receive => fields::open(model, Kind::Receive),
        Id::RulingSubmit => fields::open(model, Kind::Submit),
        Id::RulingSettle => fields::open(model, Kind::Settle),
        Id::CorrectionRemind => fields::open(model, Kind::Remind),
        Id::RulingReturn => fields::open(model, Kind::Return),
        Id::Result => fields::open(model, Kind::Result),
        Id::PurgeExtend => fields::open(model, Kind::Extend),
        Id::PurgeDispose => fields::open(model, Kind::Dispose),
        Id::NumberAssign => fields::open(model, Kind::Number),
        Id::NoteInternal => note::write(model, NoteReader::Staff),
        Id::NoteApplicant => note::write(model, NoteReader::Applicant),
        Id::NoteStrike => note::strike(model),
        Id::Reveal => reveal::open(model),
        Id::StatusChoose => status_choose(model),
        Id::Export => export::open(model),
        Id::Undo => vec![model.begin(Errand::Undo)],
        Id::Redo => vec![model.begin(Errand::Redo)],
        Id::RecordOpen => {
            let id = model.list.current();
            model.layers.extend(id.map(|id| Layer::Record(RecordView::new(id))));
            in_hand::opened(model, id)
        }
        Id::RecordPrevious => neighbour(model, -1),
        Id::RecordNext => neighbour(model, 1),
        Id::RecordRevisions => revisions::toggle(model),
        Id::PaneToggle => {
            model.pane = !model.pane;
            if model.pane && model.places().is_some_and(|places| places.pane.is_none()) {
                let key = model.key_name(Context::List, Id::RecordOpen);
                model.notices.hint(model.words.fill("pane.no_room", &[("key", key)]));
            }
            Vec::new()
        }
        Id::ListSort => {
            model.list.sort = sort::next(model.list.sort);
            vec![model.search_again(true), arrangement::keep(model)]
        }
        Id::ViewOpen => views::open(model),
        Id::MarkRange => marking::range(model),
        Id::MarkQuery => mark_query::open(model),
        Id::ViewChoose | Id::ViewSave | Id::ViewDelete | Id::ViewConfirm => views::perform(model, command),
        Id::ColumnsOpen => columns::open(model),
        Id::ColumnsUp | Id::ColumnsDown | Id::ColumnsNarrow | Id::ColumnsWiden | Id::ColumnsReset => {
            columns::perform(model, command)
        }
        Id::SortOpen => open(model, |model| Layer::Sort(SortDialog::new(model.list.sort))),
        Id::FilterOpen => filter::open(model),
        Id::FilterClear => filter::perform(model, command),
        Id::ChoicePrevious | Id::ChoiceNext | Id::DialogNext | Id::DialogChange | Id::DialogAccept => {
            in_dialog(model, command)
        }
        Id::ListReload if matches!(model.layers.last(), Some(Layer::Log(_))) => log_page::reload(model),
        Id::ListReload if matches!(model.layers.last(), Some(Layer::Duplicates(_))) => duplicates::look_again(model),
        Id::ListReload => reload(model),
        Id::MoveUp | Id::MoveDown | Id::MovePageUp | Id::MovePageDown | Id::MoveFirst | Id::MoveLast => {
            moved(model, command)
        }
        Id::BatchNext | Id::BatchExecute | Id::BatchTargets | Id::BatchExclude | Id::BatchReturn => {
            batch::perform(model, command, batch_view::list_height(dialog_room(model)))
        }
        Id::ExportNext | Id::ExportChange | Id::ExportExecute => export::perform(model, command),
        Id::BooksOpen => {
            model.layers.push(Layer::Books(Box::default()));
            vec![Effect::Errand(Errand::LoadBooks)]
        }
        Id::BooksEnter => books_enter(model),
        Id::ReflectionAdopt => settle::begin(model, Decision::Adopt),
        Id::ReflectionKeep => settle::begin(model, Decision::Keep),
        Id::ReflectExport => open(model, |model| Layer::Reflect(Box::new(ReflectDialog::new(model)))),
        Id::QuestionNext | Id::QuestionExecute => match model.layers.last() {
            Some(Layer::Reflect(_)) => reflect::perform(model, command),
            Some(Layer::Field(_)) => fields::perform(model, command),
            Some(Layer::Note(_)) => note::perform(model, command),
            Some(Layer::Reveal(_)) => reveal::perform(model, command),
            Some(Layer::Call(_)) => call::perform(model, command),
            Some(Layer::CompareFile(_)) => compare_file::perform(model, command),
            Some(Layer::Go(_)) => go::perform(model, command),
            _ => settle::perform(model, command),
        },
        Id::HelpOpen => open(model, |model| Layer::Help(HelpDialog::new(model.context()))),
        Id::HelpRun => help_run(model),
        Id::NoticesOpen => open(model, |model| Layer::Notices(NoticesView::new(&model.notices))),
        Id::InboxOpen => {
            open(model, |model| Layer::Inbox(InboxPage::new(model)));
            vec![ask(IntakeErrand::Look)]
        }
        Id::InboxDryRun | Id::InboxContinue | Id::InboxGiveUp | Id::InboxDiscard => inbox::perform(model, command),
        Id::ImportRun => intake::perform(model, command),
        Id::SetAsideOpen => {
            open(model, |_| Layer::SetAside(SetAsidePage::default()));
            vec![ask(IntakeErrand::LoadSetAside)]
        }
        Id::SetAsideRow | Id::RejectedExport | Id::RejectedCorrect | Id::RejectedClear | Id::RejectedClearAll => {
            set_aside::perform(model, command)
        }
        Id::RequestsOpen => requests::open(model),
        Id::RequestsShow | Id::RequestsEnded => requests::perform(model, command),
        Id::RequestApprove | Id::RequestRefuse | Id::RequestOnTheSpot | Id::RequestWithdraw => {
            requests::perform(model, command)
        }
        Id::PracticeHow => {
            model.notices.say(model.now, model.words.text("practice.how").to_owned());
            Vec::new()
        }
        Id::LogOpen => log_page::open(model),
        Id::LogOfRecord => log_page::open_of_record(model),
        Id::LogShow | Id::LogFilter | Id::LogAll | Id::LogVerify => log_page::perform(model, command),
        Id::PhoneOpen => phone::open(model),
        Id::PhoneNext | Id::PhoneTick | Id::CallWrite | Id::CallBack => phone::perform(model, command),
        Id::LooksOpen => phone::who_looked(model),
        Id::DuplicatesOpen => duplicates::open(model),
        Id::DuplicatesShow
        | Id::DuplicatesDistinct
        | Id::DuplicatesReject
        | Id::DuplicatesWithdraw
        | Id::DuplicatesDecided => duplicates::perform(model, command),
        Id::CompareOpen => compare::open(model),
        Id::CompareTick | Id::CompareDiffer | Id::CompareUntick | Id::CompareChanges => {
            compare::perform(model, command)
        }
        Id::CompareAloud | Id::CompareFile | Id::CompareKeep => compare::perform(model, command),
        Id::RecordGo => open(model, |_| Layer::Go(GoDialog::default())),
        Id::EntryOpen => entry::open(model),
        Id::EntryRevise => entry::revise(model),
        Id::EntryClear => entry::perform(model, command),
        Id::ConfirmYes => confirm::yes(model),
        Id::LeaveNow => resume::leave(model),
        Id::WorkCancel => jobs::cancel_newest(model),
        Id::JobsOpen => open(model, |_| Layer::Jobs(JobsPage::default())),
        Id::JobsDetail | Id::JobsCancel => screens::jobs::perform(model, command),
        // In plain mode the help is the numbered menu of commands, and finds by the same words.
        Id::PaletteOpen if model.plain => open(model, |model| Layer::Help(HelpDialog::new(model.context()))),
        Id::PaletteOpen => open(model, |model| Layer::Palette(PaletteDialog::new(model.context()))),
        Id::PaletteRun => palette::run(model),
        Id::NoticesDetail => notices::detail(model),
        Id::ScreenRedraw => vec![Effect::Redraw],
        Id::ScreenLock => lock::hide(model),
        Id::ScreenSuspend => {
            // Whoever brings the program back shows who they are.
            let mut effects = if model.surroundings.locking.asks { lock::hide(model) } else { Vec::new() };
            effects.push(Effect::Suspend);
            effects
        }
        Id::Quit => {
            if model.work.running().iter().any(leave::asks) {
                open(model, |_| Layer::Leave)
            } else {
                resume::leave(model)
            }
        }
    }
}

/// Opens the search line above the list.
fn search(model: &mut Model) -> Vec<Effect> {
    today::leave(model);
    open(model, |model| Layer::Search(TextField::selected(&model.search.typed)))
}

/// Opens a layer, unless the same kind lies on top already.
fn open(model: &mut Model, layer: impl FnOnce(&Model) -> Layer) -> Vec<Effect> {
    let layer = layer(model);
    let same = model.layers.last().is_some_and(|top| std::mem::discriminant(top) == std::mem::discriminant(&layer));
    if !same {
        model.layers.push(layer);
    }
    Vec::new()
}

/// A command that several dialogs understand, each in its way.
fn in_dialog(model: &mut Model, command: CommandId) -> Vec<Effect> {
    match model.layers.last() {
        Some(Layer::Views(_)) => views::perform(model, command),
        Some(Layer::ViewSave(_)) => view_save::perform(model, command),
        Some(Layer::Columns(_)) => columns::perform(model, command),
        Some(Layer::Sort(_)) => sort::perform(model, command),
        Some(Layer::Filter(_)) => filter::perform(model, command),
        Some(Layer::MarkQuery(_)) => mark_query::perform(model, command),
        Some(Layer::Decide(_)) => decide::perform(model, command),
        Some(Layer::Duplicates(_)) => duplicates::perform(model, command),
        Some(Layer::Compare(_)) => compare::perform(model, command),
        Some(Layer::Entry(_)) => entry::perform(model, command),
        _ => Vec::new(),
    }
}

/// Opens the group under the cursor, or the application whole.
fn books_enter(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Books(books)) = model.layers.last_mut() else { return Vec::new() };
    let id = books.current();
    if books.enter() {
        return Vec::new();
    }
    model.layers.extend(id.map(|id| Layer::Record(RecordView::new(id))));
    in_hand::opened(model, id)
}

fn status_choose(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Status(menu)) = model.layers.last() else { return Vec::new() };
    if let Some(reason) = menu.disabled(menu.request()) {
        model.notices.hint(model.words.text(reason).to_owned());
        return Vec::new();
    }
    let (request, ids) = (menu.request(), menu.ids.clone());
    model.layers.pop();
    model.ticket += 1;
    let (dialog, errand) = BatchDialog::new(model.ticket, request, ids);
    model.layers.push(Layer::Batch(Box::new(dialog)));
    vec![model.begin(errand)]
}

/// Goes to the application before or after without going back to the list.
fn neighbour(model: &mut Model, step: isize) -> Vec<Effect> {
    let way = if step < 0 { CommandId::MoveUp } else { CommandId::MoveDown };
    let (moved, id) = match model.books_mut() {
        Some(books) => {
            let before = books.cursor;
            books.perform(way, 1);
            (books.cursor != before, books.current())
        }
        None => {
            let before = model.list.cursor();
            model.list.move_by(step);
            (model.list.cursor() != before, model.list.current())
        }
    };
    if !moved {
        model.notices.hint(model.words.text(if step < 0 { "record.first" } else { "record.last" }).to_owned());
        return Vec::new();
    }
    if let (Some(Layer::Record(view)), Some(id)) = (model.layers.last_mut(), id) {
        *view = RecordView::new(id);
    }
    Vec::new()
}

fn help_run(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Help(help)) = model.layers.last() else { return Vec::new() };
    match help.chosen(model) {
        Some((_, Some(reason))) => {
            model.notices.hint(reason);
            Vec::new()
        }
        Some((command, None)) => {
            model.layers.pop();
            super::keys::run(model, command)
        }
        None => Vec::new(),
    }
}

/// Reads everything again that may have changed.
pub(super) fn reload(model: &mut Model) -> Vec<Effect> {
    model.list.expire_rows();
    model.open.stale = true;
    let mut effects = vec![model.search_again(true), Effect::Errand(Errand::Summarize)];
    if model.books_mut().is_some_and(BooksView::expire) {
        effects.push(Effect::Errand(Errand::LoadBooks));
    }
    effects.extend(requests::refresh(model));
    effects
}

/// The part of the screen that dialogs may use.
fn dialog_room(model: &Model) -> Rect {
    layout::room(model.size, model.tour.is_some())
}

fn moved(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let room = dialog_room(model);
    let page = usize::from(places.rows.height);
    match model.layers.last() {
        None | Some(Layer::Search(_)) => {
            let last = model.list.ids().len().saturating_sub(1);
            let to = motion::moved(model.list.cursor(), last, command, page);
            model.list.move_by(to as isize - model.list.cursor() as isize);
        }
        Some(Layer::Record(view)) => {
            let width = places.body.width - 2;
            let page = Page::of(model, width);
            let lines = model.open.of(view.id).map_or(0, |r| record::lines(r, view.all_revisions, &page).len());
            if let Some(Layer::Record(view)) = model.layers.last_mut() {
                view.perform(command, lines, usize::from(places.body.height));
            }
        }
        Some(Layer::Help(help)) => {
            let count = help.entries(model).len();
            if let Some(Layer::Help(help)) = model.layers.last_mut() {
                help.perform(command, count, help::page(room));
            }
        }
        Some(Layer::Palette(palette)) => {
            let count = palette.offers(model).len();
            if let Some(Layer::Palette(palette)) = model.layers.last_mut() {
                palette.perform(command, count, palette::page(room));
            }
        }
        Some(Layer::Jobs(_)) => return screens::jobs::perform(model, command),
        Some(Layer::Batch(_)) => return batch::perform(model, command, batch_view::list_height(room)),
        Some(Layer::Export(_)) => return export::perform(model, command),
        Some(Layer::Reflect(_)) => return reflect::perform(model, command),
        Some(Layer::Settle(_)) => return settle::perform(model, command),
        Some(Layer::Field(_)) => return fields::perform(model, command),
        Some(Layer::Note(_)) => return note::perform(model, command),
        Some(Layer::Reveal(_)) => return reveal::perform(model, command),
        Some(Layer::Books(_)) => {
            if let Some(Layer::Books(books)) = model.layers.last_mut() {
                let page = usize::from(screens::books::rows(books.place, places.body).height);
                books.perform(command, page);
            }
        }
        Some(Layer::Status(_)) => {
            if let Some(Layer::Status(menu)) = model.layers.last_mut() {
                menu.perform(command, status::REQUESTS.len());
            }
        }
        Some(Layer::Notices(_)) => {
            notices::perform(model, command, room);
        }
        Some(Layer::Inbox(_)) => return inbox::perform(model, command),
        Some(Layer::Intake(_)) => return intake::perform(model, command),
        Some(Layer::SetAside(_)) => return set_aside::perform(model, command),
        Some(Layer::Views(_) | Layer::ViewSave(_) | Layer::Columns(_) | Layer::Sort(_) | Layer::Filter(_)) => {
            return in_dialog(model, command);
        }
        Some(Layer::Requests(_)) => return requests::perform(model, command),
        Some(Layer::Log(_)) => return log_page::perform(model, command),
        Some(Layer::Decide(_)) => return decide::perform(model, command),
        Some(Layer::Phone(_)) => return phone::perform(model, command),
        Some(Layer::Call(_)) => return call::perform(model, command),
        Some(Layer::Looks(_)) => {
            if let Some(Layer::Looks(page)) = model.layers.last_mut() {
                page.perform(command, room);
            }
        }
        Some(Layer::Entry(_)) => return entry::perform(model, command),
        Some(Layer::Today(_)) => today::moved(model, command),
        Some(Layer::Duplicates(_)) => return duplicates::perform(model, command),
        Some(Layer::Compare(_)) => return compare::perform(model, command),
        Some(Layer::CompareFile(_)) => return compare_file::perform(model, command),
        Some(Layer::Go(_)) => {}
        Some(Layer::MarkQuery(_)) => return mark_query::perform(model, command),
        Some(Layer::Leave | Layer::Confirm(_)) => {}
    }
    Vec::new()
}

/// How many single applications the batch dialog shows at once.
pub(super) fn batch_page(model: &Model) -> usize {
    batch_view::list_height(dialog_room(model))
}
