//! Who the agent is to Azure.
