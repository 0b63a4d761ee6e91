//! Taking one figure: how long a command runs, how much memory it had at its peak; and the middle of several.

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
    let (run, _) = run_to(command.stdin(Stdio::null()).stdout(Stdio::null()), &[0])?;
    Ok(run)
}

/// Runs a command to its end and gives what it prints. `fine` are the exit codes that are no failure.
pub fn answer(command: &mut Command, fine: &[i32]) -> Result<(Run, String), String> {
    run_to(command.stdin(Stdio::null()).stdout(Stdio::piped()), fine)
}

/// Runs a command whose input and output are set already.
pub fn run_to(command: &mut Command, fine: &[i32]) -> Result<(Run, String), String> {
    let began = Instant::now();
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stderr(Stdio::piped()).spawn().map_err(|error| format!("{program}: {error}"))?;
    let printed = child.stdout.take().map(|mut stdout| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            stdout.read_to_end(&mut text).map(|_| String::from_utf8_lossy(&text).into_owned())
        })
    });
    let mut peak_bytes = None;
    // The kernel keeps the peak, but only while the process lives: the last look before its end counts.
    let status = loop {
        peak_bytes = peak(&child).or(peak_bytes);
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            // A thousandth of the time is near enough, and whoever looks oftener takes a core from what is measured.
            None => std::thread::sleep((began.elapsed() / 1000).max(Duration::from_micros(500))),
        }
    };
    let run = Run { seconds: began.elapsed().as_secs_f64(), peak_bytes };
    let text = match printed.map(std::thread::JoinHandle::join) {
        None => String::new(),
        Some(Ok(Ok(text))) => text,
        Some(_) => return Err(format!("{program}: its output could not be read")),
    };
    if status.code().is_some_and(|code| fine.contains(&code)) {
        return Ok((run, text));
    }
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut said).map_err(|error| error.to_string())?;
    }
    Err(format!("{program}: {status} {said}"))
}

fn peak(child: &Child) -> Option<u64> {
    kilobytes(&format!("/proc/{}/status", child.id()), &["VmHWM:"])
}

/// Resident memory of a process, and what of it is its own alone, in bytes. Pages of files that it maps are no part of
/// that: the system takes them back when it likes.
pub fn memory(process: u32) -> Option<(u64, u64)> {
    let file = format!("/proc/{process}/smaps_rollup");
    Some((kilobytes(&file, &["Rss:"])?, kilobytes(&file, &["Private_Dirty:"])?))
}

/// The sum of these lines of a file of the kernel, in bytes.
fn kilobytes(file: &str, keys: &[&str]) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let mut sum = 0;
    for key in keys {
        let line = text.lines().find(|line| line.starts_with(key))?;
        sum += line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024;
    }
    Some(sum)
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

/// Of several runs over the same list the middle one of each place.
pub fn medians(runs: &[Vec<f64>]) -> Vec<f64> {
    let length = runs.iter().map(Vec::len).min().unwrap_or(0);
    (0..length).map(|at| median(&runs.iter().map(|run| run[at]).collect::<Vec<_>>())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values = [5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!((median(&values), percentile(&values, 99), percentile(&values, 1)), (3.0, 5.0, 1.0));
        assert!(median(&[]).is_nan());
        let hundreds: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!((percentile(&hundreds, 99), percentile(&hundreds, 100)), (198.0, 200.0));
        assert_eq!(medians(&[vec![1.0, 9.0], vec![3.0, 7.0], vec![2.0, 8.0]]), [2.0, 8.0]);
        assert!(medians(&[]).is_empty());
    }

    #[test]
    fn what_a_command_prints_and_how_it_ends() {
        let (run, text) = answer(Command::new("sh").args(["-c", "echo 関所; exit 1"]), &[0, 1]).unwrap();
        assert_eq!(text, "関所\n");
        assert!(run.seconds > 0.0);
        assert!(answer(Command::new("sh").args(["-c", "exit 1"]), &[0]).is_err());
        let (all, own) = memory(std::process::id()).unwrap();
        assert!(all >= own && own > 0);
    }
}
