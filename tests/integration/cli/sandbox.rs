//! The embedded sandbox's clock and mails, from the command line.

use crate::{sandbox::platform::Platform, stage::Stage};
use std::fs;

#[test]
fn three_days_pass_at_a_word_and_an_invitation_dies() {
    let stage = Stage::of("examples/master");
    assert_eq!(stage.minisync(&["apply", "--yes"]).status, 0);
    let moved = stage.minisync(&["sandbox", "clock", "+3d"]);
    assert!(moved.stdout.ends_with("Z, 3d ahead.\n"), "{moved:?}");
    let accepted = stage.minisync(&["sandbox", "accept", "--all"]);
    assert_eq!(accepted.stdout, "No invitation waits for anybody.\n");
    let back = stage.minisync(&["sandbox", "clock", "--advance=-3d 1h"]);
    assert!(back.stdout.ends_with("Z, 1h behind.\n"), "{back:?}");
    let shown = stage.minisync(&["sandbox", "clock"]);
    assert!(shown.stdout.ends_with("Z, 1h behind.\n"), "{shown:?}");
    let accepted = stage.minisync(&["sandbox", "accept", "--all"]);
    assert_eq!(accepted.stdout, "陈梅 <mei.chen@example.com> accepts the invitation to `acme`\n");
    let odd = stage.minisync(&["sandbox", "clock", "tomorrow"]);
    assert_eq!(odd.status, 1);
    assert!(odd.stderr.contains("`tomorrow` is not a length of time such as `3d`"), "{odd:?}");
}

#[test]
fn who_chooses_a_sandbox_that_somebody_serves_does_not_get_the_embedded_one() {
    let stage = Stage::of("examples/master");
    let path = stage.folder.path().join("minisync.yaml");
    let project = fs::read_to_string(&path).unwrap();
    let prod = "environments:
  prod: { platform: sandbox, url: \"https://sandbox.example.com/\" }
";
    let local = "  local: { platform: sandbox }\nenvironment: local\n";
    fs::write(&path, format!("{project}{prod}{local}")).unwrap();
    assert_eq!(stage.minisync(&["apply", "--yes"]).status, 0);
    let told = "error: environment `prod` is https://sandbox.example.com, and this is about the \
                embedded sandbox\nhelp: ";
    let by_name = "choose the embedded one with `--env local`\n";
    let by_url = "reach that one with `--url https://sandbox.example.com`, or ";
    for (command, help) in [
        ("reset --yes", by_name.to_owned()),
        ("accept --all", by_name.to_owned()),
        ("refuse --all", by_name.to_owned()),
        ("clock +3d", by_name.to_owned()),
        ("console", by_name.to_owned()),
        ("token mei.chen@example.com", by_name.to_owned()),
        ("mishap add limited", format!("{by_url}{by_name}")),
        ("mishap list", format!("{by_url}{by_name}")),
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let said = stage.minisync(&[&["sandbox", "--env", "prod"], &words[..]].concat());
        assert_eq!((said.status, said.stdout.as_str()), (1, ""), "{command}: {said:?}");
        assert_eq!(said.stderr, format!("{told}{help}"), "{command}");
    }
    let accepted = stage.minisync(&["sandbox", "accept", "--all", "--env=local"]);
    assert_eq!(accepted.stdout, "陈梅 <mei.chen@example.com> accepts the invitation to `acme`\n");

    fs::write(&path, format!("{project}{prod}")).unwrap();
    let alone = stage.minisync(&["sandbox", "reset", "--yes"]);
    let help = "no environment in minisync.yaml is embedded; one without a `url` is\n";
    assert_eq!((alone.status, alone.stderr), (1, format!("{told}{help}")));
}

#[test]
fn apply_says_where_the_mails_are_as_seen_from_where_one_stands() {
    let stage = Stage::of("examples/master");
    let below = stage.folder.path().join("logos");
    let mut command = std::process::Command::new("sh");
    let applied = stage.run(command.arg("-c").arg("cd logos && minisync apply --yes"));
    assert!(applied.stderr.ends_with("\n1 mail in ../.minisync/outbox\n"), "{applied:?}");
    let mails = fs::read_dir(below.join("../.minisync/outbox")).unwrap();
    assert_eq!(mails.count(), 1);
    let again = stage.minisync(&["apply", "--yes"]);
    assert!(!again.stderr.contains("mail"), "{again:?}");
}

#[test]
fn a_mail_that_the_projects_server_does_not_take_waits_and_is_told() {
    let stage = Stage::of("examples/master");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let path = stage.folder.path().join("minisync.yaml");
    let project = fs::read_to_string(&path).unwrap();
    let mail = format!("{{ smtp: \"smtp://{address}\", from: a@example.com }}");
    let local = format!("environments:\n  local: {{ platform: sandbox, mail: {mail} }}\n");
    fs::write(&path, format!("{project}{local}environment: local\n")).unwrap();
    let applied = stage.minisync(&["apply", "--yes"]);
    assert_eq!(applied.status, 0, "{applied:?}");
    let told = "\n0 mails sent by 127.0.0.1; 1 waits: Connection error: Connection refused";
    assert!(applied.stderr.contains(told), "{applied:?}");
    assert!(!stage.folder.path().join(".minisync/outbox").exists());
    let plan = stage.minisync(&["plan"]).stdout;
    let plan = plan.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plan.contains("the mail has not arrived: queued since "), "{plan}");
    assert!(plan.contains("tried 1×: Connection error: Connection refused"), "{plan}");
}

