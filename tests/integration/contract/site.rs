//! A workspace on a sandbox, and the means to plan and apply there.

use minisync::{
    engine::{self, Applied, Outcome, Patience, Prospect, Stop},
    ledger::Ledger,
    model::{Desired, Email, Member, MiniProgram, ProgramKey, Role, WorkspaceId},
    plan::{Policy, Rules},
    platform::sandbox as wire,
    provider::{Api, Masters, SandboxProvider, Secret, fresh_key, issue_token},
    sandbox::{self, Config, Server},
};
use reqwest::Method;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

pub(super) struct Site {
    pub(super) server: Server,
    pub(super) api: Api,
    pub(super) workspace: WorkspaceId,
    pub(super) provider: SandboxProvider,
    pub(super) ledger: Ledger,
    pub(super) policy: Policy,
    folder: tempfile::TempDir,
    seconds: Arc<AtomicI64>,
}

pub(super) const OWNER: &str = "owner@example.com";

pub(super) fn email(text: &str) -> Email {
    text.parse().unwrap()
}

pub(super) fn key(text: &str) -> ProgramKey {
    text.parse().unwrap()
}

/// Programs by key; their names are made from it.
pub(super) fn programs(keys: &[&str]) -> BTreeMap<ProgramKey, MiniProgram> {
    let program = |text: &&str| {
        let program = MiniProgram {
            previously: None,
            ignore: minisync::model::Exemptions::new(),
            key: key(text),
            name: format!("Lucky-{text}"),
            release_to: BTreeSet::new(),
            default_language: "zh-CN".parse().unwrap(),
            created_by: None,
            listing: None,
            languages: BTreeMap::new(),
        };
        (key(text), program)
    };
    keys.iter().map(program).collect()
}

/// People by address; without programs, a master.
pub(super) fn members(people: &[(&str, &[&str])]) -> BTreeMap<Email, Member> {
    let member = |(text, keys): &(&str, &[&str])| {
        let role = match keys {
            [] => Role::Master,
            keys => Role::Developer(keys.iter().map(|text| key(text)).collect()),
        };
        let member = Member {
            ignore: minisync::model::Exemptions::new(),
            email: email(text),
            name: "Lin Wei".into(),
            role,
            blocked: false,
            previously: None,
            until: None,
            assignments_until: BTreeMap::new(),
        };
        (email(text), member)
    };
    people.iter().map(member).collect()
}

impl Site {
    pub(super) async fn new() -> Self {
        let seconds = Arc::new(AtomicI64::new(1_795_000_000));
        let hand = Arc::clone(&seconds);
        let clock = move || jiff::Timestamp::from_second(hand.load(Ordering::SeqCst)).unwrap();
        let server = sandbox::serve(Config::new(Arc::new(clock))).await.unwrap();
        let api = Api::new(server.url().parse().unwrap()).unwrap();
        let operator = Secret::new(server.operator_token().reveal());
        let owner = wire::Person { name: "An Owner".into(), email: OWNER.into() };
        let body = wire::NewWorkspace { id: "acme".into(), owner };
        let request = api
            .request(Method::POST, &["workspaces"], &operator)
            .header("Idempotency-Key", fresh_key().unwrap().as_str())
            .json(&body);
        api.send(request).await.unwrap();
        let token = issue_token(&api, &operator, &email(OWNER)).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let workspace: WorkspaceId = "acme".parse().unwrap();
        let provider = SandboxProvider::new(
            api.clone(),
            workspace.clone(),
            token,
            Masters::issued_by(operator),
            folder.path().to_owned(),
        );
        let ledger = crate::ledger::open(&folder.path().join("ledger.db"), "sandbox");
        Self {
            server,
            api,
            workspace,
            provider,
            ledger,
            policy: Policy::default(),
            folder,
            seconds,
        }
    }

    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(super) fn pass_days(&self, days: i64) {
        self.seconds.fetch_add(days * 24 * 60 * 60, Ordering::SeqCst);
    }

    pub(super) async fn look(&self, desired: &Desired) -> Prospect {
        let rules = Rules {
            policy: self.policy.clone(),
            protected: BTreeSet::from([email(OWNER)]),
            ..Rules::default()
        };
        let memory = self.ledger.load(&self.workspace).await.unwrap();
        engine::look(&self.workspace, desired, &self.provider, &memory, &rules).await.unwrap()
    }

    pub(super) async fn apply(&self, desired: &Desired) -> Applied {
        let prospect = self.look(desired).await;
        self.carry_out(&prospect, &Stop::default()).await
    }

    /// Everything, or the test has failed.
    pub(super) async fn apply_all(&self, desired: &Desired) {
        let applied = self.apply(desired).await;
        assert!(applied.is_complete(), "{:#?}", applied.outcomes);
    }

    pub(super) async fn carry_out(&self, prospect: &Prospect, stop: &Stop) -> Applied {
        let locked = self.ledger.lock([&self.workspace], crate::ledger::run("one")).await.unwrap();
        prospect.settle(&locked).await.unwrap();
        let site = engine::Site {
            workspace: &self.workspace,
            provider: &self.provider,
            store: &locked,
            concurrency: 8,
            patience: Patience::default(),
            stop,
            whole: None,
        };
        let applied = engine::apply(&prospect.plan, &site, &|_| {}).await.unwrap();
        locked.release().await.unwrap();
        applied
    }

