//! For pull request comments and step summaries, in GitHub's Markdown.

mod apply;
mod check;
mod escape;
mod invitations;
pub(super) mod narrative;
mod page;
mod plan;
mod saved;
pub(super) mod sheet;
mod status;

use super::wording;

pub use apply::apply;
pub use check::check;
pub use invitations::invitations;
pub use plan::plan;
pub use saved::show;
pub use status::status;
