//! OAuth 1.0a with RSA-SHA1, which Jira Data Center calls an application link: the key, the
//! signature over each request, the three steps that lead to a token, and what Jira says when it
//! refuses.
//!
//! Must never be in here: where keys and tokens are kept, or a secret in a message.

mod consumer;
mod flow;
mod key;
mod problem;
mod signature;
mod signing;
mod stamp;

pub use consumer::Consumer;
pub use flow::{Callback, FlowError, Issued, RequestToken};
pub use key::{KeyError, KeySize, PrivateKey};
pub use problem::Problem;
pub use signing::OAuth1;
pub use stamp::{Stamp, Stamper};
