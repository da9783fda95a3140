use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::{
    clock::FrozenClock,
    domain::{FindingState, Resolution, Severity},
};

const NOW: FrozenClock = FrozenClock(Timestamp::UNIX_EPOCH);

fn look(paths: &[PathBuf], kind: FileKind) -> Reading {
    read_files("scan", paths, kind, &|_| None, &NOW)
}

fn real(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/findings")
        .join(folder)
}

/// Findings by file, open and closed.
fn counts(reading: &Reading) -> BTreeMap<String, (usize, usize)> {
    let mut counts = BTreeMap::new();
    for finding in &reading.findings {
        let name = finding.origin.rsplit('/').next().unwrap_or_default().to_owned();
        let (open, closed): &mut (usize, usize) = counts.entry(name).or_default();
        *(if finding.is_open() { open } else { closed }) += 1;
    }
    counts
}

fn flaws(reading: &Reading, below: &Path) -> Vec<String> {
    let below = format!("{}/", below.display());
    reading
        .flaws
        .iter()
        .map(|flaw| flaw.to_string().replace(&below, ""))
        .collect()
}

#[test]
fn recorded_scans_are_read() {
    let folder = real("sarif");
    let reading = look(std::slice::from_ref(&folder), FileKind::Sarif);
    assert_eq!(flaws(&reading, &folder), Vec::<String>::new());
    assert!(reading.complete && reading.unread.is_empty());
    let expected = [
        ("appendix_k.sarif", (0, 1)),
        ("bash-report.sarif", (27, 0)),
        ("dependency_check.sarif.gz", (13, 0)),
        ("dockle_0_3_15.sarif", (4, 0)),
        // One more says that a rule is kept.
        ("flawfinder.sarif", (53, 0)),
        ("gitleaks_7.5.0.sarif", (8, 0)),
        ("grype-directory.sarif", (2, 0)),
        ("issue_10191.sarif.json.gz", (77, 0)),
        ("sarif-sdk-ClangTidyConverter-ValidResultsWithLog.sarif", (6, 0)),
        ("sarif-sdk-CppCheck-CppCheck_issueLog1_raw.xml.sarif.gz", (188, 0)),
        ("sarif-sdk-NessusConverter-ValidResults.sarif", (2, 0)),
        ("sarif-sdk-SemmleQL-results.csv.sarif", (80, 0)),
        ("semgrepowasp-benchmark-sample.sarif.gz", (1768, 0)),
        ("suppression_test.sarif", (2, 3)),
    ];
    assert_eq!(
        counts(&reading),
        expected.map(|(name, count)| (name.to_owned(), count)).into()
    );
    for finding in &reading.findings {
        assert!(!finding.title.is_empty() && !finding.body.is_empty(), "{}", finding.id);
        assert!(finding.id.external.len() <= 512 && finding.title.chars().count() <= 201);
    }
}

#[test]
fn recorded_test_reports_are_read() {
    let folder = real("junit");
    let reading = look(std::slice::from_ref(&folder), FileKind::Junit);
    let expected = [
        "enrico-no-cases-but-tests.xml:1: the suite counts failures but lists no tests",
        "enrico-non-junit.xml:2: this is not JUnit: the root element is <suites> (of no known tool), not <testsuites>",
    ];
    assert_eq!(flaws(&reading, &folder), expected);
    assert_eq!(reading.unread.len(), 2);
    let expected = [
        ("dorny-external-java-junit4-complete.xml", 2),
        ("dorny-external-jest-jest-test-results.xml.gz", 2),
        ("dorny-junit-with-message.xml", 1),
        ("dorny-nette-tester-tester-v1.7-report.xml", 1),
        ("dorny-phpunit-phpunit.xml", 2),
        ("dorny-python-xunit-pytest.xml", 2),
        ("dorny-swift-xunit.xml", 1),
        ("enrico-junit.multiresult.xml", 2),
        ("enrico-pytest-junit.fail.xml", 1),
        ("enrico-tst-disabled.xml", 20),
        ("enrico-with-xml-entities.xml", 2),
        ("jenkins-gh-237-TEST-io.olamy.AlwaysFailTest.xml", 1),
        ("jenkins-junit-report-20090516.xml", 3),
        ("jenkins-junit-report-with-properties.xml", 1),
    ];
    assert_eq!(
        counts(&reading),
        expected.map(|(name, open)| (name.to_owned(), (open, 0))).into()
    );
}

