//! 二者確認 of the people in memory: what waits, and a colleague who can confirm on the spot.

use serde_json::json;

use crate::domain::identity::OperationId;
use crate::domain::release::{Decided, Doing, Marks, WhyVoid};
use crate::domain::status::{Request, Status};
use crate::office::view::BatchPlan;
use crate::office::{Passphrase, RequestFacts, RequestState, Since};
use crate::tui::message::{Explained, Message, Work};
use crate::tui::requests::{Asked, RequestErrand, RequestMessage, Verdict};

/// When everything in memory happens.
const AT_MS: i64 = 1_795_158_300_000;

/// Who works at the screen of the tests.
const ME: &str = "山形花子";

/// Who may confirm on the spot, and by what.
pub const COLLEAGUE: &str = "kacho";

/// What they type.
pub const COLLEAGUES_PASSPHRASE: &str = "another horse 関所";

/// The requests, and what each would do.
#[derive(Debug, Default)]
pub struct Requests {
    pub all: Vec<(RequestFacts, Option<BatchPlan>)>,
    /// What needs a second person.
    pub marks: Option<Marks>,
}

impl Requests {
    /// How many wait.
    pub fn waiting(&self) -> u64 {
        self.all.iter().filter(|(one, _)| one.decided.is_none()).count() as u64
    }

    /// Writes a request down where the plan's action is marked; the answer that says so.
    pub fn ask(&mut self, plan: &BatchPlan, reason: Option<&str>) -> Option<Message> {
        let force = plan.request == Request::To(Status::ForceCompleted);
        let doing = Doing { force, ..Doing::plain(crate::domain::people::Act::SetStatus) };
        self.marks.as_ref().filter(|marks| marks.ask(doing, plan.changing()))?;
        let id = self.next();
        let to = plan.groups[0].to.label();
        let one = request(id, (ME, true), plan.changing(), json!({ "to": "accept", "reason": reason }), to);
        self.all.insert(0, (one, Some(plan.clone())));
        let asked = Asked { work: Some(Work::Apply), request: id, count: plan.changing(), left: Vec::new() };
        Some(Message::Request(RequestMessage::Asked(asked)))
    }

    fn next(&self) -> OperationId {
        OperationId::new(0, 900 + self.all.len() as u32)
    }

    /// Requests of every kind: of a colleague's to be decided, one's own, one that is void, one that was refused.
    pub fn sample(&mut self) {
        let mut add = |who: (&str, bool), count: u64, change: &dyn Fn(&mut RequestFacts)| {
            let id = self.next();
            let reason = json!({ "to": "force_completed", "reason": "年度末の整理" });
            let mut one = request(id, who, count, reason, "強制完了");
            change(&mut one);
            self.all.push((one, None));
        };
        add(("saijo", false), 12, &|_| {});
        add((ME, true), 3, &|_| {});
        add(("saijo", false), 2, &|one| {
            (one.state, one.void) = (RequestState::Ended(Decided::Void), Some(WhyVoid::TargetsChanged));
            let since = |number: &str, field: &str, now: Option<&str>| Since {
                number: number.to_owned(),
                field: field.to_owned(),
                now: now.map(str::to_owned),
            };
            one.since = vec![since("100000007919", "due", Some("2026-12-01")), since("100000015838", "content", None)];
        });
        add(("saijo", false), 4, &|one| one.may_decide = false);
        add(("saijo", false), 5, &|one| {
            one.state = RequestState::Ended(Decided::Refused);
            one.decided = Some((COLLEAGUE.to_owned(), AT_MS));
            one.reason = Some("対象が違います".to_owned());
        });
    }
}

