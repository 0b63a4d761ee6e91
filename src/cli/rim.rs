//! The rim of the program: clock, randomness and the user of the operating system come in here, and nowhere else.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::error::CliError;
use crate::config;
use crate::config::policy::{POLICY_FILE, Policy, PolicyError};
use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::domain::release::Marks;
use crate::office::{Cost, Machine, Surroundings};

/// What surrounds a real run of the program.
///
/// # Errors
/// [`CliError::NoRandomness`] if the system has none to give.
pub(super) fn surroundings(policy: Arc<Policy>, marks: Marks) -> Result<Surroundings, CliError> {
    // Asked once before anything is written: what it gives once, it goes on giving.
    getrandom::fill(&mut [0; 8]).map_err(|_| CliError::NoRandomness)?;
    Ok(Surroundings {
        now: Arc::new(now_ms),
        entropy: Arc::new(fill),
        user: user(),
        machine: machine(),
        policy,
        marks,
        cost: cost(),
    })
}

/// What a passphrase costs that is set here. In builds for tests a variable may make it cheap.
fn cost() -> Cost {
    #[cfg(debug_assertions)]
    if std::env::var_os("SEKISHO_TEST_CHEAP").is_some() {
        return Cost::CHEAP;
    }
    Cost::USUAL
}

/// The administrator's policy. No setting of the user leads to another file: a program that is handed out knows the one
/// place alone. In builds for tests a variable may name another one.
pub(super) fn policy() -> Result<Policy, PolicyError> {
    #[cfg(debug_assertions)]
    if let Some(file) = std::env::var_os("SEKISHO_TEST_POLICY") {
        return Policy::load(std::path::Path::new(&file), false);
    }
    Policy::load(std::path::Path::new(POLICY_FILE), true)
}

/// The clock. In builds for tests a variable may set it, milliseconds since the Unix epoch: years go by in none.
fn now_ms() -> i64 {
    #[cfg(debug_assertions)]
    if let Some(set) = std::env::var("SEKISHO_TEST_NOW").ok().and_then(|text| text.parse().ok()) {
        return set;
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn fill(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        // A salt or an id that isn't random would break what the log promises: better no program than such a log.
        std::process::abort();
    }
}

/// The time of day.
pub(super) fn now() -> Instant {
    Instant { seconds: now_ms().div_euclid(1000), offset_minutes: JAPAN }
}

/// The operating system's user, by the list of users that every Unix has. In builds for tests a variable may name another
/// one, for a test is one user and 二者確認 takes two.
fn user() -> String {
    #[cfg(debug_assertions)]
    if let Ok(user) = std::env::var("SEKISHO_TEST_USER") {
        return user;
    }
    let uid = rustix::process::getuid().as_raw();
    let users = std::fs::read("/etc/passwd").unwrap_or_default();
    user_named(&String::from_utf8_lossy(&users), uid).unwrap_or_else(|| format!("uid{uid}"))
}

fn user_named(passwd: &str, uid: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid) && !name.is_empty()).then(|| name.to_owned())
    })
}

/// The machine as the operating system knows it, and where side notes about stores are kept on it.
fn machine() -> Machine {
    let ids = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
    let id = ids.iter().find_map(|file| std::fs::read_to_string(file).ok()).filter(|id| !id.trim().is_empty());
    Machine { id, notes: config::state_folder() }
}

/// The name of this machine.
pub(super) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_is_found_by_number() {
        let passwd = "root:x:0:0::/:/bin/sh\nbroken line\nhanako:x:1001:1001:山形花子:/home/hanako:/bin/sh\n";
        assert_eq!(user_named(passwd, 1001).as_deref(), Some("hanako"));
        assert_eq!(user_named(passwd, 1002), None);
    }
}
