//! What attributes say, word by word, as the table has it.

use crate::problems::Problems;
use crate::words::{self, Place, Takes, Word};
use proc_macro2::TokenTree;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{
    Attribute, Error, Expr, ExprPath, Ident, LitInt, LitStr, Meta, Path, Result, Token, Type,
    parenthesized, parse_quote, token,
};

/// The words of one place.
#[derive(Default)]
pub(crate) struct Words(Vec<Said>);

/// A word as it was said.
pub(crate) struct Said {
    word: &'static Word,
    /// The word itself, for messages.
    pub(crate) at: Ident,
    pub(crate) value: Value,
}

/// What followed a word.
pub(crate) enum Value {
    Nothing,
    Text(LitStr),
    Expr(Box<Expr>),
    Module(Path),
    Type(Box<Type>),
    Hook(ExprPath),
    Field(Ident),
    Numbers(Vec<(Ident, Expr)>),
    Sizes(Sizes),
    Words(Words),
    /// Something else; that has been reported.
    Wrong,
}

/// Access sizes as the attribute says them; 0 for what it doesn't say.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sizes {
    pub(crate) min: u8,
    pub(crate) max: u8,
    pub(crate) unaligned: bool,
}

impl Words {
    /// The words of an attribute: none if it is bare.
    pub(crate) fn read(attribute: &Attribute, place: Place, problems: &mut Problems) -> Self {
        let mut words = Self::default();
        words.add(attribute, place, problems);
        words
    }

    /// Adds the words of another attribute of the same place.
    pub(crate) fn add(&mut self, attribute: &Attribute, place: Place, problems: &mut Problems) {
        let parse = |input: ParseStream<'_>| {
            self.parse(input, place, problems);
            Ok(())
        };
        let parsed = match &attribute.meta {
            Meta::Path(_) => Ok(()),
            Meta::List(list) => parse.parse2(list.tokens.clone()),
            Meta::NameValue(pair) => {
                Err(Error::new_spanned(pair, format!("say `#[{}(..)]`", place.attribute())))
            }
        };
        problems.take(parsed);
    }

    /// Reads words up to the end of the input. What is wrong is reported, and the next word read.
    pub(crate) fn parse(&mut self, input: ParseStream<'_>, place: Place, problems: &mut Problems) {
        while !input.is_empty() {
            let said = Said::parse(input, place, problems);
            if let Some(said) = problems.take(said) {
                self.push(said, problems);
            }
            skip(input);
            let _ = input.parse::<Option<Token![,]>>();
        }
    }

    fn push(&mut self, said: Said, problems: &mut Problems) {
        if self.get(said.word.word).is_some() {
            problems.at(&said.at, "said twice");
        } else {
            self.0.push(said);
        }
    }

    pub(crate) fn get(&self, word: &str) -> Option<&Said> {
        self.0.iter().find(|said| said.word.word == word)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Said> {
        self.0.iter()
    }

    pub(crate) fn text(&self, word: &str) -> Option<LitStr> {
        match &self.get(word)?.value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    pub(crate) fn expr(&self, word: &str) -> Option<Expr> {
        match &self.get(word)?.value {
            Value::Expr(expr) => Some(expr.as_ref().clone()),
            _ => None,
        }
    }

    pub(crate) fn module(&self, word: &str) -> Option<Path> {
        match &self.get(word)?.value {
            Value::Module(path) => Some(path.clone()),
            _ => None,
        }
    }

    pub(crate) fn a_type(&self, word: &str) -> Option<Type> {
        match &self.get(word)?.value {
            Value::Type(ty) => Some(ty.as_ref().clone()),
            _ => None,
        }
    }

    pub(crate) fn hook(&self, word: &str) -> Option<ExprPath> {
        match &self.get(word)?.value {
            Value::Hook(path) => Some(path.clone()),
            _ => None,
        }
    }

    pub(crate) fn field(&self, word: &str) -> Option<Ident> {
        match &self.get(word)?.value {
            Value::Field(field) => Some(field.clone()),
            _ => None,
        }
    }

    pub(crate) fn numbers(&self, word: &str) -> &[(Ident, Expr)] {
        match self.get(word).map(|said| &said.value) {
            Some(Value::Numbers(numbers)) => numbers,
            _ => &[],
        }
    }

    pub(crate) fn sizes(&self, word: &str) -> Option<Sizes> {
        match &self.get(word)?.value {
            Value::Sizes(sizes) => Some(*sizes),
            _ => None,
        }
    }

    pub(crate) fn words(&self, word: &str) -> Option<&Self> {
        match &self.get(word)?.value {
            Value::Words(words) => Some(words),
            _ => None,
        }
    }
}

impl Said {
    /// The name of the word.
    pub(crate) fn word(&self) -> &'static str {
        self.word.word
    }

    fn parse(input: ParseStream<'_>, place: Place, problems: &mut Problems) -> Result<Self> {
        let at = input.call(Ident::parse_any)?;
        let word = words::find(&at.to_string(), place).map_err(|why| Error::new(at.span(), why))?;
        let value = Value::parse(input, &at, word, problems).and_then(|value| {
            if input.is_empty() || input.peek(Token![,]) {
                return Ok(value);
            }
            Err(match word.takes {
                Takes::Nothing => Error::new(at.span(), format!("`{at}` takes nothing")),
                _ => input.error("expected `,`"),
            })
        });
        let value = problems.take(value).unwrap_or(Value::Wrong);
        Ok(Self { word, at, value })
    }
}

