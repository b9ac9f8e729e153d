//! `gcp-agent check`: tries each permission with the smallest call that needs it.

use futures::{StreamExt as _, stream};

use finops_core::cli::{Finding, Line, try_sinks};
use finops_core::model::Scope;

use crate::agent::GcpAgent;
use crate::collect::Shared;
use crate::google::{GoogleError, Meter, Trouble};
use crate::metrics;
use crate::scope::GcpScope;
use crate::services::SERVICES;

/// Tries everything that the agent will do, in each project, and every sink.
pub(crate) async fn check(agent: &GcpAgent) -> Vec<Line> {
    let mut lines = try_sinks(agent).await;
    let (shared, projects) = match agent.targets(&Meter::default()).await {
        Ok((google, projects)) => (agent.shared(google), projects),
        Err(error) => {
            lines.push(Line::no_credentials("Google Cloud", error));
            return lines;
        }
    };
    let tried = stream::iter(projects).map(|scope| project(scope, &shared));
    let tried: Vec<Vec<Line>> = tried.buffered(agent.collecting.concurrency).collect().await;
    lines.extend(tried.into_iter().flatten());
    lines
}

async fn project(scope: Scope, shared: &Shared) -> Vec<Line> {
    let scope = GcpScope::new(scope, shared, Meter::default());
    let mut lines = Vec::new();
    for service in SERVICES {
        let tried = service.attempt(&scope).await;
        lines.push(line(&scope, service.permissions()[0], tried));
    }
    lines.push(line(&scope, metrics::LIST.permission, metrics::attempt(&scope).await));
    lines
}

/// Turns an answer into a finding.
fn line(scope: &GcpScope, permission: &str, tried: Result<(), GoogleError>) -> Line {
    let finding = match tried {
        Ok(()) => Finding::Granted,
        Err(GoogleError { trouble, failure }) => {
            let hint = failure.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            let said = format!("{}{hint}", failure.error);
            if trouble == Trouble::Denied { Finding::Missing(said) } else { Finding::Failed(said) }
        }
    };
    Line { subject: permission.to_owned(), place: scope.project().to_owned(), finding }
}
