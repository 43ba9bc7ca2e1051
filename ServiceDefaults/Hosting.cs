using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ips.ServiceDefaults;

/// <summary>What every process of the platform has: telemetry and health endpoints.</summary>
public static class Hosting
{
    private static readonly string[] QuietLibraries =
        ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Npgsql", "System.Net.Http", "Grpc", "MassTransit"];

    /// <summary>Adds telemetry and the check that the process answers.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        // Receipts and wire texts must not depend on where a machine stands.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        // Container engines hand secrets over as files, named like the variables: ConnectionStrings__bus, Authentication__ClientSecret.
        if (builder.Configuration["Secrets:Directory"] is { Length: > 0 } secrets)
            builder.Configuration.AddKeyPerFile(secrets, optional: false);
        // Libraries log warnings only; a configuration says otherwise where needed.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = QuietLibraries.Select(l => KeyValuePair.Create<string, string?>($"Logging:LogLevel:{l}", "Warning"))
                // The answer of the health endpoint names what fails. An error line for each request would make a start look broken and an outage unreadable.
                .Append(KeyValuePair.Create<string, string?>("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None"))
                // It writes the stack of every attempt at a message: a flood of bad messages would flood the logs. Log 1107 has one line for each that failed.
                .Append(KeyValuePair.Create<string, string?>("Logging:LogLevel:MassTransit.ReceiveTransport", "None")),
        });
        builder.AddTelemetry();
        builder.AddProxies();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        return builder;
    }

    /// <summary>
    /// Without token: <c>/health</c> (all checks), <c>/ready</c> (the database: a service serves without the broker) and <c>/alive</c> (this process).
    /// Degraded is ready: requests work, and the answer names what needs attention.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health", new() { ResponseWriter = HealthAnswer.Write }).AllowAnonymous();
        app.MapHealthChecks("/ready", Only("ready")).AllowAnonymous();
        app.MapHealthChecks("/alive", Only("live")).AllowAnonymous();
        return app;
    }

    private static HealthCheckOptions Only(string tag) => new() { ResponseWriter = HealthAnswer.Write, Predicate = check => check.Tags.Contains(tag) };
}

/// <summary>Health as JSON that names the check that fails and contains nothing about the machine.</summary>
internal static class HealthAnswer
{
    public static Task Write(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(
            entry => entry.Key, entry => new { status = entry.Value.Status.ToString(), description = entry.Value.Description ?? "" }),
    });
}
