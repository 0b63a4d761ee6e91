//! 認証情報: a passphrase opens the key of an operator. Argon2id (RFC 9106) makes a key of the passphrase, and that key
//! wraps the operator's secret X25519 key: whoever can unwrap it has typed the right passphrase, and nothing else tells.
//! Salt, nonce and secret come in from the caller. Also how many wrong tries are let pass.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use unicode_normalization::UnicodeNormalization as _;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::record::Hash;
use super::sealing::OpeningKey;

/// The fewest characters of a passphrase that is set.
pub const SHORTEST: usize = 12;

/// The most characters of a passphrase.
pub const LONGEST: usize = 128;

/// What a person has typed. It is wiped from memory when it goes, and shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase")
    }
}

/// Why a passphrase can't be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Fewer than [`SHORTEST`] characters, or more than [`LONGEST`].
    Length,
    /// It holds the name of its owner, or is one character again and again.
    Guessable,
}

impl Passphrase {
    /// Takes what was typed. A Japanese terminal may write the same letters in another width: compatibility forms count
    /// as one (NFKC).
    #[must_use]
    pub fn new(typed: &str) -> Self {
        // Room for what it may grow to, so that no copy is left behind by growing.
        let mut text = Zeroizing::new(String::with_capacity(typed.len() * 8 + 64));
        text.extend(typed.nfkc());
        Self(text)
    }

    /// Hands what was typed to somebody who must read it, and no longer than that.
    pub fn with<T>(&self, read: impl FnOnce(&str) -> T) -> T {
        read(&self.0)
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether another is the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self == other
    }

    /// Whether it may be set by the owner of a code. No rule asks for certain characters: length is what guessing costs.
    ///
    /// # Errors
    /// Why it may not.
    pub fn judge(&self, code: &str) -> Result<(), Unfit> {
        if !(SHORTEST..=LONGEST).contains(&self.0.chars().count()) {
            return Err(Unfit::Length);
        }
        let first = self.0.chars().next();
        let named = code.chars().count() >= 4 && Zeroizing::new(self.0.to_lowercase()).contains(&code.to_lowercase());
        if named || self.0.chars().all(|one| Some(one) == first) { Err(Unfit::Guessable) } else { Ok(()) }
    }
}

/// What Argon2id costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB.
    pub memory: u32,
    /// How often it is gone through.
    pub passes: u32,
}

impl Cost {
    /// What a terminal of a clerk does in about a quarter of a second: the memory and the passes of the second choice of
    /// RFC 9106 §4, in one lane, because many may sit at one server.
    pub const USUAL: Self = Self { memory: 64 << 10, passes: 3 };

    /// For tests alone.
    pub const CHEAP: Self = Self { memory: 8, passes: 1 };
}

/// How the key was made of the passphrase: stands beside each wrapped key, so that costs may grow later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kdf {
    /// What it costs.
    pub cost: Cost,
    /// The salt.
    pub salt: [u8; 16],
}

impl Kdf {
    /// As it is kept: `argon2id v=19 m=65536 t=3 p=1 salt=…`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let salt: String = self.salt.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("argon2id v=19 m={} t={} p=1 salt={salt}", self.cost.memory, self.cost.passes)
    }

    /// Reads it. A cost that no terminal could pay is no cost: the file may be another's work.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const MOST_MEMORY: u32 = 1 << 20;
        const MOST_PASSES: u32 = 64;
        let mut words = text.split(' ');
        let mut value = |name: &str| words.next()?.strip_prefix(name);
        value("argon2id").filter(|rest| rest.is_empty())?;
        value("v=").filter(|version| *version == "19")?;
        let memory: u32 = value("m=")?.parse().ok()?;
        let passes: u32 = value("t=")?.parse().ok()?;
        value("p=").filter(|lanes| *lanes == "1")?;
        let hex = value("salt=")?;
        let mut salt = [0; 16];
        if hex.len() != 32 || !hex.is_ascii() || memory > MOST_MEMORY || passes > MOST_PASSES {
            return None;
        }
        for (place, byte) in salt.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[place * 2..place * 2 + 2], 16).ok()?;
        }
        Some(Self { cost: Cost { memory, passes }, salt })
    }

    fn key(&self, passphrase: &Passphrase) -> Result<Zeroizing<[u8; 32]>, BadCredential> {
        let params =
            Params::new(self.cost.memory, self.cost.passes, 1, Some(32)).map_err(|_| BadCredential::Damaged)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = Zeroizing::new([0; 32]);
        let made = argon2.hash_password_into(passphrase.0.as_bytes(), &self.salt, key.as_mut());
        made.map_err(|error| match error {
            argon2::Error::OutOfMemory => BadCredential::Memory,
            _ => BadCredential::Damaged,
        })?;
        Ok(key)
    }
}

