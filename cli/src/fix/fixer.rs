//! The loop: repair, analyse, judge, until nothing is left to repair.

use super::judge::{self, Flaw, Subject};
use super::{Change, Choice, Repair, Session, Texts, Wanted, culprit};
use anyhow::Result;
use devmodel_analyzer::model::FileId;
use devmodel_analyzer::{Analysis, Damage};
use devmodel_edit::select;
use devmodel_rules::Finding;
use std::collections::BTreeSet;

/// Each pass makes at least one repair; what needs more than this many is a circle.
const MAX_PASSES: usize = 16;

/// A repair that was not made.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) repair: Repair,
    pub(crate) flaw: Flaw,
}

/// Repairs that were made together, and the texts before them.
struct Step {
    before: Texts,
    repairs: Vec<Repair>,
}

/// Decides about each of the repairs of an analysis.
type Choose<'c> = &'c mut dyn FnMut(&[Repair], &Analysis) -> Result<Vec<Choice>>;

/// Repairs a tree in memory.
pub(crate) struct Fixer<'e> {
    pub(crate) session: Session<'e>,
    steps: Vec<Step>,
    refused: Vec<Refused>,
    /// What is not to be tried again.
    closed: BTreeSet<Subject>,
    is_strict: bool,
}

impl<'e> Fixer<'e> {
    /// Nothing is repaired yet.
    pub(crate) const fn new(session: Session<'e>) -> Self {
        Self {
            session,
            steps: Vec::new(),
            refused: Vec::new(),
            closed: BTreeSet::new(),
            is_strict: false,
        }
    }

    /// The repairs made, in order.
    pub(crate) fn repairs(&self) -> impl Iterator<Item = &Repair> {
        self.steps.iter().flat_map(|step| &step.repairs)
    }

    /// The repairs that were not made, and why.
    pub(crate) fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// What is still wanted and not closed.
    pub(crate) fn open(&self, wanted: &Wanted) -> Vec<Repair> {
        let asked = |finding: &&Finding| {
            wanted.accepts(finding) && !self.closed.contains(&Subject::of(finding))
        };
        let findings = self.session.findings().iter().filter(asked);
        let mut repairs = Repair::of(findings, self.session.analysis());
        repairs.retain(|repair| wanted.trusts(&repair.fix) && !self.session.is_kept(&repair.fix));
        repairs
    }

    /// Makes all that is wanted, to the fixed point.
    ///
    /// A repair may bring a finding that another repair cures; if that one then is refused, nothing of
    /// the kind is done.
    pub(crate) fn run(&mut self, wanted: &Wanted) -> Result<()> {
        let start = self.steps.len();
        let before = self.session.findings().to_vec();
        let texts = self.texts();
        self.repeat(wanted, &mut |repairs, _| Ok(vec![Choice::Accepted; repairs.len()]))?;
        if self.is_strict || judge::new(&before, self.session.findings()).is_empty() {
            return Ok(());
        }
        self.is_strict = true;
        self.steps.truncate(start);
        self.restore(&texts)?;
        let result = self.run(wanted);
        self.is_strict = false;
        result
    }

    /// Makes what `choose` says, asked in each pass about the repairs that are open then.
    pub(crate) fn repeat(&mut self, wanted: &Wanted, choose: Choose<'_>) -> Result<()> {
        for _ in 0..MAX_PASSES {
            let open = self.open(wanted);
            if open.is_empty() {
                return Ok(());
            }
            let choices = choose(&open, self.session.analysis())?;
            let mut chosen = Vec::new();
            for (repair, choice) in open.into_iter().zip(choices) {
                match choice {
                    Choice::Accepted => chosen.push(repair),
                    Choice::Edited(fix) => chosen.push(Repair { fix, ..repair }),
                    Choice::Declined => self.close(&repair),
                    Choice::Deferred => {}
                }
            }
            let plan = select(&chosen.iter().map(|repair| &repair.fix).collect::<Vec<_>>());
            if plan.accepted.is_empty() {
                return Ok(());
            }
            self.make(plan.accepted.iter().map(|&at| chosen[at].clone()).collect(), wanted)?;
        }
        Ok(())
    }

    /// The texts of the files that ever changed as they were after the first `count` repairs.
    pub(crate) fn texts_after(&self, mut count: usize) -> Result<Texts> {
        let mut texts = self.session.originals().clone();
        for step in &self.steps {
            let made = &step.repairs[..count.min(step.repairs.len())];
            count -= made.len();
            texts.extend(Repair::texts(made, &|file| &step.before[&file])?);
        }
        Ok(texts)
    }

    /// Takes all repairs back, and closes the one with this number, as the user's command fails
    /// with it.
    pub(crate) fn retract(&mut self, number: usize) -> Result<()> {
        let repair = self.repairs().nth(number).cloned();
        if let Some(repair) = repair {
            self.close(&repair);
            self.refused.push(Refused { repair, flaw: Flaw::FailsCommand });
        }
        self.steps.clear();
        self.restore(&Texts::new())
    }

