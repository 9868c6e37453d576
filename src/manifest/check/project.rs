//! The project file.

use super::{
    Census, CheckInput,
    closest::{Closest, meant},
    quote::quoted,
    url::Url,
};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{Environment, ProjectDocument, SandboxEnvironment, Secret, Spanned},
        yaml,
    },
};

pub(super) const CODES: &[CodeInfo] = &[
    NO_ENVIRONMENT,
    GLOB_FORM,
    IDLE_GLOB,
    VARIABLE_FORM,
    URL_FORM,
    URL_SECRET,
    UNPROTECTED,
    UNUSED,
];

const NO_ENVIRONMENT: CodeInfo = CodeInfo {
    code: Code(701),
    title: "the default environment is none of the environments",
    explanation: "`environment` names the one of `environments` that serves when neither `--env` \
        nor `MINISYNC_ENV` does. Without any, the embedded sandbox serves.",
    source: "a decision of minisync",
};
const GLOB_FORM: CodeInfo = CodeInfo {
    code: Code(702),
    title: "a glob under `manifests` is not a glob",
    explanation: "`*` stands for any characters but `/`, `**` for any folders, `?` for one \
        character, `[ab]` for one of several and `{a,b}` for one of several words.",
    source: "a decision of minisync, after .gitignore",
};
const IDLE_GLOB: CodeInfo = CodeInfo {
    code: Code(703),
    title: "a glob under `manifests` names no file",
    explanation: "What a mistyped glob leaves out is not asked for any more, and a plan would want \
        to take it away. Globs are relative to the project file; hidden files and folders are \
        reached only by globs that name them, and what `.gitignore` names is never reached.",
    source: "a decision of minisync",
};
const VARIABLE_FORM: CodeInfo = CodeInfo {
    code: Code(704),
    title: "a secret's `env` is not the name of an environment variable",
    explanation: "Manifests are in git and never hold a secret, only the place where it is found. \
        If a secret stands here, it is in the history already: take it back where it was issued.",
    source: "a decision of minisync; POSIX.1, 8.1 Environment Variable Definition",
};
const URL_FORM: CodeInfo = CodeInfo {
    code: Code(705),
    title: "a sandbox server's address is not a URL",
    explanation: "The address begins with `https://` (or `http://`), and a host follows.",
    source: "RFC 3986",
};
const URL_SECRET: CodeInfo = CodeInfo {
    code: Code(719),
    title: "a sandbox server's address has room for a secret in it",
    explanation: "Addresses are told in plans and kept in the ledger, and manifests are in git: none \
        of them holds a secret. So an address has no user, no password, and nothing after a `?` or \
        `#`; `credential` names the place where the token is found. If a secret stands here, it is \
        in the history already: take it back where it was issued.",
    source: "a decision of minisync; RFC 3986, 3.2.1 User Information",
};
const UNPROTECTED: CodeInfo = CodeInfo {
    code: Code(706),
    title: "a credential would travel unprotected",
    explanation: "Over `http://` everybody on the way can read the credential. Only a server on \
        this machine is an exception.",
    source: "RFC 6750, 5.3: bearer tokens are sent over TLS",
};
const UNUSED: CodeInfo = CodeInfo {
    code: Code(707),
    title: "a credential is given to the embedded sandbox",
    explanation: "The embedded sandbox makes its own credentials. `credential` and `masters` are for \
        a server, whose address `url` names.",
    source: "a decision of minisync",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let Some(project) = input.project else { return };
    found.extend(no_environment(project));
    for glob in project.manifests.iter().flatten() {
        found.extend(misglobbed(glob));
        if input.context.idle_globs.contains(&glob.span) {
            let message = format!("{} names no file", quoted(glob));
            let help = "globs are relative to `minisync.yaml`; `**/*.yaml` reaches every folder";
            found.push(Diagnostic::error(&IDLE_GLOB, glob.span, message).help(help));
        }
    }
    for Environment::Sandbox(sandbox) in project.environments.values() {
        let secrets = sandbox.credential.iter().map(|credential| &credential.value);
        let mail = sandbox.mail.iter().filter_map(|mail| Some(&mail.password.as_ref()?.value));
        found.extend(secrets.chain(sandbox.masters.values()).chain(mail).filter_map(misnamed));
        found.extend(address(sandbox));
    }
}

fn no_environment(project: &ProjectDocument) -> Option<Diagnostic> {
    let named = project.environment.as_ref()?;
    let known = || project.environments.keys().map(|name| name.as_str());
    if known().any(|name| name == named.value) {
        return None;
    }
    let message = format!("there is no environment {}", quoted(named));
    let finding = Diagnostic::error(&NO_ENVIRONMENT, named.span, message);
    Some(match Closest::new().to(named, known()) {
        Some(word) => finding.help(meant(word)).fix(
            named.span,
            yaml::written(word),
            format!("write `{word}`"),
        ),
        None => finding.help("describe it under `environments`, or leave `environment` out"),
    })
}

fn misglobbed(glob: &Spanned<String>) -> Option<Diagnostic> {
    let error = globset::Glob::new(glob).err()?;
    let message = format!("{} is not a glob: {}", quoted(glob), error.kind());
    let finding = Diagnostic::error(&GLOB_FORM, glob.span, message);
    Some(finding.help("for example `manifests/**/*.yaml`"))
}

/// The message must not repeat what may be a secret.
fn misnamed(secret: &Secret) -> Option<Diagnostic> {
    let Secret::Env(name) = secret else { return None };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_name {
        return None;
    }
    let message = "this is not the name of an environment variable";
    let finding = Diagnostic::error(&VARIABLE_FORM, name.span, message).secret();
    Some(finding.help("name the variable, for example `MINISYNC_TOKEN`; never write the secret"))
}

/// The message must not repeat what may be a secret.
fn no_secret(url: &Spanned<String>) -> Diagnostic {
    let message = "the address of a server must not hold a user, a password, or anything after a \
                   `?` or `#`";
    Diagnostic::error(&URL_SECRET, url.span, message)
        .secret()
        .help("leave it out, and write under `credential` where the token is found")
}

fn address(sandbox: &SandboxEnvironment) -> Option<Diagnostic> {
    let SandboxEnvironment { url, credential, masters, mail: _ } = sandbox;
    let secret = credential.as_ref().map(|credential| credential.span);
    let secret = secret.or_else(|| masters.keys().map(|email| email.span).min());
    let Some(url) = url else {
        let message = "the embedded sandbox needs no credential";
        let finding = Diagnostic::warning(&UNUSED, secret?, message);
        return Some(finding.help("leave it out, or name a server with `url`"));
    };
    let parsed = Url::parse(url);
    let has_user = parsed.map_or(url.contains('@'), |parsed| parsed.has_user);
    if has_user || url.contains(['?', '#']) {
        return Some(no_secret(url));
    }
    let parsed = parsed.filter(|url| matches!(url.scheme, "http" | "https"));
    let Some(parsed) = parsed else {
        let message = format!("{} is not the address of a server", quoted(url));
        let finding = Diagnostic::error(&URL_FORM, url.span, message);
        return Some(finding.help("for example `https://sandbox.example.com`"));
    };
    let is_open = parsed.scheme == "http" && !parsed.is_this_machine();
    let finding = || {
        let message = "over `http://`, everybody on the way can read the credential";
        Diagnostic::warning(&UNPROTECTED, url.span, message)
    };
    secret
        .filter(|_| is_open)
        .map(|secret| finding().related(secret, "the credential").help("use `https://`"))
}
