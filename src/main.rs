//! Arguments, command, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    minisync::cli::main().into()
}
