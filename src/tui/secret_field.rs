//! A field for a passphrase: nothing that is typed shows, not even how much; it stands in no `Debug` and is wiped.

use unicode_segmentation::UnicodeSegmentation as _;
use zeroize::Zeroizing;

use super::keymap::{Code, Key};
use crate::office::Passphrase;

/// More bytes than any passphrase has. The room is there from the first on, so that no copy is left behind by growing.
const ROOM: usize = 1024;

/// What is typed and doesn't show.
#[derive(Clone)]
pub struct SecretField(Zeroizing<String>);

impl Default for SecretField {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(ROOM)))
    }
}

impl std::fmt::Debug for SecretField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretField")
    }
}

impl SecretField {
    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a key if it types or rubs out; tells whether it did.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.text() {
            let mut bytes = Zeroizing::new([0; 4]);
            self.put(c.encode_utf8(bytes.as_mut()));
            return true;
        }
        if key.code == Code::Backspace {
            let at = self.0.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
            self.0.truncate(at);
            return true;
        }
        false
    }

    /// Takes a paste; the line break behind it is none of it.
    pub fn paste(&mut self, text: &str) {
        self.put(text.trim_end_matches(['\r', '\n']));
    }

    fn put(&mut self, text: &str) {
        if self.0.len() + text.len() <= ROOM {
            self.0.push_str(text);
        }
    }

    /// What was typed.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.0
    }

    /// What was typed, to be tried; the field is empty then.
    pub fn take(&mut self) -> Passphrase {
        let passphrase = Passphrase::new(&self.0);
        self.wipe();
        passphrase
    }

    /// Forgets what was typed.
    pub fn wipe(&mut self) {
        *self = Self::default();
    }
}
