//! The tree of devices as text.

use super::machine::Machine;
use super::tree::DevId;
use std::fmt::Write as _;

impl Machine {
    /// The tree of devices, one a line, with their types, states and properties, in the style of QEMU's
    /// `info qtree`: for people, and to compare before and after.
    pub fn tree_text(&self) -> String {
        let mut text = String::new();
        for (id, slot) in self.tree.iter() {
            if slot.parent.is_none() {
                self.write_device(&mut text, id, 0);
            }
        }
        text
    }

    fn write_device(&self, text: &mut String, id: DevId, depth: usize) {
        let Ok(slot) = self.tree.get(id) else {
            return;
        };
        let (cell, indent) = (&slot.cell, "  ".repeat(depth));
        let (name, meta) = (&cell.core().name, cell.meta());
        // Writing to a string does not fail.
        let _ = writeln!(text, "{indent}{name} ({}) {:?}", meta.name, slot.state);
        for (at, property) in meta.properties.iter().enumerate() {
            if let Ok(value) = cell.property(at) {
                let _ = writeln!(text, "{indent}  {} = {value}", property.name);
            }
        }
        for part in &slot.children {
            self.write_device(text, part.id, depth + 1);
        }
    }
}
