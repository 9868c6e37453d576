//! Every invitation, whose time is up first.

use super::{
    Extent, FAINT, Look,
    layout::{self, wrapped},
    line::{self, Line},
    plan, styled,
};
use crate::report::{
    invitation::{Group, Invitation, InvitationsView},
    wording::{self, invitation, phrase::Phrase},
};
use anstyle::Style;

/// Lines of one group in [`Extent::Brief`]; the rest is counted.
const BRIEF: usize = 50;

/// Those who wait for an answer, those that go later, those that have ended; then how many.
pub fn invitations(view: &InvitationsView<'_>, look: &Look) -> String {
    let all = view.invitations();
    let mut text: String =
        Group::ALL.into_iter().map(|group| self::group(group, &all, view, look)).collect();
    text.push_str(&plan::unread(view.plan, look));
    let summary = Phrase::words(invitation::summary(&all));
    text + &wrapped(&layout::runs(&summary, plan::answer_style(view.plan)), 0, 2, look)
}

/// Nothing when there is none in the group.
fn group(group: Group, all: &[Invitation<'_>], view: &InvitationsView<'_>, look: &Look) -> String {
    let of_group = || all.iter().filter(|it| it.state.group() == group);
    let n_all = of_group().count();
    let n_shown = match look.extent {
        Extent::Brief => n_all.min(BRIEF),
        Extent::Whole => n_all,
    };
    if n_all == 0 {
        return String::new();
    }
    let lines: Vec<Line> = of_group().take(n_shown).map(|it| line(it, view)).collect();
    let mut text = format!("  {}\n", styled(FAINT, group.heading()));
    text.push_str(&line::written(&lines, look));
    if n_shown < n_all {
        let more = wording::not_shown(n_all - n_shown, "invitation", "invitations");
        text.push_str("    ");
        text.push_str(&styled(FAINT, &more));
        text.push('\n');
    }
    text.push('\n');
    text
}

fn line(it: &Invitation<'_>, view: &InvitationsView<'_>) -> Line {
    let text = layout::runs(&it.text(view), Style::new());
    let line = Line::new(it.mark(), &it.person(), text).with_help(it.help());
    if view.plan.workspaces.len() > 1 { line.within(it.workspace.id.as_str()) } else { line }
}
