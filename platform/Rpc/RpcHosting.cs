using Google.Protobuf.Reflection;
using Google.Rpc;
using Ips.Platform.Rpc.JsonRequests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace Ips.Platform.Rpc;

/// <summary>gRPC and HTTP/JSON for a service.</summary>
public static class RpcHosting
{
    /// <summary>Clock, tokens (deny by default), gRPC with HTTP/JSON, reflection and health, and one way to return problems.</summary>
    public static WebApplicationBuilder AddRpc(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton<TimeProvider>(StoredClock.Of(builder.Configuration, builder.Environment));
        services.AddSingleton(ServiceIdentity.Of(builder));
        services.Configure<AspNetCoreTraceInstrumentationOptions>(ServerSpans.Configure);
        builder.AddTokens();
        builder.AddRateLimits();
        services.AddHttpContextAccessor();
        services.AddScoped(sp => Caller.From(sp.GetRequiredService<IHttpContextAccessor>().HttpContext));
        services.AddSingleton<Batches>();
        services.TryAddSingleton<OwnToken>();
        services.AddHostedService<WarmUp>();
        services.AddTransient<IStartupFilter, EdgeFirst>();
        services.AddGrpcHealthChecks(health =>
        {
            health.Services.Map("", _ => true);
            health.Services.Map("live", check => check.Tags.Contains("live"));
        });
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
        services.AddGrpcReflection();
        services.AddStrictJson();
        services.AddGrpc(grpc => grpc.Interceptors.Add<ProblemInterceptor>()).AddJsonTranscoding(json =>
        {
            json.JsonSettings.WriteInt64sAsStrings = true;
            // Without the error details in the registry every error with details becomes a 500.
            json.TypeRegistry = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
        });
        return builder;
    }

    /// <summary>
    /// The limits of callers, and the door for members of organizations; <c>grpc.health.v1</c> without token; reflection without token in Development only.
    /// </summary>
    public static WebApplication MapRpc(this WebApplication app)
    {
        app.UseRateLimits();
        app.UseMemberships();
        app.MapGrpcHealthChecksService().AllowAnonymous();
        var reflection = app.MapGrpcReflectionService();
        if (app.Environment.IsDevelopment())
            reflection.AllowAnonymous();
        return app;
    }

    /// <summary>Maps a gRPC service on both wires; each rpc admits the roles of its <c>(ips.common.v1.access)</c> option and no others.</summary>
    public static IEndpointConventionBuilder MapService<TService>(this WebApplication app)
        where TService : class
    {
        var descriptor = Access.Descriptor(typeof(TService));
        foreach (var method in descriptor.Methods)
        {
            Access.RolesOf(method);
            MemberAccess.Of(method);
        }

        app.Services.GetRequiredService<IOptions<Grpc.AspNetCore.HealthChecks.GrpcHealthChecksOptions>>().Value.Services.Map(descriptor.FullName, _ => true);
        var endpoints = app.MapGrpcService<TService>();
        endpoints.Add(endpoint => Access.Require(endpoint, descriptor));
        return endpoints.WithStrictJson<IEndpointConventionBuilder>();
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
