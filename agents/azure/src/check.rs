//! `azure-agent check`: tries each permission with the smallest call that needs it.

use finops_core::cli::{Finding, Line, try_sinks};

use crate::agent::AzureAgent;
use crate::arm::{ArmError, Azure, Meter, Trouble};
use crate::inventory::{ANYTHING, Kind, QUERY, probe};
use crate::metrics;
use crate::subscriptions::{LIST, Target};

/// Tries everything that the agent will do, in each subscription, and every sink.
pub(crate) async fn check(agent: &AzureAgent) -> Vec<Line> {
    let mut lines = try_sinks(agent).await;
    let (azure, targets) = match agent.targets(&Meter::default()).await {
        Ok(found) => found,
        Err(error) => {
            lines.push(Line::no_credentials("Azure", error));
            return lines;
        }
    };
    for target in targets {
        lines.extend(subscription(azure, target, &agent.config.resource_groups).await);
    }
    lines
}

async fn subscription(azure: &Azure, target: Target, groups: &[String]) -> Vec<Line> {
    let place = target.scope.account_id.to_string();
    let line = |subject: &str, finding| Line {
        subject: subject.to_owned(),
        place: place.clone(),
        finding,
    };
    if let Err(failure) = target.access {
        return vec![line(LIST.permission, Finding::Missing(failure.error))];
    }
    let meter = Meter::default();
    let mut lines = Vec::new();
    let asked = probe::anything(azure, &meter, &place, groups).await;
    lines.push(line(ANYTHING.permission, finding(asked)));
    let asked = probe::graph(azure, &meter, &place).await;
    lines.push(line(QUERY.permission, finding(asked)));
    for kind in Kind::ALL {
        let asked = probe::kind(azure, &meter, &place, groups, *kind).await;
        lines.push(line(kind.permission(), finding(asked)));
    }
    let asked = metrics::probe(azure, &meter, &place).await;
    lines.push(line(metrics::PERMISSION, finding(asked)));
    lines
}

/// Turns an answer into a finding: what does not exist could be asked for.
fn finding(asked: Result<(), ArmError>) -> Finding {
    match asked {
        Ok(()) | Err(ArmError { trouble: Trouble::NotFound, .. }) => Finding::Granted,
        Err(ArmError { trouble: Trouble::Denied, failure }) => {
            let hint = failure.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            Finding::Missing(format!("{}{hint}", failure.error))
        }
        Err(ArmError { failure, .. }) => Finding::Failed(failure.error),
    }
}
