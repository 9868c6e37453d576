//! From the tree to the document types, through serde.
//!
//! Stricter than serde asks for: no list stands for a struct, no mapping for a unit variant, and
//! an optional value that is there must have a value. So what this refuses is exactly what the
//! schema refuses; which mistakes those are, [`shape`](super::shape) says.

use super::{
    document,
    yaml::{Key, Kind, Node},
};
use crate::diagnostic::Span;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _,
    MapAccess, SeqAccess, VariantAccess, Visitor, value::StrDeserializer,
};
use std::fmt;

/// The value that the tree holds.
pub(super) fn decoded<T: DeserializeOwned>(node: &Node<'_>) -> Result<T, Mismatch> {
    T::deserialize(Decoder { node, without: None })
}

/// That the tree does not hold the value; where and why, the schema tells better.
#[derive(Debug)]
pub(super) struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("does not fit")
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
}

#[derive(Clone, Copy)]
struct Decoder<'n, 't> {
    node: &'n Node<'t>,
    /// A key that was read already: the tag of an enum.
    without: Option<&'static str>,
}

impl<'de> Deserializer<'de> for Decoder<'_, '_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match &self.node.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(it) => visitor.visit_bool(*it),
            Kind::Integer(it) => visitor.visit_i64(*it),
            Kind::Float(it) => visitor.visit_f64(*it),
            Kind::Text(it) => visitor.visit_str(it),
            Kind::List(_) => self.deserialize_seq(visitor),
            Kind::Mapping(_) => self.deserialize_map(visitor),
            Kind::Broken => Err(Mismatch),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Kind::List(items) = &self.node.kind else { return Err(Mismatch) };
        visitor.visit_seq(Items(items.iter()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Kind::Mapping(entries) = &self.node.kind else { return Err(Mismatch) };
        visitor.visit_map(Entries { rest: entries.iter(), value: None, without: self.without })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if name == document::SPANNED {
            visitor.visit_seq(Parts::new(self.node.span, self))
        } else {
            self.deserialize_seq(visitor)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let variant = match (name.strip_prefix(document::TAGGED), &self.node.kind) {
            (Some(tag), Kind::Mapping(_)) => {
                let (_, value) = self.node.entry(tag).ok_or(Mismatch)?;
                let name = value.text().ok_or(Mismatch)?;
                Variant { name, content: Some(Self { without: Some(tag), ..self }) }
            }
            (None, Kind::Text(name)) => Variant { name, content: None },
            (None, Kind::Mapping(entries)) => {
                let [(key, value)] = entries.as_slice() else { return Err(Mismatch) };
                Variant { name: &key.text, content: Some(Self { node: value, without: None }) }
            }
            _ => return Err(Mismatch),
        };
        visitor.visit_enum(variant)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct tuple identifier ignored_any
    }
}

struct Items<'n, 't>(std::slice::Iter<'n, Node<'t>>);

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mismatch> {
        let next = self.0.next();
        next.map(|node| seed.deserialize(Decoder { node, without: None })).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'n, 't> {
    rest: std::slice::Iter<'n, (Key<'t>, Node<'t>)>,
    value: Option<&'n Node<'t>>,
    without: Option<&'static str>,
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Mismatch;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mismatch> {
        let without = self.without;
        let next = self.rest.find(|(key, _)| without.is_none_or(|without| key.text != without));
        let Some((key, value)) = next else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(KeyDecoder(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Mismatch> {
        let node = self.value.take().expect("serde asks for a key before its value");
        seed.deserialize(Decoder { node, without: None })
    }
}

#[derive(Clone, Copy)]
struct KeyDecoder<'n, 't>(&'n Key<'t>);

impl<'de> Deserializer<'de> for KeyDecoder<'_, '_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_str(&self.0.text)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_seq(Parts::new(self.0.span, self))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple map struct enum identifier ignored_any
    }
}

/// What [`document::Spanned`] asks for: source, start, end, value.
struct Parts<D> {
    place: std::array::IntoIter<u32, 3>,
    value: Option<D>,
}

impl<D> Parts<D> {
    fn new(span: Span, value: D) -> Self {
        let place = [span.source.0, span.start, span.end].into_iter();
        Self { place, value: Some(value) }
    }
}

impl<'de, D: Deserializer<'de, Error = Mismatch>> SeqAccess<'de> for Parts<D> {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mismatch> {
        if let Some(part) = self.place.next() {
            return seed.deserialize(part.into_deserializer()).map(Some);
        }
        self.value.take().map(|value| seed.deserialize(value)).transpose()
    }
}

struct Variant<'n, 't> {
    name: &'n str,
    content: Option<Decoder<'n, 't>>,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Mismatch;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Mismatch> {
        let name: StrDeserializer<'_, Mismatch> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        if self.content.is_none() { Ok(()) } else { Err(Mismatch) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Mismatch> {
        seed.deserialize(self.content.ok_or(Mismatch)?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Mismatch> {
        Err(Mismatch)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Mismatch> {
        Err(Mismatch)
    }
}
