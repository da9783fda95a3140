//! Descriptions read and written on a service on this machine.

use std::sync::{Arc, Mutex};

use super::{looks::config, *};
use crate::{
    config::SourceConfig,
    domain::{FindingId, FindingKind},
    source::{
        SourceErrorKind,
        http::script::{HIDDEN, Script, Stage, reply},
    },
};

const ADDRESS: &str = "https://acme.atlassian.net/browse/PAY-12";

/// A pull request whose description is kept; a refusal is given to changes where one is set.
struct Repository {
    script: Script,
    body: Arc<Mutex<Value>>,
}

impl Repository {
    async fn with(body: Value, refusal: Option<u16>) -> Self {
        let body = Arc::new(Mutex::new(body));
        let kept = Arc::clone(&body);
        let script = Script::serve(move |request, _| {
            let mut body = kept.lock().unwrap();
            match (request.method.as_str(), refusal) {
                ("PATCH", Some(status)) => return reply(status, "", r#"{"message": "Must have write access"}"#),
                ("PATCH", None) => *body = serde_json::from_str::<Value>(&request.body).unwrap()["body"].clone(),
                _ => {}
            }
            reply(200, "", &json!({ "number": 7, "body": *body }).to_string())
        })
        .await;
        Self { script, body }
    }

    fn methods(&self) -> String {
        let methods: Vec<String> = self
            .script
            .requests()
            .iter()
            .map(|request| request.method.clone())
            .collect();
        methods.join(" ")
    }

    fn now(&self) -> Value {
        self.body.lock().unwrap().clone()
    }
}

fn finding(external: &str) -> Finding {
    let id = FindingId {
        source: "gh".to_owned(),
        external: external.to_owned(),
    };
    Finding::new(id, FindingKind::Remediation, "t")
}

async fn describe(stage: &Stage, config: &SourceConfig, external: &str) -> Result<bool, crate::source::SourceError> {
    let described = describe_pull_request(&stage.means, config, &finding(external), "PAY-12", ADDRESS).await;
    assert!(!format!("{described:?}").contains(HIDDEN));
    described.map(|described| described.changed)
}

#[tokio::test]
async fn the_key_is_written_once_however_often_and_whatever_people_do() {
    for (body, expected) in [
        (json!(null), format!("[PAY-12]: {ADDRESS}")),
        (
            json!("Fixes.\r\nIt."),
            format!("Fixes.\r\nIt.\r\n\r\n[PAY-12]: {ADDRESS}"),
        ),
    ] {
        let repository = Repository::with(body, None).await;
        let stage = Stage::new();
        let config = config(&repository.script.url, Some(stage.secret.clone()), &["acme/pay"], true);
        assert_eq!(describe(&stage, &config, "acme/pay#7").await, Ok(true));
        assert_eq!(repository.now(), json!(expected));
        assert_eq!(describe(&stage, &config, "acme/pay#7").await, Ok(false));
        assert_eq!(repository.methods(), "GET PATCH GET");
        assert_eq!(repository.script.requests()[1].path, "/repos/acme/pay/pulls/7");
        let edited = format!("Rewritten.\n\n{expected}\n\nAnd more.");
        *repository.body.lock().unwrap() = json!(edited);
        assert_eq!(describe(&stage, &config, "acme/pay#7").await, Ok(false));
        assert_eq!(repository.now(), json!(edited));
        // Removed by a person, it is written again when it is asked for again.
        *repository.body.lock().unwrap() = json!("Rewritten.");
        assert_eq!(describe(&stage, &config, "acme/pay#7").await, Ok(true));
        assert_eq!(repository.now(), json!(format!("Rewritten.\n\n[PAY-12]: {ADDRESS}")));
    }
}

#[tokio::test]
async fn nothing_is_sent_unless_the_source_may_be_written_to() {
    let repository = Repository::with(json!("x"), None).await;
    let stage = Stage::new();
    let url = &repository.script.url;
    let read_only = config(url, Some(stage.secret.clone()), &["acme/pay"], false);
    assert_eq!(describe(&stage, &read_only, "acme/pay#7").await, Ok(false));
    let tokenless = config(url, None, &["acme/pay"], true);
    let error = describe(&stage, &tokenless, "acme/pay#7").await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Setup);
    let writable = config(url, Some(stage.secret.clone()), &["acme/pay"], true);
    for wrong in ["", "acme/pay", "acme/../admin#7", "200"] {
        let error = describe(&stage, &writable, wrong).await.unwrap_err();
        assert_eq!(error.kind, SourceErrorKind::Setup, "{wrong}");
    }
    assert_eq!(repository.methods(), "");
}

#[tokio::test]
async fn a_refused_change_and_a_full_description_are_named() {
    let repository = Repository::with(json!("x"), Some(403)).await;
    let stage = Stage::new();
    let writable = config(&repository.script.url, Some(stage.secret.clone()), &["acme/pay"], true);
    let error = describe(&stage, &writable, "acme/pay#7").await.unwrap_err();
    assert!(
        error
            .message
            .contains("does not allow this (403: Must have write access)"),
        "{error}"
    );
    assert!(error.remedy.contains("read and write"), "{}", error.remedy);
    let repository = Repository::with(json!("x".repeat(65_530)), None).await;
    let writable = config(&repository.script.url, Some(stage.secret.clone()), &["acme/pay"], true);
    let error = describe(&stage, &writable, "acme/pay#7").await.unwrap_err();
    assert!(error.message.contains("too long"), "{error}");
    assert_eq!(repository.methods(), "GET");
}