/// A log of one tool with results of the given messages.
fn log(scope: &str, at: &str, messages: &[&str]) -> String {
    let results: Vec<String> = messages
        .iter()
        .map(|message| format!(r#"{{"ruleId": "R1", "message": {{"text": "{message}"}}}}"#))
        .collect();
    let scope = if scope.is_empty() {
        String::new()
    } else {
        format!(r#""automationDetails": {{"id": "{scope}"}},"#)
    };
    format!(
        r#"{{"version": "2.1.0", "runs": [{{{scope} "invocations": [{{"endTimeUtc": "{at}"}}],
            "tool": {{"driver": {{"name": "T"}}}}, "results": [{}]}}]}}"#,
        results.join(",")
    )
}

fn titles(reading: &Reading) -> Vec<&str> {
    let mut titles: Vec<&str> = reading.findings.iter().map(|finding| finding.title.as_str()).collect();
    titles.sort_unstable();
    titles
}

#[test]
fn the_latest_scan_of_a_scope_holds_and_other_files_stand_for_themselves() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("2-old.sarif", &log("nightly/1", "2026-01-01T00:00:00Z", &["a", "b"]));
    write("1-new.sarif", &log("nightly/2", "2026-01-02T00:00:00Z", &["b", "c"]));
    write("other.sarif", &log("weekly/1", "2025-01-01T00:00:00Z", &["d"]));
    write("x.sarif", &log("", "2024-01-01T00:00:00Z", &["e"]));
    write("y.sarif", &log("", "2024-01-02T00:00:00Z", &["e", "f"]));
    let reading = look(&[folder.path().to_owned()], FileKind::Sarif);
    assert_eq!(titles(&reading), ["b", "c", "d", "e", "f"]);
    assert!(
        reading
            .findings
            .iter()
            .any(|finding| finding.title == "e" && finding.origin.ends_with("y.sarif"))
    );
}

#[test]
fn a_broken_file_is_named_with_its_line_and_the_rest_is_read() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("broken.sarif", b"{\n \"version\": \"2.1.0\",\n \"runs\": [{]}");
    write("good.sarif", log("", "2026-01-01T00:00:00Z", &["a"]).as_bytes());
    write("old.sarif", br#"{"version": "2.0.0", "runs": []}"#);
    write("package.json", br#"{"name": "x"}"#);
    write("wide.sarif", b"\xFF\xFE{\0x");
    write(
        "half.sarif",
        b"{\"version\": \"2.1.0\", \"runs\": [{\"tool\": {}, \"results\": [\n{\"message\": {\"text\": \"b\"}},\n7]}]}",
    );
    write("packed.sarif.gz", b"\x1F\x8Bno");
    let reading = look(&[folder.path().to_owned()], FileKind::Sarif);
    assert_eq!(titles(&reading), ["a", "b"]);
    let told = flaws(&reading, folder.path());
    let expected = [
        "broken.sarif:3: this is not valid JSON of a SARIF log: ",
        "half.sarif:3: a result cannot be read: invalid type: integer `7`",
        "old.sarif: this is SARIF \"2.0.0\"; only 2.1.0 is read",
        "packed.sarif.gz: the file cannot be read: ",
        "wide.sarif:1: the file is not UTF-16 from here on; save it as UTF-8",
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}");
    }
    // Their findings are not taken as gone.
    assert_eq!(reading.unread.len(), 5);
    let named = look(&[folder.path().join("package.json")], FileKind::Sarif);
    assert_eq!(
        flaws(&named, folder.path()),
        ["package.json: this is no SARIF log: it has no \"runs\""]
    );
}

#[test]
fn a_reading_is_complete_only_if_every_path_leads_somewhere() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("a/b");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join("x.sarif"), log("", "2026-01-01T00:00:00Z", &["a"])).unwrap();
    let path = |name: &str| folder.path().join(name);
    let rows = [
        (vec![path("a")], true, 1),
        (vec![path("a/*/*.sarif")], true, 1),
        (vec![path("**/*.sarif"), path("a"), path("a/b/x.sarif")], true, 1),
        (vec![path("a"), path("gone")], false, 1),
        (vec![path("a"), path("*.sarif")], false, 1),
        (vec![], false, 0),
    ];
    for (paths, complete, files) in rows {
        let reading = look(&paths, FileKind::Sarif);
        assert_eq!((reading.complete, reading.requests), (complete, files), "{paths:?}");
        assert_eq!(
            reading.complete,
            reading.flaws.is_empty(),
            "{paths:?} {:?}",
            reading.flaws
        );
    }
}

#[test]
fn the_stamp_changes_with_the_files() {
    let folder = TempDir::new().unwrap();
    let paths = [folder.path().to_owned()];
    let empty = stamp(&paths);
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    assert_eq!(stamp(&paths), empty);
    fs::write(folder.path().join("a.sarif"), "{}").unwrap();
    let one = stamp(&paths);
    assert_eq!(stamp(&paths), one);
    fs::write(folder.path().join("a.sarif"), "{ }").unwrap();
    let longer = stamp(&paths);
    fs::rename(folder.path().join("a.sarif"), folder.path().join("b.xml")).unwrap();
    let moved = stamp(&paths);
    let mut all = vec![empty, one, longer, moved];
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 4);
}

