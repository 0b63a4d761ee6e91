//! 照合, 重複の疑い and 番号へ by keys.

use crate::command::Context;
use crate::domain::comparison::Judgment;
use crate::domain::status::Status;
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};
use crate::tui::layer::Layer;

fn judgments(screen: &Driver) -> Vec<Judgment> {
    screen.memory.comparisons(|found| {
        let last = found.kept.last().expect("something is kept");
        last.fields.iter().map(|field| field.2).collect()
    })
}

#[test]
fn fields_are_ticked_one_by_one_and_a_pass_is_gone_on_with() {
    use Judgment::{Agrees, Differs, Open};
    let mut screen = Driver::with(20);
    screen.press("w").shows("100000000000 と 100000063352").shows("氏名と生年月日が同じ").shows("1人目 0/5");
    screen.shows("person0@example").shows("不一致").shows("前回 1/2");
    insta::assert_snapshot!("compare_80x24_ja", screen.screen());
    screen.press(" x ").shows("1人目 3/5");
    screen.press("u").shows("印は付いていません");
    // Closing keeps what there is.
    screen.press("<Esc>").shows("途中までの照合を記録しました（3/5）");
    assert_eq!(
        (screen.model.context(), judgments(&screen)),
        (Context::List, vec![Agrees, Differs, Agrees, Open, Open])
    );
    screen.press("w").shows("1人目 3/5");
    screen.press(" x").press("<F12>").shows("照合を記録しました（1人目、5項目、違い 2件）");
    assert_eq!(judgments(&screen), [Agrees, Differs, Agrees, Agrees, Differs]);
    // Nothing new, nothing more to keep.
    let kept = screen.memory.comparisons(|found| found.kept.len());
    screen.press("<Esc>");
    assert_eq!(screen.memory.comparisons(|found| found.kept.len()), kept);
}

#[test]
fn what_is_unchanged_is_judged_together() {
    let mut screen = Driver::with(20);
    screen.press("wc").shows("変わらない項目 4件").hides("フリガナ");
    screen.press("x ").press("<F12>").shows("照合を記録しました（1人目、5項目、違い 1件）");
    screen.press("c").shows("フリガナ").shows("1人目 5/5");
}

#[test]
fn another_earlier_application_and_a_list_can_be_chosen() {
    let mut screen = Driver::with(20);
    screen.press("w<Right>").shows("前回 2/2").shows("100000126704");
    screen.press("<Right>").shows("ほかに比べられる");
    screen.press("f").shows("一覧の文字は保管されません");
    screen.press("<Enter><Enter><Enter>").shows("列の名前を入力してください");
    screen.press("no-such.csv<Enter>氏名<Enter><Enter>").shows("行がありません");
    screen.press("<Up><Up><Ctrl-U>registry.csv<F12>").hides("行がありません");
    screen.shows("registry.csv 2行目").shows("名簿 の名");
    screen.press("<Left>").shows("100000126704");
    // Nobody else of that name: a list is all there is.
    let mut screen = Driver::with(3);
    screen.press("w").shows("前の申込は見つかりません");
    screen.press(" ").shows("比べる相手がまだありません");
}

#[test]
fn the_second_person_looks_for_themselves() {
    let mut screen = Driver::with(20);
    screen.press("w     <F12>").shows("照合を記録しました（1人目");
    screen.memory.comparisons(|found| found.colleague = found.kept.pop());
    screen.press("<Esc>w").shows("2人目 0/5").shows("1人目 kacho 済").hides("他 よい");
    screen.press("x").shows("違う/他よい");
    screen.press(" ").hides("よい/他");
    insta::assert_snapshot!("compare_second_80x24_ja", screen.screen());
}

#[test]
fn reading_aloud_shows_one_field_large_with_its_reading() {
    let mut screen = Driver::with(20);
    screen.memory.records(|records| records[0].items[0].value = Some("090-8651".to_owned()));
    screen.press("wr").shows("読み合わせ 1/5").shows("山 形   花 子").shows("ヤマガタ ハナコ").hides("example.jp");
    insta::assert_snapshot!("compare_aloud_80x24_ja", screen.screen());
    screen.press("   ").shows("読み合わせ 4/5").shows("ゼロ・キュウ・ゼロ　ハチ・ロク・ゴ・イチ");
    screen.press("<Esc>").shows("1人目 3/5").hides("読み合わせ 4/5");
    assert_eq!(screen.model.context(), Context::Compare);
    let mut screen = Driver::open(20, &Setting { language: Language::English, ..Setting::default() });
    screen.press("wr").shows("Reading aloud 1/5");
}

#[test]
fn a_cluster_is_shown_side_by_side_and_a_person_decides() {
    let mut screen = Driver::with(20);
    screen.press("U").shows("重複の疑い").shows("100000126704 山形 花子 / ");
    insta::assert_snapshot!("duplicates_80x24_ja", screen.screen());
    screen.press("r").shows("Enter で組を開き");
    screen.press("<Enter>").shows("違う項目").shows("同じ項目").shows("person16@example.jp");
    insta::assert_snapshot!("duplicates_open_80x24_ja", screen.screen());
    // 重複ではない is remembered until it is taken back.
    screen.press("<Esc>").shows("組");
    let before = screen.memory.comparisons(|found| found.distinct.len());
    screen.press("d").shows("重複ではないと記録しました").hides("100000126704 山形 花子 / ");
    assert_eq!(screen.memory.comparisons(|found| found.distinct.len()), before + 1);
    screen.press("e").shows("【重複ではない】");
    screen.press("d").shows("という記録を取り消しました").hides("【重複ではない】");
}

#[test]
fn keeping_one_sends_the_others_through_the_usual_dialog_and_is_undone() {
    let mut screen = Driver::with(16);
    screen.memory.records(|records| records.iter_mut().for_each(|record| record.row.status = Status::Unprocessed));
    screen.press("U<Enter><Right>").press("r").shows("重複申込のため。整理番号 100000000000 を残す");
    assert_eq!(screen.model.context(), Context::Batch);
    screen.press("<F12>");
    let statuses = screen.memory.statuses();
    assert_eq!((statuses[0], statuses[8]), (Status::Unprocessed, Status::Rejected));
    assert!(matches!(screen.model.layers.last(), Some(Layer::Duplicates(_))), "{}", screen.screen());
    screen.hides("100000063352");
    screen.press("<Esc>u");
    assert_eq!(screen.memory.statuses()[8], Status::Unprocessed);
}

#[test]
fn a_scanned_number_opens_its_record_from_any_page() {
    for way in ["", "0", "f", "r", "W", "U", "b", "<Enter>"] {
        let mut screen = Driver::with(20);
        screen.press(way).press("#").shows("整理番号");
        screen.press("１００００００６３３５２<Enter>");
        assert_eq!(screen.model.context(), Context::Record, "{way}: {}", screen.screen());
        screen.shows("100000063352");
        // One record lies open at a time.
        screen.press("#100000000000<Enter>").shows("100000000000");
        let open = screen.model.layers.iter().filter(|layer| matches!(layer, Layer::Record(_))).count();
        assert_eq!(open, 1, "{way}");
    }
    let mut screen = Driver::with(20);
    screen.press("#<Enter>").shows("バーコードを読み取って");
    screen.press("999<Enter>").shows("この整理番号の申込はありません");
    // The next scan takes the place of the wrong one.
    screen.press("100000000000<Enter>");
    assert_eq!(screen.model.context(), Context::Record);
}
