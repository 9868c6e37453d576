//! Asking somebody who is there before something is done.

use super::{error::CliError, exit::ExitStatus};
use std::io::{self, BufRead, IsTerminal as _, Write};

/// `verb`: what `--yes` does unasked.
pub(super) fn confirmed(question: &str, verb: &str) -> Result<bool, CliError> {
    if !io::stdin().is_terminal() {
        let message = "nobody is there to ask, so nothing was done";
        return Err(CliError::new(ExitStatus::Refused, message)
            .help(format!("pass `--yes` to {verb} without being asked")));
    }
    Ok(is_yes(question, &mut anstream::stderr(), &mut io::stdin().lock())?)
}

fn is_yes(question: &str, out: &mut dyn Write, answers: &mut dyn BufRead) -> io::Result<bool> {
    write!(out, "{question} Only `yes` means yes: ")?;
    out.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_yes_means_yes() {
        for (answer, expected) in [
            ("yes\n", true),
            (" yes \r\n", true),
            ("yes", true),
            ("", false),
            ("\n", false),
            ("y\n", false),
            ("YES\n", false),
            ("yes, please\n", false),
            ("no\nyes\n", false),
        ] {
            let mut told = Vec::new();
            let found = is_yes("Do this?", &mut told, &mut answer.as_bytes()).unwrap();
            assert_eq!(found, expected, "{answer:?}");
            assert_eq!(told, b"Do this? Only `yes` means yes: ");
        }
    }
}
