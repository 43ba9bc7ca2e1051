namespace Grpc.AspNetCore.HealthChecks;

/// <summary>How the application's health checks become the health of gRPC services.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which health checks make up which service. At first: all of them make up the server as a whole, the service with the empty name.</summary>
    public ServiceMappingCollection Services { get; } = [];

    /// <summary>
    /// Whether calls are answered from the last published results instead of running the checks. Results are published every
    /// <see cref="Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckPublisherOptions.Period"/>.
    /// </summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>Whether <c>Watch</c> calls are left open when the application stops, which makes the server wait for them until it gives up.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
