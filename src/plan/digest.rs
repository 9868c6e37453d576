//! A plan's digest: what consent is given to, and what a saved plan is told by.
//!
//! Steps are written out by hand, every text with its length before it, so that no two plans
//! are written alike. Reasons and notes are for people only, and left out.

use super::{Action, Counted, Danger, Fingerprint, Plan, Power, ProgramChange, Step};
use crate::model::{
    CustomerService, Digest, Listing, Logo, LogoFormat, MiniProgram, ProgramRef, Role, Translation,
    image,
};
use std::fmt::Display;

impl Plan {
    /// Equal for plans that do the same, on every machine and in every version of the same major.
    pub fn digest(&self) -> Digest {
        let mut ink = Ink::default();
        ink.each(&self.steps, Ink::step);
        image::digest(&ink.0)
    }
}

impl Danger {
    /// What a consent to it is given to: this danger, of this plan, as it was read.
    pub fn digest(&self, plan: &Plan) -> Digest {
        let mut ink = Ink::default();
        ink.text(plan.digest()).text(self.rail());
        ink.danger(self).texts(self.subjects());
        image::digest(&ink.0)
    }
}

impl Step {
    /// Equal for steps that ask for the same, of the same state of their object.
    pub fn digest(&self) -> Digest {
        let mut ink = Ink::default();
        ink.step(self);
        image::digest(&ink.0)
    }
}

/// What is to be hashed.
#[derive(Default)]
struct Ink(Vec<u8>);

impl Ink {
    fn count(&mut self, n: usize) {
        self.0.extend((n as u64).to_be_bytes());
    }

    fn text(&mut self, text: impl Display) -> &mut Self {
        let text = text.to_string();
        self.count(text.len());
        self.0.extend(text.as_bytes());
        self
    }

    fn each<T>(
        &mut self,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        write: impl Fn(&mut Self, T) -> &mut Self,
    ) -> &mut Self {
        let items = items.into_iter();
        self.count(items.len());
        for item in items {
            write(self, item);
        }
        self
    }

    fn texts<T: Display>(
        &mut self,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
    ) -> &mut Self {
        self.each(items, Self::text)
    }

    fn maybe(&mut self, text: Option<impl Display>) -> &mut Self {
        self.texts(text)
    }

    /// Its kind and numbers; whom it is about is told apart.
    fn danger(&mut self, danger: &Danger) -> &mut Self {
        match danger {
            Danger::RemoveMembers { of, emptied, people: _ } => self.text(of).texts(emptied),
            Danger::DeletePrograms { of, programs: _ } => self.text(of),
            Danger::FewerMasters { least, left, people: _ } => self.text(least).text(left),
            Danger::Shrunken { what, was, is, held: _ } => {
                let what = match what {
                    Counted::Members => "members",
                    Counted::Programs => "programs",
                };
                self.text(what).text(was).text(is)
            }
            Danger::LockOut { power, people: _ } => self.text(match power {
                Power::Inviting => "inviting",
                Power::Creating => "creating",
            }),
        }
    }

    fn step(&mut self, step: &Step) -> &mut Self {
        let Step { action, reason: _, against } = step;
        match against {
            Fingerprint::Absent => self.text("absent"),
            Fingerprint::At(revision) => self.text("at").text(revision),
        };
        self.action(action)
    }

    fn action(&mut self, action: &Action) -> &mut Self {
        self.text(action.word());
        match action {
            Action::AdoptProgram { key, id } | Action::DeleteProgram { key, id } => {
                self.text(key).text(id)
            }
            Action::CreateProgram { program } => self.program(program),
            Action::UpdateProgram { key, id, changes } => {
                self.text(key).text(id).each(changes, Self::change)
            }
            Action::Invite { email, name, role } => self.text(email).text(name).role(role),
            Action::Reinvite { email, id, name, role } => {
                self.text(email).text(id).text(name).role(role)
            }
            Action::ChangeRole { email, id, from, to, before_unblock } => {
                self.text(email).text(id).role(from).role(to);
                if *before_unblock { self.text("before-unblock") } else { self }
            }
            Action::Withdraw { email, id, moved_to } | Action::Remove { email, id, moved_to } => {
                self.text(email).text(id);
                if let Some(to) = moved_to { self.text("moved-to").text(to) } else { self }
            }
            Action::AdoptMember { email, id }
            | Action::Resend { email, id }
            | Action::Block { email, id }
            | Action::Unblock { email, id } => self.text(email).text(id),
        }
    }

    fn role(&mut self, role: &Role<ProgramRef>) -> &mut Self {
        let programs: Vec<_> = role.assignments().collect();
        self.text(role.name()).each(programs, |ink, program| match program {
            ProgramRef::Existing { key, id } => ink.text("existing").maybe(key.as_ref()).text(id),
            ProgramRef::New(key) => ink.text("new").text(key),
        })
    }

    fn program(&mut self, program: &MiniProgram) -> &mut Self {
        let MiniProgram {
            key,
            previously: _,
            name,
            release_to,
            default_language,
            created_by,
            listing,
            languages,
            ignore: _,
        } = program;
        self.text(key).text(name).texts(release_to).text(default_language);
        self.maybe(created_by.as_ref()).each(listing.as_slice(), Self::listing);
        self.each(languages, |ink, (tag, translation)| ink.text(tag).translation(translation))
    }

