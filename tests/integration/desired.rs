//! From manifests to desired state.

use jiff::civil::date;
use minisync::{
    diagnostic::{Source, Sources},
    manifest::{self, Context, LogoProblem, PROJECT_FILE, Valid},
    model::{Digest, Logo, LogoFormat, Role, Subject, WorkspaceId},
};

const PROJECT: &str = "
apiVersion: minisync.dev/v1
kind: Project
workspace: acme
owner: { name: An Owner, email: owner@example.com }
";

const PROGRAMS: &str = "
apiVersion: minisync.dev/v1
kind: MiniProgram
metadata: { name: coffee }
spec:
  name: 幸福咖啡
  releaseTo: [alipay-cn, alipay-cn]
  defaultLanguage: ZH-cn
  createdBy: Mei@Example.com
  listing:
    tagline: 每天一杯好咖啡，幸福每一天
    description: 附近门店现磨咖啡，手机点单，到店自取，外卖送到家，会员每周都有优惠。
    logo: logos/coffee.png
    industry: 餐饮/咖啡
    customerService: { phone: 0571-8888888, email: care@example.com }
  languages:
    en-us: { name: Lucky Coffee }
---
apiVersion: minisync.dev/v1
kind: MiniProgram
metadata: { name: tea }
spec: { name: 幸福茶, releaseTo: [alipay-cn], defaultLanguage: zh-CN }
";

const ROSTERS: &str = "
apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: baristas }
spec:
  members:
    - { name: Mei Chen, email: mei@example.com, role: master }
    - { name: Lin Wei, email: lin@example.com, role: developer, miniPrograms: [coffee] }
---
apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: tea-masters }
spec:
  members:
    - { name: Lin Wei, email: LIN@example.com, role: developer, miniPrograms: [tea, coffee] }
    - { name: Wu Yan, email: wu@example.com, role: developer, miniPrograms: [tea], blocked: true }
---
apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: nobody }
spec: { workspace: empty, members: [] }
";

/// Who creates `coffee`.
const MEI: &str = "
apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: masters }
spec: { members: [{ name: Mei Chen, email: mei@example.com, role: master }] }
";

fn logo() -> Logo {
    let path = "logos/coffee.png".to_owned();
    Logo { digest: Digest::new("ab"), format: LogoFormat::Png, path }
}

fn load(files: &[(&str, &str)], logo: &Result<Logo, LogoProblem>) -> (Sources, Valid) {
    let source =
        |(path, text): &(&str, &str)| Source { path: (*path).into(), text: (*text).into() };
    let sources = Sources::new(files.iter().map(source).collect());
    let parsed = manifest::parse(&sources);
    let logos = parsed.logo_paths().map(|(_, path)| (path.span, logo.clone())).collect();
    let context = Context { logos, ..Context::default() };
    let valid = parsed.load(&context).into_valid();
    (sources, valid.unwrap_or_else(|found| panic!("{found:#?}")))
}

fn workspace(name: &str) -> WorkspaceId {
    name.parse().unwrap()
}

#[test]
fn a_program_is_what_its_manifest_says_in_canonical_spelling() {
    let files = [(PROJECT_FILE, PROJECT), ("a.yaml", PROGRAMS), ("b.yaml", ROSTERS)];
    let (_, valid) = load(&files, &Ok(logo()));
    let programs = &valid.workspaces[&workspace("acme")].programs;
    assert_eq!(programs.len(), 2);
    let coffee = &programs[&"coffee".parse().unwrap()];
    assert_eq!(coffee.name, "幸福咖啡");
    assert_eq!(coffee.release_to.len(), 1);
    assert_eq!(coffee.default_language.as_str(), "zh-CN");
    assert_eq!(coffee.created_by.as_ref().unwrap().as_str(), "mei@example.com");
    let listing = coffee.listing.as_ref().unwrap();
    assert_eq!(listing.logo, logo());
    assert_eq!(listing.customer_service.phone, "0571-8888888");
    let (tag, english) = coffee.languages.first_key_value().unwrap();
    assert_eq!((tag.as_str(), english.name.as_deref()), ("en-US", Some("Lucky Coffee")));
    assert_eq!(programs[&"tea".parse().unwrap()].listing, None);
}

