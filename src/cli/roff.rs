//! A page of the manual as troff reads it. Words of people are escaped here, so that none is taken for a request; Japanese
//! lines break between characters without the help of a locale.

/// What troff must know of Japanese: where a line may break, and before and behind which signs it may not.
const JAPANESE: &str = "\
.class [sekishobefore] \\[u3001] \\[u3002] \\[uFF0C] \\[uFF0E] \\[u30FB] \\[uFF1A] \\[uFF1F] \\[uFF09] \\[u300D] \\[u300F] \\[u3011] \\[u30FC]\n\
.class [sekishobehind] \\[uFF08] \\[u300C] \\[u300E] \\[u3010]\n\
.class [sekishobetween] \\[u3005]-\\[u3007] \\[u3041]-\\[u3096] \\[u30A1]-\\[u30FA] \\[u3400]-\\[u9FFF]\n\
.cflags 512 \\C'[sekishobetween]'\n\
.cflags 128 \\C'[sekishobefore]'\n\
.cflags 266 \\C'[sekishobehind]'\n";

/// A page that is being written.
pub(super) struct Page {
    text: String,
}

impl Page {
    /// A page `NAME(section)` of a manual.
    pub(super) fn new(name: &str, section: &str, version: &str, manual: &str) -> Self {
        // The first line tells man-db how the file is encoded. Lines aren't stretched, and no word is divided.
        let mut text = String::from("'\\\" -*- coding: UTF-8 -*-\n");
        let words = [name.to_uppercase().as_str(), section, "", version, manual].map(quoted);
        text += &format!(".TH {}\n", words.join(" "));
        text += JAPANESE;
        text += ".nh\n.ad l\n";
        Self { text }
    }

    /// A section.
    pub(super) fn section(&mut self, title: &str) {
        self.text += &format!(".SH {}\n", quoted(title));
    }

    /// A section within a section.
    pub(super) fn part(&mut self, title: &str) {
        self.text += &format!(".SS {}\n", quoted(title));
    }

    /// A line of its own.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.text += &format!(".PP\n{}\n", escaped(text));
    }

    /// A line of its own that is typed as it stands.
    pub(super) fn command(&mut self, text: &str) {
        self.text += &format!(".PP\n\\fB{}\\fR\n", escaped(text));
    }

    /// A word and what it means.
    pub(super) fn entry(&mut self, word: &str, means: &str) {
        self.text += &format!(".TP\n\\fB{}\\fR\n{}\n", escaped(word), escaped(means));
    }

    /// The whole page.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A text that troff shows as it stands. A line that begins with a full stop or a quote would be a request.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.trim().lines() {
        if !out.is_empty() {
            out.push('\n');
        }
        if line.starts_with(['.', '\'']) {
            out.push_str("\\&");
        }
        for c in line.chars() {
            match c {
                '\\' => out.push_str("\\e"),
                '-' => out.push_str("\\-"),
                '\'' => out.push_str("\\(aq"),
                '`' => out.push_str("\\(ga"),
                '^' => out.push_str("\\(ha"),
                '~' => out.push_str("\\(ti"),
                c => out.push(c),
            }
        }
    }
    out
}

/// An argument of a request.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace('"', "\\(dq").replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_request_or_an_escape() {
        assert_eq!(escaped(".so /etc/passwd"), "\\&.so /etc/passwd");
        assert_eq!(escaped("a\\fBb\n'x"), "a\\efBb\n\\&\\(aqx");
        assert_eq!(quoted("say \"-x\""), "\"say \\(dq\\-x\\(dq\"");
    }
}
