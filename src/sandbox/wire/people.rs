//! Accounts as JSON: by `accountId` on Cloud, by name and key on Data Center.
//!
//! Must never be in here: secrets.

use serde_json::{Map, Value, json};

use super::Wire;
use crate::sandbox::model::UserIdx;

impl Wire<'_> {
    /// An account, as it appears inside other objects.
    pub(crate) fn user(&self, idx: UserIdx) -> Value {
        let user = self.world.user(idx);
        let mut json = json!({
            "displayName": &*user.display,
            "active": user.active,
            "timeZone": user.time_zone,
            "avatarUrls": self.avatars("useravatar", "ownerId", &user.key),
        });
        if self.cloud() {
            json["self"] = self.api(&format!("user?accountId={}", encode(&user.account_id))).into();
            json["accountId"] = user.account_id.as_str().into();
            json["accountType"] = user.kind.word().into();
        } else {
            json["self"] = self.api(&format!("user?username={}", encode(&user.name))).into();
            json["name"] = user.name.as_str().into();
            json["key"] = user.key.as_str().into();
        }
        if let Some(email) = user
            .email
            .as_ref()
            .filter(|_| !user.email_hidden || self.viewer.user == Some(idx))
        {
            json["emailAddress"] = email.as_str().into();
        }
        json
    }

    /// An account or null.
    pub(crate) fn user_or_null(&self, idx: Option<UserIdx>) -> Value {
        idx.map_or(Value::Null, |idx| self.user(idx))
    }

    /// An account with what only the endpoints about accounts tell.
    pub(crate) fn profile(&self, idx: UserIdx, groups: bool) -> Value {
        let user = self.world.user(idx);
        let mut json = self.user(idx);
        json["locale"] = user.locale.as_str().into();
        if !self.cloud() {
            json["deleted"] = user.deleted.into();
        }
        let of_user = self.world.groups.iter().filter(|group| group.members.contains(&idx));
        let names: Vec<Value> = of_user.map(|group| json!({"name": group.name})).collect();
        json["groups"] = if groups {
            json!({"size": names.len(), "items": names})
        } else {
            json!({"size": names.len(), "items": []})
        };
        json["expand"] = "groups,applicationRoles".into();
        json["applicationRoles"] = json!({"size": 1, "items": []});
        json
    }

    /// A group; only Cloud has ids for them.
    pub(crate) fn group(&self, name: &str) -> Value {
        let mut json = json!({"name": name, "self": self.api(&format!("group?groupname={}", encode(name)))});
        if self.cloud() {
            json["groupId"] = group_id(name).into();
        }
        json
    }

    /// Addresses of a picture in Jira's four sizes.
    pub(crate) fn avatars(&self, servlet: &str, parameter: &str, id: &str) -> Value {
        let sizes = [
            ("48x48", ""),
            ("24x24", "size=small&"),
            ("16x16", "size=xsmall&"),
            ("32x32", "size=medium&"),
        ];
        let addresses = sizes.map(|(name, size)| {
            let address = format!("{}/secure/{servlet}?{size}{parameter}={}", self.base, encode(id));
            (name.to_owned(), address.into())
        });
        Value::Object(Map::from_iter(addresses))
    }
}

/// A made-up UUID, the same for the same name.
pub(crate) fn group_id(name: &str) -> String {
    let fold = |salt: u64| {
        name.bytes()
            .fold(salt, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let (high, low) = (fold(0xcbf2_9ce4_8422_2325), fold(0x8422_2325_cbf2_9ce4));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

fn encode(text: &str) -> percent_encoding::PercentEncode<'_> {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
}
