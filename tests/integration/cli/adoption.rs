//! From a workspace that nobody wrote manifests for to one that is in sync; and the form of files.

use super::scene::Scene;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// A workspace in which everybody has joined, and of which this project knows nothing but the owner.
fn found() -> Scene {
    let scene = Scene::example("coffee-chain");
    for args in [&["apply", "--yes"][..], &["sandbox", "accept", "--all"]] {
        let run = scene.run(args);
        assert_eq!(run.status, 0, "{}", run.err);
    }
    for folder in ["programs", "rosters", "logos"] {
        fs::remove_dir_all(scene.path().join(folder)).unwrap();
    }
    for file in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        let path = scene.path().join(".minisync").join(file);
        if path.exists() {
            fs::remove_file(path).unwrap();
        }
    }
    scene
}

fn manifests(scene: &Scene) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = crate::stage::files(scene.path());
    files.retain(|path, _| !path.starts_with(".minisync"));
    files
}

fn in_sync(scene: &Scene) {
    let check = scene.run(&["check", "--deny-warnings"]);
    assert_eq!(check.status, 0, "{}{}", check.out, check.err);
    let plan = scene.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status, 0, "{}{}", plan.out, plan.err);
    assert!(plan.out.contains("In sync"), "{}", plan.out);
}

#[test]
fn after_an_import_the_plan_is_empty_and_another_import_writes_nothing() {
    let scene = found();
    let diff = scene.run(&["import", "--diff"]);
    assert_eq!(diff.status, 0, "{}", diff.err);
    assert!(diff.out.contains("+      email: mei.chen@example.com\n"), "{}", diff.out);
    assert!(!scene.path().join("programs").exists());
    let import = scene.run(&["import"]);
    assert_eq!(import.status, 0, "{}{}", import.out, import.err);
    assert!(import.out.contains("wrote rosters/team.yaml\n"), "{}", import.out);
    in_sync(&scene);
    let before = manifests(&scene);
    let again = scene.run(&["import"]);
    assert_eq!((again.status, again.out.as_str()), (0, ""), "{}", again.err);
    assert!(again.err.contains("Nothing to import"), "{}", again.err);
    assert!(before == manifests(&scene));
    let form = scene.run(&["fmt", "--check"]);
    assert_eq!(form.status, 0, "{}{}", form.out, form.err);
}

const ROSTER: &str = "\
# Who works here.
apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: shop }
spec:
  members:
    # The boss.
    - { name: 陈梅, email: mei.chen@example.com, role: master } # since 2024
# The end.
";

#[test]
fn a_roster_that_exists_is_added_to_and_its_comments_stay() {
    let scene = found();
    scene.write("shop.yaml", ROSTER);
    let adopt = scene.run(&["adopt", "member", "zhao.ming@example.com"]);
    assert_eq!(adopt.status, 0, "{}{}", adopt.out, adopt.err);
    assert_eq!(adopt.out, "added to shop.yaml\n");
    let added = "- { name: 赵明, email: zhao.ming@example.com, role: master }";
    let expected = ROSTER.replace("# The end", &format!("    {added}\n# The end"));
    assert_eq!(fs::read_to_string(scene.path().join("shop.yaml")).unwrap(), expected);
    let import = scene.run(&["import", "--out", "found"]);
    assert_eq!(import.status, 0, "{}{}", import.out, import.err);
    assert!(import.out.contains("wrote found/programs/logos/"), "{}", import.out);
    let text = fs::read_to_string(scene.path().join("shop.yaml")).unwrap();
    for line in ROSTER.lines() {
        assert!(text.contains(line), "{text}");
    }
    in_sync(&scene);
}

#[test]
fn a_program_is_adopted_alone_and_who_works_on_it_keeps_it() {
    let scene = found();
    let adopt = scene.run(&["adopt", "program", "幸福咖啡", "--key", "shop"]);
    assert_eq!(adopt.status, 0, "{}{}", adopt.out, adopt.err);
    assert_eq!(adopt.out, "wrote programs/logos/shop.png\nwrote programs/shop.yaml\n");
    let lin = scene.run(&["adopt", "member", "lin.wei@example.com"]);
    assert_eq!(lin.status, 0, "{}{}", lin.out, lin.err);
    let adopt = scene.run(&["adopt", "program", "幸福咖啡外卖", "--key", "delivery"]);
    assert_eq!(adopt.status, 0, "{}{}", adopt.out, adopt.err);
    assert!(adopt.out.contains("added to rosters/team.yaml\n"), "{}", adopt.out);
    let roster = fs::read_to_string(scene.path().join("rosters/team.yaml")).unwrap();
    assert!(roster.contains("miniPrograms: [shop, delivery]"), "{roster}");
    let plan = scene.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status, 0, "{}{}", plan.out, plan.err);
}

#[test]
fn what_is_not_there_is_not_adopted() {
    let scene = found();
    let run = scene.run(&["adopt", "member", "mei.chne@example.com"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("did you mean `mei.chen@example.com`?"), "{}", run.err);
    let run = scene.run(&["adopt", "program", "幸福"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("no mini program is called `幸福`"), "{}", run.err);
    assert_eq!(scene.run(&["adopt", "member", "mei"]).status, 64);
}

#[test]
fn files_that_the_project_would_not_read_are_not_left_behind() {
    let scene = found();
    scene.write(".gitignore", "found/\n");
    let before = manifests(&scene);
    let import = scene.run(&["import", "--out", "found"]);
    assert_eq!(import.status, 1, "{}", import.out);
    assert!(import.err.contains("not ignored by git"), "{}", import.err);
    assert!(before == manifests(&scene));
}

#[cfg(unix)]
#[test]
fn formatting_keeps_links_and_permissions_and_says_what_it_leaves_alone() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let scene = Scene::example("quickstart");
    let path = scene.path().join("coffee.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let real = scene.path().join("real.txt");
    fs::write(&real, text.replace("    - name", "  -   name")).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
    fs::remove_file(&path).unwrap();
    symlink("real.txt", &path).unwrap();
    scene.write("odd.yaml", "kind: Roster\n? a\n: b\n");
    let check = scene.run(&["fmt", "--check"]);
    assert_eq!((check.status, check.out.as_str()), (1, "would format coffee.yaml\n"));
    let fmt = scene.run(&["fmt"]);
    assert_eq!((fmt.status, fmt.out.as_str()), (1, "formatted coffee.yaml\n"));
    assert!(fmt.err.contains("left alone: odd.yaml: it has `?` before a key"), "{}", fmt.err);
    assert!(path.is_symlink());
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(scene.run(&["fmt", "--check", "coffee.yaml"]).status, 0);
}

#[test]
fn what_cannot_be_read_is_not_in_form() {
    let scene = Scene::example("quickstart");
    fs::write(scene.path().join("odd.yaml"), b"apiVersion: minisync.dev/v1\nkind: \xff\n").unwrap();
    let run = scene.run(&["fmt", "--check"]);
    assert_eq!(run.status, 1, "{}", run.err);
    assert!(run.err.contains("from here on the file is not UTF-8"), "{}", run.err);
    assert_eq!(scene.run(&["fmt", "--check", "coffee.yaml"]).status, 0);
}
