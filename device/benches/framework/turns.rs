//! Contenders in turn.

use std::hint::black_box;
use std::time::Instant;

/// One contender: what it is called, and what runs once for a number of operations.
pub(crate) struct Contender<'a> {
    pub(crate) name: &'a str,
    pub(crate) run: Box<dyn FnMut() + 'a>,
}

impl<'a> Contender<'a> {
    pub(crate) fn new<R>(name: &'a str, mut run: impl FnMut() -> R + 'a) -> Self {
        Self { name, run: Box::new(move || drop(black_box(run()))) }
    }
}

/// Nanoseconds for each operation: the median of each contender, and the median of its ratio to the last one
/// in the same round.
pub(crate) fn in_turn(
    rounds: usize,
    operations: usize,
    contenders: &mut [Contender<'_>],
) -> Vec<(f64, f64)> {
    contenders.iter_mut().for_each(|contender| (contender.run)());
    let times: Vec<Vec<f64>> = (0..rounds)
        .map(|_| contenders.iter_mut().map(|each| time(each, operations)).collect())
        .collect();
    let last = contenders.len() - 1;
    let of = |at: usize| {
        let own = median(times.iter().map(|round| round[at]));
        (own, median(times.iter().map(|round| round[at] / round[last])))
    };
    (0..contenders.len()).map(of).collect()
}

fn time(contender: &mut Contender<'_>, operations: usize) -> f64 {
    let start = Instant::now();
    (contender.run)();
    start.elapsed().as_secs_f64() * 1e9 / operations as f64
}

/// Prints a row for each contender.
pub(crate) fn print(what: &str, unit: (&str, f64), contenders: &[&str], figures: &[(f64, f64)]) {
    for (name, (own, ratio)) in contenders.iter().zip(figures) {
        println!("| {what} | {name} | {:.3} {} | {ratio:.2} |", own / unit.1, unit.0);
    }
}

/// Begins a table.
pub(crate) fn heading(title: &str, reference: &str) {
    println!(
        "\n## {title}\n\n| what | contender | median | ratio to {reference} |\n|---|---|---|---|"
    );
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
