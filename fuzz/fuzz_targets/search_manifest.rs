//! Fuzz target: see `sekisho::fuzzing::search_manifest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::search_manifest::run(bytes));
