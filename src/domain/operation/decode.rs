//! From bytes to an operation. Bytes come from files and other terminals: nothing is trusted, nothing is allocated
//! before its size is known to be bounded by what is there.

use minicbor::Decoder;
use minicbor::data::Type;

use super::bases::decode_index;
use super::{
    Body, Declaration, ENVELOPE_VERSION, EpochCause, ExportBody, FromBase, Group, ImportBody, ImportCounts, NoteReader,
    Operation, SourceWrite, StatusPair, StreamUid, Value, Write, calendar, calls, check_deterministic, compare,
    credential, erasure, log_view, people, release, ruling, sealing, targets,
};
use crate::domain::channel::Channel;
use crate::domain::identity::{ApplicationId, OperationId};

/// No list of targets is longer: sixteen times the largest store that the program promises to serve.
const MOST_TARGETS: u64 = 1 << 24;

/// Bytes that are no operation of this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadOperation {
    /// Not deterministic CBOR, from this offset on.
    #[error("not deterministic CBOR at offset {0}")]
    NotDeterministic(usize),
    /// Deterministic, but not the shape of an envelope.
    #[error("not an operation")]
    Shape,
    /// An envelope of a later version.
    #[error("an envelope of version {0}")]
    Version(u64),
    /// It refers to a stream that this store doesn't know.
    #[error("refers to an unknown stream")]
    UnknownStream,
}

impl From<minicbor::decode::Error> for BadOperation {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Shape
    }
}

pub(super) type Read<T> = Result<T, BadOperation>;

/// The local numbers of the streams of one envelope, own first.
pub(super) struct Streams(Vec<u32>);

impl Streams {
    pub(super) fn local(&self, index: u64) -> Read<u32> {
        usize::try_from(index).ok().and_then(|i| self.0.get(i)).copied().ok_or(BadOperation::Shape)
    }

    pub(super) fn reference(&self, wire: u64) -> Read<OperationId> {
        Ok(OperationId::new(self.local(wire >> 32)?, wire as u32))
    }

    /// A reference where 0 means none.
    pub(super) fn optional(&self, wire: u64) -> Read<Option<OperationId>> {
        if wire == 0 { Ok(None) } else { self.reference(wire).map(Some) }
    }
}

/// Decodes an operation; `local` gives the local number of a stream.
///
/// # Errors
/// [`BadOperation`]; nothing of the content is in the error.
pub fn decode(bytes: &[u8], local: &mut dyn FnMut(&StreamUid) -> Option<u32>) -> Read<Operation> {
    check_deterministic(bytes).map_err(BadOperation::NotDeterministic)?;
    let mut d = Decoder::new(bytes);
    let entries = d.map()?.ok_or(BadOperation::Shape)?;
    key(&mut d, 0)?;
    let version = d.u64()?;
    if version != u64::from(ENVELOPE_VERSION) {
        return Err(BadOperation::Version(version));
    }
    key(&mut d, 1)?;
    let terminal = array(&mut d)?;
    key(&mut d, 2)?;
    let stream = StreamUid { terminal, epoch: array(&mut d)? };
    key(&mut d, 3)?;
    let seq = d.u32()?;
    key(&mut d, 4)?;
    let at_ms = d.i64()?;
    key(&mut d, 5)?;
    let actor = d.u64()?;
    key(&mut d, 6)?;
    let kind = d.u64()?;
    key(&mut d, 7)?;
    let command = d.str()?.to_owned();
    key(&mut d, 8)?;
    let mut streams = Streams(vec![local(&stream).ok_or(BadOperation::UnknownStream)?]);
    for _ in 0..length(&mut d)? {
        pair(&mut d)?;
        let other = StreamUid { terminal: array(&mut d)?, epoch: array(&mut d)? };
        streams.0.push(local(&other).ok_or(BadOperation::UnknownStream)?);
    }
    key(&mut d, 9)?;
    let body = read_body(&mut d, bytes, kind, &streams)?;
    let (mut approval, mut payload, mut critical) = (None, None, false);
    for _ in 10..entries {
        match d.u8()? {
            10 => approval = Some(d.bytes()?.to_vec()),
            11 => payload = Some(array(&mut d)?),
            12 => critical = d.bool()?,
            _ => return Err(BadOperation::Shape),
        }
    }
    if entries < 10 || d.position() != bytes.len() {
        return Err(BadOperation::Shape);
    }
    let actor = streams.optional(actor)?;
    Ok(Operation { stream, seq, at_ms, actor, command, body, approval, payload, critical })
}

