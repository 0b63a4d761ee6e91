//! Every screen as it looks, at three sizes and in both languages.

use crate::command::Context;
use crate::messages::Language;
use crate::tui::driver::Setting;
use crate::tui::tests::stage::stage;

#[test]
fn every_screen_at_each_size_in_both_languages() {
    for language in [Language::Japanese, Language::English] {
        for at in Context::ALL.into_iter().filter(|at| *at != Context::Everywhere) {
            let mut shots = String::new();
            for size in [(80, 24), (110, 40), (200, 60)] {
                let screen = stage(at, &Setting { size, language, ..Setting::default() });
                shots += &format!("{}x{}\n{}\n", size.0, size.1, screen.screen());
            }
            insta::assert_snapshot!(format!("{}_{}", at.id(), language.id()), shots);
        }
    }
}
