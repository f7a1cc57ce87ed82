//! Which of several repairs makes the result bad.

use anyhow::Result;

/// The number of the repair with which the result becomes bad, by halving: none of them is good, and
/// all `count` of them, at least one, are bad.
pub(super) fn find(count: usize, is_good: &mut dyn FnMut(usize) -> Result<bool>) -> Result<usize> {
    let (mut good, mut bad) = (0, count);
    while bad - good > 1 {
        let middle = usize::midpoint(good, bad);
        match is_good(middle)? {
            true => good = middle,
            false => bad = middle,
        }
    }
    Ok(bad - 1)
}
