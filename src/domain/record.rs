//! The record: how the log sees an application's content. Format 1, a deterministic CBOR array (format 2: in the place of
//! a sealed value stands the SHA-256 of what it is sealed in); the leaf hash commits
//! to it together with a random salt, so that content can be erased later without a derived symbol staying behind.
//!
//! The bytes are part of the hash chain and never change; docs/log-format.md has test vectors.

use std::collections::BTreeMap;
use std::sync::Arc;

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use sha2::{Digest, Sha256};

use super::application::{Content, FormHeader, Instant, Line};
use super::identity::ReceiptNumber;
use super::said::Said;

/// The record format of contents without sealed values; the import operation carries it.
pub const FORMAT: u8 = 1;

/// The record format of an import with sealed values.
pub const FORMAT_SEALED: u8 = 2;

/// A SHA-256.
pub type Hash = [u8; 32];

/// 16 random bytes that blind a leaf or a commitment.
pub type Salt = [u8; 16];

/// Identifies the header of a form: SHA-256 of the CBOR array of the form's name and its item names, in column order.
#[must_use]
pub fn items_hash(form: &FormHeader) -> Hash {
    let mut encoder = Encoder::new(Vec::with_capacity(64));
    let written = encoder.array(form.items.len() as u64 + 1).and_then(|e| e.str(&form.name)).and_then(|mut e| {
        for item in &form.items {
            e = e.str(item)?;
        }
        Ok(e)
    });
    debug_assert!(written.is_ok(), "writing into a Vec can't fail");
    Sha256::digest(encoder.into_writer()).into()
}

/// Encodes a content as a record of format 1 or, where values are sealed, 2; `items_hash` is that of its form.
#[must_use]
pub fn encode(content: &Content, items_hash: &Hash) -> Vec<u8> {
    let mut record = Vec::with_capacity(1024);
    encode_into(&content.said(), items_hash, &mut record);
    record
}

