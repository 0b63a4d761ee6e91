//! サインイン: who somebody is, shown by a passphrase; how wrong tries are counted; and whoever confirms something on the
//! spot while another stays signed in.

mod fault;
mod passphrase;

pub use fault::SignInError;
pub use passphrase::{
    change_passphrase, give_passphrase, may_recover, needs_passphrase, recover_passphrase, unlock_operator,
};
pub(super) use passphrase::{enter_founder, first_passphrase};

use std::sync::Arc;

use super::desk::{Desk, Opening, Surroundings};
use super::fault::OfficeError;
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, civil};
use crate::domain::credential::{BadCredential, Passphrase, SecretKey, Tries, pretend};
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, CredentialKind, Uid};
use crate::domain::people::{Act, Days, Passphrased, People, days};
use crate::domain::sealing::OpeningKey;
use crate::store::{KeyError, SignIn, Signed, Store};

/// By what somebody shows who they are.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A passphrase that was typed.
    Passphrase(Passphrase),
    /// They have shown it in this process already.
    SignedIn(SignedIn),
}

/// Somebody who has shown who they are. Only this room makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    store: Uid,
    operator: OperationId,
    code: String,
    must_change: bool,
    /// What opens what is sealed for them.
    key: Arc<OpeningKey>,
}

impl SignedIn {
    /// The operator, by birth operation.
    #[must_use]
    pub const fn operator(&self) -> OperationId {
        self.operator
    }

    /// 職員番号.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The key that their passphrase unwrapped.
    #[must_use]
    pub(super) fn opening_key(&self) -> Option<Arc<OpeningKey>> {
        // What another has set may be known to that one: nothing is opened with it.
        (!self.must_change).then(|| Arc::clone(&self.key))
    }

    /// Whether the passphrase was set by somebody else, so that it must be changed before anything is done.
    #[must_use]
    pub const fn must_change(&self) -> bool {
        self.must_change
    }
}

/// Lets somebody in by the store's kind of sign-in; `None` = the operating system says who it is, or nobody signs in.
pub(super) fn enter(store: &mut Store, at: &Surroundings, opening: &Opening) -> Result<Option<SignedIn>, OfficeError> {
    match store.meta().sign_in {
        SignIn::None => Ok(None),
        SignIn::Os => match &opening.operator {
            Some(name) if *name != at.user => Err(OfficeError::OtherOperator(at.user.clone())),
            _ => Ok(None),
        },
        SignIn::Passphrase => match &opening.credential {
            Some(Credential::SignedIn(before)) if before.store == store.meta().uid => Ok(Some(before.clone())),
            Some(Credential::Passphrase(passphrase)) => {
                let name = opening.operator.as_ref().unwrap_or(&at.user);
                sign_in(store, at, name, passphrase).map(Some)
            }
            _ => Err(SignInError::Needed.into()),
        },
    }
}

/// Somebody shows by a passphrase who they are. What is wrong isn't told, and costs the same time.
///
/// # Errors
/// [`SignInError`]; what the store says.
pub(super) fn sign_in(
    store: &mut Store,
    at: &Surroundings,
    code: &str,
    passphrase: &Passphrase,
) -> Result<SignedIn, OfficeError> {
    let (people, day) = (store.people()?, day_of(at));
    let known = people.of_code(code, day);
    let Some((operator, kept)) = known.and_then(|id| Some((id, *people.passphrases.get(&id)?))) else {
        pretend(at.cost, passphrase);
        return Err(SignInError::Wrong.into());
    };
    let key = try_passphrase(store, at, &people, (operator, &kept), passphrase)?;
    let code = code.to_owned();
    Ok(SignedIn { store: store.meta().uid, operator, code, must_change: kept.given, key: Arc::new(key.opening()) })
}

