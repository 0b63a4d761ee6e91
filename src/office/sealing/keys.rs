//! 封印の鍵: founding the keys of the classes, letting another hold one, shutting somebody out, and the recovery key.
//!
//! Copies are put into `keys.db` before the operation that names their holder, and destroyed after the one that doesn't:
//! whatever stops that in between, nobody holds what the log doesn't say, and nobody whom it names holds nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{SealingError, holder, random};
use crate::domain::credential::Passphrase;
use crate::domain::identity::OperationId;
use crate::domain::operation::Body;
use crate::domain::people::{Act, People};
use crate::domain::sealing::{Class, ClassKey, OpeningKey, Wrap, read_recovery, write_recovery};
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::store::{KeyCopy, Segment};

/// What founding gave.
#[derive(Debug)]
pub struct FoundedKeys {
    /// The classes.
    pub classes: Vec<Class>,
    /// The recovery key, to be printed and put away: shown this once.
    pub recovery: Zeroizing<String>,
}

/// A key of a class, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFacts {
    /// The class.
    pub class: Class,
    /// Which one, from 1.
    pub generation: u32,
    /// Who holds it, by code.
    pub holders: Vec<String>,
}

/// Founds the keys that the segment may have: in the LGWAN segment that of sensitive items, in the My Number segment that
/// of 特定個人情報 too. The person at the desk is their first holder.
///
/// # Errors
/// [`SealingError::Founded`]; what getting the own key says; what the store says.
pub fn found_keys(desk: &mut Desk, passphrase: Option<&Passphrase>) -> Result<FoundedKeys, OfficeError> {
    let signed = desk.sign(Act::KeyFound)?;
    let own = desk.opening_key(passphrase)?;
    let me = signed.actor.ok_or(SealingError::Unsigned)?;
    if !desk.people()?.class_keys.is_empty() {
        return Err(SealingError::Founded.into());
    }
    let classes: Vec<Class> = match desk.segment() {
        Segment::Lgwan => vec![Class::Sensitive],
        Segment::MyNumber => Class::ALL.to_vec(),
    };
    if classes.contains(&Class::SpecificPersonal) && !desk.rights()?.specific_personal() {
        return Err(SealingError::NotGranted(desk.person()?).into());
    }
    let recovery = OpeningKey::new(random(desk));
    let (mut copies, mut bodies) = (Vec::new(), Vec::new());
    for class in &classes {
        let secret = OpeningKey::new(random(desk));
        for (to, whom) in [(own.public(), Some(me)), (recovery.public(), None)] {
            copies.push(copy_for(desk, *class, 1, &secret, (to, whom))?);
        }
        let (public, holders) = (secret.public(), vec![me]);
        bodies.push(Body::SealingKey { class: *class, generation: 1, public, recovery: recovery.public(), holders });
    }
    desk.store.keys()?.put_copies(&copies)?;
    desk.store.change_people(|people, writer| {
        if !people.class_keys.is_empty() {
            return Err(OfficeError::from(SealingError::Founded));
        }
        for body in bodies {
            writer.append(&signed, body, None)?;
        }
        Ok(())
    })?;
    Ok(FoundedKeys { classes, recovery: write_recovery(&recovery) })
}

fn copy_for(
    desk: &Desk,
    class: Class,
    generation: u32,
    secret: &OpeningKey,
    (to, holder): ([u8; 32], Option<OperationId>),
) -> Result<KeyCopy, OfficeError> {
    let fill = &desk.surroundings().entropy;
    let sealed = Wrap::ClassKey(class, generation).seal(&to, secret.bytes(), &**fill);
    Ok(KeyCopy { class, generation, holder, to, sealed: sealed.ok_or(SealingError::Unfit)? })
}

/// The keys and their holders.
///
/// # Errors
/// What the store says.
pub fn key_facts(desk: &Desk) -> Result<Vec<KeyFacts>, OfficeError> {
    let people = desk.people()?;
    let facts = people.class_keys.iter().map(|(class, key)| {
        let codes = key.holders.iter().map(|id| desk.store.operator_code(*id).map(Option::unwrap_or_default));
        Ok(KeyFacts { class: *class, generation: key.generation, holders: codes.collect::<Result<_, _>>()? })
    });
    facts.collect::<Result<_, crate::store::StoreError>>().map_err(Into::into)
}

/// Lets another operator hold the key of a class, every generation of it; whoever does it must hold it.
///
/// # Errors
/// [`SealingError`]; what the store says. Nothing is shared then.
pub fn share_key(
    desk: &mut Desk,
    class: Class,
    code: &str,
    passphrase: Option<&Passphrase>,
) -> Result<OperationId, OfficeError> {
    desk.permit(Act::KeyShare)?;
    let key = desk.opening_key(passphrase)?;
    let me = desk.me()?;
    pass_on(desk, class, code, (me, key))
}

