//! Taking one figure: how long a command runs, how much memory it had at its peak, when a screen shows a text.

use std::fs;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Wall time.
    pub seconds: f64,
    /// Peak of resident memory as the kernel counts it, where it could be read.
    pub peak_bytes: Option<u64>,
}

/// Runs a command to its end. Its output is thrown away; a failure is an error.
pub fn run(command: &mut Command) -> Result<Run, String> {
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    let mut peak_bytes = None;
    // The kernel keeps the peak, but only while the process lives: the last look before its end counts.
    let status = loop {
        peak_bytes = peak(&child).or(peak_bytes);
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_micros(500)),
        }
    };
    let seconds = began.elapsed().as_secs_f64();
    if status.success() {
        return Ok(Run { seconds, peak_bytes });
    }
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut said).map_err(|error| error.to_string())?;
    }
    Err(format!("{}: {status} {said}", command.get_program().to_string_lossy()))
}

fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// Starts a command line on a terminal of 50 × 200 and waits until it has drawn a text; then ends it.
pub fn until_shown(line: &str, text: &str, limit: Duration) -> Result<f64, String> {
    let began = Instant::now();
    let mut child = Command::new("script")
        .args(["--quiet", "--flush", "--command"])
        .arg(format!("stty rows 50 cols 200; exec {line}"))
        .arg("/dev/null")
        .env("TERM", "xterm-256color")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("script: {error}"))?;
    let mut stdout = child.stdout.take().ok_or("script: no output")?;
    let (send, receive) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut block = [0; 65_536];
        while let Ok(count @ 1..) = stdout.read(&mut block) {
            if send.send((Instant::now(), block[..count].to_vec())).is_err() {
                break;
            }
        }
    });
    let mut drawn = Vec::new();
    let shown = loop {
        let left = limit.saturating_sub(began.elapsed());
        let Ok((at, bytes)) = receive.recv_timeout(left) else { break None };
        drawn.extend_from_slice(&bytes);
        if drawn.windows(text.len()).any(|window| window == text.as_bytes()) {
            break Some(at.duration_since(began).as_secs_f64());
        }
    };
    // Ending `script` closes the terminal, and with it the program.
    child.kill().map_err(|error| error.to_string())?;
    child.wait().map_err(|error| error.to_string())?;
    drop(receive);
    if reader.join().is_err() {
        return Err("script: its output could not be read".into());
    }
    shown.ok_or(format!("{line}: {text} was not drawn within {} s", limit.as_secs()))
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// The value that this many percent do not exceed.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values = [5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!((median(&values), percentile(&values, 99), percentile(&values, 1)), (3.0, 5.0, 1.0));
        assert!(median(&[]).is_nan());
    }
}
