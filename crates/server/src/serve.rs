use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::stream::Patient;
use crate::{App, ServerError, router};

/// How long running answers may still take after the server was told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is done, then lets running answers finish, for ten seconds at most.
///
/// # Errors
/// [`ServerError::Listen`] when the listener fails.
pub async fn serve(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServerError> {
    let (stopping, stopped) = oneshot::channel();
    let signal = async move {
        shutdown.await;
        // Nobody listens any more when serving has failed already.
        let _ = stopping.send(());
    };
    let served = axum::serve(Patient::new(listener), router(app)).with_graceful_shutdown(signal);
    let too_late = async move {
        match stopped.await {
            Ok(()) => tokio::time::sleep(LAST_ANSWERS).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        result = served => Ok(result?),
        () = too_late => Ok(()),
    }
}
