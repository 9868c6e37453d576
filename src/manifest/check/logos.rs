//! What became of the logos.

use super::{
    Census, CheckInput,
    closest::{Closest, meant},
    quote::quoted,
};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{context::LogoProblem, document::Spanned, yaml},
    model::image::LogoFault,
};

pub(super) const CODES: &[CodeInfo] = &[NO_FILE, OUTSIDE, NOT_AN_IMAGE, TOO_LARGE, NOT_SQUARE];

const NO_FILE: CodeInfo = CodeInfo {
    code: Code(403),
    title: "a logo's path does not lead to a file that can be read",
    explanation: "The path is relative to the manifest that names it. Folders, pipes and devices \
        are not opened.",
    source: "a decision of minisync",
};
const OUTSIDE: CodeInfo = CodeInfo {
    code: Code(404),
    title: "a logo's path leads out of the repository",
    explanation: "What is published must have been reviewed with the manifest, so the path is \
        relative, does not climb out of the repository with `..`, and is no link that leads out \
        of it. Nothing outside is looked at. Where there is no repository, the project's folder \
        is the boundary.",
    source: "a decision of minisync",
};
const NOT_AN_IMAGE: CodeInfo = CodeInfo {
    code: Code(405),
    title: "a logo is neither a JPEG nor a PNG image",
    explanation: "\"Upload an image in .jpg, .jpeg, or .png format.\" The content decides, and not \
        the file's name: a renamed WebP image is still refused by the platform.",
    source: "quickstart, Create a mini program by a master",
};
const TOO_LARGE: CodeInfo = CodeInfo {
    code: Code(406),
    title: "a logo is larger than 256 KB",
    explanation: "\"No more than 256 KB.\" A KB has 1,024 bytes here.",
    source: "quickstart, Create a mini program by a master",
};
const NOT_SQUARE: CodeInfo = CodeInfo {
    code: Code(407),
    title: "a logo is not square",
    explanation: "\"The ratio of length to width must be 1 to 1.\"",
    source: "quickstart, Create a mini program by a master; 180 × 180 pixels are suggested",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let mut closest = Closest::new();
    for listing in input.programs.iter().filter_map(|one| one.document.spec.listing.as_ref()) {
        if let Some(Err(problem)) = input.context.logos.get(&listing.logo.span) {
            found.push(finding(&listing.logo, problem, &mut closest));
        }
    }
}

fn finding(logo: &Spanned<String>, problem: &LogoProblem, closest: &mut Closest) -> Diagnostic {
    let (info, help) = match problem {
        LogoProblem::Missing { nearby } => return missing(logo, nearby, closest),
        LogoProblem::NotAFile(_) | LogoProblem::Unreadable(_) => {
            (&NO_FILE, "name an image file, relative to this manifest")
        }
        LogoProblem::Absolute => (&OUTSIDE, "write the path relative to this manifest"),
        LogoProblem::Outside | LogoProblem::LinkedOutside => {
            (&OUTSIDE, "put the image into the repository")
        }
        LogoProblem::Fault(LogoFault::Empty | LogoFault::NotAnImage) => {
            (&NOT_AN_IMAGE, "save it as JPEG or PNG")
        }
        LogoProblem::Fault(LogoFault::TooLarge(_)) => {
            (&TOO_LARGE, "180 × 180 pixels are enough, and take a few KB")
        }
        LogoProblem::Fault(LogoFault::NotSquare { .. }) => {
            (&NOT_SQUARE, "cut it to a square, for example 180 × 180 pixels")
        }
    };
    let message = format!("the logo {} {problem}", quoted(logo));
    Diagnostic::error(info, logo.span, message).help(help)
}

fn missing(logo: &Spanned<String>, nearby: &[String], closest: &mut Closest) -> Diagnostic {
    let message = format!("the logo {} does not exist", quoted(logo));
    let finding = Diagnostic::error(&NO_FILE, logo.span, message);
    let (folder, name) = match logo.rfind('/') {
        Some(at) => logo.split_at(at + 1),
        None => ("", logo.as_str()),
    };
    let images = nearby.iter().map(String::as_str).filter(|name| {
        let name = name.to_lowercase();
        [".png", ".jpg", ".jpeg"].iter().any(|end| name.ends_with(end))
    });
    match closest.to(name, images) {
        Some(name) => {
            let path = format!("{folder}{name}");
            finding.help(meant(&path)).fix(
                logo.span,
                yaml::written(&path),
                format!("write `{path}`"),
            )
        }
        None => finding.help("the path is relative to this manifest"),
    }
}
