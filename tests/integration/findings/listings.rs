//! MS04xx: listings and logos.

use super::case::{Case, case, sound_disk};
use minisync::{
    diagnostic::Sources,
    manifest::{Context, LogoProblem, Parsed, Thing},
    model::image::LogoFault,
};

pub(super) const CASES: &[Case] =
    &[INDUSTRY, PHONE, NO_FILE, OUTSIDE, NOT_AN_IMAGE, TOO_LARGE, NOT_SQUARE, LISTING_NEEDED];

const INDUSTRY: Case = Case {
    disk: known_industries,
    ..case(401, &[("餐饮/咖啡", "餐饮/茶饮")], &[("餐饮/咖啡", "餐饮/咖非")])
};
const PHONE: Case =
    case(402, &[("0571-8888888", "\"0571-1234567\"")], &[("0571-8888888", "(0571) 8888 888")]);
const NO_FILE: Case = at_fault(403, |_, parsed| {
    logo_problem(parsed, LogoProblem::Missing { nearby: vec!["cofee.png".into(), "x.txt".into()] })
});
const OUTSIDE: Case = at_fault(404, |_, parsed| logo_problem(parsed, LogoProblem::Outside));
const NOT_AN_IMAGE: Case =
    at_fault(405, |_, parsed| logo_problem(parsed, LogoFault::NotAnImage.into()));
const TOO_LARGE: Case =
    at_fault(406, |_, parsed| logo_problem(parsed, LogoFault::TooLarge(262_145).into()));
const NOT_SQUARE: Case = at_fault(407, |_, parsed| {
    logo_problem(parsed, LogoFault::NotSquare { width: 180, height: 179 }.into())
});
const LISTING_NEEDED: Case =
    case(408, &[], &[("name: 幸福茶\n", "name: 幸福茶\n  createdBy: mei@example.com\n")]);

/// The disk is at fault, and the texts are sound.
const fn at_fault(code: u16, disk: fn(&Sources, &Parsed) -> Context) -> Case {
    Case { disk, ..case(code, &[], &[]) }
}

fn logo_problem(parsed: &Parsed, problem: LogoProblem) -> Context {
    let logos = parsed.logo_paths().filter(|(_, path)| path.value == "logos/coffee.png");
    let logos = logos.map(|(_, path)| (path.span, Err(problem.clone())));
    Context { logos: logos.collect(), ..Context::default() }
}

fn known_industries(sources: &Sources, parsed: &Parsed) -> Context {
    let industries = ["餐饮/咖啡", "餐饮/茶饮", "教育/职业培训"].map(str::to_owned).into();
    Context { industries, ..sound_disk(sources, parsed) }
}

#[test]
fn an_industry_is_one_of_the_platforms() {
    insta::assert_snapshot!(INDUSTRY.told(), @r"
error MS0401 coffee.yaml:13:15 [餐饮/咖非]
  the platform has no industry `餐饮/咖非`
  help: did you mean `餐饮/咖啡`?
  fix: write `餐饮/咖啡`: coffee.yaml:13:15 [餐饮/咖非] -> 餐饮/咖啡
");
}

#[test]
fn a_service_number_is_a_landline() {
    insta::assert_snapshot!(PHONE.told(), @r"
error MS0402 coffee.yaml:14:31 [(0571) 8888 888]
  the customer service number `(0571) 8888 888` is not written `XXXX-XXXXXXX`
  help: the same digits in that form are `0571-8888888`
  fix: write `0571-8888888`: coffee.yaml:14:31 [(0571) 8888 888] -> 0571-8888888
");
}

#[test]
fn a_missing_logo_may_be_misspelt() {
    insta::assert_snapshot!(NO_FILE.told(), @r"
    error MS0403 coffee.yaml:12:11 [logos/coffee.png]
      the logo `logos/coffee.png` does not exist
      help: did you mean `logos/cofee.png`?
      fix: write `logos/cofee.png`: coffee.yaml:12:11 [logos/coffee.png] -> logos/cofee.png
    ");
}

#[test]
fn a_logo_is_a_file() {
    let folder =
        at_fault(403, |_, parsed| logo_problem(parsed, LogoProblem::NotAFile(Thing::Folder)));
    insta::assert_snapshot!(folder.told(), @r"
        error MS0403 coffee.yaml:12:11 [logos/coffee.png]
          the logo `logos/coffee.png` is a folder, and not a file
          help: name an image file, relative to this manifest
        ");
}

#[test]
fn a_logo_lies_in_the_repository() {
    insta::assert_snapshot!(OUTSIDE.told(), @r"
error MS0404 coffee.yaml:12:11 [logos/coffee.png]
  the logo `logos/coffee.png` is outside of the repository
  help: put the image into the repository
");
    let absolute = at_fault(404, |_, parsed| logo_problem(parsed, LogoProblem::Absolute));
    insta::assert_snapshot!(absolute.told(), @r"
    error MS0404 coffee.yaml:12:11 [logos/coffee.png]
      the logo `logos/coffee.png` is an absolute path
      help: write the path relative to this manifest
    ");
}

#[test]
fn a_logo_is_an_image() {
    insta::assert_snapshot!(NOT_AN_IMAGE.told(), @r"
error MS0405 coffee.yaml:12:11 [logos/coffee.png]
  the logo `logos/coffee.png` is neither a JPEG nor a PNG image
  help: save it as JPEG or PNG
");
}

#[test]
fn a_logo_has_256_kb_at_most() {
    insta::assert_snapshot!(TOO_LARGE.told(), @r"
error MS0406 coffee.yaml:12:11 [logos/coffee.png]
  the logo `logos/coffee.png` is 262145 bytes large, and 262144 (256 KB) is the limit
  help: 180 × 180 pixels are enough, and take a few KB
");
}

#[test]
fn a_logo_is_square() {
    insta::assert_snapshot!(NOT_SQUARE.told(), @r"
error MS0407 coffee.yaml:12:11 [logos/coffee.png]
  the logo `logos/coffee.png` is 180 × 179 pixels, and a logo must be square
  help: cut it to a square, for example 180 × 180 pixels
");
}

#[test]
fn a_master_fills_in_the_whole_form() {
    insta::assert_snapshot!(LISTING_NEEDED.told(), @r"
error MS0408 coffee.yaml:23:14 [mei@example.com]
  `mei@example.com` creates `tea`, which has no `listing`
  help: a master fills in every field; leave `createdBy` out, and the owner may let the listing follow
");
}
