//! Reading.

use super::site::{Site, email, members, programs};
use minisync::{
    engine::Provider as _,
    model::{Completeness, Desired},
};

#[tokio::test]
async fn every_page_is_read() {
    let site = Site::new().await;
    let people: Vec<String> = (0..1203).map(|n| format!("p{n}@example.com")).collect();
    let people: Vec<(&str, &[&str])> =
        people.iter().map(|person| (person.as_str(), ["coffee"].as_slice())).collect();
    let desired = Desired {
        programs: programs(&["coffee"]),
        members: members(&people),
        ..Desired::default()
    };
    site.apply_all(&desired).await;
    let seen = site.provider.observe().await.unwrap();
    assert_eq!(seen.completeness, Completeness::Whole);
    assert_eq!(seen.members.len(), 1204, "with the owner");
    assert!(site.look(&desired).await.plan.steps.is_empty());
}

#[tokio::test]
async fn an_empty_workspace_has_its_owner() {
    let seen = Site::new().await.provider.observe().await.unwrap();
    assert_eq!(seen.programs, []);
    assert_eq!(
        seen.members.iter().map(|it| &it.email).collect::<Vec<_>>(),
        [&email(super::site::OWNER)]
    );
}
