//! New files by keys: look, import, delete; an import that was cut off; rows set aside.

use crate::command::Context;
use crate::messages::Language;
use crate::office::{FileReport, FolderState, InboxLook};
use crate::tui::driver::{Driver, Intake, Setting, row};
use crate::tui::intake::{IntakeMessage, SeenFile};
use crate::tui::layer::Layer;
use crate::tui::message::{Explained, Message};

fn open() -> Driver {
    Driver::with_files(&Setting::default())
}

#[test]
fn the_pages_at_80_columns() {
    for language in [Language::Japanese, Language::English] {
        let mut screen = Driver::with_files(&Setting { language, ..Setting::default() });
        let shot = |screen: &mut Driver, keys: &str, name: &str| {
            screen.press(keys);
            insta::assert_snapshot!(format!("{name}_80x24_{}", language.id()), screen.screen());
        };
        screen.memory.intake(|intake| intake.cut_off(2, true));
        shot(&mut screen, "f", "inbox");
        shot(&mut screen, "<Down><Enter>", "intake_dry_run");
        shot(&mut screen, "<F12>", "intake_done");
        screen.press("<Esc><Esc><Esc>");
        shot(&mut screen, "r<Down>", "set_aside");
        shot(&mut screen, "<Enter>", "set_aside_row");
    }
}

#[test]
fn the_count_of_new_files_stands_in_the_top_line_and_none_is_not_shown() {
    let mut screen = open();
    screen.shows("新着ファイル 2").shows("f で開きます");
    screen.memory.intake(|intake| *intake = Intake::default());
    screen.send(Message::Focus);
    screen.hides("新着ファイル 2");
}

#[test]
fn a_file_is_looked_at_imported_and_deleted_by_four_keys() {
    let mut screen = open();
    screen.press("f<Enter>");
    screen.shows("取り込むと").shows("37件").shows("7行目").shows("仮受付 / 取下げ").shows("[ 取り込む ]");
    assert_eq!(screen.memory.intake(|intake| intake.imported.len()), 0, "looking changes nothing");
    screen.press("<Enter>");
    assert_eq!(screen.model.context(), Context::Confirm);
    screen.shows("削除しますか").shows("申込一覧_20261120.csv を取り込みました");
    // The key that imported doesn't answer.
    screen.press("<Enter><F12><Space>");
    assert_eq!(screen.memory.intake(|intake| intake.discarded.len()), 0);
    screen.press("y");
    assert_eq!(screen.memory.intake(|intake| intake.discarded.clone()), ["申込一覧_20261120.csv"]);
    assert_eq!(screen.model.context(), Context::Inbox);
    screen.shows("削除しました").shows("新着ファイル 1");
}

#[test]
fn a_download_that_is_kept_shows_as_imported_and_can_be_deleted_later() {
    let mut screen = open();
    screen.press("f<Enter><Enter>n<Esc>");
    screen.shows("取り込み済み").shows("新着ファイル 1");
    assert_eq!(screen.memory.intake(|intake| intake.discarded.len()), 0);
    screen.press("x");
    screen.shows("申込一覧_20261120.csv をフォルダーから削除しますか");
    screen.press("y");
    assert_eq!(screen.memory.intake(|intake| intake.discarded.len()), 1);
    // What wasn't imported can't be deleted from here.
    screen.press("<Home>x");
    screen.shows("削除できるのは、取り込み済みのファイルだけです");
}

#[test]
fn a_file_that_was_replaced_meanwhile_is_not_taken_in() {
    let mut screen = open();
    screen.memory.intake(|intake| intake.replaced = true);
    screen.press("f<Enter><Enter>");
    screen.shows("置き換わっています").shows("確認し直す");
    screen.press("<Enter>");
    assert_eq!(screen.model.context(), Context::Inbox);
    assert_eq!(screen.memory.intake(|intake| intake.imported.len()), 0);
}