/// As [`encode`], to the end of `out`.
pub fn encode_into(said: &Said<'_>, items_hash: &Hash, out: &mut Vec<u8>) {
    let written = write(&mut Encoder::new(out), said, items_hash);
    debug_assert!(written.is_ok(), "writing into a Vec can't fail");
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write(e: &mut Encoder<&mut Vec<u8>>, said: &Said<'_>, items_hash: &Hash) -> Written {
    e.array(15)?.str(said.source)?.str(said.number)?.str(&said.form.code)?;
    e.str(&said.form.version)?.bytes(items_hash)?;
    match said.submitted {
        Some(at) => e.i64(at.seconds)?.i16(at.offset_minutes)?,
        None => e.null()?.null()?,
    };
    for text in [said.name, said.kana, said.mail, said.user_id] {
        write_text(e, text)?;
    }
    match said.line {
        Some(line) => e.u8(line_code(line))?,
        None => e.null()?,
    };
    write_text(e, said.remarks)?;
    e.array(said.values.len() as u64)?;
    let mut sealed = said.sealed;
    for (value, item) in said.values.iter().zip(0..) {
        match sealed.first() {
            Some((place, hash)) if *place == item => {
                e.bytes(hash)?;
                sealed = &sealed[1..];
            }
            _ => write_text(e, value)?,
        }
    }
    e.map(said.raw.len() as u64)?;
    for (field, bytes) in said.raw {
        e.u32(*field)?.bytes(bytes)?;
    }
    Ok(())
}

/// A text or null. Nearly all of a record is short texts, so their heads are written here.
#[inline]
fn write_text(e: &mut Encoder<&mut Vec<u8>>, text: Option<&str>) -> Written {
    match text {
        Some(text) if text.len() < 0x100 => {
            let out = &mut **e.writer_mut();
            match text.len() as u8 {
                length @ 0..24 => out.push(0x60 | length),
                length => out.extend_from_slice(&[0x78, length]),
            }
            out.extend_from_slice(text.as_bytes());
        }
        Some(text) => {
            e.str(text)?;
        }
        None => {
            e.null()?;
        }
    }
    Ok(())
}

/// The number of a line in records and tables.
#[must_use]
pub const fn line_code(line: Line) -> u8 {
    match line {
        Line::Internet => 1,
        Line::Staff => 2,
    }
}

/// A line from its number.
#[must_use]
pub const fn line_from_code(code: u8) -> Option<Line> {
    match code {
        1 => Some(Line::Internet),
        2 => Some(Line::Staff),
        _ => None,
    }
}

/// A record that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the record is not of format 1")]
pub struct BadRecord;

impl From<minicbor::decode::Error> for BadRecord {
    fn from(_: minicbor::decode::Error) -> Self {
        Self
    }
}

/// Finds a form by its id, version and items hash.
pub type FindForm<'a> = dyn FnMut(&str, &str, &Hash) -> Option<Arc<FormHeader>> + 'a;

/// Decodes a record of format 1 or 2. `form` finds the form by id, version and items hash.
///
/// # Errors
/// [`BadRecord`] if the bytes are no such record or the form isn't known.
pub fn decode(bytes: &[u8], form: &mut FindForm<'_>) -> Result<Content, BadRecord> {
    let mut d = Decoder::new(bytes);
    if d.array()? != Some(15) {
        return Err(BadRecord);
    }
    let source = d.str()?.to_owned();
    let number = ReceiptNumber::new(d.str()?).ok_or(BadRecord)?;
    let (code, version) = (d.str()?, d.str()?);
    let hash: Hash = d.bytes()?.try_into().map_err(|_| BadRecord)?;
    let form = form(code, version, &hash).ok_or(BadRecord)?;
    let submitted = if read_null(&mut d)? {
        d.null()?;
        None
    } else {
        Some(Instant { seconds: d.i64()?, offset_minutes: d.i16()? })
    };
    let name = read_text(&mut d)?;
    let kana = read_text(&mut d)?;
    let mail = read_text(&mut d)?;
    let user_id = read_text(&mut d)?;
    let line = if read_null(&mut d)? { None } else { Some(line_from_code(d.u8()?).ok_or(BadRecord)?) };
    let remarks = read_text(&mut d)?;
    let count = d.array()?.ok_or(BadRecord)?;
    if count != form.items.len() as u64 {
        return Err(BadRecord);
    }
    let (mut values, mut sealed) = (Vec::new(), Vec::new());
    for item in 0..count as u32 {
        values.push(if d.datatype()? == Type::Bytes {
            sealed.push((item, d.bytes()?.try_into().map_err(|_| BadRecord)?));
            None
        } else {
            read_text(&mut d)?
        });
    }
    let mut raw = BTreeMap::new();
    for _ in 0..d.map()?.ok_or(BadRecord)? {
        raw.insert(d.u32()?, d.bytes()?.to_vec());
    }
    if d.position() != bytes.len() {
        return Err(BadRecord);
    }
    Ok(Content { source, number, form, submitted, name, kana, mail, user_id, line, remarks, values, raw, sealed })
}

/// Consumes a null if one stands here.
fn read_null(d: &mut Decoder<'_>) -> Result<bool, BadRecord> {
    let null = d.datatype()? == Type::Null;
    if null {
        d.null()?;
    }
    Ok(null)
}

fn read_text(d: &mut Decoder<'_>) -> Result<Option<String>, BadRecord> {
    Ok(if read_null(d)? { None } else { Some(d.str()?.to_owned()) })
}

/// How many places one chunk hash covers.
pub const CHUNK: usize = 4096;

/// The leaf of a record: SHA-256(salt ‖ record).
#[must_use]
pub fn leaf(salt: &Salt, record: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(record);
    hasher.finalize().into()
}

/// Collects leaves in order of their places and gives one hash for each 4096 places that holds a leaf or lies before
/// one. A place left empty contributes nothing.
#[derive(Debug, Default, Clone)]
pub struct Chunks {
    done: Vec<Hash>,
    current: Option<Sha256>,
}

impl Chunks {
    /// Adds the leaf at a place (from 0); places come in ascending order.
    pub fn add(&mut self, place: usize, leaf: &Hash) {
        while self.done.len() < place / CHUNK {
            let finished = self.current.take().unwrap_or_default();
            self.done.push(finished.finalize().into());
        }
        self.current.get_or_insert_default().update(leaf);
    }

    /// Adds a whole chunk whose hash is known; it is the next one.
    pub fn add_finished(&mut self, chunk: usize, hash: Hash) {
        while self.done.len() < chunk {
            let finished = self.current.take().unwrap_or_default();
            self.done.push(finished.finalize().into());
        }
        self.done.push(hash);
    }

    /// The hashes of all chunks.
    #[must_use]
    pub fn finish(mut self) -> Vec<Hash> {
        if let Some(last) = self.current.take() {
            self.done.push(last.finalize().into());
        }
        self.done
    }
}

/// A commitment to an erasable payload: SHA-256(salt ‖ bytes).
#[must_use]
pub fn commitment(salt: &Salt, payload: &[u8]) -> Hash {
    leaf(salt, payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text() -> impl Strategy<Value = Option<String>> {
        prop_oneof![Just(None), Just(Some(String::new())), "\\PC{0,12}".prop_map(Some)]
    }

    fn content() -> impl Strategy<Value = Content> {
        (
            ("[0-9]{1,12}", "[0-9]{0,5}", "[0-9]{0,2}", proptest::collection::vec(("[^#]{1,6}", text()), 0..8)),
            (any::<Option<(i32, i16)>>(), text(), text(), text(), text(), text()),
            proptest::collection::btree_map(0u32..40, proptest::collection::vec(any::<u8>(), 0..8), 0..3),
            proptest::collection::btree_map(0u32..8, any::<Hash>(), 0..3),
        )
            .prop_map(
                |((number, code, version, items), (at, name, kana, mail, user_id, remarks), raw, mut sealed)| {
                    let (names, mut values): (Vec<String>, Vec<Option<String>>) = items.into_iter().unzip();
                    sealed.retain(|item, _| (*item as usize) < values.len());
                    sealed.keys().for_each(|item| values[*item as usize] = None);
                    Content {
                        source: "etumo".into(),
                        number: ReceiptNumber::new(&number).unwrap(),
                        form: Arc::new(FormHeader { code, version, name: "様式".into(), items: names }),
                        submitted: at.map(|(s, o)| Instant { seconds: s.into(), offset_minutes: o }),
                        name,
                        kana,
                        mail,
                        user_id,
                        line: Some(Line::Internet),
                        remarks,
                        values,
                        raw,
                        sealed: sealed.into_iter().collect(),
                    }
                },
            )
    }

    proptest! {
        #[test]
        fn a_record_comes_back(content in content()) {
            let hash = items_hash(&content.form);
            let bytes = encode(&content, &hash);
            let form = content.form.clone();
            let back = decode(&bytes, &mut |_, _, found| (*found == hash).then(|| form.clone()));
            prop_assert_eq!(back, Ok(content));
        }

        #[test]
        fn strange_bytes_are_refused_quietly(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            drop(decode(&bytes, &mut |_, _, _| Some(Arc::new(FormHeader::default()))));
        }
    }

    #[test]
    fn chunks_cover_places_not_leaves() {
        let leaf_at = |n: u8| [n; 32];
        let mut chunks = Chunks::default();
        chunks.add(0, &leaf_at(1));
        chunks.add(4095, &leaf_at(2));
        chunks.add(3 * 4096, &leaf_at(3));
        let hashes = chunks.finish();
        assert_eq!(hashes.len(), 4);
        assert_eq!(hashes[0], <Hash>::from(Sha256::digest([[1u8; 32], [2u8; 32]].concat())));
        assert_eq!(hashes[1], <Hash>::from(Sha256::digest([])));
        assert_eq!(hashes[3], <Hash>::from(Sha256::digest([3u8; 32])));
        assert!(Chunks::default().finish().is_empty());
    }
}
