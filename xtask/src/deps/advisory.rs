//! Security advisories (RustSec): looked up where a database folder is at hand, and said plainly where none is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::Package;

/// Vulnerabilities that no patched version and no dated exception covers, and exceptions that nothing needs any more.
pub fn complaints(built: &BTreeSet<Package>, ignored: &BTreeSet<String>) -> Result<Vec<String>, String> {
    let Some(database) = database() else {
        println!("advisories: NOT CHECKED, no database here (name a copy of advisory-db in SEKISHO_ADVISORY_DB)");
        return Ok(Vec::new());
    };
    let mut complaints = Vec::new();
    let mut used = BTreeSet::new();
    for (name, version) in built {
        let Ok(files) = fs::read_dir(database.join("crates").join(name)) else { continue };
        for file in files.flatten() {
            let text =
                fs::read_to_string(file.path()).map_err(|error| format!("{}: {error}", file.path().display()))?;
            let Some(advisory) = Advisory::read(&text) else { continue };
            if advisory.withdrawn || !advisory.concerns(version) {
                continue;
            }
            if ignored.contains(&advisory.id) {
                used.insert(advisory.id);
            } else if let Some(kind) = advisory.informational {
                println!("advisories: {name} {version}: {} ({kind})", advisory.id);
            } else {
                complaints.push(format!("{name} {version}: {}", advisory.id));
            }
        }
    }
    complaints
        .extend(ignored.difference(&used).map(|id| format!("deny.toml ignores {id}, which concerns nothing here")));
    println!("advisories: looked up in {}", database.file_name().unwrap_or_default().to_string_lossy());
    Ok(complaints)
}

/// The folder that the environment names, else where cargo-audit and cargo-deny keep theirs.
fn database() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("SEKISHO_ADVISORY_DB") {
        return Some(PathBuf::from(named));
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")))?;
    let mut candidates = vec![home.join("advisory-db")];
    candidates
        .extend(fs::read_dir(home.join("advisory-dbs")).into_iter().flatten().flatten().map(|entry| entry.path()));
    candidates.into_iter().find(|folder| folder.join("crates").is_dir())
}

/// What we need of an advisory.
struct Advisory {
    id: String,
    informational: Option<String>,
    withdrawn: bool,
    /// Version requirements that are not concerned: patched or never affected.
    safe: Vec<String>,
}

impl Advisory {
    /// An advisory is a Markdown file that begins with a fenced TOML block.
    fn read(text: &str) -> Option<Self> {
        let block = text.split_once("```toml")?.1.split_once("```")?.0;
        let table = block.parse::<toml::Table>().ok()?;
        let advisory = table.get("advisory")?;
        let word = |key: &str| advisory.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        let versions = table.get("versions");
        let list = |key: &str| {
            let list = versions.and_then(|versions| versions.get(key)).and_then(toml::Value::as_array);
            list.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        Some(Self {
            id: word("id")?,
            informational: word("informational"),
            withdrawn: advisory.get("withdrawn").is_some(),
            safe: [list("patched"), list("unaffected")].concat(),
        })
    }

    fn concerns(&self, version: &str) -> bool {
        !self.safe.iter().any(|requirement| meets(version, requirement))
    }
}

/// Whether a version meets a requirement such as `>= 1.2.3, < 2`. A requirement that can't be read is not met, so
/// that the advisory shows.
fn meets(version: &str, requirement: &str) -> bool {
    let Some(version) = parts(version) else { return false };
    requirement.split(',').all(|comparator| {
        let comparator = comparator.trim();
        let digits = comparator.trim_start_matches(['<', '>', '=', '^', '~', ' ']);
        let operator = comparator[..comparator.len() - digits.len()].trim();
        let Some(bound) = parts(digits) else { return false };
        match operator {
            ">=" => version >= bound,
            ">" => version > bound,
            "<=" => version <= bound,
            "<" => version < bound,
            "=" => version == bound,
            "" | "^" => version >= bound && version < next_breaking(bound),
            "~" => version >= bound && version < [bound[0], bound[1] + 1, 0],
            _ => false,
        }
    })
}

/// Major, minor and patch; what a requirement leaves out is 0. A pre-release counts as its release.
fn parts(version: &str) -> Option<[u64; 3]> {
    let mut parts = [0; 3];
    let core = version.split(['-', '+']).next()?;
    for (at, part) in core.split('.').enumerate() {
        *parts.get_mut(at)? = part.trim().parse().ok()?;
    }
    Some(parts)
}

fn next_breaking(bound: [u64; 3]) -> [u64; 3] {
    match bound {
        [0, 0, patch] => [0, 0, patch + 1],
        [0, minor, _] => [0, minor + 1, 0],
        [major, _, _] => [major + 1, 0, 0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_meet_requirements() {
        assert!(meets("1.2.3", ">= 1.2.3"));
        assert!(meets("0.10.7", ">= 0.10.7, < 0.11.0"));
        assert!(!meets("0.11.0", ">= 0.10.7, < 0.11.0"));
        assert!(meets("1.9.0", "^1.2") && !meets("2.0.0", "^1.2"));
        assert!(meets("0.2.9", "^0.2.1") && !meets("0.3.0", "^0.2.1"));
        assert!(meets("1.2.9", "~1.2.3") && !meets("1.3.0", "~1.2.3"));
        assert!(!meets("1.0.0", "whatever"));
    }

    #[test]
    fn an_advisory_concerns_what_is_neither_patched_nor_unaffected() {
        let text = "```toml\n[advisory]\nid = \"RUSTSEC-2099-0001\"\npackage = \"jade\"\n[versions]\n\
            patched = [\">= 1.4.2\"]\nunaffected = [\"< 1.0.0\"]\n```\n\n# A made-up one\n";
        let advisory = Advisory::read(text).unwrap();
        assert!(advisory.concerns("1.4.1") && !advisory.concerns("1.4.2") && !advisory.concerns("0.9.0"));
        assert!(!advisory.withdrawn && advisory.informational.is_none());
    }
}
