//! The `crosstie` program: arguments in, exit code out.

use std::{
    io::{self, BufWriter},
    process::ExitCode,
};

use crosstie::{
    cli::{self, Arguments, Exit, Failure, Look, Output, Program, log_file},
    config::Paths,
    runtime::terminal,
};

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(exit) => return exit.into(),
    };
    // Not locked: the dashboard draws to it from its own thread.
    let mut stdout = BufWriter::new(io::stdout());
    let mut stderr = io::stderr();
    let mut output = Output::new(
        Look::of_process(arguments.ascii, arguments.accessible),
        &mut stdout,
        &mut stderr,
    );
    let paths = match Paths::find(arguments.config.clone(), |name| std::env::var_os(name)) {
        Ok(paths) => paths,
        Err(error) => {
            output.fail(&Failure::from(error));
            return Exit::Config.into();
        }
    };
    if arguments.uses_data_folder() {
        log_file::start(&paths.log());
        terminal::install_panic_hook(paths.log());
    }
    cli::run(&arguments, &paths, &Program::default(), &mut output).into()
}
