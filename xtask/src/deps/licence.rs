//! Licence expressions (SPDX): whether what a package offers can be taken under what we allow.

use std::collections::{BTreeMap, BTreeSet};

use super::Package;

/// Packages that can't be taken, and allowed licences that nothing needs any more.
pub fn complaints(built: &BTreeSet<Package>, licences: &BTreeMap<Package, String>, allowed: &[String]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut used = BTreeSet::new();
    for package in built {
        let expression = licences.get(package).map_or("", String::as_str);
        match take(expression, allowed) {
            Some(taken) => used.extend(taken),
            None => complaints.push(format!("{} {}: licence “{expression}” is not allowed", package.0, package.1)),
        }
    }
    let stale = allowed.iter().filter(|licence| !used.contains(*licence));
    complaints.extend(stale.map(|licence| format!("deny.toml allows {licence}, which no package needs")));
    complaints
}

/// The allowed licences under which an expression can be taken; where there is a choice, those that come first in our
/// own list. `None` = it can't be taken.
fn take(expression: &str, allowed: &[String]) -> Option<BTreeSet<String>> {
    // `MIT/Apache-2.0` is the old way to write OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, at: 0, allowed };
    let taken = reader.any();
    if reader.at == words.len() { taken } else { None }
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    allowed: &'a [String],
}

impl Reader<'_> {
    fn next_is(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn rank(&self, taken: &BTreeSet<String>) -> usize {
        let place = |licence| self.allowed.iter().position(|known| known == licence).unwrap_or(usize::MAX);
        taken.iter().map(place).max().unwrap_or(usize::MAX)
    }

    fn any(&mut self) -> Option<BTreeSet<String>> {
        let mut best = self.all();
        while self.next_is("OR") {
            let other = self.all();
            best = match (best, other) {
                (Some(one), Some(two)) => Some(if self.rank(&two) < self.rank(&one) { two } else { one }),
                (one, two) => one.or(two),
            };
        }
        best
    }

    fn all(&mut self) -> Option<BTreeSet<String>> {
        let mut taken = self.one();
        while self.next_is("AND") {
            taken = match (taken, self.one()) {
                (Some(mut one), Some(two)) => {
                    one.extend(two);
                    Some(one)
                }
                _ => None,
            };
        }
        taken
    }

    fn one(&mut self) -> Option<BTreeSet<String>> {
        if self.next_is("(") {
            let inner = self.any();
            return if self.next_is(")") { inner } else { None };
        }
        let mut name = (*self.words.get(self.at)?).to_owned();
        self.at += 1;
        if self.next_is("WITH") {
            name = format!("{name} WITH {}", self.words.get(self.at)?);
            self.at += 1;
        }
        self.allowed.contains(&name).then(|| BTreeSet::from([name]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(expression: &str) -> Option<Vec<String>> {
        let allowed = ["MIT", "Apache-2.0", "Zlib"].map(str::to_owned);
        take(expression, &allowed).map(|set| set.into_iter().collect())
    }

    #[test]
    fn or_and_parentheses_and_the_old_slash() {
        assert_eq!(taken("MIT/Apache-2.0"), Some(vec!["MIT".into()]));
        assert_eq!(taken("LGPL-2.1-or-later OR Apache-2.0"), Some(vec!["Apache-2.0".into()]));
        assert_eq!(taken("(MIT OR Apache-2.0) AND Zlib"), Some(vec!["MIT".into(), "Zlib".into()]));
        assert_eq!(taken("(MIT OR Apache-2.0) AND GPL-3.0-only"), None);
        assert_eq!(taken("Zlib OR MIT"), Some(vec!["MIT".into()]));
    }

    #[test]
    fn an_exception_makes_another_licence_and_nothing_is_guessed() {
        assert_eq!(taken("Apache-2.0 WITH LLVM-exception"), None);
        assert_eq!(taken("Apache-2.0 WITH LLVM-exception OR MIT"), Some(vec!["MIT".into()]));
        assert_eq!(taken(""), None);
        assert_eq!(taken("MIT Apache-2.0"), None);
        assert_eq!(taken("(MIT"), None);
    }
}
