//! What can be said about the demo.
//!
//! Must never be in here: the demo.

/// Arguments.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// How many issues to make up
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub issues: u32,
    /// No colleagues who change things, and a clock that stands still
    #[arg(long)]
    pub frozen: bool,
}
