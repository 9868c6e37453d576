//! Where the ledger is kept.

use super::{Census, CheckInput, quote::quoted, url::Url};
use crate::diagnostic::{Code, CodeInfo, Diagnostic};

pub(super) const CODES: &[CodeInfo] = &[LEDGER_FORM, LEDGER_PASSWORD];

const LEDGER_FORM: CodeInfo = CodeInfo {
    code: Code(730),
    title: "the ledger's address is not the address of a PostgreSQL server",
    explanation: "The ledger is a file below the project file, or it is on a PostgreSQL server: \
        `postgres://`, a user and `@` if need be, a host, perhaps a port, `/` and a database.",
    source: "PostgreSQL, 34.1.1.2 Connection URIs",
};
const LEDGER_PASSWORD: CodeInfo = CodeInfo {
    code: Code(731),
    title: "the ledger's address has a password in it",
    explanation: "Manifests are in git and never hold a secret, only the place where it is found. \
        The password for the ledger is taken from `$PGPASSWORD`, or from `~/.pgpass`. If a password \
        stands here, it is in the history already: change it.",
    source: "a decision of minisync",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let Some(ledger) = input.project.and_then(|project| project.ledger.as_ref()) else { return };
    let Some((_, rest)) = ledger.split_once("://") else { return };
    let is_secret = has_password(rest);
    if is_secret {
        let message = "the address of the ledger must not hold a password";
        let help = "leave it out, and set $PGPASSWORD or write it into `~/.pgpass`";
        found.push(Diagnostic::error(&LEDGER_PASSWORD, ledger.span, message).secret().help(help));
    }
    let url = Url::parse(ledger).filter(|url| matches!(url.scheme, "postgres" | "postgresql"));
    if url.is_none() {
        // What may be a secret is not repeated.
        let what = if is_secret { "this".to_owned() } else { quoted(ledger) };
        let message = format!("{what} is not the address of a PostgreSQL server");
        let finding = Diagnostic::error(&LEDGER_FORM, ledger.span, message)
            .help("for example `postgres://minisync@db.example.com/minisync`");
        found.push(if is_secret { finding.secret() } else { finding });
    }
}

/// Before the host, or among what follows the `?`.
fn has_password(rest: &str) -> bool {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let user = place.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || query.split('&').any(|pair| pair.starts_with("password="))
}
