//! Operations and records, as another terminal or a damaged disk could hand them over.

use crate::domain::operation::{StreamUid, check_deterministic, decode, encode};

const OWN: StreamUid = StreamUid { terminal: [1; 8], epoch: [2; 8] };

/// Reads the bytes as an operation. What is read is written back as bytes that read the same again.
///
/// # Panics
/// If that doesn't hold: then the fuzzer has found a mistake of ours.
pub fn run(data: &[u8]) {
    let mut local = |uid: &StreamUid| (*uid == OWN).then_some(0);
    drop(crate::domain::record::decode(data, &mut |_, _, _| None));
    let Ok(operation) = decode(data, &mut local) else { return };
    assert_eq!(check_deterministic(data), Ok(()));
    let again = encode(&operation, &|_| OWN);
    assert_eq!(decode(&again, &mut local), Ok(operation));
}
