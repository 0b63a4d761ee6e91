//! In which encoding a file is, and the strict decoding of one field.

use std::borrow::Cow;

use memchr::memchr2;

use super::cp932;
use super::utf16::Order;

/// How many bytes [`Choice::Auto`] looks at.
pub const HEAD: usize = 1 << 20;

/// What `--encoding` of an import asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// By the byte order mark, else by trying (see [`detect`]).
    #[default]
    Auto,
    /// CP932 (Windows-31J).
    Cp932,
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16, whose mark tells the order.
    Utf16,
}

impl Choice {
    /// Reads the word of the command line.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "auto" => Some(Self::Auto),
            "cp932" => Some(Self::Cp932),
            "utf-8" => Some(Self::Utf8),
            "utf-16" => Some(Self::Utf16),
            _ => None,
        }
    }
}

/// The encoding that a file is read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// CP932 (Windows-31J), the usual one of the source systems.
    Cp932,
    /// UTF-8.
    Utf8,
    /// UTF-16 in the order of its mark.
    Utf16(Order),
}

impl Encoding {
    /// The word of scripts: `cp932`, `utf-8`, `utf-16`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Cp932 => "cp932",
            Self::Utf8 => "utf-8",
            Self::Utf16(_) => "utf-16",
        }
    }

    /// The number that the store keeps beside raw bytes; never changes.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Cp932 => 1,
            Self::Utf8 => 2,
            Self::Utf16(Order::Little) => 3,
            Self::Utf16(Order::Big) => 4,
        }
    }

    /// From the number that the store keeps.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Cp932),
            2 => Some(Self::Utf8),
            3 => Some(Self::Utf16(Order::Little)),
            4 => Some(Self::Utf16(Order::Big)),
            _ => None,
        }
    }

    /// The bytes of a row in the file, without the line end that may close them.
    #[must_use]
    pub fn without_line_end(self, row: &[u8]) -> &[u8] {
        let (cr, lf): (&[u8], &[u8]) = match self {
            Self::Cp932 | Self::Utf8 => (b"\r", b"\n"),
            Self::Utf16(Order::Little) => (b"\r\0", b"\n\0"),
            Self::Utf16(Order::Big) => (b"\0\r", b"\0\n"),
        };
        let row = row.strip_suffix(lf).unwrap_or(row);
        row.strip_suffix(cr).unwrap_or(row)
    }

    /// As [`Self::decode_field`], to the end of `text`, which holds a part of the field where it doesn't decode.
    #[must_use]
    pub fn decode_into(self, bytes: &[u8], text: &mut String) -> Option<Way> {
        let start = text.len();
        match self {
            Self::Cp932 => {
                let exact = cp932::decode_into(bytes, text)?;
                Some(Way { exact, private_use: !exact && text[start..].chars().any(is_private_use) })
            }
            Self::Utf8 | Self::Utf16(_) => {
                let Decoded { text: field, exact, private_use } = self.decode_field(bytes)?;
                text.push_str(&field);
                Some(Way { exact, private_use })
            }
        }
    }

    /// Decodes one field strictly; `None` = its bytes don't decode. UTF-16 comes here already transcoded.
    #[must_use]
    pub fn decode_field(self, bytes: &[u8]) -> Option<Decoded<'_>> {
        match self {
            Self::Cp932 => {
                let (text, exact) = cp932::decode(bytes)?;
                let private_use = !exact && text.chars().any(is_private_use);
                Some(Decoded { text, exact, private_use })
            }
            Self::Utf8 | Self::Utf16(_) => {
                let text = std::str::from_utf8(bytes).ok()?;
                // Private use is EE xx xx or EF 80–A3 xx, and most texts have neither byte.
                let private_use = memchr2(0xEE, 0xEF, bytes).is_some() && text.chars().any(is_private_use);
                Some(Decoded { text: Cow::Borrowed(text), exact: true, private_use })
            }
        }
    }
}

/// How a field decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// As [`Decoded::exact`].
    pub exact: bool,
    /// As [`Decoded::private_use`].
    pub private_use: bool,
}

/// A field that decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// Whether encoding the text again gives the same bytes; if not, the bytes must be kept.
    pub exact: bool,
    /// Whether 外字 or other private-use characters are in it.
    pub private_use: bool,
}

fn is_private_use(character: char) -> bool {
    ('\u{E000}'..='\u{F8FF}').contains(&character)
}

