//! Makes, before the program is compiled, the table of the kanji that another one stands for: the tables it comes from
//! are large, slow to open and of no other use, so they stay out of the program.
//!
//! Tables: MJ縮退マップ (文字情報技術促進協議会) through jntajis, old → new forms through yosina; both by character, with
//! variation selectors gone before (domain.md §5.2).
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the build, which cargo tells")]

#[path = "src/domain/fold/range.rs"]
mod range;

use std::path::Path;

use jntajis::codec::mj_shrink::{MJShrinkScheme, MJShrinkSchemes, mj_shrink_candidates};
use unicode_normalization::UnicodeNormalization;

use range::{is_kanji, is_selector};

/// Kanji that the shrink map sends to a different kanji of daily use (玉 → 王, 功 → 切, 舛 → 升 …): right
/// for an old register that confused them, but in search they only bring wrong hits.
const KEPT: &str = "丑玉功師書宍匝娼吊舛";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/domain/fold/range.rs");
    let recipe = yosina::TransliterationRecipe { kanji_old_new: true, ..Default::default() };
    let new_forms = yosina::make_transliterator(&recipe).unwrap();
    let new_form = |c: char| {
        let text = new_forms(&c.to_string()).unwrap_or_default();
        // yosina leaves the selectors of glyphs that it can't name without one.
        single(text.nfc().filter(|c| !is_selector(*c))).filter(|c| is_kanji(*c)).unwrap_or(c)
    };
    // Pairs of 32-bit numbers, little-endian, by the first one: a kanji, and the one that stands for it.
    let mut table = Vec::new();
    for c in ('\u{3400}'..='\u{323AF}').filter(|c| is_kanji(*c)) {
        let stands = end_of_way(c, &new_form);
        if stands != c {
            table.extend([c, stands].map(|c| u32::from(c).to_le_bytes()).concat());
        }
    }
    let folder = std::env::var_os("OUT_DIR").unwrap();
    std::fs::write(Path::new(&folder).join("kanji.bin"), table).unwrap();
}

/// The tables lead on from one form to the next, and here and there back again: the end of the way stands for all on it,
/// the smallest code point for a circle.
fn end_of_way(c: char, new_form: &impl Fn(char) -> char) -> char {
    let mut way = vec![c];
    loop {
        let at = way[way.len() - 1];
        let next = plainer(at, new_form);
        if next == at {
            return at;
        }
        if let Some(start) = way.iter().position(|seen| *seen == next) {
            return way[start..].iter().copied().min().unwrap_or(at);
        }
        way.push(next);
    }
}

/// One step to a plainer form: compatibility code point, then the shrink map, then the 新字体 of a 旧字体.
fn plainer(c: char, new_form: &impl Fn(char) -> char) -> char {
    let plain = single(c.nfc()).unwrap_or(c);
    if plain != c || KEPT.contains(c) {
        return plain;
    }
    let schemes = MJShrinkSchemes::builder()
        .with(MJShrinkScheme::JISIncorporationUCSUnificationRule)
        .with(MJShrinkScheme::MOJFamilyRegisterActRelatedNotice);
    let shrunk = mj_shrink_candidates(c.to_string(), schemes).next();
    let shrunk = shrunk.and_then(|text| single(text.nfc())).filter(|c| is_kanji(*c)).unwrap_or(c);
    if shrunk == c { new_form(c) } else { shrunk }
}

fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}
