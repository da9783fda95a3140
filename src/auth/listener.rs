//! Listens on this machine's loopback address for the browser that comes back from a sign-in.
//!
//! Must never be in here: listening on any other address, or anything served but one small page.

mod page;
mod request;

#[cfg(test)]
mod tests;

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::{Host, Url};

use self::request::Asked;
use super::{
    AuthError, AuthErrorKind,
    landing::{Expected, Landing, LandingError},
};

/// How long a browser may take to send its request, and to take the answer.
const LIMIT: Duration = Duration::from_secs(10);

/// Connections served at once; browsers open some in advance and say nothing on them.
const AT_ONCE: usize = 16;

/// Why nothing can listen for a callback.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// The browser is not sent to this machine, or not by plain http.
    #[error("the callback {0} is not a plain http address of this machine, so that nothing can listen for it here")]
    Elsewhere(String),
    /// Somebody else listens there.
    #[error("port {0} of the callback is taken by another program")]
    Taken(u16),
    /// The system forbids it.
    #[error("the system does not allow listening on port {0} of the callback")]
    Forbidden(u16),
    /// Neither loopback address can be used.
    #[error("listening on port {port} of the callback failed: {reason}")]
    Failed {
        /// The port.
        port: u16,
        /// What the system says.
        reason: String,
    },
}

impl ListenError {
    /// The next step for a person.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Elsewhere(_) => "paste the address that the browser ends up at",
            Self::Taken(_) | Self::Forbidden(_) | Self::Failed { .. } => {
                "paste the address instead, or set `callback` to another port, here and in Jira"
            }
        }
    }
}

impl From<ListenError> for AuthError {
    fn from(error: ListenError) -> Self {
        Self::new(AuthErrorKind::Setup, error.to_string(), error.remedy())
    }
}

/// Listens until it is dropped or the browser has come.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<std::net::TcpListener>,
    path: Arc<str>,
    port: u16,
}

impl Listener {
    /// Listens where the callback leads: on both loopback addresses for `localhost`, of which one
    /// may be missing, else on the one that is named.
    ///
    /// # Errors
    /// If the callback leads elsewhere, or its port cannot be had.
    pub fn bind(callback: &Url) -> Result<Self, ListenError> {
        let Some(addresses) = addresses(callback) else {
            return Err(ListenError::Elsewhere(shown(callback)));
        };
        let mut port = callback.port_or_known_default().unwrap_or(80);
        let mut sockets = Vec::new();
        let mut missing = None;
        for address in addresses {
            match open(SocketAddr::new(address, port)) {
                Ok(socket) => {
                    // Port 0 stands for any free one; the second address has to have the same.
                    port = socket.local_addr().map_or(port, |address| address.port());
                    sockets.push(socket);
                }
                Err(error) => match error.kind() {
                    ErrorKind::AddrInUse => return Err(ListenError::Taken(port)),
                    ErrorKind::PermissionDenied => return Err(ListenError::Forbidden(port)),
                    _ => missing = Some(error.to_string()),
                },
            }
        }
        if sockets.is_empty() {
            let reason = missing.unwrap_or_default();
            return Err(ListenError::Failed { port, reason });
        }
        Ok(Self {
            sockets,
            path: callback.path().into(),
            port,
        })
    }

    /// The port that is listened on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the browser and tells it how it went. What does not belong to this attempt is
    /// answered and waited past. Dropping this future ends the wait.
    ///
    /// # Errors
    /// What the server says instead of a code, or that listening failed.
    pub async fn wait(self, expected: &Expected) -> Result<Landing, LandingError> {
        let expected = Arc::new(expected.clone());
        let listeners: Vec<TcpListener> = self
            .sockets
            .into_iter()
            .map(TcpListener::from_std)
            .collect::<Result<_, _>>()
            .map_err(|error| LandingError::Stopped(error.to_string()))?;
        let mut serving = JoinSet::new();
        loop {
            tokio::select! {
                // The one with the code goes before those that knock.
                biased;
                Some(served) = serving.join_next() => {
                    if let Ok(Some(end)) = served {
                        return end;
                    }
                }
                stream = accept(&listeners), if serving.len() < AT_ONCE => {
                    let stream = stream.map_err(|error| LandingError::Stopped(error.to_string()))?;
                    serving.spawn(serve(stream, self.path.clone(), expected.clone()));
                }
            }
        }
    }
}

/// Where `localhost` and its numbers are; none for other hosts and schemes.
fn addresses(callback: &Url) -> Option<Vec<IpAddr>> {
    if callback.scheme() != "http" {
        return None;
    }
    match callback.host()? {
        Host::Domain("localhost") => Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]),
        Host::Ipv4(ip) if ip.is_loopback() => Some(vec![ip.into()]),
        Host::Ipv6(ip) if ip.is_loopback() => Some(vec![ip.into()]),
        _ => None,
    }
}

/// The callback without what may be private in it.
fn shown(callback: &Url) -> String {
    let mut url = callback.clone();
    url.set_query(None);
    // Fails for addresses that have no user anyway.
    let _ = url.set_password(None);
    url.into()
}

fn open(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let socket = std::net::TcpListener::bind(address)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// The next connection on any of the listeners.
async fn accept(listeners: &[TcpListener]) -> std::io::Result<TcpStream> {
    let one = async |listener: &TcpListener| loop {
        match listener.accept().await {
            Ok((stream, _)) => return Ok(stream),
            // The one who knocked is gone already.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => return Err(error),
        }
    };
    match listeners {
        [first, second, ..] => tokio::select! {
            stream = one(first) => stream,
            stream = one(second) => stream,
        },
        [only] => one(only).await,
        [] => std::future::pending().await,
    }
}

/// How the wait ends, if it does.
type End = Option<Result<Landing, LandingError>>;

/// Serves one connection: one request, one answer.
async fn serve(mut stream: TcpStream, path: Arc<str>, expected: Arc<Expected>) -> End {
    let asked = tokio::time::timeout(LIMIT, request::read(&mut stream)).await;
    let Ok(Some(asked)) = asked else {
        return None;
    };
    let (answer, end) = decide(&asked, &path, &expected);
    let answering = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    // Whether the browser shows it or not, the code has come.
    let _ = tokio::time::timeout(LIMIT, answering).await;
    end
}

/// The answer to a request, and whether it ends the wait.
fn decide(asked: &Asked, path: &str, expected: &Expected) -> (String, End) {
    let target = match asked {
        Asked::Get(target) => target,
        Asked::Other => return (page::plain("405 Method Not Allowed", "Allow: GET\r\n"), None),
        Asked::Malformed => return (page::plain("400 Bad Request", ""), None),
        Asked::TooLong => return (page::plain("431 Request Header Fields Too Large", ""), None),
    };
    let (asked_path, query) = target.split_once('?').unwrap_or((target, ""));
    if asked_path != path {
        return (page::plain("404 Not Found", ""), None);
    }
    match Landing::of_query(query, expected) {
        Ok(landing) => (page::done(), Some(Ok(landing))),
        Err(error @ (LandingError::Denied | LandingError::Refused { .. })) => (page::failed(&error), Some(Err(error))),
        Err(error) => (page::failed(&error), None),
    }
}
