//! 審査結果 as it is typed in its dialog: by its place in the list that the hint shows, which an IME can't get in the way of, or
//! by its word.

use super::batch::typed_number;
use crate::domain::finding::{Finding, parse_wish};

/// Reads what was typed; `off` is what stands behind a minus. `None` = no such word.
pub fn wish(text: &str, off: Option<&str>) -> Option<Option<Finding>> {
    match (off, typed_number(text)) {
        (Some(""), _) | (None, Some(0)) => Some(None),
        (None, Some(place)) => Finding::from_code(place).map(Some),
        _ => parse_wish(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_typed_by_its_place_or_its_word() {
        assert_eq!(wish("1", None), Some(Some(Finding::Approved)));
        assert_eq!(wish("５", None), Some(Some(Finding::NotApplicable)));
        assert_eq!(wish("不承認", None), Some(Some(Finding::Disapproved)));
        assert_eq!((wish("-", Some("")), wish("0", None), wish("なし", None)), (Some(None), Some(None), Some(None)));
        assert_eq!((wish("6", None), wish("可", None), wish("-1", Some("1"))), (None, None, None));
    }
}
