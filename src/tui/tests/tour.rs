//! The tour by keys: offered once, one step after the other by doing them, in nobody's way.

use std::sync::atomic::Ordering;

use crate::command::Context;
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};
use crate::tui::layout::HEIGHT_FOR_STRIP;
use crate::tui::message::{Effect, Message};
use crate::tui::tour::{Step, Tour};

const PRACTICE: Setting = Setting {
    practice: false,
    assign_on_open: false,
    size: (80, 24),
    language: Language::Japanese,
    keymap: "default",
    theme: "default-16",
    ascii: false,
    width: crate::tui::text::WidthPolicy::Narrow,
    demo: true,
    today: true,
    tour: true,
    part: 1_000,
};

fn step(screen: &Driver) -> Option<Step> {
    match screen.model.tour {
        Some(Tour::At(step, _)) => Some(step),
        _ => None,
    }
}

#[test]
fn the_main_job_is_learnt_by_doing_it() {
    for keymap in ["default", "vim", "function-keys"] {
        let mut screen = Driver::open(20, &Setting { keymap, ..PRACTICE });
        screen.shows("はじめての方へ").shows("Enter 始める").shows("Esc いまはしない");
        screen.press("<Enter>").shows("案内 1/8").shows("いま待っている");
        assert!(screen.memory.toured.load(Ordering::Relaxed), "it won't be offered again");
        let statuses = screen.memory.statuses();
        for (keys, next) in [
            ("<Enter>", Step::Search),
            ("<F3><Right> やまがた", Step::Search),
            ("<Enter>", Step::MarkAll),
            ("<F6>", Step::Choose),
            ("<F4>", Step::Choose),
            ("<Enter>", Step::Execute),
            ("<F12>", Step::Undo),
            ("<F9>", Step::Open),
            ("<Enter>", Step::Open),
            ("<Esc>", Step::Help),
            ("<F1>", Step::Help),
        ] {
            screen.press(keys);
            assert_eq!(step(&screen), Some(next), "{keymap}: after {keys}\n{}", screen.screen());
        }
        assert_eq!(screen.memory.statuses(), statuses, "what the tour did was taken back");
        screen.press("<Esc>").shows("案内は終わりです").hides("案内 8/8");
        assert_eq!(screen.model.tour, None);
    }
}

#[test]
fn keys_are_named_as_they_are_in_force() {
    let mut screen = Driver::open(20, &PRACTICE);
    screen.press("<Enter><Enter>").shows("/ を押し");
    let mut screen = Driver::open(20, &Setting { keymap: "function-keys", ..PRACTICE });
    screen.press("<Enter><Enter>").shows("F3 を押し");
    // Those of the list, while a text field has the keys too.
    screen.press("<F3>").shows("F3 を押し");
}

#[test]
fn the_offer_is_in_nobodys_way() {
    let mut screen = Driver::open(20, &PRACTICE);
    screen.press("<Down>").hides("はじめての方へ").shows("「今日の仕事」で t を押すと");
    assert!(screen.memory.toured.load(Ordering::Relaxed));
    screen.press("<Up><Enter>").shows("／ 処理状況:未処理");
    let mut screen = Driver::open(20, &PRACTICE);
    screen.press("1");
    assert_eq!((screen.model.context(), screen.model.tour), (Context::List, None));
    let mut screen = Driver::open(20, &PRACTICE);
    screen.press("q");
    assert_eq!(screen.asked, [Effect::Quit]);
}

#[test]
fn declined_it_can_be_begun_later() {
    let mut screen = Driver::open(20, &PRACTICE);
    screen.press("<Esc>").hides("はじめての方へ").shows("いま待っている仕事です");
    assert!(screen.memory.toured.load(Ordering::Relaxed));
    screen.press("t").shows("案内 1/8");
    screen.press("<Enter>/紅花<Enter>a").shows("選択").shows("案内 2/8");
    screen.press("0?tour.open<Enter>").shows("案内 1/8").shows("（すべて）").shows("を解除しました").hides("件   選択");
}

#[test]
fn escape_ends_it_where_it_closes_nothing() {
    let mut screen = Driver::open(20, &PRACTICE);
    screen.press("<Enter><Enter>/<Right> やま<Esc>").shows("案内 3/8").shows("Esc 案内を終える");
    screen.press("s<Esc>").shows("案内 3/8");
    screen.press("<Esc>").hides("案内 3/8").shows("案内を終えました。「今日の仕事」で t");
    screen.press("<Esc>").hides("案内を終えました");
}

