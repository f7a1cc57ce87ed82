//! What the user may answer.

/// An answer to a question about one repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    Quit,
    All,
    Done,
    Edit,
    Help,
}

const KEYS: [(&str, Answer, &str); 7] = [
    ("y", Answer::Yes, "apply this fix"),
    ("n", Answer::No, "do not apply this fix"),
    ("q", Answer::Quit, "quit; do not apply this fix or any of the remaining ones"),
    ("a", Answer::All, "apply this fix and all later fixes in the file"),
    ("d", Answer::Done, "do not apply this fix or any of the later fixes in the file"),
    ("e", Answer::Edit, "edit the diff of this fix"),
    ("?", Answer::Help, "print help"),
];

impl Answer {
    /// The answer that a line of input gives: one letter, large or small.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let key = line.trim().to_ascii_lowercase();
        KEYS.iter().find(|(known, ..)| *known == key).map(|(_, answer, _)| *answer)
    }

    /// The keys, as a question names them.
    pub(super) fn keys() -> String {
        KEYS.map(|(key, ..)| key).join(",")
    }

    /// What each key means, one a line.
    pub(super) fn help() -> String {
        KEYS.map(|(key, _, meaning)| format!("{key} - {meaning}\n")).concat()
    }
}
