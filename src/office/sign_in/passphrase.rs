//! Setting, changing and recovering passphrases, and unlocking those who have mistyped too often.

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Credential, SignInError, SignedIn, day_of, try_passphrase};
use crate::domain::credential::{BadCredential, Kdf, Passphrase, SecretKey, Unfit, Wrapped};
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, CredentialChange, CredentialKind};
use crate::domain::people::{Act, Passphrased};
use crate::office::desk::{Desk, Opening, Surroundings};
use crate::office::fault::OfficeError;
use crate::office::forbidden::refuse_folder;
use crate::office::people::PeopleError;
use crate::store::{SignIn, Signed, Store};

/// The first passphrase of a store in which people sign in by one, with the code of whoever founds it.
pub(in crate::office) fn first_passphrase(
    kind: SignIn,
    at: &Surroundings,
    opening: &Opening,
) -> Result<Option<(String, Passphrase)>, OfficeError> {
    if kind != SignIn::Passphrase {
        return Ok(None);
    }
    let Some(Credential::Passphrase(passphrase)) = &opening.credential else { return Err(SignInError::Needed.into()) };
    let code = opening.operator.clone().unwrap_or_else(|| at.user.clone());
    fit(passphrase, &code)?;
    Ok(Some((code, passphrase.clone())))
}

/// Enters whoever founds a store in which people sign in by a passphrase: its first administrator.
pub(in crate::office) fn enter_founder(
    desk: &mut Desk,
    code: &str,
    passphrase: &Passphrase,
) -> Result<(), OfficeError> {
    let founder = desk.store.operator_or_new(code, code, desk.now_ms())?.id;
    let signed = Signed { actor: Some(founder), at_ms: desk.now_ms(), command: Act::GrantAdd.id(), approval: None };
    desk.store.change_people(|_, writer| crate::office::people::make_administrator(writer, &signed, founder))?;
    let signed = Signed { command: Act::PassphraseChange.id(), ..signed };
    let mut random = Zeroizing::new([0; 32]);
    (desk.surroundings().entropy)(random.as_mut());
    let secret = SecretKey::new(&random);
    let key = Arc::new(secret.opening());
    set(desk, &signed, founder, Some(secret), passphrase, CredentialChange::Own)?;
    let store = desk.store.meta().uid;
    desk.take_seat(SignedIn { store, operator: founder, code: code.to_owned(), must_change: false, key })
}

/// Whether the person who works here has a passphrase, so that they must give it to change it.
///
/// # Errors
/// What the store says.
pub fn needs_passphrase(dir: &Path, at: &Surroundings, opening: &Opening) -> Result<bool, OfficeError> {
    refuse_folder(&at.policy, dir)?;
    let store = Store::open(dir, opening.wait, at.fill())?;
    let (people, day) = (store.people()?, day_of(at));
    Ok(match store.meta().sign_in {
        SignIn::None => false,
        SignIn::Passphrase => true,
        SignIn::Os => people.of_account(&at.user, day).is_some_and(|id| people.passphrases.contains_key(&id)),
    })
}

/// Changes the passphrase of the person who works here, or sets their first one. Whoever has one must know it.
///
/// # Errors
/// [`SignInError`]; what the store says. Nothing is changed then.
pub fn change_passphrase(
    dir: &Path,
    surroundings: &Surroundings,
    opening: &Opening,
    old: Option<&Passphrase>,
    new: &Passphrase,
) -> Result<OperationId, OfficeError> {
    let mut desk = Desk::open_at_first(dir, surroundings.clone(), opening)?;
    if desk.is_unsigned() {
        return Err(SignInError::Unsigned.into());
    }
    fit(new, &desk.person()?)?;
    let signed = desk.sign(Act::PassphraseChange)?;
    let me = signed.actor.ok_or(SignInError::Unsigned)?;
    let people = desk.people()?;
    let secret = match people.passphrases.get(&me) {
        None => None,
        Some(kept) => {
            let old = old.ok_or(SignInError::Needed)?;
            let secret = try_passphrase(&mut desk.store, surroundings, &people, (me, kept), old)?;
            if old.is(new) {
                return Err(SignInError::Same.into());
            }
            // A key that another has set may be known to that one.
            Some(secret).filter(|_| !kept.given)
        }
    };
    set(&mut desk, &signed, me, secret, new, CredentialChange::Own)
}

/// Sets a passphrase for somebody else, who must change it with it. What was sealed for the key before is lost to them.
///
/// # Errors
/// [`SignInError`], [`PeopleError::UnknownOperator`], [`OfficeError::NotPermitted`]; what the store says.
pub fn give_passphrase(desk: &mut Desk, code: &str, new: &Passphrase) -> Result<OperationId, OfficeError> {
    if desk.is_unsigned() {
        return Err(SignInError::Unsigned.into());
    }
    let signed = desk.sign(Act::OperatorPasswd)?;
    let whom = known(desk, code)?;
    fit(new, code)?;
    set(desk, &signed, whom, None, new, CredentialChange::Given)
}

