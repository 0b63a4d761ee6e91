//! Marks: what a query matches is marked in rows, ranges and sets of applications are marked, and the line above the
//! list always says how many.

use ratatui::style::Modifier;

use crate::domain::status::Status;
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};
use crate::tui::layer::Layer;
use crate::tui::message::{Effect, Message, Work};

const SIZES: [(u16, u16); 3] = [(80, 24), (110, 40), (200, 60)];
const LANGUAGES: [Language; 2] = [Language::Japanese, Language::English];

fn open(size: (u16, u16), language: Language) -> Driver {
    Driver::open(120, &Setting { size, language, ..Setting::default() })
}

/// The screen with what looks like a match, or like the wrong part of a query, between ‹ and ›.
fn with_underlines(screen: &Driver, from: usize) -> String {
    let lines = screen.styled(|cell| cell.modifier.contains(Modifier::UNDERLINED));
    lines[from..].join("\n")
}

#[test]
fn matches_are_marked_in_the_rows_and_in_the_pane() {
    for size in SIZES {
        for language in LANGUAGES {
            let mut screen = open(size, language);
            screen.press("/がた|会議 -高橋 1<Enter>");
            if size.0 >= 100 {
                screen.press("<Tab>");
            }
            let name = format!("matches_{}x{}_{}", size.0, size.1, language.id());
            insta::assert_snapshot!(name, with_underlines(&screen, 0));
        }
    }
}

#[test]
fn a_field_marks_its_column_and_the_record_marks_its_values() {
    let mut screen = open((110, 40), Language::Japanese);
    screen.press("/氏名:渡辺 備考:折り返し 項目.参加者の氏名:渡邊 メール:person<Enter>");
    let rows = with_underlines(&screen, 4);
    assert!(rows.contains("‹渡邉› 〓子"), "{rows}");
    screen.press("/氏名:渡辺 フリガナ:わた 項目.参加者の氏名:渡邊 メール:person<Enter><Enter>");
    let record = with_underlines(&screen, 3);
    for part in ["‹渡邉› 〓", "(‹ワタ›ナベ)", "‹person›4@example.jp", "  ‹渡邉› 〓"] {
        assert!(record.contains(part), "{part} in\n{record}");
    }
}

#[test]
fn a_name_is_marked_by_its_reading_where_the_reading_has_no_column() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("/はなこ|べに<Enter>");
    let rows = with_underlines(&screen, 4);
    assert!(rows.contains("山形 ‹花子›") && rows.contains("‹(株)紅花商会›"), "{rows}");
    screen.press("vj<Enter>/はなこ<Enter>");
    let rows = with_underlines(&screen, 4);
    assert!(rows.contains("ヤマガタ ‹ハナコ›"), "{rows}");
}

#[test]
fn a_match_that_was_cut_off_marks_the_sign_of_the_cut_and_words_excluded_mark_nothing() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("/-状況:完了 -最上 -カツラ<Enter>");
    let rows = with_underlines(&screen, 4);
    assert!(!rows.contains('‹'), "{rows}");
    screen.press("/三郎<Enter>");
    let rows = with_underlines(&screen, 4);
    assert!(rows.contains("‹三…›"), "{rows}");
}

#[test]
fn the_wrong_part_of_a_long_query_is_underlined_where_it_is_in_sight() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("/山形 花子 最上 次郎 庄内 三郎 置賜 山形 花子 最上 次郎 紅花 庄内|");
    screen.shows("後に言葉が必要です");
    let line = with_underlines(&screen, 2).lines().next().unwrap().to_owned();
    assert!(line.contains("庄内‹|›") || line.contains("庄内|‹ ›"), "{line}");
    screen.press("<Home>");
    let line = with_underlines(&screen, 2).lines().next().unwrap().to_owned();
    assert!(line.contains("‹…›"), "what is wrong lies behind the cut: {line}");
    screen.press("<Esc>");
    let line = with_underlines(&screen, 2).lines().next().unwrap().to_owned();
    assert!(line.contains("‹…›"), "{line}");
}

#[test]
fn arrows_move_the_list_while_the_query_is_typed() {
    for keymap in ["default", "vim", "function-keys"] {
        let mut screen = Driver::open(40, &Setting { keymap, ..Setting::default() });
        screen.press("<F3>山形<Down><Down><Up>");
        assert_eq!(screen.model.list.cursor(), 1);
        screen.press("|紅花<PageDown>");
        assert_eq!((screen.model.search.query.as_str(), screen.model.list.cursor()), ("山形|紅花", 9));
        assert!(matches!(screen.model.layers.as_slice(), [Layer::Search(_)]));
        screen.press("<Home><Delete><PageUp>");
        assert_eq!((screen.model.search.query.as_str(), screen.model.list.cursor()), ("形|紅花", 0));
    }
}

