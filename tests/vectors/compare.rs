//! Operations about 照合 and 重複の疑い.

use sekisho::domain::comparison::{Judgment, Likeness};
use sekisho::domain::operation::{Against, Body, Compared, Distinct};
use serde_json::{Value as Json, json};

use super::hex;
use super::operations::{Kind, app, applications, id, op, written_by};

/// They follow the others.
pub fn kinds() -> Vec<Kind> {
    let fields = vec![
        (6, Likeness::Glyph, Judgment::Agrees),
        (8, Likeness::OnlyHere, Judgment::Open),
        (32, Likeness::Other, Judgment::Differs),
        (300, Likeness::Sealed, Judgment::Agrees),
    ];
    let compared = |against, pass| {
        Body::Compared(Box::new(Compared { target: app(4), content: op(3), against, pass, fields: fields.clone() }))
    };
    let command = "application.compare";
    vec![
        ("32 compared with an application", command, compared(Against::Application(app(2), op(3)), 1), None),
        ("32 compared with a file: the second pass", command, compared(Against::File([0xD1; 32], 70_000), 2), None),
        (
            "33 distinct",
            "duplicates.distinct",
            Body::Distinct(Distinct { members: vec![app(1), app(4)], kept: true }),
            None,
        ),
    ]
}

/// What a reader finds in them.
pub fn body(body: &Body) -> Json {
    match body {
        Body::Compared(one) => json!({
            "target": id(one.target.stream(), one.target.n()), "content": written_by(Some(one.content)),
            "against": match one.against {
                Against::Application(other, content) => {
                    json!([1, id(other.stream(), other.n()), written_by(Some(content))])
                }
                Against::File(hash, line) => json!([2, hex(&hash), line]),
            },
            "pass": one.pass,
            "fields": one.fields.iter().map(|(field, likeness, judgment)| {
                json!([field, *likeness as u8, *judgment as u8])
            }).collect::<Vec<_>>(),
        }),
        Body::Distinct(one) => json!({ "members": applications(&one.members), "kept": one.kept }),
        _ => Json::Null,
    }
}
