//! The console, as people meet it: by plain requests, and in a browser.

mod browser;
mod command;
mod forms;
mod guard;
mod invitations;
mod journeys;
mod pages;
mod visitor;
