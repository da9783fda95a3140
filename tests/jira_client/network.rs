//! Certificates, proxies, compression, and addresses that cannot work.

use std::{io::Write as _, path::PathBuf, sync::Arc};

use axum::Router;
use crosstie::{
    clock::ManualClock,
    config::ConnectionConfig,
    jira::{Client, ErrorKind, Outcome, check},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use secrecy::SecretString;
use serde_json::{Map, json};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
        server::WebPkiClientVerifier,
    },
    server::TlsStream,
};

use crate::{
    nobody::Nobody,
    support::{NOW, Server, TOKEN, World, behind_a_proxy, config, myself, ok, reply, vault},
};

type Issuer = CertifiedIssuer<'static, KeyPair>;

struct Pki {
    folder: TempDir,
    authority: Issuer,
}

impl Pki {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        Self { folder, authority }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn issue(&self, host: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, host);
        (params.signed_by(&key, &self.authority).unwrap(), key)
    }

    /// A Jira behind TLS; the certificate is for `host`.
    async fn serve(&self, host: &str, ask_for_certificate: bool) -> String {
        let provider = Arc::new(ring::default_provider());
        let (certificate, key) = self.issue(host);
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if ask_for_certificate {
            let mut roots = RootCertStore::empty();
            roots.add(self.authority.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .unwrap();
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let tls = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let info = r#"{"version":"10.3.24","baseUrl":"https://x","deploymentType":"Server"}"#;
        let router = Router::new().fallback(move || async move { info });
        let listener = TlsListener {
            listener,
            acceptor: TlsAcceptor::from(Arc::new(tls)),
        };
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("https://localhost:{port}")
    }
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else {
                continue;
            };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_only_when_configured() {
    let (ours, theirs) = (Pki::new("Acme Root"), Pki::new("Other Root"));
    let url = ours.serve("localhost", false).await;
    let with = |ca: PathBuf| ConnectionConfig {
        ca: Some(ca),
        ..config(&url)
    };
    let world = World::new(&with(ours.path("ca.pem")));
    assert_eq!(world.client.server_info().await.unwrap().version, "10.3.24");
    let world = World::new(&with(theirs.path("ca.pem")));
    let error = world.client.server_info().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls, "{error:?}");
    assert!(
        error.message.contains("an authority that this machine does not trust"),
        "{error}"
    );
    assert!(
        error.message.contains("localhost") && error.remedy.contains("`ca`"),
        "{error:?}"
    );
    let failed = world
        .client
        .create_issue(&Map::new(), ("crosstie", &json!(1)))
        .await
        .unwrap_err();
    assert_eq!((failed.outcome, failed.error.kind), (Outcome::NotSent, ErrorKind::Tls));
    assert!(!failed.is_passing(), "a certificate does not mend itself");
    let mistaken = World::new(&ConnectionConfig {
        ca: Some(ours.path("ca.pem")),
        ..config(&ours.serve("jira.example.com", false).await)
    });
    let error = mistaken.client.server_info().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls);
    assert!(
        error.message.contains("for another name") && error.message.contains("jira.example.com"),
        "{error}"
    );
}

#[tokio::test]
async fn a_client_certificate_is_shown_when_configured() {
    let pki = Pki::new("Acme Root");
    let url = pki.serve("localhost", true).await;
    let (certificate, key) = pki.issue("ana");
    std::fs::write(pki.path("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(pki.path("key.pem"), key.serialize_pem()).unwrap();
    std::fs::write(pki.path("both.pem"), certificate.pem() + &key.serialize_pem()).unwrap();
    let with = |cert: Option<&str>, key: Option<&str>| ConnectionConfig {
        ca: Some(pki.path("ca.pem")),
        client_cert: cert.map(|name| pki.path(name)),
        client_key: key.map(|name| pki.path(name)),
        ..config(&url)
    };
    for (cert, key) in [("cert.pem", Some("key.pem")), ("both.pem", None)] {
        let world = World::new(&with(Some(cert), key));
        assert_eq!(world.client.server_info().await.unwrap().version, "10.3.24", "{cert}");
    }
    let error = World::new(&with(None, None)).client.server_info().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Tls, "{error}");
    assert!(error.message.contains("client certificate"), "{error}");
}

#[tokio::test]
async fn the_checks_name_the_certificate() {
    let pki = Pki::new("Acme Root");
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("token");
    std::fs::write(&secret, TOKEN).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let mut config = ConnectionConfig {
        ca: Some(pki.path("ca.pem")),
        ..config(&pki.serve("localhost", false).await)
    };
    config.method = crosstie::config::Method::Pat {
        secret: crosstie::config::SecretSource::File(secret),
    };
    let clock: crosstie::clock::SharedClock = ManualClock::at(jiff::Timestamp::now());
    let vault = vault(folder.path().to_owned());
    let checks = check::run_checks(&config, &vault, &clock).await;
    let named = checks.iter().find(|check| check.name == "certificate").unwrap();
    assert!(
        named.ok && named.detail.starts_with("localhost, issued by Acme Root, valid until "),
        "{named:?}"
    );
    config.ca = Some(Pki::new("Other Root").path("ca.pem"));
    let broken = check::run_checks(&config, &vault, &clock).await;
    assert!(
        !check::is_valid(&broken) && broken.last().unwrap().name == "settings",
        "{broken:?}"
    );
}

#[tokio::test]
async fn a_configured_proxy_is_used_even_for_this_machine() {
    let proxy = Server::cloud(|_, _| ok(&myself())).await;
    let mut config = config("http://127.0.0.1:1/jira");
    config.proxy = Some(proxy.url.clone());
    let world = World::new(&config);
    assert_eq!(world.client.myself().await.unwrap().user.display, "Ana Lima");
    let seen = proxy.seen();
    assert_eq!(seen.last().unwrap().path, "/jira/rest/api/3/myself");
    assert_eq!(seen.last().unwrap().header("host"), "127.0.0.1:1");
    let refusing =
        Server::start(|_, _| reply(407, "text/plain", "who are you").with("proxy-authenticate", "Basic")).await;
    config.proxy = Some(refusing.url.clone());
    let error = World::new(&config).client.myself().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Setup, "{error}");
    assert!(error.message.contains("proxy"), "{error}");
}

