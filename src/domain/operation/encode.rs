//! From an operation to the bytes that are hashed and kept for ever.

use std::convert::Infallible;

use minicbor::Encoder;

use super::bases::encode_index;
use super::{
    Body, ENVELOPE_VERSION, FromBase, ImportBody, Operation, StreamUid, Value, Write, calendar, calls, compare,
    credential, erasure, log_view, people, release, ruling, sealing, targets,
};
use crate::domain::identity::{ApplicationId, OperationId};

pub(super) type Written = Result<(), minicbor::encode::Error<Infallible>>;

/// The streams that an envelope refers to: 0 is its own, the others stand in the dictionary.
pub(super) struct Dictionary<'a> {
    own: StreamUid,
    uid_of: &'a dyn Fn(u32) -> StreamUid,
    others: Vec<StreamUid>,
}

impl Dictionary<'_> {
    pub(super) fn index(&mut self, stream: u32) -> u64 {
        let uid = (self.uid_of)(stream);
        if uid == self.own {
            return 0;
        }
        let place = self.others.iter().position(|known| *known == uid).unwrap_or_else(|| {
            self.others.push(uid);
            self.others.len() - 1
        });
        place as u64 + 1
    }

    pub(super) fn reference(&mut self, id: OperationId) -> u64 {
        self.index(id.stream()) << 32 | u64::from(id.n())
    }
}

/// Encodes an operation; `uid_of` names the stream behind a local number.
#[must_use]
pub fn encode(operation: &Operation, uid_of: &dyn Fn(u32) -> StreamUid) -> Vec<u8> {
    let mut dictionary = Dictionary { own: operation.stream, uid_of, others: Vec::new() };
    let actor = operation.actor.map_or(0, |id| dictionary.reference(id));
    let mut body = Encoder::new(Vec::with_capacity(64));
    let mut written = write_body(&mut body, &operation.body, &mut dictionary);
    let body = body.into_writer();
    let mut envelope = Encoder::new(Vec::with_capacity(body.len() + 64));
    written = written.and_then(|()| write_envelope(&mut envelope, operation, actor, &dictionary.others, &body));
    debug_assert!(written.is_ok(), "writing into a Vec can't fail");
    envelope.into_writer()
}

fn write_envelope(
    e: &mut Encoder<Vec<u8>>,
    operation: &Operation,
    actor: u64,
    streams: &[StreamUid],
    body: &[u8],
) -> Written {
    let optional = [operation.approval.is_some(), operation.payload.is_some(), operation.critical];
    let entries = 10 + optional.iter().filter(|there| **there).count() as u64;
    e.map(entries)?.u8(0)?.u8(ENVELOPE_VERSION)?;
    e.u8(1)?.bytes(&operation.stream.terminal)?.u8(2)?.bytes(&operation.stream.epoch)?;
    e.u8(3)?.u32(operation.seq)?.u8(4)?.i64(operation.at_ms)?.u8(5)?.u64(actor)?;
    e.u8(6)?.u64(operation.body.kind())?.u8(7)?.str(&operation.command)?;
    e.u8(8)?.array(streams.len() as u64)?;
    for stream in streams {
        e.array(2)?.bytes(&stream.terminal)?.bytes(&stream.epoch)?;
    }
    e.u8(9)?.writer_mut().extend_from_slice(body);
    if let Some(approval) = &operation.approval {
        e.u8(10)?.bytes(approval)?;
    }
    if let Some(payload) = &operation.payload {
        e.u8(11)?.bytes(payload)?;
    }
    if operation.critical {
        e.u8(12)?.bool(true)?;
    }
    Ok(())
}

