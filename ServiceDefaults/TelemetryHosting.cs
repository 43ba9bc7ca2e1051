using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ips.ServiceDefaults;

/// <summary>Traces, metrics and logs over OTLP, as the <c>OTEL_*</c> variables say (grpc or http/protobuf); without an endpoint nothing is sent.</summary>
internal static class TelemetryHosting
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Grpc.Net.Client", "Npgsql", "MassTransit", "Ips"];

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Authorization",
        "System.Net.Http", "System.Runtime", "Npgsql", "MassTransit", "Ips",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // ASP.NET Core 10 fills its spans with semantic-convention attributes only when asked to.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var service = (builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } given ? given : builder.Environment.ApplicationName).ToLowerInvariant();
        var version = builder.Environment.ApplicationName is { } name && AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.GetName().Name == name) is { } entry
            ? entry.GetName().Version?.ToString(3)
            : null;
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(service, serviceNamespace: "ips", serviceVersion: version)
                .AddAttributes([new("deployment.environment.name", builder.Environment.EnvironmentName.ToLowerInvariant())])
                .AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(Sources))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithLogging(null, log => (log.IncludeScopes, log.IncludeFormattedMessage) = (true, true));
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
    }
}
