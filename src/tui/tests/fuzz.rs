//! Random keys, sizes and messages: nothing panics, and what must always hold does.

use proptest::prelude::*;

use crate::domain::status::Status;
use crate::messages::Language;
use crate::tui::driver::{Driver, Intake, Setting};
use crate::tui::layer::Layer;
use crate::tui::layout::SMALLEST;
use crate::tui::message::Message;
use crate::tui::text::WidthPolicy;

#[derive(Debug, Clone)]
enum Step {
    Keys(&'static str),
    Type(String),
    Resize(u16, u16),
    Paste(String),
    Arrives,
    Changes(usize),
    Hold,
    Release,
    Part,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = prop::sample::select(vec![
        "j",
        "k",
        " ",
        "a",
        "A",
        "b",
        "m",
        "n",
        "<F4>",
        "<F8>",
        "i",
        "s",
        "e",
        "u",
        "?",
        "/",
        "o",
        "x",
        "v",
        "c",
        "t",
        "<Alt-Up>",
        "<Enter>",
        "<Enter>",
        "<Enter>",
        "<Esc>",
        "<Tab>",
        "<Ctrl-R>",
        "<Ctrl-N>",
        "<F12>",
        "<PageDown>",
        "<PageUp>",
        "<Home>",
        "<End>",
        "<Up>",
        "<Down>",
        "<Left>",
        "<Right>",
        "[",
        "]",
        "<Backspace>",
        "<Ctrl-U>",
        "<F5>",
        ":",
        "J",
        "<Ctrl-P>",
        "<Ctrl-C>",
        "ｊ",
        "あ",
        "\u{3000}",
        "|",
        "<BackTab>",
        "f",
        "r",
        "c",
        "w",
        "y",
        "X",
        "V",
        "+",
        "0",
        "1",
        "W",
        "o",
    ]);
    prop_oneof![
        12 => keys.prop_map(Step::Keys),
        2 => "[山形紅花未0-9 :|\"]{1,6}".prop_map(Step::Type),
        2 => (1u16..230, 1u16..70).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => any::<String>().prop_map(Step::Paste),
        1 => Just(Step::Arrives),
        1 => (0usize..20).prop_map(Step::Changes),
        1 => Just(Step::Hold),
        2 => Just(Step::Release),
        2 => Just(Step::Part),
    ]
}

/// Whether a layer leaves the chrome in sight.
fn is_page(layer: &Layer) -> bool {
    matches!(layer, Layer::Today(_) | Layer::Record(_) | Layer::Inbox(_) | Layer::Intake(_) | Layer::SetAside(_))
}

fn invariants(screen: &Driver, (width, height): (u16, u16)) {
    let list = &screen.model.list;
    let seen = list.ids().iter().filter(|id| list.marks().contains(**id)).count() as u64;
    assert_eq!(list.marked_out_of_sight(), list.marks().len() - seen);
    let lines = screen.lines();
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return;
    }
    let today = screen.model.layers.iter().filter(|layer| matches!(layer, Layer::Today(_))).count();
    let at_the_foot = matches!(screen.model.layers.first(), Some(Layer::Today(_)));
    assert_eq!(today, usize::from(at_the_foot), "今日の仕事 lies below all else, once");
    let rows = usize::from(screen.model.places().unwrap().rows.height);
    assert!(list.ids().is_empty() || list.cursor() < list.ids().len());
    assert!((list.top()..list.top() + rows).contains(&list.cursor()), "the cursor is in view");
    let dialogs = screen.model.layers.iter().filter(|layer| !is_page(layer));
    if dialogs.count() == 0 {
        assert!(
            lines[0].contains("【LGWAN】")
                && (lines[1].contains("0今日の仕事 1申込一覧") || lines[1].contains("0 Today 1 Applications")),
            "{lines:?}"
        );
    }
    let cursor = screen.cursor();
    assert!(cursor.x < width && cursor.y < height);
    assert!(!lines.iter().any(|line| line.contains(char::is_control)));
}

/// A few cases in every run; the nightly run asks for many by `PROPTEST_CASES`.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_some() { usual } else { ProptestConfig { cases: 48, ..usual } }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn nothing_breaks_the_screen(
        steps in prop::collection::vec(step(), 1..60),
        people in prop::sample::select(vec![0usize, 1, 7, 130]),
        keymap in prop::sample::select(vec!["default", "vim", "function-keys"]),
        ascii in any::<bool>(),
        today in any::<bool>(),
        tour in any::<bool>(),
        width in prop::sample::select(vec![WidthPolicy::Narrow, WidthPolicy::Wide]),
        language in prop::sample::select(vec![Language::Japanese, Language::English]),
    ) {
        let setting = Setting { part: 40, keymap, ascii, today, tour, width, language, ..Setting::default() };
        let mut screen = Driver::open(people, &setting);
        screen.memory.intake(|intake| *intake = Intake::sample());
        screen.memory.sample_requests();
        let mut size = setting.size;
        for step in steps {
            match step {
                Step::Keys(keys) => {
                    screen.press(keys);
                }
                Step::Type(text) => {
                    screen.press(&text);
                }
                Step::Resize(width, height) => {
                    screen.resize(width, height);
                    size = (width, height);
                }
                Step::Paste(text) => screen.send(Message::Paste(text)),
                Step::Arrives => {
                    screen.memory.arrives();
                    screen.send(Message::StoreChanged);
                }
                Step::Changes(at) => {
                    if at < people {
                        screen.memory.changes(at, Status::Provisional);
                        screen.send(Message::StoreChanged);
                    }
                }
                Step::Hold => screen.hold(),
                Step::Release => screen.release(),
                Step::Part => {
                    screen.release_one();
                }
            }
            invariants(&screen, size);
        }
    }
}