/// Why it can't be told whether a passphrase is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadCredential {
    /// What is kept isn't a wrapped key.
    Damaged,
    /// There isn't memory enough.
    Memory,
}

/// The secret key of an operator.
pub struct SecretKey(StaticSecret);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// Of 32 random bytes.
    #[must_use]
    pub fn new(random: &Zeroizing<[u8; 32]>) -> Self {
        Self(StaticSecret::from(**random))
    }

    /// The public key that belongs to it.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        PublicKey::from(&self.0).to_bytes()
    }

    /// The same key, as what opens what is sealed to it.
    #[must_use]
    pub fn opening(&self) -> OpeningKey {
        OpeningKey::new(Zeroizing::new(self.0.to_bytes()))
    }
}

/// A secret key wrapped by a passphrase, as it lies on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// How the passphrase becomes a key.
    pub kdf: Kdf,
    /// The nonce (24 bytes), then the ciphertext of the secret key with its tag.
    pub bytes: Vec<u8>,
    /// The public key.
    pub public: [u8; 32],
}

const NONCE: usize = 24;

impl Wrapped {
    /// Wraps a secret key; `nonce` and the salt of `kdf` are random.
    ///
    /// # Errors
    /// [`BadCredential::Memory`].
    pub fn wrap(
        secret: &SecretKey,
        passphrase: &Passphrase,
        kdf: Kdf,
        nonce: &[u8; NONCE],
    ) -> Result<Self, BadCredential> {
        let public = secret.public();
        let key = kdf.key(passphrase)?;
        let payload = Payload { msg: secret.0.as_bytes(), aad: &associated(&public) };
        let sealed = cipher(&key).encrypt(&XNonce::from(*nonce), payload).map_err(|_| BadCredential::Damaged)?;
        Ok(Self { kdf, bytes: [nonce.as_slice(), &sealed].concat(), public })
    }

    /// Unwraps it; `None` = the passphrase is another one.
    ///
    /// # Errors
    /// [`BadCredential`] where that can't be told.
    pub fn unwrap(&self, passphrase: &Passphrase) -> Result<Option<SecretKey>, BadCredential> {
        let (nonce, sealed) = self.bytes.split_at_checked(NONCE).ok_or(BadCredential::Damaged)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| BadCredential::Damaged)?;
        let key = self.kdf.key(passphrase)?;
        let payload = Payload { msg: sealed, aad: &associated(&self.public) };
        let Ok(open) = cipher(&key).decrypt(&XNonce::from(nonce), payload).map(Zeroizing::new) else {
            return Ok(None);
        };
        let mut bytes = Zeroizing::new([0; 32]);
        if open.len() != bytes.len() {
            return Err(BadCredential::Damaged);
        }
        bytes.copy_from_slice(&open);
        let secret = SecretKey::new(&bytes);
        if secret.public() == self.public { Ok(Some(secret)) } else { Err(BadCredential::Damaged) }
    }

    /// By what the log names this very row: another passphrase for the same key has another mark.
    #[must_use]
    pub fn mark(&self) -> Hash {
        use sha2::{Digest as _, Sha256};
        let mut hash = Sha256::new();
        hash.update(self.kdf.to_text());
        hash.update([0]);
        hash.update(&self.bytes);
        hash.update(self.public);
        hash.finalize().into()
    }
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(**key))
}

fn associated(public: &[u8; 32]) -> Vec<u8> {
    [b"sekisho operator key 1".as_slice(), public].concat()
}

/// Where a passphrase is asked of somebody who isn't known, or has none: the same work as a wrong one costs.
pub fn pretend(cost: Cost, passphrase: &Passphrase) {
    drop(Kdf { cost, salt: [0; 16] }.key(passphrase));
}

/// The wrong tries of one operator since the last right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tries {
    /// How many.
    pub failed: u32,
    /// When the last was, milliseconds since the Unix epoch.
    pub last_ms: i64,
}

/// Whether another try is let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Free,
    /// Not before so many milliseconds have gone by.
    Wait(i64),
    /// Not before somebody unlocks it.
    Locked,
}

impl Tries {
    /// As many wrong tries lock.
    pub const LOCK: u32 = 10;

    /// As many are let pass without waiting: people mistype.
    pub const FREE: u32 = 3;

    /// How long a lock holds that nobody else may take off, milliseconds: else ten wrong tries would close a store for ever.
    pub const HOUR: i64 = 3_600_000;

