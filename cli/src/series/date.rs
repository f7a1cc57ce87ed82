//! When the patches are written.

use anyhow::{Context, Result};
use jiff::fmt::rfc2822;
use jiff::{Timestamp, tz::TimeZone};
use std::env;

/// Now, or what `SOURCE_DATE_EPOCH` says, for results that can be made again.
pub(crate) fn now() -> Result<Timestamp> {
    let Some(stated) = env::var_os("SOURCE_DATE_EPOCH") else { return Ok(Timestamp::now()) };
    let seconds = stated.to_str().and_then(|text| text.parse().ok());
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).with_context(|| {
        format!("SOURCE_DATE_EPOCH is {}, and no number of seconds", stated.display())
    })
}

/// The date as a mail has it.
pub(super) fn field(date: Timestamp) -> String {
    let zoned = date.to_zoned_datetime(TimeZone::UTC);
    // The format has no place for a year beyond four digits.
    rfc2822::to_string(&zoned).unwrap_or_default()
}
