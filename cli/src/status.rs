//! Exit statuses, as linters have them.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing found that counts.
    Clean,
    /// Findings at or above the severity asked for.
    Findings,
    /// Wrong usage or input that cannot be worked on.
    Failed,
}

impl Status {
    /// The exit status of the process.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}
