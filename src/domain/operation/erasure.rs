//! What operations say of 廃棄: applications are erased (kind 29), and what was done for it beside the database (kind 30).

use minicbor::{Decoder, Encoder};

use super::Body;
use super::decode::{BadOperation, Read, Streams, entries, key, length, read_targets};
use super::encode::{Dictionary, Written, write_targets};
use crate::domain::erasure::{ErasureRule, ErasureStep};

pub(super) fn write(e: &mut Encoder<Vec<u8>>, body: &Body, d: &mut Dictionary<'_>) -> Written {
    match body {
        Body::Erase { targets, rule, texts } => {
            e.map(3)?.u8(0)?;
            write_targets(e, targets, d)?;
            e.u8(1)?.u8(*rule as u8)?.u8(2)?.array(texts.len() as u64)?;
            for text in texts {
                let text = d.reference(*text);
                e.u64(text)?;
            }
        }
        Body::EraseDone { erasure, steps } => {
            let erasure = d.reference(*erasure);
            e.map(2)?.u8(0)?.u64(erasure)?.u8(1)?.array(steps.len() as u64)?;
            for step in steps {
                e.u8(*step as u8)?;
            }
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn read_erase(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 3)?;
    key(d, 0)?;
    let targets = read_targets(d, streams)?;
    key(d, 1)?;
    let rule = ErasureRule::from_code(d.u8()?).ok_or(BadOperation::Shape)?;
    key(d, 2)?;
    let texts = (0..length(d)?).map(|_| streams.reference(d.u64()?)).collect::<Read<Vec<_>>>()?;
    if targets.is_empty() || !texts.is_sorted_by(|a, b| a < b) {
        return Err(BadOperation::Shape);
    }
    Ok(Body::Erase { targets, rule, texts })
}

pub(super) fn read_done(d: &mut Decoder<'_>, streams: &Streams) -> Read<Body> {
    entries(d, 2)?;
    key(d, 0)?;
    let erasure = streams.reference(d.u64()?)?;
    key(d, 1)?;
    let step = |d: &mut Decoder<'_>| ErasureStep::from_code(d.u8()?).ok_or(BadOperation::Shape);
    let steps = (0..length(d)?).map(|_| step(d)).collect::<Read<Vec<_>>>()?;
    if !steps.is_sorted_by(|a, b| a < b) {
        return Err(BadOperation::Shape);
    }
    Ok(Body::EraseDone { erasure, steps })
}
