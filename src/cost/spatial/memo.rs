//! Mappings already found. Layers of the same shape are common within a network and between networks, and the same accelerator is
//! asked again and again while other things change.

use super::architecture::Architecture;
use super::rules::{Objective, Rules};
use super::search::{Found, Unmappable, search};
use super::workload::Workload;
use crate::cost::Watch;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// How many mappings are remembered.
const REMEMBERED: usize = 20_000;

/// A mapping, or why there is none.
pub type Mapped = Result<Arc<Found>, Unmappable>;

/// Everything a mapping depends on.
type Key = (Arc<str>, Workload);

/// Mappings of any number of architectures.
#[derive(Default)]
pub struct Memo {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    found: HashMap<Key, Mapped>,
    /// Keys in the order in which they came, to forget the oldest.
    order: VecDeque<Key>,
}

/// The process's own memo: a search always has the same result, so that remembering it changes no answer.
pub static SHARED: LazyLock<Memo> = LazyLock::new(Memo::default);

/// What is asked for, the same for all layers.
pub struct Question<'a> {
    /// The accelerator.
    pub architecture: &'a Architecture,
    /// What counts how.
    pub rules: Rules,
    /// What is best.
    pub objective: Objective,
    /// How many partly chosen mappings to look at per layer.
    pub budget: u64,
}

impl Question<'_> {
    /// A text that is the same where mappings and their counts are.
    fn text(&self) -> Arc<str> {
        let mut architecture = self.architecture.clone();
        // Cycles do not depend on how long they are, unless something leaks meanwhile.
        if architecture.leakage_w == 0.0 {
            architecture.clock_hz = 1.0;
        }
        format!("{architecture:?} {:?} {:?} {}", self.rules, self.objective, self.budget).into()
    }
}

impl Memo {
    /// Whether the best mappings of all `workloads` are known, so that asking for them takes no time.
    pub fn knows(&self, question: &Question, workloads: &[&Workload]) -> bool {
        let text = question.text();
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |workload: &&Workload| inner.found.contains_key(&(Arc::clone(&text), (*workload).clone()));
        workloads.iter().all(known)
    }

    /// The best mappings of all `workloads`, in their order; those not known yet are searched on all threads. After a cancellation
    /// some are [`Unmappable::Cancelled`].
    pub fn mappings(&self, question: &Question, workloads: &[&Workload], watch: &Watch) -> Vec<Mapped> {
        let text = question.text();
        let key = |workload: &Workload| (Arc::clone(&text), workload.clone());
        // What is known is taken at once: what comes meanwhile may push it out.
        let mut mapped: HashMap<&Workload, Mapped> = HashMap::new();
        let mut missing: BTreeSet<&Workload> = BTreeSet::new();
        {
            let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            for &workload in workloads {
                match inner.found.get(&key(workload)) {
                    Some(known) => drop(mapped.insert(workload, known.clone())),
                    None => drop(missing.insert(workload)),
                }
            }
        }
        let missing: Vec<&Workload> = missing.into_iter().collect();
        let steps = watch.steps(missing.len());
        let searched: Vec<(&Workload, Mapped)> = missing
            .par_iter()
            .map(|workload| {
                let Question {
                    architecture,
                    rules,
                    objective,
                    budget,
                } = *question;
                let found = search(architecture, workload, rules, objective, budget, &mut |_| {}, &|| {
                    watch.is_cancelled()
                });
                steps.done();
                (*workload, found.map(Arc::new))
            })
            .collect();
        // What a cancelled search had found so far is no answer to remember.
        if !watch.is_cancelled() {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            for (workload, found) in &searched {
                inner.remember(key(workload), found.clone());
            }
        }
        mapped.extend(searched);
        let answer = |workload: &&Workload| mapped.get(*workload).cloned().unwrap_or(Err(Unmappable::Cancelled));
        workloads.iter().map(answer).collect()
    }
}

impl Inner {
    fn remember(&mut self, key: Key, mapped: Mapped) {
        if self.found.insert(key.clone(), mapped).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.found.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::sample;
    use crate::system::DeviceModel;

    #[test]
    fn what_was_known_is_an_answer_although_new_mappings_push_it_out() {
        let device = sample::spatial("S");
        let DeviceModel::Spatial(model) = &device.model else {
            panic!("the sample is spatial")
        };
        let question = Question {
            architecture: &model.architecture,
            rules: model.rules,
            objective: model.objective,
            budget: 1,
        };
        let layer = |channels: u64| Workload::convolution([1, channels, 1, 1, 1, 1, 1], [1, 1]);
        let (old, new) = (layer(1), layer(2));
        let memo = Memo::default();
        memo.mappings(&question, &[&old], &Watch::default())[0].clone().unwrap();
        // It is full, and the old one is the next to go.
        let mut inner = memo.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for index in 1..REMEMBERED as u64 {
            let key = (Arc::from("another accelerator"), layer(index));
            inner.remember(key, Err(Unmappable::Constraint(String::new())));
        }
        drop(inner);
        assert!(memo.knows(&question, &[&old]));
        let answers = memo.mappings(&question, &[&old, &new], &Watch::default());
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert!(!memo.knows(&question, &[&old]) && memo.knows(&question, &[&new]));
    }
}
