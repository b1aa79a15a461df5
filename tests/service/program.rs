//! The command line, output, signals and exit codes.

use std::process::{Output, Stdio};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};

use crate::support::group::Group;
use crate::support::place::Place;
use crate::support::server::{PROGRAM, ask, flood, wirestamp, without_settings};
use crate::support::{Server, http, metrics, signal, soon, unstamp};

async fn run(args: &[&str]) -> Output {
    soon("the program's end", wirestamp(args).output()).await.unwrap()
}

/// Runs a command that must fail, with one line on standard error and nothing on standard output. Returns the
/// line and the exit code.
async fn failure(args: &[&str]) -> (String, i32) {
    let output = run(args).await;
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    (said, output.status.code().unwrap())
}

#[tokio::test]
async fn standard_output_has_one_line_per_listener_and_nothing_else() {
    let any = "127.0.0.1:0";
    let args = ["serve", "--tcp", any, "--tcp", "[::1]:0", "--udp", any, "--http", any];
    let mut process = wirestamp(&args).kill_on_drop(true).spawn().unwrap();
    let mut stdout = tokio::io::BufReader::new(process.stdout.take().unwrap());
    let mut said = String::new();
    for _ in 0..4 {
        soon("a line", tokio::io::AsyncBufReadExt::read_line(&mut stdout, &mut said)).await.unwrap();
    }
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("listening tcp 127.0.0.1:"), "{said}");
    assert!(lines[1].starts_with("listening tcp [::1]:"), "{said}");
    assert!(lines[2].starts_with("listening udp 127.0.0.1:"), "{said}");
    assert!(lines[3].starts_with("listening http http://127.0.0.1:") && lines[3].ends_with('/'), "{said}");

    signal(process.id().unwrap(), "TERM");
    let mut rest = String::new();
    soon("the end", tokio::io::AsyncReadExt::read_to_string(&mut stdout, &mut rest)).await.unwrap();
    assert_eq!(rest, "");
}

