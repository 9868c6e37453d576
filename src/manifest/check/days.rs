//! Days on which access ends by itself. One that has passed is no finding: what day it is, nobody
//! knows here.

use super::{Census, CheckInput, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{AssignmentText, MemberText, Spanned},
        time::day,
    },
};
use jiff::civil::Date;

pub(super) const CODES: &[CodeInfo] = &[DAY_FORM, OUTLASTS];

const DAY_FORM: CodeInfo = CodeInfo {
    code: Code(614),
    title: "an `until` is not a day",
    explanation: "`until` is a day of the calendar, written as year, month and day: `2027-01-31`. It \
        is the last day of what it stands beside, in UTC; there is no time of day.",
    source: "a decision of minisync; ISO 8601, calendar dates",
};
const OUTLASTS: CodeInfo = CodeInfo {
    code: Code(615),
    title: "an assignment ends after the membership does",
    explanation: "Whoever is no member any more has no mini programs either. The later day changes \
        nothing, and suggests that the access lasts longer than it does.",
    source: "platform documentation, Add members: mini program members are members of the workspace",
};

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let programs = input.programs.iter().flat_map(|program| &program.document.spec.ignore);
    let ends = programs.filter_map(|rule| rule.until.as_ref());
    found.extend(ends.filter(|until| day(until).is_none()).map(misformed));
    for member in input.rosters.iter().flat_map(|roster| &roster.document.spec.members) {
        found.extend(days(member).filter(|until| day(until).is_none()).map(misformed));
        found.extend(outlasting(member));
    }
}

fn days(member: &MemberText) -> impl Iterator<Item = &Spanned<String>> {
    let ends = assignments(member).filter_map(|assignment| assignment.until.as_ref());
    let rules = member.ignore.iter().filter_map(|rule| rule.until.as_ref());
    member.until.iter().chain(ends).chain(rules)
}

fn assignments(member: &MemberText) -> impl Iterator<Item = &AssignmentText> {
    member.mini_programs.iter().flat_map(|programs| &programs.value)
}

fn misformed(until: &Spanned<String>) -> Diagnostic {
    let message = match until.as_str() {
        "" => "there is no day here".to_owned(),
        _ => format!("{} is not a day of the calendar", quoted(until)),
    };
    let finding = Diagnostic::error(&DAY_FORM, until.span, message);
    match meant(until) {
        Some(day) => finding.help(format!("did you mean `{day}`?")).fix(
            until.span,
            day.to_string(),
            format!("write `{day}`"),
        ),
        None => finding.help("write year, month and day, for example `2027-01-31`"),
    }
}

/// A day whose year comes first and which is written in another way; of `3/4/2027` nobody could say
/// which day it is.
fn meant(text: &str) -> Option<Date> {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let [year, month, last] = numbers.collect::<Vec<_>>()[..] else { return None };
    day(&format!("{year}-{month:0>2}-{last:0>2}"))
}

fn outlasting(member: &MemberText) -> impl Iterator<Item = Diagnostic> {
    let end = member.until.as_ref().and_then(|until| Some((until, day(until)?)));
    assignments(member).filter_map(move |AssignmentText { program, until }| {
        let ((end, end_day), until) = (end?, until.as_ref()?);
        if day(until)? <= end_day {
            return None;
        }
        let message = format!(
            "{} ends on `{}`, and the membership before that",
            quoted(program),
            until.value
        );
        let finding = Diagnostic::warning(&OUTLASTS, until.span, message)
            .related(end.span, "here the membership ends")
            .help("leave the later day out, or let the membership last as long");
        Some(finding)
    })
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_day_is_understood_when_its_year_comes_first() {
        for text in ["2027-1-31", "2027/01/31", "2027.1.31", "2027年1月31日"] {
            assert_eq!(meant(text).map(|day| day.to_string()).as_deref(), Some("2027-01-31"));
        }
        for text in ["", "2027", "31.1.2027", "1/31/2027", "2027-02-29", "2027-01-31 12:00"] {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
