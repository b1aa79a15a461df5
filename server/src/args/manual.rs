//! Completions for shells, and manual pages, made from the flags themselves.

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// Returns the completions of `program` for a shell.
pub(super) fn completions(shell: Shell, mut program: Command) -> Vec<u8> {
    let mut text = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(shell, &mut program, name, &mut text);
    text
}

/// Returns the manual page of `program`, or of one of its subcommands, in the language of man(7).
pub(super) fn page(verb: Option<&str>, program: Command) -> Vec<u8> {
    let mut program = program.disable_help_subcommand(true);
    program.build();
    let source = format!("{} {}", program.get_name(), program.get_version().unwrap_or_default());
    let about = verb.and_then(|verb| program.find_subcommand(verb)).unwrap_or(&program);
    let mut text = Vec::new();
    // Can't fail: writing to memory doesn't.
    let _ = write_page(about, source, &mut text);
    ascii(&String::from_utf8_lossy(&text)).into_bytes()
}

/// Names the characters that not every roff reads, as in groff_char(7).
fn ascii(page: &str) -> String {
    let mut ascii = String::with_capacity(page.len());
    for char in page.chars() {
        if char.is_ascii() {
            ascii.push(char);
        } else {
            ascii += &format!("\\[u{:04X}]", u32::from(char));
        }
    }
    ascii
}

fn write_page(about: &Command, source: String, text: &mut Vec<u8>) -> std::io::Result<()> {
    let man = Man::new(about.clone()).source(source);
    man.render_title(text)?;
    man.render_name_section(text)?;
    man.render_synopsis_section(text)?;
    man.render_description_section(text)?;
    man.render_options_section(text)?;
    if about.has_subcommands() {
        man.render_subcommands_section(text)?;
    }
    // Not the library's section for this text, which joins its lines.
    if let Some(examples) = about.get_after_long_help().or(about.get_after_help()) {
        text.extend_from_slice(verbatim(&examples.to_string()).as_bytes());
    }
    Ok(())
}

/// Returns a section whose lines are shown as they are. Its name is the first line, without its colon.
fn verbatim(text: &str) -> String {
    let (name, lines) = text.split_once(":\n").unwrap_or(("Examples", text));
    let mut section = format!(".SH {}\n.nf\n", name.to_uppercase());
    for line in lines.lines() {
        // A line must not begin with a control character of roff.
        let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
        section += &format!("{guard}{}\n", line.replace('\\', "\\e").replace('-', "\\-"));
    }
    section + ".fi\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_ascii() {
        assert_eq!(ascii("tcp://\u{2026}, \\-x"), "tcp://\\[u2026], \\-x");
    }

    #[test]
    fn the_lines_of_an_example_are_shown_as_they_are() {
        assert_eq!(
            verbatim("Examples:\n  a --flag\n.b\n\\x1b"),
            ".SH EXAMPLES\n.nf\n  a \\-\\-flag\n\\&.b\n\\ex1b\n.fi\n"
        );
    }
}