fn report(at: &str, cases: &str) -> String {
    format!(r#"<testsuite name="s" timestamp="{at}">{cases}</testsuite>"#)
}

const FAILS: &str = r#"<testcase classname="c" name="t"><failure message="no"/></testcase>"#;
const PASSES: &str = r#"<testcase classname="c" name="t"/>"#;
const SKIPPED: &str = r#"<testcase classname="c" name="t"><skipped/></testcase>"#;

#[test]
fn a_defect_closes_when_its_test_passes_and_opens_when_it_fails_again() {
    let folder = TempDir::new().unwrap();
    let mut known: Option<Finding> = None;
    // What the report of that day says, and what the finding is then.
    let story = [
        (PASSES, None),
        (SKIPPED, None),
        (FAILS, Some((FindingState::Open, None))),
        (SKIPPED, Some((FindingState::Open, None))),
        (PASSES, Some((FindingState::Closed, Some(Resolution::Fixed)))),
        (PASSES, Some((FindingState::Closed, Some(Resolution::Fixed)))),
        (SKIPPED, Some((FindingState::Closed, Some(Resolution::Fixed)))),
        (FAILS, Some((FindingState::Open, None))),
    ];
    for (day, (cases, expected)) in story.into_iter().enumerate() {
        let at = format!("2026-01-0{}T00:00:00", day + 1);
        fs::write(folder.path().join("report.xml"), report(&at, cases)).unwrap();
        let kept = known.clone();
        let reading = read_files(
            "t",
            &[folder.path().to_owned()],
            FileKind::Junit,
            &|_| kept.clone(),
            &NOW,
        );
        known = reading.findings.into_iter().next();
        let stands = known.as_ref().map(|finding| (finding.state, finding.resolution));
        assert_eq!(stands, expected, "day {day}");
    }
    assert_eq!(known.unwrap().severity, Severity::None);
}

#[test]
fn of_several_reports_of_a_test_the_latest_holds() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, at: &str, cases: &str| fs::write(folder.path().join(name), report(at, cases)).unwrap();
    write("a.xml", "2026-01-03T00:00:00", SKIPPED);
    write("b.xml", "2026-01-02T00:00:00", FAILS);
    write("c.xml", "2026-01-01T00:00:00", PASSES);
    let open = look(&[folder.path().to_owned()], FileKind::Junit);
    assert_eq!(titles(&open), ["Test fails: t (c)"]);
    // The same name twice in one report: the failure counts, whichever comes first.
    for cases in [format!("{FAILS}{PASSES}"), format!("{PASSES}{FAILS}")] {
        write("a.xml", "2026-01-04T00:00:00", &cases);
        assert_eq!(look(&[folder.path().join("a.xml")], FileKind::Junit).findings.len(), 1);
    }
    write("d.xml", "2026-01-05T00:00:00", PASSES);
    let kept = open.findings[0].clone();
    let closed = read_files(
        "t",
        &[folder.path().to_owned()],
        FileKind::Junit,
        &|_| Some(kept.clone()),
        &NOW,
    );
    assert_eq!(closed.findings[0].state, FindingState::Closed);
    assert_eq!(closed.findings[0].events.len(), 1);
}

#[test]
fn files_that_two_sources_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["a.sarif", "b.sarif", "c.xml"] {
        fs::write(at(name), "{}").unwrap();
    }
    let all = vec![folder.path().to_owned()];
    let others = [
        ("tests".to_owned(), FileKind::Junit, all.clone()),
        ("one".to_owned(), FileKind::Sarif, vec![at("a.sarif")]),
        ("none".to_owned(), FileKind::Sarif, vec![at("d*.sarif")]),
        ("more".to_owned(), FileKind::Sarif, vec![at("*.sarif")]),
    ];
    let place = at("a.sarif").canonicalize().unwrap();
    let told: Vec<String> = shared(&all, FileKind::Sarif, &others)
        .iter()
        .map(|flaw| flaw.to_string().replace(&place.display().to_string(), "a.sarif"))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    a.sarif: the source "one" reads it, too: its findings are there twice, and each may get an issue; name it in one source only
    a.sarif: the source "more" reads it, too (and 1 more of these files): its findings are there twice, and each may get an issue; name it in one source only
    "#);
}

#[test]
fn what_files_are_is_told_by_their_endings() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("reports")).unwrap();
    fs::write(at("reports/TEST-a.xml"), "").unwrap();
    assert_eq!(kind_in(&[at("reports")]), FileKind::Junit);
    assert_eq!(kind_in(&[at("reports"), at("later.xml.gz")]), FileKind::Junit);
    assert_eq!(kind_in(&[at("missing.XML")]), FileKind::Junit);
    assert_eq!(kind_in(&[at("missing")]), FileKind::Sarif);
    fs::write(at("reports/scan.sarif"), "").unwrap();
    assert_eq!(kind_in(&[at("reports")]), FileKind::Sarif);
}

