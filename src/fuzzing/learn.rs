//! A list of an unknown shape: whatever its bytes are, what is learned of it is a profile that can be read.

use std::sync::OnceLock;

use crate::assets::Assets;
use crate::exchange::encoding::Choice;
use crate::exchange::learn::{Proposal, Sample, Wishes};
use crate::exchange::profile::Profile;
use crate::messages::{Language, Messages};

/// Learns from the bytes in every encoding.
///
/// # Panics
/// Where a proposal is no valid profile, or shows more of a value than it may.
pub fn run(bytes: &[u8]) {
    static MESSAGES: OnceLock<Messages> = OnceLock::new();
    let messages = MESSAGES.get_or_init(|| Messages::load(Language::Japanese, &Assets::built_in()));
    for choice in [Choice::Auto, Choice::Cp932, Choice::Utf8, Choice::Utf16] {
        let Ok(sample) = Sample::read(bytes, choice) else { continue };
        let wishes = Wishes { name: "fuzz".into(), likely_source: "fuzz".into(), ..Wishes::default() };
        let mut proposal = Proposal::new(&sample, wishes, None);
        proposal.accept();
        for column in proposal.columns() {
            assert!(column.samples.len() <= 3 && column.samples.iter().all(|value| value.chars().count() <= 41));
        }
        if let Some(text) = proposal.to_toml(messages, &[]) {
            let profile = Profile::from_toml("fuzz", &text);
            assert!(profile.is_ok(), "{profile:?}\n{text}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_bytes(bytes: Vec<u8>) {
            run(&bytes);
        }

        #[test]
        fn bytes_like_csv(bytes in prop::collection::vec(prop::sample::select(b"aN1o,,,\"\"\n\r\0\x81\xF0\x40\xE0@.-#\\".to_vec()), 0..120)) {
            run(&bytes);
        }
    }
}
