//! Trees to the model: what the languages have in common begins here.

pub(crate) mod c;
#[cfg(test)]
pub(crate) mod print;
pub(crate) mod rust;
