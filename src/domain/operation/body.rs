//! The kinds of operations and what each of them holds.

use crate::domain::channel::Channel;
use crate::domain::erasure::{ErasureRule, ErasureStep};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::record::Hash;
use crate::domain::release::{Decided, WhyVoid};
use crate::domain::ruling::RulingStep;
use crate::domain::sealing::Class;

use super::FromBase;
use super::calls::{CallBody, OpenedBody};
use super::credential::{CredentialChange, CredentialKind, OperatorKey};
use super::group::Group;
use super::log_view::LogView;
use super::note::NoteReader;
use super::people::{Days, GrantRow, Moved, OperatorRow};

/// The value of a field group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// No value.
    None,
    /// A status code, days since 1970-01-01 of a due date, a peer's number, a sequence number, a 審査結果, a day with a sequence number.
    Number(u64),
    /// An operator, by birth operation.
    Reference(OperationId),
}

/// One change of one field group to one value on many applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Which group.
    pub group: Group,
    /// To which value.
    pub to: Value,
    /// On which applications, ascending, each once.
    pub targets: Vec<ApplicationId>,
    /// What each of them had before, and which operation had written that.
    pub from: FromBase,
}

/// On how many applications writes of one operation are: those in several groups are on the same ones.
#[must_use]
pub fn applications_of(writes: &[Write]) -> u64 {
    let of_first = writes.iter().filter(|write| write.group == writes[0].group);
    of_first.map(|write| write.targets.len() as u64).sum()
}

/// Why an epoch began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum EpochCause {
    /// The store was founded.
    Founded = 0,
    /// A backup was restored.
    Restored = 1,
    /// The store was found to be a copy.
    Cloned = 2,
}

/// How many rows an import read, and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportCounts {
    /// Rows read: the sum of the others.
    pub read: u64,
    /// New applications.
    pub added: u64,
    /// New revisions of known ones.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Rows set aside.
    pub rejected: u64,
}

/// Our status and the source's, as a birth brings them (status codes; the source's may be unknown).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusPair {
    /// 処理状況.
    pub ours: u8,
    /// 元システムの状況.
    pub source: Option<u8>,
}

/// Applications whose 元システムの状況 an import changed to one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceWrite {
    /// The status code that the file shows.
    pub to: u8,
    /// The applications.
    pub targets: Vec<ApplicationId>,
    /// What each had before.
    pub from: FromBase,
}

/// An import, as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportBody {
    /// SHA-256 of the file.
    pub file: Hash,
    /// Name of the profile.
    pub profile: String,
    /// SHA-256 of the profile.
    pub profile_hash: Hash,
    /// `cp932`, `utf-8`, `utf-16`.
    pub encoding: String,
    /// The counts.
    pub counts: ImportCounts,
    /// The format of the records.
    pub record_format: u8,
    /// The first n of the births' range; a birth with id n stands at place n − first.
    pub first: u32,
    /// Length of the range; the places after it are those of the revisions, in the order of `revised`.
    pub span: u32,
    /// The births (places of the range may stay unused).
    pub births: Vec<ApplicationId>,
    /// Distinct pairs of statuses of the births.
    pub statuses: Vec<StatusPair>,
    /// For each birth the index into `statuses`.
    pub status_of: Vec<u32>,
    /// One hash for each 4096 places.
    pub chunks: Vec<Hash>,
    /// The applications that got a new revision.
    pub revised: Vec<ApplicationId>,
    /// For each revised one the operation that had brought the content before.
    pub revised_base: Vec<OperationId>,
    /// Changes of 元システムの状況.
    pub source: Vec<SourceWrite>,
    /// How many rows were set aside, with a commitment to them in the order of their lines.
    pub rejected: (u64, Hash),
}

/// A file that left the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportBody {
    /// How many applications it holds.
    pub count: u64,
    /// `csv`, `xlsx`.
    pub format: String,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// SHA-256 of the file.
    pub file: Hash,
}

/// When and by which way an applicant asked for what was done (申出), or was told of it (補正の連絡).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// The day.
    pub day: Days,
    /// The way.
    pub channel: Channel,
}

