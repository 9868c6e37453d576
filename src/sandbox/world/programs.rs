//! Creating, editing and deleting mini programs.

use super::{
    About, Change, Changes, Member, Program, ProgramNo, access::Sight, access::expect_unchanged,
    fields, listing,
};
use crate::{
    model::{LanguageTag, ReleaseTarget, Role, Translation},
    platform::sandbox as wire,
    sandbox::rule::{Findings, Refusal, Rule},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// "A merchant can create and release up to 10 mini programs to Alipay China" (platform docs,
/// Create mini programs).
const MAX_RELEASED: usize = 10;

impl Sight<'_> {
    pub(super) fn create_program(
        self,
        new: &wire::NewProgram,
        now: Timestamp,
    ) -> Result<Changes, Refusal> {
        let creator = self.manager()?;
        let mut findings = Findings::default();
        self.check_name(&mut findings, &new.name, None);
        let default = fields::language(&mut findings, "/defaultLanguage", &new.default_language);
        let release_to = fields::release_targets(&mut findings, "/releaseTo", &new.release_to);
        self.check_limit(&mut findings, &release_to, &BTreeSet::new());
        let listing = new
            .listing
            .as_ref()
            .and_then(|listing| listing::checked(self.workspace, &mut findings, listing));
        let languages = languages(&mut findings, default.as_ref(), &new.languages);
        check_master(&mut findings, creator, new, default.as_ref());
        let default_language = findings.settle(default)?;

        let mut changes = Changes::to(self.workspace, About::Nothing);
        let no = ProgramNo::new(changes.number());
        let program = Program {
            no,
            revision: 0,
            name: new.name.clone(),
            release_to,
            default_language,
            listing,
            languages,
            created_by: creator.email.clone(),
            created_at: now,
            touch: None,
        };
        Ok(changes.program(program).new_thing(About::Program(no)))
    }

    /// The default language cannot be edited, and a listing cannot be taken away.
    pub(super) fn edit_program(
        self,
        id: &str,
        patch: &wire::ProgramPatch,
        expected: Option<&[u64]>,
    ) -> Result<Changes, Refusal> {
        let found = self.program(id)?;
        self.manager()?;
        expect_unchanged(found.no, found.revision, expected)?;
        let wire::ProgramPatch { name, release_to, listing, languages: translations } = patch;
        let (mut findings, mut edited) = (Findings::default(), found.clone());
        if let Some(name) = name {
            self.check_name(&mut findings, name, Some(found.no));
            edited.name.clone_from(name);
        }
        if let Some(targets) = release_to {
            edited.release_to = fields::release_targets(&mut findings, "/releaseTo", targets);
            self.check_limit(&mut findings, &edited.release_to, &found.release_to);
        }
        if let Some(patch) = listing {
            edited.listing =
                listing::patched(self.workspace, &mut findings, found.listing.as_ref(), patch);
        }
        edit_languages(&mut findings, &mut edited, translations);
        let edited = findings.settle(Some(edited))?;
        let about = About::Program(found.no);
        if edited == *found {
            return Ok(Changes::none(self.workspace, about));
        }
        Ok(Changes::to(self.workspace, about).program(edited))
    }

    /// Takes the program out of everybody's assignments; but a developer is left with at least
    /// one.
    pub(super) fn delete_program(
        self,
        id: &str,
        expected: Option<&[u64]>,
    ) -> Result<Changes, Refusal> {
        let found = self.program(id)?;
        self.manager()?;
        expect_unchanged(found.no, found.revision, expected)?;
        let mut findings = Findings::default();
        let mut changes = Changes::to(self.workspace, About::Nothing);
        for member in self.workspace.members() {
            let Role::Developer(assigned) = &member.role else { continue };
            if !assigned.contains(&found.no) {
                continue;
            }
            if assigned.len() == 1 && member.is_live() {
                let message = format!("`{}` is the only program of `{}`", found.name, member.email);
                findings.add("", Rule::LastProgramOfDeveloper, message);
            }
            let rest = assigned.iter().copied().filter(|no| *no != found.no).collect();
            changes = changes.member(Member { role: Role::Developer(rest), ..member.clone() });
        }
        findings.settle(Some(changes.and(Change::ProgramGone(found.no))))
    }

    fn check_name(self, findings: &mut Findings, name: &str, own: Option<ProgramNo>) {
        fields::program_name(findings, "/name", name);
        if self.workspace.program_named(name).is_some_and(|no| Some(no) != own) {
            let message = format!("another mini program of this workspace is called `{name}`");
            findings.add("/name", Rule::NameTaken, message);
        }
    }

    fn check_limit(
        self,
        findings: &mut Findings,
        to: &BTreeSet<ReleaseTarget>,
        before: &BTreeSet<ReleaseTarget>,
    ) {
        for target in to.difference(before) {
            if self.workspace.n_released_to(*target) >= MAX_RELEASED {
                let message =
                    format!("{MAX_RELEASED} mini programs are released to `{target}` already");
                findings.add("/releaseTo", Rule::ReleaseLimit, message);
            }
        }
    }
}

/// The quickstart's second way: who is not the owner fills in the whole form, in Chinese.
fn check_master(
    findings: &mut Findings,
    creator: &Member,
    new: &wire::NewProgram,
    default: Option<&LanguageTag>,
) {
    if creator.role == Role::Owner {
        return;
    }
    if new.listing.is_none() {
        findings.add(
            "/listing",
            Rule::ListingNeeded,
            "a mini program that a master creates needs every field of the listing",
        );
    }
    if default.is_some_and(|tag| !tag.is_chinese()) {
        findings.add(
            "/defaultLanguage",
            Rule::ChineseNeeded,
            "the language of a mini program that a master creates is Chinese",
        );
    }
}

fn languages(
    findings: &mut Findings,
    default: Option<&LanguageTag>,
    translations: &BTreeMap<String, wire::Translation>,
) -> BTreeMap<LanguageTag, Translation> {
    let mut languages = BTreeMap::new();
    for (tag, translation) in translations {
        if let Some((tag, translation)) = language(findings, default, tag, translation) {
            languages.insert(tag, translation);
        }
    }
    languages
}

fn language(
    findings: &mut Findings,
    default: Option<&LanguageTag>,
    text: &str,
    translation: &wire::Translation,
) -> Option<(LanguageTag, Translation)> {
    let field = format!("/languages/{}", text.replace('~', "~0").replace('/', "~1"));
    listing::check_translation(findings, &field, translation);
    let tag = fields::language(findings, &field, text)?;
    if Some(&tag) == default {
        let message = format!("`{tag}` is the default language already");
        findings.add(&field, Rule::DefaultLanguageRepeated, message);
    }
    Some((tag, super::program::translation_from_wire(translation.clone())))
}

fn edit_languages(
    findings: &mut Findings,
    program: &mut Program,
    edits: &BTreeMap<String, Option<wire::Translation>>,
) {
    for (text, edit) in edits {
        match edit {
            Some(translation) => {
                let default = Some(&program.default_language);
                if let Some((tag, translation)) = language(findings, default, text, translation) {
                    program.languages.insert(tag, translation);
                }
            }
            // Dropping what is not there is done already.
            None => program.languages.retain(|tag, _| tag.as_str() != text),
        }
    }
}
