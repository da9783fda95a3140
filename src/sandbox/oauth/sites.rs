//! The Cloud sites that the account can reach: the sandbox's own, and others if control says so.
//!
//! Must never be in here: who was granted which of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::consent::Choice;
use crate::sandbox::model::World;

/// What a site has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Product {
    Jira,
    Confluence,
}

/// A site as control describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherSite {
    pub(crate) name: String,
    #[serde(default = "jira_alone")]
    pub(crate) products: Vec<Product>,
}

fn jira_alone() -> Vec<Product> {
    vec![Product::Jira]
}

/// A site as the authorization server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountSite {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) products: Vec<Product>,
}

impl AccountSite {
    /// The site that the sandbox serves. It has Confluence too, so that its id is always listed twice.
    pub(crate) fn own(world: &World, origin: &str) -> Self {
        Self {
            id: world.cloud_id.clone(),
            name: world.title.clone(),
            url: origin.to_owned(),
            products: vec![Product::Confluence, Product::Jira],
        }
    }

    pub(crate) fn choice(&self) -> Choice {
        Choice {
            id: self.id.clone(),
            name: self.name.clone(),
        }
    }

    /// What `accessible-resources` lists for a grant with these scopes.
    pub(crate) fn entries(&self, scopes: &BTreeSet<String>) -> Vec<Value> {
        let of_jira: Vec<&String> = scopes.iter().filter(|scope| scope.contains(":jira-")).collect();
        let entry = |product: &Product| {
            let scopes = match product {
                Product::Jira => json!(of_jira),
                Product::Confluence => json!(["read:confluence-content.summary"]),
            };
            json!({
                "id": self.id, "name": self.name, "url": self.url, "scopes": scopes,
                "avatarUrl": format!("{}/avatar.png", self.url),
            })
        };
        let listed = |product: &&Product| **product != Product::Jira || !of_jira.is_empty();
        self.products.iter().filter(listed).map(entry).collect()
    }
}

/// The sites beside the sandbox's own.
#[derive(Debug, Default)]
pub(crate) struct Sites(Vec<OtherSite>);

impl Sites {
    /// Puts these in place of those before.
    pub(crate) fn set(&mut self, others: Vec<OtherSite>) {
        self.0 = others;
    }

    /// All sites of the account, the sandbox's own first.
    pub(crate) fn all(&self, own: AccountSite) -> Vec<AccountSite> {
        let other = |(at, site): (usize, &OtherSite)| AccountSite {
            id: other_id(at),
            name: site.name.clone(),
            url: format!("https://other-{}.sandbox.invalid", at + 1),
            products: site.products.clone(),
        };
        std::iter::once(own)
            .chain(self.0.iter().enumerate().map(other))
            .collect()
    }

    /// Whether the gateway serves another site of this id. What is behind it is the sandbox's own world.
    pub(crate) fn has_jira(&self, id: &str) -> bool {
        let mut all = self.0.iter().enumerate();
        all.any(|(at, site)| other_id(at) == id && site.products.contains(&Product::Jira))
    }
}

fn other_id(at: usize) -> String {
    format!("{:08x}-0000-4000-8000-00000000{at:04x}", 0xc105_5000_usize + at)
}
