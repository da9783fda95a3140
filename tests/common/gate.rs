//! A gate before the sandbox: every request waits here for its turn, so that a story can change the
//! world, or stop the run, between two exact requests.

use std::sync::{Arc, Mutex, Once};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    response::Response,
};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

use super::time::GUARD;

/// A request on its way.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) is_search: bool,
    pub(crate) path: String,
    /// What the body says.
    pub(crate) body: String,
}

type Hook = Box<dyn FnMut(&Asked) -> Option<Arc<Hold>> + Send>;

#[derive(Default)]
struct Inner {
    hook: Option<Hook>,
    requests: usize,
}

/// A request that is held back.
#[derive(Debug, Default)]
pub(crate) struct Hold {
    reached: Notify,
    released: Notify,
}

impl Hold {
    /// Completes when the request has come.
    pub(crate) async fn reached(&self) {
        let reached = tokio::time::timeout(GUARD, self.reached.notified());
        reached.await.expect("the request never came");
    }

    pub(crate) fn release(&self) {
        self.released.notify_one();
    }
}

pub(crate) struct Gate {
    inner: Arc<Mutex<Inner>>,
    pub(crate) address: String,
    server: JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Clone)]
struct Keeper {
    inner: Arc<Mutex<Inner>>,
    http: reqwest::Client,
    beyond: String,
}

static RING: Once = Once::new();

/// What signs TLS, before a client is made that asks for it.
pub(crate) fn install_ring() {
    RING.call_once(|| {
        // Refused if the client under test has installed it already.
        let _installed = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Gate {
    /// A gate before `origin`, an address without a path.
    pub(crate) async fn before(origin: &str) -> Self {
        install_ring();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .no_gzip()
            .build()
            .unwrap();
        let inner = Arc::<Mutex<Inner>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let keeper = Keeper {
            inner: Arc::clone(&inner),
            http,
            beyond: origin.to_owned(),
        };
        let app = Router::new().fallback(let_through).with_state(keeper);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { inner, address, server }
    }

    /// `hook` sees every request before Jira does, from now on.
    pub(crate) fn on(&self, mut hook: impl FnMut(&Asked) + Send + 'static) {
        self.set(Box::new(move |asked| {
            hook(asked);
            None
        }));
    }

    /// Notes down the requests that `fits`, from now on.
    pub(crate) fn collect(&self, fits: impl Fn(&Asked) -> bool + Send + 'static) -> Arc<Mutex<Vec<Asked>>> {
        let noted = Arc::<Mutex<Vec<Asked>>>::default();
        let notes = Arc::clone(&noted);
        self.on(move |asked| {
            if fits(asked) {
                notes.lock().unwrap().push(asked.clone());
            }
        });
        noted
    }

    /// The nth request from now on is held back until released.
    pub(crate) fn hold(&self, nth: usize) -> Arc<Hold> {
        self.hold_nth(nth, |_| true)
    }

    /// The nth page of a first pull is held back until released.
    pub(crate) fn hold_page(&self, nth: usize) -> Arc<Hold> {
        self.hold_nth(nth, |asked| {
            asked.is_search && asked.body.contains("ORDER BY created DESC")
        })
    }

    /// The first so many requests that `fits` are held back until released, each by itself.
    pub(crate) fn hold_each(&self, many: usize, fits: impl Fn(&Asked) -> bool + Send + 'static) -> Vec<Arc<Hold>> {
        let holds: Vec<Arc<Hold>> = (0..many).map(|_| Arc::default()).collect();
        let mut left = holds.clone().into_iter();
        self.set(Box::new(move |asked| fits(asked).then(|| left.next()).flatten()));
        holds
    }

    fn hold_nth(&self, nth: usize, fits: impl Fn(&Asked) -> bool + Send + 'static) -> Arc<Hold> {
        let hold = Arc::<Hold>::default();
        let (held, mut seen) = (Arc::clone(&hold), 0);
        self.set(Box::new(move |asked| {
            seen += usize::from(fits(asked));
            (fits(asked) && seen == nth).then(|| Arc::clone(&held))
        }));
        hold
    }

    fn set(&self, hook: Hook) {
        *self.inner.lock().unwrap() = Inner {
            hook: Some(hook),
            requests: 0,
        };
    }

    /// Requests since the gate was last told what to do.
    pub(crate) fn requests(&self) -> usize {
        self.inner.lock().unwrap().requests
    }
}

impl Inner {
    fn pass(&mut self, path: &str, body: String) -> Option<Arc<Hold>> {
        self.requests += 1;
        let asked = Asked {
            is_search: path.contains("/search"),
            path: path.to_owned(),
            body,
        };
        self.hook.as_mut().and_then(|hook| hook(&asked))
    }
}

async fn let_through(State(keeper): State<Keeper>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let hold = {
        let text = String::from_utf8_lossy(&body).into_owned();
        keeper.inner.lock().unwrap().pass(parts.uri.path(), text)
    };
    if let Some(hold) = hold {
        hold.reached.notify_one();
        hold.released.notified().await;
    }
    let mut headers = parts.headers;
    headers.remove("host");
    let answer = keeper
        .http
        .request(parts.method, format!("{}{}", keeper.beyond, parts.uri))
        .headers(headers)
        .body(body)
        .send()
        .await
        .unwrap();
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if name != "transfer-encoding" && name != "connection" {
            response = response.header(name, value);
        }
    }
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}
