//! CP932 (Windows-31J) beyond what `encoding_rs` gives: which codes don't come back, 外字 (F040–F9FC) in both
//! directions, and an encoder that never writes something else than it was given.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{EncoderResult, SHIFT_JIS};

/// Bytes that can follow the first of two: 40–FC.
const TRAILS: usize = 0xFC - 0x40 + 1;

/// The character of every double byte from 8140 to FCFC, all of them below U+10000; U+0000 = it has none. Asked from
/// `encoding_rs` once: what it must set up for each field costs more than most fields.
static CHARACTERS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let pairs = (0x81..=0xFCu8).flat_map(|lead| (0x40..=0xFCu8).map(move |trail| [lead, trail]));
    let character = |pair: [u8; 2]| {
        let text = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&pair)?;
        let mut characters = text.chars();
        let character = characters.next().filter(|_| characters.next().is_none())?;
        u16::try_from(u32::from(character)).ok()
    };
    // A0–DF are characters of their own, and begin nothing.
    pairs.map(|pair| if matches!(pair[0], 0xA0..=0xDF) { 0 } else { character(pair).unwrap_or(0) }).collect()
});

/// Whether the encoder gives this double byte back for the character that it decodes to. It doesn't for the
/// NEC-selected and IBM duplicates of other codes, and 外字 have no character of their own at all.
#[must_use]
pub const fn comes_back(lead: u8, trail: u8) -> bool {
    match lead {
        0x87 => !matches!(trail, 0x90 | 0x91 | 0x92 | 0x95 | 0x96 | 0x97 | 0x9A | 0x9B | 0x9C),
        0xED | 0xEE | 0xF0..=0xF9 => false,
        0xFA => !matches!(trail, 0x4A..=0x54 | 0x58..=0x5B),
        _ => true,
    }
}

/// Decodes strictly. With the text comes whether encoding it again gives the same bytes. `None` = malformed.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, bool)> {
    if bytes.is_ascii() {
        return std::str::from_utf8(bytes).ok().map(|text| (Cow::Borrowed(text), true));
    }
    let mut text = String::new();
    decode_into(bytes, &mut text).map(|exact| (Cow::Owned(text), exact))
}

/// As [`decode`], to the end of `text`, which holds a part of them where they are malformed.
pub fn decode_into(bytes: &[u8], text: &mut String) -> Option<bool> {
    if bytes.is_ascii() {
        text.push_str(std::str::from_utf8(bytes).ok()?);
        return Some(true);
    }
    let characters = CHARACTERS.as_slice();
    // Two bytes become three at most; only half-width katakana need more.
    text.reserve(bytes.len() / 2 * 3 + 1);
    let mut exact = true;
    let mut rest = bytes.iter().copied();
    while let Some(lead) = rest.next() {
        match lead {
            0..0x80 => text.push(char::from(lead)),
            // Half-width katakana stand in the same order.
            0xA1..=0xDF => text.push(char::from_u32(0xFF61 + u32::from(lead - 0xA1))?),
            0x81..=0x9F | 0xE0..=0xFC => {
                let trail = rest.next().filter(|trail| (0x40..=0xFC).contains(trail))?;
                let character = characters[usize::from(lead - 0x81) * TRAILS + usize::from(trail - 0x40)];
                if character == 0 {
                    return None;
                }
                exact &= comes_back(lead, trail);
                text.push(char::from_u32(u32::from(character))?);
            }
            0x80 | 0xA0 | 0xFD.. => return None,
        }
    }
    Some(exact)
}

/// 外字 F040–F9FC decode to U+E000–U+E757, 188 to a lead byte.
const GAIJI: std::ops::RangeInclusive<char> = '\u{E000}'..='\u{E757}';

/// The code of a 外字 that decoded to this private-use character.
#[must_use]
pub fn gaiji_code(character: char) -> Option<[u8; 2]> {
    if !GAIJI.contains(&character) {
        return None;
    }
    let n = u32::from(character) - u32::from(*GAIJI.start());
    let (row, cell) = ((n / 188) as u8, (n % 188) as u8);
    Some([0xF0 + row, if cell < 63 { 0x40 + cell } else { 0x41 + cell }])
}

/// Characters that `encoding_rs` encodes without a word to the code of another one: ¥ ‾ −, and U+0080, whose lone byte
/// 80 is malformed here. A test finds the same set by trying every character.
pub(crate) const CHANGED: [char; 4] = ['\u{80}', '\u{A5}', '\u{203E}', '\u{2212}'];

