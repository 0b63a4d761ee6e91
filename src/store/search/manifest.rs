//! The manifest: which segments there are, which of their rows are dead, and up to which operation every import is in
//! them. A small file that is replaced whole; one that can't be read to its last byte is none.

use minicbor::{Decoder, Encoder};

use super::position::{At, Position};
use super::{MOST_ROWS, layout};
use crate::domain::fold;
use crate::domain::operation::{StreamUid, Uid};

/// What the file begins with; the last byte is its version.
const MAGIC: [u8; 8] = *b"SEKISRC\x01";
const CHECKSUM: usize = 4;
/// More than this is no manifest: a store of a million has sixteen segments.
pub(super) const LONGEST: u64 = 64 << 20;

/// What the manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The store that it belongs to.
    pub store: Uid,
    /// The layout of the segments, and the fold of their text.
    pub made_by: ([u8; 8], u32),
    /// Up to where every import is in the segments.
    pub covered: Position,
    /// The segments, oldest first: what a newer one says of an application holds.
    pub segments: Vec<Entry>,
}

/// A segment, as the manifest knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Which file: the part of its name that chance made.
    pub name: String,
    /// How many applications it holds, dead rows included.
    pub rows: u32,
    /// The length of its file in bytes.
    pub length: u64,
    /// The CRC-32 of its file.
    pub checksum: u32,
    /// Rows that say nothing any more, ascending.
    pub dead: Vec<u16>,
}

impl Manifest {
    /// The manifest of a store, as this version makes it.
    pub(super) const fn new(store: Uid, covered: Position, segments: Vec<Entry>) -> Self {
        Self { store, made_by: Self::THIS, covered, segments }
    }

    /// What this version makes segments by.
    const THIS: ([u8; 8], u32) = (layout::MAGIC, fold::VERSION);

    /// Whether it is of this store, and its segments are what this version makes.
    pub(super) fn is_of(&self, store: &Uid) -> bool {
        self.store == *store && self.made_by == Self::THIS
    }

    /// The bytes of the file.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut e = Encoder::new(MAGIC.to_vec());
        let written = self.write(&mut e);
        debug_assert!(written.is_ok(), "writing into a Vec can't fail");
        let mut bytes = e.into_writer();
        bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
        bytes
    }

    fn write(&self, e: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        e.array(5)?.bytes(&self.store)?.bytes(&self.made_by.0)?.u32(self.made_by.1)?;
        e.array(self.covered.0.len() as u64)?;
        for at in &self.covered.0 {
            e.array(5)?
                .u32(at.no)?
                .bytes(&at.stream.terminal)?
                .bytes(&at.stream.epoch)?
                .u32(at.seq)?
                .bytes(&at.hash)?;
        }
        e.array(self.segments.len() as u64)?;
        for entry in &self.segments {
            let dead: Vec<u8> = entry.dead.iter().flat_map(|row| row.to_be_bytes()).collect();
            e.array(5)?.str(&entry.name)?.u32(entry.rows)?.u64(entry.length)?.u32(entry.checksum)?.bytes(&dead)?;
        }
        Ok(())
    }

    /// Reads the file; `None` = it isn't whole, or says what can't be.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (said, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
        if crc32fast::hash(said) != u32::from_be_bytes(*checksum) {
            return None;
        }
        let mut d = Decoder::new(said.strip_prefix(&MAGIC)?);
        let manifest = Self::read(&mut d)?;
        (d.position() == d.input().len()).then_some(manifest)
    }

    fn read(d: &mut Decoder<'_>) -> Option<Self> {
        array(d, 5)?;
        let store = fixed(d)?;
        let made_by = (fixed(d)?, d.u32().ok()?);
        let mut streams = Vec::new();
        for _ in 0..d.array().ok()?? {
            array(d, 5)?;
            let no = d.u32().ok()?;
            let stream = StreamUid { terminal: fixed(d)?, epoch: fixed(d)? };
            let at = At { no, stream, seq: d.u32().ok()?, hash: fixed(d)? };
            let ascends = streams.last().is_none_or(|last: &At| last.no < at.no);
            if at.seq == 0 || !ascends {
                return None;
            }
            streams.push(at);
        }
        let mut segments: Vec<Entry> = Vec::new();
        for _ in 0..d.array().ok()?? {
            let entry = Self::entry(d)?;
            if segments.iter().any(|known| known.name == entry.name) {
                return None;
            }
            segments.push(entry);
        }
        Some(Self { store, made_by, covered: Position(streams), segments })
    }

    fn entry(d: &mut Decoder<'_>) -> Option<Entry> {
        array(d, 5)?;
        let name = d.str().ok()?;
        let (rows, length, checksum) = (d.u32().ok()?, d.u64().ok()?, d.u32().ok()?);
        let (pairs, rest) = d.bytes().ok()?.as_chunks::<2>();
        let dead: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
        let ascends = dead.windows(2).all(|pair| pair[0] < pair[1]);
        let within = dead.last().is_none_or(|last| u32::from(*last) < rows);
        let counts = rows > 0 && rows as usize <= MOST_ROWS;
        let whole = is_name(name) && counts && rest.is_empty() && ascends && within;
        whole.then(|| Entry { name: name.to_owned(), rows, length, checksum, dead })
    }
}

/// Reads the bytes of a manifest and writes what they say; `None` = they are no manifest. For the fuzzers.
#[must_use]
pub fn manifest_again(bytes: &[u8]) -> Option<Vec<u8>> {
    Manifest::decode(bytes).map(|manifest| manifest.encode())
}

/// Whether this may be part of a file's name: letters and digits alone, so that it can't lead to another folder.
pub(super) fn is_name(text: &str) -> bool {
    (8..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn array(d: &mut Decoder<'_>, length: u64) -> Option<()> {
    (d.array().ok()? == Some(length)).then_some(())
}

fn fixed<const N: usize>(d: &mut Decoder<'_>) -> Option<[u8; N]> {
    d.bytes().ok()?.try_into().ok()
}
