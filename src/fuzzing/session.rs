//! The session's file: what is read is written back to the same, and its views are read without a panic.

use crate::domain::calendar::Day;
use crate::domain::query::Context;
use crate::domain::session::Session;

/// Reads `data` as the file of a session.
///
/// # Panics
/// If an invariant is broken: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let Ok(mut session) = Session::read(data) else { return };
    let context = Context { today: Day::constant(2026, 11, 20) };
    let (layout, views, sitting) = (session.layout(), session.views(), session.sitting());
    session.set_layout(&layout);
    if let Some(sitting) = &sitting {
        session.set_sitting(sitting);
    }
    for view in &views {
        drop(view.understood(&context));
        session.save_view(view);
    }
    let back = Session::read(&session.bytes());
    assert_eq!(back.map(|back| (back.layout(), back.views(), back.sitting())), Ok((layout, views, sitting)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_views_and_layout(
            name in "[a-z]{0,2}", sort in ".{0,8}", word in "(item\\.)?.{0,4}", width in any::<u32>(), query in ".{0,8}",
        ) {
            let view = serde_json::json!({ "name": name, "query": query, "sort": sort, "columns": [word] });
            let column = serde_json::json!({ "column": word, "width": width });
            let layout = serde_json::json!({ "view": name, "sort": sort, "columns": [column, column, 1] });
            let file = serde_json::json!({ "format": 1, "views": [view, view, 1, {}], "layout": layout });
            super::run(file.to_string().as_bytes());
        }

        #[test]
        fn any_sitting(
            query in ".{0,4}", marks in "[0-9a-f]{0,40}", of in "query|batch|export|reflect|view|form|",
            request in "accept|returned|moon", number in any::<u64>(), targets in proptest::option::of("[0-9a-f]{0,8}"),
        ) {
            let draft = serde_json::json!({
                "of": of, "text": query, "request": request, "targets": targets, "reason": query, "path": query,
                "format": query, "view": targets, "name": query, "chosen": query, "texts": [query, "", "", "", ""],
            });
            let cursor = serde_json::json!({ "id": number, "at": number, "line": 3 });
            let sitting = serde_json::json!({
                "query": query, "marks": marks, "draft": draft, "cursor": cursor, "record": number, "falls": number,
            });
            let file = serde_json::json!({ "format": 1, "sitting": sitting });
            super::run(file.to_string().as_bytes());
        }

        #[test]
        fn any_bytes(data in proptest::collection::vec(any::<u8>(), 0..64)) {
            super::run(&data);
        }
    }
}
