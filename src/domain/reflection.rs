//! 反映: the two books. The source system and we each keep a status of an application; an import never moves ours, and
//! no difference between the two is ever forgotten.

use super::identity::OperationId;
use super::status::Status;

/// How our book and the source system's stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reflection {
    /// 反映済: both books are equal.
    Done,
    /// 反映待ち: ours changed after the source's last change.
    Pending,
    /// 要確認: else; theirs changed after ours, so a person must look.
    Check,
}

impl Reflection {
    /// The word of the query language and of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Pending => "pending",
            Self::Check => "check",
        }
    }

    /// The official Japanese label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Done => "反映済",
            Self::Pending => "反映待ち",
            Self::Check => "要確認",
        }
    }

    /// Compares the books: our status with the operation that last wrote it, and theirs with the import that last
    /// changed it. An application that no source knows has nothing to reflect.
    #[must_use]
    pub fn between(ours: (Status, OperationId), theirs: Option<(Status, OperationId)>) -> Self {
        match theirs {
            None => Self::Done,
            Some((status, _)) if status == ours.0 => Self::Done,
            Some((_, changed)) if ours.1 > changed => Self::Pending,
            Some(_) => Self::Check,
        }
    }
}

/// What stood in both books of an application before a download came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Books {
    /// 処理状況, with the operation that last wrote it.
    pub ours: (Status, OperationId),
    /// 元システムの状況, with the import that last changed it.
    pub theirs: (Status, OperationId),
    /// The newest 反映用一覧 that it stands on.
    pub listed: Option<OperationId>,
}

/// What a download tells of an application that was 反映待ち.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// It was entered: the books are equal now.
    Reflected,
    /// It stood on a list and was not entered.
    Forgotten,
    /// Theirs was changed, but to something else than ours.
    Refused,
    /// It stood on a list, but the file is older than the list and can't tell.
    TooOld,
    /// Nothing: nobody was asked to enter it yet, or newer downloads have told more.
    Nothing,
}

impl Books {
    /// How the two stand to each other.
    #[must_use]
    pub fn reflection(&self) -> Reflection {
        Reflection::between(self.ours, Some(self.theirs))
    }

    /// Whether it is 反映待ち and somebody was asked to enter what ours says now.
    #[must_use]
    pub fn is_asked_for(&self) -> bool {
        self.reflection() == Reflection::Pending && self.listed.is_some_and(|list| list > self.ours.1)
    }

    /// What a download that shows `said` tells; `repeats` is the first import that had taken in the very same file, so
    /// that nothing after it can be known from this one; `older` says that the row itself is older than what was taken
    /// in before. `None` for an application that isn't 反映待ち.
    #[must_use]
    pub fn told(&self, said: Status, repeats: Option<OperationId>, older: bool) -> Option<Told> {
        if self.reflection() != Reflection::Pending {
            return None;
        }
        let older_than = |operation: OperationId| repeats.is_some_and(|import| import < operation);
        Some(match said {
            _ if older && self.is_asked_for() => Told::TooOld,
            _ if older => Told::Nothing,
            _ if older_than(self.theirs.1) => Told::Nothing,
            said if said == self.ours.0 => Told::Reflected,
            said if said != self.theirs.0 => Told::Refused,
            _ => match self.listed.filter(|_| self.is_asked_for()) {
                Some(list) if older_than(list) => Told::TooOld,
                Some(_) => Told::Forgotten,
                None => Told::Nothing,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn operation() -> impl Strategy<Value = OperationId> {
        (1u32..9).prop_map(|seq| OperationId::new(0, seq))
    }

    fn status() -> impl Strategy<Value = Status> {
        prop::sample::select(&[Status::Unprocessed, Status::Completed, Status::Returned][..])
    }

    proptest! {
        #[test]
        fn what_is_told_of_a_pending_one_fits_the_books(
            ours in (status(), operation()),
            theirs in (status(), operation()),
            listed in prop::option::of(operation()),
            said in status(),
            repeats in prop::option::of(operation()),
            older: bool,
        ) {
            let books = Books { ours, theirs, listed };
            let told = books.told(said, repeats, older);
            prop_assert_eq!(told.is_some(), books.reflection() == Reflection::Pending);
            match told {
                Some(Told::Reflected) => prop_assert_eq!(said, ours.0),
                Some(Told::Refused) => prop_assert!(said != ours.0 && said != theirs.0),
                Some(Told::Forgotten) => prop_assert!(said == theirs.0 && listed > Some(ours.1) && !older),
                Some(Told::TooOld) => prop_assert!(listed > Some(ours.1) && (older || said == theirs.0)),
                Some(Told::Nothing) | None => {}
            }
            // A file that was taken in before the list was made never names anything as forgotten.
            if repeats.is_some() && repeats < listed {
                prop_assert!(told != Some(Told::Forgotten));
            }
            // A new file that still shows what they had, of one that was asked for, always does.
            if repeats.is_none() && !older && said == theirs.0 && books.is_asked_for() {
                prop_assert_eq!(told, Some(Told::Forgotten));
            }
        }
    }
}
