//! `minisync sandbox`: the platform that minisync brings along.

pub(super) mod args;
mod clock;
mod console;
mod mishap;
mod place;

use super::{
    Site,
    confirm::confirmed,
    connect::{DATA, Doors, Embedded, OUTBOX, PLATFORM},
    error::CliError,
    exit::ExitStatus,
    ledger, show, workplace,
};
use crate::{
    engine,
    model::Email,
    platform::sandbox as wire,
    provider::fresh_key,
    report,
    sandbox::{self, Config, Data, Delivery, Smtp, Token},
};
use args::SandboxCommand;
use place::{Place, Reach};
use reqwest::Method;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

/// SQLite keeps these beside a database.
const COMPANIONS: [&str; 3] = ["", "-wal", "-shm"];

pub(super) fn run(
    args: &args::Sandbox,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    match &args.command {
        SandboxCommand::Serve(args) => super::runtime()?.block_on(serve(args, site, out)),
        SandboxCommand::Console(args) => console::run(args, site, out),
        SandboxCommand::Token(args) => console::token(args, site, out),
        SandboxCommand::Reset(args) => reset(args, site, out),
        SandboxCommand::Accept(args) => answer((args, site), "accept", out),
        SandboxCommand::Refuse(args) => answer((args, site), "refuse", out),
        SandboxCommand::Clock(args) => clock::run(args, site, out),
        SandboxCommand::Mishap(args) => mishap::run(args, site, out),
    }
}

async fn serve(
    args: &args::Serve,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    if args.public_url.is_none() && !args.listen.ip().is_loopback() {
        let message = format!("links in mails would not lead to a sandbox at `{}`", args.listen);
        return Err(CliError::new(ExitStatus::Usage, message)
            .help("say where people find it with `--public-url`, as https://sandbox.example.com"));
    }
    let delivery = delivery(args, site)?;
    let config = Config {
        data: Data::File(args.data.clone()),
        listen: args.listen,
        operator_token: args.operator_token.clone().map(Token::new),
        latency: Duration::from_millis(args.latency),
        limit: args.limit,
        delivery: Some(delivery.clone()),
        public_url: args.public_url.clone(),
        invitations_per_hour: args.invitations_per_hour,
        controllable_clock: args.controllable_clock,
        mishaps: mishap::read(&args.mishaps)?,
        ..Config::new(Arc::new(engine::clock::now))
    };
    let server = sandbox::serve(config).await.map_err(|why| CliError::failed(why.to_string()))?;
    writeln!(out, "Sandbox at {} keeping everything in {}", server.url(), args.data.display())?;
    writeln!(out, "Console for people: {}/console", server.url())?;
    if args.operator_token.is_none() {
        writeln!(out, "Operator's token, for this run: {}", server.operator_token().reveal())?;
    }
    out.flush()?;
    if let Delivery::Folder(outbox) = delivery {
        show::aside(site, &format!("Mails are put into {}", outbox.display()));
    }
    show::aside(site, "Ctrl-C ends it.");
    super::interrupted()
        .await
        .map_err(|why| CliError::failed(format!("cannot wait for Ctrl-C: {why}")))?;
    server.shutdown().await;
    Ok(ExitStatus::Done)
}

fn delivery(args: &args::Serve, site: Site<'_>) -> Result<Delivery, CliError> {
    let args::Mail { outbox, smtp, smtp_user, smtp_ca, mail_from } = &args.mail;
    let Some(url) = smtp.clone() else {
        let beside = args.data.with_file_name(OUTBOX);
        return Ok(Delivery::Folder(outbox.clone().unwrap_or(beside)));
    };
    let password = match (smtp_user, &site.surroundings.smtp_password) {
        (None, _) => None,
        (Some(user), None) => {
            let message = format!("`{user}` needs a password for the mail server");
            return Err(CliError::new(ExitStatus::Usage, message)
                .help("put it into $MINISYNC_SMTP_PASSWORD"));
        }
        (Some(_), Some(password)) => Some(password.to_string_lossy().into_owned()),
    };
    Ok(Delivery::Smtp(Smtp {
        url,
        user: smtp_user.clone(),
        password,
        from: mail_from.clone().unwrap_or_default(),
        root_certificate: smtp_ca.clone(),
    }))
}

