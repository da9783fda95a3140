//! The door of the sandbox: a listener that can be shut for real and opened again on the same port.
//!
//! Must never be in here: HTTP. A shut door means that the operating system refuses connections, as
//! it does when a Jira is down, and that connections kept alive from before break.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::serve::Listener;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::clock::SharedClock;

/// How long to wait before the port is tried again when something else holds it.
const REBIND_PAUSE: Duration = Duration::from_millis(20);

/// Listens on one address, as long as it is wanted open.
pub(super) struct Door {
    address: SocketAddr,
    listener: Option<TcpListener>,
    wanted_shut: watch::Receiver<bool>,
    is_shut: watch::Sender<bool>,
    stop: CancellationToken,
    guests: CancellationToken,
    clock: SharedClock,
}

impl Door {
    /// A door on an open listener. `is_shut` follows `wanted_shut` once the change has taken effect;
    /// `stop` breaks all its connections.
    pub(super) fn new(
        listener: TcpListener,
        wanted_shut: watch::Receiver<bool>,
        is_shut: watch::Sender<bool>,
        clock: SharedClock,
        stop: &CancellationToken,
    ) -> io::Result<Self> {
        Ok(Self {
            address: listener.local_addr()?,
            listener: Some(listener),
            wanted_shut,
            is_shut,
            stop: stop.clone(),
            guests: stop.child_token(),
            clock,
        })
    }

    async fn stay_shut(&mut self) {
        self.listener = None;
        self.guests.cancel();
        self.guests = self.stop.child_token();
        self.is_shut.send_replace(true);
        if self.wanted_shut.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    async fn reopen(&mut self) {
        match TcpListener::bind(self.address).await {
            Ok(listener) => {
                self.listener = Some(listener);
                self.is_shut.send_replace(false);
            }
            Err(error) => {
                tracing::warn!(address = %self.address, %error, "the sandbox cannot listen again yet");
                self.clock.sleep(REBIND_PAUSE).await;
            }
        }
    }
}

impl Listener for Door {
    type Io = Guest;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guest, SocketAddr) {
        loop {
            if *self.wanted_shut.borrow_and_update() {
                self.stay_shut().await;
                continue;
            }
            let Some(listener) = &self.listener else {
                self.reopen().await;
                continue;
            };
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => return (Guest::new(stream, &self.guests), peer),
                    Err(error) => {
                        tracing::warn!(%error, "the sandbox could not accept a connection");
                        self.clock.sleep(REBIND_PAUSE).await;
                    }
                },
                changed = self.wanted_shut.changed() => if changed.is_err() {
                    std::future::pending::<()>().await;
                },
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// One accepted connection, which breaks when the door is shut.
pub(super) struct Guest {
    stream: TcpStream,
    shown_out: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Guest {
    fn new(stream: TcpStream, guests: &CancellationToken) -> Self {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "answers of the sandbox may be held back by Nagle's algorithm");
        }
        Self {
            stream,
            shown_out: Box::pin(guests.clone().cancelled_owned()),
        }
    }

    fn broken(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.shown_out.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionReset.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Guest {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.broken(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Guest {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.broken(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
