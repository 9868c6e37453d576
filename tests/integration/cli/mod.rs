//! The program as its users meet it on bad days: exit statuses, and what it says.

mod adoption;
mod bad_days;
mod interrupt;
mod invitations;
mod same_bytes;
mod reinvite;
mod sandbox;
mod scene;
mod wait;