    fn listing(&mut self, listing: &Listing) -> &mut Self {
        let Listing { tagline, description, logo, industry, customer_service } = listing;
        let CustomerService { phone, email } = customer_service;
        self.text(tagline).text(description).logo(logo).text(industry).text(phone).text(email)
    }

    /// Where a logo lies in the project makes no difference to the platform.
    fn logo(&mut self, logo: &Logo) -> &mut Self {
        let Logo { digest, format, path: _ } = logo;
        self.text(digest).text(match format {
            LogoFormat::Jpeg => "jpeg",
            LogoFormat::Png => "png",
        })
    }

    fn translation(&mut self, translation: &Translation) -> &mut Self {
        let Translation { name, tagline, description } = translation;
        self.maybe(name.as_ref()).maybe(tagline.as_ref()).maybe(description.as_ref())
    }

    fn change(&mut self, change: &ProgramChange) -> &mut Self {
        match change {
            ProgramChange::Name { from, to } => self.text("name").text(from).text(to),
            ProgramChange::ReleaseTo { from, to } => self.text("release-to").texts(from).texts(to),
            ProgramChange::Tagline { from, to } => {
                self.text("tagline").maybe(from.as_ref()).text(to)
            }
            ProgramChange::Description { from, to } => {
                self.text("description").maybe(from.as_ref()).text(to)
            }
            ProgramChange::Logo { from, to } => self.text("logo").maybe(from.as_ref()).logo(to),
            ProgramChange::Industry { from, to } => {
                self.text("industry").maybe(from.as_ref()).text(to)
            }
            ProgramChange::Phone { from, to } => self.text("phone").maybe(from.as_ref()).text(to),
            ProgramChange::Email { from, to } => self.text("email").maybe(from.as_ref()).text(to),
            ProgramChange::Language { tag, from, to } => self
                .text("language")
                .text(tag)
                .each(from.as_slice(), Self::translation)
                .each(to.as_slice(), Self::translation),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        model::{MemberId, ProgramKey, Revision, Role, Subject},
        plan::{Action, Counted, Danger, Fingerprint, Note, Plan, Reason, Step},
    };
    use std::collections::BTreeSet;

    fn key(text: &str) -> ProgramKey {
        text.parse().unwrap()
    }

    fn plan(action: Action, reason: Reason) -> Plan {
        let against = Fingerprint::At(Revision::new("7"));
        Plan { steps: vec![Step { action, reason, against }], notes: Vec::new() }
    }

    fn resend(id: &str) -> Action {
        Action::Resend { email: "lin@example.com".parse().unwrap(), id: MemberId::new(id) }
    }

    #[test]
    fn what_a_plan_does_is_what_its_digest_tells() {
        let digest = |id| plan(resend(id), Reason::Expired).digest();
        assert_eq!(digest("m1"), digest("m1"));
        assert_ne!(digest("m1"), digest("m2"));
        assert_ne!(digest("m1"), Plan::default().digest());
    }

    #[test]
    fn reasons_and_notes_are_for_people_and_leave_the_digest_alone() {
        let mut told = plan(resend("m1"), Reason::Missing);
        told.notes.push(Note::Protected { email: "lin@example.com".parse().unwrap() });
        assert_eq!(told.digest(), plan(resend("m1"), Reason::Expired).digest());
    }

    #[test]
    fn a_consent_is_for_one_danger_as_it_was_read() {
        let programs = || BTreeSet::from([key("coffee")]);
        let deleted = |of| Danger::DeletePrograms { of, programs: programs() };
        let shrunken = |what, was, is| {
            let held = programs().into_iter().map(Subject::Program).collect();
            Danger::Shrunken { what, was, is, held }
        };
        let plan = plan(resend("m1"), Reason::Expired);
        let dangers = [
            deleted(2),
            deleted(3),
            Danger::DeletePrograms { of: 2, programs: [key("tea")].into() },
            shrunken(Counted::Members, 12, 4),
            shrunken(Counted::Programs, 12, 4),
            shrunken(Counted::Members, 12, 3),
            shrunken(Counted::Members, 11, 4),
        ];
        let digests: BTreeSet<_> = dangers.iter().map(|danger| danger.digest(&plan)).collect();
        assert_eq!(digests.len(), dangers.len());
        assert_ne!(deleted(2).digest(&plan), deleted(2).digest(&Plan::default()));
    }

    #[test]
    fn texts_do_not_run_into_each_other() {
        let invite = |email: &str, name: &str| {
            let (email, name) = (email.parse().unwrap(), name.to_owned());
            plan(Action::Invite { email, name, role: Role::Master }, Reason::Missing).digest()
        };
        assert_ne!(invite("lin@example.co", "mLin"), invite("lin@example.com", "Lin"));
    }

    #[test]
    fn a_digest_is_the_same_in_every_version() {
        let digest = plan(resend("m1"), Reason::Expired).digest();
        insta::assert_snapshot!(digest, @"18545849567598b6a119d81ce2b90606bf90b75502a09c68c47892e6757a4579");
    }
}
