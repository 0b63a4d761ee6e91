//! Operations about looking: at the operation log itself.

use sekisho::domain::operation::{Body, LogSide, LogView, Narrowing};
use sekisho::domain::record::Salt;
use serde_json::{Value as Json, json};

use super::operations::Kind;

/// What was typed.
const ASKED: (Salt, &str) = ([0x78; 16], "operator:0123 氏名:山形");

/// They follow all others.
pub fn kinds() -> Vec<Kind> {
    let view = |side, narrowed: &[Narrowing], count, texts| {
        Body::LogView(LogView { side, narrowed: narrowed.to_vec(), count, texts })
    };
    vec![
        ("23 log view: on the screen", "log.view", view(LogSide::Operations, &[], None, true), None),
        (
            "23 log view: who looked at whose data",
            "log.view",
            view(LogSide::Looks, &[Narrowing::Query, Narrowing::Operator], Some(3), false),
            Some(ASKED),
        ),
    ]
}

/// What a reader finds in them.
pub fn body(view: &LogView) -> Json {
    json!({
        "side": view.side as u8, "narrowed": view.narrowed.iter().map(|one| *one as u8).collect::<Vec<_>>(),
        "count": view.count, "texts": view.texts,
    })
}