#[tokio::test]
async fn answers_may_be_compressed() {
    let server = Server::cloud(|_, _| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(myself().to_string().as_bytes()).unwrap();
        let mut reply = reply(200, "application/json", "").with("content-encoding", "gzip");
        reply.body = packed.finish().unwrap();
        reply
    })
    .await;
    let world = World::new(&config(&server.url));
    assert_eq!(world.client.myself().await.unwrap().time_zone, "America/Sao_Paulo");
    let seen = server.seen();
    assert_eq!(seen[1].header("accept-encoding"), "gzip");
    assert_eq!(
        seen[1].header("user-agent"),
        concat!("crosstie/", env!("CARGO_PKG_VERSION"))
    );
    let bytes = world.client.traffic().bytes;
    assert!(
        bytes > myself().to_string().len() as u64,
        "counted after decompression: {bytes}"
    );
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let nobody = Nobody::new();
    for (url, kind, words) in [
        (nobody.url().as_str(), ErrorKind::Network, "connection refused"),
        (
            "https://jira.crosstie-test.invalid",
            ErrorKind::Dns,
            "jira.crosstie-test.invalid does not resolve",
        ),
    ] {
        if kind == ErrorKind::Dns && behind_a_proxy() {
            continue;
        }
        let world = World::new(&config(url));
        let error = world.client.server_info().await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.kind.is_offline() && error.message.contains(words), "{error}");
        assert_eq!(world.client.traffic().requests, 1, "not repeated");
    }
}

#[test]
fn settings_that_cannot_work_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();
    let missing = folder.path().join("missing.pem");
    let base = || config("http://127.0.0.1:1");
    for (broken, words) in [
        (config("http://jira.example.com"), "`url` is plain http"),
        (config("ftp://jira.example.com"), "`url` is neither http nor https"),
        (config("acme"), "`url` is not an address"),
        (
            config("https://ana:pl4nted@jira.example.com"),
            "`url` holds a user name",
        ),
        (
            ConnectionConfig {
                gateway_url: "http://example.com".into(),
                ..base()
            },
            "`gateway_url` is plain http",
        ),
        (
            ConnectionConfig {
                ca: Some(missing.clone()),
                ..base()
            },
            "`ca`",
        ),
        (
            ConnectionConfig {
                ca: Some(empty.clone()),
                ..base()
            },
            "holds no certificate",
        ),
        (
            ConnectionConfig {
                client_cert: Some(missing),
                ..base()
            },
            "`client_cert`",
        ),
        (
            ConnectionConfig {
                client_cert: Some(empty),
                ..base()
            },
            "are not a certificate and",
        ),
        (
            ConnectionConfig {
                proxy: Some("http://".into()),
                ..base()
            },
            "`proxy`",
        ),
    ] {
        let clock = ManualClock::at(NOW.parse().unwrap());
        let error = Client::new(&broken, SecretString::from(TOKEN), clock).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Setup, "{words}");
        assert!(
            error.message.starts_with("acme: ") && error.message.contains(words),
            "{error}"
        );
        assert!(
            !error.remedy.is_empty() && !error.message.contains("pl4nted"),
            "{error:?}"
        );
    }
}
