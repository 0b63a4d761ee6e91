//! A profile that somebody wrote: any text is either read or refused with a place in it.

use crate::exchange::profile::Profile;

/// Reads the bytes as a profile.
///
/// # Panics
/// Where an error points outside of the text, or a profile means something else when it is read again.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Profile::from_toml("fuzz", text) {
        Ok(profile) => {
            assert_eq!(Profile::from_toml("again", text).map(|again| again.hash()), Ok(profile.hash()));
            let _ = profile.status(text);
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
        fn any_text(text in "([a-z_]{1,8}|[\\[\\]=\"山\n# ]|source|columns|number|require|\\[\"x\"\\]){0,20}") {
            run(text.as_bytes());
        }
    }

    #[test]
    fn shipped() {
        for text in
            [include_str!("../../data/profiles/etumo-list.toml"), include_str!("../../data/profiles/generic.toml")]
        {
            run(text.as_bytes());
            // Every mistake of one lost byte.
            for at in 0..text.len() {
                let mut bytes = text.as_bytes().to_vec();
                bytes.remove(at);
                run(&bytes);
            }
        }
    }
}
