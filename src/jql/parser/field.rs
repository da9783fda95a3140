//! Fields: by name, by number, with entity properties.

use super::{Kind, Parsed, Parser};
use crate::jql::ast::{FieldRef, Property};
use crate::jql::error::Expected;
use crate::jql::words::Keyword;

impl Parser<'_> {
    pub(super) fn field(&mut self) -> Parsed<FieldRef> {
        if self.at_keyword(Keyword::Cf) {
            return self.custom_field();
        }
        let Some(word) = self.take_word() else {
            return self.expecting(Expected::Field);
        };
        let properties = if word.number { Vec::new() } else { self.properties()? };
        let span = word.span.to(self.last_span());
        Ok(FieldRef {
            name: word.value,
            text: word.text,
            custom: None,
            number: word.number,
            properties,
            span,
        })
    }

    fn custom_field(&mut self) -> Parsed<FieldRef> {
        let start = self.span();
        self.advance();
        if *self.kind() != Kind::OpenBracket {
            return self.expecting(Expected::CustomFieldId);
        }
        self.advance();
        let id = match self.take_word() {
            Some(word) if word.number && !word.text.starts_with('-') => word.text,
            Some(_) => {
                self.at -= 1;
                return self.expecting(Expected::CustomFieldId);
            }
            None => return self.expecting(Expected::CustomFieldId),
        };
        self.close_bracket()?;
        let properties = self.properties()?;
        let span = start.to(self.last_span());
        let text = self.source[span.range()].to_owned();
        Ok(FieldRef {
            name: format!("cf[{id}]"),
            text,
            custom: Some(id),
            number: false,
            properties,
            span,
        })
    }

    fn properties(&mut self) -> Parsed<Vec<Property>> {
        let mut properties = Vec::new();
        while *self.kind() == Kind::OpenBracket {
            self.advance();
            let Some(key) = self.take_word() else {
                return self.expecting(Expected::PropertyId);
            };
            self.close_bracket()?;
            let path = std::iter::from_fn(|| self.take_word()).collect();
            properties.push(Property { key, path });
        }
        Ok(properties)
    }

    fn close_bracket(&mut self) -> Parsed<()> {
        if *self.kind() != Kind::CloseBracket {
            return self.expecting_tokens(vec!["]"]);
        }
        self.advance();
        Ok(())
    }
}