fn write_body(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    match body {
        Body::Epoch { predecessor, cause } => {
            e.map(2)?.u8(0)?.bytes(predecessor)?.u8(1)?.u8(*cause as u8)?;
        }
        Body::Operator { .. } | Body::Transfer { .. } | Body::Group { .. } | Body::Grant { .. } => {
            people::write(e, body, d)?;
        }
        Body::Import(import) => write_import(e, import, d)?,
        Body::Set { writes, declared, blocks } => {
            let entries = 1 + u64::from(declared.is_some()) + u64::from(!blocks.is_empty());
            e.map(entries)?.u8(0)?.array(writes.len() as u64)?;
            for write in writes {
                write_write(e, write, d)?;
            }
            if let Some(declared) = declared {
                e.u8(1)?.array(2)?.u32(declared.day)?.u8(declared.channel as u8)?;
            }
            if !blocks.is_empty() {
                e.u8(2)?.array(blocks.len() as u64)?;
                for block in blocks {
                    e.u32(*block)?;
                }
            }
        }
        Body::Undo { undoes, refused } => {
            let undoes = d.reference(*undoes);
            e.map(2)?.u8(0)?.u64(undoes)?.u8(1)?;
            write_targets(e, refused, d)?;
        }
        Body::Export(export) => {
            e.map(4)?.u8(0)?.u64(export.count)?.u8(1)?.str(&export.format)?;
            e.u8(2)?.array(export.columns.len() as u64)?;
            for column in &export.columns {
                e.str(column)?;
            }
            e.u8(3)?.bytes(&export.file)?;
        }
        Body::RejectedClear { imports } => {
            e.map(1)?.u8(0)?.array(imports.len() as u64)?;
            for import in imports {
                let reference = d.reference(*import);
                e.u64(reference)?;
            }
        }
        Body::View { subject, kept } => {
            let subject = subject.map_or(0, |id| d.reference(id));
            e.map(2)?.u8(0)?.u64(subject)?.u8(1)?.bool(*kept)?;
        }
        Body::Discard { file, import } => {
            let import = import.map_or(0, |id| d.reference(id));
            e.map(2)?.u8(0)?.bytes(file)?.u8(1)?.u64(import)?;
        }
        Body::ReflectList { file, targets } => {
            e.map(2)?.u8(0)?.bytes(file)?.u8(1)?;
            write_targets(e, targets, d)?;
        }
        Body::Tag { subject, kept, targets, undoes } => {
            let subject = subject.map_or(0, |id| d.reference(id));
            e.map(4)?.u8(0)?.u64(subject)?.u8(1)?.bool(*kept)?.u8(2)?;
            write_targets(e, targets, d)?;
            let undoes = undoes.map_or(0, |id| d.reference(id));
            e.u8(3)?.u64(undoes)?;
        }
        Body::Note { target, reader, strikes } => {
            let target = d.index(target.stream()) << 32 | u64::from(target.n());
            let strikes = strikes.map_or(0, |id| d.reference(id));
            e.map(3)?.u8(0)?.u64(target)?.u8(1)?.u8(*reader as u8)?.u8(2)?.u64(strikes)?;
        }
        Body::Anchor { heads } => {
            e.map(1)?.u8(0)?.array(heads.len() as u64)?;
            for (operation, hash) in heads {
                let reference = d.reference(*operation);
                e.array(2)?.u64(reference)?.bytes(hash)?;
            }
        }
        Body::Request { .. } | Body::Decision { .. } => release::write(e, body, d)?,
        Body::Call(_) | Body::Opened(_) => calls::write(e, body, d)?,
        Body::Calendar { .. } => calendar::write(e, body)?,
        Body::Ruling { .. } => ruling::write(e, body, d)?,
        Body::Credential { .. } | Body::WrongTries { .. } => credential::write(e, body, d)?,
        Body::LogView(view) => log_view::write(e, view)?,
        Body::SealingKey { .. } | Body::Reveal { .. } => sealing::write(e, body, d)?,
        Body::Compared(_) | Body::Distinct(_) => compare::write(e, body, d)?,
        Body::Erase { .. } | Body::EraseDone { .. } => erasure::write(e, body, d)?,
        Body::Unknown { body, .. } => e.writer_mut().extend_from_slice(body),
    }
    Ok(())
}

