//! How the embedded sandbox sends its mail.

use super::{Census, CheckInput, quote::quoted, url::Url};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic, Span},
    manifest::document::{Environment, MailText, SandboxEnvironment, Spanned},
    model::Email,
};

pub(super) const CODES: &[CodeInfo] = &[
    SMTP_FORM,
    SMTP_USER,
    SENDER_FORM,
    SERVED_MAIL,
    HALF_A_LOGIN,
    PLAIN_LOGIN,
    NO_SENDER,
    CERTIFICATE_OUTSIDE,
];

const SMTP_FORM: CodeInfo = CodeInfo {
    code: Code(710),
    title: "a mail server's address is not a URL of SMTP",
    explanation: "The address begins with `smtps://` for TLS from the start, or with `smtp://`, and \
        a host follows. `?tls=required` asks for STARTTLS, `?tls=opportunistic` takes it where it \
        is offered. Nothing else can be said after the `?`.",
    source: "RFC 3986; RFC 3207; RFC 8314",
};
const SMTP_USER: CodeInfo = CodeInfo {
    code: Code(711),
    title: "a mail server's address has a user or a password in it",
    explanation: "Manifests are in git and never hold a secret, only the place where it is found: \
        `user` and `password` are keys of their own. If a password stands here, it is in the \
        history already: change it.",
    source: "a decision of minisync",
};
const SENDER_FORM: CodeInfo = CodeInfo {
    code: Code(712),
    title: "a sender has no e-mail address",
    explanation: "`from` is an address, `no-reply@example.com`, or a name and an address, \
        `Mini programs <no-reply@example.com>`. Mail servers refuse mail without one, and answers \
        go there.",
    source: "RFC 5322, 3.4 Address Specification",
};
const SERVED_MAIL: CodeInfo = CodeInfo {
    code: Code(713),
    title: "mail is set up for a sandbox server",
    explanation: "A sandbox server sends its invitations itself, as whoever serves it has set it \
        up. `mail` is for the embedded sandbox, which is an environment without `url`.",
    source: "a decision of minisync",
};
const HALF_A_LOGIN: CodeInfo = CodeInfo {
    code: Code(714),
    title: "a mail server is given a user without a password, or the other way round",
    explanation: "A mail server that asks who we are wants both; one that does not wants neither.",
    source: "RFC 4954: SMTP authentication",
};
const PLAIN_LOGIN: CodeInfo = CodeInfo {
    code: Code(715),
    title: "a mail server's password would travel unprotected",
    explanation: "Over `smtp://` without `?tls=required`, everybody on the way can read the \
        password, or see to it that it is not protected. Only a server on this machine is an \
        exception.",
    source: "RFC 8314, 3: implicit TLS and STARTTLS",
};

const NO_SENDER: CodeInfo = CodeInfo {
    code: Code(716),
    title: "mail is to be sent, and nobody is named whom it is from",
    explanation: "Mail servers take mail only from addresses that they know, and people answer to \
        them. There is no address that would do everywhere.",
    source: "RFC 5321, 3.3 Mail Transactions",
};
const CERTIFICATE_OUTSIDE: CodeInfo = CodeInfo {
    code: Code(717),
    title: "the path of a mail server's certificate leads out of the project",
    explanation: "Whom to trust is reviewed with the project file, so the path is relative to it and \
        stays below it. A certificate that is kept on the machine has an absolute path.",
    source: "a decision of minisync",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let environments = input.project.into_iter().flat_map(|project| project.environments.values());
    for Environment::Sandbox(SandboxEnvironment { url, mail, .. }) in environments {
        let Some(mail) = mail else { continue };
        if let Some(url) = url {
            let message = "a sandbox server sends its own mail";
            let finding = Diagnostic::error(&SERVED_MAIL, mail.span, message)
                .related(url.span, "the server")
                .help("leave `mail` out, or leave `url` out for the embedded sandbox");
            found.push(finding);
        } else if mail.from.is_none() {
            let message = "nobody is named whom the mail is from";
            let help = "add `from`, such as `Mini programs <no-reply@example.com>`";
            found.push(Diagnostic::error(&NO_SENDER, mail.smtp.span, message).help(help));
        }
        found.extend(mail.root_certificate.as_ref().and_then(outside));
        found.extend(server(mail));
        found.extend(mail.from.as_ref().and_then(sender));
        found.extend(half_a_login(mail));
    }
}