/// The same by the recovery key, where nobody is left who holds the class's.
///
/// # Errors
/// [`SealingError::WrongRecovery`]; as [`share_key`].
pub fn recover_key(desk: &mut Desk, class: Class, code: &str, typed: &str) -> Result<OperationId, OfficeError> {
    desk.permit(Act::KeyShare)?;
    let recovery = read_recovery(typed).ok_or(SealingError::WrongRecovery)?;
    let known = desk.people()?.class_keys.get(&class).map(|key| key.recovery);
    if known.ok_or(SealingError::NotFounded(class))? != recovery.public() {
        return Err(SealingError::WrongRecovery.into());
    }
    pass_on(desk, class, code, (None, Arc::new(recovery)))
}

fn pass_on(
    desk: &mut Desk,
    class: Class,
    code: &str,
    (from, key): (Option<OperationId>, Arc<OpeningKey>),
) -> Result<OperationId, OfficeError> {
    let signed = desk.sign(Act::KeyShare)?;
    let people = desk.people()?;
    let known = people.class_keys.get(&class).ok_or(SealingError::NotFounded(class))?.clone();
    let (whom, to) = holder(desk, &people, code)?;
    if class == Class::SpecificPersonal && !may_read(desk, &people, whom) {
        return Err(SealingError::NotGranted(code.to_owned()).into());
    }
    let opener = desk.store.opener(from, &key)?;
    let mut copies = Vec::new();
    for generation in 1..=known.generation {
        if let Some(secret) = opener.secret(class, generation) {
            copies.push(copy_for(desk, class, generation, secret, (to, Some(whom)))?);
        }
    }
    // Without the newest there is nothing to pass on; one that came later never had the oldest.
    if opener.secret(class, known.generation).is_none() {
        return Err(SealingError::NotHeld(class).into());
    }
    desk.store.keys()?.put_copies(&copies)?;
    desk.store.change_people(|people, writer| {
        let now = people.class_keys.get(&class).ok_or(SealingError::NotFounded(class))?;
        if now.generation != known.generation {
            return Err(OfficeError::Store(crate::store::StoreError::Changed));
        }
        let mut holders = now.holders.clone();
        if let Err(place) = holders.binary_search(&whom) {
            holders.insert(place, whom);
        }
        Ok(writer.append(&signed, row(class, now, holders), None)?)
    })
}

fn row(class: Class, key: &ClassKey, holders: Vec<OperationId>) -> Body {
    Body::SealingKey { class, generation: key.generation, public: key.public, recovery: key.recovery, holders }
}

fn may_read(desk: &Desk, people: &People, whom: OperationId) -> bool {
    people.rights(Some(whom), desk.segment().code(), desk.today_in_log()).specific_personal()
}

/// Shuts a holder out: a new key of the class, sealed for those who remain, none of whom need be there. What comes in from
/// now on they can't open, wherever they have a copy of the old key; what came before they may have read.
///
/// # Errors
/// [`SealingError::LastHolder`]; [`SealingError::NotHeld`] if they hold none; what the store says.
pub fn withdraw_key(desk: &mut Desk, class: Class, code: &str) -> Result<OperationId, OfficeError> {
    let signed = desk.sign(Act::KeyWithdraw)?;
    let people = desk.people()?;
    let known = people.class_keys.get(&class).ok_or(SealingError::NotFounded(class))?.clone();
    let whom = people.of_code(code, desk.today_in_log());
    let whom = whom.filter(|id| known.holders.contains(id)).ok_or(SealingError::NotHeld(class))?;
    let remaining: BTreeMap<OperationId, [u8; 32]> = known
        .holders
        .iter()
        .filter(|id| **id != whom)
        .filter_map(|id| Some((*id, people.passphrases.get(id)?.key.public)))
        .collect();
    if remaining.is_empty() {
        return Err(SealingError::LastHolder(code.to_owned()).into());
    }
    let (secret, generation) = (OpeningKey::new(random(desk)), known.generation + 1);
    let mut copies = vec![copy_for(desk, class, generation, &secret, (known.recovery, None))?];
    for (id, to) in &remaining {
        copies.push(copy_for(desk, class, generation, &secret, (*to, Some(*id)))?);
    }
    let mut keys = desk.store.keys()?;
    keys.put_copies(&copies)?;
    let done = desk.store.change_people(|people, writer| {
        let now = people.class_keys.get(&class).ok_or(SealingError::NotFounded(class))?;
        if *now != known {
            return Err(OfficeError::Store(crate::store::StoreError::Changed));
        }
        let new = ClassKey { generation, public: secret.public(), ..known.clone() };
        Ok(writer.append(&signed, row(class, &new, remaining.keys().copied().collect()), None)?)
    })?;
    keys.destroy_copies(class, whom)?;
    Ok(done)
}
