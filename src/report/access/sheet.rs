//! What is to be read, before it is known how: sentences and tables, our words apart from data.

use crate::report::wording::phrase::Phrase;

#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Sheet {
    pub(in crate::report) title: Phrase,
    pub(in crate::report) tables: Vec<Table>,
    /// After the tables.
    pub(in crate::report) sentences: Vec<Phrase>,
}

#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Table {
    pub(in crate::report) caption: Phrase,
    pub(in crate::report) head: Vec<&'static str>,
    /// As many cells as the head has.
    pub(in crate::report) rows: Vec<Vec<Phrase>>,
}