/// The codes of the private-use characters in a text, each once, in order: `F040` for a 外字 of CP932, `U+F8FF` for
/// one beyond.
#[must_use]
pub fn private_use_codes(text: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for character in text.chars().filter(|character| is_private_use(*character)) {
        let code = match cp932::gaiji_code(character) {
            Some([lead, trail]) => format!("{lead:02X}{trail:02X}"),
            None => format!("U+{:04X}", u32::from(character)),
        };
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// What was found at the start of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detected {
    /// The encoding to read with.
    pub encoding: Encoding,
    /// Bytes of the mark at the start, to be skipped.
    pub mark: usize,
}

/// Picks the encoding from the first [`HEAD`] bytes (fewer = the whole file). Automatic: the mark; else UTF-8 if they
/// are valid UTF-8 with a byte ≥ 80; else CP932. `None` = UTF-16 was asked for and there is no mark.
#[must_use]
pub fn detect(head: &[u8], choice: Choice) -> Option<Detected> {
    let utf8_mark = if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let utf16 = match head {
        [0xFF, 0xFE, ..] => Some(Order::Little),
        [0xFE, 0xFF, ..] => Some(Order::Big),
        _ => None,
    };
    let utf16 = utf16.map(|order| Detected { encoding: Encoding::Utf16(order), mark: 2 });
    let utf8 = Detected { encoding: Encoding::Utf8, mark: utf8_mark };
    let cp932 = Detected { encoding: Encoding::Cp932, mark: 0 };
    match choice {
        Choice::Cp932 => Some(cp932),
        Choice::Utf8 => Some(utf8),
        Choice::Utf16 => utf16,
        Choice::Auto if utf8_mark > 0 => Some(utf8),
        Choice::Auto => Some(utf16.unwrap_or(if looks_like_utf8(head) { utf8 } else { cp932 })),
    }
}

fn looks_like_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => !head.is_ascii(),
        // The edge of the head may cut a character, the end of the file may not.
        Err(error) => error.error_len().is_none() && head.len() >= HEAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(head: &[u8]) -> Detected {
        detect(head, Choice::Auto).expect("automatic always finds one")
    }

    #[test]
    fn the_mark_decides_then_the_bytes() {
        assert_eq!(auto(b"\xEF\xBB\xBFa"), Detected { encoding: Encoding::Utf8, mark: 3 });
        assert_eq!(auto(b"\xFF\xFEa\0"), Detected { encoding: Encoding::Utf16(Order::Little), mark: 2 });
        assert_eq!(auto(b"\xFE\xFF\0a"), Detected { encoding: Encoding::Utf16(Order::Big), mark: 2 });
        assert_eq!(auto("山形".as_bytes()).encoding, Encoding::Utf8);
        assert_eq!(auto(b"\x8E\x52\x8C\x60").encoding, Encoding::Cp932);
        assert_eq!(auto(b"only,ascii\r\n").encoding, Encoding::Cp932);
        assert_eq!(auto(b"").encoding, Encoding::Cp932);
    }

    #[test]
    fn a_character_cut_at_the_edge_of_the_head_is_still_utf8() {
        let mut head = vec![b'a'; HEAD - 2];
        head.extend_from_slice(&"山".as_bytes()[..2]);
        assert_eq!(auto(&head).encoding, Encoding::Utf8);
        assert_eq!(auto(&head[1..]).encoding, Encoding::Cp932, "the file ends within the character");
    }

    #[test]
    fn a_choice_holds_and_utf16_needs_its_mark() {
        assert_eq!(detect("山".as_bytes(), Choice::Cp932).unwrap().encoding, Encoding::Cp932);
        assert_eq!(detect(b"\xEF\xBB\xBFa", Choice::Utf8).unwrap().mark, 3);
        assert_eq!(detect(b"a\0", Choice::Utf16), None);
        assert_eq!(detect(b"\xFE\xFF\0a", Choice::Utf16).unwrap().encoding, Encoding::Utf16(Order::Big));
    }

    #[test]
    fn codes_of_gaiji_are_named_once_each() {
        assert_eq!(private_use_codes("\u{E000}山\u{E001}\u{E000}\u{F8FF}"), ["F040", "F041", "U+F8FF"]);
        let gaiji = Encoding::Cp932.decode_field(b"\xF0\x40").unwrap();
        assert!(gaiji.private_use && !gaiji.exact);
        let duplicate = Encoding::Cp932.decode_field(b"\xEE\xE0").unwrap();
        assert!(!duplicate.private_use && !duplicate.exact && duplicate.text == "髙");
        assert!(Encoding::Utf8.decode_field("\u{E000}".as_bytes()).unwrap().private_use);
        assert!(!Encoding::Utf8.decode_field("ａ".as_bytes()).unwrap().private_use);
    }

    #[test]
    fn the_numbers_of_the_store_come_back() {
        for code in 1..=4 {
            assert_eq!(Encoding::from_code(code).map(Encoding::code), Some(code));
        }
        assert_eq!(Encoding::from_code(0), None);
    }
}
