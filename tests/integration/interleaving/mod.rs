//! People, a hand in the console, edits of the manifests and runs that may die, in any order.

pub(crate) mod manifests;
pub(crate) mod platform;
pub(crate) mod town;

use crate::laws::thoroughly;
use proptest::{collection::vec, prelude::*, property_test};
use town::{Op, Town, some_op};

#[property_test(config = thoroughly())]
fn whatever_happens_everybody_ends_in_sync_or_waited_for(
    #[strategy = town::some_policy()] policy: minisync::plan::Policy,
    #[strategy = vec(some_op(), 1..30)] ops: Vec<Op>,
) {
    let mut town = Town::new(policy);
    for op in ops {
        town.live(&op);
        prop_assert_eq!(town.wrongs(), Vec::<String>::new(), "after {:?}", op);
    }
    let plan = town.settle();
    prop_assert_eq!(&plan.steps, &vec![]);
    prop_assert_eq!(town.unsettled(&plan), Vec::<String>::new(), "{:?}", plan.notes);
}
