//! 担当, 期限, 札 and notes by keys: the effect before the question, a reason for taking over, two kinds of note.

use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};

#[test]
fn one_takes_an_application_in_hand_with_three_keys() {
    let mut screen = Driver::with(20);
    screen.press("p").shows("担当者 自分").shows("対象 1 件");
    screen.press("<Enter>").shows("なし → 山形花子").shows("1件の担当を変える");
    screen.press("<Enter>").shows("1件の担当を変えました");
    screen.press("<Enter>").shows("担当 山形花子");
    screen.press("<Esc>0").shows("自分の担当");
    insta::assert_snapshot!("charge_today_80x24_ja", screen.screen());
}

#[test]
fn the_effect_comes_before_the_question_and_is_that_of_what_is_typed() {
    let mut screen = Driver::with(20);
    screen.press("p<F12>").shows("なし → 山形花子");
    screen.press("<Up>s1234").hides("なし → 山形花子").shows("影響を見る");
    screen.press("<F12>").shows("なし → s1234");
    screen.press("<F12>").shows("1件の担当を変えました");
    screen.press("p<Enter>").shows("ほかの人の担当を引き継ぎます").shows("引き継ぐ理由（必須）");
    insta::assert_snapshot!("field_takes_over_80x24_ja", screen.screen());
    screen.press("<F12>").shows("引き継ぐ理由を書いてください。");
    screen.press("休暇のため<Enter>").hides("担当を変えました");
    screen.press("<Enter>").shows("1件の担当を変えました");
}

#[test]
fn a_due_day_is_read_and_a_wrong_one_is_told() {
    let setting = Setting { language: Language::English, ..Setting::default() };
    let mut screen = Driver::open(20, &setting);
    screen.press("D<Enter>").shows("Nothing is written.");
    screen.press("R8.11<Enter>").shows("is no day");
    screen.press(".20<Enter>").shows("none → 2026-11-20");
    screen.press("<Enter>").shows("Changed the due day of 1.");
    screen.press("0").shows("Due today");
    screen.press("<Esc>D-<Enter>").shows("2026-11-20 → none");
    insta::assert_snapshot!("field_due_80x24_en", screen.screen());
}

#[test]
fn many_are_counted_and_typed() {
    let mut screen = Driver::with(120);
    screen.press("aT要電話<Enter>").shows("札「要電話」を付ける").shows("120件の札を変える");
    screen.press("<F12>").shows("120");
    screen.press("120<Enter><Enter>").shows("120件の札を変えました");
    screen.press("T-要電話<Enter>").shows("札「要電話」を外す");
}

#[test]
fn numbers_are_shown_before_they_are_given() {
    let mut screen = Driver::with(20);
    screen.press("n").shows("番号の形 {seq:04}").shows("影響を見る");
    screen.press("R3-0001<Enter>").shows("番号の形として読めません");
    screen.press("<Esc>nR3-{seq:03}<Tab>x<Enter>").shows("「x」では並べられません");
    screen.press("<Backspace><Tab>y<Enter>").shows("「y」は番号ではありません");
    screen.press("<Backspace>12<Tab><Tab>9-4<F12>").shows("飛ばす番号が読めません");
    screen.press("<Backspace>9<F12>").shows("R3-012 から R3-012 まで").shows("1件に番号を付ける");
    insta::assert_snapshot!("field_number_80x24_ja", screen.screen());
    screen.press("<Enter>").shows("1件に個別番号を付けました");
    screen.press("<Enter>").shows("個別番号 R3-012");
    screen.press("<Esc>n<Enter>").shows("すでにそうなっている");
    screen.press("<F12>").shows("変わる申込がありません");
}

#[test]
fn a_refusal_needs_its_reason_and_the_effect_comes_first() {
    let mut screen = Driver::with(20);
    screen.press("R").shows("1 承認  2 一部承認  3 不承認").shows("影響を見る");
    screen.press("9<Enter>").shows("「9」という審査結果はありません");
    screen.press("<Backspace>3<Enter>").shows("なし → 不承認").shows("理由（必須）").shows("根拠（任意）");
    insta::assert_snapshot!("field_result_80x24_ja", screen.screen());
    screen.press("<F12>").shows("不承認と却下には理由が必要です");
    screen.press("期限を過ぎている<Tab>規則5条<Enter><Enter>").shows("1件の審査結果を入れました");
    screen.press("<Enter>").shows("審査結果 不承認").shows("理由: 期限を過ぎている").shows("根拠: 規則5条");
    // 承認 needs none, and taking it away neither.
    screen.press("R承認<Enter>").shows("不承認 → 承認").shows("理由（任意）");
    screen.press("<F12>").shows("審査結果 承認").hides("規則5条");
    screen.press("R-<Enter>").shows("承認 → なし");
    screen.press("<F12>").hides("審査結果 承認");
}

#[test]
fn what_is_received_gets_a_day_and_a_number() {
    let mut screen = Driver::with(20);
    screen.press("S").shows("収受日（空=今日）").shows("影響を見る");
    screen.press("令8市民第{seq}号<Tab>x<Enter>").shows("影響を見る");
    screen.press("<Backspace>R8.11.2<Enter>").shows("令8市民第1号 から 令8市民第1号 まで").shows("1件を収受する");
    insta::assert_snapshot!("field_receive_80x24_ja", screen.screen());
    screen.press("<F12>").shows("1件に収受日と収受番号を付けました");
    screen.press("<Enter>").shows("収受 令和8年11月2日").shows("令8市民第1号");
    screen.press("S<Enter>").shows("すでにそうなっている");
}

