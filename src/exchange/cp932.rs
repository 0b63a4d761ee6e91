//! CP932 (Windows-31J) beyond what `encoding_rs` gives: which codes don't come back, 外字 (F040–F9FC) in both
//! directions, and an encoder that never writes something else than it was given.

use std::borrow::Cow;

use encoding_rs::{EncoderResult, SHIFT_JIS};

/// What a byte means at the start of a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// A character of one byte.
    Single,
    /// First of two bytes; every pair comes back.
    Double,
    /// First of two bytes; some pairs don't come back ([`comes_back`] knows which).
    Doubtful,
    /// Nothing begins with it: 80, A0, FD–FF.
    Malformed,
}

const LEADS: [Lead; 256] = {
    let mut leads = [Lead::Single; 256];
    let mut byte = 0x80;
    while byte < 256 {
        leads[byte] = match byte {
            0x80 | 0xA0 | 0xFD..=0xFF => Lead::Malformed,
            0xA1..=0xDF => Lead::Single,
            0x87 | 0xED | 0xEE | 0xF0..=0xF9 | 0xFA => Lead::Doubtful,
            _ => Lead::Double,
        };
        byte += 1;
    }
    leads
};

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
    let mut exact = true;
    let mut at = bytes.iter().position(|byte| *byte >= 0x80).unwrap_or(bytes.len());
    while at < bytes.len() {
        match LEADS[usize::from(bytes[at])] {
            Lead::Single => at += 1,
            Lead::Double => at += 2,
            Lead::Doubtful => {
                exact &= bytes.get(at + 1).is_some_and(|trail| comes_back(bytes[at], *trail));
                at += 2;
            }
            Lead::Malformed => return None,
        }
    }
    SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).map(|text| (text, exact))
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
