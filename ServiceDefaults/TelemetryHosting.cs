using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ips.ServiceDefaults;

/// <summary>
/// Traces, metrics and logs over OTLP, as the <c>OTEL_*</c> variables say (grpc or http/protobuf); without an endpoint nothing is sent. Which traces are
/// recorded is <see cref="TracesPerSecond"/>'s choice unless <c>OTEL_TRACES_SAMPLER</c> makes another.
/// </summary>
internal static class TelemetryHosting
{
    // The platform's own source and meter, and those of the bus.
    private static readonly string[] Names = ["Ips", "MassTransit"];

    // A person who tries things, and a run of the journey, make fewer.
    internal const int MostTraces = 10;
    internal const int TracesAtOnce = 500;

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, builder))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(requests => requests.Filter = http => http.Request.Path.Value is not ("/health" or "/ready" or "/alive"))
                .AddHttpClientInstrumentation()
                .AddGrpcClientInstrumentation(grpc => grpc.SuppressDownstreamInstrumentation = true)
                .AddNpgsql()
                .AddSource(Names))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddProcessInstrumentation()
                .AddNpgsqlInstrumentation()
                .AddMeter(Names))
            .WithLogging(null, log => (log.IncludeScopes, log.IncludeFormattedMessage) = (true, true));
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
            if (string.IsNullOrEmpty(builder.Configuration["OTEL_TRACES_SAMPLER"]))
                telemetry.WithTracing(tracing => tracing.SetSampler(
                    services => new ParentBasedSampler(new TracesPerSecond(MostTraces, TracesAtOnce, services.GetRequiredService<TimeProvider>()))));
        }
        else
            // No span is recorded that no one receives. Trace ids are still made and passed on, for errors and the audit log.
            telemetry.WithTracing(tracing => tracing.SetSampler(new ParentBasedSampler(new AlwaysOffSampler())));
    }

    private static void Describe(ResourceBuilder resource, WebApplicationBuilder builder)
    {
        var name = builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } given ? given : builder.Environment.ApplicationName;
        var program = AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => assembly.GetName().Name == builder.Environment.ApplicationName);
        resource
            .AddService(name.ToLowerInvariant(), serviceNamespace: "ips", serviceVersion: program?.GetName().Version?.ToString(3))
            .AddAttributes([new("deployment.environment.name", builder.Environment.EnvironmentName.ToLowerInvariant())])
            .AddEnvironmentVariableDetector();
    }
}
