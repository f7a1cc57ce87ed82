//! What the derive knows about one type.

use crate::attr::{FieldWords, TypeWords};
use crate::problems::Problems;
use syn::{Data, DeriveInput, Field, Fields, Generics, Ident, LitStr, Path, parse_quote};

/// One type with `#[derive(Device)]`.
pub(crate) struct Device {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// Where the `devmodel` crate is to be found.
    pub(crate) krate: Path,
    /// The name of the device type; the name of the Rust type if none was given.
    pub(crate) name: Option<LitStr>,
    /// The fields marked as regions, in their order.
    pub(crate) regions: Vec<Ident>,
}

impl Device {
    pub(crate) fn read(input: &DeriveInput, problems: &mut Problems) -> Self {
        let words = TypeWords::read(&input.attrs, problems);
        Self {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            krate: words.krate.unwrap_or_else(|| parse_quote!(::devmodel)),
            name: words.name,
            regions: regions(input, problems),
        }
    }
}

fn regions(input: &DeriveInput, problems: &mut Problems) -> Vec<Ident> {
    fields(input, problems)
        .into_iter()
        .filter(|field| FieldWords::read(&field.attrs, problems).region)
        .filter_map(|field| field.ident.clone())
        .collect()
}

fn fields<'a>(input: &'a DeriveInput, problems: &mut Problems) -> Vec<&'a Field> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => fields.named.iter().collect(),
            Fields::Unit => Vec::new(),
            Fields::Unnamed(_) => refuse(input, problems, "a device needs fields with names"),
        },
        Data::Enum(_) | Data::Union(_) => refuse(input, problems, "a device is a struct"),
    }
}

fn refuse<'a>(input: &DeriveInput, problems: &mut Problems, why: &str) -> Vec<&'a Field> {
    problems.at(&input.ident, why);
    Vec::new()
}
