//! What the texts of the sandbox's wire look like, for its OpenAPI document. A schema can say less
//! than the rules: what it lets through may still be refused.

use super::sandbox::MemberStatus;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        AllOfBuilder, KnownFormat, ObjectBuilder, OneOfBuilder, Ref, RefOr,
        schema::{AdditionalProperties, Schema, SchemaFormat, SchemaType, Type},
    },
};

/// Declares a kind of text: what it is, an example, and its form.
macro_rules! texts {
    ($($name:ident($described:literal, $example:literal) $(.$form:ident($value:expr))*;)+) => {$(
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($described))
                    .examples([$example])
                    $(.$form(Some($value)))*
                    .into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

/// Nothing that is invisible or reorders the rest.
const PRINTABLE: &str =
    r"^[^\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+$";

texts! {
    WorkspaceId("Lower-case letters, digits and hyphens.", "acme")
        .pattern("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$");
    ProgramId("Given by the sandbox.", "p2").pattern("^p[1-9][0-9]*$");
    MemberId("Given by the sandbox.", "m3").pattern("^m[1-9][0-9]*$");
    PersonName("As it shows in mails and lists.", "Lin Wei")
        .max_length(100).pattern(PRINTABLE);
    ProgramName("3 to 30 wide, where a Chinese character is 2 wide.", "幸福咖啡")
        .min_length(2).max_length(30).pattern(PRINTABLE);
    Tagline("10 to 30 characters.", "每天一杯好咖啡，幸福每一天").min_length(5).max_length(30);
    Description("20 to 200 characters.", "Coffee from around the corner, ordered on your way.")
        .min_length(10).max_length(200);
    Industry("Chosen from the platform's list.", "餐饮/咖啡").min_length(1);
    Phone("A landline, XXXX-XXXXXXX.", "0571-8888888").pattern("^[0-9]{4}-[0-9]{7}$");
    EmailAddress("Compared without regard to case.", "lin@example.com")
        .format(SchemaFormat::KnownFormat(KnownFormat::Email));
    LanguageTag("RFC 5646, in canonical case.", "zh-CN")
        .pattern("^([a-z]{2,8}|[ix])(-[A-Za-z0-9]{1,8})*$");
    ReleaseTarget("Where a mini program is released to.", "alipay-cn").enum_values(["alipay-cn"]);
    LogoDigest(
        "SHA-256 of an uploaded logo.",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    ).pattern("^[0-9a-f]{64}$");
    Time("RFC 3339, in UTC.", "2026-11-23T08:00:00Z")
        .format(SchemaFormat::KnownFormat(KnownFormat::DateTime));
    TimeSpan("A length of time.", "PT72H");
    MishapText("What goes wrong, with which requests, and how often.", "lost-answer:after=3:times=2")
        .pattern("^[a-z]+(-[a-z]+)*(=[^:,]+)?([:,][a-z]+(-[a-z]+)*(=[^:,]+)?)*$");
}

pub(super) fn language_edits() -> Schema {
    let null = ObjectBuilder::new().schema_type(Type::Null);
    let edit = OneOfBuilder::new().item(Ref::from_schema_name("Translation")).item(null);
    let edit = RefOr::T(Schema::OneOf(edit.build()));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("`null` drops a language."))
        .property_names(Some(AllOfBuilder::new().item(Ref::from_schema_name("LanguageTag"))))
        .additional_properties(Some(AdditionalProperties::RefOr(edit)))
        .into()
}

/// An image's bytes.
pub(crate) enum Bytes {}

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        // OpenAPI 3.1 describes bytes by saying nothing but their media type.
        ObjectBuilder::new().schema_type(SchemaType::AnyValue).into()
    }
}

impl ToSchema for Bytes {}

impl PartialSchema for MemberStatus {
    fn schema() -> RefOr<Schema> {
        let words = ["invited", "expired", "refused", "withdrawn", "active", "blocked", "left"];
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

impl ToSchema for MemberStatus {}
