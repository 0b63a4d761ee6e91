//! Everything that a right can be about: one entry for each use case that is asked for. The word of an act stands in
//! the log beside what it did, and in grants; it never changes.

/// 権限の区分: what a person must be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Move about, read, leave.
    Look,
    /// Change the status of applications.
    ChangeStatus,
    /// Take data out of the store.
    TakeOut,
    /// Take files in.
    TakeIn,
    /// Decide about people, their rights and the store itself.
    Administer,
    /// 二者確認: be the second person.
    Release,
    /// Look at what is sealed.
    Reveal,
    /// 係長: make the moves of 処理状況 that the table keeps to a supervisor.
    Supervise,
    /// 保存期間・廃棄: extend, and erase for good.
    Dispose,
}

impl Permission {
    /// All of them, in the order of manuals.
    pub const ALL: [Self; 9] = [
        Self::Look,
        Self::ChangeStatus,
        Self::TakeOut,
        Self::TakeIn,
        Self::Administer,
        Self::Release,
        Self::Reveal,
        Self::Supervise,
        Self::Dispose,
    ];

    /// The word of grants.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::ChangeStatus => "change_status",
            Self::TakeOut => "take_out",
            Self::TakeIn => "take_in",
            Self::Administer => "administer",
            Self::Release => "release",
            Self::Reveal => "reveal",
            Self::Supervise => "supervise",
            Self::Dispose => "dispose",
        }
    }

    /// Whether it is asked for each application.
    const fn is_by_application(self) -> bool {
        matches!(self, Self::ChangeStatus | Self::Supervise | Self::Dispose)
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.id() == word)
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $permission:ident;)*) => {
        /// A use case that needs a right.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Act {
            $($(#[$doc])* $name,)*
        }

        impl Act {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word of the log and of grants.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The class that it belongs to.
            #[must_use]
            pub const fn permission(self) -> Permission {
                match self { $(Self::$name => Permission::$permission,)* }
            }

            /// Reads the word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($id => Some(Self::$name),)* _ => None }
            }
        }
    };
}

acts! {
    /// Open the store and read in it.
    Look = "look", Look;
    /// Save a view that staff share.
    SaveView = "view.save", Look;
    /// Take such a view away.
    DeleteView = "view.delete", Look;
    /// Print a 証明点: it gives nothing away, and everybody may hold the log to it.
    Anchor = "log.anchor", Look;
    /// Look at the operation log: 操作履歴, 閲覧の記録.
    LogView = "log.view", Look;
    /// Set or change one's own passphrase.
    PassphraseChange = "passphrase.change", Look;
    /// 電話照会: open an application for a caller. It is told to the log first.
    PhoneOpen = "phone.open", Look;
    /// Set 処理状況.
    SetStatus = "application.set_status", ChangeStatus;
    /// As a supervisor, take back 受理 or reopen what has ended: beside the right to set 処理状況.
    Supervise = "application.supervise", Supervise;
    /// Take one's own change back.
    Undo = "application.undo", ChangeStatus;
    /// Bring back what one had taken back.
    Redo = "application.redo", ChangeStatus;
    /// 元システムの状況に合わせる.
    Adopt = "reflection.adopt", ChangeStatus;
    /// 関所の状況を残す.
    Keep = "reflection.keep", ChangeStatus;
    /// Put somebody in charge.
    Assign = "application.assign", ChangeStatus;
    /// 引継: hand over all that somebody is in charge of.
    HandOver = "application.hand_over", ChangeStatus;
    /// Set 期限.
    Due = "application.due", ChangeStatus;
    /// Put a 札 on, or take it off.
    Tag = "application.tag", ChangeStatus;
    /// Enter 審査結果.
    Result = "application.result", ChangeStatus;
    /// 収受: give 収受日 and 収受番号.
    Receive = "application.receive", ChangeStatus;
    /// 決裁に回す: make a 起案.
    RulingSubmit = "ruling.submit", ChangeStatus;
    /// Enter 決裁済.
    RulingSettle = "ruling.settle", ChangeStatus;
    /// Enter 差戻し.
    RulingReturn = "ruling.return", ChangeStatus;
    /// Record that a 補正の催促 went out.
    CorrectionRemind = "correction.remind", ChangeStatus;
    /// 個別番号付与.
    NumberAssign = "number.assign", ChangeStatus;
    /// Write a note for staff.
    NoteInternal = "note.internal", ChangeStatus;
    /// Write a note for the applicant.
    NoteApplicant = "note.applicant", ChangeStatus;
    /// Strike a note through.
    NoteStrike = "note.strike", ChangeStatus;
    /// 応対記録: write down what was said on the phone.
    CallWrite = "call.write", ChangeStatus;
    /// Write applications into a file.
    Export = "application.export", TakeOut;
    /// Write 伺い文 and 対象者一覧 of a 起案.
    RulingWrite = "ruling.write", TakeOut;
    /// Write a 事務引継書.
    HandoverWrite = "handover.write", TakeOut;
    /// Write a 反映用一覧.
    ReflectExport = "reflect.export", TakeOut;
    /// Write the operation log into a file.
    LogExport = "log.export", TakeOut;
    /// Write rows set aside into a file.
    RejectedExport = "rejected.export", TakeOut;
    /// Take a file in.
    Import = "import.run", TakeIn;
    /// 窓口・郵送分の入力: enter an application that came on paper, at the counter or by phone, or correct one.
    Enter = "application.enter", TakeIn;
    /// Give up an import that was cut off.
    GiveUp = "inbox.give_up", TakeIn;
    /// Delete a download.
    Discard = "inbox.discard", TakeIn;
    /// Erase rows set aside.
    RejectedClear = "rejected.clear", TakeIn;
    /// Take a change of somebody else back.
    UndoOthers = "application.undo_others", Administer;
    /// Write the whole store into one file.
    Backup = "store.backup", Administer;
    /// Put a backup back.
    Restore = "store.restore", Administer;
    /// Bring a store up, keeping a copy.
    Migrate = "store.migrate", Administer;
    /// Say on which days the office is closed.
    CalendarImport = "calendar.import", Administer;
    /// Add an operator, or change one.
    OperatorAdd = "operator.add", Administer;
    /// Let an operator work no more.
    OperatorDisable = "operator.disable", Administer;
    /// Set a first passphrase for somebody else, who must change it.
    OperatorPasswd = "operator.passwd", Administer;
    /// Unlock somebody after too many wrong tries.
    OperatorUnlock = "operator.unlock", Administer;
    /// 異動.
    OperatorImport = "operator.import", Administer;
    /// Make a 担当者グループ.
    GroupAdd = "group.add", Administer;
    /// Take one away.
    GroupRemove = "group.remove", Administer;
    /// Grant a right.
    GrantAdd = "grant.add", Administer;
    /// Revoke one.
    GrantRevoke = "grant.revoke", Administer;
    /// As the second person, let a request be carried out.
    RequestApprove = "request.approve", Release;
    /// As the second person, refuse one.
    RequestRefuse = "request.refuse", Release;
    /// 封印の鍵 of a class: found it.
    KeyFound = "key.found", Administer;
    /// Let another operator hold one.
    KeyShare = "key.share", Administer;
    /// Shut a holder out by a new one.
    KeyWithdraw = "key.withdraw", Administer;
    /// 延長: keep applications longer.
    PurgeExtend = "purge.extend", Dispose;
    /// 廃棄: erase applications for good.
    PurgeDispose = "purge.dispose", Dispose;
    /// Write a 廃棄記録.
    PurgeRecord = "purge.record", TakeOut;
    /// Look at a sealed item.
    Reveal = "item.reveal", Reveal;
    /// 照合: say what was found where an application was set beside something else.
    Compare = "application.compare", ChangeStatus;
    /// 重複ではない: say that applications are different ones, or take it back.
    Distinct = "duplicates.distinct", ChangeStatus;
}

