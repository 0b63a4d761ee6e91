//! The bodies of the fuzz targets, run over the committed corpus and over small injuries of it: what the fuzzers found
//! once is tried on every change, without a nightly compiler.

#![allow(clippy::print_stdout, reason = "the seed is named before it runs: a failure shows it")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A body: it takes bytes that a stranger made, and panics where its invariant breaks.
type Body = fn(&[u8]);

/// Every body of `sekisho::fuzzing`, by the name of its fuzz target.
const BODIES: &[(&str, Body)] = &[
    ("calendar", sekisho::fuzzing::calendar::run),
    ("fold", sekisho::fuzzing::fold::run),
    ("form", sekisho::fuzzing::form::run),
    ("learn", sekisho::fuzzing::learn::run),
    ("operation", sekisho::fuzzing::operation::run),
    ("policy", sekisho::fuzzing::policy::run),
    ("profile", sekisho::fuzzing::profile::run),
    ("query", sekisho::fuzzing::query::run),
    ("search_manifest", sekisho::fuzzing::search_manifest::run),
    ("search_segment", sekisho::fuzzing::search_segment::run),
    ("session", sekisho::fuzzing::session::run),
    ("source_file", sekisho::fuzzing::source_file::run),
    ("staff", sekisho::fuzzing::staff::run),
];

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(path)
}

/// The seeds of a target, by file name.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(folder("corpus").join(target)).into_iter().flatten().flatten();
    let mut seeds: Vec<(String, Vec<u8>)> = files
        .filter_map(|file| Some((file.file_name().to_string_lossy().into_owned(), fs::read(file.path()).ok()?)))
        .collect();
    seeds.sort();
    seeds
}

#[test]
fn every_target_has_its_body_here_and_a_corpus() {
    let stem = |file: fs::DirEntry| Some(file.path().file_stem()?.to_string_lossy().into_owned());
    let targets: BTreeSet<String> =
        fs::read_dir(folder("fuzz_targets")).into_iter().flatten().flatten().filter_map(stem).collect();
    let bodies: BTreeSet<String> = BODIES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(bodies, targets);
    for target in &targets {
        assert!(!seeds(target).is_empty(), "{target} has no corpus");
    }
}

#[test]
fn the_bodies_stand_the_corpus() {
    for (target, body) in BODIES {
        for (name, bytes) in seeds(target) {
            println!("{target}/{name}");
            body(&bytes);
        }
    }
}

#[test]
fn the_bodies_stand_an_injured_corpus() {
    for (target, body) in BODIES {
        for (name, bytes) in seeds(target) {
            println!("{target}/{name}");
            // About a hundred injuries a seed: cut off, one byte replaced, the rest said twice.
            let step = bytes.len().div_ceil(40).max(1);
            for (turn, at) in (0..bytes.len()).step_by(step).enumerate() {
                body(&bytes[..at]);
                let replacements = [0x00, b'"', 0x80, 0xA0, 0xFF, bytes[at] ^ 1];
                let mut injured = bytes.clone();
                injured[at] = replacements[turn % replacements.len()];
                body(&injured);
                let mut doubled = bytes.clone();
                doubled.extend_from_slice(&bytes[at..]);
                body(&doubled);
            }
        }
    }
}
