//! The table is whole: every row has its texts, its meaning and its reasons.

use super::*;
use crate::assets::Assets;
use crate::command::OnRequest;
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, GrantRow, Grantee, OperatorRow, StreamUid};
use crate::domain::people::Act;
use crate::domain::people::{Allowed, People};
use crate::messages::{Language, Messages};

#[test]
fn every_id_leads_to_its_own_row_and_back() {
    for command in COMMANDS {
        assert_eq!(CommandId::parse(command.id.as_str()), Some(command.id));
        assert_eq!(command.id.command().id, command.id);
        assert!(!command.contexts.is_empty());
    }
}

/// A new row that changes anything must say which use case it leads to.
#[test]
fn every_command_that_needs_more_than_looking_leads_to_a_use_case_of_its_class() {
    let questions = [CommandId::QuestionNext, CommandId::QuestionExecute];
    for command in COMMANDS {
        match command.act() {
            Some(act) => assert_eq!(act.permission(), command.permission, "{command:?}"),
            None => {
                let looks = command.permission == Permission::Look;
                assert!(looks || questions.contains(&command.id), "{command:?}");
            }
        }
    }
}

#[test]
fn what_is_not_allowed_says_so() {
    let mut people = People::default();
    let operation = |body| crate::domain::operation::Operation {
        stream: StreamUid { terminal: [0; 8], epoch: [0; 8] },
        seq: 1,
        at_ms: 0,
        actor: None,
        command: String::new(),
        body,
        approval: None,
        payload: None,
        critical: false,
    };
    let row = OperatorRow { code: "1".into(), enabled: true, ..OperatorRow::default() };
    let id = OperationId::new(0, 1);
    people.enter(id, &operation(Body::Operator { subject: None, row, base: None, from: None }));
    for act in Act::ALL {
        let row = GrantRow {
            to: Grantee::Operator(id),
            right: act.id().into(),
            form: None,
            segment: None,
            from: None,
            until: None,
        };
        let mut people = people.clone();
        people.enter(OperationId::new(0, 2), &operation(Body::Grant { subject: None, row, kept: true, base: None }));
        let allowed = people.rights(Some(id), 0, 0).allowed();
        let now =
            Situation { listed: 1, marked: 1, on_application: true, check: true, allowed, ..Situation::default() };
        for command in COMMANDS {
            let granted = command.act().map_or_else(|| allowed.has_any(command.permission), |one| allowed.has(one));
            let refused = command.refused(&now) == Some("disabled.not_permitted");
            assert_eq!(refused, !granted, "{command:?} with {act:?}");
        }
    }
}

#[test]
fn every_command_context_and_reason_has_its_texts_in_both_languages() {
    for language in [Language::Japanese, Language::English] {
        let messages = Messages::load(language, &Assets::built_in());
        for command in COMMANDS {
            assert!(messages.has(&command.title_key()), "{}", command.title_key());
            assert!(messages.has(&command.description_key()), "{}", command.description_key());
            let reading = messages.text(&command.reading_key()).to_owned();
            let kana = |c: char| matches!(c, '\u{3041}'..='\u{3093}' | '\u{30fc}');
            assert!(!reading.is_empty() && reading.chars().all(kana), "{reading}");
            for bits in 0..8192_u32 {
                let now = Situation {
                    listed: u64::from(bits & 1),
                    marked: u64::from(bits >> 1 & 1),
                    on_application: bits & 4 != 0,
                    writing: bits & 8 != 0,
                    working: bits & 16 != 0,
                    check: bits & 32 != 0,
                    pending: bits & 64 != 0,
                    practice: bits & 128 != 0,
                    plain: bits & 256 != 0,
                    nothing_leaves: bits & 256 != 0,
                    request: (bits & 256 == 0).then_some(OnRequest {
                        undecided: bits & 512 != 0,
                        void: bits & 1024 != 0,
                        own: bits & 2048 != 0,
                        may_decide: bits & 4096 != 0,
                    }),
                    cluster: bits & 32 != 0,
                    facing: bits & 64 != 0,
                    marking: false,
                    allowed: Allowed::EVERYTHING,
                };
                assert!(command.refused(&now).is_none_or(|reason| messages.has(reason)), "{:?}", command.id);
            }
        }
        for context in Context::ALL {
            assert!(messages.has(&format!("context.{}", context.id())), "{context:?}");
        }
    }
}
