//! Rows of people and of their rights with every field filled in.

use sekisho::domain::operation::{GrantRow, Grantee, OperatorRow};

use super::operations::op;

pub fn whole_row() -> OperatorRow {
    OperatorRow {
        code: "s1234".into(),
        enabled: true,
        department: Some("税務課".into()),
        account: Some("hanako".into()),
        until: Some(20_909),
        groups: vec![op(17)],
        stands_for: Some((op(2), 20_800)),
    }
}

pub fn narrow_grant() -> GrantRow {
    GrantRow {
        to: Grantee::Group(op(17)),
        right: "change_status".into(),
        form: Some(("etumo".into(), "01430".into())),
        segment: Some(1),
        from: Some(20_700),
        until: Some(21_000),
    }
}
