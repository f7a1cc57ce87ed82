//! The words that the lexical pass knows: those of the language and those of the vocabulary.

use crate::vocabulary::LexicalWords;
use rustc_hash::FxHashMap;

/// What a word means to the lexical pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WordClass {
    /// An identifier.
    Plain,
    /// An attribute, an argument list may follow.
    Attribute,
    /// `g_autoptr(Foo) x`: declares a pointer.
    PointerDeclarator,
    /// `g_auto(Foo) x`: declares a value.
    ValueDeclarator,
    /// Runs the block after it once.
    Block,
    /// A keyword that no other class names.
    Keyword,
    /// `if`, `for`, `while`, `switch`.
    Control,
    /// `case`, `default`.
    Case,
    /// `struct`, `union`.
    Record,
    /// `enum`.
    Enum,
    /// `const`, `unsigned` and the like: a part of a type that is not its name.
    Qualifier,
    /// `typeof`.
    TypeOf,
    /// `offsetof` and the like: nothing in its arguments is evaluated.
    Measure,
    /// `__extension__`.
    Extension,
}

impl WordClass {
    /// Whether arguments in parentheses go the way of the word before them.
    pub(super) const fn takes_arguments(self) -> bool {
        matches!(
            self,
            Self::Attribute | Self::TypeOf | Self::PointerDeclarator | Self::ValueDeclarator
        )
    }
}

/// The classes of words.
#[derive(Clone, Debug)]
pub(crate) struct MacroWords {
    classes: FxHashMap<Box<[u8]>, WordClass>,
}

/// Words of the language and of its GNU dialect.
const LANGUAGE: &[(WordClass, &[&str])] = &[
    (
        WordClass::Keyword,
        &["do", "else", "return", "goto", "break", "continue", "sizeof", "typedef", "_Generic"],
    ),
    (WordClass::Keyword, &["asm", "__asm", "__asm__"]),
    (WordClass::Control, &["if", "for", "while", "switch"]),
    (WordClass::Case, &["case", "default"]),
    (WordClass::Record, &["struct", "union"]),
    (WordClass::Enum, &["enum"]),
    (
        WordClass::Qualifier,
        &["const", "volatile", "unsigned", "signed", "long", "short", "restrict", "__restrict"],
    ),
    (WordClass::Qualifier, &["static", "extern", "inline", "register", "__inline__", "__inline"]),
    (WordClass::TypeOf, &["typeof", "__typeof__", "__typeof"]),
    (WordClass::Measure, &["offsetof", "__builtin_offsetof", "_Alignof", "__alignof__", "alignof"]),
    (WordClass::Extension, &["__extension__"]),
    (WordClass::Attribute, &["__attribute__", "__attribute", "_Noreturn", "_Alignas"]),
];

impl MacroWords {
    /// The class of `word`.
    pub(crate) fn class(&self, word: &[u8]) -> WordClass {
        self.classes.get(word).copied().unwrap_or(WordClass::Plain)
    }
}

impl From<&LexicalWords> for MacroWords {
    fn from(words: &LexicalWords) -> Self {
        let language = LANGUAGE
            .iter()
            .flat_map(|(class, names)| names.iter().map(move |name| (*name, *class)));
        let lists = [
            (&words.attributes, WordClass::Attribute),
            (&words.pointer_declarators, WordClass::PointerDeclarator),
            (&words.value_declarators, WordClass::ValueDeclarator),
            (&words.blocks, WordClass::Block),
        ];
        let listed = lists
            .into_iter()
            .flat_map(|(names, class)| names.iter().map(move |name| (name.as_str(), class)));
        let classes = language.chain(listed).map(|(name, class)| (name.as_bytes().into(), class));
        Self { classes: classes.collect() }
    }
}
