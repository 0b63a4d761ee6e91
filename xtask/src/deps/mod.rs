//! `cargo xtask deps`: licences, duplicates and advisories of what we build on, against the reasoned list in
//! `deny.toml` (cargo-deny's own format, of which the needed part is read here: CI has no cargo-deny).
//!
//! `cargo tree` says what is really built (`cargo metadata` also lists what an optional dependency of a dependency
//! would bring); `cargo metadata` says under which licence.

mod advisory;
mod licence;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::process::{Outcome, cargo, output, root};

/// A package by name and version.
pub type Package = (String, String);

/// Reads `deny.toml`, looks at the packages, prints what it found, and fails with every complaint at once.
pub fn run() -> Outcome {
    let text = fs::read_to_string(root().join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let list = text.parse::<toml::Table>().map_err(|error| format!("deny.toml: {error}"))?;
    let built = built(&strings(&list, "graph", "targets"))?;
    let licences = licences()?;

    let mut complaints = licence::complaints(&built, &licences, &strings(&list, "licenses", "allow"));
    complaints.extend(duplicates(&built, &reasoned(&list, "bans", "skip", "crate")?));
    println!("{} packages: licences and duplicates looked at", built.len());
    complaints.extend(advisory::complaints(&built, &reasoned(&list, "advisories", "ignore", "id")?)?);
    if complaints.is_empty() { Ok(()) } else { Err(format!("dependencies:\n  {}", complaints.join("\n  "))) }
}

/// The packages that are built for any of the targets, tests and build scripts included.
fn built(targets: &[String]) -> Result<BTreeSet<Package>, String> {
    let mut tree = cargo();
    tree.args([
        "tree",
        "--locked",
        "--workspace",
        "--edges",
        "normal,build,dev",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    for target in targets {
        tree.args(["--target", target]);
    }
    let packages = output(&mut tree)?
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next()?;
            let version = words.next()?.strip_prefix('v')?;
            Some((name.to_owned(), version.to_owned()))
        })
        .collect();
    Ok(packages)
}

/// The licence expression of every package.
fn licences() -> Result<BTreeMap<Package, String>, String> {
    let text = output(cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let of = |package: &serde_json::Value| {
        let word = |name: &str| package[name].as_str().map(str::to_owned);
        Some(((word("name")?, word("version")?), word("license").unwrap_or_default()))
    };
    Ok(metadata["packages"].as_array().into_iter().flatten().filter_map(of).collect())
}

/// Packages in more than one version, but for those skipped with a reason; and skips that nothing needs any more.
fn duplicates(built: &BTreeSet<Package>, skipped: &BTreeSet<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, version) in built {
        versions.entry(name).or_default().push(version);
    }
    let mut used = BTreeSet::new();
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let (set_aside, left): (Vec<&str>, Vec<&str>) =
            versions.iter().partition(|version| skipped.contains(&format!("{name}@{version}")));
        used.extend(set_aside.iter().map(|version| format!("{name}@{version}")));
        if left.len() > 1 {
            complaints.push(format!("{name} is built in several versions: {}", left.join(", ")));
        }
    }
    complaints.extend(
        skipped.difference(&used).map(|skip| format!("deny.toml skips {skip}, which is no duplicate any more")),
    );
    complaints
}

/// A list of strings under `[section] key`.
fn strings(list: &toml::Table, section: &str, key: &str) -> Vec<String> {
    let values = list.get(section).and_then(|section| section.get(key)).and_then(toml::Value::as_array);
    values.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// The names under `[section] key`, each of which must come with a dated reason.
fn reasoned(list: &toml::Table, section: &str, key: &str, name: &str) -> Result<BTreeSet<String>, String> {
    let values = list.get(section).and_then(|section| section.get(key)).and_then(toml::Value::as_array);
    let entry = |value: &toml::Value| {
        let word = |key: &str| value.get(key).and_then(toml::Value::as_str);
        let dated = |reason: &&str| {
            let bytes = reason.as_bytes();
            bytes.len() > 11 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[10] == b':'
        };
        match (word(name), word("reason").filter(dated)) {
            (Some(found), Some(_)) => Ok(found.to_owned()),
            _ => Err(format!("deny.toml: each entry of {section}.{key} needs `{name}` and a reason `YYYY-MM-DD: why`")),
        }
    };
    values.into_iter().flatten().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(packages: &[(&str, &str)]) -> BTreeSet<Package> {
        packages.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned())).collect()
    }

    #[test]
    fn a_duplicate_is_named_unless_it_is_skipped_and_a_stale_skip_is_named() {
        let built = set(&[("ivory", "1.0.0"), ("ivory", "2.0.0"), ("jade", "1.0.0")]);
        assert_eq!(duplicates(&built, &BTreeSet::new()).len(), 1);
        assert!(duplicates(&built, &["ivory@1.0.0".to_owned()].into()).is_empty());
        let stale = duplicates(&built, &["ivory@1.0.0".to_owned(), "jade@1.0.0".to_owned()].into());
        assert!(stale.len() == 1 && stale[0].contains("jade@1.0.0"), "{stale:?}");
    }

    #[test]
    fn an_exception_without_a_dated_reason_is_refused() {
        let parse = |reason: &str| {
            let text = format!("[bans]\nskip = [{{ crate = \"jade@1.0.0\", reason = \"{reason}\" }}]");
            reasoned(&text.parse::<toml::Table>().unwrap(), "bans", "skip", "crate")
        };
        assert!(parse("because").is_err());
        assert_eq!(parse("2026-11-20: because").unwrap().len(), 1);
    }
}
