//! The form of e-mail addresses, wherever one is written.

use super::{Census, CheckInput, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{Environment, Spanned},
        yaml,
    },
    model::Email,
};

pub(super) const CODES: &[CodeInfo] = &[EMAIL_FORM];

const EMAIL_FORM: CodeInfo = CodeInfo {
    code: Code(204),
    title: "an e-mail address has no form that mail can be sent to",
    explanation: "Invitations go to this address, and minisync knows people by it. It is the bare \
        address, `name@example.com`: without a display name, and with a domain that has a dot. \
        Domains in other scripts are welcome.",
    source: "quickstart, Add members: \"Enter the email of the member\"; RFC 5321, RFC 6531",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let odd = addresses(input).filter(|written| written.parse::<Email>().is_err());
    found.extend(odd.map(misformed));
}

fn addresses<'a>(input: &CheckInput<'a>) -> impl Iterator<Item = &'a Spanned<String>> {
    let specs = || input.programs.iter().map(|program| &program.document.spec);
    let creators = specs().filter_map(|spec| spec.created_by.as_ref());
    let services = specs().filter_map(|spec| Some(&spec.listing.as_ref()?.customer_service.email));
    let members = || input.rosters.iter().flat_map(|roster| &roster.document.spec.members);
    let previous = members().filter_map(|member| member.previously.as_ref());
    let members = members().map(|member| &member.email).chain(previous);
    let owner = input.project.and_then(|project| Some(&project.owner.as_ref()?.email));
    let environments = input.project.into_iter().flat_map(|project| project.environments.values());
    let masters = environments.flat_map(|environment| {
        let Environment::Sandbox(sandbox) = environment;
        sandbox.masters.keys()
    });
    let kept = input.project.into_iter().flat_map(|project| &project.policy.rails.keep_members);
    creators.chain(services).chain(members).chain(owner).chain(masters).chain(kept)
}

fn misformed(written: &Spanned<String>) -> Diagnostic {
    let message = if written.is_empty() {
        "the e-mail address is empty".to_owned()
    } else {
        format!("{} is not an e-mail address", quoted(written))
    };
    let finding = Diagnostic::error(&EMAIL_FORM, written.span, message);
    let bare = bare(written);
    if bare.parse::<Email>().is_ok() {
        finding.help(format!("the address alone is `{bare}`")).fix(
            written.span,
            yaml::written(&bare),
            format!("write `{bare}`"),
        )
    } else {
        finding.help("write it as `name@example.com`")
    }
}

/// The address without what people copy along with it: a display name, `mailto:`, white space, the
/// full-width signs of a Chinese keyboard.
fn bare(text: &str) -> String {
    let text = match (text.rfind('<'), text.rfind('>')) {
        (Some(from), Some(to)) if from < to => &text[from + 1..to],
        (Some(_) | None, _) => text,
    };
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    text.replace('＠', "@").replace(['。', '．'], ".")
}
