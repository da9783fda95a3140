//! An address at which nobody listens, and nobody begins to while a test is about to be refused there.

use tokio::net::TcpSocket;

/// Holds the port without listening: the system refuses who connects, and gives the port to nobody.
pub(crate) struct Nobody(TcpSocket);

impl Nobody {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }
}
