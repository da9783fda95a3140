//! What a mapping stands on besides the finding: the screen, the people, the time.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    domain::{CreateField, CreateScreen, Deployment, Responsible, Status, Transition, User},
    jql::dates::Moment,
};

/// What the site, the account and the clock say. Made by [`Ground::new`], so that more can be added.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Decides how texts and people are written.
    pub deployment: Deployment,
    /// Project, issue type and the fields of the create screen.
    pub screen: &'a CreateScreen,
    /// Zone of the account, in which dates are meant.
    pub zone: &'a TimeZone,
    /// Now.
    pub now: Timestamp,
    /// The account of somebody for a field, if the site has one.
    pub people: &'a dyn Fn(&Responsible, &CreateField) -> Option<User>,
    /// Key of the issue that the new one belongs to, for sub-tasks.
    pub parent: Option<&'a str>,
    /// The site's statuses; empty if nobody knows them, and then none is checked.
    pub statuses: &'a [Status],
    /// The create screen of the mapping's sub-task type, where it has one and that is known.
    pub below: Option<&'a CreateScreen>,
    /// Steps of the workflow with the fields of their screens, as far as they are known.
    pub transitions: &'a [Transition],
}

impl std::fmt::Debug for Ground<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground")
            .field("deployment", &self.deployment)
            .field("project", &self.screen.project.key)
            .field("issue_type", &self.screen.issue_type.name)
            .field("now", &self.now)
            .field("parent", &self.parent)
            .finish_non_exhaustive()
    }
}

impl<'a> Ground<'a> {
    /// A site where nobody is known, and no status.
    #[must_use]
    pub fn new(deployment: Deployment, screen: &'a CreateScreen, zone: &'a TimeZone, now: Timestamp) -> Self {
        Self {
            deployment,
            screen,
            zone,
            now,
            people: &|_, _| None,
            parent: None,
            statuses: &[],
            below: None,
            transitions: &[],
        }
    }

    /// With the people that `people` finds.
    #[must_use]
    pub fn with_people(self, people: &'a dyn Fn(&Responsible, &CreateField) -> Option<User>) -> Self {
        Self { people, ..self }
    }

    /// For an issue below the one with that key.
    #[must_use]
    pub fn with_parent(self, parent: Option<&'a str>) -> Self {
        Self { parent, ..self }
    }

    /// With the statuses of the site.
    #[must_use]
    pub fn with_statuses(self, statuses: &'a [Status]) -> Self {
        Self { statuses, ..self }
    }

    /// With the screen of the sub-task type.
    #[must_use]
    pub fn with_below(self, below: Option<&'a CreateScreen>) -> Self {
        Self { below, ..self }
    }

    /// With steps of the workflow.
    #[must_use]
    pub fn with_transitions(self, transitions: &'a [Transition]) -> Self {
        Self { transitions, ..self }
    }

    /// For another screen of the same site.
    #[must_use]
    pub fn with_screen(self, screen: &'a CreateScreen) -> Self {
        Self { screen, ..self }
    }

    /// Now and whose calendar counts, for [`covers`](super::covers).
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            now: self.now,
            zone: self.zone.clone(),
        }
    }

    /// The calendar day of an instant.
    pub(super) fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }
}
