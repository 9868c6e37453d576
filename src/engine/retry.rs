//! Trying again what is safe to try again: with growing pauses, jitter, and the platform's own
//! word on how long to wait.

use super::{ProviderError, Stop};
use backon::{ExponentialBuilder, Retryable as _};
use std::{future::Future, time::Duration};

/// A platform that asks for a longer pause than this is not waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries after the first.
    pub retries: usize,
    pub first_pause: Duration,
    pub longest_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            retries: 5,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(20),
        }
    }
}

/// Tells `retrying` before each pause. A pause ends at once when the run is stopped.
pub async fn with_retries<T, F>(
    patience: Patience,
    stop: &Stop,
    mut retrying: impl FnMut(&ProviderError, Duration),
    attempt: impl FnMut() -> F,
) -> Result<T, ProviderError>
where
    F: Future<Output = Result<T, ProviderError>>,
{
    let pauses = ExponentialBuilder::default()
        .with_min_delay(patience.first_pause)
        .with_max_delay(patience.longest_pause)
        .with_max_times(patience.retries)
        .with_jitter();
    let sleeper = stop.clone();
    attempt
        .retry(pauses)
        .sleep(move |pause| sleeper.sleep(pause))
        .when(|error| error.is_transient() && !stop.is_asked() && !asks_too_much(error))
        .adjust(|error, pause| pause.map(|it| it.max(error.retry_after().unwrap_or_default())))
        .notify(|error, pause| retrying(error, pause))
        .await
}

/// Whether the platform is not to be asked again for longer than a run waits.
pub(super) fn asks_too_much(error: &ProviderError) -> bool {
    error.retry_after().is_some_and(|asked| asked > LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::{Patience, with_retries};
    use crate::engine::{Outage, ProviderError, Stop};
    use std::{cell::Cell, time::Duration};

    async fn tries(error: ProviderError, stop: &Stop) -> (usize, Vec<Duration>) {
        let (n_tries, mut pauses) = (Cell::new(0), Vec::new());
        let result: Result<(), _> = with_retries(
            Patience::default(),
            stop,
            |_, pause| pauses.push(pause),
            || {
                n_tries.set(n_tries.get() + 1);
                let error = error.clone();
                async { Err(error) }
            },
        )
        .await;
        assert_eq!(result, Err(error));
        (n_tries.get(), pauses)
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_help_is_not_tried_again() {
        assert_eq!(tries(ProviderError::Stale, &Stop::default()).await.0, 1);
        assert_eq!(tries(ProviderError::Denied(String::new()), &Stop::default()).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_platforms_own_pause_is_kept() {
        let asked = Duration::from_secs(33);
        let limited = |retry_after| ProviderError::Limited { retry_after };
        let down =
            |retry_after| ProviderError::Unreachable(Outage { why: String::new(), retry_after });
        for error in [limited(Some(asked)), down(Some(asked))] {
            let (n_tries, pauses) = tries(error, &Stop::default()).await;
            assert_eq!(n_tries, 6);
            assert!(pauses.iter().all(|pause| *pause >= asked), "{pauses:?}");
        }
        let absurd = Some(Duration::from_secs(3600));
        for error in [limited(absurd), down(absurd)] {
            assert_eq!(tries(error, &Stop::default()).await.0, 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stopped_run_does_not_try_again() {
        let stop = Stop::default();
        stop.ask();
        assert_eq!(tries(ProviderError::Unreachable("".into()), &stop).await.0, 1);
    }
}
