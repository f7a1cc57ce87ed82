//! Messages to an event manager, whatever the type of its subscribers.

use crate::Subscriber;
use event_manager::{MutEventSubscriber, RemoteEndpoint, Result, SubscriberId};
use std::sync::{Arc, OnceLock};

/// Where the event manager has put a subscriber: known once it has been added.
pub(crate) type Place = Arc<OnceLock<SubscriberId>>;

pub(crate) trait Endpoint: Send + Sync {
    /// Adds a subscriber when the loop next runs.
    ///
    /// # Errors
    ///
    /// The event manager is gone; so is the subscriber then.
    fn add(&self, subscriber: Subscriber, place: Place) -> Result<()>;

    /// Removes what was added before. If the event manager is gone, so is the subscriber.
    fn remove(&self, place: Place);
}

pub(crate) struct Wrapped<S> {
    pub(crate) remote: RemoteEndpoint<S>,
    pub(crate) wrap: fn(Subscriber) -> S,
}

impl<S: MutEventSubscriber + 'static> Endpoint for Wrapped<S> {
    fn add(&self, subscriber: Subscriber, place: Place) -> Result<()> {
        let wrap = self.wrap;
        self.remote.fire(move |manager| {
            // The place is this subscriber's own, and it is added once.
            let _ = place.set(manager.add_subscriber(wrap(subscriber)));
        })
    }

    fn remove(&self, place: Place) {
        // An error says that the event manager is gone, and its subscribers with it.
        let _ = self.remote.fire(move |manager| {
            // Messages arrive in the order in which they were sent, so the place is known by now.
            if let Some(id) = place.get() {
                drop(manager.remove_subscriber(*id));
            }
        });
    }
}
