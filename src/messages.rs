//! Everything that a person reads, in Japanese and English: looked up by key in `data/locales/LANG/*.toml`.
//!
//! A key is a dotted path (`error.query.unclosed`); `{name}` in a text is filled from the arguments. Both languages
//! have the same keys with the same placeholders (checked by a test), so a lookup that fails is a programming error
//! and shows the key itself.

mod plain;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::assets::Assets;
use crate::domain::fault::Fault;

/// The language of sentences. Data (status labels, exports) is always the official Japanese term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 日本語.
    #[default]
    Japanese,
    /// English.
    English,
}

impl Language {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Japanese => Self::English,
            Self::English => Self::Japanese,
        }
    }

    /// The word of `--lang` and of the folder.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
        }
    }

    /// Reads `ja` or `en`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "ja" => Some(Self::Japanese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// The message files, one a room, and some of their own.
const FILES: [&str; 20] = [
    "backup",
    "cli",
    "compare",
    "correction",
    "doctor",
    "domain",
    "entry",
    "exchange",
    "log",
    "office",
    "people",
    "phone",
    "practice",
    "purge",
    "release",
    "sealing",
    "sign_in",
    "store",
    "today",
    "tui",
];

/// Texts by their dotted keys.
type Texts = HashMap<String, Cow<'static, str>>;

/// All messages of one language; clones share them.
#[derive(Debug, Clone)]
pub struct Messages {
    language: Language,
    texts: Arc<Texts>,
}

impl Messages {
    /// Reads the message files. An override on disk that can't be read as TOML is passed over: the built-in text of
    /// the program stays usable (`config check` names such a file).
    #[must_use]
    pub fn load(language: Language, assets: &Assets) -> Self {
        Self::load_files(language, assets, &FILES)
    }

    /// Reads the message file of one room alone, for a word of the other language now and then.
    #[must_use]
    pub fn load_room(language: Language, assets: &Assets, room: &str) -> Self {
        Self::load_files(language, assets, &[room])
    }

    fn load_files(language: Language, assets: &Assets, files: &[&str]) -> Self {
        let mut texts = Texts::new();
        for file in files {
            let path = format!("data/locales/{}/{file}.toml", language.id());
            let text = Assets::compiled_in(&path).unwrap_or_default();
            match plain::read(text) {
                Some(read) => texts.extend(read),
                None => add(text, &mut texts),
            }
            // Without a place on the disk it is the built-in one again.
            if let Some((text, Some(_))) = assets.read(&path) {
                add(&text, &mut texts);
            }
        }
        Self { language, texts: Arc::new(texts) }
    }

    /// The language of these messages.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The text of a key as it stands.
    #[must_use]
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.get(key).map_or(key, |text| text.as_ref())
    }

    /// Whether a key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// The text of a key with its placeholders filled. Arguments are not looked into for further placeholders.
    #[must_use]
    pub fn fill(&self, key: &str, arguments: &[(&str, String)]) -> String {
        let mut rest = self.text(key);
        let mut filled = String::with_capacity(rest.len() + 32);
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
            filled.push_str(&rest[..open]);
            let name = &rest[open + 1..close];
            match arguments.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => filled.push_str(value),
                None => filled.push_str(&rest[open..=close]),
            }
            rest = &rest[close + 1..];
        }
        filled.push_str(rest);
        filled
    }

    /// The sentence of an error.
    #[must_use]
    pub fn explain(&self, fault: &dyn Fault) -> String {
        self.fill(&format!("error.{}", fault.code()), &fault.arguments())
    }

    /// All keys, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.texts.keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }
}

/// Adds the texts of a file of TOML.
fn add(file: &str, texts: &mut Texts) {
    if let Ok(table) = file.parse::<toml::Table>() {
        flatten("", &table, texts);
    }
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut Texts) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, texts),
            toml::Value::String(text) => {
                texts.insert(key, Cow::Owned(text.clone()));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<String> {
        let mut names: Vec<String> =
            text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned())).collect();
        names.sort();
        names.dedup();
        names
    }

    #[test]
    fn both_languages_have_every_key_with_the_same_placeholders() {
        let japanese = Messages::load(Language::Japanese, &Assets::built_in());
        let english = Messages::load(Language::English, &Assets::built_in());
        assert_eq!(japanese.keys(), english.keys());
        for key in japanese.keys() {
            assert_eq!(placeholders(japanese.text(key)), placeholders(english.text(key)), "{key}");
        }
    }

    #[test]
    fn every_message_file_is_toml_and_is_read_as_such() {
        for language in [Language::Japanese, Language::English] {
            for file in FILES {
                let path = format!("data/locales/{}/{file}.toml", language.id());
                let (text, _) = Assets::built_in().read(&path).unwrap_or_default();
                let mut texts = Texts::new();
                flatten("", &text.parse().unwrap(), &mut texts);
                let plain = plain::read(Assets::compiled_in(&path).unwrap());
                assert_eq!(plain.map(Texts::from_iter), Some(texts), "{path}");
            }
        }
    }

    #[test]
    fn arguments_fill_and_are_not_filled_again() {
        let mut messages = Messages::load(Language::Japanese, &Assets::built_in());
        Arc::make_mut(&mut messages.texts).insert("t".into(), "{a}と{b}、{c}".into());
        assert_eq!(messages.fill("t", &[("a", "{b}".into()), ("b", "2".into())]), "{b}と2、{c}");
    }
}
