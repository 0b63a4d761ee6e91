//! Reads 補正文の部品: those that lie in the folder `corrections` of a store, or the shipped example where it has none of its
//! own.

use std::io;
use std::path::{Path, PathBuf};

use super::correction::CorrectionError;
use crate::assets::{Assets, text_of};
use crate::domain::correction::Block;

/// The folder of an office's own 部品 within the store's folder.
const OWN: &str = "corrections";

/// The shipped example.
const SHIPPED: &str = "data/corrections/";

/// A title is picked from a list and is no longer than this, in characters.
const LONGEST_TITLE: usize = 40;

/// A text that is read out on the phone is no longer than this, in characters.
const LONGEST_TEXT: usize = 1000;

/// All 部品 of a store, by number.
pub(super) fn load(store: &Path) -> Result<Vec<Block>, CorrectionError> {
    let own = own_files(store)?;
    let mut blocks = Vec::new();
    if own.is_empty() {
        let assets = Assets::built_in();
        for path in assets.list(SHIPPED) {
            if let Some((text, _)) = assets.read(&path) {
                read(&path, &text, &mut blocks)?;
            }
        }
    }
    for file in own {
        let name = file.display().to_string();
        let text = text_of(&file).map_err(|_| bad(&name, "UTF-8"))?;
        if text.not_utf8.is_some() {
            return Err(bad(&name, "UTF-8"));
        }
        read(&name, &text.text, &mut blocks)?;
    }
    blocks.sort_by_key(|block| block.number);
    Ok(blocks)
}

/// The files of the folder, sorted.
fn own_files(store: &Path) -> Result<Vec<PathBuf>, CorrectionError> {
    let folder = store.join(OWN);
    let unreadable = |error: &io::Error| bad(&folder.display().to_string(), &error.kind().to_string());
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(&error))?.path();
        files.extend(path.extension().is_some_and(|ending| ending == "toml").then_some(path));
    }
    files.sort();
    Ok(files)
}

fn bad(file: &str, word: &str) -> CorrectionError {
    CorrectionError::BadFile { file: file.to_owned(), word: word.to_owned() }
}

/// Reads a file; a number that is there already is another text's.
fn read(file: &str, text: &str, blocks: &mut Vec<Block>) -> Result<(), CorrectionError> {
    let table: toml::Table = text.parse().map_err(|_| bad(file, "TOML"))?;
    if let Some(key) = table.keys().find(|key| *key != "block") {
        return Err(bad(file, key));
    }
    let rows = table.get("block").and_then(toml::Value::as_array).ok_or_else(|| bad(file, "[[block]]"))?;
    for (place, row) in (1..).zip(rows) {
        let word = |key: &str| bad(file, &format!("[[block]] {place}: {key}"));
        let row = row.as_table().ok_or_else(|| word("[[block]]"))?;
        if let Some(key) = row.keys().find(|key| !["number", "title", "text", "form"].contains(&key.as_str())) {
            return Err(word(key));
        }
        let number = row.get("number").and_then(toml::Value::as_integer);
        let number = number.and_then(|number| u32::try_from(number).ok()).filter(|number| (1..=9999).contains(number));
        let number = number.ok_or_else(|| word("number"))?;
        if blocks.iter().any(|block| block.number == number) {
            return Err(word(&format!("number = {number}")));
        }
        let line = |key: &str, longest: usize, breaks: bool| {
            let text = row.get(key)?.as_str()?.trim();
            let hidden = text.chars().any(|c| c.is_control() && !(breaks && c == '\n'));
            (!text.is_empty() && !hidden && text.chars().count() <= longest).then(|| text.to_owned())
        };
        blocks.push(Block {
            number,
            title: line("title", LONGEST_TITLE, false).ok_or_else(|| word("title"))?,
            text: line("text", LONGEST_TEXT, true).ok_or_else(|| word("text"))?,
            form: match row.contains_key("form") {
                true => Some(line("form", LONGEST_TITLE, false).ok_or_else(|| word("form"))?),
                false => None,
            },
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_example_holds_until_the_store_has_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let shipped = load(dir.path()).unwrap();
        assert_eq!(shipped.iter().map(|block| block.number).collect::<Vec<_>>(), (1..=7).collect::<Vec<_>>());
        let folder = dir.path().join(OWN);
        std::fs::create_dir(&folder).unwrap();
        assert_eq!(load(dir.path()).unwrap(), shipped);
        let block = |number: u32| format!("[[block]]\nnumber = {number}\ntitle = \"題\"\ntext = \"文\"\n");
        std::fs::write(folder.join("b.toml"), format!("{}form = \"01430\"\n", block(12))).unwrap();
        std::fs::write(folder.join("a.toml"), block(20)).unwrap();
        std::fs::write(folder.join("notes.txt"), "x").unwrap();
        let own = load(dir.path()).unwrap();
        let of = |block: &Block| (block.number, block.form.clone());
        assert_eq!(own.iter().map(of).collect::<Vec<_>>(), [(12, Some("01430".to_owned())), (20, None)]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join(OWN);
        std::fs::create_dir(&folder).unwrap();
        let good = "[[block]]\nnumber = 1\ntitle = \"題\"\ntext = \"文\"\n";
        for (text, expected) in [
            ("[[block]\n".to_owned(), "TOML"),
            ("[[blocks]]\n".to_owned(), "blocks"),
            (String::new(), "[[block]]"),
            (good.replace("= 1", "= 0"), "[[block]] 1: number"),
            (good.replace("\"題\"", "\" \""), "[[block]] 1: title"),
            (good.replace("\"文\"", "\"\\u001b\""), "[[block]] 1: text"),
            (format!("{good}forms = \"1\"\n"), "[[block]] 1: forms"),
            (format!("{good}{good}"), "[[block]] 2: number = 1"),
        ] {
            std::fs::write(folder.join("a.toml"), &text).unwrap();
            let Err(CorrectionError::BadFile { file, word }) = load(dir.path()) else { panic!("{text}") };
            assert!(file.ends_with("a.toml"), "{file}");
            assert_eq!(word, expected, "{text}");
        }
        std::fs::write(folder.join("a.toml"), [0x83, 0x5c]).unwrap();
        assert!(matches!(load(dir.path()), Err(CorrectionError::BadFile { word, .. }) if word == "UTF-8"));
    }
}
