//! What can lie open above the list: pages, dialogs, the search line. The uppermost has the keys.

use super::books::BooksView;
use super::compare::ComparePage;
use super::dialogs::batch::BatchDialog;
use super::dialogs::call::CallDialog;
use super::dialogs::columns::ColumnsDialog;
use super::dialogs::compare_file::CompareFileDialog;
use super::dialogs::confirm::Question;
use super::dialogs::decide::DecideDialog;
use super::dialogs::export::ExportDialog;
use super::dialogs::fields::FieldDialog;
use super::dialogs::filter::FilterDialog;
use super::dialogs::help::HelpDialog;
use super::dialogs::mark_query::MarkQueryDialog;
use super::dialogs::note::NoteDialog;
use super::dialogs::palette::PaletteDialog;
use super::dialogs::reflect::ReflectDialog;
use super::dialogs::reveal::RevealDialog;
use super::dialogs::settle::SettleDialog;
use super::dialogs::sort::SortDialog;
use super::dialogs::status::StatusMenu;
use super::dialogs::view_save::ViewSaveDialog;
use super::dialogs::views::ViewsDialog;
use super::duplicates::DuplicatesPage;
use super::entry::EntryPage;
use super::field::TextField;
use super::go::GoDialog;
use super::log_page::LogPage;
use super::notices::NoticesView;
use super::phone::PhonePage;
use super::requests::RequestsPage;
use super::screens::inbox::InboxPage;
use super::screens::intake::IntakePage;
use super::screens::jobs::JobsPage;
use super::screens::looks::LooksPage;
use super::screens::record::RecordView;
use super::screens::set_aside::SetAsidePage;
use super::secret_field::SecretField;
use super::today::TodayPage;
use crate::command::Context;

/// What lies open above the list. The uppermost has the keys.
#[derive(Debug, Clone)]
pub enum Layer {
    /// The search line is being edited.
    Search(TextField),
    /// An application whole.
    Record(RecordView),
    /// The menu of statuses.
    Status(StatusMenu),
    /// The batch dialog.
    Batch(Box<BatchDialog>),
    /// The export dialog.
    Export(ExportDialog),
    /// The views.
    Views(ViewsDialog),
    /// Saving a view.
    ViewSave(ViewSaveDialog),
    /// The columns.
    Columns(ColumnsDialog),
    /// The order.
    Sort(SortDialog),
    /// The query as a form.
    Filter(Box<FilterDialog>),
    /// Marking by a query.
    MarkQuery(Box<MarkQueryDialog>),
    /// The two books.
    Books(Box<BooksView>),
    /// The question before deciding several that are 要確認.
    Settle(Box<SettleDialog>),
    /// 担当, 期限, 札.
    Field(Box<FieldDialog>),
    /// A note.
    Note(Box<NoteDialog>),
    /// Looking at a sealed item.
    Reveal(Box<RevealDialog>),
    /// Where the 反映用一覧 is written to.
    Reflect(Box<ReflectDialog>),
    /// The help.
    Help(HelpDialog),
    /// The list of messages.
    Notices(NoticesView),
    /// Whether to leave although work runs.
    Leave,
    /// 新着ファイル.
    Inbox(InboxPage),
    /// One file on its way in.
    Intake(Box<IntakePage>),
    /// The rows set aside.
    SetAside(SetAsidePage),
    /// 二者確認待ち.
    Requests(Box<RequestsPage>),
    /// Deciding about a request.
    Decide(Box<DecideDialog>),
    /// 操作履歴.
    Log(Box<LogPage>),
    /// 重複の疑い.
    Duplicates(Box<DuplicatesPage>),
    /// 照合.
    Compare(Box<ComparePage>),
    /// The list to compare with.
    CompareFile(CompareFileDialog),
    /// 番号へ.
    Go(GoDialog),
    /// 窓口・郵送分の入力.
    Entry(Box<EntryPage>),
    /// A question.
    Confirm(Question),
    /// The palette.
    Palette(PaletteDialog),
    /// Work that runs and that ended.
    Jobs(JobsPage),
    /// 今日の仕事.
    Today(TodayPage),
    /// 電話照会.
    Phone(Box<PhonePage>),
    /// Writing a 応対記録.
    Call(Box<CallDialog>),
    /// Who looked at an application.
    Looks(LooksPage),
}

