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
    let (layout, views) = (session.layout(), session.views());
    session.set_layout(&layout);
    for view in &views {
        drop(view.understood(&context));
        session.save_view(view);
    }
    let back = Session::read(&session.bytes());
    assert_eq!(back.map(|back| (back.layout(), back.views())), Ok((layout, views)));
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
        fn any_bytes(data in proptest::collection::vec(any::<u8>(), 0..64)) {
            super::run(&data);
        }
    }
}
