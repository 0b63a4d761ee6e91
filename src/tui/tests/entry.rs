//! 窓口・郵送分の入力 by keys: choosing the form, a field after the other, what is told beside, leaving and coming back.

use crate::command::Context;
use crate::office::SheetOf;
use crate::tui::driver::{Driver, PASSPHRASE, Setting};
use crate::tui::entry;

/// Made up; the check digit is right.
const NUMBER: &str = "918273645010";

fn page() -> Driver {
    let mut screen = Driver::open(20, &Setting::default());
    screen.press("E").shows("様式を選ぶ").shows("転出届・転入予約");
    screen.press("会議").hides("転出届");
    screen.press("<Enter>").shows("受付方法");
    screen
}

/// The items that were handed over to the office last.
fn handed(screen: &Driver) -> Vec<(String, String)> {
    let entries = screen.memory.entries.lock().unwrap();
    let (of, typed) = entries.last().expect("nothing was handed over");
    assert_eq!(*of, SheetOf::New("etumo/01430".into()));
    typed.items.clone()
}

#[test]
fn a_paper_is_typed_in_and_the_next_one_begins() {
    let mut screen = page();
    screen.press("<Right>").shows("1 窓口");
    screen.press("<Left><Left>").shows("2 郵送");
    screen.press("<Enter>").shows("今日");
    screen.press("R8.11.2").shows("2026-11-02  令和8年11月2日");
    screen.press("<Enter>山形　花子<Enter><Enter>ヤマガタ ハナコ");
    screen.press("<Enter>85").shows("85 臨床工学技士");
    screen.press("<Enter>H10.10.9").shows("1998-10-09  平成10年10月9日");
    screen
        .press("<Enter>")
        .press(NUMBER)
        .hides(NUMBER)
        .hides("9182")
        .shows("************")
        .shows("検査用数字は合っています");
    // The attachment is passed over.
    screen.press("<Enter>代理人が持参");
    screen.press("<F12>").shows("S-R8-0001 として入力しました");
    let items = handed(&screen);
    assert!(items.contains(&("職種".into(), "85".into())), "{items:?}");
    assert!(items.contains(&("世帯主の個人番号".into(), NUMBER.into())));
    assert_eq!(items.len(), 4, "an attachment is none of it: {items:?}");
    // The same form, way and day; nothing of the person before.
    screen.shows("郵送").shows("R8.11.2").hides("山形　花子").hides("****").hides("代理人");
    assert_eq!(screen.model.context(), Context::Entry);
    screen.press("<Esc>");
    assert_eq!((screen.model.context(), screen.model.aside.is_some()), (Context::List, false));
}

#[test]
fn what_is_missing_or_odd_is_told_before_anything_is_entered() {
    let mut screen = page();
    screen.press("<F12>").shows("受付方法が指定されていません");
    screen.press("1<Enter><F12>").shows("到達した日が指定されていません");
    screen.press("いつか").shows("! ");
    screen.press("<F12>").shows("到達した日を読めません");
    screen.press("<Ctrl-U>2099-01-01").shows("! まだ来ていない日です");
    screen.press("<Ctrl-U>R8.11.2");
    screen.press("<Enter>山形<Enter><Enter>山形").shows("! ");
    screen.press("<Enter>医").shows("! 12 医師");
    screen.press("師").shows("12 医師").hides("! 12");
    screen.press("<F12>").shows("1 件あります");
    assert!(screen.memory.entries.lock().unwrap().is_empty());
    // Whoever changes something is asked again; whoever confirms is believed.
    screen.press("<Up>x<F12>").shows("1 件あります");
    screen.press("<F12>").shows("S-R8-0001");
}

#[test]
fn what_is_put_aside_goes_on_and_no_session_keeps_what_may_not_lie_open() {
    let mut screen = page();
    screen.press("<Esc>").hides("続けられます");
    let mut screen = page();
    screen.press("1<Enter><Enter>山形　花子<Enter><Enter><Enter><Enter><Enter>");
    screen.press(NUMBER);
    let kept = entry::draft(&screen.model).expect("something was typed");
    let parts: Vec<&str> = kept.texts.iter().map(|(part, _)| part.as_str()).collect();
    assert_eq!(parts, ["channel", "name"]);
    screen.press("<Esc>").shows("続けられます");
    assert_eq!(entry::draft(&screen.model), Some(kept.clone()), "it is kept while it is aside, too");
    screen.press("E").shows("山形　花子").shows("****").shows("続きです");

    // The screen hides, and what may not lie open goes.
    screen.press("<Ctrl-Q>").hides("山形　花子");
    screen.press(PASSPHRASE);
    screen.press("<Enter>").shows("山形　花子").hides("****");
    screen.press("<F7>").shows("消しました").hides("山形　花子");
    screen.press("<Esc>");
    assert_eq!((entry::draft(&screen.model), screen.model.aside.is_some()), (None, false));

    // The next sitting goes on with it.
    let mut next = Driver::open(20, &Setting::default());
    next.model.aside = Some(Box::new(entry::EntryPage::of_draft(kept)));
    next.press("E").shows("山形　花子").shows("1 窓口").hides("***");
}

#[test]
fn only_what_was_entered_here_is_corrected() {
    let mut screen = Driver::open(20, &Setting::default());
    screen.press("<Enter>E").shows("関所で入力した申込ではありません");
    assert_eq!(screen.model.context(), Context::Record);
}
