//! Operations of the clerk's day: 電話照会, 個別番号, 取下げ with its 申出, 審査結果, 収受, 決裁, the office's calendar, 補正.

use sekisho::domain::channel::Channel;
use sekisho::domain::identity::{ApplicationId, OperationId};
use sekisho::domain::numbering::Received;
use sekisho::domain::operation::{Body, CallBody, Declaration, FromBase, Group, OpenedBody, Value, Write};
use sekisho::domain::phone::{Identifier, Purpose};
use sekisho::domain::record::Salt;
use sekisho::domain::ruling::RulingStep;
use serde_json::{Value as Json, json};

use super::operations::{Kind, REASON, app, applications, id, number, op, written_by};

const PATTERN: (Salt, &str) = ([0x76; 16], "R3-{seq:04}");

/// What is said with a 審査結果.
const STATED: (Salt, &str) = ([0x77; 16], r#"{"basis":"規則第5条","reason":"期限を過ぎている"}"#);

/// What 収受番号 look like.
const RECEIVED: (Salt, &str) = ([0x78; 16], "令2市民第{seq}号");

/// What a 起案 says, and what is said when it is closed.
const DRAFT: (Salt, &str) = (
    [0x79; 16],
    r#"{"breakdown":[{"count":1,"result":"approved"},{"count":1,"result":"none"}],"text":"伺い","title":"交付","total":null}"#,
);
const SETTLED: (Salt, &str) = ([0x7a; 16], r#"{"decider":"課長","document_number":"令2市民第7号"}"#);
const RETURNED: (Salt, &str) = ([0x7b; 16], r#"{"reason":"添付が足りない"}"#);

/// They follow those of every kind.
pub fn kinds() -> Vec<Kind> {
    vec![
        ("4 set: 個別番号", "number.assign", individual_numbers(), Some(PATTERN)),
        ("4 set: 取下げ, with its 申出", "application.set_status", withdrawn(), Some(REASON)),
        ("4 set: 審査結果", "application.result", disapproved(), Some(STATED)),
        ("4 set: 収受", "application.receive", received(), Some(RECEIVED)),
        ("22 ruling: 決裁に回す", "ruling.submit", submitted(), Some(DRAFT)),
        ("22 ruling: 決裁済", "ruling.settle", closed(RulingStep::Settled), Some(SETTLED)),
        ("22 ruling: 差戻し", "ruling.return", closed(RulingStep::Returned), Some(RETURNED)),
    ]
}

const HOLIDAYS: (Salt, &str) = ([0x77; 16], "文化の日\n勤労感謝の日");

/// They follow all others.
pub fn later() -> Vec<Kind> {
    let days = |whole, at_year_end, days: &[u32]| Body::Calendar { whole, at_year_end, days: days.to_vec() };
    vec![
        ("20 calendar: two days more", "calendar.import", days(false, true, &[20_760, 20_780]), Some(HOLIDAYS)),
        ("20 calendar: nothing but weekends", "calendar.import", days(true, false, &[]), None),
        ("4 set: 返却, with the last day of the correction", "application.set_status", sent_back(), Some(REASON)),
        (
            "19 call: 折返し is wanted",
            "call.write",
            call(&[Identifier::Number, Identifier::BirthDate], true, None),
            Some(WANTED),
        ),
        ("19 call: it is answered", "call.write", call(&[], false, Some(op(48))), Some(ANSWERED)),
        ("28 opened: 電話照会", "phone.open", opened(&[app(4)], Purpose::Phone), None),
        ("28 opened: several, with a reason", "phone.open", opened(&[app(1), app(4)], Purpose::Other), Some(REASON)),
    ]
}

/// What is said on the phone.
const WANTED: (Salt, &str) = ([0x7c; 16], r#"{"callback":"023-000-0000 夕方","text":"進み具合"}"#);
const ANSWERED: (Salt, &str) = ([0x7d; 16], r#"{"text":"伝えた"}"#);

fn call(identified: &[Identifier], callback: bool, answers: Option<OperationId>) -> Body {
    Body::Call(CallBody { target: app(4), identified: identified.to_vec(), callback, answers })
}

fn opened(targets: &[ApplicationId], purpose: Purpose) -> Body {
    Body::Opened(OpenedBody { targets: targets.to_vec(), purpose })
}

/// What a reader finds in those of the phone.
pub fn spoken(body: &Body) -> Json {
    match body {
        Body::Call(call) => json!({
            "target": id(call.target.stream(), call.target.n()),
            "identified": call.identified.iter().map(|one| *one as u8).collect::<Vec<_>>(),
            "callback": call.callback, "answers": written_by(call.answers),
        }),
        Body::Opened(opened) => {
            json!({ "targets": applications(&opened.targets), "purpose": opened.purpose as u8 })
        }
        _ => Json::Null,
    }
}

/// They follow those of looking.
pub fn latest() -> Vec<Kind> {
    vec![
        ("4 set: 返却, written with 補正文の部品", "application.set_status", sent_back_by_blocks(), Some(REASON)),
        ("4 set: 補正の催促, by phone", "correction.remind", reminded(), None),
    ]
}

/// As [`sent_back`], with blocks 1 and 3, and nobody told yet.
fn sent_back_by_blocks() -> Body {
    let Body::Set { writes, .. } = sent_back() else { return sent_back() };
    Body::Set { writes, declared: None, blocks: vec![1, 3] }
}

/// 補正期限 is 2026-12-03 = day 20790: 20790 × 4 + 1 for half of the time; one had been reminded at that stage before.
fn reminded() -> Body {
    let one = |stage: u64, target, before: Option<u64>| Write {
        group: Group::Reminder,
        to: number(20_790u64 * 4 + stage),
        targets: vec![app(target)],
        from: FromBase::collect(std::iter::once(match before {
            Some(stage) => (number(20_790u64 * 4 + stage), Some(op(36))),
            None => (Value::None, None),
        })),
    };
    let writes = vec![one(1, 1, None), one(2, 4, Some(1))];
    Body::Set { writes, declared: Some(Declaration { day: 20_784, channel: Channel::Phone }), blocks: Vec::new() }
}

/// 返却 of two, told by mail: status and last day in one.
fn sent_back() -> Body {
    let targets = vec![app(1), app(4)];
    let from = |value, base| FromBase::collect(std::iter::repeat_n((value, base), 2));
    let status =
        Write { group: Group::Status, to: number(6), targets: targets.clone(), from: from(number(1), Some(op(3))) };
    let until = Write { group: Group::Correction, to: number(20_790), targets, from: from(Value::None, None) };
    Body::Set {
        writes: vec![status, until],
        declared: Some(Declaration { day: 20_776, channel: Channel::Mail }),
        blocks: Vec::new(),
    }
}

/// 取下げ, asked for by phone.
fn withdrawn() -> Body {
    let before = std::iter::once((number(1), Some(op(3))));
    let write = Write { group: Group::Status, to: number(10), targets: vec![app(7)], from: FromBase::collect(before) };
    Body::Set {
        writes: vec![write],
        declared: Some(Declaration { day: 20_777, channel: Channel::Phone }),
        blocks: Vec::new(),
    }
}

/// Two go on a 起案; one had been on another before.
fn submitted() -> Body {
    let before = [(number(1), Some(op(20))), (Value::None, None)];
    let from = FromBase::collect(before.into_iter());
    let write = Write { group: Group::Ruling, to: number(1), targets: vec![app(1), app(4)], from };
    Body::Ruling { subject: None, step: RulingStep::Submitted, day: None, writes: vec![write] }
}

/// It is closed.
fn closed(step: RulingStep) -> Body {
    let day = (step == RulingStep::Settled).then_some(18_568);
    Body::Ruling { subject: Some(op(21)), step, day, writes: Vec::new() }
}

/// 収受日 is 2020-11-02 = day 18568: 18568 × 2⁴⁰ + the sequence number.
fn received() -> Body {
    let nothing = || FromBase::collect(std::iter::once((Value::None, None)));
    let one = |(sequence, target)| Write {
        group: Group::Received,
        to: number(Received { day: 18_568, sequence }.value()),
        targets: vec![app(target)],
        from: nothing(),
    };
    Body::Set { writes: [(11, 1), (12, 4)].map(one).into(), declared: None, blocks: Vec::new() }
}

/// 不承認; one had 承認 before.
fn disapproved() -> Body {
    let before = [(Value::None, None), (number(1), Some(op(28)))];
    let from = FromBase::collect(before.into_iter());
    let write = Write { group: Group::Result, to: number(3), targets: vec![app(1), app(4)], from };
    Body::Set { writes: vec![write], declared: None, blocks: Vec::new() }
}

/// Each application gets a sequence number of its own.
fn individual_numbers() -> Body {
    let nothing = || FromBase::collect(std::iter::once((Value::None, None)));
    let one = |(n, target)| Write {
        group: Group::IndividualNumber,
        to: number(n),
        targets: vec![app(target)],
        from: nothing(),
    };
    Body::Set { writes: [(1, 4), (2, 1), (4, 2)].map(one).into(), declared: None, blocks: Vec::new() }
}