#[test]
fn a_range_goes_from_the_row_marked_last_to_the_cursor() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("jj jjV");
    assert_eq!(screen.model.list.marks().len(), 4);
    screen.shows("4行の範囲で、新たに 3件を選択しました").shows("選択 4件");
    // Upwards, from where the last range ended; the anchor is marked, so this marks.
    screen.press("<Home><Ctrl-V>");
    screen.shows("6行の範囲で、新たに 2件を選択しました");
    // From a row that was unmarked, a range unmarks.
    screen.press(" <Down><Down>V");
    screen.shows("4行の範囲で、3件の選択を外しました").shows("選択 2件");
}

#[test]
fn a_range_without_a_beginning_begins_where_it_is_asked_for() {
    let mut screen = open((80, 24), Language::English);
    screen.press("jV");
    screen.shows("The range begins here. Press V").shows("1 marked");
    screen.press("V");
    screen.shows("The range begins here").shows("1 marked");
    screen.press("jjV");
    screen.shows("Range of 3 rows: 2 newly marked.").shows("3 marked");
    screen.press("AjV");
    screen.shows("The range begins here").shows("1 marked");
}

#[test]
fn a_range_keeps_its_beginning_through_another_order_and_says_if_the_list_does_not_show_it() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press(" <Ctrl-O>");
    assert_eq!(screen.model.list.sort.to_string(), "submitted");
    screen.press("<End>V");
    assert_eq!(screen.model.list.marks().len(), 1, "the same row is the last one now");
    screen.press("<Up><Up>V");
    screen.shows("3行の範囲で、新たに 2件を選択しました");
    screen.press("<Home> /最上<Enter>V");
    screen.shows("今の一覧にありません").shows("Space を押してください");
    assert_eq!(screen.model.list.marks().len(), 4);
}

#[test]
fn a_query_marks_in_the_whole_store_and_the_list_stays() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("/山形<Enter>a+");
    screen.shows("該当 15件（うち選択済み 15件）。選択は 15件から 15件になります");
    screen.press("山形|最上");
    screen.shows("該当 30件（うち選択済み 15件）。選択は 15件から 30件になります");
    let before = screen.model.list.ids().to_vec();
    screen.press("<F12>");
    screen.shows("15件を選択に加えました（選択 30件）").shows("選択 30件（うち画面外 15件）").shows("／ 山形 ");
    assert_eq!(screen.model.list.ids(), before);
    assert!(screen.model.layers.is_empty() && screen.model.work.is_empty());
}

#[test]
fn what_a_query_finds_is_taken_off_or_takes_the_place_of_the_marks() {
    let mut screen = open((80, 24), Language::English);
    screen.press("/山形|最上<Enter>a<F12>最上 状況:未処理|完了<Enter><Right>");
    screen.shows("of them marked). Marks: 30 now,");
    let after = |screen: &Driver| screen.model.list.marks().len();
    screen.press("<Enter>");
    screen.shows("taken off the marks");
    let left = after(&screen);
    assert!(left < 30);
    screen.press("+紅花<Tab><Tab><Tab>");
    screen.shows("15 match (0 of them marked). Marks: ").shows("15 afterwards.");
    screen.press("<Enter>");
    screen.shows("Only the 15 that match are marked.").shows("15 marked (15 not shown)");
    // Round with the arrows: from the last button to the first.
    screen.press("+山形<Enter><Left><Right><Enter>");
    screen.shows("15 added to the marks (30 marked).");
}

#[test]
fn a_wrong_or_empty_query_marks_nothing_and_says_why() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("+");
    screen.shows("検索条件を入力すると").hides("該当 ");
    screen.press("<F12>");
    assert_eq!((screen.model.layers.len(), screen.model.list.marks().len()), (1, 0));
    screen.press("山形|");
    screen.shows("後に言葉が必要です");
    assert!(with_underlines(&screen, 0).contains("山形‹|›") || with_underlines(&screen, 0).contains("山形|‹ ›"));
    screen.press("<Enter><Enter>");
    screen.shows("直してから実行してください");
    assert_eq!((screen.model.layers.len(), screen.model.list.marks().len()), (1, 0));
    screen.press("<Backspace>");
    screen.shows("該当 15件").hides("後に言葉が必要です");
    screen.press("<Esc>");
    assert!(screen.model.layers.is_empty());
}

