//! The methods that every agent's builder has.

/// Writes the methods of an agent's builder that say what it is put together from: to be used within
/// the builder's `impl`, whose field `assembly` is an [`Assembly`](crate::assembly::Assembly).
///
/// A macro rather than a trait, so that whoever builds an agent has nothing to import.
#[macro_export]
macro_rules! assembly_methods {
    () => {
        /// The server, `http://host:port` or `https://host`.
        #[must_use]
        pub fn openfinops_endpoint(mut self, url: impl Into<String>) -> Self {
            self.assembly = self.assembly.server(Some(url.into()));
            self
        }

        /// The same as [`Self::openfinops_endpoint`].
        #[must_use]
        pub fn server_url(self, url: impl Into<String>) -> Self {
            self.openfinops_endpoint(url)
        }

        /// Sends nothing.
        #[must_use]
        pub fn without_server(mut self) -> Self {
            self.assembly = self.assembly.server(None);
            self
        }

        /// The token sent to the server.
        #[must_use]
        pub fn token(mut self, token: Option<$crate::SecretString>) -> Self {
            self.assembly = self.assembly.token(token);
            self
        }

        /// The agent's id at the server.
        #[must_use]
        pub fn agent_id(mut self, id: impl Into<String>) -> Self {
            self.assembly = self.assembly.agent_id(id);
            self
        }

        /// The name of this environment (`prod`) in the identity that documents carry.
        #[must_use]
        pub fn environment(mut self, name: impl Into<String>) -> Self {
            self.assembly = self.assembly.environment(name);
            self
        }

        /// Who this process is, as its documents say. Without it they say what the process knows by
        /// itself.
        #[must_use]
        pub fn identity(mut self, identity: std::sync::Arc<$crate::identity::Identity>) -> Self {
            self.assembly = self.assembly.identity(Some(identity));
            self
        }

        /// The time between cycles, as the server is told.
        #[must_use]
        pub fn interval(mut self, interval: std::time::Duration) -> Self {
            self.assembly = self.assembly.interval(interval);
            self
        }

        /// The folder that survives restarts.
        #[must_use]
        pub fn data_dir(mut self, path: impl Into<std::path::PathBuf>) -> Self {
            self.assembly = self.assembly.data_dir(path);
            self
        }

        /// Where each snapshot document is also written, one a line.
        #[must_use]
        pub fn print_documents_to(mut self, printer: Box<dyn std::io::Write + Send>) -> Self {
            self.assembly = self.assembly.printer(printer);
            self
        }

        /// How it delivers: bounds, pace, further sinks.
        #[must_use]
        pub fn run(mut self, run: $crate::config::RunConfig) -> Self {
            self.assembly = self.assembly.run(run);
            self
        }

        /// The outbox of an agent that this one takes over from.
        #[must_use]
        pub fn outbox(mut self, outbox: std::sync::Arc<$crate::outbox::Outbox>) -> Self {
            self.assembly = self.assembly.outbox(Some(outbox));
            self
        }

        /// Collects whenever someone starts it, and not every interval.
        #[must_use]
        pub fn started_by_hand(mut self) -> Self {
            self.assembly = self.assembly.started_by_hand();
            self
        }
    };
}
