//! Reading one file.

use crate::skipped::Reason;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The size of file beyond which it is data in the shape of source.
pub(crate) const LIMIT: u64 = 16 << 20;

/// The bytes of a source file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Reason> {
    let text = bytes(path).map_err(|error| Reason::from(&error))?;
    let text = text.ok_or(Reason::TooLarge)?;
    if text.contains(&0) {
        return Err(Reason::Binary);
    }
    Ok(text)
}

/// The bytes of a file; `None` if there are too many, also if it grew while it was read.
fn bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > LIMIT {
        return Ok(None);
    }
    // With room to spare, the read that finds the end of the file does not grow the buffer.
    let mut text = Vec::with_capacity(size as usize + 1);
    file.take(LIMIT + 1).read_to_end(&mut text)?;
    Ok((text.len() as u64 <= LIMIT).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, read};
    use crate::skipped::Reason;
    use std::fs::File;
    use std::path::Path;

    #[test]
    fn a_file_that_vanished() {
        assert_eq!(read(Path::new("no/such/file.c")), Err(Reason::Vanished));
    }

    #[test]
    fn a_folder_in_the_place_of_a_file() {
        assert_eq!(read(Path::new("src")), Err(Reason::Unreadable));
    }

    #[test]
    fn the_limit_itself_is_read() {
        let path = std::env::temp_dir().join(format!("devmodel-limit-{}.c", std::process::id()));
        let file = File::create(&path).unwrap();
        file.set_len(LIMIT).unwrap();
        let at_limit = read(&path);
        file.set_len(LIMIT + 1).unwrap();
        let beyond = read(&path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(at_limit, Err(Reason::Binary), "a sparse file is all NUL");
        assert_eq!(beyond, Err(Reason::TooLarge));
    }
}
