//! Where the rosters of a project are.

use crate::{
    diagnostic::{SourceId, Sources},
    manifest::yaml::{Node, documents},
};

/// A roster's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterPlace {
    pub source: SourceId,
    /// Its number in the source, from 0.
    pub document: usize,
    pub name: String,
    /// As it is written; `None`: the project's default one.
    pub workspace: Option<String>,
}

/// In the order of the sources.
pub fn rosters(sources: &Sources) -> Vec<RosterPlace> {
    let of_source = |(source, text): (SourceId, &str)| {
        let nodes = documents(source, text, &mut Vec::new());
        let rosters = nodes.iter().enumerate().filter_map(|(document, node)| {
            let is_roster = text_of(node, "kind").as_deref() == Some("Roster");
            let (_, metadata) = node.entry("metadata").filter(|_| is_roster)?;
            let workspace = node.entry("spec").and_then(|(_, spec)| text_of(spec, "workspace"));
            Some(RosterPlace { source, document, name: text_of(metadata, "name")?, workspace })
        });
        rosters.collect::<Vec<_>>()
    };
    sources.iter().flat_map(|(id, source)| of_source((id, &*source.text))).collect()
}

fn text_of(node: &Node<'_>, key: &str) -> Option<String> {
    node.entry(key).and_then(|(_, value)| value.text()).map(str::to_owned)
}
