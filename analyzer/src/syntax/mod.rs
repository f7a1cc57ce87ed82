//! Text to items and trees; broken code is input, never an error.

pub(crate) mod c;
pub(crate) mod rust;
