//! Operations about 封印: the keys of classes, and looks at sealed items.

use sekisho::domain::operation::Body;
use sekisho::domain::sealing::Class;
use serde_json::{Value as Json, json};

use super::hex;
use super::operations::{Kind, REASON, app, id, op, written_by};

/// They follow the others.
pub fn kinds() -> Vec<Kind> {
    vec![
        (
            "26 sealing key: founded",
            "key.found",
            Body::SealingKey {
                class: Class::SpecificPersonal,
                generation: 1,
                public: [0xC1; 32],
                recovery: [0xC2; 32],
                holders: vec![op(2)],
            },
            None,
        ),
        (
            "26 sealing key: a new one for two",
            "key.withdraw",
            Body::SealingKey {
                class: Class::Sensitive,
                generation: 3,
                public: [0xC3; 32],
                recovery: [0xC2; 32],
                holders: vec![op(2), op(18)],
            },
            None,
        ),
        (
            "27 reveal",
            "item.reveal",
            Body::Reveal { target: app(4), class: Class::SpecificPersonal, items: vec![0, 2] },
            Some(REASON),
        ),
    ]
}

/// What a reader finds in them.
pub fn body(body: &Body) -> Json {
    match body {
        Body::SealingKey { class, generation, public, recovery, holders } => json!({
            "class": *class as u8, "generation": generation, "public": hex(public), "recovery": hex(recovery),
            "holders": holders.iter().map(|holder| written_by(Some(*holder))).collect::<Vec<_>>(),
        }),
        Body::Reveal { target, class, items } => json!({
            "target": id(target.stream(), target.n()), "class": *class as u8, "items": items,
        }),
        _ => Json::Null,
    }
}
