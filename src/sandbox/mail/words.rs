//! An invitation in words.

use super::letter::{Language, Letter, Person};
use crate::model::text;

/// Sentences as people read them; markup is put around them later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) invites: String,
    pub(super) reach: String,
    pub(super) programs: Vec<String>,
    pub(super) answer: &'static str,
    pub(super) button: &'static str,
    pub(super) until: String,
    pub(super) unexpected: &'static str,
    pub(super) keep: &'static str,
}

pub(super) fn words(letter: &Letter) -> Words {
    let Letter { language, to, from, workspace, programs, expires, link: _ } = letter;
    let (to_name, from_name) = (shown(&to.name), shown(&from.name));
    let from = whole(from);
    let until = expires.strftime("%a, %d %b %Y %H:%M UTC");
    let programs_of = |programs: &Option<Vec<String>>| -> Vec<String> {
        programs.iter().flatten().map(|name| shown(name)).collect()
    };
    match language {
        Language::English => {
            let role = if programs.is_none() { "a master" } else { "a developer" };
            Words {
                subject: format!("{from_name} invites you to the workspace {workspace}"),
                greeting: format!("Hello {to_name},"),
                invites: format!("{from} invites you to the workspace {workspace} as {role}."),
                reach: match programs {
                    None => "A master reaches every mini program of the workspace.".to_owned(),
                    Some(_) => "You would work on:".to_owned(),
                },
                programs: programs_of(programs),
                answer: "To accept or refuse, open this page:",
                button: "Answer the invitation",
                until: format!("The invitation is good until {until}."),
                unexpected: "If you did not expect this, do nothing: an invitation that nobody \
                             accepts ends by itself.",
                keep: "Do not pass this mail on: whoever has the link can answer for you.",
            }
        }
        Language::Chinese => {
            let role = if programs.is_none() { "管理员" } else { "开发者" };
            Words {
                subject: format!("{from_name} 邀请您加入工作空间 {workspace}"),
                greeting: format!("{to_name}，您好："),
                invites: format!("{from} 邀请您以{role}身份加入工作空间 {workspace}。"),
                reach: match programs {
                    None => "管理员可以管理该工作空间中的所有小程序。".to_owned(),
                    Some(_) => "您将参与以下小程序：".to_owned(),
                },
                programs: programs_of(programs),
                answer: "接受或拒绝邀请，请打开此页面：",
                button: "回复邀请",
                until: format!("邀请有效期至 {}（UTC）。", expires.strftime("%Y-%m-%d %H:%M")),
                unexpected: "如果您不认识邀请人，无需任何操作：未接受的邀请会自动失效。",
                keep: "请勿转发此邮件：任何持有该链接的人都可以代您回复。",
            }
        }
    }
}

fn whole(person: &Person) -> String {
    format!("{} <{}>", shown(&person.name), person.email)
}

/// A name that leaves the line as it is: nothing hidden, nothing that begins another line, and, if
/// it is written from right to left, nothing that turns the rest around (UAX #9, isolates).
pub(super) fn shown(name: &str) -> String {
    let line: String = name
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !text::is_hidden(*c))
        .collect();
    if line.chars().any(is_right_to_left) { format!("\u{2068}{line}\u{2069}") } else { line }
}

/// Blocks of scripts that are written from right to left.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