fn write_import(e: &mut Encoder<Vec<u8>>, import: &ImportBody, d: &mut Dictionary<'_>) -> Written {
    let counts = &import.counts;
    e.map(14)?.u8(0)?.bytes(&import.file)?.u8(1)?.str(&import.profile)?.u8(2)?.bytes(&import.profile_hash)?;
    e.u8(3)?.str(&import.encoding)?.u8(4)?.array(5)?.u64(counts.read)?.u64(counts.added)?.u64(counts.updated)?;
    e.u64(counts.unchanged)?.u64(counts.rejected)?.u8(5)?.u8(import.record_format)?;
    e.u8(6)?.u32(import.first)?.u8(7)?.u32(import.span)?.u8(8)?.array(3)?;
    write_targets(e, &import.births, d)?;
    e.array(import.statuses.len() as u64)?;
    for pair in &import.statuses {
        e.array(2)?.u8(pair.ours)?;
        match pair.source {
            Some(code) => e.u8(code)?,
            None => e.null()?,
        };
    }
    write_index(e, &import.status_of)?;
    e.u8(9)?.array(import.chunks.len() as u64)?;
    for chunk in &import.chunks {
        e.bytes(chunk)?;
    }
    e.u8(10)?.array(2)?;
    write_targets(e, &import.revised, d)?;
    let base = FromBase::collect(import.revised_base.iter().map(|op| (Value::None, Some(*op))));
    write_from(e, &base, d)?;
    e.u8(11)?.array(import.source.len() as u64)?;
    for source in &import.source {
        e.array(3)?.u8(source.to)?;
        write_targets(e, &source.targets, d)?;
        write_from(e, &source.from, d)?;
    }
    e.u8(12)?.u64(import.rejected.0)?.u8(13)?.bytes(&import.rejected.1)?;
    Ok(())
}

pub(super) fn write_write(e: &mut Encoder<Vec<u8>>, write: &Write, d: &mut Dictionary<'_>) -> Written {
    e.array(4)?.u8(write.group as u8)?;
    write_value(e, write.to, d)?;
    write_targets(e, &write.targets, d)?;
    write_from(e, &write.from, d)
}

/// Null, a number, or `[reference]`.
fn write_value(e: &mut Encoder<Vec<u8>>, value: Value, d: &mut Dictionary<'_>) -> Written {
    match value {
        Value::None => e.null()?,
        Value::Number(number) => e.u64(number)?,
        Value::Reference(id) => {
            let reference = d.reference(id);
            e.array(1)?.u64(reference)?
        }
    };
    Ok(())
}

/// `[[stream, encoding, count, bytes], …]`, streams in the order of their local numbers.
pub(super) fn write_targets(e: &mut Encoder<Vec<u8>>, ids: &[ApplicationId], d: &mut Dictionary<'_>) -> Written {
    debug_assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "targets are ascending, each once");
    let runs: Vec<&[ApplicationId]> = ids.chunk_by(|a, b| a.stream() == b.stream()).collect();
    e.array(runs.len() as u64)?;
    for run in runs {
        let numbers: Vec<u32> = run.iter().map(|id| id.n()).collect();
        let (encoding, bytes) = targets::encode(&numbers);
        let index = run.first().map_or(0, |id| d.index(id.stream()));
        e.array(4)?.u64(index)?.u8(encoding)?.u64(numbers.len() as u64)?.bytes(&bytes)?;
    }
    Ok(())
}

/// `[[[value, operation], …], [encoding, bytes]]`; operation 0 = none.
fn write_from(e: &mut Encoder<Vec<u8>>, from: &FromBase, d: &mut Dictionary<'_>) -> Written {
    e.array(2)?.array(from.distinct.len() as u64)?;
    for (value, operation) in &from.distinct {
        e.array(2)?;
        write_value(e, *value, d)?;
        let operation = operation.map_or(0, |id| d.reference(id));
        e.u64(operation)?;
    }
    write_index(e, &from.index)
}

fn write_index(e: &mut Encoder<Vec<u8>>, index: &[u32]) -> Written {
    let (encoding, bytes) = encode_index(index);
    e.array(2)?.u8(encoding)?.bytes(&bytes)?;
    Ok(())
}
