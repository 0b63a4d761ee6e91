//! SHA-256 of several short messages at once, a lane of a vector each. A million leaves are a million messages; one after
//! the other they cost more than anything else of an import where the processor has no instructions for SHA-256.
#![allow(unsafe_code, reason = "calling what was compiled for AVX2, where AVX2 was found; the proof stands beside it")]

use sha2::{Digest as _, Sha256};

use super::record::Hash;

/// Messages that go side by side.
const LANES: usize = 8;
const BLOCK: usize = 64;

/// A word of every lane.
type Words = [u32; LANES];

/// The hash of each message; a message is its parts, one behind the other.
#[must_use]
pub fn hashes(messages: &[[&[u8]; 2]]) -> Vec<Hash> {
    #[cfg(target_arch = "x86_64")]
    {
        // With instructions of its own for SHA-256 a processor is quicker one by one.
        let slow = !std::arch::is_x86_feature_detected!("sha");
        if slow && std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the feature that it was compiled for has just been found on this processor.
            return unsafe { with_avx2(messages) };
        }
    }
    messages.iter().map(one).collect()
}

fn one(message: &[&[u8]; 2]) -> Hash {
    let mut hasher = Sha256::new();
    for part in message {
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2(messages: &[[&[u8]; 2]]) -> Vec<Hash> {
    side_by_side(messages)
}

/// The first 32 bits of the fractional parts of the square roots of the first 8 primes (FIPS 180-4, 5.3.3).
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
#[rustfmt::skip]
const ROUNDS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

// All of this is compiled anew for each caller: only there is it known which vectors the processor has.

#[inline(always)]
fn side_by_side(messages: &[[&[u8]; 2]]) -> Vec<Hash> {
    let mut hashes = Vec::with_capacity(messages.len());
    for group in messages.chunks(LANES) {
        let length = |lane: usize| group.get(lane).map_or(0, |[head, tail]| head.len() + tail.len());
        let blocks: [usize; LANES] = std::array::from_fn(|lane| (length(lane) + 9).div_ceil(BLOCK));
        let mut state = START.map(|word| [word; LANES]);
        let mut done = [Hash::default(); LANES];
        for at in 0..blocks.into_iter().max().unwrap_or(0) {
            let mut words = [[0; LANES]; 16];
            for (lane, message) in group.iter().enumerate() {
                // A lane that is done goes on with anything.
                if at < blocks[lane] {
                    let block = block(message, at);
                    for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
                        word[lane] = u32::from_be_bytes(*bytes);
                    }
                }
            }
            compress(&mut state, &mut words);
            for lane in (0..group.len()).filter(|lane| blocks[*lane] == at + 1) {
                for (bytes, words) in done[lane].as_chunks_mut::<4>().0.iter_mut().zip(&state) {
                    *bytes = words[lane].to_be_bytes();
                }
            }
        }
        hashes.extend_from_slice(&done[..group.len()]);
    }
    hashes
}

/// A block of a message with its padding (FIPS 180-4, 5.1.1).
#[inline(always)]
fn block([head, tail]: &[&[u8]; 2], at: usize) -> [u8; BLOCK] {
    let length = head.len() + tail.len();
    let from = at * BLOCK;
    let mut block = [0; BLOCK];
    if from >= head.len() && from + BLOCK <= length {
        block.copy_from_slice(&tail[from - head.len()..from - head.len() + BLOCK]);
        return block;
    }
    let taken = head.get(from..).map_or(0, |rest| {
        let taken = rest.len().min(BLOCK);
        block[..taken].copy_from_slice(&rest[..taken]);
        taken
    });
    let rest = tail.get((from + taken).saturating_sub(head.len())..).unwrap_or_default();
    let more = rest.len().min(BLOCK - taken);
    block[taken..taken + more].copy_from_slice(&rest[..more]);
    if let Some(end) = length.checked_sub(from)
        && end < BLOCK
    {
        block[end] = 0x80;
    }
    if length + 9 <= from + BLOCK {
        block[BLOCK - 8..].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    }
    block
}

#[inline(always)]
fn each(of: impl Fn(usize) -> u32) -> Words {
    let mut words = [0; LANES];
    for (lane, word) in words.iter_mut().enumerate() {
        *word = of(lane);
    }
    words
}

#[inline(always)]
fn sum(one: Words, other: Words) -> Words {
    each(|lane| one[lane].wrapping_add(other[lane]))
}

/// Three turns of each word, the last one falling off its end where `shift`, laid over each other.
#[inline(always)]
fn turned(words: Words, [first, second, third]: [u32; 3], shift: bool) -> Words {
    each(|lane| {
        let word = words[lane];
        let last = if shift { word >> third } else { word.rotate_right(third) };
        word.rotate_right(first) ^ word.rotate_right(second) ^ last
    })
}

/// One block of every lane (FIPS 180-4, 6.2.2, with its names).
#[inline(always)]
#[allow(clippy::many_single_char_names, reason = "the names of the standard")]
fn compress(state: &mut [Words; 8], w: &mut [Words; 16]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for t in 0..64 {
        if t >= 16 {
            let early = turned(w[(t - 15) % 16], [7, 18, 3], true);
            let late = turned(w[(t - 2) % 16], [17, 19, 10], true);
            w[t % 16] = sum(sum(w[t % 16], early), sum(w[(t - 7) % 16], late));
        }
        let chosen = each(|lane| (e[lane] & f[lane]) ^ (!e[lane] & g[lane]));
        let most = each(|lane| (a[lane] & b[lane]) ^ (a[lane] & c[lane]) ^ (b[lane] & c[lane]));
        let first = sum(sum(h, turned(e, [6, 11, 25], false)), sum(sum(chosen, [ROUNDS[t]; LANES]), w[t % 16]));
        let second = sum(turned(a, [2, 13, 22], false), most);
        (h, g, f, e) = (g, f, e, sum(d, first));
        (d, c, b, a) = (c, b, a, sum(first, second));
    }
    for (before, after) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *before = sum(*before, after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn side_by_side_is_one_by_one(
            messages in proptest::collection::vec(
                (proptest::collection::vec(any::<u8>(), 0..70), proptest::collection::vec(any::<u8>(), 0..300)),
                0..20,
            )
        ) {
            let messages: Vec<[&[u8]; 2]> =
                messages.iter().map(|(head, tail)| [head.as_slice(), tail.as_slice()]).collect();
            let expected: Vec<Hash> = messages.iter().map(one).collect();
            prop_assert_eq!(side_by_side(&messages), expected.clone());
            prop_assert_eq!(hashes(&messages), expected);
        }
    }

    #[test]
    fn every_length_around_a_block_is_padded_right() {
        let text = [7; 200];
        for length in 0..200 {
            for cut in [0, 16, length / 2, length].into_iter().filter(|cut| *cut <= length) {
                let message = [&text[..cut], &text[cut..length]];
                assert_eq!(side_by_side(&[message]), [one(&message)], "{cut} of {length}");
            }
        }
    }
}
