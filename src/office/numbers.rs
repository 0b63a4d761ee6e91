//! A list of 整理番号 from a file: one a line, as people make them with an editor or a spreadsheet.

use crate::exchange::encoding::{Choice, Encoding, HEAD, detect};

/// The numbers in a file: UTF-8 or UTF-16 by its mark, else by trying UTF-8 and CP932. Spaces around a number and empty
/// lines are passed over. `None` = some bytes are no text at all.
#[must_use]
pub fn numbers_in(bytes: &[u8]) -> Option<Vec<String>> {
    let detected = detect(&bytes[..bytes.len().min(HEAD)], Choice::Auto)?;
    let bytes = &bytes[detected.mark..];
    let text = match detected.encoding {
        Encoding::Utf16(order) => {
            let mut transcoded = Vec::new();
            let mut transcoder = crate::exchange::utf16::Transcoder::new(order);
            transcoder.push(bytes, &mut transcoded);
            transcoder.finish(&mut transcoded);
            String::from_utf8(transcoded).ok()?
        }
        encoding => encoding.decode_field(bytes)?.text.into_owned(),
    };
    Some(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_encoding_and_line_end_is_read() {
        let expected = Some(vec!["000549".to_owned(), "窓口/7".to_owned()]);
        let text = "000549\r\n\r\n 窓口/7 \r\n";
        assert_eq!(numbers_in(text.as_bytes()), expected);
        assert_eq!(numbers_in(format!("\u{FEFF}{text}").as_bytes()), expected);
        assert_eq!(numbers_in(&encoding_rs::SHIFT_JIS.encode(text).0), expected);
        let utf16: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(numbers_in(&utf16), expected);
        assert_eq!(numbers_in(b""), Some(Vec::new()));
        assert_eq!(numbers_in(b"12\xFF\xFF\x80"), None);
    }
}
