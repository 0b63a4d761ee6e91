//! Which item of a form stands for the name where 氏名/法人名 is empty, and for kana, birth date and phone, which many
//! sources have no column for.

use crate::domain::application::Content;

/// The items that stand for what an application doesn't say by itself, best first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StandIns {
    /// For 氏名/法人名 (`display_name`).
    pub name: Vec<String>,
    /// For フリガナ.
    pub kana: Vec<String>,
    /// The applicant's birth date.
    pub birth_date: Vec<String>,
    /// The applicant's phone number.
    pub phone: Vec<String>,
}

impl StandIns {
    /// The first of these items that an application has a value for.
    #[must_use]
    pub fn value<'c>(items: &[String], content: &'c Content) -> Option<&'c str> {
        let value = |name: &String| {
            let place = content.form.items.iter().position(|item| item == name)?;
            content.values.get(place)?.as_deref().filter(|value| !value.trim().is_empty())
        };
        items.iter().find_map(value)
    }

    /// What an application is called: 氏名/法人名, else what stands for it; `None` = 氏名なし.
    #[must_use]
    pub fn display_name<'c>(&self, content: &'c Content) -> Option<&'c str> {
        own(content.name.as_deref()).or_else(|| Self::value(&self.name, content))
    }

    /// Its フリガナ, else what stands for it.
    #[must_use]
    pub fn display_kana<'c>(&self, content: &'c Content) -> Option<&'c str> {
        own(content.kana.as_deref()).or_else(|| Self::value(&self.kana, content))
    }
}

/// A text that says something.
fn own(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::domain::application::FormHeader;
    use crate::domain::identity::ReceiptNumber;

    fn content(name: Option<&str>, values: &[(&str, &str)]) -> Content {
        let items = values.iter().map(|(item, _)| (*item).to_owned()).collect();
        Content {
            source: "etumo".into(),
            number: ReceiptNumber::new("1").unwrap(),
            form: Arc::new(FormHeader { items, ..FormHeader::default() }),
            submitted: None,
            name: name.map(str::to_owned),
            kana: None,
            mail: None,
            user_id: None,
            line: None,
            remarks: None,
            values: values.iter().map(|(_, value)| Some((*value).to_owned())).collect(),
            raw: BTreeMap::new(),
            sealed: Vec::new(),
        }
    }

    #[test]
    fn the_name_is_the_applicant_s_own_else_the_first_item_that_says_something() {
        let stand_ins = StandIns { name: vec!["代表者名".into(), "団体名".into()], ..StandIns::default() };
        let items = [("団体名", "紅花会"), ("代表者名", "　")];
        assert_eq!(stand_ins.display_name(&content(Some("山形 花子"), &items)), Some("山形 花子"));
        assert_eq!(stand_ins.display_name(&content(Some(""), &items)), Some("紅花会"));
        assert_eq!(stand_ins.display_name(&content(None, &[])), None);
        assert_eq!(stand_ins.display_kana(&content(None, &items)), None);
    }
}
