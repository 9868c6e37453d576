//! A page that is no longer than GitHub takes.

/// GitHub refuses comments of more than 65,536 characters; the rest is for the closing words.
const ROOM: usize = 64_000;

#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    n_chars: usize,
    n_left_out: usize,
}

impl Page {
    /// Puts a block at the end when there is room for it, whole or not at all; `n_things` are
    /// counted as left out otherwise.
    pub(super) fn add(&mut self, block: &str, n_things: usize) -> bool {
        let n_chars = block.chars().count();
        // What has no room ends the page: nobody would look for the gap.
        if self.n_left_out > 0 || self.n_chars + n_chars > ROOM {
            self.n_left_out += n_things;
            return false;
        }
        self.n_chars += n_chars;
        self.text.push_str(block);
        true
    }

    /// A heading (or the head of a table) and its rows, as many as there is room for; the others
    /// are not even made.
    pub(super) fn add_rows(
        &mut self,
        head: &str,
        mut rows: impl ExactSizeIterator<Item = String>,
        tail: &str,
    ) {
        let Some(first) = rows.next() else { return };
        let is_open = self.add(&format!("{head}{first}"), 1);
        while self.n_left_out == 0
            && let Some(row) = rows.next()
        {
            self.add(&row, 1);
        }
        self.n_left_out += rows.len();
        if is_open {
            // What was opened must be closed, room or not.
            self.text.push_str(tail);
            self.n_chars += tail.chars().count();
        }
    }

    pub(super) fn finish(mut self) -> String {
        if self.n_left_out > 0 {
            let left_out = super::wording::count(self.n_left_out, "more line", "more lines");
            self.text.push_str("\n_And ");
            self.text.push_str(&left_out);
            self.text.push_str(", for which there is no room here._\n");
        }
        self.text
    }
}
