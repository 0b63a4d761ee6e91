//! What operations say of a look at the operation log itself (kind 23): which side of it was asked for, what narrowed it, and
//! how much was shown. What the person typed may hold a name, so it is payload.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, entries, key, length, null};
use super::encode::Written;

/// Which side of the log was looked at. The numbers stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum LogSide {
    /// The operations.
    Operations = 1,
    /// 閲覧の記録: who looked at whose data.
    Looks = 2,
}

impl LogSide {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Operations, Self::Looks];
}

/// What narrows a look at the log. The numbers stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Narrowing {
    /// A query of applications.
    Query = 1,
    /// Who.
    Operator = 2,
    /// From when on.
    Since = 3,
    /// Until when.
    Until = 4,
    /// By which command.
    Command = 5,
    /// Which application.
    Number = 6,
    /// Which kinds.
    Kind = 7,
    /// At most so many.
    Limit = 8,
}

impl Narrowing {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Query, Self::Operator, Self::Since, Self::Until, Self::Command, Self::Number, Self::Kind, Self::Limit];
}

/// A look at the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogView {
    /// Which side.
    pub side: LogSide,
    /// What narrowed it, ascending, each once.
    pub narrowed: Vec<Narrowing>,
    /// How many lines were shown; `None` where they are read on as the person goes on, on the screen.
    pub count: Option<u64>,
    /// Whether the texts (reasons, queries, names) were shown with them.
    pub texts: bool,
}

pub(super) fn write(e: &mut Encoder<Vec<u8>>, view: &LogView) -> Written {
    e.map(4)?.u8(0)?.u8(view.side as u8)?.u8(1)?.array(view.narrowed.len() as u64)?;
    for narrowing in &view.narrowed {
        e.u8(*narrowing as u8)?;
    }
    e.u8(2)?;
    match view.count {
        Some(count) => e.u64(count)?,
        None => e.null()?,
    };
    e.u8(3)?.bool(view.texts)?;
    Ok(())
}

pub(super) fn read(d: &mut Decoder<'_>) -> Read<Body> {
    entries(d, 4)?;
    key(d, 0)?;
    let side = coded(d.u8()?, &LogSide::ALL, |side| side as u8)?;
    key(d, 1)?;
    let narrowed = (0..length(d)?).map(|_| coded(d.u8()?, &Narrowing::ALL, |one| one as u8));
    let narrowed = narrowed.collect::<Read<Vec<_>>>()?;
    if !narrowed.is_sorted_by(|a, b| a < b) {
        return Err(BadOperation::Shape);
    }
    key(d, 2)?;
    let count = if null(d)? { None } else { Some(d.u64()?) };
    key(d, 3)?;
    Ok(Body::LogView(LogView { side, narrowed, count, texts: d.bool()? }))
}

/// The one of a list that has this number.
fn coded<T: Copy>(code: u8, all: &[T], number: impl Fn(T) -> u8) -> Read<T> {
    all.iter().copied().find(|one| number(*one) == code).ok_or(BadOperation::Shape)
}
