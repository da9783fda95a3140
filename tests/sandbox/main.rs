//! The sandbox from the outside: every rule of the contract that it claims to keep, over real HTTP.

#[cfg(test)]
mod cloud_search;
#[cfg(test)]
mod control;
#[cfg(test)]
mod data_center_search;
#[cfg(test)]
mod exactly_once;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod github;
#[cfg(test)]
mod hackerone;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod issues;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod oauth_cloud;
#[cfg(test)]
mod oauth_data_center;
#[cfg(test)]
mod oauth_one;
#[cfg(test)]
mod pickers;
#[cfg(test)]
mod screens;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod writes;
