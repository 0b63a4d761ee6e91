//! A settings file as text, however it was saved: with a byte order mark, with Windows line ends, in Shift_JIS. What is
//! no such file is refused before it is read, so that nothing waits for a pipe or fills the memory.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use encoding_rs::SHIFT_JIS;

/// The most bytes that a settings file may have.
pub const LARGEST: u64 = 1 << 20;

/// The text of a settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text, without byte order mark.
    pub text: String,
    /// Line and character (from 1) of the first byte that isn't UTF-8. The text was then read as Shift_JIS.
    pub not_utf8: Option<(u64, u64)>,
}

/// Why a file can't be read as settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// A folder, a pipe, a device.
    NoFile,
    /// More than [`LARGEST`] bytes.
    TooLarge,
    /// The operating system refuses.
    Io(io::ErrorKind),
}

impl From<io::Error> for TextFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}

/// Reads a settings file.
///
/// # Errors
/// It is no regular file, too large, or can't be read.
pub fn text_of(file: &Path) -> Result<Text, TextFault> {
    let found = std::fs::metadata(file)?;
    if !found.is_file() {
        return Err(TextFault::NoFile);
    }
    let mut bytes = Vec::new();
    File::open(file)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST { Err(TextFault::TooLarge) } else { Ok(decoded(&bytes)) }
}

fn decoded(bytes: &[u8]) -> Text {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Text { text: text.to_owned(), not_utf8: None },
        Err(error) => {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let line = before.matches('\n').count() as u64 + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
            // The tables of Shift_JIS have a character for every pair that such a file can hold.
            let (text, _) = SHIFT_JIS.decode_without_bom_handling(bytes);
            Text { text: text.into_owned(), not_utf8: Some((line, column)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_however_it_was_saved() {
        let whole = |text: &str| Text { text: text.to_owned(), not_utf8: None };
        assert_eq!(decoded(b"\xEF\xBB\xBFa = 1\r\n"), whole("a = 1\r\n"));
        assert_eq!(decoded("# 設定".as_bytes()), whole("# 設定"));
        let (bytes, _, _) = SHIFT_JIS.encode("a = 1\n# 設定\n");
        assert_eq!(decoded(&bytes), Text { text: "a = 1\n# 設定\n".to_owned(), not_utf8: Some((2, 3)) });
    }

    #[test]
    fn a_folder_and_a_flood_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(text_of(folder.path()), Err(TextFault::NoFile));
        let file = folder.path().join("flood.toml");
        assert_eq!(text_of(&file), Err(TextFault::Io(io::ErrorKind::NotFound)));
        std::fs::write(&file, vec![b'#'; LARGEST as usize]).unwrap();
        assert!(text_of(&file).is_ok());
        std::fs::write(&file, vec![b'#'; LARGEST as usize + 1]).unwrap();
        assert_eq!(text_of(&file), Err(TextFault::TooLarge));
    }
}
