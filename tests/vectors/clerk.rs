//! Operations of the clerk's day: 個別番号, 取下げ with its 申出, the office's calendar, 補正.

use sekisho::domain::channel::Channel;
use sekisho::domain::operation::{Body, Declaration, FromBase, Group, Value, Write};
use sekisho::domain::record::Salt;

use super::operations::{Kind, REASON, app, number, op};

const PATTERN: (Salt, &str) = ([0x76; 16], "R3-{seq:04}");

/// They follow those of every kind.
pub fn kinds() -> Vec<Kind> {
    vec![
        ("4 set: 個別番号", "number.assign", individual_numbers(), Some(PATTERN)),
        ("4 set: 取下げ, with its 申出", "application.set_status", withdrawn(), Some(REASON)),
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
    ]
}

/// 返却 of two, told by mail: status and last day in one.
fn sent_back() -> Body {
    let targets = vec![app(1), app(4)];
    let from = |value, base| FromBase::collect(std::iter::repeat_n((value, base), 2));
    let status =
        Write { group: Group::Status, to: number(6), targets: targets.clone(), from: from(number(1), Some(op(3))) };
    let until = Write { group: Group::Correction, to: number(20_790), targets, from: from(Value::None, None) };
    Body::Set { writes: vec![status, until], declared: Some(Declaration { day: 20_776, channel: Channel::Mail }) }
}

/// 取下げ, asked for by phone.
fn withdrawn() -> Body {
    let before = std::iter::once((number(1), Some(op(3))));
    let write = Write { group: Group::Status, to: number(10), targets: vec![app(7)], from: FromBase::collect(before) };
    Body::Set { writes: vec![write], declared: Some(Declaration { day: 20_777, channel: Channel::Phone }) }
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
    Body::Set { writes: [(1, 4), (2, 1), (4, 2)].map(one).into(), declared: None }
}
