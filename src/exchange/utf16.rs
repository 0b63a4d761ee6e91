//! UTF-16 as a stream: into UTF-8 for the CSV reader, and back to the very bytes of the file.
//!
//! A lone surrogate becomes the three bytes that it would have as a character (WTF-8), and an odd byte at the end of
//! the file becomes two bytes that begin with FC–FF: neither is UTF-8, so the strict decoding of a field finds them,
//! and nothing is lost on the way back.

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Low byte first (LE), as Windows writes it.
    Little,
    /// High byte first (BE).
    Big,
}

/// First of the two bytes that stand for an odd byte at the end of a file: FC–FF holds its upper two bits.
const ODD: u8 = 0xFC;

/// Takes UTF-16 in pieces of any length.
#[derive(Debug)]
pub struct Transcoder {
    order: Order,
    half: Option<u8>,
    high: Option<u16>,
}

impl Transcoder {
    /// At the start of a text.
    #[must_use]
    pub const fn new(order: Order) -> Self {
        Self { order, half: None, high: None }
    }

    /// Adds what `bytes` mean to `out`; half a unit or half a pair waits for the next piece.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for byte in bytes {
            let Some(first) = self.half.take() else {
                self.half = Some(*byte);
                continue;
            };
            let unit = match self.order {
                Order::Little => u16::from_le_bytes([first, *byte]),
                Order::Big => u16::from_be_bytes([first, *byte]),
            };
            self.unit(unit, out);
        }
    }

    /// Adds what was still waiting at the end of the file.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            write(u32::from(high), out);
        }
        if let Some(odd) = self.half.take() {
            out.extend([ODD | odd >> 6, 0x80 | odd & 0x3F]);
        }
    }

    fn unit(&mut self, unit: u16, out: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            if (0xDC00..0xE000).contains(&unit) {
                write(0x1_0000 + ((u32::from(high) - 0xD800) << 10) + (u32::from(unit) - 0xDC00), out);
                return;
            }
            write(u32::from(high), out);
        }
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
        } else {
            write(u32::from(unit), out);
        }
    }
}

/// UTF-8 of a code point, surrogates included.
fn write(point: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | (point >> shift & 0x3F) as u8;
    match point {
        0..0x80 => out.push(point as u8),
        0x80..0x800 => out.extend([0xC0 | (point >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => out.extend([0xE0 | (point >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xF0 | (point >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// How many bytes of the file this piece of transcoded text was.
#[must_use]
pub fn source_length(transcoded: &[u8]) -> u64 {
    transcoded
        .iter()
        .map(|byte| match *byte {
            0x80..0xC0 => 0,
            0xF0..ODD => 4,
            ODD.. => 1,
            _ => 2,
        })
        .sum()
}

/// The bytes of the file that were transcoded to this text.
#[must_use]
pub fn source_bytes(transcoded: &[u8], order: Order) -> Vec<u8> {
    let mut out = Vec::with_capacity(transcoded.len() * 2);
    let mut rest = transcoded;
    while let [first, ..] = rest {
        let length = match *first {
            0..0xC0 => 1,
            0xC0..0xE0 | ODD.. => 2,
            0xE0..0xF0 => 3,
            0xF0..ODD => 4,
        };
        let (character, after) = rest.split_at(rest.len().min(length));
        rest = after;
        let own = first & [0x7F, 0x1F, 0x0F, 0x07][length - 1];
        let point = character[1..].iter().fold(u32::from(own), |point, byte| point << 6 | u32::from(byte & 0x3F));
        if *first >= ODD {
            out.push(point as u8);
            continue;
        }
        let units = match point.checked_sub(0x1_0000) {
            None => [Some(point as u16), None],
            Some(pair) => [Some(0xD800 + (pair >> 10) as u16), Some(0xDC00 + (pair & 0x3FF) as u16)],
        };
        for unit in units.into_iter().flatten() {
            out.extend(match order {
                Order::Little => unit.to_le_bytes(),
                Order::Big => unit.to_be_bytes(),
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn transcode(bytes: &[u8], order: Order, piece: usize) -> Vec<u8> {
        let (mut transcoder, mut out) = (Transcoder::new(order), Vec::new());
        for part in bytes.chunks(piece) {
            transcoder.push(part, &mut out);
        }
        transcoder.finish(&mut out);
        out
    }

    #[test]
    fn a_lone_surrogate_is_not_utf8_and_is_not_lost() {
        let units = [0x5C71, 0xD842, 0x0041, 0xDFB7, 0xD842];
        let bytes: Vec<u8> = units.iter().flat_map(|unit: &u16| unit.to_le_bytes()).collect();
        let text = transcode(&bytes, Order::Little, 1);
        assert!(std::str::from_utf8(&text).is_err());
        assert_eq!(source_bytes(&text, Order::Little), bytes);
    }

    proptest! {
        #[test]
        fn any_units_in_any_pieces_come_back(units: Vec<u16>, piece in 1usize..9, big: bool) {
            let order = if big { Order::Big } else { Order::Little };
            let bytes: Vec<u8> =
                units.iter().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
            let text = transcode(&bytes, order, piece);
            prop_assert_eq!(source_length(&text), bytes.len() as u64);
            prop_assert_eq!(source_bytes(&text, order), bytes);
        }

        #[test]
        fn text_becomes_its_utf8(text: String) {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            prop_assert_eq!(transcode(&bytes, Order::Little, 3), text.into_bytes());
        }

        #[test]
        fn an_odd_byte_counts(text: String, odd: u8) {
            let mut bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes.push(odd);
            let out = transcode(&bytes, Order::Little, 2);
            prop_assert_eq!(source_length(&out), bytes.len() as u64);
            prop_assert_eq!(source_bytes(&out, Order::Little), bytes);
            prop_assert!(std::str::from_utf8(&out).is_err());
        }
    }
}