#[tokio::test]
async fn sigterm_sigint_and_sighup_end_it_with_0() {
    for signal in ["TERM", "INT", "HUP"] {
        let server = Server::start(&[]).await;
        server.signal(signal);
        assert_eq!(server.exit_code().await, Some(0), "{signal}");
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_immediately() {
    let mut server = Server::start(&[]).await;
    // A client that never reads keeps its session open.
    let flood = tokio::spawn(flood(server.connect().await));
    server.logged(&["session opened"]).await;
    server.signal("TERM");
    server.logged(&["stopping"]).await;
    server.signal("TERM");
    assert_eq!(server.exit_code().await, Some(130));
    flood.abort();
}

#[tokio::test]
async fn a_terminal_that_is_closed_ends_it_in_order_even_if_it_says_so_twice() {
    let mut server = Server::start(&["--gap", "off"]).await;
    let mut client = server.connect().await;
    client.write_all(b"last words").await.unwrap();
    metrics::shows(server.http, r#"wirestamp_received_bytes_total{transport="tcp"} 10"#).await;
    server.signal("HUP");
    server.logged(&["stopping", "SIGHUP"]).await;
    server.signal("HUP");
    // The next signal is logged, so the second SIGHUP has had its effect by then.
    server.signal("USR1");
    server.logged(&["signal ignored", "SIGUSR1"]).await;
    let mut reply = Vec::new();
    soon("the reply", client.read_to_end(&mut reply)).await.unwrap();
    assert_eq!(unstamp(&reply), b"last words");
    drop(client);
    assert_eq!(server.exit_code().await, Some(0));
}

#[tokio::test]
async fn under_nohup_it_outlives_its_terminal() {
    let mut command = without_settings("sh");
    command.args(["-c", "trap '' HUP && exec \"$0\" \"$@\"", PROGRAM, "serve", "--udp", "off"]);
    command.args(["--utc", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let server = Server::started_by(command).await;
    server.signal("HUP");
    for _ in 0..10 {
        ask(&mut server.connect().await, b"still there?\n").await;
    }
    assert_eq!(server.stop().await, Some(0));
}

#[tokio::test]
async fn the_users_signals_are_ignored_and_logged() {
    let place = Place::new();
    let mut server = Server::start(&["--unix", place.text()]).await;
    for (signal, name) in [("USR1", "SIGUSR1"), ("USR2", "SIGUSR2")] {
        server.signal(signal);
        server.logged(&["signal ignored", name]).await;
        ask(&mut server.connect().await, b"still there?\n").await;
    }
    assert_eq!(server.stop().await, Some(0));
    assert!(!place.path().exists());
}

#[tokio::test]
async fn a_start_that_cannot_be_announced_says_so_and_ends_with_1() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let (reader, closed) = std::io::pipe().unwrap();
    drop(reader);
    for (stdout, why) in [(Stdio::from(full), "no space left on device"), (closed.into(), "broken pipe")] {
        let place = Place::new();
        let any = "127.0.0.1:0";
        let mut command = wirestamp(&["serve", "--tcp", any, "--udp", any, "--http", any]);
        command.args(["--unix", place.text()]).stdout(stdout).kill_on_drop(true);
        let output = soon("its end", command.spawn().unwrap().wait_with_output()).await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("wirestamp: cannot print the listening addresses to standard output: {why}\n");
        assert_eq!((said, output.status.code()), (expected, Some(1)));
        assert!(!place.path().exists());
    }
}

#[tokio::test]
async fn a_help_that_cannot_be_written_says_so_and_ends_with_1() {
    for args in [&["--help"][..], &["serve", "-h"], &["--version"], &["man"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output =
            soon("its end", wirestamp(args).stdout(full).spawn().unwrap().wait_with_output()).await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, "wirestamp: cannot write to standard output: no space left on device\n", "{args:?}");
        assert_eq!(output.status.code(), Some(1), "{args:?}");
    }
}

#[tokio::test]
async fn with_standard_output_closed_it_serves_all_the_same() {
    let place = Place::new();
    let mut command = without_settings("sh");
    command.args(["-c", "exec \"$0\" \"$@\" >&-", PROGRAM, "serve", "--udp", "off", "--unix", place.text()]);
    command
        .args(["--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    let mut server = Group::spawn(&mut command).unwrap();
    // The path is there before the server is ready, but a reply is not.
    let answered = async {
        let mut client = loop {
            if let Ok(client) = UnixStream::connect(place.path()).await {
                break client;
            }
        };
        client.write_all(b"hello\n").await.unwrap();
        client.read_u8().await.unwrap();
    };
    soon("a reply", answered).await;
    signal(server.0.id().unwrap(), "TERM");
    assert_eq!(soon("its end", server.0.wait()).await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_port_in_use_is_one_line_that_names_it_and_the_flag() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap().into_std().unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for flag in ["tcp", "http"] {
        let other = if flag == "tcp" { "--http" } else { "--tcp" };
        let free = "127.0.0.1:0";
        let args = ["serve", &format!("--{flag}"), &address, other, free, "--udp", free];
        let (said, code) = failure(&args).await;
        assert_eq!(code, 1);
        let start = format!("wirestamp: cannot listen on {flag} {address}: address already in use; ");
        assert!(said.starts_with(&start) && said.contains(&format!("--{flag}")), "{said}");
    }
}

#[tokio::test]
async fn a_server_without_any_listener_says_so() {
    let (said, code) = failure(&["serve", "--tcp", "off", "--udp", "off", "--http", "off"]).await;
    let expected = "wirestamp: nothing to listen on: turn on one of --tcp, --unix, --udp and --http\n";
    assert_eq!((said.as_str(), code), (expected, 1));
}

#[tokio::test]
async fn a_port_alone_is_one_of_localhost_and_tcp_and_http_can_be_off() {
    for (args, lines) in [
        (["--tcp", ":0", "--udp", "off", "--http", "off"], ["listening tcp 127.0.0.1:", ""]),
        (["--tcp", "off", "--udp", "0", "--http", "off"], ["listening udp 127.0.0.1:", ""]),
        (["--tcp", "off", "--udp", "off", "--http", "0"], ["listening http http://127.0.0.1:", "/"]),
    ] {
        let mut process = wirestamp(&["serve"]).args(args).kill_on_drop(true).spawn().unwrap();
        let mut stdout = process.stdout.take().unwrap();
        let mut said = String::new();
        let mut byte = [0];
        while !said.ends_with('\n') {
            soon("a line", stdout.read_exact(&mut byte)).await.unwrap();
            said.push(char::from(byte[0]));
        }
        assert!(said.starts_with(lines[0]) && said.ends_with(&format!("{}\n", lines[1])), "{args:?}: {said}");
        // Localhost may have an address of IPv6 too, but no other computer can reach either.
        signal(process.id().unwrap(), "TERM");
        soon("the end", stdout.read_to_string(&mut said)).await.unwrap();
        assert!(said.lines().all(|line| line.contains("127.0.0.1:") || line.contains("[::1]:")), "{said}");
    }
}

#[tokio::test]
async fn a_host_that_does_not_resolve_is_one_line_that_names_it() {
    let (said, code) = failure(&["serve", "--tcp", "nowhere.invalid:21567"]).await;
    assert!(said.starts_with("wirestamp: cannot resolve nowhere.invalid:21567: "), "{said}");
    assert_eq!(code, 1);
}

#[tokio::test]
async fn a_wrong_command_line_is_one_line_and_exit_code_2() {
    for (args, named) in [
        (&["serve", "--tcp", "localhost"][..], "missing port; write host:port or [v6]:port"),
        (&["serve", "--gap", "soon"], "a unit, such as 200ms; \"off\" is also valid"),
        (&["serve", "--max-message", "nothing"], "--max-message <SIZE>"),
        (&["serve", "--htpp", "localhost:1"], "a similar argument exists: '--http'"),
        (&["serve", "--tpc", "localhost:1"], "'--tcp'; see 'wirestamp serve --help'"),
        (&["server"], "a similar subcommand exists: 'serve'"),
    ] {
        let (said, code) = failure(args).await;
        assert!(said.starts_with("wirestamp: ") && said.contains(named), "{said}");
        assert_eq!(code, 2);
    }
}

#[tokio::test]
async fn a_wrong_value_of_a_variable_is_blamed_on_the_variable() {
    for (verb, variable, value, named) in [
        ("serve", "WIRESTAMP_TCP", "localhost:0,nowhere", "'nowhere' in WIRESTAMP_TCP: missing port"),
        ("serve", "WIRESTAMP_UTC", "maybe", "'maybe' in WIRESTAMP_UTC: "),
        ("connect", "WIRESTAMP_CONNECT_URL", "ftp://x", "'ftp://x' in WIRESTAMP_CONNECT_URL: unknown scheme"),
        ("ping", "WIRESTAMP_PING_COUNT", "0", "'0' in WIRESTAMP_PING_COUNT: "),
    ] {
        let output = soon("the end", wirestamp(&[verb]).env(variable, value).output()).await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(&format!("wirestamp: invalid value {named}")), "{said}");
        assert!(said.ends_with(&format!("; see 'wirestamp {verb} --help'\n")), "{said}");
        assert_eq!(output.status.code(), Some(2));
    }
    // The flag wins over the variable, and is to blame.
    let mut command = wirestamp(&["serve", "--tcp", "nowhere"]);
    let output = soon("the end", command.env("WIRESTAMP_TCP", "localhost:0").output()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("'nowhere' for '--tcp <HOST:PORT>'"), "{said}");
}

#[tokio::test]
async fn every_flag_of_serve_is_in_its_help_with_its_environment_variable() {
    let help = String::from_utf8(run(&["serve", "--help"]).await.stdout).unwrap();
    let flags = "tcp unix unix-mode udp udp-rate http allow-host allow-origin upstream gap max-message \
                 stall-timeout idle-timeout drain max-connections max-per-ip metrics-addr format utc \
                 watch-memory watch-token log-format log-level log-payload";
    for flag in flags.split(' ') {
        let variable = format!("WIRESTAMP_{}", flag.to_uppercase().replace('-', "_"));
        assert!(help.contains(&format!("--{flag}")) && help.contains(&variable), "{flag}");
    }
    assert!(help.contains("Examples:"));
    assert_eq!(run(&["--help"]).await.status.code(), Some(0));
    assert_eq!(run(&["--version"]).await.stdout, concat!("wirestamp ", "0.1.0", "\n").as_bytes());
}

#[tokio::test]
async fn the_short_help_is_short_and_grouped() {
    let help = String::from_utf8(run(&["serve", "-h"]).await.stdout).unwrap();
    let mut rest = help.as_str();
    for group in ["Listeners", "Messages", "Limits", "Access", "Watching", "Log"] {
        let heading = format!("\n{group}:\n");
        rest = &rest[rest.find(&heading).unwrap_or_else(|| panic!("{group} in {rest}"))..];
    }
    let long = String::from_utf8(run(&["serve", "--help"]).await.stdout).unwrap();
    assert!(help.lines().count() * 2 < long.lines().count(), "{help}");
    assert!(!help.contains("Examples:") && !help.contains("WIRESTAMP_"), "{help}");
    let top = String::from_utf8(run(&["--help"]).await.stdout).unwrap();
    let (_, examples) = top.split_once("Examples:").unwrap();
    assert_eq!(examples.matches("\n  wirestamp ").count(), 4, "{top}");
}

#[tokio::test]
async fn a_shell_completes_the_subcommands_and_flags() {
    let complete = "source <(\"$1\" completions bash); \
                    COMP_WORDS=(wirestamp $2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); \
                    _wirestamp wirestamp \"${COMP_WORDS[-1]}\" \"${COMP_WORDS[-2]}\"; echo \"${COMPREPLY[@]}\"";
    for (typed, completed) in [("ser", "serve"), ("serve --max-m", "--max-message")] {
        let mut bash = tokio::process::Command::new("bash");
        bash.args(["-c", complete, "bash", PROGRAM, typed]).kill_on_drop(true);
        let output = soon("the completion", bash.output()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(said.trim_end(), completed, "{}", String::from_utf8_lossy(&output.stderr));
    }
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]).await;
        assert!(output.status.success() && output.stdout.len() > 1000, "{shell}");
    }
}

#[tokio::test]
async fn there_is_a_manual_page_for_the_program_and_each_subcommand() {
    for (args, title, words) in [
        (&["man"][..], "wirestamp", ["wirestamp\\-serve(1)", "run the server"]),
        (&["man", "serve"], "wirestamp-serve", ["\\-\\-max\\-message", "WIRESTAMP_TCP"]),
        (&["man", "connect"], "wirestamp-connect", ["\\-\\-timeout", "Exit codes: 0 if"]),
        (&["man", "ping"], "wirestamp-ping", ["\\-\\-interval", "wirestamp ping \\-c 1000"]),
        (&["man", "watch"], "wirestamp-watch", ["\\-\\-token\\-file", "wireshark \\-k \\-i \\-"]),
    ] {
        let page = String::from_utf8(run(args).await.stdout).unwrap();
        let heading = page.lines().find(|line| line.starts_with(".TH ")).unwrap();
        assert!(
            heading.starts_with(&format!(".TH {title} 1 ")) && heading.contains("wirestamp 0.1.0"),
            "{heading}"
        );
        assert!(page.contains("\n.SH EXAMPLES\n"), "{page}");
        for word in words {
            assert!(page.contains(word), "{word} in {page}");
        }
    }
}

#[tokio::test]
async fn flags_are_read_from_the_environment() {
    let mut command = wirestamp(&["serve", "--http", "127.0.0.1:0", "--udp", "off"]);
    command.env("WIRESTAMP_TCP", "127.0.0.1:0,[::1]:0").env("WIRESTAMP_UTC", "1").env("WIRESTAMP_GAP", "off");
    let server = Server::started_by(command).await;
    crate::support::unstamp(&ask(&mut server.connect().await, b"hello\n").await);
}

#[tokio::test]
async fn the_health_check_answers() {
    let server = Server::start(&[]).await;
    let health = http::get(server.http, "/healthz", &[]).await;
    assert_eq!((health.status().as_u16(), &health.body()[..]), (200, &b"ok\n"[..]));
}

#[tokio::test]
async fn it_can_be_stopped_right_after_its_first_line() {
    // The buffer is so small that the server is still printing its listeners when the signal arrives.
    let (ours, its) = std::os::unix::net::UnixStream::pair().unwrap();
    socket2::SockRef::from(&its).set_send_buffer_size(1).unwrap();
    ours.set_nonblocking(true).unwrap();
    let mut said = tokio::net::UnixStream::from_std(ours).unwrap();
    let any = "127.0.0.1:0";
    let mut command = wirestamp(&["serve", "--tcp", any, "--udp", "off"]);
    command.args(["--http", any].repeat(50)).stdout(std::os::fd::OwnedFd::from(its));
    let mut server = Group::spawn(&mut command).unwrap();
    drop(command);
    soon("its first line", said.read_u8()).await.unwrap();
    signal(server.0.id().unwrap(), "TERM");
    soon("its last line", said.read_to_end(&mut Vec::new())).await.unwrap();
    assert_eq!(soon("its end", server.0.wait()).await.unwrap().code(), Some(0));
}
