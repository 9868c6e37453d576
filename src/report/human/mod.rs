//! For a terminal: colours, carets, and no more lines than somebody would read.

mod apply;
mod check;
mod diff;
mod excerpt;
mod explain;
mod finding;
mod invitations;
mod layout;
mod line;
mod lock;
mod narrative;
mod plan;
mod saved;
mod second_look;
mod section;
mod sheet;
mod status;
mod unnamed;

pub use apply::{apply, deed, gone, keeps_nothing, not_asked_again, progress};
pub use check::check;
pub use explain::{codes, explain};
pub use invitations::invitations;
pub use lock::{awaited_lock, holder};
pub(super) use narrative::narrative;
pub use plan::plan;
pub use saved::show;
pub use second_look::{consent, danger};
pub(super) use sheet::sheet;
pub use status::{status, vigil};
pub use unnamed::{left_alone, taken_in};

use anstyle::{AnsiColor, Style};

/// How much room there is, and how much is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    pub extent: Extent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What is alike is counted when there is much of it.
    Brief,
    /// Everything (`--all`).
    Whole,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 100, extent: Extent::Brief }
    }
}

const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// `text` in a style, and the terminal as it was after it.
fn styled(style: Style, text: &str) -> String {
    if style.is_plain() { text.to_owned() } else { format!("{style}{text}{style:#}") }
}
