using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where a resource is in its life. A program that ends with 0 is Finished, with another code Exited.</summary>
public static class KnownResourceStates
{
    public static readonly string NotStarted = "NotStarted";
    public static readonly string Waiting = "Waiting";
    public static readonly string Starting = "Starting";
    public static readonly string Running = "Running";
    public static readonly string Active = "Active";
    public static readonly string Stopping = "Stopping";
    public static readonly string Finished = "Finished";
    public static readonly string Exited = "Exited";
    public static readonly string FailedToStart = "FailedToStart";
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}

public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    public static implicit operator ResourceStateSnapshot(string text) => new(text, null);
}

public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal);

public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);

public sealed record ResourcePropertySnapshot(string Name, object? Value);

/// <summary>What is known of a resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    public required string ResourceType { get; init; }
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>Null while a resource with health checks has not been checked, and when it has none and does not run.</summary>
    public HealthStatus? HealthStatus { get; init; }
    public int? ExitCode { get; init; }
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];
}

public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource => resource;
    public string ResourceId => resourceId;
    public CustomResourceSnapshot Snapshot => snapshot;
}

/// <summary>The names under which the snapshot's properties are found.</summary>
public static class KnownProperties
{
    public static class Executable
    {
        /// <summary>Process id; with replicas the ids separated by blanks.</summary>
        public const string Pid = "executable.pid";
    }

    public static class Resource
    {
        /// <summary>How often a crashed program was started again.</summary>
        public const string Restarts = "resource.restarts";

        /// <summary>Why the resource could not start.</summary>
        public const string Reason = "resource.reason";
    }
}

internal static class Snapshots
{
    public static object? Get(this CustomResourceSnapshot snapshot, string property) =>
        snapshot.Properties.FirstOrDefault(found => found.Name == property)?.Value;

    public static CustomResourceSnapshot With(this CustomResourceSnapshot snapshot, string property, object? value) =>
        snapshot with { Properties = [.. snapshot.Properties.Where(other => other.Name != property), new(property, value)] };

    public static bool IsRunning(this CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is { } state && (state == KnownResourceStates.Running || state == KnownResourceStates.Active);

    public static bool IsTerminal(this CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state);
}
