//! Which mapping is for a finding, where its issue goes, what closes it.

use std::collections::BTreeMap;

use super::*;
use crate::{
    config::{Closes, Match, StateRule},
    domain::{Resolution, Status, StatusCategory},
    jql::dates::Moment,
};

fn moment() -> Moment {
    Moment {
        now: now(),
        zone: TimeZone::UTC,
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn a_mapping_covers_what_it_is_for_and_says_why_not() {
    let all = Match::default();
    let cases = [
        (all.clone(), ""),
        (
            Match {
                sources: words(&["scans", "Bounty"]),
                ..all.clone()
            },
            "",
        ),
        (
            Match {
                sources: words(&["scans", "tests"]),
                ..all.clone()
            },
            "source bounty is not scans or tests",
        ),
        (
            Match {
                kinds: vec![FindingKind::Defect],
                ..all.clone()
            },
            "kind report is not defect",
        ),
        (
            Match {
                severity: Some(Severity::High),
                ..all.clone()
            },
            "",
        ),
        (
            Match {
                severity: Some(Severity::Critical),
                ..all.clone()
            },
            "severity high is below critical",
        ),
        (
            Match {
                tags: words(&["CHECKOUT"]),
                ..all.clone()
            },
            "",
        ),
        (
            Match {
                tags: words(&["search"]),
                ..all.clone()
            },
            "tag checkout is not search",
        ),
        (
            Match {
                expression: Some("title ~ xss and keys is not empty".to_owned()),
                ..all.clone()
            },
            "",
        ),
        (
            Match {
                expression: Some(" ".to_owned()),
                ..all.clone()
            },
            "",
        ),
        (
            Match {
                expression: Some("title ~ sqli".to_owned()),
                ..all.clone()
            },
            "where title ~ sqli does not hold",
        ),
        (
            Match {
                expression: Some("sverity = low".to_owned()),
                ..all.clone()
            },
            "where \"sverity = low\" makes no sense: findings have no field sverity; did you mean severity?",
        ),
    ];
    for (matching, why_not) in cases {
        let expected = match why_not {
            "" => Verdict::Yes,
            reason => Verdict::No(reason.to_owned()),
        };
        assert_eq!(covers(&matching, &finding(), &moment()), expected, "{matching:?}");
    }
    let mut untagged = finding();
    untagged.tag = None;
    let matching = Match {
        tags: words(&["search"]),
        ..all
    };
    assert_eq!(
        covers(&matching, &untagged, &moment()),
        Verdict::No("it has no tag, and needs search".to_owned())
    );
}

#[test]
fn the_first_enabled_mapping_that_covers_is_chosen() {
    let mut mappings: Vec<MappingConfig> = (0..3)
        .map(|index| MappingConfig {
            name: index.to_string(),
            ..mapping(Vec::new())
        })
        .collect();
    mappings[0].matching.severity = Some(Severity::Critical);
    let chosen = |mappings: &[MappingConfig]| {
        choose(mappings, &finding(), &Calendars::new(now(), BTreeMap::new())).map(|mapping| mapping.name.clone())
    };
    assert_eq!(chosen(&mappings).as_deref(), Some("1"));
    mappings[1].enabled = false;
    assert_eq!(chosen(&mappings).as_deref(), Some("2"));
    mappings[2].matching.sources = words(&["none"]);
    assert_eq!(chosen(&mappings), None);
}

#[test]
fn the_project_of_the_entity_goes_first_where_that_is_wanted() {
    let of = |entity: bool, own: ProjectChoice, tag: Option<&str>| {
        let mapping = MappingConfig {
            entity_project: entity,
            project: own,
            ..mapping(Vec::new())
        };
        let finding = Finding {
            tag: tag.map(str::to_owned),
            ..finding()
        };
        project_for(&mapping, &finding, &|tag| (tag == "checkout").then(|| "CHK".to_owned()))
    };
    let key = |key: &str| ProjectChoice::Key(key.to_owned());
    for (entity, own, tag, expected) in [
        (true, key("PAY"), Some("checkout"), key("CHK")),
        (false, key("PAY"), Some("checkout"), key("PAY")),
        (true, key("PAY"), Some("other"), key("PAY")),
        (true, key("PAY"), None, key("PAY")),
        (true, ProjectChoice::Ask, Some("checkout"), key("CHK")),
        (true, ProjectChoice::Ask, None, ProjectChoice::Ask),
        (false, ProjectChoice::Ask, Some("checkout"), ProjectChoice::Ask),
    ] {
        assert_eq!(of(entity, own.clone(), tag), expected, "{entity} {own:?} {tag:?}");
    }
}

#[test]
fn states_ask_for_statuses_and_statuses_close() {
    let mut mapping = mapping(Vec::new());
    let rule = StateRule {
        status: "In Progress".to_owned(),
        fields: Vec::new(),
    };
    mapping.states = vec![(FindingState::Triaged, rule.clone())];
    assert_eq!(state_rule(&mapping, &finding()), Some(&rule));
    let closed = Finding {
        state: FindingState::Closed,
        ..finding()
    };
    assert_eq!(state_rule(&mapping, &closed), None);

    let status = |id: &str, name: &str, category| Status {
        id: id.to_owned(),
        name: name.to_owned(),
        category,
    };
    let done = status("5", "Shipped", StatusCategory::Done);
    let open = status("4", "Waiting", StatusCategory::New);
    assert_eq!(closes(&mapping, &open, Some("Fixed")), None);
    for (name, resolution) in [
        (Some("Fixed"), Some(Resolution::Fixed)),
        (Some("done"), Some(Resolution::Fixed)),
        (Some("Won’t Do"), Some(Resolution::WontFix)),
        (Some("Duplicate"), Some(Resolution::Duplicate)),
        (Some("False positive"), Some(Resolution::FalsePositive)),
        (Some("Risk Accepted"), Some(Resolution::RiskAccepted)),
        (Some("Sent to the moon"), None),
        (None, None),
    ] {
        assert_eq!(closes(&mapping, &done, name), Some(Closing { resolution }), "{name:?}");
    }
    mapping.resolutions.insert("Done".to_owned(), Resolution::RiskAccepted);
    mapping.closes = Closes::Statuses(vec!["waiting".to_owned(), "9".to_owned()]);
    assert_eq!(closes(&mapping, &done, None), None);
    let closing = Closing {
        resolution: Some(Resolution::RiskAccepted),
    };
    assert_eq!(closes(&mapping, &open, Some("done")), Some(closing));
    assert!(closes(&mapping, &status("9", "x", StatusCategory::New), None).is_some());
}

#[test]
fn what_an_earlier_mapping_takes_away_is_told() {
    let all = Match::default;
    let of = |sources: &[&str], severity: Option<Severity>, text: Option<&str>| Match {
        sources: sources.iter().map(|source| (*source).to_owned()).collect(),
        severity,
        expression: text.map(str::to_owned),
        ..all()
    };
    use Overlap::{All, Nothing, Some as Part};
    for (first, second, expected) in [
        (all(), of(&["a"], Some(Severity::High), None), All),
        (of(&["A", "b"], None, None), of(&["a"], None, None), All),
        (of(&["a"], None, None), of(&["b"], None, None), Nothing),
        (of(&["a"], None, None), of(&["a", "b"], None, None), Part),
        (of(&["a"], None, None), all(), Part),
        (of(&[], Some(Severity::High), None), all(), Part),
        (
            of(&[], Some(Severity::Low), None),
            of(&[], Some(Severity::High), None),
            All,
        ),
        (of(&[], None, Some("title ~ x")), all(), Part),
    ] {
        assert_eq!(overlap(&first, &second), expected, "{first:?} {second:?}");
    }
}

#[test]
fn only_what_moves_with_the_time_is_relative() {
    for (text, expected) in [
        ("created >= -7d", true),
        ("created >= startOfDay()", true),
        ("fields.seen < -1w", true),
        ("NOT (severity = high OR created <= now())", true),
        ("created >= 2026-01-31", false),
        ("title ~ \"-7d\"", false),
        ("severity >= high", false),
        ("created >=", false),
    ] {
        let matching = Match {
            expression: Some(text.to_owned()),
            ..Match::default()
        };
        assert_eq!(is_relative(&matching), expected, "{text}");
    }
}