#[test]
fn only_what_was_shown_is_marked_and_an_earlier_answer_is_dropped() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.hold();
    screen.press("+山形");
    screen.shows("数えています");
    screen.press("<F12>");
    screen.shows("件数が出てから");
    assert_eq!(screen.model.list.marks().len(), 0);
    // The answer about 山 comes first, and isn't about what stands in the field.
    screen.release_one();
    screen.hides("該当 ");
    screen.release();
    screen.shows("該当 15件");
    // A colleague brings another one: what is shown follows.
    screen.memory.arrives();
    screen.press("<Ctrl-U>新着 太郎");
    screen.shows("該当 1件");
    screen.memory.arrives();
    screen.send(Message::StoreChanged);
    screen.shows("該当 2件");
    screen.hold();
    screen.press("x");
    screen.press("<Esc>");
    assert_eq!(screen.asked.last(), Some(&Effect::Cancel(Work::Find)));
    assert!(!screen.model.work.runs(Work::Find));
    screen.release();
    assert!(screen.model.layers.is_empty());
}

#[test]
fn the_dialog_at_each_size() {
    for size in SIZES {
        for language in LANGUAGES {
            let mut screen = open(size, language);
            screen.press("/山形<Enter>jj jj V+最上|山形<Enter><Right>");
            let name = format!("mark_query_{}x{}_{}", size.0, size.1, language.id());
            insta::assert_snapshot!(name, screen.screen());
        }
    }
    let mut screen = open((60, 16), Language::Japanese);
    screen.press("+山形");
    insta::assert_snapshot!("mark_query_60x16_ja", screen.screen());
}

#[test]
fn the_counts_always_say_how_many_are_marked_and_how_many_out_of_sight() {
    for language in LANGUAGES {
        let mut screen = Driver::open(1_300, &Setting { language, ..Setting::default() });
        screen.press("a/最上 1<Enter>");
        let (marked, out) = match language {
            Language::Japanese => ("選択 1,300", "画面外 1,1"),
            Language::English => ("1,300 marked", "(1,1"),
        };
        for width in 60..=200 {
            screen.resize(width, 24);
            for keys in ["", "/", "<Esc>"] {
                screen.press(keys);
                let line = screen.lines()[2].clone();
                assert!(line.contains(marked) && line.contains(out), "{width}: {line}");
                assert!(line.contains("最上 1"), "{width}: {line}");
            }
        }
        screen.shows(if language == Language::Japanese { "1番目" } else { "no. 1" });
        screen.press("b").hides(if language == Language::Japanese { "1番目" } else { "no. 1" });
        screen.press("<Esc><End>");
        let last = screen.model.list.ids().len();
        screen.shows(&if language == Language::Japanese { format!("{last}番目") } else { format!("no. {last}") });
    }
}

#[test]
fn marks_survive_order_reload_imports_undo_and_views() {
    let mut screen = open((110, 40), Language::Japanese);
    screen.press("/状況:未処理<Enter>a");
    let marked: Vec<_> = screen.model.list.marks().iter().collect();
    assert!(!marked.is_empty());
    let same = |screen: &Driver| assert_eq!(screen.model.list.marks().iter().collect::<Vec<_>>(), marked);
    for keys in ["<Ctrl-O>", "<F5>", "<PageDown><End>", "vj<Enter>", "v<Home><Enter>", "/<Backspace><Enter>"] {
        screen.press(keys);
        same(&screen);
    }
    screen.memory.arrives();
    screen.send(Message::StoreChanged);
    same(&screen);
    let count = marked.len();
    let unprocessed =
        |screen: &Driver| screen.memory.statuses().iter().filter(|status| **status == Status::Unprocessed).count();
    let before = unprocessed(&screen);
    screen.press("s<Enter><F12>");
    same(&screen);
    screen.shows(&format!("選択 {count}件"));
    assert_eq!(unprocessed(&screen), before - count, "what came since isn't meant");
    screen.press("/状況:未処理<Enter>");
    screen.shows(&format!("選択 {count}件（うち画面外 {count}件）"));
    screen.press("u");
    same(&screen);
    screen.shows(&format!("選択 {count}件")).hides("画面外");
}

#[test]
fn marks_of_what_is_out_of_sight_count_while_a_result_still_comes_in() {
    let mut screen = Driver::open(400, &Setting { part: 100, ..Setting::default() });
    screen.press("a");
    screen.hold();
    screen.press("/状況:未処理|完了<Enter>i");
    screen.shows("検索が終わってから").shows("選択 400件");
    screen.press("A");
    screen.hides("件   選択 ");
    screen.press("a").shows("検索が終わりしだい");
    screen.press("A");
    screen.release();
    assert!(screen.model.list.marks().is_empty(), "marks that waited were called off");
    screen.hold();
    screen.press("/状況:未処理|受理|完了<Enter>a");
    screen.release();
    let found = screen.model.list.ids().len();
    screen.shows(&format!("該当する {found}件すべてを選択しました"));
    assert_eq!(screen.model.list.marked_out_of_sight(), 0);
}
