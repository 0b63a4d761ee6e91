//! Rights by day, group, substitute, segment and procedure.

use super::*;
use crate::domain::operation::{Grantee, Moved, StreamUid};

const LGWAN: u8 = 0;
const MY_NUMBER: u8 = 1;

fn id(n: u32) -> OperationId {
    OperationId::new(0, n)
}

/// People, written operation by operation: the place of each is its id.
#[derive(Default)]
struct Log {
    people: People,
    next: u32,
}

impl Log {
    fn write(&mut self, body: Body) -> OperationId {
        self.next += 1;
        let stream = StreamUid { terminal: [1; 8], epoch: [2; 8] };
        let operation = Operation {
            stream,
            seq: self.next,
            at_ms: 0,
            actor: None,
            command: "operator.add".into(),
            body,
            approval: None,
            payload: None,
            critical: false,
        };
        self.people.enter(id(self.next), &operation);
        id(self.next)
    }

    fn operator(&mut self, row: OperatorRow) -> OperationId {
        self.write(Body::Operator { subject: None, row, base: None, from: None })
    }

    fn grant(&mut self, to: Grantee, right: &str) -> OperationId {
        self.write(Body::Grant { subject: None, row: grant(to, right), kept: true, base: None })
    }

    fn may(&self, who: OperationId, act: Act, day: Days) -> bool {
        self.people.rights(Some(who), LGWAN, day).may(act)
    }
}

fn row(code: &str) -> OperatorRow {
    OperatorRow { code: code.into(), enabled: true, ..OperatorRow::default() }
}

fn grant(to: Grantee, right: &str) -> GrantRow {
    GrantRow { to, right: right.into(), form: None, segment: None, from: None, until: None }
}

#[test]
fn everything_is_allowed_until_the_first_grant_and_nothing_after_it_that_is_not_granted() {
    let mut log = Log::default();
    let (hanako, taro) = (log.operator(row("1001")), log.operator(row("1002")));
    for act in Act::ALL {
        assert!(log.may(taro, *act, 100) && log.people.rights(None, LGWAN, 100).may(*act));
    }
    let grant_id = log.grant(Grantee::Operator(hanako), "all");
    for act in Act::ALL {
        assert!(log.may(hanako, *act, 100) && !log.may(taro, *act, 100), "{act:?}");
    }
    assert!(!log.people.rights(Some(hanako), LGWAN, 100).specific_personal());
    assert_eq!(log.people.rights(None, LGWAN, 100).barred(), Some(Barred::Unknown));
    let row = grant(Grantee::Operator(hanako), "all");
    log.write(Body::Grant { subject: Some(grant_id), row, kept: false, base: Some(grant_id) });
    assert!(!log.may(hanako, Act::Look, 100), "revoking the last grant doesn't open the store to all");
}

#[test]
fn whoever_may_do_anything_may_look_and_change_their_passphrase() {
    let mut log = Log::default();
    let who = log.operator(row("1"));
    log.grant(Grantee::Operator(who), "import.run");
    let allowed = log.people.rights(Some(who), LGWAN, 0).allowed();
    let acts: Vec<Act> = Act::ALL.iter().copied().filter(|act| allowed.has(*act)).collect();
    assert_eq!(acts, [Act::Look, Act::PassphraseChange, Act::Import]);
    assert!(allowed.has_any(Permission::TakeIn) && !allowed.has_any(Permission::TakeOut));
}