impl Act {
    /// Whether whoever may do anything at all may do it.
    #[must_use]
    pub(super) const fn is_everybodys(self) -> bool {
        matches!(self, Self::Look | Self::PassphraseChange)
    }
}

/// What a grant gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Everything but 特定個人情報.
    All,
    /// Every act of a class.
    Class(Permission),
    /// One act.
    One(Act),
    /// 特定個人情報: by a grant of its own, which ends on a day.
    SpecificPersonal,
}

impl Right {
    /// The word of the log and of the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Class(permission) => permission.id(),
            Self::One(act) => act.id(),
            Self::SpecificPersonal => "specific_personal",
        }
    }

    /// Reads the word. `look` is the class: it is one with its act.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "all" => Some(Self::All),
            "specific_personal" => Some(Self::SpecificPersonal),
            _ => Permission::parse(word).map(Self::Class).or_else(|| Act::parse(word).map(Self::One)),
        }
    }

    /// Every word that can be granted.
    #[must_use]
    pub fn words() -> Vec<&'static str> {
        let classes = Permission::ALL.into_iter().map(Permission::id);
        let acts = Act::ALL.iter().copied().filter(|act| *act != Act::Look).map(Act::id);
        ["all", "specific_personal"].into_iter().chain(classes).chain(acts).collect()
    }

    /// Whether an act is covered. Whoever may do anything may look, for nothing can be done unseen, and change their own
    /// passphrase.
    #[must_use]
    pub fn covers(self, act: Act) -> bool {
        match self {
            Self::SpecificPersonal => false,
            Self::All => true,
            _ if act.is_everybodys() => true,
            Self::Class(permission) => act.permission() == permission,
            Self::One(one) => act == one,
        }
    }

    /// Whether it can be granted for one procedure alone: only where the use case asks for each application.
    #[must_use]
    pub fn by_procedure(self) -> bool {
        match self {
            Self::Class(permission) => permission.is_by_application(),
            Self::One(act) => act.permission().is_by_application(),
            Self::All | Self::SpecificPersonal => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_and_stands_for_one_thing() {
        let mut words = Right::words();
        for word in &words {
            assert_eq!(Right::parse(word).map(Right::id), Some(*word));
        }
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all);
        assert_eq!(Right::parse("everything"), None);
        assert!(Act::ALL.len() <= 128, "`Allowed` is a set of 128 bits");
    }
}