/// Under the locks of those who might be using it.
fn reset(args: &args::Reset, site: Site<'_>, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let Place { project, folder, mail: _ } = Place::of(&args.paths.paths, Reach::Never, site)?;
    let question = format!("Forget everything in {}?", folder.display());
    if !args.yes && !confirmed(&question, "reset")? {
        return Ok(ExitStatus::Refused);
    }
    workplace::made(&folder)?;
    let _apply = workplace::lock(&folder, site)?;
    let _sandbox = workplace::locked(&folder.join(format!("{DATA}.lock")), site)?;
    crate::cli::runtime()?.block_on(async {
        let ledger = ledger::beside(&project, PLATFORM, ledger::Purpose::Write)?;
        Ok::<_, CliError>(ledger.forget().await?)
    })?;
    for companion in COMPANIONS {
        remove(&folder.join(format!("{DATA}{companion}")))?;
    }
    gone(fs::remove_dir_all(folder.join(OUTBOX)), &folder.join(OUTBOX))?;
    writeln!(out, "The embedded sandbox is empty, and nothing in it is remembered.")?;
    Ok(ExitStatus::Done)
}

fn remove(path: &Path) -> Result<(), CliError> {
    gone(fs::remove_file(path), path)
}

fn gone(removed: io::Result<()>, path: &Path) -> Result<(), CliError> {
    match removed {
        Err(why) if why.kind() != io::ErrorKind::NotFound => {
            Err(CliError::failed(format!("cannot remove {}: {why}", path.display())))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn answer(
    (args, site): (&args::Answer, Site<'_>),
    verb: &str,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let emails = args
        .emails
        .iter()
        .map(|text| {
            text.parse::<Email>()
                .map_err(|why| CliError::new(ExitStatus::Usage, format!("`{text}` {why}")))
        })
        .collect::<Result<BTreeSet<_>, _>>()?;
    let Place { folder, .. } = Place::below(&args.project, Reach::Never, site)?;
    super::runtime()?.block_on(async {
        let embedded = Embedded::start(&folder, None, Doors::Shut).await?;
        let result = answer_all(&embedded, (!args.everybody).then_some(&emails), verb, out).await;
        embedded.close().await;
        result
    })
}

/// `whose`: everybody's when missing.
async fn answer_all(
    embedded: &Embedded,
    whose: Option<&BTreeSet<Email>>,
    verb: &str,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (mut answered, mut standings) = (BTreeSet::new(), BTreeMap::new());
    for (workspace, member) in people(embedded).await? {
        let Ok(email) = member.email.parse::<Email>() else { continue };
        if whose.is_some_and(|whose| !whose.contains(&email)) {
            continue;
        }
        if let Some(standing) = standing(&member, &workspace) {
            standings.insert(email, standing);
            continue;
        }
        let token = embedded.token(&email).await?;
        let path = ["workspaces", &workspace, "members", &member.id, verb];
        let key = fresh_key().map_err(|why| CliError::failed(why.to_string()))?;
        let request = embedded
            .api()
            .request(Method::POST, &path, &token)
            .header("Idempotency-Key", key.as_str());
        embedded
            .api()
            .send(request)
            .await
            .map_err(|why| CliError::failed(format!("{email} could not {verb}: {why}")))?;
        let name = report::on_one_line(&member.name);
        writeln!(out, "{name} <{email}> {verb}s the invitation to `{workspace}`")?;
        answered.insert(email);
    }
    let silent: Vec<String> = whose
        .into_iter()
        .flatten()
        .filter(|email| !answered.contains(*email))
        .map(|email| match standings.get(email) {
            Some(standing) => format!("{email} {standing}"),
            None => format!("nobody has invited {email}"),
        })
        .collect();
    if !silent.is_empty() {
        return Err(CliError::failed(silent.join("; "))
            .help("`minisync status` shows whose invitations wait"));
    }
    if answered.is_empty() {
        writeln!(out, "No invitation waits for anybody.")?;
    }
    Ok(ExitStatus::Done)
}

/// Why somebody has no invitation to answer; `None`: they have one.
fn standing(member: &wire::Member, workspace: &str) -> Option<String> {
    let standing = match &member.status {
        wire::MemberStatus::Invited => return None,
        wire::MemberStatus::Active | wire::MemberStatus::Blocked => "is already a member of",
        wire::MemberStatus::Expired => "has an invitation that has expired, to",
        wire::MemberStatus::Refused => "has refused the invitation to",
        wire::MemberStatus::Withdrawn => "had an invitation that was taken back, to",
        wire::MemberStatus::Left => "has left",
        wire::MemberStatus::Other(status) => {
            return Some(format!("is {status} in `{workspace}`"));
        }
    };
    Some(format!("{standing} `{workspace}`"))
}

/// Everybody, in every workspace.
async fn people(embedded: &Embedded) -> Result<Vec<(String, wire::Member)>, CliError> {
    let mut people = Vec::new();
    for workspace in embedded.list::<wire::Workspace>(&["workspaces"]).await? {
        let path = ["workspaces", workspace.id.as_str(), "members"];
        let members = embedded.list::<wire::Member>(&path).await?;
        people.extend(members.into_iter().map(|member| (workspace.id.clone(), member)));
    }
    Ok(people)
}
