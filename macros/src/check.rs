//! What must hold for a device as a whole.

use crate::model::Device;
use crate::problems::Problems;

/// Reports what no single attribute shows.
pub(crate) fn check(device: &Device, problems: &mut Problems) {
    let Some(name) = &device.name else {
        return;
    };
    let text = name.value();
    if text.is_empty() || text.contains(char::is_whitespace) {
        problems.at(name, "the name of a device is one word");
    }
}