/// Tries a passphrase, and accounts for it: a wrong one makes the next wait, too many lock.
fn try_passphrase(
    store: &mut Store,
    at: &Surroundings,
    people: &People,
    (operator, kept): (OperationId, &Passphrased),
    passphrase: &Passphrase,
) -> Result<SecretKey, OfficeError> {
    let now = (at.now)();
    let missing = || OfficeError::from(SignInError::KeyMissing);
    let mut keys = store.keys_there()?.ok_or_else(missing)?;
    let wrapped = keys.of(operator, &kept.key)?.ok_or_else(missing)?;
    let unlockable = others_may_unlock(people, operator, store.meta().segment.code(), day_of(at));
    let tries = match keys.begin_try(operator, now, unlockable) {
        Ok(tries) => tries,
        Err(KeyError::Wait(left)) => return Err(SignInError::Wait(left.div_euclid(1000) + 1).into()),
        Err(KeyError::Locked) => return Err(SignInError::Locked.into()),
        Err(KeyError::Store(error)) => return Err(error.into()),
    };
    let tried = wrapped.unwrap(passphrase).map_err(|bad| match bad {
        BadCredential::Memory => OfficeError::from(SignInError::Memory),
        BadCredential::Damaged => missing(),
    })?;
    let tell = |store: &mut Store, actor, count, locked| {
        let body = Body::WrongTries { subject: operator, kind: CredentialKind::Passphrase, count, locked };
        store.record(&Signed { actor, at_ms: now, command: "sign_in", approval: None }, body, None)
    };
    match tried {
        Some(secret) => {
            let wrong = tries.failed - 1;
            if wrong > 0 {
                tell(store, Some(operator), wrong, false)?;
            }
            keys.forgive(operator)?;
            // What a change of the passphrase may have left behind when the power failed.
            if wrapped.mark() == kept.key.mark {
                keys.keep_only(operator, &kept.key)?;
            }
            Ok(secret)
        }
        None => {
            if tries.failed == Tries::LOCK {
                tell(store, None, tries.failed, true)?;
            }
            Err(SignInError::Wrong.into())
        }
    }
}

/// Whether somebody else works here who may unlock an operator.
fn others_may_unlock(people: &People, operator: OperationId, segment: u8, day: Days) -> bool {
    let others = people.at_work(day).into_iter().filter(|(id, _)| *id != operator);
    others.into_iter().any(|(id, _)| people.rights(Some(id), segment, day).may(Act::OperatorUnlock))
}

/// Today, as the log keeps days.
fn day_of(at: &Surroundings) -> Days {
    days(civil(&Instant { seconds: (at.now)().div_euclid(1000), offset_minutes: JAPAN }).date())
}

impl Desk {
    /// Whether the person at the desk has a passphrase.
    ///
    /// # Errors
    /// What the store says.
    pub fn has_passphrase(&self) -> Result<bool, OfficeError> {
        let me = self.me()?;
        Ok(me.is_some_and(|me| self.people().is_ok_and(|people| people.passphrases.contains_key(&me))))
    }

    /// その場確認: somebody else shows by their own passphrase who they are, while the person at the desk stays signed in;
    /// also where the operating system signs people in. The answer is who it is; wrong tries are accounted for like
    /// those of signing in. What that person may do is asked by whoever calls this.
    ///
    /// # Errors
    /// [`SignInError`]; [`OfficeError::Barred`] if they work here no more; what the store says.
    pub fn verify_person(&mut self, code: &str, passphrase: &Passphrase) -> Result<OperationId, OfficeError> {
        if self.is_unsigned() {
            return Err(SignInError::Unsigned.into());
        }
        let at = self.surroundings().clone();
        let who = sign_in(&mut self.store, &at, code, passphrase)?;
        if who.must_change {
            return Err(SignInError::MustChange.into());
        }
        let rights = self.people()?.rights(Some(who.operator), self.segment().code(), self.today_in_log());
        match rights.barred() {
            Some(barred) => Err(OfficeError::Barred(code.to_owned(), barred)),
            None => Ok(who.operator),
        }
    }
}
