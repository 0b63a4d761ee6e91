//! Copies of a log that somebody has tampered with: an edit, a deletion, a swap, a row put in, a text changed, a tail cut off, a
//! tail written anew with all its hashes. Every one is found and its place named: by the chain, or, where the tamperer has
//! made the chain whole again, by the anchor that had left the machine before.
//!
//! `SEKISHO_TAMPERINGS` and `SEKISHO_TAMPER_SEED` make it longer and different (`cargo xtask nightly`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't set up has failed; figures are shown"
)]

#[path = "power/dice.rs"]
mod dice;
mod program;

use std::collections::BTreeMap;
use std::path::Path;

use dice::Dice;
use program::{Office, download};
use rusqlite::{Connection, params};
use sekisho::domain::anchor::Anchor;
use sekisho::domain::operation::{NO_PREDECESSOR, StreamUid, genesis, next};
use sekisho::domain::record::Hash;
use sekisho::store::{Store, StoreError};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|word| word.parse().ok()).unwrap_or(default)
}

/// How a log is tampered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tampering {
    /// A bit of an operation.
    Bit,
    /// A bit of an operation, and its own hash made to fit.
    BitWithItsHash,
    /// A bit, and every hash from there on with the head.
    BitWithAllHashes,
    /// A copy beside the bytes: when, who.
    Copy,
    /// An operation taken out.
    Deleted,
    /// An operation taken out, the ones behind moved up with new hashes.
    DeletedAndClosed,
    /// Two operations changed places.
    Swapped,
    /// An operation put in a second time at the end, with a fitting hash and head.
    Repeated,
    /// The text of an operation.
    Text,
    /// The last operations cut off, with the head.
    CutTail,
}

const ALL: [Tampering; 10] = [
    Tampering::Bit,
    Tampering::BitWithItsHash,
    Tampering::BitWithAllHashes,
    Tampering::Copy,
    Tampering::Deleted,
    Tampering::DeletedAndClosed,
    Tampering::Swapped,
    Tampering::Repeated,
    Tampering::Text,
    Tampering::CutTail,
];

/// A store with some days of work, an anchor that left it, and a little work after that.
fn worked() -> (Office, Anchor) {
    let office = Office::open();
    let good = |line: &[&str]| {
        let answer = office.run(line);
        assert_eq!(answer.code, Some(0), "{line:?}: {answer:?}");
        answer
    };
    let file = office.put("list.csv", &download(1, 40));
    good(&["import", file.to_str().unwrap(), "--json"]);
    for n in 1..=12_u64 {
        let number = format!("number:{n:012}");
        good(&["set-status", "returned", &number, "--reason", "添付の不足", "--json"]);
        good(&["undo", "--json"]);
    }
    // Looks at the log are operations like any other.
    good(&["log", "--operator", "山形", "--json"]);
    good(&["log", "--looks", "--json"]);
    let printed = good(&["log", "anchor", "--json"]).json()["anchor"].as_str().unwrap().to_owned();
    good(&["set-status", "provisional", "--all", "--json"]);
    good(&["log", "--json"]);
    // The anchor stands on its slip; the log goes on without one.
    (office, printed.parse().unwrap())
}

/// The log of a database, as a tamperer meets it.
struct Log {
    db: Connection,
    first: i64,
    last: i64,
}

