//! MS07xx: the project file.

use super::case::{Case, Change, case, sound_disk};
use minisync::{
    diagnostic::{SourceId, Sources, Span},
    manifest::{Context, Parsed},
};

/// The sound project with a policy for invitations.
macro_rules! policy {
    ($text:literal) => {
        (
            "environment: local",
            concat!("environment: local\npolicy: { invitations: { ", $text, " } }"),
        )
    };
}

/// The sound project with rails.
macro_rules! rails {
    ($text:literal) => {
        ("environment: local", concat!("environment: local\npolicy: { rails: { ", $text, " } }"))
    };
}

/// The sound project with a mail server for the embedded sandbox.
macro_rules! mail {
    ($text:literal) => {
        mail_from!($text, ", from: care@example.com")
    };
}

/// The same, saying whom the mail is from, or not.
macro_rules! mail_from {
    ($text:literal, $from:literal) => {
        (
            "local: { platform: sandbox }",
            concat!("local: { platform: sandbox, mail: { ", $text, $from, " } }"),
        )
    };
}

/// The sound project with a ledger.
macro_rules! ledger {
    ($url:literal) => {
        ("environment: local", concat!("environment: local\nledger: '", $url, "'"))
    };
}

pub(super) const CASES: &[Case] = &[
    NO_ENVIRONMENT,
    GLOB_FORM,
    IDLE_GLOB,
    VARIABLE_FORM,
    URL_FORM,
    URL_SECRET,
    UNPROTECTED,
    UNUSED,
    DURATION_FORM,
    OUT_OF_RANGE,
    NO_SIGNERS,
    SHARE_FORM,
    SMTP_FORM,
    SMTP_USER,
    SENDER_FORM,
    SERVED_MAIL,
    HALF_A_LOGIN,
    PLAIN_LOGIN,
    NO_SENDER,
    CERTIFICATE_OUTSIDE,
    LEDGER_FORM,
    LEDGER_PASSWORD,
];

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
const URL_SECRET: Case = case(
    719,
    &[("https://sandbox.example.com", "https://sandbox.example.com/a@b")],
    &[("https://sandbox.example.com", "https://sandbox.example.com/?token=s3cret")],
);
const UNPROTECTED: Case = case(
    706,
    &[("https://sandbox.example.com", "http://127.0.0.1:8080")],
    &[("https://sandbox.example.com", "http://sandbox.example.com")],
);
const UNUSED: Case = case(707, &[], &[("    url: https://sandbox.example.com\n", "")]);

const DURATION_FORM: Case = case(
    708,
    &[policy!("resendAfter: 1h30m, remindBefore: 1 day 2 hours")],
    &[policy!("resendAfter: 1 month, remindBefore: ''")],
);
const OUT_OF_RANGE: Case = case(
    709,
    &[policy!("maxResends: 0, resendAfter: 0s, remindBefore: 90d")],
    &[policy!("maxResends: 31, resendAfter: -1h, remindBefore: 91d")],
);
const NO_SIGNERS: Case = Case {
    code: 718,
    good: &[("environment: local", "environment: local\npolicy: { plans: {} }")],
    bad: &[("environment: local", "environment: local\npolicy: { plans: { signers: signres } }")],
    disk: no_signers,
};
const SHARE_FORM: Case = case(
    720,
    &[rails!("removals: { most: 0, share: 0% }, leastMasters: 0, keepPrograms: [x]")],
    &[rails!("removals: { share: 101% }")],
);
const SMTP_FORM: Case = case(
    710,
    &[mail!("smtp: 'smtp://mail.example.com:587?tls=opportunistic'")],
    &[mail!("smtp: 'smtp://mail.example.com?tls=requird'")],
);
const SMTP_USER: Case = case(
    711,
    &[mail!("smtp: smtps://mail.example.com")],
    &[mail!("smtp: 'smtps://me:s3cret@mail.example.com'")],
);
const SENDER_FORM: Case = case(
    712,
    &[mail_from!("smtp: smtps://mail.example.com", ", from: 幸福咖啡 <care@例子.中国>")],
    &[mail_from!("smtp: smtps://mail.example.com", ", from: 幸福咖啡")],
);
const SERVED_MAIL: Case = case(
    713,
    &[mail!("smtp: smtps://mail.example.com")],
    &[(
        "credential: { env: MINISYNC_TOKEN }",
        "credential: { env: MINISYNC_TOKEN }\n    mail: { smtp: smtps://mail.example.com }",
    )],
);
const HALF_A_LOGIN: Case = case(
    714,
    &[mail!("smtp: smtps://mail.example.com, user: me, password: { file: ~/smtp }")],
    &[mail!("smtp: smtps://mail.example.com, password: { file: ~/smtp }")],
);
const PLAIN_LOGIN: Case = case(
    715,
    &[mail!("smtp: smtp://127.0.0.1, user: me, password: { env: SMTP }")],
    &[mail!("smtp: smtp://mail.example.com, user: me, password: { env: SMTP }")],
);

