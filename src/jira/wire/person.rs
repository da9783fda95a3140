//! People: accounts of Cloud, users of Data Center, deleted ones, and the caller's own profile.

use super::{take_list, take_object, take_text, truth};
use crate::domain::{
    Profile, User,
    json::{Json, Object},
};

/// A person; `None` for null, and for objects that tell neither id nor name.
pub(crate) fn user(value: Json<'_>) -> Option<User> {
    match value {
        Json::Object(object) => from_object(object),
        Json::String(name) if !name.is_empty() => Some(User {
            id: name.to_string(),
            name: name.to_string(),
            display: name.into_owned(),
            active: true,
            email: None,
        }),
        _ => None,
    }
}

fn from_object(mut object: Object<'_>) -> Option<User> {
    let account = take_text(&mut object, "accountId");
    let key = take_text(&mut object, "key");
    let name = take_text(&mut object, "name");
    let legacy = take_text(&mut object, "id");
    let display = take_text(&mut object, "displayName");
    let (id, name) = match account {
        Some(account) => (account.clone(), account),
        None => {
            let id = key.clone().or_else(|| name.clone()).or(legacy);
            let name = name.or(key).or_else(|| id.clone());
            (id.unwrap_or_default(), name.unwrap_or_default())
        }
    };
    let display = display.unwrap_or_else(|| name.clone());
    if id.is_empty() && display.is_empty() {
        return None;
    }
    let deleted = truth(&object, "deleted").unwrap_or(false);
    Some(User {
        active: truth(&object, "active").unwrap_or(true) && !deleted,
        email: take_text(&mut object, "emailAddress").filter(|email| email != "?"),
        id,
        name,
        display,
    })
}

/// The caller's profile (`/myself`); `None` if it names nobody.
pub(crate) fn profile(mut object: Object<'_>) -> Option<Profile> {
    let time_zone = take_text(&mut object, "timeZone").unwrap_or_else(|| "UTC".to_owned());
    let locale = take_text(&mut object, "locale");
    let picture = take_object(&mut object, "avatarUrls").and_then(|mut urls| take_text(&mut urls, "48x48"));
    let groups = take_object(&mut object, "groups").map(|mut groups| take_list(&mut groups, "items"));
    let groups = groups
        .unwrap_or_default()
        .into_iter()
        .filter_map(super::named)
        .map(|group| group.name)
        .filter(|name| !name.is_empty())
        .collect();
    let user = from_object(object).filter(|user| !user.id.is_empty())?;
    Some(Profile {
        user,
        time_zone,
        locale,
        groups,
        picture,
    })
}