impl Layer {
    /// Where the keys go while it is the uppermost.
    #[must_use]
    pub const fn context(&self) -> Context {
        match self {
            Self::Search(_) => Context::Search,
            Self::Record(_) => Context::Record,
            Self::Status(_) => Context::Status,
            Self::Batch(_) => Context::Batch,
            Self::Export(_) => Context::Export,
            Self::Views(_) => Context::View,
            Self::ViewSave(_) => Context::ViewSave,
            Self::Columns(_) => Context::Columns,
            Self::Sort(_) => Context::Sort,
            Self::Filter(_) => Context::Filter,
            Self::MarkQuery(_) => Context::MarkQuery,
            Self::Books(_) => Context::Books,
            Self::Settle(_) | Self::Reflect(_) | Self::Field(_) | Self::Note(_) | Self::Reveal(_) | Self::Call(_) => {
                Context::Question
            }
            Self::CompareFile(_) | Self::Go(_) => Context::Question,
            Self::Duplicates(_) => Context::Duplicates,
            Self::Compare(_) => Context::Compare,
            Self::Help(_) => Context::Help,
            Self::Notices(_) => Context::Notices,
            Self::Leave => Context::Leave,
            Self::Inbox(_) => Context::Inbox,
            Self::Intake(_) => Context::Intake,
            Self::SetAside(_) => Context::SetAside,
            Self::Requests(_) => Context::Requests,
            Self::Decide(_) => Context::Decide,
            Self::Log(_) => Context::Log,
            Self::Entry(_) => Context::Entry,
            Self::Confirm(_) => Context::Confirm,
            Self::Palette(_) => Context::Palette,
            Self::Jobs(_) => Context::Jobs,
            Self::Today(_) => Context::Today,
            Self::Phone(_) => Context::Phone,
            Self::Looks(_) => Context::Looks,
        }
    }

    /// The text field that has the keys, if one has them.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        match self {
            Self::Search(field) => Some(field),
            Self::Help(help) => Some(&mut help.filter),
            Self::Palette(palette) => Some(&mut palette.field),
            Self::Batch(dialog) => dialog.field_mut(),
            Self::Export(dialog) => dialog.field_mut(),
            Self::ViewSave(dialog) => dialog.field_mut(),
            Self::Filter(dialog) => dialog.field_mut(),
            Self::MarkQuery(dialog) => dialog.field_mut(),
            Self::Settle(dialog) => dialog.field_mut(),
            Self::Field(dialog) => dialog.field_mut(),
            Self::Note(dialog) => dialog.field_mut(),
            Self::Reveal(dialog) => dialog.field_mut(),
            Self::Decide(dialog) => dialog.field_mut(),
            Self::Entry(page) => page.field_mut(),
            Self::Reflect(dialog) => dialog.field_mut(),
            Self::Log(page) => page.field.as_mut(),
            Self::Phone(page) => page.field_mut(),
            Self::Call(dialog) => dialog.field_mut(),
            Self::CompareFile(dialog) => dialog.field_mut(),
            Self::Go(dialog) => dialog.field_mut(),
            _ => None,
        }
    }

    /// The field for a passphrase, if one has the keys.
    pub fn secret_mut(&mut self) -> Option<&mut SecretField> {
        match self {
            Self::Decide(dialog) => dialog.secret_mut(),
            Self::Entry(page) => page.secret_mut(),
            Self::Reveal(dialog) => dialog.secret_mut(),
            _ => None,
        }
    }

    /// The page of 窓口・郵送分の入力.
    pub fn entry_mut(&mut self) -> Option<&mut EntryPage> {
        if let Self::Entry(page) = self { Some(page) } else { None }
    }

    /// Whether it lists the commands of what lies below it.
    #[must_use]
    pub const fn lists_commands(&self) -> bool {
        matches!(self, Self::Help(_) | Self::Palette(_))
    }

    /// Whether a text field has the keys, so that bare letters are text.
    #[must_use]
    pub fn types_text(&self) -> bool {
        match self {
            Self::Search(_) | Self::Help(_) | Self::Palette(_) => true,
            Self::Batch(dialog) => dialog.types_text(),
            Self::Export(dialog) => dialog.types_text(),
            Self::ViewSave(dialog) => dialog.types_text(),
            Self::Filter(dialog) => dialog.types_text(),
            Self::MarkQuery(dialog) => dialog.types_text(),
            Self::Settle(dialog) => dialog.types_text(),
            Self::Field(dialog) => dialog.types_text(),
            Self::Note(dialog) => dialog.types_text(),
            Self::Reveal(dialog) => dialog.types_text(),
            Self::Decide(dialog) => dialog.types_text(),
            Self::Entry(page) => page.types_text(),
            Self::Reflect(dialog) => dialog.types_text(),
            Self::Log(page) => page.field.is_some(),
            Self::Phone(page) => page.types_text(),
            Self::Call(dialog) => dialog.types_text(),
            Self::CompareFile(dialog) => dialog.types_text(),
            Self::Go(dialog) => !dialog.running,
            _ => false,
        }
    }
}
