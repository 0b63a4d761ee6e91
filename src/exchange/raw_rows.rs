//! Rows that were set aside, as they stood in their file: made readable with the bad field in sight, and written back
//! under their header so that they can be corrected and imported again.

use std::io::{self, Write};

use super::csv_source::CsvSource;
use super::encoding::Encoding;
use super::rows::utf16_order;
use super::utf16::{self, Order};

/// A row as text: what stands before the bad field, the field (with its quotes), what stands after it. Where no field
/// is to blame, all of it stands before.
#[must_use]
pub fn around(bytes: &[u8], encoding: Encoding, column: Option<u64>) -> [String; 3] {
    let order = utf16_order(encoding);
    let mut source = CsvSource::resume(bytes, order, 0, 1);
    let whole = || [readable(bytes, encoding), String::new(), String::new()];
    let Some(index) = column.and_then(|column| usize::try_from(column).ok()?.checked_sub(1)) else { return whole() };
    let Ok(Some(record)) = source.next_record() else { return whole() };
    let Some(place) = record.place(index) else { return whole() };
    let (before, rest) = record.bytes.split_at(place.start);
    let (bad, after) = rest.split_at(place.len());
    [before, bad, after].map(|part| match order {
        Some(order) => readable(&utf16::source_bytes(part, order), encoding),
        None => readable(part, encoding),
    })
}

/// The text of a row, with what doesn't decode (and NUL) as `\xNN`.
#[must_use]
pub fn readable(bytes: &[u8], encoding: Encoding) -> String {
    if let Encoding::Utf16(order) = encoding {
        return readable_utf16(bytes, order);
    }
    if let Some(decoded) = encoding.decode_field(bytes) {
        return decoded.text.replace('\0', "\\x00");
    }
    let mut text = String::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        // The longest character that decodes here, else one byte as it is.
        let good = (1..=rest.len().min(4))
            .find_map(|n| encoding.decode_field(&rest[..n]).map(|decoded| (n, decoded.text.into_owned())));
        match good {
            Some((n, character)) => {
                text.push_str(&character.replace('\0', "\\x00"));
                rest = &rest[n..];
            }
            None => {
                text.push_str(&format!("\\x{:02X}", rest[0]));
                rest = &rest[1..];
            }
        }
    }
    text
}

/// The same for UTF-16, whose rows are kept as they stood in the file: two bytes a unit.
fn readable_utf16(bytes: &[u8], order: Order) -> String {
    let unit = |pair: &[u8; 2]| match order {
        Order::Little => u16::from_le_bytes(*pair),
        Order::Big => u16::from_be_bytes(*pair),
    };
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::new();
    for character in char::decode_utf16(pairs.iter().map(unit)) {
        match (character, order) {
            (Ok('\0'), _) => text.push_str("\\x00\\x00"),
            (Ok(character), _) => text.push(character),
            (Err(half), order) => {
                let [high, low] = half.unpaired_surrogate().to_be_bytes();
                let (first, second) = if order == Order::Big { (high, low) } else { (low, high) };
                text.push_str(&format!("\\x{first:02X}\\x{second:02X}"));
            }
        }
    }
    text.extend(odd.iter().map(|byte| format!("\\x{byte:02X}")));
    text
}

/// Writes rows again under their header, every byte as it stood in the file, in that file's encoding; UTF-8 gets its
/// mark, because bytes that don't decode would otherwise make it look like CP932.
///
/// # Errors
/// What the file says.
pub fn write_again<'a>(
    out: &mut impl Write,
    encoding: Encoding,
    header: &'a [u8],
    rows: impl Iterator<Item = &'a [u8]>,
) -> io::Result<()> {
    let (mark, line_end): (&[u8], &[u8]) = match encoding {
        Encoding::Cp932 => (b"", b"\r\n"),
        Encoding::Utf8 => (b"\xEF\xBB\xBF", b"\r\n"),
        Encoding::Utf16(Order::Little) => (b"\xFF\xFE", b"\r\0\n\0"),
        Encoding::Utf16(Order::Big) => (b"\xFE\xFF", b"\0\r\0\n"),
    };
    out.write_all(mark)?;
    for line in std::iter::once(header).chain(rows) {
        out.write_all(line)?;
        out.write_all(line_end)?;
    }
    out.flush()
}

/// The texts of a header's fields.
#[must_use]
pub fn fields(header: &[u8], encoding: Encoding) -> Vec<String> {
    let mut source = CsvSource::resume(header, utf16_order(encoding), 0, 1);
    let Ok(Some(record)) = source.next_record() else { return Vec::new() };
    (0..record.len()).map(|index| readable_field(&record.field(index), encoding)).collect()
}

fn readable_field(bytes: &[u8], encoding: Encoding) -> String {
    encoding.decode_field(bytes).map_or_else(String::new, |decoded| decoded.text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marked(text: &str, column: u64) -> String {
        let [before, bad, after] = around(text.as_bytes(), Encoding::Utf8, Some(column));
        format!("{before}[{bad}]{after}")
    }

    #[test]
    fn the_bad_field_is_marked_with_its_quotes() {
        assert_eq!(marked("a,\"b,c\",d", 2), "a,[\"b,c\"],d");
        assert_eq!(marked("a,\"b\"\"c\",d", 2), "a,[\"b\"\"c\"],d");
        assert_eq!(marked("a,,d", 2), "a,[],d");
        assert_eq!(marked("a,b", 3), "a,b[]", "there is no such field");
        assert_eq!(marked("a,\"b", 2), "a,\"b[]", "a quote that nothing closes");
    }

    #[test]
    fn a_row_of_utf16_is_marked_in_its_own_units() {
        let bytes: Vec<u8> = "名,日付,x".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let parts = around(&bytes, Encoding::Utf16(Order::Little), Some(2));
        assert_eq!(parts, ["名,", "日付", ",x"].map(str::to_owned));
    }

    #[test]
    fn bytes_that_do_not_decode_show_as_numbers() {
        assert_eq!(around(b"a,\xFF\0,c", Encoding::Cp932, Some(2)), ["a,", "\\xFF\\x00", ",c"].map(str::to_owned));
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole_row(text in "[^\r\n]{1,40}", column in 1u64..6, wide in any::<bool>()) {
            let (bytes, encoding): (Vec<u8>, _) = if wide {
                (text.encode_utf16().flat_map(u16::to_be_bytes).collect(), Encoding::Utf16(Order::Big))
            } else {
                (text.into_bytes(), Encoding::Utf8)
            };
            prop_assert_eq!(around(&bytes, encoding, Some(column)).concat(), readable(&bytes, encoding));
        }

        #[test]
        fn any_bytes_give_a_text(bytes in prop::collection::vec(any::<u8>(), 0..60), column in 1u64..6, code in 1u8..5) {
            let encoding = Encoding::from_code(code).unwrap_or(Encoding::Cp932);
            prop_assert!(!around(&bytes, encoding, Some(column)).concat().contains('\0'));
        }
    }
}
