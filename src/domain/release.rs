//! 二者確認: which actions need a second person, what became of a request, and what an operation says of who approved it.
//!
//! What is bound is the hash of the request's operation: it lies over everything that the second person was shown (the
//! targets stand in the envelope, everything else in the payload that the envelope commits to).

use super::identity::OperationId;
use super::operation::{StreamUid, Uid};
use super::people::{Act, Permission};
use super::record::Hash;

/// 強制完了 by itself: a status of its own kind, for it ends an application without a result.
pub const FORCE_COMPLETE: &str = "application.force_complete";

/// What settings called 廃棄 before there was one: who marked that has marked this.
const FORMER_DISPOSE: &str = "purge.run";

/// Actions of the contract that later versions bring: a rule about one may stand in the settings already.
const LATER: [&str; 9] = [
    "mail.send",
    "document.deliver",
    "document.render",
    "pack.create",
    "pack.pass",
    "purge.run",
    "number.assign",
    "card.sign",
    "sealed.reveal",
];

/// What needs a second person where nothing is set: mail to more than one, documents delivered, 強制完了 of many, what
/// crosses the boundary, disposal, and every change of people and rights.
pub const USUAL: [&str; 12] = [
    "mail.send:many",
    "document.deliver",
    "application.force_complete:many",
    "pack.create",
    "purge.dispose",
    "operator.add",
    "operator.disable",
    "operator.import",
    "group.add",
    "group.remove",
    "grant.add",
    "grant.revoke",
];

/// What is about to be done, as far as marks ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doing {
    /// The act.
    pub act: Act,
    /// Whether it is 強制完了.
    pub force: bool,
}

impl Doing {
    /// An act that is nothing special.
    #[must_use]
    pub const fn plain(act: Act) -> Self {
        Self { act, force: false }
    }

    /// Whether a word of the settings, without its condition, is about it.
    fn is(self, word: &str) -> bool {
        let former = word == FORMER_DISPOSE && matches!(self.act, Act::PurgeDispose);
        word == self.act.id() || former || self.force && word == FORCE_COMPLETE
    }
}

/// The condition `:many`: only more than one application.
const MANY: &str = ":many";

/// The marked actions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    words: Vec<String>,
    /// Whether they are those that hold where nothing is set.
    usual: bool,
}

impl Marks {
    /// What was set.
    #[must_use]
    pub fn set(words: &[String]) -> Self {
        Self { words: words.to_vec(), usual: false }
    }

    /// What holds where nothing is set.
    #[must_use]
    pub fn usual() -> Self {
        Self { words: USUAL.map(str::to_owned).to_vec(), usual: true }
    }

    /// Whether nobody set them. They leave stores alone in which nobody signs in: no two persons can be told apart there.
    #[must_use]
    pub const fn are_usual(&self) -> bool {
        self.usual
    }

    /// Whether a word may stand in the settings.
    #[must_use]
    pub fn knows(word: &str) -> bool {
        let act = word.strip_suffix(MANY).unwrap_or(word);
        let never = [Act::Look, Act::RequestApprove, Act::RequestRefuse];
        act == FORCE_COMPLETE || LATER.contains(&act) || Act::parse(act).is_some_and(|act| !never.contains(&act))
    }

    /// Whether an act needs a second person for so many applications.
    #[must_use]
    pub fn ask(&self, doing: Doing, count: u64) -> bool {
        self.words.iter().any(|word| match word.strip_suffix(MANY) {
            Some(act) => count > 1 && doing.is(act),
            None => doing.is(word),
        })
    }

    /// Whether it may need one, for how many doesn't matter.
    #[must_use]
    pub fn may_ask(&self, doing: Doing) -> bool {
        self.ask(doing, u64::MAX)
    }
}

/// Whether an act decides about people and rights: such an act goes on alone as long as nobody else could approve it, for
/// else the first administrator could never make the second.
#[must_use]
pub fn is_about_people(act: Act) -> bool {
    let about = ["operator", "group", "grant"];
    act.permission() == Permission::Administer && about.contains(&act.id().split('.').next().unwrap_or_default())
}

/// What was decided about a request. The numbers stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Decided {
    /// It was carried out.
    Approved = 1,
    /// The second person refused.
    Refused = 2,
    /// What it was about isn't any more what was shown.
    Void = 3,
    /// Whoever had asked took it back.
    Withdrawn = 4,
}

impl Decided {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Approved, Self::Refused, Self::Void, Self::Withdrawn];

    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Void => "void",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why a request is void. The numbers stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum WhyVoid {
    /// One of the targets has been changed since.
    TargetsChanged = 1,
    /// Carried out now, it would do something else than was shown.
    EffectChanged = 2,
    /// Whoever had asked has no right to it any more.
    RequesterNotPermitted = 3,
    /// What was shown has been erased.
    Erased = 4,
}

