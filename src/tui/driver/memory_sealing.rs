//! Sealed items of the made-up office: who signed in without a passphrase is asked for it.

use zeroize::Zeroizing;

use super::memory::Memory;
use crate::office::Passphrase;
use crate::office::view::Item;
use crate::tui::dialogs::reveal::{RevealErrand, Seen};
use crate::tui::message::{Explained, Message};

/// What opens it.
pub const WORD: &str = "いろはにほへと ちりぬるを";

impl Memory {
    /// A record gets sealed items.
    pub fn seals(&self, at: usize, names: &[&str]) {
        let items = names.iter().map(|name| Item { name: (*name).to_owned(), value: None, sealed: true });
        self.records(|records| records[at].items.extend(items));
    }
}

/// Answers an errand.
pub(super) fn answer(errand: &RevealErrand) -> Message {
    let refused = |code: &str, sentence: &str| {
        Message::Revealed(Err(Explained { code: code.to_owned(), sentence: sentence.to_owned() }))
    };
    match &errand.passphrase {
        None => refused("sign_in.needed", "合言葉が要ります。"),
        Some(word) if word.is(&Passphrase::new(WORD)) => {
            Message::Revealed(Ok(Seen(Zeroizing::new("918273645015".to_owned()))))
        }
        Some(_) => refused("sign_in.wrong", "合言葉が違います。"),
    }
}
