//! Files that scanners and test runs of the made-up company leave behind, for sources that read files.
//!
//! Must never be in here: time or chance; the files are the same on every day and every machine.

mod junit;
mod sarif;
#[cfg(test)]
mod tests;

/// Services that are scanned and tested; their names are tags and folders.
const SERVICES: [&str; 3] = ["payments", "checkout", "ledger"];

/// The files, each with its path below whatever folder they are written to: `scans/SERVICE.SCANNER.sarif` of two
/// scanners and three services, and `tests/SERVICE.xml` of two test runs.
#[must_use]
pub fn findings_files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (at, service) in SERVICES.into_iter().enumerate() {
        for scanner in [sarif::Scanner::Code, sarif::Scanner::Image] {
            let log = sarif::log(scanner, service, at);
            let name = format!("scans/{service}.{}.sarif", scanner.word());
            files.push((name, format!("{log:#}\n").into_bytes()));
        }
    }
    for service in junit::TESTED {
        let name = format!("tests/{service}.xml");
        files.push((name, junit::report(service).into_bytes()));
    }
    files
}
