//! Opening projects on a real disk.

use jiff::SignedDuration;
use minisync::{
    manifest::PROJECT_FILE,
    plan::{InvitationPolicy, Limit, OnEnd, Percent, Policy, Rails},
    project::{self, Environment, Ledger, MailSettings, Project, ProjectError, Secret},
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

const ROSTER: &str = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: {name: team}\n";
const PROJECT: &str = "apiVersion: minisync.dev/v1\nkind: Project\n";

/// A folder with these files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn open(folder: &TempDir, given: &[&str]) -> Result<Project, ProjectError> {
    let given: Vec<PathBuf> = given.iter().map(|path| folder.path().join(path)).collect();
    project::open(&given)
}

fn paths(project: &Project) -> Vec<&str> {
    project.sources.iter().map(|(_, source)| source.path.as_str()).collect()
}

#[test]
fn every_manifest_below_is_read_and_nothing_else() {
    let folder = folder(&[
        ("b.yaml", ROSTER),
        ("a/c.yml", ROSTER),
        ("a/notes.txt", ROSTER),
        (".github/workflows/ci.yaml", ROSTER),
        ("ignored.yaml", ROSTER),
        (".gitignore", "ignored.yaml\n"),
        ("compose.yaml", "services: {}\n"),
        ("empty.yaml", ""),
        ("other/minisync.yaml", PROJECT),
        ("other/team.yaml", ROSTER),
    ]);
    let project = open(&folder, &["."]).unwrap();
    assert_eq!(paths(&project), ["a/c.yml", "b.yaml", "empty.yaml"], "one is told to be empty");
    assert_eq!(project.n_others, 2);
}

#[test]
fn a_named_file_is_read_whatever_it_holds_and_the_rest_of_the_project_with_it() {
    let folder = folder(&[("compose.yaml", "services: {}\n"), ("team.yaml", ROSTER)]);
    let project = open(&folder, &["compose.yaml"]).unwrap();
    assert_eq!(paths(&project), ["compose.yaml", "team.yaml"]);
}

