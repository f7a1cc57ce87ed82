//! Rust items to the model.

mod block;
mod branch;
mod call;
mod expression;
mod extent;
mod functions;
mod invocation;
mod outline;
mod pattern;
#[cfg(test)]
mod tests;

pub(crate) use functions::methods;
pub(crate) use outline::{Outline, Text, outline};
