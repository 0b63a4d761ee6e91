//! The list of an 異動: every row that is read has a code, and a line within the text.

use crate::exchange::staff::read;

/// Reads `data` as a list of staff.
///
/// # Panics
/// If an invariant is broken: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let lines = data.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
    if let Ok(list) = read(data) {
        for row in &list.rows {
            assert!(!row.code.is_empty() && row.line >= 1 && row.line <= lines, "{}", row.line);
            assert!(row.groups.iter().flatten().all(|group| !group.is_empty()));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes(data in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..64),
            "(職員番号|氏名|,|\n|\"|1|、){0,24}".prop_map(String::into_bytes)
        ]) {
            super::run(&data);
        }
    }
}
