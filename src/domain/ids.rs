//! Newtypes for identifiers, so that a key is never passed where an id is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text as Jira (or the config) spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

id! {
    /// The user's own short name of a connection, unique in the config.
    Alias
}
id! {
    /// Jira's numeric issue id as text; stable when an issue moves to another project.
    IssueId
}
id! {
    /// `PAY-1412`; changes when an issue moves.
    IssueKey
}

impl IssueKey {
    /// Project part and number: `PAY-1412` is `("PAY", 1412)`; `None` for anything else.
    #[must_use]
    pub fn parts(&self) -> Option<(&str, u64)> {
        let (project, number) = self.0.rsplit_once('-')?;
        Some((project, number.parse().ok()?))
    }
}