#[test]
fn rosters_add_up_and_one_person_is_one_member() {
    let files = [(PROJECT_FILE, PROJECT), ("a.yaml", PROGRAMS), ("b.yaml", ROSTERS)];
    let (sources, valid) = load(&files, &Ok(logo()));
    let acme = workspace("acme");
    let members = &valid.workspaces[&acme].members;
    assert_eq!(members.len(), 3);
    let lin = &members[&"lin@example.com".parse().unwrap()];
    let both = ["coffee", "tea"].map(|key| key.parse().unwrap());
    assert_eq!(lin.role, Role::Developer(both.into()));
    assert!(members[&"wu@example.com".parse().unwrap()].blocked);
    assert!(valid.workspaces[&workspace("empty")].members.is_empty());
    let places = valid.origins.of(&acme, &Subject::Member(lin.email.clone()));
    let places: Vec<_> = places.iter().map(|span| sources.place(*span)).collect();
    assert_eq!(places, ["b.yaml:8:31", "b.yaml:15:31"]);
    let places = valid.origins.of(&acme, &Subject::Program("coffee".parse().unwrap()));
    assert_eq!(sources.place(places[0]), "a.yaml:4:19");
}

#[test]
fn the_later_end_of_an_assignment_counts_and_the_membership_ends_it_all() {
    let roster = |name: &str, member: &str| {
        format!(
            "---
apiVersion: minisync.dev/v1
kind: Roster
metadata: {{ name: {name} }}
spec:
  members:
    - {{ name: Lin Wei, email: lin@example.com, role: developer, {member} }}
"
        )
    };
    let lin = |first: &str, second: &str| {
        let rosters = roster("first", first) + &roster("second", second);
        let files =
            [(PROJECT_FILE, PROJECT), ("a.yaml", PROGRAMS), ("b.yaml", MEI), ("c.yaml", &rosters)];
        let (_, mut valid) = load(&files, &Ok(logo()));
        let members = &mut valid.workspaces.get_mut(&workspace("acme")).unwrap().members;
        members.remove(&"lin@example.com".parse().unwrap()).unwrap()
    };
    let ends = |first: &str, second: &str| -> Vec<(String, String)> {
        let lin = lin(&format!("miniPrograms: {first}"), &format!("miniPrograms: {second}"));
        assert!(matches!(lin.role, Role::Developer(keys) if keys.len() == 2));
        let ends = lin.assignments_until.into_iter();
        ends.map(|(key, until)| (key.to_string(), until.to_string())).collect()
    };
    let coffee = |until: &str| vec![("coffee".to_owned(), until.to_owned())];
    let (early, late) =
        ("{ program: coffee, until: 2027-01-31 }", "{ program: coffee, until: 2027-02-01 }");
    assert_eq!(ends(&format!("[tea, {early}]"), &format!("[{late}]")), coffee("2027-02-01"));
    assert_eq!(ends(&format!("[{late}, {early}]"), "[tea]"), coffee("2027-02-01"));
    assert_eq!(ends(&format!("[tea, {early}]"), "[coffee]"), []);
    assert_eq!(ends("[tea, { program: coffee }]", &format!("[{early}]")), []);
    let whole = lin(
        &format!("until: 2027-02-01, miniPrograms: [tea, {early}]"),
        "until: 2027-02-01, previously: lin@old.example.com, miniPrograms: [tea]",
    );
    assert_eq!(whole.until, Some(date(2027, 2, 1)));
    assert_eq!(whole.previously, Some("lin@old.example.com".parse().unwrap()));
    assert_eq!(whole.assignments_until.len(), 1);
    let over = format!("until: 2027-01-31, miniPrograms: [tea, {late}]");
    assert!(lin(&over, "until: 2027-01-31, miniPrograms: [tea]").assignments_until.is_empty());
}

#[test]
fn without_a_project_file_the_workspace_is_default() {
    let roster = "
apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec: { members: [{ name: Mei, email: mei@example.com, role: master }] }
";
    let (_, valid) = load(&[("a.yaml", roster)], &Ok(logo()));
    assert_eq!(valid.workspaces.keys().collect::<Vec<_>>(), [&workspace("default")]);
}

#[test]
fn the_order_of_files_cannot_be_seen() {
    let files = [("a.yaml", PROGRAMS), ("b.yaml", ROSTERS), (PROJECT_FILE, PROJECT)];
    let mut shuffled = files;
    shuffled.reverse();
    let (left, right) = (load(&files, &Ok(logo())), load(&shuffled, &Ok(logo())));
    assert_eq!(left, right);
}
