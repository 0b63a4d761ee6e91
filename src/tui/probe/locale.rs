//! What the environment says of the encoding: `LC_ALL`, else `LC_CTYPE`, else `LANG`. It only counts where the terminal
//! doesn't say itself: many a session has `LANG=C` and a terminal that shows UTF-8.

/// The locale that is set, as it is written: `C` where none is.
#[must_use]
pub fn locale(variable: impl Fn(&str) -> Option<String>) -> String {
    let set =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    set.unwrap_or_else(|| "C".to_owned())
}

/// Whether a locale is one of UTF-8. Consoles of Windows have none and take UTF-8.
#[must_use]
pub fn is_utf8(locale: &str) -> bool {
    let word = locale.to_ascii_lowercase();
    cfg!(windows) || word.contains("utf-8") || word.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_set_counts() {
        let of = |set: &[(&str, &str)]| {
            locale(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[]), "C");
        assert_eq!(of(&[("LANG", "ja_JP.UTF-8")]), "ja_JP.UTF-8");
        assert_eq!(of(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "POSIX")]), "POSIX");
        assert_eq!(of(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")]), "C.utf8");
    }

    #[test]
    #[cfg(not(windows))]
    fn utf8_is_written_in_two_ways() {
        assert!(is_utf8("ja_JP.UTF-8") && is_utf8("C.utf8"));
        assert!(!is_utf8("C") && !is_utf8("POSIX") && !is_utf8("ja_JP.eucJP") && !is_utf8("ja_JP.SJIS"));
    }
}
