//! What operations say of 封印: the keys of classes and who holds them (kind 26), and a look at sealed items (kind 27). A
//! public key stands here, never a secret; the reason of a look is payload.

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, Streams, array, entries, key, length};
use super::encode::{Dictionary, Written};
use crate::domain::identity::ApplicationId;
use crate::domain::sealing::Class;

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    match body {
        Body::SealingKey { class, generation, public, recovery, holders } => {
            e.map(5)?.u8(0)?.u8(*class as u8)?.u8(1)?.u32(*generation)?.u8(2)?.bytes(public)?;
            e.u8(3)?.bytes(recovery)?.u8(4)?.array(holders.len() as u64)?;
            for holder in holders {
                let holder = d.reference(*holder);
                e.u64(holder)?;
            }
        }
        Body::Reveal { target, class, items } => {
            let target = d.index(target.stream()) << 32 | u64::from(target.n());
            e.map(3)?.u8(0)?.u64(target)?.u8(1)?.u8(*class as u8)?.u8(2)?.array(items.len() as u64)?;
            for item in items {
                e.u32(*item)?;
            }
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn read_key(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 5)?;
    key(d, 0)?;
    let class = read_class(d)?;
    key(d, 1)?;
    let generation = d.u32()?;
    key(d, 2)?;
    let public = array(d)?;
    key(d, 3)?;
    let recovery = array(d)?;
    key(d, 4)?;
    let holders = (0..length(d)?).map(|_| streams.reference(d.u64()?)).collect::<Read<Vec<_>>>()?;
    if generation == 0 || !holders.is_sorted_by(|a, b| a < b) {
        return Err(BadOperation::Shape);
    }
    Ok(Body::SealingKey { class, generation, public, recovery, holders })
}

pub(super) fn read_reveal(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 3)?;
    key(d, 0)?;
    let target = d.u64()?;
    let target = ApplicationId::new(streams.local(target >> 32)?, target as u32);
    key(d, 1)?;
    let class = read_class(d)?;
    key(d, 2)?;
    let items = (0..length(d)?).map(|_| Ok(d.u32()?)).collect::<Read<Vec<_>>>()?;
    if items.is_empty() || !items.is_sorted_by(|a, b| a < b) {
        return Err(BadOperation::Shape);
    }
    Ok(Body::Reveal { target, class, items })
}

fn read_class(d: &mut Decoder<'_>) -> Read<Class> {
    Class::from_code(d.u8()?).ok_or(BadOperation::Shape)
}