#[test]
fn a_password_for_a_mail_server_comes_from_the_environment() {
    let stage = Stage::of("examples/master");
    let served = stage.minisync(&[
        "sandbox",
        "serve",
        "--smtp=smtps://mail.example.com",
        "--mail-from=a@example.com",
        "--smtp-user=us",
    ]);
    assert_eq!(served.status, 64, "{served:?}");
    assert!(served.stderr.contains("put it into $MINISYNC_SMTP_PASSWORD"), "{served:?}");
}

#[test]
fn links_in_mails_lead_to_a_sandbox_or_none_is_served() {
    let stage = Stage::of("examples/master");
    let served = stage.minisync(&["sandbox", "serve", "--listen=0.0.0.0:0"]);
    assert_eq!(served.status, 64, "{served:?}");
    assert!(served.stderr.contains("--public-url"), "{served:?}");
    for (url, why) in [
        ("https://x.cn/sandbox", "a host of its own"),
        ("https://me:pass@x.cn", "a user or a password"),
        ("x.cn", "not a URL such as"),
    ] {
        let served = stage.minisync(&["sandbox", "serve", "--public-url", url]);
        assert_eq!(served.status, 64, "{served:?}");
        assert!(served.stderr.contains(why), "{served:?}");
    }
}

#[test]
fn who_only_looks_sends_no_mail() {
    let stage = Stage::of("examples/master");
    let outbox = stage.folder.path().join(".minisync/outbox");
    fs::create_dir_all(outbox.parent().unwrap()).unwrap();
    fs::write(&outbox, "in the way").unwrap();
    let applied = stage.minisync(&["apply", "--yes"]);
    assert!(applied.stderr.contains("\n0 mails in .minisync/outbox; 1 waits: cannot write to "));
    fs::remove_file(&outbox).unwrap();
    assert_eq!(stage.minisync(&["sandbox", "clock", "+1h"]).status, 0);
    for looks in [["plan"].as_slice(), &["status"], &["invitations"], &["access", "review"]] {
        let looked = stage.minisync(looks);
        assert_eq!(looked.status, 0, "{looked:?}");
        assert!(!outbox.exists(), "{looks:?}");
    }
    let applied = stage.minisync(&["apply", "--yes"]);
    assert!(applied.stderr.ends_with("\n1 mail in .minisync/outbox\n"), "{applied:?}");
}

#[test]
fn who_only_looks_needs_no_password_for_the_mail_server() {
    let stage = Stage::of("examples/master");
    let path = stage.folder.path().join("minisync.yaml");
    let project = fs::read_to_string(&path).unwrap();
    let mail = "{ smtp: smtps://mail.example.com, from: a@example.com, user: us, \
                password: { env: MINISYNC_NOT_SET } }";
    let local = format!("environments:\n  local: {{ platform: sandbox, mail: {mail} }}\n");
    fs::write(&path, format!("{project}{local}environment: local\n")).unwrap();
    assert_eq!(stage.minisync(&["plan"]).status, 0);
    let applied = stage.minisync(&["apply", "--yes"]);
    assert_eq!(applied.status, 1, "{applied:?}");
    assert!(applied.stderr.contains("no credential for the mail server"), "{applied:?}");
}

#[test]
fn a_served_sandbox_sends_mail_only_as_somebody() {
    let stage = Stage::of("examples/master");
    let served = stage.minisync(&["sandbox", "serve", "--smtp=smtps://mail.example.com"]);
    assert_eq!(served.status, 64, "{served:?}");
    assert!(served.stderr.contains("--mail-from"), "{served:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_served_sandbox_has_bad_days_on_its_operators_word() {
    let platform = Platform::start().await;
    let (url, token) = (platform.server.url().to_owned(), platform.operator().0);
    let said = tokio::task::spawn_blocking(move || {
        let stage = Stage::empty();
        let there = |verb: &[&str], token: &[&str]| {
            stage.minisync(&[&["sandbox", "mishap"], verb, &["--url", &url], token].concat())
        };
        let token = ["--operator-token", &token];
        [
            there(&["add", "reset"], &[]),
            there(&["add", "reset:after=1:times=2", "limited"], &token),
            there(&["list"], &token),
            there(&["clear"], &token),
            there(&["list"], &token),
            stage.minisync(&["sandbox", "serve", "--mishap", "rest"]),
        ]
    });
    let [nobody, added, listed, cleared, none, odd] = said.await.unwrap();
    assert_eq!(nobody.status, 64);
    assert!(nobody.stderr.contains("help: put the operator's token into"), "{nobody:?}");
    let told = "reset:after=1:times=2  lets 1 request pass, then hits 2 requests\n\
                limited  hits 1 request\n";
    assert_eq!((added.stdout.as_str(), listed.stdout.as_str()), (told, told));
    assert_eq!(cleared.stdout, "Nothing goes wrong any more.\n");
    assert_eq!(none.stdout, "Nothing is to go wrong.\n");
    assert_eq!((odd.status, odd.stderr.contains("did you mean `reset`?")), (64, true), "{odd:?}");
}
