//! Rust source as the house test reads it: comments and literals apart from code, tests apart from the program.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// Path from the project's root, with `/`.
    pub path: String,
    /// The text as it stands.
    pub text: String,
    /// The code: comments, literals and unit tests are blank, every character and line stands where it stood.
    pub code: String,
    /// String literals outside of unit tests: line and text between the quotes.
    pub literals: Vec<(usize, String)>,
}

/// All files with one of these endings under a folder, sorted; without what is built or fetched.
pub fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path from the project's root, with `/`.
pub fn named(path: &Path) -> String {
    let inner = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path);
    inner.to_string_lossy().replace('\\', "/")
}

/// All Rust files under a folder.
pub fn sources(folder: &str) -> Vec<Source> {
    let read = |path: PathBuf| Source::new(named(&path), fs::read_to_string(&path).unwrap_or_default());
    files(folder, &[".rs"]).into_iter().map(read).collect()
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let (code, literals) = apart(&text);
        let is_test = path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.contains("/tests/");
        let (code, tests) = if is_test { (String::new(), vec![(0, usize::MAX)]) } else { without_tests(&code) };
        let outside = |line: usize| !tests.iter().any(|(from, to)| (*from..=*to).contains(&line));
        let literals = literals.into_iter().filter(|(line, _)| outside(*line)).collect();
        Self { path, text, code, literals }
    }

    /// The line of a place in the text or code, from 1.
    pub fn line(&self, place: usize) -> usize {
        1 + self.text.as_bytes()[..place].iter().filter(|byte| **byte == b'\n').count()
    }
}

/// Blanks comments and literals, and gathers the string literals with their lines.
fn apart(text: &str) -> (String, Vec<(usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some((inner, length)) = string(rest).filter(|_| !continues_a_word(bytes, at)) {
            let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
            literals.push((line, inner.to_owned()));
            length
        } else if let Some(length) = character(rest) {
            length
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        for byte in &mut code[at..at + length] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at += length;
    }
    (String::from_utf8_lossy(&code).into_owned(), literals)
}

fn continues_a_word(bytes: &[u8], at: usize) -> bool {
    bytes[at] != b'"' && at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if text.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// A string literal of any kind at the start of a text: what is between its quotes, and its length.
fn string(text: &str) -> Option<(&str, usize)> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            let rest = if prefix.ends_with('r') { rest.trim_start_matches('#') } else { rest };
            rest.starts_with('"')
        })
    })?;
    if prefix.ends_with('r') {
        let hashes = text[prefix.len()..].bytes().take_while(|byte| *byte == b'#').count();
        let begin = prefix.len() + hashes + 1;
        let end = begin + text[begin..].find(&format!("\"{}", "#".repeat(hashes)))?;
        return Some((&text[begin..end], end + 1 + hashes));
    }
    let begin = prefix.len() + 1;
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate().skip(begin) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some((&text[begin..place], place + 1)),
            _ => {}
        }
    }
    None
}

/// The length of a character literal at the start of a text; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let mut characters = inner.chars();
    let first = characters.next()?;
    if first == '\\' {
        let end = inner[2..].find('\'')?;
        return Some(1 + 2 + end + 1);
    }
    (characters.next()? == '\'').then(|| 1 + first.len_utf8() + 1)
}

/// Blanks modules under `#[cfg(test)]`. Returns the code and the line ranges of what was blanked.
fn without_tests(code: &str) -> (String, Vec<(usize, usize)>) {
    let mut bytes = code.as_bytes().to_vec();
    let mut ranges = Vec::new();
    let line = |place: usize| 1 + code.as_bytes()[..place].iter().filter(|byte| **byte == b'\n').count();
    for (begin, marker) in code.match_indices("#[cfg(test)]") {
        let body = &code[begin + marker.len()..];
        let Some(open) = body.find('{') else { continue };
        if body.find(';').is_some_and(|end| end < open) {
            continue;
        }
        let mut depth = 0_usize;
        let close = body.bytes().enumerate().skip(open).find_map(|(place, byte)| {
            depth = depth + usize::from(byte == b'{') - usize::from(byte == b'}');
            (depth == 0).then_some(place)
        });
        let end = begin + marker.len() + close.unwrap_or(body.len() - 1) + 1;
        for byte in bytes[begin..end].iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
        ranges.push((line(begin), line(end)));
    }
    (String::from_utf8_lossy(&bytes).into_owned(), ranges)
}

#[test]
fn comments_literals_and_tests_are_told_apart() {
    let text = "// crate::a\nlet x = \"crate::b 漢\"; /* /* */ crate::c */ let c = '\"'; let r = r#\"crate::\"d\"#;\n\
        fn f<'a>(q: &'a str) { crate::e::g('\\'') }\n#[cfg(test)]\nmod tests { use crate::h; const T: &str = \"字\"; }\n";
    let source = Source::new("src/x.rs".into(), text.into());
    assert_eq!(source.code.matches("crate::").count(), 1, "{}", source.code);
    assert!(source.code.contains("crate::e::g"));
    assert_eq!(source.literals.len(), 2, "{:?}", source.literals);
    assert_eq!(source.literals[0], (2, "crate::b 漢".into()));
    assert_eq!(source.code.len(), text.len());
}
