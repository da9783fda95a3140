//! Notices on the desktop of this session.
//!
//! Must never be in here: text that was not cleaned, or a wait without an end: a desktop may hang.

use super::{
    Notice,
    channel::{Channel, Sending, Unsent},
};

/// The notification service of the desktop, over the session's D-Bus.
#[derive(Debug)]
pub(super) struct Desktop;

impl Channel for Desktop {
    fn name(&self) -> &'static str {
        "desktop"
    }

    fn send<'a>(&'a self, notice: &'a Notice) -> Sending<'a> {
        Box::pin(show(notice))
    }
}

#[cfg(target_os = "linux")]
async fn show(notice: &Notice) -> Result<(), Unsent> {
    linux::show(notice).await
}

#[cfg(not(target_os = "linux"))]
async fn show(_: &Notice) -> Result<(), Unsent> {
    Err(Unsent::absent("this version shows desktop notices on Linux only"))
}

#[cfg(target_os = "linux")]
mod linux {
    //! The freedesktop notification service.

    use std::{ffi::OsString, path::Path, time::Duration};

    use notify_rust::Notification;

    use super::super::{Notice, Tone, channel::Unsent, markup::escaped};
    use crate::text;

    /// A desktop that has not taken a notice by then hangs.
    const LIMIT: Duration = Duration::from_secs(5);

    pub(super) async fn show(notice: &Notice) -> Result<(), Unsent> {
        if !has_session(|name| std::env::var_os(name)) {
            return Err(Unsent::absent("this session has no desktop"));
        }
        let notification = notification(notice);
        match tokio::time::timeout(LIMIT, notification.show_async()).await {
            Ok(Ok(_shown)) => Ok(()),
            Ok(Err(error)) => {
                let error = error.to_string();
                let why = text::truncate(&text::clean_line(&error), 200);
                Err(Unsent::new(
                    format!("the desktop did not take it ({why})"),
                    "start a notification service, or set desktop = false in [notices]",
                ))
            }
            Err(_) => Err(Unsent::new(
                format!("the desktop did not answer within {} seconds", LIMIT.as_secs()),
                "look after its notification service, or set desktop = false in [notices]",
            )),
        }
    }

    fn notification(notice: &Notice) -> Notification {
        let mut body = escaped(&notice.message);
        if !notice.remedy.is_empty() {
            body.push('\n');
            body.push_str(&escaped(&notice.remedy));
        }
        let icon = match notice.tone {
            Tone::NeedsPerson | Tone::Failing => "dialog-warning",
            Tone::Recovered => "dialog-information",
        };
        let mut notification = Notification::new();
        notification
            .appname("crosstie")
            .summary(&format!("crosstie: {}", notice.title))
            .body(&body)
            .icon(icon);
        notification
    }

    /// Whether there is a session bus; without one each notice would be a failure that nobody can mend.
    fn has_session(variable: impl Fn(&str) -> Option<OsString>) -> bool {
        if variable("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty()) {
            return true;
        }
        variable("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_desktop_is_where_a_session_bus_is() {
            let folder = tempfile::tempdir().unwrap();
            let runtime = || Some(folder.path().as_os_str().to_owned());
            let pick = |bus: Option<&str>, runtime: Option<OsString>| {
                let bus = bus.map(OsString::from);
                has_session(move |name| match name {
                    "DBUS_SESSION_BUS_ADDRESS" => bus.clone(),
                    "XDG_RUNTIME_DIR" => runtime.clone(),
                    _ => None,
                })
            };
            assert!(!pick(None, None));
            assert!(!pick(Some(""), runtime()));
            assert!(pick(Some("unix:path=/run/bus"), None));
            std::fs::write(folder.path().join("bus"), "").unwrap();
            assert!(pick(None, runtime()));
        }

        #[test]
        fn the_body_is_text_and_no_markup() {
            let notice = Notice {
                alias: "acme".into(),
                tone: Tone::NeedsPerson,
                title: "acme needs you".to_owned(),
                message: "<a href='x'>click</a> & go".to_owned(),
                remedy: "sign in".to_owned(),
                site: String::new(),
            };
            let shown = notification(&notice);
            assert_eq!(shown.summary, "crosstie: acme needs you");
            assert_eq!(shown.body, "&lt;a href='x'&gt;click&lt;/a&gt; &amp; go\nsign in");
        }
    }
}
