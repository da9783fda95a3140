//! Key pairs of OAuth 1.0a for the wizard.

use std::path::Path;

use secrecy::SecretString;

use crate::{
    app::{KeyMade, KeyRequest},
    auth::oauth1::{KeyError, KeySize, PrivateKey},
    cli::{failure::Failure, keygen},
    config::SecretSource,
    domain::Problem,
};

/// Makes a key pair; the private half goes to a new file that only its owner may read.
pub(super) fn make(folder: &Path, request: &KeyRequest) -> Result<KeyMade, Problem> {
    let size = if request.bits > 2048 {
        KeySize::Bits4096
    } else {
        KeySize::Bits2048
    };
    let key = PrivateKey::generate(size, &mut rsa::rand_core::OsRng).map_err(|error| wrong(&error))?;
    let file = keygen::keep(folder, request.alias.as_str(), &key).map_err(|failure| failed(&failure))?;
    Ok(KeyMade {
        file: Some(file),
        ..described(&key)
    })
}

/// Tells the public half of a private key.
pub(super) fn read(secret: &SecretString, source: &SecretSource) -> Result<KeyMade, Problem> {
    let key = PrivateKey::read(secret).map_err(|error| wrong(&error))?;
    let file = match source {
        SecretSource::File(path) => Some(path.clone()),
        _ => None,
    };
    Ok(KeyMade {
        file,
        ..described(&key)
    })
}

fn described(key: &PrivateKey) -> KeyMade {
    KeyMade {
        file: None,
        public_pem: key.public_pem(),
        public_bare: key.public_bare(),
        fingerprint: key.fingerprint(),
        note: key.weakness(),
    }
}

fn wrong(error: &KeyError) -> Problem {
    Problem {
        kind: "secret".to_owned(),
        message: error.to_string(),
        remedy: error.remedy(),
    }
}

fn failed(failure: &Failure) -> Problem {
    Problem {
        kind: "setup".to_owned(),
        message: failure.message.clone(),
        remedy: failure.hints.join("; "),
    }
}
