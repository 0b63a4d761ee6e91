//! The desk and 二者確認: what is marked there, who else could approve, and working for somebody else while a request is
//! carried out.

use std::path::PathBuf;

use super::{ReleaseError, can_wait};
use crate::domain::identity::OperationId;
use crate::domain::people::{Act, Barred};
use crate::domain::release::{Approval, Doing, Marks, is_about_people};
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::outgoing::{Part, Ready};

/// For whom a desk works while it tries an action out or carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::office) struct Release {
    /// The action; nothing else is signed meanwhile.
    pub act: Act,
    /// Who asked.
    pub actor: OperationId,
    /// Who approved it; `None` = it is only tried out.
    pub approval: Option<Approval>,
}

/// A file that is written and recorded, and gets its name once the record is durable.
#[derive(Debug)]
pub(in crate::office) struct Held {
    pub part: Part,
    pub path: PathBuf,
}

impl Desk {
    /// What is marked by the administrator's policy and by the settings. Where nobody signs in, the usual marks are off.
    fn marks(&self) -> impl Iterator<Item = &Marks> {
        let set = Some(&self.surroundings.marks).filter(|marks| !(marks.are_usual() && self.is_unsigned()));
        set.into_iter().chain(&self.surroundings.policy.marks)
    }

    /// What needs a second person here, for whoever asks before anything is done.
    #[must_use]
    pub fn second_person(&self) -> Vec<Marks> {
        self.marks().cloned().collect()
    }

    /// Whether an action may need a second person, for however many applications.
    pub(in crate::office) fn may_be_marked(&self, doing: Doing) -> bool {
        self.marks().any(|marks| marks.may_ask(doing))
    }

    /// Whether it needs one for so many.
    pub(in crate::office) fn is_marked(&self, doing: Doing, count: u64) -> bool {
        self.marks().any(|marks| marks.ask(doing, count))
    }

    /// Whether an action would become a request: for a button that says so.
    #[must_use]
    pub fn would_wait(&self, doing: Doing, count: u64) -> bool {
        !self.works_for_a_request() && !self.is_unsigned() && self.is_marked(doing, count)
    }

    /// Refuses what is marked but can't wait.
    pub(in crate::office) fn refuse_marked(&self, act: Act) -> Result<(), OfficeError> {
        if !can_wait(act) && self.may_be_marked(Doing::plain(act)) {
            return Err(OfficeError::PolicyForbids("release.second_person", act.id().to_owned()));
        }
        Ok(())
    }

    /// What the operation of an action says of the second person. What is marked comes here only by a request, or alone.
    pub(in crate::office) fn approval_of(&self, act: Act) -> Result<Option<Approval>, OfficeError> {
        if let Some(release) = self.release {
            let same = release.act == act;
            let other = || OfficeError::PolicyForbids("release.second_person", act.id().to_owned());
            return if same { Ok(release.approval) } else { Err(other()) };
        }
        if !self.is_marked(Doing::plain(act), 0) {
            return Ok(None);
        }
        if self.is_unsigned() {
            return Err(ReleaseError::Unsigned(act).into());
        }
        if is_about_people(act) && !self.somebody_else_could_approve(act)? {
            return Ok(Some(Approval::Alone));
        }
        Err(OfficeError::PolicyForbids("release.second_person", act.id().to_owned()))
    }

    /// Whether anybody else who may work today has the right to the act and to approve.
    pub(in crate::office) fn somebody_else_could_approve(&self, act: Act) -> Result<bool, OfficeError> {
        let (people, day, segment) = (self.people()?, self.today_in_log(), self.segment().code());
        let me = self.me()?;
        let mut others = people.at_work(day).into_iter().filter(|(id, _)| Some(*id) != me);
        Ok(others.any(|(id, _)| {
            let rights = people.rights(Some(id), segment, day);
            rights.may(act) && rights.may(Act::RequestApprove)
        }))
    }

    /// The operator who works here, made known to the store where it doesn't know them.
    pub(in crate::office) fn known(&mut self) -> Result<OperationId, OfficeError> {
        if let Some(known) = self.me()? {
            return Ok(known);
        }
        let user = self.surroundings.user.clone();
        if self.people()?.of_code(&user, self.today_in_log()).is_some() {
            // That 職員番号 belongs to somebody who signs in under another name.
            return Err(OfficeError::Barred(user, Barred::Unknown));
        }
        let at_ms = self.now_ms();
        Ok(self.store.operator_or_new(&user, &user, at_ms)?.id)
    }

    /// Forgets who is who: it is read anew.
    fn forget_people(&self) {
        self.people.take();
    }

    /// Whether a request is being tried out or carried out.
    pub(in crate::office) const fn works_for_a_request(&self) -> bool {
        self.release.is_some()
    }

    /// Works for whoever asked.
    pub(super) fn work_for<T>(&mut self, release: Release, work: impl FnOnce(&mut Self) -> T) -> T {
        self.release = Some(release);
        let done = work(self);
        self.release = None;
        done
    }

    /// Does several things that happen together or not at all. `work` says whether they are kept.
    pub(super) fn in_one_transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(T, bool), OfficeError>,
    ) -> Result<T, OfficeError> {
        self.store.open_bracket()?;
        let done = work(self);
        let keep = matches!(done, Ok((_, true)));
        let closed = self.store.close_bracket(keep);
        if !keep || closed.is_err() {
            // People as they were while it was tried are nobody's; their version may come again.
            self.forget_people();
        }
        let (done, _) = done?;
        closed?;
        Ok(done)
    }

    /// Keeps a file back until what is recorded of it is durable.
    pub(in crate::office) fn hold(&mut self, part: Part, path: PathBuf) {
        self.held.push(Held { part, path });
    }

    /// Writes files that are recorded later: what leaves meanwhile is kept beside its place.
    pub(super) fn prepare<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, Vec<Ready>) {
        self.prepared = Some(Vec::new());
        let done = work(self);
        (done, self.prepared.take().unwrap_or_default())
    }

    /// Lets the files go that nobody is to get.
    pub(super) fn let_go(&mut self) {
        self.held.clear();
    }
}

/// Gives the files their names.
pub(in crate::office) fn name_held(desk: &mut Desk) -> Result<(), OfficeError> {
    for Held { part, path } in std::mem::take(&mut desk.held) {
        part.name(&path).map_err(|cause| ReleaseError::NotNamed { file: path, cause })?;
    }
    Ok(())
}
