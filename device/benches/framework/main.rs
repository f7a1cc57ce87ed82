//! What the framework costs, beside vm-device on the same job:
//! `cargo bench -p devmodel --bench framework --features oracle`.
//!
//! Contenders run in turn, round by round, so that both see the same machine; figures are medians over the
//! rounds, and ratios are medians of the ratios of each round. Nothing here fails because of a slow machine.
#![expect(clippy::print_stdout, reason = "a table is what it is for")]

mod dispatch;
mod hotplug;
mod layout;
mod population;
mod render;
mod turns;

/// Takes the number of rounds.
type Part = fn(usize);

/// The parts, by name: `cargo bench .. -- dispatch` runs one of them.
const PARTS: [(&str, Part); 5] = [
    ("dispatch", dispatch::run),
    ("disturbed", dispatch::disturbed),
    ("render", render::run),
    ("hotplug", hotplug::run),
    ("layout", layout::run),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only wants to know that it runs.
    let rounds = if arguments.iter().any(|argument| argument == "--bench") { 9 } else { 1 };
    let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
    let all = !PARTS.iter().any(|(name, _)| is_named(name));
    for (name, run) in PARTS {
        if all || is_named(name) {
            run(rounds);
        }
    }
}
