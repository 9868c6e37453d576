//! Carrying it out: observe, plan, apply. The only async core.

mod event;
mod provider;
mod store;

pub use event::{Applied, Event, Outcome};
pub use provider::{IdempotencyKey, Provider, ProviderError, Receipt, Refusal};
pub use store::{Intent, Store, StoreError};
