//! Export, help, messages.

use super::go_to;
use crate::command::{COMMANDS, Context};
use crate::messages::Language;
use crate::tui::driver::{Driver, Intake, Setting};
use crate::tui::layout::HEIGHT_FOR_STRIP;

#[test]
fn marked_ones_are_exported_and_the_format_takes_its_ending_along() {
    let mut screen = Driver::with(20);
    screen.press("  e");
    screen.shows("選択した 2件").shows("申込一覧_20261120-1605.csv");
    screen.press("<Enter><Enter>  ");
    screen.shows("申込一覧_20261120-1605.xlsx");
    screen.press("<F12>");
    screen.shows("2件を出力しました");
    assert_eq!(screen.memory.exports(), [("/out/申込一覧_20261120-1605.xlsx".to_owned(), 2)]);
}

#[test]
fn all_that_match_are_exported_and_enter_in_the_path_only_goes_on() {
    let mut screen = Driver::with(20);
    screen.press("/紅花<Enter>e<Enter><Enter><Enter>");
    screen.press("<Ctrl-U>/tmp/出力 先.csv<Enter>");
    assert!(screen.memory.exports().is_empty());
    screen.press("<Enter>");
    assert_eq!(screen.memory.exports(), [("/tmp/出力 先.csv".to_owned(), 3)]);
}

#[test]
fn an_export_that_fails_stays_open_and_an_empty_path_is_asked_for() {
    let mut screen = Driver::with(20);
    screen.press("e<Down><Down><Down><Ctrl-U><F12>");
    screen.shows("保存先が空です");
    screen.press("/no-such-folder/a.csv<F12>");
    screen.shows("保存先のフォルダーがありません").shows("ファイルに出力");
    screen.press("<Esc>");
    assert!(screen.model.layers.is_empty());
}

#[test]
fn the_help_lists_every_command_of_the_table_with_its_keys() {
    let mut screen = Driver::open(20, &Setting { size: (200, 60), ..Setting::default() });
    screen.press("?");
    let mut seen = screen.screen();
    for _ in 0..10 {
        screen.press("<PageDown>");
        seen.push_str(&screen.screen());
    }
    for command in COMMANDS {
        let key = command.title_key();
        let title = screen.model.words.text(&key);
        assert!(seen.contains(title), "{title}");
    }
}

#[test]
fn the_help_is_searched_and_runs_what_is_chosen() {
    let mut screen = Driver::with(20);
    screen.press("?該当すべて");
    screen.shows("当てはまる機能はありません");
    screen.press("<Ctrl-U>mark.all");
    screen.shows("該当全件").hides("選択反転");
    screen.press("<Enter>");
    assert_eq!(screen.model.list.marks().len(), 20);
    screen.press("<F1>batch.execute<Enter>");
    screen.shows("「一括処理の確認」で使えます");
    screen.press("<Esc>");
    assert_eq!(screen.model.context(), Context::List);
}

#[test]
fn a_sequence_of_keys_waits_for_its_end() {
    let mut screen = Driver::open(100, &Setting { keymap: "vim", ..Setting::default() });
    screen.press("Gg");
    assert_eq!(screen.model.list.cursor(), 99);
    screen.shows("g …");
    screen.press("g");
    assert_eq!(screen.model.list.cursor(), 0);
    screen.press("gx");
    assert!(screen.model.pending.is_empty());
}

#[test]
fn the_whole_job_goes_without_a_letter() {
    let mut screen = Driver::open(20, &Setting { keymap: "function-keys", ..Setting::default() });
    screen.press("<F3>紅花<Enter><F6><F4><Enter><F12><F9>q");
    screen.shows("q には機能がありません");
    screen.press("<F10>");
    assert_eq!(screen.asked, [crate::tui::message::Effect::Quit]);
}

#[test]
fn every_command_answers_in_every_context_that_offers_it() {
    for size in [(80, 24), (110, 40), (60, 16)] {
        for language in [Language::Japanese, Language::English] {
            every_command_answers(&Setting { size, language, ..Setting::default() });
        }
    }
}

fn every_command_answers(setting: &Setting) {
    for command in COMMANDS {
        for context in command.contexts {
            if *context == Context::Tour && setting.size.1 < HEIGHT_FOR_STRIP {
                // An offer that has no room takes no key.
                continue;
            }
            let mut screen = Driver::open(30, setting);
            screen.press("  ");
            screen.memory.intake(|intake| *intake = Intake::sample());
            go_to(&mut screen, *context);
            if !matches!(context, Context::Everywhere | Context::Tour) {
                assert_eq!(screen.model.context(), *context);
            }
            let before = (screen.screen(), screen.model.layers.len(), screen.cursor());
            let generation = format!("{:?}", screen.model.list);
            let key = screen.model.key_name(*context, command.id);
            for key in key.split(' ') {
                screen.press(&if key.chars().count() > 1 { format!("<{key}>") } else { key.to_owned() });
            }
            let after = (screen.screen(), screen.model.layers.len(), screen.cursor());
            let moved = before != after
                || generation != format!("{:?}", screen.model.list)
                || !screen.asked.is_empty()
                || screen.model.keeping.is_leaving();
            // At the first line, up and first have nowhere to go.
            let at_the_top = crate::tui::motion::is_motion(command.id);
            let same_choice = *context == Context::Batch
                || command.id.as_str() == "export.change"
                || *context == Context::ViewSave && command.id.as_str() == "dialog.change";
            assert!(moved || at_the_top || same_choice, "{} in {context:?}\n{}", command.id.as_str(), after.0);
        }
    }
}
