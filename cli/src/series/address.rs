//! Mail addresses.

use email_encoding::headers::quoted_string;
use email_encoding::headers::writer::EmailWriter;

/// Who gets or sends a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The name; may be empty.
    pub(crate) name: String,
    /// The address itself.
    pub(crate) mail: String,
}

impl Address {
    /// Reads `Name <mail>`, or `mail` with anything after it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, mail) = match text.split_once('<') {
            Some((name, rest)) => (name.trim(), rest.split_once('>')?.0.trim()),
            None => ("", text.split_whitespace().next()?),
        };
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        let (user, host) = mail.rsplit_once('@')?;
        let odd = |c: char| c.is_control() || c.is_whitespace() || "<>(),;:\"".contains(c);
        if user.is_empty()
            || host.is_empty()
            || mail.contains(odd)
            || name.contains(char::is_control)
        {
            return None;
        }
        Some(Self { name: name.to_owned(), mail: mail.to_owned() })
    }

    /// Whether it is the same mail box.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.mail.eq_ignore_ascii_case(&other.mail)
    }

    /// As a trailer of a commit message has it.
    pub(crate) fn plain(&self) -> String {
        format!("{} <{}>", self.name, self.mail)
    }

    /// As a header field has it: quoted, or encoded as RFC 2047 wants it.
    pub(crate) fn encoded(&self) -> String {
        if self.name.is_empty() {
            return self.mail.clone();
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_'+".contains(&byte);
        if self.name.bytes().all(is_plain) {
            return self.plain();
        }
        let mut name = String::new();
        // Writing to a string does not fail.
        let _ = quoted_string::encode(&self.name, &mut EmailWriter::new(&mut name, 0, 0, false));
        format!("{} <{}>", name.replace("\r\n", "\n"), self.mail)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn check(text: &str, encoded: Option<&str>) {
        let read = Address::parse(text).map(|one| one.encoded());
        assert_eq!(read.as_deref(), encoded, "{text}");
    }

    #[test]
    fn names_are_quoted_or_encoded() {
        check("Ann Able <a@b.c>", Some("Ann Able <a@b.c>"));
        check("a@b.c (moderated list)", Some("a@b.c"));
        check("<a@b.c>", Some("a@b.c"));
        check("Bob B. Bird <a@b.c>", Some("\"Bob B. Bird\" <a@b.c>"));
        check("\"Bob B. Bird\" <a@b.c>", Some("\"Bob B. Bird\" <a@b.c>"));
        check("Bird, Bob <a@b.c>", Some("=?utf-8?b?QmlyZCwgQm9i?= <a@b.c>"));
        check("José <a@b.c>", Some("=?utf-8?b?Sm9zw6k=?= <a@b.c>"));
    }

    #[test]
    fn what_is_no_address() {
        for text in ["", "nobody", "Ann <>", "Ann <a@b.c", "Ann <a@>", "a b@c, d@e", "A <a\t@b>"] {
            check(text, None);
        }
    }
}
