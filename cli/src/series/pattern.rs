//! Which files an `F:` or `X:` line of `MAINTAINERS` means.

use globset::{GlobBuilder, GlobMatcher};

/// A path with wildcards, understood as `get_maintainer.pl` does.
pub(super) struct Pattern {
    text: String,
    wild: Option<GlobMatcher>,
}

impl Pattern {
    /// The pattern; `None` if it means no file.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.split_whitespace().next()?.to_owned();
        if !text.contains(['*', '?', '[']) {
            return Some(Self { text, wild: None });
        }
        // Braces are nothing special there.
        let literal = text.replace('{', "[{]").replace('}', "[}]");
        // What is written is the start of the name.
        let end = if text.ends_with('/') { "**" } else { "*" };
        let glob = GlobBuilder::new(&format!("{}{end}", literal.trim_end_matches('*')))
            .literal_separator(true)
            .backslash_escape(false)
            .build()
            .ok()?;
        Some(Self { text, wild: Some(glob.compile_matcher()) })
    }

    /// Whether a file is meant.
    pub(super) fn matches(&self, path: &str) -> bool {
        if let Some(wild) = &self.wild {
            return wild.is_match(path);
        }
        let Some(rest) = path.strip_prefix(&self.text) else { return false };
        self.text.ends_with('/') || rest.starts_with('/') || !rest.contains('/')
    }

    /// How closely the pattern names its files: by its folders; `None` if it starts anywhere.
    pub(super) fn depth(&self) -> Option<usize> {
        let parts = self.text.split('/').filter(|part| !part.is_empty());
        (!self.text.starts_with('*')).then(|| parts.count())
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn check(pattern: &str, path: &str, matches: bool) {
        let read = Pattern::parse(pattern).unwrap();
        assert_eq!(read.matches(path), matches, "{pattern} {path}");
    }

    #[test]
    fn folders_and_files() {
        check("hw/ide/", "hw/ide/piix.c", true);
        check("hw/ide/", "hw/ide/a/b.c", true);
        check("hw/ide", "hw/ide/piix.c", true);
        check("hw/ide", "hw/ideal.c", true);
        check("hw/ide", "hw/ideal/a.c", false);
        check("hw/ide/", "hw/ideal.c", false);
        check("hw/ide/piix.c", "hw/ide/piix.c", true);
    }

    #[test]
    fn wildcards() {
        check("*", "main.c", true);
        check("*", "hw/main.c", false);
        check("*/", "hw/ide/main.c", true);
        check("*/", "main.c", false);
        check("hw/*/virtio*", "hw/net/virtio-net.c", true);
        check("hw/*/virtio*", "hw/net/deep/virtio-net.c", false);
        check("*/*/kvm*", "hw/i386/kvm.c", true);
        check("*/*/kvm*", "hw/i386/kvm/clock.c", false);
        check("hw/?.[ch]", "hw/a.c", true);
        check("hw/?.[ch]", "hw/ab.c", false);
        check("hw/{a,b}*", "hw/{a,b}.c", true);
        check("hw/{a,b}*", "hw/a.c", false);
        assert!(Pattern::parse("hw/[").is_none());
        assert!(Pattern::parse(" ").is_none());
    }

    #[test]
    fn depths() {
        let depth = |text| Pattern::parse(text).unwrap().depth();
        assert_eq!(depth("*/"), None);
        assert_eq!(depth("hw/ide/"), Some(2));
        assert_eq!(depth("hw/ide/piix.c"), Some(3));
    }
}
