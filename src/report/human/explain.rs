//! What a code means.

use super::{
    FAINT, Look,
    layout::{Run, wrapped},
    styled,
};
use crate::{diagnostic::CodeInfo, report::visible::visible_lines};
use anstyle::Style;

const CODE: Style = Style::new().bold();

/// What `explain` says of one code; `example` is a manifest that has the finding.
pub fn explain(info: &CodeInfo, example: Option<&str>, look: &Look) -> String {
    let CodeInfo { code, title, explanation, source } = info;
    let head = [Run::new(CODE, &code.to_string()), Run::new(Style::new(), &format!(": {title}"))];
    let mut text = wrapped(&head, 0, 2, look);
    for paragraph in explanation.split("\n\n") {
        let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        text.push('\n');
        text.push_str(&wrapped(&[Run::new(Style::new(), &paragraph)], 0, 0, look));
    }
    if let Some(example) = example {
        text.push_str("\nFor example, this has it:\n\n");
        for line in visible_lines(example.trim_end()).lines() {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        }
    }
    text.push('\n');
    text + &wrapped(&[Run::new(FAINT, &format!("Source: {source}"))], 0, 2, look)
}

/// Every code with its title, one a line.
pub fn codes(infos: &[&CodeInfo], look: &Look) -> String {
    let lines = infos.iter().map(|info| {
        let code = info.code.to_string();
        let title = wrapped(&[Run::new(Style::new(), info.title)], 8, 8, look);
        format!("{}  {title}", styled(CODE, &code))
    });
    lines.collect()
}