impl Log {
    fn open(file: &Path) -> Self {
        let db = Connection::open(file).unwrap();
        let (first, last) =
            db.query_row("SELECT min(id), max(id) FROM op", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        Self { db, first, last }
    }

    fn bytes(&self, id: i64) -> Vec<u8> {
        self.db.query_row("SELECT bytes FROM op WHERE id = ?1", [id], |row| row.get(0)).unwrap()
    }

    fn put(&self, id: i64, bytes: &[u8]) {
        self.db.execute("UPDATE op SET bytes = ?2 WHERE id = ?1", params![id, bytes]).unwrap();
    }

    fn hash(&self, id: i64) -> Hash {
        self.db.query_row("SELECT hash FROM op WHERE id = ?1", [id], |row| row.get(0)).unwrap()
    }

    fn before(&self, id: i64) -> Hash {
        if id > self.first {
            return self.hash(id - 1);
        }
        let uid: Vec<u8> = self.db.query_row("SELECT v FROM meta WHERE k = 'store_uid'", [], |row| row.get(0)).unwrap();
        let stream = self
            .db
            .query_row("SELECT terminal, epoch FROM stream WHERE no = ?1", [id >> 32], |row| {
                Ok(StreamUid { terminal: row.get(0)?, epoch: row.get(1)? })
            })
            .unwrap();
        genesis(&uid.try_into().unwrap(), &stream, &NO_PREDECESSOR)
    }

    /// Makes the hashes fit from an operation on to the last, and the head.
    fn close_from(&self, from: i64, last: i64) {
        for id in from..=last {
            let hash = next(&self.before(id), &self.bytes(id));
            self.db.execute("UPDATE op SET hash = ?2 WHERE id = ?1", params![id, hash]).unwrap();
        }
        let (seq, head) = (last & 0xFFFF_FFFF, self.hash(last));
        self.db.execute("UPDATE stream SET seq = ?1, head = ?2 WHERE no = ?3", params![seq, head, last >> 32]).unwrap();
    }

    fn flip(&self, id: i64, dice: &mut Dice) {
        let mut bytes = self.bytes(id);
        let bit = dice.below(bytes.len() as u64 * 8) as usize;
        bytes[bit / 8] ^= 1 << (bit % 8);
        self.put(id, &bytes);
    }

    /// Any operation up to `last`.
    fn any(&self, last: i64, dice: &mut Dice) -> i64 {
        self.first + dice.below((last - self.first + 1) as u64) as i64
    }

    fn tamper(&self, how: Tampering, anchored: i64, dice: &mut Dice) {
        match how {
            Tampering::Bit => self.flip(self.any(self.last, dice), dice),
            Tampering::BitWithItsHash => {
                // The last one's hash is the head, which isn't touched.
                let id = self.any(self.last, dice);
                self.flip(id, dice);
                let hash = next(&self.before(id), &self.bytes(id));
                self.db.execute("UPDATE op SET hash = ?2 WHERE id = ?1", params![id, hash]).unwrap();
            }
            Tampering::BitWithAllHashes => {
                let id = self.any(anchored, dice);
                self.flip(id, dice);
                self.close_from(id, self.last);
            }
            Tampering::Copy => {
                let column = if dice.below(2) == 0 { "at" } else { "actor" };
                let id = self.any(self.last, dice);
                self.db.execute(&format!("UPDATE op SET {column} = {column} + 1 WHERE id = ?1"), [id]).unwrap();
            }
            Tampering::Deleted => {
                self.db.execute("DELETE FROM op WHERE id = ?1", [self.any(self.last, dice)]).unwrap();
            }
            Tampering::DeletedAndClosed => {
                let id = self.any(anchored, dice).max(self.first + 1);
                for moved in id..self.last {
                    self.put(moved, &self.bytes(moved + 1));
                }
                self.db.execute("DELETE FROM op WHERE id = ?1", [self.last]).unwrap();
                self.close_from(id, self.last - 1);
            }
            Tampering::Swapped => {
                let one = self.any(self.last - 1, dice);
                let other = one + 1 + dice.below((self.last - one) as u64) as i64;
                let (bytes, with) = (self.bytes(one), self.bytes(other));
                self.put(one, &with);
                self.put(other, &bytes);
            }
            Tampering::Repeated => {
                let (id, new) = (self.any(self.last, dice), self.last + 1);
                self.db
                    .execute("INSERT INTO op SELECT ?2, at, actor, kind, bytes, hash FROM op WHERE id = ?1", [id, new])
                    .unwrap();
                self.close_from(new, new);
            }
            Tampering::Text => {
                let texts = self.db.query_row("SELECT count(*) FROM op_text", [], |row| row.get::<_, i64>(0)).unwrap();
                let which = dice.below(texts as u64) as i64;
                let changed = self
                    .db
                    .execute(
                        "UPDATE op_text SET text = text || '。' WHERE op = (SELECT op FROM op_text ORDER BY op LIMIT 1 OFFSET ?1)",
                        [which],
                    )
                    .unwrap();
                assert_eq!(changed, 1);
            }
            Tampering::CutTail => {
                let last = self.any(anchored - 1, dice);
                self.db.execute("DELETE FROM op_text WHERE op > ?1", [last]).unwrap();
                self.db.execute("DELETE FROM op WHERE id > ?1", [last]).unwrap();
                self.close_from(last, last);
            }
        }
    }
}

#[test]
fn every_tampering_is_found_and_named() {
    let tamperings = number("SEKISHO_TAMPERINGS", 300);
    let seed = number("SEKISHO_TAMPER_SEED", 20_201_029);
    let mut dice = Dice(seed);
    let (office, anchor) = worked();
    let store = office.folder().join("store");
    // One file, without a log of SQLite's own beside it.
    let whole = office.folder().join("whole.db");
    Connection::open(store.join("sekisho.db")).unwrap().execute("VACUUM INTO ?1", [whole.to_str().unwrap()]).unwrap();
    let whole = std::fs::read(whole).unwrap();

    let copy = tempfile::tempdir().unwrap();
    let place = copy.path().join("store");
    std::fs::create_dir(&place).unwrap();
    let file = place.join("sekisho.db");
    let looked_at = |tamper: &mut dyn FnMut(&Log)| {
        for end in ["sekisho.db-wal", "sekisho.db-shm"] {
            drop(std::fs::remove_file(place.join(end)));
        }
        std::fs::write(&file, &whole).unwrap();
        let log = Log::open(&file);
        tamper(&log);
        drop(log);
        let store = Store::open(&place, std::time::Duration::ZERO, Box::new(|bytes| bytes.fill(7)))?;
        store.verify_log(&[anchor], &mut |_| {})
    };
    let (report, proven) = looked_at(&mut |_| {}).unwrap();
    assert!(report.operations > 25 && proven.is_some_and(|proven| proven.after == 2), "{report:?} {proven:?}");
    let anchored = proven.unwrap().operation.as_u64() as i64;

    let mut found = BTreeMap::<Tampering, u64>::new();
    for round in 0..tamperings {
        let how = ALL[(round % ALL.len() as u64) as usize];
        let verdict = looked_at(&mut |log| log.tamper(how, anchored, &mut dice));
        match verdict {
            Err(StoreError::Damaged(place)) => assert!(!place.is_empty(), "seed {seed}, round {round}: {how:?}"),
            other => panic!("seed {seed}, round {round}: {how:?} was not found: {other:?}"),
        }
        *found.entry(how).or_default() += 1;
    }
    eprintln!("{tamperings} tampered copies, seed {seed}, all found: {found:?}");
}

#[test]
fn an_anchor_proves_what_came_before_it_and_a_typing_error_is_no_alarm() {
    let (office, anchor) = worked();
    let answer = office.run(&["log", "verify", "--anchor", &anchor.to_string(), "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(answer.json()["anchor"]["unproven"], 2, "{answer:?}");
    let without = office.run(&["log", "verify", "--json"]);
    assert_eq!((without.code, &without.json()["anchor"]), (Some(0), &serde_json::Value::Null));

    let mut typed = anchor.to_string();
    let last = typed.pop().unwrap();
    typed.push(if last == '0' { '1' } else { '0' });
    office.run(&["log", "verify", "--anchor", &typed, "--json"]).refuses(2, "anchor.mistyped");

    // An anchor of another log: as if this one had been cut before it.
    let elsewhere = Anchor::of(anchor.seq, &[9; 32]).to_string();
    let answer = office.run(&["log", "verify", "--anchor", &elsewhere, "--json"]);
    assert_eq!(answer.code, Some(5), "{answer:?}");
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains(&anchor.seq.to_string()), "{answer:?}");
    office.check("anchors");
}
