//! Fuzz target: see `sekisho::fuzzing::profile`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::profile::run(bytes));
