//! A definition of a form that somebody wrote: any text is either read or refused with a place in it.

use crate::domain::form::{ItemKind, doubt_of};
use crate::exchange::form::read_form;

/// Reads the bytes as a definition, and asks each item of it about a value.
///
/// # Panics
/// Where an error points outside of the text, or a definition breaks its own rules.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match read_form("fuzz.toml", text) {
        Ok(form) => {
            assert_eq!(read_form("again.toml", text), Ok(form.clone()));
            for item in &form.items {
                let uses = form.uses_individual_number || item.kind != ItemKind::IndividualNumber;
                assert!(uses && form.item(&item.name) == Some(item));
                let _ = doubt_of(&item.kind, &item.name);
            }
            let stand_ins = [&form.stand_ins.name, &form.stand_ins.phone].into_iter().flatten();
            assert!(stand_ins.into_iter().all(|name| form.item(name).is_some()));
        }
        Err(error) => {
            let lines = text.split('\n').count() as u64;
            assert!((1..=lines).contains(&error.line) && error.column >= 1, "{error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text(text in "([a-z_]{1,8}|[\\[\\]=\"山\n# ]|source|items|kind|id|\\[\\[items\\]\\]\n|\"etumo\"\n){0,20}") {
            run(text.as_bytes());
        }
    }

    #[test]
    fn shipped() {
        let text = include_str!("../../data/forms/etumo-01450.toml");
        // Every mistake of one lost byte.
        for at in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes.remove(at);
            run(&bytes);
        }
        run(text.as_bytes());
    }
}