pub(super) fn key(d: &mut Decoder<'_>, expected: u8) -> Read<()> {
    if d.u8()? == expected { Ok(()) } else { Err(BadOperation::Shape) }
}

pub(super) fn array<const N: usize>(d: &mut Decoder<'_>) -> Read<[u8; N]> {
    d.bytes()?.try_into().map_err(|_| BadOperation::Shape)
}

pub(super) fn length(d: &mut Decoder<'_>) -> Read<u64> {
    d.array()?.ok_or(BadOperation::Shape)
}

pub(super) fn shape(d: &mut Decoder<'_>, expected: u64) -> Read<()> {
    if length(d)? == expected { Ok(()) } else { Err(BadOperation::Shape) }
}

fn pair(d: &mut Decoder<'_>) -> Read<()> {
    shape(d, 2)
}

pub(super) fn entries(d: &mut Decoder<'_>, expected: u64) -> Read<()> {
    if d.map()? == Some(expected) { Ok(()) } else { Err(BadOperation::Shape) }
}

fn read_body(d: &mut Decoder<'_>, bytes: &[u8], kind: u64, streams: &Streams) -> Read<Body> {
    Ok(match kind {
        1 => {
            entries(d, 2)?;
            key(d, 0)?;
            let predecessor = array(d)?;
            key(d, 1)?;
            let cause = match d.u8()? {
                0 => EpochCause::Founded,
                1 => EpochCause::Restored,
                2 => EpochCause::Cloned,
                _ => return Err(BadOperation::Shape),
            };
            Body::Epoch { predecessor, cause }
        }
        2 => people::read_operator(d, streams)?,
        3 => Body::Import(Box::new(read_import(d, streams)?)),
        4 => read_set(d, streams)?,
        5 => {
            entries(d, 2)?;
            key(d, 0)?;
            let undoes = streams.reference(d.u64()?)?;
            key(d, 1)?;
            Body::Undo { undoes, refused: read_targets(d, streams)? }
        }
        6 => {
            entries(d, 4)?;
            key(d, 0)?;
            let count = d.u64()?;
            key(d, 1)?;
            let format = d.str()?.to_owned();
            key(d, 2)?;
            let columns = (0..length(d)?).map(|_| Ok(d.str()?.to_owned())).collect::<Read<Vec<_>>>()?;
            key(d, 3)?;
            Body::Export(ExportBody { count, format, columns, file: array(d)? })
        }
        7 => {
            entries(d, 1)?;
            key(d, 0)?;
            let imports = (0..length(d)?).map(|_| streams.reference(d.u64()?)).collect::<Read<Vec<_>>>()?;
            Body::RejectedClear { imports }
        }
        8 => {
            entries(d, 2)?;
            key(d, 0)?;
            let subject = streams.optional(d.u64()?)?;
            key(d, 1)?;
            Body::View { subject, kept: d.bool()? }
        }
        9 => {
            entries(d, 2)?;
            key(d, 0)?;
            let file = array(d)?;
            key(d, 1)?;
            Body::Discard { file, import: streams.optional(d.u64()?)? }
        }
        10 => {
            entries(d, 2)?;
            key(d, 0)?;
            let file = array(d)?;
            key(d, 1)?;
            Body::ReflectList { file, targets: read_targets(d, streams)? }
        }
        11 => people::read_transfer(d, streams)?,
        12 => people::read_group(d, streams)?,
        13 => people::read_grant(d, streams)?,
        14 => {
            entries(d, 4)?;
            key(d, 0)?;
            let subject = streams.optional(d.u64()?)?;
            key(d, 1)?;
            let kept = d.bool()?;
            key(d, 2)?;
            let targets = read_targets(d, streams)?;
            key(d, 3)?;
            Body::Tag { subject, kept, targets, undoes: streams.optional(d.u64()?)? }
        }
        15 => {
            entries(d, 3)?;
            key(d, 0)?;
            let target = d.u64()?;
            let target = ApplicationId::new(streams.local(target >> 32)?, target as u32);
            key(d, 1)?;
            let code = d.u8()?;
            let reader = NoteReader::ALL.into_iter().find(|reader| *reader as u8 == code).ok_or(BadOperation::Shape)?;
            key(d, 2)?;
            Body::Note { target, reader, strikes: streams.optional(d.u64()?)? }
        }
        16 => {
            entries(d, 1)?;
            key(d, 0)?;
            let heads = (0..length(d)?).map(|_| pair(d).and_then(|()| Ok((streams.reference(d.u64()?)?, array(d)?))));
            Body::Anchor { heads: heads.collect::<Read<Vec<_>>>()? }
        }
        17 => release::read_request(d, streams)?,
        18 => release::read_decision(d, streams)?,
        19 => calls::read_call(d, streams)?,
        20 => calendar::read(d)?,
        22 => ruling::read(d, streams)?,
        23 => log_view::read(d)?,
        24 => credential::read_credential(d, streams)?,
        25 => credential::read_wrong_tries(d, streams)?,
        26 => sealing::read_key(d, streams)?,
        27 => sealing::read_reveal(d, streams)?,
        28 => calls::read_opened(d, streams)?,
        29 => erasure::read_erase(d, streams)?,
        30 => erasure::read_done(d, streams)?,
        32 => compare::read_compared(d, streams)?,
        33 => compare::read_distinct(d, streams)?,
        _ => {
            let start = d.position();
            d.skip()?;
            Body::Unknown { kind, body: bytes[start..d.position()].to_vec() }
        }
    })
}

