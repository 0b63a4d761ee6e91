//! The batch dialog beside its code: what stands in a line, what is typed.

use super::*;
use crate::office::view::Excluded;
use crate::tui::driver::{Driver, Setting};

/// What the office says of three 届出 and a fourth application that may be 不受理.
fn plan() -> BatchPlan {
    let excluded = |n| Excluded {
        id: ApplicationId::new(0, n),
        number: n.to_string(),
        status: Status::Unprocessed,
        refusal: if n == 4 { Refusal::NotLegal } else { Refusal::NotificationStands },
    };
    let request = Request::To(Status::Rejected);
    BatchPlan { excluded: (1..=4).map(excluded).collect(), ..BatchPlan::of(request) }
}

#[test]
fn those_that_stand_on_arrival_are_sent_back_in_place_of_being_refused() {
    let mut screen = Driver::open(5, &Setting::default());
    let (mut dialog, _) = BatchDialog::new(1, Request::To(Status::Rejected), Vec::new());
    dialog.take_plan(Box::new(plan()));
    screen.model.layers.push(Layer::Batch(Box::new(dialog)));
    let effects = return_instead(&mut screen.model);
    let Some(Layer::Batch(dialog)) = screen.model.layers.last() else { panic!("no dialog") };
    assert_eq!((dialog.request, dialog.asked), (Request::To(Status::Returned), 3));
    let asked = |effect: &Effect| matches!(effect, Effect::Errand(Errand::Plan { ids, .. }) if ids.len() == 3);
    assert!(effects.iter().any(asked), "{effects:?}");
    assert_eq!(screen.model.layers.len(), 1, "one question in place of the other");
}

#[test]
fn a_count_may_be_typed_in_digits_of_either_width() {
    assert_eq!(typed_number("１２３"), Some(123));
    assert_eq!(typed_number("1,234 件"), Some(1234));
    assert_eq!(typed_number("12x"), None);
    assert_eq!(typed_number(""), None);
}
