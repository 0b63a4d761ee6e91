//! What operations say of 決裁 (kind 22): a 起案 with the applications that go on it, and what closed it. 件名, 伺い文, 文書番号,
//! 専決者 and reasons are payload.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, Streams, key, length, read_write};
use super::encode::{Dictionary, Written, write_write};
use crate::domain::ruling::RulingStep;

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    let Body::Ruling { subject, step, day, writes } = body else { return Ok(()) };
    let subject = subject.map_or(0, |id| d.reference(id));
    e.map(3 + u64::from(day.is_some()))?.u8(0)?.u64(subject)?.u8(1)?.u8(*step as u8)?;
    e.u8(2)?.array(writes.len() as u64)?;
    for write in writes {
        write_write(e, write, d)?;
    }
    if let Some(day) = day {
        e.u8(3)?.u32(*day)?;
    }
    Ok(())
}

pub(super) fn read(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    let count = d.map()?.ok_or(BadOperation::Shape)?;
    key(d, 0)?;
    let subject = streams.optional(d.u64()?)?;
    key(d, 1)?;
    let step = RulingStep::from_code(d.u8()?).ok_or(BadOperation::Shape)?;
    // The one that makes a 起案 is about itself; the others name it.
    if subject.is_none() != (step == RulingStep::Submitted) {
        return Err(BadOperation::Shape);
    }
    key(d, 2)?;
    let writes = (0..length(d)?).map(|_| read_write(d, streams)).collect::<Read<Vec<_>>>()?;
    let day = match count {
        3 => None,
        4 => {
            key(d, 3)?;
            Some(d.u32()?)
        }
        _ => return Err(BadOperation::Shape),
    };
    Ok(Body::Ruling { subject, step, day, writes })
}