#[test]
fn many_go_on_one_draft_and_what_is_decided_is_entered_once() {
    let mut screen = Driver::with(20);
    screen.press("<Space><Down><Space>R1<F12><F12>").shows("2件の審査結果を入れました");
    screen.press("K").shows("件名").shows("伺い文のひな型").shows("影響を見る");
    screen.press("備品の貸出<F12>").shows("審査結果 承認").shows("2件を決裁に回す");
    insta::assert_snapshot!("field_submit_80x24_ja", screen.screen());
    screen.press("<F12>").shows("2件を決裁に回しました");
    screen.press("<Up><Enter>").shows("決裁 決裁中 備品の貸出");
    // Either of them stands for both.
    screen.press("<Esc>AB誤り<Enter>").shows("起案「備品の貸出」を差し戻す").shows("を差し戻す");
    screen.press("<Esc>L令8市民第7号<Tab><Tab>市民課長<F12>").shows("起案「備品の貸出」を決裁済にする");
    insta::assert_snapshot!("field_settle_80x24_ja", screen.screen());
    screen.press("<F12>").shows("を決裁済にしました");
    screen.press("<Enter>").shows("決裁 決裁済 備品の貸出").shows("令8市民第7号  市民課長");
}

#[test]
fn the_files_of_a_draft_are_written_when_it_has_been_made() {
    let mut screen = Driver::with(20);
    screen.press("K件名<Tab><Tab><Tab>一覧.csv<F12>").shows("1件を決裁に回す");
    screen.press("<F12>").shows("一覧.csv");
    assert_eq!(screen.memory.exports().len(), 1);
}

#[test]
fn what_is_kept_longer_needs_a_reason() {
    let mut screen = Driver::with(20);
    screen.press("<Ctrl-A><F5>").shows("最終日").shows("影響を見る");
    screen.press("R13.3.31<Enter>").shows("なし → 2031-03-31").shows("理由（必須）").shows("1件を延長する");
    insta::assert_snapshot!("field_extend_80x24_ja", screen.screen());
    screen.press("<F12>").shows("延長の理由を書いてください。");
    screen.press("係争中<F12>").shows("1件を延長しました");
}

#[test]
fn what_is_disposed_of_is_shown_first_and_many_are_typed() {
    let setting = Setting { language: Language::English, ..Setting::default() };
    let mut screen = Driver::open(120, &setting);
    screen.resize(200, 60);
    screen.press("a<Ctrl-A><F6>").shows("Document number").shows("It can't be undone.");
    screen.press("<Enter>").shows("Nothing is written.");
    screen.press("令8市民第12号<F12>").shows("市民-1  2019年度  5年 is erased").shows("Erase 120");
    insta::assert_snapshot!("field_dispose_200x60_en", screen.screen());
    screen.press("<F12>").hides("Disposed of");
    screen.press("120<F12>").shows("Disposed of 120.");
}

#[test]
fn the_two_kinds_of_note_have_words_and_buttons_of_their_own() {
    let mut screen = Driver::with(20);
    screen.press("<Enter>N").shows("職員だけが読みます").shows("内部メモを残す").hides("申請者への連絡メモを残す");
    insta::assert_snapshot!("note_internal_80x24_ja", screen.screen());
    screen.press("<Enter><Enter>").shows("メモを書いてください。");
    screen.press("電話済み<Enter>").hides("内部メモを残しました");
    screen.press("<Enter>").shows("内部メモを残しました").shows("【内部メモ】").shows("電話済み");
    screen.press("M").shows("申請者に伝える文です").shows("申請者への連絡メモを残す");
    insta::assert_snapshot!("note_applicant_80x24_ja", screen.screen());
    screen.press("住民票を添えてください<F12>").shows("まだ送っていません");
    screen.shows("【申請者への連絡メモ】");
    screen.press("X").shows("取り消したメモは");
    screen.press("<Down><Enter>別の人の話<Enter><Enter>").shows("メモを取り消しました").shows("【取消】【内部メモ】");
    insta::assert_snapshot!("note_record_80x24_ja", screen.screen());
    screen.press("XXX").hides("【取消】【申請者");
}

#[test]
fn nothing_to_strike_through_is_said() {
    let mut screen = Driver::with(20);
    screen.press("<Enter>X").shows("取り消せるメモはありません");
}

#[test]
fn the_dialogs_fit_every_size_in_both_languages() {
    for language in [Language::Japanese, Language::English] {
        for (width, height) in [(60, 16), (80, 24), (200, 60)] {
            for keys in [
                "p<Enter>",
                "D",
                "T",
                "n",
                "n<Enter>",
                "R",
                "R3<Enter>",
                "S",
                "S<Enter>",
                "K",
                "Kx<Enter>",
                "L",
                "B",
                "<Ctrl-A><F5>",
                "<Ctrl-A><F5>R13.3.31<Enter>",
                "<Ctrl-A><F6>",
                "<Ctrl-A><F6>x<Enter>",
                "N",
                "M",
            ] {
                let setting = Setting { language, ..Setting::default() };
                let mut screen = Driver::open(20, &setting);
                screen.resize(width, height);
                screen.press(keys);
                let button = screen.lines().iter().any(|line| line.contains("[ "));
                assert!(button, "{keys} {width}x{height}\n{}", screen.screen());
            }
        }
    }
}
