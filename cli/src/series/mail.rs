//! One mail, as `git format-patch` writes it.

use email_encoding::headers::rfc2047;
use email_encoding::headers::writer::EmailWriter;
use quoted_printable::encode_binary_to_str;
use std::fmt::Write;

/// What programs know a patch in a mail box by; there is no commit yet to name.
const ENVELOPE: &str = "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n";

/// What a mail server need not carry in one line, its end included.
const LONGEST_LINE: usize = 998;

const SIGNATURE: &str =
    concat!("-- \n", env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"), "\n\n");

/// A mail to be.
pub(super) struct Mail {
    /// Name and value of each field, encoded and folded.
    pub(super) fields: Vec<(&'static str, String)>,
    /// The commit message or letter, which is text.
    pub(super) message: String,
    /// What comes after it, which may be anything.
    pub(super) rest: Vec<u8>,
}

impl Mail {
    /// The bytes of the mail. Those of the patch come out of `git am` as they went in.
    pub(super) fn render(&self) -> Vec<u8> {
        let body = [self.message.as_bytes(), &self.rest, SIGNATURE.as_bytes()].concat();
        let encoding = Encoding::of(&body);
        let mut head = ENVELOPE.to_owned();
        for (name, value) in &self.fields {
            head.push_str(&format!("{name}: {value}\n"));
        }
        head.push_str(&encoding.fields(self.charset(&body)));
        [head.as_bytes(), b"\n", &encoding.encode(body)].concat()
    }

    /// How the body reads. Git converts the message only, and takes the patch as it is.
    fn charset(&self, body: &[u8]) -> &'static str {
        // What is not UTF-8 is most likely the other one.
        let is_old = self.message.is_ascii() && str::from_utf8(body).is_err();
        if is_old { "ISO-8859-1" } else { "UTF-8" }
    }
}

/// The value of a field that is text, encoded and folded as far as it has to be.
pub(super) fn text_field(name: &str, text: &str) -> String {
    let mut value = String::new();
    let mut writer = EmailWriter::new(&mut value, name.len() + 2, 0, false);
    // Writing to a string does not fail.
    let _ = match text.is_ascii() {
        true => writer.folding().write_str(text),
        false => rfc2047::encode(text, &mut writer),
    };
    drop(writer);
    value.replace("\r\n", "\n")
}

/// How a body travels.
enum Encoding {
    SevenBit,
    EightBit,
    QuotedPrintable,
}

impl Encoding {
    /// What is text for every program on the way travels as it is, and can be read in the file.
    /// A carriage return would be taken for a part of the line end.
    fn of(body: &[u8]) -> Self {
        let long = body.split(|&byte| byte == b'\n').any(|line| line.len() >= LONGEST_LINE);
        if long || body.contains(&b'\r') || body.contains(&0) || str::from_utf8(body).is_err() {
            Self::QuotedPrintable
        } else if body.is_ascii() {
            Self::SevenBit
        } else {
            Self::EightBit
        }
    }

    fn fields(&self, charset: &str) -> String {
        let encoding = match self {
            Self::SevenBit => return String::new(),
            Self::EightBit => "8bit",
            Self::QuotedPrintable => "quoted-printable",
        };
        format!(
            "MIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n\
             Content-Transfer-Encoding: {encoding}\n"
        )
    }

    fn encode(&self, body: Vec<u8>) -> Vec<u8> {
        if !matches!(self, Self::QuotedPrintable) {
            return body;
        }
        // Where a line is broken, only a mail on its way needs the carriage return.
        let line = |line| encode_binary_to_str(line).replace("\r\n", "\n");
        let lines: Vec<String> = body.split(|&byte| byte == b'\n').map(line).collect();
        lines.join("\n").into_bytes()
    }
}
