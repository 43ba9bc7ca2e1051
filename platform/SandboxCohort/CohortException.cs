namespace Ips.SandboxCohort;

/// <summary>The load of the cohort stopped; the text says where and why.</summary>
public sealed class CohortException(string message, Exception? inner = null) : Exception(message, inner);
