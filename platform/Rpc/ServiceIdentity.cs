using Microsoft.Extensions.Hosting;

namespace Ips.Platform.Rpc;

/// <summary>The service's name, as the AppHost and telemetry know it, such as <c>eligibility</c>.</summary>
public sealed record ServiceIdentity(string Name)
{
    /// <summary><c>OTEL_SERVICE_NAME</c>, which the host sets; else the application's name.</summary>
    public static ServiceIdentity Of(IHostApplicationBuilder builder) =>
        new((builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : builder.Environment.ApplicationName).ToLowerInvariant());
}
