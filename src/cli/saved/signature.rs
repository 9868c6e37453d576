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

/// Refuses a plan that nobody has signed whom the file allows to.
pub(super) fn require(file: &SavedFile, signers: &Path) -> Result<(), CliError> {
    if let Err(why) = fs::metadata(signers) {
        let message = format!("cannot read the allowed signers {}: {why}", signers.display());
        return Err(CliError::failed(message).help(
            "each line of that file is an address and a public key: `ann@example.com ssh-ed25519 …`",
        ));
    }
    let plan = file.path.display();
    let refused = |why: String| {
        let help = format!(
            "somebody in {} signs it: `ssh-keygen -Y sign -n {NAMESPACE} -f KEY {plan}`",
            signers.display()
        );
        let message = format!("{plan} must be signed, and {why}; nothing was done");
        Err(CliError::new(ExitStatus::Refused, message).help(help))
    };
    match found(file, Some(signers)) {
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
pub(super) fn found(file: &SavedFile, signers: Option<&Path>) -> Signature {
    let beside = beside(&file.path);
    if !beside.exists() {
        return Signature::Missing;
    }
    look(&beside, &file.bytes, signers)
        .unwrap_or_else(|why| Signature::Unchecked { why: not_run(&why) })
}

fn look(beside: &Path, text: &[u8], signers: Option<&Path>) -> io::Result<Signature> {
    let mut command = keygen(&["-Y", "check-novalidate", "-n", NAMESPACE, "-s"]);
    let checked = fed(command.arg(beside), text)?;
    if !checked.status.success() {
        return Ok(Signature::Bad { why: why(&checked) });
    }
    let said = String::from_utf8_lossy(&checked.stdout);
    let key = said.split_whitespace().last().unwrap_or_default().to_owned();
    let Some(signers) = signers else { return Ok(Signature::Valid { key }) };
    let mut command = keygen(&["-Y", "find-principals", "-s"]);
    let principals = fed(command.arg(beside).arg("-f").arg(signers), b"")?;
    let mut reason = None;
    for signer in String::from_utf8_lossy(&principals.stdout).lines() {
        let mut command = keygen(&["-Y", "verify", "-n", NAMESPACE, "-I", signer, "-s"]);
        let verified = fed(command.arg(beside).arg("-f").arg(signers), text)?;
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
            format!("the key {key} that signed it is not in {}", signers.display())
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
