//! What operations say of credentials (kinds 24 and 25). No secret stands in them: a public key, and a hash of a
//! ciphertext.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, Streams, array, entries, key, length};
use super::encode::{Dictionary, Written};
use crate::domain::record::Hash;

/// Which kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CredentialKind {
    /// A passphrase.
    Passphrase = 1,
}

/// What became of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CredentialChange {
    /// Its owner has set it.
    Own = 0,
    /// Somebody else has set it: its owner must change it before anything else.
    Given = 1,
    /// It was unlocked after too many wrong tries.
    Unlocked = 2,
    /// It was set without signing in, because no administrator had one any more.
    Recovered = 3,
}

impl CredentialChange {
    const ALL: [Self; 4] = [Self::Own, Self::Given, Self::Unlocked, Self::Recovered];
}

/// The key that a credential opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorKey {
    /// The public key (X25519).
    pub public: [u8; 32],
    /// SHA-256 of the wrapped secret key, as it lies in `keys.db`.
    pub mark: Hash,
}

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    match body {
        Body::Credential { subject, kind, change, key } => {
            let subject = d.reference(*subject);
            e.map(4)?.u8(0)?.u64(subject)?.u8(1)?.u8(*kind as u8)?.u8(2)?.u8(*change as u8)?.u8(3)?;
            match key {
                Some(key) => e.array(2)?.bytes(&key.public)?.bytes(&key.mark)?,
                None => e.array(0)?,
            };
        }
        Body::WrongTries { subject, kind, count, locked } => {
            let subject = d.reference(*subject);
            e.map(4)?.u8(0)?.u64(subject)?.u8(1)?.u8(*kind as u8)?.u8(2)?.u32(*count)?.u8(3)?.bool(*locked)?;
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn read_credential(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 4)?;
    key(d, 0)?;
    let subject = streams.reference(d.u64()?)?;
    key(d, 1)?;
    let kind = read_kind(d)?;
    key(d, 2)?;
    let code = d.u8()?;
    let change = CredentialChange::ALL.into_iter().find(|change| *change as u8 == code).ok_or(BadOperation::Shape)?;
    key(d, 3)?;
    let key = match length(d)? {
        0 => None,
        2 => Some(OperatorKey { public: array(d)?, mark: array(d)? }),
        _ => return Err(BadOperation::Shape),
    };
    Ok(Body::Credential { subject, kind, change, key })
}

pub(super) fn read_wrong_tries(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 4)?;
    key(d, 0)?;
    let subject = streams.reference(d.u64()?)?;
    key(d, 1)?;
    let kind = read_kind(d)?;
    key(d, 2)?;
    let count = d.u32()?;
    key(d, 3)?;
    Ok(Body::WrongTries { subject, kind, count, locked: d.bool()? })
}

fn read_kind(d: &mut Decoder<'_>) -> Read<CredentialKind> {
    if d.u8()? == CredentialKind::Passphrase as u8 { Ok(CredentialKind::Passphrase) } else { Err(BadOperation::Shape) }
}