#[test]
fn a_step_that_was_left_is_shown_again() {
    let mut screen = Driver::open(20, &PRACTICE);
    screen.press("<Enter><Down><Down><Down><Enter><Esc><Esc>");
    assert_eq!(step(&screen), Some(Step::Today), "the two books are another line");
    screen.press("<Home><Down><Enter>/<Right> むかし<Enter>");
    assert_eq!(step(&screen), Some(Step::Search), "nothing was found");
    screen.press("/やまがた<Enter>");
    assert_eq!(step(&screen), Some(Step::Search), "applications of every status were found");
    screen.press("/処理状況:未処理 -むかし<Enter> ");
    assert_eq!(step(&screen), Some(Step::MarkAll), "one is not all");
    screen.press("as<Enter>");
    assert_eq!(step(&screen), Some(Step::Execute));
    screen.press("<Esc>").shows("案内 4/8");
    // What a colleague does is no step.
    screen.memory.changes(0, crate::domain::status::Status::Provisional);
    screen.send(Message::StoreChanged);
    screen.shows("案内 4/8");
}

#[test]
fn a_real_store_has_no_tour() {
    let mut screen = Driver::open(20, &Setting { demo: false, tour: false, ..PRACTICE });
    screen.press("t").shows("案内は練習用のデータ");
    assert_eq!(screen.model.tour, None);
}

#[test]
fn the_strip_leaves_room_and_every_sentence_fits() {
    use ratatui::buffer::CellWidth as _;
    for size in [(60, HEIGHT_FOR_STRIP), (79, 24), (80, 24), (110, 40), (200, 60)] {
        for language in [Language::Japanese, Language::English] {
            for keymap in ["default", "function-keys"] {
                let mut screen = Driver::open(20, &Setting { size, language, keymap, ..PRACTICE });
                let stages = [Tour::Offered].into_iter().chain(Step::ALL.map(|step| Tour::At(step, false)));
                for stage in stages {
                    screen.model.tour = Some(stage);
                    let strip = screen.model.places().and_then(|places| places.strip).unwrap();
                    let lines = screen.lines();
                    let text: String = lines[usize::from(strip.y) + 1..usize::from(strip.bottom())].concat();
                    assert!(text.trim_end().ends_with(['。', '）', '.', ')', 'い', 'w']), "{size:?} {stage:?}: {text}");
                    assert!(lines.iter().all(|line| line.as_str().cell_width() <= size.0));
                }
            }
        }
    }
}

#[test]
fn a_low_terminal_says_what_the_tour_needs() {
    let mut screen = Driver::open(20, &Setting { size: (80, HEIGHT_FOR_STRIP - 1), tour: false, ..PRACTICE });
    screen.press("t").shows("もう少し高い画面が必要です");
    assert_eq!(screen.model.tour, None);
    // An offer that has no room takes no key. It waits for room, but not until there is work that it would come into.
    let mut screen = Driver::open(20, &Setting { size: (80, HEIGHT_FOR_STRIP - 1), ..PRACTICE });
    screen.hides("はじめての方へ");
    screen.resize(80, 24);
    screen.shows("はじめての方へ");
    let mut screen = Driver::open(20, &Setting { size: (80, HEIGHT_FOR_STRIP - 1), ..PRACTICE });
    screen.press("<Enter>a").shows("／ 処理状況:未処理");
    screen.resize(80, 24);
    screen.hides("はじめての方へ");
    assert!(!screen.memory.toured.load(Ordering::Relaxed), "it was never seen: the next sitting offers it");
    screen.press("<Enter><Esc>").hides("案内 1/8").shows("選択 ");
}

#[test]
fn escape_in_a_sequence_of_keys_ends_the_sequence_alone() {
    let mut screen = Driver::open(20, &Setting { keymap: "vim", ..PRACTICE });
    screen.press("<Enter><Enter>").shows("案内 2/8");
    screen.press("g<Esc>").shows("案内 2/8");
    screen.press("<Esc>").hides("案内 2/8");
}

#[test]
fn it_says_that_marks_went_before_it_begins() {
    let mut screen = Driver::open(20, &PRACTICE);
    screen.press("1aa0t").shows("案内 1/8").shows("選択 20件を解除しました").hides("件   選択");
}

#[test]
fn the_tour_at_each_size() {
    for size in [(80, 24), (110, 40), (200, 60)] {
        for language in [Language::Japanese, Language::English] {
            let mut screen = Driver::open(20, &Setting { size, language, ..PRACTICE });
            for (what, keys) in
                [("offer", ""), ("search", "<Enter><Enter>"), ("execute", "/<Right> やまがた<Enter>as<Enter>")]
            {
                screen.press(keys);
                let name = format!("tour_{what}_{}x{}_{}", size.0, size.1, language.id());
                insta::assert_snapshot!(name, screen.screen());
            }
        }
    }
}
