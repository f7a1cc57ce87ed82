//! The user's own command has the last word: a repair with which it fails is taken back.

use super::{Fixer, Texts, Wanted, culprit};
use anyhow::{Result, bail};

/// Where repairs are tried out.
pub(crate) trait Trial {
    /// Gives files these texts on the disk.
    fn write(&mut self, fixer: &Fixer<'_>, texts: &Texts) -> Result<()>;

    /// Whether the command succeeds on what is there.
    fn passes(&mut self) -> Result<bool>;
}

/// Writes the repairs, and takes back those with which the command fails, until it succeeds.
///
/// # Errors
///
/// If the command fails without any repair, too, or cannot be run; then the files are as they were.
pub(crate) fn verify(fixer: &mut Fixer<'_>, wanted: &Wanted, trial: &mut dyn Trial) -> Result<()> {
    let result = settle(fixer, wanted, trial);
    if result.is_err() {
        let original = fixer.texts_after(0)?;
        trial.write(fixer, &original)?;
    }
    result
}

fn settle(fixer: &mut Fixer<'_>, wanted: &Wanted, trial: &mut dyn Trial) -> Result<()> {
    loop {
        let count = fixer.repairs().count();
        if passes_after(count, fixer, trial)? || count == 0 {
            return Ok(());
        }
        if !passes_after(0, fixer, trial)? {
            bail!("the command given with --verify fails without any fix, too; nothing is changed");
        }
        let number = culprit::find(count, &mut |first| passes_after(first, fixer, trial))?;
        fixer.retract(number)?;
        fixer.run(wanted)?;
    }
}

fn passes_after(count: usize, fixer: &Fixer<'_>, trial: &mut dyn Trial) -> Result<bool> {
    let texts = fixer.texts_after(count)?;
    trial.write(fixer, &texts)?;
    trial.passes()
}