impl Value {
    fn parse(
        input: ParseStream<'_>,
        at: &Ident,
        word: &Word,
        problems: &mut Problems,
    ) -> Result<Self> {
        match word.takes {
            Takes::Nothing => return Ok(Self::Nothing),
            Takes::Flag if !input.peek(Token![=]) => return Ok(Self::Expr(parse_quote!(true))),
            Takes::Numbers => return whole(&in_parentheses(input, at)?, numbers),
            Takes::Sizes => {
                return whole(&in_parentheses(input, at)?, |input| sizes(input, problems));
            }
            Takes::Words(place) => {
                let mut words = Words::default();
                words.parse(&in_parentheses(input, at)?, place, problems);
                return Ok(Self::Words(words));
            }
            _ => {}
        }
        if !input.peek(Token![=]) {
            return Err(Error::new(at.span(), format!("say `{at} = ..`")));
        }
        input.parse::<Token![=]>()?;
        assigned(input, word.takes)
    }
}

fn assigned(input: ParseStream<'_>, takes: Takes) -> Result<Value> {
    Ok(match takes {
        Takes::Text => Value::Text(input.parse()?),
        Takes::OneOf(texts) => Value::Text(one_of(input.parse()?, texts)?),
        Takes::Module => Value::Module(input.call(Path::parse_mod_style)?),
        Takes::Type => Value::Type(input.parse()?),
        Takes::Hook => Value::Hook(input.parse().map_err(|error| {
            Error::new(error.span(), "expected the name of a function, or a path to one")
        })?),
        Takes::Field => Value::Field(input.call(Ident::parse_any)?),
        _ => Value::Expr(input.parse()?),
    })
}

fn one_of(text: LitStr, texts: &[&str]) -> Result<LitStr> {
    if texts.contains(&text.value().as_str()) {
        return Ok(text);
    }
    let texts: Vec<String> = texts.iter().map(|text| format!("`\"{text}\"`")).collect();
    Err(Error::new(text.span(), format!("expected {}", words::listed(&texts, "or"))))
}

fn in_parentheses<'a>(input: ParseStream<'a>, at: &Ident) -> Result<syn::parse::ParseBuffer<'a>> {
    if !input.peek(token::Paren) {
        return Err(Error::new(at.span(), format!("say `{at}(..)`")));
    }
    let content;
    parenthesized!(content in input);
    Ok(content)
}

/// Parses all of a group. After a mistake the rest is passed over, so that it is no mistake too.
fn whole(
    group: ParseStream<'_>,
    parse: impl FnOnce(ParseStream<'_>) -> Result<Value>,
) -> Result<Value> {
    let value = parse(group);
    while value.is_err() && !group.is_empty() {
        group.parse::<TokenTree>()?;
    }
    value
}

fn numbers(input: ParseStream<'_>) -> Result<Value> {
    let numbers = input.parse_terminated(
        |input| {
            let word = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            Ok((word, input.parse()?))
        },
        Token![,],
    )?;
    Ok(Value::Numbers(numbers.into_iter().collect()))
}

/// `MIN..=MAX` or `N`, and `unaligned`, in any order.
fn sizes(input: ParseStream<'_>, problems: &mut Problems) -> Result<Value> {
    let mut sizes = Sizes::default();
    while !input.is_empty() {
        if input.peek(LitInt) {
            range(input, &mut sizes, problems)?;
        } else {
            unaligned(input)?;
            sizes.unaligned = true;
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(Value::Sizes(sizes))
}

fn range(input: ParseStream<'_>, sizes: &mut Sizes, problems: &mut Problems) -> Result<()> {
    let first: LitInt = input.parse()?;
    sizes.min = size(&first, problems);
    sizes.max = sizes.min;
    if input.parse::<Option<Token![..=]>>()?.is_none() {
        return Ok(());
    }
    let last: LitInt = input.parse()?;
    sizes.max = size(&last, problems);
    if sizes.max != 0 && sizes.min > sizes.max {
        problems.at(&first, format!("the smallest access, {first}, is larger than the largest"));
    }
    Ok(())
}

fn size(literal: &LitInt, problems: &mut Problems) -> u8 {
    match literal.base10_parse() {
        Ok(size @ (1 | 2 | 4 | 8)) => size,
        _ => {
            problems.at(literal, "an access has 1, 2, 4 or 8 bytes");
            0
        }
    }
}

fn unaligned(input: ParseStream<'_>) -> Result<()> {
    let span = input.span();
    match input.call(Ident::parse_any) {
        Ok(word) if word == "unaligned" => Ok(()),
        _ => Err(Error::new(span, "expected `MIN..=MAX`, `N` or `unaligned`")),
    }
}

/// Passes over the rest of a word that was wrong.
fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}
