//! Where a serial port sends.

use std::fmt;
use std::io::{Result, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a serial port sends: nowhere, unless somebody says so. Clones send to the same place.
#[derive(Clone, Default)]
pub struct Output(Option<Arc<Mutex<dyn Write + Send>>>);

impl Output {
    /// Everything goes to `writer`. It must not block for long: the guest waits.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(writer))))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let Some(writer) = &self.0 else {
            return Ok(bytes.len());
        };
        writer.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        let Some(writer) = &self.0 else {
            return Ok(());
        };
        writer.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Output(..)" } else { "Output(nowhere)" })
    }
}
