//! The RSA key that signs for a consumer: made, read, and its public half written as Jira takes it.
//!
//! Must never be in here: files. A private key has neither `Debug` nor `Display`; the numbers inside
//! are wiped by the `rsa` crate when the key is dropped.

mod reading;

#[cfg(test)]
pub(crate) mod tests;

use base64::{Engine, engine::general_purpose::STANDARD};
use rsa::{
    Pkcs1v15Sign, RsaPrivateKey,
    pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding},
    rand_core::{CryptoRngCore, OsRng},
    traits::PublicKeyParts,
};
use secrecy::SecretString;
use sha1::{Digest, Sha1};

/// Fewer bits are refused: such keys are broken in hours.
const LEAST_BITS: usize = 1024;

/// More bits are refused: each signature would take seconds.
const MOST_BITS: usize = 16_384;

/// What new keys should have at least.
const SOUND_BITS: usize = 2048;

/// Characters in a line of PEM.
const PEM_LINE: usize = 64;

/// Sizes of new keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeySize {
    /// 2048 bits.
    #[default]
    Bits2048,
    /// 4096 bits.
    Bits4096,
}

impl KeySize {
    /// The number of bits.
    #[must_use]
    pub fn bits(self) -> usize {
        match self {
            Self::Bits2048 => 2048,
            Self::Bits4096 => 4096,
        }
    }
}

/// Why a text is not a private key that can sign here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing there.
    #[error("the private key is empty")]
    Empty,
    /// Protected by a pass phrase.
    #[error("the private key is encrypted with a pass phrase")]
    Encrypted,
    /// The public half, which Jira gets.
    #[error("this is a public key, not the private key")]
    PublicKey,
    /// A certificate.
    #[error("this is a certificate, which holds only the public key")]
    Certificate,
    /// A request for a certificate.
    #[error("this is a certificate request, which holds only the public key")]
    CertificateRequest,
    /// A key in OpenSSH's own form.
    #[error("this is a private key in OpenSSH's own form")]
    OpenSsh,
    /// A key in PuTTY's own form.
    #[error("this is a private key in PuTTY's own form")]
    Putty,
    /// A private key of another algorithm.
    #[error("this is {0} key; Jira's OAuth 1.0a takes only RSA keys")]
    OtherAlgorithm(&'static str),
    /// The end is missing.
    #[error("the private key is incomplete: its end is missing")]
    Truncated,
    /// A key that anybody can break.
    #[error("the private key has {0} bits, which is too few to be safe")]
    TooSmall(usize),
    /// A key that would take seconds to sign.
    #[error("the private key has {0} bits, which takes too long to sign with")]
    TooLarge(usize),
    /// Its numbers contradict each other.
    #[error("the private key is damaged: its numbers do not fit each other")]
    Damaged,
    /// Nothing of the above.
    #[error("this is not a private key")]
    Garbage,
    /// Making or writing a key failed.
    #[error("the private key could not be made: {0}")]
    Making(String),
}

impl KeyError {
    /// The next step for a person.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Empty | Self::Garbage => {
                "give the file's content from BEGIN to END PRIVATE KEY, as `crosstie keygen` or `openssl genrsa 2048` write it"
            }
            Self::Encrypted => "remove the pass phrase: openssl pkey -in KEY.pem -out PLAIN.pem, and keep that file to yourself (chmod 600)",
            Self::PublicKey => "the public key belongs into Jira; give the private key that was made together with it",
            Self::Certificate | Self::CertificateRequest => {
                "give the private key that it was made with, usually the file named in `openssl req -key`"
            }
            Self::OpenSsh => "convert a copy of it: ssh-keygen -p -m PEM -N '' -f COPY; or make a key for Jira alone: crosstie keygen",
            Self::Putty => "export it in PuTTYgen by Conversions, Export OpenSSH key (old form); or make a new one: crosstie keygen",
            Self::OtherAlgorithm(_) => "make an RSA key: crosstie keygen, and register its public key in Jira",
            Self::Truncated => "copy the whole file once more, up to and with its END line",
            Self::TooSmall(_) => "make a new key: crosstie keygen, and register its public key in Jira",
            Self::TooLarge(_) => "make a key of 4096 bits: crosstie keygen --bits 4096, and register its public key in Jira",
            Self::Damaged => "take the key from where it was made, or make a new one: crosstie keygen",
            Self::Making(_) => "try again",
        }
        .to_owned()
    }
}

