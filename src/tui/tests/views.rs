//! Views, columns, order, filter, and export by them.

use crate::command::Context;
use crate::domain::column::Column;
use crate::domain::session::{Layout, Placed};
use crate::messages::Language;
use crate::office::ViewKind;
use crate::tui::driver::{Driver, Setting};
use crate::tui::intake::{IntakeErrand, ask};
use crate::tui::message::{Effect, Message, Sort, SortField, Work};

fn open(language: Language) -> Driver {
    Driver::open(40, &Setting { language, ..Setting::default() })
}

#[test]
fn how_the_dialogs_look() {
    for language in [Language::Japanese, Language::English] {
        for (name, keys) in
            [("views", "v"), ("view_save", "/紅花<Enter>vs"), ("columns", "c"), ("sort", "o"), ("filter", "t")]
        {
            let mut screen = open(language);
            screen.press(keys);
            insta::assert_snapshot!(format!("{name}_80x24_{}", language.id()), screen.screen());
        }
        let mut screen = open(language);
        screen.press("vj<Enter>");
        insta::assert_snapshot!(format!("view_in_force_80x24_{}", language.id()), screen.screen());
    }
}

#[test]
fn a_view_is_put_in_force_with_its_query_order_and_columns() {
    let mut screen = open(Language::Japanese);
    screen.press("v");
    screen.shows("未着手").shows("朝の分").shows("この版では使えません").shows("標準").shows("個人");
    screen.press("j<Enter>");
    screen
        .shows("［朝の分］")
        .shows("／ 山形|紅花")
        .shows("2026-12-02 13:30")
        .hides("氏名/法人名")
        .shows("整理番号 昇");
    assert_eq!(screen.model.list.ids().len(), 10);
    let layout = screen.memory.layout().unwrap();
    assert_eq!((layout.view.as_deref(), layout.order.field), (Some("朝の分"), SortField::Number));
    screen.press("/<End> 1<Enter>");
    screen.hides("［朝の分］");
    assert_eq!(screen.memory.layout().unwrap().view.as_deref(), Some("朝の分"), "kept when a layout is chosen");
}

#[test]
fn a_view_of_a_later_version_says_so_and_changes_nothing() {
    let mut screen = open(Language::Japanese);
    screen.press("vjj<Enter>");
    screen.shows("はこの版では使えません（検索条件の1文字目）");
    assert_eq!(screen.model.search.query, "");
    screen.press("<Esc>");
    assert!(screen.model.layers.is_empty());
}

#[test]
fn closing_the_views_stops_the_counting() {
    let mut screen = open(Language::Japanese);
    screen.hold();
    screen.press("v<Esc>");
    assert_eq!(screen.asked, [Effect::Cancel(Work::Views)]);
    screen.release();
    assert!(screen.model.work.is_empty() && screen.model.layers.is_empty());
}

#[test]
fn the_list_is_saved_as_a_view_and_one_of_the_same_name_asks_first() {
    let mut screen = open(Language::Japanese);
    screen.press("/紅花<Enter><Ctrl-O>vs紅花の分<Enter><Right><F12>");
    screen.shows("ビュー「紅花の分」を保存しました").shows("紅花の分");
    let saved = screen.memory.views().pop().unwrap();
    assert_eq!(
        (saved.kind, saved.view.query.as_str(), saved.view.sort.as_str()),
        (ViewKind::Private, "紅花", "submitted")
    );
    screen.press("<Esc>");
    screen.shows("［紅花の分］");
    screen.press("vs<Ctrl-U>朝の分<F12>");
    screen.shows("「朝の分」はすでにあります");
    assert_eq!(screen.memory.views().len(), 5);
    screen.press("<F12>");
    screen.shows("保存しました");
    assert_eq!(screen.memory.views().iter().find(|known| known.view.name == "朝の分").unwrap().view.query, "紅花");
    screen.press("s<Ctrl-U><F12>");
    screen.shows("1〜40文字");
}

#[test]
fn a_view_is_taken_away_after_a_question() {
    let mut screen = open(Language::Japanese);
    screen.press("vx");
    screen.shows("標準のビューなので消せません");
    screen.press("jx");
    screen.shows("「朝の分」を消しますか");
    screen.press("<Esc>");
    screen.hides("消しますか").shows("朝の分");
    screen.press("<F12>");
    assert_eq!(screen.memory.views().len(), 4, "nothing was asked");
    screen.press("x<F12>");
    screen.shows("ビュー「朝の分」を消しました");
    assert_eq!(screen.memory.views().len(), 3);
}

#[test]
fn columns_are_chosen_moved_widened_and_brought_back() {
    let mut screen = open(Language::Japanese);
    screen.press("c");
    screen.shows("幅が足りず表示されません");
    screen.press("j ");
    screen.press("<End>");
    screen.shows("■ 利用日時");
    screen.press(" ");
    screen.press("<Alt-Up>");
    for _ in 0..30 {
        screen.press("[");
    }
    screen.shows("これより先へは動かせません");
    screen.press("<Right><Enter>");
    screen.shows("旧様式の項目").hides("氏名/法人名");
    let columns = screen.model.arrangement.columns.clone();
    assert_eq!(columns[0].column, Column::Item("旧様式の項目".into()));
    assert!(columns[0].width.is_some() && !columns.iter().any(|placed| placed.column == Column::Name));
    assert_eq!(screen.memory.layout().unwrap().columns, columns);
    screen.press("cr<Enter>");
    screen.shows("氏名/法人名").hides("旧様式の項目");
    assert!(screen.model.arrangement.columns.is_empty());
}

