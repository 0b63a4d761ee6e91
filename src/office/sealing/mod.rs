//! 封印: what of a file is sealed on its way in, the keys of the classes and who holds them, and looking at a sealed item.
//! The secret key of an operator is what their passphrase unwraps; whoever works without one can import, and open nothing.

mod fault;
mod keys;
mod reveal;

pub use fault::SealingError;
pub use keys::{FoundedKeys, KeyFacts, found_keys, key_facts, recover_key, share_key, withdraw_key};
pub use reveal::{Revealed, reveal};

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::desk::Desk;
use super::fault::OfficeError;
use super::sign_in::SignInError;
use crate::domain::credential::Passphrase;
use crate::domain::people::People;
use crate::domain::sealing::{Class, Headings, Kek, OpeningKey, Wrap};
use crate::store::{Batch, Opener, Sealer, Segment};

/// A class, with a column of a file that asks for it.
type Asked = (Class, u64, String);

/// What of a file must be sealed, by the names of its columns, and whether it can be here.
///
/// # Errors
/// [`OfficeError::SensitiveColumns`] without a key for them, and for 特定個人情報 in the LGWAN segment.
pub(super) fn classes_of(desk: &Desk, path: &Path, asked: &[Asked]) -> Result<Vec<Class>, OfficeError> {
    let refuse = |columns: Vec<&Asked>| OfficeError::SensitiveColumns {
        file: path.to_owned(),
        columns: columns.into_iter().map(|(_, column, name)| (*column, name.clone())).collect(),
    };
    let people = desk.people()?;
    // 個人番号 may only be judged in the My Number segment, whatever keys there are.
    let can_be = |class: Class| class != Class::SpecificPersonal || desk.segment() == Segment::MyNumber;
    let is_missing = |class: Class| !can_be(class) || !people.class_keys.contains_key(&class);
    let missing: Vec<&Asked> = asked.iter().filter(|(class, ..)| is_missing(*class)).collect();
    if !missing.is_empty() {
        return Err(refuse(missing));
    }
    Ok(Class::ALL.into_iter().filter(|class| asked.iter().any(|(one, ..)| one == class)).collect())
}

/// What of a file is sealed.
#[derive(Debug, Clone)]
pub(super) struct Sealing {
    pub classes: Vec<Class>,
    pub headings: Headings,
}

/// What the office's definitions of a source's forms say is to be sealed.
pub(super) fn headings_of(desk: &Desk, source: &str) -> Headings {
    let definitions = desk.forms().definitions.all();
    let of_source = definitions.iter().filter(|definition| definition.source == source);
    let named = of_source.flat_map(|definition| &definition.items);
    Headings::naming(named.filter_map(|item| Some((item.name.clone(), item.class()?))))
}

/// Makes the keys of a batch, sealed to the classes, and keeps them before anything is sealed by them.
pub(super) fn begin_batch(desk: &Desk, sealed: Option<&Sealing>) -> Result<Sealer, OfficeError> {
    let Some(Sealing { classes, headings }) = sealed else { return Ok(Sealer::default()) };
    let (people, keys) = (desk.people()?, desk.store.keys()?);
    let fill = &desk.surroundings().entropy;
    let mut batches = Vec::new();
    for class in classes {
        let key = people.class_keys.get(class).ok_or(SealingError::NotFounded(*class))?;
        let secret = random(desk);
        let sealed = Wrap::Batch(*class, key.generation).seal(&key.public, &secret, &**fill);
        let number = keys.put_batch(*class, key.generation, &sealed.ok_or(SealingError::Unfit)?)?;
        let kek = Arc::new(Kek::new(&secret).ok_or(SealingError::Unfit)?);
        batches.push(Batch { class: *class, number, kek });
    }
    Ok(Sealer::new(batches, headings.clone()))
}

/// 32 fresh random bytes.
fn random(desk: &Desk) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    (desk.surroundings().entropy)(bytes.as_mut());
    bytes
}

impl Desk {
    /// The key that opens what was sealed for the person at the desk: the one that they signed in with, else the one
    /// that a passphrase unwraps.
    ///
    /// # Errors
    /// [`SignInError::Needed`] without a passphrase; [`SealingError::NoPassphrase`] for somebody who has none; what a
    /// wrong one costs.
    pub(in crate::office) fn opening_key(
        &mut self,
        passphrase: Option<&Passphrase>,
    ) -> Result<Arc<OpeningKey>, OfficeError> {
        if self.is_unsigned() {
            return Err(SealingError::Unsigned.into());
        }
        if let Some(key) = self.signed_in().and_then(super::sign_in::SignedIn::opening_key) {
            return Ok(key);
        }
        if !self.has_passphrase()? {
            return Err(SealingError::NoPassphrase(self.person()?).into());
        }
        let passphrase = passphrase.ok_or(SignInError::Needed)?;
        let (code, at) = (self.person()?, self.surroundings().clone());
        let shown = super::sign_in::sign_in(&mut self.store, &at, &code, passphrase)?;
        shown.opening_key().ok_or_else(|| SealingError::Unfit.into())
    }

    /// What the person at the desk can open.
    pub(in crate::office) fn opener(&mut self, passphrase: Option<&Passphrase>) -> Result<Opener, OfficeError> {
        let key = self.opening_key(passphrase)?;
        Ok(self.store.opener(self.me()?, &key)?)
    }

    /// What the person can open without being asked for anything: nothing, where they signed in without a passphrase.
    pub(in crate::office) fn opener_at_hand(&self) -> Result<Opener, OfficeError> {
        match self.signed_in().and_then(super::sign_in::SignedIn::opening_key) {
            Some(key) => Ok(self.store.opener(self.me()?, &key)?),
            None => Ok(Opener::default()),
        }
    }
}

/// The operator of a code, for whom a key can be sealed: their id and public key.
fn holder(
    desk: &Desk,
    people: &People,
    code: &str,
) -> Result<(crate::domain::identity::OperationId, [u8; 32]), OfficeError> {
    let id = people.of_code(code, desk.today_in_log());
    let id = id.ok_or_else(|| super::people::PeopleError::UnknownOperator(code.to_owned()))?;
    let kept = people.passphrases.get(&id).ok_or_else(|| SealingError::NoPassphrase(code.to_owned()))?;
    Ok((id, kept.key.public))
}
