//! What each target of a write had before: a dictionary of distinct (value, operation) pairs and one index a target.

use std::collections::HashMap;

use super::Value;
use super::targets::{deflate, inflate};
use crate::domain::identity::OperationId;
use crate::domain::varint;

/// For each target, in order, the value that it had and the operation that had written it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FromBase {
    /// The distinct pairs, in the order of their first use.
    pub distinct: Vec<(Value, Option<OperationId>)>,
    /// For each target the index of its pair.
    pub index: Vec<u32>,
}

impl FromBase {
    /// Collects the pairs of all targets.
    #[must_use]
    pub fn collect(pairs: impl Iterator<Item = (Value, Option<OperationId>)>) -> Self {
        let mut known = HashMap::new();
        let mut column = Self { distinct: Vec::new(), index: Vec::with_capacity(pairs.size_hint().0) };
        let mut last = None;
        for pair in pairs {
            let next = column.distinct.len() as u32;
            // Neighbours often have the same behind them.
            let index = match last {
                Some((before, index)) if before == pair => index,
                _ => *known.entry(pair).or_insert(next),
            };
            last = Some((pair, index));
            if index == next {
                column.distinct.push(pair);
            }
            column.index.push(index);
        }
        column
    }

    /// The pair of the target at a place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<(Value, Option<OperationId>)> {
        self.distinct.get(*self.index.get(place)? as usize).copied()
    }

    /// All pairs in the order of the targets.
    pub fn iter(&self) -> impl Iterator<Item = (Value, Option<OperationId>)> + '_ {
        (0..self.index.len()).filter_map(|place| self.at(place))
    }
}

/// Encodes an index column: nothing where every index is 0, else varints (0), deflated (1) if that is smaller.
pub(super) fn encode_index(index: &[u32]) -> (u8, Vec<u8>) {
    if index.iter().all(|i| *i == 0) {
        return (0, Vec::new());
    }
    let mut plain = Vec::with_capacity(index.len());
    for &i in index {
        varint::put(&mut plain, i.into());
    }
    let packed = deflate(&plain);
    if packed.len() < plain.len() { (1, packed) } else { (0, plain) }
}

/// Decodes an index column of `count` entries, each below `distinct`.
pub(super) fn decode_index(encoding: u8, bytes: &[u8], count: usize, distinct: usize) -> Option<Vec<u32>> {
    if bytes.is_empty() {
        return (encoding == 0 && (distinct > 0 || count == 0)).then(|| vec![0; count]);
    }
    let plain;
    let mut rest = match encoding {
        0 => bytes,
        1 => {
            plain = inflate(bytes, count.checked_mul(5)?)?;
            plain.as_slice()
        }
        _ => return None,
    };
    let mut index = Vec::with_capacity(count.min(1 << 20));
    for _ in 0..count {
        let i = varint::take(&mut rest)?;
        if i >= distinct as u64 {
            return None;
        }
        index.push(i as u32);
    }
    rest.is_empty().then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_index_comes_back(index in proptest::collection::vec(0u32..300, 0..500)) {
            let (encoding, bytes) = encode_index(&index);
            prop_assert_eq!(decode_index(encoding, &bytes, index.len(), 300), Some(index));
        }

        #[test]
        fn pairs_come_back(pairs in proptest::collection::vec((0u64..4, 0u64..5), 0..200)) {
            let pairs: Vec<_> = pairs
                .into_iter()
                .map(|(v, op)| (Value::Number(v), (op > 0).then(|| OperationId::from_u64(op))))
                .collect();
            let column = FromBase::collect(pairs.iter().copied());
            prop_assert_eq!(column.iter().collect::<Vec<_>>(), pairs);
        }
    }
}