fn read_set(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    let mut left = d.map()?.filter(|entries| (1..=3).contains(entries)).ok_or(BadOperation::Shape)?;
    key(d, 0)?;
    let writes = (0..length(d)?).map(|_| read_write(d, streams)).collect::<Read<Vec<_>>>()?;
    let (mut declared, mut blocks) = (None, Vec::new());
    while left > 1 {
        match d.u8()? {
            1 if declared.is_none() && blocks.is_empty() => declared = Some(read_declaration(d)?),
            2 if blocks.is_empty() => blocks = (0..length(d)?).map(|_| Ok(d.u32()?)).collect::<Read<Vec<_>>>()?,
            _ => return Err(BadOperation::Shape),
        }
        left -= 1;
    }
    Ok(Body::Set { writes, declared, blocks })
}

fn read_declaration(d: &mut Decoder<'_>) -> Read<Declaration> {
    pair(d)?;
    let day = d.u32()?;
    let channel = Channel::from_code(d.u8()?).ok_or(BadOperation::Shape)?;
    Ok(Declaration { day, channel })
}

fn read_import(d: &mut Decoder<'_>, streams: &Streams) -> Read<ImportBody> {
    entries(d, 14)?;
    key(d, 0)?;
    let file = array(d)?;
    key(d, 1)?;
    let profile = d.str()?.to_owned();
    key(d, 2)?;
    let profile_hash = array(d)?;
    key(d, 3)?;
    let encoding = d.str()?.to_owned();
    key(d, 4)?;
    shape(d, 5)?;
    let (read, added, updated, unchanged, rejected) = (d.u64()?, d.u64()?, d.u64()?, d.u64()?, d.u64()?);
    let counts = ImportCounts { read, added, updated, unchanged, rejected };
    key(d, 5)?;
    let record_format = d.u8()?;
    key(d, 6)?;
    let first = d.u32()?;
    key(d, 7)?;
    let span = d.u32()?;
    key(d, 8)?;
    shape(d, 3)?;
    let births = read_targets(d, streams)?;
    let mut statuses = Vec::new();
    for _ in 0..length(d)? {
        pair(d)?;
        let ours = d.u8()?;
        statuses.push(StatusPair { ours, source: if null(d)? { None } else { Some(d.u8()?) } });
    }
    let status_of = read_index(d, births.len(), statuses.len())?;
    key(d, 9)?;
    let chunks = (0..length(d)?).map(|_| array(d)).collect::<Read<Vec<_>>>()?;
    key(d, 10)?;
    pair(d)?;
    let revised = read_targets(d, streams)?;
    let revised_base = read_from(d, revised.len(), streams)?
        .iter()
        .map(|(_, op)| op.ok_or(BadOperation::Shape))
        .collect::<Read<Vec<_>>>()?;
    key(d, 11)?;
    let mut source = Vec::new();
    for _ in 0..length(d)? {
        shape(d, 3)?;
        let to = d.u8()?;
        let targets = read_targets(d, streams)?;
        source.push(SourceWrite { to, from: read_from(d, targets.len(), streams)?, targets });
    }
    key(d, 12)?;
    let set_aside = d.u64()?;
    key(d, 13)?;
    let rejected = (set_aside, array(d)?);
    Ok(ImportBody {
        file,
        profile,
        profile_hash,
        encoding,
        counts,
        record_format,
        first,
        span,
        births,
        statuses,
        status_of,
        chunks,
        revised,
        revised_base,
        source,
        rejected,
    })
}

