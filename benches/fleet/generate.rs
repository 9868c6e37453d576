//! `cargo run --example generate -- FOLDER [PROGRAMS MEMBERS WORKSPACES]`: writes a service
//! provider's project.

#[path = "mod.rs"]
mod fleet;

use fleet::Size;
use std::{
    io::{self, Write as _},
    path::PathBuf,
};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((folder, size)) = understand(&arguments) else {
        return Err(io::Error::other("usage: generate FOLDER [PROGRAMS MEMBERS WORKSPACES]"));
    };
    fleet::write(&folder, size)?;
    let Size { programs, members, workspaces } = size;
    let folder = folder.display();
    let wrote = format!("{programs} programs, {members} people, {workspaces} workspaces");
    writeln!(io::stdout(), "Wrote {wrote} to {folder}")
}

fn understand(arguments: &[String]) -> Option<(PathBuf, Size)> {
    match arguments {
        [folder] => Some((folder.into(), Size::SERVICE_PROVIDER)),
        [folder, programs, members, workspaces] => {
            let number = |text: &String| text.parse::<usize>().ok();
            let size = Size {
                programs: number(programs)?,
                members: number(members)?,
                workspaces: number(workspaces)?,
            };
            Some((folder.into(), size))
        }
        _ => None,
    }
}
