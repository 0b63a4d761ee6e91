//! 電話照会 of the made-up office: who is found by a line, what a case says, and 応対記録 that stay.

use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::phone::{Identifier, Purpose};
use crate::office::view::Record;
use crate::office::{Answerable, Call, Callback, Candidate, Candidates, Case, Looked, WhoLooked, Withheld};
use crate::tui::message::Explained;
use crate::tui::phone::{PhoneErrand, PhoneMessage};

/// When everything in memory happens.
const AT_MS: i64 = 1_795_158_300_000;

/// Whoever asks for this finds that the store is busy.
pub const BUSY: &str = "busy";

/// How many wait to be called back.
pub fn waiting(records: &[Record]) -> u64 {
    records.iter().filter(|record| record.calls.iter().any(Call::waits)).count() as u64
}

fn candidate(record: &Record) -> Candidate {
    let row = &record.row;
    Candidate {
        id: row.id,
        source: row.source.clone(),
        number: row.number.clone(),
        name: row.name.clone(),
        kana: row.kana.clone(),
        form_name: row.form_name.clone(),
        submitted: row.submitted,
        waits: record.calls.iter().any(Call::waits),
    }
}

fn case(record: &Record) -> Case {
    let row = &record.row;
    let known = [
        (Identifier::Number, Some(row.number.clone())),
        (Identifier::Name, row.name.clone()),
        (Identifier::Kana, row.kana.clone()),
        (Identifier::BirthDate, Some("平成2年3月4日".to_owned())),
        (Identifier::Phone, Some("023-630-2211".to_owned())),
        (Identifier::Phone, Some("090-1234-5678".to_owned())),
    ];
    Case {
        id: row.id,
        number: row.number.clone(),
        known: known.into_iter().filter_map(|(one, text)| Some((one, text?))).collect(),
        told: Answerable {
            form_name: row.form_name.clone(),
            submitted: row.submitted,
            status: row.status,
            since: row.since,
            deadline: None,
            correction: None,
            notes: Vec::new(),
        },
        withheld: Withheld {
            notes: record.notes.len() as u64,
            assignee: record.assignee.is_some(),
            ..Withheld::default()
        },
        calls: record.calls.clone(),
    }
}

/// Answers an errand.
pub fn answer(records: &mut [Record], errand: PhoneErrand, operation: u32) -> PhoneMessage {
    let find = |id: ApplicationId| records.iter().position(|record| record.row.id == id).unwrap();
    match errand {
        PhoneErrand::Find(line) if line == BUSY => {
            let why =
                Explained { code: "store.busy".to_owned(), sentence: "取込が動いています。".to_owned() };
            PhoneMessage::Found(line, Err(why))
        }
        PhoneErrand::Find(line) => {
            let meant = |record: &&Record| match line.is_empty() {
                true => record.calls.iter().any(Call::waits),
                false => {
                    record.row.number.ends_with(&line) || record.row.name.as_ref().is_some_and(|n| n.contains(&line))
                }
            };
            let found = records.iter().filter(meant).take(30).map(candidate).collect();
            PhoneMessage::Found(line, Ok(Candidates { found, more: false }))
        }
        PhoneErrand::Open(id) => PhoneMessage::Opened(id, Ok(Box::new(case(&records[find(id)])))),
        PhoneErrand::Write(id, wish) => {
            let at = find(id);
            let operation = OperationId::new(0, operation);
            for call in &mut records[at].calls {
                if let Some(callback) = call.callback.as_mut().filter(|_| Some(call.operation) == wish.answers) {
                    callback.answered_by = Some(operation);
                }
            }
            let call = Call {
                operation,
                at_ms: AT_MS,
                actor: Some("山形花子".to_owned()),
                identified: wish.identified,
                text: Some(wish.text),
                callback: wish.callback.map(|wanted| Callback { wanted: Some(wanted), answered_by: None }),
                answers: wish.answers,
            };
            records[at].calls.insert(0, call);
            PhoneMessage::Written(id, Ok(records[at].calls.clone()))
        }
        PhoneErrand::Looks(id) => {
            let look = |n: u32, looked| WhoLooked {
                operation: OperationId::new(0, n),
                at_ms: AT_MS,
                actor: Some(format!("職員{n}")),
                command: "phone.open".to_owned(),
                looked,
                reason: None,
            };
            let opened = (0..30).rev().map(|n| look(40 + n, Looked::Opened(Purpose::Phone)));
            let looks = opened.chain([look(5, Looked::Listed)]).collect();
            PhoneMessage::Looks(id, Ok(looks))
        }
    }
}
