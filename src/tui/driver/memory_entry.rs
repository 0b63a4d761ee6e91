//! 窓口・郵送分の入力 in the made-up office: two forms, a number for whatever is entered, and nothing that was entered before.

use std::sync::Mutex;

use crate::domain::form::{Choice, ItemKind};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::office::{Entered, Part, Sheet, SheetField, SheetOf, Typed};
use crate::tui::entry::{EntryErrand, EntryMessage, FormToEnter};
use crate::tui::message::{Explained, Message};

/// What was entered, the last one last.
pub type Entries = Vec<(SheetOf, Typed)>;

/// A field of the page.
fn field(part: Part, kind: ItemKind) -> SheetField {
    SheetField { closed: kind == ItemKind::IndividualNumber, part, kind, sealed: false, text: String::new() }
}

fn choices(labels: &[(&str, &str)]) -> ItemKind {
    let choice = |(code, label): &(&str, &str)| Choice { code: Some((*code).to_owned()), label: (*label).to_owned() };
    ItemKind::Choice(labels.iter().map(choice).collect())
}

/// The page of a form.
pub fn sheet(word: &str) -> Sheet {
    let item = |name: &str, kind: ItemKind| field(Part::Item(name.to_owned()), kind);
    Sheet {
        of: SheetOf::New(word.to_owned()),
        title: "Web会議ツール利用申込書".to_owned(),
        fields: vec![
            field(Part::Channel, choices(&[("1", "窓口"), ("2", "郵送"), ("3", "電話")])),
            field(Part::Received, ItemKind::Date),
            field(Part::Name, ItemKind::Text),
            field(Part::Mail, ItemKind::Text),
            item("氏名フリガナ", ItemKind::Kana),
            item("職種", choices(&[("85", "臨床工学技士"), ("12", "医師")])),
            item("利用日", ItemKind::Date),
            item("世帯主の個人番号", ItemKind::IndividualNumber),
            item("証明書", ItemKind::Attachment),
            field(Part::Remarks, ItemKind::Text),
        ],
    }
}

/// Answers an errand.
pub(super) fn answer(errand: EntryErrand, entries: &Mutex<Entries>) -> Message {
    let form = |word: &str, title: &str| FormToEnter { word: word.to_owned(), title: title.to_owned() };
    Message::Entry(match errand {
        EntryErrand::Forms => {
            let forms = vec![form("etumo/01430", "Web会議ツール利用申込書"), form("etumo/00110", "転出届・転入予約")];
            EntryMessage::Forms(Ok(forms))
        }
        EntryErrand::Sheet(word) => EntryMessage::Sheet(Ok(Box::new(sheet(&word)))),
        EntryErrand::Revise(_) => {
            let sentence = "関所で入力した申込ではありません。".to_owned();
            EntryMessage::Sheet(Err(Explained { code: "entry.not_entered_here".to_owned(), sentence }))
        }
        EntryErrand::Enter(of, typed) => {
            let mut entries = entries.lock().unwrap();
            entries.push((of, *typed));
            let count = entries.len() as u32;
            EntryMessage::Entered(Ok(Entered {
                id: ApplicationId::new(0, 9_000 + count),
                number: crate::domain::entry::number("S-R8-", count.into()),
                operation: Some(OperationId::new(0, 9_000 + count)),
                doubts: Vec::new(),
                open: Vec::new(),
            }))
        }
    })
}
