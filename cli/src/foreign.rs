//! Folders of a tree that are nobody's source: what a build made, and vendored crates.

use crate::skipped::Reason;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// How a `CACHEDIR.TAG` begins.
const SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// Why a folder is not read.
///
/// The name says nothing: QEMU keeps its processors in a folder `target`. What cargo makes has a
/// `CACHEDIR.TAG`, or at least `.rustc_info.json`, wherever `CARGO_TARGET_DIR` puts it; what `cargo vendor`
/// copies has checksums. Vendored crates are other people's, like submodules: nobody fixes them in place.
pub(crate) fn reason(folder: &Path) -> Option<Reason> {
    if folder.join(".cargo-checksum.json").is_file() {
        return Some(Reason::Vendored);
    }
    let is_built = is_cache(folder) || folder.join(".rustc_info.json").is_file();
    is_built.then_some(Reason::BuildOutput)
}

fn is_cache(folder: &Path) -> bool {
    let mut start = [0; SIGNATURE.len()];
    let read =
        File::open(folder.join("CACHEDIR.TAG")).and_then(|mut tag| tag.read_exact(&mut start));
    read.is_ok() && start == SIGNATURE
}
