//! Work in the background by keys: the list of jobs, stopping the newest first, leaving, and what stays to be read.

use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use crate::domain::status::{Request, Status};
use crate::messages::Language;
use crate::tui::driver::{Driver, NOW, Setting};
use crate::tui::jobs::{End, State};
use crate::tui::layer::Layer;
use crate::tui::message::{Effect, Explained, Exported, Message, Progress, Work};

/// A screen on which a file is imported while the marked ones are exported and a change is written.
fn busy(setting: &Setting) -> Driver {
    let mut screen = Driver::with_files(setting);
    screen.press("f<Enter>");
    screen.hold();
    screen.press("<Enter><Esc><Esc>  e<F12>");
    screen.press("<Esc>");
    screen.press("u");
    let told = |work, done| Progress { work, done, total: Some(100), per_second: 52_000, seconds_left: Some(69) };
    screen.send(Message::Progress(told(Work::Import, 25)));
    screen.send(Message::Progress(told(Work::Export, 60)));
    screen
}

fn stopped() -> Explained {
    Explained { code: "work.stopped".to_owned(), sentence: "中止しました。".to_owned() }
}

fn later(seconds: i64) -> Message {
    Message::Clock(Instant { seconds: NOW.seconds + seconds, ..NOW })
}

fn running(screen: &Driver) -> Vec<Work> {
    screen.model.work.running().iter().map(|job| job.work).collect()
}

#[test]
fn the_list_says_what_runs_what_it_is_about_and_how_it_ended() {
    let mut screen = busy(&Setting::default());
    screen.press("J");
    assert_eq!(screen.model.context(), Context::Jobs);
    screen
        .shows("処理の一覧（実行中 3件）")
        .shows("取込（申込一覧_20261120.csv）")
        .shows("実行中 25%")
        .shows("▶ 16:05  実行中          元に戻す");
    screen.shows("出力（2件　申込一覧_20261120-").shows("残り1分09秒").shows("元に戻す");
    screen.shows("内容確認（申込一覧_20261120.csv）").shows("済").shows("16:05");
    screen.send(later(7));
    let file =
        Exported {
            path: "/out/申込一覧.csv".to_owned(), rows: 2, remarks: vec!["外字を1文字含みます。".to_owned()]
        };
    screen.send(Message::Exported(Ok(file)));
    screen.shows("実行中 2件").shows("7秒");
    screen.press("<Down><Down>");
    screen.press("<Up>").shows("毎秒 52,000件  残り1分09秒");
    screen.press("<Down>");
    let Some(Layer::Jobs(page)) = screen.model.layers.last() else { panic!("the jobs are open") };
    let chosen = screen.model.work.iter().find(|job| Some(job.number) == page.chosen).unwrap();
    assert_eq!(chosen.work, Work::Export);
    screen.press("<Enter>");
    screen.shows("2件を出力しました。/out/申込一覧.csv").shows("外字を1文字含みます。");
    screen.press("<Enter>");
    screen.shows("取込（申込一覧_20261120.csv）");
    screen.press("<Enter><Esc>");
    assert_eq!(screen.model.context(), Context::Jobs, "Esc leads back to the list first");
    screen.press("<Esc>");
    assert_eq!(screen.model.context(), Context::List);
}

#[test]
fn one_key_stops_the_newest_that_can_be_stopped_and_the_next_time_the_next() {
    let mut screen = busy(&Setting { size: (110, 40), ..Setting::default() });
    assert_eq!(running(&screen), [Work::Import, Work::Export, Work::Undo]);
    screen.asked.clear();
    screen.press("<Ctrl-C>");
    assert_eq!(screen.asked, [Effect::Cancel(Work::Export)]);
    screen.shows("出力を中止しています。ほかに 2 件が動いて");
    screen.press("<Ctrl-C>");
    assert_eq!(screen.asked, [Effect::Cancel(Work::Export), Effect::Cancel(Work::Import)]);
    // What is left is a change: it ends whole or not at all.
    screen.press("<Ctrl-C>");
    assert_eq!(screen.asked.len(), 2);
    screen.shows("元に戻すは途中で止められません");
    screen.send(Message::Exported(Err(stopped())));
    screen.shows("中止しました。ファイルは作られていません。");
    screen.hides("同じファイルをもう一度取り込むと");
    assert_eq!(running(&screen), [Work::Import, Work::Undo]);
    let ended = screen.model.work.iter().nth(2).unwrap();
    assert!(matches!(&ended.state, State::Ended { how: End::Stopped, .. }));
    assert!(screen.model.notices.iter().all(|notice| !notice.is_error), "to stop is no mistake");
}

#[test]
fn a_dialog_closes_over_its_export_and_a_second_one_waits() {
    let mut screen = busy(&Setting::default());
    screen.press("e<F12>");
    screen.shows("前の出力が終わっていません");
    assert_eq!(running(&screen), [Work::Import, Work::Export, Work::Undo]);
    screen.press("<Esc>");
    screen.release();
    assert_eq!(screen.memory.exports().len(), 1);
    screen.press("e");
    screen.hold();
    screen.press("<F12>");
    screen.shows("Esc 閉じる（出力は続きます）  Ctrl-C 中止");
}

