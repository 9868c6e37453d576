//! From a workspace that nobody wrote manifests for to one that is in sync; and the form of files.

use super::scene::Scene;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// A workspace in which everybody has joined, and of which this project knows nothing but the owner.
pub(super) fn found() -> Scene {
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

#[test]
fn an_import_warns_of_the_manifests_once() {
    let scene = found();
    let nobody = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: nobody }\n\
                  spec: { members: [] }\n";
    scene.write("nobody.yaml", nobody);
    let import = scene.run(&["import"]);
    assert_eq!(import.status, 0, "{}", import.err);
    assert_eq!(import.err.matches("warning[MS0609]").count(), 1, "{}", import.err);
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

/// As somebody wrote it by hand.
fn with_program(scene: &Scene, name: &str) {
    for folder in ["programs", "logos"] {
        fs::create_dir_all(scene.path().join(folder)).unwrap();
    }
    for path in [format!("programs/{name}.yaml"), format!("logos/{name}.png")] {
        fs::copy(PathBuf::from("examples/coffee-chain").join(&path), scene.path().join(path))
            .unwrap();
    }
}

#[test]
fn a_program_that_a_manifest_names_already_is_adopted_by_its_name() {
    let scene = found();
    with_program(&scene, "coffee");
    let other = scene.run(&["adopt", "program", "幸福咖啡", "--key", "shop"]);
    assert_eq!(other.status, 1, "{}{}", other.out, other.err);
    assert!(other.err.contains("names it already: its key is `coffee`"), "{}", other.err);
    let adopt = scene.run(&["adopt", "program", "幸福咖啡"]);
    assert_eq!((adopt.status, adopt.out.as_str()), (0, ""), "{}", adopt.err);
    assert!(adopt.err.contains("Managed from now on: 1 program."), "{}", adopt.err);
    let again = scene.run(&["adopt", "program", "幸福咖啡"]);
    assert!(again.err.contains("Nothing to import"), "{}", again.err);
}

#[test]
fn a_key_that_another_program_has_is_not_given_again() {
    let scene = found();
    with_program(&scene, "coffee");
    let before = manifests(&scene);
    let taken = scene.run(&["adopt", "program", "幸福烘焙", "--key", "coffee"]);
    assert_eq!((taken.status, taken.out.as_str()), (1, ""), "{}", taken.err);
    assert!(taken.err.contains("the key `coffee` is another mini program's"), "{}", taken.err);
    assert!(before == manifests(&scene));
}

#[test]
fn what_is_in_one_of_several_workspaces_is_found() {
    let scene = found();
    let second = ROSTER.replace("spec:\n", "spec:\n  workspace: second\n");
    scene.write("second.yaml", &second);
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    scene.write("shop.yaml", ROSTER);
    let roster = scene.run(&["adopt", "member", "zhao.ming@example.com"]);
    assert_eq!((roster.status, roster.out.as_str()), (0, "added to shop.yaml\n"), "{}", roster.err);
    let program = scene.run(&["adopt", "program", "幸福咖啡", "--key", "coffee"]);
    assert_eq!(program.status, 0, "{}{}", program.out, program.err);
    assert!(program.out.contains("wrote programs/coffee.yaml\n"), "{}", program.out);
}

/// Two whose list is one list, of which one has more.
#[test]
fn where_a_list_is_shared_the_program_is_left_and_all_else_is_imported() {
    let scene = found();
    with_program(&scene, "coffee");
    let shared = "    - { name: 林伟, email: lin.wei@example.com, role: developer, \
                  miniPrograms: &shop [coffee] }\n    - { name: 刘洋, email: \
                  liu.yang@example.com, role: developer, miniPrograms: *shop }\n";
    scene.write("shop.yaml", &ROSTER.replace("# The end", &format!("{shared}# The end")));
    let import = scene.run(&["import"]);
    assert_eq!(import.status, 5, "{}{}", import.out, import.err);
    let why = "lin.wei@example.com has it, and it could not be added to their `miniPrograms`: it \
               is written in a way that cannot be kept";
    let line = import.err.lines().find(|line| line.contains(why)).expect(&import.err);
    assert!(line.starts_with("left alone: program 幸福咖啡外卖 (p"), "{line}");
    assert!(import.err.contains("left alone: 吴敏 <wu.min@example.com>: "), "{}", import.err);
    assert!(import.out.contains("added to shop.yaml\n"), "{}", import.out);
    let text = fs::read_to_string(scene.path().join("shop.yaml")).unwrap();
    assert!(text.contains(shared) && text.contains("sun.li@example.com"), "{text}");
    let plan = scene.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status, 0, "nobody loses anything: {}{}", plan.out, plan.err);
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
