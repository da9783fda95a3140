//! Makes believable sites out of a seed.
//!
//! Must never be in here: the wall clock or the system's randomness; the same seed gives the same site.

pub(crate) mod fields;
mod people;
mod projects;
mod screens;
mod sink;
mod site;
mod story;
#[cfg(test)]
mod tests;
pub(crate) mod text;
pub(crate) mod words;

use jiff::{Timestamp, TimestampRound, Unit};
#[cfg(test)]
pub(crate) use sink::kitchen_sink;

use super::{
    dice::Dice,
    model::{Flavour, World},
};

/// Makes a site with this many issues. Cloud and Data Center are different departments with different projects.
/// The account to sign in with is `World::me`, Robin Example.
#[must_use]
pub fn world(flavour: Flavour, seed: u64, issues: usize, now: Timestamp) -> World {
    let now = now.round(TimestampRound::new().smallest(Unit::Second)).unwrap_or(now);
    let title = match flavour {
        Flavour::Cloud => "Example Pay",
        Flavour::DataCenter => "Example Pay Hardware",
    };
    let mut dice = Dice::new(seed, flavour as u64);
    let mut world = World::new(flavour, title);
    world.time_zone = "Europe/Berlin".to_owned();
    world.users = people::everybody(flavour, &mut dice);
    world.fields = fields::all(flavour);
    site::furnish(&mut world);
    let vocabulary = words::projects(flavour);
    let boards = projects::found(&mut world, vocabulary, &mut dice, now);
    story::tell(&mut world, vocabulary, &boards, issues, &mut dice, now);
    screens::set_up(&mut world);
    world
}
