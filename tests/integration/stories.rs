//! Stories: terminal sessions that are documentation and tests. What `README.md` and
//! `tests/stories/*.md` show is what the commands print.

use crate::stage::{Said, Stage, files};
use jiff::Timestamp;
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// `<!-- project: examples/coffee-chain -->`: where a story plays. What happens before it is in the
/// same comment, unseen.
const PROJECT: &str = "<!-- project: ";

/// The story with what its commands really print.
fn played(story: &str) -> String {
    let project = story.lines().find_map(|line| line.strip_prefix(PROJECT));
    let project = project.map(|project| project.trim_end_matches(" -->"));
    let stage = project.map_or_else(Stage::empty, Stage::of);
    let (mut told, mut is_console) = (String::new(), false);
    for line in story.lines() {
        if line.starts_with("```") {
            is_console = line == "```console";
        }
        let command = line.strip_prefix("$ ").filter(|_| is_console);
        if !is_console || command.is_some() || line.starts_with("```") {
            told.push_str(line);
            told.push('\n');
        }
        if let Some(command) = command {
            told.push_str(&answer(&stage, command));
        }
    }
    told
}

/// What a terminal would show; a status other than 0 is told on a line of its own.
fn answer(stage: &Stage, command: &str) -> String {
    let Said { status, stdout, stderr } =
        stage.run(Command::new("sh").arg("-c").arg(format!("exec 2>&1\n{command}")));
    assert_eq!(stderr, "", "{command}");
    let status = if status == 0 { String::new() } else { format!("? {status}\n") };
    steady(&stdout, stage) + &status
}

/// What differs from run to run, made the same: where the story plays, the second that passes
/// between an invitation and its telling, and the order in which concurrent requests end.
fn steady(output: &str, stage: &Stage) -> String {
    let folder = stage.folder.path().to_str().unwrap();
    let output = output.replace(folder, "~/coffee").replace(" 2 days left", " 3 days left");
    let output: String = undigested(&output).split_inclusive([' ', '\n']).map(timeless).collect();
    let mut entries: Vec<String> = Vec::new();
    for line in output.split_inclusive('\n') {
        match entries.last_mut() {
            Some(entry) if continues(entry, line) => entry.push_str(line),
            Some(_) | None => entries.push(line.to_owned()),
        }
    }
    let runs = entries.chunk_by_mut(|one, next| order(one).is_some() && order(one) == order(next));
    runs.flat_map(|run| {
        run.sort();
        run.iter().cloned()
    })
    .collect()
}

/// Digests are of ids, too, that the platform chose.
fn undigested(output: &str) -> String {
    let mut parts = output.split("sha256:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        let digits = "3f9c2a8b1d4e5f60".chars().cycle().take(part.len() - rest.len());
        told + "sha256:" + &digits.collect::<String>() + rest
    })
}

/// Another story's console may have the usual port, no two stories play at one time of day, and ids
/// on the platform, which digests hold, are drawn by lot.
fn timeless(word: &str) -> String {
    let bare = word.trim_end_matches([' ', '\n', ',', ';', '.']);
    let is_time = bare.parse::<Timestamp>().is_ok();
    let is_hour = bare.len() == 5 && bare.parse::<jiff::civil::Time>().is_ok();
    let day = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    let is_today = bare == day.to_string();
    if bare.starts_with("somebody@") {
        return format!("somebody@laptop{}", &word[bare.len()..]);
    }
    let is_hex = |digits: &str| digits.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = |text: &str| text.trim_end_matches('`').to_owned();
    if let Some((consent, end)) = bare.split_once('@').filter(|(_, end)| is_hex(&digits(end))) {
        let end = &word[consent.len() + 1 + digits(end).len()..];
        return format!("{consent}@3f9c2a{end}");
    }
    let is_run = |text: &str| text.len() > 30 && text.bytes().all(|byte| byte.is_ascii_digit());
    let steady = if (bare.len() == 10 && is_hex(bare)) || is_run(bare) {
        "3f9c2a1b0d"
    } else if is_today {
        "2026-11-27"
    } else if is_time {
        "2026-11-27T08:00:00Z"
    } else if is_hour {
        "08:00"
    } else if bare.starts_with("http://127.0.0.1:") {
        "http://127.0.0.1:8723"
    } else {
        bare
    };
    format!("{steady}{}", &word[bare.len()..])
}

/// Marks the entries that come in no order.
fn order(entry: &str) -> Option<&'static str> {
    ["done: ", "… "]
        .into_iter()
        .find(|mark| entry.trim_start().starts_with(mark))
        .or_else(|| ["accepts the invitation"].into_iter().find(|words| entry.contains(words)))
}

/// Whether a line is the rest of a waiting entry: further to the right.
fn continues(entry: &str, line: &str) -> bool {
    let indent = |text: &str| text.len() - text.trim_start().len();
    order(entry) == Some("… ") && !line.trim().is_empty() && indent(line) > indent(entry)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "asks whether to write the stories anew")]
fn stories_go_as_they_are_told() {
    let bless = env::var("MINISYNC_BLESS").is_ok();
    let mut wrong = Vec::new();
    let stories = fs::read_dir("tests/stories").unwrap().map(|entry| entry.unwrap().path());
    for path in stories.chain([PathBuf::from("README.md")]) {
        let story = fs::read_to_string(&path).unwrap();
        let played = played(&story);
        if bless {
            fs::write(&path, &played).unwrap();
        } else if played != story {
            wrong.push(format!("{}\n{played}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "MINISYNC_BLESS=1 writes them anew\n{}", wrong.join("\n"));
}

/// The sources of the tests and of what they test.
fn sources() -> String {
    let files = ["src", "tests/integration"].map(|folder| files(Path::new(folder)));
    let texts = files.into_iter().flat_map(BTreeMap::into_values);
    texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

#[test]
fn each_promise_names_tests_that_exist() {
    let readme = fs::read_to_string("README.md").unwrap();
    let promises = readme.split("\n## ").find(|part| part.starts_with("Promises\n")).unwrap();
    let rows = promises.lines().filter_map(|line| line.strip_prefix("| ")).skip(1);
    let (sources, mut n_tests) = (sources(), 0);
    for (promise, held_by) in rows.map(|row| row.rsplit_once(" | ").unwrap()) {
        for test in held_by.split('`').skip(1).step_by(2) {
            let name = test.rsplit("::").next().unwrap();
            let exists = [format!("fn {name}("), format!("mod {name};")];
            assert!(exists.iter().any(|one| sources.contains(one)), "{promise}: {test}");
            n_tests += 1;
        }
    }
    assert!(n_tests > 12, "{n_tests}");
}

#[test]
fn the_readme_has_the_exit_statuses_of_the_help() {
    let readme = fs::read_to_string("README.md").unwrap();
    let help = Stage::empty().minisync(&["--help"]).stdout;
    let table = help.split("Exit status:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let row = |line: &str| {
        let (status, means) = line.trim().split_once("  ").unwrap();
        let flags = ["--detailed-exitcode", "--wait"];
        let means = flags
            .iter()
            .fold(means.to_owned(), |means, flag| means.replace(flag, &format!("`{flag}`")));
        format!("| {status} | {means} |")
    };
    let rows: Vec<String> = table.lines().filter(|line| !line.is_empty()).map(row).collect();
    assert!(rows.len() > 8, "{help}");
    assert!(readme.contains(&rows.join("\n")), "{}", rows.join("\n"));
}
