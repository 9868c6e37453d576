//! An item of `ignore`: a field that may differ from what is written, and for how long.

use super::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A field that others look after: plan and apply leave it as they find it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "Ignore")]
pub struct IgnoreText {
    /// The field, as it is written here: of a mini program `name`, `releaseTo`, `defaultLanguage`,
    /// `listing.tagline` (and `description`, `logo`, `industry`, `customerService.phone`,
    /// `customerService.email`) or `languages.en-US`; of a person `role` or `miniPrograms`.
    #[schemars(length(min = 1), example = &"listing.tagline")]
    pub field: Spanned<String>,
    /// The last day on which it is ignored, in UTC: the day after, the manifest counts again. Left
    /// out: as long as this is written here.
    #[serde(default)]
    #[schemars(extend("format" = "date"), example = &"2027-01-31")]
    pub until: Option<Spanned<String>>,
    /// Why, for people; minisync does not read it.
    #[serde(default)]
    #[schemars(example = &"marketing edits it")]
    pub because: Option<String>,
}