const NO_SENDER: Case = case(
    716,
    &[mail!("smtp: smtps://mail.example.com")],
    &[mail_from!("smtp: smtps://mail.example.com", "")],
);
const CERTIFICATE_OUTSIDE: Case = case(
    717,
    &[mail!("smtp: smtps://mail.example.com, rootCertificate: ./mail/../ca.pem")],
    &[mail!("smtp: smtps://mail.example.com, rootCertificate: mail/../../ca.pem")],
);
const LEDGER_FORM: Case = case(
    730,
    &[ledger!("postgres://minisync@db.example.com:5432/minisync?sslmode=require")],
    &[ledger!("mysql://minisync@db.example.com/minisync")],
);
const LEDGER_PASSWORD: Case = case(
    731,
    &[ledger!("postgresql://minisync@[::1]:5432/minisync")],
    &[ledger!("postgres://minisync:s3cret@db.example.com/minisync")],
);

fn nothing_matches(sources: &Sources, parsed: &Parsed) -> Context {
    let idle_globs = place(sources, "\"*.yaml\"").into_iter().collect();
    Context { idle_globs, ..sound_disk(sources, parsed) }
}

fn no_signers(sources: &Sources, parsed: &Parsed) -> Context {
    let absent = place(sources, "signres").into_iter().collect();
    Context { absent, ..sound_disk(sources, parsed) }
}

