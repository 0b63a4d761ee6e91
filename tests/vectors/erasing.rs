//! Operations about 保存期間・廃棄: 延長, an erasure, and what was done for it.

use sekisho::domain::erasure::{ErasureRule, ErasureStep};
use sekisho::domain::operation::{Body, FromBase, Group, Value, Write};
use sekisho::domain::record::Salt;
use serde_json::{Value as Json, json};

use super::operations::{Kind, REASON, app, applications, number, op, written_by};

const NOTE: (Salt, &str) = (
    [0x76; 16],
    r#"{"document_number":"令8市民第12号","lines":[{"classification":"市民-1","years":5,"fiscal_year":2020,"count":2}]}"#,
);

/// They follow the others.
pub fn kinds() -> Vec<Kind> {
    let nothing = FromBase::collect([(Value::None, None), (Value::None, None)].into_iter());
    // 2031-03-31 is day 22369.
    let write = Write { group: Group::Retention, to: number(22_369), targets: vec![app(1), app(4)], from: nothing };
    vec![
        (
            "4 set: 延長",
            "purge.extend",
            Body::Set { writes: vec![write], declared: None, blocks: Vec::new() },
            Some(REASON),
        ),
        (
            "29 erase",
            "purge.dispose",
            Body::Erase { targets: vec![app(1), app(4)], rule: ErasureRule::Expired, texts: vec![op(6), op(9)] },
            Some(NOTE),
        ),
        ("30 erase done", "purge.finish", Body::EraseDone { erasure: op(9), steps: ErasureStep::ALL.to_vec() }, None),
    ]
}

/// What a reader finds in them.
pub fn body(body: &Body) -> Json {
    match body {
        Body::Erase { targets, rule, texts } => json!({
            "targets": applications(targets), "rule": *rule as u8,
            "texts": texts.iter().map(|text| written_by(Some(*text))).collect::<Vec<_>>(),
        }),
        Body::EraseDone { erasure, steps } => json!({
            "erasure": written_by(Some(*erasure)), "steps": steps.iter().map(|step| *step as u8).collect::<Vec<_>>(),
        }),
        _ => Json::Null,
    }
}
