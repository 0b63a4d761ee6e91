//! What operations say of the office's calendar (kind 20). Days, no names: those are payload.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, entries, key, length};
use super::encode::Written;

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body) -> Written {
    if let Body::Calendar { whole, at_year_end, days } = body {
        e.map(3)?.u8(0)?.bool(*whole)?.u8(1)?.bool(*at_year_end)?.u8(2)?.array(days.len() as u64)?;
        for day in days {
            e.u32(*day)?;
        }
    }
    Ok(())
}

pub(super) fn read(d: &mut Decoder<'_>) -> Read<Body> {
    entries(d, 3)?;
    key(d, 0)?;
    let whole = d.bool()?;
    key(d, 1)?;
    let at_year_end = d.bool()?;
    key(d, 2)?;
    let days = (0..length(d)?).map(|_| Ok(d.u32()?)).collect::<Read<Vec<_>>>()?;
    if days.is_sorted_by(|a, b| a < b) {
        Ok(Body::Calendar { whole, at_year_end, days })
    } else {
        Err(BadOperation::Shape)
    }
}