#[test]
fn no_manifest_at_all_says_what_was_looked_for() {
    let folder = folder(&[("compose.yaml", "services: {}\n")]);
    let error = open(&folder, &["."]).unwrap_err();
    let message = error.to_string().replace(&*real(folder.path()), "ROOT");
    insta::assert_snapshot!(message, @"no manifest in `ROOT` (one YAML file in it is something else)");
    insta::assert_snapshot!(error.help(), @r"
    looked for `.yaml` and `.yml` files with `apiVersion: minisync.dev/v1`; `minisync init` writes a starting point
    ");
    let error = open(&folder, &["nowhere"]).unwrap_err();
    assert!(matches!(error, ProjectError::Missing(_)), "{error}");
}

fn real(path: &Path) -> String {
    fs::canonicalize(path).unwrap().display().to_string()
}

#[test]
fn a_project_without_a_file_has_sound_defaults() {
    let folder = folder(&[("team.yaml", ROSTER)]);
    let project = open(&folder, &["."]).unwrap();
    assert!(!project.has_project_file());
    assert_eq!(project.settings.workspace.as_str(), "default");
    let kept = project.root().join(".minisync");
    assert_eq!(project.settings.ledger, Ledger::File(kept.join("ledger.db")));
    assert_eq!(
        project.environment(None),
        Ok(Environment::EmbeddedSandbox { folder: kept, mail: None })
    );
    assert_eq!(
        project.environment(Some("production")).unwrap_err().to_string(),
        "there is no environment `production`: `minisync.yaml` describes none"
    );
}

#[test]
fn the_project_is_found_from_below_and_read_whole() {
    let folder = folder(&[
        (PROJECT_FILE, "apiVersion: minisync.dev/v1\nkind: Project\nworkspace: acme\n"),
        ("programs/coffee.yaml", ROSTER),
        ("teams/team.yaml", ROSTER),
    ]);
    for given in ["teams", "teams/team.yaml", ".", PROJECT_FILE] {
        let project = open(&folder, &[given]).unwrap();
        assert_eq!(paths(&project), [PROJECT_FILE, "programs/coffee.yaml", "teams/team.yaml"]);
        assert_eq!(project.settings.workspace.as_str(), "acme");
    }
}

#[test]
fn globs_say_which_files_are_manifests() {
    let manifests = format!("{PROJECT}manifests: [\"teams/*.yaml\", .hidden/*.yaml]\n");
    let folder = folder(&[
        (PROJECT_FILE, &manifests),
        ("teams/a.yaml", "services: {}\n"),
        ("teams/deep/b.yaml", ROSTER),
        ("c.yaml", ROSTER),
        (".hidden/d.yaml", ROSTER),
        ("teams/.hidden/e.yaml", ROSTER),
    ]);
    let project = open(&folder, &["."]).unwrap();
    assert_eq!(paths(&project), [".hidden/d.yaml", PROJECT_FILE, "teams/a.yaml"]);
}

#[test]
fn a_policy_says_what_it_says_and_the_rest_is_as_without_one() {
    let policy = |text: &str| {
        let text = format!("{PROJECT}{text}");
        let folder = folder(&[(PROJECT_FILE, &text), ("team.yaml", ROSTER)]);
        open(&folder, &["."]).unwrap().settings.policy
    };
    let default = Policy::default();
    assert_eq!(policy(""), default);
    assert_eq!(policy("policy: { invitations: {}, members: {} }\n"), default);
    let defaults = "policy:
  invitations:
    onExpired: resend
    maxResends: 2
    resendAfter: 1h
    onRefused: report
    remindBefore: 12h
  members: { whoLeft: report }
";
    assert_eq!(policy(defaults), default);
    assert_eq!(
        policy(
            "policy:
  prune: true
  invitations:
    onExpired: report
    maxResends: 5
    resendAfter: 1h30m
    onRefused: reinvite
    remindBefore: 2d
  members: { whoLeft: reinvite }
  rails:
    removals: { most: 5, share: 50% }
    leastMasters: 2
    keepMembers: [mei@example.com]
    keepPrograms: [coffee]
"
        ),
        Policy {
            prune: true,
            invitations: InvitationPolicy {
                on_expired: OnEnd::Report,
                max_resends: 5,
                resend_after: SignedDuration::from_mins(90),
                on_refused: OnEnd::AskAgain,
                remind_before: SignedDuration::from_hours(48),
            },
            who_left: OnEnd::AskAgain,
            rails: Rails {
                removals: Limit { most: 5, share: Percent::new(50).unwrap() },
                least_masters: 2,
                keep_members: ["mei@example.com".parse().unwrap()].into(),
                keep_programs: ["coffee".parse().unwrap()].into(),
            },
        }
    );
}

#[test]
fn the_embedded_sandbox_may_have_a_mail_server() {
    let environments = "
environments:
  local:
    platform: sandbox
    mail:
      smtp: smtp://mail.example.com:587?tls=required
      from: Mini programs <no-reply@example.com>
      user: no-reply
      password: { file: secrets/smtp }
      rootCertificate: certificates/mail-ca.pem
";
    let text = format!("{PROJECT}{environments}");
    let folder = folder(&[(PROJECT_FILE, &text), ("team.yaml", ROSTER)]);
    let project = open(&folder, &["."]).unwrap();
    let root = project.root();
    let mail = MailSettings {
        smtp: "smtp://mail.example.com:587?tls=required".into(),
        from: "Mini programs <no-reply@example.com>".into(),
        user: Some("no-reply".into()),
        password: Some(Secret::File(root.join("secrets/smtp"))),
        root_certificate: Some(root.join("certificates/mail-ca.pem")),
    };
    assert_eq!(
        project.environment(None),
        Ok(Environment::EmbeddedSandbox { folder: root.join(".minisync"), mail: Some(mail) })
    );
}

#[test]
fn environments_name_secrets_and_never_hold_them() {
    let environments = "
owner: { name: An Owner, email: Owner@Example.com }
environments:
  local: { platform: sandbox }
  staging:
    platform: sandbox
    url: https://sandbox.example.com
    credential: { env: MINISYNC_TOKEN }
    masters:
      mei@example.com: { file: secrets/mei }
      lin@example.com: { file: ~/.config/lin }
";
    let folder =
        folder(&[(PROJECT_FILE, &format!("{PROJECT}{environments}")), ("team.yaml", ROSTER)]);
    let project = open(&folder, &["."]).unwrap();
    assert_eq!(project.settings.owner.as_ref().unwrap().email.as_str(), "owner@example.com");
    assert_eq!(
        project.environment(None).unwrap_err().to_string(),
        "`minisync.yaml` has several environments (local, staging), and none of them is the default"
    );
    let Ok(Environment::Sandbox(staging)) = project.environment(Some("staging")) else {
        panic!("staging is a server");
    };
    assert_eq!(staging.credential, Some(Secret::Env("MINISYNC_TOKEN".into())));
    let masters: Vec<&Secret> = staging.masters.values().collect();
    let mei = Secret::File(project.root().join("secrets/mei"));
    assert_eq!(masters, [&Secret::HomeFile(".config/lin".into()), &mei]);
}

/// Code, place and message of each finding.
fn findings(project: &Project) -> String {
    let loaded = project.load();
    let told = loaded.diagnostics().iter().map(|found| {
        format!("{} {} {}", found.code, project.sources.place(found.primary), found.message)
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_glob_that_names_nothing_is_told_at_its_place() {
    let manifests = format!("{PROJECT}manifests:\n  - teams.yaml\n  - team.yaml\n");
    let folder = folder(&[(PROJECT_FILE, &manifests), ("a.yaml", ROSTER), ("team.yaml", TEAM)]);
    insta::assert_snapshot!(findings(&open(&folder, &["."]).unwrap()), @"MS0703 minisync.yaml:4:5 `teams.yaml` names no file");
}

#[test]
fn whose_signatures_count_is_looked_for_in_the_repository_and_nowhere_else() {
    let outside = folder(&[]);
    let absolute = outside.path().join("signers").display().to_string();
    let told = |path: &str| {
        format!("MS0718 minisync.yaml:3:29 there is no file `{path}`, so nobody's signature counts")
    };
    for (signers, told, is_watched) in [
        ("signers", String::new(), true),
        ("keys/../signers", String::new(), true),
        (absolute.as_str(), String::new(), false),
        ("../signers", String::new(), false),
        ("keys", told("keys"), false),
        ("~/signers", told("~/signers"), false),
    ] {
        let project = format!("{PROJECT}policy: {{ plans: {{ signers: {signers} }} }}\n");
        let files = [(PROJECT_FILE, project.as_str()), ("team.yaml", TEAM), ("signers", "")];
        let folder = folder(&files);
        fs::create_dir(folder.path().join("keys")).unwrap();
        let project = open(&folder, &["."]).unwrap();
        assert_eq!(findings(&project), told);
        let root = fs::canonicalize(folder.path()).unwrap();
        let watched = project.watched();
        assert_eq!(watched.concerns(&root.join("signers")), is_watched, "{signers}");
        assert_eq!(watched.folders, [root].into(), "{signers}");
    }
}

const TEAM: &str = "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec: { members: [{ name: Mei, email: mei@example.com, role: master }] }
";

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_a_finding_and_the_others_are_read() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let outside = folder(&[("secret.yaml", TEAM)]);
    let folder = folder(&[("team.yaml", TEAM)]);
    let at = |name: &str| folder.path().join(name);
    symlink(outside.path().join("secret.yaml"), at("outside.yaml")).unwrap();
    symlink("team.yaml", at("inside.yaml")).unwrap();
    symlink("nowhere", at("gone.yaml")).unwrap();
    symlink("loop.yaml", at("loop.yaml")).unwrap();
    symlink("/dev/zero", at("zero.yaml")).unwrap();
    let _socket = UnixListener::bind(at("socket.yaml")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at("pipe.yaml")).status().unwrap().success());
    fs::write(at("gbk.yaml"), b"apiVersion: minisync.dev/v1 # \xd0\xd2\xb8\xa3\n").unwrap();
    fs::write(at("binary.yaml"), b"minisync.dev\0\x01\x02").unwrap();
    let utf16 =
        format!("\u{feff}{TEAM}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    fs::write(at("utf16.yaml"), utf16).unwrap();
    fs::write(at("bom.yaml"), format!("\u{feff}{}", TEAM.replace("team", "bom"))).unwrap();
    let crlf = TEAM.replace("team", "crlf").replace('\n', "\r\n");
    fs::write(at("crlf.yaml"), crlf).unwrap();
    insta::assert_snapshot!(findings(&open(&folder, &["."]).unwrap()), @r"
    MS0054 binary.yaml:1:1 the file has a NUL byte in it, so it is not a text
    MS0054 gbk.yaml:1:31 from here on the file is not UTF-8
    MS0051 gone.yaml:1:1 this is a link to a file that does not exist
    MS0051 loop.yaml:1:1 cannot be read: too many levels of symbolic links
    MS0055 outside.yaml:1:1 this is a link that leads out of the repository
    MS0052 pipe.yaml:1:1 this is a named pipe, and not a file
    MS0052 socket.yaml:1:1 this is a socket, and not a file
    MS0202 team.yaml:3:19 roster `team` is written twice in workspace `default`
    MS0054 utf16.yaml:1:1 the file is UTF-16, and manifests are UTF-8
    MS0052 zero.yaml:1:1 this is a device, and not a file
    ");

    let given = ["utf16.yaml", "pipe.yaml", "team.yaml"];
    let named = findings(&open(&folder, &given).unwrap());
    assert_eq!(named, findings(&open(&folder, &["."]).unwrap()), "a project is read whole");
}

/// With severities.
fn judged(project: &Project) -> String {
    let loaded = project.load();
    let told = loaded.diagnostics().iter().map(|found| {
        let place = project.sources.place(found.primary);
        format!("{:?} {} {place}", found.severity, found.code)
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_roster_that_was_emptied_or_garbled_is_told_and_other_peoples_yaml_is_not() {
    let mut files = vec![
        (PROJECT_FILE, PROJECT),
        ("team.yaml", TEAM),
        ("empty.yaml", ""),
        ("comments.yml", "# Nobody works here.\n---\n"),
        ("chart.yaml", "apiVersion: v1\nkind: Service\n"),
        ("list.yaml", "- 1\n"),
        (".gitignore", "vendor/\n"),
        ("vendor/empty.yaml", ""),
        (".hidden/empty.yaml", ""),
        ("other/minisync.yaml", PROJECT),
        ("other/empty.yaml", ""),
    ];
    let project = folder(&files);
    fs::write(project.path().join("binary.yaml"), b"\0\x01\x02").unwrap();
    fs::write(project.path().join("latin.yaml"), b"name: caf\xe9\n").unwrap();
    let foreign = "\u{feff}kind: Service\n".encode_utf16().flat_map(u16::to_le_bytes);
    fs::write(project.path().join("utf16.yaml"), foreign.collect::<Vec<_>>()).unwrap();
    let found = open(&project, &["."]).unwrap();
    insta::assert_snapshot!(judged(&found), @r"
    Warning MS0054 binary.yaml:1:1
    Warning MS0008 comments.yml:1:1
    Warning MS0008 empty.yaml:1:1
    Warning MS0054 latin.yaml:1:10
    ");
    assert!(found.load().into_valid().is_ok());
    assert_eq!((found.n_manifests(), found.n_others), (1, 7));
    let named: Vec<&str> = found.named().map(|(source, _)| source.path.as_str()).collect();
    assert_eq!(named, [PROJECT_FILE, "team.yaml"], "nothing else is formatted");
    assert!(found.unreadable().is_empty());
    let said: Vec<_> = found.said().iter().map(|(_, source)| source.path.clone()).collect();
    assert_eq!(said, [PROJECT_FILE, "team.yaml"], "nothing else is agreed to");
    // Who names a file means it.
    let named = open(&project, &["binary.yaml"]).unwrap();
    assert!(judged(&named).contains("Error MS0054 binary.yaml:1:1"), "{}", judged(&named));

    files.retain(|(name, _)| *name != "team.yaml");
    let nothing = open(&folder(&files), &["."]).unwrap_err();
    assert!(matches!(nothing, ProjectError::NoManifests { .. }), "nothing is asked for: {nothing}");
}

#[test]
fn what_is_garbled_and_perhaps_not_ours_silences_no_finding() {
    let program = with_logo("coffee", "none.png");
    let roster = TEAM.replace("role: master", "role: developer, miniPrograms: [cofee]");
    let folder = folder(&[("coffee.yaml", &program), ("team.yaml", &roster)]);
    let before = findings(&open(&folder, &["."]).unwrap());
    assert!(before.contains("cofee"), "{before}");
    fs::write(folder.path().join("cofee.yaml"), b"\0").unwrap();
    let after = findings(&open(&folder, &["."]).unwrap());
    let told = "MS0054 cofee.yaml:1:1 the file has a NUL byte in it, so it is not a text\n";
    assert_eq!(after.replace(told, ""), before);
}

#[test]
fn a_file_of_more_than_50_mb_is_not_kept() {
    let folder = folder(&[("team.yaml", TEAM)]);
    let large = fs::File::create(folder.path().join("large.yaml")).unwrap();
    large.set_len(project::MAX_MANIFEST_BYTES + 1).unwrap();
    let project = open(&folder, &["large.yaml"]).unwrap();
    insta::assert_snapshot!(findings(&project), @"MS0053 large.yaml:1:1 the file is larger than 50 MB");
    let kept = project.sources.iter().map(|(_, source)| source.text.len()).sum::<usize>();
    assert_eq!(kept, TEAM.len(), "of the other one");
    assert_eq!(open(&folder, &["."]).unwrap().n_others, 1);
}

#[test]
fn who_names_a_file_hears_of_it_and_of_what_has_to_do_with_it() {
    let folder = folder(&[
        (PROJECT_FILE, PROJECT),
        ("a/team.yaml", TEAM),
        ("b/team.yaml", TEAM),
        ("c.yaml", "apiVersion: minisync.dev/v1\n"),
    ]);
    let heard = |given: &str| -> Vec<String> {
        let project = open(&folder, &[given]).unwrap();
        let loaded = project.load();
        let asked = loaded.diagnostics().iter().filter(|found| project.is_asked_about(found));
        asked.map(|found| project.sources.place(found.primary)).collect()
    };
    assert_eq!(heard("."), ["b/team.yaml:3:19", "c.yaml:1:1"]);
    assert_eq!(heard("a"), ["b/team.yaml:3:19"]);
    assert_eq!(heard("b/team.yaml"), ["b/team.yaml:3:19"]);
    assert_eq!(heard("c.yaml"), ["c.yaml:1:1"]);
    assert!(heard("minisync.yaml").len() == 2);
}

/// A program whose logo is this.
fn with_logo(key: &str, logo: &str) -> String {
    format!(
        "---
apiVersion: minisync.dev/v1
kind: MiniProgram
metadata: {{ name: {key} }}
spec:
  name: coffee-{key}
  releaseTo: [alipay-cn]
  defaultLanguage: en-US
  listing:
    tagline: Good coffee every day
    description: A cup of good coffee every day
    logo: {logo}
    industry: coffee
    customerService: {{ phone: 0571-8888888, email: care@example.com }}
"
    )
}

#[cfg(unix)]
#[test]
fn a_logo_is_looked_at_only_inside_the_repository() {
    use std::os::unix::fs::symlink;
    let png = fs::read("examples/broken/logos/square.png").unwrap();
    let outside = folder(&[]);
    fs::write(outside.path().join("logo.png"), &png).unwrap();
    let logos = [
        ("sound", "../logos/logo"),
        ("twice", "./../logos/logo"),
        ("linked", "../logos/inside"),
        ("folder", "../logos"),
        ("link-out", "../logos/outside"),
        ("climbs", "../../logo.png"),
        ("climbs-far", "../../../../../../../../../../logo.png"),
        ("absolute", "/dev/zero"),
        ("device", "../logos/zero"),
        ("misspelt", "../logos/logoo"),
    ];
    let text: String = logos.iter().map(|(key, logo)| with_logo(key, logo)).collect();
    let folder = folder(&[("programs/all.yaml", &text), ("logos/none", "")]);
    let at = |name: &str| folder.path().join("logos").join(name);
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(at("logo"), &png).unwrap();
    symlink("logo", at("inside")).unwrap();
    symlink(outside.path().join("logo.png"), at("outside")).unwrap();
    symlink("/dev/zero", at("zero")).unwrap();
    // The project is a folder of the repository, and may use logos of the whole of it.
    let project = open(&folder, &["programs"]).unwrap();
    let found = findings(&project);
    let logos: Vec<&str> = found.lines().filter(|line| line.contains("MS040")).collect();
    insta::assert_snapshot!(logos.join("\n"), @r"
    MS0403 all.yaml:54:11 the logo `../logos` is a folder, and not a file
    MS0404 all.yaml:68:11 the logo `../logos/outside` is a link that leads out of the repository
    MS0404 all.yaml:82:11 the logo `../../logo.png` is outside of the repository
    MS0404 all.yaml:96:11 the logo `../../../../../../../../../../logo.png` is outside of the repository
    MS0404 all.yaml:110:11 the logo `/dev/zero` is an absolute path
    MS0403 all.yaml:124:11 the logo `../logos/zero` is a device, and not a file
    MS0403 all.yaml:138:11 the logo `../logos/logoo` does not exist
    ");
    let watched = project.watched();
    let root = fs::canonicalize(folder.path()).unwrap();
    assert!(watched.folders.contains(&root.join("logos")));
    for (path, concerns) in [
        ("logos/logo", true),
        ("logos/other", false),
        ("programs/new.yml", true),
        ("programs/.gitignore", true),
        ("programs/minisync.yaml", true),
        ("programs/.minisync/ledger.yaml", false),
    ] {
        assert_eq!(watched.concerns(&root.join(path)), concerns, "{path}");
    }
}