impl WhyVoid {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TargetsChanged, Self::EffectChanged, Self::RequesterNotPermitted, Self::Erased];

    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::TargetsChanged => "targets_changed",
            Self::EffectChanged => "effect_changed",
            Self::RequesterNotPermitted => "requester_not_permitted",
            Self::Erased => "erased",
        }
    }
}

/// What an operation says of the second person (field 10 of its envelope).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// 単独: it was marked, but nobody else could have approved it.
    Alone,
    /// Somebody approved it.
    By {
        /// Who, by birth operation.
        approver: OperationId,
        /// The request.
        request: OperationId,
        /// What was approved: the request's place in the chain.
        hash: Hash,
    },
}

/// Length of an operation in the approval: terminal, epoch, seq.
const WHOLE: usize = 20;

impl Approval {
    /// The bytes of field 10: a kind, then who, which request and its hash; operations in full, so that the bytes mean the
    /// same on every store.
    #[must_use]
    pub fn bytes(&self, uid_of: &dyn Fn(u32) -> StreamUid) -> Vec<u8> {
        let whole = |id: OperationId| {
            let uid = uid_of(id.stream());
            [&uid.terminal[..], &uid.epoch, &id.n().to_be_bytes()].concat()
        };
        match self {
            Self::Alone => vec![0],
            Self::By { approver, request, hash } => [&[1][..], &whole(*approver), &whole(*request), hash].concat(),
        }
    }

    /// Reads them; `None` for bytes of a later version.
    #[must_use]
    pub fn read(bytes: &[u8], local: &dyn Fn(&StreamUid) -> Option<u32>) -> Option<Self> {
        let whole = |bytes: &[u8]| {
            let part = |from: usize| -> Option<Uid> { bytes.get(from..from + 8)?.try_into().ok() };
            let uid = StreamUid { terminal: part(0)?, epoch: part(8)? };
            let seq = u32::from_be_bytes(bytes.get(16..WHOLE)?.try_into().ok()?);
            Some(OperationId::new(local(&uid)?, seq))
        };
        match bytes.split_first()? {
            (0, []) => Some(Self::Alone),
            (1, rest) if rest.len() == 2 * WHOLE + 32 => Some(Self::By {
                approver: whole(&rest[..WHOLE])?,
                request: whole(&rest[WHOLE..2 * WHOLE])?,
                hash: rest[2 * WHOLE..].try_into().ok()?,
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: StreamUid = StreamUid { terminal: [1; 8], epoch: [2; 8] };

    #[test]
    fn words_of_this_version_and_of_later_ones_are_known() {
        for word in USUAL {
            assert!(Marks::knows(word), "{word}");
        }
        for act in Act::ALL {
            let known = !["look", "request.approve", "request.refuse"].contains(&act.id());
            assert_eq!(Marks::knows(act.id()), known, "{act:?}");
        }
        for wrong in ["", "mail.teleport", "application.export:few", ":many", "application"] {
            assert!(!Marks::knows(wrong), "{wrong}");
        }
    }

    #[test]
    fn many_is_more_than_one_and_force_completion_is_a_kind_of_setting_the_status() {
        let marks = Marks::set(&["application.force_complete:many".into(), "application.export".into()]);
        let (force, set) = (Doing { act: Act::SetStatus, force: true }, Doing::plain(Act::SetStatus));
        assert!(marks.ask(force, 2) && !marks.ask(force, 1) && !marks.ask(set, 2));
        assert!(marks.may_ask(force) && !marks.may_ask(set));
        assert!(marks.ask(Doing::plain(Act::Export), 0));
        let all = Marks::set(&["application.set_status".into()]);
        assert!(all.ask(set, 1) && all.ask(force, 1));
    }

    #[test]
    fn who_approved_is_read_back_and_nothing_else_is() {
        let (approver, request) = (OperationId::new(3, 7), OperationId::new(3, 9));
        let local = |uid: &StreamUid| (*uid == UID).then_some(3);
        for approval in [Approval::Alone, Approval::By { approver, request, hash: [9; 32] }] {
            let bytes = approval.bytes(&|_| UID);
            assert_eq!(Approval::read(&bytes, &local), Some(approval));
            assert_eq!(Approval::read(&[&bytes[..], &[0]].concat(), &local), None);
            for short in 0..bytes.len() {
                assert_eq!(Approval::read(&bytes[..short], &local), None, "{short}");
            }
        }
        assert_eq!(Approval::read(&[2], &local), None, "a later version's");
    }
}
