//! Sealed values: all values of one class of one content in one ciphertext, padded to steps of 64 bytes so that its length
//! tells next to nothing. XChaCha20-Poly1305 under a key that the batch's key and the application's 16 bytes make.

use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use minicbor::{Decoder, Encoder};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::Class;
use crate::domain::record::Hash;
use crate::domain::varint;

/// 16 random bytes of one sealed row: the secret whose destruction destroys it.
pub type Seed = [u8; 16];

const NONCE: usize = 24;
const TAG: usize = 16;
const STEP: usize = 64;

/// One value that is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedValue {
    /// Which item of the form, from 0.
    pub item: u32,
    /// What the applicant wrote.
    pub text: Zeroizing<String>,
    /// The whole field's bytes, where the text doesn't come back when it is encoded again.
    pub raw: Option<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for SealedValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedValue").field("item", &self.item).finish_non_exhaustive()
    }
}

/// Whose values they are. It is part of what is sealed: a row that is put under another application opens nothing. Nothing
/// of it depends on the store.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// 取得元.
    pub source: &'a str,
    /// 整理番号.
    pub number: &'a str,
    /// The class.
    pub class: Class,
    /// Of the form's header, which says what the item numbers mean.
    pub items_hash: &'a Hash,
}

impl Owner<'_> {
    fn associated(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + self.source.len() + self.number.len());
        bytes.extend_from_slice(b"sekisho sealed 1");
        bytes.push(self.class as u8);
        bytes.extend_from_slice(self.items_hash);
        varint::put(&mut bytes, self.source.len() as u64);
        bytes.extend_from_slice(self.source.as_bytes());
        bytes.extend_from_slice(self.number.as_bytes());
        bytes
    }
}

/// The key of a batch: of one import and one class.
pub struct Kek(Hkdf<Sha256>);

impl std::fmt::Debug for Kek {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kek")
    }
}

impl Kek {
    /// Of 32 random bytes.
    #[must_use]
    pub fn new(secret: &Zeroizing<[u8; 32]>) -> Option<Self> {
        Hkdf::from_prk(secret.as_slice()).ok().map(Self)
    }

    fn cipher(&self, seed: &Seed, class: Class) -> Option<XChaCha20Poly1305> {
        let mut key = Zeroizing::new([0; 32]);
        let info: [&[u8]; 3] = [b"sekisho values 1", seed, &[class as u8]];
        self.0.expand_multi_info(&info, key.as_mut()).ok()?;
        Some(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// Seals a plain text (see [`plain_text`]): nonce, ciphertext, tag. `None` only where it is longer than any cell.
    #[must_use]
    pub fn seal(&self, seed: &Seed, nonce: &[u8; NONCE], owner: &Owner<'_>, plain: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = Vec::new();
        self.seal_into(seed, nonce, owner, plain, &mut sealed)?;
        Some(sealed)
    }

    /// The same, to the end of `out`.
    #[must_use]
    pub fn seal_into(
        &self,
        seed: &Seed,
        nonce: &[u8; NONCE],
        owner: &Owner<'_>,
        plain: &[u8],
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let padded = (plain.len() + 1).next_multiple_of(STEP);
        let start = out.len() + NONCE;
        out.reserve(NONCE + padded + TAG);
        out.extend_from_slice(nonce);
        out.extend_from_slice(plain);
        out.push(0x80);
        out.resize(start + padded, 0);
        let cipher = self.cipher(seed, owner.class)?;
        let open = (&mut out[start..]).into();
        let tag = cipher.encrypt_inout_detached(&XNonce::from(*nonce), &owner.associated(), open);
        out.extend_from_slice(&tag.ok()?);
        Some(())
    }

    /// Opens it; `None` = it was sealed otherwise, for another application, or tampered with.
    #[must_use]
    pub fn open(&self, seed: &Seed, owner: &Owner<'_>, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, rest) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let mut plain = Zeroizing::new(rest.to_vec());
        let cipher = self.cipher(seed, owner.class)?;
        cipher.decrypt_in_place(&XNonce::from(nonce), &owner.associated(), &mut *plain).ok()?;
        let end = plain.iter().rposition(|byte| *byte != 0).filter(|end| plain[*end] == 0x80)?;
        plain[end..].zeroize();
        plain.truncate(end);
        Some(plain)
    }
}

/// The values as they are sealed, to the end of `out`: a CBOR array of so many `[item, text, raw bytes or null]`, ascending.
pub fn plain_text<'a>(values: impl Iterator<Item = (u32, &'a str, Option<&'a [u8]>)>, count: usize, out: &mut Vec<u8>) {
    let mut e = Encoder::new(out);
    let written = e.array(count as u64).and_then(|mut e| {
        for (item, text, raw) in values {
            e = e.array(3)?.u32(item)?.str(text)?;
            e = match raw {
                Some(raw) => e.bytes(raw)?,
                None => e.null()?,
            };
        }
        Ok(e)
    });
    debug_assert!(written.is_ok(), "writing into a Vec can't fail");
}

impl SealedValue {
    /// Reads what [`plain_text`] wrote.
    #[must_use]
    pub fn read_all(plain: &[u8]) -> Option<Vec<Self>> {
        let mut d = Decoder::new(plain);
        let count = d.array().ok()??;
        let values = (0..count).map(|_| {
            (d.array().ok()? == Some(3)).then_some(())?;
            let item = d.u32().ok()?;
            let text = Zeroizing::new(d.str().ok()?.to_owned());
            let raw = if d.datatype().ok()? == minicbor::data::Type::Null {
                d.null().ok()?;
                None
            } else {
                Some(Zeroizing::new(d.bytes().ok()?.to_vec()))
            };
            Some(Self { item, text, raw })
        });
        let values = values.collect::<Option<Vec<_>>>()?;
        (d.position() == plain.len()).then_some(values)
    }
}

/// Writes which items are sealed, as the table keeps it: their distances, one behind the other.
pub fn put_places(items: impl Iterator<Item = u32>, out: &mut Vec<u8>) {
    let mut after = 0;
    for item in items {
        varint::put(out, u64::from(item - after));
        after = item + 1;
    }
}

/// Reads what [`put_places`] wrote.
#[must_use]
pub fn read_places(mut bytes: &[u8]) -> Option<Vec<u32>> {
    let (mut items, mut after) = (Vec::new(), 0u32);
    while !bytes.is_empty() {
        let item = after.checked_add(u32::try_from(varint::take(&mut bytes)?).ok()?)?;
        items.push(item);
        after = item.checked_add(1)?;
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kek(byte: u8) -> Kek {
        Kek::new(&Zeroizing::new([byte; 32])).unwrap()
    }

    fn owner<'a>(number: &'a str, class: Class) -> Owner<'a> {
        Owner { source: "myna", number, class, items_hash: &[3; 32] }
    }

