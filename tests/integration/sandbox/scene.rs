//! A world with somebody in every state, and short ways to ask something of it.

use jiff::{SignedDuration, Timestamp};
use minisync::{
    model::image,
    platform::sandbox::{
        Listing, MemberPatch, NewMember, NewProgram, NewWorkspace, Person, ProgramPatch, Role,
    },
    sandbox::{
        Refusal,
        world::{Act, Caller, Changes, Command, Move, Request, World},
    },
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) now: Timestamp,
}

/// A square PNG, and what it is known by.
pub(crate) fn logo() -> (Vec<u8>, String) {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x06\0\0\0".to_vec();
    bytes.extend([0; 8]);
    let digest = image::digest(&bytes).to_string();
    (bytes, digest)
}

pub(crate) fn caller(who: &str) -> Caller {
    match who {
        "operator" => Caller::Operator,
        name => Caller::Person(format!("{name}@example.com").parse().unwrap()),
    }
}

pub(crate) fn listing() -> Listing {
    Listing {
        tagline: "每天一杯好咖啡，幸福每一天".to_owned(),
        description: "Coffee from around the corner, ordered on your way.".to_owned(),
        logo: logo().1,
        industry: "餐饮/咖啡".to_owned(),
        phone: "0571-8888888".to_owned(),
        email: "care@example.com".to_owned(),
    }
}

pub(crate) fn program(name: &str) -> NewProgram {
    NewProgram {
        name: name.to_owned(),
        release_to: BTreeSet::new(),
        default_language: "zh-CN".to_owned(),
        listing: Some(listing()),
        languages: BTreeMap::new(),
    }
}

pub(crate) fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

pub(crate) fn person(who: &str, role: Role, programs: &[&str]) -> NewMember {
    let email = format!("{who}@example.com");
    NewMember { name: who.to_owned(), email, role, programs: ids(programs) }
}

pub(crate) fn edit(id: &str, edit: impl FnOnce(&mut ProgramPatch)) -> Act {
    let mut patch = ProgramPatch::default();
    edit(&mut patch);
    Act::EditProgram { id: id.to_owned(), patch }
}

pub(crate) fn rename(id: &str, name: &str) -> Act {
    edit(id, |patch| patch.name = Some(name.to_owned()))
}

pub(crate) fn assign(id: &str, role: Role, programs: &[&str]) -> Act {
    let patch = MemberPatch { role, programs: ids(programs) };
    Act::EditMember { id: id.to_owned(), patch }
}

pub(crate) fn step(id: &str, to: Move) -> Act {
    Act::Move { id: id.to_owned(), to }
}

impl Scene {
    /// The workspace `acme` and its owner, `m1`.
    pub(crate) fn empty() -> Self {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let mut scene = Self { world: World::default(), now };
        let owner = Person { name: "owner".to_owned(), email: "owner@example.com".to_owned() };
        let command = Command::CreateWorkspace(NewWorkspace { id: "acme".to_owned(), owner });
        let request = Request { caller: Caller::Operator, command, expected: None };
        let changes = scene.world.decide(&request, now).unwrap();
        scene.world.take(changes);
        scene
    }

    /// Programs `p2` and `p3`, and somebody in every state, called after it:
    /// master `m4`, developer `m5` of `p2`, `blocked` `m6`, `refused` `m7`, `withdrawn` `m8`,
    /// `expired` `m9`, and `pending` `m10`, who was invited when the others had run out.
    pub(crate) fn full() -> Self {
        let mut scene = Self::empty();
        let (bytes, digest) = logo();
        scene.must("owner", Act::PutLogo { digest, bytes });
        scene.must("owner", Act::CreateProgram(program("Coffee")));
        scene.must("owner", Act::CreateProgram(program("Tea")));
        scene.must("owner", Act::Invite(person("master", Role::Master, &[])));
        scene.must("master", step("m4", Move::Accept));
        for (who, id) in
            [("developer", "m5"), ("blocked", "m6"), ("refused", "m7"), ("withdrawn", "m8")]
        {
            scene.must("owner", Act::Invite(person(who, Role::Developer, &["p2"])));
            match who {
                "refused" => scene.must(who, step(id, Move::Refuse)),
                "withdrawn" => scene.must("owner", step(id, Move::Withdraw)),
                _ => scene.must(who, step(id, Move::Accept)),
            };
        }
        scene.must("owner", step("m6", Move::Block));
        scene.must("owner", Act::Invite(person("expired", Role::Developer, &["p2"])));
        scene.now += SignedDuration::from_hours(72);
        scene.must("owner", Act::Invite(person("pending", Role::Developer, &["p2"])));
        scene
    }

    pub(crate) fn decide(&self, who: &str, act: Act) -> Result<Changes, Refusal> {
        let command = Command::Within("acme".to_owned(), act);
        self.world.decide(&Request { caller: caller(who), command, expected: None }, self.now)
    }

    /// Asks and takes.
    pub(crate) fn ask(&mut self, who: &str, act: Act) -> Result<(), Refusal> {
        let changes = self.decide(who, act)?;
        self.world.take(changes);
        Ok(())
    }

    pub(crate) fn must(&mut self, who: &str, act: Act) {
        self.ask(who, act).unwrap();
    }

    /// What would be said: `yes`, or status and broken rules.
    pub(crate) fn verdict(&self, who: &str, act: Act) -> String {
        match self.decide(who, act) {
            Ok(_) => "yes".to_owned(),
            Err(refusal) => said(&refusal),
        }
    }
}

pub(crate) fn said(refusal: &Refusal) -> String {
    let broken = refusal.broken().iter();
    let broken: Vec<_> = broken
        .map(|broken| format!("{} {}", broken.field, broken.rule.as_str()).trim().to_owned())
        .collect();
    format!("{} {}", refusal.status(), broken.join(", "))
}
