//! Carrying it out: observe, plan, apply. The only async core.
//!
//! The whole effect surface of the program is two traits: [`Provider`], a platform, and [`Store`],
//! what is remembered between runs. Wrappers instead of options: whatever records, limits or
//! disturbs is a `Provider` around a `Provider`.

mod apply;
mod brake;
pub mod clock;
mod event;
mod pass;
mod provider;
mod retry;
mod stop;
mod store;

pub use apply::{Site, apply};
pub use event::{Applied, ApplyError, Event, Outcome};
pub use pass::{Prospect, look};
pub use provider::{IdempotencyKey, Outage, Provider, ProviderError, Receipt, Refusal};
pub use retry::{Patience, with_retries};
pub use stop::Stop;
pub use store::{Ending, Found, Intent, Store, StoreError};