#[test]
fn the_chosen_one_is_stopped_and_what_that_means_is_said_before() {
    for (keymap, list, stop) in [("default", "J", "x"), ("vim", "gj", "x"), ("function-keys", "<Ctrl-X>", "<F8>")] {
        let mut screen = busy(&Setting::default());
        let (keys, _) = crate::tui::keymap::Keymap::load(&crate::assets::Assets::built_in(), keymap);
        screen.model.keymap = keys;
        screen.asked.clear();
        screen.press(list);
        screen.shows("全部が変わるか、何も変わらないかのどちらか");
        screen.press(stop);
        screen.shows("途中で止められません");
        screen.press("<Down>");
        screen.shows("書きかけのファイルは残りません");
        screen.press("<Down>");
        screen.shows("同じファイルで続きから");
        screen.press(stop);
        assert!(screen.asked.contains(&Effect::Cancel(Work::Import)), "{keymap}");
        assert!(!screen.asked.contains(&Effect::Cancel(Work::Export)), "{keymap}");
        screen.shows("中止しています");
        screen.press("<End>").press(stop);
        screen.shows("もう終わっています");
    }
}

#[test]
fn the_cursor_stays_on_its_job_while_others_come_and_go() {
    let mut screen = busy(&Setting::default());
    screen.press("J<Down><Down>");
    let chosen = |screen: &Driver| match screen.model.layers.last() {
        Some(Layer::Jobs(page)) => page.chosen,
        _ => None,
    };
    let (before, line) = (chosen(&screen), screen.cursor());
    screen.send(Message::Undone(Err(Explained { code: "x".to_owned(), sentence: "戻せません。".to_owned() })));
    assert_eq!(chosen(&screen), before);
    assert_eq!(screen.cursor().y, line.y - 1);
    screen.shows("失敗").shows("同じファイルで続きから");
}

#[test]
fn the_status_line_tells_percent_rate_time_left_and_how_many_more() {
    let mut screen = busy(&Setting { size: (110, 40), ..Setting::default() });
    screen.send(Message::Undone(Err(Explained { code: "x".to_owned(), sentence: "戻せません。".to_owned() })));
    screen.shows("出力中 60%  毎秒 52,000件  残り 69秒  ほか1件  Ctrl-C 中止");
    screen.press("<Ctrl-C><Ctrl-C>");
    screen.hides("Ctrl-C 中止");
}

#[test]
fn a_change_alone_offers_no_key_that_stops_it() {
    let mut screen = Driver::with(20);
    screen.press("s<Enter><F12>");
    screen.hold();
    screen.press("u");
    screen.shows("取り消し中").hides("中止");
    screen.press("<Ctrl-C>");
    assert!(!screen.asked.iter().any(|effect| matches!(effect, Effect::Cancel(_))));
}

#[test]
fn a_search_that_was_stopped_says_so_in_its_own_words() {
    let mut screen = Driver::with(20);
    screen.hold();
    screen.press("/山<Enter><Ctrl-C>");
    assert!(screen.asked.contains(&Effect::Cancel(Work::Search)));
    let generation = screen.model.list.begin(false);
    screen.send(Message::SearchFailed(generation, stopped()));
    screen.shows("検索を中止しました。何も変わっていません。");
    screen.press("J");
    screen.shows("中止").shows("検索");
}

#[test]
fn looking_that_ends_well_is_not_kept_and_the_last_fifty_are() {
    let mut screen = Driver::with(20);
    screen.press("/山<Enter>vccott<Esc>");
    assert_eq!(screen.model.work.iter().count(), 0);
    screen.press("<Esc><Esc><Esc>s<Enter><F12>");
    for _ in 0..30 {
        screen.press("u<Ctrl-R>");
    }
    assert_eq!(screen.model.work.iter().count(), 50);
    screen.press("J<End>");
    screen.shows("▶");
}

#[test]
fn what_a_batch_is_about_is_named_by_status_and_count() {
    let mut screen = Driver::with(20);
    screen.press("   s");
    let at =
        crate::tui::dialogs::status::REQUESTS.iter().position(|one| *one == Request::To(Status::Completed)).unwrap();
    screen.press(&"j".repeat(at)).press("<Enter>");
    screen.hold();
    screen.press("<F12>");
    let work: Vec<_> = screen.model.work.running().iter().map(|job| (job.work, job.about.clone())).collect();
    assert_eq!(work.len(), 1, "{work:?}");
    assert!(work[0].1.ends_with("件　完了"), "{work:?}");
}

