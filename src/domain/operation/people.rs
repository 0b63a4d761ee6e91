//! What operations say of people: operators, 異動, 担当者グループ and grants (kinds 2, 11, 12 and 13). Names of persons are
//! payload; what stands here are codes, days and references.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, Streams, entries, key, length, shape};
use super::encode::{Dictionary, Written};
use crate::domain::identity::OperationId;

/// Days since 1970-01-01.
pub type Days = u32;

/// An operator's row, whole; the name is payload.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OperatorRow {
    /// 職員番号, or the operating system's user name.
    pub code: String,
    /// Whether the operator may still work.
    pub enabled: bool,
    /// 所属 (課).
    pub department: Option<String>,
    /// The operating system's user name, where it isn't the code.
    pub account: Option<String>,
    /// 任期: the last day.
    pub until: Option<Days>,
    /// The 担当者グループ that the operator is in.
    pub groups: Vec<OperationId>,
    /// 代理: for whom the operator stands in, and the last day of it.
    pub stands_for: Option<(OperationId, Days)>,
}

/// Who gets a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grantee {
    /// One operator.
    Operator(OperationId),
    /// A 担当者グループ.
    Group(OperationId),
    /// Every operator of the store.
    Everybody,
}

/// A grant, whole: who may do what, for which procedure, in which segment, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Who.
    pub to: Grantee,
    /// The word of the right.
    pub right: String,
    /// The only procedure that it is for: source code, 様式ID.
    pub form: Option<(String, String)>,
    /// The only segment that it holds in: 0 LGWAN接続系, 1 マイナンバー利用事務系.
    pub segment: Option<u8>,
    /// The first day.
    pub from: Option<Days>,
    /// The last day.
    pub until: Option<Days>,
}

/// One operator's part of a 異動: which one, the operation that wrote the row before, the whole new row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The operator.
    pub subject: OperationId,
    /// The operation that wrote the row before.
    pub base: OperationId,
    /// The row from the effective day on.
    pub row: OperatorRow,
}

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    let optional = |d: &mut Dictionary<'_>, id: Option<OperationId>| id.map_or(0, |id| d.reference(id));
    match body {
        Body::Operator { subject, row, base, from } => {
            // The dictionary holds streams in the order of their use within the body.
            let subject = optional(d, *subject);
            e.map(3 + u64::from(from.is_some()))?.u8(0)?.u64(subject)?.u8(1)?;
            write_row(e, row, d)?;
            let base = optional(d, *base);
            e.u8(2)?.u64(base)?;
            if let Some(day) = from {
                e.u8(3)?.u32(*day)?;
            }
        }
        Body::Transfer { day, moved } => {
            e.map(2)?.u8(0)?.u32(*day)?.u8(1)?.array(moved.len() as u64)?;
            for one in moved {
                let (subject, base) = (d.reference(one.subject), d.reference(one.base));
                e.array(3)?.u64(subject)?.u64(base)?;
                write_row(e, &one.row, d)?;
            }
        }
        Body::Group { subject, name, kept, base } => {
            let (subject, base) = (optional(d, *subject), optional(d, *base));
            e.map(4)?.u8(0)?.u64(subject)?.u8(1)?.str(name)?.u8(2)?.bool(*kept)?.u8(3)?.u64(base)?;
        }
        Body::Grant { subject, row, kept, base } => {
            let subject = optional(d, *subject);
            e.map(4)?.u8(0)?.u64(subject)?.u8(1)?;
            write_grant(e, row, d)?;
            let base = optional(d, *base);
            e.u8(2)?.bool(*kept)?.u8(3)?.u64(base)?;
        }
        _ => {}
    }
    Ok(())
}

fn write_row(e: &mut Encoder<Vec<u8>>, row: &OperatorRow, d: &mut Dictionary<'_>) -> Written {
    let there = [
        row.department.is_some(),
        row.account.is_some(),
        row.until.is_some(),
        !row.groups.is_empty(),
        row.stands_for.is_some(),
    ];
    e.map(2 + there.iter().filter(|there| **there).count() as u64)?;
    e.u8(0)?.str(&row.code)?.u8(1)?.bool(row.enabled)?;
    if let Some(department) = &row.department {
        e.u8(2)?.str(department)?;
    }
    if let Some(account) = &row.account {
        e.u8(3)?.str(account)?;
    }
    if let Some(until) = row.until {
        e.u8(4)?.u32(until)?;
    }
    if !row.groups.is_empty() {
        e.u8(5)?.array(row.groups.len() as u64)?;
        for group in &row.groups {
            let group = d.reference(*group);
            e.u64(group)?;
        }
    }
    if let Some((whom, until)) = row.stands_for {
        let whom = d.reference(whom);
        e.u8(6)?.array(2)?.u64(whom)?.u32(until)?;
    }
    Ok(())
}