#[test]
fn work_goes_on_in_the_list_while_a_file_is_imported() {
    let mut screen = open();
    screen.press("f<Enter>");
    screen.hold();
    screen.press("<Enter>");
    screen.shows("取り込んでいます");
    screen.release_one();
    screen.shows("52,000").shows("25%");
    screen.press("<Esc><Esc>");
    assert_eq!(screen.model.context(), Context::List);
    // A status can be changed meanwhile, and leaving asks.
    screen.press("s");
    assert_eq!(screen.model.context(), Context::Status);
    screen.press("<Esc>q");
    assert_eq!(screen.model.context(), Context::Leave);
    screen.press("<Esc>");
    screen.release();
    screen.shows("を取り込みました");
    assert_eq!(screen.model.context(), Context::List, "no question jumps at who works elsewhere");
}

#[test]
fn one_file_at_a_time() {
    let mut screen = open();
    screen.press("f<Enter>");
    screen.hold();
    screen.press("<Enter><Esc><Down><Enter>");
    screen.shows("ほかのファイルを確認中か取込中です");
}

#[test]
fn an_import_that_was_cut_off_is_told_at_the_start_and_continued_by_one_key() {
    let mut screen = open();
    screen.memory.intake(|intake| intake.cut_off(2, true));
    screen.send(Message::Focus);
    screen.shows("8,192行目（41%）で止まっています");
    screen.press("<Down>f");
    screen.shows("取込の途中").shows("止まっています。c で続きか");
    screen.press("c");
    assert_eq!(screen.memory.intake(|intake| intake.imported.clone()), ["申込一覧_20261120.csv"]);
}

#[test]
fn without_its_file_the_one_that_is_needed_is_named_and_it_can_be_given_up() {
    let mut screen = open();
    screen.memory.intake(|intake| intake.cut_off(9, false));
    screen.press("fc");
    screen.shows("申込一覧_20261120.csv と同じファイルをフォルダーに置いてください");
    // Another file would take it back: said before it happens.
    screen.press("<Enter>");
    screen.shows("の取込は、このファイルを取り込むと取");
    screen.press("<Esc>w");
    screen.shows("取りやめますか");
    screen.press("n");
    assert_eq!(screen.memory.intake(|intake| intake.given_up), 0);
    screen.press("wy");
    assert_eq!(screen.memory.intake(|intake| intake.given_up), 1);
    screen.hides("行目（41%）");
    screen.press("w");
    screen.shows("途中で止まっている取込はありません");
}

#[test]
fn a_folder_that_fails_while_the_page_is_open_is_told_and_the_cursor_stays_on_its_file() {
    let mut screen = open();
    screen.press("f<Down><Down>");
    screen.memory.intake(|intake| {
        intake.look.files.remove(0);
        intake.look.folders[0].1 = FolderState::Slow;
    });
    screen.send(Message::Focus);
    screen.shows("▶申込一覧_20261119.csv").shows("応答が遅れています");
    screen.memory.intake(|intake| intake.look.files.clear());
    screen.send(Message::Focus);
    screen.press("<Enter>x");
    screen.shows("新着フォルダーにファイルはありません");
}

#[test]
fn a_small_terminal_still_tells_files_apart() {
    let mut screen = Driver::with_files(&Setting { size: (60, 16), ..Setting::default() });
    screen.press("f");
    screen.shows("申込一覧_20261120.csv").shows("申込一覧_20261120 (1).csv").shows("取り込み済み");
}

#[test]
fn without_folders_the_setting_is_named() {
    let mut screen = Driver::with(3);
    screen.press("f");
    assert!(matches!(screen.model.layers.last(), Some(Layer::Inbox(_))));
    assert_eq!(screen.model.intake.look, Some(InboxLook::default()));
    screen.shows("フォルダーが設定されていません");
}

#[test]
fn rows_set_aside_are_seen_written_and_erased() {
    let mut screen = open();
    screen.press("r");
    screen.shows("取り分けた行 3行").shows("操作 14").shows("1,203行目").shows("操作 9");
    screen.press("<Enter>");
    // What an applicant wrote stays text, and what is wrong stands between signs.
    screen.shows("» 2020年13月␛[2J45日 «").shows("\\xFF").shows("〔外字 F040〕");
    screen.press("<Down>");
    screen.shows("1,203行目");
    screen.press("<Esc>ec");
    let written = screen.memory.intake(|intake| intake.written.clone());
    let names = ["/out/取り分けた行_20261120-1605.csv", "/out/取り分けた行_訂正用_20261120-1605.csv"];
    assert_eq!(written, [(names[0].to_owned(), false), (names[1].to_owned(), true)]);
    screen.press("x");
    screen.shows("2行を消去しますか");
    screen.press("<Esc>");
    screen.shows("取り分けた行 3行");
    screen.press("xy");
    screen.shows("2行消去しました").shows("取り分けた行 1行");
    screen.press("Xy");
    screen.shows("取り分けた行はありません");
    screen.press("x<Enter>e");
    assert_eq!(screen.model.context(), Context::SetAside);
}

