//! Checking and unpacking a source archive.

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Fails unless the file has this checksum.
pub(crate) fn verify(file: &Path, sha256: &str) -> Result<()> {
    let found = checksum(file)?;
    ensure!(
        found == sha256,
        "{} has the wrong checksum\n  expected {sha256}\n  found    {found}",
        file.display()
    );
    Ok(())
}

/// Unpacks an archive, without its outermost folder, into a new folder `into`.
pub(crate) fn unpack(archive: &Path, into: PathBuf) -> Result<PathBuf> {
    fs::create_dir_all(&into)?;
    let status = Command::new("tar")
        .args(["--strip-components=1", "--no-same-owner", "-xf"])
        .arg(archive)
        .arg("-C")
        .arg(&into)
        .status()
        .context("cannot run tar")?;
    ensure!(status.success(), "tar cannot unpack {}", archive.display());
    Ok(into)
}

/// The checksum of bytes in memory.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn checksum(file: &Path) -> Result<String> {
    let mut input =
        fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = input.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        hasher.update(&buffer[..length]);
    }
    Ok(hexadecimal(&hasher.finalize()))
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
