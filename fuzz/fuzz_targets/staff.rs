//! Fuzz target: see `sekisho::fuzzing::staff`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::staff::run(bytes));
