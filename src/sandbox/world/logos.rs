//! Logos: known by their content, kept for ever.

use super::{About, Change, Changes, access::Sight};
use crate::{
    model::{Digest, LogoFormat, image},
    sandbox::rule::{Refusal, Rule},
};

impl Sight<'_> {
    pub(super) fn put_logo(self, digest: &str, bytes: &[u8]) -> Result<Changes, Refusal> {
        self.manager()?;
        let (format, found) = image::inspect(bytes)
            .map_err(|fault| Refusal::new(Rule::LogoImage, format!("the logo {fault}")))?;
        if found.as_str() != digest {
            return Err(Refusal::new(
                Rule::LogoDigest,
                format!("the logo's SHA-256 is `{found}`, not `{digest}`"),
            ));
        }
        let about = About::Logo(found.clone());
        if self.workspace.logo(&found).is_some() {
            return Ok(Changes::none(self.workspace, about));
        }
        let change = Change::Logo { digest: found, format, bytes: bytes.to_vec() };
        Ok(Changes::to(self.workspace, About::Nothing).and(change).new_thing(about))
    }

    pub(in crate::sandbox) fn logo(self, digest: &str) -> Result<(Digest, LogoFormat), Refusal> {
        let known = Digest::new(digest);
        self.workspace
            .logo(&known)
            .filter(|_| self.sees_logo(&known))
            .map(|format| (known, format))
            .ok_or_else(|| Refusal::not_found(format_args!("logo `{digest}`")))
    }
}
