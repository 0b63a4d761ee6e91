//! The machine that figures are taken on: without it nobody can doubt them.

use std::fs;

use crate::process;

/// Above this load at the beginning, the machine had something else to do.
const BUSY: f64 = 0.5;

/// What the figures were taken on.
#[derive(Debug, Clone)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    pub memory_bytes: Option<u64>,
    pub kernel: String,
    /// The commit that was measured.
    pub commit: String,
    /// Load averages over a minute: before the first run, and behind the last.
    pub load: (Option<f64>, Option<f64>),
}

impl Machine {
    /// Looks at the machine before anything runs.
    pub fn look() -> Self {
        let line = |file: &str, key: &str| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(key))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let kilobytes = |text: String| text.split_whitespace().next()?.parse::<u64>().ok();
        let unknown = || "unknown".to_owned();
        let commit = process::output(std::process::Command::new("git").args(["describe", "--always", "--dirty"]));
        Self {
            processor: line("/proc/cpuinfo", "model name").unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_bytes: line("/proc/meminfo", "MemTotal").and_then(kilobytes).map(|kilobytes| kilobytes * 1024),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")
                .map_or_else(|_| unknown(), |text| text.trim().into()),
            commit: commit.map_or_else(|_| unknown(), |text| text.trim().to_owned()),
            load: (load(), None),
        }
    }

    /// Looks at the load once more, at the end.
    pub fn look_again(&mut self) {
        self.load.1 = load();
    }

    /// Whether others used the machine when the runs began. Unknown counts as used.
    pub fn was_busy(&self) -> bool {
        self.load.0.is_none_or(|load| load > BUSY)
    }
}

fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// How much memory is free for one more program, in bytes.
pub fn available() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_with_other_work_is_said_to_be_busy() {
        let at = |load| Machine { load: (load, None), ..Machine::look() };
        assert!(at(Some(0.51)).was_busy() && at(None).was_busy());
        assert!(!at(Some(0.1)).was_busy());
    }
}
