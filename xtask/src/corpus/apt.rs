//! Debian source packages through the ordinary client, under a configuration of our own: the
//! sources, lists, state and cache of the system are neither used nor changed.

use super::pins::Package;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A client that knows one suite.
pub(crate) struct Apt {
    folder: PathBuf,
}

/// A version that the registry has now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The version.
    pub(crate) version: String,
    /// The archive of the upstream source.
    pub(crate) orig: String,
    /// Its checksum, from the signed index.
    pub(crate) sha256: String,
}

impl Apt {
    /// Whether the client is there at all.
    pub(crate) fn is_installed() -> bool {
        Command::new("apt-get").arg("--version").output().is_ok()
    }

    /// Configures a client in `folder` and gets the index of the suite.
    pub(crate) fn new(folder: PathBuf, mirror: &str, package: &Package) -> Result<Self> {
        for below in ["state/lists/partial", "cache/archives/partial", "download"] {
            fs::create_dir_all(folder.join(below))?;
        }
        let signed = match Path::new(KEYRING).exists() {
            true => format!("[signed-by={KEYRING}] "),
            false => String::new(),
        };
        let source = format!("deb-src {signed}{mirror} {} main\n", package.suite);
        fs::write(folder.join("sources.list"), source)?;
        fs::write(folder.join("apt.conf"), configuration(&folder))?;
        let apt = Self { folder };
        apt.run("apt-get", &["update"])?;
        Ok(apt)
    }

    /// The pinned version if the registry still has it, else the current one of the series.
    pub(crate) fn offer(&self, package: &Package) -> Result<Offer> {
        let shown = self.run("apt-cache", &["showsrc", "--only-source", package.name.as_str()])?;
        let offers: Vec<Offer> = shown.split("\n\n").filter_map(offer).collect();
        let pinned = offers.iter().find(|offer| offer.version == package.version);
        let current = offers.iter().rfind(|offer| offer.version.starts_with(&package.series));
        pinned.or(current).cloned().with_context(|| {
            format!(
                "the mirror has no version of {} that starts with {}",
                package.name, package.series
            )
        })
    }

    /// Downloads the upstream archive of an offer.
    pub(crate) fn download(&self, package: &Package, offer: &Offer) -> Result<PathBuf> {
        let wanted = format!("{}={}", package.name, offer.version);
        self.run("apt-get", &["source", "--download-only", "--only-source", &wanted])?;
        Ok(self.folder.join("download").join(&offer.orig))
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let output = Command::new(program)
            .arg("-c")
            .arg(self.folder.join("apt.conf"))
            .args(arguments)
            .current_dir(self.folder.join("download"))
            .env("LC_ALL", "C")
            .output()
            .with_context(|| format!("cannot run {program}"))?;
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout)?);
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("{program} {}: {}", arguments.join(" "), complaint.trim())
    }
}

/// Read after the system's files, which may name a proxy; their hooks must not run for us. The
/// user that apt would switch to cannot enter a private cache folder; signatures are checked anyway.
fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "Dir::Etc::sourcelist \"{folder}/sources.list\";\n\
         Dir::Etc::sourceparts \"-\";\n\
         Dir::State \"{folder}/state\";\n\
         Dir::State::lists \"{folder}/state/lists\";\n\
         Dir::Cache \"{folder}/cache\";\n\
         APT::Sandbox::User \"root\";\n\
         APT::Update::Error-Mode \"any\";\n\
         Acquire::Retries \"2\";\n\
         Acquire::http::Timeout \"30\";\n\
         Acquire::https::Timeout \"30\";\n\
         #clear APT::Update::Pre-Invoke;\n\
         #clear APT::Update::Post-Invoke;\n\
         #clear APT::Update::Post-Invoke-Success;\n"
    )
}

/// One paragraph of the index.
fn offer(paragraph: &str) -> Option<Offer> {
    let version = paragraph.lines().find_map(|line| line.strip_prefix("Version: "))?;
    let checksums = paragraph.lines().skip_while(|line| !line.starts_with("Checksums-Sha256:"));
    let (sha256, orig) =
        checksums.skip(1).take_while(|line| line.starts_with(' ')).find_map(|line| {
            let mut words = line.split_whitespace();
            let (sha256, orig) = (words.next()?, words.nth(1)?);
            orig.ends_with(".orig.tar.xz").then_some((sha256, orig))
        })?;
    Some(Offer { version: version.to_owned(), orig: orig.to_owned(), sha256: sha256.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Offer, offer};

    #[test]
    fn an_offer_names_the_upstream_archive() {
        let paragraph = "\
Package: demo
Version: 1:2.0+ds-1
Files:
 00 3 demo_2.0+ds.orig.tar.xz
Checksums-Sha256:
 aa 1 demo_2.0+ds-1.dsc
 bb 2 demo_2.0+ds.orig.tar.xz
 cc 3 demo_2.0+ds-1.debian.tar.xz
Homepage: none";
        let expected = Offer {
            version: "1:2.0+ds-1".to_owned(),
            orig: "demo_2.0+ds.orig.tar.xz".to_owned(),
            sha256: "bb".to_owned(),
        };
        assert_eq!(offer(paragraph), Some(expected));
        assert_eq!(offer("Package: demo\nVersion: 1"), None);
    }
}
