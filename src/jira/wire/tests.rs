//! Recorded answers of real servers, read whole, and odd ones, read as far as they go.

mod recorded;
mod screens;
mod shapes;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::domain::json::{Json, Object};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/jira")
}

/// The JSON documents of a file: one, or one a line.
fn documents(path: &Path) -> Vec<Value> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    if name.contains(".ndjson") {
        let lines = text.split('\n').filter(|line| !line.is_empty());
        return lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    }
    vec![serde_json::from_str(&text).unwrap()]
}

fn document(path: &str) -> Value {
    documents(&data().join(path)).remove(0)
}

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(truth),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::String(text.into()),
            Value::Array(list) => Self::Array(list.into_iter().map(Self::from).collect()),
            Value::Object(_) => Self::Object(object(value)),
        }
    }
}

fn object(value: Value) -> Object<'static> {
    let mut object = Object::default();
    let Value::Object(map) = value else { return object };
    for (name, value) in map {
        object.push(name, value.into());
    }
    object
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}
