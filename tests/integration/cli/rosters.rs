//! Imports into rosters that somebody wrote in their own way: several in a file and several files,
//! lists as blocks, within brackets and shared.

use super::{adoption::found, scene::Scene};
use fastrand::Rng;
use std::{collections::BTreeSet, fmt::Write as _, fs, path::PathBuf, sync::LazyLock};

const SEEDS: u64 = 6;
const PROGRAMS: [&str; 6] = ["academy", "bakery", "beans", "coffee", "delivery", "rewards"];

/// Who works there, as the example's rosters have it.
struct Person {
    name: String,
    email: String,
    /// `None`: a master.
    programs: Option<BTreeSet<String>>,
}

fn everybody() -> Vec<Person> {
    let rosters = ["leads", "partners", "shops"];
    let texts =
        rosters.map(|it| fs::read_to_string(format!("examples/coffee-chain/rosters/{it}.yaml")));
    let mut people: Vec<Person> = Vec::new();
    for line in texts.iter().flat_map(|text| text.as_ref().unwrap().lines()) {
        let value = |key: &str| Some(line.split_once(key)?.1.split([',', ' ']).next()?.to_owned());
        let Some(email) = value("email: ") else { continue };
        let (_, name) = line.split_once("name: ").unwrap();
        let name = name.split(',').next().unwrap().to_owned();
        let list = line.split_once('[').map(|(_, list)| list.split(']').next().unwrap());
        let programs = list.map(|list| list.split(", ").map(str::to_owned).collect());
        match people.iter_mut().find(|it| it.email == email) {
            Some(known) => known.programs.as_mut().unwrap().extend(programs.unwrap()),
            None => people.push(Person { name, email, programs }),
        }
    }
    people
}

/// Part of the programs and part of the people, with all that they have of these programs.
fn write_some(scene: &Scene, rng: &mut Rng) {
    let known: BTreeSet<&str> = PROGRAMS.into_iter().filter(|_| rng.bool()).collect();
    for folder in ["programs", "logos"] {
        fs::create_dir_all(scene.path().join(folder)).unwrap();
    }
    for name in &known {
        for path in [format!("programs/{name}.yaml"), format!("logos/{name}.png")] {
            let from = PathBuf::from("examples/coffee-chain").join(&path);
            fs::copy(from, scene.path().join(path)).unwrap();
        }
    }
    let mut rosters = vec![Vec::new(); 1 + rng.usize(..3)];
    for person in everybody() {
        let held = person.programs.map(|held| {
            held.into_iter().filter(|it| known.contains(it.as_str())).collect::<BTreeSet<_>>()
        });
        if held.as_ref().is_none_or(|held| !held.is_empty()) && rng.u8(..3) > 0 {
            let at = rng.usize(..rosters.len());
            rosters[at].push((person.name, person.email, held));
        }
    }
    let mut files = [String::new(), String::new()];
    for (number, people) in rosters.iter().enumerate() {
        let text = roster(number, people, rng);
        let _ = write!(files[rng.usize(..2)], "---\n{text}");
    }
    for (name, text) in ["a.yaml", "b.yaml"].into_iter().zip(files) {
        if !text.is_empty() {
            scene.write(name, &text);
        }
    }
}

fn roster(
    number: usize,
    people: &[(String, String, Option<BTreeSet<String>>)],
    rng: &mut Rng,
) -> String {
    let mut text = format!(
        "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: {{ name: r{number} }}\nspec:\n  members:"
    );
    if people.is_empty() {
        return text + " [] # nobody yet\n";
    }
    text.push('\n');
    let mut shared: Option<BTreeSet<String>> = None;
    for (at, (name, email, held)) in people.iter().enumerate() {
        let _ = writeln!(
            text,
            "    # note {number}.{at}\n    - name: {name} # called so\n      email: {email}"
        );
        let Some(held) = held else {
            text.push_str("      role: master\n");
            continue;
        };
        text.push_str("      role: developer\n      miniPrograms:");
        let list: Vec<&str> = held.iter().map(String::as_str).collect();
        match rng.u8(..3) {
            _ if shared.as_ref() == Some(held) && rng.bool() => text.push_str(" *shared\n"),
            _ if shared.is_none() && rng.bool() => {
                shared = Some(held.clone());
                let _ = writeln!(text, " &shared [{}]", list.join(", "));
            }
            0 => {
                for key in list {
                    let _ = write!(text, "\n        - {key} # theirs, and more");
                }
                text.push('\n');
            }
            1 => {
                let _ =
                    writeln!(text, " [\n        {} # theirs, and more\n      ]", list.join(", "));
            }
            _ => {
                let _ = writeln!(text, " [{}] # theirs", list.join(", "));
            }
        }
    }
    text
}

/// A workspace in which all is there, found once.
fn scene() -> Scene {
    static FOUND: LazyLock<Scene> = LazyLock::new(found);
    let scene = Scene::empty();
    for (path, bytes) in crate::stage::files(FOUND.path()) {
        let copy = scene.path().join(path);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::write(copy, bytes).unwrap();
    }
    scene
}

#[test]
fn whatever_the_rosters_look_like_an_import_takes_nothing_from_anybody() {
    let mut n_shared = 0;
    for seed in 0..SEEDS {
        let scene = scene();
        write_some(&scene, &mut Rng::with_seed(seed));
        let notes = |scene: &Scene| {
            let texts =
                ["a.yaml", "b.yaml"].map(|name| fs::read_to_string(scene.path().join(name)));
            let texts: String = texts.into_iter().flatten().collect();
            let commented = texts.lines().filter(|line| line.contains('#'));
            commented.map(|line| line.split_once('#').unwrap().1.to_owned()).collect::<Vec<_>>()
        };
        let before = notes(&scene);
        let check = scene.run(&["check"]);
        assert_eq!(check.status, 0, "{seed}: {}{}", check.out, check.err);
        let import = scene.run(&["import"]);
        let left = import.err.lines().filter(|line| line.starts_with("left alone: ")).count();
        n_shared += left;
        assert_eq!(import.status, if left == 0 { 0 } else { 5 }, "{seed}: {}", import.err);
        let plan = scene.run(&["plan", "--detailed-exitcode"]);
        assert_eq!(plan.status, 0, "{seed}: {}{}{}", import.err, plan.out, plan.err);
        assert_eq!(notes(&scene), before, "{seed}");
        let again = scene.run(&["import"]);
        assert_eq!(again.out, "", "{seed}: {}", again.err);
    }
    assert!(n_shared > 0, "no list was shared");
}