    /// From the third on each wrong try waits twice as long as the one before: 2 s, 4 s … 128 s. The tenth locks, where
    /// somebody else may unlock it.
    #[must_use]
    pub fn judge(self, now_ms: i64, unlockable: bool) -> Verdict {
        if self.failed < Self::FREE {
            return Verdict::Free;
        }
        let pause = match self.failed {
            locked if locked >= Self::LOCK && unlockable => return Verdict::Locked,
            locked if locked >= Self::LOCK => Self::HOUR,
            failed => 1000 << (failed - 2),
        };
        // A clock that was put back makes nobody wait longer than the pause.
        let left = self.last_ms.min(now_ms).saturating_add(pause) - now_ms;
        if left > 0 && self.last_ms.saturating_add(pause) > now_ms { Verdict::Wait(left) } else { Verdict::Free }
    }

    /// With one more.
    #[must_use]
    pub const fn and_one(self, now_ms: i64) -> Self {
        Self { failed: self.failed.saturating_add(1), last_ms: now_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kdf() -> Kdf {
        Kdf { cost: Cost::CHEAP, salt: [7; 16] }
    }

    fn wrapped(passphrase: &str) -> Wrapped {
        let secret = SecretKey::new(&Zeroizing::new([9; 32]));
        Wrapped::wrap(&secret, &Passphrase::new(passphrase), kdf(), &[3; 24]).unwrap()
    }

    #[test]
    fn only_the_passphrase_unwraps_and_width_makes_no_difference() {
        let wrapped = wrapped("correct horse 電池");
        assert!(wrapped.unwrap(&Passphrase::new("ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　電池")).unwrap().is_some());
        for wrong in ["correct horse 電地", "", "Correct horse 電池"] {
            assert!(wrapped.unwrap(&Passphrase::new(wrong)).unwrap().is_none(), "{wrong}");
        }
    }

    #[test]
    fn what_is_kept_in_place_of_a_wrapped_key_opens_nothing() {
        let good = wrapped("correct horse 電池");
        let right = Passphrase::new("correct horse 電池");
        for place in 0..good.bytes.len() {
            let mut bad = good.clone();
            bad.bytes[place] ^= 1;
            assert!(bad.unwrap(&right).unwrap().is_none(), "byte {place}");
            assert_ne!(bad.mark(), good.mark());
        }
        let other = Wrapped { public: [1; 32], ..good.clone() };
        assert!(other.unwrap(&right).unwrap().is_none(), "of another key");
        let short = Wrapped { bytes: vec![0; 5], ..good };
        assert_eq!(short.unwrap(&right).unwrap_err(), BadCredential::Damaged);
    }

    #[test]
    fn how_a_key_is_made_is_read_back() {
        let text = kdf().to_text();
        assert_eq!(text, "argon2id v=19 m=8 t=1 p=1 salt=07070707070707070707070707070707");
        assert_eq!(Kdf::parse(&text), Some(kdf()));
        for wrong in ["", "argon2i v=19", "argon2id v=19 m=4294967295 t=1 p=1 salt=07", &text[..text.len() - 1]] {
            assert_eq!(Kdf::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Kdf::parse(&text.replace("m=8", "m=99999999")), None, "no terminal has such memory");
    }

    #[test]
    fn a_passphrase_is_long_and_not_its_owners_name() {
        let judge = |text: &str| Passphrase::new(text).judge("hanako01");
        assert_eq!(judge("短い"), Err(Unfit::Length));
        assert_eq!(judge(&"x".repeat(LONGEST + 1)), Err(Unfit::Length));
        assert_eq!(judge("aaaaaaaaaaaaaaaa"), Err(Unfit::Guessable));
        assert_eq!(judge("my Hanako01 2026"), Err(Unfit::Guessable));
        assert_eq!(judge("はなのいろはうつりにけりな"), Ok(()));
        assert_eq!(format!("{:?}", Passphrase::new("秘密の言葉")), "Passphrase");
    }

    #[test]
    fn wrong_tries_wait_longer_and_longer_and_lock() {
        let mut tries = Tries::default();
        let mut now = 1_000_000;
        let mut waits = Vec::new();
        for _ in 0..Tries::LOCK {
            if let Verdict::Wait(left) = tries.judge(now, true) {
                waits.push(left / 1000);
                now += left;
            }
            assert_eq!(tries.judge(now, true), Verdict::Free);
            tries = tries.and_one(now);
        }
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128]);
        assert_eq!(tries.judge(now + 9_000_000_000, true), Verdict::Locked);
        assert_eq!(tries.judge(now + 1, false), Verdict::Wait(Tries::HOUR - 1), "nobody else could unlock it");
        assert_eq!(tries.judge(now + Tries::HOUR, false), Verdict::Free);
        let back = Tries { failed: 3, last_ms: 9_000_000 };
        assert_eq!(back.judge(1_000_000, true), Verdict::Wait(2000), "the clock was put back");
    }
}
