//! What the link of a mail is good for, at each point of an invitation's life.

use super::scene::{Scene, person, step};
use jiff::SignedDuration;
use minisync::{
    platform::sandbox::Role,
    sandbox::world::{Act, LinkStanding, MemberNo, Move, Sending},
};

fn sending(who: &str, member: u64, times: u32) -> Sending {
    let email = format!("{who}@example.com").parse().unwrap();
    let workspace = "acme".parse().unwrap();
    Sending { workspace, member: MemberNo::new(member), times, email }
}

fn standing(scene: &Scene, sending: &Sending) -> LinkStanding {
    scene.world.standing(sending, scene.now)
}

#[test]
fn a_link_is_good_until_the_invitation_is_answered_ended_or_sent_anew() {
    let full = Scene::full();
    for (who, member, expected) in [
        ("pending", 10, LinkStanding::Open),
        ("expired", 9, LinkStanding::Expired),
        ("withdrawn", 8, LinkStanding::Withdrawn),
        ("refused", 7, LinkStanding::Refused),
        ("blocked", 6, LinkStanding::Accepted),
        ("developer", 5, LinkStanding::Accepted),
        ("stranger", 99, LinkStanding::Gone),
    ] {
        assert_eq!(standing(&full, &sending(who, member, 1)), expected, "{who}");
    }

    let mut scene = full.clone();
    scene.must("owner", step("m9", Move::Resend));
    assert_eq!(standing(&scene, &sending("expired", 9, 1)), LinkStanding::Replaced);
    assert_eq!(standing(&scene, &sending("expired", 9, 2)), LinkStanding::Open);
    scene.must("expired", step("m9", Move::Accept));
    assert_eq!(standing(&scene, &sending("expired", 9, 2)), LinkStanding::Accepted);

    scene.must("owner", Act::Invite(person("withdrawn", Role::Master, &[])));
    assert_eq!(standing(&scene, &sending("withdrawn", 8, 1)), LinkStanding::Replaced);
    assert_eq!(standing(&scene, &sending("withdrawn", 11, 1)), LinkStanding::Open);

    let new = person("pending", Role::Master, &[]);
    let mut afresh = full.clone();
    afresh.must("owner", Act::Reinvite { id: "m10".to_owned(), new });
    assert_eq!(standing(&afresh, &sending("pending", 10, 1)), LinkStanding::Replaced);
    assert_eq!(standing(&afresh, &sending("pending", 11, 1)), LinkStanding::Open);

    scene.must("master", step("m4", Move::Leave));
    assert_eq!(standing(&scene, &sending("master", 4, 1)), LinkStanding::Gone);
    scene.must("owner", Act::RemoveMember { id: "m5".to_owned() });
    assert_eq!(standing(&scene, &sending("developer", 5, 1)), LinkStanding::Gone);
    scene.now += SignedDuration::from_hours(72);
    assert_eq!(standing(&scene, &sending("pending", 10, 1)), LinkStanding::Expired);
}
