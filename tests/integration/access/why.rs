//! Why somebody has what they have, down to commit and run.

use super::repository::{LIN, MEI, Repository, program, roster};
use crate::report::schema::must_be_valid;

/// Applied, and Lin given another program by a later commit.
fn grown() -> Repository {
    let repository = Repository::new();
    repository.apply();
    let lin = LIN.replace("[coffee]", "[coffee, tea]");
    repository.write("team.yaml", &roster(&[MEI, &lin]));
    repository.commit("Lin takes tea");
    repository.apply();
    repository
}

#[test]
fn a_person_is_explained_by_line_commit_and_run() {
    let told = grown().says(&["explain", "member", "lin@example.com", "tea"]);
    assert!(told.contains("developer of tea, team.yaml:"), "{told}");
    assert!(told.contains("2020-01-02 Zhao Ming: Lin takes tea"), "{told}");
    assert!(told.contains("invite lin@example.com as developer of coffee"), "{told}");
    let role = told.split("change the role of lin@example.com").nth(1).unwrap();
    let line = role.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        line.starts_with(
            "to developer of coffee and tea (since then they have tea) by run HASH of "
        ),
        "{line}"
    );
    assert!(line.contains("commit HASH"), "{line}");
    assert!(told.contains("lin@example.com is managed by minisync in workspace acme."), "{told}");
}

#[test]
fn every_answer_has_a_form_for_programs() {
    let repository = grown();
    for arguments in [
        &["explain", "member", "lin@example.com", "--format", "json"][..],
        &["explain", "member", "lin@example.com", "coffee", "--format", "json"],
        &["explain", "program", "coffee", "--format", "json"],
    ] {
        must_be_valid(&repository.says(arguments));
    }
    let told = repository.says(&["explain", "program", "coffee"]);
    assert!(told.contains("the mini program, programs.yaml:"), "{told}");
    assert!(told.contains("done: create coffee\n    by run HASH of "), "{told}");
    let markdown = repository.says(&["explain", "program", "coffee", "--format", "markdown"]);
    assert!(markdown.starts_with("### minisync explain\n"), "{markdown}");
}

#[test]
fn what_the_ledger_does_not_know_is_said_to_be_so() {
    let repository = Repository::new();
    let told = repository.says(&["explain", "member", "lin@example.com"]);
    assert!(told.contains("The ledger knows nothing of lin@example.com"), "{told}");
    let said = repository.minisync(&["explain", "member", "linn@example.com"]);
    assert_eq!(said.status, 1);
    assert!(said.stderr.contains("did you mean `lin@example.com`?"), "{}", said.stderr);
    assert_eq!(repository.minisync(&["explain", "member", "lin"]).status, 64);
}

#[test]
fn whoever_was_removed_is_told_to_have_been() {
    let repository = grown();
    repository.write("team.yaml", &roster(&[MEI]));
    repository.commit("Lin leaves");
    repository.apply();
    let told = repository.says(&["explain", "member", "lin@example.com"]);
    assert!(told.contains("no manifest asks for it"), "{told}");
    assert!(told.contains("done: remove lin@example.com"), "{told}");
    assert!(told.contains("is not managed by minisync any more"), "{told}");
}

#[test]
fn whoever_went_after_a_removal_that_nobody_heard_of_is_told_to_have_been_asked_to_go() {
    let repository = grown();
    repository.write("team.yaml", &roster(&[MEI]));
    repository.commit("Lin leaves");
    // The removal is carried out; after that, nobody lets us in to hear of it.
    let lost = ["lost-answer:writes:at=members", "expired-token:writes:at=members:after=1:always"];
    repository.says(&["sandbox", "mishap", "add", lost[0], lost[1]]);
    assert_eq!(repository.minisync(&["apply", "--yes"]).status, 1);
    repository.says(&["sandbox", "mishap", "clear"]);
    repository.apply();
    let told = repository.says(&["explain", "member", "lin@example.com"]);
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("NOW not known: remove lin@example.com"), "{told}");
    let gone = "NOW gone from the platform, after a request for that whose answer was lost";
    assert!(words.contains(gone) && !words.contains("not by minisync"), "{told}");
    let json = repository.says(&["explain", "member", "lin@example.com", "--format", "json"]);
    must_be_valid(&json);
    assert!(json.contains(r#""kind": "goneAsAsked""#), "{json}");
}

#[test]
fn whoever_was_found_on_the_platform_is_told_to_have_been_adopted() {
    let repository = grown();
    std::fs::remove_file(repository.root().join(".minisync/ledger.db")).unwrap();
    repository.apply();
    let told = repository.says(&["explain", "member", "lin@example.com"]);
    assert!(told.contains("not ours at first: found on the platform, and adopted"), "{told}");
}

#[test]
fn codes_are_explained_as_before() {
    let repository = Repository::new();
    assert!(repository.says(&["explain", "MS0301"]).starts_with("MS0301"));
    assert!(repository.says(&["explain"]).contains("MS0101"));
    assert_eq!(repository.minisync(&["explain", "MS9999"]).status, 64);
}

#[test]
fn a_program_with_another_key_is_the_one_that_was_created() {
    let repository = grown();
    let cafe = "metadata: { name: cafe, previously: coffee }\nspec: { name: Lucky coffee,";
    let coffee =
        program("coffee").replace("metadata: { name: coffee }\nspec: { name: Lucky coffee,", cafe);
    repository.write("programs.yaml", &[coffee, program("tea")].concat());
    let lin = LIN.replace("[coffee]", "[cafe, tea]");
    repository.write("team.yaml", &roster(&[MEI, &lin]));
    repository.commit("coffee is cafe");
    for _ in 0..2 {
        let told = repository.says(&["explain", "program", "cafe"]);
        assert!(told.contains("done: create coffee\n"), "{told}");
        assert!(!told.contains("not ours at first"), "{told}");
        assert!(told.contains("cafe is managed by minisync in workspace acme."), "{told}");
        let told = repository.says(&["explain", "member", "lin@example.com", "cafe"]);
        let grant = "invite lin@example.com as developer of coffee (since then they have cafe)";
        assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(grant), "{told}");
        repository.apply();
    }
    let told = repository.says(&["explain", "program", "cafe"]);
    assert!(told.contains("renamed: until then its key was coffee"), "{told}");
    must_be_valid(&repository.says(&["explain", "program", "cafe", "--format", "json"]));
}

#[test]
fn a_person_with_another_address_has_one_story() {
    let repository = grown();
    let lin = LIN.replace("lin@example.com", "lin@new.example.com, previously: lin@example.com");
    repository.write("team.yaml", &roster(&[MEI, &lin]));
    repository.commit("Lin has another address");
    repository.apply();
    let told = repository.says(&["explain", "member", "lin@new.example.com"]);
    assert!(told.contains("done: invite lin@example.com as developer of coffee"), "{told}");
    assert!(told.contains("done: invite lin@new.example.com"), "{told}");
}
