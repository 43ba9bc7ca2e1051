using System.Globalization;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Ips.ServiceDefaults.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ips.ServiceDefaults;

/// <summary>What every service gets from one line. A whole Program.cs is in the README.</summary>
public static class Hosting
{
    private static readonly string[] QuietLibraries = ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Npgsql", "System.Net.Http", "Grpc", "MassTransit"];

    /// <summary>Clock, telemetry, health, tokens (deny by default), gRPC with HTTP/JSON and reflection, and one way of answering problems.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        // Receipts and wire texts must not depend on where a machine stands.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        // Container engines hand secrets over as files, named like the variables: ConnectionStrings__bus, Authentication__ClientSecret.
        if (builder.Configuration["Secrets:Directory"] is { Length: > 0 } secrets)
            builder.Configuration.AddKeyPerFile(secrets, optional: false);
        // Libraries speak up when something is wrong; a configuration says otherwise where needed.
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
        {
            InitialData = QuietLibraries.Select(l => KeyValuePair.Create<string, string?>($"Logging:LogLevel:{l}", "Warning"))
                // Whoever asks for the health is told. An error line for each look would make a start look broken and an outage unreadable.
                .Append(KeyValuePair.Create<string, string?>("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None")),
        });
        var services = builder.Services;
        services.TryAddSingleton<TimeProvider>(new StoredClock());
        services.AddSingleton(ServiceIdentity.Of(builder));
        builder.AddTelemetry();
        builder.AddTokens();
        services.AddHttpContextAccessor();
        services.AddScoped(sp => Caller.From(sp.GetRequiredService<IHttpContextAccessor>().HttpContext?.User));
        services.AddSingleton<RequestChecks>();
        services.AddSingleton<Batches>();
        services.AddTransient<IStartupFilter, EdgeFirst>();
        services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        services.AddGrpcHealthChecks(health =>
        {
            health.Services.Map("", _ => true);
            health.Services.Map("live", check => check.Tags.Contains("live"));
        });
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
        services.AddGrpcReflection();
        services.AddGrpc(grpc => grpc.Interceptors.Add<ProblemInterceptor>()).AddJsonTranscoding(json =>
        {
            json.JsonSettings.WriteInt64sAsStrings = true;
            // Without the error details in the registry every refusal that carries some becomes a 500.
            json.TypeRegistry = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
        });
        return builder;
    }

    /// <summary>
    /// <c>/health</c> (all checks), <c>/ready</c> (the database: without the broker a service goes on serving), <c>/alive</c> (this process),
    /// <c>grpc.health.v1</c> without token; reflection and <c>/openapi/v1.json</c> without token in Development only.
    /// </summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        app.MapHealthChecks("/health", Ready()).AllowAnonymous();
        app.MapHealthChecks("/ready", new HealthCheckOptions { ResponseWriter = HealthAnswer.Write, Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { ResponseWriter = HealthAnswer.Write, Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapGrpcHealthChecksService().AllowAnonymous();
        var (reflection, document) = (app.MapGrpcReflectionService(), app.MapOpenApiDocument());
        if (app.Environment.IsDevelopment())
        {
            reflection.AllowAnonymous();
            document.AllowAnonymous();
        }

        return app;
    }

    // Degraded is what the bus says while some of its consumers listen and others do not yet: an event told now would miss the others for good.
    private static HealthCheckOptions Ready() => new()
    {
        ResponseWriter = HealthAnswer.Write,
        ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable },
    };

    /// <summary>Maps a gRPC service on both wires; each rpc admits the roles of its <c>(ips.common.v1.access)</c> option and no others.</summary>
    public static IEndpointConventionBuilder MapService<TService>(this WebApplication app)
        where TService : class
    {
        var descriptor = Access.Descriptor(typeof(TService));
        foreach (var method in descriptor.Methods)
            Access.RolesOf(method);
        app.Services.GetRequiredService<IOptions<Grpc.AspNetCore.HealthChecks.GrpcHealthChecksOptions>>().Value.Services.Map(descriptor.FullName, _ => true);
        var endpoints = app.MapGrpcService<TService>();
        endpoints.Add(endpoint => Access.Require(endpoint, descriptor));
        return endpoints;
    }

    /// <summary>Puts <see cref="ErrorHandlingMiddleware"/> around everything, routing and authorization included.</summary>
    private sealed class EdgeFirst : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseMiddleware<ErrorHandlingMiddleware>();
            next(app);
        };
    }
}

/// <summary>Health as JSON that names the check that fails and says nothing of the machine.</summary>
internal static class HealthAnswer
{
    public static Task Write(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString(), description = entry.Value.Description ?? "" }),
    });
}
