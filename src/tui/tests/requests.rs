//! 二者確認 by keys: what will wait says so before, what waits is looked at before it is decided, nobody approves their own, and a
//! passphrase that is typed on the spot shows nowhere.

use crate::command::Context;
use crate::domain::identity::OperationId;
use crate::domain::status::Status;
use crate::messages::Language;
use crate::tui::driver::{COLLEAGUE, COLLEAGUES_PASSPHRASE, Driver, Setting};
use crate::tui::layer::Layer;
use crate::tui::message::{Effect, Message, Work};
use crate::tui::requests::{Asked, RequestMessage};

const FORCE: &[&str] = &["application.force_complete:many"];

/// How many are 強制完了.
fn ended(screen: &Driver) -> usize {
    screen.memory.statuses().iter().filter(|status| **status == Status::ForceCompleted).count()
}

/// A screen on which some wait.
fn waiting(setting: &Setting) -> Driver {
    let mut screen = Driver::open(20, setting);
    screen.memory.sample_requests();
    screen.send(Message::StoreChanged);
    screen
}

/// A screen on whose own request for 強制完了 waits.
fn asked() -> Driver {
    let mut screen = Driver::with(20);
    screen.marks(FORCE).press("as<End><Up><Enter>").press("年度末の整理<F12>");
    screen
}

#[test]
fn a_dialog_says_before_that_it_will_wait_and_afterwards_where_the_request_is() {
    let mut screen = Driver::with(20);
    let before = ended(&screen);
    screen.marks(FORCE).press("as<End><Up><Enter>");
    screen.shows("二者確認が必要です").shows("[ 二者確認に出す ]").hides("件を強制完了にする ]");
    insta::assert_snapshot!("batch_waits_80x24_ja", screen.screen());
    screen.press("年度末の整理<F12>").shows("二者確認に出しました（依頼").shows("まだ変わっていません。W");
    assert_eq!((screen.model.context(), ended(&screen)), (Context::List, before));
    screen.press("0").shows("二者確認待ち").shows("1件");
    // One alone is nobody's business here.
    screen.press("<Esc>As<End><Up><Enter>").hides("二者確認が必要です").shows("[ 1件を強制完了にする ]");
}

#[test]
fn every_dialog_of_a_marked_act_says_so() {
    let words = [
        "application.set_status",
        "application.assign",
        "application.tag",
        "note.internal",
        "application.export",
        "view.save",
        "reflection.adopt",
    ];
    for keys in ["s<Enter>", "p<Enter>", "T札<Enter>", "N", "e", "vs", "b<Enter>m"] {
        for (language, told, button) in [
            (Language::Japanese, "二者確認が必要です", "[ 二者確認に出す ]"),
            (Language::English, "This needs a second person", "[ Ask a second person ]"),
        ] {
            for size in [(60, 16), (80, 24), (200, 60)] {
                let mut screen = Driver::open(20, &Setting { language, size, ..Setting::default() });
                screen.marks(&words).press(keys).shows(told).shows(button);
            }
        }
    }
    // What is one's own waits for nobody, and what can't wait says that it will be refused.
    let mut screen = Driver::with(20);
    screen.marks(&["view.save", "number.assign"]).press("vs<Down><Right>").hides("二者確認が必要です");
    screen.press("<Esc><Esc>n<Enter>").shows("依頼に回せない操作です").hides("二者確認に出す");
    let mut screen = Driver::with(20);
    screen.marks(&["reflect.export"]).press("be").shows("依頼に回せない操作です");
    let mut screen = Driver::with(20);
    screen.press("vs朝の一覧<F12>").shows("保存しました");
    screen.marks(&["view.delete"]).press("<End>x").shows("「朝の一覧」を消すには二者確認が必要です");
}

#[test]
fn what_waits_is_read_before_it_is_decided() {
    let mut screen = waiting(&Setting::default());
    screen.press("W").shows("二者確認待ち 4件").shows("saijo").shows("無効").hides("差戻し済");
    screen.press("a").shows("内容を確かめてから、もう一度 a").shows("変わること").shows("未処理 → 強制完了");
    assert_eq!(screen.model.context(), Context::Requests);
    screen.shows("年度末の整理").shows("100000000000");
    screen.press("<PageDown>").shows("確認番号");
    screen.press("a").shows("すぐに行われます").shows("[ 承諾して行う ]");
    insta::assert_snapshot!("request_approve_80x24_ja", screen.screen());
    screen.press("<Enter>").shows("を承諾し、行いました").shows("二者確認待ち 3件");
    // Refusing needs a reason.
    screen.press("e").shows("終わったものも").shows("承諾済み");
    screen.press("e<Down><Enter>r<F12>").shows("差戻しの理由を書いてください");
    screen.press("対象が違う<Enter><Enter>").shows("を差し戻しました");
}

