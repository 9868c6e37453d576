//! `minisync.yaml`: what is not desired state.

use super::{ApiVersion, PolicyText, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What minisync must know of this project besides the desired state.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "Project file")]
pub struct ProjectDocument {
    /// The version of the file format.
    pub api_version: ApiVersion,
    /// What this document describes.
    pub kind: ProjectKind,
    /// The workspace of every manifest that names none. Left out: `default`.
    #[serde(default)]
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[schemars(example = &"acme")]
    pub workspace: Option<Spanned<String>>,
    /// The owner of the workspaces, who was there first and is on no roster.
    #[serde(default)]
    pub owner: Option<OwnerText>,
    /// Which files are manifests, as globs relative to this file. Left out: every `.yaml` and
    /// `.yml` file below it, except this one and what `.gitignore` names.
    #[serde(default)]
    #[schemars(example = ["manifests/**/*.yaml"])]
    pub manifests: Option<Vec<Spanned<String>>>,
    /// The platforms that the manifests can be applied to, by a name of your choice.
    #[serde(default)]
    pub environments: BTreeMap<Spanned<String>, Environment>,
    /// The environment to use when neither `--env` nor `MINISYNC_ENV` names one.
    #[serde(default)]
    #[schemars(example = &"local")]
    pub environment: Option<Spanned<String>>,
    /// Where minisync remembers platform ids and ownership between runs: a file, relative to this
    /// one, or a PostgreSQL server that a team shares. The password comes from `$PGPASSWORD` or
    /// `~/.pgpass`. What the embedded sandbox needs stays in `.minisync`. Left out:
    /// `.minisync/ledger.db`.
    #[serde(default)]
    #[schemars(length(min = 1), example = &".minisync/ledger.db")]
    #[schemars(example = &"postgres://minisync@db.example.com/minisync")]
    pub ledger: Option<Spanned<String>>,
    /// What minisync may do without being asked each time.
    #[serde(default)]
    pub policy: PolicyText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ProjectKind {
    /// The project file: environments, credentials and policy.
    Project,
}

/// The owner of the workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnerText {
    /// The owner's name.
    #[schemars(length(min = 1), example = &"An Owner")]
    pub name: Spanned<String>,
    /// The owner's e-mail address.
    #[schemars(regex(pattern = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), example = &"owner@example.com")]
    pub email: Spanned<String>,
}

/// A platform that the manifests can be applied to. `platform` says which kind it is, and which
/// other keys it has.
// The deserializer reads the variant from the key that this name gives after the colon: serde's own
// `tag` would buffer the mapping and lose every place in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename = "tag:platform", rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Environment", tag = "platform")]
pub enum Environment {
    /// The platform that minisync brings along: embedded, or a sandbox server.
    Sandbox(SandboxEnvironment),
}

/// The sandbox: embedded in minisync, or a server at a URL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SandboxEnvironment {
    /// The address of a sandbox server, with nothing secret in it. Left out: the embedded sandbox,
    /// kept in `.minisync/`.
    #[serde(default)]
    #[schemars(regex(pattern = "^https?://"), example = &"https://sandbox.example.com")]
    pub url: Option<Spanned<String>>,
    /// Where the access token of the account that minisync acts as is found.
    #[serde(default)]
    pub credential: Option<Spanned<Secret>>,
    /// Where the access tokens of masters are found, by their e-mail address: minisync needs one
    /// for each master that a manifest names in `createdBy`.
    #[serde(default)]
    pub masters: BTreeMap<Spanned<String>, Secret>,
    /// How the embedded sandbox sends its invitations. Left out: it lays them into a folder as
    /// files. A sandbox server sends its own.
    #[serde(default)]
    pub mail: Option<Spanned<MailText>>,
}

/// A mail server, and who the mail is from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MailText {
    /// The address of the mail server: `smtps://` for TLS from the start, `smtp://` with
    /// `?tls=required` for STARTTLS. Without user and password, which have their own keys.
    #[schemars(regex(pattern = "^smtps?://"))]
    #[schemars(example = &"smtp://mail.example.com:587?tls=required")]
    pub smtp: Spanned<String>,
    /// Who the mail is from: an address, or a name and an address in `<` and `>`. It has to be
    /// named.
    #[serde(default)]
    #[schemars(regex(pattern = r"[^@\s]+@[^@\s]+\.[^@\s]+"))]
    #[schemars(example = &"Mini programs <no-reply@example.com>")]
    pub from: Option<Spanned<String>>,
    /// The name by which the mail server knows us, where it wants one.
    #[serde(default)]
    #[schemars(example = &"no-reply@example.com")]
    pub user: Option<Spanned<String>>,
    /// Where the password for the mail server is found.
    #[serde(default)]
    pub password: Option<Spanned<Secret>>,
    /// The certificate that the mail server's was signed with, as PEM, where the system does not
    /// trust it: a path relative to `minisync.yaml` that stays below it, or an absolute one.
    #[serde(default)]
    #[schemars(length(min = 1), example = &"certificates/mail-ca.pem")]
    pub root_certificate: Option<Spanned<String>>,
}

/// Where a secret is found. Never the secret itself: manifests are in git.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Secret {
    /// The environment variable that holds the secret.
    #[schemars(example = &"MINISYNC_TOKEN")]
    Env(Spanned<String>),
    /// The file that holds the secret, relative to `minisync.yaml`; `~` is your home folder.
    #[schemars(example = &"~/.config/minisync/token")]
    File(Spanned<String>),
}
