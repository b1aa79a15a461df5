//! Whether the system clock is synchronised, and how far it may be off.
//!
//! Only a system call tells that directly (adjtimex(2)), and no safe wrapper of it exists. The programs that manage the
//! clock tell it too.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Tells whether the kernel has the clock as synchronised, whichever program does it (timedatectl(1)).
const TIMEDATECTL: &str = "/usr/bin/timedatectl";

/// Tells how far chrony believes the clock to be off (chronyc(1), `tracking`).
const CHRONYC: &str = "/usr/bin/chronyc";

/// How long a program may take. Both only ask a service on this computer.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long an answer is good for. NTP asks its servers about once a minute.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// What the system tells about its clock. These are the clock's parts of RFC 8762's error estimate (section 4.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct ClockStatus {
    synchronised: Synchronised,
    /// The most that the clock is off, in milliseconds. Null if nothing tells.
    error_ms: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Synchronised {
    Yes,
    No,
    Unknown,
}

/// Asks for the clock's status, but not more often than it changes.
#[derive(Debug, Default)]
pub(crate) struct ClockInquiry(Mutex<Option<(Instant, ClockStatus)>>);

impl ClockInquiry {
    /// The status of less than a minute ago.
    pub(crate) async fn status(&self) -> ClockStatus {
        let mut last = self.0.lock().await;
        if let Some((asked, status)) = *last
            && asked.elapsed() < GOOD_FOR
        {
            return status;
        }
        let status = ask(TIMEDATECTL, CHRONYC).await;
        *last = Some((Instant::now(), status));
        status
    }
}

async fn ask(timedatectl: &str, chronyc: &str) -> ClockStatus {
    let (timedatectl, chronyc) = tokio::join!(
        output(timedatectl, &["show", "--property=NTPSynchronized", "--value"]),
        output(chronyc, &["-n", "-c", "tracking"]),
    );
    ClockStatus::of(timedatectl.as_deref(), chronyc.as_deref())
}

impl ClockStatus {
    /// Reads what the two programs say, if they say anything.
    fn of(timedatectl: Option<&str>, chronyc: Option<&str>) -> Self {
        let synchronised = match timedatectl.map(str::trim_ascii) {
            Some("yes") => Synchronised::Yes,
            Some("no") => Synchronised::No,
            _ => Synchronised::Unknown,
        };
        Self { synchronised, error_ms: chronyc.and_then(error_bound).map(|seconds| seconds * 1e3) }
    }
}

/// What a program writes to standard output, if it is there and succeeds.
async fn output(program: &str, args: &[&str]) -> Option<String> {
    if !Path::new(program).exists() {
        return None;
    }
    let running = Command::new(program).args(args).env("LC_ALL", "C").kill_on_drop(true).output();
    let output = timeout(PATIENCE, running).await.ok()?.ok()?;
    if output.status.success() { String::from_utf8(output.stdout).ok() } else { None }
}

/// Reads chrony's bound of the error from its tracking report, in seconds: the remaining correction, the root dispersion
/// and half the root delay (chronyc(1)). `None` if chrony isn't synchronised.
fn error_bound(tracking: &str) -> Option<f64> {
    let fields: Vec<&str> = tracking.trim_ascii().split(',').collect();
    let [_, _, _, _, correction, _, _, _, _, _, root_delay, root_dispersion, _, leap] = fields[..] else {
        return None;
    };
    if leap == "Not synchronised" {
        return None;
    }
    let number = |field: &str| field.parse::<f64>().ok().map(f64::abs);
    Some(number(correction)? + number(root_dispersion)? + number(root_delay)? / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_the_system_does_not_tell_is_unknown() {
        let unknown = ClockStatus { synchronised: Synchronised::Unknown, error_ms: None };
        for program in ["/nonexistent", "/bin/false", "/bin/true", "/bin/echo"] {
            assert_eq!(ask(program, program).await, unknown, "{program}");
        }
        assert_eq!(serde_json::to_string(&unknown).unwrap(), r#"{"synchronised":"unknown","error_ms":null}"#);
    }

    #[test]
    fn what_it_tells_is_shown() {
        let tracking = "x,x,4,0,0.0,0,0,0,0,0,0.004,0.0005,64.3,Normal";
        for (told, shown) in [("yes\n", "yes"), ("no\n", "no"), ("?", "unknown")] {
            let status = ClockStatus::of(Some(told), Some(tracking));
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json, format!(r#"{{"synchronised":"{shown}","error_ms":2.5}}"#));
        }
    }

    #[test]
    fn the_bound_is_the_correction_the_dispersion_and_half_the_delay() {
        let tracking = "A29FC87B,162.159.200.123,4,1795370820.1,-0.000010000,0.00002,0.00003,-7.0,0.001,0.05,\
                        0.004000000,0.000500000,64.3,Normal\n";
        assert_eq!(error_bound(tracking), Some(0.00001 + 0.0005 + 0.002));
        assert_eq!(error_bound(&tracking.replace("Normal", "Not synchronised")), None);
        for other in ["", "506 Cannot talk to daemon", &tracking.replace("0.0005", "x")] {
            assert_eq!(error_bound(other), None, "{other}");
        }
    }
}