#[test]
fn leaving_lists_what_runs_and_what_becomes_of_each() {
    let mut screen = busy(&Setting::default());
    screen.press("q");
    assert_eq!(screen.model.context(), Context::Leave);
    screen.shows("取込（申込一覧_20261120.csv）  実行中 25%").shows("続きから取り込めます");
    screen.shows("ファイルは作られません").shows("元に戻す").shows("全部が変わるか");
    // It ends while the question stands: the question says so.
    screen.release();
    screen.shows("処理は終わりました");
    screen.press("<F12>");
    assert_eq!(screen.asked.last(), Some(&Effect::Quit));
    let mut small = busy(&Setting { size: (60, 16), ..Setting::default() });
    small.press("q");
    small.shows("F12 終了する").shows("ほか ");
}

#[test]
fn messages_stand_newest_first_with_errors_named_and_details_folded() {
    let mut screen = busy(&Setting::default());
    screen.send(Message::Undone(Err(Explained { code: "x".to_owned(), sentence: "戻せません。".to_owned() })));
    let file =
        |n: usize| Exported { path: format!("/out/{n}.csv"), rows: 2, remarks: vec![format!("詳細の{n}行目")] };
    screen.send(Message::Exported(Ok(file(1))));
    screen.press("<Ctrl-N>");
    screen.shows("失敗: 戻せません。").shows("詳細の1行目");
    let lines = screen.lines();
    let at = |text: &str| lines.iter().position(|line| line.contains(text)).unwrap();
    assert!(at("/out/1.csv") < at("失敗"), "newest first");
    screen.press("<Enter>");
    screen.hides("詳細の1行目").shows("（詳細 1行）");
    // The cursor stays on its message when another comes.
    screen.press("<Enter>");
    screen.send(Message::Exported(Ok(file(2))));
    screen.shows("詳細の1行目").hides("詳細の2行目").shows("（詳細 1行）");
    screen.press("<Home><Enter>");
    screen.shows("詳細の2行目").hides("詳細の1行目");
    screen.press("<End><Enter>");
    screen.shows("ほかに詳細はありません");
    screen.press("J");
    assert_eq!(screen.model.context(), Context::Jobs);
}

#[test]
fn the_help_and_the_bottom_line_know_what_can_be_done_in_each_context_at_80_columns() {
    let ways = [
        ("", Context::List),
        ("/", Context::Search),
        ("<Enter>", Context::Record),
        ("s", Context::Status),
        ("s<Enter>", Context::Batch),
        ("e", Context::Export),
        ("v", Context::View),
        ("vs", Context::ViewSave),
        ("c", Context::Columns),
        ("o", Context::Sort),
        ("t", Context::Filter),
        ("b<Enter>", Context::Books),
        ("b<Enter>am", Context::Question),
        ("?", Context::Help),
        ("<Ctrl-N>", Context::Notices),
        ("f", Context::Inbox),
        ("f<Enter>", Context::Intake),
        ("r", Context::SetAside),
        ("rx", Context::Confirm),
        (":", Context::Palette),
        ("J", Context::Jobs),
    ];
    for language in [Language::Japanese, Language::English] {
        for (way, context) in ways {
            let mut screen = Driver::with_files(&Setting { language, ..Setting::default() });
            screen.press("  ").press(way);
            assert_eq!(screen.model.context(), context);
            let keys = screen.lines().pop().unwrap();
            let best = crate::command::COMMANDS
                .iter()
                .filter(|command| command.contexts.contains(&context) && command.hint > 0)
                .filter(|command| command.refused(&screen.model.situation()).is_none())
                .min_by_key(|command| command.hint);
            for command in best.map(|command| command.id).into_iter().chain([CommandId::HelpOpen]) {
                let title = screen.model.words.text(&command.command().title_key()).to_owned();
                assert!(keys.contains(&title), "{context:?}: {title} is not in {keys}");
                assert!(keys.contains(&screen.model.key_name(context, command)), "{context:?}: {keys}");
            }
            // The help opens above everything, also where letters are text.
            screen.press("<F1>");
            assert_eq!(screen.model.context(), Context::Help);
        }
    }
    // What can't be done is left out below and told in the help.
    let mut screen = Driver::with(20);
    screen.press("/zzzz<Enter>");
    assert!(!screen.lines().pop().unwrap().contains("選択反転"));
    screen.press("?mark.invert");
    screen.shows("一覧に申込がないため使えません");
}

#[test]
fn how_it_looks() {
    for size in [(80, 24), (110, 40), (200, 60)] {
        for language in [Language::Japanese, Language::English] {
            let setting = Setting { size, language, ..Setting::default() };
            let mut screen = busy(&setting);
            let shot = |screen: &mut Driver, keys: &str, what: &str| {
                screen.press(keys);
                insta::assert_snapshot!(format!("{what}_{}x{}_{}", size.0, size.1, language.id()), screen.screen());
            };
            shot(&mut screen, "J<Down><Down>", "jobs");
            shot(&mut screen, "<End><Enter>", "jobs_detail");
            shot(&mut screen, "<Esc><Esc>q", "leave");
            screen.press("<Esc>");
            screen.release();
            shot(&mut screen, "<Ctrl-N>", "notices");
        }
    }
}
