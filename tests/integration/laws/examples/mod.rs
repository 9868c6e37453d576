//! A platform that matches, one thing changed, and the plan that follows.

mod people;
mod programs;

use super::manifests::{email, key, member, program};
use super::told::told;
use super::world::World;
use super::worlds::{As, Damage, Place, able, apply, matching};
use minisync::model::{Desired, ProgramId, ProgramKey, Role};

const MEI: &str = "m@x.cn";
const LIN: &str = "d@x.cn";
const WU: &str = "e@x.cn";

fn developer(keys: &[&str]) -> Role<ProgramKey> {
    Role::Developer(keys.iter().map(|text| key(text)).collect())
}

/// Program `a` is the owner's, `b` is created by Mei; Lin develops `a`, Wu both.
pub(super) fn team() -> Desired {
    let mut desired = Desired::default();
    for (key_text, name, master) in [("a", "Alpha", None), ("b", "Beta", Some(MEI))] {
        let mut program = program(key_text, name);
        program.created_by = master.map(email);
        desired.programs.insert(program.key.clone(), program);
    }
    let lin = member(LIN, developer(&["a"]));
    for member in [member(MEI, Role::Master), lin, member(WU, developer(&["a", "b"]))] {
        desired.members.insert(member.email.clone(), member);
    }
    desired
}

/// What is planned after a change to the matching world.
pub(super) fn after(change: impl FnOnce(&mut Desired, &mut World)) -> String {
    let mut desired = team();
    let mut world = matching(&desired, able());
    change(&mut desired, &mut world);
    told(&world.look(&desired))
}

pub(super) fn place(world: &mut World, who: &'static str, place: Place) {
    apply(world, &team(), &Damage::Move(who, place, As::Asked));
}

fn id(text: &str) -> ProgramId {
    ProgramId::new(format!("p-{text}"))
}
