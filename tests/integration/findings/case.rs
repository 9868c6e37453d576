//! A sound project, and what becomes of it when one thing is changed.

use minisync::{
    diagnostic::{Diagnostic, Fix, Severity, Source, Sources, Span},
    manifest::{self, Context, Loaded, Parsed},
    model::{Logo, LogoFormat, image},
};

/// `(what stands in the sound project, what stands there instead)`.
pub(super) type Change = (&'static str, &'static str);

/// One rule, shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) code: u16,
    /// Close to the mistake, and none.
    pub(super) good: &'static [Change],
    pub(super) bad: &'static [Change],
    /// What the disk says, where that matters; see [`sound_disk`].
    pub(super) disk: fn(&Sources, &Parsed) -> Context,
}

/// A case that only the texts matter for.
pub(super) const fn case(code: u16, good: &'static [Change], bad: &'static [Change]) -> Case {
    Case { code, good, bad, disk: sound_disk }
}

/// Every logo is one.
pub(super) fn sound_disk(_: &Sources, parsed: &Parsed) -> Context {
    let logo = Logo {
        digest: image::digest(b"logo"),
        format: LogoFormat::Png,
        path: "logos/coffee.png".into(),
    };
    let logos = parsed.logo_paths().map(|(_, path)| (path.span, Ok(logo.clone())));
    Context { logos: logos.collect(), ..Context::default() }
}

/// The sound project with changes, each in the one place where its text stands.
pub(super) fn sources(changes: &[Change]) -> Sources {
    let mut files = [
        ("coffee.yaml", include_str!("../../fixtures/sound/coffee.yaml").to_owned()),
        ("minisync.yaml", include_str!("../../fixtures/sound/minisync.yaml").to_owned()),
        ("team.yaml", include_str!("../../fixtures/sound/team.yaml").to_owned()),
    ];
    for (from, to) in changes {
        let places: usize = files.iter().map(|(_, text)| text.matches(from).count()).sum();
        assert_eq!(places, 1, "`{from}` stands in {places} places");
        for (_, text) in &mut files {
            *text = text.replacen(from, to, 1);
        }
    }
    sources_of(files.map(|(path, text)| (path.to_owned(), text)).into())
}

pub(super) fn sources_of(files: Vec<(String, String)>) -> Sources {
    let source = |(path, text): (String, String)| Source { path, text: text.into() };
    Sources::new(files.into_iter().map(source).collect())
}

pub(super) fn load(sources: &Sources, disk: fn(&Sources, &Parsed) -> Context) -> Loaded {
    let parsed = manifest::parse(sources);
    let context = disk(sources, &parsed);
    parsed.load(&context)
}

impl Case {
    /// The findings of the bad project, after seeing to it that the good one has none, that the
    /// rule in question is broken, and that the fixes do what they promise.
    #[track_caller]
    pub(super) fn told(self) -> String {
        let good = sources(self.good);
        let loaded = load(&good, self.disk_of_good());
        let found = told(&good, loaded.diagnostics());
        assert!(found.is_empty(), "the good project has findings:\n{found}");

        let bad = sources(self.bad);
        let loaded = load(&bad, self.disk);
        let found = loaded.diagnostics();
        assert!(self.n_in(found) > 0, "nothing is found, but:\n{}", told(&bad, found));
        for fix in found.iter().filter(|one| one.code.0 == self.code).filter_map(|f| f.fix.clone())
        {
            let mended = mended(&bad, &fix);
            let left = load(&mended, self.disk);
            assert!(
                self.n_in(left.diagnostics()) < self.n_in(found),
                "`{}` mends nothing:\n{}",
                fix.title,
                told(&mended, left.diagnostics())
            );
        }
        told(&bad, found)
    }

    fn n_in(self, found: &[Diagnostic]) -> usize {
        found.iter().filter(|one| one.code.0 == self.code).count()
    }

    /// A disk that is at fault is sound again when nothing in the text is wrong.
    fn disk_of_good(self) -> fn(&Sources, &Parsed) -> Context {
        if self.bad.is_empty() { sound_disk } else { self.disk }
    }
}

fn mended(sources: &Sources, fix: &Fix) -> Sources {
    let mend = |(id, source): (_, &Source)| {
        let mut text = source.text.to_string();
        if id == fix.span.source {
            text.replace_range(fix.span.range(), &fix.replacement);
        }
        (source.path.clone(), text)
    };
    sources_of(sources.iter().map(mend).collect())
}

/// Code, place, what is under the caret, message; related places, help, fix.
pub(super) fn told(sources: &Sources, found: &[Diagnostic]) -> String {
    let place = |span: Span| {
        let text = &sources.get(span.source).text[span.range()];
        let text = text.split('\n').next().unwrap_or_default().escape_debug().to_string();
        format!("{} [{text}]", sources.place(span))
    };
    let mut lines = Vec::new();
    for Diagnostic { code, severity, message, primary, is_secret: _, related, help, fix } in found {
        let severity = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let message = message.escape_debug();
        lines.push(format!("{severity} {code} {}\n  {message}", place(*primary)));
        lines.extend(related.iter().map(|(span, word)| format!("  {}: {word}", place(*span))));
        lines.extend(help.as_ref().map(|help| format!("  help: {help}")));
        lines.extend(fix.as_ref().map(|fix| {
            format!("  fix: {}: {} -> {}", fix.title, place(fix.span), fix.replacement)
        }));
    }
    lines.join("\n").replace("\\'", "'").replace("\\\"", "\"")
}
