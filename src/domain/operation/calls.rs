//! What operations say of the phone: 応対記録 (kind 19), and applications that were opened (kind 28). What was said, and
//! where somebody wants to be called back, is payload.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, Streams, entries, key, length, read_targets};
use super::encode::{Dictionary, Written, write_targets};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::phone::{Identifier, Purpose};

/// 応対記録, as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallBody {
    /// About which application.
    pub target: ApplicationId,
    /// By what the caller was identified, ascending, each once; empty = not at all.
    pub identified: Vec<Identifier>,
    /// Whether a 折返し is wanted.
    pub callback: bool,
    /// The 応対記録 whose 折返し this one is.
    pub answers: Option<OperationId>,
}

/// 閲覧: applications that were opened where the log is told first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedBody {
    /// Which, ascending, each once; never none.
    pub targets: Vec<ApplicationId>,
    /// What for.
    pub purpose: Purpose,
}

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    match body {
        Body::Call(call) => {
            let target = d.index(call.target.stream()) << 32 | u64::from(call.target.n());
            e.map(4)?.u8(0)?.u64(target)?.u8(1)?.array(call.identified.len() as u64)?;
            for identifier in &call.identified {
                e.u8(*identifier as u8)?;
            }
            let answers = call.answers.map_or(0, |id| d.reference(id));
            e.u8(2)?.bool(call.callback)?.u8(3)?.u64(answers)?;
        }
        Body::Opened(opened) => {
            e.map(2)?.u8(0)?;
            write_targets(e, &opened.targets, d)?;
            e.u8(1)?.u8(opened.purpose as u8)?;
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn read_call(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 4)?;
    key(d, 0)?;
    let target = d.u64()?;
    let target = ApplicationId::new(streams.local(target >> 32)?, target as u32);
    key(d, 1)?;
    let code = |d: &mut Decoder<'_>| Identifier::from_code(d.u8()?).ok_or(BadOperation::Shape);
    let identified = (0..length(d)?).map(|_| code(d)).collect::<Read<Vec<_>>>()?;
    if !identified.is_sorted_by(|a, b| a < b) {
        return Err(BadOperation::Shape);
    }
    key(d, 2)?;
    let callback = d.bool()?;
    key(d, 3)?;
    let answers = streams.optional(d.u64()?)?;
    Ok(Body::Call(CallBody { target, identified, callback, answers }))
}

pub(super) fn read_opened(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 2)?;
    key(d, 0)?;
    let targets = read_targets(d, streams)?;
    key(d, 1)?;
    let purpose = Purpose::from_code(d.u8()?).ok_or(BadOperation::Shape)?;
    if targets.is_empty() {
        return Err(BadOperation::Shape);
    }
    Ok(Body::Opened(OpenedBody { targets, purpose }))
}
