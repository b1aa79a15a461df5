//! The stamp format on its way into the settings. It is fixed when a connection opens, and browsers don't show why one
//! was refused. So the server is asked about a new format before the connection is given up for it.

use crate::effect::Effect;

/// The format that the server is being asked about, or the last that it refused.
#[derive(Debug, Default)]
pub(super) struct FormatCheck {
    asked: Option<String>,
    refused: Option<(String, String)>,
}

impl FormatCheck {
    /// Asks the server about a format, and forgets any other.
    pub(super) fn ask(&mut self, format: &str) -> Effect {
        *self = Self { asked: Some(format.to_owned()), refused: None };
        Effect::CheckFormat(format.to_owned())
    }

    /// Whether the server is being asked about this format, which it is no longer after this call.
    pub(super) fn is_answered(&mut self, format: &str) -> bool {
        self.asked.take_if(|asked| asked == format).is_some()
    }

    /// The format is marked as wrong, for this reason.
    pub(super) fn refuse(&mut self, format: String, reason: String) {
        self.refused = Some((format, reason));
    }

    /// The format to show in place of the one in use.
    pub(super) fn shown(&self) -> Option<&str> {
        self.asked.as_deref().or(self.refused.as_ref().map(|(format, _)| format.as_str()))
    }

    /// Why the format was refused.
    pub(super) fn error(&self) -> Option<&str> {
        self.refused.as_ref().map(|(_, reason)| reason.as_str())
    }
}
