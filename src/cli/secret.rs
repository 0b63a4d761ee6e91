//! Passphrases on the command line: a line of a file descriptor that the caller opened, or typed at the terminal without
//! being shown. Never an argument or a variable: those can be read by others.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write as _};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::error::CliError;
use crate::office::Passphrase;

/// More bytes than any passphrase has.
const MOST: usize = 1024;

/// The descriptors that passphrases come by. Two that have one number are two lines of it.
#[derive(Default)]
pub(super) struct Descriptors(HashMap<u32, File>);

impl Descriptors {
    /// The next line of a descriptor.
    pub(super) fn line(&mut self, number: u32) -> Result<Passphrase, CliError> {
        let unreadable = || CliError::PassphraseUnreadable(number);
        if let std::collections::hash_map::Entry::Vacant(entry) = self.0.entry(number) {
            entry.insert(File::open(format!("/dev/fd/{number}")).map_err(|_| unreadable())?);
        }
        let file = self.0.get_mut(&number).ok_or_else(unreadable)?;
        read_line(file, &mut |_| true).ok().flatten().ok_or_else(unreadable)
    }
}

/// Asks at the terminal; `None` = there is none, or nobody at it. What is typed isn't shown.
pub(super) fn ask(question: &str) -> Result<Option<Passphrase>, CliError> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let Ok(terminal) = File::options().read(true).write(true).open("/dev/tty") else { return Ok(None) };
    write!(&terminal, "{question}").map_err(CliError::Output)?;
    let typed = {
        let _quiet = Quiet::begin(&terminal).map_err(CliError::Output)?;
        let mut going = |byte| !matches!(byte, 0x03 | 0x04 | 0x1b);
        read_line(&mut &terminal, &mut going)
    };
    writeln!(&terminal).unwrap_or_default();
    match typed {
        Ok(Some(passphrase)) => Ok(Some(passphrase)),
        _ => Err(CliError::Interrupted),
    }
}

/// Asks for a name at the terminal, which shows it; `None` = there is no terminal, or nothing was typed.
pub(super) fn ask_name(question: &str) -> Result<Option<String>, CliError> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let Ok(terminal) = File::options().read(true).write(true).open("/dev/tty") else { return Ok(None) };
    write!(&terminal, "{question}").map_err(CliError::Output)?;
    let mut line = Vec::new();
    let mut byte = [0];
    while line.len() < MOST && matches!((&terminal).read(&mut byte), Ok(1)) && byte != *b"\n" {
        line.push(byte[0]);
    }
    let name = String::from_utf8_lossy(&line).trim().to_owned();
    Ok(Some(name).filter(|name| !name.is_empty()))
}

/// A terminal that shows nothing of what is typed, and takes every key for what it is, until this is dropped.
struct Quiet<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Quiet<'a> {
    fn begin(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(terminal, OptionalActions::Flush, &quiet)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // A terminal that went away meanwhile shows nothing either.
        tcsetattr(self.terminal, OptionalActions::Flush, &self.before).unwrap_or_default();
    }
}

/// Reads to the end of a line, byte by byte: what stands behind it is another's. `None` = stopped by a byte that `going`
/// doesn't take, or no text.
fn read_line(from: &mut impl Read, going: &mut dyn FnMut(u8) -> bool) -> io::Result<Option<Passphrase>> {
    let mut line = Zeroizing::new(Vec::with_capacity(MOST));
    let mut byte = Zeroizing::new([0]);
    let mut began = false;
    loop {
        match from.read(byte.as_mut()) {
            Ok(0) => break,
            Ok(_) => began = true,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        match byte[0] {
            b'\n' | b'\r' => break,
            0x7f | 0x08 => while line.pop().is_some_and(|last| last & 0xc0 == 0x80) {},
            0x15 => line.clear(),
            byte if !going(byte) => return Ok(None),
            byte if line.len() < MOST => line.push(byte),
            _ => return Ok(None),
        }
    }
    if !began {
        return Ok(None);
    }
    Ok(std::str::from_utf8(&line).ok().map(Passphrase::new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<Passphrase> {
        read_line(&mut &bytes[..], &mut |byte| byte != 3).unwrap()
    }

    #[test]
    fn a_line_ends_where_it_ends_and_mistakes_are_taken_back() {
        let is = |bytes: &[u8], text: &str| read(bytes).is_some_and(|read| read.is(&Passphrase::new(text)));
        assert!(is(b"abc\ndef\n", "abc") && is(b"abc", "abc") && is(b"\n", ""));
        assert!(is("あい\u{7f}う\r".as_bytes(), "あう") && is(b"wrong\x15right\n", "right"));
        assert!(read(b"").is_none() && read(b"ab\x03\n").is_none() && read(b"\xff\n").is_none());
        assert!(read(&vec![b'x'; MOST + 1]).is_none(), "no passphrase is so long");
    }
}
