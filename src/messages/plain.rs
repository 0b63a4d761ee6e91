//! Reading the message files that are compiled in: headers, comments, and one text a line, which is all that they have.
//! Every start of the program reads them, so they are not gone through as TOML, which can say much more and takes ten
//! times as long; what is none of these is left to it.

use std::borrow::Cow;

/// The texts of a file by their dotted keys; `None` = it says more than this understands.
pub(super) fn read(file: &'static str) -> Option<Vec<(String, Cow<'static, str>)>> {
    let mut table = "";
    let mut texts = Vec::new();
    for line in file.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            table = header.strip_suffix(']').filter(|header| header.split('.').all(is_bare))?;
            continue;
        }
        let (key, value) = line.split_once(" = ").filter(|(key, _)| is_bare(key))?;
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        let dot = if table.is_empty() { "" } else { "." };
        texts.push(([table, dot, key].concat(), unescaped(value)?));
    }
    Some(texts)
}

fn is_bare(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// What stands between quotes.
fn unescaped(text: &'static str) -> Option<Cow<'static, str>> {
    if !text.contains(['\\', '"']) {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        plain.push(match c {
            '"' => return None,
            '\\' => match characters.next()? {
                same @ ('"' | '\\') => same,
                'n' => '\n',
                't' => '\t',
                _ => return None,
            },
            other => other,
        });
    }
    Some(Cow::Owned(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_does_not_understand_is_left() {
        for file in [
            "a = '''b'''",
            "a = \"\"\"\nb\"\"\"",
            "a = [\"b\"]",
            "a = \"b\" # c",
            "a = \"\\u0041\"",
            "\"a.b\" = \"c\"",
            "a=\"b\"",
        ] {
            assert_eq!(read(file), None, "{file}");
        }
        let read = read("# c\n\n[x.y-z]\na = \"b = \\\"c\\\"\\n\"\n").unwrap();
        assert_eq!(read, [("x.y-z.a".to_owned(), Cow::Borrowed("b = \"c\"\n"))]);
    }
}
