//! The text that free words look into, folded, one application a line: what the peers search, so that all search the
//! same. And the words that are searched for, folded the same way.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use sekisho::domain::fold::{fold, fold_into};
use sekisho::office::{self, Desk, Page, Work};
use serde_json::{Value, json};

/// Writes the text of all applications.
pub fn write(desk: &Desk, out: &Path, words: &[String]) -> Value {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(out).unwrap());
    let (mut line, mut bytes, mut fields_bytes) = (String::new(), 0, 0);
    let (stop, everything) = (AtomicBool::new(false), desk.query("").unwrap());
    let mut nobody = |_| {};
    let mut show = |_: &office::Store, entry: office::Entry| {
        let content = &entry.content;
        line.clear();
        let fields = [
            Some(content.number.as_str()),
            content.name.as_deref(),
            content.kana.as_deref(),
            content.remarks.as_deref(),
            Some(content.form.code.as_str()),
            Some(content.form.name.as_str()),
        ];
        for field in fields.into_iter().chain(content.values.iter().map(Option::as_deref)).flatten() {
            let start = line.len();
            fold_into(field, &mut line);
            fields_bytes += line.len() - start;
            line.push('\t');
        }
        // An end of line in an answer isn't the end of the application's; nobody looks for a control character.
        for c in line.chars() {
            let mut buffer = [0; 4];
            let c = if matches!(c, '\n' | '\r') { '\u{1}' } else { c };
            let text = c.encode_utf8(&mut buffer);
            file.write_all(text.as_bytes()).unwrap();
        }
        file.write_all(b"\n").unwrap();
        bytes += line.len() + 1;
        Ok(())
    };
    let mut work = Work::new(&stop, &mut nobody);
    let lines = office::list(desk, &everything, Page::default(), &mut work, &mut show).unwrap();
    file.flush().unwrap();
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    json!({ "lines": lines, "bytes": bytes, "field_bytes": fields_bytes, "folded": folded })
}
