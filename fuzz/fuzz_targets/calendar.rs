//! Fuzz target: see `sekisho::fuzzing::calendar`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::calendar::run(bytes));
