//! The format of saved plans, and files that are none.

use super::{
    plans::plain,
    world::{World, eventful, now},
};
use jiff::SignedDuration;
use minisync::report::{
    Format, Look,
    saved::{self, Circumstances, Commit, SavedPlan, Scope, Signature},
    show,
};
use proptest::{prelude::*, property_test};
use std::collections::BTreeSet;

fn plan(world: &World) -> SavedPlan {
    let manifests = saved::manifests(&world.sources);
    SavedPlan::new(
        &world.view(),
        &Circumstances {
            scope: Scope { platform: "https://sandbox.example.com", manifests: &manifests },
            commit: Some(Commit { hash: "0123456789".into(), dirty: true }),
            made_at: now(),
            expires_at: now() + SignedDuration::from_hours(8),
            again: &BTreeSet::from(["lin@example.com".parse().unwrap()]),
        },
    )
}

#[test]
fn what_is_written_is_read_and_written_the_same() {
    let plan = plan(&eventful());
    let text = plan.text();
    assert_eq!(saved::parse(text.as_bytes()).unwrap(), plan);
    assert_eq!(saved::parse(text.as_bytes()).unwrap().text(), text);
    assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
    super::schema::must_keep_to(&saved::schema(), &text);
}

#[test]
fn reviewers_read_what_it_is_and_every_step() {
    let plan = SavedPlan { tool_version: "0.1.0".into(), ..plan(&eventful()) };
    let told = show(&plan, &Signature::Missing, Format::Human, &Look::default());
    insta::assert_snapshot!(plain(&told), @r"
    Saved plan sha256:adb7ba7d1e8bb0d60024aa6d62b59ffd2f432aa33f9c6a63d31c004e9b04a91b
      platform   https://sandbox.example.com
      commit     0123456789, and files that differ from it
      manifests  sha256:f242254ca996d58bd9e5a1d1fe11ccb27c85cd7faa7182eada837d14fe96dbf0
      made       2026-11-23T08:00:00Z by minisync 0.1.0
      expires    2026-11-23T16:00:00Z
      reinvite   lin@example.com
      signature  none

    Workspace acme

        < juice                       adopt 2021-3 (there already, and not managed so far)
        + coffee                      create 幸福咖啡 (zh-CN, for alipay-cn, listing to follow) (new)
        + coffee                      create 幸福咖啡 (zh-CN and en-US, for alipay-cn) as Mei Chen
                                      <mei@example.com> (new)
        ~ tea                         update 6 fields (differs from the manifest)
            name: 幸福茶 → 幸福茶馆
            releaseTo: {+alipay-cn+}
            listing.tagline: {+每天一杯好茶，幸福每一天+}
            listing.description: … served hot {+or iced +}in every one of our [-forty-]{+fifty+} shops,
              or …
            listing.logo: fedcba987654 → logos/coffee.png (0123456789ab)
            languages.en-US.name: [-Lucky Tea-]
        + 林伟 <lin@example.com>      invite as developer of coffee and tea (new)
        + Åsa Öberg <asa.oeberg@a-rather-long-domain-name.example.com>
            invite as master (new)
        ↺ Wu Yan <yan@example.com>    resend the invitation (nobody accepted in time)
        ~ Mei Chen <mei@example.com>  developer of a, b, c, d, e, f and 2 more → master (differs from
                                      the manifest)
        - bo@example.com              remove from the workspace (no manifest asks for it any more)
        - tea                         delete 幸福茶馆 (no manifest asks for it any more)

    10 steps in 1 workspace.
    ");
}

#[test]
fn a_comment_shows_the_same_as_tables() {
    let signature = Signature::Good { signer: "ann@example.com".into(), key: "SHA256:abc".into() };
    let plan = SavedPlan { tool_version: "0.1.0".into(), ..plan(&eventful()) };
    let told = show(&plan, &signature, Format::Markdown, &Look::default());
    insta::assert_snapshot!(told, @r"
    ### minisync show: 10 steps in 1 workspace

    - plan: `sha256:adb7ba7d1e8bb0d60024aa6d62b59ffd2f432aa33f9c6a63d31c004e9b04a91b`
    - platform: `https://sandbox.example.com`
    - commit: `0123456789`, and files that differ from it
    - manifests: `sha256:f242254ca996d58bd9e5a1d1fe11ccb27c85cd7faa7182eada837d14fe96dbf0`
    - made: `2026-11-23T08:00:00Z` by minisync `0.1.0`
    - expires: `2026-11-23T16:00:00Z`
    - reinvite: `lin@example.com`
    - signature: by `ann@example.com`, with the key `SHA256:abc`

    #### Workspace `acme`

    | | | | |
    |-|-|-|-|
    | `<` | `juice` | `adopt 2021-3` | there already, and not managed so far |
    | `+` | `coffee` | `create 幸福咖啡 (zh-CN, for alipay-cn, listing to follow)` | new |
    | `+` | `coffee` | `create 幸福咖啡 (zh-CN and en-US, for alipay-cn) as Mei Chen <mei@example.com>` | new |
    | `~` | `tea` | `update 6 fields` | differs from the manifest |
    | `+` | `林伟 <lin@example.com>` | `invite as developer of coffee and tea` | new |
    | `+` | `Åsa Öberg <asa.oeberg@a-rather-long-domain-name.example.com>` | `invite as master` | new |
    | `↺` | `Wu Yan <yan@example.com>` | `resend the invitation` | nobody accepted in time |
    | `~` | `Mei Chen <mei@example.com>` | `developer of a, b, c, d, e, f and 2 more → master` | differs from the manifest |
    | `-` | `bo@example.com` | `remove from the workspace` | no manifest asks for it any more |
    | `-` | `tea` | `delete 幸福茶馆` | no manifest asks for it any more |

    <details><summary><code>tea</code>: 6 fields</summary>

    ```diff
    - name: 幸福茶
    + name: 幸福茶馆
    + releaseTo: alipay-cn
    + listing.tagline: 每天一杯好茶，幸福每一天
    - listing.description: Fresh tea from the hills of Hangzhou, served hot in every one of our forty shops, or brought to your door.
    + listing.description: Fresh tea from the hills of Hangzhou, served hot or iced in every one of our fifty shops, or brought to your door.
    - listing.logo: fedcba987654
    + listing.logo: logos/coffee.png (0123456789ab)
    - languages.en-US.name: Lucky Tea
    ```

    </details>
    ");
}

/// `text` with a piece of it replaced by another.
fn edited(text: &[u8], (at, n_cut, put): (usize, usize, &[u8])) -> Vec<u8> {
    let at = at % text.len();
    let end = (at + n_cut).min(text.len());
    [&text[..at], put, &text[end..]].concat()
}

#[property_test]
fn no_bytes_make_it_panic(bytes: Vec<u8>) {
    prop_assert!(saved::parse(&bytes).is_err());
}

#[property_test]
fn no_edit_goes_unnoticed(at: usize, #[strategy = 0_usize..40] n_cut: usize, put: Vec<u8>) {
    let plan = plan(&eventful());
    let edited = edited(plan.text().as_bytes(), (at, n_cut, &put));
    if let Ok(read) = saved::parse(&edited) {
        prop_assert_eq!(read, plan);
    }
}

#[property_test]
fn pieces_of_json_make_it_no_other_plan(
    at: usize,
    #[strategy = 0_usize..6] n_cut: usize,
    #[strategy = r#"(null|true|-1|1e400|18446744073709551616|\[|\{|\}|"|\\u[0-9a-fd]{4}|,|:| |"mark": 5,){1,4}"#]
    put: String,
) {
    let plan = plan(&eventful());
    let edited = edited(plan.text().as_bytes(), (at, n_cut, put.as_bytes()));
    if let Ok(read) = saved::parse(&edited) {
        prop_assert_eq!(read, plan);
    }
}

#[test]
fn a_key_that_is_there_twice_is_no_plan() {
    let text = plan(&eventful()).text();
    for key in ["\"mark\": 0", "\"platform\": ", "\"text\": ", "\"kind\": \"member\""] {
        let line = text.lines().find(|line| line.contains(key)).unwrap();
        let twice = format!("{},\n{line}", line.trim_end_matches(','));
        let twice = text.replacen(line, &twice, 1);
        assert!(saved::parse(twice.as_bytes()).is_err(), "{key}");
    }
}