    /// As the person, over the API.
    pub(super) async fn answer(&self, person: &str, verb: &str) {
        let operator = Secret::new(self.server.operator_token().reveal());
        let token = issue_token(&self.api, &operator, &email(person)).await.unwrap();
        let id = self.member(person).await.id;
        self.post(&token, &["members", &id, verb]).await;
    }

    /// As the owner, beside the manifests.
    pub(super) async fn by_hand(&self, person: &str, verb: &str) {
        let operator = Secret::new(self.server.operator_token().reveal());
        let token = issue_token(&self.api, &operator, &email(OWNER)).await.unwrap();
        let id = self.member(person).await.id;
        self.post(&token, &["members", &id, verb]).await;
    }

    /// As the owner, beside the manifests.
    pub(super) async fn remove_by_hand(&self, person: &str) {
        let id = self.member(person).await.id;
        let request = self.by_owner(Method::DELETE, &["members", &id]).await;
        self.api.send(request).await.unwrap();
    }

    /// As the owner, beside the manifests.
    pub(super) async fn delete_by_hand(&self, name: &str) {
        let request = self.by_owner(Method::GET, &["programs"]).await;
        let page: wire::Page<wire::Program> = self.api.json(request).await.unwrap();
        let id = page.items.into_iter().find(|program| program.name == name).unwrap().id;
        let request = self.by_owner(Method::DELETE, &["programs", &id]).await;
        self.api.send(request).await.unwrap();
    }

    /// As the owner, beside the manifests.
    pub(super) async fn invite_by_hand(&self, person: &str) {
        let invitation = wire::NewMember {
            name: "Lin Wei".into(),
            email: person.into(),
            role: wire::Role::Master,
            programs: BTreeSet::new(),
        };
        let request = self.by_owner(Method::POST, &["members"]).await.json(&invitation);
        self.api.send(request).await.unwrap();
    }

    pub(super) async fn create_by_hand(&self, name: &str) {
        let program = wire::NewProgram {
            name: name.into(),
            release_to: BTreeSet::new(),
            default_language: "en-US".into(),
            listing: None,
            languages: BTreeMap::new(),
        };
        let request = self.by_owner(Method::POST, &["programs"]).await.json(&program);
        self.api.send(request).await.unwrap();
    }

    async fn by_owner(&self, method: Method, path: &[&str]) -> reqwest::RequestBuilder {
        let operator = Secret::new(self.server.operator_token().reveal());
        let token = issue_token(&self.api, &operator, &email(OWNER)).await.unwrap();
        let path = [&["workspaces", self.workspace.as_str()], path].concat();
        let key = fresh_key().unwrap();
        self.api.request(method, &path, &token).header("Idempotency-Key", key.as_str())
    }

    async fn post(&self, token: &Secret, path: &[&str]) {
        let path = [&["workspaces", self.workspace.as_str()], path].concat();
        let request = self
            .api
            .request(Method::POST, &path, token)
            .header("Idempotency-Key", fresh_key().unwrap().as_str());
        self.api.send(request).await.unwrap();
    }

    pub(super) async fn mishap(&self, mishap: &str) {
        let new = wire::NewMishap { mishap: mishap.into() };
        self.api.send(self.by_operator(Method::POST).json(&new)).await.unwrap();
    }

    pub(super) async fn clear_mishaps(&self) {
        self.api.send(self.by_operator(Method::DELETE)).await.unwrap();
    }

    pub(super) async fn mishaps_left(&self) -> Vec<String> {
        let mishaps: wire::Mishaps = self.api.json(self.by_operator(Method::GET)).await.unwrap();
        mishaps.items.into_iter().map(|it| it.mishap).collect()
    }

    fn by_operator(&self, method: Method) -> reqwest::RequestBuilder {
        let operator = Secret::new(self.server.operator_token().reveal());
        let key = fresh_key().unwrap();
        self.api.request(method, &["mishaps"], &operator).header("Idempotency-Key", key.as_str())
    }

    pub(super) async fn owner_token(&self) -> Secret {
        let operator = Secret::new(self.server.operator_token().reveal());
        issue_token(&self.api, &operator, &email(OWNER)).await.unwrap()
    }

    pub(super) async fn member(&self, person: &str) -> wire::Member {
        let found = self.members().await;
        found.into_iter().find(|member| member.email == person).unwrap()
    }

    pub(super) async fn members(&self) -> Vec<wire::Member> {
        let operator = Secret::new(self.server.operator_token().reveal());
        let request = self
            .api
            .request(Method::GET, &["workspaces", "acme", "members"], &operator)
            .query(&[("pageSize", wire::MAX_PAGE_SIZE)]);
        let page: wire::Page<wire::Member> = self.api.json(request).await.unwrap();
        page.items
    }
}

pub(super) fn n_with(applied: &Applied, is: impl Fn(&Outcome) -> bool) -> usize {
    applied.outcomes.iter().filter(|outcome| is(outcome)).count()
}
