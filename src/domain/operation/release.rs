//! What operations say of 二者確認: requests and what was decided about them (kinds 17 and 18). What is asked for is payload,
//! because it may name persons; here stand the act, the targets, and the hash that was decided about.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, Streams, array, entries, key, read_targets};
use super::encode::{Dictionary, Written, write_targets};
use crate::domain::release::{Decided, WhyVoid};

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    match body {
        Body::Request { act, targets } => {
            e.map(2)?.u8(0)?.str(act)?.u8(1)?;
            write_targets(e, targets, d)?;
        }
        Body::Decision { request, decided, hash, void } => {
            let request = d.reference(*request);
            e.map(3 + u64::from(void.is_some()))?.u8(0)?.u64(request)?.u8(1)?.u8(*decided as u8)?;
            e.u8(2)?.bytes(hash)?;
            if let Some(why) = void {
                e.u8(3)?.u8(*why as u8)?;
            }
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn read_request(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 2)?;
    key(d, 0)?;
    let act = d.str()?.to_owned();
    key(d, 1)?;
    Ok(Body::Request { act, targets: read_targets(d, streams)? })
}

pub(super) fn read_decision(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    let count = d.map()?.ok_or(BadOperation::Shape)?;
    key(d, 0)?;
    let request = streams.reference(d.u64()?)?;
    key(d, 1)?;
    let code = d.u8()?;
    let decided = Decided::ALL.into_iter().find(|one| *one as u8 == code).ok_or(BadOperation::Shape)?;
    key(d, 2)?;
    let hash = array(d)?;
    let void = match (count, decided) {
        (4, Decided::Void) => {
            key(d, 3)?;
            let code = d.u8()?;
            Some(WhyVoid::ALL.into_iter().find(|one| *one as u8 == code).ok_or(BadOperation::Shape)?)
        }
        (3, decided) if decided != Decided::Void => None,
        _ => return Err(BadOperation::Shape),
    };
    Ok(Body::Decision { request, decided, hash, void })
}
