//! Operations about 二者確認: requests, decisions, and what operations say of their second person.

use sekisho::domain::operation::{Body, ExportBody};
use sekisho::domain::release::{Approval, Decided, WhyVoid};

use super::OWN;
use super::operations::{Kind, NOTE, REASON, app, op};

/// They follow the others.
pub fn kinds() -> Vec<Kind> {
    vec![
        (
            "17 request: to end two",
            "request.make",
            Body::Request { act: "application.set_status".into(), targets: vec![app(1), app(4)] },
            Some(NOTE),
        ),
        (
            "18 decision: refused",
            "request.refuse",
            Body::Decision { request: op(27), decided: Decided::Refused, hash: [0xB7; 32], void: None },
            Some(REASON),
        ),
        (
            "18 decision: void, the targets were changed",
            "request.approve",
            Body::Decision {
                request: op(27),
                decided: Decided::Void,
                hash: [0xB7; 32],
                void: Some(WhyVoid::TargetsChanged),
            },
            None,
        ),
        (
            "6 export: with its second person",
            "application.export",
            Body::Export(ExportBody {
                count: 1, format: "csv".into(), columns: vec!["氏名".into()], file: [0xB8; 32]
            }),
            None,
        ),
        (
            "12 group: alone, for nobody else could approve",
            "group.add",
            Body::Group { subject: None, name: "審査".into(), kept: true, base: None },
            None,
        ),
    ]
}

/// What an operation says of the second person.
pub fn approval(name: &str, body: &Body) -> Option<Vec<u8>> {
    let by = Approval::By { approver: op(18), request: op(27), hash: [0xB7; 32] };
    match body {
        Body::Unknown { .. } => Some(vec![1, 2, 3]),
        _ if name.contains("second person") => Some(by.bytes(&|_| OWN)),
        _ if name.contains("alone") => Some(Approval::Alone.bytes(&|_| OWN)),
        _ => None,
    }
}
