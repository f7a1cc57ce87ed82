//! Devices with regions and lifecycles by hand, and what is made of them.

mod devices;
mod imports;
mod lifecycles;
mod random;
mod refusals;
mod regions;
mod support;
mod teardown;
mod words;