    proptest! {
        #[test]
        fn values_come_back(
            values in proptest::collection::btree_map(
                0u32..90, ("\\PC{0,40}", proptest::option::of(proptest::collection::vec(any::<u8>(), 0..9))), 0..5),
            seed in any::<Seed>(),
            nonce in any::<[u8; 24]>(),
        ) {
            let rows = values.iter().map(|(item, (text, raw))| (*item, text.as_str(), raw.as_deref()));
            let mut plain = Vec::new();
            plain_text(rows, values.len(), &mut plain);
            let owner = owner("1", Class::SpecificPersonal);
            let sealed = kek(1).seal(&seed, &nonce, &owner, &plain).unwrap();
            prop_assert_eq!((sealed.len() - NONCE - TAG) % STEP, 0);
            let open = kek(1).open(&seed, &owner, &sealed).unwrap();
            prop_assert_eq!(&*open, &*plain);
            let back = SealedValue::read_all(&open).unwrap();
            let back: Vec<_> = back.iter().map(|v| (v.item, v.text.to_string(), v.raw.as_deref().cloned())).collect();
            let expected: Vec<_> = values.iter().map(|(item, (text, raw))| (*item, text.clone(), raw.clone())).collect();
            prop_assert_eq!(back, expected);
            let mut places = Vec::new();
            put_places(values.keys().copied(), &mut places);
            prop_assert_eq!(read_places(&places).unwrap(), values.keys().copied().collect::<Vec<_>>());
        }

        #[test]
        fn strange_bytes_open_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(kek(1).open(&[0; 16], &owner("1", Class::Sensitive), &bytes).is_none());
            drop(SealedValue::read_all(&bytes));
            drop(read_places(&bytes));
        }
    }

    #[test]
    fn a_row_opens_only_where_it_belongs() {
        let mut plain = Vec::new();
        plain_text([(0, "123456789018", None)].into_iter(), 1, &mut plain);
        let (seed, nonce) = ([5; 16], [6; 24]);
        let mine = owner("1", Class::SpecificPersonal);
        let sealed = kek(1).seal(&seed, &nonce, &mine, &plain).unwrap();
        assert!(kek(1).open(&seed, &mine, &sealed).is_some());
        assert!(kek(2).open(&seed, &mine, &sealed).is_none(), "another batch");
        assert!(kek(1).open(&[0; 16], &mine, &sealed).is_none(), "the seed is gone");
        assert!(kek(1).open(&seed, &owner("2", Class::SpecificPersonal), &sealed).is_none(), "another application");
        assert!(kek(1).open(&seed, &owner("1", Class::Sensitive), &sealed).is_none(), "another class");
        let other = Owner { items_hash: &[4; 32], ..mine };
        assert!(kek(1).open(&seed, &other, &sealed).is_none(), "another form");
        for place in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[place] ^= 1;
            assert!(kek(1).open(&seed, &mine, &bad).is_none(), "byte {place}");
        }
        let value = SealedValue::read_all(&plain).unwrap().remove(0);
        assert_eq!(format!("{value:?}"), "SealedValue { item: 0, .. }");
    }
}
