//! Every error of a use case, with its code, its place and its exit code.

use std::path::PathBuf;

use super::learn::LearnError;
use super::people::PeopleError;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::people::{Act, Barred};
use crate::domain::query::QueryError;
use crate::exchange::fault::{ExportError, ImportError};
use crate::exchange::profile::ProfileError;
use crate::store::StoreError;

/// An error of a use case.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The query.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The definition of a form.
    #[error(transparent)]
    Form(Box<crate::exchange::form::FormError>),
    /// The office's calendar.
    #[error(transparent)]
    Calendar(#[from] super::office_calendar::CalendarError),
    /// A view, or the session.
    #[error(transparent)]
    View(#[from] super::views::ViewError),
    /// 担当, 期限, 札.
    #[error(transparent)]
    Field(#[from] super::field_request::FieldError),
    /// A 起案.
    #[error(transparent)]
    Ruling(#[from] super::rulings::RulingError),
    /// An entry.
    #[error(transparent)]
    Entry(#[from] super::entry::EntryError),
    /// 廃棄.
    #[error(transparent)]
    Disposal(#[from] super::retention::DisposalError),
    /// 個別番号.
    #[error(transparent)]
    Numbering(#[from] super::numbering::NumberingError),
    /// 取下げ.
    #[error(transparent)]
    Withdrawal(#[from] super::withdrawal::WithdrawalError),
    /// 補正.
    #[error(transparent)]
    Correction(#[from] super::correction::CorrectionError),
    /// Two lists that can't be compared.
    #[error(transparent)]
    Reconcile(#[from] super::reconcile::ReconcileError),
    /// 照合 and 重複の疑い.
    #[error(transparent)]
    Compare(#[from] super::comparison::CompareError),
    /// 二者確認.
    #[error(transparent)]
    Release(#[from] super::release::ReleaseError),
    /// A note.
    #[error(transparent)]
    Note(#[from] super::notes::NoteError),
    /// A question about the log.
    #[error(transparent)]
    Log(#[from] super::log::LogError),
    /// 応対記録.
    #[error(transparent)]
    Call(#[from] super::calls::CallError),
    /// 電話照会.
    #[error(transparent)]
    Phone(#[from] super::phone::PhoneError),
    /// Making a profile.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// A file that was to be imported.
    #[error("{}: {error}", file.display())]
    Import {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        error: ImportError,
    },
    /// A file that was to be written.
    #[error("{}: {error}", file.display())]
    Export {
        /// Which file.
        file: PathBuf,
        /// What went wrong.
        error: ExportError,
    },
    /// A file can't be read.
    #[error("{}: {error}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A folder where a file was expected.
    #[error("{} is a folder", .0.display())]
    Folder(PathBuf),
    /// The file was changed while it was read.
    #[error("{} was changed while it was read", .0.display())]
    FileChanged(PathBuf),
    /// The file is another one than was looked at.
    #[error("{} was replaced", .0.display())]
    FileReplaced(PathBuf),
    /// No `[inbox].folders` are set.
    #[error("no inbox")]
    NoInbox,
    /// A folder of the inbox can't be looked into.
    #[error("{}: {error}", file.display())]
    InboxFolder {
        /// Which folder.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The file lies in no folder of the inbox.
    #[error("{} is not in the inbox", .0.display())]
    OutsideInbox(PathBuf),
    /// A file that was never taken in isn't deleted.
    #[error("{} was not imported", .0.display())]
    NotImported(PathBuf),
    /// Reading stopped inside it when it was taken in: what stands behind that place is nowhere else.
    #[error("{} was taken in only in part", .0.display())]
    NotWhole(PathBuf),
    /// Somebody else is deleting or reading this file just now.
    #[error("{} is in use", .0.display())]
    FileInUse(PathBuf),
    /// The file was recorded as deleted, but the system didn't remove it.
    #[error("{} could not be removed: {error}", file.display())]
    NotRemoved {
        /// Which file.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// No header was kept for rows that were set aside.
    #[error("no header was kept")]
    HeaderNotKept,
    /// Columns that hold 個人番号 or account numbers.
    #[error("{} has columns that may not lie open", file.display())]
    SensitiveColumns {
        /// Which file.
        file: PathBuf,
        /// The columns: place from 1, name.
        columns: Vec<(u64, String)>,
    },
    /// An export of ours that lacks columns can't come back.
    #[error("{} lacks columns", file.display())]
    PartialExport {
        /// Which file.
        file: PathBuf,
        /// The columns that it lacks.
        columns: Vec<String>,
    },
    /// No profile fits, and there are some that can't be read: the place of what is wrong in each.
    #[error("{}: no profile fits, and some are broken", file.display())]
    ProfileBroken {
        /// Which file was to be imported.
        file: PathBuf,
        /// `FILE:LINE:COLUMN` of each.
        broken: Vec<String>,
    },
    /// Nothing matches.
    #[error("nothing matches")]
    NothingMatched,
    /// Nothing is 反映待ち.
    #[error("nothing is pending")]
    NothingPending,
    /// No application has this number.
    #[error("no application {0}")]
    NumberUnknown(String),
    /// Several applications have this number.
    #[error("{number} is ambiguous")]
    NumberAmbiguous {
        /// The number.
        number: String,
        /// Each as `source/number`.
        candidates: Vec<String>,
    },
    /// The status needs a reason and none was given.
    #[error("a reason is needed")]
    ReasonRequired,
    /// 取下げ is set one at a time.
    #[error("one at a time")]
    OneAtATime,
    /// A column that an export doesn't have.
    #[error("no column {0}")]
    UnknownColumn(String),
    /// `--as` names somebody else than who is signed in to the system.
    #[error("signed in as {0}")]
    OtherOperator(String),
    /// The person may not do this: nobody granted it.
    #[error("not permitted: {}", .0.id())]
    NotPermitted(Act),
    /// The administrator's policy forbids it: by which setting, and what.
    #[error("{0} forbids {1}")]
    PolicyForbids(&'static str, String),
    /// This user may do nothing in the store: unknown to it, disabled, or past the last day.
    #[error("{0}: {1:?}")]
    Barred(String, Barred),
    /// People, groups or grants can't be changed so.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// Signing in, or a passphrase.
    #[error(transparent)]
    SignIn(#[from] super::sign_in::SignInError),
    /// 封印.
    #[error(transparent)]
    Sealing(#[from] super::sealing::SealingError),
    /// 練習.
    #[error(transparent)]
    Practice(#[from] super::practice::PracticeError),
    /// The folder holds something else than a demo store.
    #[error("{} is no demo store", .0.display())]
    NotADemo(PathBuf),
    /// The file would lie in the store's own folder.
    #[error("{} is in the store", .0.display())]
    InsideStore(PathBuf),
    /// A file that would be overwritten.
    #[error("{} exists", .0.display())]
    FileExists(PathBuf),
    /// A backup is one file; the store has attachments beside it.
    #[error("the store has attachments")]
    Attachments,
    /// Stopped by the person; the same command continues.
    #[error("stopped")]
    Stopped,
}

impl From<std::convert::Infallible> for OfficeError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl OfficeError {
    /// The error that another room told, if it is one of those.
    fn inner(&self) -> Option<&dyn Fault> {
        match self {
            Self::Store(error) => Some(error),
            Self::Query(error) => Some(error),
            Self::Profile(error) => Some(error),
            Self::Form(error) => Some(error.as_ref()),
            Self::Calendar(error) => Some(error),
            Self::View(error) => Some(error),
            Self::Field(error) => Some(error),
            Self::Ruling(error) => Some(error),
            Self::Disposal(error) => Some(error),
            Self::Note(error) => Some(error),
            Self::Call(error) => Some(error),
            Self::Phone(error) => Some(error),
            Self::Entry(error) => Some(error),
            Self::Release(error) => Some(error),
            Self::Numbering(error) => Some(error),
            Self::Withdrawal(error) => Some(error),
            Self::Correction(error) => Some(error),
            Self::Reconcile(error) => Some(error),
            Self::Log(error) => Some(error),
            Self::Compare(error) => Some(error),
            Self::Learn(error) => Some(error),
            Self::People(error) => Some(error),
            Self::SignIn(error) => Some(error),
            Self::Sealing(error) => Some(error),
            Self::Practice(error) => Some(error),
            Self::Import { error, .. } => Some(error),
            Self::Export { error, .. } => Some(error),
            _ => None,
        }
    }

    fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::Import { file, .. }
            | Self::Export { file, .. }
            | Self::Unreadable { file, .. }
            | Self::Folder(file)
            | Self::FileChanged(file)
            | Self::FileReplaced(file)
            | Self::InboxFolder { file, .. }
            | Self::OutsideInbox(file)
            | Self::NotImported(file)
            | Self::NotWhole(file)
            | Self::FileInUse(file)
            | Self::NotRemoved { file, .. }
            | Self::SensitiveColumns { file, .. }
            | Self::PartialExport { file, .. }
            | Self::ProfileBroken { file, .. }
            | Self::NotADemo(file)
            | Self::FileExists(file)
            | Self::InsideStore(file) => Some(file),
            _ => None,
        }
    }
}

impl Fault for OfficeError {
    fn code(&self) -> &'static str {
        if let Some(inner) = self.inner() {
            return inner.code();
        }
        match self {
            Self::Unreadable { error, .. } => match error.kind() {
                std::io::ErrorKind::NotFound => "file.absent",
                std::io::ErrorKind::PermissionDenied => "file.permission",
                _ => "file.unreadable",
            },
            Self::Folder(_) => "file.folder",
            Self::FileChanged(_) => "file.changed",
            Self::FileReplaced(_) => "file.replaced",
            Self::NoInbox => "inbox.no_folders",
            Self::InboxFolder { error, .. } => match error.kind() {
                std::io::ErrorKind::NotFound => "inbox.folder_absent",
                _ => "inbox.folder_unreadable",
            },
            Self::OutsideInbox(_) => "inbox.outside",
            Self::NotImported(_) => "inbox.not_imported",
            Self::NotWhole(_) => "inbox.not_whole",
            Self::FileInUse(_) => "inbox.in_use",
            Self::NotRemoved { .. } => "inbox.not_removed",
            Self::HeaderNotKept => "rejected.header_not_kept",
            Self::SensitiveColumns { .. } => "import.sensitive_columns",
            Self::PartialExport { .. } => "import.partial_export",
            Self::ProfileBroken { .. } => "import.profile_broken",
            Self::NothingMatched => "target.nothing_matched",
            Self::NothingPending => "reflect.nothing_pending",
            Self::NumberUnknown(_) => "number.unknown",
            Self::NumberAmbiguous { .. } => "number.ambiguous",
            Self::ReasonRequired => "status.reason_required",
            Self::OneAtATime => "status.one_at_a_time",
            Self::UnknownColumn(_) => "export.unknown_column",
            Self::OtherOperator(_) => "sign_in.other_operator",
            Self::NotPermitted(_) => "permission.denied",
            Self::PolicyForbids(setting, _) => match *setting {
                "store.folders" => "policy.store_folder",
                "output.folders" => "policy.output_folder",
                "output.export" => "policy.no_export",
                "output.media" => "policy.output_medium",
                "release.second_person" => "policy.second_person",
                _ => "policy.sign_in",
            },
            Self::Barred(_, Barred::Unknown) => "permission.unknown_operator",
            Self::Barred(_, Barred::Disabled) => "permission.disabled",
            Self::Barred(_, Barred::Ended) => "permission.ended",
            Self::NotADemo(_) => "demo.not_a_demo",
            Self::InsideStore(_) => "export.inside_store",
            Self::FileExists(_) => "file.exists",
            Self::Attachments => "backup.attachments",
            _ => "work.stopped",
        }
    }

    fn arguments(&self) -> Arguments {
        let mut arguments = self.inner().map(Fault::arguments).unwrap_or_default();
        if let Some(file) = self.file() {
            arguments.push(("file", file.display().to_string()));
        }
        match self {
            Self::Unreadable { error, .. } | Self::NotRemoved { error, .. } | Self::InboxFolder { error, .. } => {
                arguments.push(("cause", error.to_string()));
            }
            Self::SensitiveColumns { columns, .. } => {
                let names: Vec<&str> = columns.iter().map(|(_, name)| name.as_str()).collect();
                arguments.push(("columns", names.join("、")));
            }
            Self::PartialExport { columns, .. } => arguments.push(("columns", columns.join("、"))),
            Self::ProfileBroken { broken, .. } => arguments.push(("broken", broken.join("、"))),
            Self::NumberUnknown(number) => arguments.push(("number", number.clone())),
            Self::NumberAmbiguous { number, candidates } => {
                arguments.push(("number", number.clone()));
                arguments.push(("candidates", candidates.join("、")));
            }
            Self::UnknownColumn(name) => arguments.push(("column", name.clone())),
            Self::NotPermitted(act) => {
                arguments.extend([("right", act.id().to_owned()), ("class", act.permission().id().to_owned())]);
            }
            Self::PolicyForbids(setting, what) => {
                arguments.extend([("setting", (*setting).to_owned()), ("what", what.clone())]);
            }
            Self::Barred(name, _) => arguments.push(("name", name.clone())),
            Self::OtherOperator(name) => arguments.push(("name", name.clone())),
            _ => {}
        }
        arguments
    }

    fn place(&self) -> Option<Place> {
        let mut place = self.inner().and_then(Fault::place);
        if let Some(file) = self.file() {
            place.get_or_insert_default().file = Some(file.display().to_string());
        }
        if let Self::SensitiveColumns { columns, .. } = self
            && let (Some(place), Some((column, name))) = (place.as_mut(), columns.first())
        {
            (place.line, place.column, place.field) = (Some(1), Some(*column), Some(name.clone()));
        }
        place
    }

    fn outcome(&self) -> Outcome {
        if let Some(inner) = self.inner() {
            return match self {
                // Reading stopped within the header: nothing of the file went in.
                Self::Import { .. } => Outcome::Failed,
                _ => inner.outcome(),
            };
        }
        match self {
            Self::NumberAmbiguous { .. } | Self::ReasonRequired | Self::OneAtATime | Self::UnknownColumn(_) => {
                Outcome::Usage
            }
            Self::SensitiveColumns { .. }
            | Self::OtherOperator(_)
            | Self::NotPermitted(_)
            | Self::PolicyForbids(..)
            | Self::Barred(..) => Outcome::Refused,
            Self::Stopped => Outcome::Partial,
            _ => Outcome::Failed,
        }
    }
}
