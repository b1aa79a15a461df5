//! The two views of the page.

/// A view of the page, in the address as `#watch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// Sends messages, and shows their replies.
    #[default]
    Send,
    /// Shows what all clients of the server do.
    Watch,
}

impl View {
    /// The view that an address's fragment names, with its number sign.
    pub fn of_fragment(fragment: &str) -> Self {
        if fragment == Self::Watch.fragment() { Self::Watch } else { Self::Send }
    }

    /// The fragment in the address. Empty for the default.
    pub fn fragment(self) -> &'static str {
        match self {
            Self::Send => "",
            Self::Watch => "#watch",
        }
    }

    /// Its name in the markup.
    pub fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Watch => "watch",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_names_a_view_and_anything_else_the_first() {
        for view in [View::Send, View::Watch] {
            assert_eq!(View::of_fragment(view.fragment()), view);
        }
        assert_eq!(View::of_fragment("#elsewhere"), View::Send);
    }
}
