//! The files on the disk, and the user's command that is run on them.

use super::{Fixer, Texts, Trial};
use crate::write::{Writer, replace};
use anyhow::{Context, Result};
use std::io;
use std::process::{Command, Stdio};

/// Where repairs are written, and tried out with a command.
pub(crate) struct Disk<'d> {
    writer: Writer<'d>,
    command: &'d str,
    errors: &'d mut dyn io::Write,
    /// The files written so far, as they are now.
    texts: Option<Texts>,
}

impl<'d> Disk<'d> {
    /// Nothing is written yet.
    pub(crate) const fn new(
        writer: Writer<'d>,
        command: &'d str,
        errors: &'d mut dyn io::Write,
    ) -> Self {
        Self { writer, command, errors, texts: None }
    }
}

impl Trial for Disk<'_> {
    fn write(&mut self, fixer: &Fixer<'_>, texts: &Texts) -> Result<()> {
        let none = Texts::new();
        let changes = fixer.changes(self.texts.as_ref().unwrap_or(&none), texts);
        match &self.texts {
            // Only what the user had is worth a question.
            None => self.writer.write(&changes, self.errors)?,
            Some(_) => drop(replace(self.writer.root, &changes)?),
        }
        let written = self.texts.get_or_insert_default();
        written.extend(texts.iter().map(|(file, text)| (*file, text.clone())));
        Ok(())
    }

    fn passes(&mut self) -> Result<bool> {
        let status = Command::new("sh")
            .arg("-c")
            .arg(self.command)
            .current_dir(self.writer.root)
            .stdin(Stdio::null())
            .stdout(io::stderr())
            .status()
            .context("cannot run the command given with --verify")?;
        Ok(status.success())
    }
}
