using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Ips.Portal;

/// <summary>Traces and metrics by OTLP when an endpoint is configured. The query of a page stays out of its span.</summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 })
            return;
        builder.Logging.AddOpenTelemetry();
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(incoming =>
                {
                    incoming.Filter = http => !http.Request.Path.StartsWithSegments("/health");
                    incoming.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null);
                })
                .AddGrpcClientInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"))
            .UseOtlpExporter();
    }
}
