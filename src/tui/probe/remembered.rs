//! What slow terminals answered, so that they aren't asked again for a month. One that answers at once is asked each
//! time: it costs nothing, and the answer is always today's. Nothing personal: where a session comes from stands here
//! as the beginning of a hash.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Drawn;
use crate::domain::application::Instant;
use crate::tui::text::WidthPolicy;

/// Name of the file in the state folder.
pub const FILE: &str = "terminals.json";

/// A terminal that takes longer to answer is slow.
pub const SLOW: Duration = Duration::from_millis(50);

/// For how long an answer counts, in seconds.
const KEPT: i64 = 30 * 24 * 60 * 60;

/// How many terminals are remembered; the one asked longest ago goes first.
const MOST: usize = 50;

/// What tells terminals apart: `TERM`, the terminal program, and the machine that an SSH session comes from.
#[must_use]
pub fn name(variable: impl Fn(&str) -> Option<String>) -> String {
    let text = |name: &str| variable(name).unwrap_or_default();
    let program = [text("TERM_PROGRAM"), text("LC_TERMINAL")].into_iter().find(|name| !name.is_empty());
    let from = variable("SSH_CONNECTION").and_then(|connection| {
        let client = connection.split_whitespace().next()?.to_owned();
        let hash = Sha256::digest(client.as_bytes());
        Some(hash.iter().take(4).fold("ssh-".to_owned(), |text, byte| format!("{text}{byte:02x}")))
    });
    [text("TERM"), program.unwrap_or_default(), from.unwrap_or_default()].join("/")
}

/// What a terminal answered and how long it took, if it did within the last month.
#[must_use]
pub fn recall(folder: &Path, name: &str, now: &Instant) -> Option<(Drawn, Duration)> {
    let entry = read(folder).remove(name)?;
    let age = now.seconds - entry["asked"].as_i64()?;
    let wide = |key: &str| match entry[key].as_u64() {
        Some(1) => Some(false),
        Some(2) => Some(true),
        _ => None,
    };
    let policy = if wide("sign")? { WidthPolicy::Wide } else { WidthPolicy::Narrow };
    let took = Duration::from_millis(entry["took"].as_u64()?);
    (0..KEPT).contains(&age).then_some((Drawn { policy, wide_lines: wide("line")? }, took))
}

/// Remembers what a terminal answered. Where that can't be written it is asked again next time.
pub fn remember(folder: &Path, name: &str, (drawn, took): (Drawn, Duration), now: &Instant) {
    let mut known = read(folder);
    let columns = |wide: bool| if wide { 2 } else { 1 };
    let sign = columns(drawn.policy == WidthPolicy::Wide);
    let (line, took) = (columns(drawn.wide_lines), took.as_millis() as u64);
    known.insert(name.to_owned(), json!({ "sign": sign, "line": line, "took": took, "asked": now.seconds }));
    while known.len() > MOST {
        let oldest = known.iter().min_by_key(|(_, entry)| entry["asked"].as_i64()).map(|(name, _)| name.clone());
        oldest.and_then(|name| known.remove(&name));
    }
    let written = fs::create_dir_all(folder).and_then(|()| {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(format!("{:#}\n", Value::Object(known)).as_bytes())?;
        file.persist(folder.join(FILE)).map_err(Into::into)
    });
    drop(written);
}

fn read(folder: &Path) -> Map<String, Value> {
    let text = fs::read_to_string(folder.join(FILE)).unwrap_or_default();
    match serde_json::from_str(&text) {
        Ok(Value::Object(known)) => known,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant { seconds: 1_795_158_300, offset_minutes: 540 };
    const WIDE: (Drawn, Duration) = (Drawn { policy: WidthPolicy::Wide, wide_lines: true }, Duration::from_millis(180));

    fn later(seconds: i64) -> Instant {
        Instant { seconds: NOW.seconds + seconds, ..NOW }
    }

    #[test]
    fn an_answer_counts_for_a_month_and_for_its_terminal_alone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("sekisho");
        assert_eq!(recall(&folder, "xterm//", &NOW), None);
        remember(&folder, "xterm//", WIDE, &NOW);
        assert_eq!(recall(&folder, "xterm//", &later(KEPT - 1)), Some(WIDE));
        assert_eq!(recall(&folder, "xterm//", &later(KEPT)), None);
        assert_eq!(recall(&folder, "xterm//", &later(-1)), None, "a clock that was wrong");
        assert_eq!(recall(&folder, "screen//", &NOW), None);
    }

    #[test]
    fn a_broken_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "[]", "{\"xterm//\": 3}", "{\"xterm//\": {\"sign\": 7, \"line\": 1, \"asked\": 1795158300}}"] {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(recall(folder.path(), "xterm//", &NOW), None, "{text}");
            remember(folder.path(), "xterm//", WIDE, &NOW);
            assert_eq!(recall(folder.path(), "xterm//", &NOW), Some(WIDE), "{text}");
        }
    }

    #[test]
    fn the_file_stays_small_and_names_no_machine() {
        let folder = tempfile::tempdir().unwrap();
        for at in 0..60 {
            remember(folder.path(), &format!("xterm-{at}//"), WIDE, &later(at));
        }
        assert_eq!((read(folder.path()).len(), recall(folder.path(), "xterm-59//", &later(60))), (MOST, Some(WIDE)));
        let name = name(|variable| match variable {
            "TERM" => Some("xterm".to_owned()),
            "SSH_CONNECTION" => Some("192.0.2.7 50000 192.0.2.1 22".to_owned()),
            _ => None,
        });
        assert!(name.starts_with("xterm//ssh-") && !name.contains("192"), "{name}");
    }
}