fn server(mail: &MailText) -> Option<Diagnostic> {
    let smtp = &mail.smtp;
    let url = Url::parse(smtp);
    // What may be a secret is not repeated.
    if url.is_some_and(|url| url.has_user) || url.is_none() && smtp.contains('@') {
        let message = "the address of a mail server must not hold a user or a password";
        let finding = Diagnostic::error(&SMTP_USER, smtp.span, message)
            .secret()
            .help("write `user`, and under `password` where the password is found");
        return Some(finding);
    }
    let Some((url, protection)) = url.and_then(|url| Some((url, protection(url)?))) else {
        let message = format!("{} is not the address of a mail server", quoted(smtp));
        let finding = Diagnostic::error(&SMTP_FORM, smtp.span, message)
            .help("for example `smtp://mail.example.com:587?tls=required`");
        return Some(finding);
    };
    let password = mail.password.as_ref()?;
    if protection == Protection::Sure || url.is_this_machine() {
        return None;
    }
    let message = "everybody on the way to this server can read the password";
    let finding = Diagnostic::warning(&PLAIN_LOGIN, smtp.span, message)
        .related(password.span, "the password")
        .help("end the address with `?tls=required`, or begin it with `smtps://`");
    Some(finding)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protection {
    Sure,
    Unsure,
}

fn protection(url: Url<'_>) -> Option<Protection> {
    match (url.scheme, url.query) {
        ("smtps", None) | ("smtp" | "smtps", Some("tls=required")) => Some(Protection::Sure),
        ("smtp", None | Some("tls=opportunistic")) => Some(Protection::Unsure),
        (_, None | Some(_)) => None,
    }
}

fn sender(from: &Spanned<String>) -> Option<Diagnostic> {
    let (name, address) = match from.trim_end().strip_suffix('>').and_then(|it| it.split_once('<'))
    {
        Some((name, address)) => (name, address),
        None => ("", from.as_str()),
    };
    let is_line = |name: &str| !name.contains(|c: char| c.is_control() || matches!(c, '<' | '>'));
    if is_line(name) && address.parse::<Email>().is_ok() {
        return None;
    }
    let message = format!("{} has no e-mail address that mail can come from", quoted(from));
    let help = "write `no-reply@example.com`, or `Mini programs <no-reply@example.com>`";
    Some(Diagnostic::error(&SENDER_FORM, from.span, message).help(help))
}

fn outside(path: &Spanned<String>) -> Option<Diagnostic> {
    let is_absolute = path.starts_with(['/', '\\']) || path.get(1..2) == Some(":");
    let mut depth = 0_usize;
    let climbs = path.split(['/', '\\']).any(|part| {
        let is_out = part == ".." && depth == 0;
        depth = match part {
            "" | "." => depth,
            ".." => depth.saturating_sub(1),
            _ => depth + 1,
        };
        is_out
    });
    if is_absolute || !climbs && depth > 0 && !path.starts_with("~/") {
        return None;
    }
    let message = format!("{} is not a file below `minisync.yaml`", quoted(path));
    let help = "put the certificate beside `minisync.yaml`, or write an absolute path";
    Some(Diagnostic::error(&CERTIFICATE_OUTSIDE, path.span, message).help(help))
}

fn half_a_login(mail: &MailText) -> Option<Diagnostic> {
    let finding = |at: Span, message: &str| Diagnostic::error(&HALF_A_LOGIN, at, message);
    match (&mail.user, &mail.password) {
        (Some(user), None) => {
            let finding = finding(user.span, "there is no password for this user");
            Some(finding.help("say under `password` where it is found, or leave `user` out"))
        }
        (None, Some(password)) => {
            let finding = finding(password.span, "there is no user for this password");
            Some(finding.help("write `user`, or leave `password` out"))
        }
        (Some(_), Some(_)) | (None, None) => None,
    }
}
