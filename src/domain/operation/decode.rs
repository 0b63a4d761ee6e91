//! From bytes to an operation. Bytes come from files and other terminals: nothing is trusted, nothing is allocated
//! before its size is known to be bounded by what is there.

use minicbor::Decoder;
use minicbor::data::Type;

use super::bases::decode_index;
use super::{
    Body, ENVELOPE_VERSION, EpochCause, ExportBody, FromBase, Group, ImportBody, ImportCounts, Operation, OperatorRow,
    SourceWrite, StatusPair, StreamUid, Value, Write, check_deterministic, targets,
};
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

type Read<T> = Result<T, BadOperation>;

/// The local numbers of the streams of one envelope, own first.
struct Streams(Vec<u32>);

impl Streams {
    fn local(&self, index: u64) -> Read<u32> {
        usize::try_from(index).ok().and_then(|i| self.0.get(i)).copied().ok_or(BadOperation::Shape)
    }

    fn reference(&self, wire: u64) -> Read<OperationId> {
        Ok(OperationId::new(self.local(wire >> 32)?, wire as u32))
    }

    /// A reference where 0 means none.
    fn optional(&self, wire: u64) -> Read<Option<OperationId>> {
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

fn key(d: &mut Decoder<'_>, expected: u8) -> Read<()> {
    if d.u8()? == expected { Ok(()) } else { Err(BadOperation::Shape) }
}

fn array<const N: usize>(d: &mut Decoder<'_>) -> Read<[u8; N]> {
    d.bytes()?.try_into().map_err(|_| BadOperation::Shape)
}

fn length(d: &mut Decoder<'_>) -> Read<u64> {
    d.array()?.ok_or(BadOperation::Shape)
}

fn shape(d: &mut Decoder<'_>, expected: u64) -> Read<()> {
    if length(d)? == expected { Ok(()) } else { Err(BadOperation::Shape) }
}

fn pair(d: &mut Decoder<'_>) -> Read<()> {
    shape(d, 2)
}

fn entries(d: &mut Decoder<'_>, expected: u64) -> Read<()> {
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
        2 => {
            entries(d, 3)?;
            key(d, 0)?;
            let subject = streams.optional(d.u64()?)?;
            key(d, 1)?;
            entries(d, 2)?;
            key(d, 0)?;
            let code = d.str()?.to_owned();
            key(d, 1)?;
            let row = OperatorRow { code, enabled: d.bool()? };
            key(d, 2)?;
            Body::Operator { subject, row, base: streams.optional(d.u64()?)? }
        }
        3 => Body::Import(Box::new(read_import(d, streams)?)),
        4 => {
            entries(d, 1)?;
            key(d, 0)?;
            let writes = (0..length(d)?).map(|_| read_write(d, streams)).collect::<Read<Vec<_>>>()?;
            Body::Set { writes }
        }
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
        16 => {
            entries(d, 1)?;
            key(d, 0)?;
            let heads = (0..length(d)?).map(|_| pair(d).and_then(|()| Ok((streams.reference(d.u64()?)?, array(d)?))));
            Body::Anchor { heads: heads.collect::<Read<Vec<_>>>()? }
        }
        _ => {
            let start = d.position();
            d.skip()?;
            Body::Unknown { kind, body: bytes[start..d.position()].to_vec() }
        }
    })
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

fn read_write(d: &mut Decoder<'_>, streams: &Streams) -> Read<Write> {
    shape(d, 4)?;
    let group = Group::from_code(d.u8()?).ok_or(BadOperation::Shape)?;
    let to = read_value(d, streams)?;
    let targets = read_targets(d, streams)?;
    let from = read_from(d, targets.len(), streams)?;
    Ok(Write { group, to, targets, from })
}

/// Consumes a null if one stands here.
fn null(d: &mut Decoder<'_>) -> Read<bool> {
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

fn read_targets(d: &mut Decoder<'_>, streams: &Streams) -> Read<Vec<ApplicationId>> {
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
mod tests {
    use super::*;
    use crate::domain::operation::encode;
    use proptest::prelude::*;

    const OWN: StreamUid = StreamUid { terminal: [1; 8], epoch: [2; 8] };
    const OTHER: StreamUid = StreamUid { terminal: [1; 8], epoch: [3; 8] };

    fn uid_of(local: u32) -> StreamUid {
        if local == 0 { OWN } else { OTHER }
    }

    fn local(uid: &StreamUid) -> Option<u32> {
        [OWN, OTHER].iter().position(|known| known == uid).map(|at| at as u32)
    }

    fn ids() -> impl Strategy<Value = Vec<ApplicationId>> {
        proptest::collection::btree_set((0u32..2, 1u32..400), 0..80)
            .prop_map(|set| set.into_iter().map(|(s, n)| ApplicationId::new(s, n)).collect())
    }

    fn operation_id() -> impl Strategy<Value = OperationId> {
        (0u32..2, 1u32..50).prop_map(|(s, n)| OperationId::new(s, n))
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![Just(Value::None), (1u64..11).prop_map(Value::Number), operation_id().prop_map(Value::Reference)]
    }

    fn write() -> impl Strategy<Value = Write> {
        (ids(), value(), 0usize..5).prop_flat_map(|(targets, to, group)| {
            proptest::collection::vec((value(), proptest::option::of(operation_id())), targets.len()).prop_map(
                move |pairs| Write {
                    group: Group::ALL[group],
                    to,
                    targets: targets.clone(),
                    from: FromBase::collect(pairs.into_iter()),
                },
            )
        })
    }

    fn import() -> impl Strategy<Value = Body> {
        (ids(), ids(), any::<[u8; 32]>(), any::<u32>()).prop_map(|(births, revised, file, first)| {
            Body::Import(Box::new(ImportBody {
                file,
                profile: "etumo-list".into(),
                profile_hash: file,
                encoding: "cp932".into(),
                counts: ImportCounts { read: 9, added: 4, updated: 3, unchanged: 1, rejected: 1 },
                record_format: 1,
                first,
                span: 7,
                statuses: vec![StatusPair { ours: 1, source: None }, StatusPair { ours: 8, source: Some(8) }],
                status_of: births.iter().map(|id| id.n() % 2).collect(),
                births: births.clone(),
                chunks: vec![file, [7; 32]],
                revised_base: revised.iter().map(|id| OperationId::new(0, id.n() % 3 + 1)).collect(),
                source: vec![SourceWrite {
                    to: 10,
                    from: FromBase::collect(
                        revised.iter().map(|id| (Value::Number(1), Some(OperationId::new(0, id.n() % 2 + 1)))),
                    ),
                    targets: revised.clone(),
                }],
                revised,
                rejected: (1, [9; 32]),
            }))
        })
    }

    fn body() -> impl Strategy<Value = Body> {
        prop_oneof![
            any::<[u8; 32]>().prop_map(|predecessor| Body::Epoch { predecessor, cause: EpochCause::Cloned }),
            (proptest::option::of(operation_id()), "[a-z0-9]{1,8}", any::<bool>()).prop_map(
                |(subject, code, enabled)| {
                    Body::Operator { subject, row: OperatorRow { code, enabled }, base: subject }
                }
            ),
            import(),
            proptest::collection::vec(write(), 0..4).prop_map(|writes| Body::Set { writes }),
            (operation_id(), ids()).prop_map(|(undoes, refused)| Body::Undo { undoes, refused }),
            any::<(u64, [u8; 32])>().prop_map(|(count, file)| Body::Export(ExportBody {
                count,
                format: "csv".into(),
                columns: vec!["整理番号".into()],
                file
            })),
            proptest::collection::vec(operation_id(), 0..4).prop_map(|imports| Body::RejectedClear { imports }),
            (proptest::option::of(operation_id()), any::<bool>())
                .prop_map(|(subject, kept)| Body::View { subject, kept }),
            (any::<[u8; 32]>(), proptest::option::of(operation_id()))
                .prop_map(|(file, import)| Body::Discard { file, import }),
            (any::<[u8; 32]>(), ids()).prop_map(|(file, targets)| Body::ReflectList { file, targets }),
            proptest::collection::vec((operation_id(), any::<[u8; 32]>()), 0..3)
                .prop_map(|heads| Body::Anchor { heads }),
            (100u64..200).prop_map(|kind| Body::Unknown { kind, body: vec![0xa1, 0x00, 0x81, 0x01] }),
        ]
    }

    proptest! {
        #[test]
        fn an_operation_comes_back(
            body in body(), seq in 1u32.., at_ms in 0i64..1 << 50, actor in proptest::option::of(operation_id()),
            payload: Option<[u8; 32]>, critical: bool,
        ) {
            let operation = Operation {
                stream: OWN, seq, at_ms, actor, command: "application.set_status".into(), body,
                approval: None, payload, critical,
            };
            let bytes = encode(&operation, &uid_of);
            prop_assert_eq!(check_deterministic(&bytes), Ok(()));
            prop_assert_eq!(decode(&bytes, &mut local), Ok(operation));
        }

        #[test]
        fn a_damaged_operation_is_refused_or_reads_as_something_else(
            body in body(), at: prop::sample::Index, flip in 1u8..,
        ) {
            let operation = Operation {
                stream: OWN, seq: 1, at_ms: 0, actor: None, command: "c".into(), body,
                approval: None, payload: None, critical: false,
            };
            let mut bytes = encode(&operation, &uid_of);
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            // Neither a panic nor a huge allocation; equality would mean that a byte carries no meaning.
            if let Ok(read) = decode(&bytes, &mut local) {
                prop_assert!(read != operation || encode(&read, &uid_of) != bytes);
            }
        }
    }
}