/// Unlocks somebody after too many wrong tries.
///
/// # Errors
/// As [`give_passphrase`].
pub fn unlock_operator(desk: &mut Desk, code: &str) -> Result<OperationId, OfficeError> {
    let signed = desk.sign(Act::OperatorUnlock)?;
    let subject = known(desk, code)?;
    let change = CredentialChange::Unlocked;
    let body = Body::Credential { subject, kind: CredentialKind::Passphrase, change, key: None };
    let done = desk.store.record(&signed, body, None)?;
    if let Some(keys) = desk.store.keys_there()? {
        keys.forgive(subject)?;
    }
    Ok(done)
}

/// Whether a passphrase can be set without signing in: people sign in by passphrases here, and of those who may decide
/// about people none has one any more, because `keys.db` is gone or a founding was cut off.
///
/// # Errors
/// What the store says.
pub fn may_recover(dir: &Path, at: &Surroundings, opening: &Opening) -> Result<bool, OfficeError> {
    refuse_folder(&at.policy, dir)?;
    let store = Store::open(dir, opening.wait, at.fill())?;
    is_orphaned(&store, at)
}

fn is_orphaned(store: &Store, at: &Surroundings) -> Result<bool, OfficeError> {
    if store.meta().sign_in != SignIn::Passphrase {
        return Ok(false);
    }
    let (people, day, segment) = (store.people()?, day_of(at), store.meta().segment.code());
    let Some(keys) = store.keys_there()? else { return Ok(true) };
    for (id, _) in people.at_work(day) {
        if let Some(Passphrased { key, .. }) = people.passphrases.get(&id)
            && people.rights(Some(id), segment, day).may(Act::GrantAdd)
            && keys.of(id, key)?.is_some()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Sets the passphrase of somebody who may decide about people, where [`may_recover`]. The log says that it was done so.
///
/// # Errors
/// [`SignInError::NothingToRecover`], [`OfficeError::NotPermitted`] for somebody else; what the store says.
pub fn recover_passphrase(
    dir: &Path,
    at: &Surroundings,
    opening: &Opening,
    code: &str,
    new: &Passphrase,
) -> Result<OperationId, OfficeError> {
    refuse_folder(&at.policy, dir)?;
    let mut store = Store::open(dir, opening.wait, at.fill())?;
    if !is_orphaned(&store, at)? {
        return Err(SignInError::NothingToRecover.into());
    }
    fit(new, code)?;
    let now = (at.now)();
    let people = store.people()?;
    let who = if people.deny_by_default() {
        let known = people.of_code(code, day_of(at));
        known.ok_or_else(|| PeopleError::UnknownOperator(code.to_owned()))?
    } else {
        // The founding was cut off before anybody was granted anything.
        let founder = store.operator_or_new(code, code, now)?.id;
        let signed = Signed { actor: Some(founder), at_ms: now, command: Act::GrantAdd.id(), approval: None };
        store.change_people(|_, writer| crate::office::people::make_administrator(writer, &signed, founder))?;
        founder
    };
    let rights = store.people()?.rights(Some(who), store.meta().segment.code(), day_of(at));
    if !rights.may(Act::GrantAdd) {
        return Err(OfficeError::NotPermitted(Act::GrantAdd));
    }
    let signed = Signed { actor: None, at_ms: now, command: Act::PassphraseChange.id(), approval: None };
    set_in(&mut store, at, &signed, who, None, new, CredentialChange::Recovered)
}

fn known(desk: &Desk, code: &str) -> Result<OperationId, OfficeError> {
    let found = desk.people()?.of_code(code, desk.today_in_log());
    Ok(found.ok_or_else(|| PeopleError::UnknownOperator(code.to_owned()))?)
}

fn fit(passphrase: &Passphrase, code: &str) -> Result<(), OfficeError> {
    passphrase.judge(code).map_err(|unfit| match unfit {
        Unfit::Length => SignInError::Length.into(),
        Unfit::Guessable => SignInError::Guessable.into(),
    })
}

fn set(
    desk: &mut Desk,
    signed: &Signed<'_>,
    whom: OperationId,
    secret: Option<SecretKey>,
    new: &Passphrase,
    change: CredentialChange,
) -> Result<OperationId, OfficeError> {
    let at = desk.surroundings().clone();
    set_in(&mut desk.store, &at, signed, whom, secret, new, change)
}

/// Wraps a key by a passphrase, a fresh one if there is none, and lets the log name it.
fn set_in(
    store: &mut Store,
    at: &Surroundings,
    signed: &Signed<'_>,
    whom: OperationId,
    secret: Option<SecretKey>,
    new: &Passphrase,
    change: CredentialChange,
) -> Result<OperationId, OfficeError> {
    let fill = &at.entropy;
    let secret = secret.unwrap_or_else(|| {
        let mut random = Zeroizing::new([0; 32]);
        fill(random.as_mut());
        SecretKey::new(&random)
    });
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    fill(&mut salt);
    fill(&mut nonce);
    let wrapped = Wrapped::wrap(&secret, new, Kdf { cost: at.cost, salt }, &nonce).map_err(|bad| match bad {
        BadCredential::Memory | BadCredential::Damaged => SignInError::Memory,
    })?;
    let keys = store.keys()?;
    let key = keys.put(whom, &wrapped)?;
    let body = Body::Credential { subject: whom, kind: CredentialKind::Passphrase, change, key: Some(key) };
    let done = store.record(signed, body, None)?;
    // It is done: what can't be destroyed now goes when the person signs in next.
    keys.keep_only(whom, &key).unwrap_or_default();
    Ok(done)
}
