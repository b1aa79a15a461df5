//! Which rows of the log are in the page: those in view and a few around them. All rows have the same height, so
//! their positions are arithmetic.

/// Rows kept above and below the view, so that scrolling shows no gaps before the next frame.
const BESIDE: usize = 8;

/// How close to the end counts as the end, in pixels: scroll positions are rounded.
const NEAR: usize = 8;

/// The greatest height of an element, in pixels: Firefox collapses anything higher. That is six hundred thousand
/// rows. Older ones are kept, filtered and exported, but can't be scrolled to.
const HIGHEST: usize = 17_000_000;

/// The most rows that are printed: some 400 sheets. More would take the browser seconds.
const PRINTED: usize = 20_000;

/// The log as the browser shows it, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Viewport {
    /// The scroll position.
    pub top: usize,
    /// The height of the visible part.
    pub height: usize,
    /// The height of the whole content.
    pub scrollable: usize,
    /// The height of a row, which depends on the page's width and the user's font size; 0 while no row is
    /// visible.
    pub row_height: usize,
}

/// Where the rows in the page are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placement {
    /// The index of the first row.
    pub first: usize,
    /// The number of rows.
    pub count: usize,
    /// The position of the first row, in pixels.
    pub offset: usize,
    /// The height of all rows together, in pixels.
    pub height: usize,
    /// Where to scroll, in pixels, if a change is needed. The browser stops at the end.
    pub scroll_to: Option<usize>,
    /// Whether the user has scrolled away from the end.
    pub away: bool,
}

/// The part of the log that is in the page.
#[derive(Debug)]
pub struct RowWindow {
    row_height: usize,
    /// Whether to keep the end in view.
    following: bool,
    /// Whether all rows are in the page, to be printed.
    printing: bool,
    /// Whether not to, even when the end comes into view.
    paused: bool,
    /// Whether to bring the selected row into view.
    revealing: bool,
    /// The scroll position.
    top: usize,
    placement: Placement,
}

impl Default for RowWindow {
    fn default() -> Self {
        Self {
            row_height: 1,
            following: true,
            printing: false,
            paused: false,
            revealing: false,
            top: 0,
            placement: Placement::default(),
        }
    }
}

impl RowWindow {
    /// Where the rows are, as of the last call of [`Self::look`].
    pub fn placement(&self) -> Placement {
        self.placement
    }

    /// Keeps the end in view from now on.
    pub fn follow(&mut self) {
        (self.following, self.paused) = (true, false);
    }

    /// Stays where it is until [`Self::follow`] is called.
    pub fn pause(&mut self) {
        (self.following, self.paused) = (false, true);
    }

    /// Brings the selected row into view at the next call of [`Self::look`].
    pub fn reveal(&mut self) {
        self.revealing = true;
    }

    /// Puts all rows into the page, or only those in view again.
    pub fn print(&mut self, printing: bool) {
        self.printing = printing;
    }

    /// Places the rows according to what the browser shows.
    pub fn look(&mut self, seen: Viewport, rows: usize, selected: Option<usize>) {
        if seen.row_height > 0 {
            self.row_height = seen.row_height;
        }
        self.scrolled(seen);
        let hidden = rows.saturating_sub(HIGHEST / self.row_height);
        let rows = rows - hidden;
        let height = rows * self.row_height;
        let mut scroll_to = None;
        if std::mem::take(&mut self.revealing)
            && let Some(row) = selected
        {
            scroll_to = self.revealed(row.saturating_sub(hidden), seen.height);
        }
        if self.following {
            (self.top, scroll_to) = (height, Some(height));
        }
        // The browser doesn't scroll any further.
        self.top = self.top.min(height.saturating_sub(seen.height));

        if self.printing {
            let count = rows.min(PRINTED);
            let first = hidden + rows - count;
            self.placement = Placement { first, count, height, ..Placement::default() };
            return;
        }
        let first = (self.top / self.row_height).saturating_sub(BESIDE).min(rows);
        self.placement = Placement {
            first: hidden + first,
            count: (seen.height / self.row_height + 2 + 2 * BESIDE).min(rows - first),
            offset: first * self.row_height,
            height,
            scroll_to,
            away: !self.following && rows > 0,
        };
    }

    /// Only scrolling up or a pause stops following the end; a growing log doesn't.
    fn scrolled(&mut self, seen: Viewport) {
        if seen.scrollable.saturating_sub(seen.top + seen.height) <= NEAR {
            self.following = !self.paused;
        } else if seen.top < self.top {
            self.following = false;
        }
        self.top = seen.top;
    }