/// Encodes `text` to the end of `out`. A character that wouldn't come back equal goes to `unmappable`, which writes
/// what stands for it (or nothing).
pub fn encode(text: &str, out: &mut Vec<u8>, mut unmappable: impl FnMut(char, &mut Vec<u8>)) {
    if text.is_ascii() {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut rest = text;
    while let Some(at) = rest.find(CHANGED) {
        encode_known(&rest[..at], out, &mut unmappable);
        let mut characters = rest[at..].chars();
        if let Some(changed) = characters.next() {
            unmappable(changed, out);
        }
        rest = characters.as_str();
    }
    encode_known(rest, out, &mut unmappable);
}

/// Encodes text without any of [`CHANGED`].
fn encode_known(text: &str, out: &mut Vec<u8>, unmappable: &mut impl FnMut(char, &mut Vec<u8>)) {
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut rest = text;
    loop {
        let from = out.len();
        // A character of n UTF-8 bytes never needs more than n bytes here, half-width katakana least of all.
        out.resize(from + rest.len() + 8, 0);
        let (result, read, written) = encoder.encode_from_utf8_without_replacement(rest, &mut out[from..], true);
        out.truncate(from + written);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => match gaiji_code(character) {
                Some(code) => out.extend_from_slice(&code),
                None => unmappable(character, out),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn double_bytes() -> impl Iterator<Item = [u8; 2]> {
        (0x81..=0xFCu8)
            .filter(|lead| !(0xA0..=0xDF).contains(lead))
            .flat_map(|lead| (0x40..=0xFCu8).filter(|trail| *trail != 0x7F).map(move |trail| [lead, trail]))
    }

    /// What the encoder alone gives, the reverse table of 外字 left out.
    fn by_the_encoder(text: &str) -> Option<Vec<u8>> {
        let mut out = vec![0; 16];
        let (result, _, written) = SHIFT_JIS.new_encoder().encode_from_utf8_without_replacement(text, &mut out, true);
        out.truncate(written);
        (result == EncoderResult::InputEmpty).then_some(out)
    }

    proptest! {
        /// Bytes 80, which it takes for a control character, are left to the test of lone bytes.
        #[test]
        fn texts_decode_as_encoding_rs_does(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), 0x81..0xA0u8, 0xA0..0xE0u8, 0xE0..0xFDu8, 0x40..0x7Fu8],
                0..24,
            )
            .prop_filter("80", |bytes| !bytes.contains(&0x80)),
        ) {
            let theirs = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes);
            prop_assert_eq!(decode(&bytes).map(|(text, _)| text), theirs);
        }
    }

    #[test]
    fn every_double_byte_is_known_to_come_back_or_not() {
        let mut decodable = 0;
        for code in double_bytes() {
            let Some((text, exact)) = decode(&code) else { continue };
            decodable += 1;
            let comes_back = by_the_encoder(&text).as_deref() == Some(code.as_slice());
            assert_eq!(exact, comes_back, "{:02X}{:02X}", code[0], code[1]);
        }
        // JIS X 0208, NEC row 13, NEC's choice of IBM's extension, IBM's extension itself, 外字.
        assert_eq!(decodable, 6879 + 83 + 374 + 388 + 1880);
    }

    #[test]
    fn gaiji_go_to_private_use_and_back() {
        for code in double_bytes().filter(|code| (0xF0..=0xF9).contains(&code[0])) {
            let (text, exact) = decode(&code).expect("every 外字 decodes");
            assert!(!exact);
            let character = text.chars().next().unwrap();
            assert_eq!(gaiji_code(character), Some(code));
            let mut out = Vec::new();
            encode(&text, &mut out, |c, _| panic!("{c:?}"));
            assert_eq!(out, code);
        }
        assert_eq!(gaiji_code('\u{E000}'), Some([0xF0, 0x40]));
        assert_eq!(gaiji_code('\u{E757}'), Some([0xF9, 0xFC]));
        assert_eq!(gaiji_code('\u{E758}'), None);
    }

    #[test]
    fn lone_and_broken_bytes_are_malformed() {
        for bytes in [&[0x80][..], &[0xA0], &[0xFD], &[0xFE], &[0xFF], &[0x81], &[0x81, 0x20], &[b'a', 0x88, 0x22]] {
            assert!(decode(bytes).is_none(), "{bytes:02X?}");
        }
        for byte in (0..0x80).chain(0xA1..=0xDF) {
            let (text, exact) = decode(std::slice::from_ref(&byte)).expect("single");
            assert!(exact && by_the_encoder(&text).as_deref() == Some(&[byte]));
        }
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same_character_or_is_unmappable() {
        let mut changed = Vec::new();
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            if let Some(bytes) = by_the_encoder(&text)
                && decode(&bytes).is_none_or(|(back, _)| back != text)
            {
                changed.push(character);
            }
            let (mut out, mut missing) = (Vec::new(), false);
            encode(&text, &mut out, |_, _| missing = true);
            assert!(missing || decode(&out).is_some_and(|(back, _)| back == text), "{character:?}");
        }
        assert_eq!(changed, CHANGED);
    }

    #[test]
    fn a_text_keeps_its_order_around_unmappable_characters() {
        let mut out = Vec::new();
        let mut met = Vec::new();
        encode("−𠮷髙〜\u{E000}¥終", &mut out, |c, out| {
            met.push(c);
            out.extend_from_slice(b"?");
        });
        assert_eq!(met, ['−', '𠮷', '〜', '¥']);
        assert_eq!(out, [b"??\xFB\xFC?\xF0\x40?".as_slice(), b"\x8F\x49"].concat());
    }
}
