//! Properties: typed, ranged, and settable only before realize.

/// The value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A number, of whatever width and sign the property has.
    Number(i128),
    /// Text.
    Text(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => write!(f, "{value:?}"),
        }
    }
}

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// [`Value::Bool`].
    Bool,
    /// [`Value::Number`].
    Number,
    /// [`Value::Text`].
    Text,
}

/// What is known of a property without an instance.
#[derive(Debug)]
pub struct PropertyMeta {
    /// The name by which it is set.
    pub name: &'static str,
    /// The type of its values.
    pub kind: ValueKind,
    /// What it is if nobody sets it.
    pub default: DefaultValue,
    /// The smallest number allowed: that of the attribute, or of the field's type.
    pub min: i128,
    /// The largest number allowed: that of the attribute, or of the field's type.
    pub max: i128,
}

/// A default, in a form that constants can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(i128),
    /// Text.
    Text(&'static str),
}

/// Why a property could not be set, or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PropertyError {
    /// The device type has no property of this name.
    #[error("`{device}` has no property `{name}`")]
    Unknown {
        /// The device type.
        device: &'static str,
        /// The name that was asked for.
        name: String,
    },
    /// The value is of another type.
    #[error("property `{name}` takes a {expected:?}")]
    Type {
        /// The property.
        name: &'static str,
        /// What it takes.
        expected: ValueKind,
    },
    /// The value is out of range.
    #[error("property `{name}` takes {min} to {max}, not {value}")]
    Range {
        /// The property.
        name: &'static str,
        /// What was given.
        value: i128,
        /// The smallest value allowed.
        min: i128,
        /// The largest value allowed.
        max: i128,
    },
    /// The device is realized: its properties are frozen.
    #[error("property `{name}` can't be set after realize")]
    AfterRealize {
        /// The property.
        name: &'static str,
    },
}

/// A type that a field with `#[property]` can have: `bool`, the integers and `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a property",
    label = "a property is a `bool`, an integer or a `String`"
)]
pub trait PropertyType: Sized {
    /// The type of its values.
    const KIND: ValueKind;
    /// The smallest number that fits.
    const MIN: i128;
    /// The largest number that fits.
    const MAX: i128;
    /// What it is if nobody says: `false`, 0, empty.
    const ZERO: DefaultValue;

    /// The value as this type, if it is one of it.
    fn from_value(value: &Value) -> Option<Self>;

    /// This as a value.
    fn to_value(&self) -> Value;
}

impl PropertyMeta {
    /// Checks the type and range of a value.
    ///
    /// # Errors
    ///
    /// [`PropertyError::Type`] and [`PropertyError::Range`].
    pub fn check(&self, value: &Value) -> Result<(), PropertyError> {
        match value {
            Value::Number(number) if self.kind == ValueKind::Number => self.check_range(*number),
            Value::Bool(_) if self.kind == ValueKind::Bool => Ok(()),
            Value::Text(_) if self.kind == ValueKind::Text => Ok(()),
            _ => Err(PropertyError::Type { name: self.name, expected: self.kind }),
        }
    }

    fn check_range(&self, value: i128) -> Result<(), PropertyError> {
        let Self { name, min, max, .. } = *self;
        if (min..=max).contains(&value) {
            return Ok(());
        }
        Err(PropertyError::Range { name, value, min, max })
    }
}

impl DefaultValue {
    /// The default as a value.
    pub fn to_value(self) -> Value {
        match self {
            Self::Bool(value) => Value::Bool(value),
            Self::Number(value) => Value::Number(value),
            Self::Text(value) => Value::Text(value.to_owned()),
        }
    }

    /// The default as the type of its field.
    #[doc(hidden)]
    pub fn get<T: PropertyType>(self) -> Option<T> {
        T::from_value(&self.to_value())
    }
}

macro_rules! number {
    ($($type:ty)*) => {$(
        impl PropertyType for $type {
            const KIND: ValueKind = ValueKind::Number;
            const MIN: i128 = <$type>::MIN as i128;
            const MAX: i128 = <$type>::MAX as i128;
            const ZERO: DefaultValue = DefaultValue::Number(0);

            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::Number(number) => (*number).try_into().ok(),
                    Value::Bool(_) | Value::Text(_) => None,
                }
            }

            fn to_value(&self) -> Value {
                Value::Number(*self as i128)
            }
        }

        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                value.to_value()
            }
        }
    )*};
}

number! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

impl PropertyType for bool {
    const KIND: ValueKind = ValueKind::Bool;
    const MIN: i128 = 0;
    const MAX: i128 = 1;
    const ZERO: DefaultValue = DefaultValue::Bool(false);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            Value::Number(_) | Value::Text(_) => None,
        }
    }

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl PropertyType for String {
    const KIND: ValueKind = ValueKind::Text;
    const MIN: i128 = 0;
    const MAX: i128 = 0;
    const ZERO: DefaultValue = DefaultValue::Text("");

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(value) => Some(value.clone()),
            Value::Bool(_) | Value::Number(_) => None,
        }
    }

    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