#[test]
fn nobody_approves_their_own_and_the_screen_says_why() {
    let mut screen = asked();
    screen.press("W").shows("自分");
    screen.press("<Enter>").shows("自分の依頼です。本人は承諾できません");
    screen.press("a").shows("自分の依頼は承諾できません");
    assert_eq!(screen.model.context(), Context::Requests);
    screen.press("r").shows("「取下げ」で取り下げてください");
    screen.press("w").shows("[ 取り下げる ]");
    screen.press("<Enter>").shows("取り下げました").shows("二者確認の依頼はありません");
    screen.press("a").shows("依頼がないか");
}

#[test]
fn a_void_request_says_what_has_changed() {
    let mut screen = waiting(&Setting::default());
    screen.press("W<Down><Down><Enter>").shows("無効").shows("依頼のあとに変わったこと");
    screen.shows("期限: いまは 2026-12-01").shows("申込の内容").shows("承諾しても何も行われません");
    screen.press("a").shows("無効なので承諾できません");
    screen.press("<Esc><Down><Enter>").shows("権限がありません");
    screen.press("a").shows("承諾する権限がありません");
}

#[test]
fn a_colleague_confirms_on_the_spot_and_their_passphrase_shows_nowhere() {
    let mut screen = asked();
    let before = ended(&screen);
    screen.press("W<Enter>o").shows("確認する人の職員番号").shows("自分の合言葉を入力します");
    screen.press("<F12>").shows("職員番号を書いてください");
    screen.press(COLLEAGUE).press("<Enter><F12>").shows("自分の合言葉を入力してください");
    screen.press("wrong-zzyzx").hides("zzyzx").hides("*").hides("•");
    assert!(!format!("{:?}", screen.model).contains("zzyzx"));
    screen.press("<Enter><Enter><Enter>").shows("合言葉が違います");
    assert_eq!(ended(&screen), before);
    // What was typed is gone: it is typed anew.
    screen.press("<F12>").shows("自分の合言葉を入力してください");
    screen.send(Message::Paste(format!("{COLLEAGUES_PASSPHRASE}\n")));
    screen.hides("another horse");
    screen.press("<F12>").shows("を承諾し、行いました").shows("山形花子");
    assert!(ended(&screen) > before);
}

/// A reason that a colleague gives on the spot is one against it: nothing is done, and the button says so before.
#[test]
fn a_colleague_refuses_on_the_spot_by_giving_a_reason() {
    let mut screen = asked();
    let before = ended(&screen);
    screen.press("W<Enter>o").press(COLLEAGUE).press("<Enter>wrong-zzyzx<Enter>").shows("[ 承諾して行う ]");
    screen.press("件数").shows("[ 差し戻す ]").shows("何も行われません").hides("[ 承諾して行う ]");
    screen.press("<F12>").shows("合言葉が違います");
    screen.send(Message::Paste(format!("{COLLEAGUES_PASSPHRASE}\n")));
    screen.press("<F12>").shows("を差し戻しました").hides("another horse");
    assert_eq!(ended(&screen), before);
}

#[test]
fn a_hidden_screen_forgets_what_somebody_was_typing() {
    let mut screen = asked();
    screen.press("W<Enter>o").press(COLLEAGUE).press("<Enter>half-of-it<Ctrl-Q>").hides("依頼").hides(COLLEAGUE);
    assert!(screen.asked.contains(&Effect::Redraw));
    screen.press(crate::tui::driver::PASSPHRASE).press("<Enter><F12>").shows("自分の合言葉を入力してください");
}

