//! An ownership model with its glue, as one word: `region-refs+auto-delete+auto-unparent`.

use crate::arguments::{Assumption, Model};
use clap::ValueEnum;
use devmodel_analyzer::lifecycle::{Glue, ModelFacts, OwnershipModel};

/// A model and a glue, as the user names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Combination {
    /// The model; `None` for the one in force.
    model: Option<OwnershipModel>,
    /// The glue, besides what is in force if the model is.
    glue: Glue,
}

/// Two of them, to be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// What is compared with.
    pub(crate) from: Combination,
    /// What is compared.
    pub(crate) to: Combination,
}

impl Pair {
    /// Reads `A..B`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (from, to) =
            text.split_once("..").ok_or_else(|| format!("no `..` in it; {}", form()))?;
        Ok(Self { from: Combination::parse(from)?, to: Combination::parse(to)? })
    }
}

impl Combination {
    fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.split('+').map(str::trim);
        let model = words.next().unwrap_or_default();
        let unknown = |word: &str| format!("`{word}` is none of the words; {}", form());
        let model = Model::from_str(model, false).map_err(|_| unknown(model))?;
        let mut glue = Glue::default();
        for word in words {
            match Assumption::from_str(word, false).map_err(|_| unknown(word))? {
                Assumption::AutoDelete => glue.auto_delete = true,
                Assumption::AutoUnparent => glue.auto_unparent = true,
            }
        }
        Ok(Self { model: model.into(), glue })
    }

    /// Which model and glue it is in a tree with these of its own.
    pub(crate) fn of(self, facts: &ModelFacts) -> (OwnershipModel, Glue) {
        let Self { model, glue } = self;
        match model {
            Some(model) => (model, glue),
            None => (
                facts.model,
                Glue {
                    auto_delete: glue.auto_delete || facts.glue.auto_delete,
                    auto_unparent: glue.auto_unparent || facts.glue.auto_unparent,
                },
            ),
        }
    }
}

/// The form, with every word that may stand in it.
fn form() -> String {
    fn list<T: ValueEnum>() -> String {
        let words = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        words.map(|word| word.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    }
    format!(
        "it is MODEL[+GLUE]..MODEL[+GLUE], where MODEL is one of {} and GLUE one of {}",
        list::<Model>(),
        list::<Assumption>()
    )
}

/// A model and glue as one word.
pub(crate) fn word(model: OwnershipModel, glue: Glue) -> String {
    let words: Vec<&str> = std::iter::once(model.as_str()).chain(glue.words()).collect();
    words.join("+")
}

#[cfg(test)]
mod tests {
    use super::{Pair, word};
    use devmodel_analyzer::lifecycle::{Glue, ModelFacts, OwnershipModel};

    #[test]
    fn pairs() {
        let facts = ModelFacts {
            model: OwnershipModel::OwnerRefs,
            model_evidence: Vec::new(),
            glue: Glue { auto_delete: true, auto_unparent: false },
            assumed: Glue::default(),
            stated: false,
        };
        let read = |text: &str| {
            let Pair { from, to } = Pair::parse(text).unwrap();
            [from, to].map(|one| {
                let (model, glue) = one.of(&facts);
                word(model, glue)
            })
        };
        assert_eq!(read("owner-refs..framework"), ["owner-refs", "framework"]);
        let both = "region-refs+auto-delete+auto-unparent";
        let turned = "region-refs+auto-unparent+auto-delete";
        assert_eq!(read(&format!("auto..{turned}")), ["owner-refs+auto-delete", both]);
        assert_eq!(
            read("auto+auto-unparent..owner-refs"),
            ["owner-refs+auto-delete+auto-unparent", "owner-refs"]
        );
    }

    #[test]
    fn what_is_no_pair() {
        for text in ["", "owner-refs", "owner-refs..", "..", "a..b", "owner-refs+x..auto"] {
            let error = Pair::parse(text).unwrap_err();
            assert!(error.contains("same-owner-unreferenced"), "{text}: {error}");
            assert!(error.contains("auto-unparent"), "{text}: {error}");
        }
    }
}
