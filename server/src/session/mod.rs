//! The timestamp service over streams, one client at a time.
//!
//! It knows nothing about listeners or kinds of socket: any stream will do, and the word to stop is handed in.

mod conversation;
pub(crate) mod settings;

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::ending::Ending;
use crate::journal::{Journal, OpenSession};
use crate::listen::arrival::Arrival;
use crate::listen::profile::Profile;

use conversation::Conversation;
use settings::ServiceSettings;

/// A timestamp service. Clones are one service.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) settings: Arc<ServiceSettings>,
    pub(crate) journal: Journal,
}

impl Service {
    /// Serves a client that holds its own session, until either side ends it or `stop` is cancelled.
    pub(crate) async fn serve<S>(&self, mut client: Arrival<S>, profile: &Profile, stop: &CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut session = self.journal.opened(client.transport, client.peer);
        let ending = self.answer(&mut client.stream, profile, &mut session, stop).await;
        session.end(ending);
    }

    /// Answers on a stream whose client has a session already.
    pub(crate) async fn answer<S>(
        &self,
        stream: &mut S,
        profile: &Profile,
        session: &mut OpenSession,
        stop: &CancellationToken,
    ) -> Ending
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        Conversation::new(&self.settings, profile, session).run(stream, stop).await
    }
}
