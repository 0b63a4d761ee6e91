//! What a 起案 says: the counts, the sum of an item, and the 伺い文 by a template. Templates are shipped in `data/rulings/`; an
//! office puts its own into `DIR/rulings/`.

use std::path::Path;

use super::{Asked, RulingError, Submission};
use crate::assets::{Assets, text_of};
use crate::domain::calendar::wareki_day;
use crate::domain::finding::{self, Finding};
use crate::domain::identity::ApplicationId;
use crate::domain::ruling::{Draft, Total, amount};
use crate::office::fault::OfficeError;
use crate::store::Store;

/// The folder of an office's own templates within the store's folder.
const OWN: &str = "rulings";

/// The shipped templates.
const SHIPPED: &str = "data/rulings/";

/// The template that is taken where none is named, and where an item is summed up.
const USUAL: [&str; 2] = ["usual", "amount"];

/// A text with words in 【】 that are filled in.
#[derive(Debug, Clone)]
pub(super) struct Template {
    name: String,
    text: String,
}

impl Template {
    /// Reads the template that is asked for: the office's own of that name, else the shipped one.
    pub fn load(store: &Path, submission: &Submission) -> Result<Self, OfficeError> {
        let usual = USUAL[usize::from(submission.item.is_some())];
        let name = submission.template.as_deref().map_or(usual, str::trim).to_owned();
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let own = store.join(OWN).join(format!("{name}.toml"));
        let text = match plain.then(|| text_of(&own)) {
            Some(Ok(found)) => Some(found.text),
            Some(Err(_)) if own.exists() => return Err(bad(&name, &own.display().to_string()).into()),
            Some(Err(_)) => {
                Assets::built_in().read(&format!("{SHIPPED}{name}.toml")).map(|(text, _)| text.into_owned())
            }
            None => None,
        };
        let Some(text) = text else { return Err(RulingError::UnknownTemplate(name, known(store)).into()) };
        let table: toml::Table = text.parse().map_err(|_| bad(&name, "TOML"))?;
        let text = table.get("text").and_then(toml::Value::as_str).ok_or_else(|| bad(&name, "text"))?;
        Ok(Self { text: text.to_owned(), name })
    }

