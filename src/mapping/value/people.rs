//! People and groups.

use serde_json::{Value, json};

use super::{
    One,
    choice::{named, part},
};
use crate::{
    domain::{CreateField, Deployment, Responsible, User},
    mapping::{facts::Fact, ground::Ground, near::shown},
};

/// An account. Somebody whom the site does not know is left out, since a finding must not wait for
/// an account.
pub(super) fn user(field: &CreateField, fact: &Fact, typed: bool, ground: &Ground<'_>) -> One {
    match fact {
        Fact::Person(who) if who.group => {
            let name = shown(&who.name);
            One::Left(format!("{name} is a group, and the field takes a person"))
        }
        Fact::Person(who) => known(field, who, ground),
        Fact::Object(parts) => {
            let key = match ground.deployment {
                Deployment::Cloud => part(parts, &["accountId", "id"]),
                Deployment::DataCenter => part(parts, &["name", "id"]),
            };
            match key {
                Some(key) => One::Value(written(&key, ground), key_name(parts).unwrap_or(key)),
                None => One::Wrong("a person is given by name, e-mail address or account id".to_owned()),
            }
        }
        other => by_text(field, other.plain(ground.zone).trim(), typed, ground),
    }
}

fn key_name(parts: &serde_json::Map<String, Value>) -> Option<String> {
    part(parts, &["displayName", "display", "name"])
}

fn by_text(field: &CreateField, text: &str, typed: bool, ground: &Ground<'_>) -> One {
    let who = Responsible {
        name: text.to_owned(),
        email: text.contains('@').then(|| text.to_owned()),
        group: false,
    };
    match (known(field, &who, ground), ground.deployment) {
        (One::Left(_), Deployment::Cloud) if is_account_id(text) => One::Value(written(text, ground), text.to_owned()),
        // A user name that nothing was heard of yet is still one.
        (One::Left(_), Deployment::DataCenter) if typed && !text.contains(char::is_whitespace) => {
            One::Value(written(text, ground), text.to_owned())
        }
        (found, _) => found,
    }
}

fn known(field: &CreateField, who: &Responsible, ground: &Ground<'_>) -> One {
    let name = if who.name.trim().is_empty() {
        who.email.clone().unwrap_or_default()
    } else {
        who.name.clone()
    };
    match (ground.people)(who, field) {
        Some(user) if !user.active => One::Left(format!("the account of {} is not active", shown(&user.display))),
        Some(user) => {
            let key = key(&user, ground.deployment);
            One::Value(written(&key, ground), user.display)
        }
        None => One::Left(format!("the site knows nobody by {}", shown(&name))),
    }
}

fn key(user: &User, deployment: Deployment) -> String {
    match deployment {
        Deployment::Cloud => user.id.clone(),
        Deployment::DataCenter => user.name.clone(),
    }
}

fn written(key: &str, ground: &Ground<'_>) -> Value {
    match ground.deployment {
        Deployment::Cloud => json!({ "accountId": key }),
        Deployment::DataCenter => json!({ "name": key }),
    }
}

/// `5b10ac8d82e05b22cc7d4ef5`, `712020:6a2d…`.
pub(crate) fn is_account_id(text: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    match text.split_once(':') {
        Some((realm, id)) => {
            !realm.is_empty() && realm.bytes().all(|byte| byte.is_ascii_alphanumeric()) && id.len() >= 20 && hex(id)
        }
        None => text.len() == 24 && hex(text),
    }
}

/// A group, by name.
pub(super) fn group(field: &CreateField, fact: &Fact, ground: &Ground<'_>) -> One {
    let name = match fact {
        Fact::Object(parts) => part(parts, &["name", "value", "groupId", "id"]),
        Fact::Person(who) => Some(who.name.clone()),
        other => Some(other.plain(ground.zone)),
    };
    match name {
        Some(name) => named(field, &field.allowed, &name),
        None => One::Wrong("a group is given by its name".to_owned()),
    }
}
