//! The timestamp service over streams, one client at a time.
//!
//! It knows nothing about listeners or kinds of socket: any stream will do, and the stop is passed in.

mod conversation;
pub(crate) mod settings;

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;
use wirestamp_arrival::ReportsArrival;

use crate::admission::Admitted;
use crate::journal::feed::Entrance;
use crate::journal::{Journal, OpenSession};
use crate::listen::arrival::Arrival;
use crate::listen::profile::Profile;

use settings::ServiceSettings;

pub(crate) use conversation::Conversation;

/// A timestamp service. Clones are one service.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) settings: Arc<ServiceSettings>,
    pub(crate) journal: Journal,
}

/// A timestamp service as the clients of one listener find it.
pub(crate) struct ListenerService {
    pub(crate) service: Service,
    pub(crate) profile: Profile,
    /// What is told of the listener.
    pub(crate) entrance: Arc<Entrance>,
    pub(crate) stop: CancellationToken,
}

impl Service {
    /// A conversation with a client that has a session already.
    pub(crate) fn conversation<'a>(
        &'a self,
        profile: &Profile,
        session: &'a mut OpenSession,
    ) -> Conversation<'a> {
        Conversation::new(&self.settings, profile, session)
    }
}

impl ListenerService {
    /// Serves a client until either side ends its session, or the server stops.
    #[expect(clippy::manual_async_fn, reason = "an async fn stores its arguments twice in its future")]
    pub(crate) fn serve<S>(
        self: Arc<Self>,
        mut client: Arrival<S>,
        admitted: Admitted,
    ) -> impl Future<Output = ()> + Send
    where
        S: AsyncRead + AsyncWrite + ReportsArrival + Unpin + Send,
    {
        async move {
            let mut session =
                self.service.journal.opened(client.transport, client.peer, self.entrance.clone());
            let mut conversation = self.service.conversation(&self.profile, &mut session);
            let ending = conversation.run(&mut client.stream, S::arrival, &self.stop).await;
            session.end(ending);
            drop((client, session, admitted));
        }
    }
}
