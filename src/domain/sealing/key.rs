//! The secret key of a class and what is sealed to a public key: HPKE (RFC 9180) in base mode with DHKEM(X25519,
//! HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{
    Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _, single_shot_open, single_shot_seal_with_rng,
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Class;

type Secret = <X25519HkdfSha256 as Kem>::PrivateKey;
type Public = <X25519HkdfSha256 as Kem>::PublicKey;
type Encapped = <X25519HkdfSha256 as Kem>::EncappedKey;

/// How many bytes HPKE puts before the ciphertext: the ephemeral public key.
const ENCAPPED: usize = 32;

/// What a sealed key is for: nothing that was sealed for one thing opens as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrap {
    /// The secret of a class and generation, for one holder.
    ClassKey(Class, u32),
    /// The key of a batch, for a class and generation.
    Batch(Class, u32),
}

impl Wrap {
    fn info(self) -> Vec<u8> {
        let (name, class, generation) = match self {
            Self::ClassKey(class, generation) => (b"sekisho class key 1".as_slice(), class, generation),
            Self::Batch(class, generation) => (b"sekisho batch key 1".as_slice(), class, generation),
        };
        [name, &[class as u8], &generation.to_be_bytes()].concat()
    }

    /// Seals 32 bytes to a public key; `fill` gives randomness. `None` = that is no public key.
    #[must_use]
    pub fn seal(self, to: &[u8; 32], key: &Zeroizing<[u8; 32]>, fill: &dyn Fn(&mut [u8])) -> Option<Vec<u8>> {
        let to = Public::from_bytes(to).ok()?;
        let (encapped, sealed) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &to,
            &self.info(),
            key.as_slice(),
            &[],
            &mut Filled(fill),
        )
        .ok()?;
        Some([encapped.to_bytes().as_slice(), &sealed].concat())
    }

    /// Opens what was sealed to a secret's public key; `None` = it wasn't, or it was tampered with.
    #[must_use]
    pub fn open(self, secret: &OpeningKey, sealed: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let (encapped, sealed) = sealed.split_at_checked(ENCAPPED)?;
        let encapped = Encapped::from_bytes(encapped).ok()?;
        let own = Secret::from_bytes(secret.0.as_slice()).ok()?;
        let open = single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &own,
            &encapped,
            &self.info(),
            sealed,
            &[],
        );
        let open = Zeroizing::new(open.ok()?);
        let mut key = Zeroizing::new([0; 32]);
        (open.len() == key.len()).then(|| key.copy_from_slice(&open))?;
        Some(key)
    }
}

/// The caller's randomness, as HPKE asks for it.
struct Filled<'a>(&'a dyn Fn(&mut [u8]));

impl TryRng for Filled<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Self::Error> {
        (self.0)(into);
        Ok(())
    }
}

impl TryCryptoRng for Filled<'_> {}

/// A secret key that opens what is sealed to its public key: of a class, of an operator, or the recovery key.
#[derive(Clone, PartialEq, Eq)]
pub struct OpeningKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpeningKey")
    }
}

impl OpeningKey {
    /// Of 32 random bytes.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The bytes, to be sealed for a holder.
    #[must_use]
    pub const fn bytes(&self) -> &Zeroizing<[u8; 32]> {
        &self.0
    }

    /// The public key that belongs to it.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from(*self.0)).to_bytes()
    }
}

/// How many characters a recovery key has without its dashes.
pub const RECOVERY_LENGTH: usize = 56;

/// Letters that paper and a tired eye keep apart (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The recovery key as it is printed: fourteen groups of four, the last 24 bits a checksum.
#[must_use]
pub fn write_recovery(secret: &OpeningKey) -> Zeroizing<String> {
    let check = checksum(&secret.0);
    let mut text = Zeroizing::new(String::with_capacity(RECOVERY_LENGTH + RECOVERY_LENGTH / 4));
    let (mut held, mut bits) = (0u32, 0);
    let mut letters = 0;
    for byte in secret.0.iter().chain(&check) {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            if letters > 0 && letters % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(LETTERS[(held >> bits & 31) as usize]));
            letters += 1;
        }
    }
    text
}

/// Reads a recovery key that somebody typed; letters that look alike count as one, spaces and dashes as nothing. `None` =
/// mistyped.
#[must_use]
pub fn read_recovery(text: &str) -> Option<OpeningKey> {
    let mut bytes = Zeroizing::new([0u8; 35]);
    let (mut held, mut bits, mut at) = (0u32, 0, 0);
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let letter = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let value = LETTERS.iter().position(|known| char::from(*known) == letter)?;
        held = held << 5 | value as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *bytes.get_mut(at)? = (held >> bits) as u8;
            at += 1;
        }
    }
    let mut secret = Zeroizing::new([0; 32]);
    secret.copy_from_slice(&bytes[..32]);
    (at == bytes.len() && bits == 0 && bytes[32..] == checksum(&secret)).then_some(OpeningKey(secret))
}

fn checksum(secret: &Zeroizing<[u8; 32]>) -> [u8; 3] {
    let mut hash = Sha256::new();
    hash.update(b"sekisho recovery key 1");
    hash.update(secret.as_slice());
    let hash: [u8; 32] = hash.finalize().into();
    [hash[0], hash[1], hash[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(bytes: &mut [u8]) {
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = place as u8 + 1;
        }
    }

    fn secret(byte: u8) -> OpeningKey {
        OpeningKey::new(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn only_the_holder_opens_and_only_as_what_it_was_sealed_for() {
        let (holder, key) = (secret(7), Zeroizing::new([9; 32]));
        let wrap = Wrap::ClassKey(Class::SpecificPersonal, 1);
        let sealed = wrap.seal(&holder.public(), &key, &fill).unwrap();
        assert_eq!(wrap.open(&holder, &sealed).unwrap(), key);
        assert!(wrap.open(&secret(8), &sealed).is_none(), "another's");
        for other in [
            Wrap::ClassKey(Class::Sensitive, 1),
            Wrap::ClassKey(Class::SpecificPersonal, 2),
            Wrap::Batch(Class::SpecificPersonal, 1),
        ] {
            assert!(other.open(&holder, &sealed).is_none(), "{other:?}");
        }
        for place in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[place] ^= 1;
            assert!(wrap.open(&holder, &bad).is_none(), "byte {place}");
        }
        assert!(wrap.open(&holder, &sealed[..20]).is_none());
    }

    #[test]
    fn a_recovery_key_is_read_back_from_paper_and_a_slip_is_found() {
        let key = OpeningKey::new(Zeroizing::new(std::array::from_fn(|place| place as u8 * 7)));
        let text = write_recovery(&key);
        assert_eq!(text.len(), RECOVERY_LENGTH + RECOVERY_LENGTH / 4 - 1);
        assert_eq!(read_recovery(&text).unwrap().bytes(), key.bytes());
        let typed = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(read_recovery(&typed).unwrap().bytes(), key.bytes());
        for place in (0..text.len()).filter(|place| text.as_bytes()[*place] != b'-') {
            let mut wrong = text.as_bytes().to_vec();
            wrong[place] = if wrong[place] == b'7' { b'8' } else { b'7' };
            assert!(read_recovery(std::str::from_utf8(&wrong).unwrap()).is_none(), "place {place}");
        }
        assert!(read_recovery("").is_none() && read_recovery(&text[..20]).is_none());
        assert!(read_recovery(&format!("{}0", *text)).is_none());
        assert_eq!(format!("{key:?}"), "OpeningKey");
    }
}