fn request(
    id: OperationId,
    (who, own): (&str, bool),
    count: u64,
    mut arguments: serde_json::Value,
    to: &str,
) -> RequestFacts {
    arguments["do"] = json!("set_status");
    let change = |number: Option<u32>| {
        let mut change = json!({ "field": "status", "before": "未処理", "after": to });
        match number {
            None => change["count"] = json!(count),
            Some(n) => change["number"] = json!(format!("{:012}", 100_000_000_000_u64 + u64::from(n) * 7_919)),
        }
        change
    };
    let sample: Vec<serde_json::Value> = (0..count.min(10) as u32).map(|n| change(Some(n))).collect();
    let shown = json!({
        "format": 1, "deed": arguments, "count": count, "standing": "", "differences": [change(None)], "sample": sample,
    });
    RequestFacts {
        id,
        command: "application.set_status".to_owned(),
        state: RequestState::Waiting,
        void: None,
        requester: who.to_owned(),
        at_ms: AT_MS,
        decided: None,
        reason: None,
        count,
        hash: [id.as_u64() as u8; 32],
        own,
        may_decide: !own,
        shown: Some(serde_json::from_value(shown).unwrap()),
        since: Vec::new(),
    }
}

/// Whether somebody showed who they are.
fn right((code, passphrase): &(String, Passphrase)) -> bool {
    code == COLLEAGUE && *passphrase == Passphrase::new(COLLEAGUES_PASSPHRASE)
}

/// The answer to an errand, and the plan that is carried out by it.
pub fn answer(requests: &mut Requests, errand: RequestErrand) -> (Message, Option<BatchPlan>) {
    let mut plan = None;
    let refused = |code: &str, sentence: &str| Explained { code: code.to_owned(), sentence: sentence.to_owned() };
    let message = match errand {
        RequestErrand::Load { ended } => {
            let all = requests.all.iter().map(|(one, _)| one);
            let found = all.filter(|one| ended || one.decided.is_none());
            let seldom = |one: &RequestFacts| RequestFacts { since: Vec::new(), ..one.clone() };
            RequestMessage::Listed(ended, Ok(found.map(seldom).collect()))
        }
        RequestErrand::Show(id) => {
            let one = requests.all.iter().find(|(one, _)| one.id == id).map(|(one, _)| Box::new(one.clone()));
            RequestMessage::Shown(id, one.ok_or_else(|| refused("request.unknown", "その依頼はありません。")))
        }
        RequestErrand::Approve { id, hash, second } => {
            let at = requests.all.iter().position(|(one, _)| one.id == id).unwrap();
            let (one, deed) = &mut requests.all[at];
            assert_eq!(one.hash, hash, "what was shown is approved");
            let void = one.state == RequestState::Ended(Decided::Void);
            RequestMessage::Decided(match &second {
                Some(second) if !right(second) => Err(refused("sign_in.wrong", "職員番号か合言葉が違います。")),
                None if one.own => Err(refused("request.oneself", "本人は承諾できません。")),
                _ => {
                    let decided = if void { Decided::Void } else { Decided::Approved };
                    let by = second.map_or_else(|| ME.to_owned(), |(code, _)| code);
                    (one.decided, one.state) = (Some((by, AT_MS)), RequestState::Ended(decided));
                    plan = deed.take().filter(|_| !void);
                    Ok(Verdict { id, decided, why: one.void })
                }
            })
        }
        RequestErrand::Refuse { second: Some(second), .. } if !right(&second) => {
            RequestMessage::Decided(Err(refused("sign_in.wrong", "職員番号か合言葉が違います。")))
        }
        RequestErrand::Refuse { id, reason, second } => {
            let at = requests.all.iter().position(|(one, _)| one.id == id).unwrap();
            let one = &mut requests.all[at].0;
            let decided = if one.own && second.is_none() { Decided::Withdrawn } else { Decided::Refused };
            (one.decided, one.state) = (Some((ME.to_owned(), AT_MS)), RequestState::Ended(decided));
            one.reason = Some(reason).filter(|reason| !reason.is_empty());
            RequestMessage::Decided(Ok(Verdict { id, decided, why: None }))
        }
    };
    (Message::Request(message), plan)
}