/// What an operation did. The number of each kind is part of the log's format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// 1: an epoch begins; the first operation of every stream.
    Epoch {
        /// The head of the stream before, or zeros.
        predecessor: Hash,
        /// Why.
        cause: EpochCause,
    },
    /// 2: an operator is added or changed.
    Operator {
        /// Which one; `None` = the one that this operation gives birth to.
        subject: Option<OperationId>,
        /// The whole new row.
        row: OperatorRow,
        /// The operation that wrote the row before.
        base: Option<OperationId>,
        /// The day from which the row holds; `None` = from the first on, as the first version wrote it.
        from: Option<Days>,
    },
    /// 3: applications came in.
    Import(Box<ImportBody>),
    /// 4: field groups were changed.
    Set {
        /// The changes.
        writes: Vec<Write>,
        /// When and how the applicant asked for it (取下げ), or was told of it (返却).
        declared: Option<Declaration>,
        /// The numbers of the 補正文の部品 that a 返却 was written with, ascending, each once.
        blocks: Vec<u32>,
    },
    /// 5: an operation was undone, or an undoing was undone.
    Undo {
        /// Which one.
        undoes: OperationId,
        /// Its targets that were left alone, because they had been changed since.
        refused: Vec<ApplicationId>,
    },
    /// 6: a file left the store.
    Export(ExportBody),
    /// 7: rows that imports had set aside were erased.
    RejectedClear {
        /// The imports that had set them aside.
        imports: Vec<OperationId>,
    },
    /// 8: a view that staff share was saved or taken away. Its name, query and columns are payload, because a query may
    /// name a person.
    View {
        /// Which one, by the operation that saved it first; `None` = the one that this operation saves first.
        subject: Option<OperationId>,
        /// Whether it is there from now on.
        kept: bool,
    },
    /// 9: a download was deleted after it had been taken in.
    Discard {
        /// SHA-256 of the file.
        file: Hash,
        /// The import that had taken it in.
        import: Option<OperationId>,
    },
    /// 10: a 反映用一覧 was made: what somebody is to enter into the source system.
    ReflectList {
        /// SHA-256 of the file.
        file: Hash,
        /// The applications on it.
        targets: Vec<ApplicationId>,
    },
    /// 11: 異動: many operators get new rows from one day on.
    Transfer {
        /// The effective day.
        day: Days,
        /// Who, and the whole new row of each.
        moved: Vec<Moved>,
    },
    /// 12: a 担当者グループ is made, named anew or taken away.
    Group {
        /// Which one; `None` = the one that this operation makes.
        subject: Option<OperationId>,
        /// Its name.
        name: String,
        /// Whether it is there from now on.
        kept: bool,
        /// The operation that wrote it before.
        base: Option<OperationId>,
    },
    /// 13: a right is granted or revoked.
    Grant {
        /// Which grant; `None` = the one that this operation makes.
        subject: Option<OperationId>,
        /// The whole row.
        row: GrantRow,
        /// Whether it holds from now on.
        kept: bool,
        /// The operation that wrote it before.
        base: Option<OperationId>,
    },
    /// 14: a 札 was put on applications or taken off. Its name is payload, because staff may write a person into it.
    Tag {
        /// Which one, by the operation that used it first; `None` = the one that this operation is the first of.
        subject: Option<OperationId>,
        /// Whether they carry it from now on.
        kept: bool,
        /// The applications that did otherwise before.
        targets: Vec<ApplicationId>,
        /// The operation on the same 札 that this one takes back.
        undoes: Option<OperationId>,
    },
    /// 15: a note was written, or one was struck through. The text of the note, or the reason, is payload.
    Note {
        /// About which application.
        target: ApplicationId,
        /// For whom.
        reader: NoteReader,
        /// The note that is struck through; `None` = this operation is a new one.
        strikes: Option<OperationId>,
    },
    /// 16: an anchor left the machine: from here on a paper proves what came before.
    Anchor {
        /// The last operation of each stream before this one, with its place in the chain.
        heads: Vec<(OperationId, Hash)>,
    },
    /// 17: 二者確認 is asked for: somebody wants to do something that a second person must see first. The whole description
    /// is payload.
    Request {
        /// The word of the act.
        act: String,
        /// The applications that it is about.
        targets: Vec<ApplicationId>,
    },
    /// 18: such a request was decided about. A reason is payload.
    Decision {
        /// Which request.
        request: OperationId,
        /// What was decided.
        decided: Decided,
        /// What was decided about: the request's place in the chain.
        hash: Hash,
        /// Why it is void, where it is.
        void: Option<WhyVoid>,
    },
    /// 19: 応対記録: what was said on the phone. Its text and the wanted callback are payload.
    Call(CallBody),
    /// 20: the office's calendar: days on which it is closed. Their names are payload, a name a line.
    Calendar {
        /// They take the place of all that was named before; else they are added.
        whole: bool,
        /// Whether 年末年始 is closed from now on without being named.
        at_year_end: bool,
        /// The days, ascending, each once.
        days: Vec<Days>,
    },
    /// 22: 決裁: a 起案 was made of applications, or it was closed. What it says, 文書番号, 専決者 and reasons are payload.
    Ruling {
        /// Which 起案; `None` = the one that this operation makes.
        subject: Option<OperationId>,
        /// What became of it.
        step: RulingStep,
        /// 決裁日, of a 決裁済.
        day: Option<Days>,
        /// The applications that go on it: a change of group 10, of the one that makes it.
        writes: Vec<Write>,
    },
    /// 23: the log itself was looked at.
    LogView(LogView),
    /// 24: a credential was set, changed or unlocked.
    Credential {
        /// Whose.
        subject: OperationId,
        /// Which.
        kind: CredentialKind,
        /// What became of it.
        change: CredentialChange,
        /// What it opens from now on; `None` = as before.
        key: Option<OperatorKey>,
    },
    /// 25: a credential was tried wrongly: told when it locks, and with the next right try.
    WrongTries {
        /// Whose.
        subject: OperationId,
        /// Which.
        kind: CredentialKind,
        /// How many wrong tries.
        count: u32,
        /// Whether that locked it.
        locked: bool,
    },
    /// 26: the key of a class was founded, shared, or made anew without somebody: the whole of it.
    SealingKey {
        /// Which class.
        class: Class,
        /// Counts from 1.
        generation: u32,
        /// What seals (X25519).
        public: [u8; 32],
        /// The public key of the recovery key.
        recovery: [u8; 32],
        /// Whose copy of the secret lies in `keys.db`.
        holders: Vec<OperationId>,
    },
    /// 27: sealed items of an application were looked at. The reason is payload.
    Reveal {
        /// Of which application.
        target: ApplicationId,
        /// Of which class.
        class: Class,
        /// Which items of its form, from 0.
        items: Vec<u32>,
    },
    /// 28: applications were opened where an opening is told before anything is shown. A reason is payload.
    Opened(OpenedBody),
    /// 29: 廃棄: applications were erased, and with them the payloads that were about those alone. What is to be remembered
    /// of it (文書番号, how many of which 分類) is payload.
    Erase {
        /// Which ones.
        targets: Vec<ApplicationId>,
        /// Why.
        rule: ErasureRule,
        /// The operations whose payloads were erased, ascending.
        texts: Vec<OperationId>,
    },
    /// 30: what an erasure needs beside the database was done.
    EraseDone {
        /// Which erasure.
        erasure: OperationId,
        /// What was done, ascending.
        steps: Vec<ErasureStep>,
    },
    /// 32: an application was set beside something else, field by field (照合).
    Compared(Box<super::Compared>),
    /// 33: 重複ではない.
    Distinct(super::Distinct),
    /// A kind of a later version: kept, forwarded, shown as 「新しい版の記録」.
    Unknown {
        /// Its number.
        kind: u64,
        /// The CBOR of its body.
        body: Vec<u8>,
    },
}

