//! How long taglines and descriptions are, in each way that platforms may count.

use super::{
    Census, CheckInput,
    texts::{Field, Text, texts},
};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    model::text::{self, Bounds, Fit},
};

pub(super) const CODES: &[CodeInfo] = &[TAGLINE, DESCRIPTION];

const TAGLINE: CodeInfo = CodeInfo {
    code: Code(307),
    title: "a tagline is shorter than 10 or longer than 30 characters",
    explanation: "\"Enter a tagline for your mini program between 10 and 30 characters.\" Whether a \
        Chinese character counts as one or as two is not said (it is for names). So a tagline is \
        refused when it does not fit in either way, and warned of when it fits in only one.",
    source: "quickstart, Create a mini program by a master; Alipay Open Platform (app_slogan) \
        counts a Chinese character as two",
};
const DESCRIPTION: CodeInfo = CodeInfo {
    code: Code(308),
    title: "a description is shorter than 20 or longer than 200 characters",
    explanation: "\"Describe your mini program between 20 and 200 characters.\" Whether a Chinese \
        character counts as one or as two is not said (it is for names). So a description is \
        refused when it does not fit in either way, and warned of when it fits in only one.",
    source: "quickstart, Create a mini program by a master; Alipay Open Platform (app_desc) \
        counts a Chinese character as two, and to 400",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    for text in input.programs.iter().flat_map(|program| texts(&program.document)) {
        let (info, bounds) = match text.field {
            Field::Tagline => (&TAGLINE, text::TAGLINE),
            Field::Description => (&DESCRIPTION, text::DESCRIPTION),
            Field::Name | Field::Industry | Field::Person => continue,
        };
        if !text.is_blank() {
            found.extend(misfit(text, info, bounds));
        }
    }
}

fn misfit(text: Text<'_>, info: &CodeInfo, bounds: Bounds) -> Option<Diagnostic> {
    let value = text.value().trim();
    let (plain, weighted) = (text::plain(value), text::weighted(value));
    let Bounds { min, max } = bounds;
    let span = text.written.span;
    let is_wide = plain != weighted;
    Some(match bounds.fit(value) {
        Fit::Fits => return None,
        Fit::TooShort if is_wide => {
            let message = format!(
                "{text} is {weighted} characters long even when a Chinese one counts as 2, and at \
                 least {min} are needed"
            );
            Diagnostic::error(info, span, message).help(between(bounds))
        }
        Fit::TooShort => {
            let message =
                format!("{text} is {plain} characters long, and at least {min} are needed");
            Diagnostic::error(info, span, message).help(between(bounds))
        }
        Fit::TooLong => {
            let message = format!("{text} is {plain} characters long, and {max} is the limit");
            Diagnostic::error(info, span, message).help(between(bounds))
        }
        Fit::Disputed => {
            let message = format!(
                "{text} is {plain} characters long, but {weighted} when a Chinese one counts as 2: \
                 the platform may refuse it"
            );
            let help = format!(
                "it is not documented how {min} to {max} are counted; a text that fits in both ways \
                 is safe"
            );
            Diagnostic::warning(info, span, message).help(help)
        }
    })
}

fn between(Bounds { min, max }: Bounds) -> String {
    format!("{min} to {max} characters are asked for")
}
