//! Mishaps that wait for their requests: kept, so that they outlast the command that asked for them.

use super::{
    Once, Reply, Rows, Store, Unavailable,
    desk::{self, Desk, Fault},
    load::{LoadError, Result},
    rows::json,
};
use crate::{
    platform::sandbox as wire,
    sandbox::{
        mishap::{Armed, Blow, Mishap, Queue, Visit},
        world::Caller,
    },
};
use rusqlite::params;
use std::sync::atomic::Ordering;

#[derive(Debug)]
pub(in crate::sandbox) enum MishapOrder {
    Add(Mishap),
    Clear,
}

impl Rows {
    pub(super) fn mishaps(&self) -> Result<Queue> {
        let sql = "SELECT mishap, passed, hit FROM mishap ORDER BY no";
        let armed = self.all(sql, [], |row| {
            let (text, n_passed, n_hit): (String, u32, u32) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(match text.parse() {
                Ok(mishap) => Ok(Armed { mishap, n_passed, n_hit }),
                Err(why) => Err(LoadError::Row { row: text, why: format!("{why}") }),
            })
        })?;
        Ok(Queue(armed.into_iter().collect::<Result<_>>()?))
    }

    pub(super) fn put_mishaps(&self, queue: &Queue) -> rusqlite::Result<()> {
        self.run("DELETE FROM mishap", [])?;
        for Armed { mishap, n_passed, n_hit } in &queue.0 {
            self.run(
                "INSERT INTO mishap (mishap, passed, hit) VALUES (?1, ?2, ?3)",
                params![mishap.to_string(), n_passed, n_hit],
            )?;
        }
        Ok(())
    }
}

impl Desk {
    fn change_mishaps(
        &mut self,
        order: MishapOrder,
        once: &Once,
    ) -> rusqlite::Result<std::result::Result<Reply, Fault>> {
        let caller = desk::name(&Caller::Operator).to_owned();
        if let Some((hash, reply)) = self.rows.answer(&caller, &once.key)? {
            return Ok(desk::repeated(once, hash, &reply));
        }
        self.begin()?;
        let reply = match order {
            MishapOrder::Add(mishap) => {
                let armed = Armed::new(mishap);
                let body = Some(json(&armed.to_wire()));
                self.mishaps.0.push(armed);
                Reply { status: 201, body, ..Reply::default() }
            }
            MishapOrder::Clear => {
                self.mishaps.0.clear();
                Reply { status: 204, ..Reply::default() }
            }
        };
        self.rows.put_mishaps(&self.mishaps)?;
        self.rows.remember(&caller, &once.key, once.request, (Some(&reply), self.now))?;
        Ok(Ok(reply))
    }

    fn strike(&mut self, visit: &Visit) -> rusqlite::Result<Blow> {
        let (blow, has_changed) = self.mishaps.strike(visit);
        if has_changed {
            self.begin()?;
            self.rows.put_mishaps(&self.mishaps)?;
        }
        Ok(blow)
    }
}

impl Store {
    pub(in crate::sandbox) async fn change_mishaps(
        &self,
        order: MishapOrder,
        once: Once,
    ) -> std::result::Result<Reply, Fault> {
        self.ask(move |desk| desk.change_mishaps(order, &once)).await?
    }

    pub(in crate::sandbox) async fn mishaps(
        &self,
    ) -> std::result::Result<wire::Mishaps, Unavailable> {
        let items = |desk: &mut Desk| desk.mishaps.0.iter().map(Armed::to_wire).collect();
        self.ask(move |desk| Ok(wire::Mishaps { items: items(desk) })).await
    }

    /// What happens to a request.
    pub(in crate::sandbox) async fn strike(
        &self,
        visit: Visit,
    ) -> std::result::Result<Blow, Unavailable> {
        if !self.shared.has_mishaps.load(Ordering::SeqCst) {
            return Ok(Blow::default());
        }
        self.ask(move |desk| desk.strike(&visit)).await
    }
}

impl Armed {
    fn to_wire(&self) -> wire::Mishap {
        wire::Mishap {
            mishap: self.mishap.to_string(),
            to_pass: self.n_to_pass(),
            left: self.n_left(),
        }
    }
}
