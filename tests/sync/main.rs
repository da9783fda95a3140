//! The engine against a living Jira, story by story: each ends with a cache that equals Jira.

#[cfg(test)]
#[path = "../common/gate.rs"]
mod gate;
#[cfg(test)]
#[path = "../common/jira.rs"]
mod jira;
#[cfg(test)]
#[path = "../common/time.rs"]
mod time;
#[cfg(test)]
#[path = "../common/world.rs"]
mod world;

#[cfg(test)]
mod captcha;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod delta;
#[cfg(test)]
mod first_pull;
#[cfg(test)]
mod gone;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod lag;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mending;
#[cfg(test)]
mod misleading;
#[cfg(test)]
mod offline;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod together;
#[cfg(test)]
mod zones;