    /// Fills the words in. One that isn't known, or of which nothing is known, is no empty place but an error.
    fn fill(&self, value: &dyn Fn(&str) -> Option<String>) -> Result<String, RulingError> {
        let (mut filled, mut rest) = (String::with_capacity(self.text.len()), self.text.as_str());
        while let Some((before, behind)) = rest.split_once('【') {
            let (word, after) = behind.split_once('】').ok_or_else(|| bad(&self.name, "【"))?;
            filled.push_str(before);
            filled.push_str(&value(word).ok_or_else(|| bad(&self.name, &format!("【{word}】")))?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

fn bad(template: &str, word: &str) -> RulingError {
    RulingError::BadTemplate { template: template.to_owned(), word: word.to_owned() }
}

/// The names of all templates.
fn known(store: &Path) -> Vec<String> {
    let stem = |path: &str| Some(Path::new(path).file_stem()?.to_str()?.to_owned());
    let mut names: Vec<String> = Assets::built_in().list(SHIPPED).iter().filter_map(|path| stem(path)).collect();
    let own = std::fs::read_dir(store.join(OWN)).into_iter().flatten().flatten();
    let own = own.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name.ends_with(".toml"));
    names.extend(own.filter_map(|name| stem(&name)));
    names.sort_unstable();
    names.dedup();
    names
}

/// What a 起案 of these applications says.
pub(super) fn draft_of(store: &Store, asked: &Asked, ids: &[ApplicationId]) -> Result<Draft, OfficeError> {
    let mut counts = [0u64; Finding::ALL.len() + 1];
    let mut total =
        asked.submission.item.as_deref().map(|item| Total { item: item.trim().to_owned(), total: 0, unread: 0 });
    let mut forms: Vec<String> = Vec::new();
    for part in ids.chunks(256) {
        for entry in store.entries(part)? {
            let found = entry.finding.as_ref().map(|one| one.finding);
            counts[found.map_or(Finding::ALL.len(), |found| usize::from(found.code()) - 1)] += 1;
            let form = &entry.content.form;
            if !forms.contains(&form.name) {
                forms.push(form.name.clone());
            }
            if let Some(total) = &mut total {
                let place = form.items.iter().position(|item| *item == total.item);
                let value = place.and_then(|place| entry.content.values.get(place)?.as_deref());
                match value.and_then(amount).and_then(|amount| total.total.checked_add(amount)) {
                    Some(sum) => total.total = sum,
                    None => total.unread += 1,
                }
            }
        }
    }
    let of = Finding::ALL.into_iter().map(Some).chain([None]).zip(counts);
    let breakdown: Vec<_> = of.filter(|(_, count)| *count > 0).collect();
    let mut draft = Draft { title: asked.submission.title.clone(), text: String::new(), breakdown, total };
    draft.text = asked.template.fill(&|word| said(word, asked, &draft, &forms))?;
    Ok(draft)
}

/// A number as offices write it.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What stands for a word of a template; `None` = no such word, or nothing is known of it.
fn said(word: &str, asked: &Asked, draft: &Draft, forms: &[String]) -> Option<String> {
    let total = draft.total.as_ref();
    Some(match word {
        "件名" => draft.title.clone(),
        "起案日" => wareki_day(asked.today),
        "起案者" => asked.who.clone(),
        "様式名" => forms.join("、"),
        "件数" => grouped(draft.count()),
        "審査結果別内訳" => {
            let label = |found: Option<Finding>| found.map_or(finding::NONE[1], Finding::label);
            let each = draft.breakdown.iter().map(|(found, count)| format!("{} {}件", label(*found), grouped(*count)));
            each.collect::<Vec<_>>().join("、")
        }
        "金額の項目" => total?.item.clone(),
        "金額計" => grouped(total?.total),
        "金額のない件数" => grouped(total?.unread),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_or_says_which_word_it_lacks() {
        let template = |text: &str| Template { name: "t".to_owned(), text: text.to_owned() };
        let value = |word: &str| (word == "件数").then(|| "3".to_owned());
        assert_eq!(template("全【件数】件（【件数】）").fill(&value).unwrap(), "全3件（3）");
        assert_eq!(template("なし").fill(&value).unwrap(), "なし");
        for (text, lacks) in [("【金額】", "【金額】"), ("【件数", "【"), ("【】", "【】")] {
            assert!(matches!(template(text).fill(&value), Err(RulingError::BadTemplate { word, .. }) if word == lacks));
        }
        assert_eq!((grouped(0), grouped(999), grouped(1_234_567)), ("0".into(), "999".into(), "1,234,567".into()));
    }

    #[test]
    fn every_shipped_template_can_be_read_and_a_name_is_no_path() {
        let dir = tempfile::tempdir().unwrap();
        let load = |template: Option<&str>, item: Option<&str>| {
            let template = template.map(str::to_owned);
            let item = item.map(str::to_owned);
            Template::load(dir.path(), &Submission { title: "x".into(), template, item }).map(|one| one.name)
        };
        assert_eq!((load(None, None).unwrap(), load(None, Some("x")).unwrap()), ("usual".into(), "amount".into()));
        for name in known(dir.path()) {
            assert_eq!(load(Some(&name), None).unwrap(), name);
        }
        for name in ["../usual", "", "no", "a/b"] {
            assert!(load(Some(name), None).is_err(), "{name}");
        }
        std::fs::create_dir(dir.path().join(OWN)).unwrap();
        std::fs::write(dir.path().join(OWN).join("kaikei.toml"), "text = \"【件名】\"").unwrap();
        assert_eq!(load(Some("kaikei"), None).unwrap(), "kaikei");
        std::fs::write(dir.path().join(OWN).join("broken.toml"), "text = ").unwrap();
        assert!(load(Some("broken"), None).is_err());
    }
}