#[test]
fn the_cursor_stays_in_sight_among_many_rows_and_titles() {
    let mut screen = open();
    screen.memory.intake(|intake| {
        intake.rows = (0..400).map(|n| row(400 - n / 3, "一覧.csv", u64::from(n) + 2, "ragged")).collect();
    });
    screen.press("r");
    for keys in ["<End>", "<PageUp>", "<Up>", "<Home>", "<PageDown>", "<Down>"] {
        for _ in 0..30 {
            screen.press(keys);
            screen.shows("▶");
        }
    }
}

#[test]
fn it_all_goes_without_a_letter() {
    let setting = Setting { keymap: "function-keys", ..Setting::default() };
    let mut screen = Driver::with_files(&setting);
    screen.press("<Ctrl-F><Enter><F12><F9>");
    assert_eq!(screen.memory.intake(|intake| intake.discarded.len()), 1);
    screen.press("<Esc><Ctrl-T><Enter><Esc><F8><F9>");
    screen.shows("取り分けた行 1行");
}

fn stopped(file: SeenFile) -> Message {
    let why = Explained { code: "work.stopped".to_owned(), sentence: "中止しました。".to_owned() };
    Message::Intake(IntakeMessage::DryRun(file, Err(why)))
}

#[test]
fn a_look_that_was_stopped_leads_back_and_never_to_an_import() {
    let mut screen = open();
    screen.press("f");
    screen.hold();
    screen.press("<Enter>");
    let Some(Layer::Intake(page)) = screen.model.layers.last() else { panic!("the page of the file is open") };
    let file = page.file.clone();
    screen.send(stopped(file.clone()));
    screen.press("<Enter>");
    assert_eq!(screen.memory.intake(|intake| intake.imported.len()), 0);
    screen.release();
    // Closed while it looks: its late answer is none to the next look at the same file.
    screen.press("<Esc>");
    screen.hold();
    screen.press("<Enter><Esc><Enter>");
    screen.shows("ほかのファイルを確認中か取込中です");
    screen.release();
    screen.press("<Enter>");
    screen.shows("[ 取り込む ]");
}

#[test]
fn a_file_that_was_read_only_in_part_is_not_offered_for_deletion() {
    let mut screen = open();
    screen.press("f<Enter>");
    screen.hold();
    screen.press("<Enter>");
    let Some(Layer::Intake(page)) = screen.model.layers.last() else { panic!("the page of the file is open") };
    let report = FileReport { stopped: Some(("import.unclosed_quote", 3)), ..FileReport::default() };
    screen.send(Message::Intake(IntakeMessage::Imported(page.file.clone(), Ok(Box::new(report)))));
    screen.shows("3行目");
    assert_eq!(screen.model.context(), Context::Intake);
}

#[test]
fn rows_of_another_import_do_not_slip_under_the_cursor_or_the_question() {
    let mut screen = open();
    screen.press("r<Down>");
    screen.shows("▶  1,203行目");
    let more = |intake: &mut Intake, import| intake.rows.insert(0, row(import, "申込一覧_20261120.csv", 5, "ragged"));
    screen.memory.intake(|intake| more(intake, 20));
    screen.send(Message::StoreChanged);
    screen.shows("取り分けた行 4行").shows("▶  1,203行目");
    screen.press("X");
    screen.shows("取り分けた 4行をすべて消去しますか");
    screen.memory.intake(|intake| more(intake, 21));
    screen.send(Message::StoreChanged);
    screen.shows("さらに行が取り分けられました");
    screen.press("y");
    assert_eq!(screen.memory.intake(|intake| intake.rows.len()), 5);
}
