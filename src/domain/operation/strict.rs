//! The check that bytes are deterministic CBOR (RFC 8949 §4.2) of the plain kinds that the log uses: shortest heads,
//! definite lengths, map keys ascending, no tags, no floats, at most 8 deep, nothing after the end.
//!
//! A hash chain over bytes that could be written in two ways would let one operation have two hashes.

/// How deep arrays and maps may nest.
const DEPTH: u32 = 8;

/// Checks one item that fills `bytes`. The answer is the offset of the first bad place.
///
/// # Errors
/// The offset where the rule is broken.
pub fn check_deterministic(bytes: &[u8]) -> Result<(), usize> {
    let mut reader = Reader { bytes, at: 0 };
    reader.item(0)?;
    if reader.at == bytes.len() { Ok(()) } else { Err(reader.at) }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The major type and argument at the cursor, in their shortest form.
    fn head(&mut self) -> Result<(u8, u64), usize> {
        let start = self.at;
        let first = *self.bytes.get(start).ok_or(start)?;
        let (major, low) = (first >> 5, first & 0x1f);
        let width = match low {
            0..=23 => 0,
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err(start),
        };
        let tail = self.bytes.get(start + 1..start + 1 + width).ok_or(start)?;
        let value = tail.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let shortest = match width {
            0 => true,
            1 => value >= 24,
            2 => value > 0xff,
            4 => value > 0xffff,
            _ => value > 0xffff_ffff,
        };
        if !shortest && major != 7 {
            return Err(start);
        }
        self.at += 1 + width;
        Ok((major, if width == 0 { low.into() } else { value }))
    }

    fn item(&mut self, depth: u32) -> Result<(), usize> {
        let start = self.at;
        if depth > DEPTH {
            return Err(start);
        }
        let (major, value) = self.head()?;
        let left = (self.bytes.len() - self.at) as u64;
        match major {
            0 | 1 => Ok(()),
            2 | 3 => {
                if value > left {
                    return Err(start);
                }
                let end = self.at + value as usize;
                if major == 3 && std::str::from_utf8(&self.bytes[self.at..end]).is_err() {
                    return Err(start);
                }
                self.at = end;
                Ok(())
            }
            // Each element takes at least one byte, so a count beyond what is left is a lie.
            4 if value <= left => (0..value).try_for_each(|_| self.item(depth + 1)),
            5 if value <= left / 2 => {
                let mut last: Option<(usize, usize)> = None;
                for _ in 0..value {
                    let key = self.at;
                    self.item(depth + 1)?;
                    if last.is_some_and(|(from, to)| self.bytes[from..to] >= self.bytes[key..self.at]) {
                        return Err(key);
                    }
                    last = Some((key, self.at));
                    self.item(depth + 1)?;
                }
                Ok(())
            }
            // false, true, null.
            7 if self.at == start + 1 && (20..=22).contains(&value) => Ok(()),
            _ => Err(start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check_deterministic;

    #[test]
    fn one_way_to_write_each_thing() {
        for good in [&[0x00][..], &[0x18, 24], &[0x82, 0x01, 0x20], &[0xa2, 0x00, 0xf6, 0x01, 0xf5], &[0x43, 1, 2, 3]] {
            assert_eq!(check_deterministic(good), Ok(()), "{good:x?}");
        }
        for (bad, place) in [
            (&[][..], 0),
            (&[0x18, 23], 0),                     // not the shortest
            (&[0x9f, 0x01, 0xff], 0),             // indefinite length
            (&[0xa2, 0x01, 0x00, 0x00, 0x00], 3), // keys not ascending
            (&[0xa2, 0x01, 0x00, 0x01, 0x00], 3), // a key twice
            (&[0xc0, 0x00], 0),                   // a tag
            (&[0xf9, 0x00, 0x00], 0),             // a float
            (&[0x00, 0x00], 1),                   // something after the end
            (&[0x44, 1, 2], 0),                   // longer than the bytes
            (&[0x61, 0xff], 0),                   // not UTF-8
            (&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 0),
        ] {
            assert_eq!(check_deterministic(bad), Err(place), "{bad:x?}");
        }
        assert!(check_deterministic(&[[0x81; 9].as_slice(), &[0x00]].concat()).is_err());
    }
}
