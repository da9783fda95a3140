//! The authorization under way: begun, answered by the browser or by what a person pastes, given up.
//!
//! Must never be in here: a grant that reaches the real vault, or one of an attempt that was given up.

use std::sync::atomic::Ordering;

use secrecy::ExposeSecret;

use super::{ConfigConnector, setup, staged::Staged, told};
use crate::{
    app::{Authorizing, Draft, Landed, Masked},
    auth::{
        self, AuthError,
        landing::{Landing, LandingError},
        listener::Listener,
    },
    clock::SharedClock,
    domain::Problem,
    jira,
    runtime::Attempt,
};

/// An authorization that waits for a person.
pub(super) struct UnderWay {
    number: u64,
    staged: Staged,
    attempt: auth::Attempt,
}

impl ConfigConnector {
    pub(super) async fn authorize_draft(&self, draft: Draft, number: u64, tell: &Attempt) {
        let begun = async {
            let staged = self.staged(&draft).await?;
            let means = staged.means(&self.clock)?;
            let attempt = auth::begin(&staged.connection, &means)
                .await
                .map_err(|error| told(&error))?;
            Ok((staged, attempt))
        };
        let (staged, attempt) = match begun.await {
            Ok(begun) => begun,
            Err(problem) => return tell.started(Err(problem)).await,
        };
        let listener = match attempt.callback() {
            Some(callback) => Listener::bind(callback).map_err(|error| format!("{error}; {}", error.remedy())),
            None => Err("Jira shows a code at the end".to_owned()),
        };
        let expected = attempt.expected().clone();
        let started = Authorizing {
            url: attempt.authorization_url().to_string(),
            callback: staged.connection.callback.clone(),
            listening: listener.as_ref().map(drop).map_err(Clone::clone),
            until: attempt.expires_at(),
        };
        if !self
            .wait_for(UnderWay {
                number,
                staged,
                attempt,
            })
            .await
        {
            return;
        }
        tell.started(Ok(started)).await;
        let Ok(listener) = listener else { return };
        let landed = match listener.wait(&expected).await {
            Ok(landing) => self.finish(landing).await,
            Err(error) => Err(astray(&error)),
        };
        tell.landed(landed).await;
    }

    /// Notes what waits for a person; `false` if it was given up meanwhile.
    async fn wait_for(&self, begun: UnderWay) -> bool {
        let mut under_way = self.under_way.lock().await;
        let is_latest = self.is_latest(begun.number);
        if is_latest {
            *under_way = Some(begun);
        }
        is_latest
    }

    pub(super) async fn pasted(&self, pasted: &Masked) -> Result<Landed, Problem> {
        let landing = {
            let under_way = self.under_way.lock().await;
            let under_way = self.present(under_way.as_ref())?;
            Landing::read(pasted.secret().expose_secret(), under_way.attempt.expected())
        };
        self.finish(landing.map_err(|error| astray(&error))?).await
    }

    async fn finish(&self, landing: Landing) -> Result<Landed, Problem> {
        let mut guard = self.under_way.lock().await;
        let under_way = self.present(guard.as_mut())?;
        let means = under_way.staged.means(&self.clock)?;
        let finished = under_way.attempt.finish(landing, None, &means).await;
        self.settled(&mut guard, finished).await
    }

    pub(super) async fn chosen(&self, site: &str) -> Result<Landed, Problem> {
        let mut guard = self.under_way.lock().await;
        let under_way = self.present(guard.as_mut())?;
        let means = under_way.staged.means(&self.clock)?;
        let finished = under_way.attempt.choose(site, &means).await;
        if finished.is_ok() {
            // From here on it is a connection to that site.
            site.clone_into(&mut under_way.staged.connection.url);
        }
        self.settled(&mut guard, finished).await
    }

    /// The grant is in the draft's own vault now; or there are sites to choose from.
    async fn settled(
        &self,
        under_way: &mut Option<UnderWay>,
        finished: Result<auth::Granted, AuthError>,
    ) -> Result<Landed, Problem> {
        match finished {
            Ok(_) => {
                let Some(ended) = under_way.take() else {
                    return Err(nothing_waits());
                };
                let account = account_of(&ended.staged, &self.clock).await;
                let mut granted = self.granted();
                if !self.is_latest(ended.number) {
                    return Err(nothing_waits());
                }
                *granted = Some(ended.staged);
                Ok(Landed::Done { account })
            }
            Err(error) => {
                let sites = under_way
                    .as_ref()
                    .map_or(&[][..], |under_way| under_way.attempt.sites());
                if sites.is_empty() {
                    return Err(told(&error));
                }
                Ok(Landed::Sites(sites.iter().map(|site| site.url.clone()).collect()))
            }
        }
    }

    /// Gives up the authorization under way and what it granted, at once: what one begins right after
    /// this is not meant. Answers the number of the next one.
    pub(super) fn give_up(&self) -> u64 {
        let mut granted = self.granted();
        let number = self.latest.fetch_add(1, Ordering::SeqCst) + 1;
        *granted = None;
        // In other hands only while its code is exchanged, which comes to nothing now.
        if let Ok(mut under_way) = self.under_way.try_lock() {
            *under_way = None;
        }
        number
    }

    fn is_latest(&self, number: u64) -> bool {
        self.latest.load(Ordering::SeqCst) == number
    }

    /// The authorization under way, unless it was given up.
    fn present<T: std::borrow::Borrow<UnderWay>>(&self, under_way: Option<T>) -> Result<T, Problem> {
        under_way
            .filter(|under_way| self.is_latest(under_way.borrow().number))
            .ok_or_else(nothing_waits)
    }
}

/// To whom a grant was given, as far as the site tells.
async fn account_of(staged: &Staged, clock: &SharedClock) -> String {
    let asked = async {
        let client = jira::Client::open(&staged.connection, &staged.vault, SharedClock::clone(clock)).await?;
        client.verify().await
    };
    asked.await.map(|profile| profile.user.display).unwrap_or_default()
}

fn nothing_waits() -> Problem {
    setup("no sign-in is waiting for this any more".to_owned(), "begin it again")
}

fn astray(error: &LandingError) -> Problem {
    Problem {
        kind: "auth".to_owned(),
        message: error.to_string(),
        remedy: error.remedy().to_owned(),
    }
}
