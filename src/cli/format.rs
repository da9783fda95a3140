//! Flags that verbs share: what their results are printed as.
//!
//! Must never be in here: printing.

/// `--json`.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Json {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `--json` or `--csv`.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Format {
    /// Print JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print comma-separated values with a header
    #[arg(long)]
    pub csv: bool,
}