pub(super) fn read_write(d: &mut Decoder<'_>, streams: &Streams) -> Read<Write> {
    shape(d, 4)?;
    let group = Group::from_code(d.u8()?).ok_or(BadOperation::Shape)?;
    let to = read_value(d, streams)?;
    let targets = read_targets(d, streams)?;
    let from = read_from(d, targets.len(), streams)?;
    Ok(Write { group, to, targets, from })
}

/// Consumes a null if one stands here.
pub(super) fn null(d: &mut Decoder<'_>) -> Read<bool> {
    let null = d.datatype()? == Type::Null;
    if null {
        d.null()?;
    }
    Ok(null)
}

fn read_value(d: &mut Decoder<'_>, streams: &Streams) -> Read<Value> {
    if null(d)? {
        return Ok(Value::None);
    }
    if d.datatype()? == Type::Array {
        shape(d, 1)?;
        return Ok(Value::Reference(streams.reference(d.u64()?)?));
    }
    Ok(Value::Number(d.u64()?))
}

pub(super) fn read_targets(d: &mut Decoder<'_>, streams: &Streams) -> Read<Vec<ApplicationId>> {
    let mut ids = Vec::new();
    for _ in 0..length(d)? {
        shape(d, 4)?;
        let stream = streams.local(d.u64()?)?;
        if ids.iter().any(|id: &ApplicationId| id.stream() == stream) {
            return Err(BadOperation::Shape);
        }
        let encoding = d.u8()?;
        let count = d.u64()?;
        if count.saturating_add(ids.len() as u64) > MOST_TARGETS {
            return Err(BadOperation::Shape);
        }
        let numbers = targets::decode(encoding, count as usize, d.bytes()?).ok_or(BadOperation::Shape)?;
        ids.extend(numbers.into_iter().map(|n| ApplicationId::new(stream, n)));
    }
    Ok(ids)
}

fn read_from(d: &mut Decoder<'_>, count: usize, streams: &Streams) -> Read<FromBase> {
    pair(d)?;
    let mut distinct = Vec::new();
    for _ in 0..length(d)? {
        pair(d)?;
        let value = read_value(d, streams)?;
        distinct.push((value, streams.optional(d.u64()?)?));
    }
    let index = read_index(d, count, distinct.len())?;
    Ok(FromBase { distinct, index })
}

fn read_index(d: &mut Decoder<'_>, count: usize, distinct: usize) -> Read<Vec<u32>> {
    pair(d)?;
    let encoding = d.u8()?;
    decode_index(encoding, d.bytes()?, count, distinct).ok_or(BadOperation::Shape)
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
