//! Signatures with SSH keys, as `ssh-keygen -Y` makes and checks them.
//!
//! The program and not a library, so that agents, hardware keys and certificates work.

use super::SavedFile;
use crate::{
    cli::{error::CliError, exit::ExitStatus},
    report::saved::Signature,
};
use std::{
    ffi::OsString,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::NamedTempFile;

/// What a signature is for: one that was made for something else counts for nothing here.
pub(super) const NAMESPACE: &str = "minisync-plan";

/// `plan.json.sig`
pub(super) fn beside(plan: &Path) -> PathBuf {
    let mut name = OsString::from(plan);
    name.push(".sig");
    PathBuf::from(name)
}

/// Whether a file is a signature, of whatever.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"-----BEGIN SSH SIGNATURE-----")
}

/// With a private key, or with a public one whose private half an agent has.
pub(super) fn sign(key: &Path, text: &[u8]) -> Result<Vec<u8>, CliError> {
    let mut command = keygen(&["-q", "-Y", "sign", "-n", NAMESPACE, "-f"]);
    // A key may ask for its phrase, or to be touched.
    command.arg(key).stderr(Stdio::inherit());
    let output = fed(&mut command, text).map_err(|why| CliError::failed(not_run(&why)))?;
    if output.status.success() && !output.stdout.is_empty() {
        return Ok(output.stdout);
    }
    let message = format!("the plan could not be signed with {}; it was not saved", key.display());
    Err(CliError::failed(message)
        .help("name a private key, or a public one whose private half ssh-agent has"))
}

/// Whose signatures count: what was read of a file once, for it may be a pipe.
pub(super) struct Signers {
    name: String,
    copy: NamedTempFile,
}

impl Signers {
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let name = path.display().to_string();
        let unusable = |why: String| {
            CliError::failed(format!("cannot use the allowed signers {name}: {why}")).help(
                "each line of that file is an address and a public key: `ann@example.com \
                 ssh-ed25519 …`",
            )
        };
        let text = fs::read(path).map_err(|why| unusable(why.to_string()))?;
        let told = String::from_utf8_lossy(&text);
        let mut lines = told.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        // An address, perhaps options, the kind of key, and the key.
        if !lines.any(|line| line.split_whitespace().count() > 2 && !line.starts_with("-----")) {
            return Err(unusable("nobody is named in it".to_owned()));
        }
        let copy = NamedTempFile::new().and_then(|mut copy| {
            copy.write_all(&text)?;
            Ok(copy)
        });
        let copy = copy.map_err(|why| unusable(why.to_string()))?;
        Ok(Self { name, copy })
    }
}

/// Refuses a plan that nobody has signed whom the file allows to.
pub(super) fn require(file: &SavedFile, signers: &Path) -> Result<(), CliError> {
    let signers = Signers::read(signers)?;
    let plan = file.path.display();
    let refused = |why: String| {
        let help = format!(
            "somebody in {} signs it: `ssh-keygen -Y sign -n {NAMESPACE} -f KEY {plan}`",
            signers.name
        );
        let message = format!("{plan} must be signed, and {why}; nothing was done");
        Err(CliError::new(ExitStatus::Refused, message).help(help))
    };
    match found(file, Some(&signers)) {
        Signature::Good { .. } => Ok(()),
        Signature::Missing => refused("nobody has signed it".to_owned()),
        Signature::Valid { key } => refused(format!("nobody knows the key {key}")),
        Signature::Bad { why } => refused(why),
        Signature::Unchecked { why } => {
            Err(CliError::failed(format!("cannot check who signed {plan}: {why}")))
        }
    }
}

/// What can be found out of the signature beside a plan.
pub(super) fn found(file: &SavedFile, signers: Option<&Signers>) -> Signature {
    let beside = beside(&file.path);
    if !beside.exists() {
        return Signature::Missing;
    }
    look(&beside, &file.bytes, signers)
        .unwrap_or_else(|why| Signature::Unchecked { why: not_run(&why) })
}

fn look(beside: &Path, text: &[u8], signers: Option<&Signers>) -> io::Result<Signature> {
    let mut command = keygen(&["-Y", "check-novalidate", "-n", NAMESPACE, "-s"]);
    let checked = fed(command.arg(beside), text)?;
    if !checked.status.success() {
        return Ok(Signature::Bad { why: why(&checked) });
    }
    let said = String::from_utf8_lossy(&checked.stdout);
    let key = said.split_whitespace().last().unwrap_or_default().to_owned();
    let Some(signers) = signers else { return Ok(Signature::Valid { key }) };
    let mut command = keygen(&["-Y", "find-principals", "-s"]);
    let principals = fed(command.arg(beside).arg("-f").arg(signers.copy.path()), b"")?;
    let mut reason = None;
    for signer in String::from_utf8_lossy(&principals.stdout).lines() {
        let mut command = keygen(&["-Y", "verify", "-n", NAMESPACE, "-I", signer, "-s"]);
        let verified = fed(command.arg(beside).arg("-f").arg(signers.copy.path()), text)?;
        if verified.status.success() {
            return Ok(Signature::Good { signer: signer.to_owned(), key });
        }
        reason.get_or_insert_with(|| why(&verified));
    }
    let stranger = || match last_line(&principals) {
        Some(said) if !said.starts_with("No principal matched") => {
            format!("whoever signed it is not let: {said}")
        }
        Some(_) | None => {
            format!("the key {key} that signed it is not in {}", signers.name)
        }
    };
    Ok(Signature::Bad { why: reason.unwrap_or_else(stranger) })
}

fn keygen(args: &[&str]) -> Command {
    let mut command = Command::new("ssh-keygen");
    // What it says is told apart by its words.
    command.args(args).env("LC_ALL", "C");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn fed(command: &mut Command, text: &[u8]) -> io::Result<Output> {
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // It says itself why it did not want to read on.
        stdin.write_all(text).unwrap_or_default();
    }
    child.wait_with_output()
}

fn why(output: &Output) -> String {
    let said = last_line(output).unwrap_or_default();
    if said.contains("incorrect signature") {
        "it is not as it was signed".to_owned()
    } else if said.contains("namespace does not match") {
        format!("its signature was made for something else than `{NAMESPACE}`")
    } else {
        format!("its signature is none that counts: {said}")
    }
}

fn last_line(output: &Output) -> Option<String> {
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines().map(str::trim).rfind(|line| !line.is_empty()).map(str::to_owned)
}

fn not_run(why: &io::Error) -> String {
    if why.kind() == io::ErrorKind::NotFound {
        "there is no `ssh-keygen` program; it comes with OpenSSH's client".to_owned()
    } else {
        format!("ssh-keygen could not be run: {why}")
    }
}
