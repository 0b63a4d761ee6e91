//! What operations say of 照合 and 重複の疑い (kinds 32 and 33): codes alone. No text of an application or of a list stands in
//! them, and none in a payload.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, Streams, array, entries, key, length, read_targets, shape};
use super::encode::{Dictionary, Written, write_targets};
use crate::domain::comparison::{Judgment, Likeness};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::record::Hash;

/// What an application was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Another application, in the content that this operation brought.
    Application(ApplicationId, OperationId),
    /// A row of a file: its SHA-256, and the line.
    File(Hash, u64),
}

/// 照合: one person's pass over an application, finished or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The application.
    pub target: ApplicationId,
    /// The operation that had brought its content.
    pub content: OperationId,
    /// What it was compared with.
    pub against: Against,
    /// 1 or 2: the second is another person's.
    pub pass: u8,
    /// For each field (by its number in the record) how alike the two sides are and what was found, ascending.
    pub fields: Vec<(u32, Likeness, Judgment)>,
}

impl Compared {
    /// Whether every field has been looked at.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.fields.iter().all(|(_, _, judgment)| *judgment != Judgment::Open)
    }
}

/// 重複ではない: applications that a person found to be different ones, or that this was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distinct {
    /// The applications, ascending; two at least.
    pub members: Vec<ApplicationId>,
    /// Whether it holds from now on.
    pub kept: bool,
}

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    let application = |d: &mut Dictionary<'_>, id: ApplicationId| d.index(id.stream()) << 32 | u64::from(id.n());
    match body {
        Body::Compared(one) => {
            let (target, content) = (application(d, one.target), d.reference(one.content));
            e.map(5)?.u8(0)?.u64(target)?.u8(1)?.u64(content)?.u8(2)?.array(3)?;
            match one.against {
                Against::Application(id, content) => {
                    let (id, content) = (application(d, id), d.reference(content));
                    e.u8(1)?.u64(id)?.u64(content)?;
                }
                Against::File(hash, line) => {
                    e.u8(2)?.bytes(&hash)?.u64(line)?;
                }
            }
            e.u8(3)?.u8(one.pass)?.u8(4)?.array(one.fields.len() as u64)?;
            for (field, likeness, judgment) in &one.fields {
                e.array(3)?.u32(*field)?.u8(*likeness as u8)?.u8(*judgment as u8)?;
            }
        }
        Body::Distinct(one) => {
            e.map(2)?.u8(0)?;
            write_targets(e, &one.members, d)?;
            e.u8(1)?.bool(one.kept)?;
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn read_compared(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    let application =
        |wire: u64| -> Read<ApplicationId> { Ok(ApplicationId::new(streams.local(wire >> 32)?, wire as u32)) };
    entries(d, 5)?;
    key(d, 0)?;
    let target = application(d.u64()?)?;
    key(d, 1)?;
    let content = streams.reference(d.u64()?)?;
    key(d, 2)?;
    shape(d, 3)?;
    let against = match d.u8()? {
        1 => Against::Application(application(d.u64()?)?, streams.reference(d.u64()?)?),
        2 => Against::File(array(d)?, d.u64()?),
        _ => return Err(BadOperation::Shape),
    };
    key(d, 3)?;
    let pass = d.u8()?;
    key(d, 4)?;
    let mut fields = Vec::new();
    for _ in 0..length(d)? {
        shape(d, 3)?;
        let field = d.u32()?;
        let likeness = Likeness::from_code(d.u8()?).ok_or(BadOperation::Shape)?;
        fields.push((field, likeness, Judgment::from_code(d.u8()?).ok_or(BadOperation::Shape)?));
    }
    if !(1..=2).contains(&pass) || !fields.is_sorted_by(|a, b| a.0 < b.0) {
        return Err(BadOperation::Shape);
    }
    Ok(Body::Compared(Box::new(Compared { target, content, against, pass, fields })))
}

pub(super) fn read_distinct(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 2)?;
    key(d, 0)?;
    let members = read_targets(d, streams)?;
    key(d, 1)?;
    let kept = d.bool()?;
    if members.len() < 2 {
        return Err(BadOperation::Shape);
    }
    Ok(Body::Distinct(Distinct { members, kept }))
}