/// Where the project file says that.
fn place(sources: &Sources, text: &str) -> Option<Span> {
    let (id, file) = sources.iter().find(|(_, one)| one.path == "minisync.yaml").unwrap();
    assert_ne!(id, SourceId(0));
    let at = file.text.find(text)?;
    Some(Span::new(id, at..at + text.len()))
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
fn whose_signatures_count_is_there_to_be_read() {
    insta::assert_snapshot!(NO_SIGNERS.told(), @r"
    error MS0718 minisync.yaml:13:29 [signres]
      there is no file `signres`, so nobody's signature counts
      help: put it there, with a line for each signer: an address and a public key, such as `ann@example.com ssh-ed25519 …`
    ");
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
fn a_server_s_address_holds_no_secret_and_none_is_repeated() {
    insta::assert_snapshot!(URL_SECRET.told(), @r"
    error MS0719 minisync.yaml:10:10 [https://sandbox.example.com/?token=s3cret]
      the address of a server must not hold a user, a password, or anything after a `?` or `#`
      help: leave it out, and write under `credential` where the token is found
    ");
    const ODD: [&[Change]; 4] = [
        &[("https://sandbox.example.com", "https://sandbox.example.com#s3cret")],
        &[("https://sandbox.example.com", "https://me:s3cret@sandbox.example.com")],
        &[("https://sandbox.example.com", "me:s3cret@sandbox.example.com")],
        &[("https://sandbox.example.com", "sandbox.example.com?token=s3cret")],
    ];
    for bad in ODD {
        drop(case(719, &[], bad).told());
    }
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

#[test]
fn a_duration_is_one() {
    insta::assert_snapshot!(DURATION_FORM.told(), @r"
    error MS0708 minisync.yaml:13:39 [1 month]
      `1 month` is not a duration
      help: write a number with its unit, for example `90m`, `12h` or `3d`
    error MS0708 minisync.yaml:13:62 ['']
      there is no duration here
      help: write a number with its unit, for example `90m`, `12h` or `3d`
    ");
}

#[test]
fn a_policy_is_within_reason() {
    insta::assert_snapshot!(OUT_OF_RANGE.told(), @r"
    error MS0709 minisync.yaml:13:38 [31]
      an invitation cannot be sent again 31 times
      help: write a number from 0 to 30
    error MS0709 minisync.yaml:13:55 [-1h]
      `-1h` is negative
      help: write a duration from `0s` to `90d`
    error MS0709 minisync.yaml:13:74 [91d]
      `91d` is longer than 90 days
      help: write a duration from `0s` to `90d`
    ");
}

#[test]
fn a_share_is_a_percentage() {
    insta::assert_snapshot!(SHARE_FORM.told(), @r"
    error MS0720 minisync.yaml:13:39 [101%]
      `101%` is not a percentage
      help: write a whole number from `0%` to `100%`
    ");
}

#[test]
fn rails_are_within_reason() {
    const OUT: &[Change] = &[rails!("removals: { most: -1 }, leastMasters: 101")];
    insta::assert_snapshot!(case(709, &[], OUT).told(), @r"
    error MS0709 minisync.yaml:13:38 [-1]
      a rail cannot be set to -1
      help: write a number from 0 to 100000
    error MS0709 minisync.yaml:13:58 [101]
      a rail cannot be set to 101
      help: write a number from 0 to 100
    ");
}

#[test]
fn who_and_what_is_kept_is_named_as_everywhere() {
    const ODD: &[Change] = &[rails!("keepMembers: [Mei <mei@example.com>], keepPrograms: [A_B]")];
    insta::assert_snapshot!(case(201, &[], ODD).told(), @r"
    error MS0204 minisync.yaml:13:34 [Mei <mei@example.com>]
      `Mei <mei@example.com>` is not an e-mail address
      help: the address alone is `mei@example.com`
      fix: write `mei@example.com`: minisync.yaml:13:34 [Mei <mei@example.com>] -> mei@example.com
    error MS0201 minisync.yaml:13:73 [A_B]
      the key `A_B` has `A` in it, and only a-z, 0-9 and `-` may be
      help: `a-b` would do
      fix: write `a-b`: minisync.yaml:13:73 [A_B] -> a-b
    ");
}

#[test]
fn a_mail_server_has_an_address() {
    insta::assert_snapshot!(SMTP_FORM.told(), @r"
    error MS0710 minisync.yaml:7:45 ['smtp://mail.example.com?tls=requird']
      `smtp://mail.example.com?tls=requird` is not the address of a mail server
      help: for example `smtp://mail.example.com:587?tls=required`
    ");
    const ODD: [&[Change]; 4] = [
        &[mail!("smtp: mail.example.com")],
        &[mail!("smtp: https://mail.example.com")],
        &[mail!("smtp: 'smtp://'")],
        &[mail!("smtp: 'smtps://mail.example.com?tls=opportunistic'")],
    ];
    for bad in ODD {
        drop(case(710, &[], bad).told());
    }
}

#[test]
fn a_mail_server_s_address_holds_no_secret_and_none_is_repeated() {
    insta::assert_snapshot!(SMTP_USER.told(), @r"
    error MS0711 minisync.yaml:7:45 ['smtps://me:s3cret@mail.example.com']
      the address of a mail server must not hold a user or a password
      help: write `user`, and under `password` where the password is found
    ");
    let odd = case(711, &[], &[mail!("smtp: me:s3cret@mail.example.com")]);
    insta::assert_snapshot!(odd.told(), @r"
    error MS0711 minisync.yaml:7:45 [me:s3cret@mail.example.com]
      the address of a mail server must not hold a user or a password
      help: write `user`, and under `password` where the password is found
    ");
}

#[test]
fn a_sender_has_an_address() {
    insta::assert_snapshot!(SENDER_FORM.told(), @r"
    error MS0712 minisync.yaml:7:77 [幸福咖啡]
      `幸福咖啡` has no e-mail address that mail can come from
      help: write `no-reply@example.com`, or `Mini programs <no-reply@example.com>`
    ");
}

#[test]
fn a_sandbox_server_sends_its_own_mail() {
    insta::assert_snapshot!(SERVED_MAIL.told(), @r"
    error MS0713 minisync.yaml:12:11 [{ smtp: smtps://mail.example.com }]
      a sandbox server sends its own mail
      minisync.yaml:10:10 [https://sandbox.example.com]: the server
      help: leave `mail` out, or leave `url` out for the embedded sandbox
    ");
}

#[test]
fn a_mail_server_is_given_both_user_and_password() {
    insta::assert_snapshot!(HALF_A_LOGIN.told(), @r"
    error MS0714 minisync.yaml:7:81 [{ file: ~/smtp }]
      there is no user for this password
      help: write `user`, or leave `password` out
    ");
    let user = case(714, &[], &[mail!("smtp: smtps://mail.example.com, user: me")]);
    insta::assert_snapshot!(user.told(), @r"
    error MS0714 minisync.yaml:7:77 [me]
      there is no password for this user
      help: say under `password` where it is found, or leave `user` out
    ");
}

#[test]
fn a_mail_server_s_password_travels_protected() {
    insta::assert_snapshot!(PLAIN_LOGIN.told(), @r"
    warning MS0715 minisync.yaml:7:45 [smtp://mail.example.com]
      everybody on the way to this server can read the password
      minisync.yaml:7:90 [{ env: SMTP }]: the password
      help: end the address with `?tls=required`, or begin it with `smtps://`
    ");
}

#[test]
fn a_mail_is_from_somebody() {
    insta::assert_snapshot!(NO_SENDER.told(), @r"
    error MS0716 minisync.yaml:7:45 [smtps://mail.example.com]
      nobody is named whom the mail is from
      help: add `from`, such as `Mini programs <no-reply@example.com>`
    ");
}

#[test]
fn a_mail_server_s_certificate_lies_below_the_project_file_or_has_an_absolute_path() {
    insta::assert_snapshot!(CERTIFICATE_OUTSIDE.told(), @r"
    error MS0717 minisync.yaml:7:88 [mail/../../ca.pem]
      `mail/../../ca.pem` is not a file below `minisync.yaml`
      help: put the certificate beside `minisync.yaml`, or write an absolute path
    ");
    const OUTSIDE: [&[Change]; 3] = [
        &[mail!("smtp: smtps://mail.example.com, rootCertificate: ../ca.pem")],
        &[mail!("smtp: smtps://mail.example.com, rootCertificate: ~/ca.pem")],
        &[mail!("smtp: smtps://mail.example.com, rootCertificate: .")],
    ];
    const ABSOLUTE: &[Change] =
        &[mail!("smtp: smtps://mail.example.com, rootCertificate: /etc/ssl/ca.pem")];
    for bad in OUTSIDE {
        drop(case(717, ABSOLUTE, bad).told());
    }
}
