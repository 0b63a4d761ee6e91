//! Fuzz target: see `sekisho::fuzzing::policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::policy::run(bytes));
