use super::*;

fn struck(faults: &Faults, requests: &[(&str, &str)]) -> Vec<bool> {
    let hit = |(method, path): &(&str, &str)| faults.decide(&asked(method, path)).fault.is_some();
    requests.iter().map(hit).collect()
}

fn asked<'a>(method: &'a str, path: &'a str) -> Asked<'a> {
    let endpoint = path;
    Asked { method, path, endpoint }
}

#[test]
fn writes_are_told_from_questions() {
    let faults = Faults::new(1);
    faults.add(FaultRule::always(Fault::Conflict).writes());
    for (method, endpoint, struck) in [
        ("GET", "GET issue/{}", false),
        ("POST", "POST search/jql", false),
        ("POST", "POST issue", true),
        ("DELETE", "DELETE issue/{}/remotelink", true),
    ] {
        let asked = Asked {
            method,
            path: "/",
            endpoint,
        };
        assert_eq!(faults.decide(&asked).fault.is_some(), struck, "{endpoint}");
    }
    let faults = Faults::new(1);
    faults.add(FaultRule::always(Fault::Reset { done: true }).at("POST issue"));
    assert_eq!(
        struck(&faults, &[("POST", "POST issue"), ("POST", "POST issue/{}/comment")]),
        [true, false]
    );
}

#[test]
fn a_rule_strikes_where_and_as_often_as_it_says() {
    let faults = Faults::new(1);
    faults.add(
        FaultRule::always(Fault::ServerError)
            .on("/rest/api/3/search")
            .from_nth(2)
            .times(2),
    );
    let search = ("GET", "/rest/api/3/search/jql");
    let other = ("GET", "/rest/api/3/myself");
    assert_eq!(
        struck(&faults, &[search, other, search, other, search, search]),
        [false, false, true, false, true, false]
    );
    let active = &faults.list()[0];
    assert_eq!((active.seen, active.struck), (4, 2));
}

#[test]
fn rules_come_as_json() {
    let rule: FaultRule = serde_json::from_str(
        r#"{"match": {"method": "POST", "path": "/rest", "times": 1},
            "fault": {"kind": "too-many-requests", "retry_after": 3}}"#,
    )
    .unwrap();
    assert_eq!(rule.matches.method.as_deref(), Some("POST"));
    assert_eq!(
        rule.fault,
        Fault::TooManyRequests {
            retry_after: Some(3),
            reason: None
        }
    );
    for wrong in [
        r#"{"fault": {"kind": "nothing-known"}}"#,
        r#"{"fault": {"kind": "refuse"}, "when": 1}"#,
    ] {
        assert!(serde_json::from_str::<FaultRule>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn delays_and_clocks_add_up_and_the_first_spoiling_fault_wins() {
    let faults = Faults::new(1);
    for fault in [
        Fault::Delay { milliseconds: 20 },
        Fault::MalformedJson,
        Fault::NotFound,
        Fault::WrongClock { seconds: -3600 },
        Fault::Delay { milliseconds: 5 },
    ] {
        faults.add(FaultRule::always(fault));
    }
    assert_eq!(
        faults.decide(&asked("GET", "/")),
        Decision {
            delay: Duration::from_millis(25),
            clock_off: -3600,
            fault: Some(Fault::MalformedJson)
        }
    );
    assert_eq!(faults.list()[2].struck, 0);
}

#[test]
fn chance_is_repeatable() {
    let run = |seed| {
        let faults = Faults::new(seed);
        let mut rule = FaultRule::always(Fault::ServerError);
        rule.matches.probability = Some(0.5);
        faults.add(rule);
        struck(&faults, &[("GET", "/"); 64])
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
    let hits = run(7).into_iter().filter(|hit| *hit).count();
    assert!((16..48).contains(&hits), "{hits} of 64");
}

#[test]
fn the_site_as_a_whole_follows_its_rules() {
    let faults = Faults::new(1);
    assert_eq!(faults.ambient(), Ambient::default());
    let id = faults.add(FaultRule::always(Fault::Refuse));
    faults.add(FaultRule::always(Fault::IndexLag { seconds: 9 }));
    assert_eq!(
        faults.ambient(),
        Ambient {
            refuse: true,
            index_lag: Some(Duration::from_secs(9))
        }
    );
    assert_eq!(faults.decide(&asked("GET", "/")), Decision::default());
    assert!(faults.remove(id));
    assert!(!faults.remove(id));
    assert!(!faults.ambient().refuse);
}
