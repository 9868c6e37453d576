//! What commands say of what they were given: what was left out, what was meant, and what to write
//! instead.

use super::scene::Scene;

#[test]
fn who_names_a_part_of_a_project_hears_that_the_whole_is_taken() {
    let scene = Scene::example("coffee-chain");
    let told = "`rosters/leads.yaml` belongs to a project, which is taken whole: 9 files.\n";
    let whole = scene.run(&["plan"]);
    for command in ["check", "plan", "status", "invitations"] {
        let part = scene.run(&[command, "rosters/leads.yaml"]);
        assert_eq!(
            (part.status, part.err.matches(told).count()),
            (0, 1),
            "{command}: {}",
            part.err
        );
        let quiet = scene.run(&[command, "rosters/leads.yaml", "--quiet"]);
        assert_eq!(quiet.err, "", "{command}");
        let whole = scene.run(&[command, "."]);
        assert!(!whole.err.contains("taken whole"), "{command}: {}", whole.err);
    }
    let part = scene.run(&["plan", "rosters/leads.yaml", "rosters/shops.yaml"]);
    assert!(
        part.err.contains("`rosters/leads.yaml` and 1 more belong to a project"),
        "{}",
        part.err
    );
    assert_eq!(part.out, whole.out);
    let applied = scene.run(&["apply", "--yes", "rosters"]);
    assert!(applied.err.contains("`rosters` belongs to a project"), "{}", applied.err);
    let help = scene.run(&["apply", "--help"]);
    let help = help.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("is always taken whole, whatever part of it is named"), "{help}");

    std::fs::remove_file(scene.path().join("minisync.yaml")).unwrap();
    let part = scene.run(&["check", "rosters/leads.yaml"]);
    let told = "`rosters/leads.yaml` belongs to a folder, which is taken whole: 3 files.\n";
    assert!(part.err.starts_with(told), "{}", part.err);
}

#[test]
fn a_length_of_time_may_have_a_sign() {
    let scene = Scene::example("master");
    let moved = scene.run(&["sandbox", "clock", "-1h 30m"]);
    assert!(moved.out.ends_with("Z, 1h 30m behind.\n"), "{}{}", moved.out, moved.err);
    let moved = scene.run(&["sandbox", "clock", "-1h", "--project", "."]);
    assert!(moved.out.ends_with("Z, 2h 30m behind.\n"), "{}{}", moved.out, moved.err);
    for args in [
        &["plan", "--out", "plan.json", "--expires-in", "-5h"][..],
        &["apply", "--wait", "-5h"],
        &["apply", "--wait", "1m", "--every", "-5h"],
        &["apply", "--lock-timeout", "-5h"],
    ] {
        let run = scene.run(args);
        assert_eq!(run.status, 64, "{args:?}: {}", run.err);
        assert!(run.err.contains("this is negative; write a number and a unit"), "{}", run.err);
        assert!(!run.err.contains("tip:"), "{}", run.err);
    }
    let run = scene.run(&["apply", "--wait", "--yes"]);
    assert_eq!(run.status, 64, "{}", run.err);
    assert!(run.err.contains("a duration is missing before it, such as `30m`"), "{}", run.err);
}

#[test]
fn who_ran_it_is_the_user_or_whom_git_knows() {
    let mei = "[user]\n\tname = Mei\n\temail = mei@example.com\n";
    let who = |git: &str, names: &[(&str, &str)]| {
        let scene = Scene::example("quickstart");
        scene.write(".gitconfig", git);
        let mut apply = scene.command(&["apply", "--yes", "--quiet"]);
        assert!(apply.envs(names.iter().copied()).output().unwrap().status.success());
        let history = scene.run(&["history", "--format", "json"]).out;
        let history: serde_json::Value = serde_json::from_str(&history).unwrap();
        let who = history["runs"][0]["who"].as_str().unwrap();
        who.split_inclusive(['@', ' ']).next_back().map(|host| who.replace(host, "")).unwrap()
    };
    assert_eq!(who("", &[]), "somebody@");
    assert_eq!(who(mei, &[]), "mei@example.com on ");
    assert_eq!(who(mei, &[("LOGNAME", "lin")]), "lin@");
    assert_eq!(who(mei, &[("LOGNAME", "lin"), ("USER", "ann")]), "ann@");
}

#[test]
fn history_tells_how_many_runs_it_does_not_show_and_what_a_digest_is() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let none = scene.run(&["history", "--limit", "0"]);
    assert_eq!(none.out, "1 run; `--all` shows it\n", "{}", none.err);
    for odd in ["xyz", "", "sha256:", "sha256:3F9C"] {
        let run = scene.run(&["history", "--plan", odd]);
        assert_eq!((run.status, run.out.as_str()), (64, ""), "{odd}: {}", run.err);
        let told =
            format!("error: `{odd}` is not how the digest of a plan begins\nhelp: it is `sha");
        assert!(run.err.starts_with(&told), "{odd}: {}", run.err);
    }
    let run = scene.run(&["history", "--plan", "sha256:0"]);
    assert_eq!(run.status, 0, "{}", run.err);
}

#[test]
fn a_file_that_cannot_be_written_is_told_by_the_name_that_was_asked_for() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    for (args, path) in [
        (&["plan", "--out", "no/such/plan.json"][..], "no/such/plan.json"),
        (&["history", "export", "no/such/ledger.jsonl"], "no/such/ledger.jsonl"),
    ] {
        let run = scene.run(args);
        let told = format!(
            "error: cannot write {path}: there is no folder no/such\n\
             help: make the folder first, or name another place\n"
        );
        assert!(run.err.ends_with(&told), "{}", run.err);
        assert_eq!(run.status, 1);
    }
}

#[test]
fn where_no_environment_is_written_the_way_to_write_one_is_told() {
    let scene = Scene::example("quickstart");
    let run = scene.run(&["plan", "--env", "prod"]);
    assert_eq!(run.status, 1);
    let told = "error: there is no environment `prod`: `minisync.yaml` describes none\n\
                help: add `environments: { prod: { platform: sandbox, url: \"https://…\" } }` to ";
    assert!(run.err.starts_with(told), "{}", run.err);
}

#[test]
fn importing_from_nothing_into_nothing_praises_no_manifest() {
    let scene = Scene::empty();
    let run = scene.run(&["import"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let told = "Nothing to import: the workspace holds nothing that is not managed already.\n";
    assert!(run.err.ends_with(told), "{}", run.err);
}

#[test]
fn who_is_a_member_already_has_no_invitation_to_answer() {
    let scene = Scene::example("master");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let mei = "mei.chen@example.com";
    assert_eq!(scene.run(&["sandbox", "accept", mei]).status, 0);
    for verb in ["accept", "refuse"] {
        let run = scene.run(&["sandbox", verb, mei, "nobody@example.com"]);
        assert_eq!(run.status, 1);
        let told = format!(
            "error: {mei} is already a member of `acme`; nobody has invited nobody@example.com\n"
        );
        assert!(run.err.starts_with(&told), "{verb}: {}", run.err);
    }
}