#[cfg(unix)]
mod unchanged {
    use std::{fs::File, time::Duration};

    use super::*;

    /// A clock so many milliseconds after the system last noted a change of a file.
    fn later(path: &Path, milliseconds: i64) -> FrozenClock {
        use std::os::unix::fs::MetadataExt;
        let metadata = path.metadata().unwrap();
        let noted = Timestamp::new(metadata.ctime(), i32::try_from(metadata.ctime_nsec()).unwrap()).unwrap();
        FrozenClock(noted + jiff::SignedDuration::from_millis(milliseconds))
    }

    struct Stage {
        folder: TempDir,
        paths: Vec<PathBuf>,
        cursor: Option<String>,
    }

    impl Stage {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let stage = Self {
                paths: vec![folder.path().to_owned()],
                folder,
                cursor: None,
            };
            stage.write("a.sarif", "one");
            stage
        }

        fn file(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, text: &str) {
            let log = format!(
                r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"t"}}}},"results":[{{"message":{{"text":"{text}"}}}}]}}]}}"#
            );
            fs::write(self.file(name), log).unwrap();
        }

        /// Files read, findings, whether all of them.
        fn look(&mut self, tag: &str, clock: FrozenClock) -> (u64, usize, bool) {
            let before = (&[tag][..], self.cursor.as_deref());
            let reading = read_changed("scan", &self.paths, FileKind::Sarif, before, &|_| None, &clock);
            self.cursor.clone_from(&reading.cursor);
            (reading.requests, reading.findings.len(), reading.complete)
        }

        fn look_later(&mut self) -> (u64, usize, bool) {
            let clock = later(&self.file("a.sarif"), 60_000);
            self.look("", clock)
        }
    }

    const NOTHING_READ: (u64, usize, bool) = (0, 0, false);
    const READ: (u64, usize, bool) = (1, 1, true);

    #[test]
    fn files_that_are_as_they_were_are_not_read_again_and_nothing_passes_for_gone() {
        let mut stage = Stage::new();
        assert_eq!(stage.look_later(), READ);
        for _ in 0..2 {
            assert_eq!(stage.look_later(), NOTHING_READ);
        }
    }

    #[test]
    fn what_was_written_just_now_is_read_until_another_write_would_show() {
        let mut stage = Stage::new();
        let file = stage.file("a.sarif");
        // Within one tick a second write of the same size may leave all that can be seen as it is.
        for milliseconds in [-1_000, 0, 999, 2_999, 3_000] {
            assert_eq!(stage.look("", later(&file, milliseconds)), READ, "{milliseconds}");
        }
        assert_eq!(stage.look("", later(&file, 3_001)), NOTHING_READ);
    }

    #[test]
    fn every_change_is_read() {
        let mut stage = Stage::new();
        let file = stage.file("a.sarif");
        stage.look_later();
        let modified = file.metadata().unwrap().modified().unwrap();
        // The same size, and the same time of change once that is set back.
        stage.write("a.sarif", "two");
        File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_modified(modified)
            .unwrap();
        assert_eq!(stage.look_later(), READ, "rewritten, and its time set back");
        // Another file under its name, as an editor or `cp -p` leaves it.
        stage.write("b.txt", "six");
        File::options()
            .write(true)
            .open(stage.file("b.txt"))
            .unwrap()
            .set_modified(modified)
            .unwrap();
        fs::rename(stage.file("b.txt"), &file).unwrap();
        assert_eq!(stage.look_later(), READ, "replaced");
        File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_modified(modified + Duration::from_secs(9))
            .unwrap();
        assert_eq!(stage.look_later(), READ, "touched");
        stage.write("b.sarif", "more");
        assert_eq!(stage.look_later(), (2, 2, true), "one more");
        fs::remove_file(stage.file("b.sarif")).unwrap();
        assert_eq!(stage.look_later(), READ, "one less");
        let clock = later(&file, 60_000);
        assert_eq!(stage.look("payments", clock), READ, "another setting");
        stage.paths = vec![file];
        assert_eq!(stage.look("payments", clock), READ, "another path");
        assert_eq!(stage.look("payments", clock), NOTHING_READ);
    }

    #[test]
    fn what_could_not_be_read_is_tried_again() {
        let mut stage = Stage::new();
        fs::write(stage.file("b.sarif"), "{").unwrap();
        for _ in 0..2 {
            assert_eq!(stage.look_later(), (2, 1, true), "its flaw is told each time");
        }
    }
}
