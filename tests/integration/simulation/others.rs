//! What people do on the platform, without us.

use super::chance::Chance;
use crate::interleaving::{
    manifests::PEOPLE,
    platform::{Inner, OWNER, Platform},
};
use minisync::{
    platform::sandbox as wire,
    sandbox::world::{Act, Member, Move},
};

/// Whom no manifest ever names.
pub(super) const GUESTS: [&str; 2] = ["g@x.cn", "h@x.cn"];

/// Something, and what it was.
pub(super) fn others(platform: &Platform, chance: &mut Chance) -> String {
    let mut platform = platform.lock();
    let told = deed_of_others(&mut platform, chance);
    platform.others_did_something();
    told
}

fn deed_of_others(platform: &mut Inner, chance: &mut Chance) -> String {
    let people: Vec<Member> =
        platform.members().into_iter().filter(|it| it.email.as_str() != OWNER).collect();
    let someone = (!people.is_empty()).then(|| people[chance.below(people.len())].clone());
    match (chance.below(12), someone) {
        (0..5, Some(member)) => {
            let to = chance.pick(&[Move::Accept, Move::Accept, Move::Refuse, Move::Leave]);
            platform.try_move(member.email.as_str(), member.no, to);
            format!("{} tries to {to:?}", member.email)
        }
        (5..7, Some(member)) => {
            let to = chance.pick(&[Move::Withdraw, Move::Resend, Move::Block, Move::Unblock]);
            platform.try_move(OWNER, member.no, to);
            format!("the owner tries to {to:?} {}", member.email)
        }
        (7, Some(member)) => {
            drop(platform.act(OWNER, Act::RemoveMember { id: member.no.to_string() }));
            format!("the owner tries to remove {}", member.email)
        }
        (8, _) => {
            let name = chance.pick(&["Stray", "The alpha"]);
            let new = wire::NewProgram {
                listing: Some(crate::sandbox::scene::listing()),
                ..crate::sandbox::scene::program(name)
            };
            let is_made = platform.act(OWNER, Act::CreateProgram(new)).is_ok();
            format!("the owner tries to create {name}: {is_made}")
        }
        _ => {
            let who = chance.pick(&[PEOPLE[0], PEOPLE[1], PEOPLE[3], GUESTS[0], GUESTS[1]]);
            let new = wire::NewMember {
                name: "Guest".into(),
                email: who.into(),
                role: wire::Role::Master,
                programs: [].into(),
            };
            let is_invited = platform.act(OWNER, Act::Invite(new)).is_ok();
            format!("the owner tries to invite {who}: {is_invited}")
        }
    }
}
