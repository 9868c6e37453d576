//! A page that stands alone: for a browser, a printer and an archive. No script, nothing from
//! elsewhere.
//!
//! Only [`Page::data`] takes what others wrote; markup can only be one of our own words.

use super::sheet::{Sheet, Table};
use crate::report::{
    visible::visible,
    wording::phrase::{Phrase, Piece},
};

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">
<title>";
const STYLE: &str = "</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
caption { text-align: start; font-weight: bold; font-size: 1.15em; padding: .4rem 0; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  padding: .3rem .6rem; text-align: start; vertical-align: top; overflow-wrap: anywhere; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
@media print { body { margin: 0; font-size: 9pt; } @page { size: landscape; margin: 1cm; } }
</style>
</head>
<body>
<h1>";

/// A text that is markup.
#[derive(Debug, Default)]
struct Page(String);

pub(super) fn page(sheet: &Sheet) -> String {
    let mut page = Page::default();
    page.markup(HEAD).phrase(&sheet.title).markup(STYLE).phrase(&sheet.title).markup("</h1>\n");
    for sentence in &sheet.sentences {
        page.markup("<p>").phrase(sentence).markup("</p>\n");
    }
    for table in &sheet.tables {
        page.table(table);
    }
    page.markup("</body>\n</html>\n").0.clone()
}

impl Page {
    fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Whatever it is, it is text.
    fn data(&mut self, data: &str) -> &mut Self {
        for c in visible(data).chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(c),
            }
        }
        self
    }

    fn phrase(&mut self, phrase: &Phrase) -> &mut Self {
        for piece in phrase.pieces() {
            match piece {
                Piece::Words(text) | Piece::Data(text) | Piece::Quoted(text) => self.data(text),
            };
        }
        self
    }

    fn table(&mut self, table: &Table) {
        self.markup("<table>\n<caption>").phrase(&table.caption).markup("</caption>\n<thead><tr>");
        for title in &table.head {
            self.markup("<th scope=\"col\">").data(title).markup("</th>");
        }
        self.markup("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            self.markup("<tr>");
            for cell in row {
                self.markup("<td>").phrase(cell).markup("</td>");
            }
            self.markup("</tr>\n");
        }
        self.markup("</tbody>\n</table>\n");
    }
}
