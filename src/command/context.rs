//! Where on the screen a command is offered.

/// A place with its own keys. The id is the name of the section in a keymap file and the message key `context.ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Offered in every other context too.
    Everywhere,
    /// 申込一覧.
    List,
    /// The search line: it takes text.
    Search,
    /// One application whole.
    Record,
    /// The small menu of statuses.
    Status,
    /// The batch dialog.
    Batch,
    /// The export dialog.
    Export,
    /// The views.
    View,
    /// Saving a view.
    ViewSave,
    /// The columns of the list.
    Columns,
    /// The order of the list.
    Sort,
    /// The query as a form.
    Filter,
    /// Marking by a query.
    MarkQuery,
    /// 二つの帳簿.
    Books,
    /// A question with a field and a button.
    Question,
    /// The help: its search line takes text.
    Help,
    /// The list of messages.
    Notices,
    /// The question before leaving while work runs.
    Leave,
    /// 新着ファイル.
    Inbox,
    /// One file on its way in.
    Intake,
    /// The rows set aside.
    SetAside,
    /// 二者確認待ち.
    Requests,
    /// Deciding about a request.
    Decide,
    /// 操作履歴.
    Log,
    /// 重複の疑い.
    Duplicates,
    /// 照合.
    Compare,
    /// 窓口・郵送分の入力.
    Entry,
    /// A question that is answered with yes or no.
    Confirm,
    /// The palette: its line takes text.
    Palette,
    /// Work that runs and that ended.
    Jobs,
    /// 今日の仕事.
    Today,
    /// 電話照会: its line takes text.
    Phone,
    /// Who looked at an application.
    Looks,
    /// The tour: its keys hold beside those of any context.
    Tour,
}

impl Context {
    /// All contexts, in the order of the help.
    pub const ALL: [Self; 34] = [
        Self::Today,
        Self::List,
        Self::Search,
        Self::Record,
        Self::Status,
        Self::Batch,
        Self::Export,
        Self::View,
        Self::ViewSave,
        Self::Columns,
        Self::Sort,
        Self::Filter,
        Self::MarkQuery,
        Self::Books,
        Self::Question,
        Self::Inbox,
        Self::Intake,
        Self::SetAside,
        Self::Requests,
        Self::Decide,
        Self::Log,
        Self::Phone,
        Self::Looks,
        Self::Duplicates,
        Self::Compare,
        Self::Entry,
        Self::Confirm,
        Self::Palette,
        Self::Jobs,
        Self::Help,
        Self::Notices,
        Self::Leave,
        Self::Tour,
        Self::Everywhere,
    ];

    /// The word of keymap files and message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::List => "list",
            Self::Search => "search",
            Self::Record => "record",
            Self::Status => "status",
            Self::Batch => "batch",
            Self::Export => "export",
            Self::View => "view",
            Self::ViewSave => "view_save",
            Self::Columns => "columns",
            Self::Sort => "sort",
            Self::Filter => "filter",
            Self::MarkQuery => "mark_query",
            Self::Books => "books",
            Self::Question => "question",
            Self::Help => "help",
            Self::Notices => "notices",
            Self::Leave => "leave",
            Self::Inbox => "inbox",
            Self::Intake => "intake",
            Self::SetAside => "set_aside",
            Self::Requests => "requests",
            Self::Decide => "decide",
            Self::Log => "log",
            Self::Duplicates => "duplicates",
            Self::Compare => "compare",
            Self::Entry => "entry",
            Self::Confirm => "confirm",
            Self::Palette => "palette",
            Self::Jobs => "jobs",
            Self::Today => "today",
            Self::Phone => "phone",
            Self::Looks => "looks",
            Self::Tour => "tour",
        }
    }

    /// Reads the word of a keymap file.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.id() == word)
    }

    /// Whether letters typed here are always text, so that no command may stand on a bare letter.
    #[must_use]
    pub const fn always_text(self) -> bool {
        matches!(self, Self::Search | Self::Help | Self::Palette)
    }
}
