//! A sandbox with a still clock and a client that does nothing on its own: no redirects, no
//! decompression, no proxy.

use std::{collections::BTreeMap, sync::Once};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crosstie::{
    clock::ManualClock,
    sandbox::{Flavour, Sandbox, SandboxOptions},
};
use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};
use serde_json::Value;
use url::Url;

/// A running sandbox and a way to talk to it.
pub(crate) struct Jira {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
    authorization: String,
    version: char,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The first of Jira's error messages.
    pub(crate) fn message(&self) -> String {
        self.json()["errorMessages"][0].as_str().unwrap_or_default().to_owned()
    }
}

static RING: Once = Once::new();

pub(crate) fn client() -> Client {
    RING.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().unwrap();
    });
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .no_gzip()
        .user_agent("crosstie-test")
        .build()
        .unwrap()
}

pub(crate) fn basic(name: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")))
}

impl Jira {
    pub(crate) async fn cloud() -> Self {
        Self::start(Flavour::Cloud, |_| {}).await
    }

    pub(crate) async fn data_center() -> Self {
        Self::start(Flavour::DataCenter, |_| {}).await
    }

    pub(crate) async fn start(flavour: Flavour, adjust: impl FnOnce(&mut SandboxOptions)) -> Self {
        let clock = ManualClock::at("2026-11-20T09:30:00Z".parse().unwrap());
        let mut options = SandboxOptions::new(flavour, clock);
        options.issues = 150;
        adjust(&mut options);
        let sandbox = Sandbox::start(options).await.unwrap();
        let own = sandbox.credentials();
        let (authorization, version) = match flavour {
            Flavour::Cloud => (basic(&own.email, &own.api_token), '3'),
            Flavour::DataCenter => (format!("Bearer {}", own.pat), '2'),
        };
        Self {
            sandbox,
            http: client(),
            authorization,
            version,
        }
    }

    /// The address of something below the flavour's newest API.
    pub(crate) fn api(&self, path: &str) -> String {
        format!("{}/rest/api/{}/{path}", self.sandbox.url(), self.version)
    }

    /// A request without a sign-in to a whole address.
    pub(crate) fn bare(&self, method: Method, address: &str) -> RequestBuilder {
        self.http.request(method, address)
    }

    pub(crate) fn signed_in(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &self.api(path))
            .header("authorization", &self.authorization)
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        got(self.signed_in(Method::GET, path)).await
    }

    pub(crate) async fn anonymous(&self, path: &str) -> Got {
        got(self.bare(Method::GET, &self.api(path))).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Got {
        got(with_json(self.signed_in(method, path), body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Got {
        self.send(Method::POST, path, body).await
    }

    /// `GET` of JSON that must succeed.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let got = self.get(path).await;
        assert_eq!(got.status, 200, "{path}: {}", got.text);
        got.json()
    }

    /// A key of the world that can be seen, by its place among them.
    pub(crate) fn key(&self, nth: usize) -> String {
        let world = self.sandbox.world();
        let world = world.read().unwrap();
        let idx = world.visible(&world.viewer(self.sandbox.now())).nth(nth).unwrap();
        world.issue(idx).key.to_string()
    }

    /// How many issues can be seen.
    pub(crate) fn visible(&self) -> usize {
        let world = self.sandbox.world();
        let world = world.read().unwrap();
        world.visible(&world.viewer(self.sandbox.now())).count()
    }
}

pub(crate) fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request
        .header("content-type", "application/json")
        .body(body.to_string())
}

pub(crate) async fn got(request: RequestBuilder) -> Got {
    let response: Response = request.send().await.unwrap();
    Got {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: response.text().await.unwrap(),
    }
}

/// A call of the control address; `null` stands for no body.
pub(crate) async fn control(jira: &Jira, method: Method, path: &str, body: Value) -> Got {
    let address = format!("{}/{path}", jira.sandbox.control_url());
    let request = jira.bare(method, &address);
    got(if body.is_null() {
        request
    } else {
        with_json(request, &body)
    })
    .await
}

/// Where an answer sends the browser, and with which parameters.
pub(crate) fn location(got: &Got) -> (String, BTreeMap<String, String>) {
    assert_eq!(got.status, 302, "{}", got.text);
    let to = Url::parse(got.header("location").unwrap()).unwrap();
    let params = to.query_pairs().into_owned().collect();
    let whole = to.as_str();
    (whole.split('?').next().unwrap_or(whole).to_owned(), params)
}

/// The address of a link on a page, by the link's id.
pub(crate) fn link(jira: &Jira, page: &str, id: &str) -> String {
    let start = format!("<a id=\"{id}\" href=\"");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no link {id} on {page}"));
    let (href, _) = rest.split_once('"').unwrap();
    format!("{}{}", jira.sandbox.gateway_url(), href.replace("&amp;", "&"))
}

/// Names and values as a form or a query.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