#[test]
fn columns_without_room_are_said() {
    let mut screen = open(Language::Japanese);
    screen.press("c<End> <End> <End> <End> <Enter>");
    screen.shows("幅が足りないため、");
}

#[test]
fn the_order_is_chosen_by_field_and_direction() {
    let mut screen = open(Language::Japanese);
    screen.press("o");
    screen.shows("申込日時  降順");
    screen.press("jjj<Right><Enter>");
    assert_eq!(screen.model.list.sort, Sort { field: SortField::Kana, descending: false });
    screen.shows("氏名/法人名 昇");
    assert_eq!(screen.memory.layout().unwrap().order.field, SortField::Kana);
}

#[test]
fn the_form_writes_the_query_and_reads_it_back() {
    let mut screen = open(Language::Japanese);
    screen.press("t <Right> ");
    screen.shows("処理状況:未処理|仮受付");
    screen.press("<Tab><Tab><Tab> <Tab>R8.11.1<Tab><Tab>山形<F12>");
    screen.shows("／ 処理状況:未処理|仮受付 様式:01430 申込日時:R8.11.1.. 氏名:山形");
    screen.press("t");
    screen.shows("2026-11-01").shows("氏名        山形");
    screen.press("<F7>");
    screen.shows("（すべて）");
    screen.press("<F12>");
    assert_eq!(screen.model.search.query, "");
    screen.press("/-紅花 山形|最上<Enter>t");
    screen.shows("-紅花 山形|最上");
    screen.press("<Tab><Tab><Tab><Tab>R8.99.1<F12>");
    assert!(screen.model.layers.len() == 1, "a wrong date stays in the form");
    screen.press("<Ctrl-U><F12>");
    assert_eq!(screen.model.search.query, "-紅花 山形|最上");
}

#[test]
fn english_forms_write_the_words_of_scripts() {
    let mut screen = open(Language::English);
    screen.press("t <F12>");
    assert_eq!(screen.model.search.query, "status:unprocessed");
}

#[test]
fn a_file_has_the_columns_of_the_list_or_of_a_view() {
    let mut screen = open(Language::Japanese);
    screen.press("e<Down><Right>");
    screen.shows("関所に取り込み直せません");
    screen.press("<F12>");
    assert_eq!(screen.memory.exported_columns(), [Some(Column::USUAL.to_vec())]);
    screen.press("e<Right><Right>");
    screen.shows("ビュー 朝の分");
    screen.press("<Down><Right><F12>");
    let columns = screen.memory.exported_columns().pop().unwrap().unwrap();
    assert_eq!(columns[1..3], [Column::Kana, Column::Item("■ 利用日時".into())]);
    assert_eq!(screen.memory.exports().last().unwrap().1, 10);
    screen.press("e<Right><Right><Right><F12>");
    screen.shows("はこの版では使えません");
}

#[test]
fn the_last_layout_is_taken_up_again() {
    let mut screen = open(Language::Japanese);
    let columns = vec![Column::Number.into(), Placed { column: Column::Mail, width: Some(24) }];
    let order = Sort { field: SortField::Number, descending: true };
    let layout = Layout { view: Some("朝の分".into()), order, columns };
    let views = screen.memory.views();
    let effects = screen.model.take_up(layout, views);
    // All that a new screen asks for, the new files among it.
    assert!(effects.contains(&ask(IntakeErrand::Look)), "{effects:?}");
    assert_eq!(effects.len(), 3);
    screen.send(Message::StoreChanged);
    screen.shows("［朝の分］").shows("山形|紅花").shows("@example.jp").hides("処理状況");
    assert_eq!(screen.model.list.sort, order);
}

#[test]
fn a_view_that_a_colleague_saves_does_not_slip_under_the_question() {
    let mut screen = open(Language::Japanese);
    let mut views = screen.memory.views();
    let at = views.iter().position(|known| known.kind != ViewKind::Shipped).unwrap();
    let asked = views[at].view.name.clone();
    screen.press("v");
    for _ in 0..at {
        screen.press("j");
    }
    screen.press("x");
    screen.shows("消しますか");
    let ticket = screen.model.ticket;
    let mut other = views[at].clone();
    other.view.name = "同僚のビュー".into();
    views.insert(at, other);
    screen.send(Message::Views(ticket, Ok(views.clone())));
    screen.shows(&format!("{asked}」を消しますか"));
    // Saved anew since it was asked about: the question is to be asked again.
    views[at + 1].view.query = "置賜".into();
    screen.send(Message::Views(ticket, Ok(views)));
    screen.hides("消しますか");
    screen.press("<F12>");
    assert!(screen.memory.views().iter().any(|known| known.view.name == asked));
}

#[test]
fn an_export_stays_on_its_view_when_others_come() {
    let mut screen = open(Language::Japanese);
    screen.press("e<Right><Right>");
    let mut views = screen.memory.views();
    let chosen = views[1].view.name.clone();
    screen.shows(&chosen);
    let mut other = views[0].clone();
    other.view.name = "同僚のビュー".into();
    views.insert(0, other);
    screen.send(Message::Views(screen.model.ticket, Ok(views)));
    screen.shows(&chosen).hides("同僚のビュー");
}

#[test]
fn forms_that_come_while_the_help_is_open_are_taken() {
    for key in ["t", "c"] {
        let mut screen = open(Language::Japanese);
        screen.hold();
        screen.press(key).press("<F1>");
        assert_eq!(screen.model.context(), Context::Help);
        screen.release();
        assert!(!screen.model.work.runs(Work::Forms), "{key}: {:?}", screen.model.work);
    }
}
