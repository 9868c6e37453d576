//! Questions about people: who reaches what, what differs, who allowed it.

mod commits;
mod differences;
mod doubts;
mod questions;
mod repository;
mod reviews;
mod revisions;
mod self_grants;
mod terms;
mod why;