/// An RSA private key of a consumer.
pub struct PrivateKey {
    key: RsaPrivateKey,
    /// The public half as `SubjectPublicKeyInfo`.
    public: Vec<u8>,
}

impl PrivateKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// If no primes can be found, which only a broken source of randomness can bring about.
    pub fn generate(size: KeySize, random: &mut impl CryptoRngCore) -> Result<Self, KeyError> {
        let key = RsaPrivateKey::new(random, size.bits()).map_err(|error| KeyError::Making(error.to_string()))?;
        Self::checked(key)
    }

    /// Reads a key as people have it: PKCS#8 or PKCS#1, as PEM or as bare base64, escaped for JSON,
    /// in quotes, indented, flattened into one line, with the header or the footer missing.
    ///
    /// # Errors
    /// What the text is instead of an RSA private key.
    pub fn read(text: &SecretString) -> Result<Self, KeyError> {
        Self::checked(reading::read(text)?)
    }

    fn checked(key: RsaPrivateKey) -> Result<Self, KeyError> {
        let bits = key.n().bits();
        if bits < LEAST_BITS {
            return Err(KeyError::TooSmall(bits));
        }
        if bits > MOST_BITS {
            return Err(KeyError::TooLarge(bits));
        }
        let public = key.to_public_key().to_public_key_der();
        let public = public.map_err(|_| KeyError::Damaged)?.into_vec();
        Ok(Self { key, public })
    }

    /// The size of the modulus.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.key.n().bits()
    }

    /// What is to be said against the key, though it works.
    #[must_use]
    pub fn weakness(&self) -> Option<String> {
        let bits = self.bits();
        (bits < SOUND_BITS).then(|| {
            format!(
                "the private key has {bits} bits; {SOUND_BITS} are the least that should be used today (crosstie keygen)"
            )
        })
    }

    /// The private key as PKCS#8 in PEM.
    ///
    /// # Errors
    /// If the key cannot be encoded, as is the case for damaged ones.
    pub fn to_pkcs8_pem(&self) -> Result<SecretString, KeyError> {
        let pem = self.key.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Damaged)?;
        Ok(SecretString::from(pem.as_str()))
    }

    /// The public key in PEM, which Jira's screens take.
    #[must_use]
    pub fn public_pem(&self) -> String {
        let bare = self.public_bare();
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for (index, letter) in bare.chars().enumerate() {
            if index > 0 && index % PEM_LINE == 0 {
                pem.push('\n');
            }
            pem.push(letter);
        }
        pem.push_str("\n-----END PUBLIC KEY-----\n");
        pem
    }

    /// The public key without header, footer and line breaks, which is all that some of Jira's
    /// screens take.
    #[must_use]
    pub fn public_bare(&self) -> String {
        STANDARD.encode(&self.public)
    }

    /// SHA-1 of the public key, to tell keys apart by:
    /// `openssl pkey -in KEY.pem -pubout -outform DER | openssl sha1`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha1::digest(&self.public);
        let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("SHA1:{}", bytes.join(":"))
    }

    /// RSASSA-PKCS1-v1_5 over SHA-1. The randomness only hides from onlookers how long it takes;
    /// the signature is always the same.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let digest = Sha1::digest(message);
        let signed = self.key.sign_with_rng(&mut OsRng, Pkcs1v15Sign::new::<Sha1>(), &digest);
        signed.map_err(|_| KeyError::Damaged)
    }
}
