use super::*;
use crate::config::{MappingConfig, ProjectChoice};

fn placed(text: &str) -> (tempfile::TempDir, Paths) {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths {
        config: folder.path().join("config.toml"),
        data: folder.path().join("data"),
        home: None,
    };
    std::fs::write(&paths.config, text).unwrap();
    (folder, paths)
}

const CONFIG: &str = "# mine
[[connection]]
alias = \"acme\"
kind = \"cloud\"
url = \"https://acme.atlassian.net\"
auth = { method = \"api-token\", email = \"me@example.com\", secret = { env = \"ACME_TOKEN\" } }
";

fn mapping(name: &str) -> MappingConfig {
    MappingConfig::new(name, "acme", ProjectChoice::Key("PAY".to_owned()), "Bug")
}

fn put(base: Option<MappingConfig>, mapping: MappingConfig) -> MappingChange {
    MappingChange::Put {
        base: base.map(Box::new),
        mapping: Box::new(mapping),
    }
}

fn configured(paths: &Paths) -> Vec<MappingConfig> {
    config::load(paths).unwrap().config.mappings
}

#[test]
fn mappings_are_planned_then_written_with_comments_kept() {
    let (_folder, paths) = placed(CONFIG);
    let planned = plan(&paths, &put(None, mapping("scans"))).unwrap();
    assert!(planned.differs());
    assert_eq!(
        std::fs::read_to_string(&paths.config).unwrap(),
        CONFIG,
        "nothing is written yet"
    );
    file::OwnFile(paths.clone()).write(&planned).unwrap();
    assert!(std::fs::read_to_string(&paths.config).unwrap().starts_with("# mine\n"));
    assert_eq!(configured(&paths)[0].name, "scans");
    make(&paths, &MappingChange::Enabled("scans".to_owned(), false)).unwrap();
    assert!(!configured(&paths)[0].enabled);
    make(&paths, &MappingChange::Remove("scans".to_owned())).unwrap();
    assert!(configured(&paths).is_empty());
    assert!(plan(&paths, &MappingChange::Remove("scans".to_owned())).is_err());
}

#[test]
fn what_somebody_else_changed_is_not_written_over() {
    let (_folder, paths) = placed(CONFIG);
    make(&paths, &put(None, mapping("scans"))).unwrap();
    let base = configured(&paths).remove(0);
    let mut ours = base.clone();
    ours.issue_type = "Task".to_owned();
    make(&paths, &put(Some(base.clone()), ours.clone())).unwrap();
    let refused = plan(&paths, &put(Some(base), mapping("scans"))).unwrap_err();
    assert_eq!(refused.kind, MAPPING_CHANGED);
    assert_eq!(configured(&paths)[0].issue_type, "Task");
    make(&paths, &MappingChange::Remove("scans".to_owned())).unwrap();
    let gone = plan(&paths, &put(Some(ours), mapping("scans"))).unwrap_err();
    assert_eq!(gone.kind, MAPPING_CHANGED);
}

#[tokio::test]
async fn a_list_that_a_limit_holds_up_says_so_instead_of_waiting() {
    let looks = std::cell::Cell::new(0);
    let held_up = || {
        looks.set(looks.get() + 1);
        (looks.get() == 3).then(|| site::limited(&Alias::from("acme"), jiff::SignedDuration::from_secs(90)))
    };
    let tick = std::time::Duration::from_millis(1);
    let never = std::future::pending::<Result<(), Problem>>();
    let problem = site::watched(never, tick, held_up).await.unwrap_err();
    assert_eq!(problem.message, "acme limits requests for another 90 s");
    // What is only slow is waited for.
    let looks = std::cell::Cell::new(0);
    let slow = std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        match looks.get() {
            3.. => std::task::Poll::Ready(Ok(7)),
            _ => std::task::Poll::Pending,
        }
    });
    let held_up = || {
        looks.set(looks.get() + 1);
        None
    };
    assert_eq!(site::watched(slow, tick, held_up).await, Ok(7));
}
