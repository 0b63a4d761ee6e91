//! The word that was probably meant: for messages that name the nearest right one.

/// The candidate that takes the fewest changes to get to; the first of equals.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    candidates.into_iter().min_by_key(|candidate| distance(word, candidate))
}

/// How many letters must be changed, added or taken away to get from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    // A word longer than any of ours is as far away as it gets.
    for (i, a) in from.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_with_the_fewest_changes() {
        assert_eq!(nearest("keymaps", ["lang", "theme", "keymap"]), Some("keymap"));
        assert_eq!(nearest("", ["lang", "ascii"]), Some("lang"));
        assert_eq!(nearest("lang", []), None);
        assert_eq!((distance("kitten", "sitting"), distance("整理", "整理番号")), (3, 2));
    }
}
