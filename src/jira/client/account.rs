//! Who answers, and who is asking.

use super::{Client, send::Call};
use crate::{
    domain::{Deployment, Profile},
    jira::{
        Permission, ServerInfo,
        error::{Error, ErrorKind},
        transport,
        wire::{self, ReadError, meta, person, site},
    },
};

impl Client {
    /// Server info: which Jira this is. Asked without credentials first, so that they are not shown
    /// to a server that may not be Jira; a private site is asked again with them.
    ///
    /// # Errors
    /// [`ErrorKind::NotJira`] when something else answers, and any failure to reach it.
    pub async fn server_info(&self) -> Result<ServerInfo, Error> {
        let call = Call::get(&["rest", "api", "2", "serverInfo"]);
        let info = match self.read_server_info(&call.clone().unsigned()).await {
            Err(error) if is_private(&error) => self.read_server_info(&call).await?,
            other => other?,
        };
        self.state().deployment = Some(info.deployment);
        Ok(info)
    }

    async fn read_server_info(&self, call: &Call) -> Result<ServerInfo, Error> {
        let host = self.inner.site.host_str().unwrap_or_default();
        let read = |_: u16, body: &[u8]| Ok(site::server_info(wire::object(body)?, host));
        let info = self.send(call, read).await.map_err(|error| self.at_the_door(error))?;
        info.value.ok_or_else(|| {
            let (alias, host) = (&self.inner.alias, transport::host(&self.inner.site));
            let message = format!("{alias}: {host} answers, but not as Jira does ({})", call.path());
            Error::new(
                ErrorKind::NotJira,
                message,
                "check `url`, including a path such as /jira",
            )
        })
    }

    /// What elsewhere means that one thing is missing means here that there is no Jira.
    fn at_the_door(&self, mut error: Error) -> Error {
        if matches!(
            error.kind,
            ErrorKind::NotFound | ErrorKind::Removed | ErrorKind::Malformed
        ) {
            let (alias, host) = (&self.inner.alias, transport::host(&self.inner.site));
            error.kind = ErrorKind::NotJira;
            error.message = format!("{alias}: {host} answers, but there is no Jira at this address");
            error.remedy =
                "check `url`: a Jira that lives under a path needs it there, as in https://example.com/jira".to_owned();
        }
        error
    }

    /// Cloud or Data Center: by server info, asked once; as configured where a private site does
    /// not tell strangers.
    ///
    /// # Errors
    /// When the site cannot be reached or is not Jira.
    pub async fn deployment(&self) -> Result<Deployment, Error> {
        let known = || self.state().deployment;
        if let Some(known) = known() {
            return Ok(known);
        }
        let _turn = self.inner.turn.lock().await;
        if let Some(known) = known() {
            return Ok(known);
        }
        let call = Call::get(&["rest", "api", "2", "serverInfo"]).unsigned();
        let found = match self.read_server_info(&call).await {
            Ok(info) => info.deployment,
            Err(error) if is_private(&error) => self.inner.kind,
            Err(error) => return Err(error),
        };
        self.state().deployment = Some(found);
        Ok(found)
    }

    /// As far as known, else as configured.
    pub(super) fn deployment_now(&self) -> Deployment {
        self.state().deployment.unwrap_or(self.inner.kind)
    }

    /// The segments of an API path, with the version that this Jira speaks.
    pub(super) async fn api<'a>(&self, rest: &[&'a str]) -> Result<Vec<&'a str>, Error> {
        let version = match self.deployment().await? {
            Deployment::Cloud => "3",
            Deployment::DataCenter => "2",
        };
        let mut segments = vec!["rest", "api", version];
        segments.extend(rest);
        Ok(segments)
    }

    /// The account that calls are made as; on Data Center with its groups.
    ///
    /// # Errors
    /// [`ErrorKind::Auth`] when the sign-in is not accepted.
    pub async fn myself(&self) -> Result<Profile, Error> {
        let mut call = Call::get(&self.api(&["myself"]).await?);
        if self.deployment().await? == Deployment::DataCenter {
            call = call.with("expand", "groups");
        }
        let read = |_: u16, body: &[u8]| {
            let profile = person::profile(wire::object(body)?);
            profile.ok_or_else(|| ReadError::Shape("it names no account".to_owned()))
        };
        Ok(self.send(&call, read).await?.value)
    }

    /// Confirms the sign-in by asking who is asking; nothing less proves it.
    ///
    /// # Errors
    /// As [`Client::myself`].
    pub async fn verify(&self) -> Result<Profile, Error> {
        self.myself().await
    }

    /// Before "there is nothing" is believed: an answer that names no account is believed only
    /// after the sign-in was confirmed. True if the question must be asked again, because the
    /// sign-in turned out to work through the gateway only.
    pub(super) async fn confirm(&self, proven: bool) -> Result<bool, Error> {
        if proven {
            return Ok(false);
        }
        let before = self.uses_gateway();
        self.verify().await?;
        Ok(self.uses_gateway() != before)
    }

    /// Which of these permissions the account has in at least one project. A permission that the
    /// site does not tell of is left out.
    ///
    /// # Errors
    /// When the answer could not be had.
    pub async fn permissions(&self, keys: &[&str]) -> Result<Vec<Permission>, Error> {
        match self.told_permissions(keys).await {
            // Cloud refuses the question for the sake of one that it does not know, and names that.
            Err(error) if error.kind == ErrorKind::Rejected => {
                let known = |key: &&str| !error.message.contains(&format!("{key}: "));
                let known: Vec<&str> = keys.iter().copied().filter(known).collect();
                if known.is_empty() || known.len() == keys.len() {
                    return Err(error);
                }
                self.told_permissions(&known).await
            }
            told => told,
        }
    }

    async fn told_permissions(&self, keys: &[&str]) -> Result<Vec<Permission>, Error> {
        let mut call = Call::get(&self.api(&["mypermissions"]).await?);
        if self.deployment().await? == Deployment::Cloud {
            call = call.with("permissions", keys.join(","));
        }
        let read = |_: u16, body: &[u8]| {
            let told = meta::permissions(wire::object(body)?);
            told.ok_or_else(|| ReadError::Shape("the answer has no `permissions`".to_owned()))
        };
        let mut told = self.send(&call, read).await?.value;
        told.retain(|permission| keys.contains(&permission.key.as_str()));
        told.sort_by_key(|permission| keys.iter().position(|key| *key == permission.key));
        Ok(told)
    }
}

/// A site that tells nothing to strangers.
fn is_private(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Auth | ErrorKind::Forbidden | ErrorKind::Scope)
}