    /// Where to scroll to bring this row into view, if it isn't.
    fn revealed(&mut self, row: usize, height: usize) -> Option<usize> {
        let (above, below) = (row * self.row_height, (row + 1) * self.row_height);
        if above < self.top {
            self.top = above;
        } else if below > self.top + height {
            self.top = below.saturating_sub(height);
        } else {
            return None;
        }
        self.following = false;
        Some(self.top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rows_are_in_the_page_while_it_is_printed() {
        let mut window = RowWindow::default();
        let seen = Viewport { top: 0, height: 240, scrollable: 240, row_height: 24 };
        window.print(true);
        for (rows, first, count) in [(1000, 0, 1000), (PRINTED + 5, 5, PRINTED)] {
            window.look(seen, rows, None);
            let placement = window.placement();
            assert_eq!((placement.first, placement.count, placement.offset), (first, count, 0));
        }
        window.print(false);
        window.look(seen, 1000, None);
        assert!(window.placement().count < 100);
    }

    /// A log with ten rows in view, each 20 pixels high, in a simulated browser.
    struct Shown {
        window: RowWindow,
        rows: usize,
        seen: Viewport,
    }

    impl Shown {
        fn new(rows: usize) -> Self {
            let seen = Viewport { top: 0, height: 200, scrollable: 200, row_height: 20 };
            let mut shown = Self { window: RowWindow::default(), rows, seen };
            shown.draw(None);
            shown
        }

        /// Does what a browser does in a frame.
        fn draw(&mut self, selected: Option<usize>) -> Placement {
            self.window.look(self.seen, self.rows, selected);
            let placement = self.window.placement();
            self.seen.scrollable = placement.height.max(self.seen.height);
            let top = placement.scroll_to.unwrap_or(self.seen.top);
            self.seen.top = top.min(self.seen.scrollable - self.seen.height);
            placement
        }

        fn scroll(&mut self, top: usize) -> Placement {
            self.seen.top = top;
            self.draw(None)
        }
    }

    #[test]
    fn of_a_hundred_thousand_rows_only_those_in_view_are_in_the_page() {
        let mut log = Shown::new(100_000);
        let placement = log.draw(None);
        assert_eq!((placement.first + placement.count, placement.height), (100_000, 2_000_000));
        assert!(placement.count < 30, "{placement:?}");
        let placement = log.scroll(1_000_000);
        let Placement { first, offset, .. } = placement;
        assert_eq!((first, offset), (49_992, 49_992 * 20));
        assert!(first + placement.count > 50_010, "and all that are in view");
    }

    #[test]
    fn a_short_log_is_whole_in_the_page() {
        let placement = Shown::new(3).draw(None);
        assert_eq!((placement.first, placement.count, placement.height), (0, 3, 60));
        assert_eq!(Shown::new(0).draw(None), Placement { scroll_to: Some(0), ..Placement::default() });
    }

    #[test]
    fn the_end_is_followed_until_someone_scrolls_up() {
        let mut log = Shown::new(100);
        assert_eq!(log.seen.top, 1800);
        log.rows = 200;
        assert!(!log.draw(None).away);
        assert_eq!(log.seen.top, 3800, "a log that grows does not let go of it");
        assert!(log.scroll(3000).away);
        log.rows = 300;
        assert_eq!(log.draw(None).scroll_to, None);
        assert_eq!(log.seen.top, 3000);
    }

    #[test]
    fn the_end_is_followed_again_once_it_is_reached_or_asked_for() {
        let mut log = Shown::new(100);
        log.scroll(0);
        log.scroll(1795);
        assert!(!log.draw(None).away, "five pixels off is there");
        log.scroll(0);
        log.window.follow();
        log.draw(None);
        assert_eq!(log.seen.top, 1800);
    }

    #[test]
    fn a_paused_log_stays_where_it_is_until_it_follows_again() {
        let mut log = Shown::new(100);
        log.window.pause();
        log.rows = 200;
        assert!(log.draw(None).away);
        assert_eq!(log.seen.top, 1800, "it was at the end");
        log.scroll(3800);
        log.rows = 300;
        assert_eq!(log.draw(None).scroll_to, None, "reaching the end doesn't end the pause");
        log.window.follow();
        log.draw(None);
        assert_eq!(log.seen.top, 5800);
        assert!(!log.draw(None).away);
    }

    #[test]
    fn a_selected_row_is_brought_into_view_once() {
        let mut log = Shown::new(100);
        log.window.reveal();
        assert_eq!(log.draw(Some(20)).scroll_to, Some(400), "at the top");
        log.window.reveal();
        assert_eq!(log.draw(Some(40)).scroll_to, Some(620), "at the bottom");
        log.window.reveal();
        assert_eq!(log.draw(Some(35)).scroll_to, None, "it is in view");
        log.scroll(0);
        assert_eq!(log.draw(Some(35)).scroll_to, None, "and may be scrolled away from");
    }

    #[test]
    fn a_log_that_was_cleared_is_at_its_end() {
        let mut log = Shown::new(100);
        log.scroll(500);
        log.rows = 2;
        log.draw(None);
        assert!(!log.draw(None).away);
    }

    #[test]
    fn rows_higher_than_an_element_can_be_leave_out_the_oldest() {
        let mut log = Shown::new(1_000_000);
        let placement = log.draw(None);
        assert_eq!((placement.height, placement.first + placement.count), (HIGHEST, 1_000_000));
        assert_eq!(log.scroll(0).first, 150_000);
    }

    #[test]
    fn while_no_row_is_seen_the_last_height_counts() {
        let mut log = Shown::new(100);
        log.seen.row_height = 0;
        assert_eq!(log.draw(None).height, 2000);
        log.seen.row_height = 40;
        assert_eq!(log.draw(None).height, 4000);
    }
}