#[test]
fn many_are_counted_before_they_are_approved() {
    let mut screen = Driver::with(260);
    screen.marks(FORCE).press("as<End><Up><Enter>");
    let Some(Layer::Batch(dialog)) = screen.model.layers.last() else { panic!("the batch dialog is open") };
    let changing = dialog.plan().unwrap().changing();
    assert!(changing >= 100, "{changing}");
    screen.press("整理<Enter>").press(&changing.to_string()).press("<F12>");
    screen.press("W<Enter>o").press(COLLEAGUE).press("<Enter>").press(COLLEAGUES_PASSPHRASE);
    screen.press("<F12>").shows("件数が一致しません");
    screen.press(&changing.to_string()).press("<F12>").shows("を承諾し");
}

#[test]
fn where_nobody_signs_in_what_is_marked_is_said_to_be_refused() {
    let mut screen = Driver::open(20, &Setting { demo: true, ..Setting::default() });
    screen.marks(FORCE).press("as<End><Up><Enter>").shows("サインインなしでは").hides("[ 二者確認に出す ]");
}

#[test]
fn undoing_that_waits_ends_and_says_where_the_request_is() {
    let mut screen = Driver::with(20);
    screen.press("s<Enter><F12>");
    screen.hold();
    screen.press("u");
    assert!(screen.model.writes());
    let request = OperationId::new(0, 77);
    let asked = Asked { work: Some(Work::Undo), request, count: 1, left: Vec::new() };
    screen.send(Message::Request(RequestMessage::Asked(asked)));
    screen.shows("二者確認に出しました（依頼 77、1件）");
    assert!(!screen.model.writes(), "nothing is waited for any more");
}

#[test]
fn a_quick_hand_opens_what_has_not_been_read_yet() {
    let mut screen = waiting(&Setting::default());
    screen.hold();
    screen.press("W<Enter>").shows("読み込んでいます");
    screen.release();
    screen.shows("変わること");
    screen.press("<Esc><Esc>").hides("変わること");
}

#[test]
fn a_request_that_goes_while_it_is_read_leads_back() {
    let mut screen = waiting(&Setting::default());
    screen.press("W<Enter>").shows("変わること");
    screen.memory.requests(|requests| drop(requests.all.remove(0)));
    screen.send(Message::StoreChanged);
    screen.shows("その依頼はありません");
    screen.press("<Esc>").shows("二者確認待ち 3件");
}

#[test]
fn the_line_of_the_morning_leads_to_the_page_and_back() {
    let mut screen = waiting(&Setting { today: true, ..Setting::default() });
    screen.press("<End>").shows("▶ 二者確認待ち");
    screen.press("<Enter>").shows("二者確認待ち 4件");
    screen.press("<Esc>").shows("いま待っている仕事です");
    screen.press(":二者確認<Enter>").shows("二者確認待ち 4件");
}

#[test]
fn the_pages_fit_every_size_in_both_languages() {
    for language in [Language::Japanese, Language::English] {
        for size in [(60, 16), (80, 24), (200, 60)] {
            for (name, keys) in [("list", "We"), ("whole", "W<Enter>"), ("void", "W<Down><Down><Enter>")] {
                let mut screen = waiting(&Setting { language, size, ..Setting::default() });
                screen.press(keys);
                if size.0 > 60 {
                    let name = format!("requests_{name}_{}x{}_{}", size.0, size.1, language.id());
                    insta::assert_snapshot!(name, screen.screen());
                }
            }
        }
    }
}

#[test]
fn plain_mode_reads_the_list_the_request_and_asks_for_a_passphrase_without_echo() {
    let mut screen = Driver::plain(20, &Setting::default());
    screen.memory.sample_requests();
    screen.send(Message::StoreChanged);
    screen.heard();
    screen.press("W");
    let heard = screen.heard();
    assert!(heard.contains("二者確認待ち 4件") && heard.contains("saijo"), "{heard}");
    screen.press("<Enter>");
    let heard = screen.heard();
    for part in ["未処理 → 強制完了", "年度末の整理", "100000000000", "確認番号"] {
        assert!(heard.contains(part), "{part}: {heard}");
    }
    screen.press("o");
    let heard = screen.heard();
    assert!(
        heard.contains("確認する人の職員番号") && heard.contains("button") || heard.contains("承諾して行う"),
        "{heard}"
    );
    screen.press("kacho<Enter>");
    let heard = screen.heard();
    assert!(heard.contains("kacho") && heard.contains("合言葉"), "{heard}");
    screen.press("secret-zzyzx");
    assert!(!screen.heard().contains("zzyzx"));
    screen.press("<F12>");
    let heard = screen.heard();
    assert!(heard.contains("合言葉が違います"), "{heard}");
}
