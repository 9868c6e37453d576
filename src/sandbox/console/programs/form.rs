//! Creating a mini program: the owner's basic information, or every field, as a master must.

use crate::{
    platform::sandbox::{Listing, NewProgram, Role},
    sandbox::{
        console::{
            App,
            act::{act, keep_logo},
            form::{Fields, Filled, Signed},
            frame::{Frame, Tab, look},
            input::{Input, Kind},
            language::OFFERED,
            page::{Page, go_to, ok},
            problems::{Problems, status},
            trouble::Trouble,
        },
        server::Sandbox,
        store::Fault,
        world::Act,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use std::collections::{BTreeMap, BTreeSet};

/// "Set basic information" (quickstart, step 1).
#[derive(Debug)]
pub(in crate::sandbox::console) struct BasicForm {
    pub(in crate::sandbox::console) languages: Vec<Offer>,
    pub(in crate::sandbox::console) name: Input,
    pub(in crate::sandbox::console) is_released: bool,
    pub(in crate::sandbox::console) problems: Problems,
}

#[derive(Debug)]
pub(in crate::sandbox::console) struct Offer {
    pub(in crate::sandbox::console) tag: &'static str,
    pub(in crate::sandbox::console) name: &'static str,
    pub(in crate::sandbox::console) is_chosen: bool,
}

#[derive(Template)]
#[template(path = "program_form.html")]
struct WholeForm {
    frame: Frame,
    basic: BasicForm,
    inputs: Vec<Input>,
    /// One that was kept from the last try.
    logo: Option<String>,
}

const MASTERS_LANGUAGE: &str = "zh-CN";

pub(in crate::sandbox::console) fn basic() -> BasicForm {
    basic_form(&Fields::default(), Problems::default())
}

fn basic_form(fields: &Fields, problems: Problems) -> BasicForm {
    let chosen = fields.text("language");
    let languages = OFFERED.iter().enumerate().map(|(n, (tag, name))| {
        let is_chosen = if chosen.is_empty() { n == 0 } else { chosen == *tag };
        Offer { tag, name, is_chosen }
    });
    let hint = "Between 3 and 30 characters. One Chinese character counts as two characters, and \
                one letter or number counts as one character.";
    let name = Input::line("name", "Mini Program Name", hint);
    BasicForm {
        languages: languages.collect(),
        name: name.filled(fields.text("name"), &problems, "/name"),
        // As the quickstart has it, unless somebody took the tick away.
        is_released: fields.text("seal").is_empty() || !fields.text("release").is_empty(),
        problems,
    }
}

fn basic_program(fields: &Fields) -> NewProgram {
    let release = (!fields.text("release").is_empty()).then(|| "alipay-cn".to_owned());
    NewProgram {
        name: fields.text("name").to_owned(),
        release_to: BTreeSet::from_iter(release),
        default_language: fields.text("language").to_owned(),
        listing: None,
        languages: BTreeMap::new(),
    }
}

/// Done, or the form again with what is wrong at its fields.
pub(in crate::sandbox::console) async fn create_basic(
    sandbox: &Sandbox,
    workspace: &str,
    filled: &Filled,
) -> Result<Result<(), (StatusCode, Frame, BasicForm)>, Trouble> {
    let new = basic_program(&filled.fields);
    match act(sandbox, filled, (workspace, Act::CreateProgram(new))).await {
        Ok(_) => Ok(Ok(())),
        Err(Fault::Refused(refusal)) => {
            let (frame, _) = manager(sandbox, &filled.who, workspace).await?;
            let form = basic_form(&filled.fields, Problems::of(&refusal));
            Ok(Err((status(&refusal), frame, form)))
        }
        Err(fault) => Err(fault.into()),
    }
}

pub(in crate::sandbox::console) async fn new(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
) -> Result<Response, Trouble> {
    let (frame, _) = manager(&sandbox, &who, &workspace).await?;
    Ok(ok(whole_form(frame, &Fields::default(), (Problems::default(), None))))
}

pub(in crate::sandbox::console) async fn create(
    State(sandbox): App,
    Path(workspace): Path<String>,
    filled: Filled,
) -> Result<Response, Trouble> {
    let fields = &filled.fields;
    let (frame, role) = manager(&sandbox, &filled.who, &workspace).await?;
    let (logo, of_logo) = match keep_logo(&sandbox, &filled, &workspace).await {
        Ok(logo) => (logo.map(|digest| digest.to_string()), Problems::default()),
        Err(Fault::Refused(refusal)) => (None, Problems::of(&refusal).moved_to(LOGO)),
        Err(fault) => return Err(fault.into()),
    };
    let before = Some(fields.text("logo")).filter(|digest| !digest.is_empty());
    let logo = logo.or_else(|| before.filter(|_| of_logo.is_empty()).map(str::to_owned));
    let mut new = basic_program(fields);
    if role != Role::Owner {
        MASTERS_LANGUAGE.clone_into(&mut new.default_language);
    }
    new.listing = Some(listing(fields, logo.clone().unwrap_or_default()));
    match act(&sandbox, &filled, (&workspace, Act::CreateProgram(new))).await {
        Ok(_) => Ok(go_to(&format!("/console/{workspace}/programs?done=created"))),
        Err(Fault::Refused(refusal)) => {
            let problems = Problems::of(&refusal);
            let problems = match (&logo, of_logo.is_empty()) {
                (Some(_), _) => problems,
                (None, true) => problems.without(LOGO).and(Problems::one(LOGO, "Choose a logo.")),
                (None, false) => problems.without(LOGO).and(of_logo),
            };
            let page = whole_form(frame, fields, (problems, logo));
            Ok(Page(status(&refusal), page).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// As the rules name the logo.
const LOGO: &str = "/listing/logo";

fn listing(fields: &Fields, logo: String) -> Listing {
    let text = |name| fields.text(name).to_owned();
    Listing {
        tagline: text("tagline"),
        // What a browser calls a new line, a manifest does not.
        description: text("description").replace("\r\n", "\n"),
        logo,
        industry: text("industry"),
        phone: text("phone"),
        email: text("email"),
    }
}

fn whole_form(
    frame: Frame,
    fields: &Fields,
    (problems, logo): (Problems, Option<String>),
) -> WholeForm {
    let inputs = inputs()
        .into_iter()
        .map(|input| {
            let field = format!("/listing/{}", input.name);
            let value = fields.text(input.name).to_owned();
            input.filled(&value, &problems, &field)
        })
        .collect();
    WholeForm { frame, basic: basic_form(fields, problems), inputs, logo }
}

/// With the words of the quickstart.
fn inputs() -> Vec<Input> {
    let line = Input::line;
    vec![
        line("tagline", "Tagline", "Between 10 and 30 characters."),
        line("description", "Description", "Between 20 and 200 characters.").of_kind(Kind::Lines),
        line("industry", "Mini Program Industry", "For example 餐饮/咖啡."),
        line(
            "phone",
            "Customer Service Contact Number",
            "A landline number in the format of XXXX-XXXXXXX.",
        )
        .of_kind(Kind::Phone),
        line("email", "Customer Service Contact Email", "Where customers can write to.")
            .of_kind(Kind::Email),
    ]
}

/// The page's frame, for those who may create.
async fn manager(
    sandbox: &Sandbox,
    who: &Signed,
    workspace: &str,
) -> Result<(Frame, Role), Trouble> {
    look(sandbox, who, (workspace, Tab::Programs), |view| {
        view.sight.manager()?;
        Ok(view.own.role)
    })
    .await
}
