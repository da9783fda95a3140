//! Scoped API tokens: refused by the site, accepted by Atlassian's gateway.

use super::{
    Client,
    exchange::{Answer, Verb},
};
use crate::{
    domain::{Access, Deployment},
    jira::{
        event::EventKind,
        failure::{self, Caller},
        transport, wire,
    },
};

impl Client {
    /// Whether the refused call is worth sending again because requests go to the gateway now.
    /// Tried once, and only after the site refused; `refused_there` tells that the gateway itself
    /// refused the call.
    pub(super) async fn switch_to_gateway(&self, refused_there: bool) -> bool {
        if refused_there || self.inner.signer.access() != Access::ApiToken {
            return false;
        }
        if self.deployment_now() == Deployment::DataCenter {
            return false;
        }
        let _turn = self.inner.turn.lock().await;
        {
            let mut state = self.state();
            if state.gateway.is_some() {
                return true;
            }
            if state.gateway_tried {
                return false;
            }
            state.gateway_tried = true;
        }
        self.try_gateway().await.unwrap_or(false)
    }

    /// `None` if the network kept it from being found out, which may be tried again.
    async fn try_gateway(&self) -> Option<bool> {
        let mut tenant = self.inner.site.clone();
        tenant.set_path("/_edge/tenant_info");
        let Some(answer) = self.quietly(tenant, false).await else {
            self.state().gateway_tried = false;
            return None;
        };
        let cloud_id = wire::object(&answer.body).ok().and_then(wire::site::cloud_id);
        let Some(cloud_id) = cloud_id.filter(|_| answer.status == 200) else {
            return Some(false);
        };
        let base = transport::through_gateway(&self.inner.gateway, &cloud_id);
        let mut myself = base.clone();
        if let Ok(mut path) = myself.path_segments_mut() {
            path.extend(["rest", "api", "3", "myself"]);
        }
        let Some(answer) = self.quietly(myself, true).await else {
            self.state().gateway_tried = false;
            return None;
        };
        if !is_accepted(&answer) {
            return Some(false);
        }
        let host = transport::host(&base);
        {
            let mut state = self.state();
            state.gateway = Some(base);
            state.identified = false;
        }
        self.tell(EventKind::Gateway { host });
        Some(true)
    }

    async fn quietly(&self, url: url::Url, signed: bool) -> Option<Answer> {
        self.exchange(&Verb::Get, url, signed).await.ok()
    }
}

/// A token that only lacks the scope for `/myself` is known to the gateway all the same.
fn is_accepted(answer: &Answer) -> bool {
    match answer.status {
        200 => failure::caller(&answer.headers) != Caller::Anonymous && wire::object(&answer.body).is_ok(),
        401 => String::from_utf8_lossy(&answer.body).contains("scope does not match"),
        _ => false,
    }
}
