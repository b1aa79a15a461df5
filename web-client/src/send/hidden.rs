//! The hint that a message was sent though the filter hides it.

/// How many of the messages sent since the filter was set are hidden, and whether the hint still says so.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    count: usize,
    is_said: bool,
}

impl Hidden {
    /// Takes the current count. Returns whether the hint may have changed.
    pub(crate) fn count(&mut self, count: usize) -> bool {
        let is_another = count != self.count;
        self.is_said |= count > self.count;
        self.count = count;
        is_another
    }

    /// The user goes on to something else, so the hint has been read.
    pub(crate) fn dismiss(&mut self) {
        self.is_said = false;
    }

    /// The hint, until it is dismissed or nothing is hidden any more.
    pub(crate) fn words(&self) -> Option<String> {
        match self.count {
            _ if !self.is_said => None,
            0 => None,
            1 => Some("Sent; the filter hides it".to_owned()),
            count => Some(["Sent; the filter hides ", &count.to_string(), " messages"].concat()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hidden_message_is_said_until_the_user_goes_on() {
        let mut hidden = Hidden::default();
        assert!(!hidden.count(0) && hidden.words().is_none());
        assert!(hidden.count(1));
        assert_eq!(hidden.words().unwrap(), "Sent; the filter hides it");
        hidden.dismiss();
        assert!(!hidden.count(1) && hidden.words().is_none());
        assert!(hidden.count(3));
        assert_eq!(hidden.words().unwrap(), "Sent; the filter hides 3 messages");
        assert!(hidden.count(0) && hidden.words().is_none(), "their replies matched, or the filter changed");
    }
}
