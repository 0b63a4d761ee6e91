//! The administrator's policy: whatever the bytes say, reading it doesn't panic, and a mistake lies within the text.

use std::path::Path;

use crate::config::policy::{Policy, PolicyError};

/// Reads `data` as a policy and asks it everything.
///
/// # Panics
/// If an invariant is broken: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match Policy::read(&text, Path::new("policy.toml")) {
        Ok(policy) => {
            let free = policy.store.folders.is_none();
            assert!(!free || policy.allows_store(Path::new("/srv/store")), "what isn't laid down is allowed");
            assert!(policy.allows_sign_in("none", true), "a demo store needs no sign-in");
            assert!(!Policy::closed().allows_sign_in("os", false));
        }
        Err(PolicyError::Wrong { line, column, .. }) => {
            assert!(line >= 1 && line <= text.lines().count() as u64 + 1 && column >= 1);
        }
        Err(other) => unreachable!("{other}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes(data in prop_oneof![proptest::collection::vec(any::<u8>(), 0..64), ".{0,24}".prop_map(String::into_bytes)]) {
            super::run(&data);
        }
    }
}
