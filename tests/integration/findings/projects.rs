//! MS07xx: the project file.

use super::case::{Case, case, sound_disk};
use minisync::{
    diagnostic::{SourceId, Sources, Span},
    manifest::{Context, Parsed},
};

pub(super) const CASES: &[Case] =
    &[NO_ENVIRONMENT, GLOB_FORM, IDLE_GLOB, VARIABLE_FORM, URL_FORM, UNPROTECTED, UNUSED];

const NO_ENVIRONMENT: Case = case(
    701,
    &[("environment: local", "environment: staging")],
    &[("environment: local", "environment: stagging")],
);
const GLOB_FORM: Case = case(
    702,
    &[("[\"*.yaml\"]", "[\"**/*.{yaml,yml}\", a/b.yaml]")],
    &[("[\"*.yaml\"]", "[\"*.{yaml\"]")],
);
const IDLE_GLOB: Case = Case { disk: nothing_matches, ..case(703, &[], &[]) };
const VARIABLE_FORM: Case =
    case(704, &[("MINISYNC_TOKEN", "_token2")], &[("MINISYNC_TOKEN", "sk-12345")]);
const URL_FORM: Case = case(
    705,
    &[("https://sandbox.example.com", "https://sandbox.example.com:8443/api")],
    &[("https://sandbox.example.com", "sandbox.example.com")],
);
const UNPROTECTED: Case = case(
    706,
    &[("https://sandbox.example.com", "http://127.0.0.1:8080")],
    &[("https://sandbox.example.com", "http://sandbox.example.com")],
);
const UNUSED: Case = case(707, &[], &[("    url: https://sandbox.example.com\n", "")]);

fn nothing_matches(sources: &Sources, parsed: &Parsed) -> Context {
    let (id, file) = sources.iter().find(|(_, one)| one.path == "minisync.yaml").unwrap();
    let at = file.text.find("\"*.yaml\"").unwrap();
    assert_ne!(id, SourceId(0));
    let idle_globs = [Span::new(id, at..at + "\"*.yaml\"".len())].into();
    Context { idle_globs, ..sound_disk(sources, parsed) }
}

#[test]
fn the_default_environment_is_one_of_them() {
    insta::assert_snapshot!(NO_ENVIRONMENT.told(), @r"
    error MS0701 minisync.yaml:12:14 [stagging]
      there is no environment `stagging`
      help: did you mean `staging`?
      fix: write `staging`: minisync.yaml:12:14 [stagging] -> staging
    ");
}

#[test]
fn a_glob_is_one() {
    insta::assert_snapshot!(GLOB_FORM.told(), @r#"
    error MS0702 minisync.yaml:5:13 ["*.{yaml"]
      `*.{yaml` is not a glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
      help: for example `manifests/**/*.yaml`
    "#);
}

#[test]
fn a_glob_names_files() {
    insta::assert_snapshot!(IDLE_GLOB.told(), @r#"
    error MS0703 minisync.yaml:5:13 ["*.yaml"]
      `*.yaml` names no file
      help: globs are relative to `minisync.yaml`; `**/*.yaml` reaches every folder
    "#);
}

#[test]
fn a_secret_is_named_and_never_repeated() {
    insta::assert_snapshot!(VARIABLE_FORM.told(), @r"
    error MS0704 minisync.yaml:11:24 [sk-12345]
      this is not the name of an environment variable
      help: name the variable, for example `MINISYNC_TOKEN`; never write the secret
    ");
}

#[test]
fn an_address_is_a_url() {
    insta::assert_snapshot!(URL_FORM.told(), @r"
    error MS0705 minisync.yaml:10:10 [sandbox.example.com]
      `sandbox.example.com` is not the address of a server
      help: for example `https://sandbox.example.com`
    ");
}

#[test]
fn a_credential_travels_protected() {
    insta::assert_snapshot!(UNPROTECTED.told(), @r"
    warning MS0706 minisync.yaml:10:10 [http://sandbox.example.com]
      over `http://`, everybody on the way can read the credential
      minisync.yaml:11:17 [{ env: MINISYNC_TOKEN }]: the credential
      help: use `https://`
    ");
}

#[test]
fn the_embedded_sandbox_needs_no_credential() {
    insta::assert_snapshot!(UNUSED.told(), @r"
    warning MS0707 minisync.yaml:10:17 [{ env: MINISYNC_TOKEN }]
      the embedded sandbox needs no credential
      help: leave it out, or name a server with `url`
    ");
}
