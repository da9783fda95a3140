//! Dates in what mappings cover: whose day it is.

use super::*;
use crate::{mapping, store::MappingVersion};

/// Somebody signs in whose clock is set to that zone.
fn sign_in(world: &World, zone: &str) {
    let signed_in = SignedIn {
        deployment: Deployment::Cloud,
        version: "1001".into(),
        profile: Profile {
            user: jira::account("me"),
            time_zone: zone.to_owned(),
            ..Profile::default()
        },
    };
    world.store().signed_in(&acme(), &signed_in).unwrap();
}

fn versions(world: &World) -> Vec<MappingVersion> {
    let calendars = Calendars::new(start(), world.store().zones().unwrap());
    world.planner().versions(&calendars)
}

#[test]
fn a_mapping_means_its_dates_as_the_account_of_its_connection_sees_them() {
    let mut world = World::new();
    world.mappings[0].matching.expression = Some("created >= 2027-01-15".into());
    let mut evening = finding(1, "late in UTC, next morning in Tokyo");
    evening.created = Some("2027-01-14T20:00:00Z".parse().unwrap());
    assert_eq!(world.take(std::slice::from_ref(&evening)).queued, 0);
    let plan = |world: &World| world.planner().plan(&world.store(), start()).unwrap();
    assert_eq!(plan(&world), 0);
    // Another zone is another answer, for what was decided on before, too.
    sign_in(&world, "Asia/Tokyo");
    assert_eq!(plan(&world), 1);
    assert_eq!(plan(&world), 0);
    // What is chosen for a person to see is chosen alike.
    let calendars = Calendars::new(start(), world.store().zones().unwrap());
    let chosen = mapping::choose(&world.mappings, &evening, &calendars);
    assert_eq!(chosen.map(|mapping| mapping.name.as_str()), Some("bounty to PAY"));
    assert_eq!(mapping::choose(&world.mappings, &evening, &Calendars::default()), None);
}

#[test]
fn a_zone_counts_only_where_an_expression_may_speak_of_days() {
    let mut world = World::new();
    let before = versions(&world);
    sign_in(&world, "Asia/Tokyo");
    assert_eq!(versions(&world), before);
    world.mappings[0].matching.expression = Some("title ~ xss".into());
    let before = versions(&world);
    sign_in(&world, "America/Lima");
    assert_ne!(versions(&world), before);
}