#[test]
fn rights_switch_on_the_day_of_the_transfer() {
    let mut log = Log::default();
    let (who, boss) = (log.operator(row("1")), log.operator(row("9")));
    let old = log.write(Body::Group { subject: None, name: "税務".into(), kept: true, base: None });
    let new = log.write(Body::Group { subject: None, name: "福祉".into(), kept: true, base: None });
    log.grant(Grantee::Operator(boss), "all");
    log.grant(Grantee::Group(old), "take_out");
    log.grant(Grantee::Group(new), "change_status");
    let in_group = |group, until| OperatorRow { groups: vec![group], until, ..row("1") };
    let body = Body::Operator { subject: Some(who), row: in_group(old, None), base: Some(who), from: Some(50) };
    log.write(body);
    log.write(Body::Transfer {
        day: 100,
        moved: vec![Moved { subject: who, base: who, row: in_group(new, Some(200)) }],
    });
    assert!(log.may(who, Act::Export, 99) && !log.may(who, Act::SetStatus, 99));
    assert!(!log.may(who, Act::Export, 100) && log.may(who, Act::SetStatus, 100));
    assert!(log.may(who, Act::SetStatus, 200) && !log.may(who, Act::Look, 201));
    assert_eq!(log.people.rights(Some(who), LGWAN, 201).barred(), Some(Barred::Ended));
    // A correction that is written after the transfer, but for the time before it, leaves the transfer in force.
    log.write(Body::Operator { subject: Some(who), row: in_group(new, None), base: None, from: Some(60) });
    assert!(log.may(who, Act::SetStatus, 99) && !log.may(who, Act::Look, 201));
}

#[test]
fn a_substitute_has_the_rights_of_the_other_until_the_last_day() {
    let mut log = Log::default();
    let (chief, boss) = (log.operator(row("1")), log.operator(row("9")));
    log.grant(Grantee::Operator(boss), "all");
    log.grant(Grantee::Operator(chief), "take_out");
    let deputy = log.operator(OperatorRow { stands_for: Some((chief, 10)), ..row("2") });
    let next = log.operator(OperatorRow { stands_for: Some((deputy, 10)), ..row("3") });
    assert!(log.may(deputy, Act::Export, 10) && !log.may(deputy, Act::Export, 11));
    assert!(!log.may(next, Act::Export, 10), "only one step");
}

#[test]
fn a_grant_holds_in_its_segment_and_for_its_procedure() {
    let mut log = Log::default();
    let who = log.operator(row("1"));
    let form = |code: &str| Some(("etumo".to_owned(), code.to_owned()));
    let to = Grantee::Operator(who);
    for (right, form) in [("change_status", form("01430")), ("application.undo", form("01431"))] {
        let row = GrantRow { form, segment: Some(MY_NUMBER), ..grant(to, right) };
        log.write(Body::Grant { subject: None, row, kept: true, base: None });
    }
    let rights = log.people.rights(Some(who), MY_NUMBER, 0);
    assert_eq!(rights.scope(Act::SetStatus), Scope::Forms(vec![("etumo".into(), "01430".into())]));
    let Scope::Forms(undo) = rights.scope(Act::Undo) else { panic!() };
    assert_eq!(undo.len(), 2);
    assert_eq!(rights.scope(Act::Look), Scope::Everything);
    assert!(!log.may(who, Act::Look, 0), "the other segment");
}

#[test]
fn a_store_without_a_lasting_administrator_is_seen() {
    let mut log = Log::default();
    let who = log.operator(row("1"));
    assert!(log.people.has_administrator(LGWAN, 0));
    let body = GrantRow { until: Some(30), ..grant(Grantee::Operator(who), "administer") };
    log.write(Body::Grant { subject: None, row: body, kept: true, base: None });
    assert!(!log.people.has_administrator(LGWAN, 0), "it ends");
    log.grant(Grantee::Operator(who), "administer");
    assert!(log.people.has_administrator(LGWAN, 0));
    let row = OperatorRow { enabled: false, ..row("1") };
    log.write(Body::Operator { subject: Some(who), row, base: Some(who), from: Some(80) });
    assert!(!log.people.has_administrator(LGWAN, 0));
}

#[test]
fn people_are_found_by_account_before_code() {
    let mut log = Log::default();
    let first = log.operator(OperatorRow { account: Some("hanako".into()), ..row("1001") });
    let second = log.operator(row("taro"));
    assert_eq!(log.people.of_account("hanako", 0), Some(first));
    assert_eq!(log.people.of_account("taro", 0), Some(second));
    assert_eq!(log.people.of_account("1001", 0), None, "that one signs in under another name");
    assert_eq!(log.people.of_code("1001", 0), Some(first));
}

#[test]
fn days_and_dates_go_both_ways() {
    let day = Day::constant(2027, 4, 1);
    assert_eq!(day_of(days(day)), Some(day));
    assert_eq!(days(Day::constant(1960, 1, 1)), 0);
    assert_eq!(day_of(Days::MAX), None);
}
