//! Logs of writes.

use super::{DIRTY_PAGE, DirtyClient, DirtyLog};
use std::sync::Arc;
use std::thread;

const PAGES: u64 = 130;
const ALL: std::ops::Range<u64> = 0..u64::MAX;

/// A log of [`PAGES`] pages, the last of which is not a whole one.
fn log() -> DirtyLog {
    DirtyLog::new(PAGES * DIRTY_PAGE - 100)
}

fn offsets(pages: impl IntoIterator<Item = u64>) -> Vec<u64> {
    pages.into_iter().map(|page| page * DIRTY_PAGE).collect()
}

#[test]
fn a_write_marks_the_pages_that_it_touches() {
    for (offset, len, pages) in [
        (0, 1, 0..1),
        (DIRTY_PAGE - 1, 1, 0..1),
        (DIRTY_PAGE - 1, 2, 0..2),
        (63 * DIRTY_PAGE, 2 * DIRTY_PAGE, 63..65),
        (5, 0, 0..0),
        (129 * DIRTY_PAGE, u64::MAX, 129..130),
        (u64::MAX, u64::MAX, 0..0),
        (0, u64::MAX, 0..PAGES),
    ] {
        let log = log();
        log.mark(offset, len, DirtyClient::Vga.bit());
        assert_eq!(log.take(DirtyClient::Vga, ALL), offsets(pages), "{offset:#x} {len:#x}");
    }
}

#[test]
fn a_client_hears_of_a_page_once_and_of_its_own_pages_only() {
    let log = log();
    log.mark(DIRTY_PAGE, 1, DirtyClient::Vga.bit() | DirtyClient::Migration.bit());
    log.mark(70 * DIRTY_PAGE, 1, DirtyClient::Vga.bit());
    assert!(log.is_marked(DirtyClient::Vga, DIRTY_PAGE + 7));
    assert!(!log.is_marked(DirtyClient::Code, DIRTY_PAGE));
    assert!(!log.is_marked(DirtyClient::Vga, u64::MAX));
    assert_eq!(log.take(DirtyClient::Vga, DIRTY_PAGE + 9..2 * DIRTY_PAGE), offsets([1]));
    assert_eq!(log.take(DirtyClient::Vga, ALL), offsets([70]), "what was taken is clean");
    assert_eq!(log.take(DirtyClient::Vga, ALL), [0_u64; 0]);
    assert_eq!(log.take(DirtyClient::Migration, ALL), offsets([1]));
    assert_eq!(log.take(DirtyClient::Code, ALL), [0_u64; 0]);
}

#[test]
fn no_mark_is_lost_while_the_log_is_taken() {
    let log = Arc::new(log());
    let marker = {
        let log = log.clone();
        thread::spawn(move || {
            for page in 0..PAGES {
                log.mark(page * DIRTY_PAGE, 1, DirtyClient::Migration.bit());
            }
        })
    };
    let mut seen = Vec::new();
    while !marker.is_finished() {
        seen.extend(log.take(DirtyClient::Migration, ALL));
    }
    assert!(marker.join().is_ok());
    seen.extend(log.take(DirtyClient::Migration, ALL));
    seen.sort_unstable();
    assert_eq!(seen, offsets(0..PAGES), "every page, once");
}