impl Body {
    /// The changes of field groups that it makes by itself, and that can be undone; `None` where it makes none.
    #[must_use]
    pub fn writes(&self) -> Option<&[Write]> {
        match self {
            Self::Set { writes, .. } => Some(writes),
            Self::Ruling { writes, .. } if !writes.is_empty() => Some(writes),
            _ => None,
        }
    }

    /// The same, taken out.
    #[must_use]
    pub fn into_writes(self) -> Option<Vec<Write>> {
        match self {
            Self::Set { writes, .. } => Some(writes),
            Self::Ruling { writes, .. } if !writes.is_empty() => Some(writes),
            _ => None,
        }
    }

    /// The number of the kind.
    #[must_use]
    pub const fn kind(&self) -> u64 {
        match self {
            Self::Epoch { .. } => 1,
            Self::Operator { .. } => 2,
            Self::Import(_) => 3,
            Self::Set { .. } => 4,
            Self::Undo { .. } => 5,
            Self::Export(_) => 6,
            Self::RejectedClear { .. } => 7,
            Self::View { .. } => 8,
            Self::Discard { .. } => 9,
            Self::ReflectList { .. } => 10,
            Self::Transfer { .. } => 11,
            Self::Group { .. } => 12,
            Self::Grant { .. } => 13,
            Self::Tag { .. } => 14,
            Self::Note { .. } => 15,
            Self::Anchor { .. } => 16,
            Self::Request { .. } => 17,
            Self::Decision { .. } => 18,
            Self::Call(_) => 19,
            Self::Calendar { .. } => 20,
            Self::Ruling { .. } => 22,
            Self::LogView(_) => 23,
            Self::Credential { .. } => 24,
            Self::WrongTries { .. } => 25,
            Self::SealingKey { .. } => 26,
            Self::Reveal { .. } => 27,
            Self::Opened(_) => 28,
            Self::Erase { .. } => 29,
            Self::EraseDone { .. } => 30,
            Self::Compared(_) => 32,
            Self::Distinct(_) => 33,
            Self::Unknown { kind, .. } => *kind,
        }
    }
}
