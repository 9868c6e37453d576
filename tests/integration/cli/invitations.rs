//! The list of invitations, of real ones.

use super::scene::Scene;

fn listed(scene: &Scene, args: &[&str]) -> serde_json::Value {
    let args = [&["invitations", "--format", "json"], args].concat();
    let run = scene.run(&args);
    assert_eq!(run.status, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn everybody_who_was_asked_is_listed_until_they_join() {
    let scene = Scene::example("quickstart");
    assert_eq!(listed(&scene, &[])["invitations"].as_array().unwrap().len(), 0);
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let pending = &listed(&scene, &[])["invitations"][0];
    assert_eq!(pending["email"], "lin.wei@example.com");
    assert_eq!((&pending["state"]["kind"], &pending["sends"]), (&"pending".into(), &1.into()));
    assert_eq!(pending["place"]["path"], "coffee.yaml");
    assert_eq!(scene.run(&["invitations", "--detailed-exitcode"]).status, 3);
    assert_eq!(scene.run(&["sandbox", "accept", "--all"]).status, 0);
    assert_eq!(listed(&scene, &[])["invitations"].as_array().unwrap().len(), 0);
}

#[test]
fn of_one_workspace_only_when_it_is_known() {
    let scene = Scene::example("service-provider");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let (all, some) = (listed(&scene, &[]), listed(&scene, &["--workspace", "client-0002"]));
    let of = |list: &serde_json::Value, workspace: &str| {
        let list = list["invitations"].as_array().unwrap();
        list.iter().filter(|it| it["workspace"] == workspace).count()
    };
    assert!(of(&all, "client-0001") > 0);
    assert_eq!((of(&some, "client-0001"), of(&some, "client-0002")), (0, of(&all, "client-0002")));
    let unknown = scene.run(&["invitations", "--workspace", "client-002"]);
    assert_eq!(unknown.status, 64);
    assert!(unknown.err.contains("did you mean `client-000"), "{}", unknown.err);
}
