//! What goes out: lines and JSON documents on stdout. Nothing else of the program writes there.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write};

use serde_json::{Map, Value, json};

use super::error::CliError;
use crate::domain::fault::{Fault, Place};
use crate::domain::fold::Tier;
use crate::domain::visible::is_hidden;
use crate::messages::Messages;

/// Stdout, and whether anything was written to it.
pub(super) struct Out {
    stdout: BufWriter<Stdout>,
    began: bool,
}

impl Out {
    pub(super) fn new() -> Self {
        Self { stdout: BufWriter::with_capacity(1 << 16, io::stdout()), began: false }
    }

    /// Whether a person looks at it.
    pub(super) fn is_terminal(&self) -> bool {
        self.stdout.get_ref().is_terminal()
    }

    /// Whether something was written: a document that has begun must not be followed by another.
    pub(super) const fn has_begun(&self) -> bool {
        self.began
    }

    /// Writes bytes as they stand.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        self.began = true;
        self.stdout.write_all(bytes).map_err(CliError::output)
    }

    /// Writes a line.
    pub(super) fn line(&mut self, text: &str) -> Result<(), CliError> {
        self.bytes(text.as_bytes())?;
        self.bytes(b"\n")
    }

    /// Writes a JSON document in one line.
    pub(super) fn document(&mut self, document: &Value) -> Result<(), CliError> {
        self.line(&json_text(document))
    }

    /// Brings everything out.
    pub(super) fn flush(&mut self) -> Result<(), CliError> {
        self.stdout.flush().map_err(CliError::output)
    }
}

/// JSON whose strings hold no character that a terminal would obey or hide: those are escaped, so the values stay.
pub(super) fn json_text(document: &Value) -> String {
    let text = document.to_string();
    if !text.chars().any(is_hidden) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 64);
    let mut units = [0; 2];
    for c in text.chars() {
        // Outside of its strings a document in one line has no such character.
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// `{"code","message","place"}` of an error.
pub(super) fn error_object(fault: &dyn Fault, messages: &Messages) -> Value {
    json!({
        "code": fault.code(),
        "message": messages.explain(fault),
        "place": fault.place().as_ref().map(place_object),
    })
}

fn place_object(place: &Place) -> Value {
    json!({ "file": place.file, "line": place.line, "column": place.column, "field": place.field })
}

/// The whole document of an error.
pub(super) fn error_document(error: &CliError, messages: &Messages) -> Value {
    let mut document = Map::new();
    document.insert("error".to_owned(), error_object(error, messages));
    if let Some((key, value)) = error.beside() {
        document.insert(key.to_owned(), value);
    }
    Value::Object(document)
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Milliseconds since the epoch as ISO 8601 in Japan's time.
pub(super) fn iso_ms(at_ms: i64) -> String {
    use crate::domain::application::Instant;
    use crate::domain::calendar::{JAPAN, iso};
    iso(&Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN })
}

/// The word of a tier for scripts.
pub(super) const fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::Identical => "identical",
        Tier::Width => "width",
        Tier::Glyph => "glyph",
        Tier::Similar => "similar",
        Tier::Reading => "reading",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_escapes_what_a_terminal_would_obey_and_keeps_the_value() {
        let hostile = "a\u{1B}\u{9B}\u{202E}\u{E0001}髙";
        let text = json_text(&json!([hostile]));
        assert_eq!(text, "[\"a\\u001b\\u009b\\u202e\\udb40\\udc01髙\"]");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!([hostile]));
    }
}
