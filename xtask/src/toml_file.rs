//! TOML files as JSON values, so that one way of reading them serves all tasks.

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;
use toml::de::{DeTable, DeValue};

/// Parses a TOML text.
pub(crate) fn parse(text: &str) -> Result<Value> {
    let table = DeTable::parse(text).map_err(|error| anyhow!("{error}"))?;
    Ok(object(table.get_ref()))
}

/// The string at `key`.
pub(crate) fn string(table: &Value, key: &str) -> Result<String> {
    let text = table[key].as_str();
    text.map(str::to_owned).with_context(|| format!("`{key}` is missing or not a string"))
}

/// The strings at `key`.
pub(crate) fn strings(table: &Value, key: &str) -> Vec<String> {
    elements(table, key).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The elements of the array at `key`; none if there is no such array.
pub(crate) fn elements<'a>(table: &'a Value, key: &str) -> &'a [Value] {
    table[key].as_array().map_or(&[], Vec::as_slice)
}

fn object(table: &DeTable<'_>) -> Value {
    table
        .iter()
        .map(|(key, element)| (key.get_ref().to_string(), value(element.get_ref())))
        .collect()
}

fn value(element: &DeValue<'_>) -> Value {
    match element {
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Array(array) => array.iter().map(|item| value(item.get_ref())).collect(),
        DeValue::Table(table) => object(table),
        other => other.as_str().map_or(Value::Null, |text| Value::String(text.to_owned())),
    }
}