    /// Makes the repairs, but for those that spoil the result.
    fn make(&mut self, mut repairs: Vec<Repair>, wanted: &Wanted) -> Result<()> {
        let start = self.start(&repairs);
        while let Some(flaw) = self.attempt(&start, &repairs, wanted)? {
            let (at, flaw) = self.culprit(&start, &repairs, flaw, wanted)?;
            let repair = repairs.remove(at);
            self.close(&repair);
            self.refused.push(Refused { repair, flaw });
        }
        if !repairs.is_empty() {
            self.steps.push(Step { before: start.texts, repairs });
        }
        Ok(())
    }

    /// The first repair that makes the result bad, and in what way.
    fn culprit(
        &mut self,
        start: &Start,
        repairs: &[Repair],
        mut flaw: Flaw,
        wanted: &Wanted,
    ) -> Result<(usize, Flaw)> {
        let number = culprit::find(repairs.len(), &mut |first| {
            let found = self.attempt(start, &repairs[..first], wanted)?;
            let is_good = found.is_none();
            flaw = found.unwrap_or_else(|| flaw.clone());
            Ok(is_good)
        })?;
        Ok((number, flaw))
    }

    /// Puts the tree into the state after `repairs`, and says what is wrong with it.
    fn attempt(
        &mut self,
        start: &Start,
        repairs: &[Repair],
        wanted: &Wanted,
    ) -> Result<Option<Flaw>> {
        let mut texts = start.texts.clone();
        texts.extend(Repair::texts(repairs, &|file| &start.texts[&file])?);
        if let Some(path) = self.damaged(start, &texts) {
            return Ok(Some(Flaw::ParsesWorse(path)));
        }
        self.session.set(&texts)?;
        let after = self.session.findings();
        if judge::stays(&start.findings, repairs, after) {
            return Ok(Some(Flaw::Stays));
        }
        let new = judge::new(&start.findings, after).into_iter();
        let intolerable = |finding: &&Finding| self.is_strict || !is_curable(finding, wanted);
        Ok(new
            .into_iter()
            .find(intolerable)
            .map(|finding| Flaw::Brings { rule: finding.rule, message: finding.message.clone() }))
    }

    /// The tree before `repairs`.
    fn start(&self, repairs: &[Repair]) -> Start {
        let edits = repairs.iter().flat_map(|repair| repair.fix.edits());
        let files: BTreeSet<FileId> = edits.map(|edit| edit.file).collect();
        Start {
            texts: files.iter().map(|&file| (file, self.session.text(file).to_vec())).collect(),
            findings: self.session.findings().to_vec(),
        }
    }

    /// A file that parses worse than before.
    fn damaged(&self, start: &Start, texts: &Texts) -> Option<String> {
        let worse = |(file, text): &(&FileId, &Vec<u8>)| {
            let before = &start.texts[file];
            let language = self.session.analysis().file(**file).language();
            let damage = |text| Damage::of(text, language);
            before != *text && damage(text).exceeds(damage(before))
        };
        let (file, _) = texts.iter().find(worse)?;
        Some(self.session.analysis().file(*file).path.clone())
    }

    fn close(&mut self, repair: &Repair) {
        self.closed.extend(repair.findings.iter().map(Subject::of));
    }

    /// Takes back what has become of the files since they had the texts `before`, or were read.
    fn restore(&mut self, before: &Texts) -> Result<()> {
        let mut texts = self.session.originals().clone();
        texts.extend(before.clone());
        self.session.set(&texts)
    }

    /// The files that ever changed, as they stand.
    pub(crate) fn texts(&self) -> Texts {
        let changed = self.session.originals().keys();
        changed.map(|&file| (file, self.session.text(file).to_vec())).collect()
    }

    /// What becomes of files between `before` and `after`; those that are not mentioned are as they
    /// were read.
    pub(crate) fn changes(&self, before: &Texts, after: &Texts) -> Vec<Change> {
        let files = self.session.originals().iter();
        let changes = files.map(|(file, original)| Change {
            path: self.session.analysis().file(*file).path.clone(),
            before: before.get(file).unwrap_or(original).clone(),
            after: after.get(file).unwrap_or(original).clone(),
        });
        changes.filter(|change| change.before != change.after).collect()
    }

    /// What becomes of the files since they were read.
    pub(crate) fn all_changes(&self) -> Vec<Change> {
        self.changes(&Texts::new(), &self.texts())
    }
}

/// A tree before repairs.
struct Start {
    /// The files that the repairs change.
    texts: Texts,
    findings: Vec<Finding>,
}

fn is_curable(finding: &Finding, wanted: &Wanted) -> bool {
    wanted.accepts(finding) && finding.fix.as_ref().is_some_and(|fix| wanted.trusts(fix))
}
