//! One finding as compilers show it: place, line, carets, related places, the way out.

use super::{Look, excerpt::Excerpt};
use crate::{
    diagnostic::{Code, Diagnostic, Fix, Severity, Span},
    report::{
        place::Places,
        visible::{visible, visible_lines},
    },
};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};

/// What there is to show of a finding, or of a step that was not done.
#[derive(Debug)]
pub(super) struct Finding<'a> {
    pub(super) code: Option<Code>,
    pub(super) severity: Severity,
    pub(super) message: &'a str,
    pub(super) primary: Option<Span>,
    pub(super) related: &'a [(Span, String)],
    pub(super) help: Option<&'a str>,
    pub(super) fix: Option<&'a Fix>,
}

impl<'a> From<&'a Diagnostic> for Finding<'a> {
    fn from(found: &'a Diagnostic) -> Self {
        Self {
            code: Some(found.code),
            severity: found.severity,
            message: &found.message,
            primary: Some(found.primary),
            related: &found.related,
            help: found.help.as_deref(),
            fix: found.fix.as_ref(),
        }
    }
}

/// Without a line end after it.
pub(super) fn render(found: &Finding<'_>, places: &Places<'_>, look: &Look) -> String {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut title = level.primary_title(visible(found.message));
    if let Some(code) = found.code {
        title = title.id(code.to_string());
    }
    let sites: Vec<Site<'_>> =
        found.primary.map_or_else(Vec::new, |primary| sites(primary, found.related, places));
    let mut group = Group::with_title(title);
    group = group.elements(sites.iter().map(|site| site.snippet(places)));
    let mut groups = Vec::new();
    match (found.help, found.fix) {
        // The way out, and how it looks when it is taken.
        (help, Some(fix)) => groups.push(suggestion(help.unwrap_or(&fix.title), fix, places)),
        (Some(help), None) => group = group.element(Level::HELP.message(visible(help))),
        (None, None) => {}
    }
    groups.insert(0, group);
    let rendered = Renderer::styled().term_width(look.width).render(&groups);
    linked(&rendered, &sites, places)
}

/// Places that are shown in one excerpt.
struct Site<'a> {
    /// The place that stands above it.
    head: Span,
    kind: AnnotationKind,
    label: Option<&'a str>,
    others: Vec<(Span, &'a str)>,
}

/// The finding's own place with the related ones that are near, and each that is not.
fn sites<'a>(primary: Span, related: &'a [(Span, String)], places: &Places<'_>) -> Vec<Site<'a>> {
    let mut own =
        Site { head: primary, kind: AnnotationKind::Primary, label: None, others: Vec::new() };
    let mut far = Vec::new();
    for (span, why) in related {
        if Excerpt::has_room_for(primary, *span, places) {
            own.others.push((*span, why));
        } else {
            let kind = AnnotationKind::Context;
            far.push(Site { head: *span, kind, label: Some(why), others: Vec::new() });
        }
    }
    far.insert(0, own);
    far
}

impl<'a> Site<'a> {
    fn snippet(&self, places: &Places<'_>) -> Snippet<'a, Annotation<'a>> {
        let mut spans = vec![self.head];
        spans.extend(self.others.iter().map(|(span, _)| *span));
        let excerpt = Excerpt::new(&spans, places);
        let head = self.kind.span(excerpt.range(self.head)).label(self.label.map(visible));
        let others: Vec<_> = self
            .others
            .iter()
            .map(|(span, why)| {
                AnnotationKind::Context.span(excerpt.range(*span)).label(visible(why))
            })
            .collect();
        Snippet::source(excerpt.text)
            .line_start(excerpt.first_line)
            .path(places.path(self.head.source))
            .annotation(head)
            .annotations(others)
    }
}

/// Puts our own places above the excerpts: where the middle of a long line is left out, the
/// renderer cannot know the column.
fn linked(rendered: &str, sites: &[Site<'_>], places: &Places<'_>) -> String {
    let (title, mut rest) = rendered.split_at(rendered.find('\n').unwrap_or(rendered.len()));
    let mut text = title.to_owned();
    for site in sites {
        let path = places.path(site.head.source) + ":";
        let Some(at) = rest.find(&path) else { break };
        text.push_str(&rest[..at]);
        text.push_str(&places.link(site.head));
        rest = rest[at + path.len()..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    }
    text + rest
}

fn suggestion<'a>(title: &'a str, fix: &'a Fix, places: &Places<'_>) -> Group<'a> {
    let excerpt = Excerpt::new(&[fix.span], places);
    let patch = Patch::new(excerpt.range(fix.span), visible_lines(&fix.replacement));
    let snippet = Snippet::source(excerpt.text).line_start(excerpt.first_line).patch(patch);
    Level::HELP.secondary_title(visible(title)).element(snippet)
}