fn write_grant(e: &mut Encoder<Vec<u8>>, row: &GrantRow, d: &mut Dictionary<'_>) -> Written {
    let there = [row.form.is_some(), row.segment.is_some(), row.from.is_some(), row.until.is_some()];
    e.map(3 + there.iter().filter(|there| **there).count() as u64)?;
    let (kind, to) = match row.to {
        Grantee::Operator(id) => (0, d.reference(id)),
        Grantee::Group(id) => (1, d.reference(id)),
        Grantee::Everybody => (2, 0),
    };
    e.u8(0)?.u8(kind)?.u8(1)?.u64(to)?.u8(2)?.str(&row.right)?;
    if let Some((source, code)) = &row.form {
        e.u8(3)?.array(2)?.str(source)?.str(code)?;
    }
    for (number, value) in [(4, row.segment.map(u32::from)), (5, row.from), (6, row.until)] {
        if let Some(value) = value {
            e.u8(number)?.u32(value)?;
        }
    }
    Ok(())
}

pub(super) fn read_operator(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    let count = d.map()?.ok_or(BadOperation::Shape)?;
    key(d, 0)?;
    let subject = streams.optional(d.u64()?)?;
    key(d, 1)?;
    let row = read_row(d, streams)?;
    key(d, 2)?;
    let base = streams.optional(d.u64()?)?;
    let from = match count {
        3 => None,
        4 => {
            key(d, 3)?;
            Some(d.u32()?)
        }
        _ => return Err(BadOperation::Shape),
    };
    Ok(Body::Operator { subject, row, base, from })
}

pub(super) fn read_transfer(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 2)?;
    key(d, 0)?;
    let day = d.u32()?;
    key(d, 1)?;
    let mut moved = Vec::new();
    for _ in 0..length(d)? {
        shape(d, 3)?;
        let (subject, base) = (streams.reference(d.u64()?)?, streams.reference(d.u64()?)?);
        moved.push(Moved { subject, base, row: read_row(d, streams)? });
    }
    Ok(Body::Transfer { day, moved })
}

pub(super) fn read_group(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 4)?;
    key(d, 0)?;
    let subject = streams.optional(d.u64()?)?;
    key(d, 1)?;
    let name = d.str()?.to_owned();
    key(d, 2)?;
    let kept = d.bool()?;
    key(d, 3)?;
    Ok(Body::Group { subject, name, kept, base: streams.optional(d.u64()?)? })
}

pub(super) fn read_grant(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 4)?;
    key(d, 0)?;
    let subject = streams.optional(d.u64()?)?;
    key(d, 1)?;
    let row = read_grant_row(d, streams)?;
    key(d, 2)?;
    let kept = d.bool()?;
    key(d, 3)?;
    Ok(Body::Grant { subject, row, kept, base: streams.optional(d.u64()?)? })
}

fn read_row(d: &mut Decoder<'_>, streams: &Streams) -> Read<OperatorRow> {
    let count = d.map()?.ok_or(BadOperation::Shape)?;
    key(d, 0)?;
    let code = d.str()?.to_owned();
    key(d, 1)?;
    let mut row = OperatorRow { code, enabled: d.bool()?, ..OperatorRow::default() };
    for _ in 2..count {
        match d.u8()? {
            2 => row.department = Some(d.str()?.to_owned()),
            3 => row.account = Some(d.str()?.to_owned()),
            4 => row.until = Some(d.u32()?),
            5 => {
                for _ in 0..length(d)? {
                    row.groups.push(streams.reference(d.u64()?)?);
                }
                if row.groups.is_empty() {
                    return Err(BadOperation::Shape);
                }
            }
            6 => {
                shape(d, 2)?;
                row.stands_for = Some((streams.reference(d.u64()?)?, d.u32()?));
            }
            _ => return Err(BadOperation::Shape),
        }
    }
    if count < 2 { Err(BadOperation::Shape) } else { Ok(row) }
}

fn read_grant_row(d: &mut Decoder<'_>, streams: &Streams) -> Read<GrantRow> {
    let count = d.map()?.ok_or(BadOperation::Shape)?;
    key(d, 0)?;
    let kind = d.u8()?;
    key(d, 1)?;
    let to = match (kind, d.u64()?) {
        (0, id) => Grantee::Operator(streams.reference(id)?),
        (1, id) => Grantee::Group(streams.reference(id)?),
        (2, 0) => Grantee::Everybody,
        _ => return Err(BadOperation::Shape),
    };
    key(d, 2)?;
    let right = d.str()?.to_owned();
    let mut row = GrantRow { to, right, form: None, segment: None, from: None, until: None };
    for _ in 3..count {
        match d.u8()? {
            3 => {
                shape(d, 2)?;
                row.form = Some((d.str()?.to_owned(), d.str()?.to_owned()));
            }
            4 => row.segment = Some(d.u8()?),
            5 => row.from = Some(d.u32()?),
            6 => row.until = Some(d.u32()?),
            _ => return Err(BadOperation::Shape),
        }
    }
    if count < 3 { Err(BadOperation::Shape) } else { Ok(row) }
}
