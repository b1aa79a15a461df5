//! What is said about a wrong command line: one line, so that logs have one entry for it.

use std::ffi::OsString;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

/// Returns the line about an error in `args`, the command line of `program`.
pub(super) fn about(error: &Error, args: &[OsString], program: &Command) -> String {
    let verb = args.get(1).and_then(|verb| program.find_subcommand(verb)).map(Command::get_name);
    let mut line = in_one_line(&error.render().to_string());
    if let Some(verb) = verb {
        let mut built = program.clone();
        built.build();
        let flags: Vec<&Arg> =
            built.find_subcommand(verb).into_iter().flat_map(Command::get_arguments).collect();
        if let Some((shown, variable)) = variable_at_fault(error, args, program, verb, &flags) {
            line = line.replace(&format!("for '{shown}'"), &format!("in {variable}"));
        }
        if let Some(flag) = same_letters(error, &flags) {
            line += &format!("; tip: a similar argument exists: '--{flag}'");
        }
    }
    let help = verb.map(|verb| format!("{verb} ")).unwrap_or_default();
    format!("{line}; see 'wirestamp {help}--help'")
}

/// Joins the paragraph in which clap explains an error.
fn in_one_line(paragraph: &str) -> String {
    let said = paragraph.lines().map(str::trim).filter(|line| !line.is_empty());
    let kept =
        said.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    kept.collect::<Vec<_>>().join("; ").trim_start_matches("error: ").to_owned()
}

/// Returns the environment variable that a wrong value came from, with the flag that clap blames.
fn variable_at_fault(
    error: &Error,
    args: &[OsString],
    program: &Command,
    verb: &str,
    flags: &[&Arg],
) -> Option<(String, String)> {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = flags.iter().find(|flag| flag.to_string() == *shown)?;
    let variable = flag.get_env().filter(|name| std::env::var_os(name).is_some())?;
    let id = flag.get_id().clone();
    let without = program
        .clone()
        .mut_subcommand(verb, |verb| verb.mut_arg(id, |flag| flag.env(Resettable::Reset)))
        .try_get_matches_from(args);
    let is_the_same = without.is_err_and(|other| other.render().to_string() == error.render().to_string());
    (!is_the_same).then(|| (shown.clone(), variable.to_string_lossy().into_owned()))
}

/// Returns the flag with the same letters as an unknown one, which clap finds too different: tpc and tcp.
fn same_letters(error: &Error, flags: &[&Arg]) -> Option<String> {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg) else { return None };
    if error.kind() != ErrorKind::UnknownArgument || error.get(ContextKind::SuggestedArg).is_some() {
        return None;
    }
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let unknown = sorted(unknown.strip_prefix("--")?);
    flags.iter().filter_map(|flag| flag.get_long()).find(|long| sorted(long) == unknown).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Command {
        let tcp = Arg::new("tcp").long("tcp").value_name("PORT").value_parser(clap::value_parser!(u16));
        let http = Arg::new("http").long("http");
        Command::new("wirestamp").subcommand(Command::new("serve").args([tcp, http]))
    }

    fn said_about(args: &[&str]) -> String {
        let args: Vec<OsString> = ["wirestamp"].iter().chain(args).map(Into::into).collect();
        about(&program().try_get_matches_from(&args).unwrap_err(), &args, &program())
    }

    #[test]
    fn an_error_is_one_line_that_names_the_help_and_the_near_flag() {
        let help = "see 'wirestamp serve --help'";
        for (args, said) in [
            (&["serve", "--tcp", "x"][..], format!("invalid value 'x' for '--tcp <PORT>': invalid digit found in string; {help}")),
            (&["serve", "--htpp", "x"], format!("unexpected argument '--htpp' found; tip: a similar argument exists: '--http'; {help}")),
            (&["serve", "--tpc", "1"], format!("unexpected argument '--tpc' found; tip: a similar argument exists: '--tcp'; {help}")),
            (&["serve", "--quux"], format!("unexpected argument '--quux' found; {help}")),
            (&["swerve"], "unrecognized subcommand 'swerve'; tip: a similar subcommand exists: 'serve'; see 'wirestamp --help'".into()),
        ] {
            assert_eq!(said_about(args), said);
        }
    }
}
