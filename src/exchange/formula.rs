//! Cells that a spreadsheet would take for a formula, made harmless in a way that can be taken back exactly.
//!
//! The characters are those of OWASP's list with their full-width forms, which start a formula in Japanese Excel too.
//! A cell that begins with one of them, also after Unicode spaces, gets an apostrophe in front; so does one that
//! already looks like such a result, so that taking away is exact.

use std::borrow::Cow;

const PREFIX: char = '\'';

/// The cell as it goes into a file for people.
#[must_use]
pub fn neutralise(cell: &str) -> Cow<'_, str> {
    if needs_prefix(cell) { Cow::Owned(format!("{PREFIX}{cell}")) } else { Cow::Borrowed(cell) }
}

/// Takes away exactly what [`neutralise`] added.
#[must_use]
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix(PREFIX) {
        Some(inner) if needs_prefix(inner) => inner,
        _ => cell,
    }
}

/// Whether [`neutralise`] adds a prefix: behind any apostrophes of its own, the cell leads with a formula.
#[must_use]
pub fn needs_prefix(cell: &str) -> bool {
    leads_with_formula(cell.trim_start_matches(PREFIX))
}

fn leads_with_formula(cell: &str) -> bool {
    let text = cell.trim_start_matches(is_space);
    let spaces = &cell[..cell.len() - text.len()];
    spaces.contains(['\t', '\r'])
        || (text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && !is_whole_number(text) && !is_phone(text))
}

/// Unicode spaces, and the characters without width that could stand before a formula unseen.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// `-5`, `+10`: what a spreadsheet makes of it is the number that it is.
fn is_whole_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `+81-23-000-0000`: a plus sign, then 7 to 15 digits (E.164) in groups.
fn is_phone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    rest.starts_with(|first: char| first.is_ascii_digit())
        && rest.ends_with(|last: char| last.is_ascii_digit())
        && rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b' ' | b'(' | b')'))
        && (7..=15).contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_get_a_prefix_and_numbers_do_not() {
        for cell in [
            "=SUM(A1)",
            "+cmd|' /C calc'!A0",
            "-1+1",
            "@x",
            "＝1",
            "＋1",
            "－１",
            "＠x",
            "\t1",
            "\r=",
            " =1",
            "\u{3000}=1",
            "\u{A0}@",
            "\u{200B}=1",
            "\u{FEFF}=1",
            "'=1",
            "''=1",
            "-",
            "+",
            "+81-",
            "\n=1",
            " \tx",
        ] {
            assert_eq!(neutralise(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in [
            "",
            "054936663560",
            "-5",
            "+10",
            "+81-23-000-0000",
            "+81 (0)23 000 0000",
            "023-000-0000",
            "山田 太郎",
            "ー休",
            "a=b",
            "'abc",
            "1-2",
            " 1",
            "\n1",
        ] {
            assert_eq!(neutralise(cell), cell, "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn taking_away_is_exact(cell in "['=+\\-@＝－\t\r \u{3000}a1]{0,6}") {
            let written = neutralise(&cell);
            prop_assert_eq!(restore(&written), cell.as_str());
            prop_assert!(!leads_with_formula(&written));
        }

        #[test]
        fn taking_away_is_exact_for_any_text(cell: String) {
            let written = neutralise(&cell);
            prop_assert_eq!(restore(&written), cell.as_str());
        }
    }
}
